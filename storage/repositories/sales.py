"""Sales and payments as several sources tell of them, and which of them are one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import String, bindparam, func, select, union_all, update
from sqlalchemy.orm import aliased

from storage.models.commerce import Customer, Order, OrderLine, Product, Refund, Transaction
from storage.models.ingestion import BatchChange, Connector, IngestionBatch, RawRecord, RecordLink
from storage.models.intelligence import EventMark
from storage.repositories.base import Repository, parts
from storage.statements import prepared

_OUT_ORDERS: Final = ("cancelled",)
_OUT_MOVES: Final = ("failed", "cancelled", "void", "draft")
_PAYMENTS: Final = ("charge", "payment", "refund")


@dataclass(frozen=True, slots=True)
class StoredSale:
    """An order or a payment with its source. `amounts` are 10⁻⁶ units: the sum that was paid, and of an order what its
    lines come to. `is_out`: it counts nowhere in any case."""

    id: str
    connector_id: str | None
    vendor: str | None
    at: datetime
    on: date
    """The day in the tenant's time zone."""
    currency: str
    amounts: tuple[int, ...]
    customer_id: str | None
    customer_name: str | None
    customer_email: str | None
    number: str | None
    is_out: bool
    duplicate_of_id: str | None
    order_id: str | None = None
    goods: tuple[str, ...] = ()
    fee: int | None = None
    """What was kept of a payment, where its source says so of itself."""
    kind: str | None = None
    """Of a movement of money."""
    paper: str | None = None
    """The record of its source that a movement was read from, with others perhaps."""
    has_lines: bool = True
    """Of an order: one without is a credit note that hangs on no sale."""
    counterparty: str | None = None
    description: str | None = None
    """Of a movement, as its source says."""


class SalesRepository(Repository):
    """A repeated order or payment stays as its source tells it; it only says of which other it is the twin."""

    async def has_several_sources(self) -> bool:
        """Whether more than one source has brought orders or payments."""
        found: set[str | None] = set()
        for model in (Order, Transaction):
            batches = select(IngestionBatch.connector_id).where(
                select(model.id).where(model.created_by_batch_id == IngestionBatch.id).exists()
            )
            found.update(await self.session.scalars(batches.distinct()))
        return len(found) > 1

    async def days_of(self, batch_ids: Sequence[str]) -> tuple[date, date] | None:
        """The first and last day of the orders, refunds and payments that these batches made or changed."""
        days: list[date] = []
        for part in parts(batch_ids):
            for bounds in await self.session.execute(_DAYS_OF, {"batch_ids": part}):
                days += filter(None, bounds)
        return (min(days), max(days)) if days else None

    async def days_of_customers(self, customer_ids: Iterable[str]) -> tuple[date, date] | None:
        """The first and last day of the orders, refunds and payments that count as these customers'."""
        days: list[date] = []
        for part in parts(customer_ids):
            for bounds in await self.session.execute(_DAYS_OF_CUSTOMERS, {"ids": part}):
                days += filter(None, bounds)
        return (min(days), max(days)) if days else None

    async def all_days(self) -> tuple[date, date] | None:
        """The first and last day of all orders, refunds and payments."""
        days: list[date] = []
        for _, day in _DATED:
            days += filter(None, (await self.session.execute(select(func.min(day), func.max(day)))).one())
        return (min(days), max(days)) if days else None

    async def orders(self, start: date, end: date) -> list[StoredSale]:
        """Orders of these days with what they come to; one without lines is a credit note: it counts below zero."""
        sums = (
            select(OrderLine.order_id, func.sum(OrderLine.net_micros).label("net"))
            .where(OrderLine.ordered_on >= start, OrderLine.ordered_on <= end)
            .group_by(OrderLine.order_id)
            .subquery()
        )
        back = (
            select(Refund.order_id, func.sum(Refund.amount_micros).label("net"))
            .where(Refund.refunded_on >= start, Refund.refunded_on <= end + timedelta(days=1))
            .group_by(Refund.order_id)
            .subquery()
        )
        statement = (
            select(
                Order.id, IngestionBatch.connector_id, Connector.type, Order.ordered_at, Order.ordered_on, Order.currency,
                Order.total_micros, sums.c.net, back.c.net, Order.customer_id, func.coalesce(Customer.name, Customer.company),
                Customer.email, Order.number, Order.status, Order.duplicate_of_id, Order.ordered_minute,
            )
            .outerjoin(sums, sums.c.order_id == Order.id)
            .outerjoin(back, back.c.order_id == Order.id)
            .outerjoin(Customer, Customer.id == Order.customer_id)
            .outerjoin(IngestionBatch, IngestionBatch.id == Order.created_by_batch_id)
            .outerjoin(Connector, Connector.id == IngestionBatch.connector_id)
            .where(Order.ordered_on >= start, Order.ordered_on <= end)
        )  # fmt: skip
        goods = await self._goods(start, end)
        found: list[StoredSale] = []
        for (id_, source, vendor, at, on, currency, total, net, given_back, customer, name, email, number, status, twin, minute) in await self.session.execute(statement):  # fmt: skip
            amounts = [total, net] if net is not None else [-given_back] if given_back is not None else [total]
            known = tuple(int(one) for one in amounts if one is not None)
            found.append(
                StoredSale(
                    id_, source, vendor, at, on, currency, known or (0,), customer, name, email, number,
                    status in _OUT_ORDERS or not known or (known[0] == 0 and any(known)), twin, goods=goods.get(id_, ()) if minute is not None else (),
                    has_lines=net is not None or given_back is None,
                )
            )  # fmt: skip
        return found

    async def _goods(self, start: date, end: date) -> dict[str, tuple[str, ...]]:
        """Order → the SKUs, else the titles of its lines, with how many."""
        statement = (
            select(
                OrderLine.order_id,
                func.lower(func.coalesce(OrderLine.sku, Product.sku, OrderLine.title, Product.title)),
                OrderLine.quantity_e6,
            )
            .outerjoin(Product, Product.id == OrderLine.product_id)
            .where(OrderLine.ordered_on >= start, OrderLine.ordered_on <= end)
        )
        found: dict[str, list[str]] = {}
        for order_id, good, quantity in await self.session.execute(statement):
            if good is not None:
                found.setdefault(order_id, []).append(f"{good}×{quantity}")
        return {order_id: tuple(sorted(goods)) for order_id, goods in found.items()}

    async def transactions(self, start: date, end: date) -> list[StoredSale]:
        """What customers paid, or got back, on these days."""
        return await self._moved(_PAYMENTS, start, end)

    async def fees(self, start: date, end: date) -> list[StoredSale]:
        """What was kept of payments on these days, where it stands by itself."""
        return await self._moved(("fee",), start, end)

    async def invoices(self, start: date, end: date) -> list[StoredSale]:
        """Claims on customers of these days."""
        return await self._moved(("invoice",), start, end)

    async def bills(self, start: date, end: date) -> list[StoredSale]:
        """Claims of suppliers of these days, and what was paid on such."""
        return await self._moved(("bill", "bill_payment"), start, end)

    async def payouts(self, start: date, end: date) -> list[StoredSale]:
        """What processors sent to the bank on these days."""
        return await self._moved(("payout",), start, end)

    async def banked(self, start: date, end: date) -> list[StoredSale]:
        """What the books say came to the bank on these days, or was moved there, each with the record it was read from."""
        moved = await self._moved(("other", "transfer"), start, end)
        statement = (
            select(RecordLink.unified_id, RawRecord.object, RawRecord.source_id)
            .join(RawRecord, RawRecord.id == RecordLink.raw_record_id)
            .where(RecordLink.unified_type == Transaction.__tablename__)
        )
        papers: dict[str, str] = {}
        for part in parts([one.id for one in moved]):
            for id_, kind, source_id in await self.session.execute(statement.where(RecordLink.unified_id.in_(part))):
                papers[id_] = f"{kind}:{source_id}"
        return [replace(one, paper=papers.get(one.id, one.id)) for one in moved]

    async def given_back(self, start: date, end: date) -> list[StoredSale]:
        """What was given back of an order on each of these days, under the order's id, where the order has lines."""
        goods = func.sum(Refund.amount_micros)
        rest = func.sum(func.coalesce(Refund.tax_micros, 0)), func.sum(func.coalesce(Refund.shipping_micros, 0))
        statement = (
            select(
                Order.id, IngestionBatch.connector_id, Connector.type, func.min(Refund.refunded_at), Refund.refunded_on, Refund.currency,
                goods, *rest, Order.customer_id, func.coalesce(Customer.name, Customer.company), Customer.email, Order.number,
                Order.status, Order.duplicate_of_id,
            )
            .join(Order, Order.id == Refund.order_id)
            .outerjoin(Customer, Customer.id == Order.customer_id)
            .outerjoin(IngestionBatch, IngestionBatch.id == Order.created_by_batch_id)
            .outerjoin(Connector, Connector.id == IngestionBatch.connector_id)
            .where(
                Refund.refunded_on >= start, Refund.refunded_on <= end,
                select(OrderLine.id).where(OrderLine.order_id == Order.id).exists(),
            )
            .group_by(
                Order.id, IngestionBatch.connector_id, Connector.type, Refund.refunded_on, Refund.currency, Order.customer_id,
                Customer.name, Customer.company, Customer.email, Order.number, Order.status, Order.duplicate_of_id,
            )
        )  # fmt: skip
        found: list[StoredSale] = []
        for id_, source, vendor, at, on, currency, net, tax, post, customer, name, email, number, status, twin in await self.session.execute(statement):  # fmt: skip
            amounts = tuple(dict.fromkeys(int(one) for one in (net + tax + post, net + post, net)))
            found.append(
                StoredSale(
                    id_, source, vendor, at, on, currency, amounts, customer, name, email, number, status in _OUT_ORDERS or not any(amounts),
                    twin,
                )
            )  # fmt: skip
        return found

    async def _moved(self, kinds: Sequence[str], start: date, end: date) -> list[StoredSale]:
        statement = (
            select(
                Transaction.id, IngestionBatch.connector_id, Connector.type, Transaction.occurred_at, Transaction.occurred_on,
                Transaction.currency, Transaction.amount_micros, Transaction.customer_id,
                func.coalesce(Customer.name, Customer.company), Customer.email, Transaction.status, Transaction.duplicate_of_id, Transaction.order_id, Transaction.fee_micros,
                Transaction.kind, Transaction.counterparty, Transaction.description,
            )
            .outerjoin(Customer, Customer.id == Transaction.customer_id)
            .outerjoin(IngestionBatch, IngestionBatch.id == Transaction.created_by_batch_id)
            .outerjoin(Connector, Connector.id == IngestionBatch.connector_id)
            .where(Transaction.occurred_on >= start, Transaction.occurred_on <= end, Transaction.kind.in_(kinds))
        )  # fmt: skip
        return [
            StoredSale(
                id_, source, vendor, at, on, currency, (amount,), customer, name, email, None,
                (status or "") in _OUT_MOVES or not amount, twin, order_id, fee=fee, kind=kind, counterparty=counterparty, description=said,
            )
            for id_, source, vendor, at, on, currency, amount, customer, name, email, status, twin, order_id, fee, kind, counterparty, said in await self.session.execute(statement)
        ]  # fmt: skip

    async def forget_lost_twins(self) -> set[str]:
        """What is the twin of nothing any more counts again; gives the orders that this concerns."""
        lost: set[str] = set()
        for model in (Order, Transaction):
            ids = list(await self.session.scalars(_LOST[model]))
            for part in parts(ids):
                await self._run(update(model).where(model.id.in_(part)).values(duplicate_of_id=None))
            await self._mark(model, ids)
            if model is Order:
                lost.update(ids)
        return lost

    async def set_twins(self, twins: Mapping[str, str | None]) -> None:
        """Order → the order of another source that is counted in its place; None for none."""
        await self._set(Order, "duplicate_of_id", twins)
        await self._mark(Order, twins)

    async def set_twins_of_transactions(self, twins: Mapping[str, str | None]) -> None:
        """The same of payments."""
        await self._set(Transaction, "duplicate_of_id", twins)
        await self._mark(Transaction, twins)

    async def set_orders_of_transactions(self, orders: Mapping[str, str]) -> None:
        """Payment → the order that it pays."""
        await self._set(Transaction, "order_id", orders)

    async def _set(self, model: type[Any], column: str, values: Mapping[str, str | None]) -> None:
        await self.session.bulk_update(getattr(model, column), values)

    async def _mark(self, model: type[Any], ids: Iterable[str]) -> None:
        """Has it looked at anew what happened where these count now, or no longer (see tools.events.detection)."""
        rows = [{"unified_type": model.__tablename__, "unified_id": id_} for id_ in ids]
        await self.session.bulk_insert(EventMark, rows, ignore_conflicts=True)

    async def _run(self, statement: Any) -> None:
        await self.session.execute(statement.execution_options(synchronize_session=False))


def _bounds(model: type[Any], day: Any, rows: Any) -> Any:
    return select(func.min(day), func.max(day)).select_from(model).where(rows)


def _changed(model: type[Any]) -> Any:
    return model.id.in_(
        select(BatchChange.unified_id).where(
            BatchChange.batch_id.in_(_BATCHES), BatchChange.unified_type == model.__tablename__
        )
    )


def _lost(model: type[Any]) -> Any:
    twin = aliased(model)
    return prepared(
        select(model.id)
        .outerjoin(twin, twin.id == model.duplicate_of_id)
        .where(model.duplicate_of_id.is_not(None), twin.id.is_(None))
    )


_BATCHES: Final = bindparam("batch_ids", expanding=True, type_=String)
_IDS: Final = bindparam("ids", expanding=True, type_=String)
_DATED: Final = ((Order, Order.ordered_on), (Transaction, Transaction.occurred_on), (Refund, Refund.refunded_on))
_DAYS_OF: Final = prepared(
    union_all(
        *(_bounds(model, day, model.created_by_batch_id.in_(_BATCHES)) for model, day in _DATED),
        *(_bounds(model, day, _changed(model)) for model, day in _DATED),
    )
)
_DAYS_OF_CUSTOMERS: Final = prepared(
    union_all(*(_bounds(model, day, model.customer_id.in_(_IDS)) for model, day in _DATED))
)
_LOST: Final = {model: _lost(model) for model in (Order, Transaction)}
