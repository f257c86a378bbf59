"""Figures by country, or by state of the United States, as a map. What has no place on it is told by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from tools.kit.blocks import Cell, Column
from tools.query.atlas.places import UNITED_STATES, Layer, layer_of, place_code
from tools.query.atlas.views import drawable, view
from tools.query.chart import SCHEMA, axis_title
from tools.query.drawn import Drawn
from tools.query.figures import Figures

MOST_NAMED = 12
_HEIGHTS: dict[str, int] = {"equalEarth": 320, "albersUsa": 340, "mercator": 400}
_GROUND = {"type": "geoshape", "fill": "#8a8f98", "fillOpacity": 0.22, "stroke": "#8a8f98", "strokeWidth": 0.4}
_PLACE = {"type": "geoshape", "stroke": "white", "strokeWidth": 0.5}
_SKEWED = 8
"""How many times their mean the largest figure is, from which on colours go by the square root: else all but one place
would look alike."""


def unsuited_map(query: MetricQuery, model: SemanticModel) -> str | None:
    """Why what a query shows cannot be drawn as a map, in a sentence; None where it can."""
    if query.grain is not None or len(query.dimensions) != 1 or len(query.metrics) != 1 or query.compare:
        return "A map needs one figure of one period by country, or by state of the United States."
    (dimension,) = query.dimensions
    if layer_of(dimension, model) is None:
        what = model.dimensions[dimension].label.lower()
        return f"A map shows countries, or states of the United States: where each {what} lies is not known."
    if model.metrics[query.metrics[0]].unit == "date":
        return "A map shows numbers, and no days."
    return None


@dataclass(slots=True)
class _Place:
    """What is drawn in one place: usually one row, or several that are names of the same place."""

    names: list[str] = field(default_factory=list[str])
    values: list[float] = field(default_factory=list[float])


def draw_map(
    figures: Figures, query: MetricQuery, model: SemanticModel, title: str, countries: frozenset[str]
) -> Drawn:
    """For a query that suits. `countries` are the codes of those that the rows may lie in: a state's name or code says
    where it is only within one."""
    layer = layer_of(query.dimensions[0], model)
    if layer is None or (layer == "state" and countries != frozenset((UNITED_STATES,))):
        return Drawn(note="This is not drawn: states are shown on a map for the United States alone.")
    at, metric_at = figures.at("dimension"), figures.at("metric", query.metrics[0])
    placed, left_out = _placed(figures.rows, at, metric_at, layer)
    notes: list[str] = []
    for code, place in list(placed.items()):
        if len(place.values) > 1 and not model.is_additive(query.metrics[0]):
            left_out += place.names
            del placed[code]
        elif len(place.names) > 1:
            notes.append(f"One place on the map: {_listed(place.names)}.")
    if left_out:
        notes.append(f"Not on the map: {_listed(left_out)}.")
    if not placed:
        return Drawn(note=" ".join(["This is not drawn: it names no place that the map has.", *notes]))
    return Drawn(_spec(placed, layer, figures.columns[at], figures.columns[metric_at], title), " ".join(notes))


def _placed(
    rows: Sequence[Sequence[Cell]], at: int, metric_at: int, layer: Layer
) -> tuple[dict[str, _Place], list[str]]:
    """The places by their codes, and what has none. A row without a figure is neither."""
    placed: dict[str, _Place] = {}
    left_out: list[str] = []
    known = drawable(layer)
    for row in rows:
        if not isinstance(value := row[metric_at], int | float):
            continue
        name = str(row[at]) if row[at] not in (None, "") else "–"
        code = place_code(row[at], layer)
        if code is None or code not in known:
            left_out.append(name)
            continue
        place = placed.setdefault(code, _Place())
        place.names.append(name)
        place.values.append(float(value))
    return placed, left_out


def _spec(placed: Mapping[str, _Place], layer: Layer, thing: Column, metric: Column, title: str) -> dict[str, Any]:
    shown = view(layer, placed.keys())
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": shown.shapes[code],
            thing.name: ", ".join(place.names),
            metric.name: sum(place.values),
        }
        for code, place in placed.items()
    ]
    ground: dict[str, Any] = {"type": "Feature", "geometry": shown.background}
    label = axis_title(metric.label or metric.name, metric.unit)
    percent = {"format": ".1%"} if metric.unit == "%" else {}
    color: dict[str, Any] = {
        "field": metric.name,
        "type": "quantitative",
        "title": label,
        "scale": _scale([sum(place.values) for place in placed.values()]),
        "legend": {"direction": "horizontal", "orient": "bottom", "gradientLength": 300, "tickCount": 4, **percent},
    }
    tooltip: list[dict[str, Any]] = [
        {"field": thing.name, "type": "nominal", "title": thing.label or thing.name},
        {"field": metric.name, "type": "quantitative", "title": label, **(percent or {"format": ",.10~r"})},
    ]
    return {
        "$schema": SCHEMA,
        "title": title,
        "width": "container",
        "height": _HEIGHTS[shown.projection],
        "projection": {"type": shown.projection},
        "layer": [
            {"data": {"values": [ground]}, "mark": _GROUND},
            {"data": {"values": features}, "mark": _PLACE, "encoding": {"color": color, "tooltip": tooltip}},
        ],
    }


def _scale(values: Sequence[float]) -> dict[str, Any]:
    """From pale to dark; two colours apart at nothing where some are below it."""
    if min(values) < 0:
        return {"scheme": "blueorange", "domainMid": 0, "reverse": True}
    skewed = len(values) > 1 and max(values) > _SKEWED * sum(values) / len(values)
    return {"scheme": "blues", "domainMin": 0} | ({"type": "sqrt"} if skewed else {})


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:MOST_NAMED])
    more = len(names) - len(shown)
    return ", ".join([*shown, f"and {more} more"] if more else shown)
