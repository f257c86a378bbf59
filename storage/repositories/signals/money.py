"""Payouts and refunds: what some batches say of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_, func, or_, select

from storage.models.commerce import Order, OrderLine, Refund, Transaction
from storage.repositories.base import parts
from storage.repositories.signals.reach import Reach, Signals, counted

PAYOUT: Final = "payout"
_SHOWN: Final = 20
"""Refunds that are shown for a day."""


@dataclass(frozen=True, slots=True)
class PayoutMade:
    """A payout as its source tells it; `amount` is what left for the bank account, above zero. Micro-units."""

    row_id: str
    key: str
    at: datetime
    on: date
    currency: str
    amount: int
    fee: int | None
    account: str | None
    status: str | None
    batch_id: str | None


@dataclass(frozen=True, slots=True)
class DayOfTrade:
    """A day's orders, the orders that anything was given back of, and what that came to by currency (micro-units)."""

    on: date
    orders: int = 0
    refunded: int = 0
    amounts: tuple[tuple[str, int], ...] = ()


class MoneySignals(Signals):
    # ── payouts ──────────────────────────────────────────────────────────────────────────────────────────

    async def payout_keys(self, reach: Reach) -> dict[str, str]:
        """Payouts that are covered: id → the source's key."""
        found: dict[str, str] = {}
        for moved in await self.touched(reach, Transaction, Transaction.id, Transaction.source_key, Transaction.kind):
            payouts = select(moved.c.id, moved.c.source_key).where(moved.c.kind == PAYOUT)
            found.update((await self.session.execute(payouts)).all())
        return found

    async def payouts(self, ids: Iterable[str]) -> list[PayoutMade]:
        """Those of these that are there and repeat no other source's."""
        found: list[PayoutMade] = []
        for part in parts(sorted(ids)):
            statement = (
                select(
                    Transaction.id, Transaction.source_key, Transaction.occurred_at, Transaction.occurred_on, Transaction.currency,
                    func.abs(Transaction.amount_micros), Transaction.fee_micros, Transaction.account, Transaction.status,
                    Transaction.created_by_batch_id,
                )
                .where(Transaction.id.in_(part), Transaction.kind == PAYOUT, Transaction.duplicate_of_id.is_(None))
                .order_by(Transaction.occurred_at)
            )  # fmt: skip
            found += [PayoutMade(*row) for row in await self.session.execute(statement)]
        return found

    # ── refunds ──────────────────────────────────────────────────────────────────────────────────────────

    async def refund_days(self, reach: Reach) -> date | None:
        """The first day whose orders or refunds are others now; None where none are."""
        days: list[date] = []
        for model, day in ((Refund, Refund.refunded_on), (Order, Order.ordered_on)):
            for touched in await self.touched(reach, model, day):
                days += filter(None, await self.session.scalars(select(func.min(touched.c[day.key]))))
            for told in await self.session.execute(reach.told(model, day.key)):
                days += [date.fromisoformat(text) for text in told if text]
        return min(days, default=None)

    async def first_day(self) -> date | None:
        """The day of the first order that counts."""
        return await self.session.scalar(select(Order.ordered_on).where(*counted()).order_by(Order.ordered_on).limit(1))

    async def days(self, since: date) -> dict[date, DayOfTrade]:
        """The days from one on that have orders or refunds. An order whose refunds are told in parts is counted once a day;
        what was given back of no order that is known counts as an order each."""
        with_lines = select(OrderLine.id).where(OrderLine.order_id == Order.id).correlate(Order).exists()
        orders = (
            select(Order.ordered_on, func.count())
            .where(Order.ordered_on >= since, with_lines, *counted())
            .group_by(Order.ordered_on)
        )
        sold = {on: int(count) for on, count in await self.session.execute(orders)}
        thing = func.coalesce(Refund.order_id, Refund.id)
        refunds = (
            select(Refund.refunded_on, Refund.currency, func.count(thing.distinct()), func.sum(Refund.amount_micros))
            .outerjoin(Order, Order.id == Refund.order_id)
            .where(Refund.refunded_on >= since, or_(Refund.order_id.is_(None), and_(*counted())))
            .group_by(Refund.refunded_on, Refund.currency)
            .order_by(Refund.refunded_on, Refund.currency)
        )
        back: dict[date, list[tuple[str, int, int]]] = {}
        for on, currency, count, amount in await self.session.execute(refunds):
            back.setdefault(on, []).append((currency, int(count), int(amount)))
        return {
            on: DayOfTrade(
                on,
                sold.get(on, 0),
                sum(count for _, count, _ in back.get(on, ())),
                tuple((currency, amount) for currency, _, amount in back.get(on, ())),
            )
            for on in sorted(sold.keys() | back.keys())
        }

    async def largest_refunds(self, start: date, end: date) -> list[tuple[str, str | None]]:
        """The largest refunds from one day to another: (id, batch)."""
        statement = (
            select(Refund.id, Refund.created_by_batch_id)
            .outerjoin(Order, Order.id == Refund.order_id)
            .where(
                Refund.refunded_on >= start,
                Refund.refunded_on <= end,
                or_(Refund.order_id.is_(None), and_(*counted())),
            )
            .order_by(Refund.amount_micros.desc(), Refund.source_key)
            .limit(_SHOWN)
        )
        return [(id_, batch) for id_, batch in await self.session.execute(statement)]
