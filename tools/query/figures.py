"""Rows of a metric query as the outside sees them: columns with units, and comparisons by period side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.metrics.cells import buckets_from
from storage.metrics.model import SemanticModel
from storage.metrics.output import OutputColumn
from storage.metrics.query import MetricQuery
from storage.repositories.metrics import MetricRows
from tools.kit.blocks import Cell, Column
from tools.query.single_orders import are_listed

_UNITS = {"share": "%", "quantity": None, "count": None, "number": None, "days": "days"}


@dataclass(frozen=True, slots=True)
class Figures:
    """A table of figures: `columns` and `rows` as shown, `roles` says what each column is."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    roles: tuple[OutputColumn, ...]

    def position(self, role: str, subject: str | None = None) -> int | None:
        return next((i for i, c in enumerate(self.roles) if c.role == role and subject in (None, c.subject)), None)

    def at(self, role: str, subject: str | None = None) -> int:
        """Like `position`, for a column that must be there. Raises ValueError."""
        found = self.position(role, subject)
        if found is None:
            raise ValueError(f"no {role} column of {subject}")
        return found


def plural(thing: str, model: SemanticModel) -> str:
    """Things of a dimension, or of a unit of time, as one says them: "customers", "cities", "days"."""
    word = model.dimensions[thing].label.lower() if thing in model.dimensions else thing
    if word.endswith("person"):
        return f"{word[:-6]}people"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"


def figure_label(model: SemanticModel, query: MetricQuery, metric: str) -> str:
    """What a figure is called, with what it is gathered from: "Running total of net sales"."""
    label, window = model.metrics[metric].label, query.window
    if model.metrics[metric].unit == "date" and are_listed(query):
        return "Day"
    if window is None:
        return label
    if window.kind == "change":
        return label
    if window.kind == "rolling":
        return f"{label}, mean of {window.size} {query.grain}s"
    return f"{label} so far" if model.is_ratio(metric) else f"Running total of {label[:1].lower()}{label[1:]}"


def tabulate(result: MetricRows, query: MetricQuery, model: SemanticModel, currency: str | None) -> Figures:
    """`currency` is the unit of money columns, None where rows are in several and a column says which."""
    roles, rows = result.columns, result.rows
    if query.compare and query.grain:
        roles, rows = _align(roles, rows, query)
    columns = tuple(_column(role, model, query, currency) for role in roles)
    return Figures(columns, tuple(tuple(_cell(value) for value in row) for row in rows), roles)


def metric_column(metric: str, model: SemanticModel, currency: str | None) -> Column:
    """The column that a metric's figures stand in."""
    return _column(OutputColumn(metric, "metric", metric), model, MetricQuery(metrics=(metric,)), currency)


def mean(figures: Figures, metric: str) -> tuple[float | None, int]:
    """The mean of a metric over the rows that have it, and how many there are."""
    at = figures.position("metric", metric)
    values = [float(v) for row in figures.rows if at is not None and isinstance(v := row[at], int | float)]
    return (sum(values) / len(values) if values else None), len(values)


def figure_column(metric: str, model: SemanticModel, query: MetricQuery, currency: str | None) -> Column:
    """How a metric's own figure is shown."""
    return _column(OutputColumn(metric, "metric", metric), model, query, currency)


def _cell(value: Any) -> Cell:
    return value.isoformat() if isinstance(value, date) else value


def _column(role: OutputColumn, model: SemanticModel, query: MetricQuery, currency: str | None) -> Column:
    if role.role == "dimension":
        dimension = model.dimensions[role.subject]
        return Column(name=role.name, type=dimension.type, label=dimension.label)
    if role.role == "time":
        return Column(name=role.name, type="date", label=role.subject.capitalize())
    if role.role == "count":
        return Column(name=role.name, type="integer", label=plural(role.subject, model).capitalize())
    if role.role in ("place", "places"):
        among = plural(role.subject, model)
        return Column(name=role.name, type="integer", label=f"Place among {among}" if role.role == "place" else among.capitalize())  # fmt: skip
    metric = model.metrics[role.subject]
    if role.role in ("share", "change_pct"):
        suffix = "share" if role.role == "share" else "change in %"
        return Column(name=role.name, type="number", unit="%", label=f"{metric.label}, {suffix}")
    if metric.unit == "date":
        return Column(name=role.name, type="date", label=figure_label(model, query, role.subject))
    unit = currency if metric.unit == "money" else _UNITS.get(metric.unit)
    suffix = {"previous": ", before", "change": ", change"}.get(role.role, "")
    whole = metric.unit == "count" and not (query.window and query.window.kind == "rolling")
    label = figure_label(model, query, role.subject) + suffix
    return Column(name=role.name, type="integer" if whole else "number", unit=unit, label=label)


def _so_far(side: Mapping[Any, tuple[Any, ...]], key: Any) -> tuple[Any, ...] | None:
    """A total so far is also that of the buckets after it in which nothing was added."""
    earlier = [other for other in side if other[1:] == key[1:] and other[0] < key[0]]
    return side[max(earlier, key=lambda other: other[0])] if earlier else None


def _align(
    roles: tuple[OutputColumn, ...], rows: tuple[tuple[Any, ...], ...], query: MetricQuery
) -> tuple[tuple[OutputColumn, ...], list[tuple[Any, ...]]]:
    """The n-th bucket of the period beside the n-th bucket of the one before it."""
    grain, time, compare = query.grain, query.time, query.compare
    if grain is None or time is None or compare is None:
        raise ValueError("nothing to align: the query compares no buckets")
    period_at = next(i for i, c in enumerate(roles) if c.role == "period")
    time_at = next(i for i, c in enumerate(roles) if c.role == "time")
    keys_at = [i for i, c in enumerate(roles) if c.role == "dimension"]
    metrics_at = [i for i, c in enumerate(roles) if c.role == "metric"]
    starts = (time.start, compare.start)
    sides: tuple[dict[Any, tuple[Any, ...]], dict[Any, tuple[Any, ...]]] = ({}, {})
    for row in rows:
        side = int(row[period_at])
        key = (buckets_from(starts[side], row[time_at], grain), *(row[i] for i in keys_at))
        sides[side][key] = row
    out_roles = [roles[time_at], *(roles[i] for i in keys_at)]
    for i in metrics_at:
        m = roles[i]
        out_roles += [
            m,
            OutputColumn(f"{m.name}_previous", "previous", m.subject, m.micros),
            OutputColumn(f"{m.name}_change", "change", m.subject, m.micros),
            OutputColumn(f"{m.name}_change_pct", "change_pct", m.subject),
        ]
    out: list[tuple[Any, ...]] = []
    for key, row in sides[0].items():
        other = sides[1].get(key) or (
            _so_far(sides[1], key) if query.window and query.window.kind == "running" else None
        )
        values: list[Any] = [row[time_at], *(row[i] for i in keys_at)]
        for i in metrics_at:
            now, before = row[i], other[i] if other else None
            change = now - before if now is not None and before is not None else None
            values += [now, before, change, change / abs(before) if change is not None and before else None]
        out.append(tuple(values))
    return tuple(out_roles), out
