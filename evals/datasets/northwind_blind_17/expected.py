"""What the questions of northwind_blind_17 come to, by polars on the source files."""

from pathlib import Path

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus

ORDER_LINES = Path(__file__).parent.parent / "northwind" / "northwind_order_lines.csv"


def _in_1997(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


def _last_order(shop: Shop) -> pl.DataFrame:
    return shop.where(customer_name="Save-a-lot Markets").figures("net_sales", by="day").tail(1)


def _french_gone_quiet(shop: Shop) -> int:
    french = shop.where(country="France")
    this_year = french.between("1998-01-01", "1998-05-06").lines.select("customer").unique()
    return _in_1997(french).lines.select("customer").unique().join(this_year, on="customer", how="anti").height


def _not_shipped(_: Shop) -> int:
    lines = pl.read_csv(ORDER_LINES, infer_schema=False)
    return lines.filter(pl.col("shipped_date").is_null())["order_id"].n_unique()


def _orders_over(shop: Shop, amount: float) -> int:
    return shop.lines.group_by("order").agg(pl.col("net").sum()).filter(pl.col("net") > amount).height


def _customers_with_more_orders_than(shop: Shop, count: int) -> int:
    return shop.lines.group_by("customer").agg(pl.col("order").n_unique()).filter(pl.col("order") > count).height


EXPECTED: dict[str, Oracle] = {
    "april-turnover": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales"),
    "seafood-slowest": lambda shop: top(
        3, _in_1997(shop).where(category="Seafood").figures("net_sales", by="product"), lowest=True
    ),
    "drinks-or-sweets": lambda shop: (
        _in_1997(shop).where(category=["Beverages", "Confections"]).figures("net_sales", by="category")
    ),
    "this-year-so-far": lambda shop: versus(
        shop.between("1998-01-01", "1998-05-06").figures("net_sales"),
        shop.between("1997-01-01", "1997-05-06").figures("net_sales"),
    ),
    "savealot-last-order": _last_order,
    "poland-norway": lambda shop: shop.where(country=["Poland", "Norway"]).figures("net_sales"),
    "salesmen-first-quarter": lambda shop: shop.between("1998-01-01", "1998-03-31").figures(
        "net_sales", by="salesperson"
    ),
    "french-gone-quiet": _french_gone_quiet,
    "chai-then-chang": lambda shop: _in_1997(shop).where(product="Chai").figures("units"),
    "chai-then-chang/2": lambda shop: _in_1997(shop).where(product="Chang").figures("units"),
    "austria-average-order": lambda shop: _in_1997(shop).where(country="Austria").figures("average_order_value"),
    "freight-by-shipper": lambda shop: _in_1997(shop).figures("shipping", by="ship_method"),
    "still-in-warehouse": _not_shipped,
    "france-part-of-orders": lambda shop: (
        shop.where(country="France").orders["order"].n_unique() / shop.orders["order"].n_unique()
    ),
    "discounts-by-quarter": lambda shop: _in_1997(shop).figures("discounts", by="quarter"),
    "march-gross-to-net": lambda shop: shop.between("1998-03-01", "1998-03-31").figures(
        "gross_sales", "discounts", "net_sales"
    ),
    "months-without-usa": lambda shop: (
        shop.between("1997-07-01", "1997-12-31").where(pl.col("country") != "USA").figures("net_sales", by="month")
    ),
    "orders-over-five-thousand": lambda shop: _orders_over(_in_1997(shop), 5000),
    "best-day-ever": lambda shop: top(1, shop.figures("net_sales", by="day")),
    "most-orders": lambda shop: top(3, shop.figures("orders", by="customer_name")),
    "new-faces": lambda shop: new_customers(shop, "1997-07-01", "1997-12-31"),
    "category-slices": lambda shop: share(_in_1997(shop).figures("net_sales", by="category")).drop("net_sales"),
    "ernst-handel": lambda shop: _in_1997(shop).where(customer_name="Ernst Handel").figures("net_sales"),
    "ernst-handel/2": lambda shop: _in_1997(shop).where(customer_name="Ernst Handel").figures("orders"),
    "konbu-years": lambda shop: shop.where(product="Konbu").figures("units", by="year"),
    "camembert": lambda shop: _in_1997(shop).where(product="Camembert Pierrot").figures("net_sales", by="country"),
    "condiments-then-produce": lambda shop: top(
        2, _in_1997(shop).where(category="Condiments").figures("units", by="product")
    ),
    "condiments-then-produce/2": lambda shop: top(
        2, _in_1997(shop).where(category="Produce").figures("units", by="product")
    ),
    "march-weeks": lambda shop: shop.between("1998-03-02", "1998-03-29").figures("orders", by="week"),
    "frequent-customers": lambda shop: _customers_with_more_orders_than(_in_1997(shop), 10),
}
