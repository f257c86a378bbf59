"""What the platform itself keeps: jobs, idempotency keys, and the outbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Stamped, TenantOwned, Unaudited


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class Job(Identified, TenantOwned, Stamped, Unaudited, Base):
    """Long work that was asked for (sync, import, scan, training, report), as its caller follows it."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("tenant_id", "kind", "idempotency_key"),
        Index(None, "tenant_id", "id"),
        Index(None, "state"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20), default=JobState.QUEUED.value)
    """A JobState."""
    user_id: Mapped[str | None] = mapped_column(Id)
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    """Asking twice under one key gives the same job."""
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    progress: Mapped[float] = mapped_column(default=0.0)
    """0 to 1."""
    message: Mapped[str | None] = mapped_column(Text)
    result: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    """kind, message and hint, as a CopilotError has them."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class IdempotencyKey(Identified, TenantOwned, Stamped, Unaudited, Base):
    """The first response to a write that came with an Idempotency-Key. Without `status_code` it is under way."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("tenant_id", "key"), Index(None, "expires_at"))

    key: Mapped[str] = mapped_column(String(255))
    request_hash: Mapped[str] = mapped_column(String(64))
    """Of caller, method, path and body: the same key with another request is a conflict."""
    status_code: Mapped[int | None]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime]


class OutboxMessage(Identified, TenantOwned, Stamped, Unaudited, Base):
    """An event that must leave the house, written with the change that caused it and sent by the relay in the
    order of ids."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_unpublished",
            "id",
            sqlite_where=text("published_at IS NULL"),
            postgresql_where=text("published_at IS NULL"),
        ),
        Index(None, "tenant_id", "topic", "key"),
    )

    topic: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(80))
    """What orders the events: those of one key stay in sequence."""
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    """Until then a relay is sending it, and no other one does."""
    refused_at: Mapped[datetime | None]
    """When the receiver said that it will never take it: it is not sent again."""
    error: Mapped[str | None] = mapped_column(String(200))
    """Why the last attempt failed, in our words."""


class VendorBudget(Unaudited, Base):
    """What was sent to a vendor and still counts, where several processes count together in PostgreSQL (storage.shared)."""

    __tablename__ = "vendor_budgets"

    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    """A tools.connectors.core.ledger.Ledger as JSON."""
    version: Mapped[int] = mapped_column(BigInteger)
    """Counts the changes: whoever writes does so only where it is as they found it."""
    expires_at: Mapped[datetime]
    """When it no longer matters."""
