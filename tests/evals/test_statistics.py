"""Intervals and percentiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.statistics import Proportion, percentile


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # Reference: statsmodels.stats.proportion.proportion_confint(hits, total, method="wilson").
    [(97, 100, 0.9154806, 0.9897460), (10, 10, 0.7224672, 1.0), (0, 5, 0.0, 0.4344825), (1, 2, 0.0945312, 0.9054688)],
)
def test_wilsons_interval(hits: int, total: int, low: float, high: float) -> None:
    assert Proportion(hits, total).interval == pytest.approx((low, high), abs=1e-6)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_value(hits: int, total: int) -> None:
    share = Proportion(min(hits, total), total)
    low, high = share.interval
    assert 0 <= low <= (share.value or 0) + 1e-12
    assert (share.value or 0) - 1e-12 <= high <= 1


def test_of_nothing_nothing_is_known() -> None:
    assert Proportion(0, 0).value is None
    assert Proportion(0, 0).interval == (0.0, 1.0)


def test_the_nearest_rank() -> None:
    values = [15.0, 20.0, 35.0, 40.0, 50.0]
    assert [percentile(values, share) for share in (0.05, 0.3, 0.4, 0.5, 1.0)] == [15, 20, 20, 35, 50]
    assert percentile([], 0.5) is None


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_the_percentile_is_one_of_the_values(values: list[float], share: float) -> None:
    assert percentile(values, share) in values
