"""The security scanner's inventory and findings."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Stamped, TenantOwned


class SecurityDevice(Identified, TenantOwned, Stamped, Base):
    """A machine or service of the business. `identifier` is what it is recognised by: host name, serial, address."""

    __tablename__ = "security_devices"
    __table_args__ = (UniqueConstraint("tenant_id", "identifier"),)

    identifier: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    ip_address: Mapped[str | None] = mapped_column(String(45))
    operating_system: Mapped[str | None] = mapped_column(String(100))
    owner: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20), default="active")
    last_seen_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class SecurityIssue(Identified, TenantOwned, Stamped, Base):
    """A weakness that was found. Severity: critical, high, medium, low or info. Status: open, accepted or resolved."""

    __tablename__ = "security_issues"
    __table_args__ = (
        UniqueConstraint("tenant_id", "fingerprint"),
        Index(None, "tenant_id", "status", "severity"),
    )

    fingerprint: Mapped[str] = mapped_column(String(64))
    """Hash of check and target: a second scan finds the same issue, not a new one."""
    device_id: Mapped[str | None] = mapped_column(Id, ForeignKey("security_devices.id", ondelete="SET NULL"))
    control: Mapped[str] = mapped_column(String(80))
    """The check that failed, by which compliance frameworks refer to it."""
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str | None] = mapped_column(Text)
    recommendation: Mapped[str | None] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="open")
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    detected_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
