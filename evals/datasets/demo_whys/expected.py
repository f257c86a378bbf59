"""What the questions of demo_whys come to, by polars on the source files."""

import polars as pl

from evals.changes import by_members, explaining, sales_drivers
from evals.oracle import AddsUp, Among, Oracle, Shop

KEYS = ("category", "product", "country", "channel", "segment", "customer_name")
Sides = tuple[Shop, Shop]


def _months(shop: Shop, month: str, before: str) -> Sides:
    return _month(shop, month), _month(shop, before)


def _month(shop: Shop, month: str) -> Shop:
    """A month by its name, 2026-03."""
    first = pl.Series([f"{month}-01"]).str.to_date()
    return shop.between(f"{month}-01", first.dt.month_end()[0].isoformat())


def _sales(sides: Sides) -> tuple[AddsUp, Among, pl.DataFrame]:
    now, before = (side.figures("net_sales").item() for side in sides)
    return AddsUp(now - before), Among(explaining(*sides, KEYS)), sales_drivers(*sides)


def _winters(shop: Shop) -> Sides:
    store = shop.where(channel="Store")
    return store.between("2025-10-01", "2025-12-31"), store.between("2024-10-01", "2024-12-31")


EXPECTED: dict[str, Oracle] = {
    "january": lambda shop: _sales(_months(shop, "2026-01", "2025-12")),
    "may": lambda shop: _sales(_months(shop, "2026-05", "2026-04")),
    "july": lambda shop: _sales(_months(shop, "2026-07", "2026-06")),
    "france-suppliers": lambda shop: by_members(
        *_months(shop.where(country="France"), "2026-06", "2026-05"), "supplier"
    ),
    "store-year": lambda shop: by_members(*_winters(shop), "category"),
    "refunds": lambda shop: by_members(*_months(shop, "2026-10", "2026-09"), "category", "refunds"),
    "chat-of-margin": lambda shop: by_members(*_months(shop, "2026-01", "2025-12"), "country", "profit"),
    "chat-of-margin/2": lambda shop: by_members(*_months(shop, "2026-01", "2025-12"), "category", "profit"),
}
