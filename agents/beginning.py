"""How a turn begins: what it goes on from, and the rows that say so."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from agents.approvals import PendingCall, answers_of
from agents.events import ApprovalAsked, RunEvent, ToolCalled
from agents.history import TURNS, turns_of
from agents.inputs import RunRequest
from agents.orchestrator import TurnGraph
from agents.state import RunContext, first_state
from agents.streaming import resume_turn, start_turn
from agents.transcript import Transcript
from memory.threads import title_of
from storage.database import Database
from storage.kernel.actor import Actor, Module
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.models.conversations import ChatMessage, ChatRun, ChatThread
from storage.models.identity import Tenant
from storage.repositories.runs import RunStatus
from storage.scope import TurnMemory
from tools.ingestion.mapping.terms import withheld_sources
from tools.kit.catalogue import Catalogue
from tools.sources.nouns import SourceNouns


class Stop(Enum):
    """Why a run's task was cancelled."""

    USER = "user"
    SHUTDOWN = "shutdown"


@dataclass
class Job:
    """One run of this process, from its beginning to its end."""

    context: RunContext
    turn: AsyncGenerator[RunEvent]
    """What the graph will do, not begun yet."""
    resumes: str | None = None
    """The run that waited, when this one goes on with it."""
    resumed: Sequence[ToolCalled] = ()
    """The calls that were decided about."""
    transcript: Transcript = field(default_factory=Transcript)
    asked: list[ApprovalAsked] = field(default_factory=list[ApprovalAsked])
    stop: Stop | None = None
    over: bool = False
    """The turn has ended and is being written down: nothing stops that."""

    @property
    def run_id(self) -> str:
        return self.context.run_id


@dataclass(frozen=True, slots=True)
class _Found:
    """What a turn begins from, read ahead of the writing, which keeps all other writers of an embedded store waiting.
    What changes in between ends in a conflict. `waiting` is the run that waits for an approval."""

    tenant: Tenant
    thread: ChatThread | None
    waiting: ChatRun | None
    earlier: Sequence[ChatMessage]
    sources: Mapping[str, tuple[str, ...]]
    withheld: frozenset[str]


@dataclass(frozen=True, slots=True)
class TurnStarter:
    """Begins the turns of one process."""

    database: Database
    graph: TurnGraph
    catalogue: Catalogue
    prompt_hash: str
    nouns: SourceNouns = field(default_factory=SourceNouns)

    async def begin(self, actor: Actor, request: RunRequest) -> Job:
        """Raises CopilotError: not found for a thread that is another's or that a decision is about and does not exist,
        conflict for one that is still being answered, or whose waiting call was decided about."""
        found = await self._look_up(actor, request)
        now, thread_id, title = self.database.clock.now(), request.thread_id, title_of(request.question)
        context = _context(actor, found.tenant, request, now)
        context = replace(context, sources=found.sources, withheld=found.withheld)
        context.memory.query = next((one.context for one in reversed(found.earlier) if one.context), None)
        if request.resume:
            job = self._resume(context, request, found.waiting)
        else:
            first = first_state(request.question, turns_of(found.earlier, found.withheld))
            job = Job(context, start_turn(self.graph, first, context))
        said = [] if found.thread else [*found.earlier]
        if request.question:
            said.append(_message(thread_id, "user", request.question, context.run_id))
        async with self.database.write(actor) as uow:
            if found.thread is None:
                await uow.threads.begin(thread_id, title)
            else:
                await uow.threads.touch(thread_id, now, title=found.thread.title or title)
            if found.waiting is not None and not await uow.runs.resolve(found.waiting.id):
                raise _still_answered()
            await uow.threads.say(*said)
            await uow.runs.begin(self._row(context))
        return job

    async def _look_up(self, actor: Actor, request: RunRequest) -> _Found:
        async with self.database.read(actor) as uow:
            tenant = await uow.tenants.current()
            sources, withheld = await self.nouns.of(uow), await withheld_sources(uow)
            thread = await (uow.threads.get if request.resume else uow.threads.find)(request.thread_id)
            if thread is None:
                # What a client brings of a conversation that was held elsewhere.
                said = [_message(request.thread_id, one.role, one.text, None) for one in request.earlier]
                return _Found(tenant, None, None, said, sources, withheld)
            waiting = await uow.runs.open(thread.id)
            if waiting is not None and waiting.status == RunStatus.RUNNING:
                raise _still_answered()
            earlier = await uow.threads.latest_messages(thread.id, 2 * TURNS)
            return _Found(tenant, thread, waiting, earlier, sources, withheld)

    def _resume(self, context: RunContext, request: RunRequest, waiting: ChatRun | None) -> Job:
        if waiting is None:
            raise CopilotError(ErrorKind.CONFLICT, "Nothing waits for a decision in this conversation.")
        calls = [PendingCall.model_validate(one) for one in waiting.interrupts]
        # It is the same turn still, and answered for the day that it was asked for.
        context = replace(context, turn_id=calls[0].turn_id)
        if context.as_of is None and waiting.as_of is not None:
            context = replace(context, as_of=waiting.as_of, today=waiting.as_of)
        answers = answers_of(request.resume, calls, self.catalogue, context)
        resumed = tuple(_called(call, answers[call.interrupt_id]) for call in calls)
        return Job(context, resume_turn(self.graph, answers, context), resumes=waiting.id, resumed=resumed)

    def _row(self, context: RunContext) -> ChatRun:
        return ChatRun(
            id=context.run_id,
            thread_id=context.thread_id,
            user_id=context.actor.user_id,
            status=RunStatus.RUNNING,
            heartbeat_at=self.database.clock.now(),
            as_of=context.as_of,
            prompt_hash=self.prompt_hash,
        )


def _context(actor: Actor, tenant: Tenant, request: RunRequest, now: datetime) -> RunContext:
    return RunContext(
        actor=actor,
        modules=frozenset(module for module in Module if module in tenant.modules),
        run_id=request.run_id,
        turn_id=request.run_id,
        conversation_id=request.thread_id,
        turn=TurnMemory(request.thread_id, tenant),
        as_of=request.as_of,
        today=request.as_of or now.astimezone(ZoneInfo(tenant.timezone)).date(),
    )


def _message(thread_id: str, role: str, content: str, run_id: str | None) -> ChatMessage:
    nothing: dict[str, Any] = {"blocks": [], "tool_calls": []}
    return ChatMessage(id=new_id(), thread_id=thread_id, run_id=run_id, role=role, content=content, **nothing)


def _called(call: PendingCall, answer: Mapping[str, Any]) -> ToolCalled:
    """The call as it will be made: with the arguments that the person gave it, where they were edited."""
    edited = answer.get("edited_action")
    arguments = edited["args"] if edited else call.arguments
    return ToolCalled(call.call_id, call.tool_name, call.capability.partition(".")[0], arguments, "")


def _still_answered() -> CopilotError:
    return CopilotError(
        ErrorKind.CONFLICT,
        "This conversation is still being answered.",
        hint="Wait for the answer or cancel it, then ask again.",
    )
