"""What the questions of demo_blind_8 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _so_far(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-10-31")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _august(shop: Shop) -> Shop:
    return shop.between("2026-08-01", "2026-08-31")


def _last_week(shop: Shop) -> Shop:
    return shop.between("2026-10-19", "2026-10-25")


def _net(shop: Shop) -> float:
    return float(shop.figures("net_sales")["net_sales"][0])


def _refunded(shop: Shop) -> float:
    return float(shop.figures("refunds")["refunds"][0])


def _orders(shop: Shop) -> float:
    return float(shop.figures("orders")["orders"][0])


def _slow_sellers(shop: Shop) -> pl.DataFrame:
    sold = shop.between("2026-04-01", "2026-06-30").figures("net_sales", by="product")
    return sold.filter(pl.col("net_sales") < 500)


def _segments(shop: Shop) -> pl.DataFrame:
    return share(_so_far(shop).figures("net_sales", by="segment")).select("segment", "share")


EXPECTED: dict[str, Oracle] = {
    "yesterday-net": lambda shop: shop.between("2026-10-30", "2026-10-30").figures("net_sales"),
    "summer-refunds": lambda shop: shop.between("2026-06-01", "2026-08-31").figures("refunds"),
    "q3-margin": lambda shop: _third_quarter(shop).figures("margin"),
    "spring-first-timers": lambda shop: new_customers(shop, "2026-03-01", "2026-05-31"),
    "delivery-money": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("shipping"),
    "supplier-profit": lambda shop: _so_far(shop).figures("profit", by="supplier"),
    "staff-orders": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(channel="Store").figures("orders", by="salesperson")
    ),
    "country-channel": lambda shop: _year(shop).figures("net_sales", by=["country", "channel"]),
    "basket-country": lambda shop: shop.between("2026-01-01", "2026-06-30").figures(
        "average_order_value", by="country"
    ),
    "slow-sellers-q2": _slow_sellers,
    "trade-abroad": lambda shop: _year(shop).where(pl.col("country") != "Ireland", segment="Trade").figures("units"),
    "lampshade-online": lambda shop: (
        _so_far(shop).where(product="Linen Lampshade 40 cm", channel="Online").figures("net_sales")
    ),
    "black-november": lambda shop: (
        shop.between("2025-11-01", "2025-11-30").where(category=["Cookware", "Tableware"]).figures("discounts")
    ),
    "months-2026": lambda shop: shop.between("2026-01-01", "2026-09-30").figures("net_sales", by="month"),
    "refund-weeks": lambda shop: shop.between("2026-09-14", "2026-10-25").figures("refunds", by="week"),
    "garden-quarter": lambda shop: top(1, shop.where(category="Garden").figures("units", by="quarter")),
    "best-december-day": lambda shop: top(1, shop.between("2025-12-01", "2025-12-31").figures("net_sales", by="day")),
    "decor-bottom": lambda shop: top(
        5, _so_far(shop).where(category="Decor").figures("units", by="product"), lowest=True
    ),
    "cities-abroad": lambda shop: top(
        10, _year(shop).where(pl.col("country") != "Ireland").figures("net_sales", by="city")
    ),
    "trade-spenders": lambda shop: top(
        3, shop.between("2025-10-01", "2026-09-30").where(segment="Trade").figures("net_sales", by="customer_name")
    ),
    "refund-suppliers": lambda shop: top(4, _year(shop).figures("refund_rate", by="supplier")),
    "discount-staff": lambda shop: top(2, _third_quarter(shop).figures("discounts", by="salesperson")),
    "three-colleagues": lambda shop: (
        _august(shop)
        .where(salesperson=["Priya Nair", "Tom Brennan", "Zofia Nowak"])
        .figures("net_sales", by="salesperson")
    ),
    "october-october": lambda shop: versus(
        shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
        shop.between("2025-10-01", "2025-10-31").figures("net_sales"),
    ),
    "channel-margin": lambda shop: shop.between("2025-01-01", "2025-06-30").figures("margin", by="channel"),
    "category-units-year": lambda shop: versus(
        _third_quarter(shop).figures("units", by="category"),
        shop.between("2025-07-01", "2025-09-30").figures("units", by="category"),
    ),
    "segment-share": _segments,
    "online-orders-share": lambda shop: (
        _orders(_third_quarter(shop).where(channel="Online")) / _orders(_third_quarter(shop))
    ),
    "dublin-share": lambda shop: _net(_year(shop).where(city="Dublin")) / _net(_year(shop).where(country="Ireland")),
    "tableware-refunds": lambda shop: _refunded(_so_far(shop).where(category="Tableware")) / _refunded(_so_far(shop)),
    "germany-trade": lambda shop: _year(shop).where(country="Germany").figures("net_sales"),
    "germany-trade/2": lambda shop: _year(shop).where(country="Germany", segment="Trade").figures("net_sales"),
    "germany-trade/3": lambda shop: _year(shop).where(country="France", segment="Trade").figures("net_sales"),
    "profit-categories": lambda shop: top(3, _august(shop).figures("profit", by="category")),
    "profit-categories/2": lambda shop: top(3, _august(shop).figures("profit", by="category"), lowest=True),
    "mugs": lambda shop: shop.between("2026-05-01", "2026-05-31").where(product="Stoneware Mug Oat").figures("units"),
    "mugs/2": lambda shop: (
        shop.between("2026-05-01", "2026-05-31").where(product="Stoneware Mug Moss").figures("units")
    ),
    "store-months": lambda shop: _year(shop).where(channel="Store").figures("net_sales", by="month"),
    "store-months/2": lambda shop: _year(shop).where(channel="Store").figures("net_sales", by="quarter"),
    "orders-week": lambda shop: _last_week(shop).figures("orders"),
    "orders-week/2": lambda shop: _last_week(shop).where(city="Cork").figures("orders"),
    "lighting-august": lambda shop: _august(shop).where(category="Lighting").figures("net_sales"),
    "dutch-profit": lambda shop: _year(shop).where(country="Netherlands").figures("profit"),
    "basket-february": lambda shop: (
        shop.between("2026-02-01", "2026-02-28").where(product="Seagrass Basket Large").figures("units")
    ),
    "dublin-buyers": lambda shop: top(5, _year(shop).where(city="Dublin").figures("net_sales", by="customer_name")),
}
