"""Batches: what an import or a sync writes becomes visible all at once, or goes without a trace.

One batch of a tenant is written at a time, whatever it comes from: two at once would each make the customer that both
of them meet first.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import timedelta
from typing import Any, Final, Literal, Protocol

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.text import legible
from storage.models.commerce import Order
from storage.models.ingestion import IngestionBatch
from storage.repositories.ingestion import UNIFIED
from storage.uow import WriteUnitOfWork

_PURGED_AT_ONCE: Final = 2_000
_CHANGES_AT_ONCE: Final = 500
_STALE_AFTER: Final = timedelta(minutes=2)
"""A batch that has written nothing for so long has died with its process."""
_SYNC_STALE_AFTER: Final = timedelta(minutes=15)
"""The same of a sync: a page of a slow vendor, with all that is fetched for it, takes minutes."""


Transition = Literal["began", "resumed", "went_on", "committed", "failed", "interrupted", "undoing", "undone"]


class Watcher(Protocol):
    """Is told of each transition of a batch, in the unit of work that makes it. Raises nothing, and waits for nobody."""

    async def told(
        self, uow: WriteUnitOfWork, batch: IngestionBatch, transition: Transition, reason: str = ""
    ) -> None: ...


class Follower(Protocol):
    """Keeps what it has made of committed batches, and is told in the unit of work that takes one back: what the batch
    changed is put back by then, and its rows are hidden but still there."""

    async def taken_back(self, uow: WriteUnitOfWork, batch: IngestionBatch) -> None: ...


class Batches:
    """The life of batches in one process. `running` are those that this process writes now."""

    def __init__(self, database: Database, watcher: Watcher | None = None, follower: Follower | None = None) -> None:
        self._database = database
        self._watcher = watcher
        self._follower = follower
        self.running: set[str] = set()

    async def tell(self, uow: WriteUnitOfWork, batch: IngestionBatch, transition: Transition, reason: str = "") -> None:
        """Tells the watcher, where there is one. `reason`: the kind of error of a batch that broke."""
        if self._watcher is not None:
            await self._watcher.told(uow, batch, transition, reason)

    async def take_turn(self, uow: WriteUnitOfWork, batch_id: str) -> None:
        """Makes sure that no other batch of the tenant is being written; one that died is given up. The unit of work
        must hold the tenant's lock. Raises CopilotError(CONFLICT) with `retry_after` while another one is."""
        for other in await uow.ingestion.batches_in("applying"):
            if other.id == batch_id:
                continue
            stale_after = _STALE_AFTER if other.filename else _SYNC_STALE_AFTER
            if other.id in self.running or uow.clock.now() - other.updated_at < stale_after:
                what = f"{other.filename} is being imported" if other.filename else "Data is being synchronised"
                raise CopilotError(ErrorKind.CONFLICT, f"{what}.", hint="Wait for it to end.", retry_after=10)
            other.status, other.error = "undoing", "The import was interrupted."
            await self.tell(uow, other, "interrupted", ErrorKind.CANCELLED)

    async def held(self, uow: WriteUnitOfWork, batch_id: str) -> IngestionBatch:
        """The batch, for as long as the unit of work lasts nobody else's to give up. Raises CopilotError(CONFLICT) with
        `retry_after` where another process has given it up meanwhile: nothing may be written for it any more."""
        batch = await uow.ingestion.batch_locked(batch_id)
        if batch.status != "applying":
            raise CopilotError(
                ErrorKind.CONFLICT,
                "This run was taken for dead and given up.",
                hint="It is tried again.",
                retry_after=5,
            )
        return batch

    async def flip(self, uow: WriteUnitOfWork, batch: IngestionBatch) -> None:
        """Makes the batch's rows visible and its changes real, all at once."""
        with uow.including_batch(batch.id):
            await uow.rollup.forget(batch.id)
        async with uow.tallies.showing(batch.id):
            async for model, changes in _changes(uow, batch.id):
                removed = [change.unified_id for change in changes if not change.after]
                await uow.ingestion.delete_rows(model, removed)
                await uow.ingestion.change_rows(model, _merged((c.unified_id, c.after) for c in changes if c.after))
            batch.status, batch.committed_at = "committed", uow.clock.now()
        batch.rows_read = batch.created + batch.updated + batch.unchanged + batch.rejected
        await self.tell(uow, batch, "committed")

    async def take_back(self, uow: WriteUnitOfWork, batch: IngestionBatch) -> None:
        """Hides a committed batch's rows and puts back what it changed; `purge` then deletes them."""
        await self.tell(uow, batch, "undoing")
        await uow.rollup.forget(batch.id)
        async with uow.tallies.hiding(batch.id):
            await _reverse(uow, batch.id)
            await uow.ingestion.hand_over(batch.id)
            batch.status, batch.resolved_at = "undoing", None
        if lost := await uow.sales.forget_lost_twins():
            await uow.rollup.forget_things({Order.__tablename__: lost})
        if self._follower is not None:
            await self._follower.taken_back(uow, batch)

    async def give_up(self, actor: Actor, batch_id: str, error: Exception) -> None:
        """Notes why a batch failed, for `purge` to clear away what it wrote."""
        async with self._database.write(actor) as uow:
            batch = await uow.ingestion.batch(batch_id)
            batch.status = "undoing"
            batch.error = (
                legible(error.message)
                if isinstance(error, CopilotError)
                else "The import failed on a fault of the program."
            )
            kind = error.kind if isinstance(error, CopilotError) else ""
            await self.tell(uow, batch, "interrupted" if kind == ErrorKind.CANCELLED else "failed", kind)

    async def purge(self, actor: Actor, batch_id: str, on_undone: Callable[[str], None] | None = None) -> None:
        """Deletes what an unfinished batch wrote, in pieces. `on_undone` is told of one that was taken back for good, and
        not only broke off."""
        while True:
            async with self._database.write(actor) as uow:
                with uow.including_batch(batch_id):
                    left = await uow.ingestion.purge(batch_id, _PURGED_AT_ONCE)
                if left:
                    continue
                batch = await uow.ingestion.batch(batch_id)
                await uow.ingestion.drop_rejects(batch_id)
                if batch.status == "undoing":
                    batch.status = "failed" if batch.error else "undone"
                    if batch.status == "undone":
                        await self.tell(uow, batch, "undone")
                        if on_undone is not None:
                            on_undone(batch_id)
                return

    async def sweep(self, actor: Actor, on_undone: Callable[[str], None] | None = None) -> None:
        """Finishes what was left half undone: its hidden rows would stand in the way of new ones."""
        async with self._database.read(actor) as uow:
            left = [batch.id for batch in await uow.ingestion.batches_in("undoing")]
        for batch_id in left:
            await self.purge(actor, batch_id, on_undone)


async def _changes(uow: WriteUnitOfWork, batch_id: str) -> AsyncIterator[tuple[type[Any], list[Any]]]:
    """A batch's changes in pieces of one table each, in the order they were made."""
    after: str | None = None
    while part := await uow.ingestion.changes_of(batch_id, after, _CHANGES_AT_ONCE):
        after = part[-1].id
        for name in dict.fromkeys(change.unified_type for change in part):
            yield UNIFIED[name], [change for change in part if change.unified_type == name]


def _merged(changes: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Several changes of one row as one; the later wins."""
    merged: dict[str, dict[str, Any]] = {}
    for id_, values in changes:
        merged.setdefault(id_, {}).update(values)
    return merged


async def _reverse(uow: WriteUnitOfWork, batch_id: str) -> None:
    """Puts back what a batch changed, but where somebody has changed it since."""
    async for model, changes in _changes(uow, batch_id):
        removed = [change.before for change in changes if not change.after]
        await uow.ingestion.put_back(model, removed)
        kept = [change for change in changes if change.after]
        after = _merged((change.unified_id, change.after) for change in kept)
        before = _merged((change.unified_id, change.before) for change in reversed(kept))
        names = sorted({name for values in after.values() for name in values})
        now = await uow.ingestion.current_values(model, after, names)
        found = {id_: values for id_, values in after.items() if id_ in now}
        await uow.ingestion.change_rows(
            model,
            {
                id_: {name: before[id_][name] for name, value in values.items() if now[id_][name] == value}
                for id_, values in found.items()
            },
        )
        # Whoever has changed a value since found there what goes now: what was there before is what it was changed from.
        passed = {
            id_: {name: (value, before[id_][name]) for name, value in values.items() if now[id_][name] != value}
            for id_, values in found.items()
        }
        await uow.ingestion.pass_on(batch_id, {id_: values for id_, values in passed.items() if values})
