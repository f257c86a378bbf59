"""Syncs: a vendor's objects, page by page, into one batch that becomes visible at its end.

A page, or several that came at once, the rows they made and the address of the next page are written in one transaction:
after a crash the run goes on with the page after the last that is in, and reads none of those twice. What a run asks for next time is settled only with
the flip, so that a run that fails is as if it had not been.
"""

from datetime import datetime, timedelta
from typing import Final

from storage.database import Database
from storage.kernel.actor import Actor, Permission
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.ingestion import Connector, IngestionBatch
from storage.repositories.base import PageRequest
from storage.uow import ReadUnitOfWork
from tools.ingestion.batches import Batches
from tools.ingestion.mapping.rosetta import mapping_of
from tools.sync.notes import RunNotes
from tools.sync.reading import ListReader, Progress
from tools.sync.run import Opener, prepare, resources_of
from tools.sync.schemas import ListRunsRequest, RunList, SyncRun
from tools.sync.writing import PageWriter

_ACTIVE: Final = "active"


async def _silent(_done: float, _message: str) -> None:
    """Progress that nobody watches."""


class SyncService:
    """The use cases of syncs. One per process; `batches` is shared with whatever else writes them."""

    def __init__(self, database: Database, batches: Batches, opener: Opener) -> None:
        self._database = database
        self._batches = batches
        self._open = opener
        self._reader = ListReader(database, PageWriter(database, batches))

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
                run = await prepare(self._database, actor, connector, batch, opened)
                await self._reader.read_all(run, opened, progress)
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
            require_connected(connector)
            if connector.erased_at is not None and await uow.erasing.batches_of(connector_id):
                raise CopilotError(
                    ErrorKind.CONFLICT,
                    f"What {connector.name} brought in before is being erased.",
                    hint="Wait for it to end.",
                    retry_after=10,
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
        limits = [r.since.expires_days for r in resources_of(connector).resources if r.since is not None]
        shortest = min((days for days in limits if days is not None), default=None)
        return shortest is not None and now - connector.last_sync_at >= timedelta(days=shortest)

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
            connector.erased_at = None  # what it holds from here on is to stay
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


def require_connected(connector: Connector) -> None:
    """Raises CONFLICT for a connection that its owner has to renew before anything can be read."""
    if connector.status != _ACTIVE:
        raise CopilotError(
            ErrorKind.CONFLICT, f"{connector.name} is not connected.", hint=f"Connect {connector.name} again."
        )


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
