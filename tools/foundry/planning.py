"""What a widget shows on a day, as a plan: its question or query, its period, and what the dashboard adds to them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, MetricQuery, TimeRange
from tools.foundry.periods import compared_with, read_period
from tools.foundry.schemas import DashboardContent, DashboardView, WidgetQuery
from tools.query.chart_kinds import unsuited_plan
from tools.query.checking import check_names, checked_analysis, checked_filters, checked_members, checked_place
from tools.query.drawn import ChartKind
from tools.query.planner import Plan
from tools.query.service import Basis
from tools.query.slots import Unsupported
from tools.query.stretches import as_range

Planner = Callable[[Basis, str], Plan]
"""Plans a question, as QueryService.plan does."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a dashboard says of all its widgets."""

    filters: tuple[Filter, ...] = ()
    period: str | None = None

    @classmethod
    def of(cls, dashboard: DashboardView | DashboardContent) -> "Page":
        return cls(dashboard.filters, dashboard.period)


class Shown(Protocol):
    """What a widget shows, also one that is yet to be made."""

    @property
    def question(self) -> str | None: ...
    @property
    def query(self) -> WidgetQuery | None: ...
    @property
    def period(self) -> str | None: ...


def plan_widget(shown: Shown, page: Page, basis: Basis, planner: Planner) -> Plan:
    """Raises Unclear or Unsupported for a question, Unsupported for a period that says none."""
    if shown.question is not None:
        plan = _in_period(planner(basis, shown.question), shown.period, basis)
    elif shown.query is not None:
        plan = _over(shown.query, shown.period or page.period, basis)
    else:
        raise Unsupported("This widget has neither a question nor a query.")
    notes: list[str] = []
    if page.period and plan.query.time is None:
        plan = _in_period(plan, page.period, basis)
    elif page.period and (shown.period or shown.question):
        notes.append(f"It keeps its own period, and not that of the dashboard ({page.period}).")
    filters = _applicable(page.filters, plan.query, basis.model, notes)
    filtered = plan.query.model_copy(update={"filters": (*plan.query.filters, *filters)})
    return replace(plan, query=filtered, notes=(*plan.notes, *notes))


def suggested(plan: Plan, model: SemanticModel) -> ChartKind:
    """The kind for a widget that names none."""
    kinds: tuple[ChartKind, ...] = ("cohort", "funnel", "figure", "line", "bar", "table")
    return next(kind for kind in kinds if unsuited_plan(kind, plan, model) is None)


def _in_period(plan: Plan, period: str | None, basis: Basis) -> Plan:
    if period is None:
        return plan
    if plan.query.compare is not None:
        raise Unsupported("The question compares two periods itself: leave out the one beside it.")
    time, to_date = _time(period, basis)
    return replace(plan, query=plan.query.model_copy(update={"time": time}), to_date=to_date)


def _over(query: WidgetQuery, period: str | None, basis: Basis) -> Plan:
    check_names(query, basis.model, "/query")  # what there was when it was saved may be gone
    time, to_date = _time(period, basis) if period else (None, False)
    compare = compared_with(time, query.compare, basis.days.today, basis.calendar) if query.compare else None
    kept = checked_filters(query.filters, basis.model, "/query/filters")  # as stored, dates are text
    members = checked_members(query.members, basis.model, "/query/members")
    analysis = checked_analysis(query.analysis, basis.model, "/query/analysis")
    placed = checked_place(query.placed, basis.model, "/query/placed")
    settled = {"time": time, "compare": compare, "filters": kept, "members": members, "analysis": analysis, "placed": placed}  # fmt: skip
    timed = query.untimed().model_copy(update=settled)
    return Plan(timed, mean_over=query.mean_over, to_date=to_date)


def _time(period: str, basis: Basis) -> tuple[TimeRange, bool]:
    """The days, and whether they are those of a unit of time that is still running."""
    span = read_period(period, basis.days.today, basis.calendar)
    return as_range(span.period), span.offset is not None and span.offset.count == 0


def _applicable(
    filters: tuple[Filter, ...], query: MetricQuery, model: SemanticModel, notes: list[str]
) -> list[Filter]:
    """Those of the dashboard's filters that every figure of the widget can be held to; of the others it is said."""
    kept: list[Filter] = []
    metrics = (*query.metrics, *(having.metric for having in query.having))
    for item in checked_filters(filters, model, "/filters"):
        obstacle = next((metric for metric in metrics if model.obstacle(metric, [item.dimension])), None)
        if obstacle is None:
            kept.append(item)
            continue
        label = model.dimensions[item.dimension].label.lower()
        figure = model.metrics[obstacle].label
        notes.append(f"The dashboard's filter on {label} does not apply here: {figure} is not known per {label}.")
    return kept
