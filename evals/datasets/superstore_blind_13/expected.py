"""What the questions of superstore_blind_13 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _growth(now: pl.DataFrame, before: pl.DataFrame) -> float:
    return now.item() / before.item() - 1


def _home_office_share(shop: Shop) -> float:
    year = _year(shop, 2018)
    return year.where(segment="Home Office").figures("net_sales").item() / year.figures("net_sales").item()


def _weekday_orders(shop: Shop) -> pl.DataFrame:
    weekday = pl.col("day").dt.strftime("%A").alias("weekday")
    return _year(shop, 2019).orders.group_by(weekday).agg(pl.col("order").n_unique().alias("orders"))


def _last_order(shop: Shop, customer: str) -> pl.DataFrame:
    bought = shop.lines.filter(pl.col("customer_name") == customer)
    return bought.group_by("day").agg(pl.col("net").sum()).sort("day").tail(1)


EXPECTED: dict[str, Oracle] = {
    "turnover-q3": lambda shop: shop.between("2019-07-01", "2019-09-30").figures("net_sales"),
    "thirty-days": lambda shop: shop.between("2019-12-01", "2019-12-30").figures("net_sales"),
    "copiers-calif": lambda shop: (
        shop.between("2017-01-01", "2019-12-31").where(subcategory="Copiers", state="California").figures("net_sales")
    ),
    "seatle": lambda shop: _year(shop, 2018).where(city="Seattle").figures("orders"),
    "region-by-category": lambda shop: _year(shop, 2019).figures("net_sales", by=["region", "category"]),
    "ten-best-accounts": lambda shop: top(10, _year(shop, 2019).figures("net_sales", by="customer_name")),
    "bleeding-states": lambda shop: top(3, shop.figures("profit", by="state"), lowest=True),
    "office-four": lambda shop: top(
        4, _year(shop, 2018).where(category="Office Supplies").figures("units", by="subcategory")
    ),
    "worst-month": lambda shop: top(1, shop.figures("profit", by="month"), lowest=True),
    "half-on-half": lambda shop: versus(
        shop.between("2019-01-01", "2019-06-30").where(category="Technology").figures("net_sales"),
        shop.between("2018-01-01", "2018-06-30").where(category="Technology").figures("net_sales"),
    ),
    "la-or-nyc": lambda shop: (
        _year(shop, 2019).where(city=["Los Angeles", "New York City"]).figures("net_sales", by="city")
    ),
    "profit-growth": lambda shop: _growth(_year(shop, 2018).figures("profit"), _year(shop, 2017).figures("profit")),
    "home-office-share": _home_office_share,
    "over-ten-orders": lambda shop: shop.figures("orders", by="customer").filter(pl.col("orders") > 10).height,
    "big-tickets": lambda shop: (
        _year(shop, 2019).figures("net_sales", by="order").filter(pl.col("net_sales") > 5000).height
    ),
    "aov-regions": lambda shop: _year(shop, 2019).figures("average_order_value", by="region"),
    "binder-discounts": lambda shop: _year(shop, 2018).where(subcategory="Binders").figures("discounts"),
    "fresh-faces": lambda shop: new_customers(shop, "2018-01-01", "2018-12-31"),
    "busiest-weekday": lambda shop: top(1, _weekday_orders(shop)),
    "last-from-sean": lambda shop: _last_order(shop, "Sean Miller"),
    "west-then-south": lambda shop: _year(shop, 2019).where(region="West").figures("net_sales"),
    "west-then-south/2": lambda shop: _year(shop, 2019).where(region="South").figures("net_sales"),
    "west-then-south/3": lambda shop: _year(shop, 2019).where(region="South").figures("net_sales", by="month"),
    "margin-tables": lambda shop: _year(shop, 2018).where(subcategory="Tables").figures("margin"),
    "margin-tables/2": lambda shop: _year(shop, 2018).where(subcategory="Chairs").figures("margin"),
    "margin-tables/3": lambda shop: _year(shop, 2019).where(subcategory="Chairs").figures("margin"),
    "penn-customers": lambda shop: _year(shop, 2019).where(state="Pennsylvania").figures("customers"),
    "penn-customers/2": lambda shop: _year(shop, 2019).where(state="Ohio").figures("customers"),
    "penn-customers/3": lambda shop: _year(shop, 2019).where(state="Ohio", segment="Corporate").figures("customers"),
    "november-jump": lambda shop: versus(
        shop.between("2019-11-01", "2019-11-30").figures("net_sales"),
        shop.between("2019-10-01", "2019-10-31").figures("net_sales"),
    ),
    "november-jump/2": lambda shop: versus(
        shop.between("2019-11-01", "2019-11-30").figures("net_sales"),
        shop.between("2018-11-01", "2018-11-30").figures("net_sales"),
    ),
}
