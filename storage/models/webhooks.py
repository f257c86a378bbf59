"""What vendors told us by themselves, and what we asked them to tell."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Stamped, TenantOwned, Unaudited


class WebhookDelivery(Identified, TenantOwned, Stamped, Unaudited, Base):
    """One event of a vendor's webhook for one connection. Of what the vendor sent only this is kept."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("tenant_id", "connector_id", "dedup_key"),
        Index(None, "received_at"),
        Index(None, "status", "received_at"),
    )

    connector_id: Mapped[str] = mapped_column(Id, ForeignKey("connectors.id", ondelete="CASCADE"))
    dedup_key: Mapped[str] = mapped_column(String(64))
    """The same for the same event however often it is sent."""
    topic: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    """tools.connectors.core.webhooks.rules.HintKind."""
    resource: Mapped[str] = mapped_column(String(200))
    occurred_at: Mapped[datetime | None]
    """As the vendor says; None where it does not."""
    received_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20), default="received")
    """received: written down, nothing done yet; done: a sync that will see it was asked for, or what it says was noted."""


class VendorSubscription(Identified, TenantOwned, Stamped, Unaudited, Base):
    """What a vendor was asked to tell of one connection, by webhooks to its own address. A row is there before the vendor is
    asked, so that of two who would ask at once one does."""

    __tablename__ = "vendor_subscriptions"
    __table_args__ = (UniqueConstraint("tenant_id", "connector_id", "name"), Index(None, "due_at"))

    connector_id: Mapped[str] = mapped_column(Id, ForeignKey("connectors.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    """As the vendor's rule calls it."""
    status: Mapped[str] = mapped_column(String(20), default="pending")
    """pending | active | failed (it is tried again) | refused (a permission is missing at the vendor)."""
    external_id: Mapped[str | None]
    """The vendor's id of it."""
    resource_id: Mapped[str | None]
    """What the vendor wants to hear beside the id when it is ended."""
    strays: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Where the vendor lists none: ids of others of it that may be there, each with the moment from which that no longer
    matters. Written before the vendor is asked to make one, and until one that was replaced is ended."""
    url: Mapped[str | None]
    """The address that it posts to."""
    expires_at: Mapped[datetime | None]
    """When the vendor forgets it; None where it does not."""
    due_at: Mapped[datetime]
    """When it is to be looked at again: renewed, or made anew where the vendor has lost it."""
    busy_until: Mapped[datetime | None]
    """Until when somebody is looking at it."""
    failures: Mapped[int] = mapped_column(default=0)
    """How often in a row it could not be had."""
    message: Mapped[str | None] = mapped_column(Text)
    """The last thing that went wrong, for the owner."""
