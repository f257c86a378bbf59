"""What is in the store, in the words of the truth (evals.standins.vendors.world.truth), and row by row."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Executable, func, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.money import from_micros
from storage.models.base import Base
from storage.models.commerce import Customer, Order, OrderLine, Product, Refund, Transaction
from storage.models.ingestion import RawRecord, RecordLink
from storage.models.relations import CalendarEvent, Contact, Deal, Message
from storage.repositories.ingestion import UNIFIED

Question = Executable
Rows = dict[str, Counter[tuple[tuple[str, Any], ...]]]
"""By table, each row as its columns with their values."""

# ── questions: one number, or (currency, micros) by currency ─────────────────────────────────────────────────


def count(model: type[Base], *where: Any) -> Question:
    return select(func.count()).select_from(model).where(*where)


def there(model: type[Any], *where: Any) -> Question:
    """Those that are not deleted."""
    return count(model, model.deleted_at.is_(None), *where)


def moved(kind: str, *where: Any) -> Question:
    """What movements of a kind come to."""
    return summed(Transaction.amount_micros, Transaction.currency, Transaction.kind == kind, *where)


def summed(value: InstrumentedAttribute[Any], currency: InstrumentedAttribute[Any], *where: Any) -> Question:
    return select(currency, func.sum(value)).where(*where).group_by(currency)


def sold(value: InstrumentedAttribute[Any]) -> Question:
    """A sum over the lines of what is not cancelled."""
    lines = select(OrderLine.currency, func.sum(value)).join(Order, Order.id == OrderLine.order_id)
    return lines.where(Order.status != "cancelled").group_by(OrderLine.currency)


def ordered(value: InstrumentedAttribute[Any]) -> Question:
    """The same over the orders themselves."""
    return summed(value, Order.currency, Order.status != "cancelled")


def given_back(value: InstrumentedAttribute[Any]) -> Question:
    return summed(value, Refund.currency)


SUCCEEDED = Transaction.status == "succeeded"
NOT_CANCELLED = Transaction.status != "cancelled"
COMPANY = Contact.source_key.contains(":company:")

__all__ = [
    "COMPANY", "NOT_CANCELLED", "SUCCEEDED", "CalendarEvent", "Contact", "Customer", "Deal", "Message", "Order", "OrderLine", "Product",
    "Question", "Refund", "Rows", "Transaction", "answers", "content", "count", "differences", "given_back", "loose_ends", "money_of", "moved", "ordered",
    "sold", "summed", "there",
]  # fmt: skip

# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────


async def answers(database: Database, actor: Actor, questions: Mapping[str, Question]) -> dict[str, int]:
    async with database.read(actor) as uow:
        return {name: (await uow.session.execute(question)).scalar_one() for name, question in questions.items()}


async def money_of(
    database: Database, actor: Actor, questions: Mapping[str, Question]
) -> dict[str, dict[str, Decimal]]:
    """By currency and measure, as positive amounts; measures with nothing in them left out."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    async with database.read(actor) as uow:
        for name, question in questions.items():
            for row in (await uow.session.execute(question)).all():
                if row[1]:
                    found[row[0]][name] = abs(from_micros(int(row[1])))
    return dict(found)


_OURS = {"id", "tenant_id", "created_at", "updated_at", "created_by_batch_id"}
_REFERRED_TO = {"counted_product_id": "unified_products", "customer_id": "unified_customers"}
"""Columns that refer to a row, but for no key in the schema."""
_ONCE_SEEN = {"deleted_at"}
"""Moments at which we saw something: whether there is one is the content."""


async def content(database: Database, actor: Actor, connection_id: str) -> Rows:
    """Every row of every unified table, told by what it holds: in place of ids stand the rows that they refer to, and keys
    are those of any connection."""
    found: Rows = {}
    keys: dict[str, dict[str, Any]] = {}
    async with database.read(actor) as uow:
        for name, model in reversed(UNIFIED.items()):
            columns = [column for column in model.__table__.columns if column.key not in _OURS]
            rows = list((await uow.session.scalars(select(model))).all())
            told = [tuple((column.key, _told(row, column, keys, connection_id)) for column in columns) for row in rows]
            found[name] = Counter(told)
            keys[name] = {row.id: _key_of(one) for row, one in zip(rows, told, strict=True)}  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    return found


def differences(one: Rows, other: Rows) -> dict[str, list[dict[str, tuple[Any, Any]]]]:
    """How two contents differ, by table: each row's columns with what the one and the other say. A row that only one of
    them has differs in all."""
    found: dict[str, list[dict[str, tuple[Any, Any]]]] = {}
    for table, rows in one.items():
        left, right = _by_key(rows - other[table]), _by_key(other[table] - rows)
        for key in dict.fromkeys((*left, *right)):
            here, there = left.get(key, {}), right.get(key, {})
            names = dict.fromkeys((*here, *there))
            differing = {name: (here.get(name), there.get(name)) for name in names if here.get(name) != there.get(name)}
            found.setdefault(table, []).append(differing)
    return found


def _by_key(rows: Counter[tuple[tuple[str, Any], ...]]) -> dict[Any, dict[str, Any]]:
    return {(_key_of(row), copy): dict(row) for row, number in rows.items() for copy in range(number)}


async def loose_ends(database: Database, actor: Actor) -> dict[str, int]:
    """Rows that no raw record is linked to, by table, and links to raw records that are not there."""
    found: dict[str, int] = {}
    async with database.read(actor) as uow:
        for model in (Customer, Product, Order, OrderLine, Refund, Transaction, Contact, Deal, Message, CalendarEvent):
            linked = select(RecordLink.unified_id).where(RecordLink.unified_type == model.__tablename__)
            loose = select(func.count()).select_from(model).where(model.id.not_in(linked))
            found[model.__tablename__] = (await uow.session.execute(loose)).scalar_one()
        astray = select(func.count()).where(RecordLink.raw_record_id.not_in(select(RawRecord.id)))
        found["record_links"] = (await uow.session.execute(astray)).scalar_one()
    return {name: number for name, number in found.items() if number}


def _told(row: Any, column: Any, keys: dict[str, dict[str, Any]], connection_id: str) -> Any:
    value = getattr(row, column.key)
    if column.key in _ONCE_SEEN:
        return value is not None
    if column.key in _REFERRED_TO and not column.foreign_keys:
        return keys[_REFERRED_TO[column.key]][value] if value is not None else None
    if column.key == "source_key" and value.endswith(f":amount:{getattr(row, 'order_id', None)}"):
        return "the one line of " + str(keys["unified_orders"][row.order_id])
    for reference in column.foreign_keys:
        return keys[reference.column.table.name][value] if value is not None else None
    match value:
        case list():
            return tuple(str(one).replace(connection_id, "") for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        case str():
            return value.replace(connection_id, "")
        case datetime():
            return value.isoformat()
        case _:
            return value


def _key_of(told: tuple[tuple[str, Any], ...]) -> Any:
    values = dict(told)
    return tuple(values[name] for name in ("product_id", "source_key", "content_hash") if name in values) or told
