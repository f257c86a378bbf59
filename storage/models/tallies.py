"""How often each text stands in the columns whose values a question may name (see storage.repositories.tallies)."""

from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, TenantOwned, Unaudited


class ValueTally(TenantOwned, Unaudited, Base):
    """So many rows more, or less below 0, that hold a text in one column. All of a text's together are how many do."""

    __tablename__ = "value_tallies"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's documented class attribute

    tenant_id: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Of the change that it is part of; they are made one after the other."""
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Tells the tallies of one change apart; it means nothing else."""
    source: Mapped[str] = mapped_column(String(80))
    """Class and column."""
    text: Mapped[str]
    times: Mapped[int] = mapped_column(BigInteger)


class ValueTallyState(Identified, TenantOwned, Unaudited, Base):
    """Up to where a tenant's tallies are kept."""

    __tablename__ = "value_tally_states"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    first: Mapped[int] = mapped_column(BigInteger)
    """The number of the change that tallied all there was; those before it are gone."""
    last: Mapped[int] = mapped_column(BigInteger)
    """The number of the newest change."""
    counted: Mapped[str] = mapped_column(String(80))
    """Which imports are tallied: where others can be seen, the tallies are out of date."""
    columns: Mapped[str] = mapped_column(String(64))
    """Which columns are: another release may tally others."""
    size_at_first: Mapped[int] = mapped_column(BigInteger)
    """Rows of the first change."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Rows of all changes."""
