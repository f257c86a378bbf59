"""What imports and syncs write and ask: batches, raw records, and unified rows by their keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, bindparam, case, delete, func, literal, null, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from storage.kernel.errors import not_found
from storage.models.base import Base, Ingested
from storage.models.commerce import (
    Address,
    Customer,
    MetricObservation,
    Order,
    OrderLine,
    Product,
    ProductCost,
    ProductVariant,
    Refund,
    StockLevel,
    Transaction,
)
from storage.models.ingestion import (
    VISIBLE_BATCH_STATES,
    BatchChange,
    Connector,
    ImportReject,
    IngestionBatch,
    RawRecord,
    RecordLink,
    SyncCursor,
    SyncSighting,
)
from storage.models.relations import CalendarEvent, Contact, Deal, Message
from storage.one_of import one_of
from storage.repositories.base import Page, PageRequest, Repository, parts
from storage.statements import prepared

UNIFIED: Final[dict[str, type[Base]]] = {
    model.__tablename__: model
    for model in (
        CalendarEvent,
        Message,
        Deal,
        Contact,
        Refund,
        OrderLine,
        Transaction,
        StockLevel,
        ProductCost,
        Order,
        ProductVariant,
        MetricObservation,
        Customer,
        Product,
        Address,
    )
}
"""Tables that batches write, by name; a row refers only to rows of tables after its own."""
_UPDATES_AT_ONCE: Final = 100
# Things that several imports share: (table, its rows' users).
SHARED: Final[tuple[tuple[type[Any], tuple[InstrumentedAttribute[Any], ...]], ...]] = (
    (
        Customer,
        (
            Order.customer_id,
            Order.source_customer_id,
            Refund.customer_id,
            Refund.source_customer_id,
            Transaction.customer_id,
            Transaction.source_customer_id,
        ),
    ),
    (ProductVariant, (OrderLine.variant_id, StockLevel.variant_id, ProductCost.variant_id)),
    (
        Product,
        (
            OrderLine.product_id,
            OrderLine.source_product_id,
            Refund.product_id,
            Refund.source_product_id,
            StockLevel.product_id,
            StockLevel.counted_product_id,
            ProductCost.product_id,
            ProductVariant.product_id,
        ),
    ),
    (Address, (Order.address_id, Customer.address_id, Contact.address_id)),
)


@dataclass(frozen=True, slots=True)
class Unseen:
    """A row whose source object a run has not listed. `status` is that of an order or a movement of money, `ordered_at` an
    order's, and `starts_on` an appointment's."""

    id: str
    source_id: str
    batch_id: str | None
    status: str | None = None
    ordered_at: datetime | None = None
    starts_on: date | None = None


class IngestionRepository(Repository):
    """Rows of an unfinished batch are seen only inside `uow.including_batch`."""

    # ── sources and batches ──────────────────────────────────────────────────────────────────────────────

    async def connectors(self, type_: str | None = None) -> list[Connector]:
        """The tenant's sources, oldest first."""
        statement = select(Connector).order_by(Connector.id)
        if type_ is not None:
            statement = statement.where(Connector.type == type_)
        return list(await self.session.scalars(statement))

    async def connector(self, connector_id: str) -> Connector:
        found = await self.session.scalar(select(Connector).where(Connector.id == connector_id))
        if found is None:
            raise not_found("The source")
        return found

    async def batch(self, batch_id: str) -> IngestionBatch:
        statement = select(IngestionBatch).where(IngestionBatch.id == batch_id)
        found = await self.session.scalar(statement)
        if found is None:
            raise not_found("The import")
        return found

    async def batch_locked(self, batch_id: str) -> IngestionBatch:
        """The same, as it stands now, and until the unit of work ends nobody else's to change."""
        found = await self.session.scalar(_LOCKED, {"id": batch_id}, execution_options={"populate_existing": True})
        if found is None:
            raise not_found("The import")
        return found

    async def batch_or_none(self, batch_id: str) -> IngestionBatch | None:
        return await self.session.scalar(select(IngestionBatch).where(IngestionBatch.id == batch_id))

    async def batches_of(self, connector_id: str, request: PageRequest) -> Page[IngestionBatch]:
        """Runs of one source, newest first."""
        statement = select(IngestionBatch).where(IngestionBatch.connector_id == connector_id)
        return await self.page(statement, request, IngestionBatch.id)

    async def sync_cursors(self, connector_id: str) -> list[SyncCursor]:
        """How far the syncs of a connection have come."""
        statement = select(SyncCursor).where(SyncCursor.connector_id == connector_id).order_by(SyncCursor.id)
        return list(await self.session.scalars(statement))

    async def sync_cursor(self, connector_id: str, object_: str) -> SyncCursor | None:
        """The same of one kind of object."""
        return await self.session.scalar(_CURSOR, {"connector": connector_id, "kind": object_})

    async def batches(self, request: PageRequest) -> Page[IngestionBatch]:
        """Imports of files, newest first."""
        files = select(IngestionBatch).where(IngestionBatch.filename.is_not(None))
        return await self.page(files, request, IngestionBatch.id)

    async def batches_in(self, *states: str) -> list[IngestionBatch]:
        """Batches in any of these states, oldest first."""
        statement = select(IngestionBatch).where(IngestionBatch.status.in_(states)).order_by(IngestionBatch.id)
        return list(await self.session.scalars(statement))

    async def last_committed(self, connector_id: str) -> IngestionBatch | None:
        """The newest committed batch of a source."""
        statement = (
            select(IngestionBatch)
            .where(IngestionBatch.connector_id == connector_id, IngestionBatch.status.in_(VISIBLE_BATCH_STATES))
            .order_by(IngestionBatch.id.desc())
            .limit(1)
        )
        return await self.session.scalar(statement)

    async def committed_with_content(self, content_hash: str) -> IngestionBatch | None:
        """A committed import of the very same bytes."""
        statement = select(IngestionBatch).where(
            IngestionBatch.content_hash == content_hash, IngestionBatch.status.in_(VISIBLE_BATCH_STATES)
        )
        return await self.session.scalar(statement.limit(1))

    async def connectors_of_batches(self, batch_ids: Iterable[str]) -> dict[str, str | None]:
        """Which source each batch came from."""
        found: dict[str, str | None] = {}
        for part in parts(set(batch_ids)):
            statement = select(IngestionBatch.id, IngestionBatch.connector_id).where(IngestionBatch.id.in_(part))
            found.update((await self.session.execute(statement)).all())
        return found

    async def source_counts(self) -> dict[str, tuple[int, datetime | None]]:
        """Per source: rows in its committed imports and syncs, and when the last that asked it for something was committed."""
        statement = (
            select(
                IngestionBatch.connector_id,
                func.sum(IngestionBatch.created),
                func.max(IngestionBatch.committed_at).filter(brought_something()),
            )
            .where(IngestionBatch.status.in_(VISIBLE_BATCH_STATES), IngestionBatch.connector_id.is_not(None))
            .group_by(IngestionBatch.connector_id)
        )
        found = (await self.session.execute(statement)).all()
        return {key: (int(rows or 0), last) for key, rows, last in found if key is not None}

    # ── look-ups by key ──────────────────────────────────────────────────────────────────────────────────

    async def find(
        self, column: InstrumentedAttribute[Any], values: Iterable[Any], columns: Sequence[InstrumentedAttribute[Any]]
    ) -> list[dict[str, Any]]:
        """Rows of one class whose `column` of texts has one of `values`, as dictionaries of `columns`."""
        names = [c.key for c in columns]
        statement = _finding(column, *columns)
        rows: list[dict[str, Any]] = []
        for part in parts(set(values)):
            result = await self.session.execute(statement, {"values": part})
            rows.extend(dict(zip(names, row, strict=True)) for row in result)
        return rows

    async def raw_versions(
        self, connector_id: str, object_: str, source_ids: Iterable[str]
    ) -> dict[str, tuple[str, str]]:
        """source_id → (raw record id, version hash) of the newest version that is stored."""
        found: dict[str, tuple[str, str]] = {}
        for part in parts(set(source_ids)):
            given = {"connector": connector_id, "kind": object_, "source_ids": part}
            found.update(
                {
                    source: (id_, version)
                    for source, id_, version in (await self.session.execute(_VERSIONS, given)).all()
                }
            )
        return found

    async def versions_of(self, connector_id: str, object_: str, source_ids: Iterable[str]) -> dict[str, list[str]]:
        """source_id → the version hashes of all its versions that are stored."""
        found: dict[str, list[str]] = {}
        for part in parts(set(source_ids)):
            statement = select(RawRecord.source_id, RawRecord.version_hash).where(
                RawRecord.connector_id == connector_id, RawRecord.object == object_, RawRecord.source_id.in_(part)
            )
            for source, version in (await self.session.execute(statement)).all():
                found.setdefault(source, []).append(version)
        return found

    async def linked(self, connector_id: str, object_: str, source_ids: Iterable[str], unified_type: str) -> set[str]:
        """Ids of the unified rows of one type that any version of these source objects made."""
        found: set[str] = set()
        for part in parts(set(source_ids)):
            statement = (
                select(RecordLink.unified_id)
                .join(RawRecord, RawRecord.id == RecordLink.raw_record_id)
                .where(
                    RawRecord.connector_id == connector_id,
                    RawRecord.object == object_,
                    RawRecord.source_id.in_(part),
                    RecordLink.unified_type == unified_type,
                )
            )
            found.update(await self.session.scalars(statement))
        return found

    # ── what a whole list no longer has ──────────────────────────────────────────────────────────────────

    async def sight(self, batch_id: str, object_: str, source_ids: Iterable[str]) -> None:
        """Notes that a run has listed these objects."""
        rows = [{"batch_id": batch_id, "object": object_, "source_id": key} for key in dict.fromkeys(source_ids)]
        await self.session.bulk_insert(SyncSighting, rows, ignore_conflicts=True)

    async def has_sightings(self, batch_id: str, object_: str) -> bool:
        statement = select(SyncSighting.id).where(SyncSighting.batch_id == batch_id, SyncSighting.object == object_)
        return await self.session.scalar(statement.limit(1)) is not None

    async def forget_sightings(self, batch_id: str) -> None:
        await self.session.execute(
            delete(SyncSighting).where(SyncSighting.batch_id == batch_id).execution_options(synchronize_session=False)
        )

    async def unseen(self, batch_id: str, connector_id: str, object_: str, model: type[Any]) -> list[Unseen]:
        """Rows that objects of this kind have made which the run has not listed, and that are not marked yet. What an
        object that is there has made too, or another source, stays out."""
        sighted = select(SyncSighting.source_id).where(
            SyncSighting.batch_id == batch_id, SyncSighting.object == object_
        )
        ours = (RawRecord.connector_id == connector_id) & (RawRecord.object == object_)
        made = select(RecordLink.unified_id).join(RawRecord, RawRecord.id == RecordLink.raw_record_id)
        alive = made.where(
            RecordLink.unified_type == model.__tablename__,
            or_(RawRecord.connector_id != connector_id, ours & RawRecord.source_id.in_(sighted)),
        )
        statement = (
            select(model.id, RawRecord.source_id, model.created_by_batch_id)
            .join(RecordLink, RecordLink.unified_id == model.id)
            .join(RawRecord, RawRecord.id == RecordLink.raw_record_id)
            .where(
                RecordLink.unified_type == model.__tablename__,
                ours,
                RawRecord.source_id.not_in(sighted),
                model.id.not_in(alive),
            )
            .distinct()
            .order_by(model.id, RawRecord.source_id)
        )
        if model is Order:
            statement = statement.add_columns(Order.status, Order.ordered_at).where(Order.status != "cancelled")
        elif model is Transaction:
            is_cancelled = func.coalesce(Transaction.status, "") == "cancelled"
            statement = statement.add_columns(Transaction.status).where(~is_cancelled)
        else:
            statement = statement.where(model.deleted_at.is_(None))
        if model is CalendarEvent:
            statement = statement.add_columns(null(), null(), CalendarEvent.starts_on)
        found = {row[0]: Unseen(*row) for row in (await self.session.execute(statement)).all()}
        return list(found.values())

    async def oldest_sighted(self, batch_id: str, connector_id: str, object_: str) -> datetime | None:
        """When the oldest order was placed that a run has listed."""
        sighted = select(SyncSighting.source_id).where(
            SyncSighting.batch_id == batch_id, SyncSighting.object == object_
        )
        made = (
            select(RecordLink.unified_id)
            .join(RawRecord, RawRecord.id == RecordLink.raw_record_id)
            .where(
                RecordLink.unified_type == Order.__tablename__,
                RawRecord.connector_id == connector_id,
                RawRecord.object == object_,
                RawRecord.source_id.in_(sighted),
            )
        )
        return await self.session.scalar(select(func.min(Order.ordered_at)).where(Order.id.in_(made)))

    async def sold_before(
        self, customer_ids: Iterable[str], product_ids: Iterable[str], until: date, connector_id: str
    ) -> list[dict[str, Any]]:
        """Lines that any of these customers bought of any of these products up to a day, oldest first: what a
        return may refer to that a source tells of. A vendor takes back what it sold itself: another one's sale it only repeats,
        and so it does what that one gave back. A file may be of anything."""
        products = set(product_ids)
        rows: list[dict[str, Any]] = []
        is_a_file = select(Connector.type).where(Connector.id == connector_id).scalar_subquery() == "file"
        columns = (
            OrderLine.id,
            OrderLine.order_id,
            OrderLine.product_id,
            OrderLine.ordered_on,
            OrderLine.quantity_e6,
            OrderLine.unit_price_micros,
            OrderLine.net_micros,
            OrderLine.cost_micros,
            Order.customer_id,
        )
        for part in parts(set(customer_ids)):
            for some in parts(products):
                statement = (
                    select(*columns)
                    .join(Order, Order.id == OrderLine.order_id)
                    .outerjoin(IngestionBatch, IngestionBatch.id == Order.created_by_batch_id)
                    .where(
                        Order.customer_id.in_(part),
                        OrderLine.product_id.in_(some),
                        OrderLine.ordered_on <= until,
                        or_(is_a_file, IngestionBatch.connector_id == connector_id),
                    )
                    .order_by(OrderLine.ordered_on, OrderLine.id)
                )
                rows.extend(dict(row) for row in (await self.session.execute(statement)).mappings())
        return rows

    # ── changes of unified rows ──────────────────────────────────────────────────────────────────────────

    async def change_rows(self, model: type[Any], changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Sets columns of many rows by id, a few statements for all of them."""
        by_columns: dict[tuple[str, ...], list[str]] = {}
        for id_, values in changes.items():
            by_columns.setdefault(tuple(sorted(values)), []).append(id_)
        for names, ids in by_columns.items():
            for part in parts(ids, _UPDATES_AT_ONCE):
                assigned = {
                    name: case(
                        *((model.id == id_, _typed(model, name, changes[id_][name])) for id_ in part),
                        else_=getattr(model, name),
                    )
                    for name in names
                }
                await self.session.execute(
                    update(model)
                    .where(model.id.in_(part))
                    .values(**assigned)
                    .execution_options(synchronize_session=False)
                )

    async def delete_rows(self, model: type[Any], ids: Iterable[str]) -> None:
        for part in parts(list(ids)):
            await self.session.execute(
                delete(model).where(model.id.in_(part)).execution_options(synchronize_session=False)
            )

    async def snapshot(self, model: type[Any], ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Whole rows by id, as JSON can keep them (see BatchChange)."""
        names = [column.key for column in model.__table__.columns]
        rows = await self.find(model.id, ids, [getattr(model, name) for name in names])
        return {row["id"]: {name: _plain(value) for name, value in row.items()} for row in rows}

    async def changes_of(self, batch_id: str, after: str | None, limit: int) -> list[BatchChange]:
        """A batch's recorded changes in the order they were made, a piece at a time."""
        statement = select(BatchChange).where(BatchChange.batch_id == batch_id).order_by(BatchChange.id).limit(limit)
        return list(await self.session.scalars(statement.where(BatchChange.id > after) if after else statement))

    async def drop_removals(self, batch_id: str, ids: Iterable[str]) -> None:
        """Rows that a batch was to take out are to stay."""
        for part in parts(ids):
            changes = select(BatchChange).where(BatchChange.batch_id == batch_id, BatchChange.unified_id.in_(part))
            removals = [change.id for change in await self.session.scalars(changes) if not change.after]
            await self.delete_rows(BatchChange, removals)

    async def current_values(
        self, model: type[Any], ids: Iterable[str], names: Sequence[str]
    ) -> dict[str, dict[str, Any]]:
        """id → the named columns as JSON can keep them."""
        rows = await self.find(model.id, ids, [model.id, *(getattr(model, name) for name in names)])
        return {row["id"]: {name: _plain(row[name]) for name in names} for row in rows}

    async def pass_on(self, batch_id: str, values: Mapping[str, Mapping[str, tuple[Any, Any]]]) -> None:
        """Row → column → (what a batch made of it, what was there before): the next batch that changed it from the one is
        said to have changed it from the other."""
        for part in parts(values):
            statement = (
                select(BatchChange)
                .where(BatchChange.unified_id.in_(part), BatchChange.batch_id != batch_id)
                .order_by(BatchChange.id)
            )
            left = {id_: dict(values[id_]) for id_ in part}
            for change in await self.session.scalars(statement):
                for name, (made, before) in list(left[change.unified_id].items()):
                    if name in change.after and change.before.get(name) == made:
                        change.before = {**change.before, name: before}
                        del left[change.unified_id][name]

    async def put_back(self, model: type[Any], snapshots: Sequence[Mapping[str, Any]]) -> None:
        """Inserts rows again that `snapshot` kept."""
        rows = [
            {
                name: stored_value(model, name, value)
                for name, value in row.items()
                if name not in ("tenant_id", "created_at", "updated_at")
            }
            for row in snapshots
        ]
        await self.session.bulk_insert(model, rows)

    # ── undoing ──────────────────────────────────────────────────────────────────────────────────────────

    async def built_upon(self, batch_id: str) -> str | None:
        """A committed batch whose rows or changes rest on sales or figures that this batch wrote; None where no
        batch does. Customers and products do not count: they can pass to another batch."""
        visible = select(IngestionBatch.id).where(
            IngestionBatch.status.in_(VISIBLE_BATCH_STATES), IngestionBatch.id != batch_id
        )
        mine = select(IngestionBatch.committed_at).where(IngestionBatch.id == batch_id).scalar_subquery()
        later = visible.where(IngestionBatch.committed_at >= mine)
        for child, parent_id, parent in (
            (OrderLine, OrderLine.order_id, Order),
            (Refund, Refund.order_id, Order),
            (Refund, Refund.order_line_id, OrderLine),
        ):
            own = select(parent.id).where(parent.created_by_batch_id == batch_id)
            statement = (
                select(child.created_by_batch_id)
                .where(parent_id.in_(own), child.created_by_batch_id.in_(visible))
                .limit(1)
            )
            if (found := await self.session.scalar(statement)) is not None:
                return found
        facts: tuple[type[Any], ...] = (Order, OrderLine, Refund, MetricObservation, StockLevel)
        for model in facts:
            own = select(model.id).where(model.created_by_batch_id == batch_id)
            touched = select(BatchChange.unified_id).where(
                BatchChange.batch_id == batch_id, BatchChange.unified_type == model.__tablename__
            )
            statement = (
                select(BatchChange.batch_id)
                .where(
                    BatchChange.unified_type == model.__tablename__,
                    BatchChange.batch_id.in_(later),
                    or_(BatchChange.unified_id.in_(own), BatchChange.unified_id.in_(touched)),
                )
                .limit(1)
            )
            if (found := await self.session.scalar(statement)) is not None:
                return found
        return None

    async def hand_over(self, batch_id: str) -> None:
        """Gives customers, products and places that other committed batches use to those batches."""
        others = select(IngestionBatch.id).where(
            IngestionBatch.status.in_(VISIBLE_BATCH_STATES), IngestionBatch.id != batch_id
        )
        heirs = list(await self.session.scalars(others.order_by(IngestionBatch.id)))
        for model, users in SHARED:
            for heir in heirs:
                claims = [
                    select(BatchChange.unified_id).where(
                        BatchChange.batch_id == heir, BatchChange.unified_type == model.__tablename__
                    ),
                    *(select(user).where(user.is_not(None), user.class_.created_by_batch_id == heir) for user in users),
                ]
                for claim in claims:
                    await self.session.execute(
                        update(model)
                        .where(model.created_by_batch_id == batch_id, model.id.in_(claim))
                        .values(created_by_batch_id=heir)
                        .execution_options(synchronize_session=False)
                    )

    async def purge(self, batch_id: str, limit: int) -> int:
        """Deletes up to `limit` of an unfinished batch's rows, those first on which nothing rests. 0 when none is
        left; its links, raw records, changes and rejects go with the rest."""
        columns: list[tuple[type[Any], InstrumentedAttribute[Any]]] = [(RecordLink, RecordLink.batch_id)]
        columns += [(model, model.created_by_batch_id) for model in UNIFIED.values() if issubclass(model, Ingested)]
        columns += [(RawRecord, RawRecord.batch_id), (BatchChange, BatchChange.batch_id)]
        columns += [(SyncSighting, SyncSighting.batch_id)]
        for model, column in columns:
            ids = list(await self.session.scalars(select(model.id).where(column == batch_id).limit(limit)))
            if ids:
                if model is Order:
                    await self._part_payments(ids)
                await self.delete_rows(model, ids)
                return len(ids)
        return 0

    async def _part_payments(self, order_ids: Iterable[str]) -> None:
        """Payments of other batches were found to pay these orders: they stay, and pay nothing that is known."""
        for part in parts(order_ids):
            await self.session.execute(
                update(Transaction)
                .where(Transaction.order_id.in_(part))
                .values(order_id=None)
                .execution_options(synchronize_session=False)
            )

    async def drop_rejects(self, batch_id: str) -> None:
        await self.session.execute(
            delete(ImportReject).where(ImportReject.batch_id == batch_id).execution_options(synchronize_session=False)
        )

    # ── rejects ──────────────────────────────────────────────────────────────────────────────────────────

    async def rejects(self, batch_id: str, after: tuple[int, str] | None, limit: int) -> list[ImportReject]:
        """Rejected rows in the order of the file, a piece at a time; `after` is the last (position, id) seen."""
        statement = select(ImportReject).where(ImportReject.batch_id == batch_id)
        if after is not None:
            position, id_ = after
            statement = statement.where(
                or_(ImportReject.position > position, (ImportReject.position == position) & (ImportReject.id > id_))
            )
        return list(await self.session.scalars(statement.order_by(ImportReject.position, ImportReject.id).limit(limit)))


_LOCKED: Final = prepared(select(IngestionBatch).where(IngestionBatch.id == bindparam("id")).with_for_update())
_CURSOR: Final = prepared(
    select(SyncCursor).where(SyncCursor.connector_id == bindparam("connector"), SyncCursor.object == bindparam("kind"))
)
_VERSIONS: Final = prepared(
    select(RawRecord.source_id, RawRecord.id, RawRecord.version_hash)
    .where(
        RawRecord.connector_id == bindparam("connector"),
        RawRecord.object == bindparam("kind"),
        one_of(RawRecord.source_id, "source_ids"),
    )
    .order_by(RawRecord.received_at, RawRecord.id)
)


@lru_cache(maxsize=256)
def _finding(column: InstrumentedAttribute[Any], *columns: InstrumentedAttribute[Any]) -> Executable:
    return prepared(select(*columns).where(one_of(column, "values")))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def stored_value(model: type[Any], name: str, value: Any) -> Any:
    """A value as the column takes it: dates come back from JSON as text."""
    if isinstance(value, str):
        kind = model.__table__.c[name].type.python_type
        if kind in (datetime, date):
            return kind.fromisoformat(value)
    return value


def _typed(model: type[Any], name: str, value: Any) -> Any:
    """A bound value with its column's type: in CASE a bare None would have none."""
    return literal(stored_value(model, name, value), model.__table__.c[name].type)


def brought_something() -> ColumnElement[bool]:
    """Whether a batch asked its source for something, and did not make rows anew from the raw records that are there."""
    return IngestionBatch.profile["renormalised"].as_boolean().is_not(True)
