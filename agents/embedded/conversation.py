"""What a list of messages says, as far as the embedded model reads it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

# The sentence in which every system prompt names the day.
_TODAY = re.compile(r"\bToday is (\d{4}-\d{2}-\d{2})\b")
# The line in which it names the databases of the tenant's own (prompts/data-sources.md).
_SOURCES = re.compile(r"^Data sources: (\{.*\})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Conversation:
    """`question` is the user's last message, `results` what tools have said since, `previous` the tools that the last
    answer before it came from, `today` the day that the instructions name, if they do."""

    question: str
    results: tuple[str, ...]
    previous: tuple[str, ...]
    today: date | None
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """The databases of the tenant's own that the instructions name, and what they are about, in lemmas."""
    asked_back: bool = False
    """Whether the last answer before it ended in a question."""


def read_conversation(messages: Sequence[BaseMessage]) -> Conversation:
    last = max((i for i, message in enumerate(messages) if isinstance(message, HumanMessage)), default=-1)
    earlier = [message for message in messages[: max(last, 0)] if isinstance(message, AIMessage) and message.tool_calls]
    return Conversation(
        question=messages[last].text.strip() if last >= 0 else "",
        results=tuple(result_text(message) for message in messages[last + 1 :] if isinstance(message, ToolMessage)),
        previous=tuple(dict.fromkeys(call["name"] for call in earlier[-1].tool_calls)) if earlier else (),
        today=_today(messages),
        sources=_sources(messages),
        asked_back=_asked_back(messages[: max(last, 0)]),
    )


def result_text(message: ToolMessage) -> str:
    """The sentence in a tool's result: `text` of its JSON object, else the result as it stands."""
    raw = message.text.strip()
    try:
        parsed = json.loads(raw)
    except ValueError:
        return raw
    text = parsed.get("text") if isinstance(parsed, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]: any JSON
    return text.strip() if isinstance(text, str) else raw


def _sources(messages: Sequence[BaseMessage]) -> Mapping[str, Sequence[str]]:
    for message in messages:
        if isinstance(message, SystemMessage) and (found := _SOURCES.search(message.text)):
            return json.loads(found[1])
    return {}


def _asked_back(earlier: Sequence[BaseMessage]) -> bool:
    said = next((message.text for message in reversed(earlier) if isinstance(message, AIMessage) and message.text), "")
    return said.rstrip().endswith("?")


def _today(messages: Sequence[BaseMessage]) -> date | None:
    for message in messages:
        if isinstance(message, SystemMessage) and (found := _TODAY.search(message.text)):
            try:
                return date.fromisoformat(found[1])
            except ValueError:
                return None
    return None
