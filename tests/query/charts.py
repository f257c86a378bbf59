"""Queries and figures of their shape, for the tests of charts."""

from datetime import date
from typing import Any

from storage.metrics.output import OutputColumn
from storage.metrics.query import MetricQuery, TimeRange
from tools.kit.blocks import Column
from tools.query.figures import Figures
from tools.semantics.loader import load_semantics

MODEL = load_semantics()
MONTHS = [date(2026, month, 1).isoformat() for month in range(1, 7)]
THINGS = ["Tea", "Mugs", "Pots"]
TIME = TimeRange(start=date(2026, 1, 1), end=date(2026, 7, 1))


def query(**fields: Any) -> MetricQuery:
    return MetricQuery.model_validate({"metrics": ("revenue",), "time": TIME} | fields)


def figures(asked: MetricQuery, things: list[str] | None = None, values: list[float] | None = None) -> Figures:
    """Figures of the shape that a query has, as QueryService tabulates them."""
    names = THINGS if things is None else things
    columns: list[Column] = []
    roles: list[OutputColumn] = []
    keys: list[tuple[Any, ...]] = [()]
    if asked.grain:
        columns.append(Column(name=asked.grain, type="date", label=asked.grain.capitalize()))
        roles.append(OutputColumn(asked.grain, "time", asked.grain))
        keys = [(*key, month) for key in keys for month in MONTHS]
    for dimension in asked.dimensions:
        columns.append(Column(name=dimension, type="string", label=MODEL.dimensions[dimension].label))
        roles.append(OutputColumn(dimension, "dimension", dimension))
        keys = [(*key, name) for key in keys for name in names]
    for metric in asked.metrics:
        unit = "EUR" if MODEL.metrics[metric].unit == "money" else None
        columns.append(Column(name=metric, type="number", unit=unit, label=MODEL.metrics[metric].label))
        roles.append(OutputColumn(metric, "metric", metric))
        if asked.compare:
            columns.append(Column(name=f"{metric}_previous", type="number", unit=unit, label="Before"))
            roles.append(OutputColumn(f"{metric}_previous", "previous", metric))
    figures_per_row = len(columns) - len(keys[0])
    numbers = values or [10.0 + i for i in range(len(keys))]
    rows = tuple((*key, *(number for _ in range(figures_per_row))) for key, number in zip(keys, numbers, strict=False))
    return Figures(tuple(columns), rows, tuple(roles))
