"""What the questions of bakery_blind_7 come to, by polars on the till's exports."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus

YEAR = ("2026-01-01", "2026-11-20")
LAST_YEAR = ("2025-01-01", "2025-12-31")
OCTOBER = ("2026-10-01", "2026-10-31")


def _last_order(shop: Shop, name: str) -> pl.DataFrame:
    """The day of the customer's last order and what it came to."""
    lines = shop.where(customer_name=name).lines
    last = lines.filter(pl.col("day") == pl.col("day").max())
    if last["order"].n_unique() != 1:
        raise ValueError("more than one order on the last day")
    return last.group_by("day").agg(pl.col("net").sum())


def _orders_over(shop: Shop, amount: float) -> int:
    return shop.lines.group_by("order").agg(pl.col("net").sum()).filter(pl.col("net") > amount).height


def _customers_with(shop: Shop, orders: int) -> int:
    bought = shop.lines.drop_nulls("customer").group_by("customer").agg(pl.col("order").n_unique())
    return bought.filter(pl.col("order") >= orders).height


def _fraction(shop: Shop, category: str) -> float:
    part = shop.where(category=category).figures("net_sales")["net_sales"][0]
    return float(part / shop.figures("net_sales")["net_sales"][0])


EXPECTED: dict[str, Oracle] = {
    "anke-october": lambda shop: shop.between(*OCTOBER).figures("net_sales"),
    "anke-top-units": lambda shop: top(5, shop.between(*YEAR).figures("units", by="product")),
    "anke-franzbroetchen": lambda shop: shop.between(*YEAR).where(product="Franzbrötchen").figures("units", by="month"),
    "anke-two-shops": lambda shop: (
        shop.between("2026-09-01", "2026-09-30")
        .where(channel=["Chorlton", "Northern Quarter"])
        .figures("net_sales", by="channel")
    ),
    "anke-kettle": lambda shop: _last_order(shop, "The Copper Kettle"),
    "tomasz-discounts": lambda shop: shop.between(*LAST_YEAR).figures("discounts", by="quarter"),
    "tomasz-refunds": lambda shop: shop.between("2026-01-01", "2026-06-30").figures("refunds", by="channel"),
    "tomasz-beans": lambda shop: _fraction(shop.between(*LAST_YEAR), "Coffee Beans"),
    "tomasz-big-orders": lambda shop: _orders_over(shop.between(*YEAR).where(channel="Web Shop"), 150),
    "tomasz-cash-card": lambda shop: (
        shop.between(*LAST_YEAR)
        .where(pl.col("payment").is_in(["Cash", "Card"]))
        .figures("average_order_value", by="payment")
    ),
    "bea-nata": lambda shop: shop.between(*LAST_YEAR).where(product="Pastel de Nata").figures("units"),
    "bea-best-day": lambda shop: top(1, shop.between(*YEAR).figures("net_sales", by="day")),
    "bea-new-faces": lambda shop: new_customers(shop, "2026-09-01", "2026-09-30"),
    "bea-cakes": lambda shop: versus(
        shop.between(*OCTOBER).where(category="Cakes").figures("net_sales"),
        shop.between("2025-10-01", "2025-10-31").where(category="Cakes").figures("net_sales"),
    ),
    "bea-hot-cross": lambda shop: (
        shop.between("2026-03-01", "2026-03-31").where(product="Hot Cross Bun").figures("net_sales")
    ),
    "bea-hot-cross/2": lambda shop: (
        shop.between("2025-03-01", "2025-03-31").where(product="Hot Cross Bun").figures("net_sales")
    ),
    "rory-staff": lambda shop: top(1, shop.between("2026-11-01", "2026-11-20").figures("net_sales", by="salesperson")),
    "rory-saturdays": lambda shop: shop.between(*OCTOBER).where(pl.col("day").dt.weekday() == 6).figures("net_sales"),
    "rory-august": lambda shop: shop.between("2026-08-01", "2026-08-15").figures("net_sales"),
    "rory-without-web": lambda shop: (
        shop.between(*LAST_YEAR).where(pl.col("channel") != "Web Shop").figures("net_sales")
    ),
    "rory-web-week": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(channel="Web Shop").figures("net_sales")
    ),
    "rory-web-week/2": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(channel="Web Shop").figures("orders")
    ),
    "rory-web-week/3": lambda shop: (
        shop.between("2026-11-02", "2026-11-08").where(channel="Web Shop").figures("orders")
    ),
    "yusuf-categories": lambda shop: shop.between("2026-07-01", "2026-09-30").figures("net_sales", by="category"),
    "yusuf-hampers": lambda shop: (
        shop.between("2025-12-01", "2025-12-31").where(product="Breakfast Hamper").figures("orders")
    ),
    "yusuf-cups": lambda shop: (
        shop.between("2026-05-01", "2026-05-31")
        .where(product=["Cappuccino", "Americano"])
        .figures("units", by="product")
    ),
    "yusuf-lunch": lambda shop: top(
        3, shop.between(*YEAR).where(category="Lunch").figures("net_sales", by="product"), lowest=True
    ),
    "maureen-slices": lambda shop: share(shop.between(*YEAR).figures("net_sales", by="channel")).select(
        "channel", "share"
    ),
    "maureen-regulars": lambda shop: _customers_with(shop.between(*LAST_YEAR), 10),
    "maureen-best-customers": lambda shop: top(3, shop.between(*LAST_YEAR).figures("net_sales", by="customer_name")),
    "maureen-best-customers/2": lambda shop: top(
        3, shop.between("2024-01-01", "2024-12-31").figures("net_sales", by="customer_name")
    ),
}
