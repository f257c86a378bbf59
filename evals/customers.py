"""Who bought when, by polars alone: cohorts of first orders, who came back, and for how long somebody has stayed away.

A customer's first order is the first that was not cancelled, of all the data; coming back is an order on a later day.
Orders without a customer tell nothing of customers.
"""

from datetime import date, timedelta

import polars as pl

from evals.oracle import PERIODS, Shop

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def first_days(shop: Shop, *conditions: pl.Expr) -> pl.DataFrame:
    """customer, first: the day of everybody's first order. Under conditions only those of whose first orders one meets
    them all."""
    bought = shop.lines.drop_nulls("customer").with_columns(first=pl.col("day").min().over("customer"))
    wanted = bought.filter(pl.col("day") == pl.col("first"), *conditions)
    return wanted.select("customer", "first").unique().sort("customer")


def newcomers(shop: Shop, start: str, end: str, *conditions: pl.Expr) -> pl.DataFrame:
    """first_days of those who came from `start` to `end`, both inclusive."""
    inside = pl.col("first").is_between(date.fromisoformat(start), date.fromisoformat(end))
    return first_days(shop, *conditions).filter(inside)


def cohorts(shop: Shop, who: pl.DataFrame, grain: str, as_of: str) -> pl.DataFrame:
    """A row per period of the first order and per period since: how many came, how many of them ordered then, and which
    fraction that is, null for a period that is not over on the evening of `as_of`. `later` is text, being a key."""
    cohort = who.with_columns(pl.col("first").dt.truncate(PERIODS[grain]).alias(grain))
    sizes = cohort.group_by(grain).agg(pl.len().alias("size"))
    last = date.fromisoformat(as_of)
    steps = (
        sizes.with_columns(later=pl.int_ranges(0, _since(pl.col(grain), pl.lit(last), grain) + 1))
        .explode("later")
        .with_columns(until=pl.col(grain).dt.offset_by(pl.format("{}mo", (pl.col("later") + 1) * _MONTHS[grain])))
    )
    ordered = (
        shop.lines.filter(pl.col("day") <= last)
        .join(cohort, on="customer")
        .with_columns(later=_since(pl.col(grain), pl.col("day"), grain))
        .group_by(grain, "later")
        .agg(pl.col("customer").n_unique().alias("customers"))
    )
    over = pl.col("until") <= last + timedelta(days=1)
    return (
        steps.join(ordered, on=[grain, "later"], how="left")
        .with_columns(pl.col("customers").fill_null(0))
        .with_columns(share=pl.when(over).then(pl.col("customers") / pl.col("size")))
        .sort(grain, "later")
        .select(grain, pl.col("later").cast(pl.String), "size", "customers", "share")
    )


def came_back(shop: Shop, who: pl.DataFrame, as_of: str, within: int | None = None) -> pl.DataFrame:
    """customer, first, again: whether there is a later order, `within` so many days where that is asked; then only of
    those whose days had passed on `as_of`."""
    last = date.fromisoformat(as_of)
    if within is not None:
        who = who.filter(pl.col("first") + timedelta(days=within) <= last)
    until = pl.col("first") + timedelta(days=within) if within is not None else pl.lit(last)
    later = shop.lines.join(who, on="customer").filter(pl.col("day") > pl.col("first"), pl.col("day") <= until)
    return who.with_columns(again=pl.col("customer").is_in(later["customer"].unique().to_list()))


def steps(again: pl.DataFrame) -> pl.DataFrame:
    """Of a frame of came_back: how many there were, and how many came again, with their fraction of the first."""
    first, second = again.height, again["again"].sum()
    return pl.DataFrame({"customers": [first, second], "share": [1.0, second / first]})


def absent_since(shop: Shop, days: int, as_of: str) -> int:
    """How many customers have ordered, but not in the last `days` days, `as_of` being the last of them."""
    after = date.fromisoformat(as_of) - timedelta(days=days)
    last = shop.lines.drop_nulls("customer").group_by("customer").agg(pl.col("day").max())
    return last.filter(pl.col("day") <= after).height


def buyers(shop: Shop) -> set[str]:
    """Who bought."""
    return set(shop.lines["customer"].drop_nulls())


def _since(start: pl.Expr, day: pl.Expr, grain: str) -> pl.Expr:
    months = (day.dt.year() - start.dt.year()) * 12 + (day.dt.month().cast(pl.Int32) - start.dt.month().cast(pl.Int32))
    return (months // _MONTHS[grain]).cast(pl.Int64)
