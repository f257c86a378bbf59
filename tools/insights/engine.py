"""What is worth seeing in a panel of figures: every series is tested alike, all tests together decide which to believe."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import log10
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tools.insights.statistics import (
    LEAST_ERRORS,
    Surprise,
    Vector,
    adjusted,
    against_history,
    concentrated,
    moved,
    share_of_first,
)

Kind = Literal["change", "outlier", "record", "concentration", "fading", "rising"]
SeriesGrain = Literal["day", "week", "month"]

LEVEL = 0.1
"""The share of false discoveries among what is shown that is expected at most (q)."""
RECENT, BEFORE = 8, 44
"""Weeks that tell whether a member fades or rises, and those that it is held against."""
STRETCH = 13
"""Weeks of the two stretches whose concentration is compared."""
_LAGS: dict[SeriesGrain, tuple[int, ...]] = {
    "day": tuple(range(7, 57, 7)),  # the same weekday
    "week": tuple(range(1, 9)),
    "month": tuple(range(1, 7)),
}
_YEAR: dict[SeriesGrain, int] = {"day": 0, "week": 52, "month": 12}
_LEAST_CHANGE: dict[SeriesGrain, float] = {"day": 0.25, "week": 0.1, "month": 0.1}
_LEAST_POINTS = 0.01
"""For figures that are shares: a percentage point."""
_LEAST_SHARE = 0.01
"""Of all sales in the year before: a smaller member is not looked at."""
_LEAST_MOVE = 0.3
_LEAST_GROWTH = 0.05
"""By how many points a concentration must have changed."""
_FEW, _FEWEST_MEMBERS, _MANY_MEMBERS = (3, 5), 10, 50
_RECORD_AFTER: dict[SeriesGrain, int] = {"day": 180, "week": 52, "month": 24}
"""Buckets without which the best or worst of all is none to speak of."""
_FULL_STRENGTH, _FULL_SIZE = 8.0, 0.25


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of complete buckets that follow each other; `starts` are their first days. `adds`: figures of parts add up
    to that of the whole; otherwise None stands where there is nothing to divide by. `whole`: of a member, what all members
    came to in each bucket. `tested`: how many of the last buckets are looked at."""

    metric: str
    grain: SeriesGrain
    starts: tuple[date, ...]
    values: tuple[float | None, ...]
    adds: bool = True
    is_share: bool = False
    dimension: str | None = None
    member: str | None = None
    whole: tuple[float, ...] | None = None
    tested: int = 1


@dataclass(frozen=True, slots=True)
class Spread:
    """Who makes the sales: members × weeks, the last STRETCH weeks and as many to hold them against."""

    metric: str
    dimension: str
    members: int
    """How many there are in all; `now` and `before` hold the largest."""
    now: tuple[tuple[float, ...], ...]
    before: tuple[tuple[float, ...], ...]
    whole_now: tuple[float, ...]
    whole_before: tuple[float, ...]
    now_from: date
    before_from: date
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """All figures of one business that are looked at together."""

    series: tuple[Series, ...] = ()
    spreads: tuple[Spread, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One test that is to be believed. `actual` and `expected` are in the figure's unit, for a concentration shares of the
    whole; `first` and `last` are the first days of the buckets that it is about. `score` ranks, from 0 to 1."""

    kind: Kind
    metric: str
    grain: SeriesGrain
    first: date
    last: date
    actual: float
    expected: float
    p: float
    q: float = 1.0
    score: float = 0.0
    dimension: str | None = None
    member: str | None = None
    low: float | None = None
    high: float | None = None
    best_of: int | None = None
    """How many buckets it is the best of, or where below what was expected the worst of."""
    names: tuple[str, ...] = ()
    weight: float = 0.0
    """The difference as a share of what the whole business does in such a time."""
    starts: tuple[date, ...] = ()
    values: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """`tested`: how many tests were made, `passed` those that are believed, the most telling first. `looked_at`: how many
    series had enough of a past to be tested."""

    tested: int
    looked_at: int
    findings: tuple[Finding, ...] = field(default=())


def find(panel: Panel, level: float = LEVEL) -> Outcome:
    """All candidates of a panel, tested together. One whose effect is too small to matter keeps its place among the tests
    with p = 1: to make p larger never lets more false discoveries through (its hypothesis is that the effect is at most
    that small)."""
    candidates = [*_in_series(panel.series), *_in_spreads(panel.spreads)]
    qs = adjusted([one.p for one in candidates])
    believed = [_scored(one, q) for one, q in zip(candidates, qs, strict=True) if q <= level and one.p < 1]
    believed.sort(key=lambda one: (-one.score, one.metric, one.member or ""))
    places = {(one.metric, one.grain, one.dimension, one.member) for one in candidates}
    return Outcome(len(candidates), len(places), tuple(believed))


def latest(series: Series) -> Finding | None:
    """The last bucket of one series as a test by itself, whatever it comes to; None where the past is too short."""
    return _tested(series, len(series.values))


def _in_series(series: Sequence[Series]) -> Iterator[Finding]:
    for one in series:
        for end in range(len(one.values) - one.tested + 1, len(one.values) + 1):
            if one.member is not None and not _large_enough(one, end):
                continue
            if (found := _tested(one, end)) is not None:
                yield found
        if one.member is not None and one.grain == "week" and (found := _moving(one)) is not None:
            yield found


def _tested(series: Series, end: int) -> Finding | None:
    """The bucket before `end` against its history. A member is looked at by its share, so that what all members share,
    a good week or the season, is not told once more of each."""
    values = np.array([np.nan if value is None else value for value in series.values[:end]], dtype=np.float64)
    unit = 1.0
    if series.whole is not None:
        whole = np.array(series.whole[:end], dtype=np.float64)
        unit = float(whole[-1])
        values = np.where(whole > 0, values / np.where(whole > 0, whole, 1.0), np.nan)
    if not end or not np.isfinite(values[-1]):
        return None
    seen = against_history(values, _LAGS[series.grain], _YEAR[series.grain], root=series.adds)
    if seen is None:
        return None
    actual, expected = float(values[-1]), max(seen.expected, 0.0) if series.adds else seen.expected
    large = _matters(series, actual, expected)
    return Finding(
        kind=_kind(series, values, actual, expected),
        metric=series.metric,
        grain=series.grain,
        first=series.starts[end - 1],
        last=series.starts[end - 1],
        actual=actual * unit,
        expected=expected * unit,
        p=seen.p if large else 1.0,
        dimension=series.dimension,
        member=series.member,
        low=_floored(series, seen.low) * unit,
        high=_floored(series, seen.high) * unit,
        best_of=_place(values, actual, expected) if series.member is None else None,
        weight=_weight(series, seen, actual, expected),
        starts=series.starts[:end],
        values=series.values[:end],
    )


def _floored(series: Series, value: float) -> float:
    return max(value, 0.0) if series.adds else value


def _matters(series: Series, actual: float, expected: float) -> bool:
    difference = abs(actual - expected)
    if series.is_share and difference < _LEAST_POINTS:
        return False
    return difference >= _LEAST_CHANGE[series.grain] * abs(expected) and difference > 0


def _kind(series: Series, values: Vector, actual: float, expected: float) -> Kind:
    place = _place(values, actual, expected)
    if series.member is None and place is not None and place >= _RECORD_AFTER[series.grain]:
        return "record"
    return "outlier" if series.grain == "day" else "change"


def _place(values: Vector, actual: float, expected: float) -> int | None:
    """Of how many buckets the last is the very best, or the very worst where it is below what was expected."""
    known = values[np.isfinite(values)]
    before = known[:-1]
    if not len(before):
        return None
    extreme = actual > before.max() if actual > expected else actual < before.min()
    return len(known) if extreme else None


def _weight(series: Series, seen: Surprise, actual: float, expected: float) -> float:
    if series.whole is not None:
        return abs(actual - expected)
    return abs(actual - expected) / abs(seen.expected) if seen.expected else 1.0


def _large_enough(series: Series, end: int) -> bool:
    """Whether a member made its part of the year before, which is settled before its last figures are looked at."""
    past = slice(max(end - 1 - (RECENT + BEFORE), 0), end - 1)
    whole = sum((series.whole or ())[past])
    return whole > 0 and sum(value or 0 for value in series.values[past]) / whole >= _LEAST_SHARE


def _moving(series: Series) -> Finding | None:
    """Whether a member fades or rises: its share of the last weeks against those before. One that came in only lately is
    new, and neither."""
    count = len(series.values)
    length = min(count - RECENT, BEFORE)
    if length < LEAST_ERRORS or series.whole is None:
        return None
    values = np.array([value or 0.0 for value in series.values[-(length + RECENT) :]])
    whole = np.array(series.whole[-(length + RECENT) :])
    if not (whole > 0).all() or not np.any(values[: length // 2] != 0):
        return None
    if values.sum() / whole.sum() < _LEAST_SHARE:
        return None
    shares: NDArray[np.float64] = values / whole
    recent, usual = float(values[length:].sum()), float(values[:length].sum() / whole[:length].sum())
    expected = usual * float(whole[length:].sum())
    large = abs(recent - expected) >= _LEAST_MOVE * abs(expected) and expected > 0
    return Finding(
        kind="fading" if recent < expected else "rising",
        metric=series.metric,
        grain="week",
        first=series.starts[-RECENT],
        last=series.starts[-1],
        actual=recent,
        expected=expected,
        p=moved(shares[:length], shares[length:]) if large else 1.0,
        dimension=series.dimension,
        member=series.member,
        weight=abs(recent - expected) / float(whole[length:].sum()),
        starts=series.starts[-(length + RECENT) :],
        values=series.values[-(length + RECENT) :],
    )


def few(members: int) -> int:
    """How many are few of so many."""
    return _FEW[members >= _MANY_MEMBERS]


def _in_spreads(spreads: Sequence[Spread]) -> Iterator[Finding]:
    for one in spreads:
        if one.members < _FEWEST_MEMBERS:
            continue
        now, before = np.array(one.now), np.array(one.before)
        wholes = np.array(one.whole_now), np.array(one.whole_before)
        if wholes[0].sum() <= 0 or wholes[1].sum() <= 0:
            continue
        k = few(one.members)
        share = share_of_first(now.sum(axis=1), k, float(wholes[0].sum()))
        earlier = share_of_first(before.sum(axis=1), k, float(wholes[1].sum()))
        large = abs(share - earlier) >= _LEAST_GROWTH
        first = np.argsort(-now.sum(axis=1), kind="stable")[:k]
        yield Finding(
            kind="concentration",
            metric=one.metric,
            grain="week",
            first=one.now_from,
            last=one.before_from,
            actual=share,
            expected=earlier,
            p=concentrated(now, before, wholes, k, seed=one.members) if large else 1.0,
            dimension=one.dimension,
            names=tuple(one.names[place] for place in first),
            values=tuple(float(now[place].sum() / wholes[0].sum()) for place in first),
            weight=abs(share - earlier),
        )


def _scored(found: Finding, q: float) -> Finding:
    """Half for how sure it is, half for how much of the business it is about."""
    strength = min(-log10(max(found.p, 1e-12)) / _FULL_STRENGTH, 1.0)
    size = min(found.weight / _FULL_SIZE, 1.0)
    return replace(found, q=q, score=round((strength + size) / 2, 4))
