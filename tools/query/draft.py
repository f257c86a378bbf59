"""A query in the making, and what a conversation keeps of it."""

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from storage.metrics.query import Filter, Grain, Having, MetricQuery, OrderBy
from tools.query.times import Times


class Context(BaseModel):
    """What a follow-up changes: the last query asked in a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: MetricQuery
    mean_over: Grain | None = None
    to_date: bool = False
    stale: bool = False
    """Whether a question since then got no answer: "the same for Spain" may then mean either."""


@dataclass(slots=True)
class Draft:
    """A query in the making."""

    metrics: tuple[str, ...]
    groups: tuple[str, ...]
    filters: list[Filter]
    times: Times
    grain: Grain | None
    having: tuple[Having, ...]
    share: bool
    order: tuple[OrderBy, ...] = ()
    limit: int | None = None
    counts: bool = False
    mean_over: Grain | None = None
    notes: list[str] = field(default_factory=list[str])

    def query(self) -> MetricQuery:
        return MetricQuery(
            metrics=self.metrics,
            dimensions=self.groups,
            filters=tuple(self.filters),
            having=self.having,
            time=self.times.current,
            grain=self.grain,
            compare=self.times.compare,
            share_of_total=self.share,
            order=self.order,
            limit=self.limit,
            count_groups=self.counts,
        )
