"""Syncs as durable jobs: one at a time for a tenant, taken up after a crash, and begun on schedule."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from api.afterwards import Afterwards
from api.turns import in_turn
from memory.jobs import JobHandler, JobService, JobView, Report
from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.models.ingestion import Connector
from storage.models.system import JobState
from storage.scope import SystemPurpose
from tools.connectors.core.credentials import Connection
from tools.connectors.core.vendors import Vendors
from tools.sync.run import OpenConnection
from tools.sync.schemas import SyncRun
from tools.sync.service import SyncService

SYNC = "connector.sync"
_EVERY_SECONDS = 60.0
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("sync")


def opening(vendors: Vendors) -> Any:
    """How the sync service opens a connection."""

    @asynccontextmanager
    async def opened(actor: Actor, connector: Connector) -> AsyncGenerator[OpenConnection]:
        connection = Connection.of(connector)
        yield OpenConnection(vendors.client(actor, connection), connection.settings)

    return opened


def told(made: SyncRun) -> dict[str, Any]:
    """What the tenant's feed tells of a run's rows."""
    counted = made.model_dump(mode="json", include={"created", "updated", "unchanged"})
    return {"connection_id": made.connection_id, "run_id": made.id, **counted}


def synchronising(
    syncs: SyncService, afterwards: Afterwards, then: Callable[[Actor, str], Awaitable[None]]
) -> JobHandler:
    """The handler of SYNC: arguments are a connection's id, the run's own, and whether all is read. Its end is told on the
    tenant's feed, when the new figures can be asked for; `then` follows, with the connection's id."""

    async def sync(actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        async def progress(done: float, message: str) -> None:
            report(done, message)

        made = await in_turn(
            lambda: syncs.sync(
                actor,
                arguments["connection_id"],
                arguments["run_id"],
                everything=bool(arguments["everything"]),
                progress=progress,
            ),
            report,
        )
        await afterwards.see_to(actor, made.id, told(made), report)
        await then(actor, made.connection_id)
        return made.model_dump(mode="json")

    return sync


async def begin(
    jobs: JobService,
    actor: Actor,
    connection_id: str,
    *,
    everything: bool,
    key: str | None = None,
    due_at: datetime | None = None,
) -> JobView:
    """Submits a sync. The same `key` begins it once. `due_at`: of one on schedule, when its slot of time began."""
    arguments: dict[str, Any] = {"connection_id": connection_id, "run_id": new_id(), "everything": everything}
    if due_at is not None:
        arguments["due_at"] = due_at.isoformat()
    return await jobs.submit(actor, SYNC, arguments, idempotency_key=key)


async def begin_once(
    database: Database, jobs: JobService, actor: Actor, connection_id: str, *, everything: bool
) -> JobView:
    """The connection's sync that has not ended yet, where it reads as much as is wanted; else a new one. However often
    somebody asks, a connection takes up one place among the jobs."""
    async with database.read(actor) as uow:
        newest = await uow.jobs.latest(SYNC, "connection_id", connection_id)
        is_enough = newest is not None and (bool(newest.arguments["everything"]) or not everything)
        ahead = newest.id if newest is not None and is_enough and not JobState(newest.state).is_final else None
    if ahead is not None:
        return await jobs.get(actor, ahead)
    return await begin(jobs, actor, connection_id, everything=everything)


async def begin_for_hints(database: Database, jobs: JobService, actor: Actor, connection_id: str) -> None:
    """Submits a sync that will see what a vendor has hinted at. One that has not begun to read will: nothing is submitted
    then. One that has begun gets one follower, however many hints come while it runs."""
    async with database.read(actor) as uow:
        newest = await uow.jobs.latest(SYNC, "connection_id", connection_id)
        ahead = newest if newest is not None and not JobState(newest.state).is_final else None
        # Its batch is made when it takes its turn, before it reads anything.
        if ahead is not None and await uow.ingestion.batch_or_none(ahead.arguments["run_id"]) is None:
            return
    key = f"{connection_id}:after:{newest.id if newest is not None else 'none'}"
    try:
        await begin(jobs, actor, connection_id, everything=False, key=key)
    except CopilotError as error:
        if error.kind is not ErrorKind.CONFLICT:  # another process submitted the same at this moment
            raise


class SyncClock:
    """Asks for the syncs that are due. Several processes may: a connection's job of one slot of time is there once. `sweeps`
    are what else is to be done at each tick."""

    def __init__(
        self,
        database: Database,
        jobs: JobService,
        every: timedelta,
        *sweeps: Callable[[], Awaitable[object]],
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._every = every
        self._sweeps = sweeps

    async def tick(self) -> int:
        """Submits what is due now; returns how many jobs that were."""
        async with self._database.system(SystemPurpose.SCHEDULER) as uow:
            now = uow.clock.now()
            due = [(row.tenant_id, row.id) for row in await uow.connections.due(now - self._every)]
        slot = int(now.timestamp() // self._every.total_seconds())
        due_at = datetime.fromtimestamp(slot * self._every.total_seconds(), UTC)
        for tenant_id, connection_id in due:
            actor = Actor(tenant_id, None, Role.OWNER, Surface.SYSTEM)
            key = f"{connection_id}:{slot}"
            await begin(self._jobs, actor, connection_id, everything=False, key=key, due_at=due_at)
        for sweep in self._sweeps:
            await sweep()
        return len(due)

    async def run(self) -> None:
        """Ticks until it is cancelled. A store that is busy is asked again at the next tick."""
        while True:
            try:
                await self.tick()
            except CopilotError as error:
                _logger.warning("syncs not scheduled", reason=error.message)
            await asyncio.sleep(_EVERY_SECONDS)
