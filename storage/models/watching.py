"""What is watched in a tenant's figures: insights that a person put aside."""

from datetime import date

from sqlalchemy import String, UniqueConstraint
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
