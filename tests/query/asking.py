"""Asking the query service as a caller of the small shop's does, and watching what reaches the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import Engine, event

from storage.database import Database
from storage.kernel.actor import Actor
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
