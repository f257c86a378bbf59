"""Jobs: long work that its caller follows. Written down first, run by the durable engine, told to whoever listens."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field

from memory.events import LoggedEvent, RunEventLog
from memory.feed import TenantFeed
from memory.slots import FairSlots
from storage.database import Database
from storage.durable import AT_ONCE, OF_ONE, DurableEngine, WorkState
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.system import Job, JobState
from storage.scope import SystemPurpose

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("jobs")
_REPORT_SECONDS = 0.5
_WAIT = 15.0
FAULT = CopilotError(ErrorKind.UNAVAILABLE, "Something went wrong on our side.", hint="It has been logged. Try again.")


class JobError(BaseModel):
    model_config = ConfigDict(frozen=True)

    kind: str = Field(examples=["invalid"])
    message: str
    hint: str | None = None


class JobView(BaseModel):
    """A job as its caller sees it. `progress` runs from 0 to 1."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str = Field(examples=["import.commit"])
    state: JobState
    progress: float = Field(ge=0, le=1, examples=[0.4])
    message: str | None = Field(examples=["4,000 of 10,000 rows"])
    result: dict[str, Any] | None = None
    error: JobError | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


Report = Callable[[float, str], None]
"""Says how far the work is: 0 to 1, and in words. Cheap, and safe inside a unit of work."""

JobHandler = Callable[[Actor, dict[str, Any], Report], Awaitable[dict[str, Any]]]
"""Does the work on behalf of the actor who asked, and returns the job's result. Called again with the same
arguments after a crash. Raises CopilotError for what the caller may be told."""


class JobService:
    """Submits and follows jobs. Kinds are registered before `recover`."""

    def __init__(self, *, database: Database, engine: DurableEngine, log: RunEventLog, feed: TenantFeed) -> None:
        self._database = database
        self._engine = engine
        self._log = log
        self._feed = feed
        self._handlers: dict[str, JobHandler] = {}
        self._slots = FairSlots(AT_ONCE, OF_ONE)

    @property
    def database(self) -> Database:
        return self._database

    def register(self, kind: str, handler: JobHandler) -> None:
        self._handlers[kind] = handler
        self._engine.register(kind, self._run)

    async def submit(
        self, actor: Actor, kind: str, arguments: dict[str, Any], *, idempotency_key: str | None = None
    ) -> JobView:
        """Writes the job down and begins it. The same kind and key give the same job."""
        async with self._database.write(actor) as uow:
            job = await uow.jobs.enqueue(kind, arguments, user_id=actor.user_id, idempotency_key=idempotency_key)
            view = _view(job)
        await self._engine.submit(kind, view.id, _on_behalf_of(actor), owner=actor.tenant_id)
        return view

    async def get(self, actor: Actor, job_id: str) -> JobView:
        async with self._database.read(actor) as uow:
            return _view(await uow.jobs.get(job_id))

    async def follow(self, actor: Actor, job_id: str, after: int = 0) -> AsyncGenerator[LoggedEvent]:
        """The job's states as they come, each a JobView as JSON, until the final one. Raises not_found."""
        view = await self.get(actor, job_id)
        number = after
        if view.state.is_final:
            yield LoggedEvent(number + 1, view.model_dump_json(), final=True)
            return
        if after == 0:
            yield LoggedEvent(0, view.model_dump_json())
        while True:
            events = await self._log.read(_stream(job_id), number, wait=_WAIT)
            for event in events:
                yield event
                number = event.number
                if event.final:
                    return
            if not events and (view := await self.get(actor, job_id)).state.is_final:
                # Its end was written down, but the process died before it could say so.
                yield LoggedEvent(number + 1, view.model_dump_json(), final=True)
                return

    async def unfinished(self, kind: str) -> list[dict[str, Any]]:
        """The arguments of all tenants' jobs of a kind that are queued or running."""
        async with self._database.system(SystemPurpose.SCHEDULER) as uow:
            return [dict(job.arguments) for job in await uow.jobs.unfinished() if job.kind == kind]

    async def work(self) -> None:
        """Makes this process take jobs that others submitted, where the store is shared."""
        await self._engine.start()

    async def recover(self) -> int:
        """Takes up what a crash or a stop left open; returns how many jobs that were. Costs one query when nothing was."""
        async with self._database.system(SystemPurpose.SCHEDULER) as uow:
            left = [(job.id, job.kind, job.tenant_id, job.user_id) for job in await uow.jobs.unfinished()]
        if not left:
            return 0
        await self._engine.start()
        for job_id, kind, tenant_id, user_id in left:
            actor = Actor(tenant_id, user_id, Role.OWNER, Surface.SYSTEM)
            if kind not in self._handlers:
                await self._fail(
                    actor, job_id, CopilotError(ErrorKind.UNSUPPORTED, "This kind of job is no longer known.")
                )
                continue
            match await self._engine.state(job_id):
                case None:
                    # Killed between writing the job down and handing it over: nobody's rights were used yet, so the
                    # asker's are looked up anew.
                    await self._resubmit(tenant_id, user_id, job_id, kind)
                case WorkState.PENDING:
                    pass
                case _:
                    await self._fail(actor, job_id, FAULT)
        return len(left)

    async def _resubmit(self, tenant_id: str, user_id: str | None, job_id: str, kind: str) -> None:
        async with self._database.system(SystemPurpose.SCHEDULER) as uow:
            membership = await uow.memberships.find(tenant_id, user_id) if user_id else None
        if user_id is not None and membership is None:
            gone = CopilotError(ErrorKind.FORBIDDEN, "Who asked for this is no longer a member.")
            await self._fail(Actor(tenant_id, user_id, Role.VIEWER, Surface.SYSTEM), job_id, gone)
            return
        role = Role(membership.role) if membership is not None else Role.OPERATOR
        actor = Actor(tenant_id, user_id, role, Surface.SYSTEM)
        await self._engine.submit(kind, job_id, _on_behalf_of(actor), owner=tenant_id)

    async def _run(self, job_id: str, arguments: dict[str, Any]) -> None:
        actor = Actor(
            arguments["tenant_id"], arguments["user_id"], Role(arguments["role"]), Surface(arguments["surface"])
        )
        with structlog.contextvars.bound_contextvars(job_id=job_id):
            async with self._slots.of(actor.tenant_id):
                await self._run_as(actor, job_id)

    async def _run_as(self, actor: Actor, job_id: str) -> None:
        async with self._database.write(actor) as uow:
            job = await uow.jobs.get(job_id)
            kind, work = job.kind, dict(job.arguments)
            if not await uow.jobs.start(job_id):
                return
        await self._tell(actor, job_id)
        reporter = _Reporter(self, actor, job_id)
        try:
            async with reporter:
                result = await self._handlers[kind](actor, work, reporter.report)
        except CopilotError as error:
            await self._fail(actor, job_id, error)
        except Exception as error:
            _logger.error("job failed", kind=kind, exc_info=error)
            await self._fail(actor, job_id, FAULT)
        else:
            async with self._database.write(actor) as uow:
                await uow.jobs.succeed(job_id, result, reporter.said)
            await self._tell(actor, job_id, final=True)

    async def _fail(self, actor: Actor, job_id: str, error: CopilotError) -> None:
        async with self._database.write(actor) as uow:
            await uow.jobs.fail(job_id, error)
        await self._tell(actor, job_id, final=True)

    async def note(self, actor: Actor, job_id: str, progress: float, message: str) -> None:
        """Writes down how far a running job is, and tells those who listen."""
        async with self._database.write(actor) as uow:
            going_on = await uow.jobs.report(job_id, progress, message)
        if going_on:
            await self._tell(actor, job_id)

    async def _tell(self, actor: Actor, job_id: str, *, final: bool = False) -> None:
        view = await self.get(actor, job_id)
        await self._log.append(_stream(job_id), [view.model_dump_json()], final=final)
        await self._feed.publish(actor.tenant_id, "job", view.model_dump(mode="json"))


class _Reporter:
    """Passes reports on in a task of its own: the work may report from inside a unit of work, and on SQLite that
    is the only one that can write. What comes faster than twice a second is skipped."""

    def __init__(self, jobs: JobService, actor: Actor, job_id: str) -> None:
        self._jobs = jobs
        self._actor = actor
        self._job_id = job_id
        self._latest: tuple[float, str] | None = None
        self.said: str | None = None
        """The newest message, passed on or not."""
        self._task: asyncio.Task[None] | None = None

    def report(self, progress: float, message: str) -> None:
        self._latest, self.said = (progress, message), message

    async def __aenter__(self) -> "_Reporter":
        self._task = asyncio.create_task(self._pass_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _pass_on(self) -> None:
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            latest, self._latest = self._latest, None
            if latest is not None:
                try:
                    await self._jobs.note(self._actor, self._job_id, *latest)
                except CopilotError as error:
                    # A busy store: the next report will do.
                    _logger.warning("progress not written", reason=error.message)


def _on_behalf_of(actor: Actor) -> dict[str, Any]:
    return {
        "tenant_id": actor.tenant_id,
        "user_id": actor.user_id,
        "role": actor.role.value,
        "surface": actor.surface.value,
    }


def _stream(job_id: str) -> str:
    return f"job:{job_id}"


def _view(job: Job) -> JobView:
    return JobView(
        id=job.id,
        kind=job.kind,
        state=JobState(job.state),
        progress=job.progress,
        message=job.message,
        result=job.result,
        error=JobError.model_validate(job.error) if job.error else None,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )
