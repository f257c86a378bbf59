"""The tests behind insights keep the chance of error that they state, and see what is there."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest

from tests.insights.history import Plant, Trade, panel, shuffled, trade
from tools.insights.engine import Finding, find
from tools.insights.statistics import adjusted, concentrated, moved, surprise

Rng = np.random.Generator


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg():
    # The example of their paper (1995, table 1), adjusted by hand: p × 15 ÷ rank, from the largest down.
    ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]  # fmt: skip
    qs = adjusted(ps)
    assert qs[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])
    assert sum(q <= 0.05 for q in qs) == 4
    assert adjusted(ps[::-1]) == qs[::-1]
    assert adjusted([]) == []


@pytest.mark.parametrize(
    "draw",
    [lambda rng, n: rng.normal(size=n), lambda rng, n: rng.exponential(size=n), lambda rng, n: rng.laplace(size=n)],
    ids=["normal", "exponential", "laplace"],
)
def test_a_surprise_is_as_rare_as_it_says(draw: Callable[[Rng, int], np.ndarray]):
    rng = np.random.default_rng(11)
    ps = np.array([surprise(errors[:-1], errors[-1]) for errors in (draw(rng, 53).tolist() for _ in range(4_000))])
    for level in (0.2, 0.05, 0.01, 0.002):
        # Three standard errors above the level; a normal tail makes it cautious, so there is no floor.
        assert (ps <= level).mean() <= level + 3 * np.sqrt(level / len(ps))
    assert (ps <= 0.2).mean() > 0.15


def test_a_surprise_grows_with_the_distance_and_says_nothing_without_spread():
    errors = list(np.random.default_rng(3).normal(size=60))
    far = [surprise(errors, distance) for distance in (0.5, 2, 4, 8)]
    assert far == sorted(far, reverse=True)
    assert far[-1] < 1e-3 < far[1]
    assert surprise([0.0] * 40, 5.0) == 1.0


def test_a_move_is_as_rare_as_every_way_to_part_the_series_says():
    values = [3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0, 5.5, 3.5, 8.0, 9.5]
    place = lambda after: abs(sum(sorted(values).index(v) + 1 for v in after) - len(after) * 13 / 2)  # noqa: E731
    seen = place(values[-5:])
    ways = [place(after) for after in combinations(values, 5)]
    exact = sum(way >= seen for way in ways) / len(ways)
    # The same values, without likeness of neighbours in this order.
    assert moved(np.array(values[:7]), np.array(values[7:])) == pytest.approx(exact, abs=0.02)


def test_neighbours_that_resemble_each_other_make_a_move_less_telling():
    slow = np.repeat([1.0, 5.0, 2.0, 6.0, 3.0, 7.0, 2.5], 4)
    mixed = np.random.default_rng(5).permutation(slow)
    high = np.array([8.0, 9.0, 8.5, 9.5])
    assert moved(slow, high) > moved(mixed, high)


def test_a_spread_that_did_not_change_is_seldom_said_to_have():
    rng = np.random.default_rng(17)
    shares = rng.dirichlet(np.full(20, 1.0))
    ps: list[float] = []
    for seed in range(40):
        weeks = rng.poisson(200 * shares, (26, 20)).T.astype(float)
        total = weeks.sum(axis=0)
        ps.append(concentrated(weeks[:, :13], weeks[:, 13:], (total[:13], total[13:]), 3, seed))
    assert np.mean(np.array(ps) <= 0.1) <= 0.2
    assert np.mean(ps) == pytest.approx(0.5, abs=0.14)


# ── all tests of a business together ─────────────────────────────────────────────────────────────────────


def _false_discovery_rate(repeats: int, *, in_order: bool) -> float:
    """With nothing to find every discovery is false: the rate is how often there is any."""
    found = 0
    for seed in range(repeats):
        made = trade(seed)
        found += bool(find(panel(made if in_order else shuffled(made, seed))).findings)
    return found / repeats


def test_where_nothing_is_there_little_is_found():
    # Of 12 at most 4, were the rate 0.1: more has a chance of 0.4 % (binomial).
    assert _false_discovery_rate(12, in_order=False) <= 4 / 12


@pytest.mark.prove
@pytest.mark.timeout(600)
@pytest.mark.parametrize("in_order", [False, True], ids=["shuffled weeks", "with the seasons in order"])
def test_the_false_discovery_rate_is_held(in_order: bool):
    repeats = 200
    assert _false_discovery_rate(repeats, in_order=in_order) <= 0.1 + 2 * np.sqrt(0.1 * 0.9 / repeats)


def _last_week(factor: float) -> Plant:
    def plant(made: Trade) -> None:
        for part in (made.categories, made.customers):
            part[:, -7:] *= factor
        made.orders[-7:] = np.round(made.orders[-7:] * factor)

    return plant


def _one_day(factor: float) -> Plant:
    def plant(made: Trade) -> None:
        made.categories[:, -3] *= factor
        made.orders[-3] = round(made.orders[-3] * factor)

    return plant


def _one_customer(factor: float) -> Plant:
    def plant(made: Trade) -> None:
        made.customers[np.argsort(-made.customers.sum(axis=1))[2], -56:] *= factor

    return plant


def _power(plant: Plant, hit: Callable[[Finding], bool], repeats: int, per_day: float) -> float:
    found = 0
    for seed in range(repeats):
        made = trade(seed, per_day=per_day)
        plant(made)
        found += any(hit(one) for one in find(panel(made)).findings)
    return found / repeats


PLANTED: dict[str, tuple[Plant, Callable[[Finding], bool], float]] = {
    "a week at a third": (_last_week(0.33), lambda f: f.grain == "week" and f.member is None and f.actual < f.expected, 0.8),
    "a week at twice": (_last_week(2.0), lambda f: f.grain == "week" and f.member is None and f.actual > f.expected, 0.8),
    "a day at a tenth": (_one_day(0.1), lambda f: f.grain == "day" and f.actual < f.expected, 0.7),
    "a customer gone": (_one_customer(0.0), lambda f: f.kind == "fading", 0.9),
    "a customer at a third": (_one_customer(0.33), lambda f: f.kind == "fading", 0.6),
    "a customer at three times": (_one_customer(3.0), lambda f: f.kind == "rising", 0.7),
}  # fmt: skip


@pytest.mark.parametrize("name", ["a week at twice", "a customer gone"])
def test_what_is_planted_is_found(name: str):
    plant, hit, least = PLANTED[name]
    assert _power(plant, hit, 6, per_day=30) >= least - 0.2


@pytest.mark.prove
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", PLANTED)
def test_power(name: str, record_property: Callable[[str, object], None]):
    plant, hit, least = PLANTED[name]
    power = _power(plant, hit, 60, per_day=30)
    record_property("power", power)
    assert power >= least
