"""What happened to the business, as the outside sees it (/api/modules/mini-foundry/events)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from storage.kernel.clock import AsOf
from storage.kernel.money import Money
from tools.kit.capability import Contract, context_field

MOST_EVENTS = 1_000
LONGEST_EVENT_DAYS = 400
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


class EventDraft(Contract):
    """Something that happened on a day, or from one day to another, both counted."""

    title: Title = Field(description="What happened, in the user's words.", examples=["We changed the price of mugs"])
    occurred_on: date
    ends_on: date | None = Field(default=None, description="The last day. None for what happened on one day.")
    kind: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)] = "note"

    @model_validator(mode="after")
    def _forward(self) -> "EventDraft":
        if self.ends_on is not None and not 0 <= (self.ends_on - self.occurred_on).days <= LONGEST_EVENT_DAYS:
            raise ValueError(f"an event ends after it begins, {LONGEST_EVENT_DAYS} days later at most")
        return self


class EventSubject(Contract):
    """Whom or what an event is about. Without an id where it is no row (a channel, a campaign, the shop)."""

    type: str = Field(description="product, transaction, channel, campaign or shop.")
    id: str | None = None
    name: str | None = None


class EventFigure(Contract):
    """A figure of an event: an amount, or a plain number."""

    name: str = Field(examples=["before"])
    amount: Money | None = None
    number: Decimal | None = None


class EventRecord(Contract):
    """A raw record of a source that made or changed a row, and which version of it."""

    id: str
    source: str
    object: str
    external_id: str
    version: int
    received_at: datetime
    batch_id: str
    of_this_batch: bool = Field(description="Whether it came with the import or sync that brought the event.")


class EventEvidence(Contract):
    """A row that shows an event. `href` opens it field by field, with the sources' records."""

    type: str = Field(examples=["order"])
    id: str
    role: str = Field(examples=["first order"])
    href: str = Field(examples=["/api/data-lineage/entity/order/0197…"])
    records: tuple[EventRecord, ...] = Field(default=(), description="Only where one event is asked for.")


class EventView(Contract):
    """Something that happened: noted by somebody, or detected in the data."""

    id: str
    origin: Literal["noted", "detected"]
    kind: str
    title: str
    occurred_at: datetime = Field(description="UTC; the beginning of the day where no time is known.")
    time_known: bool
    source_offset_minutes: int | None = Field(description="The source's own offset from UTC.")
    occurred_on: date = Field(description="The day in the tenant's time zone.")
    ends_on: date | None
    severity: Literal["info", "notice", "warning"]
    subject: EventSubject | None
    amount: Money | None
    figures: tuple[EventFigure, ...]
    evidence: tuple[EventEvidence, ...]
    batch_id: str | None = Field(description="The import or sync that brought what it rests on.")
    detected_at: datetime | None
    created_at: datetime
    updated_at: datetime


class EventsRequest(Contract):
    """Which events, and how many."""

    kind: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = Field(default=None, description="The last day, counted.")
    entity: str | None = Field(
        default=None, max_length=120, description="A kind of subject, or one of them: product, or product/{id}."
    )
    origin: Literal["noted", "detected"] | None = None


class AskEvents(Contract):
    """What happened, asked in words."""

    question: str = Field(
        min_length=1,
        max_length=500,
        description="The user's own words: what kind of event, of what, and when.",
        examples=["what happened this week", "any price changes lately", "when was our first sale of the blue mug"],
    )
    as_of: AsOf | None = context_field("as_of", "The day to answer as of.")


class EventsFound(Contract):
    """The latest events that were meant, and how many there are of each kind."""

    items: tuple[EventView, ...]
    counts: dict[str, int]
    kinds: tuple[str, ...]
    name: str | None
    since: date | None
    until: date | None = Field(description="The last day, counted.")


class NoteEvent(Contract):
    """An event told in words."""

    note: str = Field(
        min_length=1,
        max_length=1_000,
        description="What happened and when, in the user's own words, in full, such as: note that we changed the price on 3 May.",
        examples=["note that we relaunched the website on 12 March 2026"],
    )
