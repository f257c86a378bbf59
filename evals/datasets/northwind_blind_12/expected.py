"""What the questions of northwind_blind_12 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _so_far(shop: Shop) -> Shop:
    return shop.between("1998-01-01", "1998-05-06")


def _first_quarter(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-03-31")


def _last_week(shop: Shop) -> Shop:
    return shop.between("1998-04-27", "1998-05-03")


def _april(shop: Shop) -> Shop:
    return shop.between("1998-04-01", "1998-04-30")


def _dairy_part(shop: Shop) -> float:
    lines = _year(shop, 1997).lines
    return float(lines.filter(pl.col("category") == "Dairy Products")["net"].sum()) / float(lines["net"].sum())


EXPECTED: dict[str, Oracle] = {
    "yesterday": lambda shop: shop.between("1998-05-05", "1998-05-05").figures("net_sales"),
    "pieces-summer": lambda shop: shop.between("1997-06-01", "1997-08-31").figures("units"),
    "given-away": lambda shop: _year(shop, 1997).figures("discount_rate"),
    "first-timers": lambda shop: new_customers(shop, "1997-01-01", "1997-12-31"),
    "price-per-category": lambda shop: shop.between("1997-01-01", "1997-06-30").figures("average_price", by="category"),
    "bonus-talks": lambda shop: _year(shop, 1997).figures("net_sales", by=["salesperson", "quarter"]),
    "buyers-countries": lambda shop: _first_quarter(shop, 1998).figures("customers", by="country"),
    "freight-per-carrier": lambda shop: _april(shop).figures("shipping", by="ship_method"),
    "french-cities": lambda shop: shop.where(city=["Lyon", "Nantes", "Strasbourg"]).figures("orders"),
    "king-abroad": lambda shop: (
        _year(shop, 1997).where(pl.col("country") != "USA", salesperson="Robert King").figures("net_sales")
    ),
    "raclette-orders": lambda shop: _so_far(shop).where(product="Raclette Courdavault").figures("orders"),
    "save-a-lot-discounts": lambda shop: (
        _year(shop, 1997).where(customer_name="Save-a-lot Markets").figures("discounts")
    ),
    "six-weeks": lambda shop: shop.between("1998-03-23", "1998-05-03").figures("orders", by="week"),
    "german-drinks": lambda shop: (
        _year(shop, 1997).where(country="Germany", category="Beverages").figures("net_sales", by="month")
    ),
    "basket-quarters": lambda shop: shop.between("1997-01-01", "1998-03-31").figures(
        "average_order_value", by="quarter"
    ),
    "cities-by-units": lambda shop: top(4, _first_quarter(shop, 1998).figures("units", by="city")),
    "weakest-confections": lambda shop: top(
        3, _year(shop, 1997).where(category="Confections").figures("net_sales", by="product"), lowest=True
    ),
    "loyal-customers": lambda shop: top(5, shop.figures("orders", by="customer_name")),
    "best-month": lambda shop: top(1, _year(shop, 1997).figures("net_sales", by="month")),
    "januaries": lambda shop: versus(
        shop.between("1998-01-01", "1998-01-31").figures("net_sales"),
        shop.between("1997-01-01", "1997-01-31").figures("net_sales"),
    ),
    "reps-q1": lambda shop: versus(
        _first_quarter(shop, 1998).figures("orders", by="salesperson"),
        _first_quarter(shop, 1997).figures("orders", by="salesperson"),
    ),
    "uk-or-spain": lambda shop: (
        _year(shop, 1997).where(country=["UK", "Spain"]).figures("units_per_order", by="country")
    ),
    "dairy-part": _dairy_part,
    "shipper-parts": lambda shop: share(_so_far(shop).figures("orders", by="ship_method")),
    "south-america": lambda shop: _year(shop, 1997).where(country="Brazil").figures("net_sales"),
    "south-america/2": lambda shop: _year(shop, 1997).where(country="Venezuela").figures("net_sales"),
    "south-america/3": lambda shop: _year(shop, 1997).where(country="Venezuela").figures("net_sales", by="city"),
    "last-week": lambda shop: _last_week(shop).figures("orders"),
    "last-week/2": lambda shop: _last_week(shop).where(salesperson="Margaret Peacock").figures("orders"),
    "last-week/3": lambda shop: _april(shop).where(salesperson="Margaret Peacock").figures("orders"),
    "top-seafood": lambda shop: top(5, _year(shop, 1997).where(category="Seafood").figures("net_sales", by="product")),
    "top-seafood/2": lambda shop: top(5, _year(shop, 1997).where(category="Seafood").figures("units", by="product")),
    "owl-typos": lambda shop: (
        _year(shop, 1997).where(customer_name="Hungry Owl All-Night Grocers").figures("net_sales")
    ),
    "laura-typos": lambda shop: (
        shop.between("1997-09-01", "1997-12-31").where(salesperson="Laura Callahan").figures("orders", by="month")
    ),
}
