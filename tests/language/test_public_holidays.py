"""Days that each country keeps for itself."""

from datetime import date, timedelta

import pytest

from tools.language.periods import Calendar, find_periods
from tools.language.text import tokenize

TODAY = date(2026, 10, 31)


def period(words: str, country: str | None):
    (found,) = find_periods(tokenize(words), TODAY, Calendar(country=country))
    return found


@pytest.mark.parametrize(
    ("words", "country", "first", "last"),
    [
        ("Mother's Day 2026", "GB", "2026-03-15", "2026-03-15"), ("Mother's Day 2026", "US", "2026-05-10", "2026-05-10"),
        ("Mother's Day 2026", "DE", "2026-05-10", "2026-05-10"), ("Mother's Day 2026", "FR", "2026-05-31", "2026-05-31"),
        ("Mother's Day week 2026", "GB", "2026-03-09", "2026-03-15"), ("Father's Day 2026", "DE", "2026-05-14", "2026-05-14"),
        ("the last bank holiday", "GB", "2026-08-31", "2026-08-31"), ("last bank holiday weekend", "GB", "2026-08-29", "2026-08-31"),
        ("August bank holiday weekend 2025", "GB", "2025-08-23", "2025-08-25"), ("labour day", "DE", "2026-05-01", "2026-05-01"),
        ("labour day", "US", "2026-09-07", "2026-09-07"), ("Golden Week", "JP", "2026-04-29", "2026-05-05"),
        ("Golden Week", "CN", "2026-10-01", "2026-10-07"), ("Diwali 2025", "IN", "2025-10-20", "2025-10-20"),
        ("Independence Day 2026", "IN", "2026-08-15", "2026-08-15"), ("Independence Day 2026", "US", "2026-07-04", "2026-07-04"),
        ("german unity day", "DE", "2026-10-03", "2026-10-03"), ("chinese new year 2026", "CN", "2026-02-17", "2026-02-19"),
        ("may day 2026", None, "2026-05-01", "2026-05-01"), ("may day 2026", "GB", "2026-05-04", "2026-05-04"),
    ],
)  # fmt: skip
def test_the_country_decides(words: str, country: str | None, first: str, last: str) -> None:
    found = period(words, country)
    assert found.start is not None
    assert found.end is not None
    assert (str(found.start), str(found.end - timedelta(days=1))) == (first, last)
    again = find_periods(tokenize(found.label), TODAY, Calendar(country=country))
    assert {(other.start, other.end) for other in again} == {(found.start, found.end)}


def test_all_public_holidays_of_a_year_are_single_days_that_its_label_names() -> None:
    found = period("bank holidays in 2025", "GB")
    assert [str(day)[5:] for day in found.only] == [
        "01-01",
        "04-18",
        "04-21",
        "05-05",
        "05-26",
        "08-25",
        "12-25",
        "12-26",
    ]
    assert found.label == "Bank holidays 2025 (1 Jan, 18 Apr, 21 Apr, 5 May, 26 May, 25 Aug, 25 Dec, 26 Dec; England)"


@pytest.mark.parametrize(
    ("words", "country", "problem"),
    [
        ("bank holidays this year", None, "Public holidays differ"), ("golden week", None, "Public holidays differ"),
        ("golden week", "DE", "I know no “golden week” in Germany"), ("over the bank holidays", "GB", "The holidays of which year?"),
    ],
)  # fmt: skip
def test_what_the_country_does_not_tell_is_said(words: str, country: str | None, problem: str) -> None:
    found = period(words, country)
    assert found.problem is not None
    assert found.problem.startswith(problem)
