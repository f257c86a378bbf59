"""What the questions of demo_cohorts come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.customers import absent_since, came_back, cohorts, newcomers, steps
from evals.oracle import Oracle, Shop

TODAY = "2026-10-31"


def _retention(shop: Shop, grain: str, start: str, end: str, *conditions: pl.Expr) -> pl.DataFrame:
    return cohorts(shop, newcomers(shop, start, end, *conditions), grain, TODAY)


def _again(shop: Shop, start: str, end: str, within: int | None = None) -> pl.DataFrame:
    return steps(came_back(shop, newcomers(shop, start, end), TODAY, within))


def _funnel(shop: Shop) -> pl.DataFrame:
    """How many ordered at all, and on a second, third and fourth day."""
    who = newcomers(shop, "2026-01-01", "2026-03-31")
    days = shop.lines.join(who, on="customer").group_by("customer").agg(pl.col("day").n_unique())["day"]
    counts = [int((days >= times).sum()) for times in (1, 2, 3, 4)]
    return pl.DataFrame({"customers": counts, "share": [count / counts[0] for count in counts]})


def _with_refund(shop: Shop, start: str) -> pl.DataFrame:
    orders = shop.orders.filter(pl.col("day") >= date.fromisoformat(start))
    return orders.with_columns(again=pl.col("order").is_in(shop.refunds["order"].unique().to_list()))


def _september(shop: Shop) -> pl.DataFrame:
    return steps(_with_refund(shop, "2026-09-01").filter(pl.col("day") <= date(2026, 9, 30)))


def _by_month(shop: Shop) -> pl.DataFrame:
    by_month = _with_refund(shop, "2026-01-01").group_by(pl.col("day").dt.truncate("1mo").alias("month"))
    refunded = pl.col("again").sum().cast(pl.Int64)
    return by_month.agg(pl.len().alias("orders"), refunded, pl.col("again").mean().alias("share")).sort("month")


EXPECTED: dict[str, Oracle] = {
    "summer-cohorts": lambda shop: _retention(shop, "month", "2026-06-01", "2026-09-30"),
    "summer-cohorts/2": lambda shop: _retention(
        shop, "month", "2026-06-01", "2026-09-30", pl.col("country") == "Germany"
    ),
    "consumers-quarter": lambda shop: _retention(
        shop, "quarter", "2025-01-01", "2025-12-31", pl.col("segment") == "Trade"
    ),
    "second-order": lambda shop: _again(shop, "2026-07-01", "2026-07-31"),
    "ninety": lambda shop: _again(shop, "2026-01-01", "2026-03-31", within=90),
    "third-time": _funnel,
    "refunded": _september,
    "refunded-channels": _by_month,
    "asleep": lambda shop: absent_since(shop.where(country="Italy"), 180, TODAY),
}
