"""What the questions of bikes_blind come to, by polars on the exports of web shop and till."""

from datetime import date

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _2024(shop: Shop) -> Shop:
    return shop.between("2024-01-01", "2024-12-31")


def _2025(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _2026(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-11-15")


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _june(shop: Shop) -> Shop:
    return shop.between("2026-06-01", "2026-06-30")


def _july(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-07-31")


def _q3(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _orders(shop: Shop) -> pl.DataFrame:
    """One row per order: its value after discounts, without VAT and shipping, and when and whose it is."""
    return shop.lines.group_by("order").agg(
        pl.col("net").sum(), pl.col("day").first(), pl.col("customer").first(), pl.col("customer_name").first()
    )


def _number(frame: pl.DataFrame) -> float:
    """The one figure of a frame of one row."""
    return float(frame.item())


def _by_brand(shop: Shop) -> pl.DataFrame:
    """Net sales by brand."""
    sold = shop.lines.group_by("brand").agg(sold=pl.col("net").sum())
    refunded = shop.refunds.group_by("brand").agg(back=pl.col("amount").sum())
    return (
        sold.join(refunded, on="brand", how="left")
        .select("brand", net_sales=pl.col("sold") - pl.col("back").fill_null(0))
        .drop_nulls("brand")
    )


def _weekday(number: pl.Expr) -> pl.Expr:
    return number.replace_strict(range(1, 8), WEEKDAYS).alias("weekday")


def _orders_by_weekday(shop: Shop) -> pl.DataFrame:
    orders = shop.orders.group_by(number=pl.col("day").dt.weekday()).agg(orders=pl.len()).sort("number")
    return orders.select(_weekday(pl.col("number")), "orders")


def _sales_by_weekday(shop: Shop) -> pl.DataFrame:
    days = shop.figures("net_sales", by="day").with_columns(number=pl.col("day").dt.weekday())
    return days.group_by("number").agg(pl.col("net_sales").sum()).select(_weekday(pl.col("number")), "net_sales")


def _growth(shop: Shop) -> pl.DataFrame:
    """From February to October, each month's change on the month before."""
    months = shop.between("2026-01-01", "2026-10-31").figures("net_sales", by="month")
    return months.select("month", change=pl.col("net_sales").pct_change()).slice(1)


def _first_order(shop: Shop, name: str) -> pl.DataFrame:
    orders = _orders(shop.where(customer_name=name)).sort("day", "order")
    return orders.head(1).select("day", "net")


def _latest_orders(shop: Shop, name: str, count: int) -> pl.DataFrame:
    orders = _orders(shop.where(customer_name=name)).sort("day", "order", descending=True)
    return orders.head(count).select("order", "net")


def _customers(shop: Shop) -> set[str]:
    return set(shop.lines["customer"].drop_nulls())


def _silent_business(shop: Shop) -> pl.DataFrame:
    latest = shop.where(segment="Business").lines.group_by("customer_name").agg(pl.col("day").max())
    silent = latest.filter(pl.col("day") < date(2026, 6, 1)).select("customer_name")
    return silent.join(shop.figures("net_sales", by="customer_name"), on="customer_name")


EXPECTED: dict[str, Oracle] = {
    # totals
    "turnover-2024": lambda shop: _2024(shop).figures("net_sales"),
    "shipping-paid": lambda shop: _2025(shop).figures("shipping"),
    "ebike-profit": lambda shop: _2025(shop).where(category="E-Bikes").figures("profit"),
    "clothing-margin": lambda shop: _2026(shop).where(category="Clothing").figures("margin"),
    "vat-atelier": lambda shop: _june(shop).where(channel="Atelier").figures("tax"),
    "ebikes-sold": lambda shop: _2026(shop).where(category="E-Bikes").figures("units"),
    "b2b-basket": lambda shop: _2026(shop).where(channel="B2B Portal").figures("average_order_value"),
    "june-three": lambda shop: _june(shop).figures("net_sales", "orders", "customers"),
    "refunds-quarter": lambda shop: _q3(shop).figures("refunds"),
    "cost-of-goods": lambda shop: _june(shop).where(category="Accessories").figures("cost"),
    "returned-pieces": lambda shop: _2025(shop).figures("returned_units"),
    # figures by a key
    "countries-2026": lambda shop: _2026(shop).figures("net_sales", by="country"),
    "brands-2025": lambda shop: _by_brand(_2025(shop)),
    "suppliers-profit": lambda shop: _2026(shop).figures("profit", by="supplier"),
    "pro-private": lambda shop: _2025(shop).figures("net_sales", by="segment"),
    "component-families": lambda shop: (
        _october(shop).where(category="Components").figures("net_sales", by="subcategory")
    ),
    "sellers-q3": lambda shop: _q3(shop).figures("net_sales", by="salesperson"),
    "channel-orders": lambda shop: _october(shop).figures("orders", by="channel"),
    "channel-aov": lambda shop: _2026(shop).figures("average_order_value", by="channel"),
    "workshop-jobs": lambda shop: _september(shop).where(category="Workshop").figures("units", by="product"),
    "refund-reasons": lambda shop: (
        _2026(shop).refunds.drop_nulls("reason").group_by("reason").agg(refunds=pl.len()).sort("reason")
    ),
    "weekdays-web": lambda shop: _orders_by_weekday(_2025(shop).where(channel="Webshop")),
    "categories-summer": lambda shop: shop.between("2026-06-01", "2026-07-31").figures(
        "units", "net_sales", by="category"
    ),
    # filters
    "swiss": lambda shop: _2025(shop).where(country="Switzerland").figures("net_sales"),
    "echirolles": lambda shop: _2026(shop).where(city="Échirolles").figures("orders"),
    "alpparts": lambda shop: _september(shop).where(supplier="AlpParts GmbH").figures("net_sales"),
    "boussole-one": lambda shop: _2025(shop).where(product="GPS Boussole One").figures("units"),
    "aero-noir": lambda shop: _2026(shop).where(product="Casque Route Aéro Noir").figures("units"),
    "kestrel": lambda shop: _2026(shop).where(brand="Kestrel Works").figures("net_sales"),
    "business-half": lambda shop: (
        shop.between("2026-01-01", "2026-06-30").where(segment="Business").figures("net_sales")
    ),
    "above-3000": lambda shop: _number(
        _2026(shop).lines.filter(pl.col("unit_price") > 3000).select(pl.col("quantity").sum())
    ),
    "not-france": lambda shop: _2025(shop).where(pl.col("country") != "France").figures("orders"),
    "big-orders-count": lambda shop: (
        _orders(shop.between("2026-05-01", "2026-05-31")).filter(pl.col("net") > 1000).height
    ),
    "damico-spring": lambda shop: (
        shop.between("2026-03-01", "2026-05-31").where(salesperson="Kévin D'Amico").figures("net_sales")
    ),
    "echirolles-club": lambda shop: _2026(shop).where(customer_name="Vélo Club d'Échirolles").figures("net_sales"),
    "bikes-plus-ebikes": lambda shop: _2025(shop).where(category=["Bikes", "E-Bikes"]).figures("units"),
    # time
    "boutique-months": lambda shop: _2025(shop).where(channel="Boutique").figures("net_sales", by="month"),
    "five-weeks": lambda shop: shop.between("2026-10-05", "2026-11-08").figures("orders", by="week"),
    "last-seven": lambda shop: shop.between("2026-11-08", "2026-11-14").figures("net_sales"),
    "quarters-ebike": lambda shop: (
        shop.between("2025-01-01", "2026-11-15").where(category="E-Bikes").figures("net_sales", by="quarter")
    ),
    "month-running": lambda shop: shop.between("2026-11-01", "2026-11-15").figures("orders"),
    "growth-2026": _growth,
    "weeks-over-5k": lambda shop: (
        _2025(shop).where(channel="Webshop").figures("net_sales", by="week").filter(pl.col("net_sales") > 5000).height
    ),
    "days-12-orders": lambda shop: _2026(shop).figures("orders", by="day").filter(pl.col("orders") >= 12).height,
    "peak-month": lambda shop: top(1, shop.where(channel="Atelier").figures("net_sales", by="month")),
    "first-hostel": lambda shop: _first_order(shop, "Bike Hostel Genève"),
    "winter-gloves": lambda shop: (
        shop.between("2025-10-01", "2026-03-31").where(product="Gants d'hiver Chartreuse").figures("units", by="month")
    ),
    # ranking
    "six-products": lambda shop: top(6, _2026(shop).figures("net_sales", by="product")),
    "profit-cats": lambda shop: top(3, _2026(shop).figures("profit", by="category")),
    "top-cities": lambda shop: top(4, _2025(shop).figures("net_sales", by="city")),
    "two-web-orders": lambda shop: top(2, _orders(_2026(shop).where(channel="Webshop")).select("order", "net")),
    "weak-brands": lambda shop: top(2, _by_brand(_2025(shop)), lowest=True),
    "best-weekday-shop": lambda shop: top(1, _sales_by_weekday(_2026(shop).where(channel="Boutique"))),
    "business-top": lambda shop: top(5, _2026(shop).where(segment="Business").figures("net_sales", by="customer_name")),
    "etape-last": lambda shop: _latest_orders(shop, "Hôtel L'Étape", 2),
    "returned-products": lambda shop: top(3, _2025(shop).figures("refunds", by="product")),
    # compare
    "two-summers": lambda shop: versus(
        shop.between("2026-06-01", "2026-08-31").figures("net_sales"),
        shop.between("2025-06-01", "2025-08-31").figures("net_sales"),
    ),
    "web-boutique": lambda shop: (
        _september(shop).where(channel=["Webshop", "Boutique"]).figures("orders", by="channel")
    ),
    "q3-profit": lambda shop: versus(
        _q3(shop).figures("profit"), shop.between("2025-07-01", "2025-09-30").figures("profit")
    ),
    "dry-wet": lambda shop: (
        _2025(shop)
        .where(product=["Lubrifiant chaîne Dry 100 ml", "Lubrifiant chaîne Wet 100 ml"])
        .figures("units", by="product")
    ),
    "channels-months": lambda shop: versus(
        _october(shop).figures("net_sales", by="channel"), _september(shop).figures("net_sales", by="channel")
    ),
    "business-share": lambda shop: (
        _number(_2025(shop).where(segment="Business").figures("net_sales")) / _number(_2025(shop).figures("net_sales"))
    ),
    "cat-share": lambda shop: share(_2026(shop).figures("net_sales", by="category")).drop("net_sales"),
    "refund-rate": lambda shop: _2026(shop).where(channel="Webshop").figures("refund_rate"),
    "ebike-share": lambda shop: (
        _number(_2025(shop).where(channel="Boutique", category="E-Bikes").figures("net_sales"))
        / _number(_2025(shop).where(channel="Boutique").figures("net_sales"))
    ),
    # customers
    "ebike-no-helmet": lambda shop: len(
        _customers(shop.where(category="E-Bikes")) - _customers(shop.where(subcategory="Helmets"))
    ),
    "gone-clients": lambda shop: len(_customers(_2025(shop)) - _customers(_2026(shop))),
    "silent-business": _silent_business,
    "chain-and-cassette": lambda shop: len(
        _customers(shop.where(product="Chaîne 11 vitesses")) & _customers(shop.where(product="Cassette 11-34"))
    ),
    "median-boutique": lambda shop: _number(
        _orders(shop.between("2026-04-01", "2026-04-30").where(channel="Boutique")).select(pl.col("net").median())
    ),
    "never-ordered": lambda shop: len(set(shop.customers["Customer No"]) - _customers(shop)),
    "never-sold": lambda shop: len(set(shop.products["Product Name"]) - set(shop.lines["product"])),
    "fresh-clients": lambda shop: new_customers(shop, "2026-07-01", "2026-09-30"),
    # conversations
    "nutrition-chain": lambda shop: _july(shop).where(category="Nutrition").figures("units"),
    "nutrition-chain/2": lambda shop: _july(shop).where(category="Nutrition").figures("net_sales"),
    "nutrition-chain/3": lambda shop: (
        shop.between("2026-08-01", "2026-08-31").where(category="Nutrition").figures("net_sales")
    ),
    "lyon-chain": lambda shop: _2025(shop).where(city="Lyon").figures("net_sales"),
    "lyon-chain/2": lambda shop: _2025(shop).where(city="Annecy").figures("net_sales"),
    "clothing-top": lambda shop: top(3, _2025(shop).where(category="Clothing").figures("units", by="product")),
    "clothing-top/2": lambda shop: top(
        3, _2025(shop).where(category="Clothing", channel="Webshop").figures("units", by="product")
    ),
    "aicha-chain": lambda shop: _october(shop).where(salesperson="Aïcha Benali").figures("net_sales"),
    "aicha-chain/2": lambda shop: _october(shop).where(salesperson="Mélanie Rochas").figures("net_sales"),
    "belgium-year": lambda shop: _2024(shop).where(country="Belgium").figures("net_sales"),
    "belgium-year/2": lambda shop: _2025(shop).where(country="Belgium").figures("net_sales"),
    # typos
    "turnovre-webshp": lambda shop: _september(shop).where(channel="Webshop").figures("net_sales"),
    "echiroles": lambda shop: _2025(shop).where(customer_name="Vélo Club d'Échirolles").figures("orders"),
    "chambre-air": lambda shop: _july(shop).where(product="Chambre à air 700x25").figures("units"),
    "switserland": lambda shop: _2026(shop).where(country="Switzerland").figures("orders"),
    "accesories": lambda shop: _october(shop).where(category="Accessories").figures("profit"),
}
