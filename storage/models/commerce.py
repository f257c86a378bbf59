"""The unified schema of trade: customers, products, orders and their lines, refunds, transactions.

Amounts are micro-units beside a currency. `*_on` is the calendar day in the tenant's time zone at the time of
writing: every metric buckets by it, so that a day means the same in SQLite and PostgreSQL.

Signs: `gross_micros` = unit price × quantity before any discount; `discount_micros` ≥ 0; a line's
`net_micros` = gross − discount, before refunds, without tax and shipping. A return is never a negative line:
it is a Refund.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Ingested, Micros, Stamped, TenantOwned, filled_index

Currency = String(3)


class Address(Identified, TenantOwned, Stamped, Ingested, Base):
    """A place, once per tenant and content (`content_hash`)."""

    __tablename__ = "addresses"
    __table_args__ = (UniqueConstraint("tenant_id", "content_hash"),)

    content_hash: Mapped[str] = mapped_column(String(64))
    line1: Mapped[str | None]
    line2: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    """State, province or county."""
    region: Mapped[str | None]
    """A sales region as the source names it ("South"), not an administrative one."""
    postal_code: Mapped[str | None]
    country: Mapped[str | None]
    """English short name."""
    country_code: Mapped[str | None] = mapped_column(String(2))


class Customer(Identified, TenantOwned, Stamped, Ingested, Base):
    """One person or company that buys."""

    __tablename__ = "unified_customers"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_key"),
        Index(None, "tenant_id", "email"),
        filled_index("tenant_id", "merged_into_id"),
    )

    source_key: Mapped[str]
    """What the normaliser recognises the customer by: the source's id, else e-mail, else name."""
    name: Mapped[str | None]
    contact_name: Mapped[str | None]
    company: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    segment: Mapped[str | None]
    """The group the source puts the customer in ("Consumer", "Wholesale")."""
    address_id: Mapped[str | None] = mapped_column(Id, ForeignKey("addresses.id"))
    first_seen_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    """When the source was seen to have deleted the customer; what she bought stays."""
    merged_into_id: Mapped[str | None] = mapped_column(Id)
    """The customer that this one and others turned out to be (see tools.resolution): what was bought is that one's. It is
    a row of its own, made of the best of theirs, which no source wrote."""


class Product(Identified, TenantOwned, Stamped, Ingested, Base):
    """Something that is sold, at the level its title names."""

    __tablename__ = "unified_products"
    __table_args__ = (UniqueConstraint("tenant_id", "source_key"), filled_index("tenant_id", "merged_into_id"))

    source_key: Mapped[str]
    title: Mapped[str]
    sku: Mapped[str | None]
    category: Mapped[str | None]
    subcategory: Mapped[str | None]
    brand: Mapped[str | None]
    supplier: Mapped[str | None]
    status: Mapped[str | None]
    currency: Mapped[str | None] = mapped_column(Currency)
    list_price_micros: Mapped[int | None] = mapped_column(Micros)
    deleted_at: Mapped[datetime | None]
    """When the source was seen to have deleted it."""
    merged_into_id: Mapped[str | None] = mapped_column(Id)
    """As a customer's."""


class ProductVariant(Identified, TenantOwned, Stamped, Ingested, Base):
    """A size, colour or pack of a product."""

    __tablename__ = "product_variants"
    __table_args__ = (UniqueConstraint("tenant_id", "product_id", "source_key"),)

    product_id: Mapped[str] = mapped_column(Id, ForeignKey("unified_products.id"))
    source_key: Mapped[str]
    title: Mapped[str | None]
    sku: Mapped[str | None]
    barcode: Mapped[str | None]
    currency: Mapped[str | None] = mapped_column(Currency)
    price_micros: Mapped[int | None] = mapped_column(Micros)


class ProductCost(Identified, TenantOwned, Stamped, Ingested, Base):
    """What one unit costs the shop from a day on."""

    __tablename__ = "product_costs"
    __table_args__ = (UniqueConstraint("tenant_id", "product_id", "variant_id", "valid_from"),)

    product_id: Mapped[str] = mapped_column(Id, ForeignKey("unified_products.id"))
    variant_id: Mapped[str | None] = mapped_column(Id, ForeignKey("product_variants.id"))
    valid_from: Mapped[date]
    currency: Mapped[str] = mapped_column(Currency)
    cost_micros: Mapped[int] = mapped_column(Micros)


class StockLevel(Identified, TenantOwned, Stamped, Ingested, Base):
    """Units on hand of a product at a place on a day (semi-additive: never summed over days)."""

    __tablename__ = "stock_levels"
    __table_args__ = (UniqueConstraint("tenant_id", "product_id", "variant_id", "location", "observed_on"),)

    product_id: Mapped[str] = mapped_column(Id, ForeignKey("unified_products.id"))
    variant_id: Mapped[str | None] = mapped_column(Id, ForeignKey("product_variants.id"))
    location: Mapped[str] = mapped_column(default="")
    observed_on: Mapped[date]
    counted_product_id: Mapped[str] = mapped_column(Id)
    """The product that it counts as: what its own was merged into, else its own."""
    covered_by_id: Mapped[str | None] = mapped_column(Id)
    """The product of another source by which the same units at the same place are counted: these are not."""
    on_hand_e6: Mapped[int] = mapped_column(Micros)
    reorder_level_e6: Mapped[int | None] = mapped_column(Micros)
    on_order_e6: Mapped[int | None] = mapped_column(Micros)


class Order(Identified, TenantOwned, Stamped, Ingested, Base):
    """One purchase. Its figures are those of its lines; shipping, tax and total stand here, once."""

    __tablename__ = "unified_orders"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_key"),
        Index(None, "tenant_id", "ordered_on"),
        Index(None, "tenant_id", "customer_id"),
        Index(None, "tenant_id", "number"),
        *(
            Index(
                f"ix_unified_orders_tenant_id_{name}",
                "tenant_id",
                name,
                sqlite_where=text(f"{name} IS NOT NULL"),
                postgresql_where=text(f"{name} IS NOT NULL"),
            )
            for name in ("discount_code", "campaign")
        ),
    )

    source_key: Mapped[str]
    number: Mapped[str | None]
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unified_customers.id"))
    source_customer_id: Mapped[str | None] = mapped_column(Id)
    """The customer as the source knows it, where `customer_id` is what it was merged into."""
    address_id: Mapped[str | None] = mapped_column(Id, ForeignKey("addresses.id"))
    """Where it was shipped to, else billed."""
    ordered_at: Mapped[datetime]
    ordered_on: Mapped[date]
    ordered_minute: Mapped[int | None]
    """Minutes since midnight in the tenant's time zone, as `ordered_on` is its day; None where only a date came."""
    source_offset_minutes: Mapped[int | None]
    shipped_on: Mapped[date | None]
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(default="completed")
    """completed, pending or cancelled. Metrics count all but cancelled."""
    channel: Mapped[str | None]
    salesperson: Mapped[str | None]
    ship_method: Mapped[str | None]
    payment_method: Mapped[str | None]
    discount_code: Mapped[str | None]
    """The code that the customer gave for a discount; of several the first."""
    campaign: Mapped[str | None]
    """The campaign that brought the customer, as the link said it (utm_campaign)."""
    currency: Mapped[str] = mapped_column(Currency)
    discount_micros: Mapped[int] = mapped_column(Micros, default=0)
    """Order-level discount, already spread over the lines: kept for reference, never added to theirs."""
    shipping_micros: Mapped[int | None] = mapped_column(Micros)
    tax_micros: Mapped[int | None] = mapped_column(Micros)
    total_micros: Mapped[int | None] = mapped_column(Micros)
    """As the source states it; None where it does not."""
    duplicate_of_id: Mapped[str | None] = mapped_column(Id)
    """The order of another source that is this very sale: that one is counted."""


class OrderLine(Identified, TenantOwned, Stamped, Ingested, Base):
    """One product in one order: the grain of every sales figure. An order that came without lines has a single
    line with no product, carrying its amount."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_key"),
        Index(None, "tenant_id", "order_id"),
        Index(None, "tenant_id", "ordered_on"),
        Index(None, "tenant_id", "product_id"),
    )

    source_key: Mapped[str]
    order_id: Mapped[str] = mapped_column(Id, ForeignKey("unified_orders.id"))
    product_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unified_products.id"))
    source_product_id: Mapped[str | None] = mapped_column(Id)
    """The product as the source knows it, where `product_id` is what it was merged into."""
    variant_id: Mapped[str | None] = mapped_column(Id, ForeignKey("product_variants.id"))
    ordered_on: Mapped[date]
    """The order's own day, repeated so that a day's sales need no join."""
    line_no: Mapped[int]
    title: Mapped[str | None]
    """The product's title at the time of sale."""
    merged_title: Mapped[str | None]
    """What the product is called that it was merged into, where it was: figures by product go by that."""
    sku: Mapped[str | None]
    currency: Mapped[str] = mapped_column(Currency)
    quantity_e6: Mapped[int | None] = mapped_column(Micros)
    unit_price_micros: Mapped[int | None] = mapped_column(Micros)
    gross_micros: Mapped[int] = mapped_column(Micros)
    discount_micros: Mapped[int] = mapped_column(Micros, default=0)
    net_micros: Mapped[int] = mapped_column(Micros)
    tax_micros: Mapped[int | None] = mapped_column(Micros)
    cost_micros: Mapped[int | None] = mapped_column(Micros)
    """Cost of the whole line; None where it is not known."""


class Refund(Identified, TenantOwned, Stamped, Ingested, Base):
    """Money given back or a line cancelled: positive amounts, on the day it happened."""

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_key"),
        Index(None, "tenant_id", "refunded_on"),
        Index(None, "tenant_id", "order_id"),
        Index(None, "tenant_id", "customer_id"),
        Index(None, "tenant_id", "product_id"),
    )

    source_key: Mapped[str]
    order_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unified_orders.id"))
    """The order that was refunded, else the source's own credit note, kept as an order without lines."""
    order_line_id: Mapped[str | None] = mapped_column(Id, ForeignKey("order_lines.id"))
    product_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unified_products.id"))
    source_product_id: Mapped[str | None] = mapped_column(Id)
    """The product as the source knows it, where `product_id` is what it was merged into."""
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unified_customers.id"))
    source_customer_id: Mapped[str | None] = mapped_column(Id)
    """The customer as the source knows it, where `customer_id` is what it was merged into."""
    refunded_at: Mapped[datetime]
    refunded_on: Mapped[date]
    refunded_minute: Mapped[int | None]
    """As an order's."""
    title: Mapped[str | None]
    merged_title: Mapped[str | None]
    """As an order line's."""
    kind: Mapped[str] = mapped_column(default="refund")
    """refund, return, cancellation or chargeback."""
    reason: Mapped[str | None]
    currency: Mapped[str] = mapped_column(Currency)
    quantity_e6: Mapped[int | None] = mapped_column(Micros)
    amount_micros: Mapped[int] = mapped_column(Micros)
    """Without tax and shipping, so that net sales = gross − discounts − refunds holds."""
    tax_micros: Mapped[int | None] = mapped_column(Micros)
    shipping_micros: Mapped[int | None] = mapped_column(Micros)
    cost_micros: Mapped[int | None] = mapped_column(Micros)


class Transaction(Identified, TenantOwned, Stamped, Ingested, Base):
    """A movement of money, or a claim to one. Positive comes in, seen from the account that it is booked on: what a
    processor pays out leaves its account, and is negative."""

    __tablename__ = "unified_transactions"
    __table_args__ = (
        UniqueConstraint("tenant_id", "source_key"),
        Index(None, "tenant_id", "occurred_on"),
        Index(None, "tenant_id", "customer_id"),
        Index(None, "tenant_id", "order_id"),
    )

    source_key: Mapped[str]
    kind: Mapped[str]
    """charge (a customer pays through a processor) and payment (she pays in another way) come in; refund gives them back.
    fee is what a processor takes by itself, payout what it hands on to a bank account of the business. expense is paid to
    others; bill is their claim to it and bill_payment settles one; invoice is a claim on a customer. transfer moves money
    between own accounts, journal is an entry of the books, other is none of these."""
    order_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unified_orders.id"))
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unified_customers.id"))
    source_customer_id: Mapped[str | None] = mapped_column(Id)
    """The customer as the source knows it, where `customer_id` is what it was merged into."""
    occurred_at: Mapped[datetime]
    occurred_on: Mapped[date]
    currency: Mapped[str] = mapped_column(Currency)
    amount_micros: Mapped[int] = mapped_column(Micros)
    fee_micros: Mapped[int | None] = mapped_column(Micros)
    """What was kept of this movement, positive, and not part of `amount_micros`; None where the source names none. Of a
    payout it may be the sum of those of its charges, and is not counted."""
    account: Mapped[str | None]
    category: Mapped[str | None]
    counterparty: Mapped[str | None]
    description: Mapped[str | None]
    status: Mapped[str | None]
    """Lower case, as the source says; what failed or was cancelled moved no money."""
    settled_currency: Mapped[str | None] = mapped_column(Currency)
    settled_micros: Mapped[int | None] = mapped_column(Micros)
    """What it came to on the account, before fees, where the source tells it: customers pay in one currency, and a
    processor settles in another."""
    duplicate_of_id: Mapped[str | None] = mapped_column(Id)
    """The movement of another source that is this very one: that one is counted."""


class MetricObservation(Identified, TenantOwned, Stamped, Ingested, Base):
    """One value of an outside series (marketing spend, visits, weather). A series name is unique per tenant."""

    __tablename__ = "metric_observations"
    __table_args__ = (
        UniqueConstraint("tenant_id", "series", "observed_at", "source_key"),
        Index(None, "tenant_id", "series", "observed_on"),
    )

    source_key: Mapped[str]
    series: Mapped[str]
    observed_at: Mapped[datetime]
    observed_on: Mapped[date]
    value: Mapped[float]
    unit: Mapped[str | None]
