"""What the questions of bakery_blind_3 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def growth(shop: Shop, figure: str, start: str, first_shown: str, end: str) -> pl.DataFrame:
    """Each month from `first_shown` with its change to the month before; `start` is one month earlier."""
    months = shop.between(start, end).figures(figure, by="month")
    return months.with_columns(growth=pl.col(figure) / pl.col(figure).shift(1) - 1).filter(
        pl.col("month") >= pl.lit(first_shown).str.to_date()
    )


def order_values(shop: Shop) -> pl.DataFrame:
    """One row per order: its value before refunds."""
    return shop.lines.group_by("order").agg(pl.col("net").sum())


def buyers(shop: Shop) -> set[str]:
    return set(shop.lines["customer"].drop_nulls())


def named(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Only the rows that have a key."""
    return frame.drop_nulls(key)


WEEKEND = pl.col("day").dt.weekday() >= 6

EXPECTED: dict[str, Oracle] = {
    "oct-turnover": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
    "cinnamon-buns-last-week": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(product="Cinnamon Bun").figures("units")
    ),
    "orders-yesterday": lambda shop: shop.between("2026-11-19", "2026-11-19").figures("orders"),
    "discount-2026": lambda shop: shop.between("2026-01-01", "2026-11-20").figures("discounts"),
    "refunds-sep-oct": lambda shop: shop.between("2026-09-01", "2026-10-31").figures("refunds"),
    "oct-per-shop": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("net_sales", by="channel"),
    "summer-units-category": lambda shop: shop.between("2026-06-01", "2026-08-31").figures("units", by="category"),
    "staff-orders-november": lambda shop: named(
        shop.between("2026-11-01", "2026-11-20").figures("orders", by="salesperson"), "salesperson"
    ),
    "bread-q3": lambda shop: (
        shop.between("2026-07-01", "2026-09-30").where(category="Bread").figures("net_sales", by="product")
    ),
    "web-beans": lambda shop: (
        shop.between("2026-01-01", "2026-11-20").where(category="Coffee Beans", channel="Web Shop").figures("net_sales")
    ),
    "copper-kettle-2025": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(customer_name="The Copper Kettle").figures("net_sales")
    ),
    "december-no-gifts": lambda shop: (
        shop.between("2025-12-01", "2025-12-31")
        .where(~pl.col("category").is_in(["Gifts", "Coffee Beans"]))
        .figures("net_sales")
    ),
    "weekends-october": lambda shop: shop.between("2026-10-01", "2026-10-31").where(WEEKEND).figures("net_sales"),
    "bread-no-cake": lambda shop: len(
        buyers(shop.between("2026-01-01", "2026-11-20").where(category="Bread"))
        - buyers(shop.between("2026-01-01", "2026-11-20").where(category="Cakes"))
    ),
    "lost-since-2025": lambda shop: len(
        buyers(shop.between("2025-01-01", "2025-12-31")) - buyers(shop.between("2026-01-01", "2026-11-20"))
    ),
    "weekly-since-oct5": lambda shop: shop.between("2026-10-05", "2026-11-20").figures("net_sales", by="week"),
    "hot-drinks-monthly": lambda shop: (
        shop.between("2026-01-01", "2026-11-20").where(category="Hot Drinks").figures("net_sales", by="month")
    ),
    "stollen-years": lambda shop: shop.where(product="Stollen").figures("units", by="year"),
    "chorlton-growth": lambda shop: growth(
        shop.where(channel="Chorlton"), "net_sales", "2025-12-01", "2026-01-01", "2026-10-31"
    ),
    "five-movers-november": lambda shop: top(
        5, shop.between("2026-11-01", "2026-11-20").figures("units", by="product")
    ),
    "three-spenders": lambda shop: top(
        3, shop.between("2026-01-01", "2026-11-20").figures("net_sales", by="customer_name")
    ),
    "weak-cakes": lambda shop: top(
        3,
        shop.between("2026-07-01", "2026-09-30").where(category="Cakes").figures("net_sales", by="product"),
        lowest=True,
    ),
    "biggest-order-2025": lambda shop: top(1, order_values(shop.between("2025-01-01", "2025-12-31"))),
    "oct-vs-sept": lambda shop: versus(
        shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
        shop.between("2026-09-01", "2026-09-30").figures("net_sales"),
    ),
    "nq-against-chorlton": lambda shop: (
        shop.between("2026-01-01", "2026-11-20")
        .where(channel=["Northern Quarter", "Chorlton"])
        .figures("orders", by="channel")
    ),
    "web-share-2025": lambda shop: (
        shop.where(channel="Web Shop").between("2025-01-01", "2025-12-31").figures("net_sales").item()
        / shop.between("2025-01-01", "2025-12-31").figures("net_sales").item()
    ),
    "category-share-october": lambda shop: share(
        shop.between("2026-10-01", "2026-10-31").figures("net_sales", by="category")
    ),
    "nata-chat": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(product="Pastel de Nata").figures("net_sales")
    ),
    "nata-chat/2": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(product="Pastel de Nata").figures("net_sales")
    ),
    "nata-chat/3": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(product="Pastel de Nata").figures("units")
    ),
    "last-week-shops-chat": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(channel="Northern Quarter").figures("net_sales")
    ),
    "last-week-shops-chat/2": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(channel="Chorlton").figures("net_sales")
    ),
    "hot-drinks-yesterday-typo": lambda shop: (
        shop.between("2026-11-19", "2026-11-19").where(category="Hot Drinks").figures("net_sales")
    ),
    "seeded-typo": lambda shop: (
        shop.between("2026-08-01", "2026-08-31").where(product="Seeded Sourdough").figures("units")
    ),
    "basket-nq-typo": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(channel="Northern Quarter").figures("average_order_value")
    ),
}
