"""Events as the outside sees them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from storage.models.system import OutboxMessage
from tools.kit.capability import Contract


class LineageEvent(Contract):
    """An OpenLineage event and what became of it. `run_id`: the import or sync that it is of, or that it followed."""

    id: str
    run_id: str
    state: Literal["waiting", "sent", "refused"] = Field(
        description="waiting: for the receiver, or for one to be named; refused: the receiver said that it is wrong."
    )
    attempts: int
    error: str | None = Field(description="Why the last attempt failed.")
    created_at: datetime
    sent_at: datetime | None
    event: dict[str, Any] = Field(description="As it is sent: openlineage.io/spec/2-0-2/OpenLineage.json.")


def event_view(row: OutboxMessage) -> LineageEvent:
    return LineageEvent(
        id=row.id,
        run_id=row.key,
        state="sent" if row.published_at is not None else "refused" if row.refused_at is not None else "waiting",
        attempts=row.attempts,
        error=row.error,
        created_at=row.created_at,
        sent_at=row.published_at,
        event=row.payload,
    )
