"""What the questions of the northwind_windows suite come to."""

import polars as pl

from evals.oracle import Oracle, Shop


def _1997(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


def _first_of_each(
    frame: pl.DataFrame, each: str, figure: str, count: int = 1, *, lowest: bool = False
) -> pl.DataFrame:
    ranked = frame.sort([each, figure], descending=[False, not lowest])
    return ranked.group_by(each, maintain_order=True).head(count)


def _so_far(frame: pl.DataFrame, figure: str, each: str | None = None) -> pl.DataFrame:
    total = pl.col(figure).cum_sum()
    return frame.with_columns(total.over(each) if each else total)


def _last(frame: pl.DataFrame, unit: str, count: int, start: str) -> pl.DataFrame:
    """The mean of each figure over a bucket and those before it, a bucket without rows being nothing, where there are
    rows and from `start` on."""
    figures = frame.columns[1:]
    every = {"day": "1d", "week": "1w", "month": "1mo"}[unit]
    whole = frame.select(pl.date_range(pl.col(unit).min(), pl.col(unit).max(), every)).join(frame, on=unit, how="left")
    means = whole.with_columns(pl.col(name).fill_null(0).rolling_mean(count) for name in figures)
    return means.filter(pl.col(unit).is_in(frame[unit].implode()) & (pl.col(unit) >= pl.lit(start).str.to_date()))


def _order_value(shop: Shop) -> pl.DataFrame:
    frame = shop.between("1997-10-06", "1998-03-31").figures("gross_sales", "discounts", "orders", by="week")
    means = _last(frame, "week", 4, "1997-12-29")
    value = (pl.col("gross_sales") - pl.col("discounts")) / pl.col("orders")
    return means.select("week", value.alias("average_order_value"))


EXPECTED: dict[str, Oracle] = {
    "two-of-each-category": lambda shop: _first_of_each(
        _1997(shop).figures("net_sales", by=["category", "product"]), "category", "net_sales", 2
    ),
    "two-of-each-category/2": lambda shop: _first_of_each(
        shop.between("1996-01-01", "1996-12-31").figures("net_sales", by=["category", "product"]),
        "category",
        "net_sales",
        2,
    ),
    "weakest-of-each-category": lambda shop: _first_of_each(
        _1997(shop).figures("units", by=["category", "product"]), "category", "units", lowest=True
    ),
    "customer-of-each-country": lambda shop: _first_of_each(
        _1997(shop).figures("net_sales", by=["country", "customer_name"]), "country", "net_sales"
    ),
    "seller-of-each-quarter": lambda shop: _first_of_each(
        _1997(shop).figures("net_sales", by=["quarter", "salesperson"]), "quarter", "net_sales"
    ),
    "month-of-each-category": lambda shop: _first_of_each(
        _1997(shop).figures("net_sales", by=["category", "month"]), "category", "net_sales"
    ),
    "sales-so-far": lambda shop: _so_far(_1997(shop).figures("net_sales", by="month"), "net_sales"),
    "sales-so-far/2": lambda shop: _so_far(
        _1997(shop).where(country="Germany").figures("net_sales", by="month"), "net_sales"
    ),
    "orders-so-far": lambda shop: _so_far(
        shop.between("1997-01-01", "1998-05-06").figures("orders", by="quarter"), "orders"
    ),
    "categories-so-far": lambda shop: _so_far(
        _1997(shop).figures("units", by=["category", "quarter"]), "units", "category"
    ),
    "three-months": lambda shop: _last(
        shop.between("1996-07-01", "1997-12-31").figures("net_sales", by="month"), "month", 3, "1997-01-01"
    ),
    "seven-days": lambda shop: _last(
        shop.between("1998-03-01", "1998-04-30").figures("net_sales", by="day"), "day", 7, "1998-04-01"
    ),
    "order-value-four-weeks": _order_value,
    "from-the-beginning": lambda shop: _last(shop.figures("orders", by="month"), "month", 6, "1996-12-01"),
}
