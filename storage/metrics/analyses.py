"""Cohorts, baskets and funnels: analyses that relate the rows of one customer, or of one order, to each other. Each is
one SELECT, over the same facts, filters and periods as any figure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Double, Select, and_, case, cast, func, literal, select, union_all
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import CTE, Subquery

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.arithmetic import micros_of, together, value_of
from storage.metrics.bands import labels
from storage.metrics.buckets import bucket
from storage.metrics.facts import Facts
from storage.metrics.model import BaseMetric, ConversionMetric, CountMetric, FirstTimeMetric, Step
from storage.metrics.output import CompiledQuery, OutputColumn
from storage.metrics.pieces import Cohort, Cut
from storage.metrics.query import BasketAnalysis, CohortAnalysis, FunnelAnalysis, Grain, MetricQuery, TimeRange

MOST_PAIRED = 50
"""Different things in one order, beyond which it is left out of all pairs: n things make n × (n − 1) ÷ 2 of them."""


MOST_ROWS = 10_000
"""Rows of what is bought together, where the query does not say how many."""
_Column = tuple[OutputColumn, ColumnElement[Any]]


class Analyses(Facts):
    """Facts that can be analysed."""

    def analysed(self, query: MetricQuery, analysis: CohortAnalysis | BasketAnalysis | FunnelAnalysis) -> CompiledQuery:
        """Raises CopilotError (invalid) where what is named is not known, or does not go together."""
        match analysis:
            case CohortAnalysis():
                return self._cohorts(query, analysis)
            case BasketAnalysis():
                return self._baskets(query, analysis)
            case FunnelAnalysis():
                return self._funnel(query, analysis)

    def _begun(self, query: MetricQuery, metric: FirstTimeMetric | ConversionMetric, name: str, *, first: bool) -> CTE:
        """The things that begin in the query's period and meet its filters. What they do later need not."""
        return self._things(
            metric, first=first, period=query.time, filters=query.filters, members=query.members, name=name
        ).cte("begun")

    # ── cohorts ──────────────────────────────────────────────────────────────────────────────────────────

    def _cohorts(self, query: MetricQuery, analysis: CohortAnalysis) -> CompiledQuery:
        """Per cohort its size and, per bucket of time after its own, each figure: of customers how many of the cohort
        ordered, with their share of it; of others with how much that is per customer of the cohort."""
        first = self._model.metrics.get(analysis.first)
        if not isinstance(first, FirstTimeMetric):
            raise CopilotError(ErrorKind.INVALID, f"{analysis.first!r} does not say what a first order is.")
        members = self._begun(query, first, analysis.first, first=True)
        apart = analysis.shows == "periods"
        groups = self._of_cohorts(query, Cohort(members, query.grain, apart))
        sizes = self._sizes(members, query.grain)
        columns: list[_Column] = []
        if query.grain:
            columns.append((OutputColumn(query.grain, "time", query.grain), sizes.c.t))
        columns.append((OutputColumn("cohort_size", "size", analysis.first), sizes.c.size))
        columns += [(OutputColumn("later", "later", query.grain or ""), groups.c.later)] if apart else []
        for metric in query.metrics:
            columns += self._of_size(metric, groups, sizes.c.size)
        columns.append((OutputColumn("row_count", "rows", "rows"), func.sum(groups.c.n).over()))
        statement = select(*(expression.label(column.name) for column, expression in columns)).select_from(sizes)
        same = [groups.c.t == sizes.c.t] if query.grain else []
        same += [groups.c.later == analysis.after] if analysis.after is not None else []
        statement = statement.outerjoin(groups, and_(*same) if same else literal(True))
        order = [*([query.grain] if query.grain else []), *(["later"] if apart else [])]
        return _finished(statement, columns, [members], order)

    def _of_cohorts(self, query: MetricQuery, cohort: Cohort) -> Subquery:
        bases: dict[str, BaseMetric] = {}
        for name in query.metrics:
            bases |= self._model.base_metrics(name)
        known = TimeRange(end=query.as_of + timedelta(days=1)) if query.as_of else TimeRange()
        facts = union_all(*self.of(bases, Cut((), (), (), known, 0, None, cohort))).subquery("facts")
        keys = [facts.c[key] for key in ("t", "later") if key in facts.c]
        measures = [together(metric, facts.c[name]).label(f"c_{name}") for name, metric in bases.items()]
        return select(*keys, *measures, func.sum(facts.c.n).label("n")).group_by(*keys).subquery("groups")

    def _sizes(self, members: CTE, grain: Grain | None) -> Subquery:
        if grain is None:
            return select(func.count().label("size")).select_from(members).subquery("sizes")
        start = bucket(members.c.day, grain, self._week_start)
        return select(start.label("t"), func.count().label("size")).group_by(start).subquery("sizes")

    def _of_size(self, metric: str, groups: Subquery, size: ColumnElement[Any]) -> Iterator[_Column]:
        value, micros = value_of(self._model, metric, groups, "c_"), micros_of(self._model, metric)
        yield OutputColumn(metric, "metric", metric, micros), value
        part = cast(value, Double) / func.nullif(cast(size, Double), 0)
        if metric == "customers":
            yield OutputColumn(f"{metric}_share", "share", metric), part
        elif self._model.adds_over_time(metric) and not self._model.is_ratio(metric):
            yield OutputColumn(f"{metric}_per_customer", "per_head", metric, micros), part

    # ── funnels ──────────────────────────────────────────────────────────────────────────────────────────

    def _funnel(self, query: MetricQuery, analysis: FunnelAnalysis) -> CompiledQuery:
        """How many things began in the period (per bucket), of how many it is known whether they took the steps in time,
        and how many of these took each of them."""
        steps = [self._conversion_metric(name) for name in analysis.steps]
        begin = steps[0]
        if any((one.entity, one.key, one.first, one.where) != (begin.entity, begin.key, begin.first, begin.where) for one in steps):  # fmt: skip
            raise CopilotError(ErrorKind.INVALID, "The steps of a funnel begin with the same things.")
        things = self._begun(query, begin, analysis.steps[0], first=begin.first)
        within = analysis.within_days or begin.within_days
        counted = self._is_over(things, within) if within else literal(True)
        took: dict[Step, Subquery] = {}
        columns: list[_Column] = []
        if query.grain:
            start = bucket(things.c.day, query.grain, self._week_start)
            columns.append((OutputColumn(query.grain, "time", query.grain), start))
        columns.append((OutputColumn("things", "size", analysis.steps[0]), func.count()))
        columns.append((OutputColumn("known", "aside", "known"), func.sum(case((counted, 1), else_=0))))
        for name, step in zip(analysis.steps, steps, strict=True):
            kind = step.then.model_copy(update={"times": 1})
            if kind not in took:
                took[kind] = self._taken(things, kind, within, analysis.then_in).subquery()
            reached = and_(counted, took[kind].c.days >= step.then.times)
            columns.append((OutputColumn(name, "step", name), func.sum(case((reached, 1), else_=0))))
        rows = func.sum(func.count()).over() if query.grain else func.count()
        columns.append((OutputColumn("row_count", "rows", "rows"), rows))
        statement = select(*(expression.label(column.name) for column, expression in columns)).select_from(things)
        for found in took.values():
            statement = statement.outerjoin(found, found.c.key == things.c.key)
        if query.grain:
            statement = statement.group_by(columns[0][1])
        return _finished(statement, columns, [things], [query.grain] if query.grain else [])

    def _conversion_metric(self, name: str) -> ConversionMetric:
        metric = self._model.metrics.get(name)
        if not isinstance(metric, ConversionMetric):
            raise CopilotError(ErrorKind.INVALID, f"{name!r} is no step of a funnel.")
        return metric

    # ── baskets ──────────────────────────────────────────────────────────────────────────────────────────

    def _baskets(self, query: MetricQuery, analysis: BasketAnalysis) -> CompiledQuery:
        lines = self._order_lines(query, analysis)
        return self._beside(query, analysis, lines) if analysis.of else self._pairs(query, analysis, lines)

    def _order_lines(self, query: MetricQuery, analysis: BasketAnalysis) -> CTE:
        """(order_id, thing, is_of): which things each order holds, and whether as one of those that are asked about."""
        orders = self._model.metrics["orders"]
        if not isinstance(orders, CountMetric) or orders.distinct is None:
            raise CopilotError(ErrorKind.INVALID, "Orders are not told apart here.")
        for one in analysis.of:
            if one.dimension not in self._model.dimensions:
                raise CopilotError(ErrorKind.INVALID, f"There is nothing called {one.dimension!r} to look for.")
        (name,) = query.dimensions
        if not self._model.lies_in(name, orders.entity, orders.distinct):
            label = self._model.dimensions[name].label.lower()
            raise CopilotError(ErrorKind.INVALID, f"An order has one {label}: it is bought together with no other.")
        fact = self._fact(orders.entity)
        order, thing = fact.column(orders.distinct), self._dimension(fact, name, "orders")
        asked = [self._filter(fact, one, "orders") for one in analysis.of]
        is_of: ColumnElement[int] = case((and_(*asked), 1), else_=0) if asked else literal(0)
        cut = Cut(query.dimensions, query.filters, query.members, query.time or TimeRange(), 0, None)
        lines = select(order.label("order_id"), thing.label("thing"), is_of.label("is_of"))
        conditions = self._conditions(fact, cut, "orders")  # these add joins
        return fact.apply(lines).where(*conditions).distinct().cte("lines")

    def _thing(self, column: str, dimension: str) -> OutputColumn:
        bands = self._model.dimensions[dimension].bands
        return OutputColumn(
            column, "dimension", dimension, members=labels(bands, self._terms.currency) if bands else ()
        )

    def _beside(self, query: MetricQuery, analysis: BasketAnalysis, lines: CTE) -> CompiledQuery:
        """Confidence is the share of the orders with what is asked about that also hold a thing (Agrawal and Srikant, "Fast
        Algorithms for Mining Association Rules", 1994); lift is that share over the thing's share of all orders (Brin,
        Motwani, Ullman and Tsur, "Dynamic Itemset Counting and Implication Rules for Market Basket Data", 1997)."""
        basket = (
            select(lines.c.order_id, lines.c.thing).where(lines.c.is_of == 0, lines.c.thing.is_not(None)).cte("basket")
        )
        asked = select(lines.c.order_id).where(lines.c.is_of == 1).distinct().cte("asked")
        counts = select(
            select(func.count()).select_from(asked).scalar_subquery().label("asked"),
            select(func.count(lines.c.order_id.distinct())).scalar_subquery().label("orders"),
        ).cte("counts")
        single = select(basket.c.thing, func.count().label("n")).group_by(basket.c.thing).cte("single")
        both = (
            select(basket.c.thing, func.count().label("n"))
            .join(asked, asked.c.order_id == basket.c.order_id)
            .group_by(basket.c.thing)
            .having(func.count() >= analysis.least)
            .cte("both")
        )
        share = cast(both.c.n, Double) / cast(counts.c.asked, Double)
        lift = share * cast(counts.c.orders, Double) / cast(single.c.n, Double)
        (name,) = query.dimensions
        columns: list[_Column] = [
            (self._thing(name, name), both.c.thing),
            (OutputColumn("orders", "metric", "orders"), both.c.n),
            (OutputColumn("confidence", "share", "orders"), share),
            (OutputColumn("lift", "lift", "orders"), lift),
            (OutputColumn("asked", "aside", "asked"), counts.c.asked),
            (OutputColumn("row_count", "rows", "rows"), counts.c.orders),
        ]
        found = select(*(expression.label(column.name) for column, expression in columns)).select_from(counts)
        found = found.outerjoin(both, literal(True)).outerjoin(single, single.c.thing == both.c.thing)
        return _ranked(found, columns, [lines, basket, asked, counts, single, both], query.limit)

    def _pairs(self, query: MetricQuery, analysis: BasketAnalysis, lines: CTE) -> CompiledQuery:
        """All pairs. A pair is in no more orders than either of its things (Agrawal and Srikant, as above): things that are
        in too few orders by themselves are left out before anything is paired."""
        size = func.count(lines.c.thing)
        orders = select(lines.c.order_id, size.label("n")).group_by(lines.c.order_id).cte("sizes")
        basket = (
            select(lines.c.order_id, lines.c.thing)
            .join(orders, orders.c.order_id == lines.c.order_id)
            .where(lines.c.thing.is_not(None), orders.c.n <= MOST_PAIRED)
            .cte("basket")
        )
        is_small = case((orders.c.n <= MOST_PAIRED, 1), else_=0)
        counts = select(
            func.coalesce(func.sum(is_small), 0).label("orders"), (func.count() - func.coalesce(func.sum(is_small), 0)).label("left_out")
        ).cte("counts")  # fmt: skip
        single = (
            select(basket.c.thing, func.count().label("n"))
            .group_by(basket.c.thing)
            .having(func.count() >= analysis.least)
            .cte("single")
        )
        often = (
            select(basket.c.order_id, basket.c.thing, single.c.n)
            .join(single, single.c.thing == basket.c.thing)
            .cte("often")
        )
        one, other = often.alias("one"), often.alias("other")
        both = (
            select(one.c.thing.label("one"), other.c.thing.label("other"), func.count().label("n"), func.min(one.c.n).label("one_n"), func.min(other.c.n).label("other_n"))
            .join(other, and_(other.c.order_id == one.c.order_id, one.c.thing < other.c.thing))
            .group_by(one.c.thing, other.c.thing)
            .having(func.count() >= analysis.least)
            .cte("both")
        )  # fmt: skip
        n, of_one, of_other = (cast(both.c[name], Double) for name in ("n", "one_n", "other_n"))
        lift = n * cast(counts.c.orders, Double) / (of_one * of_other)
        (name,) = query.dimensions
        columns: list[_Column] = [
            (self._thing(name, name), both.c.one),
            (self._thing(f"other_{name}", name), both.c.other),
            (OutputColumn("orders", "metric", "orders"), both.c.n),
            (OutputColumn("confidence", "share", "orders"), n / of_one),
            (OutputColumn("other_confidence", "share_of_other", "orders"), n / of_other),
            (OutputColumn("lift", "lift", "orders"), lift),
            (OutputColumn("left_out", "aside", "left_out"), counts.c.left_out),
            (OutputColumn("row_count", "rows", "rows"), counts.c.orders),
        ]
        found = select(*(expression.label(column.name) for column, expression in columns)).select_from(counts)
        found = found.outerjoin(both, literal(True))
        return _ranked(found, columns, [lines, orders, basket, counts, single, often, both], query.limit)


def _finished(
    inner: Select[Any], columns: Sequence[_Column], parts: Sequence[CTE], order: Sequence[str]
) -> CompiledQuery:
    """The statement in whose inside its parts are named: what reaches the database begins with SELECT, like any figure."""
    found = inner.add_cte(*parts, nest_here=True).subquery("analysis")
    shown = tuple(column for column, _ in columns)
    statement = select(*(found.c[column.name] for column in shown)).order_by(*(found.c[name] for name in order))
    return CompiledQuery(statement, shown)


def _ranked(inner: Select[Any], columns: Sequence[_Column], parts: Sequence[CTE], limit: int | None) -> CompiledQuery:
    """What most orders hold together first, and of these what stands out most."""
    compiled = _finished(inner, columns, parts, [])
    found = {
        column.name: one for column, one in zip(compiled.columns, compiled.statement.selected_columns, strict=True)
    }
    names = [found[column.name] for column in compiled.columns if column.role == "dimension"]
    order = (found["orders"].desc().nulls_last(), found["lift"].desc().nulls_last(), *names)
    return CompiledQuery(compiled.statement.order_by(*order).limit(limit or MOST_ROWS), compiled.columns)
