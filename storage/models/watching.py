"""What is watched in a tenant's figures: insights that a person put aside, and targets."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Stamped, TenantOwned, Unaudited


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
