"""What an alert sees: the last complete day, week or month of its figure, and what that is held against."""

from dataclasses import dataclass
from datetime import date, timedelta

from storage.metrics.buckets import first_day
from storage.uow import ReadUnitOfWork
from tools.alerts.engine import Reading
from tools.alerts.schemas import AlertGrain, AlertView
from tools.foundry.single import FigureReader, SingleFigure, adds_up, checked_figure, figure_column
from tools.insights.engine import Series, latest
from tools.insights.gathering import known_until, starts_of
from tools.kit.blocks import Column
from tools.query.service import Basis

_BACK: dict[AlertGrain, int] = {"day": 420, "week": 130, "month": 48}
"""Buckets that an anomaly is told by, at most."""
_DAYS_OF_TRADE = 120


@dataclass(frozen=True, slots=True)
class Looked:
    """The bucket from `start` up to but not with `end`. `waits`: its data has not come yet."""

    start: date
    end: date
    reading: Reading
    column: Column
    waits: bool = False


async def look(uow: ReadUnitOfWork, basis: Basis, alert: AlertView) -> Looked:
    """Raises CopilotError (invalid) for an alert on what there is no more."""
    figure = checked_figure(SingleFigure(metric=alert.metric, filters=alert.filters), basis, "")
    column = figure_column(figure, basis)
    # By the clock of the latest data the last day is a whole one.
    tomorrow = basis.days.today + timedelta(days=1 if basis.tenant.clock == "latest_data" else 0)
    end = first_day(tomorrow, alert.grain, basis.tenant.week_start)
    start = first_day(end, alert.grain, basis.tenant.week_start, before=1)
    first = basis.days.first
    if first is None or start < first or await _known(uow, basis, tomorrow) < end:
        return Looked(start, end, Reading(None), column, waits=True)
    back = _BACK[alert.grain] if alert.condition.kind == "anomaly" else 1
    begin = first_day(end, alert.grain, basis.tenant.week_start, before=back + 1)
    whole = first_day(first, alert.grain, basis.tenant.week_start, before=0 if first == first_day(first, alert.grain, basis.tenant.week_start) else -1)  # fmt: skip
    starts = starts_of(alert.grain, max(begin, whole), end)
    values = await FigureReader(uow, basis, figure).by(alert.grain, starts, end)
    value, before = values[-1] if values else None, values[-2] if len(values) > 1 else None
    if alert.condition.kind != "anomaly":
        return Looked(start, end, Reading(value, before), column)
    is_share = basis.model.metrics[figure.metric].unit == "share"
    series = Series(figure.metric, alert.grain, starts, tuple(values), adds_up(figure, basis), is_share)
    seen = latest(series)
    reading = Reading(value, before, seen.p if seen else None, seen.expected if seen else None)
    return Looked(start, end, reading, column)


async def _known(uow: ReadUnitOfWork, basis: Basis, tomorrow: date) -> date:
    """The first day of which the sales have not come yet: a day without data is no day without sales."""
    first = basis.days.first or tomorrow
    days = starts_of("day", max(first, tomorrow - timedelta(days=_DAYS_OF_TRADE)), tomorrow)
    if not days:
        return tomorrow
    orders = await FigureReader(uow, basis, SingleFigure(metric="orders")).by("day", days, tomorrow)
    if not any(orders):
        return first  # the data ended long ago
    return known_until([orders], days, tomorrow)
