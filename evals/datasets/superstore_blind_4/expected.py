"""What the questions of superstore_blind_4 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, returning_customers, share, top, versus


def _in_2018(shop: Shop) -> Shop:
    return shop.between("2018-01-01", "2018-12-31")


def _in_2019(shop: Shop) -> Shop:
    return shop.between("2019-01-01", "2019-12-31")


def _november(shop: Shop) -> Shop:
    return shop.between("2019-11-01", "2019-11-30")


EXPECTED: dict[str, Oracle] = {
    "profit-2018": lambda shop: _in_2018(shop).figures("profit"),
    "units-ninety-days": lambda shop: shop.between("2019-10-02", "2019-12-30").figures("units"),
    "returning-2018": lambda shop: returning_customers(shop, "2018-01-01", "2018-12-31"),
    "overall-margin": lambda shop: shop.figures("margin"),
    "regions-profit-last-year": lambda shop: _in_2018(shop).figures("profit", by="region"),
    "margin-subcategories": lambda shop: _in_2019(shop).figures("margin", by="subcategory"),
    "segments-sales-orders": lambda shop: shop.figures("net_sales", "orders", by="segment"),
    "ship-mode-quarter": lambda shop: shop.between("2019-07-01", "2019-09-30").figures("orders", by="ship_method"),
    "south-states-2018": lambda shop: _in_2018(shop).where(region="South").figures("net_sales", by="state"),
    "basket-segment-year": lambda shop: shop.figures("average_order_value", by=["segment", "year"]),
    "copiers-new-york-state": lambda shop: (
        _in_2019(shop).where(subcategory="Copiers", state="New York").figures("profit")
    ),
    "seattle-and-frisco": lambda shop: _in_2019(shop).where(city=["Seattle", "San Francisco"]).figures("customers"),
    "frequent-buyers": lambda shop: shop.figures("orders", by="customer_name").filter(pl.col("orders") > 12),
    "losing-states": lambda shop: _in_2019(shop).figures("profit", by="state").filter(pl.col("profit") < 0),
    "east-no-furniture": lambda shop: (
        _november(shop).where(pl.col("category") != "Furniture", region="East").figures("net_sales")
    ),
    "profit-eight-quarters": lambda shop: shop.between("2017-10-01", "2019-09-30").figures("profit", by="quarter"),
    "phones-per-year": lambda shop: shop.where(subcategory="Phones").figures("units", by="year"),
    "sales-ten-days": lambda shop: shop.between("2019-12-21", "2019-12-30").figures("net_sales", by="day"),
    "texas-months-2018": lambda shop: _in_2018(shop).where(state="Texas").figures("orders", by="month"),
    "worst-products": lambda shop: top(3, _in_2019(shop).figures("profit", by="product"), lowest=True),
    "ten-whales": lambda shop: top(10, shop.figures("net_sales", by="customer_name")),
    "december-best-day": lambda shop: top(1, shop.between("2019-12-01", "2019-12-31").figures("net_sales", by="day")),
    "regions-against-last-year": lambda shop: versus(
        _in_2019(shop).figures("net_sales", by="region"), _in_2018(shop).figures("net_sales", by="region")
    ),
    "furniture-or-technology": lambda shop: (
        _in_2019(shop).where(category=["Furniture", "Technology"]).figures("profit", by="category")
    ),
    "november-orders": lambda shop: versus(
        _november(shop).figures("orders"), shop.between("2018-11-01", "2018-11-30").figures("orders")
    ),
    "california-weight": lambda shop: (
        _in_2019(shop).where(state="California").figures("net_sales").item()
        / _in_2019(shop).figures("net_sales").item()
    ),
    "segment-profit-share": lambda shop: share(_november(shop).figures("profit", by="segment")).drop("profit"),
    "tables-then-west": lambda shop: shop.where(subcategory="Tables").figures("profit", by="year"),
    "tables-then-west/2": lambda shop: shop.where(subcategory="Tables", region="West").figures("profit", by="year"),
    "tables-then-west/3": lambda shop: shop.where(subcategory="Chairs", region="West").figures("profit", by="year"),
    "tecnology-califronia": lambda shop: (
        _in_2018(shop).where(category="Technology", state="California").figures("net_sales")
    ),
}
