"""What the questions of the demo suite come to."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _2025(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _2026(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-10-31")


def _change(shop: Shop, month: str, before: str, by: str) -> pl.DataFrame:
    """Net sales of two months of 28 to 31 days beside each other, and how much they changed."""
    now, earlier = (shop.where(pl.col("day").dt.strftime("%Y-%m") == one) for one in (month, before))
    both = versus(now.figures("net_sales", by=by), earlier.figures("net_sales", by=by))
    return both.with_columns(change=pl.col("net_sales") - pl.col("previous_net_sales"))


def _ends(shop: Shop) -> tuple[pl.DataFrame, pl.DataFrame]:
    categories = shop.figures("net_sales", by="category")
    return top(1, categories), top(1, categories, lowest=True)


EXPECTED: dict[str, Oracle] = {
    "total-2025": lambda shop: _2025(shop).figures("net_sales"),
    "orders-last-month": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("orders"),
    "gross-q4-2025": lambda shop: shop.between("2025-10-01", "2025-12-31").figures("gross_sales"),
    "refunds-summer": lambda shop: shop.between("2026-06-01", "2026-08-31").figures("refunds"),
    "aov-spring": lambda shop: shop.between("2026-04-01", "2026-06-30").figures("average_order_value"),
    "last-30-days": lambda shop: shop.between("2026-10-01", "2026-10-30").figures("units"),
    "since-august": lambda shop: shop.between("2026-08-01", "2026-10-31").figures("net_sales"),
    "new-customers-2025": lambda shop: new_customers(shop, "2025-01-01", "2025-12-31"),
    "category-2025": lambda shop: _2025(shop).figures("net_sales", by="category"),
    "monthly-orders-2026": lambda shop: shop.between("2026-01-01", "2026-09-30").figures("orders", by="month"),
    "channel-quarter": lambda shop: _2025(shop).figures("net_sales", by=["channel", "quarter"]),
    "country-customers": lambda shop: _2026(shop).figures("customers", by="country"),
    "salesperson-2026": lambda shop: _2026(shop).figures("net_sales", by="salesperson"),
    "segment-aov": lambda shop: _2025(shop).figures("average_order_value", by="segment"),
    "top3-suppliers-returned": lambda shop: top(3, _2025(shop).figures("refunds", by="supplier")),
    "top5-cities-2026q3": lambda shop: top(5, shop.between("2026-07-01", "2026-09-30").figures("net_sales", by="city")),
    "worst-category-profit": lambda shop: top(1, _2025(shop).figures("profit", by="category"), lowest=True),
    "top-product-units": lambda shop: top(1, shop.between("2025-12-01", "2025-12-31").figures("units", by="product")),
    "germany-online": lambda shop: _2025(shop).where(country="Germany", channel="Online").figures("net_sales"),
    "store-garden-may": lambda shop: (
        shop.between("2026-05-01", "2026-05-31").where(category="Garden", channel="Store").figures("units")
    ),
    "trade-france": lambda shop: _2025(shop).where(segment="Trade", country="France").figures("orders"),
    "product-mug-moss": lambda shop: _2026(shop).where(product="Stoneware Mug Moss").figures("units"),
    "koln-typo": lambda shop: _2025(shop).where(city="Köln").figures("net_sales"),
    "candels-typo": lambda shop: (
        shop.between("2025-12-01", "2025-12-31").where(category="Candles & Fragrance").figures("net_sales")
    ),
    "aisling-typo": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(salesperson="Aisling Hayes").figures("net_sales")
    ),
    "q3-versus-year-before": lambda shop: versus(
        shop.between("2026-07-01", "2026-09-30").figures("net_sales"),
        shop.between("2025-07-01", "2025-09-30").figures("net_sales"),
    ),
    "october-mom": lambda shop: versus(
        shop.between("2026-10-01", "2026-10-31").figures("orders"),
        shop.between("2026-09-01", "2026-09-30").figures("orders"),
    ),
    "share-by-country": lambda shop: share(_2025(shop).figures("net_sales", by="country")).drop("net_sales"),
    "lighting-follow": lambda shop: _2025(shop).where(category="Lighting").figures("net_sales"),
    "lighting-follow/2": lambda shop: _2025(shop).where(category="Lighting").figures("net_sales", by="month"),
    "lighting-follow/3": lambda shop: (
        _2025(shop).where(pl.col("channel") == "Store", category="Lighting").figures("net_sales", by="month")
    ),
    "ireland-follow": lambda shop: _2025(shop).where(country="Ireland").figures("profit"),
    "ireland-follow/2": lambda shop: _2025(shop).where(country="Spain").figures("profit"),
    "why-march-countries": lambda shop: _change(shop, "2026-03", "2026-02", "country"),
    "why-march-countries/2": lambda shop: _change(shop, "2026-03", "2026-02", "channel"),
    "why-march-countries/3": lambda shop: _change(shop.where(country="Ireland"), "2026-03", "2026-02", "channel"),
    "why-q3-refunds": lambda shop: versus(
        shop.between("2026-07-01", "2026-09-30").figures("refunds", by="category"),
        shop.between("2026-04-01", "2026-06-30").figures("refunds", by="category"),
    ),
    "why-discount-rate": lambda shop: versus(
        shop.between("2026-06-01", "2026-06-30").figures("discount_rate", by="channel"),
        shop.between("2026-05-01", "2026-05-31").figures("discount_rate", by="channel"),
    ),
    "takings-and-customers": lambda shop: (
        shop.between("2026-08-01", "2026-08-31").figures("net_sales"),
        top(3, shop.between("2026-08-01", "2026-08-31").figures("net_sales", by="customer")),
    ),
    "months-apart": lambda shop: (
        shop.between("2026-07-01", "2026-07-31").figures("refunds"),
        shop.between("2026-08-01", "2026-08-31").figures("units"),
    ),
    "strongest-and-weakest": lambda shop: _ends(_2025(shop)),
    "strongest-and-weakest/2": lambda shop: _ends(shop.between("2024-01-01", "2024-12-31")),
    "orders-then-refunded": lambda shop: (
        shop.between("2026-05-01", "2026-05-31").figures("orders"),
        shop.between("2026-05-01", "2026-05-31")
        .lines.select("order")
        .unique()
        .join(shop.refunds.select("order").unique(), on="order", how="semi")
        .height,
    ),
    "runner-up": lambda shop: top(1, _2025(shop).figures("orders", by="city")),
    "runner-up/2": lambda shop: top(2, _2025(shop).figures("orders", by="city")).tail(1),
}
