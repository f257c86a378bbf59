"""Pages into the store: each with all that it makes, and with where the next one is, in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from storage.database import Database
from storage.kernel.errors import not_found
from storage.models.ingestion import ImportReject
from storage.uow import WriteUnitOfWork
from tools.connectors.core.resources import Resource
from tools.ingestion.batches import Batches
from tools.ingestion.chunk import BatchContext, Written
from tools.ingestion.mapping.rosetta import TakenObject
from tools.ingestion.normaliser import nothing
from tools.ingestion.records import SourceRow
from tools.sync.absent import mark_absent, said_to_be_there
from tools.sync.ahead import TakenPage
from tools.sync.run import Run


class PageWriter:
    """Writes the pages of runs."""

    def __init__(self, database: Database, batches: Batches) -> None:
        self._database = database
        self._batches = batches

    async def write(
        self, run: Run, resource: Resource, pages: Sequence[TakenPage], resting: Callable[[], None] = nothing
    ) -> None:
        """Pages that follow one another, with all that they make, and where the next one is: in one transaction. With the
        last of a whole list goes what it no longer has. `resting` is called once the rows are made and the rest is the
        store's. Raises CopilotError(CONFLICT) where the run was given up."""
        taken = [one for page in pages for one in page.taken]
        last = pages[-1].page
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
            cursor = await uow.ingestion.sync_cursor(run.connector.id, resource.key)
            if cursor is None:
                raise not_found("The sync's place")
            written = Written()
            for kind, group in groups.items():
                written.add(await self._write_kind(run, uow, kind, group, resting))
            if run.full and not run.is_first and resource.list and run.resources.completes(resource.object):
                written.updated += await self._compare(run, uow, resource, taken, is_last=last.next is None)
            batch.created += written.created
            batch.updated += written.updated
            batch.written = dict(Counter(batch.written) + written.tables)
            batch.unchanged += written.unchanged
            batch.rejected += len(written.refused)
            batch.chunks_done += 1
            batch.profile = run.notes.profile(full=run.full)
            rejects = [reject_of(run.batch_id, source, why) for source, why in written.refused]
            await uow.bulk_insert(ImportReject, rejects, deferrable=True)
            cursor.page = last.next
            for token in (page.page.token for page in pages if page.page.token is not None):
                cursor.pending = token
            await self._batches.tell(uow, batch, "went_on")

    async def _write_kind(
        self, run: Run, uow: WriteUnitOfWork, kind: str, group: list[TakenObject], resting: Callable[[], None]
    ) -> Written:
        records = [record for one in group for record in one.records]
        raw = [one.source for one in group if not one.records]
        normaliser = run.normaliser(kind)
        return await normaliser.write(uow, records, skip_known=run.skip_known, only_raw=raw, resting=resting)

    async def _compare(
        self, run: Run, uow: WriteUnitOfWork, resource: Resource, taken: list[TakenObject], *, is_last: bool
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


def reject_of(batch_id: str, source: SourceRow, why: str) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "position": source.position or 0,
        "column": None,
        "value": None,
        "reason": why,
        "row": {"source_id": source.source_id},
    }
