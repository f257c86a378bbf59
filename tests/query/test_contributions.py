"""What a change is made of: parts that add up to it to the last micro-unit, whatever the figures are."""

import math
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storage.metrics.model import DerivedMetric
from tools.query.contributions import (
    MICRO,
    NANO,
    Factor,
    Part,
    change_of,
    contributions,
    effects_of_factors,
    explain,
    held_against_earlier,
    ratios,
    shared_out,
)
from tools.query.identities import PRODUCTS, SUMS, coarser, drivers_of, form_of
from tools.semantics.loader import load_semantics

MODEL = load_semantics()
MICROS = st.integers(-(10**13), 10**13).map(lambda micros: Fraction(micros, 10**6))
COUNTS = st.integers(0, 10**6).map(Fraction)
POSITIVE = st.fractions(Fraction(1, 10**6), 10**7)


def pair(values: st.SearchStrategy[Fraction]) -> st.SearchStrategy[tuple[Fraction, Fraction]]:
    return st.tuples(values, values)


@given(st.lists(pair(MICROS), max_size=40))
def test_what_members_changed_by_adds_up_to_the_change(pairs: list[tuple[Fraction, Fraction]]) -> None:
    found = contributions([Part(str(i), one) for i, one in enumerate(pairs)], MICRO)
    assert sum(one.amount for one in found) == sum((after - before) * 10**6 for before, after in pairs)
    assert [one.amount for one in found] == [(after - before) * 10**6 for before, after in pairs]


@given(st.lists(st.tuples(pair(MICROS), pair(COUNTS)), min_size=1, max_size=25))
def test_rates_and_weights_of_members_add_up_to_the_change_of_a_ratio(
    members: list[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]],
) -> None:
    parts = [Part(str(i), above, below) for i, (above, below) in enumerate(members)]
    wholes = [sum(below[side] for _, below in members) for side in (0, 1)]
    assume(all(wholes))
    before, after = (sum(above[side] for above, _ in members) / wholes[side] for side in (0, 1))
    found = contributions(parts, NANO)
    assert sum(one.amount for one in found) == round((after - before) * 10**9)
    assert all(one.rate + one.mix == one.amount for one in found)
    once = [one for one in found if not all(one.part.denominator or ())]
    assert all(abs(one.rate) <= 1 for one in once)  # who is there in one period alone has no change of its own rate


def test_a_ratio_of_equal_weights_changes_by_its_members_rates_alone() -> None:
    """Worked by hand: 2 of 10 and 1 of 10 become 4 of 10 and 1 of 10, so 15 % becomes 25 %."""
    parts = [
        Part("a", (Fraction(2), Fraction(4)), (Fraction(10), Fraction(10))),
        Part("b", (Fraction(1), Fraction(1)), (Fraction(10), Fraction(10))),
    ]
    assert ratios(parts) == (Fraction(15, 100), Fraction(25, 100))
    a, b = contributions(parts, NANO)
    assert (a.rate, a.mix, b.amount) == (100_000_000, 0, 0)


def test_a_ratio_changes_by_its_mix_where_no_members_rate_did() -> None:
    """Simpson's case, by hand: rates stay 20 % and 10 %, the weights go from 10 : 30 to 30 : 10, so 12.5 % becomes 17.5 %."""
    parts = [
        Part("high", (Fraction(2), Fraction(6)), (Fraction(10), Fraction(30))),
        Part("low", (Fraction(3), Fraction(1)), (Fraction(30), Fraction(10))),
    ]
    high, low = contributions(parts, NANO)
    assert (high.rate, low.rate) == (0, 0)
    assert (high.mix, low.mix) == (
        25_000_000,
        25_000_000,
    )  # half of the 5 points each: (0.2 − 0.15) × 0.5 = (0.1 − 0.15) × −0.5


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=5))
def test_the_effects_of_factors_add_up_to_the_change_of_their_product(pairs: list[tuple[Fraction, Fraction]]) -> None:
    effects = effects_of_factors([Factor(*one) for one in pairs])
    before, after = (math.prod(one[side] for one in pairs) for side in (0, 1))
    assert abs(sum(effects) - (after - before)) <= Fraction(1, 10**9)
    back = effects_of_factors([Factor(after, before) for before, after in pairs])
    assert all(abs(one + other) <= Fraction(1, 10**9) for one, other in zip(effects, back, strict=True))
    for (before_one, after_one), effect in zip(pairs, effects, strict=True):
        assert (effect > 0) == (after_one > before_one)


def test_factors_may_come_in_any_order_and_be_taken_together() -> None:
    factors = [Factor(Fraction(10), Fraction(12)), Factor(Fraction(3), Fraction(2)), Factor(Fraction(7), Fraction(9))]
    effects = dict(zip(factors, effects_of_factors(factors), strict=True))
    for order in permutations(factors):
        assert all(abs(effects[f] - e) < MICRO for f, e in zip(order, effects_of_factors(order), strict=True))
    joint, rest = effects_of_factors([Factor(Fraction(30), Fraction(24)), factors[2]])
    assert abs(joint - effects[factors[0]] - effects[factors[1]]) < MICRO
    assert abs(rest - effects[factors[2]]) < MICRO


def test_a_product_by_hand() -> None:
    """10 × 2 = 20 becomes 20 × 2 = 40: all 20 come from the first. 4 × 5 becomes 5 × 4: nothing changes, by ± 20 · ln 1.25."""
    assert [round(float(e), 9) for e in effects_of_factors([Factor(Fraction(10), Fraction(20)), Factor(Fraction(2), Fraction(2))])] == [20, 0]  # fmt: skip
    up, down = effects_of_factors([Factor(Fraction(4), Fraction(5)), Factor(Fraction(5), Fraction(4))])
    assert float(up) == pytest.approx(20 * math.log(1.25))
    assert up == -down
    with pytest.raises(ValueError, match="positive"):
        effects_of_factors([Factor(Fraction(0), Fraction(1))])


@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=30))
def test_what_is_shared_out_is_all_there_and_nowhere_off_by_a_quantum(parts: list[Fraction]) -> None:
    whole = shared_out(sum(parts, Fraction(0)), parts, MICRO)
    assert sum(whole) == round(sum(parts, Fraction(0)) / MICRO)
    assert all(abs(amount - part / MICRO) <= 1 for amount, part in zip(whole, parts, strict=True))


def test_the_few_that_explain_a_change_are_those_whose_weight_moved() -> None:
    """Adtributor's terms by hand: of a fall of 100, "a" makes up 60 and "b" 30; "c" and "d" did not move against them."""
    sales = {"a": (100, 40), "b": (100, 70), "c": (100, 95), "d": (100, 95)}
    found = contributions([Part(name, (Fraction(x), Fraction(y))) for name, (x, y) in sales.items()], MICRO)
    explanation = explain(found)
    p, q = 100 / 400, 40 / 300
    middle = (p + q) / 2
    term = (p * math.log(p / middle) + q * math.log(q / middle)) / 2
    assert explanation.members[0] == "a"
    assert set(explanation.members) == {"a", "b"}
    assert explanation.explained == Fraction(90, 100)
    assert explanation.is_enough
    assert explanation.surprise > term > 0


def test_an_even_change_and_what_has_no_name_explain_nothing() -> None:
    even = [Part(str(i), (Fraction(100), Fraction(90))) for i in range(20)]
    assert not explain(contributions(even, MICRO)).is_enough
    nameless = [Part(None, (Fraction(100), Fraction(0))), Part("a", (Fraction(100), Fraction(99)))]
    assert explain(contributions(nameless, MICRO)).members == ()


def test_how_usual_a_change_is_is_told_by_the_earlier_ones() -> None:
    earlier = [Fraction(n) for n in (1, -2, 3, -4, 5)]
    usual = held_against_earlier(Fraction(-3), earlier)
    assert usual is not None
    assert (usual.as_large, usual.steps, usual.is_ordinary) == (3, 5, True)
    unheard_of = held_against_earlier(Fraction(9), earlier)
    assert unheard_of is not None
    assert not unheard_of.is_ordinary
    assert held_against_earlier(Fraction(9), earlier[:4]) is None


def test_every_product_is_one_by_definition() -> None:
    for name, (one, other) in PRODUCTS.items():
        metric = MODEL.metrics[other]
        if isinstance(metric, DerivedMetric) and metric.expression == f"{name} / {one}":
            continue
        # The value of an order is pieces × price: its own ratio and both of theirs are of the same three figures.
        whole, first, second = (form_of(MODEL, metric) for metric in (name, one, other))
        assert whole is not None, name
        assert first is not None, name
        assert second is not None, name
        assert (first.below, second.above, first.above) == (whole.below, whole.above, second.below), name
    for name, (one, other) in SUMS.items():
        whole, first, second = (form_of(MODEL, metric) for metric in (name, one, other))
        assert whole is not None, name
        assert first is not None, name
        assert second is not None, name
        added = {base: first.above.get(base, 0) + second.above.get(base, 0) for base in (*first.above, *second.above)}
        assert {base: factor for base, factor in added.items() if factor} == whole.above


def test_net_sales_are_orders_and_their_value_less_refunds() -> None:
    names = [(one.metric, one.within, one.sign) for one in drivers_of(MODEL, "revenue")]
    assert names == [
        ("customers", "orders", 1), ("orders_per_customer", "orders", 1), ("units_per_order", "average_order_value", 1),
        ("average_price", "average_order_value", 1), ("refunds", None, -1),
    ]  # fmt: skip
    assert [one.metric for one in coarser(drivers_of(MODEL, "revenue"))] == ["orders", "average_order_value", "refunds"]
    assert [(one.metric, one.sign) for one in drivers_of(MODEL, "refund_rate")] == [("refunds", 1), ("sold_net_of_discount", -1)]  # fmt: skip
    assert drivers_of(MODEL, "median_order_value") == ()
    assert form_of(MODEL, "median_order_value") is None


def test_the_change_of_nothing_is_nothing() -> None:
    assert contributions([], MICRO) == []
    assert change_of([]) == 0
