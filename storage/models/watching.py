"""What is watched in a tenant's figures: insights that a person put aside, targets, alerts and what they said."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import UNLISTED, Base, Id, Identified, Stamped, TenantOwned, Unaudited


class InsightMark(Identified, TenantOwned, Stamped, Unaudited, Base):
    """An insight that a user does not want to see: this very one, or until a day all about the same figure."""

    __tablename__ = "insight_marks"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id", "subject", "finding"),)

    user_id: Mapped[str] = mapped_column(Id)
    """Empty for a machine."""
    subject: Mapped[str] = mapped_column(String(16))
    """The first part of an insight's id: which figure of what it is about."""
    finding: Mapped[str] = mapped_column(String(40))
    """The id of the very insight; empty where all about the figure is put off."""
    until: Mapped[date | None]
    """The first day on which it may be shown again; None for never."""


class Kpi(Identified, TenantOwned, Stamped, Base):
    """A target for one figure, seen by everybody of the tenant."""

    __tablename__ = "kpis"
    __table_args__ = (Index(None, "tenant_id", "metric"),)

    name: Mapped[str] = mapped_column(String(200))
    metric: Mapped[str] = mapped_column(String(80))
    filters: Mapped[list[Any]] = mapped_column(default=list)
    """What the figure is narrowed to, as storage.metrics.query.Filter."""
    target: Mapped[dict[str, Any]]
    """A figure, or a change on the year before (tools.kpis.schemas.Target)."""
    period: Mapped[str] = mapped_column(String(20))
    """month, quarter, year or fiscal_year."""
    starts_on: Mapped[date | None]
    """First day of the one period that it is for; None where it is for each anew."""
    direction: Mapped[str] = mapped_column(String(20), default="at_least")
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str | None] = mapped_column(Id)


class KpiVersion(Identified, TenantOwned, Stamped, Unaudited, Base):
    """A target as it was after one of its changes. Changes themselves are in the audit."""

    __tablename__ = "kpi_versions"
    __table_args__ = (UniqueConstraint("tenant_id", "kpi_id", "version"),)

    kpi_id: Mapped[str] = mapped_column(Id, ForeignKey("kpis.id", ondelete="CASCADE"))
    version: Mapped[int]
    changed_by: Mapped[str | None] = mapped_column(Id)
    content: Mapped[dict[str, Any]]
    """tools.kpis.schemas.KpiContent as JSON."""


class Alert(Identified, TenantOwned, Stamped, Base):
    """Something that speaks up when a figure does what its condition says, seen by everybody of the tenant."""

    __tablename__ = "alerts"
    __table_args__ = (Index(None, "tenant_id", "metric"), Index(None, "is_active", "last_checked_on"))

    name: Mapped[str] = mapped_column(String(200))
    metric: Mapped[str] = mapped_column(String(80))
    filters: Mapped[list[Any]] = mapped_column(default=list)
    """What the figure is narrowed to, as storage.metrics.query.Filter."""
    condition: Mapped[dict[str, Any]]
    """tools.alerts.schemas.Condition."""
    grain: Mapped[str] = mapped_column(String(10))
    """day, week or month: the last complete one is looked at."""
    hour: Mapped[int]
    """Of the day in the tenant's time zone from which on it is looked at."""
    cooldown_days: Mapped[int]
    is_active: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(20), default="armed", info=UNLISTED)
    """armed, or firing while its condition holds."""
    last_fired_on: Mapped[date | None] = mapped_column(info=UNLISTED)
    last_checked_on: Mapped[date | None] = mapped_column(info=UNLISTED)
    """The tenant's day on which it was looked at last."""
    last_bucket: Mapped[date | None] = mapped_column(info=UNLISTED)
    """First day of the last bucket that could be judged: each is judged once."""
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str | None] = mapped_column(Id)


class AlertCheck(Identified, TenantOwned, Stamped, Unaudited, Base):
    """What an alert saw on one day of its tenant. There is one a day at most, however often it is tried."""

    __tablename__ = "alert_checks"
    __table_args__ = (UniqueConstraint("tenant_id", "alert_id", "day"),)

    alert_id: Mapped[str] = mapped_column(Id, ForeignKey("alerts.id", ondelete="CASCADE"))
    day: Mapped[date]
    bucket: Mapped[date]
    """First day of what was looked at."""
    outcome: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]]
    """tools.alerts.schemas.CheckView as JSON."""


class Notification(Identified, TenantOwned, Stamped, Unaudited, Base):
    """Something that everybody of a tenant shall know."""

    __tablename__ = "notifications"
    __table_args__ = (Index(None, "tenant_id", "id"),)

    kind: Mapped[str] = mapped_column(String(40))
    """alert, privacy or quality."""
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[str | None] = mapped_column(Id)
    """The alert, connection, source or rule that it is of."""


class NotificationRead(Identified, TenantOwned, Stamped, Unaudited, Base):
    """That a user has read a notification."""

    __tablename__ = "notification_reads"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id", "notification_id"),)

    user_id: Mapped[str] = mapped_column(Id)
    """Empty for a machine."""
    notification_id: Mapped[str] = mapped_column(Id, ForeignKey("notifications.id", ondelete="CASCADE"))
