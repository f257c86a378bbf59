"""A question about the tenant's own numbers, and its answer (contract: POST /api/modules/mini-foundry/query)."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from storage.kernel.clock import AsOf
from storage.metrics.query import Analysis, MetricQuery, Window
from tools.kit.blocks import Cell, Column, Provenance
from tools.kit.capability import Contract, context_field

ConversationId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
"""The caller's own name for a conversation, or the id of a chat thread."""


class QueryRequest(Contract):
    """A question in the owner's words."""

    question: str = Field(
        min_length=1,
        max_length=10_000,
        description="The question in the user's own words, in full. Do not shorten, translate or correct it.",
        examples=["top 5 products by revenue last quarter"],
    )
    as_of: AsOf | None = context_field("as_of", "Answer as if this day were today.")
    conversation_id: ConversationId | None = context_field(
        "conversation_id", "Follow-ups change the last question asked under this id."
    )
    data_source_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = context_field(
        "data_source_id", "Ask this database of the tenant's own instead of the shop's figures."
    )


class FilterView(Contract):
    """One filter as it was understood; `corrected_from` is what the user typed where it was mended."""

    dimension: str
    operator: Literal["eq", "ne", "in", "not_in", "contains", "gt", "ge", "lt", "le", "between", "is_null", "not_null"]
    values: tuple[Cell, ...]
    corrected_from: str | None = None


class ConditionView(Contract):
    """A condition on a figure of each group: in major units for money, as a fraction for shares."""

    metric: str
    operator: Literal["gt", "ge", "lt", "le", "eq", "between"]
    values: tuple[float, ...]


class TimeView(Contract):
    """The period counted: both days inclusive, in the tenant's time zone."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    grain: Literal["day", "week", "month", "quarter", "year"] | None = None
    label: str | None = None

    model_config = Contract.model_config | {"populate_by_name": True, "serialize_by_alias": True}


class MemberView(Contract):
    """Only what belongs to the members of `dimension` that have, or if `negated` have no, `metric` that meet `filters`
    in `time`."""

    dimension: str
    metric: str
    filters: tuple[FilterView, ...] = ()
    time: TimeView | None = None
    negated: bool = False


class OrderView(Contract):
    by: str
    descending: bool = True


class Interpretation(Contract):
    """What the question was understood to ask. `compare` is the earlier period it is held against."""

    metrics: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    filters: tuple[FilterView, ...] = ()
    members: tuple[MemberView, ...] = ()
    conditions: tuple[ConditionView, ...] = ()
    held_to: ConditionView | None = None
    """The bound that the one figure is held to, which leaves nothing out: "did we take over 1,000 yesterday"."""
    time: TimeView | None = None
    compare: TimeView | None = None
    share_of_total: bool = False
    order: tuple[OrderView, ...] = ()
    limit: int | None = None
    offset: int = 0
    """How many of the first rows of a ranking are passed over."""
    per: str | None = None
    """A dimension, or "time", within each of whose members `limit` counts."""
    window: Window | None = None
    placed: FilterView | None = None
    """Members of the one dimension whose place among all of it is told."""
    analysis: Analysis | None = None
    """Who came back (cohorts), what is bought together (baskets; `of` is what it is bought with), or what went from step to
    step (funnel). `filters` and `time` then say which first orders, orders or things it is about."""
    currency: str | None = None
    """What amounts are in, as an ISO 4217 code; null where there are none, or a column says it for each row."""
    converted: bool = False
    """Whether amounts in other currencies were converted into it, each at the rate of its order's day."""
    ignored: tuple[str, ...] = ()
    """Words that changed nothing in the answer, as typed."""


class ClarificationOption(Contract):
    label: str
    question: str


class Clarification(Contract):
    question: str
    options: tuple[ClarificationOption, ...] = ()


class DrillThrough(Contract):
    """What opens the rows behind the figures of an answer: sent to POST /api/modules/mini-foundry/query/rows with the
    group of the figure (see FigureKey)."""

    query: MetricQuery
    """What ran, with the days that were counted."""
    keys: tuple[dict[str, str | None], ...] = ()
    """Of each row of the answer, what tells apart members of equal name, by dimension: two customers called Kim Lee. Empty
    where nothing is split by such a dimension."""


class AnswerPart(Contract):
    """A further table of one answer: the second question of a sentence, or what a change is made of besides. `question`
    is the part of the sentence that it answers. `drill` opens the rows behind its figures, where those are of records."""

    question: str | None = None
    answer: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    interpretation: Interpretation | None = None
    sql: str | None = None
    chart: dict[str, Any] | None = None
    drill: DrillThrough | None = None


class QueryAnswer(Contract):
    """Never wrong quietly: what was not understood is named in `answer`. `columns` and `rows` are those of the first
    question of a sentence, and `parts` what it asks besides; `answer` says both."""

    status: Literal["answered", "needs_clarification", "cannot_answer"]
    answer: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    interpretation: Interpretation | None = None
    sql: str | None = None
    chart: dict[str, Any] | None = None
    parts: tuple[AnswerPart, ...] = ()
    clarification: Clarification | None = None
    drill: DrillThrough | None = None
    provenance: Provenance = Provenance()
    elapsed_ms: float = 0.0
