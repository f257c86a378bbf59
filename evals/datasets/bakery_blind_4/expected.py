"""What the questions of bakery_blind_4 come to, by polars on the source files."""

from datetime import time

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _october(shop: Shop, year: int = 2026) -> Shop:
    return shop.between(f"{year}-10-01", f"{year}-10-31")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _2025(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _2026(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-11-20")


def _weeks(shop: Shop) -> Shop:
    return shop.between("2026-10-19", "2026-11-15").where(category="Hot Drinks")


def _web_growth(shop: Shop) -> float:
    web = shop.where(channel="Web Shop")
    now = web.between("2025-07-01", "2025-09-30").figures("net_sales").item()
    return now / web.between("2024-07-01", "2024-09-30").figures("net_sales").item() - 1


def _buyers(shop: Shop) -> pl.DataFrame:
    return shop.lines.select("customer").drop_nulls().unique()


def _last_order(shop: Shop, customer: str) -> pl.DataFrame:
    bought = shop.lines.filter(pl.col("customer_name") == customer)
    return bought.group_by("day").agg(pl.col("net").sum()).sort("day").tail(1)


EXPECTED: dict[str, Oracle] = {
    "last-week-all": lambda shop: shop.between("2026-11-09", "2026-11-15").figures("net_sales"),
    "chorlton-yesterday": lambda shop: (
        shop.between("2026-11-19", "2026-11-19").where(channel="Chorlton").figures("net_sales")
    ),
    "per-location": lambda shop: _october(shop).figures("net_sales", by="channel"),
    "per-server": lambda shop: _september(shop).figures("orders", by="salesperson"),
    "baguettes-nq": lambda shop: (
        _september(shop).where(product="Baguette", channel="Northern Quarter").figures("units")
    ),
    "franz": lambda shop: _2025(shop).where(product="Franzbrötchen").figures("net_sales"),
    "cash-october": lambda shop: _october(shop).where(pl.col("payment") == "Cash").figures("net_sales"),
    "early-birds": lambda shop: _october(shop).where(pl.col("time") < time(9)).figures("orders"),
    "cake-flops": lambda shop: top(
        3,
        shop.between("2026-06-01", "2026-08-31").where(category="Cakes").figures("net_sales", by="product"),
        lowest=True,
    ),
    "record-day": lambda shop: top(1, shop.figures("net_sales", by="day")),
    "october-yoy": lambda shop: versus(_october(shop).figures("net_sales"), _october(shop, 2025).figures("net_sales")),
    "three-months-sum": lambda shop: shop.between("2026-01-01", "2026-03-31").figures("net_sales"),
    "growth-web": _web_growth,
    "category-shares": lambda shop: share(
        _october(shop).where(channel="Chorlton").figures("net_sales", by="category")
    ).drop("net_sales"),
    "lapsed": lambda shop: _buyers(_2025(shop)).join(_buyers(_2026(shop)), on="customer", how="anti").height,
    "basket-size": lambda shop: _2026(shop).figures("average_order_value", by="channel"),
    "newbies-h1": lambda shop: new_customers(shop, "2026-01-01", "2026-06-30"),
    "saturdays": lambda shop: _october(shop).where(pl.col("day").dt.weekday() == 6).figures("net_sales"),
    "may-refunds": lambda shop: shop.between("2026-05-01", "2026-05-31").figures("refunds"),
    "kettle-last": lambda shop: _last_order(shop, "The Copper Kettle"),
    "stollen-talk": lambda shop: shop.between("2025-12-01", "2025-12-31").where(product="Stollen").figures("net_sales"),
    "stollen-talk/2": lambda shop: (
        shop.between("2024-12-01", "2024-12-31").where(product="Stollen").figures("net_sales")
    ),
    "stollen-talk/3": lambda shop: (
        shop.between("2024-12-01", "2024-12-31").where(product="Stollen", channel="Web Shop").figures("net_sales")
    ),
    "bread-ranks": lambda shop: top(3, _october(shop).where(category="Bread").figures("net_sales", by="product")),
    "bread-ranks/2": lambda shop: top(3, _october(shop).where(category="Pastries").figures("net_sales", by="product")),
    "school-orders": lambda shop: _2025(shop).where(customer_name="Ancoats Yoga Co-op").figures("net_sales"),
    "school-orders/2": lambda shop: _2025(shop).where(customer_name="St Brigid's Primary School").figures("net_sales"),
    "school-orders/3": lambda shop: (
        _2025(shop).where(customer_name="St Brigid's Primary School").figures("net_sales", by="month")
    ),
    "hot-drinks-weeks": lambda shop: _weeks(shop).figures("net_sales"),
    "hot-drinks-weeks/2": lambda shop: _weeks(shop).figures("net_sales", by="week"),
    "hot-drinks-weeks/3": lambda shop: _weeks(shop).where(channel="Chorlton").figures("net_sales", by="week"),
}
