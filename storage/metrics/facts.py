"""One entity of the semantic layer as a SELECT: its joins, keys, conditions and aggregates."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Date, Double, Select, String, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement, Label
from sqlalchemy.sql.selectable import Subquery

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.bands import age_band_of, band_of, labels
from storage.metrics.buckets import bucket
from storage.metrics.days import day_part
from storage.metrics.exchange import Exchange, converted, rates_table
from storage.metrics.grouping import group_of
from storage.metrics.model import (
    AverageMetric,
    Bands,
    BaseMetric,
    Condition,
    CountMetric,
    DayMetric,
    DerivedMetric,
    Entity,
    FirstTimeMetric,
    Mappers,
    QuantileMetric,
    SemanticModel,
    SumMetric,
)
from storage.metrics.quantiles import ROWS, VALUE, quantile
from storage.metrics.query import Filter, Grain, Member, TimeRange


class _Aliases:
    """Aliases of mapped classes. Making one costs more than the rest of a statement (SQLAlchemy copies every column),
    so they are kept: a statement never gets the same one twice, the next statement gets them again."""

    def __init__(self, mappers: Mappers) -> None:
        self._mappers = mappers
        self._made: dict[str, list[Any]] = {}
        self._given: Counter[str] = Counter()

    def begin_statement(self) -> None:
        self._given.clear()

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
        self._joined: dict[str, tuple[Any, str]] = {"": (self.alias, entity)}
        self._joins: list[tuple[Any, ColumnElement[bool]]] = []
        self._rates: Subquery | None = None
        self.measured: dict[str, ColumnElement[Any]] = {}
        """What bands are of, by dimension, once it is joined."""

    def column(self, path: str) -> ColumnElement[Any]:
        *joins, name = path.split(".")
        target, entity, prefix = self.alias, self.entity, ""
        for join in joins:
            prefix += join + "."
            if prefix not in self._joined:
                foreign_key, reached = self._model.entities[entity].joins[join]
                alias = self._aliases.take(self._model.entities[reached].table)
                self._joins.append((alias, getattr(target, foreign_key) == alias.id))
                self._joined[prefix] = (alias, reached)
            target, entity = self._joined[prefix]
        attribute: ColumnElement[Any] = getattr(target, name)
        return attribute

    def first_non_null(self, paths: tuple[str, ...]) -> ColumnElement[Any]:
        columns = [self.column(path) for path in paths]
        return columns[0] if len(columns) == 1 else func.coalesce(*columns)

    def rates(self, entity: Entity, exchange: Exchange) -> Subquery:
        """The rates of the day of a row, joined once."""
        if self._rates is None:
            day, currency = self.first_non_null(entity.rated_on), self.column(entity.currency or "")
            self._rates = rates_table(exchange)
            self.join_to(self._rates, and_(self._rates.c.currency == currency, self._rates.c.day == cast(day, String)))
        return self._rates

    def join_to(self, subquery: Subquery, on: ColumnElement[bool]) -> None:
        self._joins.append((subquery, on))

    def apply(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        statement = statement.select_from(self.alias)
        for target, on in self._joins:
            statement = statement.outerjoin(target, on)
        return statement


@dataclass(frozen=True, slots=True)
class Cut:
    """How one fact is cut: by which dimensions, filtered how, over which of the periods (`number` 0 is the one asked
    about, 1 the one before), in which buckets."""

    dimensions: tuple[str, ...]
    filters: tuple[Filter, ...]
    members: tuple[Member, ...]
    period: TimeRange
    number: int
    grain: Grain | None


@dataclass(frozen=True, slots=True)
class Terms:
    """In which currency amounts are, at which rates those in others are converted into it, and up to which day ages are
    counted."""

    currency: str | None = None
    exchange: Exchange | None = None
    as_of: date | None = None


class Facts:
    """The SELECTs over single entities that a query is made of: each aggregated alone, so that nothing multiplies."""

    def __init__(self, model: SemanticModel, mappers: Mappers, week_start: int) -> None:
        self._model = model
        self._aliases = _Aliases(mappers)
        self._week_start = week_start
        self._terms = Terms()

    def begin_statement(self, terms: Terms) -> None:
        self._aliases.begin_statement()
        self._terms = terms

    def of(self, bases: dict[str, BaseMetric], cut: Cut) -> Iterator[Select[Any]]:
        """One SELECT per entity, and one per quantile, all of the same columns."""
        plain = {metric.entity for metric in bases.values() if not isinstance(metric, QuantileMetric)}
        for entity in sorted(plain):
            fact = _Fact(self._model, self._aliases, entity)
            own = next(n for n, m in bases.items() if m.entity == entity and not isinstance(m, QuantileMetric))
            keys, labelled = self._cut_keys(fact, cut, own)
            measures = [
                (
                    self._aggregate(fact, metric)
                    if metric.entity == entity and not isinstance(metric, QuantileMetric)
                    else _absent(metric)
                ).label(name)
                for name, metric in bases.items()
            ]
            conditions = self._conditions(fact, cut, own)
            statement = select(*labelled, literal(cut.number).label("p"), *measures, func.count().label("n"))
            yield fact.apply(statement).where(*conditions).group_by(*keys)
        for name, metric in bases.items():
            if isinstance(metric, QuantileMetric):
                yield self._quantile_fact(name, metric, bases, cut)

    def _quantile_fact(self, name: str, metric: QuantileMetric, bases: dict[str, BaseMetric], cut: Cut) -> Select[Any]:
        fact = _Fact(self._model, self._aliases, metric.entity)
        keys, labelled = self._cut_keys(fact, cut, name)
        value = func.sum(self._amount(fact, metric)).label(VALUE)
        conditions = [*self._conditions(fact, cut, name), *(self._fixed(fact, c) for c in metric.where)]
        things = (
            fact.apply(select(*labelled, value, func.count().label(ROWS)))
            .where(*conditions)
            .group_by(*keys, fact.column(metric.per))
            .subquery("things")
        )
        names = [column.key for column in labelled]
        found = quantile(things, names, metric.at).subquery("quantiles")
        measures = [(found.c[VALUE] if other == name else _absent(bases[other])).label(other) for other in bases]
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
        conditions += [self._filter(self._dimension(fact, f.dimension, metric), self._numbered(f)) for f in cut.filters]
        conditions += [self._membership(fact, member, metric) for member in cut.members]
        if cut.period.start or cut.period.end:
            day = fact.column(self._time(fact.entity, metric))
            conditions += [day >= cut.period.start] if cut.period.start else []
            conditions += [day < cut.period.end] if cut.period.end else []
        return conditions

    def _aggregate(self, fact: _Fact, metric: BaseMetric) -> ColumnElement[Any]:
        when = and_(*(self._fixed(fact, condition) for condition in metric.where)) if metric.where else None

        def kept(value: ColumnElement[Any]) -> ColumnElement[Any]:
            return value if when is None else case((when, value))

        match metric:
            case SumMetric():
                return func.sum(kept(self._amount(fact, metric)))
            case AverageMetric():
                return func.avg(kept(self._amount(fact, metric)))
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

    def _amount(self, fact: _Fact, metric: SumMetric | AverageMetric | QuantileMetric) -> ColumnElement[Any]:
        """What a row adds to a figure, an amount of money in the currency that is asked for."""
        value = arithmetic(metric.expression, fact.column)
        return self._converted(fact, value) if metric.unit == "money" else value

    def _converted(self, fact: _Fact, amount: ColumnElement[Any]) -> ColumnElement[Any]:
        entity, exchange = self._model.entities[fact.entity], self._terms.exchange
        if exchange is None or entity.currency is None:
            return amount
        return converted(amount, fact.column(entity.currency), fact.rates(entity, exchange), exchange.into)

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
        conditions += [
            self._filter(self._dimension(inner, f.dimension, member.metric), self._numbered(f)) for f in member.filters
        ]
        if member.time and (member.time.start or member.time.end):
            day = inner.column(self._time(counted.entity, member.metric))
            conditions += [day >= member.time.start] if member.time.start else []
            conditions += [day < member.time.end] if member.time.end else []
        found = inner.apply(select(has)).where(has.is_not(None), *conditions)
        own = self._member_key(fact, member.dimension, metric)
        return and_(own.is_not(None), own.not_in(found)) if member.negated else own.in_(found)

    def _member_key(self, fact: _Fact, dimension: str, metric: str) -> ColumnElement[Any]:
        key_path = self._model.key_path(dimension, fact.entity)
        return fact.column(key_path) if key_path else self._dimension(fact, dimension, metric)

    def _dimension(self, fact: _Fact, dimension: str, metric: str) -> ColumnElement[Any]:
        paths = self._model.paths(dimension, fact.entity)
        if not paths:
            raise CopilotError(
                ErrorKind.INVALID,
                f"{self._label(metric)} cannot be split by {self._model.dimensions[dimension].label.lower()}.",
            )
        found = self._model.dimensions[dimension]
        if found.bands:
            return self._band(fact, dimension, found.bands, paths[0])
        if found.groups:
            return group_of(fact.first_non_null(paths), found.groups)
        part = found.of_day
        return day_part(fact.column(paths[0]), part) if part else fact.first_non_null(paths)

    def _band(self, fact: _Fact, dimension: str, bands: Bands, path: str) -> ColumnElement[Any]:
        """The band of a row. What rows share (an order's value) is added up by itself and joined by its key, one row to
        one: no line is counted twice."""
        if bands.per is None:
            value = self._measure(fact, bands)
        else:
            value = fact.measured.get(dimension)
            if value is None:
                things = self._measured(bands, bands.per)
                fact.join_to(things, things.c.key == fact.column(path))
                value = fact.measured[dimension] = things.c.value
        if bands.unit != "months":
            return band_of(value, bands, self._terms.currency)
        if self._terms.as_of is None:
            raise ValueError("ages are counted up to a day")
        return age_band_of(value, bands, self._terms.as_of)

    def _measured(self, bands: Bands, per: str) -> Subquery:
        fact = _Fact(self._model, self._aliases, bands.entity)
        key = fact.column(per)
        if bands.unit == "months":
            value = func.min(fact.column(self._time(bands.entity, bands.entity)))
        else:
            value = func.sum(self._measure(fact, bands))
        fixed = [self._fixed(fact, condition) for condition in self._model.entities[bands.entity].where]
        statement = fact.apply(select(key.label("key"), value.label("value"))).where(key.is_not(None), *fixed)
        return statement.group_by(key).subquery()

    def _measure(self, fact: _Fact, bands: Bands) -> ColumnElement[Any]:
        def resolve(path: str) -> ColumnElement[Any]:
            column = fact.column(path)
            return self._converted(fact, column) if bands.unit == "money" and path.endswith("_micros") else column

        return arithmetic(bands.expression or "", resolve)

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

    def _numbered(self, item: Filter) -> Filter:
        """A condition on bands by their names as one on their numbers. Raises CopilotError (invalid)."""
        bands = self._model.dimensions[item.dimension].bands
        if bands is None:
            return item
        names = labels(bands, self._terms.currency)
        unknown = next((value for value in item.values if value not in names), None)
        if unknown is not None or item.operator not in ("eq", "ne", "in", "not_in", "is_null", "not_null"):
            label = self._model.dimensions[item.dimension].label
            raise CopilotError(ErrorKind.INVALID, f"{label} has no “{unknown}”: {', '.join(names)}.")
        return item.model_copy(update={"values": tuple(names.index(str(value)) for value in item.values)})

    def _filter(self, column: ColumnElement[Any], item: Filter) -> ColumnElement[bool]:
        simple: dict[str, Callable[[], ColumnElement[bool]]] = {
            "eq": lambda: column == item.values[0],
            "ne": lambda: column.is_distinct_from(item.values[0]),
            "in": lambda: column.in_(item.values),
            "not_in": lambda: or_(column.is_(None), column.not_in(item.values)),
            "contains": lambda: column.icontains(str(item.values[0]), autoescape=True),
            "gt": lambda: column > item.values[0],
            "ge": lambda: column >= item.values[0],
            "lt": lambda: column < item.values[0],
            "le": lambda: column <= item.values[0],
            "between": lambda: column.between(item.values[0], item.values[1]),
            "is_null": lambda: column.is_(None),
            "not_null": lambda: column.is_not(None),
        }
        return simple[item.operator]()


def _absent(metric: BaseMetric) -> ColumnElement[Any]:
    """NULL with a type: PostgreSQL takes the type of a UNION's first branches, and a bare NULL is text to it."""
    if isinstance(metric, DayMetric):
        return cast(null(), Date)
    return cast(null(), Double if isinstance(metric, AverageMetric | QuantileMetric) else BigInteger)


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
