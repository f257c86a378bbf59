"""What a turn of a conversation carries: the context that the server sets, and the state that the graph passes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, TypedDict

from storage.scope import TurnMemory
from tools.kit.invocation import CallContext


@dataclass(frozen=True, kw_only=True)
class RunContext(CallContext):
    """Set by the server from a verified token, never by a model, and never kept in a checkpoint. The thread is the
    conversation; what models may use is counted by agents.budget's meter of the run."""

    today: date
    """The day the answer is for: `as_of`, else the tenant's calendar day."""
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The databases of the tenant's own that can be asked: name → what they are about, in nouns."""

    withheld: frozenset[str] = frozenset()
    """The sources whose data no remote model may read (see agents.withholding)."""

    @property
    def memory(self) -> TurnMemory:
        assert self.turn is not None  # noqa: S101 - a run always is a turn
        return self.turn

    @property
    def thread_id(self) -> str:
        assert self.conversation_id is not None  # noqa: S101 - a run always has a thread
        return self.conversation_id


class ToolUse(TypedDict):
    """One call of a capability in an earlier turn, with the text that came back."""

    id: str
    agent: str
    name: str
    arguments: dict[str, object]
    text: str


class Turn(TypedDict):
    """An earlier question and its answer, as people saw them."""

    question: str
    answer: str
    agents: list[str]
    tools: list[ToolUse]
    withheld: bool
    """Whether no remote model may read the answer."""


class Delegation(TypedDict):
    """One agent that the router called, and the part of the message that is for it."""

    id: str
    agent: str
    request: str


class Reply(TypedDict):
    """What an agent answered. `grounded` says that a tool's result stands behind it, `withheld` that no remote model may
    read it."""

    delegation: Delegation
    text: str
    grounded: bool
    withheld: bool


def _collected(known: list[Reply], new: list[Reply]) -> list[Reply]:
    # Agents write at the same time; an empty list is the next turn clearing the last one's.
    return [*known, *new] if new else []


class TurnState(TypedDict):
    """The orchestrator's state. Every turn sets all of it anew from the thread's own record, so that a fork or a
    restart needs nothing but that record; the checkpoint is for what waits for an approval."""

    history: list[Turn]
    question: str
    recalled: list[str]
    delegations: list[Delegation]
    replies: Annotated[list[Reply], _collected]
    answer: str


class AgentTask(TypedDict):
    """What one agent is sent."""

    delegation: Delegation
    history: list[Turn]
    alone: bool
    """Whether it is the only one, so that its words are the answer."""


def first_state(question: str, history: list[Turn]) -> TurnState:
    return TurnState(history=history, question=question, recalled=[], delegations=[], replies=[], answer="")
