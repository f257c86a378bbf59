"""What the questions of demo_blind come to, by polars on the demo shop's files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, returning_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _online_fraction(shop: Shop) -> float:
    sold = share(_year(shop, 2025).figures("net_sales", by="channel"))
    return float(sold.filter(pl.col("channel") == "Online")["share"].sum())


EXPECTED: dict[str, Oracle] = {
    "turnover-2025": lambda shop: _year(shop, 2025).figures("net_sales"),
    "orders-altogether": lambda shop: shop.figures("orders"),
    "pieces-per-country": lambda shop: shop.between("2026-01-01", "2026-06-30").figures("units", by="country"),
    "basket-per-channel": lambda shop: _year(shop, 2025).figures("average_order_value", by="channel"),
    "reps-september": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").figures("net_sales", by="salesperson").drop_nulls("salesperson")
    ),
    "profit-category-channel": lambda shop: shop.between("2026-07-01", "2026-09-30").figures(
        "profit", by=["category", "channel"]
    ),
    "dusseldorf-orders": lambda shop: _year(shop, 2025).where(city="Düsseldorf").figures("orders"),
    "garden-store-gross": lambda shop: (
        shop.between("2026-05-01", "2026-05-31").where(category="Garden", channel="Store").figures("gross_sales")
    ),
    "outside-ireland": lambda shop: _year(shop, 2025).where(pl.col("country") != "Ireland").figures("net_sales"),
    "floor-lamps-germany": lambda shop: (
        shop.between("2026-01-01", "2026-10-31").where(product="Oak Floor Lamp", country="Germany").figures("units")
    ),
    "sold-last-month": lambda shop: shop.between("2026-06-01", "2026-06-30").figures("net_sales"),
    "daily-orders-last-week": lambda shop: shop.between("2026-06-08", "2026-06-14").figures("orders", by="day"),
    "refunded-last-30-days": lambda shop: shop.between("2026-02-08", "2026-03-09").figures("refunds"),
    "new-buyers-q1": lambda shop: new_customers(shop, "2026-01-01", "2026-03-31"),
    "ten-most-sold": lambda shop: top(10, _year(shop, 2025).figures("units", by="product")),
    "german-cities": lambda shop: top(5, _year(shop, 2025).where(country="Germany").figures("net_sales", by="city")),
    "weak-categories": lambda shop: top(3, _year(shop, 2025).figures("profit", by="category"), lowest=True),
    "q3-against-q3": lambda shop: versus(
        shop.between("2026-07-01", "2026-09-30").figures("net_sales"),
        shop.between("2025-07-01", "2025-09-30").figures("net_sales"),
    ),
    "aov-month-before": lambda shop: versus(
        shop.between("2026-04-01", "2026-04-30").figures("average_order_value"),
        shop.between("2026-03-01", "2026-03-31").figures("average_order_value"),
    ),
    "online-part": _online_fraction,
    "country-pie": lambda shop: share(shop.between("2026-01-01", "2026-09-30").figures("net_sales", by="country")).drop(
        "net_sales"
    ),
    "august-online": lambda shop: shop.between("2026-08-01", "2026-08-31").figures("net_sales"),
    "august-online/2": lambda shop: (
        shop.between("2026-08-01", "2026-08-31").where(channel="Online").figures("net_sales")
    ),
    "august-online/3": lambda shop: (
        shop.between("2025-08-01", "2025-08-31").where(channel="Online").figures("net_sales")
    ),
    "months-dutch": lambda shop: _year(shop, 2025).figures("discounts", by="month"),
    "months-dutch/2": lambda shop: _year(shop, 2025).figures("orders", by="month"),
    "months-dutch/3": lambda shop: _year(shop, 2025).where(country="Netherlands").figures("orders", by="month"),
    "buyers-new-returning": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("customers"),
    "buyers-new-returning/2": lambda shop: new_customers(shop, "2026-09-01", "2026-09-30"),
    "buyers-new-returning/3": lambda shop: returning_customers(shop, "2026-09-01", "2026-09-30"),
    "revenu-countrie": lambda shop: shop.between("2026-07-01", "2026-07-31").figures("net_sales", by="country"),
    "tabelware": lambda shop: _year(shop, 2025).where(category="Tableware", city="Amsterdam").figures("units"),
}
