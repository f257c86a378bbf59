"""MetricQuery → one SELECT over mapped classes. No model, embedded or remote, ever writes SQL: this does.

Shape: every fact is aggregated alone to the grain of the question (so that no join between facts can multiply
rows), the facts are stacked with UNION ALL and added up per group, derived metrics are computed on the sums.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Date,
    Double,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement, Label
from sqlalchemy.sql.selectable import Subquery

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.buckets import bucket, first_day
from storage.metrics.days import day_part, place_of
from storage.metrics.model import (
    NO_SUMS,
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
from storage.metrics.quantiles import ROWS, VALUE, quantile
from storage.metrics.query import Filter, Grain, Having, Member, MetricQuery, OrderBy, TimeRange, Window
from storage.metrics.windows import beside_earlier, first_of_each, gathered, looked_at

Role = Literal["dimension", "time", "period", "metric", "previous", "change", "change_pct", "share", "count", "rows"]


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of the statement. A metric's figure is `raw × 10^(-6 × micros)`."""

    name: str
    role: Role
    subject: str
    """The metric or dimension it shows."""
    micros: int = 0


_Column = tuple[OutputColumn, ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    statement: Select[Any]
    columns: tuple[OutputColumn, ...]


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

    def join_to(self, subquery: Subquery, on: ColumnElement[bool]) -> None:
        self._joins.append((subquery, on))

    def apply(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        statement = statement.select_from(self.alias)
        for target, on in self._joins:
            statement = statement.outerjoin(target, on)
        return statement


@dataclass(frozen=True, slots=True)
class _Cut:
    """How one fact is cut: by which dimensions, filtered how, over which of the periods (`number` 0 is the one asked
    about, 1 the one before), in which buckets."""

    dimensions: tuple[str, ...]
    filters: tuple[Filter, ...]
    members: tuple[Member, ...]
    period: TimeRange
    number: int
    grain: Grain | None


class Compiler:
    """Compiles queries of one semantic model. `week_start` is an ISO weekday. Worth keeping, for one thread."""

    def __init__(self, model: SemanticModel, mappers: Mappers, *, week_start: int = 1) -> None:
        self._model = model
        self._aliases = _Aliases(mappers)
        self._week_start = week_start

    def compile(self, query: MetricQuery) -> CompiledQuery:
        """Raises CopilotError(INVALID) where a name is not known or a metric cannot be split as asked."""
        self._check(query)
        self._aliases.begin_statement()
        bases: dict[str, BaseMetric] = {}
        for name in (*query.metrics, *(h.metric for h in query.having)):
            bases |= self._model.base_metrics(name)
        groups = self._groups(query, bases, query.dimensions, split_time=query.grain is not None).subquery("groups")
        if query.window:
            groups = self._beside_other_buckets(query, query.window, bases, groups)
        total = self._total(query, bases) if query.share_of_total else None
        columns = [*self._keys(query, groups), *self._figures(query, groups, total)]
        columns.append((OutputColumn("row_count", "rows", "rows"), func.sum(groups.c.n).over()))
        hidden_order = [groups.c[f"d{i}"] for i in range(len(query.dimensions))]
        statement = select(*(expression.label(column.name) for column, expression in columns)).select_from(groups)
        if total is not None:
            statement = statement.join(total, total.c.t == groups.c.t if "t" in total.c else literal(True))
        statement = self._narrowed(statement, query, groups)
        if query.count_groups:
            return _counted(statement, query)
        by_name = {column.name: expression for column, expression in columns}
        order = [*self._order(query, by_name), *hidden_order]
        shown = tuple(column for column, _ in columns)
        if query.per:
            return CompiledQuery(
                first_of_each(statement, query, [column.name for column in shown], groups, order), shown
            )
        return CompiledQuery(statement.order_by(*order).limit(query.limit), shown)

    def _beside_other_buckets(
        self, query: MetricQuery, window: Window, bases: dict[str, BaseMetric], groups: Subquery
    ) -> Subquery:
        if window.kind != "change":
            return gathered(query, window, bases, groups)
        zeroes = {name: not isinstance(metric, NO_SUMS) for name, metric in bases.items()}
        return beside_earlier(query, window.size, zeroes, groups)

    def _total(self, query: MetricQuery, bases: dict[str, BaseMetric]) -> Subquery:
        """What shares are of: all of the period, and where things are split by time too, all of each bucket of it."""
        over_time = query.grain is not None and bool(query.dimensions)
        return self._groups(query, bases, (), split_time=over_time).subquery("total")

    def _keys(self, query: MetricQuery, groups: Subquery) -> Iterator[_Column]:
        if query.grain:
            if query.compare:
                yield OutputColumn("period", "period", "period"), groups.c.p
            yield OutputColumn(query.grain, "time", query.grain), groups.c.t
        for i, dimension in enumerate(query.dimensions):
            yield OutputColumn(dimension, "dimension", dimension), groups.c[f"d{i}"]

    def _figures(self, query: MetricQuery, groups: Subquery, total: Subquery | None) -> Iterator[_Column]:
        """Each figure, with what it is held against and its share where they are asked for."""
        for metric in query.metrics:
            micros = self.micros(metric)
            current = self._value(metric, groups, "c_")
            yield OutputColumn(metric, "metric", metric, micros), current
            if (query.compare and not query.grain) or query.changes:
                previous = self._value(metric, groups, "p_")
                rate = cast(current - previous, Double) / func.nullif(func.abs(cast(previous, Double)), 0)
                yield OutputColumn(f"{metric}_previous", "previous", metric, micros), previous
                yield OutputColumn(f"{metric}_change", "change", metric, micros), current - previous
                yield OutputColumn(f"{metric}_change_pct", "change_pct", metric), rate
            if total is not None:
                share = cast(current, Double) / func.nullif(cast(self._value(metric, total, "c_"), Double), 0)
                yield OutputColumn(f"{metric}_share", "share", metric), share

    def _narrowed(self, statement: Select[Any], query: MetricQuery, groups: Subquery) -> Select[Any]:
        """To the groups that meet the conditions and are shown."""
        for having in query.having:
            statement = statement.where(self._having(having, groups))
        if query.window and query.grain and query.time and query.time.start:
            # The buckets before the period were only looked back at.
            statement = statement.where(groups.c.t >= first_day(query.time.start, query.grain, self._week_start))
        if query.limit:
            # A ranking is over things that have a name; the rest is told in the answer's notes.
            statement = statement.where(*(groups.c[f"d{i}"].is_not(None) for i in range(len(query.dimensions))))
        return statement

    def micros(self, metric_name: str) -> int:
        """How often a metric's raw figure is to be divided by 10⁶ (money and quantities are kept in micro-units)."""
        metric = self._model.metrics[metric_name]
        if isinstance(metric, SumMetric | AverageMetric | QuantileMetric):
            return 1 if metric.scale == "micros" else 0
        if not isinstance(metric, DerivedMetric):
            return 0

        def power(node: ast.expr) -> int | None:
            match node:
                case ast.Name(id=name):
                    return self.micros(name)
                case ast.BinOp(left=left, op=ast.Mult(), right=right):
                    return (power(left) or 0) + (power(right) or 0)
                case ast.BinOp(left=left, op=ast.Div(), right=right):
                    return (power(left) or 0) - (power(right) or 0)
                case ast.BinOp(left=left, right=right):
                    known = {p for p in (power(left), power(right)) if p is not None}
                    if len(known) > 1:
                        raise ValueError(f"{metric_name} adds figures of different scale")
                    return known.pop() if known else None
                case ast.UnaryOp(operand=operand):
                    return power(operand)
                case _:
                    return None

        return power(_parsed(metric.expression)) or 0

    # ── facts ────────────────────────────────────────────────────────────────────────────────────────────

    def _groups(
        self, query: MetricQuery, bases: dict[str, BaseMetric], dimensions: tuple[str, ...], *, split_time: bool
    ) -> Select[Any]:
        """One row per group (and, where the two periods are not pivoted, per period) with every base metric."""
        periods = [looked_at(query, self._week_start)]
        if query.compare:
            periods.append(query.compare)
        filters = (
            query.filters
            if dimensions == query.dimensions
            else tuple(f for f in query.filters if f.dimension not in query.dimensions)
        )
        facts = union_all(
            *(
                fact
                for number, period in enumerate(periods)
                for fact in self._facts(
                    bases,
                    _Cut(dimensions, filters, query.members, period, number, query.grain if split_time else None),
                )
            )
        ).subquery("facts")
        keys: list[ColumnElement[Any]] = [facts.c[f"d{i}"] for i in range(len(dimensions))]
        hidden: list[ColumnElement[Any]] = [facts.c[f"k{i}"] for i in range(len(dimensions))]
        if split_time:
            keys.append(facts.c.t)
            if query.compare:
                keys.append(facts.c.p)
        measures: list[ColumnElement[Any]] = []
        for name, metric in bases.items():
            for number, prefix in enumerate(("c_", "p_") if query.compare and not split_time else ("c_",)):
                value = facts.c[name] if split_time or not query.compare else case((facts.c.p == number, facts.c[name]))
                measures.append(_together(metric, value).label(prefix + name))
        kept = hidden if query.window or query.per else []
        return select(*keys, *kept, *measures, func.sum(facts.c.n).label("n")).group_by(*keys, *hidden)

    def _facts(self, bases: dict[str, BaseMetric], cut: _Cut) -> Iterator[Select[Any]]:
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

    def _quantile_fact(self, name: str, metric: QuantileMetric, bases: dict[str, BaseMetric], cut: _Cut) -> Select[Any]:
        fact = _Fact(self._model, self._aliases, metric.entity)
        keys, labelled = self._cut_keys(fact, cut, name)
        value = func.sum(_arithmetic(metric.expression, fact.column)).label(VALUE)
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

    def _cut_keys(self, fact: _Fact, cut: _Cut, metric: str) -> tuple[list[ColumnElement[Any]], list[Label[Any]]]:
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

    def _conditions(self, fact: _Fact, cut: _Cut, metric: str) -> list[ColumnElement[bool]]:
        conditions = [self._fixed(fact, condition) for condition in self._model.entities[fact.entity].where]
        conditions += [self._filter(self._dimension(fact, f.dimension, metric), f) for f in cut.filters]
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
                return func.sum(kept(_arithmetic(metric.expression, fact.column)))
            case AverageMetric():
                return func.avg(kept(_arithmetic(metric.expression, fact.column)))
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
        conditions += [self._filter(self._dimension(inner, f.dimension, member.metric), f) for f in member.filters]
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

    # ── pieces ───────────────────────────────────────────────────────────────────────────────────────────

    def _check(self, query: MetricQuery) -> None:
        for name in (*query.metrics, *(h.metric for h in query.having), *(m.metric for m in query.members)):
            if name not in self._model.metrics:
                raise CopilotError(ErrorKind.INVALID, f"There is no metric {name!r}.")
        gathers = query.window is not None and not query.changes
        if gathers and (several := [name for name in query.metrics if not self._model.adds_over_time(name)]):
            raise CopilotError(
                ErrorKind.INVALID,
                f"{self._label(several[0])} of several {query.grain}s cannot be added up: one may count in more than one.",
            )
        self._check_days(query)
        filtered = (f.dimension for f in (*query.filters, *(f for m in query.members for f in m.filters)))
        for name in (*query.dimensions, *filtered, *(m.dimension for m in query.members)):
            if name not in self._model.dimensions:
                raise CopilotError(ErrorKind.INVALID, f"There is nothing called {name!r} to group or filter by.")

    def _check_days(self, query: MetricQuery) -> None:
        """A day is no amount: it has no share, no change and no bounds in figures."""
        reckoned = query.compare or query.share_of_total or query.window
        wanted = (*(query.metrics if reckoned else ()), *(having.metric for having in query.having))
        if day := next((name for name in wanted if self._model.metrics[name].unit == "date"), None):
            raise CopilotError(
                ErrorKind.INVALID, f"{self._label(day)} is a day: it can be shown and ranked, not reckoned with."
            )

    def _dimension(self, fact: _Fact, dimension: str, metric: str) -> ColumnElement[Any]:
        paths = self._model.paths(dimension, fact.entity)
        if not paths:
            raise CopilotError(
                ErrorKind.INVALID,
                f"{self._label(metric)} cannot be split by {self._model.dimensions[dimension].label.lower()}.",
            )
        part = self._model.dimensions[dimension].of_day
        return day_part(fact.column(paths[0]), part) if part else fact.first_non_null(paths)

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

    def _having(self, having: Having, groups: Subquery) -> ColumnElement[bool]:
        value = self._value(having.metric, groups, "c_")
        limits = [literal(bound * 10 ** (6 * self.micros(having.metric)), Double) for bound in having.values]
        match having.operator:
            case "between":
                return value.between(limits[0], limits[1])
            case "gt":
                return value > limits[0]
            case "ge":
                return value >= limits[0]
            case "lt":
                return value < limits[0]
            case "le":
                return value <= limits[0]
            case "eq":
                return value == limits[0]

    def _value(self, name: str, source: Subquery, prefix: str) -> ColumnElement[Any]:
        metric = self._model.metrics[name]
        if not isinstance(metric, DerivedMetric):
            return source.c[prefix + name]
        return _arithmetic(metric.expression, lambda used: self._value(used, source, prefix))

    def _order(self, query: MetricQuery, by_name: dict[str, ColumnElement[Any]]) -> Iterable[ColumnElement[Any]]:
        wanted = query.order
        if not wanted:
            for name in query.dimensions:
                if part := self._model.dimensions[name].of_day:
                    yield place_of(by_name[name], part)
            ranked = bool(query.dimensions) and not query.grain
            wanted = (OrderBy(by=query.metrics[0]),) if ranked else ()
            if query.grain:
                wanted = (OrderBy(by="time", descending=False),)
        for item in wanted:
            name = {"time": query.grain or "", "change": f"{query.metrics[0]}_change"}.get(item.by, item.by)
            name = f"{query.metrics[0]}_change_pct" if item.by == "change_pct" else name
            if name not in by_name:
                raise CopilotError(ErrorKind.INVALID, f"The answer has no {item.by!r} to sort by.")
            expression = by_name[name]
            yield expression.desc().nulls_last() if item.descending else expression.asc().nulls_last()


def _counted(groups: Select[Any], query: MetricQuery) -> CompiledQuery:
    """How many rows a statement over groups has. A group that has no name is none."""
    rows = groups.subquery("counted")
    what = query.dimensions[0] if query.dimensions else query.grain or ""
    columns = (OutputColumn(f"{what}_count", "count", what), OutputColumn("row_count", "rows", "rows"))
    named = [rows.c[dimension].is_not(None) for dimension in query.dimensions]
    counted: Any = select(func.count().label(columns[0].name), func.max(rows.c.row_count).label("row_count"))
    return CompiledQuery(counted.select_from(rows).where(*named), columns)


def _together(metric: BaseMetric, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The figure of a group from its one row of each fact: no two rows of one fact meet here."""
    match metric:
        case DayMetric(type="first_day"):
            return func.min(value)
        case DayMetric():
            return func.max(value)
        case AverageMetric() | QuantileMetric():
            return func.sum(value)
        case _:
            return func.coalesce(func.sum(value), 0)


def _absent(metric: BaseMetric) -> ColumnElement[Any]:
    """NULL with a type: PostgreSQL takes the type of a UNION's first branches, and a bare NULL is text to it."""
    if isinstance(metric, DayMetric):
        return cast(null(), Date)
    return cast(null(), Double if isinstance(metric, AverageMetric | QuantileMetric) else BigInteger)


def _arithmetic(expression: str, resolve: Callable[[str], ColumnElement[Any]]) -> ColumnElement[Any]:
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

    return build(_parsed(expression))


@lru_cache(maxsize=1024)
def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body
