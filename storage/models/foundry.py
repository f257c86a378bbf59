"""Business intelligence: dashboards with their widgets and versions, figures of a tenant's own, and data
sources."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import SECRET, Base, Id, Identified, Stamped, TenantOwned, Unaudited


class Dashboard(Identified, TenantOwned, Stamped, Base):
    """A page of widgets. Private to its maker, or shared with everybody of the tenant."""

    __tablename__ = "dashboards"
    __table_args__ = (Index(None, "tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    filters: Mapped[list[Any]] = mapped_column(default=list)
    """Conditions on dimensions that all widgets are held to, as storage.metrics.query.Filter."""
    period: Mapped[str | None] = mapped_column(String(200))
    """The period of the widgets that name none of their own, as a phrase: it moves with the day."""
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes of the page and its widgets: whoever changes it names the one that he saw."""
    created_by: Mapped[str | None] = mapped_column(Id)


class Widget(Identified, TenantOwned, Stamped, Base):
    """One figure, table or chart of a dashboard: of a `question`, or of a `query` over a `period`."""

    __tablename__ = "widgets"
    __table_args__ = (Index(None, "tenant_id", "dashboard_id"),)

    dashboard_id: Mapped[str] = mapped_column(Id, ForeignKey("dashboards.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    question: Mapped[str | None] = mapped_column(Text)
    """Planned anew each time it is shown."""
    query: Mapped[dict[str, Any] | None]
    """A MetricQuery without its times (tools.foundry.schemas.WidgetQuery)."""
    period: Mapped[str | None] = mapped_column(String(200))
    layout: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Column, row, width and height in the dashboard's grid."""
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)


class DashboardVersion(Identified, TenantOwned, Stamped, Unaudited, Base):
    """A dashboard as it was after one of its changes, with its widgets. Changes themselves are in the audit."""

    __tablename__ = "dashboard_versions"
    __table_args__ = (UniqueConstraint("tenant_id", "dashboard_id", "version"),)

    dashboard_id: Mapped[str] = mapped_column(Id, ForeignKey("dashboards.id", ondelete="CASCADE"))
    version: Mapped[int]
    changed_by: Mapped[str | None] = mapped_column(Id)
    summary: Mapped[str] = mapped_column(Text)
    """What changed, in a sentence."""
    content: Mapped[dict[str, Any]]
    """tools.foundry.schemas.DashboardContent as JSON."""


class TenantMetric(Identified, TenantOwned, Stamped, Base):
    """A figure of the tenant's own: arithmetic over others (see storage.metrics.model.DerivedMetric)."""

    __tablename__ = "tenant_metrics"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(60))
    """What expressions call it: lower case, with underscores. No figure of the product has it."""
    label: Mapped[str] = mapped_column(String(80))
    definition: Mapped[str] = mapped_column(Text)
    expression: Mapped[str] = mapped_column(String(500))
    unit: Mapped[str] = mapped_column(String(20))
    synonyms: Mapped[list[str]] = mapped_column(default=list)
    created_by: Mapped[str | None] = mapped_column(Id)


class TenantDimension(Identified, TenantOwned, Stamped, Base):
    """A thing to group and filter by of the tenant's own: members of another put together under names, or bands of an
    amount (see storage.metrics.model.Dimension)."""

    __tablename__ = "tenant_dimensions"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(60))
    """What queries call it: lower case, with underscores. No dimension or figure of the product has it."""
    label: Mapped[str] = mapped_column(String(80))
    definition: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    """ "groups" or "bands"."""
    of: Mapped[str] = mapped_column(String(60))
    """The dimension whose members are put together, or whose bands are drawn anew."""
    parts: Mapped[list[Any]] = mapped_column(default=list)
    """Groups as storage.metrics.model.MemberGroup; the edges of bands, in major units."""
    synonyms: Mapped[list[str]] = mapped_column(default=list)
    created_by: Mapped[str | None] = mapped_column(Id)


class DataSource(Identified, TenantOwned, Stamped, Base):
    """A database of the tenant's own that can be asked: how it is reached, and what its names mean."""

    __tablename__ = "data_sources"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(40))
    """ "sqlite", "postgresql", "files", "duckdb" or "mysql"."""
    connector_id: Mapped[str | None] = mapped_column(Id, ForeignKey("connectors.id", ondelete="SET NULL"))
    config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Settings without secrets."""
    credentials: Mapped[str | None] = mapped_column(Text, info=SECRET)
    """The password, encrypted (see storage.secret_box)."""
    status: Mapped[str] = mapped_column(String(20), default="connected")
    """connected → draft → approved."""
    layer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The semantic layer, as drafted or corrected (tools.sources.schemas.DraftLayer); None until it was introspected."""
    last_refreshed_at: Mapped[datetime | None]
    """When the database was last introspected."""
