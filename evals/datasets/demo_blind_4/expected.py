"""What the questions of demo_blind_4 come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _last_year(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _this_year(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-10-31")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def _frequent_customers(shop: Shop, orders: int) -> int:
    """How many customers placed at least so many orders."""
    placed = shop.lines.group_by("customer").agg(pl.col("order").n_unique().alias("placed"))
    return placed.filter(pl.col("placed") >= orders).height


def _first_orders_by_month(shop: Shop, start: date, end: date) -> pl.DataFrame:
    """How many customers placed their first order ever in each month from `start` to `end`."""
    first = shop.lines.group_by("customer").agg(pl.col("day").min())
    return (
        first.filter(pl.col("day").is_between(start, end))
        .group_by(pl.col("day").dt.truncate("1mo").alias("month"))
        .agg(pl.len().alias("new_customers"))
        .sort("month")
    )


def _aisling_share(shop: Shop) -> float:
    store = _third_quarter(shop).where(channel="Store")
    hers = store.where(salesperson="Aisling Hayes").figures("net_sales").item()
    return hers / store.figures("net_sales").item()


EXPECTED: dict[str, Oracle] = {
    "july-takings": lambda shop: shop.between("2026-07-01", "2026-07-31").figures("net_sales"),
    "different-buyers-this-year": lambda shop: _this_year(shop).figures("customers"),
    "shipping-last-quarter": lambda shop: _third_quarter(shop).figures("shipping"),
    "discount-given-2025": lambda shop: _last_year(shop).figures("discounts"),
    "basket-six-weeks": lambda shop: shop.between("2026-09-14", "2026-10-25").figures("average_order_value"),
    "new-faces-since-march": lambda shop: new_customers(shop, "2026-03-01", "2026-10-31"),
    "refunds-per-group": lambda shop: _september(shop).figures("refunds", by="category"),
    "staff-september": lambda shop: (
        _september(shop).figures("net_sales", "margin", by="salesperson").drop_nulls("salesperson")
    ),
    "orders-shop-webshop": lambda shop: _this_year(shop).figures("orders", by="channel"),
    "clients-each-country": lambda shop: shop.figures("customers", by="country"),
    "suppliers-gross-q2": lambda shop: shop.between("2026-04-01", "2026-06-30").figures("gross_sales", by="supplier"),
    "trade-and-consumer-2025": lambda shop: _last_year(shop).figures(
        "orders", "net_sales", "average_order_value", by="segment"
    ),
    "butter-or-eggs": lambda shop: (
        _last_year(shop).where(product=["Butter Dish", "Egg Cup Pair"]).figures("units", by="product")
    ),
    "german-towns": lambda shop: _last_year(shop).where(country="Germany").figures("orders", "net_sales", by="city"),
    "fairy-lights-dutch": lambda shop: (
        shop.between("2025-10-01", "2026-09-30")
        .where(product="Fairy Lights 10 m", country="Netherlands")
        .figures("units")
    ),
    "online-not-ireland": lambda shop: (
        shop.between("2026-01-01", "2026-03-31")
        .where(pl.col("country") != "Ireland", channel="Online")
        .figures("net_sales")
    ),
    "paris-plus-lyon": lambda shop: (
        shop.between("2026-05-01", "2026-05-31").where(city=["Paris", "Lyon"]).figures("net_sales")
    ),
    "tom-bed-bath": lambda shop: (
        shop.between("2026-01-01", "2026-06-30")
        .where(salesperson="Tom Brennan", category="Bed & Bath")
        .figures("net_sales")
    ),
    "ten-times-2025": lambda shop: _frequent_customers(_last_year(shop), 10),
    "all-but-candles": lambda shop: (
        _third_quarter(shop).where(pl.col("category") != "Candles & Fragrance").figures("profit")
    ),
    "over-1500-pieces": lambda shop: _last_year(shop).figures("units", by="product").filter(pl.col("units") > 1500),
    "last-week-daily": lambda shop: shop.between("2026-10-19", "2026-10-25").figures("orders", by="day"),
    "quietest-month-2025": lambda shop: top(1, _last_year(shop).figures("orders", by="month"), lowest=True),
    "weekly-refunds": lambda shop: shop.between("2026-08-31", "2026-10-25").figures("refunds", by="week"),
    "profit-quarters": lambda shop: shop.between("2025-01-01", "2026-10-31").figures("profit", by="quarter"),
    "units-month-channel": lambda shop: shop.between("2026-06-01", "2026-09-30").figures(
        "units", by=["month", "channel"]
    ),
    "first-timers-monthly": lambda shop: _first_orders_by_month(shop, date(2026, 4, 1), date(2026, 7, 31)),
    "slowest-four": lambda shop: top(4, _this_year(shop).figures("units", by="product"), lowest=True),
    "trade-big-three": lambda shop: top(
        3, _last_year(shop).where(segment="Trade").figures("net_sales", by="customer_name")
    ),
    "cities-outside-ireland": lambda shop: top(
        7, _last_year(shop).where(pl.col("country") != "Ireland").figures("profit", by="city")
    ),
    "record-day": lambda shop: top(1, shop.figures("net_sales", by="day")),
    "q3-year-on-year": lambda shop: versus(
        _third_quarter(shop).figures("orders", "customers", "profit"),
        shop.between("2025-07-01", "2025-09-30").figures("orders", "customers", "profit"),
    ),
    "categories-same-stretch": lambda shop: versus(
        _this_year(shop).figures("net_sales", by="category"),
        shop.between("2025-01-01", "2025-10-31").figures("net_sales", by="category"),
    ),
    "cookware-margin-channels": lambda shop: (
        _this_year(shop).where(category="Cookware").figures("margin", by="channel")
    ),
    "aisling-slice": _aisling_share,
    "pieces-share-2025": lambda shop: share(_last_year(shop).figures("units", by="category")).select(
        "category", "share"
    ),
    "lighting-lowlands": lambda shop: (
        _last_year(shop).where(category="Lighting", country="Netherlands").figures("net_sales")
    ),
    "lighting-lowlands/2": lambda shop: (
        _last_year(shop).where(category="Lighting", country="Belgium").figures("net_sales")
    ),
    "lighting-lowlands/3": lambda shop: (
        _this_year(shop).where(category="Lighting", country="Belgium").figures("net_sales")
    ),
    "french-order-value": lambda shop: (
        _this_year(shop).where(country="France").figures("average_order_value", by="month")
    ),
    "french-order-value/2": lambda shop: (
        _this_year(shop).where(country="France").figures("average_order_value", by="quarter")
    ),
    "french-order-value/3": lambda shop: (
        _this_year(shop).where(country="Spain").figures("average_order_value", by="quarter")
    ),
    "october-then-and-now": lambda shop: _october(shop).figures("net_sales"),
    "october-then-and-now/2": lambda shop: versus(
        _october(shop).figures("net_sales"),
        shop.between("2025-10-01", "2025-10-31").figures("net_sales"),
    ),
    "cookwear-limmerick": lambda shop: (
        _last_year(shop).where(category="Cookware", city="Limerick").figures("net_sales")
    ),
    "candels-discuonts": lambda shop: _september(shop).where(category="Candles & Fragrance").figures("discounts"),
}
