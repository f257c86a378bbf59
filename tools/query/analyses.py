"""Makes an analysis of a planned question, and keeps it through the questions that change one thing of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from storage.metrics.model import ConversionMetric, CountMetric, SemanticModel
from storage.metrics.query import (
    BasketAnalysis,
    CohortAnalysis,
    Filter,
    FunnelAnalysis,
    Grain,
    MetricQuery,
    OrderBy,
    TimeRange,
)
from tools.language.annotation import SpanKind
from tools.language.annotator import Annotator
from tools.language.periods import Period, shift
from tools.language.periods.calendars import name_period
from tools.language.values import ValueIndex
from tools.query.analysing import Asked
from tools.query.changes import Days
from tools.query.slots import Reading, Unclear, Unsupported
from tools.query.stretches import as_period, as_range
from tools.query.times import TimeReader

AnyAnalysis = CohortAnalysis | BasketAnalysis | FunnelAnalysis
LISTED = 10
"""Rows of what is bought together, where no number is named."""
_NEW = "new_customers"
_BUYERS = frozenset([_NEW, "customers", "returning_customers"])
"""Customers of a cohort are new in its first bucket, and return later."""
_THINGS = frozenset(["orders", *_BUYERS])
"""What goes through the steps of a funnel."""
_NEXT = re.compile(r"(?:in |during )?the (?:next|following) (?P<unit>week|month|quarter|year)(?: after(?: that)?)?")
_GRAINS: dict[str, Grain] = {"week": "week", "month": "month", "quarter": "quarter", "year": "year"}


@dataclass(frozen=True, slots=True)
class Analysing:
    """Turns plain queries into analyses. `read_period` reads the one period that words name; Raises Unclear."""

    model: SemanticModel
    read_period: Callable[[str], TimeRange]

    def of(self, asked: Asked, planned: MetricQuery) -> MetricQuery:
        """Raises Unclear or Unsupported."""
        self._refuse_more(planned)
        match asked.kind:
            case "periods" | "since":
                return self._cohorts(asked, planned)
            case "funnel":
                return self._funnel(asked, planned)
            case _:
                return self._baskets(asked, planned)

    def _refuse_more(self, query: MetricQuery) -> None:
        """What an analysis cannot be combined with."""
        held = query.compare is not None and "held against another period"
        more = (
            held
            or (bool(query.having) and "with a condition on figures")
            or (query.share_of_total and "as a share of a total")
            or ((query.window is not None) and "as running totals or means")
            or (query.count_groups and "counted")
        )
        if more:
            raise Unsupported(f"I cannot show who came back, or what goes together, {more}.")

    def _cohorts(self, asked: Asked, query: MetricQuery) -> MetricQuery:
        if _NEW not in self.model.metrics or "customer" not in self.model.dimensions:
            raise Unsupported("Here I cannot tell who ordered first when.")
        buyers = _BUYERS.issuperset(query.metrics)
        if asked.kind == "since" and not query.grain and query.time is None:
            raise Unclear("Those who ordered first when? For example: how much did the January newcomers spend since.")
        shows = "periods" if asked.kind == "periods" or buyers else "since"
        analysis = CohortAnalysis(shows=shows, after=asked.after)
        grain = query.grain or (_GRAINS[asked.grain or "month"] if shows == "periods" else None)
        if asked.grain and grain != asked.grain:
            raise Unclear(f"By {grain}, or by {asked.grain}? How much later is counted in the same steps.")
        metrics = ("customers",) if buyers else query.metrics
        return self.kept(query.model_copy(update={"metrics": metrics, "analysis": analysis, "grain": grain}))

    def _funnel(self, asked: Asked, query: MetricQuery) -> MetricQuery:
        if missing := [step for step in asked.steps if step not in self.model.metrics]:
            raise Unsupported(f"Here I cannot tell what happened next ({missing[0]}).")
        if query.dimensions and len(asked.steps) == 1 and not (asked.within_days or asked.then_in):
            return query.model_copy(update={"metrics": asked.steps})  # by country: the share by itself
        if more := [name for name in query.metrics if name not in (*_THINGS, *asked.steps)]:
            raise Unsupported(
                f"I can show who went on by itself, not beside {self.model.metrics[more[0]].label.lower()}."
            )
        analysis = FunnelAnalysis(
            steps=asked.steps,
            within_days=asked.within_days,
            then_in=self.read_period(asked.then_in) if asked.then_in else None,
        )
        return self.kept(query.model_copy(update={"metrics": asked.steps[:1], "analysis": analysis}))

    def _baskets(self, asked: Asked, query: MetricQuery) -> MetricQuery:
        if query.metrics != ("orders",) or query.grain or query.dimensions:
            raise Unsupported("What is bought together I can show for one period as a whole, and by nothing more.")
        if asked.dimension not in self.model.dimensions:
            raise Unsupported("Here I cannot tell what is bought together.")
        of, rest = self._parted(query.filters)
        if asked.kind == "beside" and not of:
            raise Unclear("Together with what? For example: what is bought together with a product that you name.")
        limit = asked.limit or query.limit or LISTED
        changed = {
            "analysis": BasketAnalysis(of=of),
            "filters": rest,
            "dimensions": (asked.dimension,),
            "order": (OrderBy(by="orders"),),
            "limit": limit,
        }
        if asked.kind == "pairs":
            changed |= {"analysis": BasketAnalysis(), "filters": query.filters}
        return self.kept(query.model_copy(update=changed))

    def _parted(self, filters: tuple[Filter, ...]) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
        """What an order holds, and what it is: its products, and its channel."""
        goods = tuple(item for item in filters if self._is_of_goods(item.dimension))
        return goods, tuple(item for item in filters if item not in goods)

    def _is_of_goods(self, dimension: str) -> bool:
        orders = self.model.metrics.get("orders")
        if not isinstance(orders, CountMetric) or orders.distinct is None:
            return False
        return self.model.lies_in(dimension, orders.entity, orders.distinct)

    # ── changed by a later question ──────────────────────────────────────────────────────────────────────

    def carried(self, earlier: MetricQuery | None, query: MetricQuery, *, renamed: bool, moved: bool) -> MetricQuery:
        """A query that changes one with an analysis, as such an analysis; `renamed`: it names other figures; `moved`: another period. A share of
        things that went on is shown with its numbers. Raises Unsupported."""
        if earlier is None or (before := earlier.analysis) is None:
            return self._with_its_numbers(query)
        plain = query.model_copy(update={"analysis": None})
        if isinstance(before, CohortAnalysis):
            if before.shows == "periods" and not plain.grain:
                plain = plain.model_copy(update={"grain": "month"})
            self._refuse_more(plain)
            return self.kept(plain.model_copy(update={"analysis": before}))
        if renamed:
            ranked = isinstance(before, BasketAnalysis) and plain.dimensions == earlier.dimensions
            alone = {"dimensions": (), "order": (), "limit": None}
            return self._with_its_numbers(plain.model_copy(update=alone if ranked else {}))
        self._refuse_more(plain)
        if isinstance(before, FunnelAnalysis):
            if before.then_in is not None and moved:
                raise Unclear("Is that when they ordered first, or when they came back? Could you ask it as a whole?")
            return self.kept(plain.model_copy(update={"analysis": before}))
        of, rest = self._parted(plain.filters)
        things = plain.dimensions or earlier.dimensions  # a product that is named is no longer grouped by
        order, limit = (OrderBy(by="orders"),), plain.limit or earlier.limit
        changed = {"analysis": before.model_copy(update={"of": of or before.of}), "filters": rest}
        changed |= {"dimensions": things, "order": order, "limit": limit}
        return self.kept(plain.model_copy(update=changed))

    def _with_its_numbers(self, query: MetricQuery) -> MetricQuery:
        alone = len(query.metrics) == 1 and isinstance(self.model.metrics[query.metrics[0]], ConversionMetric)
        more = query.dimensions or query.compare or query.having or query.share_of_total or query.limit or query.order or query.window or query.count_groups  # fmt: skip
        if not alone or more:
            return query
        return query.model_copy(update={"analysis": FunnelAnalysis(steps=query.metrics)})

    def kept(self, query: MetricQuery) -> MetricQuery:
        """The query, where it holds together. Raises Unsupported in words."""
        if reason := next(self._reasons(query), None):
            raise Unsupported(reason)
        try:
            return MetricQuery.model_validate(query.model_dump())
        except ValidationError as error:
            raise Unsupported("I cannot combine this with who came back or what goes together.") from error

    def _reasons(self, query: MetricQuery) -> Iterator[str]:
        analysis = query.analysis
        if isinstance(analysis, BasketAnalysis):
            one_by_one = len({item.dimension for item in analysis.of}) == len(analysis.of)
            if not one_by_one or any(item.operator not in ("eq", "contains") for item in analysis.of):
                yield "I can show what is bought together with one thing that you name, not with several or without one."
            if query.grain:
                yield "What is bought together I can show for one period as a whole, not bucket by bucket."
            if len(query.dimensions) == 1 and not self._is_of_goods(query.dimensions[0]):
                label = self.model.dimensions[query.dimensions[0]].label.lower()
                yield f"An order has one {label}: it is bought together with no other."
            return
        if query.dimensions or query.limit or query.order:
            by = self.model.dimensions[query.dimensions[0]].label.lower() if query.dimensions else "rank"
            yield f"I can show who came back, and what orders went through, over time and for what you name, not by {by}."
        if isinstance(analysis, FunnelAnalysis) and len(analysis.steps) > 1 and query.grain:
            yield f"I can show a funnel of one period as a whole, not {query.grain} by {query.grain}."
        if isinstance(analysis, CohortAnalysis):
            if query.grain == "day":
                yield "I can show cohorts by week, month, quarter or year."
            if query.metrics != ("customers",) and any(self._is_of_goods(item.dimension) for item in query.filters):
                yield "I can show what customers came to since their first order in all, not yet for single products."
            uncounted = [name for name in query.metrics if not self._is_of_customers(name)]
            if uncounted:
                yield f"{self.model.metrics[uncounted[0]].label} cannot be shown per cohort of customers."

    def _is_of_customers(self, name: str) -> bool:
        entities = {metric.entity for metric in self.model.base_metrics(name).values()}
        reached = all(self.model.key_path("customer", entity) not in (None, "id") for entity in entities)
        first = any(metric.type == "first_time" for metric in self.model.base_metrics(name).values())
        return reached and not first and self.model.metrics[name].unit != "date"


def later_period(annotator: Annotator, days: Days, values: ValueIndex, first: TimeRange | None, said: str) -> TimeRange:
    """The one period that words name, after another: of months without a year the next ones. Raises Unclear."""
    if first is not None and first.end is not None and (found := _NEXT.fullmatch(said)):
        begins = Period(first.end, first.end + timedelta(days=1), "day", "")
        end = shift(begins, _GRAINS[found["unit"]], 1).start
        if first.end > days.today or end is None:
            raise Unsupported("That lies in the future: only what has happened can be shown.")
        return TimeRange(start=first.end, end=end, label=name_period(first.end, end, _GRAINS[found["unit"]]))
    annotation = annotator.annotate(said, today=days.today, values=values)
    spans = annotation.of(SpanKind.PERIOD)
    beside = {i for span in spans for i in range(span.start, span.end)}
    rest = [token.norm for i, token in enumerate(annotation.tokens) if i not in beside and token.norm[:1].isalnum()]
    if len(spans) != 1 or not set(rest) <= {"in", "during", "the", "by", "of"}:
        raise Unclear(f"I do not know which time “{said[:80]}” is. For example: in April, or within 60 days.")
    period = TimeReader(annotation, Reading(), days, annotator.calendar, first).read().current
    if period is not None and first is not None and first.start and period.end and period.end <= first.start:
        period = as_range(shift(as_period(period), "year", 1))
    if period is None or (period.start and period.start > days.today):
        raise Unsupported("That lies in the future: only what has happened can be shown.")
    return period
