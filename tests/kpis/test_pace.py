"""Pace: the share of a period that is usually in, and how it ends, against figures reckoned by hand."""

import random
from datetime import date, timedelta

import pytest

from tools.kpis.engine import Span, earlier, expected_path, pace, status

FIRST = date(2024, 1, 1)
DECEMBER = Span(date(2025, 12, 1), date(2026, 1, 1))


def months(until: date) -> list[date]:
    return [
        date(year, month, 1) for year in (2024, 2025, 2026) for month in range(1, 13) if date(year, month, 1) <= until
    ]


def days_from(figure, until: date) -> dict[date, float]:
    return {FIRST + timedelta(days=n): figure(FIRST + timedelta(days=n)) for n in range((until - FIRST).days)}


def weekend_trade(day: date) -> float:
    """Nothing from Monday to Thursday, 100 a day from Friday to Sunday."""
    return 100.0 if day.isoweekday() >= 5 else 0.0


def late_trade(day: date) -> float:
    """Three times as much from the 21st on."""
    return 300.0 if day.day > 20 else 100.0


def test_a_weekend_trade_is_not_late_on_a_thursday():
    until = date(2025, 12, 5)  # Monday 1 to Thursday 4 December are over
    found = pace(days_from(weekend_trade, until), DECEMBER, earlier(DECEMBER, months(DECEMBER.start)), until)
    assert found.share == pytest.approx(0.0)
    assert found.projected is None  # of nothing nothing can be foretold
    friday = until + timedelta(days=1)
    found = pace(days_from(weekend_trade, friday), DECEMBER, earlier(DECEMBER, months(DECEMBER.start)), friday)
    assert found.share == pytest.approx(1 / 12, abs=0.01)  # December 2025 has twelve such days
    assert found.projected == pytest.approx(1_200, rel=0.1)
    assert found.method in ("season", "weekdays")


def test_a_month_that_comes_in_late_is_no_worse_for_its_first_half():
    until = date(2025, 12, 16)
    found = pace(days_from(late_trade, until), DECEMBER, earlier(DECEMBER, months(DECEMBER.start)), until)
    whole = 20 * 100 + 11 * 300
    assert found.method == "season"
    assert found.share == pytest.approx(15 * 100 / whole, abs=0.02)
    assert found.projected == pytest.approx(whole, rel=0.05)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= whole <= found.high


def test_a_year_knows_its_strong_months_from_the_years_before():
    def toys(day: date) -> float:
        return 400.0 if day.month >= 11 else 100.0

    year = Span(date(2025, 1, 1), date(2026, 1, 1))
    until = date(2025, 7, 1)
    past = [Span(date(2024, 1, 1), date(2025, 1, 1))]
    found = pace(days_from(toys, until), year, past, until)
    whole = sum(toys(day) for day in year.days)
    assert found.method == "season"
    assert found.projected == pytest.approx(whole, rel=0.03)
    assert (found.low, found.high, found.tried) == (None, None, 0)  # one year is no way to tell how far off it may be
    path = expected_path(days_from(toys, until), year, past, "season")
    assert path[-1] == pytest.approx(1)
    assert path == sorted(path)


def test_little_history_goes_by_the_calendar_and_says_so():
    until = date(2025, 12, 11)
    daily = {day: 10.0 for day in DECEMBER.days if day < until}
    found = pace(daily, DECEMBER, [], until)
    assert (found.method, found.low, found.tried) == ("calendar", None, 0)
    assert found.share == pytest.approx(10 / 31)
    assert found.projected == pytest.approx(310)


def test_the_interval_holds_the_ends_of_months_as_often_as_it_says():
    rng = random.Random(5)
    inside, count = 0, 0
    for _ in range(25):
        daily = days_from(lambda day: rng.gauss(100, 30) * (1.5 if day.isoweekday() > 5 else 1), DECEMBER.end)
        until = date(2025, 12, rng.randint(6, 26))
        known = {day: value for day, value in daily.items() if day < until}
        found = pace(known, DECEMBER, earlier(DECEMBER, months(DECEMBER.start)), until)
        assert found.tried >= 8
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= sum(daily[day] for day in DECEMBER.days) <= found.high
        count += 1
    assert 0.6 <= inside / count <= 1  # eight of ten; of 25 fewer than 15 has a chance of 0.6 %


def test_a_period_that_is_over_is_what_it_came_to():
    until = DECEMBER.end
    found = pace(days_from(late_trade, until), DECEMBER, earlier(DECEMBER, months(DECEMBER.start)), until)
    assert (found.projected, found.low, found.share) == (20 * 100 + 11 * 300, None, pytest.approx(1))


def test_status_follows_its_rule():
    assert status(100, 105, "at_least", over=False) == "ahead"
    assert status(100, 104, "at_least", over=False) == "on_track"
    assert status(100, 95, "at_least", over=False) == "behind"
    assert status(100, 95, "at_most", over=False) == "ahead"
    assert status(100, 106, "at_most", over=False) == "behind"
    assert status(100, 100, "at_least", over=True) == "reached"
    assert status(100, 101, "at_most", over=True) == "missed"
    assert status(100, None, "at_least", over=False) == "unknown"
