"""What the questions of bakery_blind_9 come to, by polars on the till's files."""

from datetime import time

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, top, versus


def november(shop: Shop) -> Shop:
    return shop.between("2026-11-01", "2026-11-20")


def october(shop: Shop, year: int = 2026) -> Shop:
    return shop.between(f"{year}-10-01", f"{year}-10-31")


def this_year(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-11-20")


def fraction(part: Shop, whole: Shop) -> float:
    """The part's net sales as a fraction of those of the whole."""
    return float(part.figures("net_sales").item()) / float(whole.figures("net_sales").item())


def pieces(shop: Shop) -> float:
    return float(shop.figures("units").item())


def weekend_orders(shop: Shop) -> pl.DataFrame:
    """How many orders there were on Saturdays and on Sundays."""
    names = {6: "Saturday", 7: "Sunday"}
    return (
        shop.orders.with_columns(number=pl.col("day").dt.weekday())
        .filter(pl.col("number").is_in(list(names)))
        .group_by(weekday=pl.col("number").replace_strict(names, return_dtype=pl.String))
        .agg(orders=pl.col("order").n_unique())
        .sort("weekday")
    )


def best_customers(shop: Shop) -> pl.DataFrame:
    return top(5, shop.where(pl.col("customer").is_not_null()).figures("net_sales", by="customer_name"))


EXPECTED: dict[str, Oracle] = {
    "dez-baguettes": lambda shop: pieces(november(shop).where(product="Baguette")),
    "dez-baguettes/2": lambda shop: pieces(november(shop).where(product="Laugenbrezel")),
    "dez-bread-rank": lambda shop: (
        october(shop).where(category="Bread").figures("units", by="product").sort("units", descending=True)
    ),
    "dez-early": lambda shop: (
        october(shop).where(pl.col("time") < time(8), channel="Northern Quarter").lines["order"].n_unique()
    ),
    "dez-seeded-days": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(product="Seeded Sourdough").figures("units", by="day")
    ),
    "dez-no-essay": lambda shop: pieces(october(shop).where(product="Pain au Chocolat")),
    "ayla-places": lambda shop: this_year(shop).figures("net_sales", by="channel"),
    "ayla-places/2": lambda shop: fraction(this_year(shop).where(channel="Web Shop"), this_year(shop)),
    "ayla-customers": lambda shop: best_customers(shop.between("2026-09-01", "2026-11-20")),
    "ayla-cakes-october": lambda shop: versus(
        october(shop).where(category="Cakes").figures("net_sales"),
        october(shop, 2025).where(category="Cakes").figures("net_sales"),
    ),
    "pat-cash": lambda shop: october(shop).where(payment="Cash").figures("net_sales"),
    "pat-cash/2": lambda shop: october(shop, 2025).where(payment="Cash").figures("net_sales"),
    "pat-vat": lambda shop: shop.between("2026-07-01", "2026-09-30").where(category="Hot Drinks").figures("tax"),
    "pat-refunds": lambda shop: shop.between("2026-01-01", "2026-10-31").figures("refunds", by="month"),
    "pat-discounts": lambda shop: shop.between("2025-01-01", "2025-12-31").figures("discount_rate"),
    "tyler-oat": lambda shop: pieces(shop.between("2026-11-14", "2026-11-14").where(product="Oat Flat White")),
    "tyler-weekend": lambda shop: weekend_orders(shop.between("2026-09-01", "2026-10-31")),
    "tyler-pastries": lambda shop: top(3, october(shop).where(category="Pastries").figures("units", by="product")),
    "tyler-cappuccino": lambda shop: october(shop).where(product="Cappuccino").figures("units", by="variation"),
    "aga-months": lambda shop: this_year(shop).where(channel="Chorlton").figures("net_sales", by="month"),
    "aga-months/2": lambda shop: this_year(shop).where(channel="Northern Quarter").figures("net_sales", by="month"),
    "aga-staff": lambda shop: (
        october(shop)
        .where(pl.col("salesperson").is_not_null(), channel="Chorlton")
        .figures("net_sales", by="salesperson")
        .sort("net_sales", descending=True)
    ),
    "aga-hot-drinks": lambda shop: fraction(
        this_year(shop).where(channel="Chorlton", category="Hot Drinks"), this_year(shop).where(channel="Chorlton")
    ),
    "aga-pieces": lambda shop: (
        october(shop).where(channel=["Chorlton", "Northern Quarter"]).figures("units_per_order", by="channel")
    ),
    "greg-web": lambda shop: october(shop).where(channel="Web Shop").figures("net_sales"),
    "greg-web/2": lambda shop: october(shop).where(channel="Web Shop").figures("orders"),
    "greg-web/3": lambda shop: october(shop).where(channel="Web Shop").figures("average_order_value"),
    "greg-new": lambda shop: new_customers(shop, "2026-10-01", "2026-10-31"),
    "greg-stolen": lambda shop: shop.between("2025-11-01", "2025-12-31").where(product="Stollen").figures("net_sales"),
    "greg-best-day": lambda shop: top(1, shop.figures("net_sales", by="day")),
    "greg-payments": lambda shop: (
        this_year(shop)
        .where(pl.col("payment").is_not_null(), channel="Northern Quarter")
        .figures("orders", by="payment")
    ),
}
