"""What the questions of bikes_bands come to, by polars on the source files."""

import polars as pl

from evals.bands import by_customer_age, by_items, by_order_size, by_price
from evals.oracle import Oracle, Shop, share, top

SIZES = ("under €20", "€20 to €50", "€50 to €100", "€100 to €250", "€250 to €500", "€500 to €1,000", "€1,000 and over")
PRICES = (
    "under €5", "€5 to €10", "€10 to €20", "€20 to €50", "€50 to €100", "€100 to €200", "€200 to €500", "€500 and over",
)  # fmt: skip
ITEMS = (
    "under 2 items", "2 to under 3 items", "3 to under 6 items", "6 to under 11 items", "11 to under 21 items",
    "21 items and over",
)  # fmt: skip
AGES = ("under 1 month", "1 to 3 months", "3 to 6 months", "6 to 12 months", "1 to 2 years", "2 years and over")


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _sizes(shop: Shop, start: str, end: str, *figures: str) -> pl.DataFrame:
    return by_order_size(shop, SIZES).between(start, end).figures(*figures, by="band")


def _order_values(shop: Shop) -> pl.Series:
    return shop.lines.group_by("order").agg(pl.col("net").sum())["net"]


def _prices(shop: Shop, figure: str, *keys: str) -> pl.DataFrame:
    return by_price(shop, PRICES).group_by("band", *keys).agg(pl.col(figure).sum())


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def _in_band(shop: Shop) -> pl.DataFrame:
    lines = by_price(_year(shop, 2025), PRICES).filter(pl.col("band") == "€100 to €200")
    return lines.group_by("product").agg(pl.col("quantity").sum())


EXPECTED: dict[str, Oracle] = {
    "orders-by-size": lambda shop: _sizes(shop, "2025-01-01", "2025-12-31", "orders"),
    "orders-by-size/2": lambda shop: _sizes(shop.where(channel="Boutique"), "2025-01-01", "2025-12-31", "orders"),
    "orders-by-size/3": lambda shop: _sizes(shop.where(channel="Boutique"), "2026-01-01", "2026-12-31", "orders"),
    "sales-by-size": lambda shop: _sizes(shop, "2026-01-01", "2026-12-31", "net_sales"),
    "basket-by-size": lambda shop: _sizes(shop, "2026-07-01", "2026-09-30", "average_order_value"),
    "share-of-sizes": lambda shop: share(_sizes(shop, "2026-04-01", "2026-06-30", "orders")),
    "units-by-price": lambda shop: _prices(_year(shop, 2025), "quantity"),
    "lines-by-price-and-channel": lambda shop: _prices(_october(shop), "gross", "channel"),
    "between": lambda shop: int(_order_values(_october(shop)).is_between(50, 100).sum()),
    "under": lambda shop: int((_order_values(_october(shop)) < 20).sum()),
    "over": lambda shop: int((_order_values(_year(shop, 2025)) > 1000).sum()),
    "over-sales": lambda shop: (
        _sizes(shop, "2025-01-01", "2025-12-31", "net_sales")
        .filter(pl.col("band") == "€500 to €1,000")
        .select("net_sales")
    ),
    "by-items": lambda shop: by_items(shop, ITEMS).between("2025-01-01", "2025-12-31").figures("orders", by="band"),
    "by-age": lambda shop: (
        by_customer_age(shop, AGES, "2026-11-15")
        .between("2026-01-01", "2026-11-15")
        .figures("customers", by="band")
        .drop_nulls("band")
    ),
    "age-october": lambda shop: (
        _october(by_customer_age(shop.between("2024-01-01", "2026-10-31"), AGES, "2026-10-31"))
        .figures("net_sales", by="band")
        .drop_nulls("band")
    ),
    "top-in-band": lambda shop: top(3, _in_band(shop)),
    "discounts-by-size": lambda shop: _sizes(shop, "2026-01-01", "2026-06-30", "discounts"),
}
