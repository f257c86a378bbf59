"""What happens in a run, as typed events: what people may see of it, without any framework's words."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StepStarted:
    """recall, route, agent:<module>, answer or remember."""

    name: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    name: str


@dataclass(frozen=True, slots=True)
class TextStarted:
    message_id: str


@dataclass(frozen=True, slots=True)
class TextAdded:
    message_id: str
    delta: str


@dataclass(frozen=True, slots=True)
class TextEnded:
    """`torn`: the model broke off, and says it again from the start in another message."""

    message_id: str
    torn: bool = False


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """A capability was called. `message_id` is the model's message that holds the call."""

    call_id: str
    name: str
    agent: str
    arguments: dict[str, Any]
    message_id: str


@dataclass(frozen=True, slots=True)
class ToolReturned:
    """`content` is what the model reads; `text` the part of it for people. `blocks` (tools.kit.blocks as JSON) belong
    to the text message `answer_id`, which follows."""

    call_id: str
    message_id: str
    content: str
    text: str
    failed: bool
    blocks: tuple[dict[str, Any], ...]
    answer_id: str


@dataclass(frozen=True, slots=True)
class TokensUsed:
    """What one model call used, as the model reported it."""

    model: str
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """A call with an effect waits. `interrupt_id` names what a resume answers."""

    interrupt_id: str
    call_id: str
    tool_name: str
    arguments: dict[str, Any]


RunEvent = (
    StepStarted
    | StepFinished
    | TextStarted
    | TextAdded
    | TextEnded
    | ToolCalled
    | ToolReturned
    | TokensUsed
    | ApprovalAsked
)
