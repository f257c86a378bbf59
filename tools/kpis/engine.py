"""Progress and pace of a target: which part of a period's figure is usually in by a day, and how the period ends on this
course. Pure mathematics over daily figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean, median, quantiles
from typing import Literal

Direction = Literal["at_least", "at_most"]
Status = Literal["ahead", "on_track", "behind", "reached", "missed", "not_begun", "unknown"]
Method = Literal["season", "weekdays", "calendar"]

TOLERANCE = 0.05
"""By which the projected end may miss the target and still be on track."""
_WEEKS_FOR_WEEKDAYS = 8
_PERIODS_FOR_SHAPE = 3
_FEWEST_TRIED = 3
_FOR_QUANTILES = 8
"""Earlier periods from which on an interval leaves out the tenth at either end."""
_MOST_TRIED = 18
_LONGEST_OF_A_MONTH = 31
_PART_OF_A_MONTH = 10
_LONGEST_OF_A_QUARTER = 92


@dataclass(frozen=True, slots=True)
class Span:
    """A period: from `start` up to but not with `end`."""

    start: date
    end: date

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days)]


@dataclass(frozen=True, slots=True)
class Pace:
    """`share`: of the period's figure, what is expected to be in by now. `projected`: the whole period's figure on this
    course, `low` and `high` around it: what the same projection would have missed in earlier periods, in eight of ten of
    them, or in all where they were fewer than eight. `tried`: how many those were."""

    share: float
    method: Method
    projected: float | None
    low: float | None
    high: float | None
    tried: int


def pace(daily: Mapping[date, float], period: Span, past: Sequence[Span], until: date) -> Pace:
    """The pace of a period whose figure is known up to but not with `until`. `daily` holds every day that is known, `past`
    the earlier periods of its kind, the latest last. The way to share out a period is the one that would have foretold
    the ends of earlier periods best at the same point of them, each judged by what was known before it."""
    done = sum(daily.get(day, 0.0) for day in period.days if day < until)
    fraction = min(max((until - period.start).days / (period.end - period.start).days, 0.0), 1.0)
    tried = past[-_MOST_TRIED:]
    methods: tuple[Method, ...] = ("season", "weekdays", "calendar")
    errors = {one: _errors(daily, past, tried, fraction, one) for one in methods}
    usable: list[Method] = [one for one in methods if _weights(daily, period, past, one) is not None]
    judged: list[Method] = [one for one in usable if len(errors[one]) >= _FEWEST_TRIED]
    # The latest periods are those that all ways could be tried on.
    common = min((len(errors[one]) for one in judged), default=0)
    method: Method = usable[0]
    if judged:
        off: dict[Method, float] = {one: fmean(abs(error - 1) for error in errors[one][-common:]) for one in judged}
        method = min(off, key=lambda one: off[one])
    share = _share(daily, period, past, until, method)
    if share <= 0:
        return Pace(share, method, None, None, None, 0)
    projected = done if fraction >= 1 else done / share
    low, high = _interval(errors[method]) if fraction < 1 else (None, None)
    return Pace(
        share=share,
        method=method,
        projected=projected,
        low=None if low is None else max(projected * low, done if done > 0 else projected * low),
        high=None if high is None else projected * high,
        tried=len(errors[method]),
    )


def expected_path(daily: Mapping[date, float], period: Span, past: Sequence[Span], method: Method) -> list[float]:
    """By the end of each day of a period, the share of its figure that is expected to be in."""
    weights = _weights(daily, period, past, method) or {}
    total, path = 0.0, list[float]()
    for day in period.days:
        total += weights[day]
        path.append(total)
    return [part / total for part in path] if total else path


def status(target: float, projected: float | None, direction: Direction, *, over: bool) -> Status:
    """Of a period that is over: whether it was reached; else by how far its projected end lies off the target."""
    if projected is None or target == 0:
        return "unknown"
    sign = 1 if direction == "at_least" else -1
    if over:
        return "reached" if sign * (projected - target) >= 0 else "missed"
    off = sign * (projected - target) / abs(target)
    return "ahead" if off >= TOLERANCE else "behind" if off <= -TOLERANCE else "on_track"


def _errors(
    daily: Mapping[date, float], past: Sequence[Span], tried: Sequence[Span], fraction: float, method: Method
) -> list[float]:
    """What earlier periods came to, over what would have been foretold of them at the same point."""
    found: list[float] = []
    for period in tried:
        before = [one for one in past if one.end <= period.start]
        known = {day: value for day, value in daily.items() if day < period.start}
        cut = period.start + timedelta(days=round(fraction * (period.end - period.start).days))
        if _weights(known, period, before, method) is None:
            continue
        share = _share(known, period, before, cut, method)
        done = sum(daily.get(day, 0.0) for day in period.days if day < cut)
        whole = sum(daily.get(day, 0.0) for day in period.days)
        if share > 0 and done > 0 and whole > 0:
            found.append(whole / (done / share))
    return found


def _interval(errors: Sequence[float]) -> tuple[float | None, float | None]:
    if len(errors) < _FEWEST_TRIED:
        return None, None
    if len(errors) < _FOR_QUANTILES:
        return min(errors), max(errors)
    tenths = quantiles(errors, n=10, method="inclusive")
    return tenths[0], tenths[-1]


def _share(daily: Mapping[date, float], period: Span, past: Sequence[Span], until: date, method: Method) -> float:
    weights = _weights(daily, period, past, method) or {}
    whole = sum(weights.values())
    return sum(weight for day, weight in weights.items() if day < until) / whole if whole else 0.0


def _weights(
    daily: Mapping[date, float], period: Span, past: Sequence[Span], method: Method
) -> dict[date, float] | None:
    """What each day of a period is expected to be worth beside the others; None where too little is known for it."""
    if method == "calendar":
        return dict.fromkeys(period.days, 1.0)
    weekdays = _weekdays(daily, period.start)
    if weekdays is None:
        return None
    if method == "weekdays":
        return {day: weekdays[day.weekday()] for day in period.days}
    length = (period.end - period.start).days
    shapes = _shapes(daily, past, weekdays, length)
    if shapes is None:
        return None
    return {day: weekdays[day.weekday()] * shapes.get(_part(day, length), 1.0) for day in period.days}


def _weekdays(daily: Mapping[date, float], before: date) -> dict[int, float] | None:
    """The mean of each weekday over up to a year before a day, as a multiple of the mean of all."""
    days = [day for day in daily if before - timedelta(weeks=52) <= day < before]
    if len(days) < 7 * _WEEKS_FOR_WEEKDAYS:
        return None
    mean = fmean(max(daily[day], 0.0) for day in days)
    if mean <= 0:
        return None
    return {
        weekday: fmean(max(daily[day], 0.0) for day in days if day.weekday() == weekday) / mean for weekday in range(7)
    }


def _part(day: date, length: int) -> int:
    """The part of its period that a day lies in: the thirds of a month, the months of anything longer."""
    if length <= _LONGEST_OF_A_MONTH:
        return min((day.day - 1) // _PART_OF_A_MONTH, 2)
    return day.month


def _shapes(
    daily: Mapping[date, float], past: Sequence[Span], weekdays: Mapping[int, float], length: int
) -> dict[int, float] | None:
    """How much each part of a period is worth beyond its weekdays: the median over earlier periods. Months of a year need
    a whole year before, a quarter's months the same quarter of one."""
    factors: dict[int, list[float]] = {}
    stretches = past if length <= _LONGEST_OF_A_QUARTER else past[-4:]
    for one in stretches:
        days = one.days
        whole, worth = sum(daily.get(day, 0.0) for day in days), sum(weekdays[day.weekday()] for day in days)
        if whole <= 0 or worth <= 0:
            continue
        for part in {_part(day, length) for day in days}:
            inside = [day for day in days if _part(day, length) == part]
            expected = sum(weekdays[day.weekday()] for day in inside) / worth
            if expected > 0:
                factors.setdefault(part, []).append(
                    max(sum(daily.get(day, 0.0) for day in inside), 0.0) / whole / expected
                )
    needed = _PERIODS_FOR_SHAPE if length <= _LONGEST_OF_A_MONTH else 1
    found = {part: median(values) for part, values in factors.items() if len(values) >= needed}
    return found or None


def earlier(period: Span, starts: Sequence[date]) -> list[Span]:
    """The periods between starts that follow each other, those that end by the beginning of this one."""
    return [Span(a, b) for a, b in pairwise(starts) if b <= period.start]
