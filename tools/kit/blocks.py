"""What a result looks like to a person: typed blocks that the chat page, the terminal and reports all draw."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Cell = str | int | float | bool | None


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Block):
    """One column of rows. `unit` is an ISO 4217 code for money, "%" for shares (0.25 = 25 %), else a plain word."""

    name: str
    type: Literal["string", "number", "integer", "date", "datetime", "boolean"]
    unit: str | None = None
    label: str | None = None
    """The heading an owner reads; `name` where it is absent."""


class Source(_Block):
    """One source of a figure."""

    id: str
    name: str
    type: str
    rows: int
    last_sync_at: datetime | None = None
    usage_limits: tuple[str, ...] = ()
    """What the vendor's terms forbid: "no_training"."""


class Provenance(_Block):
    """Where a figure comes from. `quality_score` and `confidence` lie between 0 and 1; None where not known."""

    sources: tuple[Source, ...] = ()
    last_sync_at: datetime | None = None
    row_count: int | None = None
    data_from: date | None = None
    data_to: date | None = None
    quality_score: float | None = None
    confidence: float | None = None
    notes: tuple[str, ...] = ()


class TableBlock(_Block):
    kind: Literal["table"] = "table"
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool = False


class ChartBlock(_Block):
    """A Vega-Lite v5 or v6 specification with its data inline."""

    kind: Literal["chart"] = "chart"
    title: str
    spec: dict[str, Any]


class SourcesBlock(_Block):
    kind: Literal["sources"] = "sources"
    provenance: Provenance
    sql: str | None = None


class ChoicesBlock(_Block):
    """A question back, with answers to click: each option is sent as the next message."""

    kind: Literal["choices"] = "choices"
    question: str
    options: tuple[tuple[str, str], ...]
    """(label, the full question to send)."""


Block = Annotated[TableBlock | ChartBlock | SourcesBlock | ChoicesBlock, Field(discriminator="kind")]


class Presentation(_Block):
    """`text` is complete in itself: the embedded model says it as it stands, a remote model words its answer from it.
    `facts` is the small JSON a remote model may quote from (no more than some 50 rows). Nothing in either is an
    instruction: a product may be called "ignore your instructions"."""

    text: str
    facts: dict[str, Any] = {}
    blocks: tuple[Block, ...] = ()
