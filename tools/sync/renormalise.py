"""Rows made anew from what is stored raw, where a vendor's mapping has changed since they were made.

Nothing is asked of the vendor. Of each object the newest version is mapped, page by page, into one batch that becomes visible
at its end: as a sync it goes on after a crash with the page after the last that is in. What an object was before it was
deleted is mapped too, and stays deleted. Then the rows that nothing makes any more are taken out.
"""

import asyncio
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from storage.database import Database
from storage.kernel.actor import Actor, Permission
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.models.commerce import Order, Transaction
from storage.models.ingestion import BatchChange, Connector, ImportReject, IngestionBatch, RawRecord
from storage.repositories.ingestion import UNIFIED
from storage.repositories.remaking import Scope
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.connectors.core.resources import Resources, load_resources
from tools.ingestion.batches import Batches
from tools.ingestion.chunk import BatchContext, Memory, Written, version_itself
from tools.ingestion.mapping.payload import parse_payload
from tools.ingestion.mapping.rosetta import Account, Rosetta, TakenObject, mapping_of
from tools.ingestion.normaliser import Normaliser
from tools.ingestion.records import (
    CalendarEventRecord,
    CatalogueRecord,
    ContactRecord,
    CustomerFileRecord,
    DealRecord,
    MessageRecord,
    OrderRecord,
    Record,
    TransactionRecord,
)
from tools.sync.absent import is_tombstone, said_to_be_gone, said_to_be_there
from tools.sync.notes import RunNotes
from tools.sync.schemas import SyncRun
from tools.sync.service import run_of
from tools.sync.writing import reject_of

_PAGE: Final = 500
"""Objects that are read together."""
_SWEPT_AT_ONCE: Final = 1_000
_MAPPED_AT_ONCE: Final = 20
_ID_BYTES: Final = 16
Progress = Callable[[float, str], Awaitable[None]]


async def _silent(_done: float, _message: str) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """A source whose rows were made by another version of its vendor's mapping than there is now."""

    tenant_id: str
    connection_id: str
    version: int
    """There is now."""


def outdated(rows: Sequence[Connector]) -> list[Outdated]:
    """Those of these sources."""
    found: list[Outdated] = []
    for row in rows:
        try:
            version = mapping_of(row.type).version
        except CopilotError:
            continue  # its connector is no longer installed
        if row.mapping_version not in (None, version):
            found.append(Outdated(row.tenant_id, row.id, version))
    return found


@dataclass(slots=True)
class _Read:
    """A raw version, mapped. `day` is the tenant's when it was received: what has no date of its own held from then."""

    raw: RawRecord
    day: date
    taken: list[TakenObject]


@dataclass(slots=True)
class _Run:
    """One run under way."""

    actor: Actor
    connector: Connector
    scope: Scope
    account: Account
    version: int
    resources: Resources | None
    notes: RunNotes
    place: dict[str, Any]
    """Where it goes on: `object` and `after` while objects are read, `table` and `after` while rows are taken out."""
    total: int = 0
    memory: Memory = field(default_factory=Memory)
    rosettas: dict[date, Rosetta] = field(default_factory=dict[date, Rosetta])
    normalisers: dict[tuple[str, date], Normaliser] = field(default_factory=dict[tuple[str, date], Normaliser])

    def rosetta(self, day: date) -> Rosetta:
        if day not in self.rosettas:
            first = next(iter(self.rosettas.values()), None)
            made = (
                first.on(day) if first else Rosetta(mapping_of(self.connector.type), replace(self.account, today=day))
            )
            self.rosettas[day] = made
        return self.rosettas[day]

    def normaliser(self, kind: str, day: date) -> Normaliser:
        if (kind, day) not in self.normalisers:
            context = BatchContext(self.scope.batch_id, self.connector.id, kind, day, self.version, self.scope)
            self.normalisers[kind, day] = Normaliser(context, self.memory)
        return self.normalisers[kind, day]


class RenormaliseService:
    """One per process; `batches` is shared with whatever else writes them."""

    def __init__(self, database: Database, batches: Batches) -> None:
        self._database = database
        self._batches = batches

    async def renormalise(
        self,
        actor: Actor,
        connector_id: str,
        batch_id: str,
        *,
        objects: Sequence[str] = (),
        progress: Progress = _silent,
    ) -> SyncRun:
        """Makes a source's rows anew under its mapping as it is now, of all objects or of some kinds. Called again with the
        same `batch_id` after a crash it goes on where it stopped; of a finished run it only gives the report. Rows keep
        their ids where their keys stay; what an owner has decided, and what resolution has found, stays.

        Of some kinds of objects only, a row that other kinds tell of too keeps what nothing tells anew.

        Raises CopilotError: FORBIDDEN, not found, INVALID for a kind of object that is not stored, CONFLICT while another
        batch of the tenant is written (with `retry_after`). Nothing of a run that fails stays.
        """
        if not actor.may(Permission.DATA_IMPORT):
            raise CopilotError(ErrorKind.FORBIDDEN, "Your role may not do this.", hint="Ask an owner or an analyst.")
        if batch_id in self._batches.running:
            raise CopilotError(ErrorKind.CONFLICT, "This run is under way already.")
        self._batches.running.add(batch_id)
        try:
            return await self._renormalise(actor, connector_id, batch_id, tuple(objects), progress)
        finally:
            self._batches.running.discard(batch_id)

    async def _renormalise(
        self, actor: Actor, connector_id: str, batch_id: str, objects: tuple[str, ...], progress: Progress
    ) -> SyncRun:
        async with self._database.read(actor) as uow:
            known = await uow.ingestion.batch_or_none(batch_id)
        if known is not None and known.status == "undoing":
            await self._batches.purge(actor, batch_id)
        connector, batch = await self._claim(actor, connector_id, batch_id, objects)
        if batch.status == "committed":
            return run_of(batch)
        try:
            await self._batches.sweep(actor)
            run = await self._prepared(actor, connector, batch)
            await self._read_all(run, progress)
            await progress(0.9, "looking for rows that nothing makes any more")
            await self._take_out(run)
        except Exception as error:
            await self._fail(actor, batch_id, error)
            raise
        await progress(0.97, "making the rows visible")
        made = await self._flip(run)
        await progress(1.0, f"{made.created:,} new, {made.updated:,} changed")
        return made

    # ── beginning and ending ─────────────────────────────────────────────────────────────────────────────

    async def _claim(
        self, actor: Actor, connector_id: str, batch_id: str, objects: tuple[str, ...]
    ) -> tuple[Connector, IngestionBatch]:
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            connector = await uow.connections.get(connector_id)
            known = await uow.ingestion.batch_or_none(batch_id)
            if known is not None and known.status == "committed":
                return connector, known
            await self._batches.take_turn(uow, batch_id)
            if known is not None and known.status == "applying":
                await self._batches.tell(uow, known, "resumed")
                return connector, known
            stored = await uow.remaking.objects(connector_id)
            if unknown := sorted(set(objects) - stored.keys()):
                kinds = ", ".join(stored) or "nothing"
                raise invalid(f"No {unknown[0][:60]} of {connector.name} is stored.", hint=f"Stored are {kinds}.")
            batch = known or IngestionBatch(id=batch_id, connector_id=connector_id, status="applying")
            batch.status, batch.error, batch.chunks_done = "applying", None, 0
            batch.created = batch.updated = batch.unchanged = batch.rejected = 0
            batch.written = {}
            tenant = await uow.tenants.current()
            batch.mapping = {
                "vendor": connector.type,
                "version": mapping_of(connector.type).version,
                "currency": connector.config.get("currency") or tenant.currency,
                "timezone": tenant.timezone,
                "source_timezone": connector.config.get("timezone"),
            }
            batch.profile = _profile(RunNotes({}), objects, {})
            if known is None:
                uow.add(batch)
            await self._batches.tell(uow, batch, "began")
        return connector, batch

    async def _prepared(self, actor: Actor, connector: Connector, batch: IngestionBatch) -> _Run:
        agreed, objects = batch.mapping, tuple(batch.profile["only"])
        if agreed["version"] != mapping_of(connector.type).version:
            raise CopilotError(ErrorKind.CONFLICT, "The mapping has changed again since this run was begun.")
        async with self._database.read(actor) as uow:
            stored = await uow.remaking.objects(connector.id)
        try:
            resources = load_resources(connector.type)
        except LookupError:
            resources = None
        zone = ZoneInfo(agreed["timezone"])
        account = Account(
            today=self._database.clock.now().astimezone(zone).date(),
            zone=zone,
            currency=agreed["currency"],
            source_zone=agreed["source_timezone"],
            namespace=f"{connector.type}:{connector.external_key}",
        )
        return _Run(
            actor=actor,
            connector=connector,
            scope=Scope(batch.id, connector.id, frozenset(objects) or None),
            account=account,
            version=agreed["version"],
            resources=resources,
            notes=RunNotes(batch.profile),
            place=dict(batch.profile["place"]),
            total=sum(count for name, count in stored.items() if not objects or name in objects),
        )

    async def _flip(self, run: _Run) -> SyncRun:
        async with self._database.write(run.actor) as uow:
            await uow.tenants.lock()
            batch = await self._batches.held(uow, run.scope.batch_id)
            await self._batches.flip(uow, batch)
            connector = await uow.ingestion.connector(run.connector.id)
            if run.scope.objects is None:
                connector.mapping_version = run.version
            return run_of(batch)

    async def _fail(self, actor: Actor, batch_id: str, error: Exception) -> None:
        async with self._database.write(actor) as uow:
            batch = await uow.ingestion.batch_locked(batch_id)
            if batch.status != "applying":
                return  # another process has given it up, and may be running the next one
        await self._batches.give_up(actor, batch_id, error)
        await self._batches.purge(actor, batch_id)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    async def _read_all(self, run: _Run, progress: Progress) -> None:
        if "table" in run.place:
            return
        async with self._database.read(run.actor) as uow:
            names = _in_order(run, await uow.remaking.objects(run.connector.id))
        begun = run.place.get("object")
        for name in names[names.index(begun) if begun in names else 0 :]:
            after = run.place.get("after") if name == begun else None
            async for done in self._read_object(run, name, after):
                share = 0.02 + 0.86 * done / max(run.total, 1)
                await progress(share, f"{done:,} of {run.total:,} stored objects; now {name.replace('_', ' ')}")

    async def _read_object(self, run: _Run, name: str, after: str | None) -> AsyncIterator[int]:
        async with self._database.read(run.actor) as uow:
            newest = await uow.remaking.newest(run.connector.id, name)
        begun = bisect_right(newest, UUID(after).bytes, key=lambda one: one[:_ID_BYTES]) if after is not None else 0
        for start in range(begun, len(newest), _PAGE):
            page = newest[start : start + _PAGE]
            ids = [str(UUID(bytes=one[_ID_BYTES:])) for one in page]
            async with self._database.read(run.actor) as uow:
                read = await self._read_page(run, uow, ids)
            done = run.place.get("done", 0) + len(ids)
            run.place = {"object": name, "after": str(UUID(bytes=page[-1][:_ID_BYTES])), "done": done}
            await self._write(run, read)
            yield done

    async def _read_page(self, run: _Run, uow: ReadUnitOfWork, ids: Sequence[str]) -> list[_Read]:
        """The objects of a page, each as its newest version says; of a deleted one before that as it was."""
        newest = await uow.remaking.raw(ids)
        read: list[_Read] = []
        for place, id_ in enumerate(ids):
            if place % _MAPPED_AT_ONCE == 0:
                await asyncio.sleep(0)
            raw = newest[id_]
            payload = parse_payload(raw.payload)
            last = self._taken(run, raw, payload) if not is_tombstone(payload) else None
            if (last is None or _says_gone(last)) and (before := await self._last_alive(run, uow, raw)) is not None:
                _mark_gone(run, before)
                read.append(before)
            if last is not None:
                read.append(last)
        return read

    async def _last_alive(self, run: _Run, uow: ReadUnitOfWork, newest: RawRecord) -> _Read | None:
        """The newest version of an object before the newest one that says more than that the object is gone."""
        for id_ in await uow.remaking.before(newest):
            raw = (await uow.remaking.raw([id_]))[id_]
            payload = parse_payload(raw.payload)
            if not is_tombstone(payload) and not _says_gone(taken := self._taken(run, raw, payload)):
                return taken
        return None

    def _taken(self, run: _Run, raw: RawRecord, payload: Any) -> _Read:
        day = raw.received_at.astimezone(run.account.zone).date()
        rosetta, version = run.rosetta(day), version_itself(raw.version_hash)
        if raw.object not in rosetta.mapping.objects:
            return _Read(raw, day, [])
        around = parse_payload(raw.around) if raw.around is not None else None
        taken = rosetta.take_again(raw.object, payload, around)
        for one in taken:
            if one.object != raw.object:
                continue  # what wraps it was kept as it came: it is an object of its own now
            # Kept before what an event said of its object was: all that is left of that is another hash.
            is_told = raw.around is None and raw.redacted_at is None and one.source.version_hash != version
            one.source.source_id, one.source.version_hash, one.source.raw_id = raw.source_id, version, raw.id
            if is_told:
                for record in one.records:
                    said_to_be_gone(record, is_of_shop=rosetta.mapping.objects[one.object].sales == "shop")
        if run.resources is not None and run.resources.completes(raw.object):
            for one in taken:
                for record in one.records:
                    said_to_be_there(record)
        return _Read(raw, day, taken)

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────

    async def _write(self, run: _Run, read: Sequence[_Read]) -> None:
        """One page with all that it makes, and where the next one is: in one transaction."""
        groups: dict[tuple[str, date], list[TakenObject]] = defaultdict(list)
        for one in read:
            run.notes.add(one.taken)
            for taken in one.taken:
                groups[taken.object, one.day].append(taken)
        async with self._database.write(run.actor, redone=True) as uow:
            batch = await self._batches.held(uow, run.scope.batch_id)
            written = Written()
            for (kind, day), group in groups.items():
                records = [record for taken in group for record in taken.records]
                raw = [taken.source for taken in group if not taken.records]
                written.add(await run.normaliser(kind, day).write(uow, records, skip_known=False, only_raw=raw))
            batch.created += written.created
            batch.updated += written.updated
            batch.written = dict(Counter(batch.written) + written.tables)
            batch.unchanged += written.unchanged
            batch.rejected += len(written.refused)
            batch.chunks_done += 1
            batch.profile = _profile(run.notes, tuple(batch.profile["only"]), run.place)
            rejects = [reject_of(run.scope.batch_id, source, why) for source, why in written.refused]
            await uow.bulk_insert(ImportReject, rejects)
            await self._batches.tell(uow, batch, "went_on")

    # ── what nothing makes any more ──────────────────────────────────────────────────────────────────────

    async def _take_out(self, run: _Run) -> None:
        names = list(UNIFIED)
        begun = run.place.get("table", names[0])
        for name in names[names.index(begun) :]:
            after: str | None = run.place.get("after", "") if run.place.get("table") == name else ""
            while after is not None:
                async with self._database.write(run.actor, redone=True) as uow:
                    batch = await self._batches.held(uow, run.scope.batch_id)
                    with uow.including_batch(run.scope.batch_id):
                        after, removed = await self._take_out_some(run, uow, name, after)
                    if after is not None:
                        run.place = {**run.place, "table": name, "after": after}
                        batch.profile = _profile(run.notes, tuple(batch.profile["only"]), run.place)
                        batch.written = dict(Counter(batch.written) + Counter({name: removed}))

    async def _take_out_some(self, run: _Run, uow: WriteUnitOfWork, name: str, after: str) -> tuple[str | None, int]:
        """Notes the next rows of a table that are to go; gives the last that was looked at, None at the end."""
        model: Any = UNIFIED[name]
        ids = await uow.remaking.linked_after(name, after, _SWEPT_AT_ONCE)
        if not ids:
            return None, 0
        links = await uow.remaking.links(run.scope, name, ids)
        unmade = [id_ for id_, one in links.items() if one.in_scope and not one.by_batch and not one.by_others]
        pending = await uow.remaking.pending(run.scope.batch_id, model, unmade)
        left = [id_ for id_ in unmade if id_ not in pending.removed]
        left = sorted(await uow.remaking.existing(model, left))
        kept = await uow.remaking.still_used(run.scope, model, left) | await uow.remaking.is_history(
            run.scope, model, left
        )
        gone = [id_ for id_ in left if id_ not in kept]
        snapshots = await uow.ingestion.snapshot(model, gone)
        changes = [_change(run, name, id_, before, {}) for id_, before in snapshots.items()]
        if model is Order:
            payments = (await uow.remaking.payments_of(run.scope, gone)).items()
            changes += [
                _change(run, Transaction.__tablename__, id_, {"order_id": order_id}, {"order_id": None})
                for id_, order_id in payments
            ]
        await uow.bulk_insert(BatchChange, changes)
        return ids[-1], len(snapshots)


def _change(run: _Run, table: str, id_: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        "batch_id": run.scope.batch_id,
        "unified_type": table,
        "unified_id": id_,
        "before": before,
        "after": after,
    }


def _profile(notes: RunNotes, objects: tuple[str, ...], place: dict[str, Any]) -> dict[str, Any]:
    return {**notes.profile(full=False), "renormalised": True, "only": list(objects), "place": place}


def _in_order(run: _Run, stored: dict[str, int]) -> list[str]:
    """Kinds of objects as a sync asks for them: people and goods before what refers to them; others after them."""
    first = [one.object for one in run.resources.resources] if run.resources is not None else []
    names = [name for name in dict.fromkeys((*first, *stored)) if name in stored]
    return [name for name in names if run.scope.objects is None or name in run.scope.objects]


def _says_gone(read: _Read) -> bool:
    """Whether a version says of all that it makes that it is deleted or cancelled: some vendors say little else then."""
    records = [record for taken in read.taken for record in taken.records]
    return bool(records) and all(_is_gone(record) for record in records)


def _is_gone(record: Record) -> bool:
    match record:
        case OrderRecord() | TransactionRecord():
            return record.status == "cancelled"
        case CustomerFileRecord():
            return bool(record.customer.deleted)
        case CatalogueRecord():
            return bool(record.product.deleted)
        case ContactRecord() | DealRecord() | MessageRecord() | CalendarEventRecord():
            return bool(record.deleted)
        case _:
            return False


def _mark_gone(run: _Run, read: _Read) -> None:
    for taken in read.taken:
        is_of_shop = mapping_of(run.connector.type).objects[taken.object].sales == "shop"
        for record in taken.records:
            said_to_be_gone(record, is_of_shop=is_of_shop)
