"""What Outlook's messages, events and contacts become (Microsoft Graph v1.0)."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.connectors.damage import damaged
from tests.connectors.mapping import assert_nothing_lost, rows
from tests.connectors.mapping import mapped_in_berlin as mapped
from tests.connectors.outlook import payloads as p

KNOWN: list[tuple[str, Any]] = [
    ("message", p.MESSAGE), ("message", p.REMOVED), ("messages", p.DELTA), ("event", p.EVENT), ("event", p.WHOLE_DAY),
    ("event", p.SERIES), ("event", p.REMOVED), ("contact", p.CONTACT), ("contact", p.REMOVED), ("notification", p.NOTICE),
]  # fmt: skip


@pytest.mark.parametrize(("object_", "payload"), KNOWN)
def test_outlook_shapes_are_known_to_the_last_leaf(object_: str, payload: Any) -> None:
    report = mapped("outlook", object_, payload)
    assert_nothing_lost(report, payload)
    assert report.problems == ()
    assert report.coverage.unknown == 0


def test_an_outlook_message_is_who_wrote_whom_when_about_what_and_not_its_body() -> None:
    report = mapped("outlook", "Messages", p.MESSAGE)
    assert rows(report, "messages") == [
        {
            "key": "message:AAMkAGI1AAA=",
            "thread": "AAQkADY=",
            "subject": "Angebot für Kaffee ☕",
            "preview": "Guten Tag,\r\nanbei…",
            "sender": "eva.mueller@example.org",
            "sender_name": "Eva Müller",
            "recipients": ["shop@example.org", "ann@example.org"],
            "folder": "AQMkADYAAAIBDAAAAA==",
            "labels": ["Red category", "Suppliers"],
            "sent_at": "2026-11-27T08:59:58Z",
            "is_read": False,
        }
    ]
    (row,) = report.rows
    assert row.provenance["recipients"].pointers == (
        "/toRecipients/0/emailAddress/address",
        "/toRecipients/1/emailAddress/address",
        "/ccRecipients/0/emailAddress/address",
    )
    why = {leaf.pointer: leaf.why for leaf in report.unmapped}
    assert why["/body/content"] == "kept_raw"


def test_an_outlook_draft_lies_among_the_drafts() -> None:
    (row,) = rows(mapped("outlook", "message", {**p.MESSAGE, "isDraft": True}), "messages")
    assert row["folder"] == "drafts"


def test_a_delta_answer_of_outlook_names_what_was_removed() -> None:
    report = mapped("outlook", "messages", p.DELTA)
    assert report.objects == 2
    assert rows(report, "messages")[1] == {"key": "message:AAMkGone=", "deleted": True}
    for object_, table in (("event", "calendar_events"), ("contact", "contacts")):
        assert rows(mapped("outlook", object_, p.REMOVED), table) == [{"key": f"{object_}:AAMkGone=", "deleted": True}]


def test_an_outlook_event_stands_in_utc_by_its_windows_zone() -> None:
    report = mapped("outlook", "calendarView", {"value": [p.EVENT], "@odata.nextLink": "https://x"})
    assert rows(report, "calendar_events") == [
        {
            "key": "event:AAMkEvent=",
            "title": "Stocktaking",
            "location": "Warehouse 2",
            "organiser": "shop@example.org",
            "attendees": ["ann@example.org"],
            "status": "confirmed",
            "starts_at": "2026-07-01T07:00:00Z",
            "ends_at": "2026-07-01T08:30:00Z",
            "starts_on": "2026-07-01",
            "ends_on": "2026-07-01",
        }
    ]
    assert report.rows[0].provenance["starts_at"].pointers == ("/value/0/start/dateTime", "/value/0/start/timeZone")


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("UTC", "2026-07-01T09:00:00Z"),
        ("tzone://Microsoft/Utc", "2026-07-01T09:00:00Z"),
        ("Pacific Standard Time", "2026-07-01T16:00:00Z"),
        ("India Standard Time", "2026-07-01T03:30:00Z"),
        ("india standard time", "2026-07-01T03:30:00Z"),
        ("Kamchatka Standard Time", "2026-06-30T21:00:00Z"),
        ("Mid-Atlantic Standard Time", "2026-07-01T11:00:00Z"),
        ("Coordinated Universal Time", "2026-07-01T09:00:00Z"),
        ("America/Sao_Paulo", "2026-07-01T12:00:00Z"),
    ],
)
def test_outlook_names_zones_in_its_own_way(zone: str, utc: str) -> None:
    event = {"id": "1", "subject": "x", "start": {"dateTime": "2026-07-01T09:00:00.0000000", "timeZone": zone}}
    (row,) = rows(mapped("outlook", "event", event), "calendar_events")
    assert row["starts_at"] == utc


def test_an_outlook_event_in_a_zone_that_nobody_knows_has_no_moment_and_says_so() -> None:
    start = {"dateTime": "2026-07-01T09:00:00.0000000", "timeZone": "tzone://Microsoft/Custom"}
    report = mapped("outlook", "event", {"id": "1", "subject": "x", "start": start})
    assert rows(report, "calendar_events") == [{"key": "event:1", "title": "x"}]
    assert [problem.pointer for problem in report.problems] == ["/start"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"])
def test_whole_days_of_outlook_are_the_same_days_everywhere(zone: str) -> None:
    (row,) = rows(mapped("outlook", "event", p.WHOLE_DAY, zone=ZoneInfo(zone)), "calendar_events")
    assert (row["all_day"], row["starts_on"], row["ends_on"]) == (True, "2026-12-24", "2026-12-25")


def test_a_cancelled_or_tentative_outlook_event_says_so() -> None:
    for event, status in ((p.SERIES, "cancelled"), ({**p.EVENT, "showAs": "tentative"}, "tentative")):
        (row,) = rows(mapped("outlook", "event", event), "calendar_events")
        assert row["status"] == status


def test_an_outlook_contact_has_one_address_and_never_parts_of_two() -> None:
    report = mapped("outlook", "contacts", {"value": [p.CONTACT]})
    assert rows(report, "contacts") == [
        {
            "key": "contact:AAMkContact=",
            "name": "Eva Müller",
            "email": "eva@example.org",
            "phone": "+49 89 123",
            "company": "Müller GmbH",
            "title": "Owner",
            "created_at": "2024-02-29T23:30:00Z",
        }
    ]
    work = {"line1": "Hauptstraße 5", "postal_code": "80331", "country": "Germany"}
    assert rows(report, "addresses") == [work]
    private: dict[str, Any] = {**p.CONTACT, "businessAddress": {}}
    assert rows(mapped("outlook", "contact", private), "addresses") == [{"line1": "Heimweg 1", "city": "Dachau"}]


@pytest.mark.parametrize(
    "body",
    [
        p.NOTICE,
        {"@odata.context": "x", "value": []},
        {"@odata.context": "x", "value": [], "@odata.deltaLink": "https://x"},
        {"error": {"code": "ErrorItemNotFound", "message": "no", "innerError": {"date": "2026-11-01T00:00:00", "request-id": "r"}}},
    ],
)  # fmt: skip
def test_hints_errors_and_empty_pages_of_outlook_make_no_rows(body: Any) -> None:
    for object_ in ("messages", "events", "contacts", "notification", "subscriptions"):
        report = mapped("outlook", object_, body)
        assert report.rows == ()
        assert report.coverage.unknown == 0
        assert_nothing_lost(report, body)


@settings(deadline=None)
@given(damaged([payload for _, payload in KNOWN]), st.sampled_from(["message", "event", "contact"]))
def test_whatever_outlook_sends_no_leaf_is_lost(payload: Any, object_: str) -> None:
    assert_nothing_lost(mapped("outlook", object_, payload), payload)
