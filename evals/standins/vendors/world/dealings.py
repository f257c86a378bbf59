"""Invoices, credit notes, bills, companies, deals, mails and calendar events."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from evals.standins.vendors.world import names
from evals.standins.vendors.world.things import (
    RATES,
    Bill,
    Company,
    Credit,
    Customer,
    Deal,
    Event,
    Invoice,
    Line,
    Mail,
    Settlement,
    rounded,
)
from evals.standins.vendors.world.world import World

INVOICES = 37
BILLS = 17
DEALS = 23
MAILS = 57
EVENTS = 19


def settle_dealings(world: World, chance: random.Random, start: datetime, mails: int) -> None:
    _settle_invoices(world, start)
    _settle_bills(world, start)
    for number, (name, domain, city, country, industry) in enumerate(names.COMPANIES, start=1):
        at = start + timedelta(days=number)
        world.settle([Company(number, at, at, name, domain, city, country, industry)])
    _settle_deals(world, chance, start)
    _settle_mails(world, start, mails)
    _settle_events(world)


def _settle_invoices(world: World, start: datetime) -> None:
    sold = [order for order in world.orders if order.lines and order.customer is not None]
    for number in range(1, INVOICES + 1):
        if not sold:
            return
        order = sold[number % len(sold)]
        customer = world.get(Customer, order.customer or 0)
        issued = start + timedelta(days=3 * number)
        lines = [replace(line, number=10_000 + 10 * number + position) for position, line in enumerate(order.lines)]
        status: Literal["draft", "open", "paid", "void"] = ("paid", "open", "paid", "draft", "paid", "void", "open")[
            number % 7
        ]
        invoice = Invoice(
            number,
            issued,
            issued + timedelta(days=2) if status in {"paid", "void"} else issued,
            f"INV-{1000 + number}",
            customer.number,
            order.currency,
            lines,
            issued.date(),
            issued.date() + timedelta(days=14),
            status,
        )
        if status == "paid" and invoice.total:
            half = rounded(invoice.total / 2, order.currency) if number % 2 else invoice.total
            parts = [half, invoice.total - half] if invoice.total - half else [half]
            invoice.settlements = [
                Settlement(number * 10 + position, issued.date() + timedelta(days=1 + position), amount)
                for position, amount in enumerate(parts)
            ]
        world.settle([invoice])
        if number % 8 == 2 and status in {"open", "paid"}:
            credit = replace(lines[0], number=20_000 + number)
            at = issued + timedelta(days=20)
            world.settle(
                [Credit(number, at, at, f"CN-{number}", number, customer.number, order.currency, [credit], at.date())]
            )


def _settle_bills(world: World, start: datetime) -> None:
    products = world.products
    for number in range(1, BILLS + 1):
        supplier = number % len(names.SUPPLIERS)
        currency = ("EUR", "JPY", "USD", "KWD")[supplier]
        product = products[number % len(products)]
        variant = product.variants[0]
        price = rounded(variant.cost / RATES[currency], currency)
        rate = Decimal("0.19") if currency == "EUR" else Decimal(0)
        zero = rounded(Decimal(0), currency)
        lines = [
            Line(
                30_000 + number, product.number, variant.number, product.title, variant.sku, Decimal(10 * number), price, zero, rate, currency
            )
        ]  # fmt: skip
        issued = start + timedelta(days=6 * number, hours=1)
        status: Literal["open", "paid", "void"] = ("paid", "open", "paid", "paid", "void")[number % 5]
        bill = Bill(
            number,
            issued,
            issued,
            f"B/{number:04}",
            names.SUPPLIERS[supplier],
            supplier + 1,
            currency,
            lines,
            issued.date(),
            issued.date() + timedelta(days=30),
            status,
        )
        if status == "paid" and bill.total:
            bill.settlements = [Settlement(90_000 + number, issued.date() + timedelta(days=20), bill.total)]
        world.settle([bill])


def _settle_deals(world: World, chance: random.Random, start: datetime) -> None:
    customers = world.customers
    for number in range(1, DEALS + 1):
        customer = customers[number % len(customers)]
        at = start + timedelta(days=4 * number, minutes=number % 2)
        amount = None if number % 8 == 0 else rounded(Decimal(chance.randint(100, 90_000)) / 7, customer.currency)
        stages: tuple[Literal["qualified", "proposal", "won", "lost"], ...] = (
            "qualified",
            "proposal",
            "won",
            "won",
            "lost",
        )
        world.settle(
            [
                Deal(
                    number,
                    at,
                    at,
                    f"Wholesale {customer.last} №{number}",
                    customer.number,
                    number % len(names.COMPANIES) + 1,
                    amount,
                    None if number % 6 == 0 else customer.currency,
                    stages[number % 5],
                    at.date() + timedelta(days=30),
                )
            ]
        )


def _settle_mails(world: World, start: datetime, count: int) -> None:
    customers = world.customers
    for number in range(1, count + 1):
        customer = customers[number % len(customers)]
        person = (customer.name, customer.email or "nobody@mail.example")
        sent = number % 4 == 0
        at = start + timedelta(days=2 * number, seconds=7)
        world.settle(
            [
                Mail(
                    number,
                    at,
                    at,
                    names.SUBJECTS[number % len(names.SUBJECTS)],
                    names.OWNER if sent else person,
                    [person if sent else names.OWNER],
                    f"Hello,\r\n\r\nthis is mail {number} — grüße, 敬具 🎉\r\n",
                    (number + 2) // 3,
                    "sent" if sent else ("archive" if number % 10 == 1 else "inbox"),
                    at,
                    read=number % 3 != 0,
                    attachment=f"Rechnung_{number}.pdf" if number % 9 == 0 else None,
                )
            ]
        )


def _settle_events(world: World) -> None:
    now = world.clock.now()
    customers = world.customers
    for number in range(1, EVENTS + 1):
        customer = customers[(3 * number) % len(customers)]
        all_day = number % 6 == 4
        begins = (now + timedelta(days=4 * (number - 10))).replace(hour=0 if all_day else 9 + number % 7, minute=0)
        at = now - timedelta(days=60 - number)
        world.settle(
            [
                Event(
                    number,
                    at,
                    at,
                    names.EVENTS[number % len(names.EVENTS)],
                    begins,
                    begins + (timedelta(days=1) if all_day else timedelta(minutes=45)),
                    ("Europe/Berlin", "Asia/Tokyo", "America/New_York")[number % 3],
                    all_day,
                    names.OWNER,
                    [(customer.name, customer.email or "nobody@mail.example")],
                    None if number % 2 else "Küche, 2. Stock",
                    "tentative" if number % 7 == 0 else "confirmed",
                )
            ]
        )
