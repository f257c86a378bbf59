"""What the questions of bakery_blind_8 come to, by polars on the till's files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, top, versus


def _2024(shop: Shop) -> Shop:
    return shop.between("2024-01-01", "2024-12-31")


def _2025(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _this_year(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-11-20")


def _summer(shop: Shop) -> Shop:
    return shop.between("2026-06-01", "2026-08-31")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _fraction(part: Shop, whole: Shop) -> float:
    return part.figures("net_sales").item() / whole.figures("net_sales").item()


EXPECTED: dict[str, Oracle] = {
    "turnover-last-month": lambda shop: shop.between("2026-10-01", "2026-10-31").figures("net_sales"),
    "stollen-pieces-versus": lambda shop: versus(
        _2025(shop).where(product="Stollen").figures("units"), _2024(shop).where(product="Stollen").figures("units")
    ),
    "cake-most-money": lambda shop: top(1, _this_year(shop).where(category="Cakes").figures("net_sales", by="product")),
    "siobhan-average-order": lambda shop: (
        _this_year(shop).where(salesperson="Siobhán O'Rourke").figures("average_order_value")
    ),
    "chorlton-weekly-autumn": lambda shop: (
        shop.between("2026-10-05", "2026-11-15").where(channel="Chorlton").figures("net_sales", by="week")
    ),
    "refunds-tax-year": lambda shop: shop.between("2025-04-06", "2026-04-05").figures("refunds"),
    "vat-by-shop": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("tax", by="channel"),
    "cash-orders-last-week": lambda shop: (
        shop.between("2026-11-09", "2026-11-15").where(pl.col("payment") == "Cash").figures("orders")
    ),
    "discounts-two-years": lambda shop: versus(_2025(shop).figures("discounts"), _2024(shop).figures("discounts")),
    "lunch-sells-less": lambda shop: top(
        2, shop.between("2026-04-01", "2026-06-30").where(category="Lunch").figures("units", by="product"), lowest=True
    ),
    "decaf-by-month": lambda shop: _this_year(shop).where(product="Decaf Beans").figures("units", by="month"),
    "oat-share-hot-drinks": lambda shop: _fraction(
        _this_year(shop).where(product="Oat Flat White"), _this_year(shop).where(category="Hot Drinks")
    ),
    "apfelschorle-summer": lambda shop: _summer(shop).where(product="Apfelschorle").figures("units", by="channel"),
    "apfelschorle-summer/2": lambda shop: (
        _summer(shop).where(product="Elderflower Pressé").figures("units", by="channel")
    ),
    "house-blend-kilo-price": lambda shop: (
        _2025(shop).where(product="House Blend Beans", variation="1 kg").figures("average_price")
    ),
    "best-spenders": lambda shop: top(3, _this_year(shop).figures("net_sales", by="customer_name")),
    "copper-kettle-quarter": lambda shop: (
        _third_quarter(shop).where(customer_name="The Copper Kettle").figures("net_sales")
    ),
    "copper-kettle-quarter/2": lambda shop: (
        _third_quarter(shop).where(customer_name="Irwell Architects").figures("net_sales")
    ),
    "more-than-ten-orders": lambda shop: (
        _this_year(shop)
        .lines.drop_nulls("customer")
        .group_by("customer")
        .agg(orders=pl.col("order").n_unique())
        .filter(pl.col("orders") > 10)
        .height
    ),
    "new-since-september": lambda shop: new_customers(shop, "2026-09-01", "2026-11-20"),
    "quarters-2025": lambda shop: _2025(shop).figures("net_sales", by="quarter"),
    "web-proportion": lambda shop: _fraction(_2025(shop).where(channel="Web Shop"), _2025(shop)),
    "orders-over-hundred": lambda shop: (
        shop.between("2025-11-01", "2026-10-31")
        .lines.group_by("order")
        .agg(pl.col("net").sum())
        .filter(pl.col("net") > 100)
        .height
    ),
    "gifts-refund-rate": lambda shop: _this_year(shop).where(category="Gifts").figures("refund_rate"),
    "pastries-last-saturday": lambda shop: (
        shop.between("2026-11-14", "2026-11-14").where(category="Pastries", channel="Chorlton").figures("units")
    ),
    "weekends-two-shops": lambda shop: (
        _this_year(shop)
        .where(pl.col("day").dt.weekday() >= 6, channel=["Northern Quarter", "Chorlton"])
        .figures("net_sales", by="channel")
    ),
    "best-day-ever": lambda shop: top(1, shop.figures("net_sales", by="day")),
    "hot-cross-buns": lambda shop: _2025(shop).where(product="Hot Cross Bun").figures("net_sales"),
    "hot-cross-buns/2": lambda shop: _this_year(shop).where(product="Hot Cross Bun").figures("net_sales"),
    "hamper-people": lambda shop: (
        shop.between("2025-11-01", "2025-12-31").where(product="Breakfast Hamper").figures("customers")
    ),
}
