"""The rules of detection by themselves: chance, weeks, and what bears on what."""

import random
from datetime import date, timedelta
from math import exp, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.events.engine import (
    LOOKS_BACK,
    Grain,
    campaign_end,
    negative_binomial_tail,
    payout_outcome,
    refund_spikes,
    week_of,
)

START = date(2025, 1, 6)  # a Monday
MONDAY = 1


def test_the_tail_is_that_of_the_geometric_and_nears_that_of_the_poisson_distribution() -> None:
    # k = 1 is the geometric distribution, whose tail is q to the count: mean 3, variance 3 + 3²/1.
    assert negative_binomial_tail(20, 3.0, 12.0) == pytest.approx(0.75**20, rel=1e-12)
    poisson = sum(exp(-2.0) * 2.0**i / factorial(i) for i in range(9, 40))
    assert negative_binomial_tail(9, 2.0, 2.0 + 1e-6) == pytest.approx(poisson, rel=1e-4)


def test_chance_alone_makes_hardly_any_spike() -> None:
    """Over 200 shop-years of refunds by chance there are about 200 × 0.125 spikes at most; of steady rates."""
    draw = random.Random(7)
    years, found = 0, 0
    for _ in range(50):
        orders = {START + timedelta(days=n): draw.randrange(10, 30) for n in range(4 * 365)}
        refunded = {day: sum(draw.random() < 0.05 for _ in range(20)) for day in orders}
        found += len(refund_spikes(orders, refunded, START, MONDAY))
        years += 4
    assert found <= 0.125 * years + 3 * (0.125 * years) ** 0.5


def test_a_spike_of_a_day_and_one_of_a_week_are_found_and_not_told_twice() -> None:
    orders = {START + timedelta(days=n): 10 for n in range(150)}
    refunded = {day: int(day.day % 6 == 0) for day in orders}
    peak, slow = START + timedelta(days=101), START + timedelta(days=126)
    refunded[peak] = 9
    refunded |= {slow + timedelta(days=n): 2 for n in range(6)}
    found = refund_spikes(orders, refunded, START, MONDAY)
    assert [(one.grain, one.start) for one in found] == [("day", peak), ("week", week_of(slow, MONDAY))]


def test_a_campaign_of_returns_after_a_strong_month_is_expected() -> None:
    """Ten times the orders make ten times the refunds: the rate is what counts."""
    orders = {START + timedelta(days=n): 20 if n < 120 else 200 for n in range(150)}
    refunded = {day: (1 if n < 120 else min(10, 1 + (n - 120) // 3)) for n, day in enumerate(orders)}
    assert refund_spikes(orders, refunded, START, MONDAY) == []


def test_too_little_of_a_past_says_nothing() -> None:
    orders = {START + timedelta(days=n): 10 for n in range(25)}
    refunded = {START + timedelta(days=24): 10}
    assert refund_spikes(orders, refunded, START, MONDAY) == []


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), later=st.integers(0, 40), weeks=st.integers(13, 20))
def test_what_comes_later_changes_no_spike_and_a_run_may_begin_anywhere(seed: int, later: int, weeks: int) -> None:
    draw = random.Random(seed)
    length = 7 * weeks + later
    orders = {START + timedelta(days=n): draw.randrange(0, 20) for n in range(length)}
    refunded = {day: draw.choice((0, 0, 0, 1, 1, 2, 12 if draw.random() < 0.05 else 0)) for day in orders}
    whole = refund_spikes(orders, refunded, START, MONDAY)
    since = START + timedelta(days=7 * weeks - 21)
    known: list[tuple[Grain, date]] = [(one.grain, one.start) for one in whole if one.start < since]
    near = since - LOOKS_BACK
    part = refund_spikes(
        {day: n for day, n in orders.items() if day >= near},
        {day: n for day, n in refunded.items() if day >= near},
        since,
        MONDAY,
        known,
    )
    assert part == [one for one in whole if one.start >= since]
    cut = week_of(since, MONDAY)
    early = refund_spikes(
        {day: n for day, n in orders.items() if day < cut},
        {day: n for day, n in refunded.items() if day < cut},
        START,
        MONDAY,
    )
    assert early == [one for one in whole if one.end < cut]


def test_a_campaign_is_over_when_two_weeks_of_orders_went_by_without_it() -> None:
    last = date(2026, 5, 9)
    assert campaign_end(last, None) is None
    assert campaign_end(last, last + timedelta(days=14)) is None
    assert campaign_end(last, last + timedelta(days=15)) == last


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (None, "arrived"), ("paid", "arrived"), ("completed", "arrived"), ("in transit", None), ("pending", None),
        ("cancelled", None), ("failed", "failed"), ("Returned", "failed"),
    ],
)  # fmt: skip
def test_what_the_status_of_a_payout_says(status: str | None, outcome: str | None) -> None:
    assert payout_outcome(status) == outcome
