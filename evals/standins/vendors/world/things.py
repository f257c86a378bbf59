"""The things of a small business, as plain data. Amounts are exact Decimals in major units; moments are UTC.

`number` is unique within a kind and never changes: vendors' identifiers are made from it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from evals.standins.vendors.kit.wire import digits_of

Kind = Literal[
    "customer",
    "product",
    "order",
    "refund",
    "payment",
    "payout",
    "invoice",
    "credit",
    "bill",
    "company",
    "deal",
    "mail",
    "event",
]
KINDS: tuple[Kind, ...] = (
    "customer", "product", "order", "refund", "payment", "payout", "invoice", "credit", "bill", "company", "deal", "mail", "event"
)  # fmt: skip

HOME = "EUR"
RATES = {"EUR": Decimal(1), "USD": Decimal("0.9"), "JPY": Decimal("0.0062"), "KWD": Decimal(3)}
"""Euros for one unit of a currency, the same on every day."""


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the currency's own digits, half to even."""
    return amount.quantize(Decimal(1).scaleb(-digits_of(currency)), rounding=ROUND_HALF_EVEN)


def at_home(amount: Decimal, currency: str) -> Decimal:
    """The amount in euros, rounded to cents."""
    return rounded(amount * RATES[currency], HOME)


@dataclass
class Thing:
    number: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = field(default=None, kw_only=True)


@dataclass
class Customer(Thing):
    first: str
    last: str
    email: str | None
    phone: str | None
    company: str | None
    street: str
    city: str
    region: str | None
    postcode: str
    country: str
    currency: str
    note: str | None = None

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip()


@dataclass
class Variant:
    number: int
    title: str
    sku: str | None
    barcode: str | None
    prices: dict[str, Decimal]
    """By currency."""
    cost: Decimal
    """In euros."""
    stock: int


@dataclass
class Product(Thing):
    title: str
    category: str
    brand: str
    description: str
    variants: list[Variant]
    active: bool = True


@dataclass
class Line:
    """`discount` for the whole line; `tax_rate` a fraction, on top of the price."""

    number: int
    product: int
    variant: int
    title: str
    sku: str | None
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    tax_rate: Decimal
    currency: str

    @property
    def gross(self) -> Decimal:
        return rounded(self.quantity * self.unit_price, self.currency)

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount

    @property
    def tax(self) -> Decimal:
        return rounded(self.net * self.tax_rate, self.currency)


@dataclass
class Order(Thing):
    customer: int | None
    currency: str
    lines: list[Line]
    shipping: Decimal
    status: Literal["completed", "pending", "cancelled"]
    placed_at: datetime
    cancelled_at: datetime | None = None
    source: Literal["web", "pos"] = "web"

    @property
    def subtotal(self) -> Decimal:
        """After discounts, before tax and shipping."""
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def discount(self) -> Decimal:
        return sum((line.discount for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.tax + self.shipping


@dataclass
class RefundLine:
    line: int
    quantity: Decimal
    net: Decimal
    tax: Decimal


@dataclass
class Refund(Thing):
    """Money given back on an order: of lines, of shipping, or both."""

    order: int
    currency: str
    lines: list[RefundLine]
    shipping: Decimal
    reason: str | None
    refunded_at: datetime

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax + self.shipping


@dataclass
class Payment(Thing):
    """A card payment of an order. `fee` is the processor's, in the payment's currency."""

    order: int
    customer: int | None
    currency: str
    amount: Decimal
    fee: Decimal
    status: Literal["succeeded", "failed", "pending"]
    brand: str
    last4: str
    paid_at: datetime


@dataclass
class Payout(Thing):
    """What the processor paid to the bank: payments less fees less refunds of a week, in one currency."""

    currency: str
    payments: list[int]
    refunds: list[int]
    amount: Decimal
    arrives_on: date


@dataclass
class Settlement:
    """A payment of an invoice or a bill."""

    number: int
    on: date
    amount: Decimal


@dataclass
class Invoice(Thing):
    code: str
    customer: int
    currency: str
    lines: list[Line]
    issued_on: date
    due_on: date
    status: Literal["draft", "open", "paid", "void"]
    settlements: list[Settlement] = field(default_factory=list[Settlement])

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def paid(self) -> Decimal:
        return sum((part.amount for part in self.settlements), Decimal(0))


@dataclass
class Credit(Thing):
    """A credit note for one line of an invoice."""

    code: str
    invoice: int
    customer: int
    currency: str
    lines: list[Line]
    issued_on: date

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


@dataclass
class Bill(Thing):
    code: str
    supplier: str
    supplier_number: int
    currency: str
    lines: list[Line]
    issued_on: date
    due_on: date
    status: Literal["open", "paid", "void"]
    settlements: list[Settlement] = field(default_factory=list[Settlement])

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def paid(self) -> Decimal:
        return sum((part.amount for part in self.settlements), Decimal(0))


@dataclass
class Company(Thing):
    name: str
    domain: str
    city: str
    country: str
    industry: str


@dataclass
class Deal(Thing):
    title: str
    customer: int
    company: int
    amount: Decimal | None
    currency: str | None
    """None where the account has one currency and does not name it."""
    stage: Literal["qualified", "proposal", "won", "lost"]
    closes_on: date


@dataclass
class Mail(Thing):
    subject: str
    sender: tuple[str, str]
    """Name and address."""
    recipients: list[tuple[str, str]]
    text: str
    thread: int
    folder: Literal["inbox", "sent", "archive"]
    sent_at: datetime
    read: bool
    attachment: str | None = None


@dataclass
class Event(Thing):
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    all_day: bool
    organizer: tuple[str, str]
    attendees: list[tuple[str, str]]
    location: str | None
    status: Literal["confirmed", "tentative", "cancelled"] = "confirmed"
