"""What the questions of northwind_blind_3 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus

NORDIC = ["Sweden", "Denmark", "Norway", "Finland"]


def _in_1997(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


def _orders_per_customer_over(shop: Shop, least: int) -> pl.DataFrame:
    return shop.figures("orders", by="customer_name").filter(pl.col("orders") > least)


def _new_by_quarter(shop: Shop) -> pl.DataFrame:
    first = shop.lines.group_by("customer").agg(pl.col("day").min()).filter(pl.col("day").dt.year() == 1997)
    return first.group_by(quarter=pl.col("day").dt.truncate("1q")).agg(pl.len().alias("new_customers")).sort("quarter")


def _ernst_handel(shop: Shop) -> float:
    shares = share(_in_1997(shop).figures("net_sales", by="customer_name"))
    return shares.filter(pl.col("customer_name") == "Ernst Handel")["share"].item()


def _seafood(shop: Shop) -> Shop:
    return shop.between("1997-07-01", "1997-09-30").where(category="Seafood")


EXPECTED: dict[str, Oracle] = {
    # Totals
    "takings-1997": lambda shop: _in_1997(shop).figures("net_sales"),
    "orders-mid-march-mid-april": lambda shop: shop.between("1998-03-15", "1998-04-15").figures("orders"),
    "basket-q1": lambda shop: shop.between("1998-01-01", "1998-03-31").figures("average_order_value"),
    "clients-last-month": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("customers"),
    "rebates-since-january": lambda shop: shop.between("1998-01-01", "1998-05-06").figures("discounts"),
    # Breakdowns
    "freight-per-carrier-1996": lambda shop: shop.between("1996-01-01", "1996-12-31").figures(
        "shipping", by="ship_method"
    ),
    "pieces-per-category": lambda shop: shop.between("1998-01-01", "1998-03-31").figures("units", by="category"),
    "countries-so-far": lambda shop: shop.between("1998-01-01", "1998-05-06").figures("net_sales", by="country"),
    "order-worth-per-employee": lambda shop: shop.figures("average_order_value", by="salesperson"),
    "brazil-towns": lambda shop: _in_1997(shop).where(country="Brazil").figures("net_sales", by="city"),
    # Filters
    "janet-beverages": lambda shop: shop.where(salesperson="Janet Leverling", category="Beverages").figures(
        "net_sales"
    ),
    "nordic-dairy": lambda shop: _in_1997(shop).where(country=NORDIC, category="Dairy Products").figures("net_sales"),
    "more-than-twenty-orders": lambda shop: _orders_per_customer_over(shop, 20),
    "outside-usa-march": lambda shop: (
        shop.between("1998-03-01", "1998-03-31").where(pl.col("country") != "USA").figures("net_sales")
    ),
    # Time
    "beverages-by-month": lambda shop: _in_1997(shop).where(category="Beverages").figures("net_sales", by="month"),
    "orders-last-four-weeks": lambda shop: shop.between("1998-04-06", "1998-05-03").figures("orders", by="week"),
    "record-month": lambda shop: top(1, shop.figures("net_sales", by="month")),
    "new-clients-by-quarter": _new_by_quarter,
    # Top N
    "five-biggest-spenders": lambda shop: top(5, _in_1997(shop).figures("net_sales", by="customer_name")),
    "three-slowest-products": lambda shop: top(3, shop.figures("units", by="product"), lowest=True),
    "most-orders-closed": lambda shop: top(1, _in_1997(shop).figures("orders", by="salesperson")),
    # Comparisons
    "condiments-april-march": lambda shop: versus(
        shop.between("1998-04-01", "1998-04-30").where(category="Condiments").figures("net_sales"),
        shop.between("1998-03-01", "1998-03-31").where(category="Condiments").figures("net_sales"),
    ),
    "germany-or-usa": lambda shop: _in_1997(shop).where(country=["Germany", "USA"]).figures("net_sales", by="country"),
    # Shares
    "ernst-handel-slice": _ernst_handel,
    # Follow-ups
    "seafood-third-quarter": lambda shop: _seafood(shop).figures("net_sales"),
    "seafood-third-quarter/2": lambda shop: _seafood(shop).figures("net_sales", by="country"),
    "seafood-third-quarter/3": lambda shop: top(3, _seafood(shop).figures("net_sales", by="country")),
    "king-then-davolio": lambda shop: (
        shop.between("1998-02-01", "1998-02-28").where(salesperson="Robert King").figures("orders")
    ),
    "king-then-davolio/2": lambda shop: (
        shop.between("1998-02-01", "1998-02-28").where(salesperson="Nancy Davolio").figures("orders")
    ),
    # Typos
    "confectons-germny": lambda shop: (
        _in_1997(shop).where(category="Confections", country="Germany").figures("net_sales")
    ),
}
