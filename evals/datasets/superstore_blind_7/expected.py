"""What the questions of superstore_blind_7 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _losing(shop: Shop) -> pl.DataFrame:
    return shop.figures("profit", by="subcategory").filter(pl.col("profit") < 0)


def _big_spenders(shop: Shop) -> pl.DataFrame:
    return shop.figures("net_sales", by="customer_name").filter(pl.col("net_sales") > 12_000)


def _same_day(shop: Shop) -> float:
    return shop.orders.filter(pl.col("ship_method") == "Same Day").height / shop.orders.height


EXPECTED: dict[str, Oracle] = {
    "october-sales": lambda shop: shop.between("2019-10-01", "2019-10-31").figures("net_sales"),
    "units-ever": lambda shop: shop.figures("units"),
    "basket-half": lambda shop: shop.between("2018-07-01", "2018-12-31").figures("average_order_value"),
    "christmas-orders": lambda shop: shop.between("2019-12-01", "2019-12-24").figures("orders"),
    "segments-three": lambda shop: _year(shop, 2019).figures("net_sales", "profit", "margin", by="segment"),
    "modes-orders": lambda shop: _year(shop, 2018).figures("orders", by="ship_method"),
    "category-margin": lambda shop: shop.figures("margin", by="category"),
    "west-states": lambda shop: _year(shop, 2017).where(region="West").figures("net_sales", by="state"),
    "office-units": lambda shop: _year(shop, 2019).where(category="Office Supplies").figures("units", by="subcategory"),
    "corporate-regions": lambda shop: _year(shop, 2019).where(segment="Corporate").figures("customers", by="region"),
    "seattle-tech": lambda shop: _year(shop, 2019).where(city="Seattle", category="Technology").figures("net_sales"),
    "newyork-chairs": lambda shop: _year(shop, 2018).where(state="New York", subcategory="Chairs").figures("profit"),
    "losing-subs": _losing,
    "florida-not-standard": lambda shop: (
        _year(shop, 2018).where(pl.col("ship_method") != "Standard Class", state="Florida").figures("orders")
    ),
    "big-spenders": _big_spenders,
    "furniture-months": lambda shop: _year(shop, 2019).where(category="Furniture").figures("units", by="month"),
    "margin-years": lambda shop: shop.figures("margin", by="year"),
    "record-quarter": lambda shop: top(1, shop.figures("net_sales", by="quarter")),
    "west-orders": lambda shop: (
        shop.between("2018-01-01", "2018-06-30").where(region="West").figures("orders", by="month")
    ),
    "profit-cities": lambda shop: top(3, _year(shop, 2018).where(state="California").figures("profit", by="city")),
    "weakest-states": lambda shop: top(3, shop.figures("net_sales", by="state"), lowest=True),
    "product-six": lambda shop: top(6, _year(shop, 2019).figures("net_sales", by="product")),
    "california-texas": lambda shop: (
        _year(shop, 2019).where(state=["California", "Texas"]).figures("net_sales", "profit", by="state")
    ),
    "fourth-quarters": lambda shop: versus(
        shop.between("2019-10-01", "2019-12-31").figures("profit"),
        shop.between("2018-10-01", "2018-12-31").figures("profit"),
    ),
    "class-basket": lambda shop: shop.where(ship_method=["First Class", "Second Class"]).figures(
        "average_order_value", by="ship_method"
    ),
    "same-day-part": _same_day,
    "regions-profit": lambda shop: share(_year(shop, 2019).figures("profit", by="region")),
    "central-then": lambda shop: _year(shop, 2019).where(region="Central").figures("profit", by="category"),
    "central-then/2": lambda shop: _year(shop, 2019).where(region="East").figures("profit", by="category"),
    "tables-then": lambda shop: _year(shop, 2018).where(subcategory="Tables").figures("customers"),
    "tables-then/2": lambda shop: _year(shop, 2017).where(subcategory="Tables").figures("customers"),
    "california-typos": lambda shop: _year(shop, 2019).where(state="California").figures("profit", by="category"),
}
