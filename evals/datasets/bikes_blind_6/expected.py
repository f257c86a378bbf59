"""What the questions of bikes_blind_6 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, returning_customers, share, top

SATURDAY = 6
SPENT = 4000


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _net(shop: Shop) -> float:
    return float(shop.lines["net"].sum()) - float(shop.refunds["amount"].sum())


def _reasons(shop: Shop) -> pl.DataFrame:
    refunds = _year(shop, 2025).refunds.drop_nulls("reason")
    return refunds.group_by("reason").agg(pl.col("amount").sum()).sort("reason")


def _two_per_channel(shop: Shop) -> pl.DataFrame:
    frame = _year(shop, 2025).figures("net_sales", by=["channel", "product"])
    return pl.concat([top(2, group) for group in frame.partition_by("channel")])


def _growth(shop: Shop) -> float:
    return _net(shop.between("2026-07-01", "2026-09-30")) / _net(shop.between("2025-07-01", "2025-09-30")) - 1


def _helmet_without_lock(shop: Shop) -> int:
    year = _year(shop, 2025)
    locks = year.where(subcategory="Locks").lines.select("customer").drop_nulls().unique()
    helmets = year.where(subcategory="Helmets").lines.select("customer").drop_nulls().unique()
    return helmets.join(locks, on="customer", how="anti").height


def _spenders(shop: Shop) -> int:
    frame = _year(shop, 2025).figures("net_sales", by="customer").drop_nulls("customer")
    return frame.filter(pl.col("net_sales") > SPENT).height


def _cumulative(shop: Shop) -> pl.DataFrame:
    frame = _year(shop, 2025).where(category="Clothing").figures("net_sales", by="month")
    return frame.select("month", running=pl.col("net_sales").cum_sum())


EXPECTED: dict[str, Oracle] = {
    "atelier-2025": lambda shop: _year(shop, 2025).where(channel="Atelier").figures("net_sales"),
    "swiss-2025": lambda shop: _year(shop, 2025).where(country="Switzerland").figures("net_sales"),
    "refund-reasons": _reasons,
    "orders-last-month": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("orders"),
    "saturdays": lambda shop: (
        _year(shop, 2025).where(pl.col("day").dt.weekday() == SATURDAY, channel="Boutique").figures("net_sales")
    ),
    "brands-profit": lambda shop: top(5, _year(shop, 2025).figures("profit", by="brand")),
    "slow-subcats": lambda shop: top(3, _year(shop, 2025).figures("net_sales", by="subcategory"), lowest=True),
    "two-goods-per-channel": _two_per_channel,
    "channel-share": lambda shop: share(_year(shop, 2025).figures("net_sales", by="channel")).select(
        "channel", "share"
    ),
    "q3-growth": _growth,
    "helmets-then": lambda shop: _year(shop, 2024).where(subcategory="Helmets").figures("units"),
    "helmets-then/2": lambda shop: _year(shop, 2025).where(subcategory="Helmets").figures("units"),
    "helmets-then/3": lambda shop: _year(shop, 2025).where(subcategory="Locks").figures("units"),
    "big-b2b-orders": lambda shop: top(
        5, _year(shop, 2025).where(channel="B2B Portal").figures("net_sales", by="order")
    ),
    "returning-q3": lambda shop: returning_customers(shop, "2026-07-01", "2026-09-30"),
    "helmet-no-lock": _helmet_without_lock,
    "basket-channel": lambda shop: _year(shop, 2025).figures("average_order_value", by="channel"),
    "cumulative-clothing": _cumulative,
    "chain-typo": lambda shop: _year(shop, 2025).where(product="Chaîne 12 vitesses").figures("net_sales"),
    "aicha-september": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(salesperson="Aïcha Benali").figures("net_sales")
    ),
    "spenders": _spenders,
    "margin-corrected": lambda shop: _year(shop, 2025).where(category="Clothing").figures("margin"),
    "margin-corrected/2": lambda shop: _year(shop, 2025).where(category="Accessories").figures("margin"),
}
