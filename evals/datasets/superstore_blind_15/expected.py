"""What the questions of superstore_blind_15 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top

FREQUENT = 4
BIG = 5000


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _net(shop: Shop) -> float:
    return float(shop.lines["net"].sum()) - float(shop.refunds["amount"].sum())


def _two_per_category(shop: Shop) -> pl.DataFrame:
    frame = _year(shop, 2018).figures("net_sales", by=["category", "subcategory"])
    return pl.concat([top(2, group) for group in frame.partition_by("category")])


def _growth(shop: Shop) -> float:
    return _net(shop.between("2019-07-01", "2019-09-30")) / _net(shop.between("2018-07-01", "2018-09-30")) - 1


def _machines_without_copiers(shop: Shop) -> int:
    year = _year(shop, 2018)
    copiers = year.where(subcategory="Copiers").lines.select("customer").unique()
    machines = year.where(subcategory="Machines").lines.select("customer").unique()
    return machines.join(copiers, on="customer", how="anti").height


def _frequent(shop: Shop) -> int:
    return _year(shop, 2018).figures("orders", by="customer").filter(pl.col("orders") > FREQUENT).height


def _cumulative(shop: Shop) -> pl.DataFrame:
    return _year(shop, 2018).figures("net_sales", by="month").select("month", running=pl.col("net_sales").cum_sum())


EXPECTED: dict[str, Oracle] = {
    "copier-profit-2018": lambda shop: _year(shop, 2018).where(subcategory="Copiers").figures("profit"),
    "orders-spring-2018": lambda shop: shop.between("2018-03-15", "2018-04-30").figures("orders"),
    "regions-2018": lambda shop: _year(shop, 2018).figures("net_sales", "profit", by="region"),
    "states-profit-2018": lambda shop: top(5, _year(shop, 2018).figures("profit", by="state")),
    "worst-subcats-2017": lambda shop: top(3, _year(shop, 2017).figures("profit", by="subcategory"), lowest=True),
    "two-subcats-per-category": _two_per_category,
    "tables-bookcases": lambda shop: (
        _year(shop, 2018).where(subcategory=["Tables", "Bookcases"]).figures("net_sales", by="subcategory")
    ),
    "q3-growth": _growth,
    "segment-share": lambda shop: share(_year(shop, 2018).figures("net_sales", by="segment")).select(
        "segment", "share"
    ),
    "texas-then": lambda shop: _year(shop, 2017).where(state="Texas").figures("net_sales"),
    "texas-then/2": lambda shop: _year(shop, 2018).where(state="Texas").figures("net_sales"),
    "texas-then/3": lambda shop: _year(shop, 2018).where(state="Ohio").figures("net_sales"),
    "big-orders-2018": lambda shop: (
        _year(shop, 2018).figures("net_sales", by="order").filter(pl.col("net_sales") > BIG)
    ),
    "frequent-customers": _frequent,
    "new-2017": lambda shop: new_customers(shop, "2017-01-01", "2017-12-31"),
    "machines-no-copiers": _machines_without_copiers,
    "monthly-average-2018": lambda shop: _net(_year(shop, 2018)) / 12,
    "cumulative-2018": _cumulative,
    "yesterday": lambda shop: shop.between("2019-12-29", "2019-12-29").figures("net_sales"),
    "last-week-orders": lambda shop: shop.between("2019-12-23", "2019-12-29").figures("orders"),
    "california-typo": lambda shop: (
        _year(shop, 2018).where(category="Furniture", state="California").figures("net_sales")
    ),
    "aov-corrected": lambda shop: _year(shop, 2018).where(segment="Home Office").figures("average_order_value"),
    "aov-corrected/2": lambda shop: _year(shop, 2018).where(segment="Corporate").figures("average_order_value"),
}
