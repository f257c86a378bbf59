"""Which facts a figure is made of, orders or transactions, and from when to when and in which currencies there are any."""

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from storage.repositories.metrics import DataBounds, Fact

TRANSACTION = "transaction"
"""The entity of payments, fees, payouts and expenses."""
SINGLE = "transaction"
"""The dimension of which each member is one transaction."""


def is_of_transactions(model: SemanticModel, metric: str) -> bool:
    """Whether a figure is made of transactions alone."""
    return all(base.entity == TRANSACTION for base in model.base_metrics(metric).values())


def is_only_of_transactions(model: SemanticModel, dimension: str) -> bool:
    """Whether nothing but transactions can be split by a dimension."""
    of = model.dimensions[dimension]
    return {*of.per_entity, *([of.entity] if of.entity else [])} == {TRANSACTION}


def facts_of(query: MetricQuery, model: SemanticModel) -> frozenset[Fact]:
    """What a query's figures are made of. Whom its conditions on members leave is told by orders."""
    named = (*query.metrics, *(having.metric for having in query.having))
    entities = {base.entity for name in named for base in model.base_metrics(name).values()}
    facts: set[Fact] = {"transactions" if entity == TRANSACTION else "orders" for entity in entities}
    if query.members or query.analysis:
        facts.add("orders")
    return frozenset(facts)


def bounds_of(query: MetricQuery, model: SemanticModel, bounds: DataBounds) -> DataBounds:
    """The bounds of what a query's figures are made of."""
    return bounds.seen_from(facts_of(query, model))
