"""The formulas of quality move the right way."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.lineage.engine import USUAL_SYNC, accuracy, completeness, overall, rhythm, uniqueness, validity
from tools.lineage.rules import load_rules

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
WEIGHTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 3), min_size=1)


@given(WEIGHTS, st.integers(1, 1_000), st.data())
def test_removing_a_value_never_raises_completeness(weights: dict[str, int], rows: int, data: st.DataObject) -> None:
    filled = {name: data.draw(st.integers(1, rows)) for name in weights}
    gone = data.draw(st.sampled_from(sorted(weights)))
    before = completeness(filled, weights, rows)
    assert completeness({**filled, gone: filled[gone] - 1}, weights, rows) < before
    assert 0 <= before <= 1


@given(st.integers(1, 10_000), st.data())
def test_a_duplicate_never_raises_uniqueness(present: int, data: st.DataObject) -> None:
    distinct = data.draw(st.integers(1, present))
    assert uniqueness(present + 1, distinct) < uniqueness(present, distinct) <= 1


@given(st.integers(1, 10_000), st.data())
def test_a_broken_rule_lowers_validity(checked: int, data: st.DataObject) -> None:
    broken = data.draw(st.integers(0, checked - 1))
    assert validity({"a": checked}, {"a": broken + 1}) < validity({"a": checked}, {"a": broken}) <= 1


@given(st.lists(st.floats(1, 1_000), min_size=1, max_size=30), st.floats(0, 5_000), st.floats(0, 5_000))
def test_data_never_becomes_fresher_by_waiting(gaps: list[float], hours: float, more: float) -> None:
    runs = [NOON]
    for gap in gaps:
        runs.append(runs[-1] + timedelta(hours=gap))
    found = rhythm(runs, USUAL_SYNC)
    now = runs[-1] + timedelta(hours=hours)
    assert 0 <= found.freshness(now + timedelta(hours=more)) <= found.freshness(now) <= 1


def test_a_run_in_its_rhythm_is_fresh_and_one_interval_late_is_half_as_fresh() -> None:
    daily = rhythm([NOON + timedelta(days=day) for day in range(5)], USUAL_SYNC)
    assert daily.is_known
    last = NOON + timedelta(days=4)
    assert daily.freshness(last + timedelta(days=1)) == 1.0
    assert daily.freshness(last + timedelta(days=2)) == 0.5
    assert daily.freshness(last + timedelta(days=3)) == 0.25


def test_what_never_ran_is_not_fresh_and_what_ran_once_has_no_rhythm_of_its_own() -> None:
    assert rhythm([], USUAL_SYNC).freshness(NOON) == 0.0
    once = rhythm([NOON], USUAL_SYNC)
    assert (once.usual, once.is_known) == (USUAL_SYNC, False)


def test_nothing_to_measure_is_nothing_wrong_but_no_agreement_is_claimed() -> None:
    assert (completeness({}, {}, 0), validity({}, {}), uniqueness(0, 0)) == (1.0, 1.0, 1.0)
    assert accuracy(0, 0) is None
    assert accuracy(4, 1) == 0.75


def test_a_score_is_the_weighted_mean_of_its_measures() -> None:
    assert overall({"a": 1.0, "b": 0.0}, {"a": 0.3, "b": 0.1}) == pytest.approx(0.75)


def test_the_rules_name_columns_that_there_are_and_each_rule_once() -> None:
    ids = [rule.id for table in load_rules().tables.values() for rule in table.rules]
    assert len(ids) == len(set(ids))
