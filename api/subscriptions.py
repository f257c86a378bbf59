"""Vendors' webhook subscriptions as durable jobs: made after the first sync, looked at again before they end."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from api.sync import begin_for_hints
from memory.jobs import JobHandler, JobService, Report
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.core.subscriptions.keeping import SubscriptionKeeper

SUBSCRIBE: Final = "connector.subscribe"
_SLOT_SECONDS: Final = 60
"""A connection is looked at once in each such slot of time, however many ask."""
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("subscriptions")


class Subscriptions:
    """One per process. `aclose` waits for what is being submitted; what a crash leaves is found by `sweep`, or by the next
    sync on schedule."""

    def __init__(self, keeper: SubscriptionKeeper, jobs: JobService) -> None:
        self._keeper = keeper
        self._jobs = jobs
        self._submitting: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        await asyncio.gather(*self._submitting)

    def handler(self) -> JobHandler:
        """The handler of SUBSCRIBE: the argument is the connection's id. What changed before a new subscription was there,
        or while there was none, nobody told: it is fetched."""

        async def subscribe(actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
            report(0.1, "asking to be told of changes")
            kept = await self._keeper.keep(actor, arguments["connection_id"])
            if kept.made:
                self._follow(begin_for_hints(self._jobs.database, self._jobs, actor, arguments["connection_id"]))
            return {"active": kept.active, "made": kept.made, "failed": kept.failed}

        return subscribe

    async def begin(self, tenant_id: str, connection_id: str) -> None:
        slot = int(self._jobs.database.clock.now().timestamp() // _SLOT_SECONDS)
        actor = Actor(tenant_id, None, Role.OWNER, Surface.SYSTEM)
        key = f"{connection_id}:{slot}"
        try:
            await self._jobs.submit(actor, SUBSCRIBE, {"connection_id": connection_id}, idempotency_key=key)
        except CopilotError as error:
            if error.kind is not ErrorKind.CONFLICT:  # another process submitted the same at this moment
                raise

    async def after_sync(self, actor: Actor, connection_id: str) -> None:
        """Begins a look where one is due. For handlers of jobs."""
        self._follow(self.begin_where_due(actor, connection_id))

    def _follow(self, work: Coroutine[Any, Any, None]) -> None:
        """Submits beside the job that runs: the durable engine takes none from inside of one."""
        task = asyncio.get_running_loop().create_task(_told(work), context=contextvars.Context())
        self._submitting.add(task)
        task.add_done_callback(self._submitting.discard)

    async def begin_where_due(self, actor: Actor, connection_id: str) -> None:
        """When a vendor says that a subscription ends, or there was a sync."""
        if await self._keeper.is_due(actor, connection_id):
            await self.begin(actor.tenant_id, connection_id)

    async def sweep(self) -> None:
        for tenant_id, connection_id in await self._keeper.due():
            await self.begin(tenant_id, connection_id)


async def _told(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except CopilotError as error:
        _logger.warning("not submitted", reason=error.message)  # the next sweep does it
