"""Exports as shops' programs write them: made by seed, with what an owner would add up by hand beside them.

The sums are made while the rows are, from the numbers before they are formatted: nothing of the product is used.
"""

import csv
import io
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

D = Decimal


@dataclass
class Export:
    """A file's bytes, and the truth about it in major units."""

    filename: str
    content: bytes
    rows: int
    net: Decimal = D(0)
    """Sales after discounts and refunds."""
    refunds: Decimal = D(0)
    units_sold: Decimal = D(0)
    orders: int = 0
    shipping: Decimal | None = None
    by_day: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    """Sales before refunds per calendar day."""
    rejected: int = 0


def table(
    rows: Sequence[Sequence[object]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    before: str = "",
    after: str = "",
) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return (before + buffer.getvalue() + after).encode(encoding)


def online_retail(seed: int = 1) -> Export:
    """A wholesaler's invoices: C before the number and a negative quantity take back what was sold; some customers
    are missing; some lines are there twice and mean it; dates have the month first."""
    random_ = random.Random(seed)
    goods = [
        ("85123A", "WHITE HANGING HEART T-LIGHT HOLDER", D("2.55")),
        ("71053", "WHITE METAL LANTERN", D("3.39")),
        ("POST", "POSTAGE", D("18.00")),
        ("22423", "REGENCY CAKESTAND 3 TIER", D("12.75")),
        ("M", "Manual", D("1.00")),
    ]
    rows: list[list[object]] = [
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
    ]
    export = Export("online_retail.csv", b"", 0)
    moment = datetime(2010, 12, 1, 8, 26)
    sold: list[tuple[str, str, tuple[str, str, Decimal], int]] = []
    for number in range(536365, 536365 + 250):
        customer, country = random_.choice(
            [("17850.0", "United Kingdom"), ("12583.0", "France"), ("12662.0", "Germany"), ("", "EIRE")]
        )
        stamp = f"{moment.month}/{moment.day}/{moment.year} {moment.hour}:{moment.minute:02d}"
        if number % 17 == 5 and sold:
            who, where, (code, title, price), quantity = random_.choice(sold)
            back = random_.randint(1, quantity)
            rows.append([f"C{number}", code, title, -back, stamp, price, who, where])
            export.refunds += back * price
        else:
            export.orders += 1
            for good in random_.sample(goods, random_.randint(1, 4)):
                quantity = random_.randint(1, 24)
                times = 2 if random_.random() < 0.05 else 1
                title = good[1] if random_.random() > 0.05 else ""
                rows += [[number, good[0], title, quantity, stamp, good[2], customer, country]] * times
                export.net += times * quantity * good[2]
                export.units_sold += times * quantity
                export.by_day[moment.date().isoformat()] += times * quantity * good[2]
                if customer:
                    sold.append((customer, country, good, quantity))
        moment += timedelta(minutes=random_.randint(30, 900))
    export.net -= export.refunds
    export.rows = len(rows) - 1
    export.content = table(rows, encoding="latin-1")
    return export


def webshop_orders(seed: int = 2) -> Export:
    """A web shop's orders: what belongs to the order stands on its first line only; a discount is of the order;
    some orders are refunded whole, with tax and shipping; zip codes wear an apostrophe."""
    random_ = random.Random(seed)
    headings = (
        "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,"
        "Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
        "Lineitem requires shipping,Lineitem taxable,Billing Name,Billing City,Billing Zip,Billing Country,"
        "Shipping Name,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Notes,Payment Method,"
        "Refunded Amount,Vendor,Id,Tags,Source"
    ).split(",")
    goods = [("Linen Shirt - M", D("49.00"), "LS-M"), ("Mug", D("12.50"), "MUG"), ("Poster", D("20.00"), "PO")]
    rows: list[list[object]] = [list(headings)]
    export = Export("orders_export_1.csv", b"", 0, shipping=D(0))
    for number in range(60):
        items = [(good, random_.randint(1, 3)) for good in random_.sample(goods, random_.randint(1, 3))]
        gross = sum((good[1] * quantity for good, quantity in items), D(0))
        off = (gross / 10).quantize(D("0.01")) if number % 5 == 0 else D(0)
        subtotal, shipping = gross - off, D(5) if gross < 60 else D(0)
        tax = (subtotal * D("0.08")).quantize(D("0.01"))
        total = subtotal + shipping + tax
        back = total if number % 20 == 3 else D(0)
        day = f"2024-0{1 + number % 6}-{10 + number % 18}"
        stamp = f"{day} 14:{number % 60:02d}:00 -0500"
        for place, (good, quantity) in enumerate(items):
            cells: dict[str, object] = {
                "Name": f"#{1001 + number}",
                "Email": f"ann{number % 9}@example.com",
                "Created at": stamp,
                "Lineitem quantity": quantity,
                "Lineitem name": good[0],
                "Lineitem price": good[1],
                "Lineitem sku": good[2],
                "Lineitem requires shipping": "true",
                "Lineitem taxable": "true",
                "Vendor": "Acme",
            }
            if place == 0:
                name = f"Ann Lee{number % 9}"
                cells |= {
                    "Financial Status": "refunded" if back else "paid",
                    "Paid at": stamp,
                    "Fulfillment Status": "fulfilled",
                    "Currency": "USD",
                    "Subtotal": subtotal,
                    "Shipping": shipping,
                    "Taxes": tax,
                    "Total": total,
                    "Discount Amount": off,
                    "Shipping Method": "Standard",
                    "Billing Name": name,
                    "Billing City": "Salem",
                    "Billing Zip": "'02110",
                    "Billing Country": "US",
                    "Shipping Name": name,
                    "Shipping City": "Boston",
                    "Shipping Zip": "'02110",
                    "Shipping Province": "MA",
                    "Shipping Country": "US",
                    "Payment Method": "Card",
                    "Refunded Amount": back,
                    "Id": 5_000_000 + number,
                    "Source": "web",
                }
            rows.append([cells.get(heading, "") for heading in headings])
            export.units_sold += quantity
        export.orders += 1
        export.by_day[day] += subtotal
        export.refunds += subtotal if back else D(0)
        export.net += subtotal - (subtotal if back else D(0))
        assert export.shipping is not None
        export.shipping += shipping
    export.rows = len(rows) - 1
    export.content = table(rows)
    return export


def bestellungen(seed: int = 3) -> Export:
    """A German wholesaler: semicolons, decimal commas, Windows-1252, a title above and a sum below; shipping repeated
    on every line of an order."""
    random_ = random.Random(seed)
    rows: list[list[object]] = [
        [
            "Bestell-Nr.", "Datum", "Kundennr.", "Kunde", "Ort", "Artikelnr", "Artikel", "Warengruppe", "Menge",
            "Einzelpreis", "Rabatt %", "Gesamtpreis", "Versandkosten",
        ]
    ]  # fmt: skip
    export = Export("bestellungen.csv", b"", 0, shipping=D(0), rejected=1)

    def euros(amount: Decimal) -> str:
        return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))

    for number in range(75):
        export.orders += 1
        assert export.shipping is not None
        export.shipping += D("4.90")
        for _ in range(2):
            quantity, price = random_.randint(1, 40), random_.choice([D("4.50"), D("19.99"), D("129.00"), D("1249.50")])
            percent = random_.choice([0, 5, 10])
            total = (quantity * price * (100 - percent) / 100).quantize(D("0.01"))
            day = datetime(2024, 1, 1) + timedelta(days=number)
            rows.append(
                [
                    f"B{2000 + number}", f"{day:%d.%m.%Y}", f"K{number % 7}", "Müller & Söhne GmbH", "Köln",
                    f"A{quantity % 5}", f"Schraube ä{quantity % 5}", "Eisenwaren", quantity, f"{euros(price)} €",
                    f"{percent} %", f"{euros(total)} €", euros(D("4.90")),
                ]
            )  # fmt: skip
            export.net += total
            export.units_sold += quantity
            export.by_day[f"{day:%Y-%m-%d}"] += total
    export.rows = len(rows)
    total_line = f"Summe;;;;;;;;;;;{euros(export.net)};\r\n"
    export.content = table(
        rows, encoding="cp1252", delimiter=";", before="Umsatzbericht 2024;;;\r\n\r\n", after=total_line
    )
    return export


def till_items(seed: int = 4) -> Export:
    """A café's till: date and time apart, a zone by name, currency signs, negative discounts, refunds as rows."""
    random_ = random.Random(seed)
    rows: list[list[object]] = [
        [
            "Date", "Time", "Time Zone", "Category", "Item", "Qty", "Price Point Name", "Gross Sales", "Discounts",
            "Net Sales", "Tax", "Transaction ID", "Payment ID", "Event Type", "Location", "Dining Option",
        ]
    ]  # fmt: skip
    export = Export("items-2024.csv", b"", 0)

    def dollars(amount: Decimal) -> str:
        return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"

    for number in range(200):
        back = number % 23 == 7
        quantity, price = random_.randint(1, 3), random_.choice([D("3.50"), D("4.25"), D("12.00")])
        gross = quantity * price * (-1 if back else 1)
        off = (-gross / 10).quantize(D("0.01")) if number % 6 == 0 and not back else D(0)
        day = datetime(2024, 1, 1) + timedelta(days=number)
        rows.append(
            [
                f"{day:%m/%d/%y}", f"{8 + number % 9:02d}:15:30", "Eastern Time (US & Canada)", "Coffee",
                f"Latte {price}", f"{-quantity if back else quantity}.0", "Regular", dollars(gross), dollars(off),
                dollars(gross + off), dollars(D(0)), f"T{number}", f"P{number}", "Refund" if back else "Payment",
                "Main St", "For Here",
            ]
        )  # fmt: skip
        export.net += gross + off
        if back:
            export.refunds -= gross
        else:
            export.orders += 1
            export.units_sold += quantity
            export.by_day[f"{day:%Y-%m-%d}"] += gross + off
    export.rows = len(rows) - 1
    export.content = table(rows)
    return export


def supermarket(seed: int = 5) -> Export:
    """Receipts with tax on top; `cogs` is what the goods were sold for, and `gross income` the profit."""
    random_ = random.Random(seed)
    rows: list[list[object]] = [
        [
            "Invoice ID", "Branch", "City", "Customer type", "Product line", "Unit price", "Quantity", "Tax 5%",
            "Total", "Date", "Time", "Payment", "cogs", "gross margin percentage", "gross income", "Rating",
        ]
    ]  # fmt: skip
    export = Export("supermarket_sales.csv", b"", 0)
    for number in range(200):
        quantity, price = random_.randint(1, 10), D(random_.randint(1000, 9999)) / 100
        goods = quantity * price
        tax = goods * D("0.05")
        day = datetime(2019, 1, 1) + timedelta(days=random_.randint(0, 80))
        rows.append(
            [
                f"750-{number:02d}-{8000 + number}", random_.choice("ABC"), random_.choice(["Yangon", "Mandalay"]),
                "Member", random_.choice(["Health and beauty", "Sports"]), price, quantity, tax, goods + tax,
                f"{day.month}/{day.day}/{day.year}", f"{10 + number % 10}:{number % 60:02d}", "Cash", goods,
                "4.761904762", tax, "9.1",
            ]
        )  # fmt: skip
        export.net += goods
        export.units_sold += quantity
        export.orders += 1
        export.by_day[f"{day:%Y-%m-%d}"] += goods
    export.rows = len(rows) - 1
    export.content = table(rows)
    return export


def marketplace_report(seed: int = 6) -> Export:
    """A marketplace's report: tabs, `item-price` is that of the line, cancelled orders have none, promotions come off."""
    random_ = random.Random(seed)
    rows: list[list[object]] = [
        [
            "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
            "sales-channel", "ship-service-level", "product-name", "sku", "asin", "item-status", "quantity",
            "currency", "item-price", "item-tax", "shipping-price", "item-promotion-discount", "ship-city",
            "ship-state", "ship-postal-code", "ship-country",
        ]
    ]  # fmt: skip
    export = Export("report.txt", b"", 0)
    for number in range(120):
        kind, quantity = number % 4, random_.randint(1, 4)
        price = [D("10.00"), D("25.00"), D("7.50"), D("99.00")][kind]
        cancelled = number % 15 == 4
        off = D("2.00") if number % 9 == 0 and not cancelled else D(0)
        day = datetime(2024, 3, 1) + timedelta(days=number // 5)
        rows.append(
            [
                f"111-{number:07d}-1", "", f"{day:%Y-%m-%d}T10:00:00+00:00", "2024-05-01T10:00:00+00:00",
                "Cancelled" if cancelled else "Shipped", "Amazon.com", "Standard", f"Widget {kind}", f"S{kind}",
                f"B00{kind}", "Shipped", 0 if cancelled else quantity, "" if cancelled else "USD",
                "" if cancelled else price * quantity, "" if cancelled else price * quantity / 10,
                "" if cancelled else "3.00", off or "", "SEATTLE", "WA", "98101", "US",
            ]
        )  # fmt: skip
        if not cancelled:
            export.net += price * quantity - off
            export.units_sold += quantity
            export.orders += 1
            export.by_day[f"{day:%Y-%m-%d}"] += price * quantity - off
    export.rows = len(rows) - 1
    export.content = table(rows, delimiter="\t")
    return export


SALES = (online_retail, webshop_orders, bestellungen, till_items, supermarket, marketplace_report)
