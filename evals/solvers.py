"""Ways to put a question to the product over its API: the query endpoint, and the chat's AG-UI stream."""

import time
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Protocol

import httpx
import orjson
from ag_ui.core import (
    ActivitySnapshotEvent,
    Event,
    RunErrorEvent,
    RunFinishedEvent,
    RunFinishedInterruptOutcome,
    StepStartedEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    ToolCallArgsEvent,
    ToolCallStartEvent,
)
from pydantic import TypeAdapter, ValidationError

from evals.cases import Surface
from evals.replies import Reply, Table, ToolUse
from storage.kernel.ids import new_id
from tools.kit.blocks import Block, ChoicesBlock, SourcesBlock, TableBlock
from tools.query.schemas import QueryAnswer

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_BLOCK: TypeAdapter[Block] = TypeAdapter(Block)


class Solver(Protocol):
    """Asks within one conversation; `approve` allows what the chat asks leave for. Whatever goes wrong is a Reply with
    status "failed", never an exception."""

    async def ask(self, conversation: str, question: str, as_of: date, *, approve: bool = False) -> Reply: ...


def solver(surface: Surface, client: httpx.AsyncClient, auth: httpx.Auth) -> Solver:
    return QuerySolver(client, auth) if surface == "query" else ChatSolver(client, auth)


class QuerySolver:
    """POST /api/modules/mini-foundry/query."""

    def __init__(self, client: httpx.AsyncClient, auth: httpx.Auth) -> None:
        self._client = client
        self._auth = auth

    async def ask(
        self,
        conversation: str,
        question: str,
        as_of: date,
        *,
        approve: bool = False,  # noqa: ARG002 — nothing here waits for leave
    ) -> Reply:
        body = {"question": question, "as_of": as_of.isoformat(), "conversation_id": conversation}
        started = time.perf_counter()
        try:
            response = await self._client.post("/api/modules/mini-foundry/query", json=body, auth=self._auth)
            elapsed = _milliseconds_since(started)
            if response.status_code != httpx.codes.OK.value:
                return Reply("failed", f"HTTP {response.status_code}: {response.text[:500]}", elapsed)
            answer = QueryAnswer.model_validate_json(response.content)
        except (httpx.HTTPError, ValidationError) as error:
            return Reply("failed", f"{type(error).__name__}: {error}", _milliseconds_since(started))
        counted = answer.interpretation.time if answer.interpretation else None
        return Reply(
            status=answer.status,
            text=answer.answer,
            elapsed_ms=elapsed,
            tables=tuple(Table(one.columns, one.rows) for one in (answer, *answer.parts) if one.columns),
            period=(counted.from_, counted.to) if counted else (None, None),
            raw={"sql": answer.sql, "interpretation": answer.model_dump(mode="json")["interpretation"]},
        )


class ChatSolver:
    """POST /api/chat/runs, read as any AG-UI client would."""

    def __init__(self, client: httpx.AsyncClient, auth: httpx.Auth) -> None:
        self._client = client
        self._auth = auth

    async def ask(self, conversation: str, question: str, as_of: date, *, approve: bool = False) -> Reply:
        body: dict[str, Any] = {
            "threadId": conversation,
            "runId": new_id(),
            "messages": [{"id": new_id(), "role": "user", "content": question}],
            "tools": [],
            "context": [],
            "state": {},
            "forwardedProps": {"as_of": as_of.isoformat()},
        }
        run = _Run()
        try:
            await self._send(body, run)
            if approve and (waiting := run.waiting()):
                allowed = [
                    {"interruptId": one, "status": "resolved", "payload": {"decision": "approve"}} for one in waiting
                ]
                await self._send(body | {"runId": new_id(), "messages": [], "resume": allowed}, run.resumed())
        except (httpx.HTTPError, ValueError) as error:
            return run.failed(f"{type(error).__name__}: {error}")
        return run.reply()

    async def _send(self, body: dict[str, Any], run: "_Run") -> None:
        async with self._client.stream(
            "POST", "/api/chat/runs", json=body, headers={"Accept": "text/event-stream"}, auth=self._auth
        ) as response:
            if response.status_code != httpx.codes.OK.value:
                await response.aread()
                raise ValueError(f"HTTP {response.status_code}: {response.text[:500]}")
            async for event in _events(response):
                run.take(event)


class _Run:
    """The events of one run, gathered into a reply."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._first: float | None = None
        self._text: list[str] = []
        self._blocks: list[Block] = []
        self._agents: list[str] = []
        self._calls: dict[str, str] = {}
        self._arguments: dict[str, str] = {}
        self._ends: list[RunFinishedEvent | RunErrorEvent] = []

    def take(self, event: Event) -> None:
        if self._first is None:
            self._first = _milliseconds_since(self._started)
        match event:
            case TextMessageContentEvent():
                self._text.append(event.delta)
            case TextMessageEndEvent():
                self._text.append("\n")
            case StepStartedEvent() if event.step_name.startswith("agent:"):
                self._agents.append(event.step_name.removeprefix("agent:"))
            case ToolCallStartEvent():
                self._calls[event.tool_call_id] = event.tool_call_name
            case ToolCallArgsEvent():
                self._arguments[event.tool_call_id] = self._arguments.get(event.tool_call_id, "") + event.delta
            case ActivitySnapshotEvent() if event.activity_type.startswith("smb."):
                self._blocks.append(_BLOCK.validate_python(event.content))
            case RunFinishedEvent() | RunErrorEvent():
                self._ends.append(event)
            case _:
                pass

    def waiting(self) -> list[str]:
        """The calls that wait for an approval."""
        outcome = self._ends[-1].outcome if self._ends and isinstance(self._ends[-1], RunFinishedEvent) else None
        return [one.id for one in outcome.interrupts] if isinstance(outcome, RunFinishedInterruptOutcome) else []

    def resumed(self) -> "_Run":
        """The same turn goes on: what was said before the approval is no part of what came of it."""
        self._ends.clear()
        self._text.clear()
        return self

    def reply(self) -> Reply:
        if len(self._ends) != 1:
            return self.failed(f"the stream ended in {len(self._ends)} final events instead of one")
        end = self._ends[0]
        if isinstance(end, RunErrorEvent):
            return self.failed(end.message)
        counted = any(isinstance(block, SourcesBlock | TableBlock) for block in self._blocks)
        asked_back = any(isinstance(block, ChoicesBlock) for block in self._blocks)
        return Reply(
            status="needs_clarification" if asked_back else "answered" if counted else "cannot_answer",
            text="".join(self._text).strip(),
            elapsed_ms=_milliseconds_since(self._started),
            tables=tuple(Table(block.columns, block.rows) for block in self._blocks if isinstance(block, TableBlock)),
            agents=tuple(dict.fromkeys(self._agents)),
            tools=tuple(ToolUse(name, _object(self._arguments.get(call, ""))) for call, name in self._calls.items()),
            first_event_ms=self._first,
            input_tokens=sum(usage.input_tokens or 0 for usage in end.usage or ()),
            output_tokens=sum(usage.output_tokens or 0 for usage in end.usage or ()),
        )

    def failed(self, why: str) -> Reply:
        return Reply("failed", why, _milliseconds_since(self._started), first_event_ms=self._first)


async def _events(response: httpx.Response) -> AsyncIterator[Event]:
    """The events of a stream (WHATWG HTML, 9.2: `data` lines up to an empty line), each checked against AG-UI."""
    data: list[str] = []
    async for line in response.aiter_lines():
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield _EVENT.validate_json("\n".join(data))
            data = []


def _object(text: str) -> dict[str, Any]:
    """Arguments as the stream spelled them; none where they are no JSON object."""
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return TypeAdapter(dict[str, Any]).validate_python(parsed) if isinstance(parsed, dict) else {}


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
