"""First sales, channels and campaigns: what the orders of some batches say of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from storage.models.commerce import Order, OrderLine, Product
from storage.models.intelligence import BusinessEvent
from storage.repositories.base import parts
from storage.repositories.signals.reach import Reach, Signals, batch_source, counted, rows

Promotion = Literal["discount_code", "campaign"]
FIRST_SALE: Final = "first_sale"
NEW_CHANNEL: Final = "new_channel"
CAMPAIGN: Final = "campaign"
_SHOWN: Final = 10
"""Orders that are shown for a campaign."""
MOST_CHANNELS: Final = 1_000
MOST_CODES: Final = 50_000
"""How many of one run beyond which a column holds something else than their names (a number of each order): none is taken."""


@dataclass(frozen=True, slots=True)
class SaleMade:
    """An order, and the line of it that is meant; `name` is the product or the channel. Amounts are micro-units."""

    key: str
    name: str
    order_id: str
    line_id: str | None
    number: str | None
    at: datetime
    on: date
    minute: int | None
    offset_minutes: int | None
    currency: str
    amount_micros: int | None
    batch_id: str | None
    product_id: str | None = None


@dataclass(frozen=True, slots=True)
class Promoted:
    """The orders that came with one code or campaign. `amounts`: currency → what their lines come to, in micro-units."""

    kind: Promotion
    name: str
    orders: int
    first: SaleMade
    last_on: date
    amounts: dict[str, int]
    shown: tuple[str, ...]
    """Ids of the first of them."""


class SaleSignals(Signals):
    """One statement for each question, over what a Reach covers, never row by row."""

    # ── first sales ──────────────────────────────────────────────────────────────────────────────────────

    async def products(self, reach: Reach) -> set[str]:
        """Products whose first sale may be another one now: those that were sold no later than it, or whose first sale was
        changed, and those that were merged or parted since."""
        resting = select(BusinessEvent.entity_id).where(
            BusinessEvent.kind == FIRST_SALE, BusinessEvent.entity_id.is_not(None)
        )
        whole = aliased(BusinessEvent)
        statements: list[Any] = [
            _sold_early(self.made(reach, OrderLine, *_LINE)),
            resting.outerjoin(Product, Product.id == BusinessEvent.entity_id).where(
                or_(Product.id.is_(None), Product.merged_into_id.is_not(None))
            ),
            select(Product.merged_into_id)
            .outerjoin(whole, and_(whole.kind == FIRST_SALE, whole.entity_id == Product.merged_into_id))
            .where(Product.merged_into_id.is_not(None), whole.id.is_(None))
            .distinct(),
        ]
        for orders in await self.changed(reach, Order):
            statements.append(_sold_early(rows(*_LINE, where=OrderLine.order_id.in_(orders))))
            basis = resting.join(OrderLine, OrderLine.id == BusinessEvent.basis_id)
            statements.append(basis.where(OrderLine.order_id.in_(orders)))
        for lines in await self.changed(reach, OrderLine):
            statements.append(_sold_early(rows(*_LINE, where=OrderLine.id.in_(lines))))
            statements.append(resting.where(BusinessEvent.basis_id.in_(lines)))
        found: set[str] = set()
        for statement in statements:
            found.update(await self.session.scalars(statement))
        return found

    async def first_sales(self, product_ids: Iterable[str]) -> list[SaleMade]:
        """The first sale of each of these products that counts; of several at one moment the first by the sources' keys."""
        place = func.row_number().over(
            partition_by=OrderLine.product_id, order_by=(Order.ordered_at, Order.source_key, OrderLine.source_key)
        )
        found: list[SaleMade] = []
        for part in parts(sorted(product_ids)):
            # The day first: only what was sold on it is put in order.
            days = (
                select(OrderLine.product_id, func.min(OrderLine.ordered_on).label("first_on"))
                .join(Order, Order.id == OrderLine.order_id)
                .where(OrderLine.product_id.in_(part), *counted())
                .group_by(OrderLine.product_id)
                .subquery()
            )
            first_on = and_(days.c.product_id == OrderLine.product_id, days.c.first_on == OrderLine.ordered_on)
            told: Any = await self.session.execute(
                _first_of_each(
                    select(
                        *_SALE, OrderLine.net_micros, OrderLine.id, Product.source_key, Product.title, Product.id, place
                    )
                    .select_from(OrderLine)
                    .join(days, first_on)
                    .join(Order, Order.id == OrderLine.order_id)
                    .join(Product, Product.id == OrderLine.product_id)
                    .where(Product.merged_into_id.is_(None), *counted())
                )
            )
            for *sale, net, line_id, key, title, product_id in told:
                found.append(_sale(key, title, sale, amount=net, line_id=line_id, product_id=product_id))
        return found

    async def first_of_all(self) -> SaleMade | None:
        """The shop's first sale."""
        with_lines = select(OrderLine.id).where(OrderLine.order_id == Order.id).correlate(Order).exists()
        real = (*counted(), with_lines)
        first_day = select(Order.ordered_on).where(*real).order_by(Order.ordered_on).limit(1).scalar_subquery()
        net = (
            select(func.sum(OrderLine.net_micros))
            .where(OrderLine.order_id == Order.id)
            .correlate(Order)
            .scalar_subquery()
        )
        statement = (
            select(*_SALE, net)
            .where(Order.ordered_on == first_day, *real)
            .order_by(Order.ordered_at, Order.source_key)
            .limit(1)
        )
        row = (await self.session.execute(statement)).first()
        return _sale("", "", row[:-1], amount=row[-1]) if row is not None else None

    async def last_day(self) -> date | None:
        """The day of the latest order that counts."""
        return await self.session.scalar(
            select(Order.ordered_on).where(*counted()).order_by(Order.ordered_on.desc()).limit(1)
        )

    # ── channels ─────────────────────────────────────────────────────────────────────────────────────────

    async def channels(self, reach: Reach) -> dict[str, datetime]:
        """The channels of the orders that are covered, in lower case → the earliest of these orders."""
        vendors = batch_source().subquery()
        found: dict[str, datetime] = {}
        for orders in await self.touched(reach, Order, Order.channel, Order.created_by_batch_id, Order.ordered_at):
            name = func.lower(_channel(vendors, orders.c.channel))
            statement = (
                select(name, func.min(orders.c.ordered_at))
                .select_from(orders)
                .outerjoin(vendors, vendors.c.batch_id == orders.c.created_by_batch_id)
                .where(name.is_not(None))
                .group_by(name)
                .limit(MOST_CHANNELS + 1)
            )
            for channel, at in await self.session.execute(statement):
                found[channel] = min(at, found.get(channel, at))
        return found if len(found) <= MOST_CHANNELS else {}

    async def first_by_channel(self, names: Sequence[str]) -> list[SaleMade]:
        """The first order of each of these channels (in lower case) that counts. An order is of the channel that its source
        names, else of the vendor it came from; credit notes, which have no lines, are none."""
        vendors = batch_source().subquery()
        channel = _channel(vendors, Order.channel)
        place = func.row_number().over(partition_by=func.lower(channel), order_by=(Order.ordered_at, Order.source_key))
        with_lines = select(OrderLine.id).where(OrderLine.order_id == Order.id).correlate(Order).exists()
        found: list[SaleMade] = []
        for part in parts(names):
            told: Any = await self.session.execute(
                _first_of_each(
                    select(
                        *_SALE, Order.total_micros, channel.label("channel"), func.lower(channel).label("folded"), place
                    )
                    .select_from(Order)
                    .outerjoin(vendors, vendors.c.batch_id == Order.created_by_batch_id)
                    .where(func.lower(channel).in_(part), with_lines, *counted())
                )
            )
            for *sale, total, named, folded in told:
                found.append(_sale(folded, named, sale, amount=total))
        return found

    # ── campaigns ────────────────────────────────────────────────────────────────────────────────────────

    async def promotions(self, reach: Reach, kind: Promotion) -> list[str]:
        """The codes or campaigns of the orders that are covered, also those that they had before."""
        column = getattr(Order, kind)
        found: set[str] = set()
        for orders in await self.touched(reach, Order, column):
            name = orders.c[kind]
            found.update(
                await self.session.scalars(select(name).where(name.is_not(None)).distinct().limit(MOST_CODES + 1))
            )
        for told in await self.session.execute(reach.told(Order, kind)):
            found.update(filter(None, told))
        return sorted(found) if len(found) <= MOST_CODES else []

    async def promoted(self, kind: Promotion, names: Sequence[str], least: int) -> list[Promoted]:
        """Those of these codes or campaigns that at least so many orders came with that count."""
        column = getattr(Order, kind)
        found: list[Promoted] = []
        for part in parts(names):
            own = (column.in_(part), *counted())
            totals = (
                select(column, func.count(), func.max(Order.ordered_on))
                .where(*own)
                .group_by(column)
                .having(func.count() >= least)
            )
            used = {name: (int(count), last) for name, count, last in await self.session.execute(totals)}
            if not used:
                continue
            amounts: dict[str, dict[str, int]] = {}
            sums = (
                select(column, OrderLine.currency, func.sum(OrderLine.net_micros))
                .join(OrderLine, OrderLine.order_id == Order.id)
                .where(column.in_(list(used)), *counted())
                .group_by(column, OrderLine.currency)
                .order_by(OrderLine.currency)
            )
            for name, currency, net in await self.session.execute(sums):
                amounts.setdefault(name, {})[currency] = int(net)
            place = func.row_number().over(partition_by=column, order_by=(Order.ordered_at, Order.source_key))
            shown: dict[str, list[SaleMade]] = {}
            told: Any = await self.session.execute(
                _first_of_each(
                    select(*_SALE, Order.total_micros, column.label("promotion"), place).where(
                        column.in_(list(used)), *counted()
                    ),
                    _SHOWN,
                )
            )
            for *sale, total, name in told:
                shown.setdefault(name, []).append(_sale(name, name, sale, amount=total))
            found += [
                Promoted(
                    kind, name, count, shown[name][0], last, amounts.get(name, {}), tuple(one.order_id for one in shown[name])
                )
                for name, (count, last) in used.items()
            ]  # fmt: skip
        return found


_SALE: Final = (
    Order.id, Order.number, Order.ordered_at, Order.ordered_on, Order.ordered_minute, Order.source_offset_minutes, Order.currency,
    Order.created_by_batch_id,
)  # fmt: skip


_LINE: Final = (OrderLine.product_id, OrderLine.order_id)


def _sale(
    key: str, name: str, row: Sequence[Any], *, amount: Any, line_id: str | None = None, product_id: str | None = None
) -> SaleMade:
    order_id, number, at, on, minute, offset, currency, batch_id = row
    return SaleMade(
        key=key,
        name=name,
        order_id=order_id,
        line_id=line_id,
        number=number,
        at=at,
        on=on,
        minute=minute,
        offset_minutes=offset,
        currency=currency,
        amount_micros=int(amount) if amount is not None else None,
        batch_id=batch_id,
        product_id=product_id,
    )


def _first_of_each(ranked: Any, most: int = 1) -> Any:
    """The rows of a statement whose last column is their place among their own, up to that place, by it. What it shows is
    ranked with it: joined to the rows again, the ranking is made anew for each of them where the planner takes it for short."""
    whole = ranked.subquery()
    *shown, place = whole.c
    return select(*shown).where(place <= most).order_by(place)


def _channel(vendors: Any, named: Any) -> Any:
    return func.coalesce(func.nullif(func.trim(named), ""), vendors.c.vendor)


def _sold_early(lines: Any) -> Any:
    """The products of these lines that were sold with them no later than for the first time that is known."""
    known = and_(BusinessEvent.kind == FIRST_SALE, BusinessEvent.entity_id == lines.c.product_id)
    is_early = or_(BusinessEvent.id.is_(None), Order.ordered_at <= BusinessEvent.occurred_at)
    return (
        select(lines.c.product_id)
        .select_from(lines)
        .join(Order, Order.id == lines.c.order_id)
        .outerjoin(BusinessEvent, known)
        .where(lines.c.product_id.is_not(None), is_early)
        .distinct()
    )
