"""A small shop written straight into the unified schema, and figures computed from it by plain loops."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Address, Customer, Order, OrderLine, Product, Refund
from tests.facts import Facts

COUNTRIES = ("Germany", "France", "Austria")
CATEGORIES = ("Tea", "Mugs", "Pots")
CHANNELS = ("online", "store")
FIRST = date(2025, 11, 20)
MILLION = 1_000_000


@dataclass
class Line:
    """One sale or refund as the loops see it."""

    order: int
    day: date
    customer: int
    country: str
    channel: str
    product: str
    category: str
    gross: int
    discount: int
    quantity: int
    cost: int | None
    cancelled: bool
    refund: bool = False
    shipped: date | None = None


@dataclass
class Shop:
    lines: list[Line] = field(default_factory=list)


async def write_shop(database: Database, actor: Actor, seed: int, orders: int = 60) -> Shop:
    """Orders with one to four lines over 120 days, some cancelled, some refunded, some costs unknown."""
    rng, facts = random.Random(seed), Facts()
    shop = Shop()
    async with database.write(actor) as uow:
        addresses = {c: Address(content_hash=c, country=c, city=f"{c} City") for c in COUNTRIES}
        products = [Product(source_key=f"p{i}", title=f"Product {i}", category=CATEGORIES[i % 3]) for i in range(7)]
        uow.add(*addresses.values(), *products)
        await uow.flush()
        # Two customers share a name: they must stay two.
        customers = [Customer(source_key=f"c{i}", name=f"Customer {min(i, 8)}") for i in range(10)]
        uow.add(*customers)
        await uow.flush()
        for number in range(orders):
            day = FIRST + timedelta(days=rng.randrange(120))
            who, country, channel = rng.randrange(10), rng.choice(COUNTRIES), rng.choice(CHANNELS)
            cancelled = rng.random() < 0.1
            shipped = day + timedelta(days=number % 6) if number % 4 else None
            order = facts.add(
                Order, source_key=f"o{number}", number=str(number), customer_id=customers[who].id, address_id=addresses[country].id,
                ordered_at=datetime.combine(day, datetime.min.time(), UTC), ordered_on=day, currency="EUR", channel=channel,
                status="cancelled" if cancelled else "completed", shipping_micros=rng.randrange(9) * MILLION, shipped_on=shipped,
            )  # fmt: skip
            for n in range(rng.randrange(1, 5)):
                product = rng.choice(products)
                quantity, price = rng.randrange(1, 6), rng.randrange(100, 5000) * 10_000
                gross, discount = quantity * price, rng.choice((0, 0, quantity * price // 10))
                cost = gross // 2 if rng.random() < 0.8 else None
                facts.add(
                    OrderLine,
                    source_key=f"o{number}-{n}", order_id=order, product_id=product.id, ordered_on=day, line_no=n,
                    title=product.title, currency="EUR", quantity_e6=quantity * MILLION, unit_price_micros=price,
                    gross_micros=gross, discount_micros=discount, net_micros=gross - discount, cost_micros=cost,
                )  # fmt: skip
                assert product.category is not None
                line = Line(number, day, who, country, channel, product.title, product.category, gross, discount, quantity, cost, cancelled, shipped=shipped)  # fmt: skip
                shop.lines.append(line)
                if rng.random() < 0.15:
                    back = day + timedelta(days=rng.randrange(30))
                    facts.add(
                        Refund,
                        source_key=f"r{number}-{n}", order_id=order, product_id=product.id, customer_id=customers[who].id,
                        refunded_at=datetime.combine(back, datetime.min.time(), UTC), refunded_on=back, title=product.title,
                        currency="EUR", amount_micros=gross - discount, quantity_e6=quantity * MILLION, cost_micros=cost,
                    )  # fmt: skip
                    shop.lines.append(Line(number, back, who, country, channel, product.title, product.category, gross, discount, quantity, cost, cancelled, refund=True))  # fmt: skip
        await facts.write(uow)
    return shop


def expected(
    shop: Shop, metric: str, dimension: str | None, start: date | None, end: date | None, keep: dict[str, Any]
) -> dict[Any, float]:
    """A metric per value of a dimension, by loops over the lines."""
    groups: dict[Any, list[Line]] = defaultdict(list)
    for line in shop.lines:
        inside = (start is None or line.day >= start) and (end is None or line.day < end)
        if inside and not line.cancelled and all(getattr(line, k) == v for k, v in keep.items()):
            groups[getattr(line, dimension) if dimension else None].append(line)
    first: dict[int, date] = {}
    for line in shop.lines:
        if not line.refund and not line.cancelled:
            first[line.customer] = min(first.get(line.customer, line.day), line.day)
    return {key: figure(metric, lines, first) for key, lines in groups.items()}


def figure(metric: str, lines: list[Line], first: dict[int, date]) -> float:
    sold = [line for line in lines if not line.refund]
    back = [line for line in lines if line.refund]
    net = lambda ls: sum(line.gross - line.discount for line in ls) / MILLION  # noqa: E731 — one line says it best
    match metric:
        case "revenue":
            return net(sold) - net(back)
        case "gross_sales":
            return sum(line.gross for line in sold) / MILLION
        case "refunds":
            return net(back)
        case "orders":
            return len({line.order for line in sold})
        case "average_order_value":
            return net(sold) / len({line.order for line in sold}) if sold else 0.0
        case "median_order_value":
            values: dict[int, float] = defaultdict(float)
            for line in sold:
                values[line.order] += net([line])
            return median(values.values()) if values else 0.0
        case "units":
            return sum(line.quantity for line in sold)
        case "customers":
            return len({line.customer for line in sold})
        case "new_customers":
            return len({line.customer for line in sold if line.day == first[line.customer]})
        case "profit":
            margin = lambda ls: sum(x.gross - x.discount - x.cost for x in ls if x.cost is not None) / MILLION  # noqa: E731
            return margin(sold) - margin(back)
        case _:
            raise AssertionError(metric)
