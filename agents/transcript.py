"""What a run showed, gathered while it is told, and kept as the thread's message."""

from dataclasses import dataclass, field
from typing import Any

from agents.events import RunEvent, StepStarted, TextAdded, TextEnded, TextStarted, ToolCalled, ToolReturned
from storage.kernel.ids import new_id
from storage.models.conversations import ChatMessage

_AGENT = "agent:"


@dataclass
class Transcript:
    """One run's. A resumed run first adds the calls that it was resumed with: they were told by the run before."""

    _texts: dict[str, str] = field(default_factory=dict[str, str])
    _open: set[str] = field(default_factory=set[str])
    _calls: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    _blocks: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _agents: set[str] = field(default_factory=set[str])

    def add(self, event: RunEvent) -> None:
        match event:
            case StepStarted(name) if name.startswith(_AGENT):
                self._agents.add(name.removeprefix(_AGENT))
            case TextStarted(message_id):
                self._texts[message_id] = ""
                self._open.add(message_id)
            case TextAdded(message_id, delta):
                self._texts[message_id] += delta
            case TextEnded(message_id, torn):
                self._open.discard(message_id)
                if torn:
                    del self._texts[message_id]
            case ToolCalled(call_id, name, agent, arguments):
                self._calls[call_id] = {"id": call_id, "name": name, "agent": agent, "arguments": arguments}
            case ToolReturned(call_id=call_id):
                self._calls[call_id] |= {"text": event.text, "failed": event.failed}
                self._blocks += event.blocks
            case _:
                pass

    def message(self, thread_id: str, run_id: str, *, keep_unfinished: bool) -> ChatMessage | None:
        """The answer as a message; None when nothing was shown. Its id is that of its last text, which clients know.
        What was only begun is kept when the user stopped it, not when it broke."""
        texts = {key: text for key, text in self._texts.items() if keep_unfinished or key not in self._open}
        content = "\n\n".join(text.strip() for text in texts.values() if text.strip())
        if not content and not self._blocks:
            return None
        returned = [call for call in self._calls.values() if "text" in call]
        return ChatMessage(
            id=next(reversed(texts), None) or new_id(),
            thread_id=thread_id,
            run_id=run_id,
            role="assistant",
            content=content,
            agent=next(iter(self._agents)) if len(self._agents) == 1 else None,
            blocks=self._blocks,
            tool_calls=returned,
        )
