"""A draft in the making: what was proposed so far, and why."""

from dataclasses import dataclass, field

from storage.metrics.model import Dimension, Metric
from tools.sources.entities import Skeleton
from tools.sources.naming import identifier, unique
from tools.sources.schemas import Proposal

MOST_METRICS = 400
MOST_DIMENSIONS = 300


@dataclass(slots=True)
class Making:
    skeleton: Skeleton
    metrics: dict[str, Metric] = field(default_factory=dict[str, Metric])
    dimensions: dict[str, Dimension] = field(default_factory=dict[str, Dimension])
    proposals: list[Proposal] = field(default_factory=list[Proposal])
    other_names: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    currencies: set[str] = field(default_factory=set[str])

    @property
    def nouns(self) -> set[str]:
        """What the rows of all tables are called."""
        return {thing.noun.singular for thing in self.skeleton.things.values()}

    def add_metric(self, wanted: str, metric: Metric, confidence: float, reason: str) -> None:
        if len(self.metrics) < MOST_METRICS:
            name = unique(identifier(wanted), self.metrics)
            self.metrics[name] = metric
            self.proposals.append(Proposal(pointer=f"/metrics/{name}", confidence=round(confidence, 2), reason=reason))

    def add_dimension(self, wanted: str, dimension: Dimension, confidence: float, reason: str) -> str:
        name = unique(identifier(wanted), self.dimensions)
        if len(self.dimensions) < MOST_DIMENSIONS:
            self.dimensions[name] = dimension
            self.proposals.append(Proposal(pointer=f"/dimensions/{name}", confidence=confidence, reason=reason))
        return name
