"""What a test can have the stand-in model say or do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call. A mapping is sent as JSON; a string is sent as it stands, malformed or truncated on purpose."""

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict[str, Any])

    @property
    def raw(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: text, then tool calls (several are parallel calls).

    `fragment` is the length of each streamed piece of text or arguments in characters, `delay` the seconds before
    each piece, `usage` whether the token counts are reported, `finish_reason` None for the one that fits.
    """

    text: str = ""
    calls: tuple[Call, ...] = ()
    fragment: int = 8
    delay: float = 0.0
    usage: bool = True
    finish_reason: str | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An HTTP error in OpenAI's error shape. `retry_after` is sent as the header of that name, in seconds."""

    status: int
    message: str = "The server had an error."
    code: str | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """An answer that stops after so many streamed pieces: the connection is cut, or stays open and silent.
    With `after` 0 not even the response head is sent."""

    answer: Answer
    after: int
    how: Literal["cut", "hang"]


Reply = Answer | Failure | Broken


def hang() -> Broken:
    """The server accepts the request and never says a word."""
    return Broken(Answer(), after=0, how="hang")


def refusal(text: str = "I cannot help with that.") -> Answer:
    """The model declines, as OpenAI reports it: in `refusal`, with no content."""
    return Answer(refusal=text, finish_reason="stop")


@dataclass(frozen=True, slots=True)
class Script:
    """Replies in the order they are asked for. After the last one the server fails loudly with a 500 that says so,
    unless `loop` is set: then the last reply is given for ever, which is how an endless loop of calls is played."""

    replies: tuple[Reply, ...]
    loop: bool = False

    def reply(self, index: int) -> Reply:
        if index < len(self.replies):
            return self.replies[index]
        if self.loop and self.replies:
            return self.replies[-1]
        return Failure(500, f"The script holds {len(self.replies)} replies; this is request {index + 1}.")
