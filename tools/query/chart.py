"""A Vega-Lite specification by the shape of the figures: lines for time, bars for things, nothing for one number."""

from typing import Any

from storage.metrics.query import MetricQuery
from tools.query.figures import Figures

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
MOST_BARS = 30
MOST_SERIES = 8
BUCKET_FORMAT = {"day": "%-d %b %Y", "week": "%-d %b %Y", "month": "%b %Y", "quarter": "%b %Y", "year": "%Y"}


def chart(figures: Figures, query: MetricQuery, title: str) -> dict[str, Any] | None:
    """None where a chart would show nothing that the sentence does not."""
    rows, columns = figures.rows, figures.columns
    if len(rows) < 2:  # noqa: PLR2004
        return None
    metric_at = figures.position("metric", query.metrics[0])
    if metric_at is None:
        return None
    data = [{column.name: value for column, value in zip(columns, row, strict=True)} for row in rows]
    metric = columns[metric_at]
    value: dict[str, Any] = {
        "field": metric.name,
        "type": "quantitative",
        "title": axis_title(metric.label or metric.name, metric.unit),
    }
    if metric.unit == "%":
        value["axis"] = {"format": ".0%"}
    dimensions = [columns[i].name for i, role in enumerate(figures.roles) if role.role == "dimension"]
    labels = [columns[i].label or columns[i].name for i, role in enumerate(figures.roles) if role.role == "dimension"]
    spec: dict[str, Any] = {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "height": 280,
        "data": {"values": data},
    }
    if query.grain:
        if len(dimensions) > 1 or (dimensions and len({row[0 if figures.roles[0].role == "dimension" else 1] for row in rows}) > MOST_SERIES):  # fmt: skip
            return None
        ranked = query.limit is not None
        x: dict[str, Any] = {
            "field": query.grain,
            "type": "temporal",
            "title": None,
            "axis": {"format": BUCKET_FORMAT[query.grain]},
        }
        if ranked:
            x |= {"type": "ordinal", "sort": None, "timeUnit": "utcyearmonthdate"}
        spec["mark"] = {"type": "bar"} if ranked else {"type": "line", "point": len(rows) <= 60, "tooltip": True}  # noqa: PLR2004
        spec["encoding"] = {"x": x, "y": value}
        if query.changes:
            _show_changes(spec, figures, query.metrics[0])
        if dimensions:
            spec["encoding"]["color"] = {"field": dimensions[0], "type": "nominal", "title": labels[0]}
        elif query.compare:
            spec["transform"] = [{"fold": [metric.name, f"{query.metrics[0]}_previous"], "as": ["period", "value"]}]
            spec["encoding"]["y"] = value | {"field": "value"}
            spec["encoding"]["color"] = {"field": "period", "type": "nominal", "title": None}
        return spec
    if not dimensions or len(rows) > MOST_BARS or len(dimensions) > 2:  # noqa: PLR2004
        return None
    spec["mark"] = {"type": "bar", "tooltip": True}
    spec["height"] = {"step": 22}
    y: dict[str, Any] = {
        "field": dimensions[0],
        "type": "nominal",
        "sort": None,
        "title": labels[0],
        "axis": {"labelLimit": 220},
    }
    spec["encoding"] = {"x": value, "y": y}
    if len(dimensions) == 2:  # noqa: PLR2004
        spec["encoding"]["color"] = {"field": dimensions[1], "type": "nominal", "title": labels[1]}
    return spec


def _show_changes(spec: dict[str, Any], figures: Figures, metric: str) -> None:
    """Bars up and down for the change from one bucket to the next, in percent."""
    rate = figures.columns[figures.at("change_pct", metric)]
    spec["mark"] = {"type": "bar", "tooltip": True}
    axis = {"format": "+.0%"}
    spec["encoding"]["y"] = {"field": rate.name, "type": "quantitative", "title": rate.label or rate.name, "axis": axis}
    if spec["encoding"]["x"]["type"] == "temporal":
        spec["encoding"]["x"] |= {"type": "ordinal", "sort": None, "timeUnit": "utcyearmonthdate"}


def axis_title(label: str, unit: str | None) -> str:
    """What a figure is called on its axis, with its unit. Shares are written as per cent, and need none."""
    return f"{label} ({unit})" if unit and unit != "%" else label
