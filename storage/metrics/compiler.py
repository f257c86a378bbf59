"""MetricQuery → one SELECT over mapped classes. No model, embedded or remote, ever writes SQL: this does.

Shape: every fact is aggregated alone to the grain of the question (so that no join between facts can multiply
rows), the facts are stacked with UNION ALL and added up per group, derived metrics are computed on the sums.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Double,
    Select,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.analyses import Analyses
from storage.metrics.arithmetic import micros_of, together, value_of
from storage.metrics.bands import labels
from storage.metrics.buckets import first_day
from storage.metrics.days import place_of
from storage.metrics.exchange import Exchange
from storage.metrics.model import (
    NO_SUMS,
    BaseMetric,
    Mappers,
    SemanticModel,
)
from storage.metrics.output import CompiledQuery, OutputColumn
from storage.metrics.pieces import Cut, Terms
from storage.metrics.query import Having, MetricQuery, OrderBy, Window
from storage.metrics.rollup import NOTHING_KEPT, Coverage, Rollup
from storage.metrics.windows import beside_earlier, first_of_each, gathered, looked_at, placed_among_all

_Column = tuple[OutputColumn, ColumnElement[Any]]


class Compiler:
    """Compiles queries of one semantic model. `week_start` is an ISO weekday. Worth keeping, for one thread."""

    def __init__(
        self, model: SemanticModel, mappers: Mappers, *, week_start: int = 1, rollup: Rollup | None = None
    ) -> None:
        self._model = model
        self._facts = Analyses(model, mappers, week_start, rollup)
        self._week_start = week_start

    def compile(
        self, query: MetricQuery, coverage: Coverage = NOTHING_KEPT, exchange: Exchange | None = None
    ) -> CompiledQuery:
        """`coverage` says for which months kept sums may be read in place of facts, `exchange` is for a query that converts
        amounts. Raises CopilotError(INVALID) where a name is not known or a metric cannot be split as asked."""
        self._check(query)
        if query.converts != (exchange is not None and exchange.into == query.currency):
            raise ValueError("a query that converts amounts needs rates of its currency, and no other does")
        self._facts.begin_statement(Terms(query.currency, exchange, query.as_of, _aged_on(query)), coverage)
        if query.analysis is not None:
            return self._facts.analysed(query, query.analysis)
        bases: dict[str, BaseMetric] = {}
        for name in (*query.metrics, *(h.metric for h in query.having)):
            bases |= self._model.base_metrics(name)
        groups = self._groups(query, bases, query.dimensions, split_time=query.grain is not None).subquery("groups")
        if query.window:
            groups = self._beside_other_buckets(query, query.window, bases, groups)
        total = self._total(query, bases) if query.share_of_total else None
        columns = [*self._keys(query, groups), *self._figures(query, groups, total)]
        hidden_keys = list(self._hidden_keys(query, groups))
        columns += hidden_keys
        columns.append((OutputColumn("row_count", "rows", "rows"), func.sum(groups.c.n).over()))
        # Two customers of one name may tie in all that is shown: their keys keep the order, and so pages, the same.
        hidden_order = [groups.c[f"d{i}"] for i in range(len(query.dimensions))] + [key for _, key in hidden_keys]
        statement = select(*(expression.label(column.name) for column, expression in columns)).select_from(groups)
        if total is not None:
            statement = statement.join(total, total.c.t == groups.c.t if "t" in total.c else literal(True))
        statement = self._narrowed(statement, query, groups)
        if query.count_groups:
            return _counted(statement, query)
        by_name = {column.name: expression for column, expression in columns}
        order = [*self._order(query, by_name), *hidden_order]
        shown = tuple(column for column, _ in columns)
        if query.placed:
            return placed_among_all(statement, query.placed, shown, order[0])
        if query.per:
            return CompiledQuery(
                first_of_each(statement, query, [column.name for column in shown], groups, order), shown
            )
        return CompiledQuery(statement.order_by(*order).limit(query.limit).offset(query.offset or None), shown)

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
            bands = self._model.dimensions[dimension].bands
            names = labels(bands, query.currency) if bands else ()
            yield OutputColumn(dimension, "dimension", dimension, members=names), groups.c[f"d{i}"]

    def _hidden_keys(self, query: MetricQuery, groups: Subquery) -> Iterator[_Column]:
        """What tells apart members of equal name: it is never shown, and opens the rows behind a figure."""
        for i, dimension in enumerate(query.dimensions):
            if self._model.dimensions[dimension].key:
                yield OutputColumn(f"{dimension}_key", "key", dimension), groups.c[f"k{i}"]

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
        if query.window and query.grain:
            # The buckets before a period were only looked back at.
            for number, side in enumerate((query.time, query.compare)):
                if side and side.start:
                    shown = groups.c.t >= first_day(side.start, query.grain, self._week_start)
                    statement = statement.where(or_(groups.c.p != number, shown) if query.compare else shown)
        if query.limit or query.having or query.placed:
            # A ranking is over things that have a name, and a condition is on such; the rest is told in the answer's notes. What only tells more of
            # a thing may be missing: the customer of an order at the till.
            ranked = (i for i, name in enumerate(query.dimensions) if not self._only_tells_more(name, query))
            statement = statement.where(*(groups.c[f"d{i}"].is_not(None) for i in ranked))
        return statement

    def _only_tells_more(self, dimension: str, query: MetricQuery) -> bool:
        return dimension != query.per and any(self._model.is_told_of(dimension, other) for other in query.dimensions)

    def micros(self, metric_name: str) -> int:
        """How often a metric's raw figure is to be divided by 10⁶ (money and quantities are kept in micro-units)."""
        return micros_of(self._model, metric_name)

    # ── facts ────────────────────────────────────────────────────────────────────────────────────────────

    def _groups(
        self, query: MetricQuery, bases: dict[str, BaseMetric], dimensions: tuple[str, ...], *, split_time: bool
    ) -> Select[Any]:
        """One row per group (and, where the two periods are not pivoted, per period) with every base metric."""
        periods = [looked_at(query, self._week_start)]
        if query.compare:
            periods.append(looked_at(query, self._week_start, query.compare))
        filters = (
            query.filters
            if dimensions == query.dimensions
            else tuple(f for f in query.filters if f.dimension not in query.dimensions)
        )
        facts = union_all(
            *(
                fact
                for number, period in enumerate(periods)
                for fact in self._facts.of(
                    bases,
                    Cut(
                        dimensions,
                        filters,
                        query.members,
                        period,
                        number,
                        query.grain if split_time else None,
                    ),
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
                measures.append(together(metric, value).label(prefix + name))
        keyed = any(self._model.dimensions[dimension].key for dimension in dimensions)
        kept = hidden if query.window or query.per or keyed else []
        return select(*keys, *kept, *measures, func.sum(facts.c.n).label("n")).group_by(*keys, *hidden)

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
        filtered_by = [f.dimension for f in (*query.filters, *(f for m in query.members for f in m.filters))]
        for name in (*query.dimensions, *filtered_by, *(m.dimension for m in query.members)):
            if name not in self._model.dimensions:
                raise CopilotError(ErrorKind.INVALID, f"There is nothing called {name!r} to group or filter by.")
        if query.compare and any(self._counts_age(name) for name in (*query.dimensions, *filtered_by)):
            raise CopilotError(ErrorKind.INVALID, "How long customers have been there is told of one period at a time.")

    def _counts_age(self, dimension: str) -> bool:
        bands = self._model.dimensions[dimension].bands
        return bands is not None and bands.unit == "months"

    def _check_days(self, query: MetricQuery) -> None:
        """A day is no amount: it has no share, no change and no bounds in figures."""
        reckoned = query.compare or query.share_of_total or query.window
        wanted = (*(query.metrics if reckoned else ()), *(having.metric for having in query.having))
        if day := next((name for name in wanted if self._model.metrics[name].unit == "date"), None):
            raise CopilotError(
                ErrorKind.INVALID, f"{self._label(day)} is a day: it can be shown and ranked, not reckoned with."
            )

    def _label(self, metric: str) -> str:
        return self._model.metrics[metric].label if metric in self._model.metrics else metric

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
        return value_of(self._model, name, source, prefix)

    def _order(self, query: MetricQuery, by_name: dict[str, ColumnElement[Any]]) -> Iterable[ColumnElement[Any]]:
        wanted = query.order
        if not wanted:
            for name in query.dimensions:
                if members := self._model.dimensions[name].members:
                    yield place_of(by_name[name], members)
                elif self._model.dimensions[name].bands:
                    yield by_name[name].asc().nulls_last()
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


def _aged_on(query: MetricQuery) -> date | None:
    """The last day that is looked at: ages are counted up to it."""
    end = query.time.end if query.time else None
    return min(end - timedelta(days=1), query.as_of) if end and query.as_of else query.as_of


def _counted(groups: Select[Any], query: MetricQuery) -> CompiledQuery:
    """How many rows a statement over groups has. A group that has no name is none."""
    rows = groups.subquery("counted")
    what = query.dimensions[0] if query.dimensions else query.grain or ""
    columns = (OutputColumn(f"{what}_count", "count", what), OutputColumn("row_count", "rows", "rows"))
    named = [rows.c[dimension].is_not(None) for dimension in query.dimensions]
    counted: Any = select(func.count().label(columns[0].name), func.max(rows.c.row_count).label("row_count"))
    return CompiledQuery(counted.select_from(rows).where(*named), columns)
