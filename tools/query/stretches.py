"""Stretches of time as a question names them, several at once: listed, nested, or a name and the year it lies in."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

from storage.metrics.query import Grain, TimeRange
from tools.language.periods import Period, PeriodSpan, shift
from tools.language.periods.calendars import name_days

_LENGTHS: dict[Grain, range] = {
    "day": range(1, 2), "week": range(7, 8), "month": range(28, 32), "quarter": range(90, 93), "year": range(365, 367),
}  # fmt: skip

_NEAR = 190
"""Days: half a year, beyond which a month named after another is the latest of its name."""


def as_range(period: Period) -> TimeRange:
    return TimeRange(start=period.start, end=period.end, label=period.label, only=period.only)


def as_period(time: TimeRange) -> Period:
    """A range with the unit it counts in, so that the period before it is named like it."""
    start, end = time.start, time.end
    if time.only:
        return Period(start, end, "day", time.label, time.only)
    if start and end and start.day == end.day == 1:
        months = (end.year - start.year) * 12 + end.month - start.month
        whole_quarter = months == 3 and start.month % 3 == 1  # noqa: PLR2004 — months in a quarter
        unit: Grain = "year" if months % 12 == 0 else "quarter" if whole_quarter else "month"
        return Period(start, end, unit, time.label)
    return Period(start, end, "day", time.label)


def joined(ranges: list[TimeRange]) -> TimeRange:
    return TimeRange(start=ranges[0].start, end=ranges[-1].end, label=f"{ranges[0].label} – {ranges[-1].label}")


def listed_inside(ranges: list[TimeRange]) -> TimeRange | None:
    """ "in the spring, March April May": a longer period whose part is then listed."""
    longest = max(ranges, key=lambda r: (r.end or date.max) - (r.start or date.min))
    listed = [r for r in ranges if r is not longest]
    follow = all(a.end == b.start for a, b in pairwise(listed))
    begins, ends = listed[0].start or date.min, listed[-1].end or date.max
    inside = (longest.start or date.min) <= begins and ends <= (longest.end or date.max)
    return joined(listed) if len(listed) > 1 and follow and inside else None


def innermost(ranges: list[TimeRange]) -> TimeRange | None:
    """ "this summer, June to August": of periods that lie in one another the shortest is meant."""
    inner = min(ranges, key=lambda r: (r.end or date.max) - (r.start or date.min))
    inside = all(
        (r.start or date.min) <= (inner.start or date.min) and (r.end or date.max) >= (inner.end or date.max)
        for r in ranges
    )
    return inner if inside else None


def in_the_year_named(spans: list[PeriodSpan]) -> list[PeriodSpan]:
    """ "July through December: revenue in 2025": a name without a year lies in the one year that is named."""
    if len(spans) > 2:  # noqa: PLR2004 — a season and its months
        return _in_the_season_named(spans)
    years = [span for span in spans if span.grain == "year" and span.year_given and span.start]
    if len(spans) != 2 or len(years) != 1:  # noqa: PLR2004 — a name and its year
        return spans
    name = next(span for span in spans if span is not years[0])
    follows = name.kind == "current" and name.start == years[0].end  # "2025 and 2026 to date"
    bare = (
        name.kind is not None and not follows and not name.year_given and name.offset is None and name.grain != "year"
    )
    if not bare or name.start is None or name.end is None or years[0].start is None:
        return spans
    moved = shift(name.period, "year", years[0].start.year - name.start.year)
    return [replace(name, start=moved.start, end=moved.end, label=moved.label)]


def in_the_year_of(span: PeriodSpan, earlier: TimeRange) -> PeriodSpan:
    """ "only March?" after a question about 1997, "and August?" after July 2025: a name without a year lies where the
    conversation is, as far as that is near."""
    bare = span.kind is not None and not span.year_given and span.offset is None and span.grain != "year"
    if not bare or not (span.start and span.end and earlier.start and earlier.end):
        return span
    year = earlier.start.year
    if (earlier.end - timedelta(days=1)).year != year or span.start.year == year:
        return span
    moved = shift(span.period, "year", year - span.start.year)
    inside = moved.start and moved.end and earlier.start <= moved.start and moved.end <= earlier.end
    near = moved.start and abs((moved.start - earlier.start).days) <= _NEAR and unit_of(earlier) == span.grain
    return replace(span, start=moved.start, end=moved.end, label=moved.label) if inside or near else span


def year_around(time: TimeRange) -> TimeRange | None:
    """The calendar year that a stretch lies in: "and for the year?" after a question about May 2025."""
    if time.start is None or time.end is None or (time.end - timedelta(days=1)).year != time.start.year:
        return None
    year = time.start.year
    return TimeRange(start=date(year, 1, 1), end=date(year + 1, 1, 1), label=str(year))


def _in_the_season_named(spans: list[PeriodSpan]) -> list[PeriodSpan]:
    """ "autumn of 2024, so September, October, November": names without a year that lie in the one stretch that has."""
    stretches = [span for span in spans if span.year_given and span.start and span.end]
    if len(stretches) != 1:
        return spans
    whole, moved = stretches[0], list[PeriodSpan]()
    for span in spans:
        if span is whole or span.start is None or span.offset is not None or whole.start is None:
            moved.append(span)
            continue
        period = shift(span.period, "year", whole.start.year - span.start.year)
        moved.append(replace(span, start=period.start, end=period.end, label=period.label))
    return moved


def unit_of(time: TimeRange) -> Grain | None:
    """The calendar unit that a range is exactly one of."""
    if not time.start or not time.end or time.only:
        return None
    days = (time.end - time.start).days
    grains: tuple[Grain, ...] = get_args(Grain)
    return next((grain for grain in grains if days in _LENGTHS[grain]), None)


def up_to(time: TimeRange, end: date) -> TimeRange:
    """The part of a range before a day that was named: it is called by its days."""
    cut = cut_at(time, end)
    if cut == time or cut.start is None or cut.end is None:
        return cut
    return cut.model_copy(update={"label": name_days(cut.start, cut.end)})


def cut_at(time: TimeRange, tomorrow: date) -> TimeRange:
    reaches_on = time.end is not None and time.end > tomorrow and (time.start is None or time.start < tomorrow)
    return time.model_copy(update={"end": tomorrow}) if reaches_on else time
