"""What the questions of demo_several come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, top


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _quarter(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-07-01", f"{year}-09-30")


def _net(shop: Shop, start: str, end: str) -> pl.DataFrame:
    return shop.between(start, end).figures("net_sales")


def _best_and_worst(shop: Shop) -> tuple[pl.DataFrame, pl.DataFrame]:
    months = _year(shop, 2025).figures("net_sales", by="month")
    return top(1, months), top(1, months, lowest=True)


def _three(shop: Shop) -> pl.DataFrame:
    october = shop.between("2026-10-01", "2026-10-31").figures("net_sales", "orders")
    return october.with_columns(new=new_customers(shop, "2026-10-01", "2026-10-31"))


def _so_far(shop: Shop, start: str, end: str, grain: str, figure: str) -> pl.DataFrame:
    return shop.between(start, end).figures(figure, by=grain).with_columns(pl.col(figure).cum_sum())


def _halves(shop: Shop) -> pl.DataFrame:
    now, before = (_so_far(shop, f"{year}-01-01", f"{year}-06-30", "month", "net_sales") for year in (2026, 2025))
    return now.with_columns(previous=before["net_sales"])


def _moving(shop: Shop, start: str, end: str) -> pl.DataFrame:
    """The mean of each month and the two before it."""
    months = shop.figures("net_sales", by="month").with_columns(pl.col("net_sales").rolling_mean(3))
    return months.filter(pl.col("month").is_between(date.fromisoformat(start), date.fromisoformat(end)))


def _moving_quarters(shop: Shop) -> pl.DataFrame:
    now, before = (_moving(shop, f"{year}-07-01", f"{year}-09-01") for year in (2026, 2025))
    return now.with_columns(previous=before["net_sales"])


def _moving_days(shop: Shop) -> pl.DataFrame:
    every = pl.DataFrame({"day": pl.date_range(date(2026, 9, 20), date(2026, 10, 31), eager=True)})
    orders = every.join(shop.figures("orders", by="day"), on="day", how="left").fill_null(0)
    return orders.with_columns(pl.col("orders").cast(pl.Float64).rolling_mean(7)).filter(
        pl.col("day") >= date(2026, 10, 1)
    )


def _values(shop: Shop, *keys: str) -> pl.DataFrame:
    """What each order came to after discounts."""
    return shop.lines.group_by("order", *keys).agg(pl.col("net").sum())


def _medians(shop: Shop) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "now": [_values(_quarter(shop, 2026))["net"].median()],
            "before": [_values(_quarter(shop, 2025))["net"].median()],
        }
    )


def _growth(shop: Shop) -> pl.DataFrame:
    months = shop.between("2026-01-01", "2026-06-30").figures("net_sales", by="month")
    grown = months.with_columns(growth=pl.col("net_sales") / pl.col("net_sales").shift(1) - 1)
    return grown.drop_nulls("growth")


def _place(shop: Shop, place: int) -> pl.DataFrame:
    return top(place, _year(shop, 2025).figures("profit", by="category")).tail(1)


def _of_each(shop: Shop) -> pl.DataFrame:
    units = _year(shop, 2025).figures("units", by=["category", "product"])
    ranked = units.with_columns(rank=pl.col("units").rank("min", descending=True).over("category"))
    return ranked.filter(pl.col("rank") <= 2).drop("rank")


def _rank(shop: Shop) -> int:
    countries = _year(shop, 2025).figures("net_sales", by="country").sort("net_sales", descending=True)
    return countries["country"].to_list().index("Germany") + 1


EXPECTED: dict[str, Oracle] = {
    "two-months": lambda shop: (
        _net(shop, "2026-09-01", "2026-09-30"),
        shop.between("2026-10-01", "2026-10-31").figures("orders"),
    ),
    "total-and-top": lambda shop: (
        _quarter(shop, 2026).figures("net_sales"),
        top(3, _quarter(shop, 2026).figures("net_sales", by="product")),
    ),
    "orders-and-country": lambda shop: (
        _year(shop, 2025).figures("orders"),
        top(1, _year(shop, 2025).figures("net_sales", by="country")),
    ),
    "best-and-worst": _best_and_worst,
    "three-figures": _three,
    "online-and-store": lambda shop: (
        _quarter(shop, 2026).where(channel="Store").figures("refunds"),
        shop.between("2026-04-01", "2026-06-30").where(channel="Online").figures("average_order_value"),
    ),
    "running": lambda shop: _so_far(shop, "2026-01-01", "2026-10-31", "month", "net_sales"),
    "running/2": lambda shop: _so_far(shop, "2025-01-01", "2025-12-31", "month", "net_sales"),
    "running-orders": lambda shop: _so_far(shop, "2026-09-01", "2026-09-30", "week", "orders"),
    "running-against": _halves,
    "three-months-mean": lambda shop: _moving(shop, "2026-01-01", "2026-10-01"),
    "seven-days-mean": _moving_days,
    "mean-against": _moving_quarters,
    "median-channels": lambda shop: (
        _values(_year(shop, 2025), "channel").group_by("channel").agg(pl.col("net").median())
    ),
    "median-against": _medians,
    "percentile": lambda shop: float(_values(_year(shop, 2025))["net"].quantile(0.9, "linear") or 0),
    "growth-months": _growth,
    "second-best": lambda shop: _place(shop, 2),
    "second-best/2": lambda shop: _place(shop, 3),
    "each-category": _of_each,
    "rank-of": _rank,
}
