"""Writes movements of money."""

from collections.abc import Callable, Sequence
from typing import Final

from storage.kernel.turns import in_turns
from storage.models.commerce import Transaction
from tools.ingestion.chunk import Chunk, Known, Values, differing
from tools.ingestion.records import TransactionRecord
from tools.ingestion.things import Things

_MOVED: Final = (
    "kind", "order_id", "customer_id", "source_customer_id", "occurred_at", "occurred_on", "currency", "amount_micros", "fee_micros", "account",
    "category", "counterparty", "description", "status", "settled_currency", "settled_micros",
)  # fmt: skip


async def write_transactions(
    chunk: Chunk, things: Things, records: Sequence[TransactionRecord], order_id: Callable[[str], str | None]
) -> None:
    """`order_id` finds the row of an order of the same source by its key."""
    connector = chunk.context.connector_id
    keys = {f"{connector}:{record.key}" for record in records}
    columns = [getattr(Transaction, name) for name in ("id", "created_by_batch_id", "source_key", *_MOVED)]
    stored = {
        row["source_key"]: Known(row["id"], row, own=row["created_by_batch_id"] == chunk.context.batch_id)
        for row in await chunk.find(Transaction.source_key, keys, columns)
    }
    async for record in in_turns(records):
        key = f"{connector}:{record.key}"
        values: Values = {
            "kind": record.kind,
            "order_id": order_id(record.order_key) if record.order_key is not None else None,
            **things.counted_as("customer", things.customer(record.customer, record.source)),
            "occurred_at": record.when.at,
            "occurred_on": record.when.on,
            "currency": record.currency,
            "amount_micros": record.amount_micros,
            "fee_micros": record.fee_micros,
            "account": record.account,
            "category": record.category,
            "counterparty": record.counterparty,
            "description": record.description,
            "status": record.status,
            "settled_currency": record.settled_currency,
            "settled_micros": record.settled_micros,
        }
        if (known := stored.get(key)) is not None:
            chunk.change(Transaction, known, differing(known, values, fill_only=False), record.source)
        else:
            values["source_key"] = key
            stored[key] = Known(chunk.add(Transaction, values, record.source), values, own=True)
