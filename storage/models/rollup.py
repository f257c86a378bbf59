"""Sums of a tenant's facts that are kept per day and per month, and the months they stand for (see storage.metrics.rollup)."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, TenantOwned, Unaudited


class RollupMonth(Identified, TenantOwned, Unaudited, Base):
    """A month whose kept sums are those of its facts. Where there is no such row they may not be: the facts count."""

    __tablename__ = "rollup_months"
    __table_args__ = (UniqueConstraint("tenant_id", "month"),)

    month: Mapped[date]
    """Its first day."""
    last_day: Mapped[date | None]
    """The last day in it with a fact."""
    definition: Mapped[str] = mapped_column(String(64))
    """Which sums were kept, and of what: another release may define them anew."""


class RollupRow(TenantOwned, Unaudited, Base):
    """The sums of one member of a cube on one day, or in the month that begins on it."""

    __tablename__ = "rollup_rows"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's documented class attribute

    tenant_id: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True)
    cube: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[date] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Tells the members of one day apart; it means nothing else."""
    label: Mapped[str | None]
    key: Mapped[str | None] = mapped_column(Id)
    n: Mapped[int] = mapped_column(BigInteger)
    """Facts behind the sums."""
    s0: Mapped[int | None] = mapped_column(BigInteger)
    s1: Mapped[int | None] = mapped_column(BigInteger)
    s2: Mapped[int | None] = mapped_column(BigInteger)
    s3: Mapped[int | None] = mapped_column(BigInteger)
    s4: Mapped[int | None] = mapped_column(BigInteger)
    s5: Mapped[int | None] = mapped_column(BigInteger)
    s6: Mapped[int | None] = mapped_column(BigInteger)
    s7: Mapped[int | None] = mapped_column(BigInteger)
    s8: Mapped[int | None] = mapped_column(BigInteger)
    s9: Mapped[int | None] = mapped_column(BigInteger)
    """Which metric's sum each is, the rollup's definition says."""
