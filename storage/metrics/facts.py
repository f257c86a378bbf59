"""One entity of the semantic layer as a SELECT: its joins, keys, conditions and aggregates."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Double, Select, String, and_, case, cast, func, inspect, literal, null, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement, Label
from sqlalchemy.sql.selectable import Subquery

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.buckets import bucket
from storage.metrics.clock import clock_part
from storage.metrics.days import day_part
from storage.metrics.kept import KeptSums
from storage.metrics.model import (
    AverageMetric,
    BaseMetric,
    Condition,
    CountMetric,
    DayMetric,
    DerivedMetric,
    FirstTimeMetric,
    Mappers,
    QuantileMetric,
    SemanticModel,
    SumMetric,
)
from storage.metrics.pieces import EVER, Cut, Span, absent, meets, rarely, within
from storage.metrics.quantiles import ROWS, VALUE, quantile
from storage.metrics.query import Filter, Member
from storage.metrics.rollup import NOTHING_KEPT, Coverage, Rollup
from storage.models.rollup import RollupRow


class _Aliases:
    """Aliases of mapped classes. Making one costs more than the rest of a statement (SQLAlchemy copies every column),
    so they are kept: a statement never gets the same one twice, the next statement gets them again."""

    def __init__(self, mappers: Mappers) -> None:
        self._mappers = mappers
        self._made: dict[str, list[Any]] = {}
        self._given: Counter[str] = Counter()

    def begin_statement(self) -> None:
        self._given.clear()

    def always_leads(self, alias: Any, column: str) -> bool:
        """Whether the database sees to it that a column of an alias's class leads to a row."""
        found = inspect(alias).mapper.columns[column]
        return bool(found.foreign_keys) and not found.nullable

    def leads(self, class_name: str, column: str) -> bool:
        """Whether the database sees to it that a column of a class leads to a row or is empty."""
        return bool(self._mappers[class_name].columns[column].foreign_keys)

    def take(self, class_name: str) -> Any:
        made = self._made.setdefault(class_name, [])
        place = self._given[class_name]
        self._given[class_name] += 1
        if place == len(made):
            made.append(aliased(self._mappers[class_name].class_))
        return made[place]


class _Fact:
    """One entity as the left side of a SELECT; the joins that columns need are added once each."""

    def __init__(self, model: SemanticModel, aliases: _Aliases, entity: str) -> None:
        self._model = model
        self._aliases = aliases
        self.entity = entity
        self.alias = aliases.take(model.entities[entity].table)
        self._joined: dict[str, tuple[Any, str, bool]] = {"": (self.alias, entity, True)}
        """Prefix of a path → alias, entity, and whether every row of the fact reaches it."""
        self._joins: list[tuple[Any, ColumnElement[bool], bool]] = []

    def column(self, path: str) -> ColumnElement[Any]:
        *joins, name = path.split(".")
        if name == "id" and joins and (foreign_key := self._foreign_key(joins)):
            *joins, name = *joins[:-1], foreign_key
        target, entity, prefix = self.alias, self.entity, ""
        for join in joins:
            prefix, before = prefix + join + ".", prefix
            if prefix not in self._joined:
                foreign_key, reached = self._model.entities[entity].joins[join]
                alias = self._aliases.take(self._model.entities[reached].table)
                certain = self._joined[before][2] and self._aliases.always_leads(target, foreign_key)
                self._joins.append((alias, getattr(target, foreign_key) == alias.id, certain))
                self._joined[prefix] = (alias, reached, certain)
            target, entity, _ = self._joined[prefix]
        attribute: ColumnElement[Any] = getattr(target, name)
        return attribute

    def _foreign_key(self, joins: Sequence[str]) -> str | None:
        """The column that says by itself which row the last of the joins leads to; None where it may lead nowhere."""
        entity = self.entity
        for join in joins[:-1]:
            entity = self._model.entities[entity].joins[join][1]
        foreign_key = self._model.entities[entity].joins[joins[-1]][0]
        return foreign_key if self._aliases.leads(self._model.entities[entity].table, foreign_key) else None

    def first_non_null(self, paths: tuple[str, ...]) -> ColumnElement[Any]:
        columns = [self.column(path) for path in paths]
        return columns[0] if len(columns) == 1 else func.coalesce(*columns)

    def join_to(self, subquery: Subquery, on: ColumnElement[bool]) -> None:
        self._joins.append((subquery, on, False))

    def apply(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        statement = statement.select_from(self.alias)
        # What every row reaches is joined plainly: the database may then begin where a condition leaves fewest rows.
        for target, on, certain in sorted(self._joins, key=lambda join: not join[2]):
            statement = statement.join(target, on) if certain else statement.outerjoin(target, on)
        return statement


class Facts:
    """The SELECTs over single entities that a query is made of: each aggregated alone, so that nothing multiplies.
    With a `rollup` its sums are read in place of facts where they stand for the same."""

    def __init__(self, model: SemanticModel, mappers: Mappers, week_start: int, rollup: Rollup | None = None) -> None:
        self._model = model
        self._aliases = _Aliases(mappers)
        self._week_start = week_start
        self._rollup = rollup
        self._sums = rollup and KeptSums(model, rollup, week_start, lambda: self._aliases.take(RollupRow.__name__))
        self._coverage = NOTHING_KEPT

    def begin_statement(self, coverage: Coverage = NOTHING_KEPT) -> None:
        self._aliases.begin_statement()
        self._coverage = coverage

    def of(self, bases: dict[str, BaseMetric], cut: Cut) -> Iterator[Select[Any]]:
        """SELECTs over the entities, and one per quantile, all of the same columns."""
        plain = {metric.entity for metric in bases.values() if not isinstance(metric, QuantileMetric)}
        for entity in sorted(plain):
            own: dict[str, BaseMetric] = {
                n: m for n, m in bases.items() if m.entity == entity and not isinstance(m, QuantileMetric)
            }
            if not (cut.dimensions or cut.filters or cut.members or cut.period.only):
                firsts = {name: metric for name, metric in own.items() if isinstance(metric, FirstTimeMetric)}
                for name, metric in firsts.items():
                    yield self._first_times(name, metric, bases, cut, alone=len(own) == 1)
                own = {name: metric for name, metric in own.items() if name not in firsts}
            if not own:
                continue
            rest: Cut | None = cut
            served = (
                self._rollup.serves(entity, own, cut, self._coverage)
                if self._rollup and self._coverage.months
                else None
            )
            if served and self._sums:
                yield from self._sums.of(served, bases, cut)
                rest = replace(cut, spans=served.portions.rest) if served.portions.rest else None
            if rest is not None:
                yield self._counted(entity, own, bases, rest)
        for name, metric in bases.items():
            if isinstance(metric, QuantileMetric):
                yield self._quantile_fact(name, metric, bases, cut)

    def _counted(self, entity: str, own: dict[str, BaseMetric], bases: dict[str, BaseMetric], cut: Cut) -> Select[Any]:
        """One entity's rows, aggregated. `own` are the metrics of `bases` that are the entity's."""
        fact = _Fact(self._model, self._aliases, entity)
        first = next(iter(own))
        keys, labelled = self._cut_keys(fact, cut, first)
        measures = [
            (self._aggregate(fact, metric) if name in own else absent(metric)).label(name)
            for name, metric in bases.items()
        ]
        conditions = self._conditions(fact, cut, first)
        statement = select(*labelled, literal(cut.number).label("p"), *measures, func.count().label("n"))
        return fact.apply(statement).where(*conditions).group_by(*keys)

    def _first_times(
        self, name: str, metric: FirstTimeMetric, bases: dict[str, BaseMetric], cut: Cut, *, alone: bool
    ) -> Select[Any]:
        """Where nothing splits them, the first times are counted by themselves: nobody's first day is looked up for each
        row. The rows behind them are those of other metrics of the entity, if there are any."""
        first = self._first_rows(metric)
        day = first.c.day
        labelled: list[Label[Any]] = []
        if cut.grain:
            labelled.append(bucket(day, cut.grain, self._week_start).label("t"))
        count = func.count()
        measures = [(count if other == name else absent(bases[other])).label(other) for other in bases]
        rows = count if alone else literal(0)
        statement = select(*labelled, literal(cut.number).label("p"), *measures, rows.label("n")).select_from(first)
        spans = cut.spans or (Span(cut.period.start, cut.period.end),)
        if spans != (EVER,):
            statement = statement.where(within(day, spans))
        return statement.group_by(*(column.element for column in labelled))

    def _quantile_fact(self, name: str, metric: QuantileMetric, bases: dict[str, BaseMetric], cut: Cut) -> Select[Any]:
        fact = _Fact(self._model, self._aliases, metric.entity)
        keys, labelled = self._cut_keys(fact, cut, name)
        value = func.sum(arithmetic(metric.expression, fact.column)).label(VALUE)
        conditions = [*self._conditions(fact, cut, name), *(self._fixed(fact, c) for c in metric.where)]
        things = (
            fact.apply(select(*labelled, value, func.count().label(ROWS)))
            .where(*conditions)
            .group_by(*keys, fact.column(metric.per))
            .subquery("things")
        )
        names = [column.key for column in labelled]
        found = quantile(things, names, metric.at).subquery("quantiles")
        measures = [(found.c[VALUE] if other == name else absent(bases[other])).label(other) for other in bases]
        return select(
            *(found.c[key] for key in names), literal(cut.number).label("p"), *measures, found.c[ROWS].label("n")
        )

    def _cut_keys(self, fact: _Fact, cut: Cut, metric: str) -> tuple[list[ColumnElement[Any]], list[Label[Any]]]:
        """What a fact is grouped by, and the same with names: d0, k0, d1, …, t."""
        keys: list[ColumnElement[Any]] = []
        labelled: list[Label[Any]] = []
        for i, dimension in enumerate(cut.dimensions):
            label = self._dimension(fact, dimension, metric)
            key_path = self._model.key_path(dimension, fact.entity)
            key = fact.column(key_path) if key_path else cast(null(), String)
            keys += [label, key] if key_path else [label]
            labelled += [label.label(f"d{i}"), key.label(f"k{i}")]
        if cut.grain:
            start = bucket(fact.column(self._time(fact.entity, metric)), cut.grain, self._week_start)
            keys.append(start)
            labelled.append(start.label("t"))
        return keys, labelled

    def _conditions(self, fact: _Fact, cut: Cut, metric: str) -> list[ColumnElement[bool]]:
        conditions = [self._fixed(fact, condition) for condition in self._model.entities[fact.entity].where]
        conditions += [self._filter(fact, f, metric) for f in cut.filters]
        conditions += [self._membership(fact, member, metric) for member in cut.members]
        spans = cut.spans or (Span(cut.period.start, cut.period.end),)
        if spans != (EVER,):
            conditions.append(within(fact.column(self._time(fact.entity, metric)), spans))
        if cut.period.only:
            conditions.append(fact.column(self._time(fact.entity, metric)).in_(cut.period.only))
        return conditions

    def _aggregate(self, fact: _Fact, metric: BaseMetric) -> ColumnElement[Any]:
        when = and_(*(self._fixed(fact, condition) for condition in metric.where)) if metric.where else None

        def kept(value: ColumnElement[Any]) -> ColumnElement[Any]:
            return value if when is None else case((when, value))

        match metric:
            case SumMetric():
                return func.sum(kept(arithmetic(metric.expression, fact.column)))
            case AverageMetric():
                return func.avg(kept(arithmetic(metric.expression, fact.column)))
            case CountMetric(dimension=str(dimension)):
                return func.count(kept(self._dimension(fact, dimension, dimension)).distinct())
            case CountMetric(distinct=str(path)):
                return func.count(kept(fact.column(path)).distinct())
            case CountMetric():
                return func.count(kept(fact.column("id")))
            case DayMetric():
                day = kept(fact.column(self._time(metric.entity, metric.entity)))
                return func.min(day) if metric.type == "first_day" else func.max(day)
            case FirstTimeMetric():
                first = self._first_rows(metric)
                key, day = fact.column(metric.key), fact.column(self._time(metric.entity, metric.entity))
                fact.join_to(first, first.c.key == key)
                return func.count(
                    case((and_(first.c.day == day, *([when] if when is not None else [])), key)).distinct()
                )
            case _:
                raise AssertionError(metric)

    def _first_rows(self, metric: FirstTimeMetric) -> Subquery:
        fact = _Fact(self._model, self._aliases, metric.entity)
        key, day = fact.column(metric.key), fact.column(self._time(metric.entity, metric.entity))
        conditions = [self._fixed(fact, c) for c in (*self._model.entities[metric.entity].where, *metric.where)]
        statement = select(key.label("key"), func.min(day).label("day"))
        return fact.apply(statement).where(key.is_not(None), *conditions).group_by(key).subquery()

    def _membership(self, fact: _Fact, member: Member, metric: str) -> ColumnElement[bool]:
        """A semi-join: it keeps or drops rows of the fact and multiplies none."""
        counted = self._model.metrics[member.metric]
        if isinstance(counted, DerivedMetric):
            raise CopilotError(ErrorKind.INVALID, f"{counted.label} has no rows of its own.")
        inner = _Fact(self._model, self._aliases, counted.entity)
        has = self._member_key(inner, member.dimension, member.metric)
        conditions = [self._fixed(inner, c) for c in (*self._model.entities[counted.entity].where, *counted.where)]
        conditions += [self._filter(inner, f, member.metric) for f in member.filters]
        if member.time and (member.time.start or member.time.end):
            day = inner.column(self._time(counted.entity, member.metric))
            conditions += [day >= member.time.start] if member.time.start else []
            conditions += [day < member.time.end] if member.time.end else []
            conditions += [day.in_(member.time.only)] if member.time.only else []
        found = inner.apply(select(has)).where(has.is_not(None), *conditions)
        own = self._member_key(fact, member.dimension, metric)
        return and_(own.is_not(None), own.not_in(found)) if member.negated else own.in_(found)

    def _member_key(self, fact: _Fact, dimension: str, metric: str) -> ColumnElement[Any]:
        key_path = self._model.key_path(dimension, fact.entity)
        return fact.column(key_path) if key_path else self._dimension(fact, dimension, metric)

    def _filter(self, fact: _Fact, item: Filter, metric: str) -> ColumnElement[bool]:
        """A condition on a dimension. One that a row mostly tells by itself, and else the thing it belongs to, is met
        without joining that thing to every row."""
        if item.operator not in ("eq", "in", "contains"):
            return meets(self._dimension(fact, item.dimension, metric), item)
        paths: list[str] = list(self._model.paths(item.dimension, fact.entity) or ())
        if [path.count(".") for path in paths] != [0, 1]:
            return rarely(meets(self._dimension(fact, item.dimension, metric), item))
        join, column = paths[1].split(".")
        foreign_key, reached = self._model.entities[fact.entity].joins[join]
        thing = self._aliases.take(self._model.entities[reached].table)
        found = select(thing.id).where(meets(getattr(thing, column), item))
        own = fact.column(paths[0])
        return rarely(or_(meets(own, item), and_(own.is_(None), fact.column(foreign_key).in_(found))))

    def _dimension(self, fact: _Fact, dimension: str, metric: str) -> ColumnElement[Any]:
        paths = self._model.paths(dimension, fact.entity)
        if not paths:
            raise CopilotError(
                ErrorKind.INVALID,
                f"{self._label(metric)} cannot be split by {self._model.dimensions[dimension].label.lower()}.",
            )
        kind = self._model.dimensions[dimension]
        if kind.of_clock:
            return clock_part(fact.first_non_null(paths), kind.of_clock)
        return day_part(fact.column(paths[0]), kind.of_day) if kind.of_day else fact.first_non_null(paths)

    def _label(self, metric: str) -> str:
        return self._model.metrics[metric].label if metric in self._model.metrics else metric

    def _time(self, entity: str, metric: str) -> str:
        time = self._model.entities[entity].time
        if time is None:
            raise CopilotError(ErrorKind.INVALID, f"{self._label(metric)} has no dates to look at.")
        return time

    def _fixed(self, fact: _Fact, condition: Condition) -> ColumnElement[bool]:
        column = fact.column(condition.column)
        match condition.operator:
            case "eq":
                return column == condition.values[0]
            case "ne":
                return column.is_distinct_from(condition.values[0])
            case "in":
                return column.in_(condition.values)
            case "not_null":
                return column.is_not(None)
            case "is_null":
                return column.is_(None)


def arithmetic(expression: str, resolve: Callable[[str], ColumnElement[Any]]) -> ColumnElement[Any]:
    """An expression of + − × ÷ over names as SQL. A division is exact and NULL where the divisor is 0."""

    def build(node: ast.expr) -> ColumnElement[Any]:
        match node:
            case ast.Name(id=name):
                return resolve(name)
            case ast.Constant(value=int() | float() as value):
                return literal(value)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -build(operand)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return build(left) + build(right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return build(left) - build(right)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return build(left) * build(right)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return cast(build(left), Double) / func.nullif(cast(build(right), Double), 0)
            case _:
                raise ValueError(f"not arithmetic: {expression!r}")

    return build(parsed(expression))


@lru_cache(maxsize=1024)
def parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body
