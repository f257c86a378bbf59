"""What the questions of demo_blind_13 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, top, versus

YEAR = ("2026-01-01", "2026-10-31")
LAST_YEAR = ("2025-01-01", "2025-12-31")
THIRD_QUARTER = ("2026-07-01", "2026-09-30")
SEPTEMBER = ("2026-09-01", "2026-09-30")
OCTOBER = ("2026-10-01", "2026-10-31")
OCTOBER_BEFORE = ("2025-10-01", "2025-10-31")


def observed(shop: Shop, series: str, start: str, end: str) -> float:
    """What the days of a series add up to."""
    return float(shop.between(start, end).observations[series].sum())


def observed_by(shop: Shop, series: str, every: str, start: str, end: str) -> pl.DataFrame:
    """What the days of a series add up to in each period."""
    days = shop.between(start, end).observations
    return days.group_by(pl.col("day").dt.truncate(every)).agg(pl.col(series).sum()).sort("day")


def fraction(shop: Shop, figure: str, key: str, member: str) -> float:
    """What one member of a key has of a figure, as a fraction of the whole."""
    part = shop.where(pl.col(key) == member).figures(figure).item()
    return float(part / shop.figures(figure).item())


def below_reorder_level(shop: Shop, category: str) -> pl.DataFrame:
    """The products of a category of which less is in stock than the level to reorder at."""
    few = (pl.col("category") == category) & (pl.col("stock_on_hand") < pl.col("reorder_level"))
    return shop.products.filter(few).select("product", "stock_on_hand").sort("product")


EXPECTED: dict[str, Oracle] = {
    "thumbs-orders-yesterday": lambda shop: shop.between("2026-10-30", "2026-10-30").figures("orders"),
    "thumbs-candles-august": lambda shop: (
        shop.between("2026-08-01", "2026-08-31").where(category="Candles & Fragrance").figures("net_sales")
    ),
    "thumbs-month-so-far": lambda shop: shop.between(*OCTOBER).figures("net_sales"),
    "thumbs-month-so-far/2": lambda shop: shop.between(*OCTOBER).where(channel="Online").figures("net_sales"),
    "thumbs-month-so-far/3": lambda shop: shop.between(*OCTOBER_BEFORE).where(channel="Online").figures("net_sales"),
    "thumbs-aisling": lambda shop: (
        shop.between("2026-07-01", "2026-07-31").where(salesperson="Aisling Hayes").figures("orders")
    ),
    "partner-refund-summer": lambda shop: shop.between("2026-06-01", "2026-08-31").figures("refunds"),
    "partner-every-country": lambda shop: shop.between(*YEAR).figures("net_sales", by="country"),
    "partner-irish-cities": lambda shop: top(
        5, shop.between(*LAST_YEAR).where(country="Ireland").figures("net_sales", by="city")
    ),
    "partner-trade-percent": lambda shop: fraction(shop.between(*THIRD_QUARTER), "net_sales", "segment", "Trade"),
    "partner-strongest-month": lambda shop: top(1, shop.between(*YEAR).figures("net_sales", by="month")),
    "partner-first-time": lambda shop: new_customers(shop, *SEPTEMBER),
    "partner-first-time/2": lambda shop: new_customers(shop, "2026-08-01", "2026-08-31"),
    "dutch-came-back": lambda shop: top(
        3, shop.between("2026-08-02", "2026-10-30").figures("returned_units", by="product")
    ),
    "dutch-pieces-supplier": lambda shop: shop.between(*SEPTEMBER).figures("units", by="supplier"),
    "dutch-reorder-garden": lambda shop: below_reorder_level(shop, "Garden"),
    "dutch-late": lambda shop: observed(shop, "late_deliveries", "2026-07-01", "2026-10-31"),
    "dutch-packing-hours": lambda shop: pl.DataFrame(
        {
            "packing_hours": [observed(shop, "packing_hours", *SEPTEMBER)],
            "previous_packing_hours": [observed(shop, "packing_hours", "2025-09-01", "2025-09-30")],
        }
    ),
    "dutch-chairs-germany": lambda shop: (
        shop.between(*YEAR).where(product="Folding Bistro Chair", country="Germany").figures("units")
    ),
    "rush-insta-spend": lambda shop: observed(shop, "instagram_ads_spend", "2026-10-01", "2026-10-30"),
    "rush-signups": lambda shop: observed_by(shop, "newsletter_signups", "1mo", "2026-01-01", "2026-09-30"),
    "rush-visit-days": lambda shop: top(3, observed_by(shop, "website_visits", "1d", *SEPTEMBER)),
    "rush-online-share": lambda shop: fraction(shop.between(*SEPTEMBER), "orders", "channel", "Online"),
    "accounts-quarter-wise": lambda shop: shop.between(*LAST_YEAR).figures(
        "gross_sales", "discounts", "refunds", "net_sales", by="quarter"
    ),
    "accounts-margin": lambda shop: shop.between(*THIRD_QUARTER).figures("margin"),
    "accounts-two-categories": lambda shop: (
        shop.between("2026-01-01", "2026-06-30")
        .where(category=["Tableware", "Garden"])
        .figures("profit", by="category")
    ),
    "accounts-order-value": lambda shop: shop.between(*LAST_YEAR).where(channel="Store").figures("average_order_value"),
    "accounts-order-value/2": lambda shop: (
        shop.between(*LAST_YEAR).where(channel="Online").figures("average_order_value")
    ),
    "granny-customers": lambda shop: shop.between(*LAST_YEAR).figures("customers"),
    "granny-each-day": lambda shop: shop.between("2026-10-19", "2026-10-25").figures("orders", by="day"),
    "granny-store-october": lambda shop: versus(
        shop.where(channel="Store").between(*OCTOBER).figures("net_sales"),
        shop.where(channel="Store").between(*OCTOBER_BEFORE).figures("net_sales"),
    ),
    "granny-teapot": lambda shop: (
        shop.between("2025-11-01", "2025-12-31").where(product="Teapot Kinsale 1.2 l").figures("units")
    ),
    "granny-faithful": lambda shop: top(10, shop.between(*YEAR).figures("net_sales", by="customer_name")),
    "rush-admin-mode": lambda shop: shop.between(*SEPTEMBER).figures("discounts"),
}
