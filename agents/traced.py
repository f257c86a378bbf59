"""One call of a remote model as a span: which model, how many tokens at what cost, how it ended."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage

from agents.budget import ModelUsage
from agents.reply import Reply
from memory.model_spans import ModelSpan, Usage
from memory.providers import Target

_ROLES = {"human": "user", "ai": "assistant"}


class TracedCall:
    """`with TracedCall(…) as call`. `transcript` is what is said to the model where that may be in a span, else None."""

    def __init__(
        self,
        target: Target,
        *,
        tenant_id: str,
        attempt: int,
        temperature: float,
        max_tokens: int | None,
        transcript: Sequence[BaseMessage] | None,
    ) -> None:
        self._span = ModelSpan(
            "chat",
            target,
            tenant_id=tenant_id,
            gen_ai__request__temperature=temperature,
            gen_ai__request__max_tokens=max_tokens,
            smb__gen_ai__attempt=attempt,
        )
        self._transcript = transcript if self._span.is_recording else None
        self._heard: AIMessageChunk | None = None

    def __enter__(self) -> Self:
        self._span.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._span.__exit__(kind, error, trace)

    def hear(self, chunk: AIMessageChunk) -> None:
        if self._transcript is not None:
            self._heard = chunk if self._heard is None else self._heard + chunk

    def failed(self, kind: str) -> None:
        self._span.failed(kind)

    def ended(self, reply: Reply, usage: ModelUsage | None) -> None:
        """Also one that broke off."""
        self._span.finished(reply.finish_reason)
        if usage is not None:
            self._span.used(Usage(usage.input_tokens, usage.output_tokens, usage.cost_micros, usage.estimated))
        if self._transcript is not None:
            answered = [] if self._heard is None else [_plain(self._heard)]
            self._span.said([_plain(message) for message in self._transcript], answered)


class Untraced(AbstractContextManager["Untraced"]):
    """Stands where a call has no span of its own."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def hear(self, chunk: AIMessageChunk) -> None: ...
    def failed(self, kind: str) -> None: ...
    def ended(self, reply: Reply, usage: ModelUsage | None) -> None: ...


def _plain(message: BaseMessage) -> dict[str, Any]:
    """A message as the conventions write it: its role, its text, the calls of tools in it."""
    if isinstance(message, ToolMessage):
        part = {"type": "tool_call_response", "id": message.tool_call_id, "response": message.text}
        return {"role": "tool", "parts": [part]}
    parts: list[dict[str, Any]] = [{"type": "text", "content": message.text}] if message.text else []
    if isinstance(message, AIMessage):
        parts += [
            {"type": "tool_call", "id": call["id"], "name": call["name"], "arguments": call["args"]}
            for call in message.tool_calls
        ]
    role = message.type.removesuffix("MessageChunk").lower()
    return {"role": _ROLES.get(role, role), "parts": parts}
