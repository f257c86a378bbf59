"""The durable engine (DBOS): work that is written down before it starts and taken up again after a crash.

It has a store of its own: on SQLite a second file, since the first has one writer. A process holds one engine;
DBOS keeps it in a global, which is why `start` refuses a second one instead of sharing it silently.
"""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from storage.kernel.errors import CopilotError, ErrorKind

Handler = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Does one piece of work, given its id and arguments. After a crash it is called again with the same: whatever
it already did it must find done. It reports its own failures; what it raises is only kept as an error."""

_APPLICATION = "smb"
_QUEUE = "smb-work-by-owner"
_QUEUE_BEFORE = "smb-work"
"""What an older program put there has no owner: it is still taken."""
AT_ONCE = 4
"""Pieces of work that one process does side by side; the others wait."""
OF_ONE = 3
"""Of these of one owner: whoever has much to do leaves the others a place."""
_POLL_SECONDS = 0.5
_VERSION = "1"
"""Raised when a handler's arguments change so that work begun by an older program cannot be continued by this one.
Unpinned, DBOS would hash the source, and every release would orphan what was running."""


class WorkState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_STATES = {
    "SUCCESS": WorkState.DONE,
    "ERROR": WorkState.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": WorkState.FAILED,
    "CANCELLED": WorkState.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class DurableConfig:
    """`url` is sqlite:///path or postgresql://…, without a driver. `executor` names this process among those that
    share a store: after a crash each takes up what it had begun itself. With `shared`, new work is begun by whichever
    process has room first, otherwise by the one that was asked."""

    url: str
    executor: str = "local"
    shared: bool = False


class DurableEngine:
    """Runs registered handlers durably on the event loop that called `start`."""

    def __init__(self, config: DurableConfig) -> None:
        self._config = config
        self._handlers: dict[str, Handler] = {}
        self._workflows: dict[str, Any] = {}
        self._started = False
        self._starting = asyncio.Lock()

    def register(self, name: str, handler: Handler) -> None:
        """Gives a kind of work its handler; all before `start`, since start takes up what was left."""
        if self._started:
            raise RuntimeError("handlers are registered before the engine starts")
        self._handlers[name] = handler

    async def start(self) -> None:
        """Opens the store, making it where it does not exist, and takes up unfinished work. Idempotent."""
        async with self._starting:
            if self._started:
                return
            # Two seconds of imports: only a process that has work to do pays them, and not on its event loop.
            module = await asyncio.to_thread(importlib.import_module, "dbos._dbos")
            if getattr(module, "_dbos_global_instance", None) is not None:
                raise RuntimeError("this process already runs a durable engine")
            if self._config.url.startswith("postgres"):
                await asyncio.to_thread(_migrate, self._config)
            # On the loop itself: DBOS resumes work on the loop that launches it.
            self._workflows = _launch(self._config, self._handlers)
            if self._config.shared:
                await _open_queues()
            self._started = True

    async def submit(self, name: str, work_id: str, arguments: dict[str, Any], *, owner: str) -> None:
        """Writes the work down and begins it. A work id that is known already is left as it is. Where processes share their
        work, none takes more than AT_ONCE pieces at a time, nor more than OF_ONE of one owner."""
        await self.start()
        from dbos import DBOS, SetEnqueueOptions, SetWorkflowID

        with SetWorkflowID(work_id), SetEnqueueOptions(queue_partition_key=owner if self._config.shared else None):
            if self._config.shared:
                await DBOS.enqueue_workflow_async(_QUEUE, self._workflows[name], work_id, arguments)
            else:
                await DBOS.start_workflow_async(self._workflows[name], work_id, arguments)

    async def state(self, work_id: str) -> WorkState | None:
        """How far the work is; None where the id was never submitted."""
        await self.start()
        from dbos import DBOS

        status = await DBOS.get_workflow_status_async(work_id)
        return None if status is None else _STATES.get(status.status, WorkState.PENDING)

    async def close(self) -> None:
        """Stops. Unfinished work stays written down and is taken up at the next start."""
        if not self._started:
            return
        from dbos import DBOS

        self._started = False
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)


def _migrate(config: DurableConfig) -> None:
    """Makes a server's tables, not on the event loop: indexes that are made CONCURRENTLY wait for all transactions to end,
    and those of the loop would wait for it. As `dbos.run_dbos_database_migrations`, which tells of what fails on standard
    output, where commands print JSON."""
    from dbos import DBOSPortableJSONSerializer
    from dbos._sys_db import SystemDatabase

    try:
        store = SystemDatabase.create(
            system_database_url=config.url,
            engine_kwargs={"pool_size": 2, "max_overflow": 0, "pool_timeout": 30},
            engine=None,
            schema="dbos",
            serializer=DBOSPortableJSONSerializer(),
            executor_id=None,
        )
        try:
            store.run_migrations()
        finally:
            store.destroy()
    except Exception as error:  # whatever the driver has, as at launch
        raise CopilotError(ErrorKind.UNAVAILABLE, "The store of durable jobs cannot be opened.") from error


def _launch(config: DurableConfig, handlers: dict[str, Handler]) -> dict[str, Any]:
    from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

    settings: DBOSConfig = {
        "name": _APPLICATION,
        "system_database_url": config.url,
        "application_version": _VERSION,
        "executor_id": config.executor,
        # The default pickles: whoever can write the store could then run code here.
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        "run_admin_server": False,
        "enable_otlp": False,
    }
    DBOS(config=settings)
    workflows = {name: _workflow(name, handler) for name, handler in handlers.items()}
    try:
        DBOS.launch()
    except Exception as error:
        DBOS.destroy(destroy_registry=True)
        raise CopilotError(ErrorKind.UNAVAILABLE, "The store of durable jobs cannot be opened.") from error
    return workflows


async def _open_queues() -> None:
    from dbos import DBOS

    await DBOS.register_queue_async(
        _QUEUE,
        worker_concurrency=AT_ONCE,
        partition_worker_concurrency=OF_ONE,
        polling_interval_sec=_POLL_SECONDS,
    )
    await DBOS.register_queue_async(_QUEUE_BEFORE, worker_concurrency=AT_ONCE, polling_interval_sec=_POLL_SECONDS)


def _workflow(name: str, handler: Handler) -> Any:
    from dbos import DBOS

    @DBOS.step(name=f"{name}.step")
    async def step(work_id: str, arguments: dict[str, Any]) -> None:
        await handler(work_id, arguments)

    @DBOS.workflow(name=name)
    async def workflow(work_id: str, arguments: dict[str, Any]) -> None:
        await step(work_id, arguments)

    return workflow
