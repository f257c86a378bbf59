"""Asking the query service as a caller of the small shop's does, and watching what reaches the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, event

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Order, OrderLine
from storage.uow import WriteUnitOfWork
from tools.query.schemas import QueryAnswer, QueryRequest
from tools.query.service import QueryService

AS_OF = date(2026, 3, 20)
"""The day after the small shop's last (tests/metrics/shop.py)."""


async def ask(
    database: Database,
    actor: Actor,
    service: QueryService,
    question: str,
    conversation: str | None = None,
    *,
    as_of: date = AS_OF,
) -> QueryAnswer:
    """One question, in a unit of work of its own."""
    async with database.read(actor) as uow:
        return await service.ask(uow, QueryRequest(question=question, as_of=as_of, conversation_id=conversation))


async def sell(uow: WriteUnitOfWork, title: str, day: date, amount: int) -> None:
    """One order of one piece, for so many euros."""
    at = datetime.combine(day, datetime.min.time(), UTC)
    order = Order(source_key=title, number=title, ordered_at=at, ordered_on=day, currency="EUR")
    uow.add(order)
    await uow.flush()
    uow.add(
        OrderLine(
            source_key=title, order_id=order.id, ordered_on=day, line_no=1, title=title, currency="EUR",
            quantity_e6=1_000_000, gross_micros=amount * 1_000_000, net_micros=amount * 1_000_000,
        )
    )  # fmt: skip


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Every statement that any engine sends while this is open, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def record(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", record)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", record)
