"""One entity of the semantic layer as a SELECT: its joins, keys, conditions and aggregates."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Double, Select, String, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.sql.elements import ColumnElement, Label
from sqlalchemy.sql.selectable import CTE, FromClause, Subquery

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.arithmetic import absent, arithmetic
from storage.metrics.buckets import bucket, ordinal
from storage.metrics.conversions import between, days_taken, first_days, soon_enough
from storage.metrics.days import day_part
from storage.metrics.joins import Aliases, Fact
from storage.metrics.model import (
    AverageMetric,
    BaseMetric,
    Condition,
    ConversionMetric,
    CountMetric,
    DayMetric,
    DerivedMetric,
    FirstTimeMetric,
    Mappers,
    QuantileMetric,
    SemanticModel,
    Step,
    SumMetric,
)
from storage.metrics.quantiles import ROWS, VALUE, quantile
from storage.metrics.query import Filter, Grain, Member, TimeRange


@dataclass(frozen=True, slots=True)
class Cohort:
    """Rows of customers alone who are among `members` (key, day: who, and when they ordered first), split by the bucket
    of that day and, with `apart`, by how many buckets later a row lies."""

    members: CTE
    grain: Grain | None
    apart: bool


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
    cohort: Cohort | None = None


class Facts:
    """The SELECTs over single entities that a query is made of: each aggregated alone, so that nothing multiplies."""

    def __init__(self, model: SemanticModel, mappers: Mappers, week_start: int) -> None:
        self._model = model
        self._aliases = Aliases(mappers)
        self._week_start = week_start
        self._as_of: date | None = None

    def begin_statement(self, as_of: date | None = None) -> None:
        """`as_of` is the last day that is known."""
        self._aliases.begin_statement()
        self._as_of = as_of

    def of(self, bases: dict[str, BaseMetric], cut: Cut) -> Iterator[Select[Any]]:
        """One SELECT per entity, and one per quantile, all of the same columns."""
        plain = {metric.entity for metric in bases.values() if not isinstance(metric, QuantileMetric)}
        for entity in sorted(plain):
            fact = Fact(self._model, self._aliases, entity)
            own = next(n for n, m in bases.items() if m.entity == entity and not isinstance(m, QuantileMetric))
            keys, labelled = self._cut_keys(fact, cut, own)
            measures = [
                (
                    self._aggregate(fact, metric)
                    if metric.entity == entity and not isinstance(metric, QuantileMetric)
                    else absent(metric)
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
        fact = Fact(self._model, self._aliases, metric.entity)
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

    def _cut_keys(self, fact: Fact, cut: Cut, metric: str) -> tuple[list[ColumnElement[Any]], list[Label[Any]]]:
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
        if cut.cohort is not None:
            own = self._cohort_keys(fact, cut.cohort, metric)
            keys += own.values()
            labelled += [key.label(name) for name, key in own.items()]
        return keys, labelled

    def _cohort_keys(self, fact: Fact, cohort: Cohort, metric: str) -> dict[str, ColumnElement[Any]]:
        """When the customer of a row ordered first (t), and how many buckets later the row lies (later)."""
        members = cohort.members
        fact.join_to(members, members.c.key == fact.column(self._customer_key(fact.entity, metric)))
        if cohort.grain is None:
            return {}
        start = bucket(members.c.day, cohort.grain, self._week_start)
        if not cohort.apart:
            return {"t": start}
        day = bucket(fact.column(self._time(fact.entity, metric)), cohort.grain, self._week_start)
        return {"t": start, "later": ordinal(day, cohort.grain) - ordinal(start, cohort.grain)}

    def _customer_key(self, entity: str, metric: str) -> str:
        """The foreign key of the customer, which needs no join to the customer's own table."""
        path = self._model.key_path("customer", entity) if "customer" in self._model.dimensions else None
        if path is None or "." not in path:
            raise CopilotError(ErrorKind.INVALID, f"{self._label(metric)} is not known per customer.")
        *joins, last, _ = path.split(".")
        reached = entity
        for join in joins:
            reached = self._model.entities[reached].joins[join][1]
        return ".".join((*joins, self._model.entities[reached].joins[last][0]))

    def _conditions(self, fact: Fact, cut: Cut, metric: str) -> list[ColumnElement[bool]]:
        conditions = [self._fixed(fact, condition) for condition in self._model.entities[fact.entity].where]
        conditions += [self._filter(self._dimension(fact, f.dimension, metric), f) for f in cut.filters]
        conditions += [self._membership(fact, member, metric) for member in cut.members]
        if cut.period.start or cut.period.end:
            day = fact.column(self._time(fact.entity, metric))
            conditions += [day >= cut.period.start] if cut.period.start else []
            conditions += [day < cut.period.end] if cut.period.end else []
        if cut.cohort is not None:
            conditions.append(cut.cohort.members.c.day.is_not(None))
        return conditions

    def _aggregate(self, fact: Fact, metric: BaseMetric) -> ColumnElement[Any]:
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
                first = self._things(metric, first=True).subquery()
                key, day = fact.column(metric.key), fact.column(self._time(metric.entity, metric.entity))
                fact.join_to(first, first.c.key == key)
                return func.count(
                    case((and_(first.c.day == day, *([when] if when is not None else [])), key)).distinct()
                )
            case ConversionMetric():
                return self._conversion(fact, metric, when)
            case _:
                raise AssertionError(metric)

    def _conversion(self, fact: Fact, metric: ConversionMetric, when: ColumnElement[bool] | None) -> ColumnElement[Any]:
        things = self._things(metric, first=metric.first).subquery()
        taken = self._taken(things, metric.then, metric.within_days)
        key, day = fact.column(metric.key), fact.column(self._time(metric.entity, metric.entity))
        fact.join_to(things, things.c.key == key)
        fact.join_to(taken, taken.c.key == key)
        counted = [] if when is None else [when]
        counted += [things.c.day == day] if metric.first else []
        counted += [self._is_over(things, metric.within_days)] if metric.within_days else []
        reached = and_(*counted, taken.c.days >= metric.then.times)
        of = case((and_(*counted), key)) if counted else key
        return cast(func.count(case((reached, key)).distinct()), Double) / func.nullif(
            cast(func.count(of.distinct()), Double), 0
        )

    def _things(
        self,
        metric: FirstTimeMetric | ConversionMetric,
        *,
        first: bool,
        period: TimeRange | None = None,
        filters: tuple[Filter, ...] = (),
        members: tuple[Member, ...] = (),
        name: str = "",
    ) -> Select[Any]:
        """(key, day): the different values of a metric's key and their first day in the period, as far as they meet the
        filters; with `first` those whose very first day, over all time, lies in it and meets them."""
        fact = Fact(self._model, self._aliases, metric.entity)
        key, day = fact.column(metric.key), fact.column(self._time(metric.entity, name))
        fixed = [self._fixed(fact, c) for c in (*self._model.entities[metric.entity].where, *metric.where)]
        narrowed = [self._filter(self._dimension(fact, f.dimension, name), f) for f in filters]
        narrowed += [self._membership(fact, member, name) for member in members]
        return first_days(fact, key, day, fixed=fixed, narrowed=narrowed, period=period, ever=first)

    def _taken(
        self, things: FromClause, step: Step, within_days: int | None = None, then_in: TimeRange | None = None
    ) -> Subquery:
        """(key, days): on how many different days each thing took a step, up to the day that is known."""
        fact = Fact(self._model, self._aliases, step.entity)
        key, day = fact.column(step.key), fact.column(step.day)
        conditions = [self._fixed(fact, c) for c in (*self._model.entities[step.entity].where, *step.where)]
        conditions += [day > things.c.day] if step.later else []
        conditions += [day <= self._as_of] if self._as_of else []
        conditions += [soon_enough(day, things.c.day, within_days)] if within_days is not None else []
        return days_taken(fact, key, day, things, [*conditions, *between(day, then_in)])

    def _is_over(self, things: FromClause, within_days: int) -> ColumnElement[bool]:
        """Whether a thing's first day lies so far back that what happens within some days of it is all known."""
        if self._as_of is None:
            raise CopilotError(ErrorKind.INVALID, "What happens within some days needs the last day that is known.")
        return things.c.day <= self._as_of - timedelta(days=within_days)

    def _membership(self, fact: Fact, member: Member, metric: str) -> ColumnElement[bool]:
        """A semi-join: it keeps or drops rows of the fact and multiplies none."""
        counted = self._model.metrics[member.metric]
        if isinstance(counted, DerivedMetric):
            raise CopilotError(ErrorKind.INVALID, f"{counted.label} has no rows of its own.")
        inner = Fact(self._model, self._aliases, counted.entity)
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

    def _member_key(self, fact: Fact, dimension: str, metric: str) -> ColumnElement[Any]:
        key_path = self._model.key_path(dimension, fact.entity)
        return fact.column(key_path) if key_path else self._dimension(fact, dimension, metric)

    def _dimension(self, fact: Fact, dimension: str, metric: str) -> ColumnElement[Any]:
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

    def _fixed(self, fact: Fact, condition: Condition) -> ColumnElement[bool]:
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
