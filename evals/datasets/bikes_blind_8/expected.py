"""What the questions of bikes_blind_8 come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def year_to_date(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-11-15")


def last_year(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def sold_of(shop: Shop, product: str) -> pl.DataFrame:
    return shop.where(product=product).figures("units")


def part_of_brand(shop: Shop, brand: str) -> float:
    """The brand's fraction of all net sales."""
    return shop.where(pl.col("brand") == brand).figures("net_sales").item() / shop.figures("net_sales").item()


def refunded_for(shop: Shop, reason: str) -> float:
    return float(shop.refunds.filter(pl.col("reason") == reason)["amount"].sum())


def bought_only_before(shop: Shop) -> int:
    """Customers of 2025 without an order from the first of January 2026 to the fifteenth of November."""
    first, last = date(2026, 1, 1), date(2026, 11, 15)
    now = shop.lines.filter(pl.col("day").is_between(first, last)).select("customer").drop_nulls().unique()
    before = last_year(shop).lines.select("customer").drop_nulls().unique()
    return before.join(now, on="customer", how="anti").height


def orders_over(shop: Shop, least: float) -> int:
    """How many orders came to more than this after discounts."""
    return shop.lines.group_by("order").agg(pl.col("net").sum()).filter(pl.col("net") > least).height


def last_thirty_days(shop: Shop) -> Shop:
    return shop.between("2026-10-16", "2026-11-14").where(channel="Webshop")


EXPECTED: dict[str, Oracle] = {
    "chain-twelve": lambda shop: sold_of(year_to_date(shop), "Chaîne 12 vitesses"),
    "labour-jobs-summer": lambda shop: top(
        3, shop.between("2026-06-01", "2026-08-31").where(subcategory="Labour").figures("net_sales", by="product")
    ),
    "brake-bleeds": lambda shop: sold_of(october(shop), "Purge de freins"),
    "brake-bleeds/2": lambda shop: sold_of(shop.between("2026-09-01", "2026-09-30"), "Purge de freins"),
    "tyres-in-atelier": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(subcategory="Tubes & Tyres", channel="Atelier").figures("units")
    ),
    "b2b-against-last-year": lambda shop: versus(
        year_to_date(shop).where(channel="B2B Portal").figures("net_sales"),
        shop.between("2025-01-01", "2025-11-15").where(channel="B2B Portal").figures("net_sales"),
    ),
    "ebikes-monthly": lambda shop: (
        shop.between("2026-01-01", "2026-10-31").where(category="E-Bikes").figures("net_sales", by="month")
    ),
    "five-companies": lambda shop: top(
        5, last_year(shop).where(segment="Business").figures("net_sales", by="customer_name")
    ),
    "cimes-part": lambda shop: part_of_brand(last_year(shop), "Cimes"),
    "broken-on-the-way": lambda shop: refunded_for(last_year(shop), "Damaged in transit"),
    "lost-clients": bought_only_before,
    "receipts-saturday": lambda shop: (
        shop.between("2026-11-07", "2026-11-07").where(channel="Boutique").figures("orders")
    ),
    "helmets-ranked": lambda shop: (
        year_to_date(shop).where(subcategory="Helmets").figures("units", by="product").sort("units", descending=True)
    ),
    "gloves-winter": lambda shop: shop.between("2025-11-01", "2025-11-30").where(subcategory="Gloves").figures("units"),
    "gloves-winter/2": lambda shop: (
        shop.between("2025-12-01", "2025-12-31").where(subcategory="Gloves").figures("units")
    ),
    "gloves-winter/3": lambda shop: sold_of(shop.between("2025-12-01", "2025-12-31"), "Gants d'hiver Chartreuse"),
    "whole-year": lambda shop: last_year(shop).figures("net_sales"),
    "with-or-without-motor": lambda shop: (
        year_to_date(shop).where(category=["Bikes", "E-Bikes"]).figures("units", by="category")
    ),
    "best-day": lambda shop: top(1, year_to_date(shop).figures("net_sales", by="day")),
    "swiss-people": lambda shop: last_year(shop).where(country="Switzerland").figures("net_sales"),
    "third-quarter": lambda shop: shop.between("2026-07-01", "2026-09-30").figures("net_sales", by="channel"),
    "discounts-half-year": lambda shop: shop.between("2026-01-01", "2026-06-30").figures("discounts", by="month"),
    "margin-goods": lambda shop: (
        last_year(shop).where(pl.col("category") != "Workshop").figures("margin", by="category")
    ),
    "channel-split": lambda shop: share(october(shop).figures("net_sales", by="channel")),
    "postage": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("shipping"),
    "orders-weekly": lambda shop: (
        shop.between("2026-10-05", "2026-11-14").where(channel="Webshop").figures("orders", by="week")
    ),
    "first-timers": lambda shop: new_customers(shop, "2026-10-01", "2026-10-31"),
    "basket": lambda shop: last_thirty_days(shop).figures("average_order_value"),
    "basket/2": lambda shop: last_thirty_days(shop).where(country="France").figures("average_order_value"),
    "big-baskets": lambda shop: orders_over(year_to_date(shop).where(channel="Webshop"), 500),
    "comes-back": lambda shop: top(3, year_to_date(shop).where(channel="Webshop").figures("refunds", by="product")),
    "angry-refunds": lambda shop: october(shop).where(channel="Webshop").figures("refunds"),
}
