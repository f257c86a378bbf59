"""What the questions of northwind_blind_14 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def growth(shop: Shop, figure: str, start: str, first_shown: str, end: str) -> pl.DataFrame:
    """Each month from `first_shown` with its change to the month before; `start` is one month earlier."""
    months = shop.between(start, end).figures(figure, by="month")
    return months.with_columns(growth=pl.col(figure) / pl.col(figure).shift(1) - 1).filter(
        pl.col("month") >= pl.lit(first_shown).str.to_date()
    )


def order_values(shop: Shop) -> pl.DataFrame:
    """One row per order: its value before refunds."""
    return shop.lines.group_by("order").agg(pl.col("net").sum())


def buyers(shop: Shop) -> set[str]:
    return set(shop.lines["customer"].drop_nulls())


EXPECTED: dict[str, Oracle] = {
    "april-total": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("total_sales"),
    "orders-this-week": lambda shop: shop.between("1998-05-04", "1998-05-06").figures("orders"),
    "freight-april": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("shipping"),
    "chai-units": lambda shop: shop.between("1997-01-01", "1997-12-31").where(product="Chai").figures("units"),
    "aov-q1": lambda shop: shop.between("1998-01-01", "1998-03-31").figures("average_order_value"),
    "median-1997": lambda shop: order_values(shop.between("1997-01-01", "1997-12-31")).select(pl.col("net").median()),
    "shippers-april": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales", by="ship_method"),
    "discount-reps": lambda shop: shop.between("1997-01-01", "1997-12-31").figures("discounts", by="salesperson"),
    "nordics-orders": lambda shop: (
        shop.between("1998-01-01", "1998-03-31")
        .where(country=["Sweden", "Norway", "Denmark", "Finland"])
        .figures("orders", by="country")
    ),
    "customers-country": lambda shop: shop.between("1997-01-01", "1997-12-31").figures("customers", by="country"),
    "beverages-items": lambda shop: (
        shop.between("1998-04-01", "1998-04-30").where(category="Beverages").figures("units", by="product")
    ),
    "nancy-germany": lambda shop: (
        shop.between("1997-01-01", "1997-12-31")
        .where(salesperson="Nancy Davolio", country="Germany")
        .figures("net_sales")
    ),
    "seafood-ex-usa": lambda shop: (
        shop.between("1998-03-01", "1998-04-30")
        .where(pl.col("category") == "Seafood", pl.col("country") != "USA")
        .figures("net_sales")
    ),
    "save-a-lot": lambda shop: (
        shop.between("1998-01-01", "1998-05-06").where(customer_name="Save-a-lot Markets").figures("net_sales")
    ),
    "united-brazil": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(country="Brazil", ship_method="United Package").figures("orders")
    ),
    "quiet-customers": lambda shop: len(
        buyers(shop.between("1997-01-01", "1997-12-31")) - buyers(shop.between("1998-01-01", "1998-05-06"))
    ),
    "beverages-no-seafood": lambda shop: len(
        buyers(shop.between("1997-01-01", "1997-12-31").where(category="Beverages"))
        - buyers(shop.between("1997-01-01", "1997-12-31").where(category="Seafood"))
    ),
    "confections-months": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(category="Confections").figures("net_sales", by="month")
    ),
    "freight-quarters": lambda shop: shop.between("1997-01-01", "1997-12-31").figures("shipping", by="quarter"),
    "ten-days": lambda shop: shop.between("1998-04-26", "1998-05-05").figures("orders", by="day"),
    "growth-winter": lambda shop: growth(shop, "net_sales", "1997-10-01", "1997-11-01", "1998-04-30"),
    "april-five": lambda shop: top(5, shop.between("1998-04-01", "1998-04-30").figures("net_sales", by="product")),
    "lowest-countries": lambda shop: top(
        3, shop.between("1997-01-01", "1997-12-31").figures("net_sales", by="country"), lowest=True
    ),
    "largest-order-98": lambda shop: top(1, order_values(shop.between("1998-01-01", "1998-05-06"))),
    "reps-orders": lambda shop: top(4, shop.between("1997-01-01", "1997-12-31").figures("orders", by="salesperson")),
    "q1-q1": lambda shop: versus(
        shop.between("1998-01-01", "1998-03-31").figures("net_sales"),
        shop.between("1997-01-01", "1997-03-31").figures("net_sales"),
    ),
    "margaret-janet": lambda shop: (
        shop.between("1997-01-01", "1997-12-31")
        .where(salesperson=["Margaret Peacock", "Janet Leverling"])
        .figures("net_sales", by="salesperson")
    ),
    "category-share": lambda shop: share(shop.between("1997-01-01", "1997-12-31").figures("net_sales", by="category")),
    "germany-percent": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(country="Germany").figures("net_sales").item()
        / shop.between("1997-01-01", "1997-12-31").figures("net_sales").item()
    ),
    "dairy-chat": lambda shop: (
        shop.between("1998-03-01", "1998-03-31").where(category="Dairy Products").figures("net_sales")
    ),
    "dairy-chat/2": lambda shop: (
        shop.between("1998-04-01", "1998-04-30").where(category="Dairy Products").figures("net_sales")
    ),
    "dairy-chat/3": lambda shop: (
        shop.between("1998-04-01", "1998-04-30").where(category="Dairy Products", country="UK").figures("net_sales")
    ),
    "diary-typo": lambda shop: (
        shop.between("1997-01-01", "1997-12-31").where(category="Dairy Products").figures("gross_sales")
    ),
    "france-typo": lambda shop: shop.between("1997-01-01", "1997-12-31").where(country="France").figures("customers"),
    "rate-typo": lambda shop: shop.between("1998-02-01", "1998-02-28").figures("discount_rate"),
}
