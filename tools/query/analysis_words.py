"""What the answers about cohorts, baskets and funnels have in common: their scope in words, and what is told of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.metrics.model import ConversionMetric, SemanticModel
from storage.metrics.query import Grain, MetricQuery
from tools.query.changes import Days
from tools.query.figures import Figures
from tools.query.wording import filter_phrase, member_phrase, period_phrase, show_date

NAMED = 5
"""Rows that a sentence names."""
_QUIET_DAYS = 6
"""Days without an order that are nothing to tell of."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """`notes` are told with the answer."""

    figures: Figures
    text: str
    title: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnalysisWords:
    """`query` is what ran; `currency` is None where there are several."""

    model: SemanticModel
    query: MetricQuery
    days: Days
    week_start: int
    currency: str | None

    @property
    def grain(self) -> Grain:
        if self.query.grain is None:
            raise ValueError("the analysis has no grain")
        return self.query.grain

    def conversion(self, name: str) -> ConversionMetric:
        metric = self.model.metrics[name]
        if not isinstance(metric, ConversionMetric):
            raise ValueError(f"{name} is no step")
        return metric

    def label(self, metric: str) -> str:
        return self.model.metrics[metric].label

    def scope(self) -> str:
        """What the things are narrowed by, and when they begin."""
        filters = "".join(f" {filter_phrase(self.model, item)}" for item in self.query.filters)
        members = "".join(member_phrase(self.model, item) for item in self.query.members)
        return filters + period_phrase(self.query.time) + members

    def firsts(self) -> str:
        scope = self.scope()
        return f" (first orders{scope.replace(' (', ', ').replace(')', '')})" if scope else ""

    def on_the_first_orders(self) -> Iterator[str]:
        if self.query.filters or self.query.members:
            yield "What is named says which first orders count; all later orders of these customers do."

    def end_of_data(self) -> Iterator[str]:
        if self.days.last is not None and (self.days.today - self.days.last).days > _QUIET_DAYS:
            yield f"Your data ends on {show_date(self.days.last.isoformat())}: what came later is not in it."


def counted(number: int, thing: str) -> str:
    """ "1 customer", "2 customers"; a thing may be said in the plural."""
    bare = thing.removesuffix("s")
    return f"{number:,} {bare if number == 1 else f'{bare}s'}"
