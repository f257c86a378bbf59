"""What the questions of northwind_blind_11 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _first_quarter(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-03-31")


def _april(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-04-01", f"{year}-04-30")


def _slow_products(shop: Shop) -> pl.DataFrame:
    return shop.figures("units", by="product").filter(pl.col("units") < 200)


def _german_part(shop: Shop) -> float:
    orders = _year(shop, 1997).orders
    return orders.filter(pl.col("country") == "Germany").height / orders.height


def _best_products(shop: Shop, count: int) -> pl.DataFrame:
    return top(count, shop.figures("net_sales", by="product"))


EXPECTED: dict[str, Oracle] = {
    "april-pieces": lambda shop: _april(shop, 1998).figures("units"),
    "ever-ordered": lambda shop: shop.figures("customers"),
    "discounts-1996": lambda shop: _year(shop, 1996).figures("discounts"),
    "first-timers": lambda shop: new_customers(shop, "1997-01-01", "1997-12-31"),
    "order-value-countries": lambda shop: _year(shop, 1997).figures("average_order_value", by="country"),
    "clients-per-rep": lambda shop: _first_quarter(shop, 1998).figures("customers", by="salesperson"),
    "venezuela-buyers": lambda shop: shop.where(country="Venezuela").figures("net_sales", by="customer_name"),
    "chai-germany": lambda shop: _year(shop, 1997).where(product="Chai", country="Germany").figures("units"),
    "hundred-pieces": lambda shop: shop.where(pl.col("quantity") >= 100).figures("net_sales"),
    "king-north-america": lambda shop: (
        shop.between("1998-01-01", "1998-05-06")
        .where(salesperson="Robert King", country=["USA", "Canada"])
        .figures("net_sales")
    ),
    "slow-products": _slow_products,
    "march-weeks": lambda shop: shop.between("1998-03-02", "1998-03-29").figures("net_sales", by="week"),
    "brazil-quarters": lambda shop: _year(shop, 1997).where(country="Brazil").figures("orders", by="quarter"),
    "cheese-last-months": lambda shop: (
        shop.between("1997-11-01", "1998-04-30").where(category="Dairy Products").figures("net_sales", by="month")
    ),
    "best-day-december": lambda shop: top(1, shop.between("1997-12-01", "1997-12-31").figures("net_sales", by="day")),
    "drinks-by-quantity": lambda shop: top(
        4, _year(shop, 1997).where(category="Beverages").figures("units", by="product")
    ),
    "weakest-countries": lambda shop: top(3, _year(shop, 1997).figures("net_sales", by="country"), lowest=True),
    "peacock-leverling": lambda shop: (
        _year(shop, 1997)
        .where(salesperson=["Margaret Peacock", "Janet Leverling"])
        .figures("net_sales", by="salesperson")
    ),
    "shippers-april": lambda shop: versus(
        _april(shop, 1998).figures("orders", by="ship_method"), _april(shop, 1997).figures("orders", by="ship_method")
    ),
    "first-quarters": lambda shop: versus(
        _first_quarter(shop, 1998).figures("net_sales"), _first_quarter(shop, 1997).figures("net_sales")
    ),
    "category-shares": lambda shop: share(_year(shop, 1997).figures("net_sales", by="category")),
    "german-order-part": _german_part,
    "austria-then-ireland": lambda shop: _year(shop, 1997).where(country="Austria").figures("net_sales"),
    "austria-then-ireland/2": lambda shop: _year(shop, 1997).where(country="Austria").figures("orders"),
    "austria-then-ireland/3": lambda shop: _year(shop, 1997).where(country="Ireland").figures("orders"),
    "best-products-widened": lambda shop: _best_products(_first_quarter(shop, 1998), 3),
    "best-products-widened/2": lambda shop: _best_products(_first_quarter(shop, 1998), 5),
    "best-products-widened/3": lambda shop: _best_products(_year(shop, 1997), 5),
    "months-sweets-quarters": lambda shop: _year(shop, 1997).figures("net_sales", by="month"),
    "months-sweets-quarters/2": lambda shop: (
        _year(shop, 1997).where(category="Confections").figures("net_sales", by="month")
    ),
    "months-sweets-quarters/3": lambda shop: (
        _year(shop, 1997).where(category="Confections").figures("net_sales", by="quarter")
    ),
    "savealot-categories": lambda shop: (
        _year(shop, 1997).where(customer_name="Save-a-lot Markets").figures("net_sales")
    ),
    "savealot-categories/2": lambda shop: (
        _year(shop, 1997).where(customer_name="Save-a-lot Markets").figures("net_sales", by="category")
    ),
    "misspelt-callahan": lambda shop: (
        shop.between("1998-02-01", "1998-02-28").where(salesperson="Laura Callahan").figures("orders")
    ),
}
