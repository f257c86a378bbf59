"""The unified schema of relations: people in a CRM, hoped-for sales, mail and appointments.

A contact need not have bought anything: whoever has is a Customer (storage.models.commerce).
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Ingested, Micros, Stamped, TenantOwned, filled_index


class Contact(Identified, TenantOwned, Stamped, Ingested, Base):
    """Somebody in a CRM or an address book."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_key"),
        Index(None, "tenant_id", "email"),
        filled_index("tenant_id", "customer_id"),
    )

    source_key: Mapped[str]
    name: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    company: Mapped[str | None]
    title: Mapped[str | None]
    stage: Mapped[str | None]
    """The source's own word for how far it has come: lead, subscriber, customer, …"""
    owner: Mapped[str | None]
    address_id: Mapped[str | None] = mapped_column(Id, ForeignKey("addresses.id"))
    customer_id: Mapped[str | None] = mapped_column(Id)
    """The customer that this turned out to be (see tools.resolution)."""
    contact_created_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    """When the source was seen to have deleted it."""


class Deal(Identified, TenantOwned, Stamped, Ingested, Base):
    """A sale that is hoped for, won or lost. Its amount is no revenue."""

    __tablename__ = "deals"
    __table_args__ = (UniqueConstraint("tenant_id", "source_key"), Index(None, "tenant_id", "status", "expected_on"))

    source_key: Mapped[str]
    title: Mapped[str | None]
    pipeline: Mapped[str | None]
    stage: Mapped[str | None]
    """The source's own word."""
    status: Mapped[str] = mapped_column(String(10), default="open")
    """open, won or lost."""
    owner: Mapped[str | None]
    company: Mapped[str | None]
    contact_keys: Mapped[list[str]] = mapped_column(default=list)
    """`source_key` of the contacts it is with."""
    currency: Mapped[str | None] = mapped_column(String(3))
    amount_micros: Mapped[int | None] = mapped_column(Micros)
    probability: Mapped[float | None]
    """0 to 1."""
    expected_on: Mapped[date | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class Message(Identified, TenantOwned, Stamped, Ingested, Base):
    """An e-mail without its body: who wrote whom, when, about what."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_key"),
        Index(None, "tenant_id", "sent_at"),
        Index(None, "tenant_id", "sender"),
        filled_index("tenant_id", "customer_id"),
    )

    source_key: Mapped[str]
    thread: Mapped[str | None]
    subject: Mapped[str | None]
    preview: Mapped[str | None]
    sender: Mapped[str | None]
    """The address, in lower case."""
    sender_name: Mapped[str | None]
    customer_id: Mapped[str | None] = mapped_column(Id)
    """The customer that wrote it or was written to, by the address."""
    recipients: Mapped[list[str]] = mapped_column(default=list)
    folder: Mapped[str | None]
    labels: Mapped[list[str]] = mapped_column(default=list)
    sent_at: Mapped[datetime | None]
    is_read: Mapped[bool | None]
    deleted_at: Mapped[datetime | None]


class CalendarEvent(Identified, TenantOwned, Stamped, Ingested, Base):
    """An appointment. Of a whole day only the days count; `ends_on` is the day after its last."""

    __tablename__ = "calendar_events"
    __table_args__ = (UniqueConstraint("tenant_id", "source_key"), Index(None, "tenant_id", "starts_on"))

    source_key: Mapped[str]
    title: Mapped[str | None]
    location: Mapped[str | None]
    organiser: Mapped[str | None]
    attendees: Mapped[list[str]] = mapped_column(default=list)
    status: Mapped[str | None]
    all_day: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    deleted_at: Mapped[datetime | None]
