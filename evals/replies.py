"""What came back for one question, whichever way it was asked."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from tools.kit.blocks import Cell, Column


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class ToolUse:
    """A tool call of the run; `name` is the capability's id, `arguments` what the model filled in."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One answer. `status` is "failed" where there was none: an HTTP error, a run error, a stream that broke off.

    Times are milliseconds from sending the question; `cost` is major units of US dollars. `period` is the first and the
    last day that the answer says it counted, both inclusive; None where the surface does not say.
    """

    status: Literal["answered", "needs_clarification", "cannot_answer", "failed"]
    text: str
    elapsed_ms: float
    tables: tuple[Table, ...] = ()
    period: tuple[date | None, date | None] | None = None
    agents: tuple[str, ...] = ()
    tools: tuple[ToolUse, ...] = ()
    first_event_ms: float | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    raw: dict[str, Any] = field(default_factory=dict[str, Any])
