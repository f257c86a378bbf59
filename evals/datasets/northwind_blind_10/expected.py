"""What the questions of northwind_blind_10 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _this_year(shop: Shop) -> Shop:
    return shop.between("1998-01-01", "1998-05-06")


def _first_quarter(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-03-31")


def _last_quarter_of_1997(shop: Shop) -> Shop:
    return shop.between("1997-10-01", "1997-12-31")


def _april(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-04-01", f"{year}-04-30")


def _frequent(shop: Shop) -> pl.DataFrame:
    return shop.figures("orders", by="customer_name").filter(pl.col("orders") > 20)


def _german_part(shop: Shop) -> float:
    lines = _this_year(shop).lines
    return float(lines.filter(pl.col("country") == "Germany")["net"].sum()) / float(lines["net"].sum())


EXPECTED: dict[str, Oracle] = {
    "fortnight-takings": lambda shop: shop.between("1998-04-22", "1998-05-05").figures("net_sales"),
    "warehouse-pieces": lambda shop: _first_quarter(shop, 1998).figures("units"),
    "first-timers-97": lambda shop: new_customers(shop, "1997-01-01", "1997-12-31"),
    "before-discounts": lambda shop: shop.between("1997-11-01", "1997-11-30").figures("gross_sales"),
    "clients-per-rep": lambda shop: _this_year(shop).figures("customers", by="salesperson"),
    "discount-percent": lambda shop: shop.between("1998-03-01", "1998-03-31").figures("discount_rate", by="category"),
    "brazil-towns": lambda shop: shop.where(country="Brazil").figures("orders", by="city"),
    "carriers-three-figures": lambda shop: _year(shop, 1997).figures("orders", "units", "shipping", by="ship_method"),
    "king-british": lambda shop: _year(shop, 1997).where(salesperson="Robert King", country="UK").figures("net_sales"),
    "not-america": lambda shop: _april(shop, 1998).where(pl.col("country") != "USA").figures("net_sales"),
    "raclette-buyers": lambda shop: (
        shop.between("1997-07-01", "1997-12-31").where(product="Raclette Courdavault").figures("customers")
    ),
    "frequent-customers": _frequent,
    "four-weeks-orders": lambda shop: shop.between("1998-04-06", "1998-05-03").figures("orders", by="week"),
    "drinks-by-quarter": lambda shop: _year(shop, 1997).where(category="Beverages").figures("net_sales", by="quarter"),
    "daily-april": lambda shop: shop.between("1998-04-01", "1998-04-15").figures("net_sales", by="day"),
    "slow-products": lambda shop: top(4, shop.figures("units", by="product"), lowest=True),
    "dairy-cities": lambda shop: top(
        3, _year(shop, 1997).where(category="Dairy Products").figures("net_sales", by="city")
    ),
    "freight-payers": lambda shop: top(6, _this_year(shop).figures("shipping", by="customer_name")),
    "best-basket-country": lambda shop: top(5, _first_quarter(shop, 1998).figures("average_order_value", by="country")),
    "april-on-april": lambda shop: versus(
        _april(shop, 1998).figures("net_sales"), _april(shop, 1997).figures("net_sales")
    ),
    "categories-year-on-year": lambda shop: versus(
        _first_quarter(shop, 1998).figures("units", by="category"),
        _first_quarter(shop, 1997).figures("units", by="category"),
    ),
    "janet-or-margaret": lambda shop: (
        _year(shop, 1997)
        .where(salesperson=["Janet Leverling", "Margaret Peacock"])
        .figures("net_sales", by="salesperson")
    ),
    "carrier-portions": lambda shop: share(_year(shop, 1997).figures("net_sales", by="ship_method")),
    "german-part": _german_part,
    "sweets-thread": lambda shop: _year(shop, 1997).where(category="Confections").figures("net_sales"),
    "sweets-thread/2": lambda shop: _year(shop, 1997).where(category="Confections").figures("net_sales", by="country"),
    "sweets-thread/3": lambda shop: _year(shop, 1996).where(category="Confections").figures("net_sales", by="country"),
    "reps-thread": lambda shop: top(3, _last_quarter_of_1997(shop).figures("net_sales", by="salesperson")),
    "reps-thread/2": lambda shop: top(
        3, _last_quarter_of_1997(shop).figures("net_sales", by="salesperson"), lowest=True
    ),
    "monthly-thread": lambda shop: shop.between("1998-01-01", "1998-04-30").figures("orders", by="month"),
    "monthly-thread/2": lambda shop: (
        shop.between("1998-01-01", "1998-04-30").where(ship_method="United Package").figures("orders", by="month")
    ),
    "big-buyers-thread": lambda shop: _year(shop, 1997).where(customer_name="Save-a-lot Markets").figures("net_sales"),
    "big-buyers-thread/2": lambda shop: _year(shop, 1997).where(customer_name="QUICK-Stop").figures("net_sales"),
    "venezuela-misspelt": lambda shop: _year(shop, 1997).where(country="Venezuela").figures("net_sales"),
    "february-misspelt": lambda shop: shop.between("1998-02-01", "1998-02-28").figures("discounts"),
}
