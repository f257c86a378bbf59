"""What the questions of bakery_blind_6 and of its paraphrases come to, by polars on the source files."""

from datetime import time

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top


def in_2025(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def third_quarter(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def stollen(shop: Shop) -> Shop:
    return shop.where(product="Stollen")


def busiest_weekday(shop: Shop) -> pl.DataFrame:
    days = in_2025(shop).lines.with_columns(weekday=pl.col("day").dt.strftime("%A"))
    return top(1, days.group_by("weekday").agg(orders=pl.col("order").n_unique()))


def three_per_location(shop: Shop) -> pl.DataFrame:
    sales = october(shop).figures("net_sales", by=["channel", "product"])
    return pl.concat(top(3, group) for group in sales.partition_by("channel"))


def over_twenty_orders(shop: Shop) -> int:
    orders = in_2025(shop).figures("orders", by="customer").drop_nulls("customer")
    return orders.filter(pl.col("orders") > 20).height


def running_total(shop: Shop) -> pl.DataFrame:
    months = shop.between("2026-01-01", "2026-11-20").figures("net_sales", by="month")
    return months.select("month", pl.col("net_sales").cum_sum())


def monthly_average(shop: Shop) -> float:
    year = in_2025(shop)
    return (float(year.lines["net"].sum()) - float(year.refunds["amount"].sum())) / 12


EXPECTED: dict[str, Oracle] = {
    "last-week-branches": lambda shop: shop.between("2026-11-09", "2026-11-15").figures("net_sales", by="channel"),
    "franz-7": lambda shop: shop.between("2026-11-13", "2026-11-19").where(product="Franzbrötchen").figures("units"),
    "stollen": lambda shop: stollen(shop).between("2025-11-01", "2025-11-30").figures("units"),
    "stollen/2": lambda shop: stollen(shop).between("2025-12-01", "2025-12-31").figures("units"),
    "stollen/3": lambda shop: (
        stollen(shop).between("2025-12-01", "2025-12-31").where(channel="Web Shop").figures("units")
    ),
    "cash-october": lambda shop: october(shop).where(payment="Cash").figures("net_sales"),
    "busy-weekday": busiest_weekday,
    "mornings-september": lambda shop: (
        shop.between("2026-09-01", "2026-09-30")
        .where(pl.col("time").is_between(time(6), time(12), closed="left"))
        .figures("orders")
    ),
    "three-per-branch": three_per_location,
    "refunds-category": lambda shop: (
        shop.between("2026-01-01", "2026-11-20").figures("refunds", by="category").filter(pl.col("refunds") > 0)
    ),
    "basket-summer": lambda shop: shop.between("2026-06-01", "2026-08-31").figures("average_order_value", by="channel"),
    "new-march": lambda shop: new_customers(shop, "2026-03-01", "2026-03-31"),
    "top-spenders": lambda shop: top(5, in_2025(shop).figures("net_sales", by="customer_name")),
    "over-20": over_twenty_orders,
    "discount-oct-sep": lambda shop: shop.between("2026-09-01", "2026-10-31").figures("discounts", by="month"),
    "share-q3": lambda shop: share(third_quarter(shop).figures("net_sales", by="category")).select("category", "share"),
    "running-26": running_total,
    "low-hot-drinks": lambda shop: top(
        3, third_quarter(shop).where(category="Hot Drinks").figures("units", by="product"), lowest=True
    ),
    "whole-slice": lambda shop: (
        in_2025(shop).where(product="Käsekuchen", variation=["Whole", "Slice"]).figures("units", by="variation")
    ),
    "best-day": lambda shop: top(1, in_2025(shop).figures("net_sales", by="day")),
    "monthly-average": monthly_average,
    "web-largest": lambda shop: top(5, october(shop).where(channel="Web Shop").figures("net_sales", by="order")),
    "coldbrew-latte": lambda shop: (
        shop.between("2026-07-01", "2026-07-31")
        .where(product=["Cold Brew", "Iced Latte"])
        .figures("units", by="product")
    ),
}
