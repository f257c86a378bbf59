"""What a whole list of a vendor's objects no longer holds: deleted there, for vendors that have no list of what they delete.

It is marked within the run that finds it missing, and so becomes visible with it and is undone with it. For each object a
record that says so is kept, the newest of its versions from then on: where the vendor has the object again, as it was
or changed, it is new to us.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from storage.models.base import Base
from storage.models.commerce import Customer, Order, Product, Transaction
from storage.models.relations import CalendarEvent, Contact, Deal, Message
from storage.repositories.ingestion import Unseen
from storage.uow import WriteUnitOfWork
from tools.connectors.core.resources import Resource
from tools.ingestion.chunk import BatchContext, Chunk, Known, Memory, Values
from tools.ingestion.mapping.spec import ObjectSpec
from tools.ingestion.mapping.targets import TARGETS
from tools.ingestion.records import (
    CalendarEventRecord,
    CatalogueRecord,
    ContactRecord,
    CustomerFileRecord,
    DealRecord,
    MessageRecord,
    OrderRecord,
    Record,
    SourceRow,
    TransactionRecord,
)

_AT_ONCE: Final = 500
_CANCELLED: Final = "cancelled"
_KNOWN_BY: Final = "it is no longer listed"
_MARKABLE: Final[dict[str, type[Base]]] = {
    model.__tablename__: model
    for model in (Customer, Product, Contact, Deal, Message, CalendarEvent, Order, Transaction)
}


async def mark_absent(
    uow: WriteUnitOfWork, context: BatchContext, spec: ObjectSpec, resource: Resource, began: datetime
) -> int | None:
    """Marks people, goods and the like as deleted, and orders and papers of accounting as cancelled, whose objects the run
    that `began` then has not listed: those that the resource's list is complete in. Gives how many; None where it has
    listed nothing at all though something is known: such a list is a fault sooner than a shop that is emptied at a
    stroke."""
    tables = dict.fromkeys(TARGETS[made.row].table for made in spec.makes)
    models = [_MARKABLE[table] for table in tables if table in _MARKABLE]
    if Order in models and spec.sales == "shop":
        # What was paid for an order that a shop deletes was paid all the same.
        models = [model for model in models if model is not Transaction]
    with uow.including_batch(context.batch_id):
        unseen = {
            model: await uow.ingestion.unseen(context.batch_id, context.connector_id, context.object, model)
            for model in models
        }
        if not any(unseen.values()):
            return 0
        if not await uow.ingestion.has_sightings(context.batch_id, context.object):
            return None
        marked = 0
        for model, found in unseen.items():
            rows = found
            if model is CalendarEvent and resource.complete == "window" and resource.window is not None:
                start, end = (at.date() for at in resource.window.around(began))
                rows = [row for row in found if row.starts_on is not None and start < row.starts_on < end]
            elif model is Order and resource.complete == "recent":
                oldest = await uow.ingestion.oldest_sighted(context.batch_id, context.connector_id, context.object)
                rows = [row for row in found if oldest and row.ordered_at and row.ordered_at > oldest]
            for start in range(0, len(rows), _AT_ONCE):
                await _mark(uow, context, model, rows[start : start + _AT_ONCE])
            marked += len(rows)
    return marked


def said_to_be_there(record: Record) -> None:
    """An object that its whole list has is not deleted, where it does not say so itself: what was missing once and is
    listed again loses its mark."""
    match record:
        case CustomerFileRecord():
            holder = record.customer
        case CatalogueRecord():
            holder = record.product
        case ContactRecord() | DealRecord() | MessageRecord() | CalendarEventRecord():
            holder = record
        case _:
            return
    if holder.deleted is None:
        holder.deleted = False


def said_to_be_gone(record: Record, *, is_of_shop: bool) -> None:
    """The same for an object that was seen to be gone: what it was stays known, with the mark (see `mark_absent`)."""
    match record:
        case OrderRecord():
            record.status = _CANCELLED
        case TransactionRecord():
            record.status = record.status if is_of_shop else _CANCELLED
        case CustomerFileRecord():
            record.customer.deleted = True
        case CatalogueRecord():
            record.product.deleted = True
        case ContactRecord() | DealRecord() | MessageRecord() | CalendarEventRecord():
            record.deleted = True
        case _:
            return


def is_tombstone(payload: object) -> bool:
    """Whether a raw record says only that an object is no longer listed."""
    return isinstance(payload, dict) and payload.get("known_by") == _KNOWN_BY  # pyright: ignore[reportUnknownMemberType]


async def _mark(uow: WriteUnitOfWork, context: BatchContext, model: type[Base], rows: Sequence[Unseen]) -> None:
    chunk = Chunk(uow, context, Memory())
    for row in rows:
        has_status = model in (Order, Transaction)
        values: Values = {"status": _CANCELLED} if has_status else {"deleted_at": chunk.now}
        before: Values = {"status": row.status} if has_status else {"deleted_at": None}
        source = _tombstone(row.source_id)
        chunk.change(model, Known(row.id, before, own=row.batch_id == context.batch_id), values, source)
        chunk.keep_raw(source)
    known = await uow.ingestion.raw_versions(context.connector_id, context.object, [row.source_id for row in rows])
    await chunk.write(known)


def _tombstone(source_id: str) -> SourceRow:
    payload: dict[str, Any] = {"id": source_id, "deleted": True, "known_by": _KNOWN_BY}
    text = json.dumps(payload, separators=(",", ":"))
    return SourceRow(source_id, hashlib.blake2b(text.encode(), digest_size=16).hexdigest(), text)
