"""Single orders as an owner wants to see them: with their day and their customer, and only those of the period."""

from collections.abc import Callable

from storage.metrics.model import SemanticModel
from storage.metrics.query import Having, MetricQuery

ORDER = "order_number"
_CUSTOMER = "customer"
_DAY = "last_order"
PLACED = Having(metric="orders", operator="ge", values=(1.0,))
"""Of an order before the period that was given back within it, nothing but the refund lies in it."""
_MOST = 3
_MOST_FIGURES = 8


def are_listed(query: MetricQuery) -> bool:
    """Whether each row is one order; and not one of its products, or what it was in each month."""
    plain = not (query.count_groups or query.grain or query.compare or query.share_of_total or query.analysis)
    return plain and ORDER in query.dimensions and "product" not in query.dimensions


def with_day_and_customer(query: MetricQuery, model: SemanticModel, has_values: Callable[[str], bool]) -> MetricQuery:
    """A query for single orders with what tells them apart for a reader. Other queries are left as they are."""
    if ORDER not in query.dimensions or not {_DAY, PLACED.metric, _CUSTOMER} <= {*model.metrics, *model.dimensions}:
        return query
    query = _of_the_period(query, model)
    if not are_listed(query):
        return query
    dated = any(model.metrics[name].unit == "date" for name in query.metrics)
    metrics = query.metrics if dated or len(query.metrics) == _MOST_FIGURES else (*query.metrics, _DAY)
    one = any(item.dimension == _CUSTOMER and item.operator == "eq" for item in query.filters)
    shown = one or _CUSTOMER in query.dimensions or len(query.dimensions) == _MOST or not has_values(_CUSTOMER)
    dimensions = query.dimensions if shown else (*query.dimensions, _CUSTOMER)
    order = query.order
    if len(order) == 1 and order[0].by in model.metrics and model.metrics[order[0].by].unit == "date":
        order = (*order, order[0].model_copy(update={"by": ORDER}))  # of one day, those with the later numbers
    return query.model_copy(update={"metrics": metrics, "dimensions": dimensions, "order": order})


def _of_the_period(query: MetricQuery, model: SemanticModel) -> MetricQuery:
    named = (*query.metrics, *(having.metric for having in query.having))
    entities = {base.entity for name in named for base in model.base_metrics(name).values()}
    own = {base.entity for base in model.base_metrics(PLACED.metric).values()}
    also_others = query.time is not None and own < entities and not (query.window or query.compare or query.analysis)
    return query.model_copy(update={"having": (*query.having, PLACED)}) if also_others else query


def is_implied(having: Having, query: MetricQuery) -> bool:
    """A condition that goes without saying: of the orders of a period that they were placed in it, and of a day on which
    something was bought that it was."""
    return having == PLACED and (ORDER in query.dimensions or is_one_day(query))


def is_one_day(query: MetricQuery) -> bool:
    """Whether it is for the figure of the last, or the first, day on which there is any."""
    return query.grain == "day" and query.limit == 1 and [item.by for item in query.order] == ["time"]
