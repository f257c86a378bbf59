"""Sums that are kept, in the place of facts: the same columns, read from the rows of cubes."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, null, select
from sqlalchemy.sql.elements import ColumnElement, Label

from storage.metrics.arithmetic import absent
from storage.metrics.buckets import bucket
from storage.metrics.days import day_part
from storage.metrics.model import BaseMetric, SemanticModel
from storage.metrics.pieces import Cut, Span, meets, within
from storage.metrics.rollup import KeptGrain, Rollup, Served, cube_name


class KeptSums:
    """`take` gives an alias of the rows of cubes that the statement does not use yet."""

    def __init__(self, model: SemanticModel, rollup: Rollup, week_start: int, take: Callable[[], Any]) -> None:
        self._model = model
        self._rollup = rollup
        self._week_start = week_start
        self._take = take

    def of(self, served: Served, bases: dict[str, BaseMetric], cut: Cut) -> Iterator[Select[Any]]:
        """One SELECT over months and one over days, as far as there are any."""
        portions: tuple[tuple[KeptGrain, tuple[Span, ...]], ...]
        portions = ("month", served.portions.months), ("day", served.portions.days)
        for grain, spans in portions:
            if not spans:
                continue
            row = self._take()
            keys, labelled = self._keys(row, cut)
            measures = [self._measure(row, served, name, metric).label(name) for name, metric in bases.items()]
            conditions = [meets(self._member(row, item.dimension)[0], item) for item in cut.filters]
            cube = cube_name(served.entity, served.dimension, grain)
            yield (
                select(*labelled, literal(cut.number).label("p"), *measures, func.sum(row.n).label("n"))
                .where(row.cube == cube, within(row.at, spans), *conditions)
                .group_by(*keys)
            )

    def _keys(self, row: Any, cut: Cut) -> tuple[list[ColumnElement[Any]], list[Label[Any]]]:
        keys: list[ColumnElement[Any]] = []
        labelled: list[Label[Any]] = []
        for i, dimension in enumerate(cut.dimensions):
            label, key = self._member(row, dimension)
            keys += [label] if self._model.dimensions[dimension].of_day else [label, key]
            labelled += [label.label(f"d{i}"), key.label(f"k{i}")]
        if cut.grain:
            start = bucket(row.at, cut.grain, self._week_start)
            keys.append(start)
            labelled.append(start.label("t"))
        return keys, labelled

    def _member(self, row: Any, dimension: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        if part := self._model.dimensions[dimension].of_day:
            return day_part(row.at, part), cast(null(), String)
        return row.label, row.key

    def _measure(self, row: Any, served: Served, name: str, metric: BaseMetric) -> ColumnElement[Any]:
        if name not in served.metrics:
            return absent(metric)
        return func.sum(getattr(row, self._rollup.slot(served.entity, name)))
