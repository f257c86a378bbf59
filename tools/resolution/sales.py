"""Sales and payments that several sources tell of: found among what changed, and counted once."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from storage.models.commerce import Order
from storage.repositories.sales import StoredSale
from storage.uow import WriteUnitOfWork
from tools.kit.workers import Workers
from tools.kit.yaml_text import parse_yaml
from tools.resolution.folding import words
from tools.resolution.mailboxes import mailbox
from tools.resolution.matching import Record, match
from tools.resolution.repeats import billed_twice, deposited, invoiced_twice, taken_back

_AROUND: Final = timedelta(days=46)
"""How far from a sale another source's record of it may lie."""
_NOBODY: Final = frozenset(
    "customer customers sales sale shop store online guest cash walk in pos till card cards misc sundry various".split()
)
_FILE: Final = "file"
_IN_A_PROCESS_FROM: Final = 1_000
"""Records from which they are compared in a process of their own, so that the server goes on answering."""
_FEE_WITHIN: Final = timedelta(days=1)
"""How long after its payment a processor notes its fee."""


@dataclass(slots=True)
class SalesFound:
    """How many sales and payments were found to be told twice, and how many payments belong to an order."""

    duplicates: int = 0
    payments: int = 0
    paid_orders: int = 0


@lru_cache(maxsize=1)
def _roles() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = parse_yaml(Path(__file__).with_name("roles.yaml").read_text("utf-8"))
    return found


class SaleResolution:
    """One per process."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    async def resolve(
        self,
        uow: WriteUnitOfWork,
        batch_ids: Sequence[str],
        moved: Iterable[str],
        tell: Callable[[str], None],
        *,
        every_day: bool,
    ) -> SalesFound:
        """Compares what these batches have brought, and what is of customers who were `moved`, with what other sources tell
        of the same time, within a unit of work that holds the tenant's lock. `every_day` compares all: after an undo two
        that repeated what is gone repeat each other."""
        undone = await uow.sales.forget_lost_twins()
        if undone:
            await uow.rollup.forget_things({Order.__tablename__: undone})
        if every_day:
            span = await uow.sales.all_days()
        else:
            spans = (await uow.sales.days_of(batch_ids), await uow.sales.days_of_customers(moved))
            days = [day for one in spans if one is not None for day in one]
            span = (min(days), max(days)) if days else None
        return await self._compare(uow, span, tell)

    async def resolve_in(self, uow: WriteUnitOfWork, moved: Iterable[str]) -> SalesFound:
        """The same of customers who were moved, within a unit of work of the caller's that holds the tenant's lock."""
        return await self._compare(uow, await uow.sales.days_of_customers(moved), lambda _: None)

    async def _compare(
        self, uow: WriteUnitOfWork, span: tuple[date, date] | None, tell: Callable[[str], None]
    ) -> SalesFound:
        found = SalesFound()
        if span is None or not await uow.sales.has_several_sources():
            return found
        tell("looking for sales that two sources tell of")
        # What lies twice as far is looked at, so that nothing near enough loses its twin at the edge.
        start, end = span[0] - 2 * _AROUND, span[1] + 2 * _AROUND
        orders = await uow.sales.orders(start, end)
        twins = await self._twins(orders, "sales")
        twins |= await self._repeated_notes(uow, orders, twins, (start, end))
        changed = _changed(orders, twins, span)
        if changed:
            await uow.rollup.forget_things({Order.__tablename__: set(changed)})
            await uow.sales.set_twins(changed)
        moved = await uow.sales.transactions(start, end)
        # Payments of one order are known by it, whoever tells of the order.
        repeated = await self._twins(
            [replace(one, number=twins.get(one.order_id or "", one.order_id)) for one in moved], "payments"
        )
        await uow.sales.set_twins_of_transactions(_changed(moved, repeated, span))
        fees = await uow.sales.fees(start, end)
        await uow.sales.set_twins_of_transactions(_changed(fees, _repeated_fees(fees, moved, repeated), span))
        invoices = await uow.sales.invoices(start, end)
        await uow.sales.set_twins_of_transactions(_changed(invoices, invoiced_twice(invoices, twins, _of_sales), span))
        bills = await uow.sales.bills(start, end)
        billed = billed_twice(bills, _of_sales)
        billed = {repeats: _counted(counts, billed) for repeats, counts in billed.items()}
        await uow.sales.set_twins_of_transactions(_changed(bills, billed, span))
        banked = await uow.sales.banked(start, end)
        brought = deposited(await uow.sales.payouts(start, end), banked, _of_payments)
        await uow.sales.set_twins_of_transactions(_changed(banked, brought, span))
        found.duplicates, found.payments = len(twins), len(repeated)
        paid = _paid_orders(moved, orders, twins, repeated)
        await uow.sales.set_orders_of_transactions(paid)
        found.paid_orders = len(paid)
        return found

    async def _repeated_notes(
        self, uow: WriteUnitOfWork, orders: Sequence[StoredSale], twins: Mapping[str, str], days: tuple[date, date]
    ) -> dict[str, str]:
        """Credit note that hangs on no sale → the order whose refund it repeats."""
        notes = [one for one in orders if not one.has_lines and one.id not in twins]
        if not notes:
            return {}
        looked_at = {one.id for one in orders}
        back = await uow.sales.given_back(*days)
        counted = [one for one in back if one.id not in twins and (one.id in looked_at or one.duplicate_of_id is None)]
        return taken_back(notes, counted, lambda one: _record(one, "sales"))

    async def _twins(self, told: Iterable[StoredSale], role: str) -> dict[str, str]:
        """What repeats something → what is counted of it."""
        records = [_record(one, role) for one in told if not one.is_out]
        pairs = await self._workers.run(match, records) if len(records) >= _IN_A_PROCESS_FROM else match(records)
        found = {one.repeats: one.counts for one in pairs}
        return {repeats: _counted(counts, found) for repeats, counts in found.items()}


def _counted(id_: str, twins: Mapping[str, str]) -> str:
    while id_ in twins:
        id_ = twins[id_]
    return id_


def _repeated_fees(
    fees: Sequence[StoredSale], moved: Sequence[StoredSale], repeated: Mapping[str, str]
) -> dict[str, str]:
    """Fee → the fee of another source that is the same: that of the payment by which the fee's own is counted. A shop tells
    what its processor kept, and so does the processor."""
    by_id = {one.id: one for one in moved}
    paid: dict[tuple[str | None, str | None], list[StoredSale]] = defaultdict(list)
    for one in moved:
        if one.id in repeated and one.order_id is not None and one.amounts[0] > 0:
            paid[one.connector_id, one.order_id].append(by_id[repeated[one.id]])
    told: dict[tuple[str | None, str, int], list[StoredSale]] = defaultdict(list)
    for fee in sorted(fees, key=lambda one: (one.at, one.id)):
        told[fee.connector_id, fee.currency, fee.amounts[0]].append(fee)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for fee in fees:
        for payment in paid.get((fee.connector_id, fee.order_id), []) if fee.order_id is not None else []:
            same = told.get((payment.connector_id, fee.currency, fee.amounts[0]), [])
            near = [one for one in same if abs(one.at - payment.at) <= _FEE_WITHIN and one.id not in taken]
            if near:
                found[fee.id] = min(near, key=lambda one: (abs(one.at - payment.at), one.id)).id
                taken.add(found[fee.id])
                break
            if payment.fee == -fee.amounts[0]:
                found[fee.id] = payment.id
                break
    return found


def _changed(told: Iterable[StoredSale], twins: Mapping[str, str], span: tuple[date, date]) -> dict[str, str | None]:
    """What is to be said otherwise than it is, of what lies near enough to the days that were looked at."""
    return {
        one.id: twins.get(one.id)
        for one in told
        if one.duplicate_of_id != twins.get(one.id) and span[0] - _AROUND <= one.at.date() <= span[1] + _AROUND
    }


def _rank(one: StoredSale, role: str) -> int:
    ranks = _roles()[role]
    return ranks.get(one.vendor or _FILE, ranks[_FILE])


def _of_sales(one: StoredSale) -> int:
    return _rank(one, "sales")


def _of_payments(one: StoredSale) -> int:
    return _rank(one, "payments")


def _record(one: StoredSale, role: str) -> Record:
    return Record(
        id=one.id,
        source=one.connector_id or "",
        rank=_rank(one, role),
        at=one.at,
        currency=one.currency,
        amounts=one.amounts,
        customer=one.customer_id,
        mailbox=mailbox(one.customer_email)[0] or None,
        number=one.number,
        day=one.on,
        goods=one.goods,
        is_for_all=one.customer_id is None or _is_nobody(one.customer_name),
    )


def _is_nobody(name: str | None) -> bool:
    """Whether a customer is only the shop in the books ("Shopify sales")."""
    found = words(name)
    return bool(found) and all(word in _NOBODY or word in _roles()["sales"] for word in found)


def _paid_orders(
    moved: Sequence[StoredSale], orders: Sequence[StoredSale], twins: Mapping[str, str], repeated: Mapping[str, str]
) -> dict[str, str]:
    """Payment → the order that it pays, where its source names none: the same customer and sum, up to a week after. Two
    orders that fit say nothing, and one that is paid is not paid again."""
    by_sum: dict[tuple[str, int, str], list[StoredSale]] = {}
    for order in orders:
        if order.is_out or order.id in twins or order.customer_id is None:
            continue
        by_sum.setdefault((order.currency, order.amounts[0], order.customer_id), []).append(order)
    for same in by_sum.values():
        same.sort(key=_at)
    found: dict[str, str] = {}
    taken = {one.order_id for one in moved if not one.is_out and one.amounts[0] > 0 and one.id not in repeated}
    for one in sorted(moved, key=lambda one: (one.at, one.id)):
        if one.order_id is not None or one.customer_id is None or one.is_out or one.amounts[0] <= 0:
            continue
        same = by_sum.get((one.currency, one.amounts[0], one.customer_id), [])
        first = bisect_left(same, one.at - timedelta(days=7), key=_at)
        last = bisect_right(same, one.at + timedelta(hours=30), key=_at)
        fits = list(islice((order for order in map(same.__getitem__, range(first, last)) if order.id not in taken), 2))
        if len(fits) == 1:
            found[one.id] = fits[0].id
            taken.add(fits[0].id)
    return found


def _at(one: StoredSale) -> datetime:
    return one.at
