"""One chat completion: a run in a conversation of its own that is forgotten when the answer has been given."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from ag_ui.core import AssistantMessage, RunAgentInput, UserMessage

from api.chat import Chat
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.kernel.ids import new_id

_KINDS = {kind.value: kind for kind in ErrorKind}
_NEEDS_APPROVAL = (
    "This needs your approval, which cannot be given here. Open this conversation in the chat: {thread_id}."
)


@dataclass
class Completion:
    """A run that has begun. `deltas` tells its text and then knows its usage."""

    chat: Chat
    actor: Actor
    thread_id: str
    run_id: str
    created: int
    input_tokens: int = 0
    output_tokens: int = 0

    async def deltas(self) -> AsyncGenerator[str]:
        """The answer's text as it is made. Raises CopilotError when the run fails. A reader that goes away cancels it."""
        waits = False
        message_id = ""
        try:
            async for logged in self.chat.runs.events(self.actor, self.run_id):
                event: dict[str, Any] = orjson.loads(logged.data)
                match event["type"]:
                    case "TEXT_MESSAGE_CONTENT":
                        gap = "\n\n" if message_id and event["messageId"] != message_id else ""
                        message_id = event["messageId"]
                        yield gap + event["delta"]
                    case "RUN_ERROR":
                        kind = _KINDS.get(event.get("code") or "", ErrorKind.UNAVAILABLE)
                        raise CopilotError(kind, event["message"])
                    case "RUN_FINISHED":
                        self._count(event.get("usage") or [])
                        outcome: dict[str, Any] = event.get("outcome") or {}
                        waits = outcome.get("type") == "interrupt"
                    case _:
                        pass
            if waits:
                yield ("\n\n" if message_id else "") + _NEEDS_APPROVAL.format(thread_id=self.thread_id)
        finally:
            # Aside: a reader that went away has cancelled this task, and nothing can be awaited in it.
            if not waits:
                self.chat.aside(self._forget())

    async def _forget(self) -> None:
        await self.chat.runs.cancel(self.actor, self.run_id)
        await self.chat.threads.delete(self.actor, self.thread_id)

    def _count(self, usage: Sequence[dict[str, Any]]) -> None:
        self.input_tokens = sum(one.get("inputTokens") or 0 for one in usage)
        self.output_tokens = sum(one.get("outputTokens") or 0 for one in usage)


async def begin(chat: Chat, actor: Actor, spoken: Sequence[tuple[str, str]], created: int) -> Completion:
    """Starts a run over a conversation of (role, text). Raises CopilotError when the last word is not the user's."""
    if not spoken or spoken[-1][0] != "user":
        raise invalid("The last message must be the user's.", pointer="/messages")
    thread_id, run_id = new_id(), new_id()
    messages = [
        UserMessage(id=new_id(), role="user", content=text)
        if role == "user"
        else AssistantMessage(id=new_id(), role="assistant", content=text)
        for role, text in spoken
    ]
    await chat.runs.start(actor, RunAgentInput(thread_id=thread_id, run_id=run_id, messages=list(messages)))
    return Completion(chat, actor, thread_id, run_id, created)
