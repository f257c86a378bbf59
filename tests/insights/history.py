"""Years of a small shop: as panels for the mathematics, and as orders in a real store."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from storage.models.commerce import Customer, Order, OrderLine, Product
from tools.insights.engine import STRETCH, Panel, Series, Spread

FIRST = date(2024, 1, 1)  # a Monday
WEEKDAYS = np.array([1, 0.9, 0.95, 1.1, 1.4, 1.6, 0.5])
Days = NDArray[np.float64]


@dataclass
class Trade:
    """Amounts per category and day, per customer and day, and orders per day."""

    categories: Days
    customers: Days
    orders: Days

    @property
    def total(self) -> Days:
        return self.categories.sum(axis=0)


Plant = Callable[[Trade], None]


def trade(seed: int, *, weeks: int = 120, seasonal: bool = True, per_day: float = 12) -> Trade:
    """Poisson orders with a rhythm of the week and the year and log-normal amounts, spread over 8 categories and 30
    customers by shares that never change: nothing in it is worth seeing."""
    rng = np.random.default_rng(seed)
    days = weeks * 7
    season = 1 + 0.4 * seasonal * np.cos(2 * np.pi * (np.arange(days) / 365.25 - 0.95))
    shares = rng.dirichlet(np.full(8, 3.0)), rng.dirichlet(np.full(30, 1.5))
    made = Trade(np.zeros((8, days)), np.zeros((30, days)), np.zeros(days))
    for day in range(days):
        count = rng.poisson(per_day * season[day] * WEEKDAYS[day % 7])
        amounts = np.exp(rng.normal(3.5, 0.9, count))
        made.orders[day] = count
        for parts, share in ((made.categories, shares[0]), (made.customers, shares[1])):
            np.add.at(parts[:, day], rng.choice(len(share), count, p=share), amounts)
    return made


def shuffled(made: Trade, seed: int) -> Trade:
    """The same weeks in another order: whatever led from one to the next is gone."""
    weeks = len(made.orders) // 7
    order = np.random.default_rng(seed).permutation(weeks)
    days = (order[:, None] * 7 + np.arange(7)).ravel()
    return Trade(made.categories[:, days], made.customers[:, days], made.orders[days])


def panel(made: Trade) -> Panel:
    """What the product would look at, had these been its orders."""
    weeks = len(made.orders) // 7
    by_week = lambda part: np.atleast_2d(part).reshape(-1, weeks, 7).sum(axis=2)  # noqa: E731 — one line says it best
    starts = tuple(FIRST + timedelta(weeks=week) for week in range(weeks))
    days = tuple(FIRST + timedelta(days=day) for day in range(weeks * 7))
    [total], [orders] = by_week(made.total), by_week(made.orders)
    series = [
        Series("revenue", "week", starts, tuple(total)),
        Series("orders", "week", starts, tuple(orders)),
        Series("average_order_value", "week", starts, tuple(total / np.maximum(orders, 1)), adds=False),
        Series("revenue", "day", days, tuple(made.total), tested=7),
        Series("orders", "day", days, tuple(made.orders), tested=7),
    ]
    for dimension, parts in (("category", made.categories), ("customer", made.customers)):
        series += [
            Series("revenue", "week", starts, tuple(part), dimension=dimension, member=str(i), whole=tuple(total))
            for i, part in enumerate(by_week(parts))
        ]
    now, before = slice(-STRETCH, None), slice(-STRETCH - 52, -52)
    rows = by_week(made.customers)
    spread = Spread(
        metric="revenue",
        dimension="customer",
        members=len(rows),
        now=tuple(map(tuple, rows[:, now])),
        before=tuple(map(tuple, rows[:, before])),
        whole_now=tuple(total[now]),
        whole_before=tuple(total[before]),
        now_from=starts[now][0],
        before_from=starts[before][0],
        names=tuple(map(str, range(len(rows)))),
    )
    return Panel(tuple(series), (spread,))


@dataclass(frozen=True)
class Sale:
    """One order of one line."""

    day: date
    amount: float
    customer: str
    product: str
    category: str
    channel: str = "online"
    currency: str = "EUR"


SHOP_FIRST, AS_OF = date(2024, 1, 1), date(2026, 1, 7)  # a Monday; a Wednesday
LAST_WEEK = date(2025, 12, 29)
GONE_FROM = date(2025, 11, 10)


def history(*, last_week: float = 1.0, gone: str = "") -> list[Sale]:
    """Some 30 orders a week until the day of asking; `last_week` multiplies the amounts of the last complete week."""
    rng = random.Random(8)
    sales: list[Sale] = []
    for number in range((AS_OF - SHOP_FIRST).days):
        day = SHOP_FIRST + timedelta(days=number)
        for _ in range(rng.randint(3, 6)):
            customer = f"Customer {rng.choice('ABCDEFGHIJKL')}"
            product = rng.randrange(12)
            amount = round(
                rng.uniform(20, 60) * (last_week if LAST_WEEK <= day < LAST_WEEK + timedelta(weeks=1) else 1), 2
            )
            if customer != gone or day < GONE_FROM:
                sales.append(Sale(day, amount, customer, f"Product {product}", f"Range {product % 4}", rng.choice(["online", "store"])))  # fmt: skip
    return sales


async def write_sales(database: Database, actor: Actor, sales: Iterable[Sale]) -> None:
    """Into the unified schema, as an import would."""
    sales = list(sales)
    products = {(sale.product, sale.category): new_id() for sale in sales}
    customers = {sale.customer: new_id() for sale in sales}
    orders, lines = [], []
    for number, sale in enumerate(sales):
        order_id, micros = new_id(), round(sale.amount * 1_000_000)
        shared = {"ordered_on": sale.day, "currency": sale.currency, "source_key": f"{number}"}
        placed = datetime.combine(sale.day, datetime.min.time(), UTC)
        orders.append(shared | {"id": order_id, "number": str(number), "customer_id": customers[sale.customer], "ordered_at": placed, "channel": sale.channel})  # fmt: skip
        amounts = {"gross_micros": micros, "net_micros": micros, "quantity_e6": 1_000_000, "unit_price_micros": micros}
        lines.append(shared | amounts | {"order_id": order_id, "product_id": products[sale.product, sale.category], "line_no": 0, "title": sale.product})  # fmt: skip
    async with database.write(actor) as uow:
        await uow.bulk_insert(
            Customer, [{"id": key, "source_key": name, "name": name} for name, key in customers.items()]
        )
        await uow.bulk_insert(Product, [{"id": key, "source_key": title, "title": title, "category": category} for (title, category), key in products.items()])  # fmt: skip
        await uow.bulk_insert(Order, orders)
        await uow.bulk_insert(OrderLine, lines)
