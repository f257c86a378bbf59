"""The append-only log of who changed what."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, TenantOwned


class AuditEntry(Identified, TenantOwned, Base):
    """One write. Never changed or deleted: the session and a trigger in the database refuse it.

    Secrets are masked, long values are replaced by their size and hash.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "tenant_id", "id"),
        Index(None, "tenant_id", "entity_type", "entity_id"),
    )

    tenant_id: Mapped[str | None] = mapped_column(Id)  # type: ignore[assignment]  # None: a write outside any tenant, such as a new user; no foreign key: an entry outlives what it tells of
    occurred_at: Mapped[datetime]
    user_id: Mapped[str | None] = mapped_column(Id)
    """None for the system itself and for a machine's key."""
    surface: Mapped[str] = mapped_column(String(20))
    """storage.kernel.actor.Surface; for the system "system" followed by its purpose ("system:login")."""
    request_id: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(60))
    """create, update or delete; else the name of what happened ("login", "export")."""
    entity_type: Mapped[str] = mapped_column(String(60))
    """The table's name."""
    entity_id: Mapped[str] = mapped_column(Id)
    before: Mapped[dict[str, Any] | None]
    """The changed fields as they were; None for a creation."""
    after: Mapped[dict[str, Any] | None]
    """The fields as they are now; None for a deletion."""
