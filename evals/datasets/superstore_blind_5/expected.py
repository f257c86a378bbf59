"""What the questions of superstore_blind_5 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, returning_customers, share, top, versus

Y2018 = ("2018-01-01", "2018-12-31")
Y2019 = ("2019-01-01", "2019-12-31")

EXPECTED: dict[str, Oracle] = {
    "november-close": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("net_sales"),
    "profit-now": lambda shop: shop.between(*Y2019).figures("profit"),
    "pieces-per-order": lambda shop: shop.between(*Y2019).figures("units_per_order"),
    "came-back": lambda shop: returning_customers(shop, *Y2019),
    "subcat-profit": lambda shop: shop.between(*Y2019).figures("profit", by="subcategory"),
    "margin-regions": lambda shop: shop.between("2019-07-01", "2019-09-30").figures("margin", by="region"),
    "buyers-q4": lambda shop: shop.between("2019-10-01", "2019-12-31").figures("customers", by="segment"),
    "southern-states": lambda shop: (
        shop.between(*Y2018).where(region="South").figures("net_sales", "profit", by="state")
    ),
    "ship-modes": lambda shop: shop.between("2017-01-01", "2017-12-31").figures("orders", by="ship_method"),
    "discount-grid": lambda shop: shop.between(*Y2019).figures("discounts", by=["category", "region"]),
    "texas-tables": lambda shop: shop.where(subcategory="Tables", state="Texas").figures("profit"),
    "same-day-nyc": lambda shop: (
        shop.between(*Y2019).where(ship_method="Same Day", city="New York City").figures("orders")
    ),
    "home-phones": lambda shop: (
        shop.between(*Y2018).where(subcategory="Phones", segment="Home Office").figures("net_sales")
    ),
    "loss-states": lambda shop: shop.between(*Y2019).figures("profit", by="state").filter(pl.col("profit") < 0),
    "sean": lambda shop: shop.where(customer_name="Sean Miller").figures("net_sales"),
    "big-spenders": lambda shop: (
        shop.between(*Y2019).figures("net_sales", by="customer_name").filter(pl.col("net_sales") > 7000)
    ),
    "eight-quarters": lambda shop: shop.between("2018-01-01", "2019-12-31").figures("profit", by="quarter"),
    "copier-years": lambda shop: shop.where(subcategory="Copiers").figures("units", "net_sales", by="year"),
    "four-weeks": lambda shop: shop.between("2019-12-02", "2019-12-29").figures("net_sales", by="week"),
    "weakest-month": lambda shop: top(1, shop.between(*Y2019).figures("net_sales", by="month"), lowest=True),
    "profit-cities": lambda shop: top(4, shop.between(*Y2019).figures("profit", by="city")),
    "thin-margins": lambda shop: shop.figures("margin", by="subcategory").sort("margin").head(5),
    "q4-profit": lambda shop: versus(
        shop.between("2019-10-01", "2019-12-31").figures("profit"),
        shop.between("2018-10-01", "2018-12-31").figures("profit"),
    ),
    "class-duel": lambda shop: (
        shop.between(*Y2019)
        .where(ship_method=["First Class", "Standard Class"])
        .figures("orders", "net_sales", by="ship_method")
    ),
    "coast-duel": lambda shop: (
        shop.between(*Y2018).where(state=["California", "New York"]).figures("profit", by="state")
    ),
    "tech-profit": lambda shop: (
        shop.between(*Y2019).where(category="Technology").figures("profit").item()
        / shop.between(*Y2019).figures("profit").item()
    ),
    "west-slices": lambda shop: share(
        shop.between(*Y2019).where(region="West").figures("net_sales", by="segment")
    ).drop("net_sales"),
    "chicago-chat": lambda shop: shop.between(*Y2018).where(city="Chicago").figures("net_sales"),
    "chicago-chat/2": lambda shop: shop.between(*Y2019).where(city="Chicago").figures("net_sales"),
    "chicago-chat/3": lambda shop: shop.between(*Y2019).where(city="Chicago").figures("profit"),
    "states-chat": lambda shop: top(5, shop.between(*Y2019).figures("net_sales", by="state")),
    "states-chat/2": lambda shop: top(5, shop.between(*Y2019).figures("profit", by="state")),
    "philly-typo": lambda shop: shop.between(*Y2019).where(city="Philadelphia").figures("profit"),
}
