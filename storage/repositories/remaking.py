"""What making a source's rows anew from its raw records asks: the newest versions, and what a batch has made so far."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.models.base import Base
from storage.models.commerce import Order, OrderLine, ProductCost, Refund, StockLevel, Transaction
from storage.models.ingestion import BatchChange, RawRecord, RecordLink
from storage.repositories.base import Repository, parts
from storage.repositories.ingestion import SHARED, stored_value

_USERS: Final[dict[type[Any], tuple[InstrumentedAttribute[Any], ...]]] = {
    **dict(SHARED),
    Order: (OrderLine.order_id, Refund.order_id),
    OrderLine: (Refund.order_line_id,),
}
"""What rows of a table are referred to by. A payment can do without its order."""
_HISTORIES: Final[dict[type[Any], tuple[InstrumentedAttribute[Any], ...]]] = {
    ProductCost: (ProductCost.product_id, ProductCost.variant_id),
    StockLevel: (StockLevel.product_id, StockLevel.variant_id, StockLevel.location),
}
"""Tables with a row for each time that something changed → whose rows are those of one thing."""


_STREAMED_AT_ONCE: Final = 10_000
_ID_BYTES: Final = 16


@dataclass(slots=True)
class Links:
    """What links say of a row: whether this batch made it (anew), and who has told of it."""

    by_batch: bool = False
    in_scope: bool = False
    by_others: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What is made anew: all objects of a source, or some kinds of them."""

    batch_id: str
    connector_id: str
    objects: frozenset[str] | None = None

    def holds(self, connector_id: str, object_: str) -> bool:
        return connector_id == self.connector_id and (self.objects is None or object_ in self.objects)


@dataclass(slots=True)
class Pending:
    """What a batch has changed in rows and will change at its commit."""

    after: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    removed: set[str] = field(default_factory=set[str])


class RemakingRepository(Repository):
    """Rows of an unfinished batch are seen only inside `uow.including_batch`."""

    # ── raw records ──────────────────────────────────────────────────────────────────────────────────────

    async def objects(self, connector_id: str) -> dict[str, int]:
        """Kinds of objects that are stored raw of a source → how many there are of each."""
        statement = (
            select(RawRecord.object, func.count(RawRecord.source_id.distinct()))
            .where(RawRecord.connector_id == connector_id)
            .group_by(RawRecord.object)
            .order_by(RawRecord.object)
        )
        return {name: int(count) for name, count in (await self.session.execute(statement)).all()}

    async def newest(self, connector_id: str, object_: str) -> list[bytes]:
        """The newest version of every object of a kind, in the order in which the objects first came: the 16 bytes of the
        first version's id, and those of the newest one's. Of a million objects 65 MB."""
        statement = (
            select(RawRecord.id, RawRecord.source_id)
            .where(RawRecord.connector_id == connector_id, RawRecord.object == object_)
            .order_by(RawRecord.source_id, RawRecord.received_at, RawRecord.id)
        )
        found: list[bytes] = []
        last: str | None = None
        async for rows in (await self.session.stream(statement)).partitions(_STREAMED_AT_ONCE):
            for id_, source_id in rows:
                newest = UUID(id_).bytes
                if source_id == last:
                    found[-1] = found[-1][:_ID_BYTES] + newest
                else:
                    found.append(newest + newest)
                last = source_id
        return sorted(found)

    async def before(self, raw: RawRecord) -> list[str]:
        """The ids of the versions of its object before this one, the newest first."""
        statement = (
            select(RawRecord.id)
            .where(
                RawRecord.connector_id == raw.connector_id,
                RawRecord.object == raw.object,
                RawRecord.source_id == raw.source_id,
                RawRecord.id != raw.id,
            )
            .order_by(RawRecord.received_at.desc(), RawRecord.id.desc())
        )
        return list(await self.session.scalars(statement))

    async def raw(self, ids: Iterable[str]) -> dict[str, RawRecord]:
        found: dict[str, RawRecord] = {}
        for part in parts(ids):
            statement = select(RawRecord).where(RawRecord.id.in_(part))
            found.update({row.id: row for row in await self.session.scalars(statement)})
        return found

    # ── unified rows ─────────────────────────────────────────────────────────────────────────────────────

    async def links(self, scope: Scope, table: str, ids: Iterable[str]) -> dict[str, Links]:
        """Row → what its links say."""
        found: dict[str, Links] = {}
        for part in parts(set(ids)):
            statement = (
                select(RecordLink.unified_id, RecordLink.batch_id, RawRecord.connector_id, RawRecord.object)
                .join(RawRecord, RawRecord.id == RecordLink.raw_record_id)
                .where(RecordLink.unified_type == table, RecordLink.unified_id.in_(part))
                .distinct()
            )
            for id_, batch_id, connector_id, object_ in (await self.session.execute(statement)).all():
                links = found.setdefault(id_, Links())
                links.by_batch |= batch_id == scope.batch_id
                if scope.holds(connector_id, object_):
                    links.in_scope = True
                else:
                    links.by_others = True
        return found

    async def pending(self, batch_id: str, model: type[Base], ids: Iterable[str]) -> Pending:
        """What the batch will change in these rows, as their columns take it."""
        found = Pending()
        for part in parts(set(ids)):
            statement = (
                select(BatchChange)
                .where(
                    BatchChange.batch_id == batch_id,
                    BatchChange.unified_id.in_(part),
                    BatchChange.unified_type == model.__tablename__,
                )
                .order_by(BatchChange.id)
            )
            for change in await self.session.scalars(statement):
                if not change.after:
                    found.removed.add(change.unified_id)
                values = {name: stored_value(model, name, value) for name, value in change.after.items()}
                found.after.setdefault(change.unified_id, {}).update(values)
        return found

    async def linked_after(self, table: str, after: str, limit: int) -> list[str]:
        """Ids of rows of a table that any record is linked to, in their order."""
        statement = (
            select(RecordLink.unified_id)
            .where(RecordLink.unified_type == table, RecordLink.unified_id > after)
            .distinct()
            .order_by(RecordLink.unified_id)
            .limit(limit)
        )
        return list(await self.session.scalars(statement))

    async def existing(self, model: type[Any], ids: Iterable[str]) -> set[str]:
        """Which of these rows there are."""
        found: set[str] = set()
        for part in parts(ids):
            found.update(await self.session.scalars(select(model.id).where(model.id.in_(part))))
        return found

    async def still_used(self, scope: Scope, model: type[Any], ids: Collection[str]) -> set[str]:
        """Which of these rows others refer to when the batch is committed."""
        used: set[str] = set()
        for column in _USERS.get(model, ()):
            owner: type[Any] = column.class_  # pyright: ignore[reportAssignmentType] - of a mapped class
            for part in parts(ids):
                rows = (await self.session.execute(select(owner.id, column).where(column.in_(part)))).all()
                pending = await self.pending(scope.batch_id, owner, [row[0] for row in rows])
                used.update(
                    target
                    for id_, target in rows
                    if id_ not in pending.removed and pending.after.get(id_, {}).get(column.key, target) == target
                )
        return used

    async def payments_of(self, scope: Scope, order_ids: Collection[str]) -> dict[str, str]:
        """Payment → which of these orders it pays when the batch is committed."""
        found: dict[str, str] = {}
        for part in parts(order_ids):
            statement = select(Transaction.id, Transaction.order_id).where(Transaction.order_id.in_(part))
            rows: dict[str, str] = {id_: str(of) for id_, of in await self.session.execute(statement)}
            pending = await self.pending(scope.batch_id, Transaction, rows)
            found.update(
                {
                    id_: order_id
                    for id_, order_id in rows.items()
                    if id_ not in pending.removed and pending.after.get(id_, {}).get("order_id", order_id) == order_id
                }
            )
        return found

    async def is_history(self, scope: Scope, model: type[Any], ids: Sequence[str]) -> set[str]:
        """Which of these rows are an earlier state of something that the batch has made a later one of."""
        if model not in _HISTORIES:
            return set()
        same, found = _HISTORIES[model], set[str]()
        by_batch = select(RecordLink.unified_id).where(
            RecordLink.unified_type == model.__tablename__, RecordLink.batch_id == scope.batch_id
        )
        for part in parts(ids):
            rows = (await self.session.execute(select(model.id, *same).where(model.id.in_(part)))).all()
            made = select(*same).where(same[0].in_({row[1] for row in rows}), model.id.in_(by_batch)).distinct()
            things = {tuple(thing) for thing in (await self.session.execute(made)).all()}
            found.update(row[0] for row in rows if tuple(row[1:]) in things)
        return found
