"""What a list of messages says, as far as the embedded model reads it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

# The sentence in which every system prompt names the day.
_TODAY = re.compile(r"\bToday is (\d{4}-\d{2}-\d{2})\b")


@dataclass(frozen=True, slots=True)
class Conversation:
    """`question` is the user's last message, `results` what tools have said since, `previous` the tools that the last
    answer before it came from, `today` the day that the instructions name, if they do."""

    question: str
    results: tuple[str, ...]
    previous: tuple[str, ...]
    today: date | None


def read_conversation(messages: Sequence[BaseMessage]) -> Conversation:
    last = max((i for i, message in enumerate(messages) if isinstance(message, HumanMessage)), default=-1)
    earlier = [message for message in messages[: max(last, 0)] if isinstance(message, AIMessage) and message.tool_calls]
    return Conversation(
        question=messages[last].text.strip() if last >= 0 else "",
        results=tuple(result_text(message) for message in messages[last + 1 :] if isinstance(message, ToolMessage)),
        previous=tuple(dict.fromkeys(call["name"] for call in earlier[-1].tool_calls)) if earlier else (),
        today=_today(messages),
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


def _today(messages: Sequence[BaseMessage]) -> date | None:
    for message in messages:
        if isinstance(message, SystemMessage) and (found := _TODAY.search(message.text)):
            try:
                return date.fromisoformat(found[1])
            except ValueError:
                return None
    return None
