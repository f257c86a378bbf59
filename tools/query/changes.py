"""Which two periods a question about a change is about, where it names one, or both in one breath."""

from dataclasses import dataclass
from datetime import date, timedelta

from storage.metrics.query import Grain, TimeRange
from tools.language.annotation import Annotation
from tools.language.periods import Calendar, Period, PeriodSpan, find_periods, preceding, shift
from tools.language.periods.calendars import name_period
from tools.query.slots import Unclear, Unsupported
from tools.query.stretches import as_period, as_range, in_the_year_named, unit_of


@dataclass(frozen=True, slots=True)
class Days:
    """What is known of the days: `today`, and the first and last day with orders. `last_refund` (or transaction) may come after."""

    today: date
    first: date | None
    last: date | None
    last_refund: date | None = None


def with_the_one_before(now: TimeRange, days: Days) -> tuple[TimeRange, TimeRange]:
    """A period and the one before it; of one that is running, as many days of each: "did sales grow this year"."""
    tomorrow = days.today + timedelta(days=1)
    unit = unit_of(now)
    if unit is None or now.end is None or now.end <= tomorrow or now.start is None or now.start >= tomorrow:
        return now, as_range(preceding(as_period(now)))
    running = Period(now.start, tomorrow, "day", name_period(now.start, tomorrow, "day"))
    return as_range(running), as_range(shift(running, unit, -1))


_UP = frozenset("up down ahead behind back higher lower better worse".split())
_ON = frozenset(["on", "over", "of", "against"])


def with_its_twin(annotation: Annotation, span: PeriodSpan, days: Days) -> tuple[TimeRange, TimeRange] | None:
    """ "are we up on last October", asked in October: the days of this one so far, against the same days of that one.
    Raises Unclear in any other month, where nothing tells what is held against it."""
    first = span.tokens.start
    words = [token.norm for token in annotation.tokens[max(0, first - 2) : first]]
    directed = annotation.tokens[first].norm == "last"
    if len(words) < 2 or words[0] not in _UP or words[1] not in _ON or not directed or span.offset is not None:  # noqa: PLR2004 — "up on"
        return None
    twin = shift(span.period, "year", 1)
    tomorrow = days.today + timedelta(days=1)
    if twin.start is None or twin.end is None or not twin.start <= days.today < twin.end:
        said = " ".join((*words, annotation.said(first, span.tokens.stop)))
        raise Unclear(f"“{said}” of which period against which? For example: this year against last year.")
    end = min(twin.end, tomorrow)
    now = twin if end == twin.end else Period(twin.start, end, "day", name_period(twin.start, end, "day"))
    return as_range(now), as_range(shift(now, "year", -1))


def ends_of(
    annotation: Annotation, span: PeriodSpan, days: Days, calendar: Calendar
) -> tuple[TimeRange, TimeRange] | None:
    """ "what changed most from 2024 to 2025", "between Q1 and Q2": with a word of change the one is held against the
    other, where else all from the one to the other is meant."""
    words = [token.norm for token in annotation.tokens[: span.tokens.stop]]
    opening = (at for at in (span.tokens.start, span.tokens.start - 1) if at >= 0 and words[at] in ("from", "between"))
    opens = next(opening, span.tokens.start - 1)  # "Q1 97 to Q1 98, the revenue increased what percentage"
    joint = "and" if opens >= 0 and words[opens] == "between" else "to"
    if joint not in words[opens + 1 :]:
        return None
    middle = words.index(joint, opens + 1)
    halves = [
        find_periods(annotation.tokens[a:b], days.today, calendar)
        for a, b in ((opens + 1, middle), (middle + 1, span.tokens.stop))
    ]
    if any(len(half) != 1 for half in halves):
        return None
    first, last = (as_range(one.period) for one in in_the_year_named([halves[0][0], halves[1][0]]))
    alike = unit_of(first) is not None and unit_of(first) == unit_of(last)
    return (last, first) if alike and (first.start, last.end) == (span.start, span.end) else None


def last_two(span: PeriodSpan) -> tuple[TimeRange, TimeRange] | None:
    """ "compare the last two months": the later with the earlier one."""
    if span.offset is None or span.offset.count != -2 or span.start is None:  # noqa: PLR2004 — a pair
        return None
    unit = span.offset.unit
    middle = shift(Period(span.start, span.start + timedelta(days=1), "day", ""), unit, 1).start
    if middle is None or span.end is None:
        return None
    first, last = ((span.start, middle), (middle, span.end))
    named = (Period(*one, span.grain, name_period(*one, span.grain)) for one in (last, first))
    later, earlier = (as_range(one) for one in named)
    return later, earlier


def refuse_the_same_of_several(annotation: Annotation, current: list[PeriodSpan], grain: Grain | None) -> None:
    """ "every April", "Q2 of each year", "the 15th of each month": one of them would not be what was asked for."""
    if len(current) != 1 or current[0].year_given or current[0].offset is not None:
        return
    span = current[0]
    before = annotation.tokens[span.tokens.start - 1].norm if span.tokens.start else ""
    unit = unit_of(as_range(span.period))
    sizes = ("day", "week", "month", "quarter", "year")
    coarser = grain is not None and unit in sizes and sizes.index(grain) > sizes.index(unit)
    if unit in ("day", "month", "quarter") and (coarser or before in ("every", "each")):
        raise Unsupported(
            f"I can show one {unit} after the other, not yet the same {unit} of several years or months side by side."
        )
