"""What the questions of bakery_blind_de come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _chorlton(shop: Shop, start: str, end: str) -> Shop:
    return shop.between(f"2026-{start}", f"2026-{end}").where(channel="Chorlton")


def _regulars(shop: Shop) -> pl.DataFrame:
    orders = _year(shop, 2025).figures("orders", by="customer_name").drop_nulls("customer_name")
    return orders.filter(pl.col("orders") > 20)


def _hot_share(shop: Shop) -> float:
    month = _september(shop)
    return month.where(category="Hot Drinks").figures("net_sales").item() / month.figures("net_sales").item()


EXPECTED: dict[str, Oracle] = {
    "umsatz-2025": lambda shop: _year(shop, 2025).figures("net_sales"),
    "umsatz-gestern": lambda shop: shop.between("2026-11-19", "2026-11-19").figures("net_sales"),
    "bons-letzte-woche": lambda shop: shop.between("2026-11-09", "2026-11-15").figures("orders"),
    "filialen": lambda shop: _year(shop, 2025).figures("net_sales", by="channel"),
    "stueckzahlen": lambda shop: top(5, _october(shop).figures("units", by="product")),
    "bon-chorlton": lambda shop: _year(shop, 2026).where(channel="Chorlton").figures("average_order_value"),
    "stollen": lambda shop: shop.between("2025-12-01", "2025-12-31").where(product="Stollen").figures("net_sales"),
    "brot-kuchen": lambda shop: (
        shop.between("2026-07-01", "2026-09-30").where(category=["Bread", "Cakes"]).figures("net_sales", by="category")
    ),
    "monate": lambda shop: _year(shop, 2026).figures("net_sales", by="month"),
    "rabatte": lambda shop: _year(shop, 2025).figures("discounts"),
    "erstattungen": lambda shop: _year(shop, 2025).figures("refunds", by="quarter"),
    "vorjahresquartal": lambda shop: versus(
        shop.between("2026-07-01", "2026-09-30").figures("net_sales"),
        shop.between("2025-07-01", "2025-09-30").figures("net_sales"),
    ),
    "anteil-heiss": _hot_share,
    "stammkunden": _regulars,
    "brezeln": lambda shop: _october(shop).where(product="Laugenbrezel").figures("units"),
    "tippfehler": lambda shop: (
        shop.between("2026-08-01", "2026-08-31").where(channel="Northern Quarter").figures("net_sales")
    ),
    "bester-tag": lambda shop: top(1, shop.between("2025-12-01", "2025-12-31").figures("net_sales", by="day")),
    "bar-bezahlt": lambda shop: _year(shop, 2025).where(payment="Cash").figures("orders"),
    "kwame": lambda shop: _october(shop).where(salesperson="Kwame Boateng").figures("net_sales"),
    "chorlton-weiter": lambda shop: _chorlton(shop, "05-01", "05-31").figures("net_sales"),
    "chorlton-weiter/2": lambda shop: _chorlton(shop, "06-01", "06-30").figures("net_sales"),
    "chorlton-weiter/3": lambda shop: _chorlton(shop, "06-01", "06-30").where(category="Bread").figures("net_sales"),
    "kategorien-weiter": lambda shop: top(3, _year(shop, 2026).figures("net_sales", by="category")),
    "kategorien-weiter/2": lambda shop: top(3, _year(shop, 2025).figures("net_sales", by="category")),
    "wochenenden": lambda shop: _september(shop).where(pl.col("day").dt.weekday() >= 6).figures("net_sales"),
    "kundenzahl": lambda shop: _october(shop).figures("customers"),
}
