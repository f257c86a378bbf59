"""What the frames of all shops share: their columns, and orders told from lines."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from storage.kernel.errors import CopilotError, ErrorKind

EMPTY = pl.DataFrame()
NO_OBSERVATIONS = pl.DataFrame(schema={"day": pl.Date})
KEYS = {
    "order": pl.String,
    "day": pl.Date,
    "customer": pl.String,
    "customer_name": pl.String,
    "product": pl.String,
    "category": pl.String,
    "subcategory": pl.String,
    "supplier": pl.String,
    "segment": pl.String,
    "city": pl.String,
    "state": pl.String,
    "region": pl.String,
    "country": pl.String,
    "channel": pl.String,
    "salesperson": pl.String,
    "ship_method": pl.String,
}
LINE = KEYS | dict.fromkeys(("quantity", "unit_price", "gross", "discount", "net", "tax", "cost"), pl.Float64)
REFUND = KEYS | dict.fromkeys(("quantity", "amount", "tax", "cost"), pl.Float64)


def shaped(frame: pl.DataFrame, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """The frame with exactly the columns of the schema, null where it has none of that name."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def orders_of(lines: pl.DataFrame) -> pl.DataFrame:
    """One row per order; what stands on every line of it (shipping) counts once."""
    of_order = ("order", "day", "customer", "customer_name", "segment", "city", "state", "region", "country")
    kept = [name for name in (*of_order, "channel", "salesperson", "ship_method") if name in lines.columns]
    shipping = pl.col("shipping") if "shipping" in lines.columns else pl.lit(None, pl.Float64)
    return lines.select(*kept, shipping.cast(pl.Float64).alias("shipping")).unique("order", keep="first")


def present(*paths: Path) -> tuple[Path, ...]:
    for path in paths:
        if not path.is_file():
            raise CopilotError(ErrorKind.UNAVAILABLE, f"{path.name} is not in {path.parent}.")
    return paths
