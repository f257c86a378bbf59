"""Syncs: a vendor's objects, page by page, into one batch that becomes visible at its end.

A page, the rows it made and the address of the next page are written in one transaction: after a crash the run goes on
with the page after the last that is in, and reads none of them twice. What a run asks for next time is settled only with
the flip, so that a run that fails is as if it had not been.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from storage.database import Database
from storage.kernel.actor import Actor, Permission
from storage.kernel.clock import today
from storage.kernel.errors import CopilotError, ErrorKind, not_found
from storage.models.ingestion import Connector, ImportReject, IngestionBatch, SyncCursor
from storage.repositories.base import PageRequest
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.connectors.core.errors import VendorRejected
from tools.connectors.core.listing import (
    Client,
    EndlessError,
    Page,
    PageState,
    moment_text,
    read_page,
    read_resource,
)
from tools.connectors.core.resources import Listing, Resource, Resources, load_resources
from tools.ingestion.batches import Batches
from tools.ingestion.chunk import BatchContext, Memory, Written
from tools.ingestion.mapping.rosetta import Account, Rosetta, TakenObject, mapping_of
from tools.ingestion.normaliser import Normaliser
from tools.ingestion.records import OrderRecord, Record, SourceRow
from tools.privacy.erasure import people_of
from tools.privacy.redaction import Erased, left_of
from tools.sync.absent import mark_absent, said_to_be_there
from tools.sync.ahead import Ahead
from tools.sync.notes import RunNotes
from tools.sync.schemas import ListRunsRequest, RunList, SyncRun

_ACTIVE: Final = "active"
_NOT_OURS: Final = (403, 404)
"""Answers that say that we may not read a kind of object, or that this account has none of it."""
_MAPPED_AT_ONCE: Final = 20
"""Objects, between which others have their turn: webhooks are answered, and the chat speaks, while a sync runs."""
Progress = Callable[[float, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class OpenConnection:
    """A connection that can be spoken with. `settings` fill the templates of its resources."""

    client: Client
    settings: Mapping[str, str]


Opener = Callable[[Actor, Connector], AbstractAsyncContextManager[OpenConnection]]
"""Opens a connection's API; raises CopilotError where it cannot be used."""


async def _silent(_done: float, _message: str) -> None:
    """Progress that nobody watches."""


@dataclass(slots=True)
class _Run:
    """One run under way."""

    actor: Actor
    connector: Connector
    batch_id: str
    started_at: datetime
    full: bool
    skip_known: bool
    sells: bool
    """Whether orders made from invoices count as sales: not where a shop or a till tells of the same sales."""
    rosetta: Rosetta
    resources: Resources
    notes: RunNotes
    today: Any
    erased: Erased
    """Whom people were erased as: what the vendor still sends of them is not taken in."""
    people: tuple[str, ...]
    """Objects that tell of a person."""
    memory: Memory = field(default_factory=Memory)
    normalisers: dict[str, Normaliser] = field(default_factory=dict[str, Normaliser])

    def normaliser(self, kind: str) -> Normaliser:
        if kind not in self.normalisers:
            version = self.rosetta.mapping.version
            context = BatchContext(self.batch_id, self.connector.id, kind, self.today, version)
            self.normalisers[kind] = Normaliser(context, self.memory)
        return self.normalisers[kind]


class SyncService:
    """The use cases of syncs. One per process; `batches` is shared with whatever else writes them."""

    def __init__(self, database: Database, batches: Batches, opener: Opener) -> None:
        self._database = database
        self._batches = batches
        self._open = opener

    async def sync(
        self, actor: Actor, connector_id: str, batch_id: str, *, everything: bool = False, progress: Progress = _silent
    ) -> SyncRun:
        """Brings a connection up to date. Called again with the same `batch_id` after a crash it goes on where it
        stopped; of a finished run it only gives the report.

        Raises CopilotError: CONFLICT while another batch of the tenant is written (with `retry_after`) and where the
        owner must connect again, UNAVAILABLE where the vendor cannot be reached: nothing of the run stays then.
        """
        if not actor.may(Permission.DATA_IMPORT):
            raise CopilotError(
                ErrorKind.FORBIDDEN, "Your role may not synchronise data.", hint="Ask an owner or an analyst."
            )
        if batch_id in self._batches.running:
            raise CopilotError(ErrorKind.CONFLICT, "This sync is running already.")
        self._batches.running.add(batch_id)
        try:
            return await self._sync(actor, connector_id, batch_id, everything=everything, progress=progress)
        finally:
            self._batches.running.discard(batch_id)

    async def _sync(
        self, actor: Actor, connector_id: str, batch_id: str, *, everything: bool, progress: Progress
    ) -> SyncRun:
        await self._finish_failing(actor, batch_id)
        connector, batch = await self._claim(actor, connector_id, batch_id, everything=everything)
        if batch.status == "committed":
            return run_of(batch)
        try:
            await self._batches.sweep(actor)
            async with self._open(actor, connector) as opened:
                run = await self._prepared(actor, connector, batch, opened)
                await self._read_all(run, opened, progress)
        except Exception as error:
            await self._fail(actor, connector_id, batch_id, error)
            raise
        await progress(0.97, "making the rows visible")
        made = await self._flip(actor, connector_id, batch_id)
        await progress(1.0, f"{made.created:,} new, {made.updated:,} changed")
        return made

    async def _finish_failing(self, actor: Actor, batch_id: str) -> None:
        """Clears away what is left of this run where it was broken off while it was being taken back."""
        async with self._database.read(actor) as uow:
            known = await uow.ingestion.batch_or_none(batch_id)
        if known is not None and known.status == "undoing":
            await self._batches.purge(actor, batch_id)

    # ── beginning ────────────────────────────────────────────────────────────────────────────────────────

    async def _claim(
        self, actor: Actor, connector_id: str, batch_id: str, *, everything: bool
    ) -> tuple[Connector, IngestionBatch]:
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            connector = await uow.ingestion.connector(connector_id)
            known = await uow.ingestion.batch_or_none(batch_id)
            if known is not None and known.status == "committed":
                return connector, known
            if connector.status != _ACTIVE:
                raise CopilotError(
                    ErrorKind.CONFLICT, f"{connector.name} is not connected.", hint=f"Connect {connector.name} again."
                )
            await self._batches.take_turn(uow, batch_id)
            cursors = await uow.ingestion.sync_cursors(connector_id)
            if known is not None and known.status == "applying":
                await self._batches.tell(uow, known, "resumed")
                return connector, known
            for cursor in cursors:
                cursor.page, cursor.pending = None, None
            full = everything or not cursors or self._has_forgotten(connector, uow.clock.now())
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
            batch.profile = RunNotes({}).profile(full=full)
            if known is None:
                uow.add(batch)
            await self._batches.tell(uow, batch, "began")
        return connector, batch

    @staticmethod
    def _has_forgotten(connector: Connector, now: datetime) -> bool:
        """Whether the last run is so long ago that the vendor no longer knows what changed since."""
        if connector.last_sync_at is None:
            return True
        limits = [r.since.expires_days for r in _resources_of(connector).resources if r.since is not None]
        shortest = min((days for days in limits if days is not None), default=None)
        return shortest is not None and now - connector.last_sync_at >= timedelta(days=shortest)

    async def _prepared(
        self, actor: Actor, connector: Connector, batch: IngestionBatch, opened: OpenConnection
    ) -> _Run:
        resources = _resources_of(connector)
        told = await _account_facts(resources, opened) if resources.account_call is not None else {}
        agreed = dict(batch.mapping)
        agreed["currency"] = told.get("currency", "").upper() or agreed["currency"]
        agreed["source_timezone"] = told.get("timezone") or agreed["source_timezone"]
        async with self._database.write(actor) as uow:
            stored = await uow.ingestion.batch(batch.id)
            stored.mapping = agreed
            last = await uow.ingestion.last_committed(connector.id)
            row = await uow.ingestion.connector(connector.id)
            sells = row.config.get("invoices_are_sales")
            if sells is None:
                sells = not await uow.ingestion.has_orders_of_others(connector.id)
            row.config = {**row.config, "currency": agreed["currency"], "timezone": agreed["source_timezone"],
                          "invoices_are_sales": sells}  # fmt: skip
            day = today(uow.clock, agreed["timezone"])
            started_at = stored.created_at
            erased = Erased(uow.tenant_id, connector.id, await uow.erasing.suppressed(connector.id))
        account = Account(
            today=day,
            zone=ZoneInfo(agreed["timezone"]),
            currency=agreed["currency"],
            source_zone=agreed["source_timezone"],
            namespace=f"{connector.type}:{connector.external_key}",
        )
        return _Run(
            actor=actor,
            connector=connector,
            batch_id=batch.id,
            started_at=started_at,
            full=bool(batch.profile.get("full")),
            skip_known=last is not None and last.mapping == agreed,
            sells=bool(sells),
            rosetta=Rosetta(mapping_of(connector.type), account),
            resources=resources,
            notes=RunNotes(batch.profile),
            today=day,
            erased=erased,
            people=people_of(connector.type),
        )

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    async def _read_all(self, run: _Run, opened: OpenConnection, progress: Progress) -> None:
        try:
            await self._read(run, opened, progress)
        except _ForgottenError:
            # The vendor no longer knows what changed since: all is listed again, within the same run.
            run.full = True
            async with self._database.write(run.actor) as uow:
                for cursor in await uow.ingestion.sync_cursors(run.connector.id):
                    cursor.page, cursor.pending = None, None
            await self._read(run, opened, progress)

    async def _read(self, run: _Run, opened: OpenConnection, progress: Progress) -> None:
        resources = run.resources.resources
        for resource in resources:  # before anything is listed: what changes meanwhile is among the changes then
            await self._begun(run, resource, opened)
        for place, resource in enumerate(resources):
            async with aclosing(self._read_one(run, resource, opened)) as counts:
                async for count in counts:
                    share = 0.02 + 0.93 * (place + count / (count + 1_000)) / len(resources)
                    await progress(share, f"{run.notes.total:,} objects; now {resource.object.replace('_', ' ')}")

    async def _read_one(self, run: _Run, resource: Resource, opened: OpenConnection) -> AsyncGenerator[int]:
        """Yields how many objects of the resource are in, after each page."""
        cursor = await self._begun(run, resource, opened)
        if cursor is None:
            return
        everything = run.full or (cursor.since is None and _is_by_token(resource))
        listing = _listing(resource, full=everything)
        state, since, count = cursor.page, None if everything else cursor.since, 0
        settings = {**opened.settings, **resource.window_at(run.started_at)}
        if listing is None or state is None:
            return
        ahead = Ahead(lambda at: _page(opened.client, settings, resource, listing, at, since=since))
        async with ahead:
            ahead.ask(state)
            while state is not None:
                try:
                    page = await ahead.page()
                except VendorRejected as error:
                    # In the middle of a list it is no answer to whether we may read it: the rest would be lost.
                    if state or error.status not in (*_NOT_OURS, *resource.missing_statuses):
                        raise
                    # A key or a plan that does not cover this kind of object: the others are read all the same.
                    run.notes.refused(resource.object, error.message)
                    run.notes.unread(resource.object)
                    await self._write(run, resource, Page([], None, None))
                    await self._leave(run, resource)
                    return
                for words in page.denied:
                    run.notes.refused(resource.object, words)
                ahead.ask(page.next)
                await self._write(run, resource, page)
                count += len(page.items)
                state = page.next
                yield count

    async def _leave(self, run: _Run, resource: Resource) -> None:
        """Leaves a kind of object as if it had not been asked for: the next run asks for the same again."""
        async with self._database.write(run.actor) as uow:
            cursor = await uow.ingestion.sync_cursor(run.connector.id, resource.key)
            if cursor is not None:
                cursor.page, cursor.pending = None, None

    async def _begun(self, run: _Run, resource: Resource, opened: OpenConnection) -> SyncCursor | None:
        """The cursor of a resource, begun; None where there is nothing to do, or it is done already."""
        async with self._database.read(run.actor) as uow:
            found = {cursor.object: cursor for cursor in await uow.ingestion.sync_cursors(run.connector.id)}
        known = found.get(resource.key)
        if known is not None and known.pending is not None:
            return known if known.page is not None else None
        if not run.full and resource.once and known is not None and known.full_at is not None:
            return None
        pending, is_stale = "", not run.full and _has_moved_on(resource, known, run.started_at)
        if resource.since is not None and resource.since.by == "moment":
            pending = moment_text(run.started_at, resource.since)
        elif resource.since is not None and (run.full or is_stale or known is None or known.since is None):
            if not run.full and known is not None and resource.list is None:
                raise _ForgottenError
            if resource.since.first is not None:
                first = resource.since.first
                page = await read_page(
                    opened.client, first, {}, since=None, settings=opened.settings, kept=resource.since
                )
                pending = page.token or ""
        elif known is not None:
            pending = known.since or ""
        async with self._database.write(run.actor) as uow:
            cursor = await uow.ingestion.sync_cursor(run.connector.id, resource.key)
            if cursor is None:
                cursor = SyncCursor(connector_id=run.connector.id, object=resource.key)
                uow.add(cursor)
            cursor.pending, cursor.page = pending, {}
            if is_stale:
                cursor.since = None
            if _listing(resource, full=run.full) is None:
                cursor.page = None
        return cursor

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────

    async def _write(self, run: _Run, resource: Resource, page: Page) -> None:
        """One page with all that it makes, and where the next one is: in one transaction. With the last of a whole list
        goes what it no longer has."""
        found = reversed(page.items) if resource.newest_first else page.items
        taken: list[TakenObject] = []
        for place, one in enumerate(found):
            if place and place % _MAPPED_AT_ONCE == 0:
                await asyncio.sleep(0)
            value = left_of(one.value, run.erased, resource.object in run.people)
            taken += run.rosetta.take_all(resource.object, value, one.pointer)
        run.notes.add(taken)
        if run.resources.completes(resource.object):
            for one in taken:
                for record in one.records:
                    said_to_be_there(record)
        groups: dict[str, list[TakenObject]] = defaultdict(list)
        for one in taken:
            groups[one.object].append(one)
        async with self._database.write(run.actor, redone=True) as uow:
            batch = await self._batches.held(uow, run.batch_id)
            written = Written()
            for kind, group in groups.items():
                written.add(await self._write_kind(run, uow, kind, group))
            if run.full and resource.list is not None and run.resources.completes(resource.object):
                written.updated += await self._compare(run, uow, resource, taken, is_last=page.next is None)
            batch.created += written.created
            batch.updated += written.updated
            batch.written = dict(Counter(batch.written) + written.tables)
            batch.unchanged += written.unchanged
            batch.rejected += len(written.refused)
            batch.chunks_done += 1
            batch.profile = run.notes.profile(full=run.full)
            await uow.bulk_insert(
                ImportReject, [reject_of(run.batch_id, source, why) for source, why in written.refused]
            )
            cursor = await uow.ingestion.sync_cursor(run.connector.id, resource.key)
            if cursor is None:
                raise not_found("The sync's place")
            cursor.page = page.next
            if page.token is not None:
                cursor.pending = page.token
            await self._batches.tell(uow, batch, "went_on")

    async def _write_kind(self, run: _Run, uow: WriteUnitOfWork, kind: str, group: list[TakenObject]) -> Written:
        records: list[Record] = []
        raw: list[SourceRow] = []
        for one in group:
            own = [record for record in one.records if run.sells or not is_invoiced(record, run.rosetta, kind)]
            records += own
            if not own:
                raw.append(one.source)
        return await run.normaliser(kind).write(uow, records, skip_known=run.skip_known, only_raw=raw)

    async def _compare(
        self, run: _Run, uow: WriteUnitOfWork, resource: Resource, taken: list[TakenObject], *, is_last: bool
    ) -> int:
        """Notes what a page of a whole list has; at its end, where no list of the kind was unread, gives how much is
        marked as deleted."""
        kind = resource.object
        await uow.ingestion.sight(run.batch_id, kind, [one.source.source_id for one in taken])
        if not is_last or resource.complete is None or run.notes.is_unread(kind):
            return 0
        context = BatchContext(run.batch_id, run.connector.id, kind, run.today)
        spec = run.rosetta.mapping.objects[kind]
        marked = await mark_absent(uow, context, spec, resource, run.started_at)
        if marked is None:
            run.notes.refused(kind, "The list is empty now. Nothing was taken to be deleted.")
        return marked or 0

    # ── ending ───────────────────────────────────────────────────────────────────────────────────────────

    async def _flip(self, actor: Actor, connector_id: str, batch_id: str) -> SyncRun:
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            batch = await self._batches.held(uow, batch_id)
            await self._batches.flip(uow, batch)
            await uow.ingestion.forget_sightings(batch_id)
            full = bool(batch.profile.get("full"))
            for cursor in await uow.ingestion.sync_cursors(connector_id):
                if cursor.pending is None:
                    continue
                if full or cursor.full_at is None or cursor.since is None:
                    cursor.full_at = uow.clock.now()
                cursor.since, cursor.pending, cursor.page = cursor.pending or None, None, None
            connector = await uow.ingestion.connector(connector_id)
            connector.last_sync_at = uow.clock.now()
            if connector.mapping_version is None:
                connector.mapping_version = batch.mapping["version"]
            return run_of(batch)

    async def _fail(self, actor: Actor, connector_id: str, batch_id: str, error: Exception) -> None:
        """Nothing of the run stays; the next one asks again for what this one asked."""
        async with self._database.write(actor) as uow:
            batch = await uow.ingestion.batch_locked(batch_id)
            if batch.status != "applying":
                return  # another process has given it up, and may be running the next one
            for cursor in await uow.ingestion.sync_cursors(connector_id):
                cursor.page, cursor.pending = None, None
        await self._batches.give_up(actor, batch_id, error)
        await self._batches.purge(actor, batch_id)

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────

    async def runs(self, uow: ReadUnitOfWork, connector_id: str, request: ListRunsRequest) -> RunList:
        """A connection's runs, newest first."""
        page = await uow.ingestion.batches_of(connector_id, PageRequest(request.limit, request.cursor))
        return RunList(items=tuple(run_of(batch) for batch in page.items), next_cursor=page.next_cursor)


def _resources_of(connector: Connector) -> Resources:
    try:
        return load_resources(connector.type)
    except LookupError:
        raise CopilotError(
            ErrorKind.UNSUPPORTED, f"{connector.name} cannot be synchronised yet.", hint="Import its exports as files."
        ) from None


class _ForgottenError(Exception):
    """The vendor no longer knows what changed since the last run."""


def _listing(resource: Resource, *, full: bool) -> Listing | None:
    """The call that a run makes for a resource."""
    return resource.list if full or resource.changes is None else resource.changes


def _is_by_token(resource: Resource) -> bool:
    return resource.since is not None and resource.since.by == "token"


def _has_moved_on(resource: Resource, known: SyncCursor | None, now: datetime) -> bool:
    """Whether the window that a resource's token was begun with is too far behind."""
    if resource.window is None or known is None or known.full_at is None:
        return False
    return now - known.full_at >= timedelta(days=resource.window.renew_days)


async def _page(
    client: Client,
    settings: Mapping[str, str],
    resource: Resource,
    listing: Listing,
    state: PageState,
    *,
    since: str | None,
) -> Page:
    try:
        return await read_resource(client, resource, listing, state, since=since, settings=settings)
    except EndlessError as error:
        if since is not None:
            raise _ForgottenError from error
        raise VendorRejected(client.title, "there is more than it lets be listed") from error
    except VendorRejected as error:
        dead = resource.since.dead_statuses if resource.since is not None else ()
        if since is not None and error.status in dead:
            raise _ForgottenError from error
        raise


async def _account_facts(resources: Resources, opened: OpenConnection) -> dict[str, str]:
    """What the vendor says of the account itself: its currency, its time zone."""
    from tools.ingestion.mapping.paths import Scope, find

    assert resources.account_call is not None  # noqa: S101 - the caller looked
    page = await read_page(opened.client, resources.account_call, {}, since=None, settings=opened.settings, kept=None)
    facts: dict[str, str] = {}
    for name, path in resources.account.items():
        for one in page.items[:1]:
            found = find(Scope(one.value, one.pointer), path)[:1]
            if found:
                facts[name] = str(found[0].value)
    return facts


def is_invoiced(record: Record, rosetta: Rosetta, kind: str) -> bool:
    """Whether a record is a sale that accounting tells of."""
    return isinstance(record, OrderRecord) and rosetta.mapping.objects[kind].sales == "invoices"


def reject_of(batch_id: str, source: SourceRow, why: str) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "position": source.position or 0,
        "column": None,
        "value": None,
        "reason": why,
        "row": {"source_id": source.source_id},
    }


def run_of(batch: IngestionBatch) -> SyncRun:
    profile = batch.profile
    return SyncRun(
        id=batch.id,
        connection_id=batch.connector_id or "",
        status=batch.status,  # pyright: ignore[reportArgumentType] - the table's states are the contract's
        full=bool(profile.get("full")),
        created=batch.created,
        updated=batch.updated,
        unchanged=batch.unchanged,
        rejected=batch.rejected,
        objects=profile.get("objects", {}),
        problems=tuple(profile.get("problems", ())),
        problem_count=profile.get("problem_count", 0),
        unknown_fields=tuple(profile.get("unknown_fields", ())),
        renormalised=bool(profile.get("renormalised")),
        started_at=batch.created_at,
        finished_at=batch.committed_at,
        error=batch.error,
    )
