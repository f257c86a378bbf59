"""Builds the small business: seeded, without a library of names, the same on every machine."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.world import names
from evals.standins.vendors.world.dealings import MAILS, settle_dealings
from evals.standins.vendors.world.money import settle_money
from evals.standins.vendors.world.things import (
    HOME,
    RATES,
    Customer,
    Line,
    Order,
    Product,
    Refund,
    RefundLine,
    Variant,
    rounded,
)
from evals.standins.vendors.world.world import World

SEED = 20261102
CUSTOMERS = 43
ORDERS = 131
DAYS = 120
"""How long the business has been there."""

TAX = {"DE": "0.19", "ES": "0.21", "FR": "0.2", "PL": "0.23", "US": "0.0825", "JP": "0.1", "KW": "0"}


def build_world(
    clock: VirtualClock | None = None,
    *,
    seed: int = SEED,
    customers: int = CUSTOMERS,
    orders: int = ORDERS,
    mails: int = MAILS,
    shop_only: bool = False,
) -> World:
    """A business with `customers`, `orders` and `mails` (0 or more) over the last DAYS days before the clock's moment.
    `shop_only`: it sells for euros in its shop, and has nothing else."""
    world = World(clock)
    chance = random.Random(seed)
    start = world.clock.now() - timedelta(days=DAYS)
    _settle_products(world, start)
    _settle_customers(world, chance, start, customers, home_only=shop_only)
    if customers:
        _settle_orders(world, chance, start, orders)
    settle_money(world, chance)
    if customers and not shop_only:
        settle_dealings(world, chance, start, mails)
    world.sort_journal()
    return world


def _settle_products(world: World, start: datetime) -> None:
    number = 0
    for position, (title, category, brand, variants) in enumerate(names.PRODUCTS, start=1):
        made: list[Variant] = []
        for name, euros in variants:
            number += 1
            prices = {currency: _price(Decimal(euros), currency) for currency in RATES}
            sku = None if title == "Gift card" else f"SKU-{number:03}"
            barcode = f"40{number:011}" if number % 3 else None
            cost = rounded(Decimal(euros) * Decimal("0.55"), "EUR")
            made.append(Variant(number, name, sku, barcode, prices, cost, stock=(number * 17) % 60 - 2))
        # Three products share a moment: a page edge can fall among equal stamps.
        at = start + timedelta(hours=position - position % 3)
        gone = "discontinued" in title
        world.settle([Product(position, at, at, title, category, brand, f"{title} by {brand}", made, active=not gone)])


def _price(euros: Decimal, currency: str) -> Decimal:
    return rounded(euros / RATES[currency], currency)


def _settle_customers(world: World, chance: random.Random, start: datetime, count: int, *, home_only: bool) -> None:
    for number in range(1, count + 1):
        first, last, company, street, city, region, postcode, country, currency = names.CUSTOMERS[
            (number - 1) % len(names.CUSTOMERS)
        ]
        again = (number - 1) // len(names.CUSTOMERS)
        at = start + timedelta(days=(number // 3) * 2, seconds=11)
        world.settle(
            [
                Customer(
                    number,
                    at,
                    at,
                    first,
                    f"{last} {'I' * again}".strip(),
                    None if number % 11 == 0 else f"c{number}@mail.example",
                    None if number % 5 == 0 else f"+49 30 {100000 + number}",
                    company,
                    street,
                    city,
                    region,
                    postcode,
                    country,
                    HOME if home_only else currency,
                    note="Likes long notes. " * 20 if chance.random() < 0.1 else None,
                    deleted_at=at + timedelta(days=3) if number % 17 == 0 else None,
                )
            ]
        )


def _settle_orders(world: World, chance: random.Random, start: datetime, count: int) -> None:
    products = world.products
    line_number = 0
    for number in range(1, count + 1):
        customer = None if number % 9 == 0 else chance.choice(world.customers)
        country, currency = (customer.country, customer.currency) if customer else ("DE", "EUR")
        lines: list[Line] = []
        for _ in range(chance.randint(1, 4)):
            line_number += 1
            lines.append(_line(chance, products, line_number, country, currency))
        # Every fifth to seventh order share a second.
        at = start + timedelta(days=(DAYS - 2) * number / count)
        at = at.replace(microsecond=0, second=0, minute=0) if number % 7 in {5, 6, 0} else at.replace(microsecond=0)
        shipping = Decimal(0) if number % 4 == 0 else rounded(Decimal("4.90") / RATES[currency], currency)
        status: Literal["completed", "pending", "cancelled"] = "completed"
        if number % 13 == 0:
            status = "cancelled"
        elif number > count - 3:
            status = "pending"
        if number % 29 == 0:
            # An order of nothing: a sample, sent for free.
            sample = products[7]
            lines = [
                replace(
                    lines[0], product=sample.number, variant=sample.variants[0].number, title=sample.title,
                    sku=sample.variants[0].sku, unit_price=rounded(Decimal(0), currency), discount=rounded(Decimal(0), currency),
                )
            ]  # fmt: skip
            shipping = rounded(Decimal(0), currency)
        order = Order(
            number,
            at,
            at,
            customer.number if customer else None,
            currency,
            lines,
            rounded(shipping, currency),
            status,
            at,
            source="pos" if number % 9 == 0 else "web",
        )
        if status == "cancelled":
            order.cancelled_at = order.updated_at = at + timedelta(hours=5)
        world.settle([order])
        if (number % 10 == 3 or (currency == "KWD" and number % 5 == 0)) and status == "completed" and order.total:
            _settle_refund(world, order, whole=number % 20 == 3)


def _line(chance: random.Random, products: list[Product], number: int, country: str, currency: str) -> Line:
    product = chance.choice(products)
    variant = chance.choice(product.variants)
    by_weight = product.title == "Beans by weight"
    quantity = Decimal(chance.randint(300, 2500)).scaleb(-3) if by_weight else Decimal(chance.randint(1, 5))
    price = variant.prices[currency]
    line = Line(
        number, product.number, variant.number, product.title, variant.sku, quantity, price, Decimal(0), Decimal(TAX[country]), currency
    )  # fmt: skip
    share = "1" if number % 40 == 0 else chance.choice(("0", "0", "0", "0.1", "0.25", "0.05"))
    discount = rounded(line.gross * Decimal(share), currency)
    return replace(line, discount=discount)


def _settle_refund(world: World, order: Order, *, whole: bool) -> None:
    """A refund of everything, or of one piece of the first line."""
    at = order.placed_at + timedelta(days=6, hours=2)
    if whole:
        lines = [RefundLine(line.number, line.quantity, line.net, line.tax) for line in order.lines]
    else:
        line = order.lines[0]
        part = min(line.quantity, Decimal(1))
        net = rounded(line.net * part / line.quantity, order.currency)
        lines = [RefundLine(line.number, part, net, min(line.tax, rounded(net * line.tax_rate, order.currency)))]
    refund = Refund(
        world.next_number(Refund),
        at,
        at,
        order.number,
        order.currency,
        lines,
        order.shipping if whole else rounded(Decimal(0), order.currency),
        None if whole else "Broken in the post 😢",
        at,
    )
    if refund.total:
        world.settle([refund])
        order.updated_at = at
