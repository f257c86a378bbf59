"""What the questions of bikes_blind_fr come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _loyal(shop: Shop) -> pl.DataFrame:
    orders = _year(shop, 2025).figures("orders", by="customer_name").drop_nulls("customer_name")
    return orders.filter(pl.col("orders") > 10)


def _weekends(shop: Shop) -> float:
    month = shop.between("2026-09-01", "2026-09-30")
    return month.where(pl.col("day").dt.weekday() >= 6).figures("net_sales").item()


def _share(shop: Shop) -> float:
    year = _year(shop, 2025)
    return year.where(category="E-Bikes").figures("net_sales").item() / year.figures("net_sales").item()


EXPECTED: dict[str, Oracle] = {
    "ca-2025": lambda shop: _year(shop, 2025).figures("net_sales"),
    "ca-mois-dernier": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
    "commandes-semaine": lambda shop: shop.between("2026-11-02", "2026-11-08").figures("orders"),
    "canaux": lambda shop: _year(shop, 2025).figures("net_sales", by="channel"),
    "meilleurs-produits": lambda shop: top(
        5, shop.between("2026-07-01", "2026-09-30").figures("net_sales", by="product")
    ),
    "benefice-marques": lambda shop: _year(shop, 2025).figures("profit", by="brand").drop_nulls("brand"),
    "panier-canaux": lambda shop: shop.between("2026-01-01", "2026-06-30").figures("average_order_value", by="channel"),
    "remboursements": lambda shop: _year(shop, 2025).figures("refunds"),
    "clients-octobre": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("customers"),
    "part-ebikes": _share,
    "ca-mensuel": lambda shop: _year(shop, 2026).figures("net_sales", by="month"),
    "lyon-annecy": lambda shop: _year(shop, 2025).where(city=["Lyon", "Annecy"]).figures("net_sales", by="city"),
    "marques-unites": lambda shop: _year(shop, 2025).where(brand=["Nordlys", "Altivo"]).figures("units", by="brand"),
    "octobre-contre-octobre": lambda shop: versus(
        shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
        shop.between("2025-10-01", "2025-10-31").figures("net_sales"),
    ),
    "boutique-fautes": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(channel="Boutique").figures("net_sales")
    ),
    "pires-categories": lambda shop: top(3, _year(shop, 2025).figures("net_sales", by="category"), lowest=True),
    "fideles": _loyal,
    "port": lambda shop: _year(shop, 2025).figures("shipping"),
    "remises": lambda shop: shop.between("2026-01-01", "2026-03-31").figures("discounts"),
    "record": lambda shop: top(1, _year(shop, 2026).figures("net_sales", by="day")),
    "suisse-suite": lambda shop: _year(shop, 2025).where(country="Switzerland").figures("net_sales"),
    "suisse-suite/2": lambda shop: _year(shop, 2025).where(country="Belgium").figures("net_sales"),
    "suisse-suite/3": lambda shop: _year(shop, 2025).where(country="Belgium").figures("net_sales", by="month"),
    "villes-suite": lambda shop: top(3, _year(shop, 2026).figures("net_sales", by="city")),
    "villes-suite/2": lambda shop: top(3, _year(shop, 2025).figures("net_sales", by="city")),
    "week-ends": _weekends,
}
