"""One streamed reply of a remote model, put together strictly: text goes on at once, tool calls when they are whole."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage
from langchain_core.messages.tool import ToolCall, ToolCallChunk

from storage.kernel.ids import new_id

_CHARACTERS_PER_TOKEN = 4


@dataclass(slots=True)
class _Call:
    id: str | None
    name: str = ""
    arguments: str = ""


class Reply:
    """Fed with a provider's chunks; hands on text at once, and holds back all the rest until the end.

    langchain-core completes JSON that breaks off, so that half a question would be asked as if it were the whole.
    Held back, a call can be parsed strictly: one whose arguments are no JSON object becomes an invalid tool call. And
    as long as only tool calls have come, nothing has been said, and another attempt can take over unnoticed.
    """

    def __init__(self) -> None:
        self.begun = False
        """Whether the provider has said anything at all."""
        self.spoken = False
        """Whether anything was handed on."""
        self.finish_reason: str | None = None
        self._rest = AIMessageChunk(content="")
        self._calls: list[_Call] = []
        self._open: dict[int, _Call] = {}
        self._characters = 0

    @property
    def empty(self) -> bool:
        return not self.spoken and not self._calls

    @property
    def reported_usage(self) -> tuple[int, int] | None:
        """Input and output tokens as the provider counted them; None when it did not."""
        usage = self._rest.usage_metadata
        return (usage["input_tokens"], usage["output_tokens"]) if usage else None

    @property
    def estimated_output_tokens(self) -> int:
        return math.ceil((self._characters + sum(len(call.arguments) for call in self._calls)) / _CHARACTERS_PER_TOKEN)

    def feed(self, chunk: AIMessageChunk) -> AIMessageChunk | None:
        """The part of a chunk to hand on now, if any."""
        self.finish_reason = chunk.response_metadata.get("finish_reason") or self.finish_reason
        for fragment in chunk.tool_call_chunks:
            self._feed_call(fragment)
        hidden = {key: value for key, value in chunk.additional_kwargs.items() if key != "tool_calls"}
        if hidden or chunk.usage_metadata:
            kept = AIMessageChunk(content="", additional_kwargs=hidden, usage_metadata=chunk.usage_metadata)
            self._rest = self._rest + kept
        self.begun = self.begun or bool(chunk.content or chunk.tool_call_chunks or hidden)
        if not chunk.content:
            return None
        self.spoken = True
        self._characters += len(chunk.text)
        return AIMessageChunk(content=chunk.content, id=chunk.id)

    def close(self, metadata: dict[str, Any]) -> AIMessageChunk:
        """The last chunk: whole tool calls, usage, and metadata about the reply."""
        return AIMessageChunk(
            content="",
            tool_call_chunks=[_whole(call, index) for index, call in enumerate(self._calls)],
            response_metadata={**metadata, "finish_reason": self.finish_reason or "stop"},
            additional_kwargs=self._rest.additional_kwargs,
            usage_metadata=self._rest.usage_metadata,
            chunk_position="last",
        )

    def _feed_call(self, fragment: ToolCallChunk) -> None:
        index = fragment.get("index") or 0
        call = self._open.get(index)
        # Some servers give every parallel call the index 0; then a new id begins a new call.
        if call is None or (fragment.get("id") and call.id and fragment["id"] != call.id):
            call = self._open[index] = _Call(id=fragment.get("id"))
            self._calls.append(call)
        call.id = call.id or fragment.get("id")
        call.name += fragment.get("name") or ""
        call.arguments += fragment.get("args") or ""


def sendable(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """A transcript that providers accept: they want every tool message to answer a call of the message before it.

    A malformed call was answered with what is wrong with it, but ChatLiteLLM does not send such calls: the answer
    would hang in the air. It is sent as a call without arguments; what was malformed about it the answer says.
    """
    answered = {message.tool_call_id for message in messages if isinstance(message, ToolMessage)}
    return [
        _with_malformed_calls(message, answered)
        if isinstance(message, AIMessage) and message.invalid_tool_calls
        else message
        for message in messages
    ]


def _with_malformed_calls(message: AIMessage, answered: set[str]) -> AIMessage:
    empty = [
        ToolCall(name=call["name"] or "unknown", args={}, id=call["id"])
        for call in message.invalid_tool_calls
        if call["id"] in answered
    ]
    return AIMessage(message.content, tool_calls=[*message.tool_calls, *empty], id=message.id)


def estimate_tokens(messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]]) -> int:
    """A quarter of the characters: near enough for a budget, and the same offline for every provider."""
    characters = sum(len(message.text) + len(str(getattr(message, "tool_calls", ""))) for message in messages)
    return math.ceil((characters + sum(len(json.dumps(tool)) for tool in tools)) / _CHARACTERS_PER_TOKEN)


def _whole(call: _Call, index: int) -> ToolCallChunk:
    arguments = call.arguments.strip() or "{}"
    try:
        valid = isinstance(json.loads(arguments), dict)
    except ValueError:
        valid = False
    # A JSON string is no object, and so becomes an invalid tool call that still holds what the model wrote.
    return ToolCallChunk(
        name=call.name,
        args=arguments if valid else json.dumps(call.arguments),
        id=call.id or f"call_{new_id()}",
        index=index,
        type="tool_call_chunk",
    )
