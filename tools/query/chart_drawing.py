"""Charts of a kind that somebody asks for, as Vega-Lite specifications.

Whatever a person or a file named is data in them, or a plain title: no expression is made of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from tools.kit.blocks import Column
from tools.query.analysis_charts import draw_analysis
from tools.query.chart import BUCKET_FORMAT, MOST_BARS, MOST_SERIES, SCHEMA, axis_title, chart
from tools.query.chart_kinds import not_shown_as, unsuited
from tools.query.drawn import ChartKind, Drawn
from tools.query.figures import Figures, plural
from tools.query.map_drawing import draw_map
from tools.query.planner import Plan

MOST_SLICES = 8
MOST_POINTS = 2_000
MOST_CELLS = 2_500
_SERIES, _VALUE = "series", "value"
_TICKS = {
    "month": {"interval": "month", "step": 1},
    "quarter": {"interval": "month", "step": 3},
    "year": {"interval": "year", "step": 1},
}
"""One mark on the axis for each bucket, where Vega knows such a bucket."""


def drawn(
    kind: ChartKind,
    figures: Figures,
    query: MetricQuery,
    model: SemanticModel,
    title: str,
    *,
    countries: frozenset[str] = frozenset(),
) -> Drawn:
    """The chart of a kind that suits the query. A currency that had to be told apart may have split it once more: then,
    and where there is nothing to see, it is not drawn, and the note says why. `countries`: see draw_map."""
    if query.analysis is not None:
        return draw_analysis(kind, figures, query, title)
    if kind in ("figure", "table") or not figures.rows:
        return Drawn()
    if reason := unsuited(kind, query, model):
        return Drawn(note=f"This is not drawn. {reason}")
    if kind == "map":
        return draw_map(figures, query, model, title, countries)
    one = _Chart(figures, query, model)
    draw = {
        "line": one.line,
        "bar": one.bar,
        "stacked": one.stacked,
        "pie": one.pie,
        "scatter": one.scatter,
        "heatmap": one.heatmap,
    }
    return draw[kind](title) if kind in draw else Drawn()  # unsuited, as above


def drawn_as_asked(
    plan: Plan, figures: Figures, query: MetricQuery, model: SemanticModel, title: str, *, countries: frozenset[str]
) -> Drawn:
    """The chart of the kind that a question names; by the shape of the figures where it names none, or one that does not
    suit, which is told."""
    note = not_shown_as(plan, model)
    if plan.kind is not None and not plan.mean_over and not note:
        picture = drawn(plan.kind, figures, query, model, title, countries=countries)
        if picture.spec is not None or not picture.note:
            return picture
        note = picture.note
    if plan.mean_over:
        return Drawn(note=note)
    if query.analysis is not None:
        picture = draw_analysis(None, figures, query, title)
        return replace(picture, note=f"{picture.note} {note}".strip())
    return Drawn(chart(figures, query, title), note)


@dataclass(frozen=True, slots=True)
class _Chart:
    figures: Figures
    query: MetricQuery
    model: SemanticModel

    # ── kinds ────────────────────────────────────────────────────────────────────────────────────────────

    def line(self, title: str) -> Drawn:
        mark = {"type": "line", "point": len(self.figures.rows) <= 2 * MOST_BARS, "tooltip": True}
        if self._things:
            rows, note = self._largest(self._things[0], MOST_SERIES)
            color = self._nominal(self._things[0])
            return Drawn(
                self._spec(title, mark, rows, x=self._time(), y=self._value(self._metrics[0]), color=color), note
            )
        if len(series := self._series) > 1:
            return Drawn(self._folded(title, mark, series, x=self._time()))
        return Drawn(self._spec(title, mark, self.figures.rows, x=self._time(), y=self._value(self._metrics[0])))

    def bar(self, title: str) -> Drawn:
        mark = {"type": "bar", "tooltip": True}
        if self.query.grain:
            x = self._bucket()
            if self._things:
                rows, note = self._largest(self._things[0], MOST_SERIES)
                color = self._nominal(self._things[0])
                offset = {"xOffset": {"field": color["field"], "type": "nominal"}}
                return Drawn(
                    self._spec(title, mark, rows, x=x, y=self._value(self._metrics[0]), color=color, **offset), note
                )
            if len(series := self._series) > 1:
                return Drawn(self._folded(title, mark, series, x=x, xOffset={"field": _SERIES, "type": "nominal"}))
            return Drawn(self._spec(title, mark, self.figures.rows, x=x, y=self._value(self._metrics[0])))
        thing = self._things[0]
        rows, note = self._first(thing, MOST_BARS)
        y = self._nominal(thing) | {"sort": None, "axis": {"labelLimit": 220}}
        if len(self._things) > 1:
            other = self._nominal(self._things[1])
            offset = {"yOffset": {"field": other["field"], "type": "nominal"}}
            return Drawn(
                self._spec(title, mark, rows, y=y, x=self._value(self._metrics[0]), color=other, **offset), note
            )
        if len(series := self._series) > 1:
            spec = self._folded(title, mark, series, rows=rows, y=y, yOffset={"field": _SERIES, "type": "nominal"})
            return Drawn(spec, note)
        return Drawn(self._spec(title, mark, rows, y=y, x=self._value(self._metrics[0])), note)

    def stacked(self, title: str) -> Drawn:
        if self._has_negative():
            return Drawn(note="This is not drawn: what is below nothing is no part of a whole.")
        part = self._things[0] if self.query.grain else self._things[1]
        rows, note = self._largest(part, MOST_SERIES, rest="The rest is not drawn.")
        x = self._bucket() if self.query.grain else self._nominal(self._things[0]) | {"sort": None}
        value = self._value(self._metrics[0]) | {"stack": "zero"}
        return Drawn(
            self._spec(title, {"type": "bar", "tooltip": True}, rows, x=x, y=value, color=self._nominal(part)), note
        )

    def pie(self, title: str) -> Drawn:
        if self._has_negative():
            return Drawn(note="This is not drawn: what is below nothing is no part of a whole.")
        at, metric_at = self._at(self._things[0] if self._things else None), self._metrics[0]
        rows = [row for row in self.figures.rows if row[metric_at]]
        if not rows:
            return Drawn(note="There is nothing to draw.")
        ordered = sorted(rows, key=lambda row: -_number(row[metric_at]))
        note = ""
        if len(ordered) > MOST_SLICES:
            kept, rest = ordered[: MOST_SLICES - 1], ordered[MOST_SLICES - 1 :]
            gathered: list[Any] = [None] * len(self.figures.columns)
            gathered[at], gathered[metric_at] = f"{len(rest)} others", sum(_number(row[metric_at]) for row in rest)
            ordered, note = (
                [*kept, tuple(gathered)],
                f"The chart shows the {MOST_SLICES - 1} largest, and {len(rest)} others as one.",
            )
        column = self.figures.columns[at]
        value = self._value(metric_at)
        spec = self._spec(title, {"type": "arc", "tooltip": True}, ordered, theta=value | {"stack": True})
        spec["encoding"]["color"] = {"field": column.name, "type": "nominal", "title": _label(column), "sort": None}
        spec["encoding"]["order"] = {"field": value["field"], "type": "quantitative", "sort": "descending"}
        return Drawn(spec, note)

    def scatter(self, title: str) -> Drawn:
        x, y = (self._value(at) | {"scale": {"zero": False}} for at in self._metrics[:2])
        rows = self.figures.rows[:MOST_POINTS]
        note = (
            f"The chart shows the first {MOST_POINTS:,} of {len(self.figures.rows):,}."
            if len(rows) < len(self.figures.rows)
            else ""
        )
        spec = self._spec(title, {"type": "point", "filled": True, "tooltip": {"content": "data"}}, rows, x=x, y=y)
        return Drawn(spec, note)

    def heatmap(self, title: str) -> Drawn:
        if len(self.figures.rows) > MOST_CELLS:
            return Drawn(note=f"This is not drawn: it would have {len(self.figures.rows):,} cells.")
        x = self._bucket() if self.query.grain else self._nominal(self._things[1])
        color = self._value(self._metrics[0])
        color.pop("axis", None)
        y = self._nominal(self._things[0]) | {"axis": {"labelLimit": 220}}
        return Drawn(self._spec(title, {"type": "rect", "tooltip": True}, self.figures.rows, x=x, y=y, color=color))

    # ── parts ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _things(self) -> list[int]:
        return [i for i, role in enumerate(self.figures.roles) if role.role == "dimension"]

    @property
    def _metrics(self) -> list[int]:
        return [self.figures.at("metric", metric) for metric in self.query.metrics]

    @property
    def _series(self) -> list[int]:
        """The columns that share the axis of values: several figures, or one and what it was before."""
        return [i for i, role in enumerate(self.figures.roles) if role.role in ("metric", "previous")]

    def _at(self, thing: int | None) -> int:
        return self.figures.at("time") if thing is None else thing

    def _has_negative(self) -> bool:
        return any(_number(row[self._metrics[0]]) < 0 for row in self.figures.rows)

    def _time(self) -> dict[str, Any]:
        column, grain = self.figures.columns[self.figures.at("time")], self.query.grain or "day"
        # Dates are days and no moments: in the reader's time zone they could be those of the day before.
        scale = {"type": "utc"}
        axis = {"format": BUCKET_FORMAT[grain]} | ({"tickCount": _TICKS[grain]} if grain in _TICKS else {})
        return {"field": column.name, "type": "temporal", "title": None, "scale": scale, "axis": axis}

    def _bucket(self) -> dict[str, Any]:
        """Time as a row of things side by side."""
        column, grain = self.figures.columns[self.figures.at("time")], self.query.grain or "day"
        return {
            "field": column.name,
            "type": "ordinal",
            "title": None,
            "timeUnit": "utcyearmonthdate",
            "axis": {"format": BUCKET_FORMAT[grain]},
            **({"sort": None} if self.query.limit else {}),
        }

    def _nominal(self, at: int) -> dict[str, Any]:
        column = self.figures.columns[at]
        return {"field": column.name, "type": "nominal", "title": _label(column)}

    def _value(self, at: int) -> dict[str, Any]:
        column = self.figures.columns[at]
        axis = {"axis": {"format": ".0%"}} if column.unit == "%" else {}
        return {"field": column.name, "type": "quantitative", "title": axis_title(_label(column), column.unit), **axis}

    def _members(self, at: int) -> list[Any]:
        return list(dict.fromkeys(row[at] for row in self.figures.rows))

    def _first(self, at: int, most: int) -> tuple[Sequence[Sequence[Any]], str]:
        """The rows of the first few members of a thing, as the figures are ordered."""
        members = self._members(at)
        if len(members) <= most:
            return self.figures.rows, ""
        kept, things = set(members[:most]), plural(self.figures.roles[at].subject, self.model)
        rows = [row for row in self.figures.rows if row[at] in kept]
        return rows, f"The chart shows the first {most} of {len(members):,} {things}."

    def _largest(self, at: int, most: int, rest: str = "") -> tuple[Sequence[Sequence[Any]], str]:
        """The rows of those few members of a thing that come to most over all buckets."""
        members = self._members(at)
        if len(members) <= most:
            return self.figures.rows, ""
        totals = dict.fromkeys(members, 0.0)
        for row in self.figures.rows:
            totals[row[at]] += _number(row[self._metrics[0]])
        kept = set(sorted(totals, key=lambda member: -totals[member])[:most])
        things = plural(self.figures.roles[at].subject, self.model)
        note = f"The chart shows the {most} largest of {len(members):,} {things}."
        return [row for row in self.figures.rows if row[at] in kept], f"{note} {rest}".strip()

    def _spec(
        self, title: str, mark: dict[str, Any], rows: Sequence[Sequence[Any]], **encoding: dict[str, Any]
    ) -> dict[str, Any]:
        names = [column.name for column in self.figures.columns]
        return {
            "$schema": SCHEMA,
            "title": title,
            "width": "container",
            "height": {"step": 22} if "y" in encoding and encoding["y"]["type"] == "nominal" else 280,
            "data": {"values": [dict(zip(names, row, strict=True)) for row in rows]},
            "mark": mark,
            "encoding": encoding,
        }

    def _folded(
        self,
        title: str,
        mark: dict[str, Any],
        series: Sequence[int],
        *,
        rows: Sequence[Sequence[Any]] | None = None,
        **encoding: dict[str, Any],
    ) -> dict[str, Any]:
        """Several figures on one axis: a row for each of them, told apart by what it is called."""
        rows = self.figures.rows if rows is None else rows
        columns, shown = self.figures.columns, set(series)
        kept = [i for i, role in enumerate(self.figures.roles) if role.role in ("dimension", "time")]
        values = [
            {columns[i].name: row[i] for i in kept} | {_SERIES: _label(columns[at]), _VALUE: row[at]}
            for row in rows
            for at in sorted(shown)
        ]
        value = self._value(series[0]) | {"field": _VALUE, "title": columns[series[0]].unit}
        color = {"field": _SERIES, "type": "nominal", "title": None, "sort": None}
        spec = self._spec(title, mark, [], **encoding, **{"y" if "x" in encoding else "x": value}, color=color)
        return spec | {"data": {"values": values}}


def _label(column: Column) -> str:
    return column.label or column.name


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
