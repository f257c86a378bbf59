"""A query in the making, and what a conversation keeps of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from storage.metrics.query import Filter, Grain, Having, Member, MetricQuery, OrderBy, Window
from tools.query.drawn import ChartKind
from tools.query.times import Times
from tools.query.whys import Direction


@dataclass(frozen=True, slots=True)
class Why:
    """What a change is asked to be taken apart by, and which way the question takes it to have gone; None where it does
    not say."""

    by: str | None = None
    claim: Direction | None = None


class Offer(BaseModel):
    """What was asked back about a question that the shop's figures do not answer: whether it is for one of `sources`, and
    what is said where it is for none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: tuple[str, ...]
    question: str
    refusal: str


class Context(BaseModel):
    """What a follow-up changes: the last query asked in a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: MetricQuery
    mean_over: Grain | None = None
    to_date: bool = False
    why: bool = False
    """Whether what the change of the figure is made of was asked, and not the figure."""
    also: tuple["Context", ...] = ()
    """What else was asked in the same sentence: a follow-up changes all of it."""
    stale: bool = False
    """Whether a question since then got no answer: "the same for Spain" may then mean either."""
    unanswered: bool = False
    """Whether no question got one yet; `query` is then nothing that anybody asked."""
    language: str | None = None
    """The code of the language that the last question was in; None for English."""
    kind: ChartKind | None = None
    """What it was asked to be shown as."""
    source: str | None = None
    """The data source that was asked, by its id; None for the shop's own figures."""
    offer: Offer | None = None
    """What the next question may answer with yes or no."""

    @property
    def names(self) -> frozenset[str]:
        """Every metric that its queries name."""
        return self.query.names.union(*(other.names for other in self.also))


UNANSWERED = Context(query=MetricQuery(metrics=("revenue",)), stale=True, unanswered=True)
"""What a conversation keeps that began with a question without an answer."""


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
    held_to: Having | None = None
    """The bound that the one figure is held to: "did we take over 1,000 yesterday"."""
    members: tuple[Member, ...] = ()
    order: tuple[OrderBy, ...] = ()
    limit: int | None = None
    offset: int = 0
    per: str | None = None
    """Of a question before it may name what is shown no longer."""
    window: Window | None = None
    placed: bool = False
    """Whether what the one group is narrowed to is only shown, with its place among all."""
    currency: str | None = None
    counts: bool = False
    mean_over: Grain | None = None
    notes: list[str] = field(default_factory=list[str])

    def query(self) -> MetricQuery:
        placed = next((item for item in self.filters if self.placed and item.dimension in self.groups), None)
        return MetricQuery(
            metrics=self.metrics,
            dimensions=self.groups,
            filters=tuple(item for item in self.filters if item is not placed),
            placed=placed,
            members=self.members,
            having=self.having,
            time=self.times.current,
            grain=self.grain,
            compare=self.times.compare,
            share_of_total=self.share,
            order=tuple(self._order()),
            limit=self.limit,
            offset=self.offset if self.limit and self.order and not self._is_within(self.per) else 0,
            per=self.per if self._is_within(self.per) else None,
            window=self.window,
            count_groups=self.counts,
            currency=self.currency,
        )

    def _order(self) -> Iterator[OrderBy]:
        """That of a question before may name what is shown no longer: "and in money?" after the first five by units are
        the first five by money."""
        held = (self.times.compare and not self.grain) or (self.window and self.window.kind == "change")
        compared = ("change", "change_pct") if held else ()
        shown = {*self.metrics, *self.groups, *compared, *(("time",) if self.grain else ())}
        for item in self.order:
            yield item if item.by in shown else item.model_copy(update={"by": self.metrics[0]})

    def _is_within(self, per: str | None) -> bool:
        things = (*self.groups, *(["time"] if self.grain else []))
        return per in things and len(things) > 1 and self.limit is not None and bool(self.order)
