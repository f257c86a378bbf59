"""What the questions of bikes_cohorts come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.customers import absent_since, buyers, came_back, cohorts, newcomers, steps
from evals.oracle import Oracle, Shop, new_customers, returning_customers

TODAY = "2026-11-15"
QUARTERS = (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31"))


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _retention(shop: Shop, grain: str, start: str, end: str, *conditions: pl.Expr) -> pl.DataFrame:
    return cohorts(shop, newcomers(shop, start, end, *conditions), grain, TODAY)


def _a_month_later(shop: Shop) -> pl.DataFrame:
    grid = _retention(shop, "month", "2025-01-01", "2025-12-31")
    return grid.filter(pl.col("later") == "1").drop("later")


def _again(shop: Shop, start: str, end: str, within: int | None = None) -> pl.DataFrame:
    return steps(came_back(shop, newcomers(shop, start, end), TODAY, within))


def _in_april(shop: Shop) -> pl.DataFrame:
    march = newcomers(shop, "2026-03-01", "2026-03-31")
    april = buyers(shop.between("2026-04-01", "2026-04-30"))
    return steps(march.with_columns(again=pl.col("customer").is_in(april)))


def _rate_by_quarter(shop: Shop) -> pl.DataFrame:
    again = came_back(shop, newcomers(shop, "2025-01-01", "2025-12-31"), TODAY)
    return (
        again.group_by(pl.col("first").dt.truncate("1q").alias("quarter"))
        .agg(pl.len().alias("customers"), pl.col("again").sum().cast(pl.Int64), pl.col("again").mean().alias("share"))
        .sort("quarter")
    )


def _spent(shop: Shop) -> float:
    who = newcomers(shop, "2026-01-01", "2026-01-31")["customer"].to_list()
    return shop.where(pl.col("customer").is_in(who)).figures("net_sales").item()


def _lyon(shop: Shop) -> pl.DataFrame:
    lyon = shop.where(city="Lyon")
    since = buyers(shop.between("2026-06-01", TODAY))
    return lyon.where(~pl.col("customer").is_in(since)).figures("net_sales", by="customer_name")


def _orders_of(shop: Shop, year: int) -> pl.Series:
    return _year(shop, year).figures("orders", by="customer").drop_nulls("customer")["orders"]


def _new_and_returning(shop: Shop) -> pl.DataFrame:
    spans = [(f"2025-{start}", f"2025-{end}") for start, end in QUARTERS]
    return pl.DataFrame(
        {
            "quarter": [date.fromisoformat(start) for start, _ in spans],
            "new": [new_customers(shop, *span) for span in spans],
            "returning": [returning_customers(shop, *span) for span in spans],
        }
    )


def _share_new(shop: Shop) -> float:
    month = shop.between("2026-10-01", "2026-10-31")
    return new_customers(shop, "2026-10-01", "2026-10-31") / len(buyers(month))


def _business_frequency(shop: Shop) -> float:
    business = _year(shop, 2025).where(segment="Business")
    return business.figures("orders").item() / business.figures("customers").item()


def _recency(shop: Shop) -> pl.DataFrame:
    last = shop.where(segment="Business").lines.group_by("customer_name").agg(pl.col("day").max())
    return last.select("customer_name", days=(date.fromisoformat(TODAY) - pl.col("day")).dt.total_days())


EXPECTED: dict[str, Oracle] = {
    "following-months": lambda shop: _retention(shop, "month", "2026-01-01", "2026-01-31"),
    "spring-cohorts": lambda shop: _retention(shop, "month", "2026-01-01", "2026-06-30"),
    "quarter-cohorts": lambda shop: _retention(shop, "quarter", "2025-01-01", "2025-12-31"),
    "quarter-cohorts/2": lambda shop: _retention(
        shop, "quarter", "2025-01-01", "2025-12-31", pl.col("channel") == "Webshop"
    ),
    "month-later": _a_month_later,
    "back-in-april": _in_april,
    "sixty-days": lambda shop: _again(shop, "2026-03-01", "2026-03-31", within=60),
    "sixty-days/2": lambda shop: _again(shop, "2026-03-01", "2026-03-31", within=30),
    "too-young": lambda shop: _again(shop, "2026-09-01", "2026-09-30", within=60),
    "repeat-rate": lambda shop: _again(shop, "2025-01-01", "2025-12-31"),
    "repeat-rate-quarters": _rate_by_quarter,
    "newcomers-spent": _spent,
    "away-a-year": lambda shop: absent_since(shop, 365, TODAY),
    "lapsed-lyon": _lyon,
    "bought-once": lambda shop: int((_orders_of(shop, 2025) == 1).sum()),
    "five-or-more": lambda shop: int((_orders_of(shop, 2026) >= 5).sum()),
    "new-and-returning": _new_and_returning,
    "share-new": _share_new,
    "lost-in-2026": lambda shop: len(buyers(_year(shop, 2025)) - buyers(_year(shop, 2026))),
    "both-years": lambda shop: len(buyers(_year(shop, 2024)) & buyers(_year(shop, 2025))),
    "frequency": _business_frequency,
    "recency": _recency,
}
