"""What the questions of bakery_blind_2 come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def value(shop: Shop, figure: str = "net_sales") -> float:
    return float(shop.figures(figure).item())


def part(of: Shop, whole: Shop, figure: str = "net_sales") -> float:
    """The fraction of the whole."""
    return value(of, figure) / value(whole, figure)


def growth(shop: Shop, figure: str, key: str, first: date, last: date) -> pl.DataFrame:
    """Each period that starts between the days with its change to the one before, as a fraction."""
    frame = shop.figures(figure, by=key).sort(key)
    frame = frame.with_columns(growth=pl.col(figure) / pl.col(figure).shift(1) - 1)
    return frame.filter(pl.col(key).is_between(first, last))


def buyers(shop: Shop) -> set[str]:
    """The known customers who bought."""
    return set(shop.lines["customer"].drop_nulls())


def order_values(shop: Shop) -> pl.DataFrame:
    """What each order came to after discounts, before refunds and without tax."""
    return shop.lines.group_by("order", "day", "customer_name").agg(pl.col("net").sum())


def on_weekday(*days: int) -> pl.Expr:
    """Monday is 1."""
    return pl.col("day").dt.weekday().is_in(days)


EXPECTED: dict[str, Oracle] = {
    "october-turnover": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
    "orders-last-week": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(channel="Northern Quarter").figures("orders")
    ),
    "hot-drinks-vs": lambda shop: versus(
        shop.between("2026-11-01", "2026-11-20").where(category="Hot Drinks").figures("net_sales"),
        shop.between("2025-11-01", "2025-11-20").where(category="Hot Drinks").figures("net_sales"),
    ),
    "discount-given": lambda shop: shop.between("2025-01-01", "2025-12-31").figures("discounts"),
    "median-basket": lambda shop: order_values(shop.between("2026-01-01", "2026-11-20")).select(pl.col("net").median()),
    "yesterday-takings": lambda shop: (
        shop.between("2026-11-19", "2026-11-19").where(channel="Chorlton").figures("net_sales")
    ),
    "category-this-year": lambda shop: shop.between("2026-01-01", "2026-11-20").figures("net_sales", by="category"),
    "typo-location": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("net_sales", by="channel"),
    "cakes-q3": lambda shop: (
        shop.between("2026-07-01", "2026-09-30").where(category="Cakes").figures("units", by="product")
    ),
    "refunds-category": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").figures("refunds", by="category").filter(pl.col("refunds") > 0)
    ),
    "staff-orders": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(channel="Chorlton").figures("orders", by="salesperson")
    ),
    "franz-chorlton": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(product="Franzbrötchen", channel="Chorlton").figures("units")
    ),
    "no-webshop": lambda shop: (
        shop.between("2026-04-01", "2026-06-30").where(pl.col("channel") != "Web Shop").figures("net_sales")
    ),
    "saturdays": lambda shop: shop.between("2026-10-01", "2026-10-31").where(on_weekday(6)).figures("net_sales"),
    "lost-customers": lambda shop: len(
        buyers(shop.between("2025-01-01", "2025-12-31")) - buyers(shop.between("2026-01-01", "2026-11-20"))
    ),
    "stollen-not-lebkuchen": lambda shop: len(
        buyers(shop.where(product="Stollen")) - buyers(shop.where(product="Lebkuchen"))
    ),
    "average-price-beans": lambda shop: (
        shop.between("2026-01-01", "2026-11-20").where(product="House Blend Beans").figures("average_price")
    ),
    "months-2025": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(channel="Chorlton").figures("net_sales", by="month")
    ),
    "daily-orders": lambda shop: shop.between("2026-11-13", "2026-11-19").figures("orders", by="day"),
    "growth-spring": lambda shop: growth(
        shop.between("2026-03-01", "2026-09-30"), "net_sales", "month", date(2026, 4, 1), date(2026, 9, 1)
    ),
    "weekly-bread": lambda shop: (
        shop.between("2026-10-19", "2026-11-15").where(category="Bread").figures("net_sales", by="week")
    ),
    "top-products": lambda shop: top(5, shop.between("2026-01-01", "2026-11-20").figures("net_sales", by="product")),
    "weak-breads": lambda shop: top(
        3,
        shop.between("2026-10-01", "2026-10-31").where(category="Bread").figures("net_sales", by="product"),
        lowest=True,
    ),
    "best-customers": lambda shop: top(
        10, shop.between("2025-01-01", "2025-12-31").figures("net_sales", by="customer_name")
    ),
    "biggest-refund": lambda shop: top(
        1,
        shop.between("2026-01-01", "2026-11-20")
        .refunds.group_by("order", "day")
        .agg(pl.col("amount").sum())
        .select("order", "amount"),
    ),
    "october-vs": lambda shop: versus(
        shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
        shop.between("2025-10-01", "2025-10-31").figures("net_sales"),
    ),
    "two-shops": lambda shop: (
        shop.between("2026-01-01", "2026-11-20")
        .where(channel=["Northern Quarter", "Chorlton"])
        .figures("net_sales", by="channel")
    ),
    "beans-share": lambda shop: part(
        shop.between("2025-01-01", "2025-12-31").where(category="Coffee Beans"),
        shop.between("2025-01-01", "2025-12-31"),
    ),
    "category-shares": lambda shop: share(shop.between("2026-10-01", "2026-10-31").figures("net_sales", by="category")),
    "siobhan": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(salesperson="Siobhán O'Rourke").figures("net_sales")
    ),
    "siobhan/2": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(salesperson="Mateusz Wójcik").figures("net_sales")
    ),
    "gifts-december": lambda shop: (
        shop.between("2025-12-01", "2025-12-31").where(category="Gifts").figures("net_sales")
    ),
    "gifts-december/2": lambda shop: (
        shop.between("2025-12-01", "2025-12-31").where(category="Gifts").figures("net_sales", by="product")
    ),
    "typo-pastry": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(category="Pastries").figures("net_sales")
    ),
    "typo-kettle": lambda shop: (
        shop.between("2026-01-01", "2026-11-20").where(customer_name="The Copper Kettle").figures("orders")
    ),
}
