"""Two tenants' shops that share products, customers and places and have different figures: every amount of the second
is greater than all of the first together. Names are as hostile as a file may bring them."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product as pairs

from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.models.commerce import Address, Customer, Order, OrderLine, Product, Refund
from tests.facts import Facts

MILLION = 1_000_000
FIRST, DAYS = date(2025, 1, 1), 670
PRODUCTS = (
    "Blue Enamel Mug", "Chai", "Cake Stand", "SELECT", "top 5 products", "revenue", "last month", "by country", "Null", "2026",
    "O'Brien's \"Best\" 100%", "50%_off", "line\nbreak", "'; DROP TABLE unified_orders; --", "{{7*7}}", "<script>alert(1)</script>",
    "\u202eRTL \u200bzero", "🛒 Bag", "all", "vs", "1e999", "how many", "not", "C:\\temp", "a" * 200,
)  # fmt: skip
CITIES = (("Cork", "Ireland"), ("Berlin", "Germany"), ("London", "UK"), ("New York", "USA"), ("orders", "France"))
CUSTOMERS = ("Ernst Handel", "Bistro Lynch", "Kim Lee", "average", "Robert'); DROP TABLE users;--")
CATEGORIES = ("Cookware", "Lighting", "Beverages", "profit")
CHANNELS, PEOPLE = ("Online", "Store"), ("Zofia Nowak", "Nancy Davolio", None)
SHARED = (*PRODUCTS, *(city for city, _ in CITIES), *CUSTOMERS, *CATEGORIES, *CHANNELS, "Zofia", "Germany", "Ireland")
OF_ONE_ALONE = (("Axolotl Teapot", "Ottoline Quince", "Figueres"), ("Quokka Lantern", "Bartholomew Zimt", "Quillota"))


async def write_both(database: Database, owners: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Fills both tenants, (tenant id, user id) each. Returns the greatest amount that the rows of each come to."""
    scales = (1, 10**6)
    for (tenant, user), scale, own in zip(owners, scales, OF_ONE_ALONE, strict=True):
        actor = Actor(tenant_id=tenant, user_id=user, role=Role.OWNER, surface=Surface.REST)
        await _write(database, actor, scale, own)
    # No figure is greater than all amounts together, whatever is divided by whatever: 240 orders of less than 10,000.
    return 240 * 10_000.0, float("inf")


async def _write(database: Database, actor: Actor, scale: int, own: tuple[str, str, str]) -> None:
    rng, facts = random.Random(scale), Facts()
    async with database.write(actor) as uow:
        places = [*CITIES, (own[2], "Spain")]
        addresses = [Address(content_hash=city, city=city, country=country) for city, country in places]
        products = [
            Product(
                source_key=f"p{n}", title=title, category=CATEGORIES[n % 4], supplier=f"Supplier {n % 3}", sku=f"S-{n}"
            )
            for n, title in enumerate([*PRODUCTS, own[0]])
        ]
        customers = [
            Customer(source_key=f"c{n}", name=name, segment=("Trade", "Consumer")[n % 2])
            for n, name in enumerate([*CUSTOMERS, own[1]])
        ]
        uow.add(*addresses, *products, *customers)
        await uow.flush()
        for number, (product, address) in enumerate([*pairs(products, addresses)][:240]):
            on = FIRST + timedelta(days=rng.randrange(DAYS))
            at = datetime.combine(on, datetime.min.time(), UTC)
            order = facts.add(
                Order, source_key=f"o{number}", number=str(number), ordered_at=at, ordered_on=on, currency="EUR",
                customer_id=rng.choice(customers).id, address_id=address.id, channel=rng.choice(CHANNELS),
                salesperson=rng.choice(PEOPLE), payment_method="Card", shipping_micros=scale * MILLION,
                tax_micros=scale * MILLION, status="cancelled" if rng.random() < 0.05 else "completed",
            )  # fmt: skip
            for n in range(rng.randrange(1, 4)):
                amount = rng.randrange(1, 900) * MILLION * scale
                facts.add(
                    OrderLine,
                    source_key=f"o{number}-{n}", order_id=order, product_id=product.id, ordered_on=on, line_no=n,
                    title=product.title, currency="EUR", quantity_e6=scale * MILLION, unit_price_micros=amount,
                    gross_micros=amount, discount_micros=amount // 10, net_micros=amount - amount // 10,
                    cost_micros=amount // 2,
                )  # fmt: skip
            if rng.random() < 0.2:
                facts.add(
                    Refund,
                    source_key=f"r{number}", order_id=order, product_id=product.id, refunded_at=at, refunded_on=on,
                    title=product.title, currency="EUR", amount_micros=scale * MILLION, quantity_e6=scale * MILLION,
                    cost_micros=scale * MILLION // 2,
                )  # fmt: skip
        await facts.write(uow)
