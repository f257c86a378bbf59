"""What the questions of this suite come to, by polars on the source files."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, top

YEAR = ("2026-01-01", "2026-11-15")


def _net(shop: Shop) -> float:
    return float(shop.figures("net_sales")["net_sales"][0])


def _two_per_category(shop: Shop) -> pl.DataFrame:
    frame = shop.between("2026-07-01", "2026-09-30").figures("net_sales", by=["category", "product"])
    parts = [top(2, part) for part in frame.partition_by("category")]
    return pl.concat(parts).sort("category", maintain_order=True)


def _refunds_by_reason(shop: Shop, what: str) -> pl.DataFrame:
    refunds = shop.between(*YEAR).refunds.drop_nulls("reason")
    return refunds.group_by("reason").agg(pl.col(what).sum()).sort("reason")


def _changed_mind_share(shop: Shop) -> float:
    refunds = shop.between("2025-01-01", "2025-12-31").refunds
    changed = refunds.filter(pl.col("reason") == "Changed mind")
    return float(changed["amount"].sum()) / float(refunds["amount"].sum())


def _growth_of_e_bikes(shop: Shop) -> float:
    sold = shop.where(category="E-Bikes")
    return _net(sold.between("2026-04-01", "2026-06-30")) / _net(sold.between("2025-04-01", "2025-06-30")) - 1


def _receipts_over_thousand(shop: Shop) -> int:
    boutique = shop.between("2026-10-01", "2026-10-31").where(channel="Boutique").lines
    return boutique.group_by("order").agg(pl.col("net").sum()).filter(pl.col("net") > 1000).height


def _latest_portal_orders(shop: Shop) -> pl.DataFrame:
    orders = (
        shop.where(channel="B2B Portal").lines.group_by("order", "day", "customer_name").agg(value=pl.col("net").sum())
    )
    ranked = orders.sort("day", "order", descending=True)
    if ranked["day"][4] == ranked["day"][5]:
        raise ValueError("orders 5 and 6 are of the same day")
    return ranked.head(5).select("order", "customer_name", "value")


def _first_of_alpes(shop: Shop) -> pl.DataFrame:
    bought = shop.where(customer_name="Alpes Livraison Vélo").lines
    first = bought.filter(pl.col("day") == pl.col("day").min())
    if first["order"].n_unique() != 1:
        raise ValueError("two orders on the first day")
    return first.group_by("day").agg(value=pl.col("net").sum())


def _loyal(shop: Shop) -> int:
    bought = shop.between("2025-01-01", "2025-12-31").lines.drop_nulls("customer")
    return bought.group_by("customer").agg(pl.col("order").n_unique()).filter(pl.col("order") > 5).height


def _e_bike_without_workshop(shop: Shop) -> int:
    known = shop.lines.drop_nulls("customer")
    e_bikes = set(known.filter(pl.col("category") == "E-Bikes")["customer"])
    workshop = set(known.filter(pl.col("category") == "Workshop")["customer"])
    return len(e_bikes - workshop)


def _running_webshop(shop: Shop) -> pl.DataFrame:
    months = shop.between(*YEAR).where(channel="Webshop").figures("net_sales", by="month")
    return months.select("month", running=pl.col("net_sales").cum_sum())


def _new_per_month(shop: Shop) -> pl.DataFrame:
    first = shop.lines.drop_nulls("customer").group_by("customer").agg(pl.col("day").min())
    inside = first.filter(pl.col("day").is_between(date(2026, 7, 1), date(2026, 9, 30)))
    return inside.group_by(month=pl.col("day").dt.truncate("1mo")).agg(customers=pl.len()).sort("month")


def _share_of_channels(shop: Shop) -> pl.DataFrame:
    frame = shop.between("2025-01-01", "2025-12-31").figures("net_sales", by="channel")
    return frame.select("channel", share=pl.col("net_sales") / pl.col("net_sales").sum())


EXPECTED: dict[str, Oracle] = {
    "bikes-or-e-bikes": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(category=["Bikes", "E-Bikes"]).figures("profit", by="category")
    ),
    "brand-margin": lambda shop: (
        shop.between("2026-07-01", "2026-09-30").figures("margin", by="brand").drop_nulls("brand")
    ),
    "tubes-since-september": lambda shop: (
        shop.between("2026-09-01", "2026-11-15").where(product="Chambre à air 700x28").figures("units")
    ),
    "alpparts-quarter": lambda shop: (
        shop.between("2026-07-01", "2026-09-30").where(supplier="AlpParts GmbH").figures("net_sales")
    ),
    "alpparts-quarter/2": lambda shop: (
        shop.between("2026-07-01", "2026-09-30").where(supplier="Tessuti Bianchini").figures("net_sales")
    ),
    "business-top": lambda shop: top(
        5, shop.between(*YEAR).where(segment="Business").figures("net_sales", by="customer_name")
    ),
    "two-per-category": _two_per_category,
    "refund-reasons": lambda shop: _refunds_by_reason(shop, "amount"),
    "refund-reasons/2": lambda shop: _refunds_by_reason(shop.where(channel="Webshop"), "amount"),
    "refund-reasons/3": lambda shop: _refunds_by_reason(shop.where(channel="Webshop"), "quantity"),
    "changed-mind-share": _changed_mind_share,
    "swiss-cities": lambda shop: (
        shop.between("2025-01-01", "2025-12-31").where(country="Switzerland").figures("net_sales", by="city")
    ),
    "melanie-aicha": lambda shop: (
        shop.between("2026-11-01", "2026-11-15")
        .where(salesperson=["Mélanie Rochas", "Aïcha Benali"])
        .figures("net_sales", by="salesperson")
    ),
    "e-bike-growth": _growth_of_e_bikes,
    "brake-bleeds": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(product="Purge de freins").figures("units")
    ),
    "brake-bleeds/2": lambda shop: (
        shop.between("2025-10-01", "2025-10-31").where(product="Purge de freins").figures("units")
    ),
    "receipts-over-thousand": _receipts_over_thousand,
    "latest-portal": _latest_portal_orders,
    "alpes-first": _first_of_alpes,
    "loyal-2025": _loyal,
    "e-bike-no-workshop": _e_bike_without_workshop,
    "shipping-2025": lambda shop: shop.between("2025-01-01", "2025-12-31").figures("shipping"),
    "atelier-weeks": lambda shop: (
        shop.between("2026-10-12", "2026-11-08").where(channel="Atelier").figures("net_sales", by="week")
    ),
    "nutrition-average": lambda shop: _net(shop.between("2025-01-01", "2025-12-31").where(category="Nutrition")) / 12,
    "webshop-running": _running_webshop,
    "new-each-month": _new_per_month,
    "channel-share": _share_of_channels,
    "drac-price": lambda shop: (
        shop.between("2025-01-01", "2026-11-15")
        .where(product="VAE Ville Cimes Drac")
        .figures("average_price", by="year")
    ),
    "portal-discount": lambda shop: shop.between(*YEAR).where(channel="B2B Portal").figures("discount_rate"),
    "cities-abroad": lambda shop: top(
        3, shop.between(*YEAR).where(pl.col("country") != "France").figures("net_sales", by="city")
    ),
}
