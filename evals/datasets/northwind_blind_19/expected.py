"""What the questions of northwind_blind_19 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, top, versus

CHEESES = ("Mozzarella di Giovanni", "Gorgonzola Telino")


def this_year(shop: Shop) -> Shop:
    return shop.between("1998-01-01", "1998-05-06")


def year_1997(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


def first_quarter_1998(shop: Shop) -> Shop:
    return shop.between("1998-01-01", "1998-03-31")


def two_cheeses(shop: Shop) -> Shop:
    return shop.between("1998-03-01", "1998-03-31").where(product=CHEESES)


def part_of_brazil(shop: Shop) -> float:
    lines = year_1997(shop).lines
    return float(lines.filter(pl.col("country") == "Brazil")["net"].sum()) / float(lines["net"].sum())


def outback_lager(shop: Shop) -> pl.DataFrame:
    lager = shop.where(product="Outback Lager")
    before = lager.between("1997-01-01", "1997-05-06").figures("net_sales")
    return versus(this_year(lager).figures("net_sales"), before)


def running_low(shop: Shop) -> pl.DataFrame:
    low = shop.products.filter(pl.col("category_name") == "Dairy Products", pl.col("units_in_stock") < 15)
    return low.select("product_name", "units_in_stock").sort("product_name")


def gone_in_april(shop: Shop) -> int:
    march = set(shop.between("1998-03-01", "1998-03-31").lines["customer"])
    april = set(shop.between("1998-04-01", "1998-04-30").lines["customer"])
    return len(march - april)


def large_orders(shop: Shop) -> int:
    values = year_1997(shop).lines.group_by("order").agg(pl.col("net").sum())
    return values.filter(pl.col("net") > 5000).height


def five_biggest(shop: Shop) -> float:
    customers = this_year(shop).figures("net_sales", by="customer")
    return float(top(5, customers)["net_sales"].sum()) / float(customers["net_sales"].sum())


EXPECTED: dict[str, Oracle] = {
    "brazil-this-year": lambda shop: this_year(shop).where(country="Brazil").figures("net_sales"),
    "brazil-this-year/2": lambda shop: this_year(shop).where(country="Brazil").figures("net_sales", by="month"),
    "brazil-this-year/3": lambda shop: this_year(shop).where(country="Venezuela").figures("net_sales", by="month"),
    "united-package-freight": lambda shop: (
        first_quarter_1998(shop).where(ship_method="United Package").figures("shipping")
    ),
    "guarana-unities": lambda shop: year_1997(shop).where(product="Guaraná Fantástica").figures("units"),
    "brazil-part-of-all": part_of_brazil,
    "last-month-takings": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales"),
    "last-month-takings/2": lambda shop: shop.between("1997-04-01", "1997-04-30").figures("net_sales"),
    "biggest-uk-spender": lambda shop: top(1, shop.where(country="UK").figures("net_sales", by="customer_name")),
    "suyama-orders": lambda shop: year_1997(shop).where(salesperson="Michael Suyama").figures("orders"),
    "slowest-lines": lambda shop: top(5, year_1997(shop).figures("units", by="product"), lowest=True),
    "outback-lager": outback_lager,
    "two-italian-cheeses": lambda shop: two_cheeses(shop).figures("units", by="product"),
    "two-italian-cheeses/2": lambda shop: two_cheeses(shop).figures("net_sales", by="product"),
    "italian-clients": lambda shop: shop.where(country="Italy").figures("net_sales", by="customer_name"),
    "cheese-running-low": running_low,
    "strongest-december": lambda shop: top(
        1, shop.between("1997-12-01", "1997-12-31").figures("net_sales", by="category")
    ),
    "rep-list-april": lambda shop: (
        shop.between("1998-04-01", "1998-04-30")
        .figures("net_sales", by="salesperson")
        .sort("net_sales", descending=True)
    ),
    "orders-last-week": lambda shop: shop.between("1998-04-27", "1998-05-03").figures("orders", by="day"),
    "top-ten-q1": lambda shop: top(10, first_quarter_1998(shop).figures("net_sales", "units", by="product")),
    "order-value-by-shipper": lambda shop: this_year(shop).figures("average_order_value", by="ship_method"),
    "discount-rate-by-category": lambda shop: year_1997(shop).figures("discount_rate", by="category"),
    "march-but-not-april": gone_in_april,
    "quarters-1997": lambda shop: year_1997(shop).figures("gross_sales", "discounts", "net_sales", by="quarter"),
    "freight-april-march": lambda shop: versus(
        shop.between("1998-04-01", "1998-04-30").figures("shipping"),
        shop.between("1998-03-01", "1998-03-31").figures("shipping"),
    ),
    "financial-year": lambda shop: shop.between("1996-07-01", "1997-06-30").figures("net_sales"),
    "large-orders": large_orders,
    "first-time-buyers": lambda shop: new_customers(shop, "1997-01-01", "1997-12-31"),
    "customers-each-month": lambda shop: this_year(shop).figures("customers", by="month"),
    "five-biggest-together": five_biggest,
    "cities-thirty-days": lambda shop: top(5, shop.between("1998-04-06", "1998-05-05").figures("net_sales", by="city")),
}
