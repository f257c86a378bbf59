"""Alerts and notifications as the outside sees them (contract: /api/modules/mini-foundry/alerts)."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, model_validator

from storage.kernel.clock import AsOf
from tools.alerts.engine import ConditionKind, Outcome, Side, State
from tools.foundry.schemas import Filters, Name, Question
from tools.kit.blocks import Column
from tools.kit.capability import Contract, context_field

MOST_ALERTS = 100
AlertGrain = Literal["day", "week", "month"]


class Condition(Contract):
    """When to speak up. `threshold`: the figure of a day, week or month lies beyond `bound`, in its unit (shares as
    fractions). `change`: it has changed since the one before by more than `bound`, a fraction: 0.05 is 5 %. `anomaly`: it is
    further off what its history leads to than chance would have it once in a hundred times."""

    kind: ConditionKind
    side: Side = "above"
    bound: Annotated[FiniteFloat, Field(ge=-1e15, le=1e15)] | None = Field(default=None, examples=[20])

    @model_validator(mode="after")
    def _coherent(self) -> "Condition":
        if (self.bound is None) != (self.kind == "anomaly"):
            raise ValueError("a threshold and a change have a bound, an anomaly has none")
        if self.side == "either" and self.kind != "anomaly":
            raise ValueError("only an anomaly may lie on either side")
        if self.kind == "change" and self.bound is not None and self.bound <= 0:
            raise ValueError("a change has a bound above 0: its side says whether up or down")
        return self


class AlertDraft(Contract):
    """An alert to be made. Exactly one of `metric` and `question`, which is read by the planner: "orders from Germany".
    It looks at the last complete day, week or month once a day, after `hour` in the tenant's time zone."""

    name: Name | None = None
    metric: str | None = Field(default=None, max_length=80, examples=["orders"])
    filters: Filters = ()
    question: Question | None = Field(default=None, examples=["orders from Germany"])
    condition: Condition
    grain: AlertGrain = "day"
    hour: int = Field(default=7, ge=0, le=23)
    cooldown_days: int = Field(default=7, ge=0, le=365, description="After it fired, days before it may fire anew.")
    is_active: bool = True

    @model_validator(mode="after")
    def _one_of_two(self) -> "AlertDraft":
        if (self.metric is None) == (self.question is None):
            raise ValueError("give either a metric or a question")
        if self.question is not None and self.filters:
            raise ValueError("filters go with a metric: a question says its own")
        return self


class ReplaceAlert(AlertDraft):
    """What an alert shall be instead. `version` is the one that the caller has seen."""

    version: int = Field(ge=1)


class AlertView(Contract):
    id: str
    name: str
    metric: str
    filters: Filters
    condition: Condition
    grain: AlertGrain
    hour: int
    cooldown_days: int
    is_active: bool
    state: State
    last_fired_on: date | None
    last_checked_on: date | None
    version: int
    created_at: datetime
    updated_at: datetime


class CheckView(Contract):
    """What an alert saw on a day. `from` and `to` are the days that it looked at."""

    day: date
    from_: date = Field(alias="from")
    to: date
    value: float | None
    reference: float | None = Field(
        description="What it was held against: the bound, the bucket before, or the expected."
    )
    outcome: Outcome
    sentence: str

    model_config = Contract.model_config | {"populate_by_name": True, "serialize_by_alias": True}


class AlertTested(Contract):
    """What an alert would do now. Nothing is sent, and nothing of it is kept."""

    alert: AlertView
    check: CheckView
    column: Column


class NotificationView(Contract):
    id: str
    kind: str
    title: str
    text: str
    subject_id: str | None
    created_at: datetime
    is_read: bool


class WatchFor(Contract):
    """An alert that is set in words."""

    question: Question = Field(
        description="When to speak up, in the user's own words, in full.",
        examples=["tell me when daily orders drop below 20"],
    )
    as_of: AsOf | None = context_field("as_of", "Set it as if this day were today.")


class ListAlerts(Contract):
    """Which alerts there are."""


class AlertList(Contract):
    items: tuple[AlertView, ...]
    sentences: tuple[str, ...]
    unread: int
    """Notifications that the caller has not read."""
