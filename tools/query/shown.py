"""Products that several sources know are shown under one title, and asked for under any."""

from typing import Final

from storage.metrics.query import Filter, MetricQuery
from storage.uow import ReadUnitOfWork

_PRODUCT: Final = "product"
_ANY_OF: Final = {"eq": "in", "in": "in", "ne": "not_in", "not_in": "not_in"}


async def by_shown_titles(uow: ReadUnitOfWork, query: MetricQuery) -> MetricQuery:
    """The same query, in which a product that was merged is also looked for by the title that it is shown under."""
    if not any(_names_products(one) for one in query.filters):
        return query
    filters: list[Filter] = []
    for one in query.filters:
        titles = [str(value) for value in one.values]
        shown = await uow.metrics.shown_titles(titles) if _names_products(one) else []
        if more := [title for title in shown if title not in titles]:
            operator = _ANY_OF[one.operator]
            filters.append(
                Filter.model_validate({**one.model_dump(), "operator": operator, "values": (*titles, *more)})
            )
        else:
            filters.append(one)
    return query.model_copy(update={"filters": tuple(filters)})


def _names_products(one: Filter) -> bool:
    return one.dimension == _PRODUCT and one.operator in _ANY_OF
