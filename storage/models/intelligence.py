"""What was learnt from the data: events, causes, simulations, segments and quality."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Ingested, Micros, Stamped, TenantOwned, Unaudited


class BusinessEvent(Identified, TenantOwned, Stamped, Ingested, Base):
    """Something that happened to the business, on its timeline: noted by a person (`key` is None), or detected in what a
    batch brought. A detected one goes out of sight with that batch, as the rows do that it rests on."""

    __tablename__ = "business_events"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        Index(None, "tenant_id", "occurred_on"),
        Index(None, "tenant_id", "occurred_at", "id"),
        Index(None, "tenant_id", "kind", "entity_id"),
        Index(None, "tenant_id", "basis_id"),
    )

    key: Mapped[str | None]
    """What a detected event is recognised by, however often it is detected: its kind and its subject, by the sources' own
    keys. The id is made from it (see storage.repositories.events)."""
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    """Of a detected one a plain sentence."""
    description: Mapped[str | None] = mapped_column(Text)
    occurred_at: Mapped[datetime]
    """The beginning of the day where no time is known."""
    time_known: Mapped[bool] = mapped_column(default=False)
    source_offset_minutes: Mapped[int | None]
    occurred_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Last day; None for an event of one day, and for one that lasts."""
    entity_type: Mapped[str | None] = mapped_column(String(60))
    """The unified table of its subject, or channel, campaign or shop."""
    entity_id: Mapped[str | None] = mapped_column(Id)
    subject: Mapped[str | None]
    """What its subject is called."""
    basis_id: Mapped[str | None] = mapped_column(Id)
    """The unified row that it rests on: another value there may mean another event."""
    severity: Mapped[str] = mapped_column(String(10), default="info")
    """info, notice or warning."""
    currency: Mapped[str | None] = mapped_column(String(3))
    amount_micros: Mapped[int | None] = mapped_column(Micros)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Further figures by name (tools.events.detection)."""
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    """The unified rows that show it: table, id and what each of them is for it."""
    detected_at: Mapped[datetime | None]
    """When it was first detected."""


class EventMark(Identified, TenantOwned, Unaudited, Base):
    """A row of an earlier batch whose standing has changed (it repeats another source's, or no longer does): what happened
    is looked at anew where it concerns it."""

    __tablename__ = "event_marks"
    __table_args__ = (UniqueConstraint("tenant_id", "unified_type", "unified_id"),)

    unified_type: Mapped[str] = mapped_column(String(40))
    unified_id: Mapped[str] = mapped_column(Id)


class CausalRelationship(Identified, TenantOwned, Stamped, Base):
    """One metric moves another: `elasticity` percent of the effect per percent of the cause, `lag_days` later."""

    __tablename__ = "causal_relationships"
    __table_args__ = (UniqueConstraint("tenant_id", "cause_metric", "effect_metric", "lag_days"),)

    cause_metric: Mapped[str] = mapped_column(String(120))
    effect_metric: Mapped[str] = mapped_column(String(120))
    lag_days: Mapped[int]
    elasticity: Mapped[float]
    elasticity_low: Mapped[float]
    elasticity_high: Mapped[float]
    """The 95 % interval."""
    confidence: Mapped[float]
    """0 to 1."""
    method: Mapped[str] = mapped_column(String(60))
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    estimated_at: Mapped[datetime]


class CausalSimulation(Identified, TenantOwned, Stamped, Base):
    """A what-if question and its answer."""

    __tablename__ = "causal_simulations"
    __table_args__ = (Index(None, "tenant_id", "id"),)

    name: Mapped[str | None] = mapped_column(String(200))
    user_id: Mapped[str | None] = mapped_column(Id)
    changes: Mapped[list[Any]]
    """The metrics that were moved, and by how much."""
    horizon_days: Mapped[int]
    result: Mapped[dict[str, Any]]


class CustomerSegment(Identified, TenantOwned, Stamped, Base):
    """A group of customers: defined by criteria, or found by clustering and then described by them."""

    __tablename__ = "customer_segments"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40))
    """rfm, behavioural, predictive or custom."""
    criteria: Mapped[dict[str, Any]]
    customer_count: Mapped[int | None]
    computed_at: Mapped[datetime | None]


class DataQualityScore(Identified, TenantOwned, Stamped, Unaudited, Base):
    """How far the data of an entity type can be trusted on a day, overall or for one connector. Scores: 0 to 1."""

    __tablename__ = "data_quality_scores"
    __table_args__ = (Index(None, "tenant_id", "entity_type", "measured_on"),)

    entity_type: Mapped[str] = mapped_column(String(60))
    connector_id: Mapped[str | None] = mapped_column(Id, ForeignKey("connectors.id", ondelete="CASCADE"))
    measured_on: Mapped[date]
    accuracy: Mapped[float]
    completeness: Mapped[float]
    freshness: Mapped[float]
    score: Mapped[float]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class QualityRule(Identified, TenantOwned, Stamped, Base):
    """What a tenant asks of its own data beside what is asked of everybody's."""

    __tablename__ = "quality_rules"
    __table_args__ = (Index(None, "tenant_id", "id"),)

    name: Mapped[str] = mapped_column(String(200))
    table: Mapped[str] = mapped_column(String(60))
    """The unified table that it looks at."""
    check: Mapped[dict[str, Any]]
    """tools.lineage.own.schemas.Check."""
    allowed: Mapped[float] = mapped_column(default=0.0)
    """The share of the rows that it looks at which may break it."""
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[str | None] = mapped_column(Id)


class QualityWatch(Identified, TenantOwned, Stamped, Unaudited, Base):
    """Something about the data's quality that is watched, and whether it is being told of: each spell is told of once."""

    __tablename__ = "quality_watches"
    __table_args__ = (UniqueConstraint("tenant_id", "subject"),)

    subject: Mapped[str] = mapped_column(String(120))
    """What is watched: a table's score, a source's rhythm, a rule (see tools.lineage.watching)."""
    state: Mapped[str] = mapped_column(String(20))
    """armed, or firing while it lasts."""
    fired_at: Mapped[datetime | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was seen when it began."""
