"""What the questions of superstore_blind_6 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _profit(lines: pl.DataFrame) -> float:
    return float((lines["net"] - lines["cost"]).sum())


def _copiers(shop: Shop) -> float:
    return _profit(shop.lines.filter(pl.col("subcategory") == "Copiers")) / _profit(shop.lines)


def _first_timers(shop: Shop) -> pl.DataFrame:
    first = shop.lines.group_by("customer").agg(pl.col("day").min())
    return (
        first.group_by(pl.col("day").dt.truncate("1y").alias("year")).agg(pl.len().alias("new_customers")).sort("year")
    )


EXPECTED: dict[str, Oracle] = {
    "profit-2018": lambda shop: _year(shop, 2018).figures("profit"),
    "buyers-2017": lambda shop: _year(shop, 2017).figures("customers"),
    "margin-now": lambda shop: _year(shop, 2019).figures("margin"),
    "items-nov": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("units"),
    "furniture-sub": lambda shop: _year(shop, 2019).where(category="Furniture").figures("profit", by="subcategory"),
    "regions-quarter": lambda shop: shop.between("2019-07-01", "2019-09-30").figures("net_sales", by="region"),
    "segment-basket": lambda shop: shop.figures("average_order_value", by="segment"),
    "discount-shipmode": lambda shop: _year(shop, 2018).figures("discounts", by="ship_method"),
    "south-categories": lambda shop: shop.where(region="South").figures("orders", "profit", by="category"),
    "central-states": lambda shop: _year(shop, 2018).where(region="Central").figures("customers", by="state"),
    "texas-binders": lambda shop: shop.where(state="Texas", subcategory="Binders").figures("profit"),
    "chicago-homeoffice": lambda shop: (
        _year(shop, 2017).where(city="Chicago", segment="Home Office").figures("net_sales")
    ),
    "la-same-day": lambda shop: _year(shop, 2019).where(city="Los Angeles", ship_method="Same Day").figures("orders"),
    "bleeding-states": lambda shop: shop.figures("profit", by="state").filter(pl.col("profit") < -10000),
    "not-west": lambda shop: _year(shop, 2018).where(pl.col("region") != "West").figures("net_sales"),
    "profit-quarters": lambda shop: shop.between("2018-01-01", "2019-12-31").figures("profit", by="quarter"),
    "phones-years": lambda shop: shop.where(subcategory="Phones").figures("units", by="year"),
    "first-timers": _first_timers,
    "worst-month": lambda shop: top(1, _year(shop, 2017).figures("profit", by="month"), lowest=True),
    "ten-states": lambda shop: top(10, _year(shop, 2019).figures("net_sales", by="state")),
    "worst-subs": lambda shop: top(3, shop.figures("profit", by="subcategory"), lowest=True),
    "east-customers": lambda shop: top(4, shop.where(region="East").figures("net_sales", by="customer_name")),
    "tech-ahead": lambda shop: versus(
        _year(shop, 2019).where(category="Technology").figures("net_sales"),
        _year(shop, 2018).where(category="Technology").figures("net_sales"),
    ),
    "consumer-corporate": lambda shop: (
        _year(shop, 2019).where(segment=["Consumer", "Corporate"]).figures("profit", by="segment")
    ),
    "copiers-part": _copiers,
    "segments-pct": lambda shop: share(_year(shop, 2018).figures("net_sales", by="segment")),
    "ohio-then": lambda shop: _year(shop, 2018).where(state="Ohio").figures("net_sales"),
    "ohio-then/2": lambda shop: _year(shop, 2018).where(state="Ohio").figures("profit"),
    "ohio-then/3": lambda shop: _year(shop, 2018).where(state="Michigan").figures("profit"),
    "orders-then": lambda shop: _year(shop, 2017).figures("orders", by="quarter"),
    "orders-then/2": lambda shop: _year(shop, 2018).figures("orders", by="quarter"),
    "pennsylvania-typos": lambda shop: (
        _year(shop, 2018).where(state="Pennsylvania", category="Technology").figures("net_sales")
    ),
}
