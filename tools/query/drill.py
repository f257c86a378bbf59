"""The rows behind a figure, as the outside sees them (contract: POST /api/modules/mini-foundry/query/rows)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from storage.kernel.clock import AsOf
from storage.metrics.query import MetricQuery
from storage.metrics.records import Level
from tools.kit.blocks import Cell, Column, Provenance
from tools.kit.capability import Contract

MOST_ROWS = 1_000
MOST_EXPORTED = 100_000
FARTHEST = 1_000_000
Named = Annotated[str, StringConstraints(max_length=500)]
Value = Named | bool | int | Annotated[float, Field(allow_inf_nan=False)] | None


class FigureKey(Contract):
    """Which figure of an answer. Without a group or a bucket it is the figure of the whole, over all groups."""

    metric: str | None = Field(default=None, description="The query's first where it is absent.")
    group: Annotated[tuple[Value, ...], Field(max_length=3)] | None = Field(
        default=None,
        description="One value for each dimension of the query, in its order; null is the group that has none.",
        examples=[["Kitchen"]],
    )
    keys: Annotated[dict[str, Named | None], Field(max_length=3)] = Field(
        default={}, description="As the answer's `drill.keys` gives them for the row."
    )
    bucket: date | None = Field(default=None, description="The first day of a unit of the query's grain.")
    side: Literal["current", "previous"] = Field(
        default="current", description="The figure itself, or the one that it is held against."
    )


class RowsWanted(Contract):
    """Which rows, of a query that is known: those behind one of its figures."""

    figure: FigureKey = FigureKey()
    level: Level = Field(
        default="record", description="Single records, or the orders or customers that they belong to."
    )
    list: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        default=None, description="Only the list of this `entity`, for its next page."
    )
    limit: int = Field(default=100, ge=1, le=MOST_ROWS)
    offset: int = Field(default=0, ge=0, le=FARTHEST)
    as_of: AsOf | None = Field(default=None, description="As if this day were today: as the answer was asked.")


class RowsRequest(RowsWanted):
    """The rows behind one figure of an answer: its `drill.query`, and which figure."""

    query: MetricQuery

    def whole(self) -> "RowsRequest":
        """The same for a file: from the first row to as many as a file holds."""
        return self.model_copy(update={"limit": MOST_EXPORTED, "offset": 0})


class MeasureView(Contract):
    """What a list adds up to. `column` of its rows gives `total` as `how` says: added up, or as their mean, their quantile
    (`at` says which), or the first or last day."""

    metric: str
    label: str
    column: str
    how: Literal["sum", "average", "quantile", "first", "last"]
    at: float | None = None
    total: Cell


class Unknown(Contract):
    """Of so many records behind the figure this is not known."""

    dimension: str
    label: str
    records: int
    share: float


class OriginView(Contract):
    """An import or sync that records behind the figure came in with; `rejected` rows of it could not go in."""

    batch_id: str
    source_id: str | None
    source: str
    type: str
    filename: str | None
    records: int
    rejected: int


class RecordListView(Contract):
    """A page of the records of one kind, the latest first. `total_rows` counts all pages. A row counts several `records`
    where they are listed by order or customer. `not_counted`: records of the same group and period that count for nothing,
    since what is added up is not known of them."""

    entity: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total_rows: int
    records: int
    next_offset: int | None
    measures: tuple[MeasureView, ...]
    not_counted: int = 0
    unknown: tuple[Unknown, ...] = ()
    origins: tuple[OriginView, ...] = ()
    sql: str


class RowsAnswer(Contract):
    """`figure` follows from the totals of the lists by `formula`, exactly; divided by `buckets` where it is a mean of
    several buckets of time."""

    answer: str
    metric: str
    label: str
    figure: Cell
    column: Column
    formula: str
    buckets: int = 1
    lists: tuple[RecordListView, ...]
    provenance: Provenance = Provenance()
    elapsed_ms: float = 0.0
