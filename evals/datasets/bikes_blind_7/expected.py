"""What the questions of bikes_blind_7 come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, top, versus

THIS_YEAR = ("2026-01-01", "2026-11-15")
LAST_YEAR = ("2025-01-01", "2025-12-31")
THIRD_QUARTER = ("2026-07-01", "2026-09-30")


def _change(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The keys of `now` with the change of its one figure as a fraction of the figure before."""
    both = versus(now, before)
    figure = next(name for name in both.columns if f"previous_{name}" in both.columns)
    change = (pl.col(figure).cast(pl.Float64) / pl.col(f"previous_{figure}") - 1).alias("change")
    return both.select(pl.exclude(figure, f"previous_{figure}"), change)


def _swiss_share(shop: Shop) -> float:
    year = shop.between(*LAST_YEAR)
    return year.where(country="Switzerland").figures("net_sales").item() / year.figures("net_sales").item()


def _running_refunds(shop: Shop) -> pl.DataFrame:
    return (
        shop.between(*THIS_YEAR)
        .figures("refunds", by="month")
        .sort("month")
        .select("month", pl.col("refunds").cum_sum().alias("running"))
    )


def _big_refunds(shop: Shop) -> pl.DataFrame:
    return shop.between(*LAST_YEAR).refunds.filter(pl.col("amount") > 500).select("order", "amount")


def _defective(shop: Shop) -> float:
    return float(shop.between(*THIS_YEAR).refunds.filter(pl.col("reason") == "Defective")["amount"].sum())


def _faithful(shop: Shop) -> pl.DataFrame:
    orders = shop.between(*THIS_YEAR).figures("orders", by="customer_name").drop_nulls("customer_name")
    return orders.filter(pl.col("orders") > 15)


def _big_web_orders(shop: Shop) -> pl.DataFrame:
    lines = shop.between("2026-06-01", "2026-07-31").where(channel="Webshop").lines
    return lines.group_by("order").agg(pl.col("net").sum()).filter(pl.col("net") > 1200).sort("order")


def _biggest_sale(shop: Shop) -> pl.DataFrame:
    lines = shop.between(*THIS_YEAR).lines
    return top(1, lines.group_by("order", "customer_name").agg(pl.col("net").sum()))


def _portal_discounts(shop: Shop) -> pl.DataFrame:
    portal = shop.where(channel="B2B Portal")
    return versus(portal.between(*THIS_YEAR).figures("discounts"), portal.between(*LAST_YEAR).figures("discounts"))


def _portal_share(shop: Shop) -> pl.DataFrame:
    year = shop.between(*LAST_YEAR)
    both = versus(
        year.where(channel="B2B Portal").figures("net_sales", by="quarter"), year.figures("net_sales", by="quarter")
    )
    share = (pl.col("net_sales") / pl.col("previous_net_sales")).alias("share")
    return both.sort("quarter").select("quarter", share)


def _first_timers(shop: Shop) -> pl.DataFrame:
    first = shop.lines.drop_nulls("customer").group_by("customer").agg(pl.col("day").min())
    return (
        first.filter(pl.col("day").is_between(date(2026, 7, 1), date(2026, 10, 31)))
        .group_by(pl.col("day").dt.truncate("1mo").alias("month"))
        .agg(pl.len().alias("customers"))
        .sort("month")
    )


def _cities(shop: Shop, start: str, end: str) -> pl.DataFrame:
    cities = shop.between(start, end).figures("net_sales", by="city").filter(pl.col("city") != "Grenoble")
    return top(5, cities)


def _best_seller(shop: Shop, channel: str) -> pl.DataFrame:
    return top(1, shop.between(*THIRD_QUARTER).where(channel=channel).figures("net_sales", by="salesperson"))


EXPECTED: dict[str, Oracle] = {
    "yesterdays-takings": lambda shop: shop.between("2026-11-14", "2026-11-14").figures("net_sales"),
    "e-bikes-or-bikes": lambda shop: (
        shop.between(*THIS_YEAR).where(category=["E-Bikes", "Bikes"]).figures("net_sales", by="category")
    ),
    "christmas-cards": lambda shop: top(
        10, shop.between(*LAST_YEAR).where(segment="Business").figures("net_sales", by="customer_name")
    ),
    "november-so-far": lambda shop: _change(
        shop.between("2026-11-01", "2026-11-15").figures("net_sales"),
        shop.between("2025-11-01", "2025-11-15").figures("net_sales"),
    ),
    "boutique-seller": lambda shop: _best_seller(shop, "Boutique"),
    "boutique-seller/2": lambda shop: _best_seller(shop, "Atelier"),
    "vat-third-quarter": lambda shop: shop.between(*THIRD_QUARTER).figures("tax", by="month"),
    "big-refunds": _big_refunds,
    "swiss-part": _swiss_share,
    "refunds-summed-up": _running_refunds,
    "clothing-margin": lambda shop: (
        shop.between("2026-01-01", "2026-03-31").where(category="Clothing").figures("margin")
    ),
    "most-shifted-bike": lambda shop: top(
        1, shop.between(*THIS_YEAR).where(category="Bikes").figures("units", by="product")
    ),
    "lemon-or-coffee": lambda shop: (
        shop.between("2026-08-01", "2026-10-31")
        .where(product=["Gel Citron", "Gel Café"])
        .figures("units", by="product")
    ),
    "melanies-week": lambda shop: (
        shop.between("2026-11-02", "2026-11-08").where(salesperson="Mélanie Rochas").figures("net_sales")
    ),
    "cargo-e-bikes": lambda shop: shop.between(*LAST_YEAR).where(subcategory="VAE Cargo").figures("units"),
    "labour-by-quarter": lambda shop: (
        shop.between(*LAST_YEAR).where(subcategory="Labour").figures("net_sales", by="quarter")
    ),
    "given-back-defective": _defective,
    "batteries": lambda shop: (
        shop.between("2026-08-17", "2026-11-14").where(product="Batterie VAE 500 Wh").figures("units")
    ),
    "atelier-ticket": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(channel="Atelier").figures("average_order_value")
    ),
    "atelier-ticket/2": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(channel="Atelier").figures("average_order_value")
    ),
    "faithful-clients": _faithful,
    "channels-last-month": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("net_sales", by="channel"),
    "big-web-orders": _big_web_orders,
    "biggest-sale": lambda shop: _biggest_sale(shop).select("customer_name", "net"),
    "portal-discounts": _portal_discounts,
    "units-by-category-change": lambda shop: _change(
        shop.between(*THIRD_QUARTER).figures("units", by="category"),
        shop.between("2025-07-01", "2025-09-30").figures("units", by="category"),
    ),
    "portal-share": _portal_share,
    "cities-without-home": lambda shop: _cities(shop, *THIS_YEAR),
    "cities-without-home/2": lambda shop: _cities(shop, *LAST_YEAR),
    "first-timers": _first_timers,
}
