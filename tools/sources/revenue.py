"""What "revenue" is: the money of the one kind of sale that there is. Where money comes in two ways that have nothing to do
with each other (treatments, and products over the counter), neither is the revenue by itself."""

from storage.metrics.model import SumMetric
from tools.language.text import listed
from tools.sources import phrases
from tools.sources.making import Making

SPENT = frozenset(listed("expense cost purchase salary wage payroll refund payout claim pledge budget grant loan transfer fine return downtime repair maintenance trip delivery shipment"))  # fmt: skip
_WORDS = frozenset([*phrases.REVENUE, *(f"total {word}" for word in phrases.REVENUE)])


def forget_revenue_of_a_part(making: Making) -> None:
    """Takes the bare words for revenue from a figure where another one may be meant as well: they are asked back then."""
    things = making.skeleton.things
    sums = {name: metric for name, metric in making.metrics.items() if isinstance(metric, SumMetric) and metric.unit == "money"}  # fmt: skip
    dated = {metric.entity for metric in sums.values() if things[metric.entity].time is not None}
    earning = {entity for entity in dated if not set(things[entity].noun.singular.split()) & SPENT}
    for name, metric in sums.items():
        if not _WORDS & set(metric.synonyms):
            continue
        others = [entity for entity in earning - {metric.entity} if not _linked(making, entity, metric.entity)]
        if others:
            kept = tuple(synonym for synonym in metric.synonyms if synonym not in _WORDS)
            making.metrics[name] = metric.model_copy(update={"synonyms": kept})


def _linked(making: Making, one: str, other: str) -> bool:
    """Whether one is what the other belongs to: an order and its lines."""
    return _leads(making, one, other) or _leads(making, other, one)


def _leads(making: Making, start: str, target: str) -> bool:
    pending, seen = [start], {start}
    while pending:
        for edge in making.skeleton.things[pending.pop()].edges.values():
            if edge.target == target:
                return True
            if edge.target not in seen:
                seen.add(edge.target)
                pending.append(edge.target)
    return False
