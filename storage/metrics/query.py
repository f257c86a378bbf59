"""MetricQuery: the one typed form of a question about figures. Planners fill it, the compiler reads it."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

Grain = Literal["day", "week", "month", "quarter", "year"]
Operator = Literal["eq", "ne", "in", "not_in", "contains", "gt", "ge", "lt", "le", "between", "is_null", "not_null"]
Scalar = str | int | FiniteFloat | bool | date

_ARITY: dict[str, tuple[int, int]] = {
    "eq": (1, 1), "ne": (1, 1), "contains": (1, 1), "gt": (1, 1), "ge": (1, 1), "lt": (1, 1), "le": (1, 1),
    "between": (2, 2), "is_null": (0, 0), "not_null": (0, 0), "in": (1, 500), "not_in": (1, 500),
}  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TimeRange(_Part):
    """Half-open: `start` counts, `end` does not. None means unbounded on that side. `label` is how it reads. Of the days
    in between all count, or those of `only`, where it names some."""

    start: date | None = None
    end: date | None = None
    label: str = ""
    only: Annotated[tuple[date, ...], Field(max_length=400)] = ()

    @model_validator(mode="after")
    def _forward(self) -> "TimeRange":
        if self.start and self.end and self.start >= self.end:
            raise ValueError("a time range ends after it starts")
        return self


class Filter(_Part):
    """A condition on a dimension. `not_in` and `ne` keep rows where the dimension is empty, as a reader expects."""

    dimension: str
    operator: Operator
    values: tuple[Scalar, ...] = ()

    @model_validator(mode="after")
    def _arity(self) -> "Filter":
        low, high = _ARITY[self.operator]
        if not low <= len(self.values) <= high:
            raise ValueError(f"{self.operator} takes {low} to {high} values, not {len(self.values)}")
        return self


class Member(_Part):
    """Only what belongs to the members of `dimension` that have, or if `negated` have no, rows of `metric` that meet
    `filters` in `time`: customers who ordered tea, customers without an order since June."""

    dimension: str
    metric: str = "orders"
    filters: tuple[Filter, ...] = ()
    time: TimeRange | None = None
    negated: bool = False


class Having(_Part):
    """A condition on a metric of a group, in major units for money."""

    metric: str
    operator: Literal["gt", "ge", "lt", "le", "eq", "between"]
    values: tuple[FiniteFloat, ...] = Field(min_length=1, max_length=2)


class OrderBy(_Part):
    """`by` is a metric, a dimension or "time"; where figures are held against others also "change" or "change_pct" of
    the first metric."""

    by: str
    descending: bool = True


class Window(_Part):
    """The buckets of time that the figure of a bucket is looked at with: `running` adds up all buckets of the period up
    to and with it; `rolling` is the mean of the last `size` buckets up to and with it; `change` holds it against the
    bucket `size` before it. The last two look at buckets before the period too. Two periods that are held against each
    other are each gathered by themselves."""

    kind: Literal["running", "rolling", "change"]
    size: Annotated[int, Field(ge=1, le=400)] = 1


class CohortAnalysis(_Part):
    """Those who ordered first in the query's `time`, by the bucket of its `grain` in which they did, and what they have
    come to since: the figure per bucket of time `after` their own (`shows` periods), or all of it up to `as_of` (since).
    `first` is the metric that says what a first order is."""

    kind: Literal["cohorts"] = "cohorts"
    shows: Literal["periods", "since"] = "periods"
    after: Annotated[int, Field(ge=0, le=400)] | None = None
    """Of the periods only this one: 1 is the next month after the first order's."""
    first: str = "new_customers"


class BasketAnalysis(_Part):
    """Which members of the query's one dimension are bought in one order: with what meets `of`, or of all pairs. What
    fewer than `least` orders hold together is a coincidence, and left out."""

    kind: Literal["baskets"] = "baskets"
    of: tuple[Filter, ...] = ()
    least: Annotated[int, Field(ge=1, le=10_000)] = 3


class FunnelAnalysis(_Part):
    """Of the things that a conversion metric counts, in the query's `time` and per bucket of its `grain` where it has one,
    how many took each of the `steps`: metrics of type conversion that begin with the same things. `within_days` bounds
    all steps, from the first day of a thing; `then_in` is when they are taken."""

    kind: Literal["funnel"] = "funnel"
    steps: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    within_days: Annotated[int, Field(ge=1, le=3_660)] | None = None
    then_in: TimeRange | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> "FunnelAnalysis":
        if self.within_days is not None and self.then_in is not None:
            raise ValueError("steps are taken within some days, or in a period")
        return self


Analysis = Annotated[CohortAnalysis | BasketAnalysis | FunnelAnalysis, Field(discriminator="kind")]


class MetricQuery(_Part):
    """Figures (`metrics`) per group (`dimensions` and, with `grain`, time) over `time`, held against `compare`."""

    metrics: Annotated[tuple[str, ...], Field(min_length=1, max_length=8)]
    dimensions: Annotated[tuple[str, ...], Field(max_length=3)] = ()
    filters: tuple[Filter, ...] = ()
    members: Annotated[tuple[Member, ...], Field(max_length=4)] = ()
    having: tuple[Having, ...] = ()
    time: TimeRange | None = None
    grain: Grain | None = None
    compare: TimeRange | None = None
    share_of_total: bool = False
    order: tuple[OrderBy, ...] = ()
    limit: Annotated[int, Field(ge=1, le=10_000)] | None = None
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0
    """How many of the first rows of a ranking are passed over: 1 for its second."""
    per: str | None = None
    """A dimension, or "time": `limit` then counts within each of its members ("the top 3 products of each category")."""
    window: Window | None = None
    placed: Filter | None = None
    """Of the one dimension only these members are shown, each with its place among all."""
    count_groups: bool = False
    """The answer is how many groups there are, not the groups."""
    analysis: Analysis | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    """What amounts are in, bounds in conditions too; None where rows are in several, or nothing is said of it."""
    converts: bool = False
    """Whether amounts in other currencies are converted into it, each at the rate of its own day."""
    as_of: date | None = None
    """The last day that is known, for figures that depend on how long ago something was: set when the query is run."""

    @property
    def names(self) -> frozenset[str]:
        """Every metric that it names."""
        conditions = (*(having.metric for having in self.having), *(member.metric for member in self.members))
        steps = self.analysis.steps if isinstance(self.analysis, FunnelAnalysis) else ()
        return frozenset((*self.metrics, *conditions, *steps))

    @property
    def changes(self) -> bool:
        """Whether each bucket of time is held against one before it."""
        return self.window is not None and self.window.kind == "change"

    @model_validator(mode="after")
    def _coherent(self) -> "MetricQuery":
        if len(set(self.metrics)) < len(self.metrics) or len(set(self.dimensions)) < len(self.dimensions):
            raise ValueError("a metric or dimension is named twice")
        if self.count_groups and (self.compare or not (self.dimensions or self.grain)):
            raise ValueError("only the groups of one period can be counted")
        if self.converts and self.currency is None:
            raise ValueError("amounts are converted into a currency")
        if self.compare and not self.time:
            raise ValueError("a comparison needs a period to compare")
        if self.offset and (self.limit is None or not self.order or self.per is not None):
            raise ValueError("only rows of one ranking can be passed over")
        if self.per is not None:
            self._coherent_per(self.per)
        if self.window and (not self.grain or self.share_of_total or self.having or self.per or self.count_groups):
            raise ValueError("only plain figures over time can be looked at with other buckets")
        if self.changes and self.compare:
            raise ValueError("what is held against the bucket before it is not held against another period too")
        if self.window and self.limit and self.window.kind != "change":
            raise ValueError("totals so far and moving means are not ranked")
        if self.placed is not None:
            self._coherent_place(self.placed)
        if self.analysis is not None:
            self._coherent_analysis(self.analysis)
        return self

    def _coherent_place(self, placed: Filter) -> None:
        if placed.operator not in ("eq", "in") or self.dimensions != (placed.dimension,) or not self.order:
            raise ValueError("a place is that of members of the one dimension, and needs an order")
        if self.compare or self.grain or self.limit or self.count_groups or self.analysis:
            raise ValueError("places are told of one period, in a ranking of all")

    def _coherent_per(self, per: str) -> None:
        known = (*self.dimensions, *(["time"] if self.grain else []))
        if per not in known or len(known) < 2:  # noqa: PLR2004
            raise ValueError("the first of each need something to rank within each")
        if self.limit is None or not self.order or self.count_groups or (self.compare and self.grain):
            raise ValueError("the first of each need an order and a number")

    def _coherent_analysis(self, analysis: "CohortAnalysis | BasketAnalysis | FunnelAnalysis") -> None:
        more = self.compare or self.share_of_total or self.having or self.per or self.window or self.count_groups
        if more:
            raise ValueError("cohorts, baskets and funnels are not compared, ranked within each, shared or counted")
        baskets = isinstance(analysis, BasketAnalysis)
        if baskets and (len(self.dimensions) != 1 or self.grain or self.metrics != ("orders",)):
            raise ValueError("baskets are about orders by one dimension")
        if not baskets and (self.dimensions or self.limit or self.order):
            raise ValueError("cohorts and funnels are split by time alone, and not ranked")
        if isinstance(analysis, CohortAnalysis) and analysis.shows == "periods" and self.grain is None:
            raise ValueError("cohorts by period need a grain")
        if isinstance(analysis, FunnelAnalysis) and self.metrics != analysis.steps[:1]:
            raise ValueError("the figure of a funnel is its first step")
        if isinstance(analysis, FunnelAnalysis) and self.grain and len(analysis.steps) > 1:
            raise ValueError("a funnel over time has one step")
