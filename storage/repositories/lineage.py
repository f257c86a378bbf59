"""Where a unified row comes from: the raw records it was made from, their versions, and what batches changed in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, func, or_, select

from storage.models.commerce import Customer, Order, OrderLine, Product
from storage.models.ingestion import (
    VISIBLE_BATCH_STATES,
    BatchChange,
    Connector,
    IngestionBatch,
    RawRecord,
    RecordLink,
)
from storage.models.intelligence import BusinessEvent
from storage.models.relations import Contact
from storage.repositories.base import Repository
from storage.repositories.ingestion import UNIFIED, brought_something

_LABELS: Final[dict[str, tuple[str, ...]]] = {
    Customer.__tablename__: ("name", "company", "contact_name", "email", "phone"),
    Contact.__tablename__: ("name", "email", "phone"),
    Order.__tablename__: ("number",),
    Product.__tablename__: ("title", "sku"),
}
"""By which columns people name the rows of a table."""


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """A raw record that made or changed a row, with its source and the batch that it came in with."""

    raw: RawRecord
    connector: Connector
    batch: IngestionBatch
    mapping_version: int | None
    """Of the vendor's mapping that the row was made by last; None of files."""


@dataclass(frozen=True, slots=True)
class RecordVersion:
    """One version of a source's object. `number` counts them from 1, the oldest."""

    id: str
    number: int
    of: int
    version_hash: str
    received_at: datetime
    batch_id: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one committed batch changed in a row that was there before it."""

    batch: IngestionBatch
    source: str | None
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ObjectVolume:
    """Raw records of one kind of a source: how many, and when the newest came."""

    connector_id: str
    object: str
    records: int
    newest: datetime | None


class LineageRepository(Repository):
    """Reads of one tenant. Records of batches that are not committed are not told of."""

    async def row(self, table: str, id_: str) -> dict[str, Any] | None:
        """A unified row by column; None where the tenant has none of that id."""
        model: Any = UNIFIED[table]
        names = [column.key for column in model.__table__.columns]
        statement = select(*(getattr(model, name) for name in names)).where(model.id == id_)
        found = (await self.session.execute(statement)).first()
        return dict(zip(names, found, strict=True)) if found is not None else None

    async def named(self, table: str, words: str, limit: int) -> list[tuple[str, str]]:
        """Rows that people call so, exactly or in part: (id, name), exact names first."""
        model: Any = UNIFIED[table]
        columns = [getattr(model, name) for name in _LABELS[table]]
        exact = or_(*(func.lower(column) == words.lower() for column in columns))
        partly = or_(*(column.icontains(words, autoescape=True) for column in columns))
        # Who was merged is found as the one who stands for her.
        found_as = func.coalesce(model.merged_into_id, model.id) if model in (Customer, Product) else model.id
        for condition in (exact, partly):
            statement = select(found_as, func.coalesce(*columns, "")).where(condition).order_by(model.id).limit(limit)
            if found := {str(id_): str(name) for id_, name in (await self.session.execute(statement)).all()}:
                return list(found.items())
        return []

    async def records_of(self, table: str, id_: str, limit: int) -> list[LinkedRecord]:
        """The raw records of a row, the newest first, each once. Those of an order's lines are among the order's own: of a
        file each row tells a part of it. What stands for several has the records of them all."""
        model: Any = UNIFIED[table]
        own = and_(RecordLink.unified_type == table, RecordLink.unified_id == id_)
        if table == Order.__tablename__:
            lines = select(OrderLine.id).where(OrderLine.order_id == id_)
            own = or_(own, and_(RecordLink.unified_type == OrderLine.__tablename__, RecordLink.unified_id.in_(lines)))
        if table in (Customer.__tablename__, Product.__tablename__):
            members = select(model.id).where(model.merged_into_id == id_)
            own = and_(
                RecordLink.unified_type == table, or_(RecordLink.unified_id == id_, RecordLink.unified_id.in_(members))
            )
        linked = select(RecordLink.raw_record_id).where(own, RecordLink.batch_id.in_(_visible()))
        version = select(func.max(RecordLink.mapping_version)).where(
            own, RecordLink.raw_record_id == RawRecord.id, RecordLink.batch_id.in_(_visible())
        )
        statement = (
            select(RawRecord, Connector, IngestionBatch, version.correlate(RawRecord).scalar_subquery())
            .join(Connector, Connector.id == RawRecord.connector_id)
            .join(IngestionBatch, IngestionBatch.id == RawRecord.batch_id)
            .where(RawRecord.id.in_(linked), IngestionBatch.status.in_(VISIBLE_BATCH_STATES))
            .order_by(RawRecord.received_at.desc(), RawRecord.id.desc())
            .limit(limit)
        )
        return [LinkedRecord(*row) for row in (await self.session.execute(statement)).all()]

    async def versions_of(self, records: Sequence[RawRecord]) -> dict[tuple[str, str, str], list[RecordVersion]]:
        """(source, object, the source's id) → all versions of it, the newest first, also those that changed nothing."""
        wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
        for raw in records:
            wanted[raw.connector_id, raw.object].add(raw.source_id)
        found: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
        for (connector_id, object_), source_ids in wanted.items():
            statement = (
                select(
                    RawRecord.source_id,
                    RawRecord.id,
                    RawRecord.version_hash,
                    RawRecord.received_at,
                    RawRecord.batch_id,
                )
                .where(
                    RawRecord.connector_id == connector_id,
                    RawRecord.object == object_,
                    RawRecord.source_id.in_(source_ids),
                    RawRecord.batch_id.in_(_visible()),
                )
                .order_by(RawRecord.received_at, RawRecord.id)
            )
            for source_id, *rest in (await self.session.execute(statement)).all():
                found[connector_id, object_, source_id].append(rest)
        return {
            key: [
                RecordVersion(id_, number, len(rows), version, at, batch)
                for number, (id_, version, at, batch) in reversed(list(enumerate(rows, 1)))
            ]
            for key, rows in found.items()
        }

    async def changes_of(self, table: str, id_: str, limit: int) -> list[RowChange]:
        """What committed batches changed in a row, the latest first."""
        statement = (
            select(IngestionBatch, Connector.name, BatchChange.before, BatchChange.after)
            .join(IngestionBatch, IngestionBatch.id == BatchChange.batch_id)
            .outerjoin(Connector, Connector.id == IngestionBatch.connector_id)
            .where(
                BatchChange.unified_type == table,
                BatchChange.unified_id == id_,
                IngestionBatch.status.in_(VISIBLE_BATCH_STATES),
            )
            .order_by(IngestionBatch.committed_at.desc(), BatchChange.id.desc())
            .limit(limit)
        )
        return [RowChange(*row) for row in (await self.session.execute(statement)).all()]

    # ── volumes ──────────────────────────────────────────────────────────────────────────────────────────

    async def raw_volumes(self) -> list[ObjectVolume]:
        """How many raw records there are of each kind of each source, all versions counted."""
        statement = (
            select(RawRecord.connector_id, RawRecord.object, func.count(), func.max(RawRecord.received_at))
            .where(RawRecord.batch_id.in_(_visible()))
            .group_by(RawRecord.connector_id, RawRecord.object)
            .order_by(RawRecord.connector_id, RawRecord.object)
        )
        return [ObjectVolume(*row) for row in (await self.session.execute(statement)).all()]

    async def made_volumes(self) -> list[tuple[str, str, str, int]]:
        """(source, object, unified table, links): how often raw records of a kind made or changed rows of a table."""
        statement = (
            select(RawRecord.connector_id, RawRecord.object, RecordLink.unified_type, func.count())
            .join(RawRecord, RawRecord.id == RecordLink.raw_record_id)
            .where(RecordLink.batch_id.in_(_visible()))
            .group_by(RawRecord.connector_id, RawRecord.object, RecordLink.unified_type)
            .order_by(RawRecord.connector_id, RawRecord.object, RecordLink.unified_type)
        )
        found = (await self.session.execute(statement)).all()
        return [(connector, object_, table, int(count)) for connector, object_, table, count in found]

    async def told_volumes(self, tables: Iterable[str]) -> list[tuple[str, str, int]]:
        """(source, unified table, rows that its raw records tell of), of these tables."""
        statement = (
            select(RawRecord.connector_id, RecordLink.unified_type, func.count(RecordLink.unified_id.distinct()))
            .join(RawRecord, RawRecord.id == RecordLink.raw_record_id)
            .where(RecordLink.batch_id.in_(_visible()), RecordLink.unified_type.in_(tuple(tables)))
            .group_by(RawRecord.connector_id, RecordLink.unified_type)
        )
        return [(connector, table, int(count)) for connector, table, count in await self.session.execute(statement)]

    async def event_volumes(self) -> dict[str, tuple[int, dict[str, int]]]:
        """Kind of event → how many of it were detected, and how many rows of each unified table show them."""
        detected = select(BusinessEvent.kind, BusinessEvent.evidence).where(BusinessEvent.key.is_not(None))
        counted: Counter[str] = Counter()
        shown: dict[str, Counter[str]] = defaultdict(Counter)
        for kind, evidence in await self.session.execute(detected.order_by(BusinessEvent.kind)):
            counted[kind] += 1
            shown[kind].update(one["table"] for one in evidence)
        return {kind: (count, dict(shown[kind])) for kind, count in counted.items()}

    async def row_counts(self) -> dict[str, int]:
        """Unified table → its rows."""
        found: dict[str, int] = {}
        for table, model in UNIFIED.items():
            found[table] = int(await self.session.scalar(select(func.count()).select_from(model)) or 0)
        return found

    async def runs_since(self, since: datetime) -> list[tuple[str, str, datetime, datetime | None, str | None]]:
        """(source, state, began, committed, error) of imports and syncs since a moment, the oldest first; not of runs that
        made rows anew from what was there: nothing came in with them."""
        statement = (
            select(
                IngestionBatch.connector_id,
                IngestionBatch.status,
                IngestionBatch.created_at,
                IngestionBatch.committed_at,
                IngestionBatch.error,
            )
            .where(IngestionBatch.connector_id.is_not(None), IngestionBatch.created_at >= since, brought_something())
            .order_by(IngestionBatch.created_at, IngestionBatch.id)
        )
        found = (await self.session.execute(statement)).all()
        return [(str(one), state, began, done, error) for one, state, began, done, error in found]


def _visible() -> Any:
    return select(IngestionBatch.id).where(IngestionBatch.status.in_(VISIBLE_BATCH_STATES))
