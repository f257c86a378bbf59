"""What the questions of superstore_blind_18 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _chairs_and_tables(shop: Shop, year: int) -> pl.DataFrame:
    return _year(shop, year).where(subcategory=["Chairs", "Tables"]).figures("net_sales", "profit", by="subcategory")


def _margins(shop: Shop) -> pl.DataFrame:
    now, before = (_year(shop, year).figures("margin").item() for year in (2019, 2018))
    return pl.DataFrame({"margin": [now], "previous_margin": [before]})


def _running(shop: Shop) -> pl.DataFrame:
    months = _year(shop, 2019).figures("net_sales", by="month").sort("month")
    return months.select("month", running=pl.col("net_sales").cum_sum())


def _weekdays(shop: Shop) -> pl.DataFrame:
    return (
        _year(shop, 2019).lines.group_by(weekday=pl.col("day").dt.strftime("%A")).agg(orders=pl.col("order").n_unique())
    )


def _unit_growth(shop: Shop) -> pl.DataFrame:
    now, before = (_year(shop, year).figures("units", by="segment") for year in (2019, 2018))
    both = now.join(before.rename({"units": "earlier"}), on="segment", validate="1:1")
    return both.select("segment", change=pl.col("units") / pl.col("earlier") - 1)


def _top_ten_share(shop: Shop) -> float:
    sales = _year(shop, 2019).figures("net_sales", by="customer")
    return float(top(10, sales)["net_sales"].sum()) / float(sales["net_sales"].sum())


def _weeks(shop: Shop) -> pl.DataFrame:
    return shop.between("2019-11-04", "2019-12-29").figures("net_sales", by="week")


def _churned(shop: Shop) -> int:
    before, after = (_year(shop, year).lines.select("customer").unique() for year in (2018, 2019))
    return before.join(after, on="customer", how="anti").height


def _regions(shop: Shop) -> Shop:
    return shop.between("2019-09-01", "2019-11-30")


EXPECTED: dict[str, Oracle] = {
    "takings-ten-days": lambda shop: shop.between("2019-12-21", "2019-12-30").figures("net_sales"),
    "best-three-by-profit": lambda shop: top(3, _year(shop, 2019).figures("profit", by="customer_name")),
    "texas-loses": lambda shop: _year(shop, 2019).where(state="Texas").figures("profit"),
    "big-tickets-since-october": lambda shop: (
        shop.between("2019-10-01", "2019-12-31").figures("net_sales", by="order").filter(pl.col("net_sales") > 5000)
    ),
    "chairs-and-tables": lambda shop: _chairs_and_tables(shop, 2019),
    "chairs-and-tables/2": lambda shop: _chairs_and_tables(shop, 2018),
    "quarters-for-the-file": lambda shop: shop.between("2018-01-01", "2019-12-31").figures("net_sales", by="quarter"),
    "margin-two-years": _margins,
    "ticking-off-the-ledger": _running,
    "discounts-in-december": lambda shop: shop.between("2019-12-01", "2019-12-31").figures(
        "discounts", "discount_rate"
    ),
    "most-pieces-last-month": lambda shop: top(
        1, shop.between("2019-11-01", "2019-11-30").figures("units", by="product")
    ),
    "binders-to-seattle": lambda shop: _year(shop, 2019).where(subcategory="Binders", city="Seattle").figures("units"),
    "deadest-weekday": lambda shop: top(1, _weekdays(shop), lowest=True),
    "sean-miller": lambda shop: shop.where(customer_name="Sean Miller").figures("orders", "net_sales"),
    "part-of-each-category": lambda shop: share(
        shop.between("2019-07-01", "2019-09-30").figures("net_sales", by="category")
    ).select("category", "share"),
    "where-we-make-a-loss": lambda shop: (
        _year(shop, 2019).figures("profit", by="subcategory").filter(pl.col("profit") < 0)
    ),
    "pieces-of-the-canon": lambda shop: shop.where(product="Canon imageCLASS 2200 Advanced Copier").figures("units"),
    "florida-cities": lambda shop: (
        _year(shop, 2019).where(state="Florida").figures("net_sales", by="city").filter(pl.col("net_sales") > 1000)
    ),
    "regions-then-technology": lambda shop: _regions(shop).figures("net_sales", by="region"),
    "regions-then-technology/2": lambda shop: (
        _regions(shop).where(category="Technology").figures("net_sales", by="region")
    ),
    "more-than-twelve-orders": lambda shop: shop.figures("orders", by="customer_name").filter(pl.col("orders") > 12),
    "one-order-last-month": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("average_order_value"),
    "new-people-this-year": lambda shop: new_customers(shop, "2019-01-01", "2019-12-31"),
    "same-day-by-month": lambda shop: (
        shop.between("2019-07-01", "2019-12-31").where(ship_method="Same Day").figures("orders", by="month")
    ),
    "unit-growth-by-segment": _unit_growth,
    "basket-by-ship-mode": lambda shop: (
        shop.between("2019-01-01", "2019-06-30")
        .figures("average_order_value", by="ship_method")
        .sort("average_order_value", descending=True)
    ),
    "weight-of-the-top-ten": _top_ten_share,
    "weekly-and-the-worst": _weeks,
    "weekly-and-the-worst/2": lambda shop: top(1, _weeks(shop), lowest=True),
    "churned-after-2018": _churned,
}
