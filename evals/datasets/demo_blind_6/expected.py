"""What the questions of demo_blind_6 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _last_year(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _this_year(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-10-31")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _second_quarter(shop: Shop) -> Shop:
    return shop.between("2026-04-01", "2026-06-30")


def _first_half(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-06-30")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _august(shop: Shop) -> Shop:
    return shop.between("2026-08-01", "2026-08-31")


def _share_of(frame: pl.DataFrame, key: str, value: str) -> float:
    return share(frame).filter(pl.col(key) == value)["share"].item()


def _by_customer(shop: Shop, figure: str) -> pl.DataFrame:
    """One row per customer, not per name: two customers may share one."""
    return shop.figures(figure, by=["customer", "customer_name"]).drop("customer")


EXPECTED: dict[str, Oracle] = {
    "turnover-so-far": lambda shop: _this_year(shop).figures("net_sales"),
    "handed-back-q3": lambda shop: _third_quarter(shop).figures("refunds"),
    "pieces-last-week": lambda shop: shop.between("2026-10-19", "2026-10-25").figures("units"),
    "basket-december": lambda shop: shop.between("2025-12-01", "2025-12-31").figures("average_order_value"),
    "first-time-q2": lambda shop: new_customers(shop, "2026-04-01", "2026-06-30"),
    "discounts-past-3": lambda shop: _third_quarter(shop).figures("discounts"),
    "margin-2025": lambda shop: _last_year(shop).figures("margin"),
    "takings-channel": lambda shop: _september(shop).figures("net_sales", by="channel"),
    "staff-since-july": lambda shop: (
        shop.between("2026-07-01", "2026-10-31").figures("net_sales", by="salesperson").drop_nulls("salesperson")
    ),
    "orders-units-country": lambda shop: _last_year(shop).figures("orders", "units", by="country"),
    "profit-category-h1": lambda shop: _first_half(shop).figures("profit", by="category"),
    "buyers-irish-cities": lambda shop: _this_year(shop).where(country="Ireland").figures("customers", by="city"),
    "refunds-supplier": lambda shop: _third_quarter(shop).figures("refunds", by="supplier"),
    "segment-basket": lambda shop: shop.figures("average_order_value", by="segment"),
    "shipping-country": lambda shop: _this_year(shop).figures("shipping", by="country"),
    "candles-germany": lambda shop: (
        _last_year(shop).where(category="Candles & Fragrance", country="Germany").figures("net_sales")
    ),
    "bistro-lynch": lambda shop: _last_year(shop).where(customer_name="Bistro Lynch").figures("net_sales"),
    "aisling-august": lambda shop: _august(shop).where(salesperson="Aisling Hayes").figures("orders"),
    "tealights-online": lambda shop: (
        _this_year(shop).where(product="Tealights Bag of 50", channel="Online").figures("units")
    ),
    "spain-or-italy": lambda shop: _this_year(shop).where(country=["Spain", "Italy"]).figures("orders"),
    "twenty-orders": lambda shop: (
        _last_year(shop).figures("orders", by="customer").filter(pl.col("orders") > 20).height
    ),
    "trade-over-5000": lambda shop: _by_customer(_last_year(shop).where(segment="Trade"), "net_sales").filter(
        pl.col("net_sales") > 5000
    ),
    "daily-october": lambda shop: shop.between("2026-10-01", "2026-10-10").figures("net_sales", by="day"),
    "gross-quarters": lambda shop: _last_year(shop).figures("gross_sales", by="quarter"),
    "dutch-months": lambda shop: _last_year(shop).where(country="Netherlands").figures("orders", by="month"),
    "garden-best-month": lambda shop: top(
        1, _last_year(shop).where(category="Garden").figures("net_sales", by="month")
    ),
    "aov-trend": lambda shop: _first_half(shop).figures("average_order_value", by="month"),
    "lighting-years": lambda shop: shop.where(category="Lighting").figures("units", by="year"),
    "profit-products": lambda shop: top(5, _this_year(shop).figures("profit", by="product")),
    "few-order-cities": lambda shop: top(3, shop.figures("orders", by="city"), lowest=True),
    "ten-clients": lambda shop: top(10, _by_customer(_this_year(shop), "net_sales")),
    "supplier-most-refunded": lambda shop: top(1, _last_year(shop).figures("refunds", by="supplier")),
    "q3-stack-up": lambda shop: versus(
        _third_quarter(shop).figures("net_sales"), shop.between("2025-07-01", "2025-09-30").figures("net_sales")
    ),
    "zofia-priya": lambda shop: (
        _last_year(shop).where(salesperson=["Zofia Nowak", "Priya Nair"]).figures("net_sales", by="salesperson")
    ),
    "category-against": lambda shop: versus(
        _september(shop).figures("net_sales", by="category"), _august(shop).figures("net_sales", by="category")
    ),
    "online-or-store": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("orders", by="channel"),
    "trade-part": lambda shop: _share_of(_last_year(shop).figures("net_sales", by="segment"), "segment", "Trade"),
    "country-slices": lambda shop: share(_last_year(shop).figures("net_sales", by="country")).select(
        "country", "share"
    ),
    "cookware-percent": lambda shop: _share_of(
        _third_quarter(shop).figures("units", by="category"), "category", "Cookware"
    ),
    "kinsale": lambda shop: _last_year(shop).where(city="Kinsale").figures("net_sales"),
    "kinsale/2": lambda shop: _this_year(shop).where(city="Kinsale").figures("net_sales"),
    "kinsale/3": lambda shop: _this_year(shop).where(city="Kinsale").figures("net_sales", by="category"),
    "units-three": lambda shop: top(3, _september(shop).figures("units", by="product")),
    "units-three/2": lambda shop: top(3, _august(shop).figures("units", by="product")),
    "units-three/3": lambda shop: top(3, _august(shop).where(channel="Online").figures("units", by="product")),
    "q2-orders": lambda shop: _second_quarter(shop).figures("orders"),
    "q2-orders/2": lambda shop: _second_quarter(shop).figures("orders", by="channel"),
    "typo-nederland": lambda shop: _last_year(shop).where(country="Netherlands").figures("net_sales"),
    "typo-catgory": lambda shop: _september(shop).figures("net_sales", by="category"),
}
