"""What the questions of northwind_blind_15_paraphrased come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, returning_customers, top, versus

Y1997 = ("1997-01-01", "1997-12-31")
Q1_1997 = ("1997-01-01", "1997-03-31")
Q1_1998 = ("1998-01-01", "1998-03-31")
FEBRUARY = ("1998-02-01", "1998-02-28")


def _net(shop: Shop) -> float:
    return shop.figures("net_sales")["net_sales"][0]


def _orders(shop: Shop, *more: str) -> pl.DataFrame:
    """One row per order: its key, further columns of it, and what it came to."""
    return shop.lines.group_by("order", *more).agg(pl.col("net").sum())


def _products(shop: Shop) -> pl.DataFrame:
    frame = shop.between(*Y1997).figures("net_sales", by=["category", "product"])
    return pl.concat([top(2, part) for part in frame.partition_by("category", maintain_order=True)])


def _never(shop: Shop) -> int:
    return len(set(shop.customers["customer_id"]) - set(shop.lines["customer"]))


def _tofu(shop: Shop) -> int:
    return len(
        set(shop.where(product="Tofu").lines["customer"]) - set(shop.where(product="Longlife Tofu").lines["customer"])
    )


def _latest(shop: Shop, customer: str, count: int) -> pl.DataFrame:
    orders = _orders(shop.where(customer_name=customer), "day").sort("day", descending=True)
    if orders["day"][count - 1] == orders["day"][count]:
        raise ValueError("the cut falls inside a day")
    return orders.head(count)


def _running(shop: Shop) -> pl.DataFrame:
    months = shop.between("1996-07-01", "1996-12-31").figures("net_sales", by="month")
    return months.select("month", running=pl.col("net_sales").cum_sum())


def _dairy(shop: Shop) -> float:
    dairy = shop.where(category="Dairy Products")
    return _net(dairy.between(*Q1_1998)) / _net(dairy.between(*Q1_1997)) - 1


def _nancy(shop: Shop) -> float:
    nancy = shop.between(*Y1997).where(salesperson="Nancy Davolio")
    return _net(nancy.where(category="Beverages")) / _net(nancy)


EXPECTED: dict[str, Oracle] = {
    "freight-shippers": lambda shop: shop.between(*Y1997).figures("shipping", by="ship_method"),
    "chang-germany": lambda shop: shop.between(*Y1997).where(product="Chang", country="Germany").figures("units"),
    "last-week": lambda shop: shop.between("1998-04-27", "1998-05-03").figures("net_sales"),
    "thirty-days": lambda shop: shop.between("1998-04-06", "1998-05-05").figures("orders"),
    "top-clients": lambda shop: top(5, shop.between(*Q1_1998).figures("net_sales", by="customer_name")),
    "products-per-category": _products,
    "lowest-countries": lambda shop: top(3, shop.between(*Y1997).figures("net_sales", by="country"), lowest=True),
    "orders-february": lambda shop: top(1, shop.between(*FEBRUARY).figures("orders", by="salesperson")),
    "orders-february/2": lambda shop: top(1, shop.between(*FEBRUARY).figures("orders", by="salesperson"), lowest=True),
    "q1-salespeople": lambda shop: versus(
        shop.between(*Q1_1998).figures("net_sales", by="salesperson"),
        shop.between(*Q1_1997).figures("net_sales", by="salesperson"),
    ),
    "dairy-growth": _dairy,
    "nancy-beverages": _nancy,
    "laura-quarters": lambda shop: (
        shop.between(*Y1997).where(salesperson="Laura Callahan").figures("net_sales", by="quarter")
    ),
    "laura-quarters/2": lambda shop: (
        shop.between(*Y1997).where(salesperson="Robert King").figures("net_sales", by="quarter")
    ),
    "laura-quarters/3": lambda shop: (
        shop.between(*Y1997).where(salesperson="Robert King").figures("orders", by="quarter")
    ),
    "raclette": lambda shop: (
        shop.between("1998-02-01", "1998-02-28").where(product="Raclette Courdavault").figures("units")
    ),
    "returning-q1": lambda shop: returning_customers(shop, *Q1_1998),
    "new-1997": lambda shop: new_customers(shop, *Y1997),
    "never-ordered": _never,
    "frequent-1997": lambda shop: (
        shop.between(*Y1997).figures("orders", by="customer_name").filter(pl.col("orders") > 10)
    ),
    "big-orders": lambda shop: (
        _orders(shop.between("1997-01-01", "1998-05-06")).filter(pl.col("net") > 12000).sort("order")
    ),
    "tofu": _tofu,
    "ernst-latest": lambda shop: _latest(shop, "Ernst Handel", 5).select("order", "net"),
    "bottom-dollar": lambda shop: _latest(shop, "Bottom-Dollar Markets", 1).select("day", "net"),
    "running-1996": _running,
    "orders-a-month": lambda shop: shop.between(*Y1997).figures("orders")["orders"][0] / 12,
    "category-quarter": lambda shop: shop.between(*Y1997).figures("units", by=["category", "quarter"]),
    "germany-usa": lambda shop: (
        shop.between(*Y1997).where(country=["Germany", "USA"]).figures("net_sales", by="country")
    ),
    "discounts-year": lambda shop: shop.between("1998-01-01", "1998-05-06").figures("discounts"),
    "save-a-lot-products": lambda shop: (
        shop.between(*Y1997).where(customer_name="Save-a-lot Markets").lines["product"].n_unique()
    ),
}
