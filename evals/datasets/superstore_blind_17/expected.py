"""What the questions of superstore_blind_17 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _orders_over(shop: Shop, amount: float) -> int:
    return shop.lines.group_by("order").agg(pl.col("net").sum()).filter(pl.col("net") > amount).height


def _lost(before: Shop, now: Shop) -> int:
    return before.lines.select("customer").unique().join(now.lines, on="customer", how="anti").height


EXPECTED: dict[str, Oracle] = {
    "take-in-last-month": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("net_sales"),
    "states-losing-money": lambda shop: top(5, _year(shop, 2019).figures("profit", by="state"), lowest=True),
    "first-timers": lambda shop: new_customers(shop, "2019-01-01", "2019-12-31"),
    "technology-then-furniture": lambda shop: (
        _year(shop, 2019).where(category="Technology").figures("net_sales", by="quarter")
    ),
    "technology-then-furniture/2": lambda shop: (
        _year(shop, 2019).where(category="Furniture").figures("net_sales", by="quarter")
    ),
    "most-pieces-subcategory": lambda shop: top(1, _year(shop, 2018).figures("units", by="subcategory")),
    "table-discount-percent": lambda shop: versus(
        _year(shop, 2019).where(subcategory="Tables").figures("discount_rate"),
        _year(shop, 2018).where(subcategory="Tables").figures("discount_rate"),
    ),
    "best-copiers": lambda shop: top(3, shop.where(subcategory="Copiers").figures("profit", by="product")),
    "paper-weekly": lambda shop: (
        shop.between("2019-11-04", "2019-12-31").where(subcategory="Paper").figures("net_sales", by="week")
    ),
    "sales-profit-monthly": lambda shop: _year(shop, 2019).figures("net_sales", "profit", by="month"),
    "discounts-q3": lambda shop: shop.between("2019-07-01", "2019-09-30").figures("discounts"),
    "orders-over-2000": lambda shop: _orders_over(_year(shop, 2019), 2000),
    "avg-order-march": lambda shop: shop.between("2018-03-01", "2018-03-31").figures("average_order_value"),
    "avg-order-march/2": lambda shop: shop.between("2019-03-01", "2019-03-31").figures("average_order_value"),
    "before-discounts-by-category": lambda shop: shop.between("2018-04-01", "2018-09-30").figures(
        "gross_sales", by="category"
    ),
    "texas-top-ten": lambda shop: top(
        10, _year(shop, 2019).where(state="Texas").figures("net_sales", by="customer_name")
    ),
    "sean-miller-spent": lambda shop: shop.where(customer_name="Sean Miller").figures("net_sales"),
    "more-than-five-orders": lambda shop: (
        _year(shop, 2019).figures("orders", by="customer_name").filter(pl.col("orders") > 5)
    ),
    "weekend-orders-west": lambda shop: (
        _year(shop, 2019).where(pl.col("day").dt.weekday() > 5, region="West").figures("orders")
    ),
    "gone-quiet": lambda shop: _lost(_year(shop, 2018), _year(shop, 2019)),
    "margin-2018": lambda shop: _year(shop, 2018).figures("margin"),
    "turnover-regions-two-years": lambda shop: versus(
        _year(shop, 2019).figures("net_sales", by="region"), _year(shop, 2018).figures("net_sales", by="region")
    ),
    "corporate-proportion": lambda shop: (
        share(_year(shop, 2017).figures("net_sales", by="segment"))
        .filter(pl.col("segment") == "Corporate")
        .select("share")
    ),
    "goods-cost-without-furniture": lambda shop: (
        shop.between("2018-07-01", "2019-06-30").where(pl.col("category") != "Furniture").figures("cost")
    ),
    "persons-new-york": lambda shop: _year(shop, 2017).where(city="New York City").figures("customers"),
    "worst-month-2018": lambda shop: top(1, _year(shop, 2018).figures("net_sales", by="month"), lowest=True),
    "spend-per-client-region": lambda shop: _year(shop, 2019).figures("net_sales_per_customer", by="region"),
    "shipping-type-percent": lambda shop: share(_year(shop, 2019).figures("orders", by="ship_method")).drop("orders"),
    "staple-remover": lambda shop: shop.where(product="Staple remover").figures("units"),
    "staple-remover/2": lambda shop: _year(shop, 2019).where(product="Staple remover").figures("units"),
}
