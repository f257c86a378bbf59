"""What the questions of northwind_own_words come to, by polars on the source files."""

import polars as pl

from evals.bands import by_order_size, by_price
from evals.oracle import Oracle, Shop, top, versus

ALPS = ["Austria", "Switzerland", "Italy"]
SIZES = ("under $250", "$250 to $1,000", "$1,000 to $5,000", "$5,000 and over")
PRICES = ("under $15", "$15 to $40", "$40 and over")
RODNEY = pl.col("product").str.contains("Rodney")


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _grouped(shop: Shop) -> pl.DataFrame:
    """The group, and all other countries in a row of their own."""
    orders = _year(shop, 1997).orders.with_columns(
        group=pl.when(pl.col("country").is_in(ALPS)).then(pl.lit("Alps")).otherwise(pl.lit("Other"))
    )
    return orders.group_by("group").agg(pl.col("order").n_unique().alias("orders")).filter(pl.col("group") != "Other")


def _cash_in(shop: Shop, key: str) -> pl.DataFrame:
    figures = _year(shop, 1997).figures("net_sales", "shipping", by=key)
    return figures.select(key, cash_in=pl.col("net_sales") + pl.col("shipping"))


def _burden(shop: Shop, *keys: str) -> pl.DataFrame:
    figures = shop.figures("net_sales", "shipping", by=keys)
    return figures.select(*keys, burden=pl.col("shipping") / pl.col("net_sales"))


def _germany(shop: Shop, year: int) -> Shop:
    return _year(shop, year).where(country="Germany")


def _sizes(shop: Shop, figure: str) -> pl.DataFrame:
    return by_order_size(_year(shop, 1997), SIZES, (250, 1000, 5000)).figures(figure, by="band")


EXPECTED: dict[str, Oracle] = {
    "a-group-of-countries/2": lambda shop: _year(shop, 1997).where(country=ALPS).figures("net_sales"),
    "a-group-of-countries/3": lambda shop: _year(shop, 1997).where(country=ALPS).figures("net_sales", by="quarter"),
    "group-as-a-split": _grouped,
    "articles-by-their-name/2": lambda shop: _year(shop, 1997).where(RODNEY).figures("units"),
    "articles-by-their-name/3": lambda shop: _year(shop, 1996).where(RODNEY).figures("units"),
    "a-sum-of-figures/2": lambda shop: _cash_in(shop, "quarter"),
    "a-sum-of-figures/3": lambda shop: top(3, _cash_in(shop, "country")),
    "a-ratio-of-figures/2": lambda shop: _burden(_year(shop, 1997), "ship_method"),
    "a-ratio-of-figures/3": lambda shop: versus(_burden(_germany(shop, 1997)), _burden(_germany(shop, 1996))),
    "bands-of-its-own/2": lambda shop: _sizes(shop, "orders"),
    "bands-of-its-own/3": lambda shop: _sizes(shop, "net_sales"),
    "price-bands-of-its-own/2": lambda shop: (
        by_price(_year(shop, 1997), PRICES, (15, 40)).group_by("band").agg(pl.col("quantity").sum())
    ),
    "a-figure-with-a-number/2": lambda shop: (
        _year(shop, 1997).figures("net_sales", by="salesperson").with_columns(pl.col("net_sales") * 0.05)
    ),
}
