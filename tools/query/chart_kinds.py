"""What a figure, table or chart of a kind can show, and what it cannot."""

from typing import get_args

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from tools.query.analysis_charts import unsuited_analysis
from tools.query.drawn import ChartKind
from tools.query.map_drawing import unsuited_map
from tools.query.planner import Plan

KINDS: tuple[ChartKind, ...] = get_args(ChartKind)


def unsuited(kind: ChartKind, query: MetricQuery, model: SemanticModel) -> str | None:
    """Why what a query shows cannot be drawn so, in a sentence; None where it can."""
    if query.analysis is not None:
        return unsuited_analysis(kind, query)
    if kind in ("cohort", "funnel"):
        needed = "who ordered again after a first order" if kind == "cohort" else "what goes from step to step"
        return f"A {kind} chart shows {needed}: these are plain figures."
    groups = len(query.dimensions) + (query.grain is not None)
    if kind in ("figure", "table"):
        single = kind == "table" or groups == 0 or query.count_groups
        return None if single else f"A figure shows one period as a whole: this is split by {_split(query, model)}."
    if query.count_groups or groups == 0:
        return f"A {kind} chart needs something to split by, such as months or products: this is a single figure."
    if groups > 2:  # noqa: PLR2004
        return f"A {kind} chart shows figures by up to two things: this is split by {_split(query, model)}."
    if kind in ("line", "bar", "stacked") and groups > 1 and (len(query.metrics) > 1 or query.compare):
        return f"A {kind} chart split by {_split(query, model)} shows one figure of one period."
    return _unsuited_shape(kind, groups, query, model)


def unsuited_plan(kind: ChartKind, plan: Plan, model: SemanticModel) -> str | None:
    """Why what a plan shows cannot be drawn so, in a sentence; None where it can."""
    if plan.mean_over is None:
        return unsuited(kind, plan.query, model)
    return None if kind in ("figure", "table") else f"A mean over the {plan.mean_over}s of a period is a single figure."


def not_shown_as(plan: Plan, model: SemanticModel) -> str:
    """What is told where a question asks for a kind that does not suit; "" where it asks for none."""
    if plan.kind is None:
        return ""
    reason = "What a change is made of has bars of its own." if plan.why else unsuited_plan(plan.kind, plan, model)
    return f"It is not shown as you asked. {reason}" if reason else ""


def _unsuited_shape(kind: ChartKind, groups: int, query: MetricQuery, model: SemanticModel) -> str | None:
    match kind:
        case "line":
            return _unsuited_line(query, model)
        case "bar":
            return _different_units(query, model)
        case "stacked":
            return _unsuited_whole("stacked", 2, query, model)
        case "pie":
            return _unsuited_whole("pie", 1, query, model)
        case "scatter":
            suits = len(query.metrics) == 2 and groups == 1  # noqa: PLR2004
            return None if suits else "A scatter chart needs exactly two figures of one kind of thing."
        case "heatmap":
            suits = groups == 2 and len(query.metrics) == 1  # noqa: PLR2004
            return None if suits else "A heatmap needs one figure by two things, such as category and month."
        case "map":
            return unsuited_map(query, model)
        case "figure" | "table" | "cohort" | "funnel":
            return None


def _unsuited_line(query: MetricQuery, model: SemanticModel) -> str | None:
    if query.grain is None:
        return f"A line goes over time: this is split by {_split(query, model)}, and by no day, week or month."
    if query.limit is not None:
        return f"A line goes from one {query.grain} to the next: this shows the first {query.limit} of a ranking."
    return _different_units(query, model)


def _different_units(query: MetricQuery, model: SemanticModel) -> str | None:
    units = {model.metrics[metric].unit for metric in query.metrics}
    return None if len(units) == 1 else "These figures have different units, which one axis cannot show."


def _unsuited_whole(kind: str, wanted: int, query: MetricQuery, model: SemanticModel) -> str | None:
    """Whether parts are shown that make up a whole."""
    metric = query.metrics[0]
    if len(query.dimensions) + (query.grain is not None) != wanted or len(query.metrics) > 1 or query.compare:
        parts = "one thing" if wanted == 1 else "two things, such as month and category"
        return f"A {kind} chart needs one figure of one period by {parts}."
    if not model.is_additive(metric) or query.window:
        return (
            f"A {kind} chart shows parts of a whole: {model.metrics[metric].label.lower()} of parts cannot be added up."
        )
    return None


def _split(query: MetricQuery, model: SemanticModel) -> str:
    names = [model.dimensions[name].label.lower() for name in query.dimensions if name in model.dimensions]
    return " and ".join([*names, *([query.grain] if query.grain else [])])
