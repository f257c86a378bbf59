"""How a figure changed before, from one unit of time to another as far apart: what a change is usual against."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from storage.metrics.query import Grain, MetricQuery, TimeRange
from storage.metrics.render import readable
from storage.repositories.metrics import MetricRows
from tools.language.periods import Period, shift
from tools.query.contributions import Usual, evaluated, exact, held_against_earlier
from tools.query.identities import Form
from tools.query.stretches import unit_of

MOST_STEPS = 12
Run = Callable[[MetricQuery], Awaitable[MetricRows]]


@dataclass(frozen=True, slots=True)
class History:
    """`usual` is None where there is too little to tell. `step` is how many `unit`s lie between the two periods, `since` the
    days that were looked at and `sql` what ran."""

    usual: Usual | None
    unit: Grain
    step: int
    since: TimeRange
    sql: str


async def history_of(query: MetricQuery, form: Form, change: Fraction, first: date | None, run: Run) -> History | None:
    """The change that `query` is about, held against up to a dozen earlier ones since the `first` day with data. None
    where its periods are not two whole units of time of one kind."""
    time, compare = query.time, query.compare
    unit = unit_of(time) if time else None
    if (
        time is None
        or compare is None
        or unit is None
        or unit_of(compare) != unit
        or time.start is None
        or first is None
    ):
        return None
    step = next((n for n in range(1, 2 * MOST_STEPS + 1) if _moved(time, unit, -n) == (compare.start, compare.end)), 0)
    if not step:
        return None
    days = [day for day in _starts(time, unit, step + MOST_STEPS) if day >= first]
    if not days:
        return None
    since = TimeRange(start=days[0], end=time.start)
    result = await run(query.model_copy(update={"metrics": form.bases, "compare": None, "grain": unit, "time": since}))
    at = next(i for i, column in enumerate(result.columns) if column.role == "time")
    rows = {_as_day(row[at]): row for row in result.rows}
    if not rows.keys() <= set(days):
        return None  # seven days that are no week of the calendar
    figures = [_figure(form, result, rows.get(day)) for day in days]
    pairs = zip(figures, figures[step:], strict=False)
    earlier = [after - before for before, after in pairs if before is not None and after is not None]
    usual = held_against_earlier(change, earlier[-MOST_STEPS:])
    return History(usual, unit, step, since, readable(result.sql, result.parameters))


def _figure(form: Form, result: MetricRows, row: tuple[Any, ...] | None) -> Fraction | None:
    """The figure of one unit of time; of one without rows nothing, and a ratio then is not known."""
    values: Mapping[str, Fraction] = {
        column.subject: exact(row[i] if row is not None else None, column.micros)
        for i, column in enumerate(result.columns)
        if column.role == "metric"
    }
    if form.below is None:
        return evaluated(form.above, values)
    below = evaluated(form.below, values)
    return evaluated(form.above, values) / below if below else None


def _starts(time: TimeRange, unit: Grain, count: int) -> Iterator[date]:
    """The first days of so many units before a period, the earliest first."""
    for back in range(count, 0, -1):
        start, _ = _moved(time, unit, -back)
        if start is not None:
            yield start


def _moved(time: TimeRange, unit: Grain, count: int) -> tuple[date | None, date | None]:
    moved = shift(Period(time.start, time.end, unit, ""), unit, count)
    return moved.start, moved.end


def _as_day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
