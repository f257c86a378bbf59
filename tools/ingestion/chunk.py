"""One transaction's worth of unified rows: collected first, then written in an order that foreign keys allow.

New rows are hidden until their batch is committed. What changes in rows that were there before is kept as
BatchChange and applied when the batch is; so a batch that never ends leaves no trace, and one that is undone takes
everything back.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from storage.kernel.ids import new_id
from storage.kernel.turns import in_turns
from storage.models.base import Base
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
from storage.models.ingestion import BatchChange, RawRecord, RecordLink
from storage.models.relations import CalendarEvent, Contact, Deal, Message
from storage.repositories.remaking import Scope
from storage.uow import WriteUnitOfWork
from tools.ingestion.anew import lay_over
from tools.ingestion.records import SourceRow

_REMEMBERED: Final = 40_000
"""Customers, products and places kept in memory; beyond it they are looked up again."""
_IN_THEIR_ORDER: Final[tuple[type[Base], ...]] = (
    Address,
    Customer,
    Product,
    ProductVariant,
    ProductCost,
    StockLevel,
    Order,
    OrderLine,
    Refund,
    Transaction,
    MetricObservation,
    Contact,
    Deal,
    Message,
    CalendarEvent,
)
"""What refers to others after those."""
Values = dict[str, Any]
Outcome = Literal["created", "updated"]


@dataclass(frozen=True, slots=True)
class BatchContext:
    """The batch that is being written. `object` names what the source's rows are (raw records are kept per kind);
    `today` is the tenant's day, from which an undated cost or stock holds."""

    batch_id: str
    connector_id: str
    object: str
    today: date
    mapping_version: int | None = None
    """Of a vendor's mapping."""
    anew: Scope | None = None
    """Where rows are made anew from what is stored raw: from what."""


@dataclass(slots=True)
class Known:
    """A stored row as far as it matters: `own` rows were written by this batch and may be changed in place."""

    id: str
    values: Values
    own: bool


@dataclass(slots=True)
class Written:
    """How many rows of the source made something new, changed something, or said what was known; and those that
    could not be written, each with the reason."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[tuple[SourceRow, str]] = field(default_factory=list[tuple[SourceRow, str]])
    tables: Counter[str] = field(default_factory=Counter[str])
    """Unified table → its rows that were made or changed."""

    def add(self, other: "Written") -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.refused.extend(other.refused)
        self.tables += other.tables


class Remembered:
    """Rows by key over the whole import, in bounded memory."""

    def __init__(self) -> None:
        self._rows: dict[str, Known] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def get(self, key: str) -> Known | None:
        return self._rows.get(key)

    def put(self, key: str, row: Known) -> None:
        self._rows[key] = row

    def clear(self) -> None:
        self._rows.clear()

    def make_room(self) -> None:
        """Called between chunks: within one every key stays."""
        if len(self._rows) > _REMEMBERED:
            self._rows.clear()


@dataclass(slots=True)
class Memory:
    """What the normaliser remembers from chunk to chunk of one batch."""

    customers: Remembered = field(default_factory=Remembered)
    products: Remembered = field(default_factory=Remembered)
    variants: Remembered = field(default_factory=Remembered)
    addresses: Remembered = field(default_factory=Remembered)
    places: dict[tuple[str | None, ...], str] = field(default_factory=dict[tuple["str | None", ...], str])
    """Parts of an address → its content hash."""
    connectors: dict[str, str | None] = field(default_factory=dict[str, str | None])
    """Batch → source."""
    wholes: dict[str, str] = field(default_factory=dict[str, str])
    """Customer or product → the one that stands for it and others."""
    unmade: dict[str, Values] = field(default_factory=dict[str, Values])
    """Rows that are to be made anew and were not yet → what they hold (see tools.ingestion.anew)."""
    has_changes: bool | None = None
    """Whether the batch has changed rows that were there before it; None where that is not known yet."""

    def make_room(self) -> None:
        if len(self.unmade) > _REMEMBERED:
            # What is remembered of these rows is what they are without anything being said of them.
            self.unmade.clear()
            for rows in (self.customers, self.products, self.variants, self.addresses):
                rows.clear()
        for rows in (self.customers, self.products, self.variants, self.addresses):
            rows.make_room()
        if len(self.places) > _REMEMBERED:
            self.places.clear()


class Chunk:
    """Collects the rows of one transaction, and writes them."""

    def __init__(self, uow: WriteUnitOfWork, context: BatchContext, memory: Memory) -> None:
        self.uow = uow
        self.context = context
        self.memory = memory
        self.now = uow.clock.now()
        self._new: dict[type[Base], list[Values]] = {}
        self._new_by_id: dict[str, Values] = {}
        self._links: dict[tuple[str, int], tuple[type[Base], str, SourceRow]] = {}
        self._raw: dict[int, SourceRow] = {}
        self._in_place: dict[type[Base], dict[str, Values]] = {}
        self._changes: list[Values] = []
        self._deleted: dict[type[Base], list[str]] = {}
        self._replaced: dict[type[Base], list[str]] = {}
        self._removed: dict[tuple[type[Base], str], Known] = {}
        self._restored: list[str] = []
        self.outcome: dict[int, Outcome] = {}
        """id() of a source row → "created" or "updated"; absent where nothing came of it."""

    # ── looking up ───────────────────────────────────────────────────────────────────────────────────────

    async def find(self, column: Any, values: Iterable[Any], columns: Sequence[Any]) -> list[Values]:
        """As IngestionRepository.find, of rows as the batch has left them so far: what it has taken out is not among them,
        and comes back with `make`."""
        model = column.class_
        rows = await self.uow.ingestion.find(column, values, columns)
        if self.context.anew is not None:
            await lay_over(self.uow, self.context.anew, model, rows, self.memory.unmade)
        earlier = {row["id"]: row for row in rows if row["created_by_batch_id"] != self.context.batch_id}
        if not earlier or not await self._has_changes():
            return rows
        pending = await self.uow.remaking.pending(self.context.batch_id, model, earlier)
        for id_, changed in pending.after.items():
            if self.context.anew is None:
                earlier[id_].update({name: value for name, value in changed.items() if name in earlier[id_]})
            if id_ in pending.removed and (key := earlier[id_].get("source_key")) is not None:
                self._removed[model, key] = Known(id_, earlier[id_], own=False)
        return [row for row in rows if row["id"] not in pending.removed]

    async def _has_changes(self) -> bool:
        if self.memory.has_changes is None:
            self.memory.has_changes = bool(await self.uow.ingestion.changes_of(self.context.batch_id, None, 1))
        return self.memory.has_changes

    # ── collecting ───────────────────────────────────────────────────────────────────────────────────────

    def add(self, model: type[Base], values: Values, source: SourceRow, outcome: Outcome | None = "created") -> str:
        """A new row, hidden until the batch is committed. Returns its id. `outcome` is what this makes of the source
        row; None where the new row is only a thing that the source row's own subject refers to."""
        id_ = new_id()
        values["id"] = id_
        values["created_by_batch_id"] = self.context.batch_id
        self._new.setdefault(model, []).append(values)
        self._new_by_id[id_] = values
        self._link(model, id_, source)
        if outcome is not None:
            self.note(source, outcome)
        return id_

    def make(self, model: type[Base], values: Values, source: SourceRow) -> Known:
        """A new row with a `source_key`; where the batch has taken out the row of that key, that one again."""
        gone = self._removed.pop((model, values["source_key"]), None)
        if gone is None:
            return Known(self.add(model, values, source), values, own=True)
        for taken in (self._deleted, self._replaced):
            if gone.id in taken.get(model, ()):
                taken[model].remove(gone.id)
        if not gone.own:
            self._restored.append(gone.id)
        self.change(
            model, gone, {name: value for name, value in values.items() if gone.values.get(name) != value}, source
        )
        return gone

    def change(self, model: type[Base], row: Known, values: Values, source: SourceRow) -> None:
        """Sets columns of a row that exists: at once where it is the batch's own, else when it is committed."""
        if (stored := self.memory.unmade.pop(row.id, None)) is not None:
            self._make_anew(model, row, values, source, stored)
            return
        if not values:
            return
        if (new := self._new_by_id.get(row.id)) is not None:
            new.update(values)
        elif row.own:
            self._in_place.setdefault(model, {}).setdefault(row.id, {}).update(values)
        else:
            before = {name: _plain(row.values.get(name)) for name in values}
            after = {name: _plain(value) for name, value in values.items()}
            self._record(model, row.id, before, after)
        self._link(model, row.id, source)
        row.values.update(values)
        self.note(source, "updated")

    def _make_anew(self, model: type[Base], row: Known, values: Values, source: SourceRow, stored: Values) -> None:
        """The first that is said of a row that is made anew: what it held besides goes."""
        row.values.update(values)
        changed = {name: row.values.get(name) for name, value in stored.items() if row.values.get(name) != value}
        if changed:
            before = {name: _plain(stored[name]) for name in changed}
            self._record(model, row.id, before, {name: _plain(value) for name, value in changed.items()})
            self.note(source, "updated")
        self._link(model, row.id, source)

    def remove(self, model: type[Base], rows: Sequence[Known]) -> None:
        """Takes rows with a `source_key` out: at once, or (kept whole, to be put back by an undo) at the commit."""
        self._removed.update({(model, row.values["source_key"]): row for row in rows})
        self._replaced.setdefault(model, []).extend(row.id for row in rows if not row.own)
        self._deleted.setdefault(model, []).extend(row.id for row in rows if row.own)

    def _link(self, model: type[Base], id_: str, source: SourceRow) -> None:
        """Says once that a row was made, or a value of it told, by a row of the source."""
        self._links[id_, id(source)] = (model, id_, source)

    def _record(self, model: type[Base], id_: str, before: Values, after: Values) -> None:
        self.memory.has_changes = True
        self._changes.append(
            {
                "batch_id": self.context.batch_id,
                "unified_type": model.__tablename__,
                "unified_id": id_,
                "before": before,
                "after": after,
            }
        )

    def keep_raw(self, source: SourceRow) -> None:
        self._raw[id(source)] = source

    def note(self, source: SourceRow, outcome: Outcome) -> None:
        """ "created" wins over "updated": a new line of a known order is new."""
        if self.outcome.get(id(source)) != "created":
            self.outcome[id(source)] = outcome

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────

    async def write(self, known_raw: dict[str, tuple[str, str]]) -> Written:
        """`known_raw`: newest stored (raw id, version) of each source id, from before this chunk."""
        raw_ids = await self._write_raw(known_raw)
        shared = {"created_by_batch_id": self.context.batch_id}
        async for model in in_turns((model for model in _IN_THEIR_ORDER if model in self._new), 1):
            await self.uow.bulk_insert(model, self._new[model], shared=shared, deferrable=True)
        for model, changes in self._in_place.items():
            await self.uow.ingestion.change_rows(model, changes)
        for model, ids in self._deleted.items():
            await self.uow.ingestion.delete_rows(model, ids)
        await self.uow.ingestion.drop_removals(self.context.batch_id, self._restored)
        for model, ids in self._replaced.items():
            for id_, before in (await self.uow.ingestion.snapshot(model, ids)).items():
                self._record(model, id_, before, {})
        await self.uow.bulk_insert(
            RecordLink,
            [
                {
                    "unified_type": model.__tablename__,
                    "unified_id": id_,
                    "raw_record_id": raw_ids[id(source)],
                }
                for model, id_, source in self._links.values()
                if id(source) in raw_ids
            ],
            shared={"batch_id": self.context.batch_id, "mapping_version": self.context.mapping_version},
            deferrable=True,
        )
        await self.uow.bulk_insert(BatchChange, self._changes, deferrable=True)
        counts = Counter(self.outcome.get(key, "unchanged") for key in self._raw)
        tables = Counter({model.__tablename__: len(rows) for model, rows in self._new.items()})
        tables += Counter(change["unified_type"] for change in self._changes)
        return Written(counts["created"], counts["updated"], counts["unchanged"], tables=tables)

    @staticmethod
    def _again(version: str, stored: list[str]) -> str:
        """The version's hash, marked where it was there before another one: what was so once is so again."""
        times = sum(version_itself(one) == version for one in stored)
        marked = f"{version}~{times}" if times else version
        stored.append(marked)
        return marked

    async def _write_raw(self, known: dict[str, tuple[str, str]]) -> dict[int, str]:
        """Stores the versions that are new; gives the raw record's id for every source row that has one."""
        ids: dict[int, str] = {}
        rows: list[Values] = []
        newer: dict[str, tuple[str, str]] = {}
        changed = {s.source_id for s in self._raw.values() if s.source_id in known}
        stored_versions = await self.uow.ingestion.versions_of(self.context.connector_id, self.context.object, changed)
        for key, source in self._raw.items():
            if source.raw_id is not None:
                ids[key] = source.raw_id
                continue
            stored = known.get(source.source_id)
            newest = newer.get(source.source_id) or stored
            if newest is not None and version_itself(newest[1]) == source.version_hash:
                ids[key] = newest[0]
                continue
            ids[key] = id_ = new_id()
            version = self._again(source.version_hash, stored_versions.setdefault(source.source_id, []))
            newer[source.source_id] = (id_, version)
            rows.append(
                {
                    "id": id_,
                    "source_id": source.source_id,
                    "version_hash": version,
                    "position": source.position,
                    "payload": source.payload,
                    "around": source.around,
                }
            )
        shared = {
            "connector_id": self.context.connector_id,
            "batch_id": self.context.batch_id,
            "object": self.context.object,
            "received_at": self.now,
        }
        await self.uow.bulk_insert(RawRecord, rows, shared=shared, deferrable=True)
        return ids


def version_itself(stored: str) -> str:
    """A version's hash without the mark of its return."""
    return stored.partition("~")[0]


def differing(row: Known, values: Values, *, fill_only: bool) -> Values:
    """The columns that a record would change: those it knows and the row does not, or (where the record has the
    say) knows otherwise."""
    changed: Values = {}
    for name, value in values.items():
        if value is None:
            continue
        known = row.values.get(name)
        if known is None or (not fill_only and known != value):
            changed[name] = value
    return changed


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
