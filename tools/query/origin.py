"""Where the figure of an answer comes from: the records that it is made of, by currency where there are several; and of a
figure without records of its own, why it has none."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.query import Filter, MetricQuery
from storage.uow import ReadUnitOfWork
from tools.query.conversion import Converted, Need, converted, need_of
from tools.query.drill import RowsAnswer, RowsRequest
from tools.query.rows import RowsBehind, no_rows_behind
from tools.query.trust import tables_of
from tools.rates.service import RateBook

if TYPE_CHECKING:
    from tools.query.service import Basis

_CURRENCY: Final = "currency"


@dataclass(frozen=True, slots=True)
class Origin:
    """`parts`: the figure and its records, one for each currency where there are several; none for a figure that has no
    records of its own, of which `reason` says why. `converted`: into which currency the parts are added up, and `rates` at
    which."""

    metric: str
    label: str
    definition: str
    tables: tuple[str, ...]
    parts: tuple[tuple[str | None, RowsAnswer], ...] = ()
    reason: str | None = None
    converted: str | None = None
    rates: str | None = None


async def origin_of(
    uow: ReadUnitOfWork, basis: "Basis", behind: RowsBehind, book: RateBook, query: MetricQuery
) -> Origin:
    """Of a query's first figure, over all of its groups."""
    name = query.metrics[0]
    metric = basis.model.metrics[name]
    tables = tuple(tables_of(query, basis.model))
    whole = _whole_of(query)
    apart = whole.model_copy(update={"converts": False, "currency": None})
    if reason := no_rows_behind(query if query.analysis is not None else apart, name, basis.model):
        return Origin(name, metric.label, metric.definition, tables, reason=reason)
    named = any(one.dimension == _CURRENCY for one in whole.filters)
    currencies = basis.bounds_of(whole).currencies
    several = metric.unit == "money" and len(currencies) > 1 and not named
    parts: list[tuple[str | None, RowsAnswer]] = []
    for currency in currencies if several else (None,):
        only = (Filter(dimension=_CURRENCY, operator="eq", values=(currency,)),) if currency is not None else ()
        try:
            async with uow.apart():
                opened = await behind.of(
                    RowsRequest(query=apart.model_copy(update={"filters": (*apart.filters, *only)}), limit=1)
                )
        except CopilotError as error:
            if error.kind is not ErrorKind.INVALID:
                raise
            return Origin(name, metric.label, metric.definition, tables, reason=error.message)
        if currency is None or any(one.total_rows for one in opened.lists):
            parts.append((currency, opened))
    into, rates = await _converted(uow, basis, book, query) if several else (None, None)
    return Origin(name, metric.label, metric.definition, tables, tuple(parts), converted=into, rates=rates)


async def _converted(
    uow: ReadUnitOfWork, basis: "Basis", book: RateBook, query: MetricQuery
) -> tuple[str | None, str | None]:
    """The currency that an answer adds its amounts up in, and what it tells of the rates; nothing where it shows them apart."""
    bounds = basis.bounds_of(query)
    need = need_of(query, basis.model, bounds, basis.currencies)
    if not isinstance(need, Need) or need.into is None:
        return None, None
    found = await converted(uow, need, basis.model, bounds, book)
    return (need.into, found.note) if isinstance(found, Converted) else (None, None)


def _whole_of(query: MetricQuery) -> MetricQuery:
    """The query for one figure over all of its groups: what a table of figures was made from."""
    return MetricQuery(
        metrics=query.metrics[:1],
        filters=query.filters,
        members=query.members,
        time=query.time,
        currency=query.currency,
        converts=query.converts,
    )
