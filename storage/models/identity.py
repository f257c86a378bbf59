"""Tenants, users, memberships and their keys."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import SECRET, UNLISTED, Base, Id, Identified, Stamped, TenantOwned, Unaudited


class Tenant(Identified, Stamped, Base):
    """One business. `clock` is its today: "today", or "latest_data" (the last day with data)."""

    __tablename__ = "tenants"

    name: Mapped[str]
    plan: Mapped[str] = mapped_column(default="free")
    modules: Mapped[list[str]]
    """Switched-on modules (storage.kernel.actor.Module values)."""
    clock: Mapped[str] = mapped_column(default="today")
    currency: Mapped[str | None] = mapped_column(String(3))
    timezone: Mapped[str] = mapped_column(default="UTC")
    country: Mapped[str | None] = mapped_column(String(2))
    fiscal_year_start: Mapped[int] = mapped_column(default=1)
    """Month, 1–12."""
    week_start: Mapped[int] = mapped_column(default=1)
    """ISO weekday, 1 = Monday … 7 = Sunday."""
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    keeps_restricted_data: Mapped[bool] = mapped_column(default=False)
    """Whether what came from vendors whose terms allow no training is kept from remote models."""
    metrics_version: Mapped[int] = mapped_column(default=0, info=UNLISTED)
    """Counts the changes of its own metrics: 0 where it never had any, which then need not be looked for."""
    events_version: Mapped[int] = mapped_column(default=0, info=UNLISTED)
    """The same of what happened to its business."""
    deleted_at: Mapped[datetime | None]


class User(Identified, Stamped, Base):
    """A person who signs in; may belong to several tenants."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email"),)

    email: Mapped[str]
    """Lower case."""
    name: Mapped[str | None]
    password_hash: Mapped[str] = mapped_column(info=SECRET)
    is_active: Mapped[bool] = mapped_column(default=True)
    last_login_at: Mapped[datetime | None] = mapped_column(info=UNLISTED)


class Membership(Identified, TenantOwned, Stamped, Base):
    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id"), Index(None, "user_id"))

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))


class RefreshToken(Identified, Stamped, Base):
    """One link of a rotation chain. Using a link twice revokes its whole family."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "family_id"), Index(None, "user_id"))

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    family_id: Mapped[str] = mapped_column(Id)
    token_hash: Mapped[str] = mapped_column(String(64), info=SECRET)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PasswordReset(Identified, Stamped, Base):
    __tablename__ = "password_resets"
    __table_args__ = (UniqueConstraint("token_hash"),)

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64), info=SECRET)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(Identified, TenantOwned, Stamped, Base):
    """A machine's key: scoped, hashed at rest, shown once."""

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("key_hash"),)

    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(String(16))
    key_hash: Mapped[str] = mapped_column(String(64), info=SECRET)
    role: Mapped[str] = mapped_column(String(20))
    created_by: Mapped[str | None] = mapped_column(Id)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None] = mapped_column(info=UNLISTED)
    revoked_at: Mapped[datetime | None]


class UsageRecord(Identified, TenantOwned, Stamped, Unaudited, Base):
    """Tokens, cost and counts per day, user and kind."""

    __tablename__ = "usage_records"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id", "used_on", "kind", "model"),)

    user_id: Mapped[str] = mapped_column(Id, default="")
    used_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    model: Mapped[str] = mapped_column(default="")
    requests: Mapped[int] = mapped_column(default=0)
    input_tokens: Mapped[int] = mapped_column(default=0)
    output_tokens: Mapped[int] = mapped_column(default=0)
    cost_micros: Mapped[int] = mapped_column(default=0)
