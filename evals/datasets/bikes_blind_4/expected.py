"""What the questions of bikes_blind_4 come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, returning_customers, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _q3(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _helmets(shop: Shop, start: str = "05-01", end: str = "05-31") -> Shop:
    return shop.between(f"2026-{start}", f"2026-{end}").where(subcategory="Helmets")


def _weekday_orders(shop: Shop) -> pl.DataFrame:
    boutique = _year(shop, 2025).where(channel="Boutique").orders
    return boutique.group_by(pl.col("day").dt.strftime("%A").alias("weekday")).agg(
        pl.col("order").n_unique().alias("orders")
    )


def _wrong_size(shop: Shop) -> float:
    given = shop.refunds.filter((pl.col("reason") == "Wrong size") & (pl.col("day") >= date(2026, 1, 1)))
    return float(given["amount"].sum())


def _ebike_share(shop: Shop) -> float:
    year = _year(shop, 2026)
    return year.where(category="E-Bikes").figures("net_sales").item() / year.figures("net_sales").item()


def _b2b_growth(shop: Shop) -> float:
    portal = shop.where(channel="B2B Portal")
    return _year(portal, 2025).figures("net_sales").item() / _year(portal, 2024).figures("net_sales").item() - 1


def _first_sale(shop: Shop, product: str) -> pl.DataFrame:
    sold = shop.lines.filter(pl.col("product") == product)
    return sold.group_by("day").agg(pl.col("net").sum()).sort("day").head(1)


EXPECTED: dict[str, Oracle] = {
    "last-month-total": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
    "fortnight": lambda shop: shop.between("2026-11-01", "2026-11-14").figures("net_sales"),
    "three-years": lambda shop: shop.figures("profit", by="year"),
    "margin-suppliers": lambda shop: _year(shop, 2025).figures("margin", by="supplier").drop_nulls("supplier"),
    "tessuti": lambda shop: (
        shop.between("2026-01-01", "2026-06-30").where(supplier="Tessuti Bianchini").figures("net_sales")
    ),
    "echirolles": lambda shop: _year(shop, 2025).where(segment="Private", city="Échirolles").figures("net_sales"),
    "summer-workshop": lambda shop: (
        shop.between("2026-06-01", "2026-08-31").where(category="Workshop").figures("net_sales")
    ),
    "brands-profit": lambda shop: top(4, _year(shop, 2026).figures("profit", by="brand")),
    "component-pieces": lambda shop: top(
        5, _year(shop, 2025).where(category="Components").figures("units", by="product")
    ),
    "boutique-days": _weekday_orders,
    "wrong-size": _wrong_size,
    "postage": lambda shop: _year(shop, 2025).figures("shipping"),
    "loyal": lambda shop: (
        shop.figures("orders", by="customer").drop_nulls("customer").filter(pl.col("orders") > 30).height
    ),
    "ebike-clients": lambda shop: shop.where(category="E-Bikes").figures("customers"),
    "basket-q3": lambda shop: _q3(shop).figures("average_order_value", by="channel"),
    "known-faces": lambda shop: returning_customers(shop, "2026-10-01", "2026-10-31"),
    "ebike-part": _ebike_share,
    "same-days": lambda shop: versus(
        shop.between("2026-01-01", "2026-11-15").figures("net_sales"),
        shop.between("2025-01-01", "2025-11-15").figures("net_sales"),
    ),
    "b2b-growth": _b2b_growth,
    "belledonne": lambda shop: (
        _year(shop, 2025)
        .where(product=["VAE Cimes Belledonne 500", "VAE Cimes Belledonne 625"])
        .figures("units", by="product")
    ),
    "gps-first": lambda shop: _first_sale(shop, "GPS Boussole One+"),
    "service-chat": lambda shop: _year(shop, 2025).where(product="Forfait révision complète").figures("net_sales"),
    "service-chat/2": lambda shop: _year(shop, 2025).where(product="Purge de freins").figures("net_sales"),
    "service-chat/3": lambda shop: _year(shop, 2024).where(product="Purge de freins").figures("net_sales"),
    "alpparts-chat": lambda shop: _q3(shop).where(supplier="AlpParts GmbH").figures("profit"),
    "alpparts-chat/2": lambda shop: _q3(shop).where(supplier="Distri-Cycle Rhône").figures("profit"),
    "alpparts-chat/3": lambda shop: _q3(shop).where(supplier="Distri-Cycle Rhône").figures("margin"),
    "helmet-chat": lambda shop: _helmets(shop).figures("units"),
    "helmet-chat/2": lambda shop: _helmets(shop).figures("units", by="product"),
    "helmet-chat/3": lambda shop: _helmets(shop, "06-01", "06-30").figures("units", by="product"),
    "berthet-chat": lambda shop: _year(shop, 2026).where(customer_name="Luc Berthet").figures("net_sales"),
    "berthet-chat/2": lambda shop: _year(shop, 2026).where(customer_name="Luc Berthet").figures("orders"),
}
