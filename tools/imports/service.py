"""Imports of files: profiled, mapped, committed in one flip, undone as a whole."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Generator
from functools import partial
from pathlib import Path
from typing import Final

from storage.database import Database
from storage.kernel.actor import Actor, Permission, Role, Surface
from storage.kernel.clock import today
from storage.kernel.errors import CopilotError, ErrorKind, not_found
from storage.kernel.ids import new_id
from storage.models.identity import Tenant
from storage.models.ingestion import Connector, ImportReject, IngestionBatch
from storage.repositories.base import PageRequest
from storage.scope import SystemPurpose
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.connectors.files.source import rows
from tools.connectors.files.table import FileShape
from tools.imports.ahead import ReadAhead
from tools.imports.files import FileStore
from tools.imports.forgotten import Forgotten
from tools.imports.profiling import (
    Preview,
    Read,
    TenantWays,
    check_mapping,
    column_views,
    field_choices,
    preview,
    problems_of,
    propose,
    questions_of,
    read_file,
)
from tools.imports.rejects import reject_header, reject_line, reject_values
from tools.imports.schemas import (
    FileProfile,
    ImportList,
    ImportReport,
    ListImportsRequest,
    ListSourcesRequest,
    PreviewTable,
    ProfileProblem,
    SourceList,
    SourceView,
    UndoImportRequest,
)
from tools.imports.sources import find_source, remember, source_key, source_name
from tools.ingestion.batches import Batches
from tools.ingestion.catalogue import Catalogue, Entity
from tools.ingestion.cells import Cells
from tools.ingestion.chunk import BatchContext, Written
from tools.ingestion.file_mapping import FileMapping
from tools.ingestion.mapper import Embedder, Mapper
from tools.ingestion.normaliser import Normaliser
from tools.ingestion.pipeline import RecordChunk, Reject, record_chunks
from tools.privacy.redaction import Erased

FILE: Final = "file"
"""Connector.type of files."""
_REJECTS_AT_ONCE: Final = 500
Progress = Callable[[float, str], Awaitable[None]]


async def _silent(_done: float, _message: str) -> None:
    """Progress that nobody watches."""


class ImportService:
    """The use cases of imports. `files` is a directory of its own. One instance per process."""

    def __init__(
        self,
        database: Database,
        files: Path,
        catalogue: Catalogue,
        embedder: Embedder | None = None,
        batches: Batches | None = None,
    ) -> None:
        self._database = database
        self._files = FileStore(files)
        self._catalogue = catalogue
        self._mapper = Mapper(catalogue, embedder)
        self._batches = batches or Batches(database)

    # ── before the commit ────────────────────────────────────────────────────────────────────────────────

    async def profile(self, actor: Actor, path: Path, filename: str) -> FileProfile:
        """Reads a file and proposes what to do with it. The file is kept until it is committed or undone.

        Raises CopilotError where the file cannot be read: INVALID, UNSUPPORTED or TOO_LARGE.
        """
        _require(actor, Permission.DATA_IMPORT)
        file_id = new_id()
        filename = Path(filename.replace("\\", "/")).name[:200] or "file"
        kept = await asyncio.to_thread(self._files.keep, actor.tenant_id, file_id, path)
        try:
            read = await asyncio.to_thread(read_file, self._files.path(actor.tenant_id, file_id))
            async with self._database.read(actor) as uow:
                ways = await _ways(uow)
                sources = await uow.ingestion.connectors(FILE)
                twin = await uow.ingestion.committed_with_content(kept.content_hash)
            batch = IngestionBatch(
                id=file_id,
                status="profiled",
                filename=filename,
                content_hash=kept.content_hash,
                size_bytes=kept.size_bytes,
            )
            source = find_source(sources, read.shape.columns, filename)
            profile = await asyncio.to_thread(self._profiled, actor, batch, read, ways=ways, source=source)
            if twin is not None:
                note = ProfileProblem(
                    code="same_file",
                    message=f"This very file was imported before ({twin.filename}); nothing would change.",
                )
                profile = profile.model_copy(update={"problems": (note, *profile.problems)})
            batch.entity, batch.rows_read = profile.entity, read.sample.row_count + read.broken
            batch.profile = {"shape": read.shape.model_dump(mode="json"), "view": profile.model_dump(mode="json")}
            batch.mapping = profile.mapping.model_dump(mode="json")
            async with self._database.write(actor) as uow:
                uow.add(batch)
        except BaseException:
            self._files.drop(actor.tenant_id, file_id)
            raise
        return profile

    def _profiled(
        self, actor: Actor, batch: IngestionBatch, read: Read, *, ways: TenantWays, source: Connector | None
    ) -> FileProfile:
        filename = batch.filename or ""
        remembered = FileMapping.model_validate(source.config["mapping"]) if source else None
        proposal = propose(self._mapper, read, filename, ways, remembered)
        try:
            first = self._preview(actor, batch.id, read.shape, proposal.mapping, ways)
        except CopilotError:  # a mapping that lacks what it needs shows nothing yet; problems_of says what it lacks
            first = Preview(PreviewTable(columns=(), rows=()), (), 0)
        return FileProfile(
            file_id=batch.id,
            filename=filename,
            status="profiled",
            format=read.shape.format,
            size_bytes=batch.size_bytes or 0,
            rows=read.sample.row_count + read.broken,
            entity=proposal.mapping.entity,
            entity_label=self._catalogue.entities[proposal.mapping.entity].label,
            confidence=proposal.confidence,
            source=source.name if source else None,
            columns=column_views(read, proposal, self._catalogue),
            fields=field_choices(proposal.mapping, self._catalogue),
            mapping=proposal.mapping,
            preview=first.table,
            problems=problems_of(read, proposal, first, self._catalogue),
            questions=() if source else questions_of(read, proposal.mapping, ways),
        )

    def _preview(self, actor: Actor, file_id: str, shape: FileShape, mapping: FileMapping, ways: TenantWays) -> Preview:
        check_mapping(mapping, shape.columns, self._catalogue)
        path = self._files.path(actor.tenant_id, file_id)
        return preview(path, shape, mapping, ways, self._files.scratch(actor.tenant_id, file_id))

    async def get_profile(self, actor: Actor, file_id: str) -> FileProfile:
        """The profile as it was when the file came, with the import's present state."""
        async with self._database.read(actor) as uow:
            batch = await _file(uow, file_id)
        return FileProfile.model_validate(batch.profile["view"]).model_copy(update={"status": batch.status})

    async def preview(self, actor: Actor, file_id: str, mapping: FileMapping) -> FileProfile:
        """The profile under another mapping. Raises CopilotError(INVALID) for a mapping that cannot be used."""
        async with self._database.read(actor) as uow:
            batch = await _file(uow, file_id)
            ways = await _ways(uow)
        if batch.status not in ("profiled", "failed"):
            raise CopilotError(ErrorKind.CONFLICT, "The file is imported already, so its mapping stands.")
        shape = FileShape.model_validate(batch.profile["shape"])
        view = FileProfile.model_validate(batch.profile["view"])
        shown = await asyncio.to_thread(self._preview, actor, file_id, shape, mapping, ways)
        fields = self._catalogue.fields(mapping.entity)
        columns = tuple(
            column.model_copy(
                update={
                    "field": f,
                    "label": fields[f].label if f else None,
                    "confidence": 1.0 if f != column.field else column.confidence,
                }
            )
            for column in view.columns
            for f in (mapping.columns.get(column.column),)
        )
        return view.model_copy(
            update={
                "mapping": mapping,
                "entity": mapping.entity,
                "entity_label": self._catalogue.entities[mapping.entity].label,
                "columns": columns,
                "fields": field_choices(mapping, self._catalogue),
                "preview": shown.table,
            }
        )

    # ── the commit ───────────────────────────────────────────────────────────────────────────────────────

    async def import_file(
        self,
        actor: Actor,
        path: Path,
        filename: str | None = None,
        mapping: FileMapping | None = None,
        progress: Progress = _silent,
    ) -> ImportReport:
        """Profile and commit in one go, with the proposed mapping where none is given."""
        profile = await self.profile(actor, path, filename or path.name)
        return await self.commit(actor, profile.file_id, mapping, progress)

    async def commit(
        self, actor: Actor, file_id: str, mapping: FileMapping | None = None, progress: Progress = _silent
    ) -> ImportReport:
        """Writes a profiled file's rows; they can be seen once all are in, not before.

        May be called again after a crash: it goes on where it stopped, and of a finished import it only gives the
        report. Raises CopilotError: INVALID for a mapping that cannot be used, CONFLICT while another import runs.
        """
        _require(actor, Permission.DATA_IMPORT)
        if file_id in self._batches.running:
            raise CopilotError(ErrorKind.CONFLICT, "This import is running already.")
        self._batches.running.add(file_id)
        try:
            batch = await self._claim(actor, file_id, mapping)
            if batch.status == "committed":
                return report_of(batch)
            try:
                await self._sweep(actor)
                await self._apply(actor, batch, progress)
            except Exception as error:
                await self._give_up(actor, file_id, error)
                raise
            await progress(0.97, "making the rows visible")
            report = await self._flip(actor, file_id)
            self._files.drop(actor.tenant_id, file_id)
            await progress(1.0, _summary(report))
            return report
        finally:
            self._batches.running.discard(file_id)

    async def _claim(self, actor: Actor, file_id: str, mapping: FileMapping | None) -> IngestionBatch:
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            batch = await _file(uow, file_id)
            if batch.status in ("undoing", "undone"):
                raise CopilotError(ErrorKind.CONFLICT, "This import was undone.", hint="Upload the file again.")
            if batch.status == "committed":
                return batch
            await self._batches.take_turn(uow, file_id)
            if batch.status == "applying":
                await self._batches.tell(uow, batch, "resumed")
                return batch
            shape = FileShape.model_validate(batch.profile["shape"])
            agreed = mapping or FileMapping.model_validate(batch.mapping)
            check_mapping(agreed, shape.columns, self._catalogue)
            tenant = await uow.tenants.current()
            agreed = agreed.model_copy(
                update={
                    "currency": agreed.currency or tenant.currency or "USD",
                    "timezone": agreed.timezone or tenant.timezone,
                }
            )
            connector = await self._connector(uow, batch, shape, agreed)
            batch.connector_id, batch.entity = connector.id, agreed.entity
            batch.mapping = agreed.model_dump(mode="json")
            batch.status, batch.error, batch.chunks_done = "applying", None, 0
            batch.created = batch.updated = batch.unchanged = batch.rejected = 0
            batch.written = {}
            await self._batches.tell(uow, batch, "began")
        return batch

    async def _connector(
        self, uow: WriteUnitOfWork, batch: IngestionBatch, shape: FileShape, mapping: FileMapping
    ) -> Connector:
        """The source the file belongs to: the one its columns are known from, else a new one."""
        filename = batch.filename or ""
        found = find_source(await uow.ingestion.connectors(FILE), shape.columns, filename)
        if found is not None and found.config["mapping"].get("entity") == mapping.entity:
            return found
        key = source_key(shape.columns, mapping)
        connector = next((c for c in await uow.ingestion.connectors(FILE) if c.external_key == key), None)
        if connector is None:
            # `agreed` only at the flip: a failed import teaches the source nothing.
            connector = Connector(type=FILE, name=source_name(filename), external_key=key, config={})
            uow.add(connector)
            await uow.flush()
        return connector

    async def _apply(self, actor: Actor, batch: IngestionBatch, progress: Progress) -> None:
        async with self._database.read(actor) as uow:
            ways = await _ways(uow)
            last = await uow.ingestion.last_committed(batch.connector_id or "")
            erased = await _erased(uow)
        mapping = FileMapping.model_validate(batch.mapping)
        shape = FileShape.model_validate(batch.profile["shape"])
        context = BatchContext(batch.id, batch.connector_id or "", mapping.entity, ways.today)
        normaliser = Normaliser(context)
        forgotten = Forgotten(Cells(shape.columns, mapping, ways.defaults), erased)
        skip_known = last is not None and last.mapping == batch.mapping
        number = done = 0
        async with ReadAhead(self._chunks(actor, batch, shape, mapping, ways)) as chunks:
            while (chunk := await chunks.take()) is not None:
                number += 1
                done += chunk.rows
                left_out = forgotten.take_out(chunk)
                if number > batch.chunks_done:
                    await self._write_chunk(
                        actor,
                        chunk,
                        batch_id=batch.id,
                        number=number,
                        normaliser=normaliser,
                        columns=shape.columns,
                        skip_known=skip_known,
                        left_out=left_out,
                    )
                share = min(1.0, done / max(1, batch.rows_read))
                await progress(0.05 + 0.9 * share, f"{done:,} of {batch.rows_read:,} rows")
        if forgotten.words:
            await self._forget(actor, batch.id, forgotten)

    async def _forget(self, actor: Actor, batch_id: str, forgotten: Forgotten) -> None:
        """What was shown of the file when it came shows those no more who were erased before."""
        async with self._database.write(actor) as uow:
            uow.hide_values()
            batch = await self._batches.held(uow, batch_id)
            batch.profile = forgotten.without(batch.profile)

    def _chunks(
        self, actor: Actor, batch: IngestionBatch, shape: FileShape, mapping: FileMapping, ways: TenantWays
    ) -> Generator[RecordChunk, None, None]:
        path = self._files.path(actor.tenant_id, batch.id)
        if not path.exists():
            raise CopilotError(ErrorKind.CONFLICT, "The file is no longer there.", hint="Upload it again.")
        return record_chunks(
            rows(path, shape),
            Cells(shape.columns, mapping, ways.defaults),
            today=ways.today,
            directory=self._files.scratch(actor.tenant_id, batch.id),
            size_bytes=batch.size_bytes or 0,
        )

    async def _write_chunk(
        self,
        actor: Actor,
        chunk: RecordChunk,
        *,
        batch_id: str,
        number: int,
        normaliser: Normaliser,
        columns: tuple[str, ...],
        skip_known: bool,
        left_out: int,
    ) -> None:
        """One chunk, its rejects and the count of both, in one transaction: after a crash either all or none is there."""
        async with self._database.write(actor) as uow:
            batch = await self._batches.held(uow, batch_id)
            written = await normaliser.write(uow, chunk.records, skip_known=skip_known) if chunk.records else Written()
            rejects = [reject_values(reject, columns, batch_id) for reject in (*chunk.rejects, *_refused(written))]
            await uow.bulk_insert(ImportReject, rejects)
            batch.created += written.created
            batch.updated += written.updated
            batch.written = dict(Counter(batch.written) + written.tables)
            batch.unchanged += written.unchanged + left_out
            batch.rejected += len(rejects)
            batch.chunks_done = number
            await self._batches.tell(uow, batch, "went_on")

    async def _flip(self, actor: Actor, file_id: str) -> ImportReport:
        """Makes the batch's rows visible and its changes real, all at once."""
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            batch = await self._batches.held(uow, file_id)
            await self._batches.flip(uow, batch)
            connector = await uow.ingestion.connector(batch.connector_id or "")
            connector.config = remember(
                FileShape.model_validate(batch.profile["shape"]).columns, FileMapping.model_validate(batch.mapping)
            )
            connector.last_sync_at = uow.clock.now()
            return report_of(batch)

    async def _give_up(self, actor: Actor, file_id: str, error: Exception) -> None:
        await self._batches.give_up(actor, file_id, error)
        await self._purge(actor, file_id)

    # ── taking back ──────────────────────────────────────────────────────────────────────────────────────

    async def undo(self, actor: Actor, file_id: str) -> ImportReport:
        """Hides an import's rows at once, puts back what it changed, then deletes the rows.

        Raises CopilotError(CONFLICT), naming the later import, where that rests on this one.
        """
        _require(actor, Permission.DATA_IMPORT)
        if file_id in self._batches.running:
            raise CopilotError(ErrorKind.CONFLICT, "The import is still running.", hint="Wait for it to end.")
        async with self._database.write(actor) as uow:
            report = await self._take_back(uow, file_id)
        await self._purge(actor, file_id)
        return report.model_copy(update={"status": "undone"})

    async def undo_named(self, uow: WriteUnitOfWork, request: UndoImportRequest) -> ImportReport:
        """The same inside a unit of work of the caller's: the rows are gone from sight with it, and deleted before
        the next import."""
        name = request.file.strip()
        committed = await uow.ingestion.batches_in("committed")
        files = sorted((b for b in committed if b.filename), key=lambda b: str(b.committed_at), reverse=True)
        wanted = [
            b
            for b in files
            if name == b.id
            or name.casefold() in ((b.filename or "").casefold(), Path(b.filename or "").stem.casefold())
        ]
        if name.casefold() in ("last", "latest", "newest"):
            wanted = files[:1]
        if not wanted:
            raise not_found(f"An import called {name!r}")
        return await self._take_back(uow, wanted[0].id)

    async def _take_back(self, uow: WriteUnitOfWork, file_id: str) -> ImportReport:
        await uow.tenants.lock()
        batch = await _file(uow, file_id)
        if batch.status in ("undoing", "undone"):
            return report_of(batch)
        if batch.status == "applying":
            raise CopilotError(ErrorKind.CONFLICT, "The import is still running.", hint="Wait for it to end.")
        await self._batches.take_turn(uow, file_id)
        if batch.status == "committed":
            later = await uow.ingestion.built_upon(file_id)
            if later is not None:
                name = (await uow.ingestion.batch(later)).filename
                raise CopilotError(
                    ErrorKind.CONFLICT,
                    f"A later import, {name}, builds on {batch.filename}.",
                    hint=f"Undo {name} first.",
                )
            await self._batches.take_back(uow, batch)
        batch.status, batch.error = "undoing", None
        return report_of(batch)

    async def _purge(self, actor: Actor, file_id: str) -> None:
        """Deletes what an unfinished batch wrote. A broken import keeps its file: it may be tried again."""
        await self._batches.purge(actor, file_id, partial(self._files.drop, actor.tenant_id))

    async def _sweep(self, actor: Actor) -> None:
        await self._batches.sweep(actor, partial(self._files.drop, actor.tenant_id))

    async def recover(self, resuming: Collection[str] = ()) -> int:
        """Called at start: clears away what a crash left of imports, but those (by id) that a durable job will go on
        with. Returns how many were cleared."""
        async with self._database.system(SystemPurpose.MAINTENANCE) as uow:
            batches = await uow.ingestion.batches_in("applying", "undoing")
            left = [(batch.tenant_id, batch.id, batch.status) for batch in batches if batch.filename]
        cleared = 0
        for tenant_id, file_id, status in left:
            if file_id in resuming or file_id in self._batches.running:
                continue
            actor = Actor(tenant_id, None, Role.OWNER, Surface.SYSTEM)
            if status == "applying":
                await self._give_up(actor, file_id, CopilotError(ErrorKind.CANCELLED, "The import was interrupted."))
            else:
                await self._purge(actor, file_id)
            cleared += 1
        return cleared

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────

    async def report(self, actor: Actor, file_id: str) -> ImportReport:
        async with self._database.read(actor) as uow:
            return report_of(await _file(uow, file_id))

    async def list_imports(self, uow: ReadUnitOfWork, request: ListImportsRequest) -> ImportList:
        page = await uow.ingestion.batches(PageRequest(request.limit, request.cursor))
        return ImportList(items=tuple(report_of(batch) for batch in page.items), next_cursor=page.next_cursor)

    async def list_sources(self, uow: ReadUnitOfWork, _request: ListSourcesRequest) -> SourceList:
        counts = await uow.ingestion.source_counts()
        return SourceList(
            items=tuple(
                SourceView(
                    id=c.id,
                    name=c.name,
                    type=c.type,
                    status=c.status,
                    entity=Entity(c.config["mapping"]["entity"]) if c.config.get("mapping") else None,
                    rows=counts.get(c.id, (0, None))[0],
                    last_sync_at=counts.get(c.id, (0, None))[1],
                )
                for c in await uow.ingestion.connectors()
                if c.id in counts or c.type != FILE
            )
        )

    async def rejects_csv(self, actor: Actor, file_id: str) -> AsyncIterator[str]:
        """The rejected rows as RFC 4180 CSV, a line at a time: the file's own columns, then line, column and reason."""
        async with self._database.read(actor) as uow:
            batch = await _file(uow, file_id)
            columns = FileShape.model_validate(batch.profile["shape"]).columns
            yield reject_header(columns)
            after: tuple[int, str] | None = None
            while part := await uow.ingestion.rejects(file_id, after, _REJECTS_AT_ONCE):
                for reject in part:
                    yield reject_line(reject, columns)
                after = (part[-1].position, part[-1].id)


def report_of(batch: IngestionBatch) -> ImportReport:
    return ImportReport(
        file_id=batch.id,
        filename=batch.filename or "",
        source_id=batch.connector_id,
        status=batch.status,  # pyright: ignore[reportArgumentType] - the table's states are the contract's
        entity=Entity(batch.entity) if batch.entity else None,
        rows=batch.rows_read,
        created=batch.created,
        updated=batch.updated,
        unchanged=batch.unchanged,
        rejected=batch.rejected,
        imported_at=batch.committed_at,
        error=batch.error,
    )


def _summary(report: ImportReport) -> str:
    parts = [f"{getattr(report, name):,} {name}" for name in ("created", "updated", "unchanged", "rejected")]
    return ", ".join(parts)


def _refused(written: Written) -> list[Reject]:
    import orjson

    return [
        Reject(source.position or 0, [str(cell) for cell in orjson.loads(source.payload).values()], None, None, reason)
        for source, reason in written.refused
    ]


def _require(actor: Actor, permission: Permission) -> None:
    if not actor.may(permission):
        raise CopilotError(ErrorKind.FORBIDDEN, "Your role may not import data.", hint="Ask an owner or an analyst.")


async def _file(uow: ReadUnitOfWork, file_id: str) -> IngestionBatch:
    batch = await uow.ingestion.batch(file_id)
    if batch.filename is None:
        raise not_found("The import")
    return batch


async def _erased(uow: ReadUnitOfWork) -> list[Erased]:
    """Whom the tenant's files must not bring back."""
    found = [
        Erased(uow.tenant_id, source.id, await uow.erasing.suppressed(source.id))
        for source in await uow.ingestion.connectors(FILE)
    ]
    return [one for one in found if one.digests]


async def _ways(uow: ReadUnitOfWork) -> TenantWays:
    tenant: Tenant = await uow.tenants.current()
    return TenantWays(tenant.currency, tenant.timezone, tenant.country, today(uow.clock, tenant.timezone))
