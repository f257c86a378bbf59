"""The world in QuickBooks Online's entities (vendor-facts §6 [R]): JSON numbers, refs, typed lines, Pacific offsets."""

from collections.abc import Sequence
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
    Credit,
    Customer,
    Invoice,
    Line,
    Product,
    Settlement,
    Thing,
    Variant,
)

REALM = "9341452873647291"
ZONE = ZoneInfo("America/Los_Angeles")
NAMES = {"EUR": "Euro", "USD": "United States Dollar", "JPY": "Japanese Yen", "KWD": "Kuwaiti Dinar"}
ISO3 = {"DE": "DEU", "ES": "ESP", "FR": "FRA", "PL": "POL", "US": "USA", "JP": "JPN", "KW": "KWT"}
ZERO = Decimal(0)


def stamp(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def ref(value: object, name: str | None = None) -> Json:
    return {"value": str(value), "name": name} if name is not None else {"value": str(value)}


def _base(world: World, thing: Thing) -> Json:
    return {
        "domain": "QBO",
        "sparse": False,
        "Id": str(thing.number),
        "SyncToken": str(max(0, world.changes(thing) - 1)),
        "MetaData": {"CreateTime": stamp(thing.created_at), "LastUpdatedTime": stamp(thing.updated_at)},
    }


def _money(currency: str) -> Json:
    return {"CurrencyRef": ref(currency, NAMES[currency]), "ExchangeRate": RATES[currency]}


def customer(world: World, thing: Customer) -> Json:
    gone = thing.deleted_at is not None
    name = f"{thing.name} {thing.number}"
    owed = [i.total - i.paid for i in world.invoices if i.customer == thing.number and i.status == "open"]
    made: Json = {
        "Taxable": True,
        "BillAddr": {
            "Id": str(500 + thing.number),
            "Line1": thing.street,
            "City": thing.city,
            "CountrySubDivisionCode": thing.region,
            "PostalCode": thing.postcode,
            # Three letters since autumn 2025, and no Lat and Long any more (vendor-facts §6 [V]).
            "Country": ISO3[thing.country],
        },
        "Job": False,
        "BillWithParent": False,
        "Balance": sum(owed, ZERO),
        "BalanceWithJobs": sum(owed, ZERO),
        "CurrencyRef": ref(thing.currency, NAMES[thing.currency]),
        "PreferredDeliveryMethod": "Print",
        "IsProject": False,
        "GivenName": thing.first,
        "FamilyName": thing.last,
        "FullyQualifiedName": name,
        "CompanyName": thing.company,
        # An inactive one gives up its name.
        "DisplayName": f"{name} (deleted)" if gone else name,
        "PrintOnCheckName": name,
        "Active": not gone,
        **_base(world, thing),
    }
    if thing.email:
        made["PrimaryEmailAddr"] = {"Address": thing.email}
    if thing.phone:
        made["PrimaryPhone"] = {"FreeFormNumber": thing.phone}
    return {key: value for key, value in made.items() if value is not None}


def vendors(world: World) -> list[Json]:
    first: dict[int, Bill] = {}
    for bill in world.every(Bill):
        first.setdefault(bill.supplier_number, bill)
    return [
        {
            "Balance": ZERO,
            "Vendor1099": False,
            "CurrencyRef": ref(bill.currency, NAMES[bill.currency]),
            "domain": "QBO",
            "sparse": False,
            "Id": str(number),
            "SyncToken": "0",
            "MetaData": {"CreateTime": stamp(bill.created_at), "LastUpdatedTime": stamp(bill.created_at)},
            "CompanyName": bill.supplier,
            "DisplayName": bill.supplier,
            "PrintOnCheckName": bill.supplier,
            "Active": True,
        }
        for number, bill in sorted(first.items())
    ]


def item(world: World, thing: Product, sold: Variant) -> Json:
    made = {
        "Name": f"{thing.title} {sold.title} {sold.number}",
        "Sku": sold.sku,
        "Description": thing.description,
        "Active": thing.active and thing.deleted_at is None,
        "FullyQualifiedName": f"{thing.category}:{thing.title} {sold.title}",
        "Taxable": True,
        "UnitPrice": sold.prices[HOME],
        "Type": "Inventory",
        "IncomeAccountRef": ref(79, "Sales of Product Income"),
        "PurchaseCost": sold.cost,
        "ExpenseAccountRef": ref(80, "Cost of Goods Sold"),
        "AssetAccountRef": ref(81, "Inventory Asset"),
        "TrackQtyOnHand": True,
        "QtyOnHand": sold.stock,
        "InvStartDate": thing.created_at.date().isoformat(),
        **_base(world, thing),
        "Id": str(sold.number),
    }
    return {key: value for key, value in made.items() if value is not None}


def _sold(lines: Sequence[Line]) -> list[Json]:
    """The lines before discount, their subtotal, and one line that takes the discounts off: a line has none of its
    own in QuickBooks."""
    made: list[Json] = [
        {
            "Id": str(position),
            "LineNum": position,
            "Description": line.title,
            "Amount": line.gross,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": ref(line.variant, line.title),
                "UnitPrice": line.unit_price,
                "Qty": line.quantity,
                "TaxCodeRef": ref("TAX" if line.tax_rate else "NON"),
            },
        }
        for position, line in enumerate(lines, start=1)
    ]
    gross = sum((line.gross for line in lines), ZERO)
    made.append({"Amount": gross, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}})
    discount = sum((line.discount for line in lines), ZERO)
    if discount:
        detail = {"PercentBased": False, "DiscountAccountRef": ref(86, "Discounts given")}
        made.append({"Amount": discount, "DetailType": "DiscountLineDetail", "DiscountLineDetail": detail})
    return made


def _tax(lines: Sequence[Line]) -> Json:
    rates = [rate for rate in sorted({line.tax_rate for line in lines}) if rate]
    parts = [
        {
            "Amount": sum((line.tax for line in lines if line.tax_rate == rate), ZERO),
            "DetailType": "TaxLineDetail",
            "TaxLineDetail": {
                "TaxRateRef": ref(position),
                "PercentBased": True,
                "TaxPercent": (rate * 100).normalize(),
                "NetAmountTaxable": sum((line.net for line in lines if line.tax_rate == rate), ZERO),
            },
        }
        for position, rate in enumerate(rates, start=1)
    ]
    return {"TotalTax": sum((line.tax for line in lines), ZERO), "TaxLine": parts}


def invoice(world: World, thing: Invoice) -> Json:
    buyer = world.find(Customer, thing.customer)
    voided = thing.status == "void"
    lines = [] if voided else thing.lines
    total = ZERO if voided else thing.total
    made: Json = {
        "AllowOnlineCreditCardPayment": False,
        "AllowOnlineACHPayment": False,
        **_base(world, thing),
        "CustomField": [],
        "DocNumber": thing.code,
        "TxnDate": thing.issued_on.isoformat(),
        **_money(thing.currency),
        "LinkedTxn": [{"TxnId": str(part.number), "TxnType": "Payment"} for part in thing.settlements],
        "Line": _sold(lines),
        "TxnTaxDetail": _tax(lines),
        "CustomerRef": ref(thing.customer, buyer.name if buyer else None),
        "DueDate": thing.due_on.isoformat(),
        "GlobalTaxCalculation": "TaxExcluded",
        "TotalAmt": total,
        "ApplyTaxAfterDiscount": True,
        "PrintStatus": "NeedToPrint",
        "EmailStatus": "NotSet",
        "Balance": total - thing.paid,
    }
    if voided:
        # vendor-facts §6 [K]: a voided invoice stays with its amounts at nothing.
        made["PrivateNote"] = "Voided"
    return made


def credit(world: World, thing: Credit) -> Json:
    return {
        **_base(world, thing),
        "DocNumber": thing.code,
        "TxnDate": thing.issued_on.isoformat(),
        **_money(thing.currency),
        "Line": _sold(thing.lines),
        "TxnTaxDetail": _tax(thing.lines),
        "CustomerRef": ref(thing.customer),
        "TotalAmt": thing.total,
        "RemainingCredit": thing.total,
        "Balance": thing.total,
    }


def bill(world: World, thing: Bill) -> Json:
    lines = [
        {
            "Id": str(position),
            "LineNum": position,
            "Description": line.title,
            "Amount": line.net,
            "DetailType": "ItemBasedExpenseLineDetail",
            "ItemBasedExpenseLineDetail": {
                "ItemRef": ref(line.variant, line.title),
                "UnitPrice": line.unit_price,
                "Qty": line.quantity,
                "BillableStatus": "NotBillable",
                "TaxCodeRef": ref("TAX" if line.tax_rate else "NON"),
            },
        }
        for position, line in enumerate(thing.lines, start=1)
    ]
    return {
        **_base(world, thing),
        "DocNumber": thing.code,
        "TxnDate": thing.issued_on.isoformat(),
        "DueDate": thing.due_on.isoformat(),
        **_money(thing.currency),
        "Line": lines,
        "TxnTaxDetail": _tax(thing.lines),
        "VendorRef": ref(thing.supplier_number, thing.supplier),
        "APAccountRef": ref(33, "Accounts Payable (A/P)"),
        "LinkedTxn": [{"TxnId": str(part.number), "TxnType": "BillPaymentCheck"} for part in thing.settlements],
        "TotalAmt": thing.total,
        "Balance": thing.total - thing.paid,
    }


def payment(thing: Invoice, part: Settlement) -> Json:
    return {
        **_settled(thing, part),
        "CustomerRef": ref(thing.customer),
        "DepositToAccountRef": ref(4),
        "TotalAmt": part.amount,
        "UnappliedAmt": ZERO,
        "ProcessPayment": False,
        "Line": [{"Amount": part.amount, "LinkedTxn": [{"TxnId": str(thing.number), "TxnType": "Invoice"}]}],
    }


def bill_payment(thing: Bill, part: Settlement) -> Json:
    return {
        **_settled(thing, part),
        "VendorRef": ref(thing.supplier_number, thing.supplier),
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": ref(35, "Checking"), "PrintStatus": "NotSet"},
        "TotalAmt": part.amount,
        "Line": [{"Amount": part.amount, "LinkedTxn": [{"TxnId": str(thing.number), "TxnType": "Bill"}]}],
    }


def _settled(thing: Invoice | Bill, part: Settlement) -> Json:
    at = datetime.combine(part.on, datetime.min.time(), ZONE)
    return {
        "domain": "QBO",
        "sparse": False,
        "Id": str(part.number),
        "SyncToken": "0",
        "MetaData": {"CreateTime": stamp(at), "LastUpdatedTime": stamp(at)},
        "TxnDate": part.on.isoformat(),
        **_money(thing.currency),
    }


def company(world: World) -> Json:
    return {
        "CompanyName": "Rösthaus ☕",
        "LegalName": "Rösthaus GmbH",
        "Country": "DE",
        "Email": {"Address": "owner@roastery.example"},
        "FiscalYearStartMonth": "January",
        "SupportedLanguages": "en,de",
        "DefaultTimeZone": ZONE.key,
        "domain": "QBO",
        "sparse": False,
        "Id": "1",
        "SyncToken": "4",
        "MetaData": {"CreateTime": stamp(world.clock.now()), "LastUpdatedTime": stamp(world.clock.now())},
    }


def preferences() -> Json:
    home: dict[str, Any] = {"MultiCurrencyEnabled": True, "HomeCurrency": ref(HOME)}
    return {"CurrencyPrefs": home, "TaxPrefs": {"UsingSalesTax": True}, "domain": "QBO", "sparse": False, "Id": "1"}
