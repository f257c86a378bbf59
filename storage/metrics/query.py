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
    """Half-open: `start` counts, `end` does not. None means unbounded on that side. `label` is how it reads."""

    start: date | None = None
    end: date | None = None
    label: str = ""

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
    bucket `size` before it. The last two look at buckets before the period too."""

    kind: Literal["running", "rolling", "change"]
    size: Annotated[int, Field(ge=1, le=400)] = 1


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
    per: str | None = None
    """A dimension, or "time": `limit` then counts within each of its members ("the top 3 products of each category")."""
    window: Window | None = None
    count_groups: bool = False
    """The answer is how many groups there are, not the groups."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    """What amounts are in, bounds in conditions too; None where rows are in several, or nothing is said of it."""
    converts: bool = False
    """Whether amounts in other currencies are converted into it, each at the rate of its own day."""
    as_of: date | None = None
    """The day up to which ages are counted."""

    @property
    def names(self) -> frozenset[str]:
        """Every metric that it names."""
        conditions = (*(having.metric for having in self.having), *(member.metric for member in self.members))
        return frozenset((*self.metrics, *conditions))

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
        if self.per is not None:
            self._coherent_per(self.per)
        if self.window and (
            not self.grain or self.compare or self.share_of_total or self.having or self.per or self.count_groups
        ):
            raise ValueError("only plain figures over time can be looked at with other buckets")
        if self.window and self.limit and self.window.kind != "change":
            raise ValueError("totals so far and moving means are not ranked")
        return self

    def _coherent_per(self, per: str) -> None:
        known = (*self.dimensions, *(["time"] if self.grain else []))
        if per not in known or len(known) < 2:  # noqa: PLR2004
            raise ValueError("the first of each need something to rank within each")
        if self.limit is None or not self.order or self.count_groups or (self.compare and self.grain):
            raise ValueError("the first of each need an order and a number")
