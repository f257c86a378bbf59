"""Runs of threads: at most one of a thread is running, and each ends exactly once."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import CursorResult

from storage.kernel.errors import not_found
from storage.models.conversations import ChatRun, ChatThread
from storage.repositories.base import Repository
from storage.statements import prepared


class RunStatus(StrEnum):
    """How a run stands (see ChatRun). All but RUNNING are ends; INTERRUPTED and RESOLVED are the two halves of one."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """It waits for an approval."""
    RESOLVED = "resolved"
    """What it waited for was decided, or dropped; a later run went on."""


_OPEN = prepared(
    select(ChatRun).where(
        ChatRun.thread_id == bindparam("thread_id"), ChatRun.status.in_((RunStatus.RUNNING, RunStatus.INTERRUPTED))
    )
)
# Nobody reads a run that was loaded before it was ended on in the same unit: bringing it up to date is left out.
_END = prepared(
    update(ChatRun)
    .where(ChatRun.id == bindparam("run_id"), ChatRun.status == RunStatus.RUNNING)
    .execution_options(synchronize_session=False)
)
_RESOLVE = prepared(
    update(ChatRun)
    .where(ChatRun.id == bindparam("run_id"), ChatRun.status == RunStatus.INTERRUPTED)
    .execution_options(synchronize_session=False)
)


class RunRepository(Repository):
    """Of the actor's own threads; the system's unit of work sees all, for what a crash left open."""

    async def get(self, run_id: str) -> ChatRun:
        """Raises CopilotError (not found)."""
        actor = self.session.scope.actor
        own = (
            select(ChatRun)
            .join(ChatThread, ChatThread.id == ChatRun.thread_id)
            .where(ChatRun.id == run_id, ChatThread.user_id == (actor.user_id if actor else None))
        )
        if (run := await self.session.scalar(own)) is None:
            raise not_found("The run")
        return run

    async def open(self, thread_id: str) -> ChatRun | None:
        """The run of a thread that is running or waits for an approval. There is at most one: none begins while
        another is running, and the next one resolves what waits."""
        return await self.session.scalar(_OPEN, {"thread_id": thread_id})

    async def begin(self, run: ChatRun) -> None:
        """Raises CopilotError (conflict) when another run of the thread began at the same time (the table's unique
        index lets one of them in), or when the id was used."""
        await self.session.insert(run)

    async def settle(self, run_id: str, status: RunStatus, **values: Any) -> bool:
        """Ends a running run. False when it had ended already, and then nothing was changed."""
        ending = {"run_id": run_id, "status": status, "finished_at": self.clock.now(), **values}
        result = await self.session.execute(_END, ending)
        return isinstance(result, CursorResult) and result.rowcount == 1

    async def resolve(self, run_id: str) -> bool:
        """Notes that what an interrupted run waited for has been answered, or dropped. False when it had been before,
        and then nothing was changed."""
        result = await self.session.execute(_RESOLVE, {"run_id": run_id, "status": RunStatus.RESOLVED})
        return isinstance(result, CursorResult) and result.rowcount == 1

    async def beat(self, run_id: str) -> bool:
        """Renews the heartbeat. True when someone asked to cancel, or the run was ended by someone else."""
        renewed = update(ChatRun).where(ChatRun.id == run_id, ChatRun.status == RunStatus.RUNNING)
        await self.session.execute(renewed.values(heartbeat_at=self.clock.now()))
        state = select(ChatRun.status, ChatRun.cancel_requested).where(ChatRun.id == run_id)
        row = (await self.session.execute(state)).one_or_none()
        return row is None or row.cancel_requested or row.status != RunStatus.RUNNING

    async def request_cancel(self, run_id: str) -> None:
        await self.session.execute(update(ChatRun).where(ChatRun.id == run_id).values(cancel_requested=True))

    async def abandoned(self, before: datetime) -> Sequence[ChatRun]:
        """Running runs whose heartbeat is that old: for the system's unit of work."""
        old = select(ChatRun).where(ChatRun.status == RunStatus.RUNNING, ChatRun.heartbeat_at <= before)
        return (await self.session.scalars(old)).all()
