"""The world as records of Zoho CRM and papers of Zoho Books (vendor-facts §5 [R]): numbers, lookups, the org's offset."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from evals.standins.vendors.kit.wire import Json
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import (
    HOME,
    RATES,
    Bill,
    Company,
    Credit,
    Customer,
    Deal,
    Invoice,
    Line,
    Order,
    Product,
    Settlement,
    Thing,
    Variant,
)

ORG = "20098765432"
ZONE = ZoneInfo("Europe/Berlin")
BASE = 5_725_767_000_000_000_000
OFFSETS = {"Contacts": 1, "Accounts": 2, "Deals": 3, "Products": 4, "Sales_Orders": 5, "Ordered_Items": 6}
MODULES: dict[str, type[Thing]] = {"Contacts": Customer, "Accounts": Company, "Deals": Deal, "Products": Product}
UNUSED = ("Leads", "Vendors", "Quotes", "Sales_Orders", "Invoices", "Events")
"""Modules that every organisation has, and this one nothing in."""
SUBFORMS = {"Ordered_Items"}
STAGES = {"qualified": "Qualification", "proposal": "Proposal/Price Quote", "won": "Closed Won", "lost": "Closed Lost"}
SYMBOLS = {"EUR": "€", "USD": "$", "JPY": "¥", "KWD": "KD"}
ZERO = Decimal(0)


def ident(kind: str, number: int) -> str:
    """Nineteen digits."""
    return str(BASE + OFFSETS.get(kind, 9) * 10_000_000 + number * 7)


def stamp(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def record(world: World, module: str, thing: Thing) -> Json:
    """A CRM record with all its fields. Currency and rate are null: the org has one currency (vendor-facts §5 [R])."""
    owner = {"name": "Ola Owner", "id": str(BASE + 1), "email": "owner@roastery.example"}
    made: Json = {
        "id": ident(module, thing.number),
        "Owner": owner,
        "Created_By": owner,
        "Modified_By": owner,
        "Created_Time": stamp(thing.created_at),
        "Modified_Time": stamp(thing.updated_at),
        "Tag": [],
        "Currency": None,
        "Exchange_Rate": None,
        "$currency_symbol": SYMBOLS[HOME],
    }
    match thing:
        case Customer():
            made |= {
                "First_Name": thing.first,
                "Last_Name": thing.last,
                "Full_Name": thing.name,
                "Email": thing.email,
                "Phone": thing.phone,
                "Mailing_Street": thing.street,
                "Mailing_City": thing.city,
                "Mailing_State": thing.region,
                "Mailing_Zip": thing.postcode,
                "Mailing_Country": thing.country,
                "Description": thing.note,
                "Lead_Source": None,
            }
        case Company():
            made |= {
                "Account_Name": thing.name,
                "Website": f"https://{thing.domain}",
                "Industry": thing.industry,
                "Billing_City": thing.city,
                "Billing_Country": thing.country,
                "Annual_Revenue": None,
            }
        case Deal():
            buyer, firm = world.find(Customer, thing.customer), world.find(Company, thing.company)
            made |= {
                "Deal_Name": thing.title,
                "Amount": thing.amount,
                "Stage": STAGES[thing.stage],
                "Closing_Date": thing.closes_on.isoformat(),
                "Probability": {"won": 100, "lost": 0}.get(thing.stage, 50),
                "Pipeline": "Standard",
                "Contact_Name": {"name": buyer.name, "id": ident("Contacts", buyer.number)} if buyer else None,
                "Account_Name": {"name": firm.name, "id": ident("Accounts", firm.number)} if firm else None,
            }
        case Product():
            first = thing.variants[0]
            made |= {
                "Product_Name": thing.title,
                "Product_Code": first.sku,
                "Product_Category": thing.category,
                "Manufacturer": thing.brand,
                "Unit_Price": first.prices[HOME],
                "Qty_in_Stock": first.stock,
                "Product_Active": thing.active,
                "Description": thing.description,
            }
        case Order():
            buyer = world.find(Customer, thing.customer) if thing.customer else None
            made |= {
                "Subject": f"Order {thing.number}",
                "SO_Number": f"SO-{thing.number}",
                "Status": {"completed": "Delivered", "pending": "Created", "cancelled": "Cancelled"}[thing.status],
                "Contact_Name": {"name": buyer.name, "id": ident("Contacts", buyer.number)} if buyer else None,
                "Discount": ZERO,
                "Tax": ZERO,
                "Grand_Total": thing.subtotal + thing.tax,
                "Ordered_Items": [_ordered(line) for line in thing.lines],
            }
        case _:
            raise KeyError(module)
    return made


def _ordered(line: Line) -> Json:
    return {
        "id": ident("Ordered_Items", line.number),
        "Product_Name": {"name": line.title, "id": ident("Products", line.product), "Product_Code": line.sku},
        "Quantity": line.quantity,
        "List_Price": line.unit_price,
        "Total": line.gross,
        "Discount": line.discount,
        "Total_After_Discount": line.net,
        "Tax": line.tax,
        "Net_Total": line.net + line.tax,
    }


# Books.


def book_id(kind: str, number: int) -> str:
    kinds = ("contact", "vendor", "item", "invoice", "credit", "bill", "payment", "vendorpayment", "line")
    return str(460_000_000_000_000_000 + kinds.index(kind) * 1_000_000 + number)


def _stamps(thing: Thing) -> Json:
    return {
        "created_time": thing.created_at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S%z"),
        "last_modified_time": thing.updated_at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S%z"),
    }


def contacts(world: World) -> list[Json]:
    made: list[Json] = [
        {
            "contact_id": book_id("contact", each.number),
            "contact_name": f"{each.name} {each.number}",
            "company_name": each.company or "",
            "contact_type": "customer",
            "status": "active",
            "first_name": each.first,
            "last_name": each.last,
            "email": each.email or "",
            "phone": each.phone or "",
            "currency_code": each.currency,
            **_stamps(each),
        }
        for each in world.customers
    ]
    seen: set[int] = set()
    for bill in world.every(Bill):
        if bill.supplier_number not in seen:
            seen.add(bill.supplier_number)
            made.append(
                {
                    "contact_id": book_id("vendor", bill.supplier_number),
                    "contact_name": bill.supplier,
                    "company_name": bill.supplier,
                    "contact_type": "vendor",
                    "status": "active",
                    "email": "",
                    "phone": "",
                    "currency_code": bill.currency,
                    **_stamps(bill),
                }
            )
    return made


def item(thing: Product, sold: Variant) -> Json:
    return {
        "item_id": book_id("item", sold.number),
        "name": f"{thing.title} {sold.title}",
        "status": "active",
        "source": "user",
        "description": thing.description,
        "rate": sold.prices[HOME],
        "purchase_rate": sold.cost,
        "sku": sold.sku or "",
        "product_type": "goods",
        "stock_on_hand": Decimal(sold.stock),
        **_stamps(thing),
    }


def _lines(lines: list[Line]) -> list[Json]:
    return [
        {
            "line_item_id": book_id("line", line.number),
            "item_id": book_id("item", line.variant),
            "name": line.title,
            "sku": line.sku or "",
            "rate": line.unit_price,
            "quantity": line.quantity,
            "discount_amount": line.discount,
            "discount": line.discount,
            "tax_percentage": (line.tax_rate * 100).normalize(),
            "item_total": line.net,
            "line_item_taxes": [{"tax_name": "VAT", "tax_amount": line.tax}] if line.tax_rate else [],
        }
        for line in lines
    ]


def _paper(thing: Invoice | Bill | Credit, *, lines: bool) -> Json:
    made: Json = {
        "date": thing.issued_on.isoformat(),
        "currency_code": thing.currency,
        "exchange_rate": RATES[thing.currency],
        "total": thing.total,
        **_stamps(thing),
    }
    if lines:
        taxes = {"tax_total": thing.tax, "is_inclusive_tax": False, "discount_type": "item_level"}
        made |= {"line_items": _lines(thing.lines), "sub_total": thing.net, **taxes}
    return made


def invoice(world: World, thing: Invoice, *, lines: bool) -> Json:
    today = world.clock.now().date()
    status = {"draft": "draft", "paid": "paid", "void": "void"}.get(thing.status)
    buyer = world.find(Customer, thing.customer)
    return {
        "invoice_id": book_id("invoice", thing.number),
        "invoice_number": thing.code,
        "customer_id": book_id("contact", thing.customer),
        "customer_name": f"{buyer.name} {buyer.number}" if buyer else "",
        "status": status or ("overdue" if thing.due_on < today else "sent"),
        "due_date": thing.due_on.isoformat(),
        "balance": ZERO if thing.status == "void" else thing.total - thing.paid,
        **_paper(thing, lines=lines),
    }


def credit(thing: Credit, *, lines: bool) -> Json:
    return {
        "creditnote_id": book_id("credit", thing.number),
        "creditnote_number": thing.code,
        "customer_id": book_id("contact", thing.customer),
        "status": "open",
        "balance": thing.total,
        **_paper(thing, lines=lines),
    }


def bill(world: World, thing: Bill, *, lines: bool) -> Json:
    today = world.clock.now().date()
    status = {"paid": "paid", "void": "void"}.get(thing.status)
    return {
        "bill_id": book_id("bill", thing.number),
        "bill_number": thing.code,
        "vendor_id": book_id("vendor", thing.supplier_number),
        "vendor_name": thing.supplier,
        "status": status or ("overdue" if thing.due_on < today else "open"),
        "due_date": thing.due_on.isoformat(),
        "balance": ZERO if thing.status == "void" else thing.total - thing.paid,
        **_paper(thing, lines=lines),
    }


def payment(thing: Invoice | Bill, part: Settlement) -> Json:
    sale = isinstance(thing, Invoice)
    at = datetime.combine(part.on, datetime.min.time(), ZONE).strftime("%Y-%m-%dT%H:%M:%S%z")
    who: Json = {"vendor_id": book_id("vendor", thing.supplier_number)} if isinstance(thing, Bill) else {}
    if isinstance(thing, Invoice):
        who = {"customer_id": book_id("contact", thing.customer), "invoice_numbers": thing.code}
    return {
        "payment_id": book_id("payment" if sale else "vendorpayment", part.number),
        "payment_number": str(part.number),
        "payment_mode": "banktransfer",
        "date": part.on.isoformat(),
        "amount": part.amount,
        "currency_code": thing.currency,
        "exchange_rate": RATES[thing.currency],
        "created_time": at,
        "last_modified_time": at,
        **who,
    }


BOOKS: dict[str, tuple[str, str, Callable[[World, bool], list[Json]]]] = {
    "contacts": ("contact_id", "contact", lambda world, _: contacts(world)),
    "items": (
        "item_id",
        "item",
        lambda world, _: [item(each, sold) for each in world.products for sold in each.variants],
    ),
    "invoices": ("invoice_id", "invoice", lambda w, lines: [invoice(w, each, lines=lines) for each in w.invoices]),
    "creditnotes": ("creditnote_id", "creditnote", lambda w, lines: [credit(each, lines=lines) for each in w.credits]),
    "bills": ("bill_id", "bill", lambda w, lines: [bill(w, each, lines=lines) for each in w.bills]),
    "customerpayments": (
        "payment_id",
        "payment",
        lambda w, _: [payment(each, part) for each in w.invoices for part in each.settlements],
    ),
    "vendorpayments": (
        "payment_id",
        "vendorpayment",
        lambda w, _: [payment(each, part) for each in w.bills for part in each.settlements],
    ),
}
"""By path: the id's name, the key of a single one, and the rows with or without their lines."""
UNUSED_BOOKS = {name: name for name in ("estimates", "salesorders", "expenses", "banktransactions", "journals")}
UNUSED_BOOKS["vendorcredits"] = "vendor_credits"
"""Lists that every organisation has, and this one nothing in: by path, what the answer calls them."""


def organization() -> Json:
    made: dict[str, Any] = {
        "organization_id": ORG,
        "name": "Rösthaus ☕",
        "is_default_org": True,
        "currency_code": HOME,
        "currency_symbol": SYMBOLS[HOME],
        "time_zone": ZONE.key,
        "fiscal_year_start_month": "january",
        "country_code": "DE",
    }
    return made
