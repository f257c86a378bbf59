"""What one order holds, by polars alone. The lift of two things is how many times as often they are in one order as they
would be if they had nothing to do with each other: P(A and B) ÷ (P(A) · P(B)), over the orders that are looked at."""

import polars as pl

from evals.oracle import Shop

LEAST = 3
"""Orders that two things must share to count as bought together, as every answer says."""


def holding(shop: Shop, condition: pl.Expr) -> set[str]:
    """The orders with a line that meets the condition."""
    return set(shop.lines.filter(condition)["order"])


def bought_with(shop: Shop, key: str, condition: pl.Expr) -> pl.DataFrame:
    """Of the other members of a key: the orders that hold them beside what meets the condition, the fraction of its orders,
    and the lift; most orders first."""
    with_it = holding(shop, condition)
    everything = shop.orders.height
    orders = pl.col("order").n_unique()
    others = shop.lines.filter(~condition)
    return (
        others.group_by(key)
        .agg(orders.alias("all"), pl.col("order").filter(pl.col("order").is_in(with_it)).n_unique().alias("orders"))
        .filter(pl.col("orders") >= LEAST)
        .with_columns(share=pl.col("orders") / len(with_it))
        .with_columns(lift=pl.col("share") / (pl.col("all") / everything))
        .sort("orders", descending=True)
        .select(key, "orders", "share", "lift")
    )


def pairs(shop: Shop, key: str) -> pl.DataFrame:
    """Two members of a key in one order, each pair once in the order of the alphabet: the orders, and the lift."""
    held = shop.lines.select("order", key).drop_nulls().unique()
    counts = held.group_by(key).agg(pl.len().alias("all"))
    everything = shop.orders.height
    return (
        held.join(held, on="order", suffix="_other")
        .filter(pl.col(key) < pl.col(f"{key}_other"))
        .group_by(key, f"{key}_other")
        .agg(pl.len().alias("orders"))
        .filter(pl.col("orders") >= LEAST)
        .join(counts, on=key)
        .join(counts, left_on=f"{key}_other", right_on=key, suffix="_other")
        .with_columns(lift=pl.col("orders") * everything / (pl.col("all") * pl.col("all_other")))
        .sort("orders", descending=True)
        .select(key, f"{key}_other", "orders", "lift")
    )
