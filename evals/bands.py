"""Bands by polars alone: from the lower edge up to, but without, the upper one."""

from collections.abc import Sequence

import polars as pl

from evals.oracle import Shop

ORDER_SIZES = (20, 50, 100, 250, 500, 1000)
PRICES = (5, 10, 20, 50, 100, 200, 500)
ITEMS = (2, 3, 6, 11, 21)
MONTHS = (1, 3, 6, 12, 24)


def banded(shop: Shop, value: pl.DataFrame, on: str, labels: Sequence[str], edges: Sequence[float]) -> Shop:
    """The shop with a column `band` on its lines, refunds and orders: the label of the band that `value`, a frame of the key
    `on` and one figure, lies in."""
    figure = next(name for name in value.columns if name != on)
    bands = value.select(on, band=_band(pl.col(figure), labels, edges))
    return Shop(
        **{
            **vars(shop),
            "lines": shop.lines.join(bands, on=on, how="left"),
            "refunds": shop.refunds.join(bands, on=on, how="left"),
            "orders": shop.orders.join(bands, on=on, how="left"),
        }
    )


def by_order_size(shop: Shop, labels: Sequence[str], edges: Sequence[float] = ORDER_SIZES) -> Shop:
    """By what each whole order came to after discounts and before refunds."""
    return banded(shop, shop.lines.group_by("order").agg(pl.col("net").sum()), "order", labels, edges)


def by_items(shop: Shop, labels: Sequence[str], edges: Sequence[float] = ITEMS) -> Shop:
    """By how many pieces each whole order had."""
    return banded(shop, shop.lines.group_by("order").agg(pl.col("quantity").sum()), "order", labels, edges)


def by_customer_age(shop: Shop, labels: Sequence[str], last: str) -> Shop:
    """By the whole months from each customer's first order to the day `last`."""
    day = pl.lit(last).str.to_date()
    first = shop.lines.drop_nulls("customer").group_by("customer").agg(pl.col("day").min().alias("first"))
    months = (day.dt.year() - pl.col("first").dt.year()) * 12 + (
        day.dt.month().cast(pl.Int32) - pl.col("first").dt.month().cast(pl.Int32)
    )
    age = months - (day.dt.day() < pl.col("first").dt.day()).cast(pl.Int32)
    return banded(shop, first.select("customer", age=age), "customer", labels, MONTHS)


def by_price(shop: Shop, labels: Sequence[str], edges: Sequence[float] = PRICES) -> pl.DataFrame:
    """The lines with a column `band`: by what one piece cost before discounts."""
    price = pl.col("gross") / pl.col("quantity")
    # Half a millionth: what prices are kept to.
    return shop.lines.with_columns(band=_band(price.round(6), labels, edges))


def _band(value: pl.Expr, labels: Sequence[str], edges: Sequence[float]) -> pl.Expr:
    passed = pl.sum_horizontal(*((value >= edge).cast(pl.Int32) for edge in edges))
    return pl.when(value.is_not_null()).then(passed.replace_strict(dict(enumerate(labels)), return_dtype=pl.String))
