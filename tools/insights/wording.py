"""A finding in words, as a chart, and as the widget that shows its figures."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from storage.metrics.compiler import OutputColumn
from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, MetricQuery, OrderBy, TimeRange
from tools.foundry.schemas import WidgetDraft, WidgetQuery
from tools.insights.engine import RECENT, STRETCH, Finding, few
from tools.insights.gathering import Gathered
from tools.insights.schemas import Insight
from tools.kit.blocks import Cell, Column
from tools.language.periods.calendars import name_period
from tools.query.chart import chart
from tools.query.chart_kinds import ChartKind
from tools.query.figures import Figures, metric_column, plural
from tools.query.wording import show

_SHOWN = {"day": 56, "week": 52, "month": 24}
"""Buckets in a chart."""
_WHOLE = 10
"""From which on what is expected of a count is said in whole ones."""


class Teller:
    """Words the findings of one business as of one day."""

    def __init__(self, model: SemanticModel, gathered: Gathered, filters: Sequence[Filter] = ()) -> None:
        self._model = model
        self._gathered = gathered
        self._filters = tuple(filters)

    def insight(self, found: Finding) -> Insight:
        column = self._column(found)
        widget = self._widget(found)
        return Insight.model_validate(
            {
                "id": identity(found),
                "kind": found.kind,
                "title": self._title(found),
                "sentence": self._sentence(found, column),
                "metric": found.metric,
                "dimension": found.dimension,
                "member": found.member,
                "grain": found.grain,
                "from": found.first,
                "to": self._end(found) - timedelta(days=1),
                "actual": _rounded(found.actual, column),
                "expected": _rounded(found.expected, column),
                "usual_low": None if found.low is None else _rounded(found.low, column),
                "usual_high": None if found.high is None else _rounded(found.high, column),
                "column": column,
                "p": found.p,
                "q": found.q,
                "score": found.score,
                "widget": widget,
                "chart": self._chart(found, column),
            }
        )

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────

    def _column(self, found: Finding) -> Column:
        if found.kind == "concentration":
            return Column(name="share", type="number", unit="%", label=f"{self._label(found)}, share")
        return metric_column(found.metric, self._model, self._gathered.currency)

    def _label(self, found: Finding) -> str:
        return self._model.metrics[found.metric].label

    def _title(self, found: Finding) -> str:
        label, up = self._label(found), found.actual > found.expected
        of = f" of {found.member}" if found.member else ""
        match found.kind:
            case "record":
                return f"{'Highest' if up else 'Lowest'} {label.lower()} of {found.best_of} {found.grain}s"
            case "fading":
                return f"{found.member} is fading"
            case "rising":
                return f"{found.member} is rising"
            case "concentration":
                things = plural(found.dimension or "", self._model)
                return f"{label} {'lean more' if up else 'lean less'} on a few {things}"
            case _:
                return f"{label}{of} {'above' if up else 'below'} the usual"

    def _sentence(self, found: Finding, column: Column) -> str:
        actual, expected = (show(_rounded(one, column), column) for one in (found.actual, found.expected))
        label = self._label(found)
        if found.kind == "concentration":
            things, count = plural(found.dimension or "", self._model), len(found.names)
            which = f"The {count} {things} with the most {label.lower()}"
            before = name_period(found.last, found.last + timedelta(weeks=STRETCH), "day")
            return (
                f"{which} ({', '.join(found.names)}) made {actual} of all {label.lower()} in {self._period(found)}; "
                f"the {count} largest of {before} made {expected} then."
            )
        change = _change(found)
        if found.kind in ("fading", "rising"):
            return (
                f"{found.member} came to {actual} of {label.lower()} in the {RECENT} weeks {self._period(found)}. At its "
                f"share of the {len(found.values) - RECENT} weeks before that would have been {expected} ({change})."
            )
        if found.member:
            return (
                f"{label} of {found.member} came to {actual} in {self._period(found)}. At its usual share of that "
                f"{found.grain}'s total it would have been {expected} ({change})."
            )
        usual = f" (usually between {self._usual(found, column)})" if found.low is not None else ""
        when = self._period(found)
        what = f"{label} came to {actual} {'on' if found.grain == 'day' else 'in'} {when}"
        best = f", the {'highest' if found.actual > found.expected else 'lowest'} of {found.best_of} {found.grain}s"
        record = best if found.kind == "record" else ""
        return f"{what}{record}. What came before leads to {expected}{usual}: {change}."

    def _usual(self, found: Finding, column: Column) -> str:
        return " and ".join(show(_rounded(one or 0.0, column), column) for one in (found.low, found.high))

    def _period(self, found: Finding) -> str:
        return name_period(found.first, self._end(found), found.grain if found.first == found.last else "day")

    def _end(self, found: Finding) -> date:
        """The first day after what it is about."""
        if found.kind == "concentration":
            return found.first + timedelta(weeks=STRETCH)
        match found.grain:
            case "day":
                return found.last + timedelta(days=1)
            case "week":
                return found.last + timedelta(weeks=1)
            case "month":
                return date(found.last.year + found.last.month // 12, found.last.month % 12 + 1, 1)

    # ── figures ──────────────────────────────────────────────────────────────────────────────────────────

    def _widget(self, found: Finding) -> WidgetDraft:
        """What shows these figures on a dashboard; it moves with the day."""
        only = (Filter(dimension=found.dimension, operator="eq", values=(found.member,)),) if found.dimension and found.member else ()  # fmt: skip
        filters = (*self._filters, *only)
        kind: ChartKind = "line"
        if found.kind == "concentration":
            kind, period = "bar", f"last {STRETCH} weeks"
            query = WidgetQuery(
                metrics=(found.metric,), dimensions=(found.dimension or "",), filters=filters, share_of_total=True,
                order=(OrderBy(by=found.metric),), limit=max(len(found.names), few(0)),
            )  # fmt: skip
        else:
            period = f"last {_SHOWN[found.grain]} {found.grain}s"
            query = WidgetQuery(metrics=(found.metric,), filters=filters, grain=found.grain)
        return WidgetDraft(kind=kind, title=self._title(found)[:200], query=query, period=period)

    def _chart(self, found: Finding, column: Column) -> dict[str, Any] | None:
        """The line that it stands at the end of; of a concentration the shares of the few."""
        if found.kind == "concentration" and found.dimension:
            thing = Column(name=found.dimension, type="string", label=self._model.dimensions[found.dimension].label)
            names = tuple(zip(found.names, found.values, strict=True))
            roles = (OutputColumn(found.dimension, "dimension", found.dimension), _figure(found))
            query = MetricQuery(metrics=(found.metric,), dimensions=(found.dimension,))
            return chart(Figures((thing, column), names, roles), query, self._title(found))
        shown = list(zip(found.starts, found.values, strict=True))[-_SHOWN[found.grain] :]
        rows: tuple[tuple[Cell, ...], ...] = tuple((day.isoformat(), value) for day, value in shown)
        time = Column(name=found.grain, type="date", label=found.grain.capitalize())
        roles = (OutputColumn(found.grain, "time", found.grain), _figure(found))
        query = MetricQuery(metrics=(found.metric,), grain=found.grain, time=TimeRange(start=found.starts[0]))
        return chart(Figures((time, column), rows, roles), query, self._title(found))


def identity(found: Finding) -> str:
    """The id of an insight: what it is about, and when. The same figure on the same day is the same insight."""
    looked_at = found.kind if found.kind in ("fading", "rising", "concentration") else "level"
    about = "\0".join((looked_at, found.metric, found.grain, found.dimension or "", found.member or ""))
    day = found.first if found.kind == "concentration" else found.last
    return f"{hashlib.sha256(about.encode()).hexdigest()[:16]}-{day:%Y%m%d}"


def _figure(found: Finding) -> OutputColumn:
    return OutputColumn(found.metric, "metric", found.metric)


def _change(found: Finding) -> str:
    if not found.expected:
        return "usually nothing"
    return f"{(found.actual - found.expected) / abs(found.expected) * 100:+,.0f} %".replace("-", "−")


def _rounded(value: float, column: Column) -> float:
    """To what is shown; shares keep a digit more than per cent."""
    if column.type == "integer" and (float(value).is_integer() or abs(value) >= _WHOLE):
        return round(value)
    return round(value, 6 if column.unit == "%" else 2)
