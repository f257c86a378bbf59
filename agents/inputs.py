"""AG-UI's RunAgentInput, read with suspicion: what of it a run goes by, and nothing else.

The thread's record on the server is the conversation; of the messages that come along only the last one of the user
counts, and earlier ones only where the server has no thread yet. System messages, tools and context of a client are
not taken up: they would be instructions from outside.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from ag_ui.core import AssistantMessage, ResumeEntry, RunAgentInput, TextPart, UserMessage
from pydantic import TypeAdapter

from storage.kernel.clock import AsOf
from storage.kernel.errors import CopilotError, ErrorKind, invalid

LONGEST_QUESTION = 10_000
_MOST_SEEDED = 16
_ID = re.compile(r"[A-Za-z0-9._:-]{1,36}")
_AS_OF = TypeAdapter[date](AsOf)


@dataclass(frozen=True, slots=True)
class Said:
    """A message that a client brings from a conversation held elsewhere."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class RunRequest:
    """Either a `question` or decisions (`resume`) about the calls that wait."""

    thread_id: str
    run_id: str
    question: str
    resume: tuple[ResumeEntry, ...]
    as_of: date | None
    earlier: tuple[Said, ...]


def read_input(given: RunAgentInput) -> RunRequest:
    """Raises CopilotError that names what is wrong with the input."""
    for name, value in (("threadId", given.thread_id), ("runId", given.run_id)):
        if not _ID.fullmatch(value):
            raise invalid("An id has 1 to 36 letters, digits or ._:-", pointer=f"/{name}")
    resume = tuple(given.resume or ())
    question = "" if resume else _question(given)
    return RunRequest(given.thread_id, given.run_id, question, resume, _as_of(given), _earlier(given))


def _question(given: RunAgentInput) -> str:
    last = given.messages[-1] if given.messages else None
    if not isinstance(last, UserMessage):
        raise invalid("The last message must be the user's.", pointer="/messages")
    pointer = f"/messages/{len(given.messages) - 1}/content"
    if isinstance(last.content, str):
        text = last.content
    else:
        if any(not isinstance(part, TextPart) for part in last.content):
            raise CopilotError(
                ErrorKind.UNSUPPORTED, "Only text can be asked here.", hint="Import files under data sources."
            )
        text = "\n".join(part.text for part in last.content if isinstance(part, TextPart))
    text = clean_text(text)
    if not text:
        raise invalid("The message is empty.", pointer=pointer, hint="Ask a question about your business.")
    if len(text) > LONGEST_QUESTION:
        raise invalid(f"The message has more than {LONGEST_QUESTION} characters.", pointer=pointer)
    return text


def clean_text(text: str) -> str:
    """What every store and model can hold: no NUL, no half characters, no blank ends."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode().strip()


def _as_of(given: RunAgentInput) -> date | None:
    for name, source in (("forwardedProps", given.forwarded_props), ("state", given.state)):
        value: Any = source.get("as_of") if isinstance(source, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - any JSON
        if value is None:
            continue
        try:
            return _AS_OF.validate_strings(value, strict=True)
        except ValueError as error:
            raise invalid("A date has the form 2026-03-31, from 1900 to 2199.", pointer=f"/{name}/as_of") from error
    return None


def _earlier(given: RunAgentInput) -> tuple[Said, ...]:
    said = [
        Said(message.role, clean_text(message.content)[:LONGEST_QUESTION])
        for message in given.messages[:-1]
        if isinstance(message, UserMessage | AssistantMessage) and isinstance(message.content, str)
    ]
    return tuple(one for one in said if one.text)[-_MOST_SEEDED:]
