"""What the questions of northwind_blind_6 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _many_orders(shop: Shop) -> pl.DataFrame:
    return shop.figures("orders", by="customer_name").filter(pl.col("orders") > 15)


def _confections(shop: Shop) -> float:
    lines = _year(shop, 1997).lines
    return float(lines.filter(pl.col("category") == "Confections")["net"].sum()) / float(lines["net"].sum())


def _usa(shop: Shop) -> float:
    return shop.orders.filter(pl.col("country") == "USA").height / shop.orders.height


EXPECTED: dict[str, Oracle] = {
    "orders-first-half": lambda shop: shop.between("1997-01-01", "1997-06-30").figures("orders"),
    "basket-so-far": lambda shop: shop.between("1998-01-01", "1998-05-06").figures("average_order_value"),
    "discount-money": lambda shop: _year(shop, 1997).figures("discounts"),
    "pieces-last-month": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("units"),
    "staff-turnover": lambda shop: _year(shop, 1997).figures("net_sales", by="salesperson"),
    "clients-per-country": lambda shop: shop.figures("customers", by="country"),
    "groups-two-figures": lambda shop: shop.between("1998-01-01", "1998-03-31").figures(
        "units", "net_sales", by="category"
    ),
    "carriers-orders": lambda shop: _year(shop, 1996).figures("orders", by="ship_method"),
    "uk-cities": lambda shop: shop.where(country="UK").figures("net_sales", by="city"),
    "freight-by-country": lambda shop: shop.between("1998-03-01", "1998-03-31").figures("shipping", by="country"),
    "sweden-seafood": lambda shop: _year(shop, 1997).where(country="Sweden", category="Seafood").figures("net_sales"),
    "king-brazil": lambda shop: _year(shop, 1997).where(salesperson="Robert King", country="Brazil").figures("orders"),
    "pavlova-not-germany": lambda shop: shop.where(pl.col("country") != "Germany", product="Pavlova").figures("units"),
    "many-orders": _many_orders,
    "sao-paulo": lambda shop: _year(shop, 1997).where(city="Sao Paulo").figures("customers"),
    "orders-months": lambda shop: _year(shop, 1997).figures("orders", by="month"),
    "dairy-quarters": lambda shop: (
        shop.between("1997-01-01", "1998-05-06").where(category="Dairy Products").figures("net_sales", by="quarter")
    ),
    "strongest-month": lambda shop: top(1, _year(shop, 1997).figures("net_sales", by="month")),
    "april-days": lambda shop: shop.between("1998-04-20", "1998-04-24").figures("net_sales", by="day"),
    "slow-movers": lambda shop: top(4, _year(shop, 1997).figures("units", by="product"), lowest=True),
    "busy-staff": lambda shop: top(3, shop.between("1998-01-01", "1998-03-31").figures("orders", by="salesperson")),
    "cities-seven": lambda shop: top(7, shop.figures("net_sales", by="city")),
    "austria-or-france": lambda shop: (
        _year(shop, 1997).where(country=["Austria", "France"]).figures("net_sales", by="country")
    ),
    "quarter-orders": lambda shop: versus(
        shop.between("1998-01-01", "1998-03-31").figures("orders"),
        shop.between("1997-01-01", "1997-03-31").figures("orders"),
    ),
    "peacock-davolio": lambda shop: shop.where(salesperson=["Margaret Peacock", "Nancy Davolio"]).figures(
        "net_sales", "orders", by="salesperson"
    ),
    "confections-slice": _confections,
    "usa-orders": _usa,
    "germany-then": lambda shop: _year(shop, 1997).where(country="Germany").figures("net_sales"),
    "germany-then/2": lambda shop: _year(shop, 1997).where(country="Brazil").figures("net_sales"),
    "germany-then/3": lambda shop: _year(shop, 1997).where(country="Brazil").figures("net_sales", by="quarter"),
    "best-clients-then": lambda shop: top(5, _year(shop, 1997).figures("net_sales", by="customer_name")),
    "best-clients-then/2": lambda shop: top(
        5, _year(shop, 1997).where(country="USA").figures("net_sales", by="customer_name")
    ),
    "venezuela-typos": lambda shop: _year(shop, 1997).where(country="Venezuela").figures("net_sales", by="category"),
}
