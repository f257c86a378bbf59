"""What the questions of northwind_baskets come to, by polars on the source files."""

from datetime import timedelta

import polars as pl

from evals.baskets import bought_with, holding, pairs
from evals.cases import DATASETS
from evals.customers import buyers, steps
from evals.oracle import Among, Oracle, Shop, top

PRODUCT = pl.col("product")


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _shipped(shop: Shop, within: int | None = None) -> pl.DataFrame:
    """The orders, and whether they are on their way: `again`, within so many days where that is asked."""
    lines = pl.read_csv(DATASETS / "northwind" / "northwind_order_lines.csv", schema_overrides={"order_id": pl.String})
    days = lines.select(order="order_id", shipped=pl.col("shipped_date").str.to_date()).unique("order")
    until = pl.col("day") + timedelta(days=within) if within is not None else pl.col("shipped")
    again = (pl.col("shipped") <= until).fill_null(value=False)
    return shop.orders.join(days, on="order", how="left").with_columns(again=again)


def _by_month(shop: Shop) -> pl.DataFrame:
    by_month = _shipped(_year(shop, 1998)).group_by(pl.col("day").dt.truncate("1mo").alias("month"))
    shipped = pl.col("again").sum().cast(pl.Int64)
    return by_month.agg(pl.len().alias("orders"), shipped, pl.col("again").mean().alias("share")).sort("month")


def _chai_not_chang(shop: Shop) -> pl.DataFrame:
    year = _year(shop, 1997)
    who = buyers(year.where(product="Chai")) - buyers(year.where(product="Chang"))
    return year.where(pl.col("customer").is_in(who), product="Chai").figures("net_sales", by="customer_name")


def _lost(shop: Shop) -> pl.DataFrame:
    who = buyers(_year(shop, 1997)) - buyers(_year(shop, 1998))
    return _year(shop, 1997).where(pl.col("customer").is_in(who)).figures("net_sales", by="customer_name")


EXPECTED: dict[str, Oracle] = {
    "shipped-in-a-week": lambda shop: steps(_shipped(shop.between("1998-01-01", "1998-01-31"), 7)),
    "shipped-in-a-week/2": lambda shop: steps(_shipped(shop.between("1998-02-01", "1998-02-28"), 7)),
    "shipped-rate-1998": _by_month,
    "germany-shipped": lambda shop: steps(_shipped(_year(shop, 1998).where(country="Germany"))),
    "goes-with-gorgonzola": lambda shop: Among(top(2, bought_with(shop, "product", PRODUCT == "Gorgonzola Telino"))),
    "categories-1997": lambda shop: Among(top(4, pairs(_year(shop, 1997), "category"))),
    "seafood-and-beverages": lambda shop: len(
        holding(_year(shop, 1997), pl.col("category") == "Seafood")
        & holding(_year(shop, 1997), pl.col("category") == "Beverages")
    ),
    "chai-not-chang": _chai_not_chang,
    "lost-1998": _lost,
}
