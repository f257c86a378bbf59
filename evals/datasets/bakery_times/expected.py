"""What the questions of bakery_times come to, by polars on the source files."""

from datetime import time
from typing import cast

import polars as pl

from evals.oracle import Oracle, Shop, top, versus

HOUR = pl.col("time").dt.hour()
SATURDAY = 6


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def _by_hour(shop: Shop) -> pl.DataFrame:
    hours = shop.lines.group_by(pl.col("time").dt.strftime("%H:00").alias("hour"))
    return hours.agg(pl.col("order").n_unique().alias("orders")).sort("hour")


def _clock(shop: Shop, start: int, end: int) -> Shop:
    """From an hour up to another."""
    return shop.where(HOUR.is_between(start, end - 1))


def _by_weekday(shop: Shop, figure: str) -> pl.DataFrame:
    days = [(name, shop.where(pl.col("day").dt.weekday() == n)) for n, name in enumerate(WEEKDAYS, start=1)]
    return pl.DataFrame(
        {"weekday": [name for name, _ in days], figure: [one.figures(figure).item() for _, one in days]}
    )


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _weekends(shop: Shop) -> pl.DataFrame:
    weekend = pl.col("day").dt.weekday() >= SATURDAY
    halves = [shop.where(weekend), shop.where(~weekend)]
    return pl.DataFrame(
        {"part": ["Weekend", "Working days"], "sales": [one.figures("net_sales").item() for one in halves]}
    )


def _days(shop: Shop, *days: str) -> Shop:
    return shop.where(pl.col("day").cast(pl.String).is_in(days))


HOLIDAYS_2025 = (
    "2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26",
)  # fmt: skip
"""The bank holidays of England and Wales (gov.uk)."""


def _fiscal(shop: Shop) -> pl.DataFrame:
    return shop.between("2025-01-01", "2025-12-31").figures("net_sales", by="quarter")


def _early_croissants(shop: Shop) -> float:
    early = shop.between("2025-01-01", "2025-12-31").lines.filter(
        pl.col("product") == "Croissant", pl.col("time") < time(9)
    )
    return cast("float", early["quantity"].sum())


EXPECTED: dict[str, Oracle] = {
    "by-hour": lambda shop: _by_hour(_october(shop)),
    "by-hour/2": lambda shop: _by_hour(_october(shop).where(channel="Chorlton")),
    "eight-to-ten": lambda shop: _clock(shop.between("2026-09-01", "2026-09-30"), 8, 10).figures("net_sales"),
    "after-three": lambda shop: _clock(shop.between("2026-07-01", "2026-09-30"), 15, 24).figures("orders"),
    "before-nine": _early_croissants,
    "busiest-hour": lambda shop: top(1, _by_hour(shop.between("2025-01-01", "2025-12-31"))),
    "morning-weekdays": lambda shop: _by_weekday(_clock(_october(shop), 6, 12), "net_sales"),
    "saturdays": lambda shop: (
        shop.between("2026-07-01", "2026-09-30").where(pl.col("day").dt.weekday() == SATURDAY).figures("net_sales")
    ),
    "weekend-or-not": lambda shop: _weekends(_october(shop)),
    "second-weekend": lambda shop: shop.between("2026-09-12", "2026-09-13").figures("net_sales"),
    "bank-holidays": lambda shop: _days(shop, *HOLIDAYS_2025).figures("net_sales"),
    "good-friday": lambda shop: versus(
        _days(shop, "2026-04-03").figures("net_sales"), _days(shop, "2025-04-18").figures("net_sales")
    ),
    "mothers-day": lambda shop: _days(shop, "2026-03-15").figures("orders"),
    "christmas-week": lambda shop: shop.between("2025-12-18", "2025-12-24").figures("net_sales"),
    "black-friday": lambda shop: versus(
        _days(shop, "2025-11-28").figures("orders"), _days(shop, "2024-11-29").figures("orders")
    ),
    "easter-weekend": lambda shop: shop.between("2026-04-03", "2026-04-06").figures("net_sales"),
    "numbered-week": lambda shop: shop.between("2026-09-28", "2026-10-04").figures("net_sales"),
    "fiscal": _fiscal,
    "day-before-holiday": lambda shop: _days(shop, "2025-12-24").figures("net_sales"),
    "days-of-weeks": lambda shop: top(1, _by_weekday(shop.between("2026-01-01", "2026-11-20"), "average_order_value")),
}
