"""What the questions of bikes_blind_3 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


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


EXPECTED: dict[str, Oracle] = {
    "atelier-october": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(channel="Atelier").figures("net_sales")
    ),
    "ebikes-units": lambda shop: shop.between("2026-01-01", "2026-11-15").where(category="E-Bikes").figures("units"),
    "margin-2025": lambda shop: shop.between("2025-01-01", "2025-12-31").figures("margin"),
    "refunds-october": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("refunds"),
    "new-clients-september": lambda shop: new_customers(shop, "2026-09-01", "2026-09-30"),
    "median-boutique": lambda shop: order_values(
        shop.between("2026-10-01", "2026-10-31").where(channel="Boutique")
    ).select(pl.col("net").median()),
    "profit-supplier": lambda shop: named(
        shop.between("2025-01-01", "2025-12-31").figures("profit", by="supplier"), "supplier"
    ),
    "channels-q3": lambda shop: shop.between("2026-07-01", "2026-09-30").figures("net_sales", by="channel"),
    "bikes-subcat": lambda shop: (
        shop.between("2026-01-01", "2026-11-15").where(category="Bikes").figures("units", by="subcategory")
    ),
    "orders-country": lambda shop: named(
        shop.between("2026-01-01", "2026-11-15").figures("orders", by="country"), "country"
    ),
    "melanie-october": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(salesperson="Mélanie Rochas").figures("net_sales")
    ),
    "without-france": lambda shop: (
        shop.between("2025-01-01", "2025-12-31")
        .where((pl.col("country") != "France") | pl.col("country").is_null())
        .figures("net_sales")
    ),
    "helmets-web-summer": lambda shop: (
        shop.between("2026-06-01", "2026-08-31").where(subcategory="Helmets", channel="Webshop").figures("units")
    ),
    "hostel-geneve": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(customer_name="Bike Hostel Genève").figures("net_sales")
    ),
    "business-september": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(segment="Business").figures("orders")
    ),
    "ebike-no-helmet": lambda shop: len(
        buyers(shop.where(category="E-Bikes")) - buyers(shop.where(subcategory="Helmets"))
    ),
    "gone-in-2026": lambda shop: len(
        buyers(shop.between("2025-01-01", "2025-12-31")) - buyers(shop.between("2026-01-01", "2026-11-15"))
    ),
    "nutrition-months": lambda shop: (
        shop.between("2026-01-01", "2026-11-15").where(category="Nutrition").figures("net_sales", by="month")
    ),
    "six-weeks": lambda shop: shop.between("2026-09-28", "2026-11-08").figures("orders", by="week"),
    "webshop-growth": lambda shop: growth(
        shop.where(channel="Webshop"), "net_sales", "2026-06-01", "2026-07-01", "2026-10-31"
    ),
    "big-clients": lambda shop: top(
        5, shop.between("2026-01-01", "2026-11-15").figures("net_sales", by="customer_name")
    ),
    "profit-products": lambda shop: top(5, shop.between("2025-01-01", "2025-12-31").figures("profit", by="product")),
    "foreign-cities": lambda shop: top(
        3, shop.between("2025-01-01", "2025-12-31").where(pl.col("country") != "France").figures("net_sales", by="city")
    ),
    "big-refund": lambda shop: top(1, shop.between("2026-01-01", "2026-11-15").refunds.select("order", "amount")),
    "sept-vs-august": lambda shop: versus(
        shop.between("2026-09-01", "2026-09-30").figures("net_sales"),
        shop.between("2026-08-01", "2026-08-31").figures("net_sales"),
    ),
    "basket-web-boutique": lambda shop: (
        shop.between("2025-01-01", "2025-12-31")
        .where(channel=["Webshop", "Boutique"])
        .figures("average_order_value", by="channel")
    ),
    "channel-parts": lambda shop: share(shop.between("2025-01-01", "2025-12-31").figures("net_sales", by="channel")),
    "ebike-percent": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(category="E-Bikes").figures("net_sales").item()
        / shop.between("2026-10-01", "2026-10-31").figures("net_sales").item()
    ),
    "helmet-chat": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(subcategory="Helmets").figures("net_sales")
    ),
    "helmet-chat/2": lambda shop: (
        shop.between("2024-01-01", "2024-12-31").where(subcategory="Helmets").figures("net_sales")
    ),
    "helmet-chat/3": lambda shop: (
        shop.between("2024-01-01", "2024-12-31").where(subcategory="Helmets", channel="Boutique").figures("net_sales")
    ),
    "category-chat": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("units", by="category"),
    "category-chat/2": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("units", by="category"),
    "swiss-typo": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(country="Switzerland").figures("net_sales")
    ),
    "accessories-discount-typo": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(category="Accessories").figures("discounts")
    ),
}
