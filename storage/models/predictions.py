"""Forecasts: the templates they start from, the models a tenant configured, and what was predicted."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Stamped, TenantOwned


class PredictionTemplate(Identified, Stamped, Base):
    """A ready-made question about the future for one industry. The same for every tenant."""

    __tablename__ = "prediction_templates"
    __table_args__ = (UniqueConstraint("slug"), Index(None, "industry", "category"))

    slug: Mapped[str] = mapped_column(String(120))
    industry: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    definition: Mapped[dict[str, Any]]
    """Target metric, drivers, grain, horizon and method."""


class ModelConfig(Identified, TenantOwned, Stamped, Base):
    """A forecasting model as the tenant set it up. Status: draft, training, ready or failed."""

    __tablename__ = "model_configs"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    template_id: Mapped[str | None] = mapped_column(Id, ForeignKey("prediction_templates.id", ondelete="SET NULL"))
    method: Mapped[str] = mapped_column(String(60))
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(20), default="draft")
    backtest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Errors on held-out history: of this model and of the naive one it must beat."""
    trained_at: Mapped[datetime | None]


class PredictionHistory(Identified, TenantOwned, Stamped, Base):
    """One prediction as it was given, so that it can be held against what came."""

    __tablename__ = "prediction_history"
    __table_args__ = (Index(None, "tenant_id", "id"),)

    template_id: Mapped[str | None] = mapped_column(Id, ForeignKey("prediction_templates.id", ondelete="SET NULL"))
    model_config_id: Mapped[str | None] = mapped_column(Id, ForeignKey("model_configs.id", ondelete="SET NULL"))
    user_id: Mapped[str | None] = mapped_column(Id)
    request: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
