"""One entity of the semantic layer as a SELECT: its joins, keys, conditions and aggregates."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Double, Select, String, and_, case, cast, func, literal, null, or_, select
from sqlalchemy.sql.elements import ColumnElement, Label
from sqlalchemy.sql.selectable import FromClause, Subquery

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.amounts import Amounts
from storage.metrics.arithmetic import absent
from storage.metrics.buckets import bucket, ordinal
from storage.metrics.clock import clock_part
from storage.metrics.conversions import between, days_taken, first_days, soon_enough
from storage.metrics.days import day_part
from storage.metrics.grouping import group_of
from storage.metrics.joins import Aliases, Fact
from storage.metrics.kept import KeptSums
from storage.metrics.model import (
    AverageMetric,
    BaseMetric,
    ClosingMetric,
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
from storage.metrics.pieces import EVER, Cohort, Cut, Span, Terms, holds, made_once, meets, rarely, within
from storage.metrics.quantiles import ROWS, VALUE, quantile
from storage.metrics.query import Filter, Grain, Member, TimeRange
from storage.metrics.rollup import NOTHING_KEPT, Coverage, Rollup
from storage.models.rollup import RollupRow


class Facts:
    """The SELECTs over single entities that a query is made of: each aggregated alone, so that nothing multiplies.
    With a `rollup` its sums are read in place of facts where they stand for the same."""

    def __init__(self, model: SemanticModel, mappers: Mappers, week_start: int, rollup: Rollup | None = None) -> None:
        self._model = model
        self._aliases = Aliases(mappers)
        self._week_start = week_start
        self._rollup = rollup
        self._sums = rollup and KeptSums(model, rollup, week_start, lambda: self._aliases.take(RollupRow.__name__))
        self._amounts = Amounts(model, self._aliases)
        self._coverage = NOTHING_KEPT
        self._terms = Terms()

    def begin_statement(self, terms: Terms = Terms(), coverage: Coverage = NOTHING_KEPT) -> None:  # noqa: B008 — frozen
        """`coverage` says for which months kept sums may be read: never in place of amounts that are converted."""
        self._aliases.begin_statement()
        self._terms = self._amounts.terms = terms
        self._coverage = coverage if terms.exchange is None else NOTHING_KEPT

    def _fact(self, entity: str) -> Fact:
        return Fact(self._model, self._aliases, entity)

    def of(self, bases: dict[str, BaseMetric], cut: Cut) -> Iterator[Select[Any]]:
        """SELECTs over the entities, and one per quantile or closing figure, all of the same columns."""
        plain = {metric.entity for metric in bases.values() if not isinstance(metric, QuantileMetric | ClosingMetric)}
        for entity in sorted(plain):
            own: dict[str, BaseMetric] = {
                n: m
                for n, m in bases.items()
                if m.entity == entity and not isinstance(m, QuantileMetric | ClosingMetric)
            }
            if not (cut.dimensions or cut.filters or cut.members or cut.period.only or cut.cohort):
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
            elif isinstance(metric, ClosingMetric):
                yield self._closing_fact(name, metric, bases, cut)

    def _counted(self, entity: str, own: dict[str, BaseMetric], bases: dict[str, BaseMetric], cut: Cut) -> Select[Any]:
        """One entity's rows, aggregated. `own` are the metrics of `bases` that are the entity's."""
        fact = self._fact(entity)
        first = next(iter(own))
        keys, labelled = self._cut_keys(fact, cut, first)
        measures = [
            (self._aggregate(fact, metric) if name in own else absent(metric)).label(name)
            for name, metric in bases.items()
        ]
        conditions = self._conditions(fact, cut, first)
        if self._model.entities[entity].mixed and all(metric.where for metric in own.values()):
            kinds = (and_(*(self._fixed(fact, one) for one in metric.where)) for metric in own.values())
            conditions.append(or_(*kinds))
        statement = select(*labelled, literal(cut.number).label("p"), *measures, func.count().label("n"))
        return fact.apply(statement).where(*conditions).group_by(*keys)

    def _first_times(
        self, name: str, metric: FirstTimeMetric, bases: dict[str, BaseMetric], cut: Cut, *, alone: bool
    ) -> Select[Any]:
        """Where nothing splits them, the first times are counted by themselves: nobody's first day is looked up for each
        row. The rows behind them are those of other metrics of the entity, if there are any."""
        first = self._things(metric, first=True).subquery()
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
        fact = self._fact(metric.entity)
        keys, labelled = self._cut_keys(fact, cut, name)
        value = func.sum(self._amounts.of(fact, metric)).label(VALUE)
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

    def _closing_fact(self, name: str, metric: ClosingMetric, bases: dict[str, BaseMetric], cut: Cut) -> Select[Any]:
        """What is known by the end of the cut, however long before it was told; by the end of each bucket, where there are
        some."""
        if cut.cohort is not None or cut.period.only:
            raise CopilotError(
                ErrorKind.INVALID, f"{metric.label} is told of one day, and not of several by themselves."
            )
        fact = self._fact(metric.entity)
        day = fact.column(self._time(metric.entity, name))
        spans = cut.spans or (Span(cut.period.start, cut.period.end),)
        ends = [span.end for span in spans]
        until = Span(None, None if None in ends else max(end for end in ends if end))
        _, labelled = self._cut_keys(fact, replace(cut, grain=None), name)
        of = [fact.column(path) for path in metric.of]
        if cut.grain:
            starts = self._bucket_starts(metric, name, cut.grain, spans)
            fact.join_to(starts, bucket(day, cut.grain, self._week_start) <= starts.c.t)
            labelled.append(starts.c.t.label("t"))
            of.append(starts.c.t)
        conditions = [
            *self._conditions(fact, replace(cut, spans=(until,)), name),
            *(self._fixed(fact, condition) for condition in metric.where),
        ]
        latest = func.row_number().over(partition_by=of, order_by=[day.desc(), fact.column("id").desc()])
        known = (
            fact.apply(select(*labelled, self._amounts.of(fact, metric).label(VALUE), latest.label("place")))
            .where(*conditions)
            .subquery("known")
        )
        names = [column.key for column in labelled]
        measures = [
            (func.sum(known.c[VALUE]) if other == name else absent(bases[other])).label(other) for other in bases
        ]
        told = [known.c.place == 1, *([known.c.t.is_not(None)] if cut.grain else [])]
        return (
            select(
                *(known.c[key] for key in names),
                literal(cut.number).label("p"),
                *measures,
                func.count().label("n"),
            )
            .where(*told)
            .group_by(*(known.c[key] for key in names))
        )

    def _bucket_starts(self, metric: ClosingMetric, name: str, grain: Grain, spans: tuple[Span, ...]) -> Subquery:
        """The buckets in which anything was told."""
        other = self._fact(metric.entity)
        day = other.column(self._time(metric.entity, name))
        starts = other.apply(select(bucket(day, grain, self._week_start).label("t"))).distinct()
        return (starts if spans == (EVER,) else starts.where(within(day, spans))).subquery("closings")

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
        conditions += [self._filter(fact, f, metric) for f in cut.filters]
        conditions += [self._membership(fact, member, metric) for member in cut.members]
        spans = cut.spans or (Span(cut.period.start, cut.period.end),)
        if spans != (EVER,):
            conditions.append(within(fact.column(self._time(fact.entity, metric)), spans))
        if cut.period.only:
            conditions.append(fact.column(self._time(fact.entity, metric)).in_(cut.period.only))
        if cut.cohort is not None:
            conditions.append(cut.cohort.members.c.day.is_not(None))
        return conditions

    def _aggregate(self, fact: Fact, metric: BaseMetric) -> ColumnElement[Any]:
        when = and_(*(self._fixed(fact, condition) for condition in metric.where)) if metric.where else None

        def kept(value: ColumnElement[Any]) -> ColumnElement[Any]:
            return value if when is None else case((when, value))

        match metric:
            case SumMetric():
                return func.sum(kept(self._amounts.of(fact, metric)))
            case AverageMetric():
                return func.avg(kept(self._amounts.of(fact, metric)))
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
        things = made_once(self._things(metric, first=metric.first))
        taken = made_once(self._taken(things, metric.then, metric.within_days))
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
        fact = self._fact(metric.entity)
        key, day = fact.column(metric.key), fact.column(self._time(metric.entity, name))
        fixed = [self._fixed(fact, c) for c in (*self._model.entities[metric.entity].where, *metric.where)]
        narrowed = [self._filter(fact, f, name) for f in filters]
        narrowed += [self._membership(fact, member, name) for member in members]
        return first_days(fact, key, day, fixed=fixed, narrowed=narrowed, period=period, ever=first)

    def _taken(
        self, things: FromClause, step: Step, within_days: int | None = None, then_in: TimeRange | None = None
    ) -> Select[Any]:
        """(key, days): on how many different days each thing took a step, up to the day that is known."""
        fact = self._fact(step.entity)
        key, day = fact.column(step.key), fact.column(step.day)
        conditions = [self._fixed(fact, c) for c in (*self._model.entities[step.entity].where, *step.where)]
        conditions += [day > things.c.day] if step.later else []
        conditions += [day <= self._terms.as_of] if self._terms.as_of else []
        conditions += [soon_enough(day, things.c.day, within_days)] if within_days is not None else []
        return days_taken(fact, key, day, things, [*conditions, *between(day, then_in)])

    def _is_over(self, things: FromClause, within_days: int) -> ColumnElement[bool]:
        """Whether a thing's first day lies so far back that what happens within some days of it is all known."""
        if self._terms.as_of is None:
            raise CopilotError(ErrorKind.INVALID, "What happens within some days needs the last day that is known.")
        return things.c.day <= self._terms.as_of - timedelta(days=within_days)

    def _membership(self, fact: Fact, member: Member, metric: str) -> ColumnElement[bool]:
        """A semi-join: it keeps or drops rows of the fact and multiplies none."""
        counted = self._model.metrics[member.metric]
        if isinstance(counted, DerivedMetric):
            raise CopilotError(ErrorKind.INVALID, f"{counted.label} has no rows of its own.")
        inner = self._fact(counted.entity)
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

    def _member_key(self, fact: Fact, dimension: str, metric: str) -> ColumnElement[Any]:
        key_path = self._model.key_path(dimension, fact.entity)
        return fact.column(key_path) if key_path else self._dimension(fact, dimension, metric)

    def _filter(self, fact: Fact, item: Filter, metric: str) -> ColumnElement[bool]:
        """A condition on a dimension. One that a row mostly tells by itself, and else the thing it belongs to, is met
        without joining that thing to every row."""
        kind = self._model.dimensions[item.dimension]
        if kind.bands or kind.groups:
            return meets(self._dimension(fact, item.dimension, metric), self._amounts.numbered(item))
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

    def _dimension(self, fact: Fact, dimension: str, metric: str) -> ColumnElement[Any]:
        paths = self._model.paths(dimension, fact.entity)
        if not paths:
            raise CopilotError(
                ErrorKind.INVALID,
                f"{self._label(metric)} cannot be split by {self._model.dimensions[dimension].label.lower()}.",
            )
        kind = self._model.dimensions[dimension]
        if kind.bands:
            return self._amounts.band(fact, dimension, kind.bands, paths[0])
        if kind.groups:
            return group_of(fact.first_non_null(paths), kind.groups)
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

    def _fixed(self, fact: Fact, condition: Condition) -> ColumnElement[bool]:
        return holds(fact.column(condition.column), condition)
