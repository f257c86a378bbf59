"""What the questions of superstore_blind_8 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _orders_above(shop: Shop, amount: float) -> int:
    return shop.lines.group_by("order").agg(pl.col("net").sum()).filter(pl.col("net") > amount).height


def _phones_share(shop: Shop) -> float:
    lines = _year(shop, 2019).lines
    return float(lines.filter(pl.col("subcategory") == "Phones")["net"].sum()) / float(lines["net"].sum())


def _november_orders(shop: Shop, year: int) -> pl.DataFrame:
    return shop.between(f"{year}-11-01", f"{year}-11-30").figures("orders")


EXPECTED: dict[str, Oracle] = {
    "first-half-profit": lambda shop: shop.between("2019-01-01", "2019-06-30").figures("profit"),
    "discount-dollars": lambda shop: _year(shop, 2018).figures("discounts"),
    "november-buyers": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("customers"),
    "ship-mode-rows": lambda shop: _year(shop, 2019).figures("net_sales", by="ship_method"),
    "partner-subcategories": lambda shop: _year(shop, 2018).figures("profit", by="subcategory"),
    "region-segment-orders": lambda shop: _year(shop, 2017).figures("orders", by=["region", "segment"]),
    "texas-home-office": lambda shop: (
        _year(shop, 2018).where(category="Furniture", segment="Home Office", state="Texas").figures("net_sales")
    ),
    "technology-taken-out": lambda shop: (
        _year(shop, 2019).where(pl.col("category") != "Technology").figures("net_sales")
    ),
    "october-thousand": lambda shop: _orders_above(shop.between("2019-10-01", "2019-10-31"), 1000),
    "profit-developed": lambda shop: _year(shop, 2018).figures("profit", by="month"),
    "west-quarters": lambda shop: (
        shop.between("2018-01-01", "2019-12-31").where(region="West").figures("net_sales", by="quarter")
    ),
    "six-weeks-units": lambda shop: shop.between("2019-11-18", "2019-12-29").figures("units", by="week"),
    "losing-states": lambda shop: top(5, _year(shop, 2019).figures("profit", by="state"), lowest=True),
    "biggest-buyers": lambda shop: top(3, _year(shop, 2018).figures("net_sales", by="customer_name")),
    "california-cities": lambda shop: top(
        4, _year(shop, 2017).where(state="California").figures("net_sales", by="city")
    ),
    "south-central": lambda shop: (
        shop.between("2019-07-01", "2019-09-30").where(region=["South", "Central"]).figures("net_sales", by="region")
    ),
    "two-novembers": lambda shop: versus(_november_orders(shop, 2019), _november_orders(shop, 2018)),
    "fast-shipping-basket": lambda shop: (
        _year(shop, 2019)
        .where(ship_method=["Same Day", "First Class"])
        .figures("average_order_value", by="ship_method")
    ),
    "phones-percent": _phones_share,
    "region-parts": lambda shop: share(_year(shop, 2018).figures("profit", by="region")),
    "categories-then-new-york": lambda shop: _year(shop, 2018).figures("net_sales", by="category"),
    "categories-then-new-york/2": lambda shop: (
        _year(shop, 2018).where(state="New York").figures("net_sales", by="category")
    ),
    "categories-then-new-york/3": lambda shop: (
        _year(shop, 2019).where(state="New York").figures("net_sales", by="category")
    ),
    "ohio-then-michigan": lambda shop: _year(shop, 2018).where(state="Ohio").figures("orders"),
    "ohio-then-michigan/2": lambda shop: _year(shop, 2018).where(state="Ohio").figures("profit"),
    "ohio-then-michigan/3": lambda shop: _year(shop, 2018).where(state="Michigan").figures("profit"),
    "five-then-corporate": lambda shop: top(5, _year(shop, 2019).figures("net_sales", by="subcategory")),
    "five-then-corporate/2": lambda shop: top(
        5, _year(shop, 2019).where(segment="Corporate").figures("net_sales", by="subcategory")
    ),
    "washington-quarter": lambda shop: (
        shop.between("2019-04-01", "2019-06-30").where(state="Washington").figures("net_sales")
    ),
    "binders-two-cities": lambda shop: (
        _year(shop, 2019).where(subcategory="Binders", city=["Chicago", "Philadelphia"]).figures("units")
    ),
}
