"""Meetings of whole days, of which Zoho names the last second."""

import pytest

from tests.connectors.mapping import assert_nothing_lost, mapped, rows


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
@pytest.mark.parametrize(
    ("end", "until"), [("2026-05-14T23:59:59+05:30", "2026-05-15"), ("2026-05-16T00:00:00+05:30", "2026-05-16")]
)
def test_a_whole_day_ends_with_the_day_after_its_last(end: str, until: str, zone: str) -> None:
    event = {
        "id": "7",
        "Event_Title": "Fair",
        "All_day": True,
        "Start_DateTime": "2026-05-14T00:00:00+05:30",
        "End_DateTime": end,
    }
    report = mapped("zoho", "Events", {"data": [event]}, zone=zone)
    [row] = rows(report, "calendar_events")
    assert (row["all_day"], row["starts_on"], row["ends_on"]) == (True, "2026-05-14", until)
    assert_nothing_lost(report, {"data": [event]})
