"""What happened to the business, as the outside sees it (/api/modules/mini-foundry/events)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from tools.kit.capability import Contract

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


class EventView(Contract):
    id: str
    title: str
    kind: str
    occurred_on: date
    ends_on: date | None
    created_at: datetime
    updated_at: datetime


class NoteEvent(Contract):
    """An event told in words."""

    note: str = Field(
        min_length=1,
        max_length=1_000,
        description="What happened and when, in the user's own words, in full, such as: note that we changed the price on 3 May.",
        examples=["note that we relaunched the website on 12 March 2026"],
    )
