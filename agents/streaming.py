"""LangGraph's stream, turned into run events. The only file that knows what that stream looks like."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from typing import Any, cast

import orjson
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage
from langgraph.types import Command

from agents.events import (
    ApprovalAsked,
    RunEvent,
    StepFinished,
    StepStarted,
    TextAdded,
    TextEnded,
    TextStarted,
    TokensUsed,
    ToolCalled,
    ToolReturned,
)
from agents.orchestrator import TurnGraph
from agents.state import RunContext, TurnState
from memory.checkpoints import thread_config
from storage.kernel.ids import new_id


def start_turn(graph: TurnGraph, state: TurnState, context: RunContext) -> AsyncGenerator[RunEvent]:
    """Runs a new turn and tells what happens as it happens. Ends when the turn is over, or waits for an approval
    (ApprovalAsked); raises what its nodes raise. A turn that still waited is dropped."""
    return _stream(graph, state, context)


def resume_turn(graph: TurnGraph, answers: Mapping[str, Any], context: RunContext) -> AsyncGenerator[RunEvent]:
    """Goes on with a turn that waits, from the answers to its interrupts by id."""
    return _stream(graph, Command(resume=dict(answers)), context)


async def _stream(graph: TurnGraph, given: TurnState | Command[Any], context: RunContext) -> AsyncGenerator[RunEvent]:
    stream = graph.astream(
        given,
        thread_config(context.thread_id),
        context=context,
        stream_mode=["messages", "tasks"],
        subgraphs=True,
        version="v2",
        # A turn is written when it ends or waits, and not half: a crash leaves the conversation as it was before.
        durability="exit",
    )
    teller = _Teller()
    async for part in stream:
        namespace, data = part["ns"], cast(Any, part["data"])
        if part["type"] == "messages":
            for event in teller.message(namespace, data[0]):
                yield event
        elif not namespace:
            for event in teller.task(data):
                yield event


class _Teller:
    """Follows one stream. Messages of the outermost graph are the router's and the joined answer; those of a
    subgraph are an agent's, whose words are shown when it is the only one asked."""

    def __init__(self) -> None:
        self._agents: dict[str, tuple[str, bool]] = {}
        """Task id → the agent, and whether its words are the answer."""
        self._active: dict[str, int] = {}
        self._next_text_id = new_id()
        self._open: tuple[str, str] | None = None
        """The model's id of the message that is being said, and ours."""
        self._said = ""
        self._calls: dict[str, AIMessageChunk] = {}
        """Pieces of messages that hold calls or usage, by the model's id, until the message is whole."""

    def task(self, data: dict[str, Any]) -> Iterator[RunEvent]:
        """A node of the outermost graph began or ended."""
        if "result" not in data:
            yield from self._begun(data)
            return
        name = self._step_name(data)
        if name == "answer":
            yield from self._unsaid(data["result"])
        for interrupt in data["interrupts"]:
            yield _approval(interrupt)
        yield from self._step_finished(name)

    def _begun(self, data: dict[str, Any]) -> Iterator[RunEvent]:
        if data["name"] == "agents":
            given = data["input"]
            self._agents[data["id"]] = (given["delegation"]["agent"], given["alone"])
        name = self._step_name(data)
        self._active[name] = self._active.get(name, 0) + 1
        # An agent that is asked two things at once is one step.
        if self._active[name] == 1:
            yield StepStarted(name)

    def _step_finished(self, name: str) -> Iterator[RunEvent]:
        self._active[name] -= 1
        if not self._active[name]:
            yield StepFinished(name)

    def _step_name(self, data: dict[str, Any]) -> str:
        return f"agent:{self._agents[data['id']][0]}" if data["name"] == "agents" else data["name"]

    def _unsaid(self, result: dict[str, Any]) -> Iterator[RunEvent]:
        """The answer, when no model said it: an agent without a tool speaks from a prompt."""
        answer = result.get("answer", "")
        if answer and answer.strip() != self._said.strip():
            message_id = self._take_text_id()
            yield TextStarted(message_id)
            yield TextAdded(message_id, answer)
            yield TextEnded(message_id)

    def message(self, namespace: tuple[str, ...], message: BaseMessage) -> Iterator[RunEvent]:
        """A piece of a message, or a whole one."""
        agent, shown = self._agents[namespace[0].partition(":")[2]] if namespace else ("", True)
        if isinstance(message, ToolMessage):
            yield self._returned(message)
        elif isinstance(message, AIMessage):
            if shown:
                yield from self._text(message)
            if (whole := self._whole(message)) is not None:
                yield from _told(whole, agent)

    def _text(self, message: AIMessage) -> Iterator[RunEvent]:
        model_id = message.id or ""
        if self._open is not None and self._open[0] != model_id:
            yield TextEnded(self._open[1], torn=True)
            self._open = None
        if message.text:
            if self._open is None:
                self._open, self._said = (model_id, self._take_text_id()), ""
                yield TextStarted(self._open[1])
            self._said += message.text
            yield TextAdded(self._open[1], message.text)
        is_whole = not isinstance(message, AIMessageChunk) or message.chunk_position == "last"
        if self._open is not None and is_whole:
            yield TextEnded(self._open[1])
            self._open = None

    def _whole(self, message: AIMessage) -> AIMessage | None:
        """The message's calls and usage once it is whole: those of one that broke off were never made."""
        if not isinstance(message, AIMessageChunk):
            return message
        model_id = message.id or ""
        if message.tool_call_chunks or message.usage_metadata or message.response_metadata:
            known = self._calls.get(model_id)
            self._calls[model_id] = message if known is None else known + message
        return self._calls.pop(model_id, None) if message.chunk_position == "last" else None

    def _returned(self, message: ToolMessage) -> ToolReturned:
        failed = message.status == "error"
        return ToolReturned(
            call_id=message.tool_call_id,
            message_id=message.id or new_id(),
            content=message.text,
            text=message.text if failed else _text_of(message.text),
            failed=failed,
            blocks=tuple(cast("Iterable[dict[str, Any]]", message.artifact or ())),
            answer_id=self._next_text_id,
        )

    def _take_text_id(self) -> str:
        taken, self._next_text_id = self._next_text_id, new_id()
        return taken


def _told(message: AIMessage, agent: str) -> Iterator[RunEvent]:
    """The calls and the usage of a whole message. A router's calls are steps, and not told as calls; of a reply with a
    malformed call none is made (see agents.repair)."""
    for call in message.tool_calls if agent and not message.invalid_tool_calls else ():
        yield ToolCalled(call["id"] or "", call["name"], agent, call["args"], message.id or "")
    if usage := message.usage_metadata:
        model = str(message.response_metadata.get("model_name", ""))
        yield TokensUsed(model, usage["input_tokens"], usage["output_tokens"])


def _approval(interrupt: dict[str, Any]) -> ApprovalAsked:
    asked = interrupt["value"]
    return ApprovalAsked(interrupt["id"], asked["tool_call_id"], asked["name"], asked["args"])


def _text_of(content: str) -> str:
    """The part of a result that is for people. Tools answer {"text", "facts"}; anything else is told as it is."""
    try:
        read = orjson.loads(content)
    except orjson.JSONDecodeError:
        return content
    return str(cast("dict[str, Any]", read).get("text", content)) if isinstance(read, dict) else content
