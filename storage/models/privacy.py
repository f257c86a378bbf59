"""What people ask of the data about them, through a vendor or the owner."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import SECRET, UNLISTED, Base, Id, Identified, Stamped, TenantOwned, Unaudited


class PrivacyRequest(Identified, TenantOwned, Stamped, Base):
    """That a person, or all of an account, be erased; or what is known of a person be told."""

    __tablename__ = "privacy_requests"
    __table_args__ = (Index(None, "tenant_id", "status"),)

    connector_id: Mapped[str | None] = mapped_column(Id, ForeignKey("connectors.id"))
    """The account that it is about; None for all that is known of a customer."""
    kind: Mapped[str] = mapped_column(String(20))
    """erase_person, erase_account or access."""
    status: Mapped[str] = mapped_column(String(20), default="received")
    """received or done."""
    subject: Mapped[str | None] = mapped_column(Text, info=SECRET | UNLISTED)
    """Whom it is about (tools.privacy.subject.Subject as JSON), encrypted; gone once the person is erased."""
    found: Mapped[str | None] = mapped_column(Text, info=SECRET | UNLISTED)
    """What was found of the person who asks, as JSON, encrypted."""
    due_at: Mapped[datetime]
    """By when it has to be answered."""
    done_at: Mapped[datetime | None]


class Suppression(TenantOwned, Unaudited, Base):
    """That a person of an account was erased: what the vendor still sends of her is not taken in."""

    __tablename__ = "suppressions"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's documented class attribute

    tenant_id: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id", ondelete="CASCADE"), primary_key=True)
    connector_id: Mapped[str] = mapped_column(Id, ForeignKey("connectors.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A hash of the vendor's id of the person, or of an address of hers (tools.privacy.redaction)."""
