"""Periods in words: what they say again, what moves, and what says no period."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.metrics.query import TimeRange
from tools.foundry.periods import (
    PREVIOUS_PERIOD,
    PREVIOUS_YEAR,
    as_comparison,
    as_phrase,
    compared_with,
    moves,
    read_period,
)
from tools.language.periods import Calendar
from tools.query.slots import Unsupported
from tools.query.stretches import as_range

TODAY = date(2026, 11, 2)
CALENDAR = Calendar(country="DE")
MOVING = [
    "last 30 days", "in the last 3 months", "this quarter", "last quarter", "year to date", "yesterday", "today",
    "last week", "this month", "previous year", "the week before last", "last 12 months",
]  # fmt: skip
FIXED = ["March 2026", "2025", "Q2 2025", "2026-01-05", "1 January 2026 to 10 February 2026", "until 31 March 2026"]
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize("phrase", MOVING)
def test_what_is_said_from_today_moves(phrase: str) -> None:
    assert moves(phrase, TODAY, CALENDAR)


@pytest.mark.parametrize("phrase", FIXED)
def test_what_is_dated_stays(phrase: str) -> None:
    assert not moves(phrase, TODAY, CALENDAR)


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("banana", "is no period"),
        ("last week and this week", "is no period"),
        ("sales last week", "is no period"),
        ("next month", "lies in the future"),
        ("31 February", "There is no 31 February"),
        ("'; DROP TABLE widgets; --", "is no period"),
        ("…", "is no period"),
    ],
)
def test_what_says_no_period_is_refused_in_words(phrase: str, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        read_period(phrase, TODAY, CALENDAR)


@given(start=days, length=st.integers(1, 500), today=days)
def test_the_words_for_a_period_say_it_again(start: date, length: int, today: date) -> None:
    time = TimeRange(start=start, end=start + timedelta(days=length))
    if start > today:
        return
    again = as_range(read_period(as_phrase(time, today, CALENDAR), today, CALENDAR).period)
    assert (again.start, again.end) == (time.start, time.end)


@pytest.mark.parametrize("phrase", [*MOVING, *FIXED])
def test_the_words_keep_their_relation_to_the_day_where_the_label_has_it(phrase: str) -> None:
    time = as_range(read_period(phrase, TODAY, CALENDAR).period)
    words = as_phrase(time, TODAY, CALENDAR, said=f"sales {phrase} by product")
    assert moves(words, TODAY, CALENDAR) == (phrase in MOVING)


@given(start=days, length=st.integers(1, 500))
def test_a_comparison_is_said_by_its_relation(start: date, length: int) -> None:
    time = TimeRange(start=start, end=start + timedelta(days=length))
    today = date(2032, 1, 1)
    for phrase in (PREVIOUS_PERIOD, PREVIOUS_YEAR):
        before = compared_with(time, phrase, today, CALENDAR)
        said = as_comparison(time, before, today, CALENDAR)
        again = compared_with(time, said, today, CALENDAR)
        assert (again.start, again.end) == (before.start, before.end)
        assert said in (PREVIOUS_PERIOD, PREVIOUS_YEAR)


def test_an_open_period_has_none_before_it() -> None:
    with pytest.raises(Unsupported, match="open period"):
        compared_with(TimeRange(start=TODAY), PREVIOUS_PERIOD, TODAY, CALENDAR)
