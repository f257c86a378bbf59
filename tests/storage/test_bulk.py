"""Many rows at once: what goes in comes out, what the schema refuses is refused, on both databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.models.commerce import Transaction
from storage.models.relations import CalendarEvent

pytestmark = pytest.mark.anyio

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
COUNTS = (1, 7, 8, 9, 63, 64, 65, 600)
"""Around the sizes that statements of an embedded store have."""


def appointment(number: int) -> dict[str, Any]:
    is_odd = number % 2 == 1
    return {
        "id": new_id(),
        "source_key": f"calendar:{number}",
        "title": f"“{number}”, ünder {{}} $1 ?" if is_odd else None,
        "attendees": [f"{number}@shop.example", 'a "b"'] if is_odd else [],
        "all_day": is_odd,
        "starts_at": AT if is_odd else None,
        "starts_on": date(2026, 11, 2) if not is_odd else None,
    }


def movement(number: int) -> dict[str, Any]:
    return {
        "source_key": f"till:{number}",
        "kind": "charge",
        "occurred_at": AT,
        "occurred_on": AT.date(),
        "currency": "EUR",
        "amount_micros": -(2**40) + number,
    }


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("deferrable", [False, True])
async def test_what_goes_in_comes_out(database: Database, actor: Actor, count: int, *, deferrable: bool) -> None:
    rows = [appointment(number) for number in range(count)]
    async with database.write(actor) as uow:
        assert await uow.bulk_insert(CalendarEvent, rows, deferrable=deferrable) == count
    columns = [getattr(CalendarEvent, name) for name in rows[0]]
    async with database.read(actor) as uow:
        found = [dict(row) for row in (await uow.session.execute(select(*columns))).mappings()]
    assert sorted(found, key=lambda row: row["id"]) == rows


async def test_what_is_the_same_in_all_rows_is_said_once(database: Database, actor: Actor) -> None:
    rows = [{name: value for name, value in movement(number).items() if name != "kind"} for number in range(300)]
    async with database.write(actor) as uow:
        assert await uow.bulk_insert(Transaction, rows, shared={"kind": "fee", "description": None}) == 300
    async with database.read(actor) as uow:
        found = (await uow.session.execute(select(Transaction.kind, Transaction.amount_micros))).all()
    assert sorted(found) == [("fee", row["amount_micros"]) for row in rows]


BROKEN: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "a key that is taken": lambda row: {**row, "source_key": "till:0"},
    "a customer that is none": lambda row: {**row, "customer_id": new_id()},
    "no currency": lambda row: {**row, "currency": None},
}


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("deferrable", [False, True])
async def test_one_row_that_the_schema_refuses_lets_none_in(
    database: Database, actor: Actor, what: str, *, deferrable: bool
) -> None:
    rows = [movement(number) for number in range(200)]
    rows[117] = BROKEN[what](rows[117])
    with pytest.raises(CopilotError) as refused:
        async with database.write(actor) as uow:
            await uow.bulk_insert(Transaction, rows, deferrable=deferrable)
    assert refused.value.kind is ErrorKind.CONFLICT
    async with database.write(actor) as uow:
        assert await uow.session.scalar(select(Transaction.id).limit(1)) is None
        await uow.bulk_insert(Transaction, [movement(number) for number in range(200)], deferrable=deferrable)
