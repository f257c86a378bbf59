"""Runs: a turn of a conversation, executed in a task of its own, apart from the request that asked for it.

A run appends its events to the log; whoever wants to see them reads the log, on any worker and as often as it likes.
Its row in the store says how it stands, and whoever changes that row from "running" first is the one who ends it: the
run itself, or the reaper when the worker is gone. So every run ends exactly once.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import structlog
from ag_ui.core import BaseEvent, RunAgentInput
from langgraph.errors import GraphRecursionError
from pydantic import BaseModel, ConfigDict

from agents.agui import INTERNAL, AguiTranslator, encode, run_error
from agents.approvals import PendingCall, pending_call
from agents.beginning import Job, Stop, TurnStarter
from agents.budget import Allowance, Meter, UsageSink, metered
from agents.events import ApprovalAsked
from agents.inputs import read_input
from agents.orchestrator import Orchestrator
from agents.untraced import untraced
from memory.checkpoints import Checkpoints, checkpoints_unavailable, is_checkpoint_failure
from memory.events import LoggedEvent, RunEventLog
from storage.database import Database
from storage.kernel.actor import Actor, Permission, Surface
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.conversations import ChatRun
from storage.repositories.runs import RunStatus
from storage.scope import SystemPurpose
from storage.tracing import spanned
from tools.kit.catalogue import Catalogue

log = structlog.get_logger(__name__)

_BEGINNING = 2
"""Turns that begin at the same time. The others queue here instead of for the store, where a turn that ends would wait
behind them: what was begun is ended first."""
LOST = "lost"
"""The error code of a run whose worker went away."""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """Times are in seconds."""

    deadline: float = 300.0
    """A turn that takes longer is ended."""
    heartbeat: float = 5.0
    lost_after: float = 30.0
    """Without a heartbeat for so long, a run's worker is taken to be gone."""
    reap_every: float = 10.0
    follow: float = 5.0
    """How long a reader waits for an event before it looks whether the run still lives."""
    grace: float = 10.0
    """How long a shutdown waits for runs to end by themselves."""
    most_running: int = 200
    """Per process; the next one is told to come back."""
    exclusive: bool = False
    """No other process uses this store, so every run found running at the start was left by a crash."""
    budget: Allowance = field(default_factory=Allowance)
    """What one run may use of a remote model."""


class RunView(BaseModel):
    """How a run stands. `interrupts` are the calls that it waits for, with their exact arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    thread_id: str
    status: str
    created_at: datetime
    finished_at: datetime | None
    as_of: date | None
    interrupts: tuple[PendingCall, ...]
    error_code: str | None
    error_message: str | None
    usage: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class _End:
    """How a run ended. `error` None with status failed is a fault of ours."""

    status: RunStatus
    error: CopilotError | None = None


class RunService:
    """`async with` it: entering starts the reaper, leaving ends what still runs."""

    def __init__(
        self,
        *,
        database: Database,
        orchestrator: Orchestrator,
        catalogue: Catalogue,
        checkpoints: Checkpoints,
        events: RunEventLog,
        usage: UsageSink,
        prompt_hash: str,
        config: RunConfig = RunConfig(),
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._checkpoints = checkpoints
        self._log = events
        self._usage = usage
        self._starter = TurnStarter(database, orchestrator.graph, catalogue, prompt_hash)
        self._config = config
        self._jobs: dict[str, tuple[Job, asyncio.Task[None]]] = {}
        self._entrance = asyncio.Semaphore(_BEGINNING)
        self._arriving = 0
        """How many turns begin, or wait for that."""
        self._over: set[str] = set()
        """Threads whose last turn is over, so that its checkpoints can go."""
        self._reaper: asyncio.Task[None] | None = None
        self._closing = False

    async def __aenter__(self) -> Self:
        if self._config.exclusive:
            await self.reap(timedelta(0))
        self._reaper = asyncio.create_task(self._reap_forever(), name="run-reaper")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        if self._reaper is not None:
            self._reaper.cancel()
        tasks = {task for _, task in self._jobs.values()}
        if tasks:
            await asyncio.wait(tasks, timeout=self._config.grace)
        for job, task in list(self._jobs.values()):
            self._stop(job, task, Stop.SHUTDOWN)
        if pending := {task for task in tasks if not task.done()}:
            await asyncio.wait(pending, timeout=self._config.grace)
        await self._prune()

    async def start(self, actor: Actor, given: RunAgentInput) -> str:
        """Begins a run and returns its id. Raises CopilotError for input that makes no sense, a thread that is not
        the actor's, one that is still being answered (conflict), and when there are too many runs."""
        request = read_input(given)
        if not actor.may(Permission.CHAT_USE):
            raise CopilotError(ErrorKind.FORBIDDEN, "Your role may not use the chat.")
        if self._closing or len(self._jobs) + self._arriving >= self._config.most_running:
            raise _too_many()
        self._arriving += 1
        try:
            async with self._entrance:
                if self._closing:
                    raise _too_many()
                job = await self._starter.begin(replace(actor, surface=Surface.CHAT), request)
        finally:
            self._arriving -= 1
        task = asyncio.create_task(self._execute(job), name=f"run:{job.run_id}")
        self._jobs[job.run_id] = (job, task)
        task.add_done_callback(lambda _: self._jobs.pop(job.run_id, None))
        return job.run_id

    async def get(self, actor: Actor, run_id: str) -> RunView:
        """How a run stands. Raises CopilotError (not found)."""
        async with self._database.read(actor) as uow:
            return _run_view(await uow.runs.get(run_id))

    async def cancel(self, actor: Actor, run_id: str) -> None:
        """Ends a run, wherever it is executed; one that has ended stays as it is. Its last event says so."""
        async with self._database.write(actor) as uow:
            run = await uow.runs.get(run_id)
            if run.status != RunStatus.RUNNING:
                return
            await uow.runs.request_cancel(run_id)
        if (mine := self._jobs.get(run_id)) is not None:
            self._stop(*mine, Stop.USER)
            await asyncio.wait({mine[1]}, timeout=self._config.grace)

    async def events(self, actor: Actor, run_id: str, after: int = 0) -> AsyncIterator[LoggedEvent]:
        """A run's events after a number, to its final one, as they come. Raises CopilotError (not found) at once.

        Where the log has forgotten a run that ended, or lost it in a crash, its final event is told from its row."""
        mine = self._jobs.get(run_id)
        if mine is None or not _same_person(mine[0].context.actor, actor):
            await self.get(actor, run_id)
        number = max(after, 0)
        while True:
            batch = await self._log.read(run_id, number, wait=self._config.follow)
            for event in batch:
                yield event
                number = event.number
                if event.final:
                    return
            if batch:
                continue
            if (final := await self._log.final_number(run_id)) is not None:
                if number >= final:
                    return
                continue
            run = await self.get(actor, run_id)
            if run.status != RunStatus.RUNNING and not await self._log.read(run_id, number, wait=0.0):
                yield LoggedEvent(number + 1, encode(_ending(run)), final=True)
                return

    async def reap(self, older_than: timedelta) -> int:
        """Ends runs whose worker has gone. Returns how many."""
        async with self._database.system(SystemPurpose.SCHEDULER) as uow:
            lost = [
                run.id
                for run in await uow.runs.abandoned(uow.clock.now() - older_than)
                if run.id not in self._jobs
                and await uow.runs.settle(run.id, RunStatus.FAILED, **_error_columns(_lost(), LOST))
            ]
        for run_id in lost:
            log.warning("run lost", run_id=run_id)
            await self._log.append(run_id, [encode(run_error(_lost(), run_id))], final=True)
        return len(lost)

    async def _execute(self, job: Job) -> None:
        structlog.contextvars.bind_contextvars(run_id=job.run_id, thread_id=job.context.thread_id)
        translator = AguiTranslator(job.context.thread_id, job.run_id)
        beat = asyncio.create_task(self._beat(job), name=f"heartbeat:{job.run_id}")
        try:
            end = await self._run(job, translator)
        finally:
            job.over = True
            beat.cancel()
        await self._finish(job, translator, end)

    async def _run(self, job: Job, translator: AguiTranslator) -> _End:
        try:
            await self._tell(job, [translator.started(job.resumes)])
            async with asyncio.timeout(self._config.deadline):
                await self._take_turn(job, translator)
        except asyncio.CancelledError:
            return _End(RunStatus.CANCELLED) if job.stop is Stop.USER else _End(RunStatus.FAILED, _shutting_down())
        except TimeoutError:
            return _End(RunStatus.FAILED, _too_long())
        except GraphRecursionError:
            return _End(RunStatus.FAILED, CopilotError(ErrorKind.UNAVAILABLE, "The answer went round in circles."))
        except CopilotError as error:
            log.info("run failed", kind=error.kind, reason=error.message)
            return _End(RunStatus.FAILED, error)
        except Exception as error:
            log.exception("run fault")
            return _End(RunStatus.FAILED, checkpoints_unavailable() if is_checkpoint_failure(error) else None)
        return _End(RunStatus.INTERRUPTED if job.asked else RunStatus.SUCCEEDED)

    async def _take_turn(self, job: Job, translator: AguiTranslator) -> None:
        span = spanned(
            "chat.turn",
            smb__run_id=job.run_id,
            smb__tenant__id=job.context.actor.tenant_id,
            gen_ai__conversation__id=job.context.thread_id,
        )
        meter = Meter(job.context.actor, self._config.budget, self._usage)
        for call in job.resumed:
            job.transcript.add(call)
        # Closed here also when it is not the turn that fails, so that nothing of it goes on unseen.
        with span, untraced():
            async with metered(meter), aclosing(job.turn):
                async for event in job.turn:
                    job.transcript.add(event)
                    if isinstance(event, ApprovalAsked):
                        job.asked.append(event)
                    await self._tell(job, translator.translate(event))

    async def _tell(self, job: Job, events: Iterable[BaseEvent]) -> None:
        if lines := [encode(event) for event in events]:
            await self._log.append(job.run_id, lines)

    async def _finish(self, job: Job, translator: AguiTranslator, end: _End) -> None:
        try:
            calls = (
                [pending_call(asked, job.context.turn_id, self._catalogue) for asked in job.asked]
                if end.status == RunStatus.INTERRUPTED
                else []
            )
            message_id = await self._keep(job, translator, end, calls)
        except Exception as fault:
            log.exception("run could not be kept")
            end, calls, message_id = (
                _End(RunStatus.FAILED, fault if isinstance(fault, CopilotError) else None),
                [],
                None,
            )
        match end.status:
            case RunStatus.SUCCEEDED:
                last = translator.succeeded(message_id)
            case RunStatus.INTERRUPTED:
                last = translator.interrupted(calls)
            case RunStatus.CANCELLED:
                last = translator.cancelled()
            case _:
                last = translator.failed(end.error, job.run_id)
        if end.status == RunStatus.INTERRUPTED:
            self._over.discard(job.context.thread_id)
        else:
            self._over.add(job.context.thread_id)
        try:
            await self._log.append(job.run_id, [encode(event) for event in last], final=True)
        except CopilotError as error:
            # The run is over and kept: readers find its end in its row.
            log.warning("run's end could not be told", reason=error.message)

    async def _keep(self, job: Job, translator: AguiTranslator, end: _End, calls: Sequence[PendingCall]) -> str | None:
        """Writes how the run ended, with its answer. Whoever ended it before has the last word: then nothing."""
        thread_id = job.context.thread_id
        columns: dict[str, Any] = {
            "interrupts": [call.model_dump(mode="json") for call in calls],
            "usage": [used.model_dump(exclude_none=True) for used in translator.usage],
        }
        if end.status == RunStatus.FAILED:
            columns |= _error_columns(end.error, INTERNAL)
        async with self._database.write(job.context.actor) as uow:
            if not await uow.runs.settle(job.run_id, end.status, **columns):
                return None
            message = job.transcript.message(thread_id, job.run_id, keep_unfinished=end.status == RunStatus.CANCELLED)
            if message is not None:
                message.context = job.context.memory.query
                await uow.threads.say(message)
            return message.id if message is not None else None

    async def _beat(self, job: Job) -> None:
        while True:
            await asyncio.sleep(self._config.heartbeat)
            try:
                async with self._database.write(job.context.actor) as uow:
                    unwanted = await uow.runs.beat(job.run_id)
            except CopilotError as error:
                log.warning("heartbeat missed", reason=error.message)
                continue
            if unwanted and (mine := self._jobs.get(job.run_id)) is not None:
                self._stop(*mine, Stop.USER)

    def _stop(self, job: Job, task: "asyncio.Task[None]", why: Stop) -> None:
        if job.stop is None and not job.over:
            job.stop = why
            task.cancel()

    async def _prune(self) -> None:
        """Forgets the checkpoints of turns that are over: together, since each costs a transaction of its own."""
        busy = {job.context.thread_id for job, _ in self._jobs.values()}
        over, self._over = self._over - busy, self._over & busy
        await self._checkpoints.prune(sorted(over))

    async def _reap_forever(self) -> None:
        while True:
            await asyncio.sleep(self._config.reap_every)
            try:
                await self.reap(timedelta(seconds=self._config.lost_after))
                await self._prune()
            except Exception:
                log.exception("reaper failed, will try again")


def _same_person(one: Actor, other: Actor) -> bool:
    return (one.tenant_id, one.user_id) == (other.tenant_id, other.user_id)


def _run_view(run: ChatRun) -> RunView:
    return RunView(
        id=run.id,
        thread_id=run.thread_id,
        status=run.status,
        created_at=run.created_at,
        finished_at=run.finished_at,
        as_of=run.as_of,
        interrupts=tuple(PendingCall.model_validate(one) for one in run.interrupts),
        error_code=run.error_code,
        error_message=run.error_message,
        usage=tuple(run.usage),
    )


def _ending(run: RunView) -> BaseEvent:
    """The final event of a run whose log is gone."""
    translator = AguiTranslator(run.thread_id, run.id)
    match run.status:
        case RunStatus.SUCCEEDED | RunStatus.RESOLVED:
            (event,) = translator.succeeded(None)
        case RunStatus.INTERRUPTED:
            (event,) = translator.interrupted(run.interrupts)
        case RunStatus.CANCELLED:
            (event,) = translator.cancelled()
        case _:
            event = run_error(None, run.id)
            event.message, event.code = run.error_message or event.message, run.error_code or event.code
    return event


def _error_columns(error: CopilotError | None, code: str) -> dict[str, str]:
    shown = run_error(error, "see the log")
    return {"error_code": code if error is None or code == LOST else error.kind.value, "error_message": shown.message}


def _too_many() -> CopilotError:
    return CopilotError(
        ErrorKind.UNAVAILABLE, "There are too many conversations at once.", hint="Try again.", retry_after=2.0
    )


def _lost() -> CopilotError:
    return CopilotError(
        ErrorKind.UNAVAILABLE, "The server stopped while it was answering.", hint="Ask again: nothing was lost."
    )


def _shutting_down() -> CopilotError:
    return CopilotError(ErrorKind.UNAVAILABLE, "The server is shutting down.", hint="Ask again in a moment.")


def _too_long() -> CopilotError:
    return CopilotError(ErrorKind.TIMEOUT, "The answer took too long, so it was stopped.", hint="Ask for less at once.")
