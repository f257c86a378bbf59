"""Which of the rows that sources made are one person, one product or one sale, and what an owner said of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Stamped, TenantOwned, Unaudited


class ResolutionKey(TenantOwned, Unaudited, Base):
    """A hash of something that rows of one thing share (a mailbox, a name in a town): whoever shares one is compared."""

    __tablename__ = "resolution_keys"
    __table_args__ = (
        Index(None, "tenant_id", "subject_id"),
        {"sqlite_with_rowid": False},
    )

    tenant_id: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject_id: Mapped[str] = mapped_column(Id, primary_key=True)
    """The row of unified_customers, contacts or unified_products."""


class ResolutionCount(TenantOwned, Unaudited, Base):
    """How many rows held a hash when they were compared first, of what too many share to compare them by it (a town)."""

    __tablename__ = "resolution_counts"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's documented class attribute

    tenant_id: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    times: Mapped[int]


class ResolutionPair(Identified, TenantOwned, Unaudited, Base):
    """What speaks for two rows being one. Made anew whenever either of them changes."""

    __tablename__ = "resolution_pairs"
    __table_args__ = (
        UniqueConstraint("tenant_id", "left_id", "right_id"),
        Index(None, "tenant_id", "right_id"),
        Index(None, "tenant_id", "kind", "accepted", "bits"),
    )

    kind: Mapped[str] = mapped_column(String(20))
    """buyer, product or sale."""
    left_id: Mapped[str] = mapped_column(Id)
    right_id: Mapped[str] = mapped_column(Id)
    accepted: Mapped[bool]
    """Whether they were taken for one; else an owner may decide."""
    bits: Mapped[float]
    """log2 of the odds."""
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was compared → the bits that it gave."""
    weighed_at: Mapped[datetime]


class ResolutionDecision(Identified, TenantOwned, Stamped, Base):
    """What an owner said of two rows: it holds whatever the evidence, also when the rows are made anew."""

    __tablename__ = "resolution_decisions"
    __table_args__ = (UniqueConstraint("tenant_id", "kind", "left_key", "right_key"),)

    kind: Mapped[str] = mapped_column(String(20))
    left_key: Mapped[str]
    """The rows' source keys, in order."""
    right_key: Mapped[str]
    same: Mapped[bool]
    user_id: Mapped[str | None] = mapped_column(Id)
    """Who said so; None for a machine."""
