"""What a question comes to, computed by polars on a shop's own files. Shares no code with the product.

Definitions (contract, "Sales words"): gross sales = price × quantity; net sales = gross − discounts − refunds, without
tax and shipping; total sales = net + tax + shipping. Refunds count on the day they were given. Profit = net sales −
cost of what was sold and kept, over the lines whose cost is known; margin is its fraction of those net sales. Averages
per order and per unit are taken before refunds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

PERIODS = {"day": "1d", "week": "1w", "month": "1mo", "quarter": "1q", "year": "1y"}
"""Keys that are periods, each named by its first day; weeks begin on Monday."""

CENT = 0.005
"""Half a cent: what two figures in major units may differ by and still be the same."""

_FIGURES: dict[str, pl.Expr] = {
    "gross_sales": pl.col("gross"),
    "discounts": pl.col("discount"),
    "discount_rate": pl.col("discount") / pl.col("gross"),
    "refunds": pl.col("refunded"),
    "refund_count": pl.col("refund_count"),
    "refund_rate": pl.col("refunded") / pl.col("sold"),
    "returned_units": pl.col("returned"),
    "net_sales": pl.col("sold") - pl.col("refunded"),
    "shipping": pl.col("shipping"),
    "tax": pl.col("tax"),
    "total_sales": pl.col("sold") - pl.col("refunded") + pl.col("tax") + pl.col("shipping"),
    "cost": pl.col("cost"),
    "profit": pl.col("sold_profit") - pl.col("refunded_profit"),
    "margin": (pl.col("sold_profit") - pl.col("refunded_profit")) / (pl.col("sold_costed") - pl.col("refunded_costed")),
    "orders": pl.col("orders"),
    "units": pl.col("quantity"),
    "units_per_order": pl.col("quantity") / pl.col("orders"),
    "average_order_value": pl.col("sold") / pl.col("orders"),
    "average_price": pl.col("sold") / pl.col("quantity"),
    "customers": pl.col("customers"),
    "net_sales_per_customer": (pl.col("sold") - pl.col("refunded")) / pl.col("customers"),
}


@dataclass(frozen=True)
class Shop:
    """A shop's trade, cancelled orders left out. Amounts are major units of one currency.

    `lines`: order, day, customer, customer_name, product, category, subcategory, supplier, segment, city, state, region,
    country, channel, salesperson, ship_method, quantity, unit_price, gross, discount, net, tax, cost (null where
    unknown). `refunds`: the same keys with quantity, amount, tax, cost. `orders`: order, day, shipping, and the keys of
    an order. `customers`, `products`: the files' own columns. `observations`: day, and a column per series.
    """

    lines: pl.DataFrame
    refunds: pl.DataFrame
    orders: pl.DataFrame
    customers: pl.DataFrame
    products: pl.DataFrame
    observations: pl.DataFrame

    def between(self, start: str, end: str) -> "Shop":
        """Only what happened from `start` to `end` (ISO dates), both inclusive."""
        inside = pl.col("day").is_between(date.fromisoformat(start), date.fromisoformat(end))
        return replace(
            self,
            lines=self.lines.filter(inside),
            refunds=self.refunds.filter(inside),
            orders=self.orders.filter(inside),
            observations=self.observations.filter(inside),
        )

    def where(self, *conditions: pl.Expr, **equal: str | Sequence[str]) -> "Shop":
        """Only the lines, and the refunds of lines, that meet every condition; and the orders they stand in."""
        named = [pl.col(key).is_in([value] if isinstance(value, str) else list(value)) for key, value in equal.items()]
        wanted = pl.all_horizontal(*conditions, *named)
        lines = self.lines.filter(wanted)
        return replace(
            self,
            lines=lines,
            refunds=self.refunds.filter(wanted),
            orders=self.orders.join(lines.select("order").unique(), on="order", how="semi"),
        )

    def figures(self, *names: str, by: str | Sequence[str] = ()) -> pl.DataFrame:
        """One row per key, ordered by key: the keys' columns, then the figures. Without keys, one row."""
        keys = [by] if isinstance(by, str) else list(by)
        periods = [pl.col("day").dt.truncate(PERIODS[key]).alias(key) for key in keys if key in PERIODS]
        sold = _sold(self.lines.with_columns(periods), keys)
        refunded = _refunded(self.refunds.with_columns(periods), keys)
        columns = self.orders.with_columns(periods)
        shipped = (
            _grouped(columns, keys, [pl.col("shipping").sum()])
            if set(keys) <= set(columns.columns)
            else sold.select(*keys, pl.lit(None, pl.Float64).alias("shipping"))
        )
        joined = _join(_join(sold, refunded, keys), shipped, keys).with_columns(
            pl.exclude(*keys, "shipping", "tax", "cost").fill_null(0)
        )
        result = joined.select(*keys, *(_FIGURES[name].alias(name) for name in names))
        return result.sort(keys) if keys else result


@dataclass(frozen=True)
class Among:
    """Rows that a table of the answer must hold, which may hold others: what contributes most to a change, say."""

    rows: pl.DataFrame


@dataclass(frozen=True)
class AddsUp:
    """What one number column of a table of several rows must add up to: the parts of a change come to the change."""

    total: float


Figures = pl.DataFrame | float | int | Among | AddsUp
Expected = pl.DataFrame | Among | AddsUp
Oracle = Callable[[Shop], Figures | tuple[Figures, ...]]
"""Computes what one answer must say: several figures or tables where a sentence asks for several things."""


def _sold(lines: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    costed = pl.col("cost").is_not_null()
    return _grouped(
        lines,
        keys,
        [
            pl.col("gross").sum(),
            pl.col("discount").sum(),
            pl.col("net").sum().alias("sold"),
            pl.col("tax").sum(),
            pl.col("cost").sum(),
            (pl.col("net") - pl.col("cost")).sum().alias("sold_profit"),
            pl.col("net").filter(costed).sum().alias("sold_costed"),
            pl.col("quantity").sum(),
            pl.col("order").n_unique().alias("orders"),
            pl.col("customer").drop_nulls().n_unique().alias("customers"),
        ],
    )


def _refunded(refunds: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    costed = pl.col("cost").is_not_null()
    return _grouped(
        refunds,
        keys,
        [
            pl.col("amount").sum().alias("refunded"),
            (pl.col("amount") - pl.col("cost")).sum().alias("refunded_profit"),
            pl.col("amount").filter(costed).sum().alias("refunded_costed"),
            pl.col("quantity").sum().alias("returned"),
            pl.len().alias("refund_count"),
        ],
    )


def _grouped(frame: pl.DataFrame, keys: list[str], aggregates: list[pl.Expr]) -> pl.DataFrame:
    return frame.group_by(keys).agg(aggregates) if keys else frame.select(aggregates)


def _join(left: pl.DataFrame, right: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    if not keys:
        return pl.concat([left, right], how="horizontal")
    return left.join(right, on=keys, how="full", coalesce=True, nulls_equal=True)


def top(count: int, frame: pl.DataFrame, *, lowest: bool = False) -> pl.DataFrame:
    """The `count` rows with the greatest (or lowest) first figure, in that order. Rows without a key are left out.

    Raises ValueError when the last row taken and the first one left out are equal: the cut would be arbitrary and no
    case can be built on it.
    """
    figure = _first_figure(frame)
    ranked = frame.drop_nulls(_keys(frame)).sort(figure, descending=not lowest, nulls_last=True)
    values = ranked[figure]
    if len(ranked) > count and abs(values[count - 1] - values[count]) < CENT:
        raise ValueError(f"rows {count} and {count + 1} by {figure} are tied at {values[count]}")
    return ranked.head(count)


def share(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with each row's fraction of the total of the first figure as a last column."""
    figure = _first_figure(frame)
    return frame.with_columns(share=pl.col(figure) / pl.col(figure).sum())


def versus(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The figures of `now` with the same figures of `before` beside them, matched by key, nothing where absent."""
    keys = _keys(now)
    earlier = before.rename({name: f"previous_{name}" for name in before.columns if name not in keys})
    return _join(now, earlier, keys)


def new_customers(shop: Shop, start: str, end: str) -> int:
    """How many customers placed their first order ever from `start` to `end`, both inclusive."""
    first = shop.lines.drop_nulls("customer").group_by("customer").agg(pl.col("day").min())
    return first.filter(pl.col("day").is_between(date.fromisoformat(start), date.fromisoformat(end))).height


def returning_customers(shop: Shop, start: str, end: str) -> int:
    """How many customers bought from `start` to `end`, both inclusive, and had bought before `start`."""
    before = shop.lines.filter(pl.col("day") < date.fromisoformat(start)).select("customer").drop_nulls().unique()
    return shop.between(start, end).lines.select("customer").unique().join(before, on="customer", how="semi").height


def as_expected(result: Figures | tuple[Figures, ...]) -> tuple[Expected, ...]:
    """What an oracle gives, one for each thing that is asked; a number alone is a frame of one row without keys."""
    return tuple(
        pl.DataFrame({"value": [float(one)]}) if isinstance(one, float | int) else one
        for one in (result if isinstance(result, tuple) else (result,))
    )


def keys_and_figures(frame: pl.DataFrame) -> tuple[list[str], list[str]]:
    """The names of the key columns (text, dates, booleans) and of the figure columns (numbers)."""
    figures = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    return [name for name in frame.columns if name not in figures], figures


def _keys(frame: pl.DataFrame) -> list[str]:
    return keys_and_figures(frame)[0]


def _first_figure(frame: pl.DataFrame) -> str:
    return keys_and_figures(frame)[1][0]
