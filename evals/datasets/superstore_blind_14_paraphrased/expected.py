"""What the questions of superstore_blind_14_paraphrased come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus

Y2018 = ("2018-01-01", "2018-12-31")
Y2019 = ("2019-01-01", "2019-12-30")
OCTOBER = ("2019-10-01", "2019-10-31")
JUNE = ("2019-06-01", "2019-06-30")


def _net(shop: Shop) -> float:
    return shop.figures("net_sales")["net_sales"][0]


def _orders(shop: Shop, *more: str) -> pl.DataFrame:
    """One row per order: its key, further columns of it, and what it came to."""
    return shop.lines.group_by("order", *more).agg(pl.col("net").sum())


def _weekend(shop: Shop) -> pl.DataFrame:
    return (
        shop.between(*Y2019)
        .lines.with_columns(weekday=pl.col("day").dt.to_string("%A"))
        .filter(pl.col("weekday").is_in(["Saturday", "Sunday"]))
        .group_by("weekday")
        .agg(pl.col("net").sum())
        .sort("weekday")
    )


def _states(shop: Shop) -> pl.DataFrame:
    frame = shop.between(*Y2019).figures("net_sales", by=["region", "state"])
    return pl.concat([top(3, part) for part in frame.partition_by("region", maintain_order=True)])


def _faithful(shop: Shop) -> int:
    orders = shop.lines.group_by("customer").agg(pl.col("order").n_unique())
    return orders.filter(pl.col("order") > 10).height


def _copiers_not_machines(shop: Shop) -> int:
    copiers = set(shop.where(subcategory="Copiers").lines["customer"])
    return len(copiers - set(shop.where(subcategory="Machines").lines["customer"]))


def _emily(shop: Shop) -> pl.DataFrame:
    orders = _orders(shop.where(customer_name="Emily Phan"), "day").sort("day", descending=True)
    if orders["day"][4] == orders["day"][5]:
        raise ValueError("the cut falls inside a day")
    return orders.head(5).select("order", "net")


def _running(shop: Shop) -> pl.DataFrame:
    months = shop.between(*Y2019).figures("net_sales", by="month")
    return months.select("month", running=pl.col("net_sales").cum_sum())


EXPECTED: dict[str, Oracle] = {
    "profit-2019": lambda shop: shop.between(*Y2019).figures("profit"),
    "furniture-margin": lambda shop: (
        shop.between(*Y2018).where(category="Furniture").figures("margin", by="subcategory")
    ),
    "chairs-texas": lambda shop: (
        shop.between(*Y2019).where(subcategory="Chairs", segment="Home Office", state="Texas").figures("units")
    ),
    "saturday-sunday": _weekend,
    "states-per-region": _states,
    "lowest-profit": lambda shop: top(5, shop.between(*Y2019).figures("profit", by="subcategory"), lowest=True),
    "q3-categories": lambda shop: versus(
        shop.between("2019-07-01", "2019-09-30").figures("net_sales", by="category"),
        shop.between("2018-07-01", "2018-09-30").figures("net_sales", by="category"),
    ),
    "phones-growth": lambda shop: (
        _net(shop.between(*Y2018).where(subcategory="Phones"))
        / _net(shop.between("2017-01-01", "2017-12-31").where(subcategory="Phones"))
        - 1
    ),
    "region-share": lambda shop: share(shop.between(*Y2018).figures("net_sales", by="region")).select(
        "region", "share"
    ),
    "california-share": lambda shop: _net(shop.between(*Y2018).where(state="California")) / _net(shop.between(*Y2018)),
    "copiers-q2": lambda shop: (
        shop.between("2019-04-01", "2019-06-30").where(subcategory="Copiers").figures("net_sales")
    ),
    "copiers-q2/2": lambda shop: (
        shop.between("2019-04-01", "2019-06-30").where(subcategory="Machines").figures("net_sales")
    ),
    "copiers-q2/3": lambda shop: (
        shop.between("2019-01-01", "2019-03-31").where(subcategory="Machines").figures("net_sales")
    ),
    "city-october": lambda shop: top(1, shop.between(*OCTOBER).figures("orders", by="city")),
    "city-october/2": lambda shop: top(1, shop.between(*OCTOBER).figures("profit", by="city")),
    "binders-philadelphia": lambda shop: (
        shop.between(*Y2019).where(subcategory="Binders", city="Philadelphia").figures("units")
    ),
    "new-2018": lambda shop: new_customers(shop, *Y2018),
    "faithful": _faithful,
    "big-orders": lambda shop: _orders(shop.between(*Y2018)).filter(pl.col("net") > 3000).height,
    "copiers-not-machines": _copiers_not_machines,
    "emily-orders": _emily,
    "biggest-orders": lambda shop: top(3, _orders(shop.between(*Y2019), "customer_name")),
    "running-2019": _running,
    "month-profit": lambda shop: shop.between(*Y2018).figures("profit")["profit"][0] / 12,
    "corporate-spend": lambda shop: shop.between(*Y2018).where(segment="Corporate").figures("net_sales_per_customer"),
    "discount-segment": lambda shop: shop.between("2019-01-01", "2019-03-31").figures("discounts", by="segment"),
    "three-months": lambda shop: shop.between("2019-09-01", "2019-11-30").figures("profit", by="month"),
    "since-november": lambda shop: (
        shop.between("2019-11-01", "2019-12-30").where(city="New York City").figures("orders")
    ),
    "ohio-oregon": lambda shop: shop.between(*JUNE).where(state="Ohio").figures("net_sales"),
    "ohio-oregon/2": lambda shop: shop.between(*JUNE).where(state="Oregon").figures("net_sales"),
}
