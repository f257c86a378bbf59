"""What the business does: tasks, workflows and initiatives."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Micros, Stamped, TenantOwned


class Task(Identified, TenantOwned, Stamped, Base):
    """Something to do. Status: open, in_progress, done or cancelled. Priority: low, medium, high or urgent."""

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "tenant_id", "status", "due_on"),)

    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default="open")
    priority: Mapped[str] = mapped_column(String(20), default="medium")
    due_on: Mapped[date | None]
    assignee_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="SET NULL"))
    created_by: Mapped[str | None] = mapped_column(Id)
    labels: Mapped[list[str]] = mapped_column(default=list)
    completed_at: Mapped[datetime | None]


class Workflow(Identified, TenantOwned, Stamped, Base):
    """An automation: when `trigger` happens, `steps` run in order."""

    __tablename__ = "workflows"
    __table_args__ = (Index(None, "tenant_id", "is_active"),)

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    trigger: Mapped[dict[str, Any]]
    steps: Mapped[list[Any]]
    is_active: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str | None] = mapped_column(Id)


class BusinessInitiative(Identified, TenantOwned, Stamped, Base):
    """A planned action with what it costs and is expected to bring. Status: idea, planned, running, done or dropped."""

    __tablename__ = "business_initiatives"
    __table_args__ = (Index(None, "tenant_id", "status"),)

    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default="idea")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    budget_micros: Mapped[int | None] = mapped_column(Micros)
    effects: Mapped[list[Any]] = mapped_column(default=list)
    """Expected changes: metric, change, reason."""
    tradeoffs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The last analysis of what it gains and what it costs elsewhere."""
    created_by: Mapped[str | None] = mapped_column(Id)
