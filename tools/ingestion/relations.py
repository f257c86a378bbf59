"""Writes contacts, deals, messages and appointments: each is what its source says of it last."""

from collections.abc import Sequence
from typing import Any, Final

from storage.kernel.turns import in_turns
from storage.models.base import Base
from storage.models.relations import CalendarEvent, Contact, Deal, Message
from tools.ingestion.chunk import Chunk, Known, Values
from tools.ingestion.records import CalendarEventRecord, ContactRecord, DealRecord, MessageRecord
from tools.ingestion.things import Things

Relation = ContactRecord | DealRecord | MessageRecord | CalendarEventRecord
_CONTACT: Final = ("name", "email", "phone", "company", "title", "stage", "owner", "address_id", "contact_created_at")
_DEAL: Final = (
    "title", "pipeline", "stage", "status", "owner", "company", "contact_keys", "currency", "amount_micros", "probability",
    "expected_on", "opened_at", "closed_at",
)  # fmt: skip
_MESSAGE: Final = (
    "thread", "subject", "preview", "sender", "sender_name", "recipients", "folder", "labels", "sent_at", "is_read",
)  # fmt: skip
_EVENT: Final = (
    "title", "location", "organiser", "attendees", "status", "all_day", "starts_at", "ends_at", "starts_on", "ends_on",
)  # fmt: skip
_KINDS: Final[dict[type[Relation], tuple[type[Any], tuple[str, ...]]]] = {
    ContactRecord: (Contact, _CONTACT),
    DealRecord: (Deal, _DEAL),
    MessageRecord: (Message, _MESSAGE),
    CalendarEventRecord: (CalendarEvent, _EVENT),
}
_KEPT: Final = frozenset(["deleted_at"])


async def write_relations(chunk: Chunk, things: Things, records: Sequence[Relation]) -> None:
    """Makes or changes the rows of these records. A record that only says that its thing is gone (a deleted message has
    no subject any more) marks the row and leaves the rest of it."""
    for kind, (model, names) in _KINDS.items():
        own = [record for record in records if isinstance(record, kind)]
        if own:
            await _write(chunk, things, model, names, own)


async def _write(
    chunk: Chunk, things: Things, model: type[Any], names: tuple[str, ...], records: Sequence[Relation]
) -> None:
    connector = chunk.context.connector_id
    columns = [getattr(model, name) for name in ("id", "created_by_batch_id", "source_key", "deleted_at", *names)]
    keys = {f"{connector}:{record.key}" for record in records}
    stored = {
        row["source_key"]: Known(row["id"], row, own=row["created_by_batch_id"] == chunk.context.batch_id)
        for row in await chunk.find(model.source_key, keys, columns)
    }
    async for record in in_turns(records):
        key = f"{connector}:{record.key}"
        values = _values(chunk, things, record, names)
        known = stored.get(key)
        if known is None:
            values |= {"source_key": key, "deleted_at": chunk.now if record.deleted else None}
            stored[key] = Known(chunk.add(_model(model), values, record.source), values, own=True)
        else:
            chunk.change(_model(model), known, _changed(chunk, known, values, deleted=record.deleted), record.source)


def _model(model: type[Any]) -> type[Base]:
    return model


def _values(chunk: Chunk, things: Things, record: Relation, names: tuple[str, ...]) -> Values:
    values: Values = {}
    for name in names:
        if name == "address_id" and isinstance(record, ContactRecord):
            values[name] = things.address(record.address, record.source)
        elif name == "contact_created_at" and isinstance(record, ContactRecord):
            values[name] = record.created_at
        elif name == "contact_keys" and isinstance(record, DealRecord):
            values[name] = [f"{chunk.context.connector_id}:{key}" for key in record.contact_keys]
        else:
            value = getattr(record, name)
            values[name] = list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType]
    return values


def _changed(chunk: Chunk, known: Known, values: Values, *, deleted: bool | None) -> Values:
    """What the record says otherwise than the row; of a deleted thing only what it still says."""
    # Of a row that is made anew nothing was said yet.
    unsaid = [name for name in values if known.values.get(name) is None] if known.id in chunk.memory.unmade else []
    changed = {
        name: value
        for name, value in values.items()
        if value != known.values.get(name)
        and not (deleted and value in (None, [], False, "open") and name not in unsaid)
    }
    if deleted and known.values.get("deleted_at") is None:
        changed["deleted_at"] = chunk.now
    elif not deleted and known.values.get("deleted_at") is not None:
        changed["deleted_at"] = None
    return changed
