"""What the questions of demo_blind_11 come to, by polars on the source files."""

from collections.abc import Sequence

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _last_year(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _this_year(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-10-31")


def _third_quarter(shop: Shop, year: int = 2026) -> Shop:
    return shop.between(f"{year}-07-01", f"{year}-09-30")


def _second_quarter(shop: Shop) -> Shop:
    return shop.between("2026-04-01", "2026-06-30")


def _august(shop: Shop) -> Shop:
    return shop.between("2026-08-01", "2026-08-31")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _october(shop: Shop, year: int = 2026) -> Shop:
    return shop.between(f"{year}-10-01", f"{year}-10-31")


def _by_salesperson(shop: Shop, figure: str) -> pl.DataFrame:
    return shop.figures(figure, by="salesperson").drop_nulls("salesperson")


def _fast_movers(shop: Shop) -> pl.DataFrame:
    return _last_year(shop).figures("units", by="product").filter(pl.col("units") > 900)


def _online_share(shop: Shop) -> float:
    online = _last_year(shop).where(channel="Online").figures("net_sales").item()
    return float(online) / float(_last_year(shop).figures("net_sales").item())


def _orders_by_country(shop: Shop, channels: Sequence[str] = ("Online", "Store")) -> pl.DataFrame:
    return shop.where(channel=channels).figures("orders", by="country")


EXPECTED: dict[str, Oracle] = {
    "third-quarter": lambda shop: _third_quarter(shop).figures("net_sales"),
    "money-back-summer": lambda shop: shop.between("2026-06-01", "2026-08-31").figures("refunds"),
    "postage-august": lambda shop: _august(shop).figures("shipping"),
    "earned-so-far": lambda shop: _this_year(shop).figures("profit"),
    "first-timers": lambda shop: new_customers(shop, "2026-09-01", "2026-09-30"),
    "spend-per-head": lambda shop: _last_year(shop).figures("net_sales_per_customer"),
    "makers-profit": lambda shop: _last_year(shop).figures("profit", by="supplier"),
    "basket-by-channel": lambda shop: _this_year(shop).figures("average_order_value", by="channel"),
    "refunds-abroad": lambda shop: _last_year(shop).figures("refunds", by="country"),
    "margins-quarter": lambda shop: _third_quarter(shop).figures("margin", by="category"),
    "counter-orders": lambda shop: _by_salesperson(_october(shop), "orders"),
    "towns-belgium": lambda shop: shop.where(country="Belgium").figures("net_sales", "orders", by="city"),
    "black-mirror": lambda shop: _last_year(shop).where(product="Arched Mirror Black").figures("net_sales"),
    "dublin-web": lambda shop: _second_quarter(shop).where(city="Dublin", channel="Online").figures("orders"),
    "priya-garden": lambda shop: (
        _this_year(shop).where(salesperson="Priya Nair", category="Garden").figures("net_sales")
    ),
    "trade-two-lands": lambda shop: (
        shop.between("2026-01-01", "2026-06-30")
        .where(segment="Trade", country=["France", "Germany"])
        .figures("net_sales")
    ),
    "not-irish": lambda shop: _last_year(shop).where(pl.col("country") != "Ireland").figures("customers"),
    "bistro": lambda shop: shop.where(customer_name="Bistro Lynch").figures("orders"),
    "fast-movers": _fast_movers,
    "six-weeks": lambda shop: shop.between("2026-09-14", "2026-10-25").figures("orders", by="week"),
    "ten-days": lambda shop: shop.between("2026-10-21", "2026-10-30").figures("net_sales", by="day"),
    "pots-quarters": lambda shop: _last_year(shop).where(category="Cookware").figures("profit", by="quarter"),
    "rate-months": lambda shop: shop.between("2026-01-01", "2026-09-30").figures("refund_rate", by="month"),
    "four-earners": lambda shop: top(4, _last_year(shop).figures("profit", by="product")),
    "weak-cities": lambda shop: top(5, _last_year(shop).figures("net_sales", by="city"), lowest=True),
    "best-months": lambda shop: top(3, shop.figures("net_sales", by="month")),
    "big-spenders": lambda shop: top(6, _third_quarter(shop).figures("net_sales", by="customer_name")),
    "october-october": lambda shop: versus(
        _october(shop).figures("net_sales"), _october(shop, 2025).figures("net_sales")
    ),
    "units-quarters": lambda shop: versus(
        _third_quarter(shop).figures("units", by="category"),
        _third_quarter(shop, 2025).figures("units", by="category"),
    ),
    "spain-italy": lambda shop: _last_year(shop).where(country=["Spain", "Italy"]).figures("profit", by="country"),
    "week-week": lambda shop: versus(
        shop.between("2026-10-19", "2026-10-25").figures("orders"),
        shop.between("2026-10-12", "2026-10-18").figures("orders"),
    ),
    "web-part": _online_share,
    "supplier-parts": lambda shop: share(_this_year(shop).figures("units", by="supplier")),
    "plates": lambda shop: _last_year(shop).where(category="Tableware").figures("net_sales"),
    "plates/2": lambda shop: _last_year(shop).where(category="Tableware").figures("refunds"),
    "plates/3": lambda shop: _last_year(shop).where(category="Garden").figures("refunds"),
    "countries-web": lambda shop: _orders_by_country(_september(shop)),
    "countries-web/2": lambda shop: _orders_by_country(_september(shop), ["Online"]),
    "countries-web/3": lambda shop: _orders_by_country(_august(shop), ["Online"]),
    "buyers-quarters": lambda shop: shop.between("2026-01-01", "2026-03-31").figures("customers"),
    "buyers-quarters/2": lambda shop: _second_quarter(shop).figures("customers"),
    "buyers-quarters/3": lambda shop: _second_quarter(shop).figures("customers", by="segment"),
    "five-units": lambda shop: top(5, _this_year(shop).figures("units", by="product")),
    "five-units/2": lambda shop: top(5, _last_year(shop).figures("units", by="product")),
    "counter-basket": lambda shop: _september(shop).where(channel="Store").figures("average_order_value"),
    "counter-basket/2": lambda shop: _by_salesperson(_september(shop).where(channel="Store"), "average_order_value"),
    "candle-typos": lambda shop: (
        shop.between("2026-05-01", "2026-05-31").where(category="Candles & Fragrance").figures("profit")
    ),
    "chanel-typos": lambda shop: _august(shop).figures("orders", by="channel"),
}
