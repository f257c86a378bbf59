"""The world in Xero's shapes (vendor-facts §7 [V], accounting spec): GUIDs, /Date()/ beside ISO strings, numbers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from evals.standins.vendors.kit.wire import Json, guid, millis
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import (
    HOME,
    RATES,
    Bill,
    Credit,
    Customer,
    Invoice,
    Line,
    Product,
    Settlement,
    Variant,
)

TENANT = guid("xero", "tenant")
ZERO = Decimal(0)
UNIT_DIGITS = 2
"""Digits of a unit amount where `unitdp=4` is not asked for (vendor-facts §7 [V])."""

STATUSES = {"draft": "DRAFT", "open": "AUTHORISED", "paid": "PAID", "void": "VOIDED"}


def ms_date(at: datetime) -> str:
    return f"/Date({millis(at)}+0000)/"


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


def _day(name: str, day: date) -> Json:
    at = midnight(day)
    return {f"{name}String": at.strftime("%Y-%m-%dT00:00:00"), name: ms_date(at)}


def _rate(currency: str) -> Decimal:
    """Units of the currency for one of the organisation's, with six digits."""
    return (Decimal(1) / RATES[currency]).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def contact_id(kind: str, number: int) -> str:
    return guid("xero", kind, number)


def contact(thing: Customer) -> Json:
    box = {
        "AddressType": "STREET",
        "AddressLine1": thing.street,
        "City": thing.city,
        "Region": thing.region or "",
        "PostalCode": thing.postcode,
        "Country": thing.country,
    }
    empty = {"PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
    return {
        "ContactID": contact_id("customer", thing.number),
        "ContactNumber": str(thing.number),
        "ContactStatus": "ACTIVE" if thing.deleted_at is None else "ARCHIVED",
        # A contact's name is its key in an organisation.
        "Name": f"{thing.company or thing.name} {thing.number}",
        "FirstName": thing.first,
        "LastName": thing.last,
        "EmailAddress": thing.email or "",
        "BankAccountDetails": "",
        "Addresses": [box, {**dict.fromkeys(box, ""), "AddressType": "POBOX"}],
        "Phones": [
            {"PhoneType": "DEFAULT", **empty, "PhoneNumber": thing.phone or ""},
            {"PhoneType": "MOBILE", **empty},
        ],
        "UpdatedDateUTC": ms_date(thing.updated_at),
        "ContactGroups": [],
        "IsSupplier": False,
        "IsCustomer": True,
        "DefaultCurrency": thing.currency,
        "ContactPersons": [],
        "HasAttachments": False,
        "HasValidationErrors": False,
    }


def suppliers(world: World) -> list[tuple[datetime, Json]]:
    first: dict[int, Bill] = {}
    for bill in world.every(Bill):
        first.setdefault(bill.supplier_number, bill)
    return [
        (
            bill.created_at,
            {
                "ContactID": contact_id("supplier", number),
                "ContactStatus": "ACTIVE",
                "Name": bill.supplier,
                "EmailAddress": "",
                "Addresses": [],
                "Phones": [],
                "UpdatedDateUTC": ms_date(bill.created_at),
                "ContactGroups": [],
                "IsSupplier": True,
                "IsCustomer": False,
                "DefaultCurrency": bill.currency,
                "ContactPersons": [],
                "HasAttachments": False,
                "HasValidationErrors": False,
            },
        )
        for number, bill in sorted(first.items())
    ]


def _brief(ident: str, name: str) -> Json:
    return {
        "ContactID": ident,
        "Name": name,
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "ContactPersons": [],
        "HasValidationErrors": False,
    }


def _lines(lines: Sequence[Line], digits: int, kind: str) -> list[Json]:
    made: list[Json] = []
    for line in lines:
        row: Json = {
            "LineItemID": guid("xero", "line", line.number),
            "Description": line.title,
            "UnitAmount": line.unit_price.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP),
            "TaxType": f"{kind}{(line.tax_rate * 100).normalize():f}" if line.tax_rate else "NONE",
            "TaxAmount": line.tax,
            "LineAmount": line.net,
            "AccountCode": "200" if kind == "OUTPUT" else "300",
            "Tracking": [],
            "Quantity": line.quantity,
            "ValidationErrors": [],
        }
        if line.sku:
            row["ItemCode"] = line.sku
            row["Item"] = {"ItemID": guid("xero", "item", line.variant), "Name": line.title, "Code": line.sku}
        if line.discount:
            row["DiscountAmount"] = line.discount
        made.append(row)
    return made


def _head(world: World, thing: Invoice | Bill | Credit) -> Json:
    del world
    updated = thing.updated_at
    return {
        "CurrencyRate": _rate(thing.currency),
        "HasErrors": False,
        "HasAttachments": False,
        "LineAmountTypes": "Exclusive",
        "SubTotal": thing.net,
        "TotalTax": thing.tax,
        "Total": thing.total,
        "UpdatedDateUTC": ms_date(updated),
        "UpdatedDateUTCString": updated.strftime("%Y-%m-%d %H:%M:%S+00:00"),
        "CurrencyCode": thing.currency,
    }


def invoice(world: World, thing: Invoice | Bill, *, lines: bool, digits: int = UNIT_DIGITS) -> Json:
    """A sale (ACCREC) or a bill (ACCPAY). Without `lines` it is the summary that unpaged lists give [K]."""
    sale = isinstance(thing, Invoice)
    gone = thing.deleted_at is not None
    if isinstance(thing, Invoice):
        buyer = world.find(Customer, thing.customer)
        name = f"{(buyer.company or buyer.name)} {buyer.number}" if buyer else ""
        who = _brief(contact_id("customer", thing.customer), name)
    else:
        who = _brief(contact_id("supplier", thing.supplier_number), thing.supplier)
    status = "DELETED" if gone else STATUSES[thing.status]
    void = status in {"VOIDED", "DELETED"}
    made: Json = {
        "Type": "ACCREC" if sale else "ACCPAY",
        "InvoiceID": guid("xero", "invoice" if sale else "bill", thing.number),
        "InvoiceNumber": thing.code,
        "Reference": "",
        "Payments": [_part(thing, part) for part in thing.settlements],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "AmountDue": ZERO if void else thing.total - thing.paid,
        "AmountPaid": thing.paid,
        "AmountCredited": ZERO,
        "SentToContact": thing.status != "draft",
        "IsDiscounted": any(line.discount for line in thing.lines),
        "InvoiceAddresses": [],
        "Contact": who,
        **_day("Date", thing.issued_on),
        **_day("DueDate", thing.due_on),
        "Status": status,
        **_head(world, thing),
        "LineItems": _lines(thing.lines, digits, "OUTPUT" if sale else "INPUT") if lines else [],
    }
    if status == "PAID" and thing.settlements:
        made["FullyPaidOnDate"] = ms_date(midnight(max(part.on for part in thing.settlements)))
    return made


def _part(thing: Invoice | Bill, part: Settlement) -> Json:
    return {
        "PaymentID": guid("xero", "payment", part.number),
        "Date": ms_date(midnight(part.on)),
        "Amount": part.amount,
        "Reference": "",
        "CurrencyRate": _rate(thing.currency),
        "HasAccount": False,
        "HasValidationErrors": False,
    }


def payment(world: World, thing: Invoice | Bill, part: Settlement) -> Json:
    sale = isinstance(thing, Invoice)
    inner = invoice(world, thing, lines=False)
    kept = ("Type", "InvoiceID", "InvoiceNumber", "Contact", "CurrencyCode")
    at = midnight(part.on)
    return {
        **_part(thing, part),
        "BankAmount": part.amount,
        "PaymentType": "ACCRECPAYMENT" if sale else "ACCPAYPAYMENT",
        "Status": "AUTHORISED",
        "UpdatedDateUTC": ms_date(at),
        "UpdatedDateUTCString": at.strftime("%Y-%m-%d %H:%M:%S+00:00"),
        "HasAccount": True,
        "IsReconciled": False,
        "Account": {"AccountID": guid("xero", "bank"), "Code": "970"},
        "Invoice": {name: inner[name] for name in kept},
    }


def credit(world: World, thing: Credit, *, lines: bool, digits: int = UNIT_DIGITS) -> Json:
    buyer = world.find(Customer, thing.customer)
    name = f"{(buyer.company or buyer.name)} {buyer.number}" if buyer else ""
    return {
        "CreditNoteID": guid("xero", "credit", thing.number),
        "CreditNoteNumber": thing.code,
        "Payments": [],
        "ID": guid("xero", "credit", thing.number),
        "Type": "ACCRECCREDIT",
        "Reference": "",
        "RemainingCredit": thing.total,
        "Allocations": [],
        "Contact": _brief(contact_id("customer", thing.customer), name),
        **_day("Date", thing.issued_on),
        "Status": "AUTHORISED",
        **_head(world, thing),
        "LineItems": _lines(thing.lines, digits, "OUTPUT") if lines else [],
    }


def item(thing: Product, sold: Variant, digits: int = UNIT_DIGITS) -> Json:
    places = Decimal(1).scaleb(-digits)
    return {
        "ItemID": guid("xero", "item", sold.number),
        "Code": sold.sku or f"ITEM-{sold.number}",
        "Name": f"{thing.title} {sold.title}"[:50],
        "Description": thing.description,
        "UpdatedDateUTC": ms_date(thing.updated_at),
        "PurchaseDetails": {"UnitPrice": sold.cost.quantize(places), "COGSAccountCode": "310", "TaxType": "INPUT19"},
        "SalesDetails": {"UnitPrice": sold.prices[HOME].quantize(places), "AccountCode": "200", "TaxType": "OUTPUT19"},
        "IsTrackedAsInventory": True,
        "QuantityOnHand": Decimal(sold.stock),
        "IsSold": True,
        "IsPurchased": True,
    }


def organisation(created: datetime) -> Json:
    made: dict[str, Any] = {
        "OrganisationID": TENANT,
        "Name": "Rösthaus ☕",
        "LegalName": "Rösthaus GmbH",
        "PaysTax": True,
        "Version": "GLOBAL",
        "OrganisationType": "COMPANY",
        "BaseCurrency": HOME,
        "CountryCode": "DE",
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 12,
        "CreatedDateUTC": ms_date(created),
        "Timezone": "WEUROPESTANDARDTIME",
        "ShortCode": "!st4nd",
        "Class": "STANDARD",
        "Edition": "BUSINESS",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }
    return made
