"""A real import service over a real store, and what the store then says."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.money import from_micros
from storage.models.commerce import Order, OrderLine, Refund
from tools.imports.service import ImportService
from tools.ingestion.catalogue import load_catalogue


@dataclass(frozen=True)
class Figures:
    """What the store adds up to, cancelled orders left out, in major units."""

    lines: int
    net: Decimal
    """After discounts, before refunds."""
    gross: Decimal
    units: Decimal
    cost: Decimal
    orders: int
    refunds: Decimal
    refund_count: int
    shipping: Decimal
    by_day: dict[date, Decimal]


Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def imports(database: Database, tmp_path: Path) -> ImportService:
    return ImportService(database, tmp_path / "files", load_catalogue())


@pytest.fixture
def ask(database: Database, actor: Actor) -> Ask:
    """Rows of a statement over mapped classes, as the actor sees them."""

    async def ask(statement: Any) -> list[Any]:
        async with database.read(actor) as uow:
            return list((await uow.session.execute(statement)).all())

    return ask


@pytest.fixture
def figures(ask: Ask) -> Callable[[], Awaitable[Figures]]:
    async def figures() -> Figures:
        kept = Order.status != "cancelled"
        sums = select(
            func.count(),
            func.sum(OrderLine.net_micros),
            func.sum(OrderLine.gross_micros),
            func.sum(OrderLine.quantity_e6),
            func.sum(OrderLine.cost_micros),
            func.count(OrderLine.order_id.distinct()),
        ).select_from(OrderLine)
        [(lines, net, gross, units, cost, orders)] = await ask(
            sums.join(Order, Order.id == OrderLine.order_id).where(kept)
        )
        [(refund_count, refunds)] = await ask(select(func.count(), func.sum(Refund.amount_micros)).select_from(Refund))
        [(shipping,)] = await ask(select(func.sum(Order.shipping_micros)))
        days = await ask(
            select(OrderLine.ordered_on, func.sum(OrderLine.net_micros))
            .join(Order, Order.id == OrderLine.order_id)
            .where(kept)
            .group_by(OrderLine.ordered_on)
        )
        return Figures(
            lines=lines,
            net=_major(net),
            gross=_major(gross),
            units=_major(units),
            cost=_major(cost),
            orders=orders,
            refunds=_major(refunds),
            refund_count=refund_count,
            shipping=_major(shipping),
            by_day={day: _major(amount) for day, amount in days},
        )

    return figures


def _major(micros: Any) -> Decimal:
    return from_micros(int(micros or 0))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A file to import, from text or bytes."""

    def write(content: str | bytes, name: str = "orders.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
