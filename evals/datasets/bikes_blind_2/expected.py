"""What the questions of bikes_blind_2 come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


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
    "last-month": lambda shop: shop.between("2026-10-01", "2026-10-31").where(channel="Atelier").figures("net_sales"),
    "profit-q3": lambda shop: shop.between("2026-07-01", "2026-09-30").figures("profit"),
    "shipping-2025": lambda shop: shop.between("2025-01-01", "2025-12-31").figures("shipping"),
    "median-order": lambda shop: order_values(shop.between("2025-01-01", "2025-12-31")).select(pl.col("net").median()),
    "new-customers": lambda shop: new_customers(shop, "2026-09-01", "2026-09-30"),
    "channel-2025": lambda shop: shop.between("2025-01-01", "2025-12-31").figures("net_sales", by="channel"),
    "margin-three": lambda shop: (
        shop.between("2026-01-01", "2026-11-15")
        .where(category=["Components", "Clothing", "Accessories"])
        .figures("margin", by="category")
    ),
    "supplier-q3": lambda shop: shop.between("2026-07-01", "2026-09-30").figures("net_sales", by="supplier"),
    "components-units": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(category="Components").figures("units", by="subcategory")
    ),
    "swiss": lambda shop: shop.between("2026-01-01", "2026-11-15").where(country="Switzerland").figures("net_sales"),
    "swiss/2": lambda shop: shop.between("2026-01-01", "2026-11-15").where(country="Belgium").figures("net_sales"),
    "without-france": lambda shop: (
        shop.between("2025-01-01", "2025-12-31")
        .where((pl.col("country") != "France") | pl.col("country").is_null())
        .figures("net_sales")
    ),
    "business-basket": lambda shop: (
        shop.between("2026-01-01", "2026-11-15").where(segment="Business").figures("average_order_value")
    ),
    "ebikes-boutique": lambda shop: (
        shop.between("2026-04-01", "2026-05-31").where(category="E-Bikes", channel="Boutique").figures("units")
    ),
    "helmets-weekends": lambda shop: (
        shop.between("2026-01-01", "2026-11-15").where(on_weekday(6, 7), subcategory="Helmets").figures("net_sales")
    ),
    "ebike-no-workshop": lambda shop: len(
        buyers(shop.where(category="E-Bikes")) - buyers(shop.where(category="Workshop"))
    ),
    "quiet-since-july": lambda shop: len(
        buyers(shop.between("2026-01-01", "2026-06-30")) - buyers(shop.between("2026-07-01", "2026-11-15"))
    ),
    "echirolles-last": lambda shop: (
        order_values(shop.where(customer_name="Vélo Club d'Échirolles")).sort("day").tail(1).select("day", "net")
    ),
    "orders-by-month": lambda shop: (
        shop.between("2026-01-01", "2026-11-15").where(channel="Boutique").figures("orders", by="month")
    ),
    "atelier-weeks": lambda shop: (
        shop.between("2026-10-12", "2026-11-08").where(channel="Atelier").figures("net_sales", by="week")
    ),
    "ebikes-quarters": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(category="E-Bikes").figures("net_sales", by="quarter")
    ),
    "growth-web": lambda shop: growth(
        shop.between("2025-12-01", "2026-06-30").where(channel="Webshop"),
        "net_sales",
        "month",
        date(2026, 1, 1),
        date(2026, 6, 1),
    ),
    "top-profit": lambda shop: top(10, shop.between("2026-01-01", "2026-11-15").figures("profit", by="product")),
    "typo-top-customers": lambda shop: top(
        5, shop.between("2025-01-01", "2025-12-31").figures("net_sales", by="customer_name")
    ),
    "worst-month": lambda shop: top(
        1, shop.between("2025-01-01", "2025-12-31").figures("net_sales", by="month"), lowest=True
    ),
    "returned-most": lambda shop: top(3, shop.figures("returned_units", by="category")),
    "q3-vs": lambda shop: versus(
        shop.between("2026-07-01", "2026-09-30").figures("net_sales"),
        shop.between("2025-07-01", "2025-09-30").figures("net_sales"),
    ),
    "web-boutique": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(channel=["Webshop", "Boutique"]).figures("orders", by="channel")
    ),
    "years-clothing": lambda shop: (
        shop.between("2024-01-01", "2025-12-31").where(category="Clothing").figures("net_sales", by="year")
    ),
    "business-share": lambda shop: part(
        shop.between("2026-01-01", "2026-11-15").where(segment="Business"), shop.between("2026-01-01", "2026-11-15")
    ),
    "channel-share": lambda shop: share(shop.between("2024-01-01", "2024-12-31").figures("net_sales", by="channel")),
    "melanie": lambda shop: (
        shop.between("2026-08-01", "2026-08-31").where(salesperson="Mélanie Rochas").figures("net_sales")
    ),
    "melanie/2": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(salesperson="Mélanie Rochas").figures("net_sales")
    ),
    "typo-batterie": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(product="Batterie VAE 500 Wh").figures("net_sales")
    ),
    "typo-refunds": lambda shop: (
        shop.between("2026-01-01", "2026-11-15").figures("refunds", by="channel").filter(pl.col("refunds") > 0)
    ),
}
