"""What is asked of syncs, and what they tell."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tools.connectors.core.naming import ConnectionName
from tools.kit.capability import Contract

RunStatus = Literal["applying", "committed", "undoing", "undone", "failed"]


class SyncNowRequest(Contract):
    connection: ConnectionName
    everything: bool = Field(default=False, description="List all again, and not only what changed.")


class ListRunsRequest(Contract):
    connection: ConnectionName
    limit: int = Field(default=20, ge=1, le=200)
    cursor: str | None = None


class SyncProblem(Contract):
    """A value that could not be read. It is kept raw."""

    object: str
    source_id: str
    pointer: str
    message: str


class SyncRun(Contract):
    """One run. `created`, `updated`, `unchanged` and `rejected` count objects of the vendor."""

    id: str
    connection_id: str
    status: RunStatus
    renormalised: bool = Field(
        default=False,
        description="Whether nothing was asked of the vendor, and rows were made anew from what is stored raw.",
    )
    full: bool = Field(description="Whether all was listed, and not only what changed.")
    created: int
    updated: int
    unchanged: int
    rejected: int
    objects: dict[str, int] = Field(description="Objects read, by kind.")
    problems: tuple[SyncProblem, ...]
    problem_count: int
    unknown_fields: tuple[str, ...] = Field(
        description="Fields that the vendor sends and the mapping does not know, as object.path; they are kept raw."
    )
    started_at: datetime
    finished_at: datetime | None
    error: str | None


class RunList(Contract):
    items: tuple[SyncRun, ...]
    next_cursor: str | None


class SyncBegun(Contract):
    """A sync was begun; its end is told as a notification and among the runs."""

    connection_id: str
    name: str
    everything: bool
