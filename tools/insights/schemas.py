"""What is worth seeing, as the outside sees it (contract: GET /api/modules/mini-foundry/insights)."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from storage.kernel.clock import AsOf
from tools.foundry.schemas import WidgetDraft
from tools.insights.engine import LEVEL, Kind, SeriesGrain
from tools.kit.blocks import Column, Provenance
from tools.kit.capability import Contract, context_field

MOST_SHOWN = 50
InsightId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}-[0-9]{8}$")]
"""What it is about, and the day that its last bucket begins on."""


class FindInsights(Contract):
    """What is worth seeing as of a day."""

    limit: int = Field(default=10, ge=1, le=MOST_SHOWN, description="How many at most.")
    hidden: bool = Field(default=False, description="Also those that the caller dismissed or put off.")
    as_of: AsOf | None = context_field("as_of", "Look as if this day were today.")


class Insight(Contract):
    """One thing worth seeing. `p` is the chance of such a figure if nothing had changed, `q` the share of false ones that
    taking everything as likely as this one would bring (Benjamini–Hochberg over all tests). `score`, from 0 to 1, ranks:
    half how sure, half how much of the business it is. `widget` is what POST …/dashboards/{id}/widgets takes to pin it;
    its query and period are those of the figures."""

    id: InsightId
    kind: Kind
    title: str
    sentence: str
    metric: str
    dimension: str | None
    member: str | None
    grain: SeriesGrain
    from_: date = Field(alias="from")
    to: date
    actual: float
    expected: float
    usual_low: float | None = Field(
        description="Of ten figures in such a place eight lie above it and below `usual_high`."
    )
    usual_high: float | None
    column: Column = Field(description="What the figures are, and in which unit.")
    p: float
    q: float
    score: float
    widget: WidgetDraft
    chart: dict[str, Any] | None
    is_hidden: bool = False

    model_config = Contract.model_config | {"populate_by_name": True, "serialize_by_alias": True}


class InsightList(Contract):
    """`tested`: how many tests were made together, `level`: the share of false ones among what passes that is expected at
    most. `message` says in words what was looked at, and why there is little where there is little."""

    as_of: date
    items: tuple[Insight, ...]
    tested: int
    level: float = LEVEL
    message: str
    notes: tuple[str, ...] = ()
    provenance: Provenance = Provenance()


class HideInsight(Contract):
    """Dismisses this very insight for the caller; with `until`, puts off everything about the same figure until then."""

    until: date | None = Field(default=None, description="The first day on which it may be shown again.")


class HiddenInsight(Contract):
    id: InsightId
    hidden: Literal["dismissed", "until"] | None
    until: date | None = None
