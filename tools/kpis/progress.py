"""How a target stands as of a day: its figures read, its pace told, and both in words and as a chart."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.query import Window
from storage.uow import ReadUnitOfWork
from tools.foundry.schemas import WidgetDraft, WidgetQuery
from tools.foundry.single import FigureReader, adds_up, checked_figure, figure_column, restored
from tools.insights.gathering import known_until, starts_of
from tools.kit.blocks import Column
from tools.kit.workers import Workers
from tools.kpis.engine import TOLERANCE, Pace, Span, Status, expected_path, pace, status
from tools.kpis.periods import name_of, span_of, spans_before, year_before
from tools.kpis.schemas import KpiView, Progress
from tools.query.chart import SCHEMA, axis_title
from tools.query.service import Basis
from tools.query.wording import show, show_date

_YEARS_BACK = 6
_BY = {
    "season": "by the course of earlier periods and their weekdays",
    "weekdays": "by what each weekday usually brings",
    "calendar": "by the calendar",
}
_WORDS: dict[Status, str] = {
    "ahead": "ahead of the target",
    "on_track": "on track",
    "behind": "behind the target",
    "reached": "reached",
    "missed": "missed",
}
_THIS = {"month": "this month", "quarter": "this quarter", "year": "this year", "fiscal_year": "this fiscal year"}


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of one target. `until`: the first day of the period that is not counted."""

    kpi: KpiView
    span: Span
    until: date
    over: bool
    column: Column
    actual: float | None = None
    target: float | None = None
    adds: bool = True
    pace: Pace | None = None
    by_day: tuple[float, ...] = ()
    path: tuple[float, ...] = ()

    @property
    def begun(self) -> bool:
        return self.until > self.span.start


class ProgressReader:
    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    async def read(self, uow: ReadUnitOfWork, basis: Basis, kpi: KpiView) -> Progress:
        """Raises CopilotError (invalid) for one that names what there is no more, or a year before without data."""
        figure = checked_figure(restored(kpi.metric, [one.model_dump() for one in kpi.filters]), basis, "")
        reader = FigureReader(uow, basis, figure)
        today = basis.days.today
        span = span_of(kpi.period, kpi.starts_on or today, basis.calendar)
        # A day that runs is not counted: its figure would be held against a whole one. By the clock of the latest data
        # the last day is a whole one.
        tomorrow = today + timedelta(days=1 if basis.tenant.clock == "latest_data" else 0)
        until = min(max(tomorrow, span.start), span.end)
        stand = _Standing(
            kpi, span, until, until == span.end, figure_column(figure, basis), adds=adds_up(figure, basis)
        )
        first = basis.days.first
        if first is None or first >= tomorrow:
            return self._told(stand, basis)
        if not stand.adds:
            actual = await reader.within(span.start, until) if stand.begun else None
            before = year_before(span)
            last = await reader.within(before.start, before.end) if before.start >= first else None
            return self._told(replace(stand, actual=actual, target=_target(kpi, last)), basis)
        begin = max(first, date(max(span.start.year - _YEARS_BACK, 1), 1, 1))
        days = starts_of("day", begin, tomorrow)
        values = [value or 0.0 for value in await reader.by("day", days, tomorrow)]
        known = known_until([values], days, tomorrow)
        daily = {day: value for day, value in zip(days, values, strict=True) if day < known}
        until = max(min(until, known), span.start)
        before = year_before(span)
        last = sum(daily.get(day, 0.0) for day in before.days) if before.start >= first else None
        stand = replace(
            stand,
            until=until,
            over=until == span.end,
            actual=sum(daily.get(day, 0.0) for day in span.days if day < until) if until > span.start else None,
            target=_target(kpi, last),
            by_day=tuple(daily[day] for day in span.days if day < until and day in daily),
        )
        past = spans_before(span, kpi.period, first)
        past = [one for one in past if one.end <= known]
        reckoned = await self._workers.run(pace, daily, span, past, until)
        path = expected_path(daily, span, past, reckoned.method)
        return self._told(replace(stand, pace=reckoned, path=tuple(path)), basis)

    def _told(self, stand: _Standing, basis: Basis) -> Progress:
        kpi, reckoned = stand.kpi, stand.pace
        projected = reckoned.projected if reckoned else stand.actual
        low, high = (reckoned.low, reckoned.high) if reckoned else (None, None)
        how: Status = "not_begun"
        if stand.begun:
            how = "unknown" if stand.target is None else status(stand.target, projected, kpi.direction, over=stand.over)
            if stand.adds and stand.target is not None and stand.actual is not None and stand.actual > stand.target > 0:
                how = "reached" if kpi.direction == "at_least" else "missed"  # whatever is still to come
        reached = stand.actual / stand.target if stand.actual is not None and stand.target else None
        through = stand.until - timedelta(days=1) if stand.begun else None
        return Progress.model_validate(
            {
                "kpi": kpi,
                "from": stand.span.start,
                "to": stand.span.end - timedelta(days=1),
                "through": through,
                "actual": _rounded(stand.actual),
                "target": _rounded(stand.target),
                "reached": reached,
                "expected_share": reckoned.share if reckoned and stand.begun else None,
                "method": reckoned.method if reckoned else None,
                "projected": _rounded(projected) if stand.begun else None,
                "low": _rounded(low),
                "high": _rounded(high),
                "tried": reckoned.tried if reckoned else 0,
                "status": how,
                "sure": _sure(how, stand, low, high),
                "rule": _rule(stand),
                "sentence": self._sentence(stand, how, projected),
                "column": stand.column,
                "widget": _widget(stand, basis),
                "chart": _chart(stand),
                "provenance": basis.knowledge.provenance(None),
            }
        )

    def _sentence(self, stand: _Standing, how: Status, projected: float | None) -> str:
        kpi, column = stand.kpi, stand.column
        span = name_of(stand.span, kpi.period)
        if stand.target is None:
            return f"{kpi.name}: the target rests on the year before {span}, of which there is not all in your data."
        goal = f"{'at least' if kpi.direction == 'at_least' else 'at most'} {show(stand.target, column)} in {span}"
        if not stand.begun or stand.actual is None:
            return f"{kpi.name}: {goal}. Nothing is counted yet."
        last = show_date((stand.until - timedelta(days=1)).isoformat())
        so_far = show(_rounded(stand.actual), column)
        reached = f"{stand.actual / stand.target * 100:,.1f} %"
        said = f"{kpi.name}: {so_far} through {last}, {reached} of {show(stand.target, column)}"
        if stand.over:
            return f"{said}. The target was {_WORDS.get(how, 'not to be told')}."
        reckoned = stand.pace
        if reckoned is None:
            return f"{said}: as it stands it is {_WORDS.get(how, 'not to be told')}. Its days do not add up, so it has no pace."
        by = _BY[reckoned.method]
        if reckoned.method == "calendar" and not reckoned.tried:
            by += ", as there is too little history"
        words = _WORDS.get(how, "not to be told")
        if kpi.direction == "at_most":
            words = {"missed": "over the limit", "behind": "on the way over the limit"}.get(how, words)
        usual = f"{reckoned.share * 100:,.1f} % of the {kpi.period.replace('_', ' ')} is usually in by then ({by})"
        if projected is None:
            return f"{said}. {usual}."
        ends = f"on this course it ends at about {show(_rounded(projected), column)}"
        if reckoned.low is not None and reckoned.high is not None:
            low, high = (show(_rounded(one), column) for one in (reckoned.low, reckoned.high))
            ends += f" (between {low} and {high}, going by {reckoned.tried} earlier ones)"
        return f"{said}. {usual}: it is {words}; {ends}."


def _target(kpi: KpiView, last_year: float | None) -> float | None:
    if kpi.target.figure is not None:
        return kpi.target.figure
    if last_year is None:
        return None
    if last_year <= 0:
        raise CopilotError(ErrorKind.INVALID, "The year before came to nothing: there is no target to be made of it.")
    return last_year * (1 + (kpi.target.on_last_year or 0.0))


def _sure(how: Status, stand: _Standing, low: float | None, high: float | None) -> bool:
    if how in ("reached", "missed"):
        return True
    if stand.target is None or low is None or high is None:
        return False
    better = low >= stand.target if stand.kpi.direction == "at_least" else high <= stand.target
    worse = high < stand.target if stand.kpi.direction == "at_least" else low > stand.target
    return (how == "ahead" and better) or (how == "behind" and worse)


def _rule(stand: _Standing) -> str:
    percent = f"{TOLERANCE * 100:.0f} %"
    what = "its projected end" if stand.pace else "its figure so far"
    side = ("above", "below") if stand.kpi.direction == "at_least" else ("below", "above")
    return (
        f"Ahead where {what} lies {percent} or more {side[0]} the target, behind where it lies {percent} or more {side[1]}, "
        "on track in between. Reached once the figure is there, missed once a limit is passed or the end has come without it."
    )


def _widget(stand: _Standing, basis: Basis) -> WidgetDraft | None:
    """The running total of the period that runs."""
    kpi = stand.kpi
    current = stand.span == span_of(kpi.period, basis.days.today, basis.calendar)
    period = _THIS[kpi.period] if current else f"{stand.span.start.isoformat()} to {(stand.span.end - timedelta(days=1)).isoformat()}"  # fmt: skip
    if not current and stand.span.start > basis.days.today:
        return None
    window = Window(kind="running") if stand.adds else None
    query = WidgetQuery(metrics=(kpi.metric,), filters=kpi.filters, grain="day", window=window)
    return WidgetDraft(kind="line", title=kpi.name, query=query, period=period)


def _chart(stand: _Standing) -> dict[str, Any] | None:
    """What came together so far, beside the way to the target."""
    if stand.target is None or not stand.path or not stand.begun:
        return None
    total, rows = 0.0, list[dict[str, Any]]()
    for day, value in zip(stand.span.days, stand.by_day, strict=False):
        total += value
        rows.append({"day": day.isoformat(), "line": "So far", "value": round(total, 2)})
    for day, share in zip(stand.span.days, stand.path, strict=True):
        rows.append({"day": day.isoformat(), "line": "Way to the target", "value": round(share * stand.target, 2)})
    title = axis_title(stand.column.label or stand.kpi.metric, stand.column.unit)
    return {
        "$schema": SCHEMA,
        "title": stand.kpi.name,
        "width": "container",
        "height": 280,
        "data": {"values": rows},
        "mark": {"type": "line", "tooltip": True},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "title": None, "axis": {"format": "%-d %b %Y"}},
            "y": {"field": "value", "type": "quantitative", "title": title},
            "color": {"field": "line", "type": "nominal", "title": None},
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else int(value) if float(value).is_integer() else round(value, 4)
