"""Typed records: what every source (a file today, a vendor's API later) is turned into before the one normaliser
writes it. Amounts and quantities are 10⁻⁶ units; moments are UTC; `*_on` are days in the tenant's time zone.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

OrderStatus = Literal["completed", "pending", "cancelled"]
RefundKind = Literal["refund", "return", "cancellation", "chargeback"]


@dataclass(slots=True)
class SourceRow:
    """One object of the source as it came: what a unified row is traced back to.

    `source_id` is the source's own key for it, or one made from its content; `version_hash` changes with it.
    """

    source_id: str
    version_hash: str
    payload: str
    position: int | None = None
    around: str | None = None
    """What it came in, where that says something of it (see RawRecord.around)."""
    raw_id: str | None = None
    """The raw record that it was read from, where it is read again: none is stored then."""


@dataclass(slots=True)
class When:
    """A moment as the unified schema keeps it. `minute` of the tenant's day is None where no time of day came."""

    at: datetime
    on: date
    offset_minutes: int | None = None
    minute: int | None = None


@dataclass(slots=True)
class AddressRecord:
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(slots=True)
class CustomerRecord:
    id: str | None = None
    name: str | None = None
    contact_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    segment: str | None = None
    address: AddressRecord | None = None
    first_seen_at: datetime | None = None
    deleted: bool | None = None
    """Whether the source says that it has deleted this; None where it says nothing."""


@dataclass(slots=True)
class ProductRecord:
    id: str | None = None
    sku: str | None = None
    title: str | None = None
    category: str | None = None
    subcategory: str | None = None
    brand: str | None = None
    supplier: str | None = None
    status: str | None = None
    currency: str | None = None
    list_price_micros: int | None = None
    deleted: bool | None = None
    """As a customer's."""
    is_named_by_id: bool = False
    """Whether the id is the source's own and means one product, whatever it is called: as a vendor's does, and a shop's
    article number in a file need not."""


@dataclass(slots=True)
class VariantRecord:
    title: str
    sku: str | None = None
    barcode: str | None = None
    price_micros: int | None = None


@dataclass(slots=True)
class StockRecord:
    on: date
    on_hand_e6: int
    location: str = ""
    reorder_level_e6: int | None = None
    on_order_e6: int | None = None


@dataclass(slots=True)
class CatalogueRecord:
    """A product as a catalogue lists it, with its cost and stock where the source tells them."""

    source: SourceRow
    product: ProductRecord
    variant: VariantRecord | None = None
    cost_micros: int | None = None
    currency: str | None = None
    stock: StockRecord | None = None


@dataclass(slots=True)
class CustomerFileRecord:
    """A customer as a list of customers has it: what it says replaces what orders only hinted at."""

    source: SourceRow
    customer: CustomerRecord


@dataclass(slots=True)
class LineRecord:
    """`gross` before discount; `net` after it; neither with tax or shipping."""

    source: SourceRow
    key: str
    product: ProductRecord | None
    variant: VariantRecord | None
    title: str | None
    sku: str | None
    quantity_e6: int | None
    unit_price_micros: int | None
    gross_micros: int
    discount_micros: int
    net_micros: int
    tax_micros: int | None = None
    cost_micros: int | None = None


@dataclass(slots=True)
class RefundRecord:
    """Money given back; amounts are positive. `line_key` names the order line it belongs to, where that is known."""

    source: SourceRow
    key: str
    when: When
    kind: RefundKind
    amount_micros: int
    product: ProductRecord | None = None
    title: str | None = None
    quantity_e6: int | None = None
    unit_price_micros: int | None = None
    tax_micros: int | None = None
    shipping_micros: int | None = None
    cost_micros: int | None = None
    reason: str | None = None
    line_key: str | None = None


@dataclass(slots=True)
class OrderRecord:
    """An order with its lines; or, where `is_credit_note`, refunds of orders that were made before.

    `key` identifies the order within its source; `number` is the source's own, shared by all sources of a shop,
    None where it has none. `original_numbers` are orders that a credit note may refer to. Without lines, `amount`
    (net, without tax and shipping) stands for all of them.
    """

    source: SourceRow
    key: str
    number: str | None
    when: When | None
    currency: str
    lines: list[LineRecord] = field(default_factory=list[LineRecord])
    refunds: list[RefundRecord] = field(default_factory=list[RefundRecord])
    customer: CustomerRecord | None = None
    address: AddressRecord | None = None
    status: OrderStatus = "completed"
    shipped_on: date | None = None
    due_on: date | None = None
    channel: str | None = None
    salesperson: str | None = None
    ship_method: str | None = None
    payment_method: str | None = None
    discount_code: str | None = None
    campaign: str | None = None
    discount_micros: int = 0
    shipping_micros: int | None = None
    tax_micros: int | None = None
    total_micros: int | None = None
    amount_micros: int | None = None
    is_credit_note: bool = False
    original_numbers: tuple[str, ...] = ()
    original_keys: tuple[str, ...] = ()
    """Orders of the same source that a credit note takes back, by their keys."""
    has_own_key: bool = False
    """Whether `key` is the source's own and unique in it: a vendor's id, as numbers of orders are not."""
    others: list[SourceRow] = field(default_factory=list[SourceRow])
    """Rows of the source that say something of the order but are no line of it."""

    @property
    def sources(self) -> list[SourceRow]:
        """Every row the order was made from, once."""
        found = {
            id(s): s
            for s in (self.source, *(x.source for x in self.lines), *(x.source for x in self.refunds), *self.others)
        }
        return list(found.values())


@dataclass(slots=True)
class ObservationRecord:
    source: SourceRow
    key: str
    series: str
    when: When
    value: float
    unit: str | None = None


@dataclass(slots=True)
class TransactionRecord:
    """A movement of money (see storage.models.commerce.Transaction, also for the signs)."""

    source: SourceRow
    key: str
    kind: str
    when: When
    currency: str
    amount_micros: int
    fee_micros: int | None = None
    account: str | None = None
    category: str | None = None
    counterparty: str | None = None
    description: str | None = None
    status: str | None = None
    customer: CustomerRecord | None = None
    order_key: str | None = None
    """The order of the same source that it belongs to."""
    settled_currency: str | None = None
    settled_micros: int | None = None
    """What it came to on the account, where that is kept in another currency than the customer paid in."""


@dataclass(slots=True)
class ContactRecord:
    """Somebody in a CRM or an address book, who need not have bought anything."""

    source: SourceRow
    key: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    title: str | None = None
    stage: str | None = None
    owner: str | None = None
    address: AddressRecord | None = None
    created_at: datetime | None = None
    deleted: bool | None = None


@dataclass(slots=True)
class DealRecord:
    """A sale that is hoped for. `status` is open, won or lost; `stage` is the source's own word."""

    source: SourceRow
    key: str
    title: str | None = None
    pipeline: str | None = None
    stage: str | None = None
    status: str = "open"
    owner: str | None = None
    company: str | None = None
    contact_keys: tuple[str, ...] = ()
    currency: str | None = None
    amount_micros: int | None = None
    probability: float | None = None
    """0 to 1."""
    expected_on: date | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    deleted: bool | None = None


@dataclass(slots=True)
class MessageRecord:
    """An e-mail without its body: who wrote whom, when, about what."""

    source: SourceRow
    key: str
    thread: str | None = None
    subject: str | None = None
    preview: str | None = None
    sender: str | None = None
    sender_name: str | None = None
    recipients: tuple[str, ...] = ()
    folder: str | None = None
    labels: tuple[str, ...] = ()
    sent_at: datetime | None = None
    is_read: bool | None = None
    deleted: bool | None = None


@dataclass(slots=True)
class CalendarEventRecord:
    """An appointment. Of a whole day `starts_on` and `ends_on` (the first day after it) are days of the calendar."""

    source: SourceRow
    key: str
    title: str | None = None
    location: str | None = None
    organiser: str | None = None
    attendees: tuple[str, ...] = ()
    status: str | None = None
    all_day: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    deleted: bool | None = None


Record = (
    TransactionRecord
    | OrderRecord
    | CustomerFileRecord
    | CatalogueRecord
    | ObservationRecord
    | ContactRecord
    | DealRecord
    | MessageRecord
    | CalendarEventRecord
)
