"""What the questions of northwind_several come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, top


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _freight(shop: Shop) -> pl.DataFrame:
    return _year(shop, 1997).figures("shipping", by="quarter").with_columns(pl.col("shipping").cum_sum())


def _moving(shop: Shop) -> pl.DataFrame:
    months = shop.figures("orders", by="month").with_columns(pl.col("orders").cast(pl.Float64).rolling_mean(2))
    return months.filter(pl.col("month").is_between(date(1997, 1, 1), date(1997, 6, 1)))


def _medians(shop: Shop) -> pl.DataFrame:
    values = _year(shop, 1997).lines.group_by("order", "country").agg(pl.col("net").sum())
    return values.group_by("country").agg(pl.col("net").median())


EXPECTED: dict[str, Oracle] = {
    "france-then-spain": lambda shop: (
        _year(shop, 1997).where(country="France").figures("net_sales"),
        _year(shop, 1996).where(country="Spain").figures("net_sales"),
    ),
    "customer-and-product": lambda shop: (
        top(1, _year(shop, 1997).figures("net_sales", by="customer_name")),
        top(1, _year(shop, 1997).figures("net_sales", by="product")),
    ),
    "running-freight": _freight,
    "moving-orders": _moving,
    "median-countries": lambda shop: top(3, _medians(shop)),
}
