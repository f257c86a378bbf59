"""What vendors told us by themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
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
