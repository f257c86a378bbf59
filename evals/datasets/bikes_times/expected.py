"""What the questions of bikes_times come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, versus

HOLIDAYS = {
    2025: (
        "2025-01-01", "2025-04-21", "2025-05-01", "2025-05-08", "2025-05-29", "2025-06-09", "2025-07-14", "2025-08-15",
        "2025-11-01", "2025-11-11", "2025-12-25",
    ),
    2026: (
        "2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14", "2026-08-15",
        "2026-11-01", "2026-11-11",
    ),
}  # fmt: skip
"""The fêtes légales of France (code du travail, L3133-1), up to the day of the questions."""


def _days(shop: Shop, *days: str) -> Shop:
    return shop.where(pl.col("day").cast(pl.String).is_in(days))


def _by_hour(shop: Shop) -> pl.DataFrame:
    hours = shop.lines.group_by(pl.col("time").dt.strftime("%H:00").alias("hour"))
    return hours.agg(pl.col("order").n_unique().alias("orders")).sort("hour")


def _web(shop: Shop, start: str, end: str) -> Shop:
    return shop.between(start, end).where(channel="Webshop")


EXPECTED: dict[str, Oracle] = {
    "web-by-hour": lambda shop: _by_hour(_web(shop, "2025-01-01", "2025-12-31")),
    "evenings": lambda shop: (
        _web(shop, "2026-07-01", "2026-09-30").lines.filter(pl.col("time").dt.hour() >= 20)["order"].n_unique()
    ),
    "fete-nationale": lambda shop: versus(
        _days(shop, "2026-07-14").figures("net_sales"), _days(shop, "2025-07-14").figures("net_sales")
    ),
    "jours-feries": lambda shop: _days(shop, *HOLIDAYS[2025]).figures("net_sales"),
    "orders-on-holidays": lambda shop: _days(shop, *HOLIDAYS[2026]).figures("orders"),
    "mothers-day": lambda shop: _days(shop, "2026-05-31").figures("net_sales"),
    "three-saturdays": lambda shop: (
        _days(shop, "2026-10-31", "2026-11-07", "2026-11-14").where(channel="Boutique").figures("net_sales")
    ),
    "whit-monday": lambda shop: _days(shop, "2026-05-25").figures("net_sales"),
}
