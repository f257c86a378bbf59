"""What lineage tells: a row's fields with their sources, the flow of data, and its quality."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from tools.kit.capability import Contract, context_field
from tools.lineage.own.schemas import RuleVerdict


class EntityRequest(Contract):
    """One unified row."""

    type: str = Field(
        max_length=60, description="The kind of thing: customer, order, order_line, product, transaction …"
    )
    id: str = Field(max_length=64, description="Its id.")


class LeafView(Contract):
    """A place in a raw record, as a JSON pointer (RFC 6901), and what stands there."""

    pointer: str
    value: Any = None


class ReadingView(Contract):
    """What one raw record says for a field. `rule` is the mapping's rule (object.row.field), for files the meanings of
    the columns. `agrees`: it says what the field holds; null where only the place is known, and not the value."""

    record_id: str
    source: str
    value: Any = None
    leaves: tuple[LeafView, ...] = ()
    rule: str
    agrees: bool | None
    received_at: datetime


class FieldLineage(Contract):
    """One field of a row. `origin` is the newest record that says what the field holds; `alternatives` are what the other
    records say, newest first. `confidence`: of the vendors' objects that tell the field (and files, one each), the share whose
    newest record agrees; null where no record tells it. `note` says why there is no origin."""

    name: str
    column: str
    value: Any = None
    currency: str | None = None
    origin: ReadingView | None = None
    alternatives: tuple[ReadingView, ...] = ()
    confidence: float | None = None
    note: str | None = None


class VersionView(Contract):
    """One version of a source's object; 1 is the oldest."""

    record_id: str
    version: int
    received_at: datetime
    batch_id: str


class RawRecordView(Contract):
    """A raw record that made or changed the row. `position` is the line of a file, 1 being its header."""

    id: str
    source_id: str
    source: str
    source_type: str
    object: str
    external_id: str = Field(description="The source's own id of the object; of a row of a file its key or content.")
    version: int
    versions: tuple[VersionView, ...]
    received_at: datetime
    batch_id: str
    filename: str | None
    position: int | None
    mapping_version: str | None = Field(description="Of the vendor's mapping that the row was made by.")
    usage_limits: tuple[str, ...] = Field(description="What the vendor's terms forbid: `no_training`.")


class ChangedField(Contract):
    name: str
    before: Any = None
    after: Any = None


class ChangeView(Contract):
    """What an import or sync changed in the row after it was made."""

    batch_id: str
    source: str | None
    at: datetime | None
    fields: tuple[ChangedField, ...]


class EntityLineage(Contract):
    """A unified row and where each of its fields comes from."""

    type: str
    table: str
    id: str
    label: str
    fields: tuple[FieldLineage, ...]
    records: tuple[RawRecordView, ...]
    changes: tuple[ChangeView, ...]
    truncated: bool = Field(default=False, description="There are older records or changes than those that are listed.")


# ── quality ──────────────────────────────────────────────────────────────────────────────────────────────────


class QualityRequest(Contract):
    """How good the data is, and of which fields that is made up."""

    detail: Literal["tables", "fields"] = Field(default="tables", description="Also field by field.")
    source: str | None = Field(default=None, max_length=200, description="Only of this source: its name, type or id.")


class RuleResult(Contract):
    """One rule: of `checked` values `broken` break it."""

    id: str
    says: str
    checked: int
    broken: int


class FieldQuality(Contract):
    """`filled` lies between 0 and 1; `weight` is how much the metrics need the field."""

    name: str
    column: str
    filled: float
    weight: int
    disputed: int = Field(description="Rows in which two sources told it differently.")


class QualityScore(Contract):
    """The quality of a table, overall (`source_id` null) or as far as one source made it. All scores lie between 0 and 1.
    `accuracy_by` says what accuracy rests on: sources that tell the same rows, or the rules alone where no two do."""

    table: str
    type: str
    source_id: str | None
    source: str | None
    rows: int
    completeness: float
    validity: float
    uniqueness: float
    freshness: float
    accuracy: float
    accuracy_by: Literal["sources", "rules"]
    compared: int = Field(description="Rows that two or more sources told of.")
    score: float
    rules: tuple[RuleResult, ...] = ()
    fields: tuple[FieldQuality, ...] = ()


class QualityReport(Contract):
    """`score` is the mean of the tables' overall scores, weighted by how much metrics rest on them; null without data."""

    score: float | None
    measured_at: datetime
    weights: dict[str, float] = Field(description="What each measure counts in a score.")
    formulas: dict[str, str]
    items: tuple[QualityScore, ...]
    own_rules: tuple[RuleVerdict, ...] = Field(default=(), description="The tenant's own rules, and whether they hold.")


class Spell(Contract):
    """Something about the data's quality that everybody was told of when it began. `subject`: what it is of, such as
    score:<table>, drop:<table>, late:<source>, rule:<id>; `evidence`: what was seen then."""

    subject: str = Field(examples=["score:unified_orders"])
    lasts: bool
    since: datetime
    evidence: dict[str, Any]


class SpellList(Contract):
    items: tuple[Spell, ...]


class TrendsRequest(Contract):
    days: int = Field(default=90, ge=1, le=730, description="How many days back.")


class TrendPoint(Contract):
    day: date
    type: str
    source_id: str | None
    completeness: float
    accuracy: float
    freshness: float
    validity: float | None
    uniqueness: float | None
    score: float
    rows: int | None


class TrendList(Contract):
    """Scores by day, the oldest first. A day without an import or a sync has none."""

    items: tuple[TrendPoint, ...]


# ── flow ─────────────────────────────────────────────────────────────────────────────────────────────────────


class FlowRequest(Contract):
    """How the data flows from its sources to the figures."""


class FlowNode(Contract):
    """A step of the data. `volume` counts raw records, rows, metrics or events that were detected."""

    id: str
    kind: Literal["source", "object", "table", "metric", "event"]
    label: str
    volume: int
    newest: datetime | None = None
    last_run_at: datetime | None = None
    usual_hours: float | None = Field(default=None, description="Hours between runs, as the source usually has them.")
    hours_since: float | None = None
    hours_late: float | None = Field(
        default=None, description="By how much the last run is later than usual; 0 if not."
    )
    on_time: bool | None = None
    runs: int | None = Field(default=None, description="Runs of the last 30 days that ended well.")
    failures: int | None = Field(default=None, description="Runs of the last 30 days that failed.")
    last_error: str | None = None


class FlowEdge(Contract):
    """From one node to the next, and how many records or rows go that way: to an event those that show it."""

    source: str
    target: str
    volume: int


class FlowGraph(Contract):
    nodes: tuple[FlowNode, ...]
    edges: tuple[FlowEdge, ...]


class HealthRequest(Contract):
    source: str | None = Field(
        default=None,
        max_length=200,
        description="The source's name, its vendor's, or its id; all of them where none is named.",
        examples=["Shopify", "Stripe"],
    )


class SourceHealth(Contract):
    """Whether sources are up to date."""

    items: tuple[FlowNode, ...]


# ── the chat ─────────────────────────────────────────────────────────────────────────────────────────────────


class TraceRequest(Contract):
    """Where something comes from."""

    question: str = Field(
        min_length=1,
        max_length=500,
        description="The user's own words: which thing, and which of its fields.",
        examples=["where does Ann Lee's phone number come from"],
    )


class TraceFound(Contract):
    """The row that was meant, and which of its fields (all where none was named). Of several, `others` are the names."""

    entity: EntityLineage | None
    fields: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    wanted: str = ""


class AnswerRequest(Contract):
    """Where the figure of the last answer comes from."""

    conversation_id: str | None = context_field("conversation_id", "The conversation whose last figure is meant.")


class OriginOfFigure(Contract):
    """An import or sync with records behind the figure."""

    source_id: str | None
    source: str
    vendor: str = Field(description="What kind of source it is: a vendor, or file.")
    filename: str | None
    batch_id: str
    records: int
    rejected: int


class PartOfFigure(Contract):
    """What a figure comes to in one currency, and how many records that is of."""

    currency: str
    figure: Any
    records: int


class TableOfSource(Contract):
    """So many rows of a table that a source has told of: what a figure without records of its own rests on."""

    source_id: str
    source: str
    vendor: str
    type: str
    rows: int


class AnswerTrace(Contract):
    """The figure of the last answer: what it is, and the records that it was made from."""

    metric: str | None
    label: str | None
    definition: str | None = None
    figure: Any = None
    unit: str | None = None
    formula: str | None = None
    records: int = 0
    origins: tuple[OriginOfFigure, ...] = ()
    parts: tuple[PartOfFigure, ...] = Field(default=(), description="By currency, where there are several.")
    converted: str | None = Field(default=None, description="The currency that the parts were converted into.")
    rates: str | None = Field(default=None, description="At which exchange rates.")
    without_records: str | None = Field(default=None, description="Why there are no records that add up to it.")
    rests_on: tuple[TableOfSource, ...] = Field(default=(), description="What such a figure is made from.")
    quality: float | None = Field(default=None, description="The lowest kept score of the tables behind it, 0 to 1.")
