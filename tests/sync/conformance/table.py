"""The nine vendors, and all that the suite has to know of what tells them apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evals.standins.vendors.google import GoogleStandIn
from evals.standins.vendors.hubspot import HubSpotStandIn
from evals.standins.vendors.kit.drift import Field
from evals.standins.vendors.kit.server import VendorServer
from evals.standins.vendors.outlook import OutlookStandIn
from evals.standins.vendors.outlook.render import folder_id
from evals.standins.vendors.quickbooks import QuickBooksStandIn
from evals.standins.vendors.shopify import ShopifyStandIn
from evals.standins.vendors.shopify.render import SHOP
from evals.standins.vendors.square import SquareStandIn
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.xero import XeroStandIn
from evals.standins.vendors.zoho import ZohoBooksStandIn, ZohoStandIn
from tests.sync.conformance import deeds
from tests.sync.conformance.books import (
    COMPANY,
    NOT_CANCELLED,
    SUCCEEDED,
    CalendarEvent,
    Contact,
    Customer,
    Deal,
    Message,
    Order,
    OrderLine,
    Product,
    Question,
    Refund,
    Transaction,
    count,
    given_back,
    moved,
    ordered,
    sold,
    summed,
    there,
)


@dataclass(frozen=True)
class Throttling:
    """One of the vendor's ways to say that it is asked too much. `says_when`: with the time to come again. `is_final`:
    there is no use in waiting, and the run ends."""

    mode: str
    says_when: bool = False
    is_final: bool = False


@dataclass(frozen=True)
class DeadCursor:
    """What the vendor forgets changes by: after so many `days`, or at once at a request of this `path`."""

    path: str = ""
    days: int = 0


@dataclass(frozen=True)
class Drifting:
    """Fields of one kind of object whose going and changing its row survives. `kind` as the mapping names it."""

    kind: str
    table: str
    missing: Field
    columns_missing: tuple[str, ...]
    """Columns that are read from it alone, or besides."""
    changed: Field
    columns_changed: tuple[str, ...]


@dataclass(frozen=True)
class Vendor:
    name: str
    stand_in: type[VendorServer]
    truth: str
    """What evals.standins.vendors.world.truth calls it."""
    counts: Mapping[str, Question]
    """By the truth's names."""
    sums: Mapping[str, Question]
    added: tuple[deeds.Deed, ...]
    changed: tuple[deeds.Deed, ...]
    deleted: tuple[deeds.Deed, ...]
    """What the vendor tells of with the changes."""
    missed: tuple[deeds.Deed, ...]
    """What it does not tell of: a full run finds it out."""
    throttling: tuple[Throttling, ...]
    cursor: DeadCursor | str
    """Or why there is none that could die."""
    drifting: Drifting
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the owner enters before she connects it."""
    one_currency: bool = False
    """Whether its objects name no currency: all amounts are in the account's."""
    with_tax: Mapping[str, str] = field(default_factory=dict[str, str])
    """Measures that the truth has without tax and with it apart, and rows as one sum: the truth's name → the sum's."""
    untold: Mapping[str, str] = field(default_factory=dict[str, str])
    """Measures of the truth that are in no rows, and why."""

    def __str__(self) -> str:
        return self.name


_ALWAYS_ASKED = "what changed is asked for by a moment, and any moment may be asked for"

_NEW_SALES = (deeds.new_customer, deeds.new_order, deeds.new_refund)
_OTHER_SALES = (deeds.other_phone, deeds.other_title, deeds.cancelled_order)
_DEAL_SUMS = {
    "won": summed(Deal.amount_micros, Deal.currency, Deal.deleted_at.is_(None), Deal.status == "won"),
    "all": summed(Deal.amount_micros, Deal.currency, Deal.deleted_at.is_(None)),
}
_OF_DEALS = {
    "deals": there(Deal),
    "deals_won": there(Deal, Deal.status == "won"),
    "products": there(Product),
}
_IN_BOOKS = {
    "customers": there(Customer),
    "suppliers": there(Contact),
    "invoice_payments": count(Transaction, Transaction.kind == "payment", NOT_CANCELLED),
    "bill_payments": count(Transaction, Transaction.kind == "bill_payment", NOT_CANCELLED),
}
_NOT_DRAFT = Transaction.status != "draft"
_BOOK_SUMS = {
    "invoiced_net": sold(OrderLine.net_micros),
    "invoiced_tax": ordered(Order.tax_micros),
    "credited_net": given_back(Refund.amount_micros),
    "credited_tax": given_back(Refund.tax_micros),
    "received": moved("payment", NOT_CANCELLED, _NOT_DRAFT),
    "paid": moved("bill_payment", NOT_CANCELLED, _NOT_DRAFT),
    "billed": moved("bill", NOT_CANCELLED, _NOT_DRAFT),
}
_BILLED = {"billed_net": "billed", "billed_tax": "billed"}


def _mailbox(inbox: str, sent: str) -> dict[str, Question]:
    return {
        "mails": there(Message),
        "inbox": there(Message, Message.folder == inbox),
        "sent": there(Message, Message.folder == sent),
        "unread": there(Message, Message.is_read.is_(False)),
        "events": there(CalendarEvent),
    }


_MAIL: dict[str, Any] = {
    "sums": {},
    "added": (deeds.new_mails, deeds.new_event),
    "changed": (deeds.read_mail, deeds.moved_mail, deeds.moved_event),
    "deleted": (deeds.gone_mail, deeds.gone_event),
    "missed": (),
}

VENDORS: tuple[Vendor, ...] = (
    Vendor(
        "shopify",
        ShopifyStandIn,
        "shopify",
        settings={"shop": SHOP},
        counts={
            "customers": there(Customer),
            "products": there(Product),
            "orders": count(Order),
            "cancelled": count(Order, Order.status == "cancelled"),
            "lines": count(OrderLine),
            "payouts": count(Transaction, Transaction.kind == "payout"),
        },
        sums={
            "gross": sold(OrderLine.gross_micros),
            "discounts": sold(OrderLine.discount_micros),
            "net": sold(OrderLine.net_micros),
            "tax": sold(OrderLine.tax_micros),
            "shipping": ordered(Order.shipping_micros),
            "refunded_net": given_back(Refund.amount_micros),
            "refunded_tax": given_back(Refund.tax_micros),
            "refunded_shipping": given_back(Refund.shipping_micros),
            "fees": moved("fee"),
            "paid_out": moved("payout"),
        },
        added=_NEW_SALES,
        changed=_OTHER_SALES,
        deleted=(),
        missed=(deeds.gone_customer, deeds.gone_product),
        throttling=(Throttling("THROTTLED"),),
        cursor=_ALWAYS_ASKED,
        drifting=Drifting(
            "customer",
            "unified_customers",
            Field("/graphql.json", "data.customers.nodes", "defaultPhoneNumber"),
            ("phone",),
            Field("/graphql.json", "data.customers.nodes", "createdAt"),
            ("first_seen_at",),
        ),
    ),
    Vendor(
        "stripe",
        StripeStandIn,
        "stripe",
        counts={
            "customers": there(Customer),
            "products": there(Product),
            "charges": count(Transaction, Transaction.kind == "charge"),
            "charges_succeeded": count(Transaction, Transaction.kind == "charge", SUCCEEDED),
            "refunds": count(Transaction, Transaction.kind == "refund"),
            "payouts": count(Transaction, Transaction.kind == "payout"),
        },
        sums={
            "charged": moved("charge", SUCCEEDED),
            "refunded": moved("refund", SUCCEEDED),
            "paid_out": moved("payout"),
            "invoiced": moved("invoice", Transaction.status.in_(("paid", "open"))),
        },
        untold={"fees": "balance transactions tell them, in the account's own currency"},
        added=_NEW_SALES,
        changed=_OTHER_SALES,
        deleted=(deeds.gone_customer,),
        missed=(),
        throttling=(Throttling("global-rate"),),
        cursor=DeadCursor(path="/v1/events"),
        drifting=Drifting(
            "customer",
            "unified_customers",
            Field("/v1/customers", "data", "phone"),
            ("phone",),
            Field("/v1/customers", "data", "created"),
            ("first_seen_at",),
        ),
    ),
    Vendor(
        "square",
        SquareStandIn,
        "square",
        counts={
            # Whom the vendor no longer lists is known by her orders alone, and has no name.
            "customers": there(Customer, Customer.name.is_not(None)),
            "variants": there(Product),
            "orders": count(Order),
            "cancelled": count(Order, Order.status == "cancelled"),
            "lines": count(OrderLine),
            "payments": count(Transaction, Transaction.kind == "charge"),
            "refunds": count(Transaction, Transaction.kind == "refund"),
        },
        sums={
            "gross": sold(OrderLine.gross_micros),
            "discounts": sold(OrderLine.discount_micros),
            "net": sold(OrderLine.net_micros),
            "tax": sold(OrderLine.tax_micros),
            "shipping": ordered(Order.shipping_micros),
            "paid": moved("charge", SUCCEEDED),
            "refunded": moved("refund", SUCCEEDED),
            "fees": summed(Transaction.fee_micros, Transaction.currency),
        },
        added=_NEW_SALES,
        changed=_OTHER_SALES,
        deleted=(deeds.gone_product,),
        missed=(deeds.gone_customer,),
        throttling=(Throttling("RATE_LIMITED"),),
        cursor=_ALWAYS_ASKED,
        drifting=Drifting(
            "customer",
            "unified_customers",
            Field("/v2/customers/search", "customers", "phone_number"),
            ("phone",),
            Field("/v2/customers/search", "customers", "created_at"),
            ("first_seen_at",),
        ),
    ),
    Vendor(
        "hubspot",
        HubSpotStandIn,
        "hubspot",
        counts={
            **_OF_DEALS,
            "contacts": there(Contact, ~COMPANY),
            "companies": there(Contact, COMPANY),
        },
        sums=_DEAL_SUMS,
        added=(deeds.new_customer, deeds.new_deal),
        changed=(deeds.other_phone, deeds.other_title, deeds.won_deal),
        deleted=(deeds.gone_customer, deeds.gone_company, deeds.gone_product, deeds.gone_deal),
        missed=(),
        throttling=(
            Throttling("TEN_SECONDLY_ROLLING"),
            Throttling("SECONDLY"),
            Throttling("DAILY", is_final=True),
        ),
        cursor=_ALWAYS_ASKED,
        drifting=Drifting(
            "contact",
            "contacts",
            Field("/2026-03/contacts", "results", "properties.phone"),
            ("phone",),
            Field("/2026-03/contacts", "results", "properties.createdate"),
            ("contact_created_at",),
        ),
    ),
    Vendor(
        "zoho",
        ZohoStandIn,
        "zoho",
        counts={**_OF_DEALS, "contacts": there(Contact), "companies": there(Customer)},
        sums=_DEAL_SUMS,
        one_currency=True,
        added=(deeds.new_customer, deeds.new_deal),
        changed=(deeds.other_phone, deeds.other_title, deeds.won_deal),
        deleted=(deeds.gone_customer, deeds.gone_company, deeds.gone_product, deeds.gone_deal),
        missed=(),
        throttling=(Throttling("credits"),),
        cursor=DeadCursor(days=70),
        drifting=Drifting(
            "contact",
            "contacts",
            Field("/Contacts", "data", "Phone"),
            ("phone",),
            Field("/Contacts", "data", "Created_Time"),
            ("contact_created_at",),
        ),
    ),
    Vendor(
        "zohobooks",
        ZohoBooksStandIn,
        "zohobooks",
        counts={**_IN_BOOKS, "items": there(Product)},
        sums=_BOOK_SUMS,
        with_tax=_BILLED,
        added=(deeds.new_customer, deeds.new_invoice),
        changed=(deeds.other_phone, deeds.other_title, deeds.void_invoice),
        deleted=(),
        missed=(deeds.gone_customer, deeds.gone_product, deeds.gone_invoice, deeds.gone_bill),
        throttling=(Throttling("books-minute"), Throttling("books-day", is_final=True)),
        cursor=_ALWAYS_ASKED,
        drifting=Drifting(
            "books_contact",
            "unified_customers",
            Field("/contacts", "contacts", "phone"),
            ("phone",),
            Field("/contacts", "contacts", "created_time"),
            ("first_seen_at",),
        ),
    ),
    Vendor(
        "quickbooks",
        QuickBooksStandIn,
        "quickbooks",
        counts={
            **_IN_BOOKS,
            "items": there(Product, Product.status == "active"),
            "bills": count(Transaction, Transaction.kind == "bill", NOT_CANCELLED),
        },
        sums=_BOOK_SUMS,
        with_tax=_BILLED,
        added=(deeds.new_customer, deeds.new_invoice),
        changed=(deeds.other_phone, deeds.other_title, deeds.void_invoice),
        deleted=(deeds.gone_customer, deeds.gone_invoice, deeds.gone_bill),
        missed=(),
        throttling=(Throttling("minute"), Throttling("concurrent")),
        cursor=DeadCursor(days=40),
        drifting=Drifting(
            "customer",
            "unified_customers",
            Field("/query", "QueryResponse.Customer", "PrimaryPhone"),
            ("phone",),
            Field("/query", "QueryResponse.Customer", "MetaData.CreateTime"),
            ("first_seen_at",),
        ),
    ),
    Vendor(
        "xero",
        XeroStandIn,
        "xero",
        counts={**_IN_BOOKS, "items": there(Product)},
        sums=_BOOK_SUMS,
        with_tax=_BILLED,
        added=(deeds.new_customer, deeds.new_invoice),
        changed=(deeds.other_phone, deeds.other_title, deeds.void_invoice),
        deleted=(deeds.gone_customer, deeds.gone_invoice, deeds.gone_bill),
        missed=(deeds.gone_product,),
        throttling=(
            Throttling("minute", says_when=True),
            Throttling("day", says_when=True),
            Throttling("concurrent"),
        ),
        cursor=_ALWAYS_ASKED,
        drifting=Drifting(
            "invoice",
            "unified_orders",
            Field("/Invoices", "Invoices", "DueDateString"),
            ("due_on",),
            Field("/Invoices", "Invoices", "DueDateString"),
            ("due_on",),
        ),
    ),
    Vendor(
        "gmail",
        GoogleStandIn,
        "gmail",
        counts=_mailbox("inbox", "sent"),
        throttling=(
            Throttling("userRateLimitExceeded", says_when=True),
            Throttling("rateLimitExceeded", says_when=True),
        ),
        cursor=DeadCursor(path="/history"),
        drifting=Drifting(
            "message",
            "messages",
            Field("/messages/", "", "snippet"),
            ("preview",),
            Field("/messages/", "", "internalDate"),
            ("sent_at",),
        ),
        **_MAIL,
    ),
    Vendor(
        "outlook",
        OutlookStandIn,
        "outlook",
        counts=_mailbox(folder_id("inbox"), folder_id("sentitems")),
        throttling=(Throttling("ten-minutes", says_when=True), Throttling("concurrent", says_when=True)),
        cursor=DeadCursor(path="/delta"),
        drifting=Drifting(
            "message",
            "messages",
            Field("/messages/delta", "value", "bodyPreview"),
            ("preview",),
            Field("/messages/delta", "value", "sentDateTime"),
            ("sent_at",),
        ),
        **_MAIL,
    ),
)
