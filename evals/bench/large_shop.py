"""A shop of a size that few owners have: written straight into the unified schema, since how it is imported is measured
elsewhere. Customers come back, few products make most of the sales, and Decembers are strong."""

import random
from bisect import bisect
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from evals.bench.shop import Shop, new_shop
from evals.tenants import TenantSettings
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from storage.models.commerce import Address, Customer, Order, OrderLine, Product, Refund
from storage.models.ingestion import IngestionBatch

FIRST, LAST = date(2023, 12, 1), date(2026, 11, 28)
CUSTOMERS, PRODUCTS, CATEGORIES, CITIES, COUNTRIES = 150_000, 2_000, 40, 300, 30
CHANNELS, PEOPLE = ("Online", "Store", "Marketplace", "Phone"), tuple(f"Salesperson {n}" for n in range(12))
_AT_ONCE = 10_000
_MICROS = 1_000_000


async def new_large_shop(home: Path) -> Shop:
    """An empty store with one tenant."""
    settings = TenantSettings(tenant_name="Large shop", currency="EUR", country="IE", timezone="Europe/Dublin")
    return await new_shop(home, settings)


async def fill(database: Database, owner: Actor, orders: int, say: Callable[[str], None]) -> None:
    """So many orders, twice as many lines on average, and refunds of one line in twenty-five."""
    draw = random.Random(11)
    async with database.write(owner) as uow:
        batch = IngestionBatch(status="applying", filename="large.csv", entity="order_line")
        uow.add(batch)
        await uow.flush()
        batch_id = batch.id
        things = _things(draw)
        for model, rows in things.items():
            await uow.bulk_insert(model, [{**row, "created_by_batch_id": batch_id} for row in rows])
    for number, facts in enumerate(_facts(draw, orders, things)):
        async with database.write(owner) as uow:
            for model, rows in facts.items():
                await uow.bulk_insert(model, [{**row, "created_by_batch_id": batch_id} for row in rows])
        if number % 10 == 0:
            say(f"large: {number * _AT_ONCE:,} of {orders:,} orders written")
    async with database.write(owner) as uow:
        batch = await uow.ingestion.batch(batch_id)
        batch.status, batch.committed_at = "committed", uow.clock.now()


def _things(draw: random.Random) -> dict[type[Any], list[dict[str, Any]]]:
    places = [
        {"id": new_id(), "content_hash": f"place {n}", "city": f"City {n}", "country": f"Country {n % COUNTRIES}"}
        for n in range(CITIES)
    ]
    products = [
        {
            "id": new_id(),
            "source_key": f"product {n}",
            "title": f"Product {n}",
            "category": f"Category {n % CATEGORIES}",
            "supplier": f"Supplier {n % 90}",
            "list_price_micros": draw.randrange(200, 20_000) * 10_000,
        }
        for n in range(PRODUCTS)
    ]
    customers = [
        {"id": new_id(), "source_key": f"customer {n}", "name": f"Customer {n}", "segment": ("Trade", "Retail")[n % 5 > 0]}
        for n in range(CUSTOMERS)
    ]  # fmt: skip
    return {Address: places, Product: products, Customer: customers}


def _facts(
    draw: random.Random, orders: int, things: dict[type[Any], list[dict[str, Any]]]
) -> Iterator[dict[type[Any], list[dict[str, Any]]]]:
    places, products, customers = things[Address], things[Product], things[Customer]
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    strong = list(accumulate(2.0 if day.month == 12 else 1.3 if day.weekday() > 4 else 1.0 for day in days))
    sold = list(accumulate(1 / (n + 20) for n in range(len(products))))

    def drawn(weights: list[float]) -> int:
        return bisect(weights, draw.random() * weights[-1])

    for start in range(0, orders, _AT_ONCE):
        facts: dict[type[Any], list[dict[str, Any]]] = {Order: [], OrderLine: [], Refund: []}
        for number in range(start, min(start + _AT_ONCE, orders)):
            day = days[drawn(strong)]
            who = int(len(customers) * draw.random() ** 2)
            order_id = new_id()
            facts[Order].append(
                {
                    "id": order_id,
                    "source_key": f"order {number}",
                    "number": str(number),
                    "customer_id": customers[who]["id"],
                    "address_id": places[who % len(places)]["id"],
                    "ordered_at": datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
                    "ordered_on": day,
                    "status": "cancelled" if draw.random() < 0.02 else "completed",
                    "channel": CHANNELS[number % 7 % 4],
                    "salesperson": PEOPLE[number % 12],
                    "currency": "EUR",
                    "shipping_micros": draw.randrange(0, 900) * 10_000,
                    "tax_micros": draw.randrange(0, 3000) * 10_000,
                }
            )
            for place in range(draw.choice((1, 1, 2, 2, 4))):
                product = products[drawn(sold)]
                quantity = draw.randrange(1, 4)
                gross = product["list_price_micros"] * quantity
                discount = gross // 10 if draw.random() < 0.2 else 0
                line_id = new_id()
                facts[OrderLine].append(
                    {
                        "id": line_id,
                        "source_key": f"line {number}/{place}",
                        "order_id": order_id,
                        "product_id": product["id"],
                        "ordered_on": day,
                        "line_no": place,
                        "title": product["title"],
                        "currency": "EUR",
                        "quantity_e6": quantity * _MICROS,
                        "unit_price_micros": product["list_price_micros"],
                        "gross_micros": gross,
                        "discount_micros": discount,
                        "net_micros": gross - discount,
                        "cost_micros": gross // 2,
                    }
                )
                if draw.random() < 0.04:
                    back = min(day + timedelta(days=draw.randrange(20)), LAST)
                    facts[Refund].append(
                        {
                            "source_key": f"refund {number}/{place}",
                            "order_id": order_id,
                            "order_line_id": line_id,
                            "product_id": product["id"],
                            "customer_id": customers[who]["id"],
                            "refunded_at": datetime(back.year, back.month, back.day, 12, tzinfo=UTC),
                            "refunded_on": back,
                            "title": product["title"],
                            "currency": "EUR",
                            "quantity_e6": quantity * _MICROS,
                            "amount_micros": gross - discount,
                            "cost_micros": gross // 2,
                        }
                    )
        yield facts
