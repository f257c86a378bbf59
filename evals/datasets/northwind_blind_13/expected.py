"""What the questions of northwind_blind_13 come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def value(shop: Shop, figure: str = "net_sales") -> float:
    return float(shop.figures(figure).item())


def part(of: Shop, whole: Shop, figure: str = "net_sales") -> float:
    """The fraction of the whole."""
    return value(of, figure) / value(whole, figure)


def growth(shop: Shop, figure: str, key: str, first: date, last: date) -> pl.DataFrame:
    """Each period that starts between the days with its change to the one before, as a fraction."""
    frame = shop.figures(figure, by=key).sort(key)
    frame = frame.with_columns(growth=pl.col(figure) / pl.col(figure).shift(1) - 1)
    return frame.filter(pl.col(key).is_between(first, last))


def buyers(shop: Shop) -> set[str]:
    """The known customers who bought."""
    return set(shop.lines["customer"].drop_nulls())


def order_values(shop: Shop) -> pl.DataFrame:
    """What each order came to after discounts, before refunds and without tax."""
    return shop.lines.group_by("order", "day", "customer_name").agg(pl.col("net").sum())


def on_weekday(*days: int) -> pl.Expr:
    """Monday is 1."""
    return pl.col("day").dt.weekday().is_in(days)


EXPECTED: dict[str, Oracle] = {
    "april-revenue": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales"),
    "customers-97": lambda shop: shop.between("1997-01-01", "1997-12-31").figures("customers"),
    "freight-q1": lambda shop: shop.between("1998-01-01", "1998-03-31").figures("shipping"),
    "units-per-order": lambda shop: shop.between("1998-01-01", "1998-05-06").figures("units_per_order"),
    "median-97": lambda shop: order_values(shop.between("1997-01-01", "1997-12-31")).select(pl.col("net").median()),
    "discount-rate": lambda shop: shop.between("1997-01-01", "1997-12-31").figures("discount_rate"),
    "salespeople-q1": lambda shop: shop.between("1998-01-01", "1998-03-31").figures("net_sales", by="salesperson"),
    "shipper-orders": lambda shop: shop.between("1997-01-01", "1997-12-31").figures("orders", by="ship_method"),
    "brazil-cities": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(country="Brazil").figures("net_sales", by="city")
    ),
    "spend-country": lambda shop: (
        shop.between("1997-01-01", "1997-12-31")
        .where(country=["Germany", "France", "UK"])
        .figures("net_sales_per_customer", by="country")
    ),
    "seafood-uk": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(category="Seafood", country="UK").figures("net_sales")
    ),
    "not-usa": lambda shop: (
        shop.between("1998-01-01", "1998-05-06")
        .where((pl.col("country") != "USA") | pl.col("country").is_null())
        .figures("net_sales")
    ),
    "march-april-cheese": lambda shop: (
        shop.between("1998-03-01", "1998-04-30").where(category="Dairy Products").figures("net_sales")
    ),
    "large-orders": lambda shop: (
        order_values(shop.between("1997-01-01", "1997-12-31")).filter(pl.col("net") > 5000).height
    ),
    "king-london": lambda shop: shop.where(salesperson="Robert King", city="London").figures("orders"),
    "chai-chang": lambda shop: len(buyers(shop.where(product="Chai")) & buyers(shop.where(product="Chang"))),
    "lost-in-98": lambda shop: len(
        buyers(shop.between("1997-01-01", "1997-12-31")) - buyers(shop.between("1998-01-01", "1998-05-06"))
    ),
    "mondays": lambda shop: shop.between("1997-01-01", "1997-12-31").where(on_weekday(1)).figures("orders"),
    "months-97": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(country="France").figures("orders", by="month")
    ),
    "weeks": lambda shop: shop.between("1998-03-23", "1998-05-03").figures("net_sales", by="week"),
    "growth-first-half": lambda shop: growth(
        shop.between("1996-12-01", "1997-06-30"), "net_sales", "month", date(1997, 1, 1), date(1997, 6, 1)
    ),
    "first-ernst": lambda shop: (
        order_values(shop.where(customer_name="Ernst Handel")).sort("day").head(1).select("day", "net")
    ),
    "top-countries": lambda shop: top(5, shop.between("1998-01-01", "1998-05-06").figures("net_sales", by="country")),
    "cheap-beverages": lambda shop: top(
        3,
        shop.between("1997-01-01", "1997-12-31").where(category="Beverages").figures("net_sales", by="product"),
        lowest=True,
    ),
    "biggest-order": lambda shop: top(1, order_values(shop.between("1998-01-01", "1998-05-06")).select("order", "net")),
    "best-seller-quantity": lambda shop: top(
        10, shop.between("1997-01-01", "1997-12-31").figures("units", by="product")
    ),
    "q1-q1": lambda shop: versus(
        shop.between("1998-01-01", "1998-03-31").figures("net_sales"),
        shop.between("1997-01-01", "1997-03-31").figures("net_sales"),
    ),
    "nancy-janet": lambda shop: (
        shop.between("1998-04-01", "1998-04-30")
        .where(salesperson=["Nancy Davolio", "Janet Leverling"])
        .figures("net_sales", by="salesperson")
    ),
    "german-share": lambda shop: part(
        shop.between("1997-01-01", "1997-12-31").where(country="Germany"), shop.between("1997-01-01", "1997-12-31")
    ),
    "category-share-98": lambda shop: share(
        shop.between("1998-01-01", "1998-05-06").figures("net_sales", by="category")
    ),
    "quick-stop": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(customer_name="QUICK-Stop").figures("net_sales")
    ),
    "quick-stop/2": lambda shop: (
        shop.between("1998-01-01", "1998-05-06").where(customer_name="QUICK-Stop").figures("net_sales")
    ),
    "quick-stop/3": lambda shop: (
        shop.between("1998-01-01", "1998-05-06").where(customer_name="QUICK-Stop").figures("net_sales", by="category")
    ),
    "typo-confection": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(category="Confections", country="Sweden").figures("net_sales")
    ),
    "typo-camembert": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(product="Camembert Pierrot").figures("units")
    ),
}
