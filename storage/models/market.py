"""Competitors, the products watched at them, and the prices seen."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Micros, Stamped, TenantOwned, Unaudited


class Competitor(Identified, TenantOwned, Stamped, Base):
    """A business that sells to the same customers."""

    __tablename__ = "competitors"
    __table_args__ = (Index(None, "tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    website: Mapped[str | None] = mapped_column(String(2000))
    description: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(String(100))
    country_code: Mapped[str | None] = mapped_column(String(2))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    similarity: Mapped[float | None]
    """0 to 1, where it was discovered rather than entered."""
    status: Mapped[str] = mapped_column(String(20), default="active")


class TrackedProduct(Identified, TenantOwned, Stamped, Base):
    """A product page whose price is watched, and the own product it is held against."""

    __tablename__ = "tracked_products"
    __table_args__ = (UniqueConstraint("tenant_id", "url"), Index(None, "tenant_id", "product_id"))

    competitor_id: Mapped[str | None] = mapped_column(Id, ForeignKey("competitors.id", ondelete="CASCADE"))
    product_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unified_products.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(500))
    url: Mapped[str] = mapped_column(String(2000))
    sku: Mapped[str | None] = mapped_column(String(100))
    is_active: Mapped[bool] = mapped_column(default=True)
    last_checked_at: Mapped[datetime | None]


class TrackedPrice(Identified, TenantOwned, Stamped, Unaudited, Base):
    """A price as it stood on a watched page at a moment."""

    __tablename__ = "tracked_prices"
    __table_args__ = (UniqueConstraint("tenant_id", "tracked_product_id", "observed_at"),)

    tracked_product_id: Mapped[str] = mapped_column(Id, ForeignKey("tracked_products.id", ondelete="CASCADE"))
    observed_at: Mapped[datetime]
    currency: Mapped[str] = mapped_column(String(3))
    price_micros: Mapped[int] = mapped_column(Micros)
    list_price_micros: Mapped[int | None] = mapped_column(Micros)
    """The struck-through price beside it."""
    availability: Mapped[str | None] = mapped_column(String(40))
    confidence: Mapped[float]
    """0 to 1: how sure the extraction is."""
