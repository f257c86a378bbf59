"""What holds of periods for every text, every day and every calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.language.periods import (
    Calendar,
    PeriodSpan,
    find_comparisons,
    find_grains,
    find_periods,
    find_shifts,
    preceding,
    shift,
)
from tools.language.periods.calendars import Period, unit_period
from tools.language.text import tokenize

WORDS = [
    "last",
    "this",
    "next",
    "previous",
    "past",
    "first",
    "second",
    "the",
    "of",
    "in",
    "on",
    "since",
    "until",
    "before",
    "after",
    "from",
    "to",
    "and",
    "between",
    "-",
    ",",
    "vs",
    "week",
    "month",
    "quarter",
    "year",
    "half",
    "days",
    "weeks",
    "months",
    "years",
    "day",
    "ago",
    "2",
    "3",
    "12",
    "30",
    "2018",
    "2017",
    "'18",
    "q1",
    "q4",
    "h2",
    "fy2019",
    "march",
    "april",
    "may",
    "dec",
    "feb",
    "monday",
    "friday",
    "1",
    "15",
    "29",
    "31",
    "3rd",
    "2018-03-15",
    "03/04/2018",
    "christmas",
    "summer",
    "winter",
    "black",
    "friday",
    "easter",
    "ytd",
    "mtd",
    "to",
    "date",
    "so",
    "far",
    "including",
    "today",
    "yesterday",
    "fiscal",
    "calendar",
    "same",
    "period",
    "week",
    "12",
    "ending",
    "same",
    "year",
    "over",
    "by",
    "each",
    "rest",
    "end",
    "beginning",
    "early",
    "a",
    "few",
    "ever",
]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2040, 12, 31))
CALENDARS = st.builds(
    Calendar,
    week_start=st.integers(1, 7),
    fiscal_year_start=st.integers(1, 12),
    country=st.sampled_from([None, "US", "GB", "AU", "CA"]),
)


def holds_together(spans: list[PeriodSpan], today: date) -> None:
    at = 0
    for span in spans:
        assert at <= span.tokens.start < span.tokens.stop
        at = span.tokens.stop
        if span.problem is not None:
            assert (span.start, span.end, span.kind, span.complete) == (None, None, None, False)
            continue
        assert span.kind is not None
        assert span.label
        if span.start is not None and span.end is not None:
            assert span.start < span.end
        assert span.complete == (span.end is not None and span.end <= today)


@settings(max_examples=400, deadline=None)
@given(SENTENCES, DAYS, CALENDARS, st.sampled_from(["past", "future"]))
def test_any_row_of_time_words_is_read(text: str, today: date, calendar: Calendar, prefer: str) -> None:
    tokens = tokenize(text)
    spans = find_periods(tokens, today, calendar, prefer="past" if prefer == "past" else "future")
    holds_together(spans, today)
    found = find_comparisons(tokens, spans)
    find_shifts(tokens, found)
    for grain in find_grains(tokens, spans):
        assert not any(set(grain.tokens) & set(span.tokens) for span in spans)


@given(st.text(max_size=200), DAYS)
def test_any_text_is_read(text: str, today: date) -> None:
    tokens = tokenize(text)
    holds_together(find_periods(tokens, today), today)


@settings(max_examples=400, deadline=None)
@given(SENTENCES, DAYS, CALENDARS)
def test_a_label_never_lies(text: str, today: date, calendar: Calendar) -> None:
    for span in find_periods(tokenize(text), today, calendar):
        if span.problem is not None:
            continue
        again = find_periods(tokenize(span.label), today, calendar)
        assert again, span.label
        assert {(other.start, other.end) for other in again} == {(span.start, span.end)}, (text, span.label)


@pytest.mark.parametrize(
    "words", ["last week", "this week", "next 2 weeks", "last 30 days", "week to date", "last Friday", "yesterday"]
)
@given(DAYS, st.integers(1, 60), st.integers(1, 7))
def test_weeks_later_the_same_words_mean_weeks_later(words: str, today: date, weeks: int, week_start: int) -> None:
    calendar, move = Calendar(week_start=week_start), timedelta(days=7 * weeks)
    [now] = find_periods(tokenize(words), today, calendar)
    [later] = find_periods(tokenize(words), today + move, calendar)
    assert now.start is not None
    assert now.end is not None
    assert (later.start, later.end) == (now.start + move, now.end + move)


@given(DAYS, CALENDARS, st.sampled_from(["week", "month", "quarter", "half", "year"]))
def test_last_this_and_next_touch(today: date, calendar: Calendar, unit: str) -> None:
    [last] = find_periods(tokenize(f"last {unit}"), today, calendar)
    [this] = find_periods(tokenize(f"this {unit}"), today, calendar)
    [following] = find_periods(tokenize(f"next {unit}"), today, calendar)
    assert (last.end, this.end) == (this.start, following.start)
    assert this.start is not None
    assert this.end is not None
    assert this.start <= today < this.end


@given(DAYS, st.integers(1, 400))
def test_the_last_n_days_are_n_days_that_end_yesterday(today: date, count: int) -> None:
    [span] = find_periods(tokenize(f"last {count} days"), today)
    assert (span.start, span.end) == (today - timedelta(days=count), today)


@given(DAYS, CALENDARS, st.sampled_from(["day", "week", "month", "quarter", "half", "year"]), st.integers(1, 5))
def test_preceding_units_and_shifted_units_agree(today: date, calendar: Calendar, unit: str, count: int) -> None:
    for each in ("day", "week", "month", "quarter", "half", "year"):
        if each != unit:
            continue
        period = unit_period(today, each, calendar)
        assert period.start is not None
        before = preceding(period, count)
        assert before.end is not None
        assert before.end <= period.start
        moved = shift(period, each, -count)
        if each != "week":
            assert (moved.start, moved.end) == (before.start, before.end)
        assert preceding(before, -count) == preceding(preceding(period, count), -count)


def test_a_year_earlier_keeps_weekdays_of_weeks_and_ends_of_months() -> None:
    week = Period(date(2018, 3, 12), date(2018, 3, 19), "week", "")
    assert shift(week, "year", -1).start == date(2017, 3, 13)
    february = Period(date(2019, 2, 1), date(2019, 3, 1), "month", "")
    assert shift(february, "year", 1) == Period(date(2020, 2, 1), date(2020, 3, 1), "month", "February 2020")
    leap_day = Period(date(2020, 2, 29), date(2020, 3, 1), "day", "")
    assert shift(leap_day, "year", -1).label == "28 February 2019"


def test_preceding_months_are_as_many_months() -> None:
    quarter = Period(date(2018, 4, 1), date(2018, 7, 1), "month", "")
    assert preceding(quarter).label == "January – March 2018"
    days = Period(date(2018, 3, 10), date(2018, 3, 20), "day", "")
    assert preceding(days).label == "28 February – 9 March 2018"
    with pytest.raises(ValueError, match="no length"):
        preceding(Period(None, date(2018, 1, 1), "year", ""))


@pytest.mark.parametrize(
    "part",
    [
        "last 30 days ",
        "first half of ",
        "last week of the ",
        "March and ",
        "from ",
        "calendar ",
        "two ",
        "compare 2017 and ",
        "same ",
        '" ',
    ],
)
def test_ten_thousand_characters_are_read(part: str) -> None:
    tokens = tokenize((part * 10_000)[:10_000])
    spans = find_periods(tokens, date(2026, 10, 31))
    holds_together(spans, date(2026, 10, 31))
    find_shifts(tokens, find_comparisons(tokens, spans))
