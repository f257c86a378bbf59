"""What the questions of northwind_blind_7 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _start_of_1998(shop: Shop) -> Shop:
    return shop.between("1998-01-01", "1998-03-31")


def _big_products(shop: Shop) -> pl.DataFrame:
    return shop.figures("net_sales", by="product").filter(pl.col("net_sales") > 25_000)


def _small_countries(shop: Shop) -> pl.DataFrame:
    return _year(shop, 1997).figures("orders", by="country").filter(pl.col("orders") < 10)


def _beverage_units(shop: Shop) -> float:
    lines = _year(shop, 1997).lines
    return float(lines.filter(pl.col("category") == "Beverages")["quantity"].sum()) / float(lines["quantity"].sum())


EXPECTED: dict[str, Oracle] = {
    "february-turnover": lambda shop: shop.between("1998-02-01", "1998-02-28").figures("net_sales"),
    "order-worth": lambda shop: _year(shop, 1997).figures("average_order_value"),
    "freight-year": lambda shop: _year(shop, 1997).figures("shipping"),
    "companies-q4": lambda shop: shop.between("1997-10-01", "1997-12-31").figures("customers"),
    "units-groups": lambda shop: _year(shop, 1997).figures("units", by="category"),
    "reps-basket": lambda shop: _start_of_1998(shop).figures("average_order_value", by="salesperson"),
    "carriers-both": lambda shop: shop.figures("net_sales", "orders", by="ship_method"),
    "german-cities": lambda shop: _year(shop, 1997).where(country="Germany").figures("net_sales", by="city"),
    "seafood-items": lambda shop: (
        shop.between("1998-01-01", "1998-05-06").where(category="Seafood").figures("net_sales", by="product")
    ),
    "discount-countries": lambda shop: _year(shop, 1997).figures("discounts", by="country"),
    "ernst-handel": lambda shop: shop.where(customer_name="Ernst Handel").figures("net_sales"),
    "leverling-speedy": lambda shop: (
        _year(shop, 1997).where(salesperson="Janet Leverling", ship_method="Speedy Express").figures("orders")
    ),
    "drinks-condiments": lambda shop: (
        shop.between("1997-04-01", "1997-06-30").where(category=["Beverages", "Condiments"]).figures("net_sales")
    ),
    "big-products": _big_products,
    "small-countries": _small_countries,
    "basket-months": lambda shop: _year(shop, 1997).figures("average_order_value", by="month"),
    "march-weeks": lambda shop: shop.between("1998-03-02", "1998-03-29").figures("net_sales", by="week"),
    "quiet-quarter": lambda shop: top(1, _year(shop, 1997).figures("orders", by="quarter"), lowest=True),
    "buyers-years": lambda shop: shop.figures("customers", by="year"),
    "france-products": lambda shop: top(6, shop.where(country="France").figures("net_sales", by="product")),
    "discount-groups": lambda shop: top(3, shop.figures("discounts", by="category")),
    "basket-countries": lambda shop: top(5, _year(shop, 1997).figures("average_order_value", by="country")),
    "april-april": lambda shop: versus(
        shop.between("1998-04-01", "1998-04-30").figures("net_sales"),
        shop.between("1997-04-01", "1997-04-30").figures("net_sales"),
    ),
    "second-halves": lambda shop: versus(
        shop.between("1997-07-01", "1997-12-31").figures("net_sales"),
        shop.between("1996-07-01", "1996-12-31").figures("net_sales"),
    ),
    "tofu-tofu": lambda shop: shop.where(product=["Tofu", "Longlife Tofu"]).figures("units", "net_sales", by="product"),
    "beverage-units": _beverage_units,
    "reps-share": lambda shop: share(_start_of_1998(shop).figures("net_sales", by="salesperson")),
    "canada-then": lambda shop: _year(shop, 1997).where(country="Canada").figures("orders"),
    "canada-then/2": lambda shop: _year(shop, 1997).where(country="Canada").figures("net_sales"),
    "groups-then": lambda shop: shop.between("1998-03-01", "1998-03-31").figures("net_sales", by="category"),
    "groups-then/2": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales", by="category"),
    "peacock-typos": lambda shop: (
        _year(shop, 1997).where(salesperson="Margaret Peacock").figures("net_sales", by="country")
    ),
}
