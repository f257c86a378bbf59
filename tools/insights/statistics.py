"""How surprising a figure is, and how many surprises of many can be believed. Pure mathematics."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, erfc, sqrt

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
LEAST_ERRORS = 20
"""Forecasts that must have been tried before one can be called wrong beyond the usual."""
_PERMUTATIONS = 1_999
_TAIL = 5
"""One in so many of the errors is taken for the tail."""
_MOST_DEPENDENT = 0.9


@dataclass(frozen=True, slots=True)
class Surprise:
    """A figure against what leads to it. `p`: how often chance alone is that far off or farther, two-sided. `expected`
    and the ends of the range in which four of five lie are in the figure's own unit."""

    p: float
    expected: float
    low: float
    high: float


def adjusted(ps: Sequence[float]) -> list[float]:
    """The adjusted p-values (q-values) of Benjamini and Hochberg, "Controlling the False Discovery Rate", 1995: taking all
    tests with q ≤ α keeps the expected share of false ones among them at α, for tests that are independent or that rise
    and fall together (Benjamini and Yekutieli 2001, theorem 1.2)."""
    count = len(ps)
    order = sorted(range(count), key=ps.__getitem__)
    result, least = [1.0] * count, 1.0
    for rank in range(count, 0, -1):
        place = order[rank - 1]
        least = min(least, ps[place] * count / rank)
        result[place] = least
    return result


def surprise(errors: Sequence[float], error: float) -> float:
    """The chance of an error as large as this one or larger, two-sided, when it is exchangeable with those before it.

    Errors are taken from the median of all, the new one too, and by their size. Within the bulk the chance is the rank of
    the new one among all (exact under exchangeability). Beyond the k-th largest, u, it is that of reaching the tail, k+1
    of n+1, times (1 + (x − u)/S)^−k, S being what the k largest have beyond u: for an exponential tail these excesses are
    independent and exponential (Rényi 1953), and that is the exact chance that one more exceeds x. A tail that falls off
    faster, as the normal one, makes it cautious. Returns 1 where the errors have no spread."""
    everything = np.asarray([*errors, error], dtype=np.float64)
    sizes = np.abs(everything - np.median(everything))
    new, before = float(sizes[-1]), np.sort(sizes[:-1])[::-1]
    count = len(before)
    k = max(_TAIL, ceil(count / _TAIL))
    if count <= k:
        return 1.0
    threshold = float(before[k])
    beyond = float(np.sum(before[:k] - threshold))
    if beyond <= 0:
        return 1.0
    if new <= threshold:
        return float(np.sum(before >= new) + 1) / (count + 1)
    return (k + 1) / (count + 1) * float((1 + (new - threshold) / beyond) ** -k)


def against_history(values: Vector, lags: Sequence[int], year: int, *, root: bool) -> Surprise | None:
    """The last of `values` against what leads to it: the median of those `lags` before it, and where that has foretold
    the past better, times how that changed a year (`year` buckets; 0 for none) earlier. What it is held against are the
    errors of the very same forecast at every earlier place. `root`: errors are taken of square roots, on which sums of
    many sales spread alike at every level (Anscombe 1948). None where fewer than LEAST_ERRORS could be tried."""
    plain = _forecasts(values, lags, 0)
    best = plain
    if year:
        seasonal = _forecasts(values, lags, year)
        both = np.isfinite(seasonal[:-1]) & np.isfinite(plain[:-1]) & np.isfinite(values[:-1])
        if np.isfinite(seasonal[-1]) and both.sum() >= LEAST_ERRORS:
            missed = [float(np.mean(np.abs(values[:-1][both] - one[:-1][both]))) for one in (plain, seasonal)]
            best = seasonal if missed[1] < missed[0] else plain
    errors = _scaled(values, root) - _scaled(best, root)
    past = errors[:-1][np.isfinite(errors[:-1])]
    if len(past) < LEAST_ERRORS or not np.isfinite(errors[-1]):
        return None
    level, bias = float(_scaled(best[-1:], root)[0]), float(np.median([*past, errors[-1]]))
    low, high = np.quantile(past, [0.1, 0.9])
    back = [_unscaled(level + part, root) for part in (bias, float(low), float(high))]
    return Surprise(surprise(past.tolist(), float(errors[-1])), back[0], back[1], back[2])


def moved(before: Vector, after: Vector) -> float:
    """The chance that two stretches of one series differ as much in height as they do, two-sided: Mann and Whitney's rank
    test (1947), with ties, by the normal approximation. Where neighbours of the series resemble each other, the variance
    grows by (1 + ρ)/(1 − ρ), ρ the correlation of its ranks with the ones before (as for an AR(1) mean)."""
    count, other = len(after), len(before)
    everything = np.concatenate([before, after])
    ranks = _ranks(everything)
    total = count + other
    _, ties = np.unique(everything, return_counts=True)
    tied = float(np.sum(ties**3 - ties)) / (total * (total - 1))
    variance = count * other / 12 * (total + 1 - tied)
    if variance <= 0:
        return 1.0
    # Within each stretch: a step between them is what is looked for, and no resemblance.
    own = np.concatenate([ranks[:other] - ranks[:other].mean(), ranks[other:] - ranks[other:].mean()])
    spread = float(np.sum(own**2))
    likeness = float(np.sum(own[1:] * own[:-1])) / spread if spread else 0.0
    likeness = min(max(likeness, 0.0), _MOST_DEPENDENT)
    variance *= (1 + likeness) / (1 - likeness)
    distance = abs(float(ranks[other:].sum()) - count * (total + 1) / 2) - 0.5  # corrected for continuity
    return erfc(max(distance, 0.0) / sqrt(variance) / sqrt(2))


def share_of_first(members: Vector, k: int, whole: float) -> float:
    """The share of the k largest of `members` in a whole."""
    return float(np.sort(members)[::-1][:k].sum()) / whole if whole > 0 else 0.0


def concentrated(now: Vector, before: Vector, wholes: tuple[Vector, Vector], k: int, seed: int) -> float:
    """The chance that the share of the k largest differs between two stretches as much as it does, two-sided. `now` and
    `before` are members × buckets of equal width, `wholes` what all members came to in each bucket. A permutation test:
    under no change it does not matter which bucket lies in which stretch."""
    figures, totals = np.concatenate([now, before], axis=1), np.concatenate(wholes)
    width = now.shape[1]
    rng = np.random.default_rng(seed)

    def difference(order: NDArray[np.int64]) -> float:
        one, two = order[:width], order[width:]
        return abs(
            share_of_first(figures[:, one].sum(axis=1), k, float(totals[one].sum()))
            - share_of_first(figures[:, two].sum(axis=1), k, float(totals[two].sum()))
        )

    buckets = np.arange(2 * width)
    seen = difference(buckets)
    as_far = sum(difference(rng.permutation(buckets)) >= seen - 1e-12 for _ in range(_PERMUTATIONS))
    return (as_far + 1) / (_PERMUTATIONS + 1)


def _forecasts(values: Vector, lags: Sequence[int], year: int) -> Vector:
    """For each place what leads to it; NaN where too little lies before."""
    back = np.full((len(lags), len(values)), np.nan)
    for row, lag in enumerate(lags):
        if lag < len(values):
            back[row, lag:] = values[:-lag]
    known = np.isfinite(back)
    enough = known.sum(axis=0) > len(lags) / 2
    result = np.full(len(values), np.nan)
    if enough.any():
        result[enough] = np.nanmedian(back[:, enough], axis=0)
    result[: max(lags)] = np.nan
    if not year:
        return result
    # A year ago, with its neighbours: single weeks are too rough to go by.
    around = np.full(len(values), np.nan)
    for place in range(year + 1, len(values)):
        near = values[place - year - 1 : place - year + 2]
        led = result[place - year]
        if np.isfinite(near).all() and np.isfinite(led) and led > 0:
            around[place] = max(float(np.mean(near)), 0.0) / led
    return result * around


def _scaled(values: Vector, root: bool) -> Vector:
    return np.sign(values) * np.sqrt(np.abs(values)) if root else values


def _unscaled(value: float, root: bool) -> float:
    return value * abs(value) if root else value


def _ranks(values: Vector) -> Vector:
    """From 1; what is equal shares the mean of its ranks."""
    order = np.argsort(values, kind="stable")
    ranks = np.empty(len(values))
    ranks[order] = np.arange(1, len(values) + 1)
    _, inverse = np.unique(values, return_inverse=True)
    sums = np.bincount(inverse, weights=ranks)
    return (sums / np.bincount(inverse))[inverse]
