"""What the questions of demo_blind_5 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus

Q3 = ("2026-07-01", "2026-09-30")
Q3_BEFORE = ("2025-07-01", "2025-09-30")
YEAR = ("2026-01-01", "2026-10-31")
LAST_YEAR = ("2025-01-01", "2025-12-31")


def _share_of(part: Shop, whole: Shop, figure: str) -> float:
    return part.figures(figure).item() / whole.figures(figure).item()


def _busy_customers(shop: Shop) -> pl.DataFrame:
    orders = shop.between(*YEAR).figures("orders", by=["customer", "customer_name"])
    return orders.filter(pl.col("orders") > 35).select("customer_name", "orders")


EXPECTED: dict[str, Oracle] = {
    "takings-october": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
    "orders-since-july": lambda shop: shop.between("2026-07-01", "2026-10-31").figures("orders"),
    "basket-q3": lambda shop: shop.between(*Q3).figures("average_order_value"),
    "handed-back-2025": lambda shop: shop.between(*LAST_YEAR).figures("refunds"),
    "margin-2025": lambda shop: shop.between(*LAST_YEAR).figures("margin"),
    "first-timers-september": lambda shop: new_customers(shop, "2026-09-01", "2026-09-30"),
    "channel-three-months": lambda shop: shop.between(*Q3).figures("net_sales", by="channel"),
    "category-pieces-q2": lambda shop: shop.between("2026-04-01", "2026-06-30").figures("units", by="category"),
    "staff-profit": lambda shop: shop.between(*YEAR).figures("profit", by="salesperson").drop_nulls("salesperson"),
    "refunds-countries": lambda shop: shop.between(*LAST_YEAR).figures("refunds", by="country"),
    "supplier-august": lambda shop: shop.between("2026-08-01", "2026-08-31").figures(
        "units", "net_sales", by="supplier"
    ),
    "shipping-september": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("shipping", by="country"),
    "buyers-segment": lambda shop: shop.figures("customers", by="segment"),
    "irish-discounts": lambda shop: (
        shop.between("2025-10-01", "2025-10-31")
        .where(country="Ireland")
        .figures("discounts", by="city")
        .filter(pl.col("discounts") > 0)
    ),
    "duvet-double": lambda shop: (
        shop.between(*LAST_YEAR).where(product="Washed Linen Duvet Cover Double").figures("net_sales")
    ),
    "dutch-online": lambda shop: (
        shop.between("2026-01-01", "2026-06-30").where(country="Netherlands", channel="Online").figures("net_sales")
    ),
    "aisling-summer": lambda shop: (
        shop.between("2026-06-01", "2026-08-31").where(salesperson="Aisling Hayes").figures("net_sales")
    ),
    "cafe-koch": lambda shop: shop.between(*YEAR).where(customer_name="Café Koch").figures("orders"),
    "not-garden": lambda shop: (
        shop.between("2026-05-01", "2026-05-31").where(pl.col("category") != "Garden").figures("net_sales")
    ),
    "heavy-regulars": _busy_customers,
    "koln-hamburg": lambda shop: shop.between(*LAST_YEAR).where(city=["Köln", "Hamburg"]).figures("net_sales"),
    "run-of-2026": lambda shop: shop.between(*YEAR).figures("net_sales", by="month"),
    "six-weeks": lambda shop: shop.between("2026-09-14", "2026-10-25").figures("orders", by="week"),
    "days-last-week": lambda shop: shop.between("2026-10-19", "2026-10-25").figures("net_sales", by="day"),
    "quarters-profit": lambda shop: shop.between(*LAST_YEAR).figures("profit", "margin", by="quarter"),
    "worst-refund-month": lambda shop: top(1, shop.between(*LAST_YEAR).figures("refunds", by="month")),
    "earners-q3": lambda shop: top(5, shop.between(*Q3).figures("profit", by="product")),
    "slow-candles": lambda shop: top(
        3,
        shop.between(*YEAR).where(category="Candles & Fragrance").figures("units", by="product"),
        lowest=True,
    ),
    "whales-2025": lambda shop: top(
        10, shop.between(*LAST_YEAR).figures("net_sales", by=["customer", "customer_name"])
    ).drop("customer"),
    "abroad-city": lambda shop: top(
        1,
        shop.between("2025-10-01", "2026-09-30").where(pl.col("country") != "Ireland").figures("orders", by="city"),
    ),
    "bed-bath-q3": lambda shop: versus(
        shop.between(*Q3).where(category="Bed & Bath").figures("net_sales"),
        shop.between(*Q3_BEFORE).where(category="Bed & Bath").figures("net_sales"),
    ),
    "tom-zofia": lambda shop: (
        shop.between(*YEAR).where(salesperson=["Tom Brennan", "Zofia Nowak"]).figures("net_sales", by="salesperson")
    ),
    "october-september": lambda shop: versus(
        shop.between("2026-10-01", "2026-10-31").figures("orders", "average_order_value"),
        shop.between("2026-09-01", "2026-09-30").figures("orders", "average_order_value"),
    ),
    "trade-part": lambda shop: _share_of(
        shop.between(*LAST_YEAR).where(segment="Trade"), shop.between(*LAST_YEAR), "net_sales"
    ),
    "category-weights": lambda shop: share(shop.between(*Q3).figures("net_sales", by="category")).drop("net_sales"),
    "countries-chat": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("net_sales", by="country"),
    "countries-chat/2": lambda shop: (
        shop.between("2026-09-01", "2026-09-30")
        .where(country=["Germany", "Austria"])
        .figures("net_sales", by="country")
    ),
    "countries-chat/3": lambda shop: (
        shop.between("2026-08-01", "2026-08-31")
        .where(country=["Germany", "Austria"])
        .figures("net_sales", by="country")
    ),
    "butter-dish-chat": lambda shop: shop.between(*Q3).where(product="Butter Dish").figures("units"),
    "butter-dish-chat/2": lambda shop: shop.between(*Q3_BEFORE).where(product="Butter Dish").figures("units"),
    "butter-dish-chat/3": lambda shop: (
        shop.between(*Q3_BEFORE).where(product="Butter Dish").figures("units", by="month")
    ),
    "august-typos": lambda shop: shop.between("2026-08-01", "2026-08-31").figures("net_sales", by="category"),
    "dusseldorf": lambda shop: shop.between(*LAST_YEAR).where(city="Düsseldorf").figures("net_sales"),
}
