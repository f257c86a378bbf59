"""What a question that leaves something out keeps although nothing is known of it: orders without a country are outside of
France too, and that is said."""

from collections.abc import Sequence

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, MetricQuery


def of_which_nothing_is_known(query: MetricQuery, model: SemanticModel) -> tuple[MetricQuery, ...]:
    """For each thing that is left out by its name, how many of the orders that are counted say nothing of it."""
    excluded = [item for item in query.filters if item.operator in ("ne", "not_in")]
    grouped = [item for item in excluded if item.dimension in query.dimensions]
    asked = [item for item in excluded if item not in grouped and not model.obstacle("orders", (item.dimension,))]
    return tuple(
        MetricQuery(
            metrics=("orders",),
            filters=(
                *(f for f in query.filters if f is not item),
                Filter(dimension=item.dimension, operator="is_null"),
            ),
            members=query.members,
            time=query.time,
            currency=query.currency,
            converts=query.converts,
            as_of=query.as_of,
        )
        for item in asked
    )


def told(query: MetricQuery, model: SemanticModel, counts: Sequence[object]) -> list[str]:
    """What is said of them."""
    count = int(str(counts[0] or 0))
    label = model.dimensions[query.filters[-1].dimension].label.lower()
    if not count:
        return []
    return [f"{count:,} order{'s' * (count != 1)} without a {label} {'are' if count != 1 else 'is'} counted too."]
