"""Cohorts, baskets and funnels as Vega-Lite specifications: a heat map, bars, and steps that narrow."""

from collections.abc import Sequence
from typing import Any

from storage.metrics.query import BasketAnalysis, CohortAnalysis, MetricQuery
from tools.query.chart import BUCKET_FORMAT, MOST_BARS, SCHEMA, axis_title
from tools.query.drawn import ChartKind, Drawn
from tools.query.figures import Figures

MOST_COHORTS = 60
_PAIR = "pair"


def unsuited_analysis(kind: ChartKind, query: MetricQuery) -> str | None:
    """Why an analysis cannot be drawn so, in a sentence; None where it can."""
    suited = _suited(query)
    if kind in suited or kind == "table":
        return None
    what = {"cohorts": "Cohorts", "baskets": "What is bought together", "funnel": "A funnel"}
    named = query.analysis.kind if query.analysis else "funnel"
    return f"{what[named]} of this shape can be shown as {', '.join((*suited, 'table'))}, and not as {kind}."


def _suited(query: MetricQuery) -> tuple[ChartKind, ...]:
    """The best first."""
    analysis = query.analysis
    if isinstance(analysis, BasketAnalysis):
        return ("bar",)
    if isinstance(analysis, CohortAnalysis) and analysis.shows == "periods" and analysis.after is None:
        return ("cohort", "heatmap")
    if query.grain is not None:
        return ("bar", "line")
    return ("figure",) if isinstance(analysis, CohortAnalysis) else ("funnel", "bar", "figure")


def draw_analysis(kind: ChartKind | None, figures: Figures, query: MetricQuery, title: str) -> Drawn:
    """The chart of a kind, or of that which suits best. A sentence says all of what is a single row."""
    kind = kind or _suited(query)[0]
    if reason := unsuited_analysis(kind, query):
        return Drawn(note=f"This is not drawn. {reason}")
    if kind in ("figure", "table") or not figures.rows:
        return Drawn()
    if kind in ("cohort", "heatmap"):
        return _cohorts(figures, query, title)
    if kind == "funnel":
        return _funnel(figures, title)
    if query.grain is not None:
        return _over_time(kind, figures, query, title)
    return _bars(figures, title)


def _cohorts(figures: Figures, query: MetricQuery, title: str) -> Drawn:
    """A row per cohort, a column per bucket later; what is not over yet has no colour. A cohort's own bucket says nothing
    of its return, and stays out of a chart of shares."""
    share_at = figures.position("share")
    at = share_at if share_at is not None else figures.at("metric")
    time_at, later_at = figures.at("time"), figures.at("later")
    kept = [row for row in figures.rows if row[at] is not None and (share_at is None or row[later_at] != 0)]
    if not kept:
        return Drawn(note="There is nothing to draw yet: nothing after the first orders is over.")
    starts = sorted({str(row[time_at]) for row in kept})[-MOST_COHORTS:]
    rows = [row for row in kept if str(row[time_at]) in set(starts)]
    note = f"The chart shows the last {MOST_COHORTS} cohorts." if len(rows) < len(kept) else ""
    names, column = figures.columns, figures.columns[at]
    grain = query.grain or "month"
    color: dict[str, Any] = {"field": column.name, "type": "quantitative", "title": axis_title(column.label or "", column.unit)}  # fmt: skip
    if column.unit == "%":
        color |= {"legend": {"format": ".0%"}, "scale": {"domainMin": 0}}
    encoding: dict[str, Any] = {
        "x": {
            "field": names[later_at].name,
            "type": "ordinal",
            "title": names[later_at].label,
            "axis": {"labelAngle": 0},
        },
        "y": {
            "field": names[time_at].name,
            "type": "ordinal",
            "title": names[time_at].label,
            "timeUnit": "utcyearmonthdate",
            "axis": {"format": BUCKET_FORMAT[grain]},
        },
        "color": color,
    }
    return Drawn(_spec(title, {"type": "rect", "tooltip": {"content": "data"}}, _values(figures, rows), encoding), note)


def _funnel(figures: Figures, title: str) -> Drawn:
    """Bars about one middle, the first step on top."""
    count, step = figures.columns[figures.at("metric")], figures.columns[figures.at("dimension")]
    encoding: dict[str, Any] = {
        "y": {"field": step.name, "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 220}},
        "x": {"field": count.name, "type": "quantitative", "stack": "center", "axis": None},
        "color": {"field": step.name, "type": "nominal", "sort": None, "legend": None},
    }
    spec = _spec(title, {"type": "bar", "tooltip": {"content": "data"}}, _values(figures, figures.rows), encoding)
    return Drawn(spec | {"height": {"step": 44}})


def _over_time(kind: ChartKind, figures: Figures, query: MetricQuery, title: str) -> Drawn:
    share_at = figures.position("share")
    at = share_at if share_at is not None else figures.at("metric")
    rows, column = [row for row in figures.rows if row[at] is not None], figures.columns[at]
    time = figures.columns[figures.at("time")]
    value: dict[str, Any] = {"field": column.name, "type": "quantitative", "title": axis_title(column.label or "", column.unit)}  # fmt: skip
    value |= {"axis": {"format": ".0%"}} if column.unit == "%" else {}
    x: dict[str, Any] = {"field": time.name, "title": None, "axis": {"format": BUCKET_FORMAT[query.grain or "month"]}}
    if kind == "line":
        x |= {"type": "temporal", "scale": {"type": "utc"}}
    else:
        x |= {"type": "ordinal", "timeUnit": "utcyearmonthdate"}
    mark = {"type": kind, "tooltip": True} | ({"point": True} if kind == "line" else {})
    return Drawn(_spec(title, mark, _values(figures, rows), {"x": x, "y": value}))


def _bars(figures: Figures, title: str) -> Drawn:
    """Steps, or what is bought together: a pair is one bar."""
    things = [i for i, role in enumerate(figures.roles) if role.role == "dimension"]
    count = figures.columns[figures.at("metric")]
    rows = figures.rows[:MOST_BARS]
    values = [
        plain | {_PAIR: " + ".join(str(row[i]) for i in things)}
        for plain, row in zip(_values(figures, rows), rows, strict=True)
    ]
    name = figures.columns[things[0]].label if len(things) == 1 else None
    encoding: dict[str, Any] = {
        "y": {"field": _PAIR, "type": "nominal", "sort": None, "title": name, "axis": {"labelLimit": 320}},
        "x": {"field": count.name, "type": "quantitative", "title": count.label},
    }
    note = f"The chart shows the first {MOST_BARS}." if len(rows) < len(figures.rows) else ""
    return Drawn(_spec(title, {"type": "bar", "tooltip": {"content": "data"}}, values, encoding) | {"height": {"step": 22}}, note)  # fmt: skip


def _values(figures: Figures, rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    names = [column.name for column in figures.columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _spec(title: str, mark: dict[str, Any], values: list[dict[str, Any]], encoding: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "height": 280,
        "data": {"values": values},
        "mark": mark,
        "encoding": encoding,
    }
