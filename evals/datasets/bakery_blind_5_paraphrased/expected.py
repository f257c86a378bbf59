"""What the questions of this suite come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, returning_customers, top

YEAR = ("2026-01-01", "2026-11-20")


def _net(shop: Shop) -> float:
    return float(shop.figures("net_sales")["net_sales"][0])


def _top_per(frame: pl.DataFrame, group: str, count: int) -> pl.DataFrame:
    parts = [top(count, part) for part in frame.partition_by(group)]
    return pl.concat(parts).sort(group, maintain_order=True)


def _values_of_orders(shop: Shop) -> pl.DataFrame:
    return shop.lines.group_by("order", "customer_name").agg(value=pl.col("net").sum())


def _regulars(shop: Shop) -> pl.DataFrame:
    bought = shop.between("2025-01-01", "2025-12-31").lines.drop_nulls("customer")
    counted = bought.group_by("customer_name").agg(orders=pl.col("order").n_unique())
    return counted.filter(pl.col("orders") > 30).sort("customer_name")


def _stollen_without_lebkuchen(shop: Shop) -> int:
    december = shop.between("2025-12-01", "2025-12-31").lines.drop_nulls("customer")
    stollen = set(december.filter(pl.col("product") == "Stollen")["customer"])
    lebkuchen = set(december.filter(pl.col("product") == "Lebkuchen")["customer"])
    return len(stollen - lebkuchen)


def _average_saturday(shop: Shop) -> float:
    saturdays = shop.between("2026-07-01", "2026-09-30").where(pl.col("day").dt.weekday() == 6, channel="Chorlton")
    return _net(saturdays) / saturdays.lines["day"].n_unique()


def _evening_orders(shop: Shop) -> int:
    evening = pl.col("time").dt.hour().is_between(18, 21)
    return shop.between("2025-01-01", "2025-12-31").where(evening, channel="Web Shop").lines["order"].n_unique()


def _growth_of_chorlton(shop: Shop) -> float:
    chorlton = shop.where(channel="Chorlton")
    before = _net(chorlton.between("2025-07-01", "2025-09-30"))
    return _net(chorlton.between("2026-07-01", "2026-09-30")) / before - 1


def _running_total(shop: Shop) -> pl.DataFrame:
    months = shop.between(*YEAR).figures("net_sales", by="month")
    return months.select("month", running=pl.col("net_sales").cum_sum())


def _last_mochas(shop: Shop) -> pl.DataFrame:
    return shop.where(product="Mocha").figures("units", by="day").tail(1)


def _paypal_share(shop: Shop) -> float:
    web = shop.between("2025-01-01", "2025-12-31").where(channel="Web Shop")
    return _net(web.where(payment="PayPal")) / _net(web)


EXPECTED: dict[str, Oracle] = {
    "october-locations": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("net_sales", by="channel"),
    "october-locations/2": lambda shop: shop.between("2025-10-01", "2025-10-31").figures("net_sales", by="channel"),
    "franz-last-week": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(product="Franzbrötchen").figures("units")
    ),
    "franz-last-week/2": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(product="Franzbrötchen", channel="Chorlton").figures("units")
    ),
    "paypal-share": _paypal_share,
    "top-cakes": lambda shop: top(
        3, shop.between("2026-09-01", "2026-11-20").where(category="Cakes").figures("net_sales", by="product")
    ),
    "three-per-location": lambda shop: _top_per(
        shop.between("2026-10-01", "2026-10-31").figures("net_sales", by=["channel", "product"]), "channel", 3
    ),
    "average-saturday": _average_saturday,
    "web-evenings": _evening_orders,
    "new-third-quarter": lambda shop: new_customers(shop, "2026-07-01", "2026-09-30"),
    "new-third-quarter/2": lambda shop: returning_customers(shop, "2026-07-01", "2026-09-30"),
    "regulars-2025": _regulars,
    "stollen-no-lebkuchen": _stollen_without_lebkuchen,
    "orders-over-150": lambda shop: (
        _values_of_orders(shop.between("2026-10-01", "2026-10-31")).filter(pl.col("value") > 150).height
    ),
    "five-biggest": lambda shop: top(5, _values_of_orders(shop.between("2025-01-01", "2025-12-31"))),
    "discount-may": lambda shop: shop.between("2026-05-01", "2026-05-31").figures("discounts"),
    "discount-may/2": lambda shop: top(1, shop.between("2026-05-01", "2026-05-31").figures("discounts", by="product")),
    "refunds-where": lambda shop: top(1, shop.between(*YEAR).figures("refunds", by="channel")),
    "chorlton-growth": _growth_of_chorlton,
    "basket-branches": lambda shop: (
        shop.between("2026-10-01", "2026-10-31")
        .where(channel=["Northern Quarter", "Chorlton"])
        .figures("average_order_value", by="channel")
    ),
    "running-2026": _running_total,
    "web-month-average": lambda shop: _net(shop.between("2025-01-01", "2025-12-31").where(channel="Web Shop")) / 12,
    "staff-fortnight": lambda shop: (
        shop.between("2026-11-06", "2026-11-19").figures("net_sales", by="salesperson").drop_nulls("salesperson")
    ),
    "mocha-last": _last_mochas,
    "sourdough-sizes": lambda shop: (
        shop.between(*YEAR).where(product="Country Sourdough").figures("units", by="variation")
    ),
    "category-location": lambda shop: (
        shop.between("2026-07-01", "2026-09-30")
        .where(category=["Bread", "Cakes", "Pastries"])
        .figures("net_sales", by=["category", "channel"])
    ),
    "best-day-2025": lambda shop: top(1, shop.between("2025-01-01", "2025-12-31").figures("net_sales", by="day")),
    "hot-cross": lambda shop: (
        shop.between("2026-04-01", "2026-04-30").where(product="Hot Cross Bun").figures("net_sales")
    ),
    "hot-cross/2": lambda shop: (
        shop.between("2026-03-01", "2026-03-31").where(product="Hot Cross Bun").figures("net_sales")
    ),
    "card-or-contactless": lambda shop: (
        shop.between("2026-10-01", "2026-10-31")
        .where(payment=["Card", "Contactless"])
        .figures("net_sales", by="payment")
    ),
}
