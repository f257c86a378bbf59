"""What the questions of northwind_blind_4 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus

NORDICS = ["Sweden", "Norway", "Denmark", "Finland"]


def _in_1996(shop: Shop) -> Shop:
    return shop.between("1996-01-01", "1996-12-31")


def _in_1997(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


def _this_year(shop: Shop) -> Shop:
    return shop.between("1998-01-01", "1998-05-06")


def _april(shop: Shop) -> Shop:
    return shop.between("1998-04-01", "1998-04-30")


EXPECTED: dict[str, Oracle] = {
    "takings-1996": lambda shop: _in_1996(shop).figures("net_sales"),
    "basket-since-february": lambda shop: shop.between("1998-02-01", "1998-05-06").figures("average_order_value"),
    "gross-october-1997": lambda shop: shop.between("1997-10-01", "1997-10-31").figures("gross_sales"),
    "clients-won-1997": lambda shop: new_customers(shop, "1997-01-01", "1997-12-31"),
    "staff-last-quarter": lambda shop: shop.between("1998-01-01", "1998-03-31").figures("net_sales", by="salesperson"),
    "pieces-by-country-1997": lambda shop: _in_1997(shop).figures("units", by="country"),
    "discounts-by-category-this-year": lambda shop: _this_year(shop).figures("discounts", by="category"),
    "freight-by-shipper-april": lambda shop: _april(shop).figures("shipping", by="ship_method"),
    "buyers-per-country-last-year": lambda shop: _in_1997(shop).figures("customers", by="country"),
    "rep-by-quarter-1997": lambda shop: _in_1997(shop).figures("orders", by=["salesperson", "quarter"]),
    "save-a-lot-ever": lambda shop: shop.where(customer_name="Save-a-lot Markets").figures("net_sales"),
    "blaye-outside-europe": lambda shop: (
        _in_1997(shop).where(product="Côte de Blaye", country=["USA", "Canada"]).figures("units")
    ),
    "seafood-nordics": lambda shop: (
        shop.between("1998-01-01", "1998-04-30").where(category="Seafood", country=NORDICS).figures("orders")
    ),
    "king-not-uk": lambda shop: (
        shop.between("1997-07-01", "1997-12-31")
        .where(pl.col("country") != "UK", salesperson="Robert King")
        .figures("net_sales")
    ),
    "slow-articles": lambda shop: shop.figures("net_sales", by="product").filter(pl.col("net_sales") < 2000),
    "customers-monthly-year": lambda shop: shop.between("1997-05-01", "1998-04-30").figures("customers", by="month"),
    "orders-six-weeks": lambda shop: shop.between("1998-03-23", "1998-05-03").figures("orders", by="week"),
    "beverages-quarters": lambda shop: shop.where(category="Beverages").figures("net_sales", by="quarter"),
    "daily-last-week": lambda shop: shop.between("1998-04-27", "1998-05-03").figures("net_sales", by="day"),
    "most-pieces-products": lambda shop: top(5, shop.figures("units", by="product")),
    "smallest-clients-1997": lambda shop: top(3, _in_1997(shop).figures("net_sales", by="customer_name"), lowest=True),
    "dairy-country": lambda shop: top(1, shop.where(category="Dairy Products").figures("net_sales", by="country")),
    "first-quarter-both-years": lambda shop: versus(
        shop.between("1998-01-01", "1998-03-31").figures("net_sales"),
        shop.between("1997-01-01", "1997-03-31").figures("net_sales"),
    ),
    "margaret-or-janet": lambda shop: (
        _april(shop).where(salesperson=["Margaret Peacock", "Janet Leverling"]).figures("net_sales", by="salesperson")
    ),
    "usa-part-this-year": lambda shop: (
        _this_year(shop).where(country="USA").figures("net_sales").item() / _this_year(shop).figures("net_sales").item()
    ),
    "category-mix-1997": lambda shop: share(_in_1997(shop).figures("net_sales", by="category")).drop("net_sales"),
    "brazil-then-venezuela": lambda shop: _in_1997(shop).where(country="Brazil").figures("net_sales"),
    "brazil-then-venezuela/2": lambda shop: _in_1997(shop).where(country="Brazil").figures("orders"),
    "brazil-then-venezuela/3": lambda shop: _in_1997(shop).where(country="Venezuela").figures("orders"),
    "top-reps-then-1996": lambda shop: top(3, _in_1997(shop).figures("net_sales", by="salesperson")),
    "top-reps-then-1996/2": lambda shop: top(3, _in_1996(shop).figures("net_sales", by="salesperson")),
    "ernst-handle": lambda shop: _in_1997(shop).where(customer_name="Ernst Handel").figures("net_sales"),
}
