"""What the questions of demo_blind_2 come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus

Y2025 = ("2025-01-01", "2025-12-31")


def _new_by_quarter(shop: Shop) -> pl.DataFrame:
    first = shop.lines.group_by("customer").agg(pl.col("day").min())
    return (
        first.filter(pl.col("day").is_between(date(2025, 1, 1), date(2025, 12, 31)))
        .group_by(pl.col("day").dt.truncate("1q").alias("quarter"))
        .agg(pl.len().alias("new_customers"))
        .sort("quarter")
    )


def _part_of_germany(shop: Shop) -> float:
    year = shop.between(*Y2025)
    return year.where(country="Germany").figures("net_sales").item() / year.figures("net_sales").item()


EXPECTED: dict[str, Oracle] = {
    "revenue-2025": lambda shop: shop.between(*Y2025).figures("net_sales"),
    "pieces-september": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("units"),
    "gross-by-channel": lambda shop: shop.between("2026-01-01", "2026-06-30").figures("gross_sales", by="channel"),
    "refunds-by-category": lambda shop: shop.between("2026-01-01", "2026-10-31").figures("refunds", by="category"),
    "staff-q2": lambda shop: (
        shop.between("2026-04-01", "2026-06-30").figures("net_sales", by="salesperson").drop_nulls("salesperson")
    ),
    "basket-by-country": lambda shop: shop.between(*Y2025).figures("average_order_value", by="country"),
    "orders-koln": lambda shop: shop.between(*Y2025).where(city="Köln").figures("orders"),
    "candles-online-refunds": lambda shop: (
        shop.between("2026-01-01", "2026-10-31").where(category="Candles & Fragrance", channel="Online")
    ).figures("refunds"),
    "casserole-profit": lambda shop: (
        shop.between("2026-01-01", "2026-03-31").where(product="Cast Iron Casserole 24 cm").figures("profit")
    ),
    "store-lighting-units": lambda shop: (
        shop.between("2025-12-01", "2025-12-31").where(category="Lighting", channel="Store").figures("units")
    ),
    "weekly-june": lambda shop: shop.between("2026-06-01", "2026-06-30").figures("net_sales", by="week"),
    "orders-thirty-days": lambda shop: shop.between("2026-10-01", "2026-10-30").figures("orders"),
    "new-customers-quarters": _new_by_quarter,
    "turnover-yesterday": lambda shop: shop.between("2025-12-09", "2025-12-09").figures("net_sales"),
    "basket-three-months": lambda shop: shop.between("2026-07-01", "2026-09-30").figures("average_order_value"),
    "best-sellers-units": lambda shop: top(5, shop.between("2026-01-01", "2026-10-31").figures("units", by="product")),
    "ten-customers": lambda shop: top(10, shop.between(*Y2025).figures("net_sales", by="customer_name")),
    "weakest-german-cities": lambda shop: top(
        3, shop.between(*Y2025).where(country="Germany").figures("net_sales", by="city"), lowest=True
    ),
    "most-refunded-product": lambda shop: top(
        1, shop.between("2026-07-01", "2026-09-30").figures("refunds", by="product")
    ),
    "channels-q3": lambda shop: versus(
        shop.between("2026-07-01", "2026-09-30").figures("net_sales", by="channel"),
        shop.between("2025-07-01", "2025-09-30").figures("net_sales", by="channel"),
    ),
    "orders-month-before": lambda shop: versus(
        shop.between("2026-09-01", "2026-09-30").figures("orders"),
        shop.between("2026-08-01", "2026-08-31").figures("orders"),
    ),
    "germany-part": _part_of_germany,
    "category-mix": lambda shop: share(shop.between(*Y2025).figures("gross_sales", by="category")).drop("gross_sales"),
    "france-spain": lambda shop: shop.between(*Y2025).where(country="France").figures("net_sales"),
    "france-spain/2": lambda shop: shop.between(*Y2025).where(country="Spain").figures("net_sales"),
    "france-spain/3": lambda shop: shop.between(*Y2025).where(country="Spain").figures("net_sales", by="month"),
    "profit-categories": lambda shop: top(3, shop.between(*Y2025).figures("profit", by="category")),
    "profit-categories/2": lambda shop: top(
        3, shop.between("2024-01-01", "2024-12-31").figures("profit", by="category")
    ),
    "candels": lambda shop: shop.between(*Y2025).where(category="Candles & Fragrance").figures("net_sales"),
    "roterdam": lambda shop: shop.between(*Y2025).where(city="Rotterdam").figures("orders"),
}
