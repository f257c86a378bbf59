"""Targets as the outside sees them (contract: /api/modules/mini-foundry/kpis)."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, FiniteFloat, model_validator

from storage.kernel.clock import AsOf
from tools.foundry.schemas import Filters, Name, Question, WidgetDraft
from tools.kit.blocks import Column, Provenance
from tools.kit.capability import Contract, context_field
from tools.kpis.engine import Direction, Method, Status

MOST_KPIS = 100
PeriodOf = Literal["month", "quarter", "year", "fiscal_year"]
Amount = Annotated[FiniteFloat, Field(ge=-1e15, le=1e15)]


class Target(Contract):
    """What is to be reached: a `figure` in the metric's unit (shares as fractions), or what the same period came to a
    year before, changed by a fraction: 0.1 is last year and 10 % on top. Exactly one of the two."""

    figure: Amount | None = Field(default=None, examples=[50_000])
    on_last_year: Annotated[FiniteFloat, Field(gt=-1, le=10)] | None = Field(default=None, examples=[0.1])

    @model_validator(mode="after")
    def _one_of_two(self) -> "Target":
        if (self.figure is None) == (self.on_last_year is None):
            raise ValueError("give either a figure, or a change on last year")
        if self.figure == 0:
            raise ValueError("a target of nothing has no pace")
        return self


class KpiDraft(Contract):
    """A target to be set. Exactly one of `metric` and `question`, which is read by the planner: "net sales in Germany".
    With `starts_on`, a day of the period that is meant, it is for that period alone; else for each one anew."""

    name: Name | None = None
    metric: str | None = Field(default=None, max_length=80, examples=["revenue"])
    filters: Filters = ()
    question: Question | None = Field(default=None, examples=["net sales in Germany"])
    target: Target
    period: PeriodOf = "month"
    starts_on: AsOf | None = None
    direction: Direction = "at_least"

    @model_validator(mode="after")
    def _one_of_two(self) -> "KpiDraft":
        if (self.metric is None) == (self.question is None):
            raise ValueError("give either a metric or a question")
        if self.question is not None and self.filters:
            raise ValueError("filters go with a metric: a question says its own")
        return self


class ReplaceKpi(KpiDraft):
    """What a target shall be instead. `version` is the one that the caller has seen."""

    version: int = Field(ge=1)


class KpiContent(Contract):
    """A target as one of its versions keeps it."""

    name: str
    metric: str
    filters: Filters
    target: Target
    period: PeriodOf
    starts_on: date | None
    direction: Direction


class KpiView(KpiContent):
    id: str
    version: int
    created_at: datetime
    updated_at: datetime


class KpiVersionView(Contract):
    version: int
    changed_at: datetime
    changed_by: str | None
    content: KpiContent


class Progress(Contract):
    """How a target stands as of a day. `through` is the last day that is counted. `reached` is the figure over the target,
    `expected_share` the part of the period's figure that is usually in by then, `method` how that was told: by the season
    of earlier periods, by weekdays, or by the calendar where there is too little history. Null where a figure has no pace,
    as its days do not add up. `rule` says in words how `status` is told."""

    kpi: KpiView
    from_: date = Field(alias="from")
    to: date
    through: date | None
    actual: float | None
    target: float | None
    reached: float | None
    expected_share: float | None
    method: Method | None
    projected: float | None
    low: float | None
    high: float | None
    tried: int
    status: Status
    sure: bool = Field(
        description="Whether the whole interval of the projection lies on the status's side of the target."
    )
    rule: str
    sentence: str
    column: Column
    widget: WidgetDraft | None
    chart: dict[str, Any] | None
    provenance: Provenance

    model_config = Contract.model_config | {"populate_by_name": True, "serialize_by_alias": True}


class SetTarget(Contract):
    """A target that is set in words."""

    question: Question = Field(
        description="What is to be reached and by when, in the user's own words, in full.",
        examples=["set a target of 50k net sales for December"],
    )
    as_of: AsOf | None = context_field("as_of", "Set it as if this day were today.")


class TargetSet(Contract):
    kpi: KpiView
    progress: Progress


class CheckTargets(Contract):
    """How targets stand."""

    question: Question | None = Field(
        default=None,
        description="The question in the user's own words: which target or period is meant.",
        examples=["are we on track this quarter"],
    )
    as_of: AsOf | None = context_field("as_of", "Look as if this day were today.")


class TargetsChecked(Contract):
    as_of: date
    items: tuple[Progress, ...]
    problems: tuple[str, ...] = ()
    """Targets that cannot be looked at, and why."""
    note: str = ""
