"""What the questions of superstore_blind_16 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, returning_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _orders_over(shop: Shop, amount: float) -> int:
    return shop.lines.group_by("order").agg(pl.col("net").sum()).filter(pl.col("net") > amount).height


def _customers_with_orders(shop: Shop, least: int) -> int:
    orders = shop.lines.group_by("customer").agg(pl.col("order").n_unique())
    return orders.filter(pl.col("order") >= least).height


def _last_order(shop: Shop, name: str) -> pl.DataFrame:
    orders = shop.lines.filter(pl.col("customer_name") == name).group_by("order", "day").agg(pl.col("net").sum())
    return orders.filter(pl.col("day") == pl.col("day").max()).select("day", "net")


def _customers(shop: Shop) -> pl.DataFrame:
    return shop.figures("net_sales", by="customer_name")


EXPECTED: dict[str, Oracle] = {
    "profit-this-year": lambda shop: _year(shop, 2019).figures("profit"),
    "first-class-same-day": lambda shop: (
        _year(shop, 2019).where(ship_method=["First Class", "Same Day"]).figures("orders", by="ship_method")
    ),
    "best-day": lambda shop: top(1, _year(shop, 2019).figures("net_sales", by="day")),
    "new-spring-2018": lambda shop: new_customers(shop, "2018-04-01", "2018-06-30"),
    "tech-part": lambda shop: (
        share(_year(shop, 2019).figures("net_sales", by="category"))
        .filter(pl.col("category") == "Technology")
        .select("share")
    ),
    "units-categories": lambda shop: versus(
        _year(shop, 2019).figures("units", by="category"), _year(shop, 2018).figures("units", by="category")
    ),
    "canon-pieces": lambda shop: shop.where(product="Canon imageCLASS 2200 Advanced Copier").figures("units"),
    "paper-south": lambda shop: _year(shop, 2019).where(subcategory="Paper", region="South").figures("net_sales"),
    "paper-south/2": lambda shop: _year(shop, 2019).where(subcategory="Envelopes", region="South").figures("net_sales"),
    "west-no-california": lambda shop: (
        _year(shop, 2018).where(pl.col("state") != "California", region="West").figures("units")
    ),
    "binder-discount": lambda shop: _year(shop, 2019).where(subcategory="Binders").figures("discounts"),
    "furniture-quarters": lambda shop: _year(shop, 2019).where(category="Furniture").figures("profit", by="quarter"),
    "furniture-quarters/2": lambda shop: _year(shop, 2018).where(category="Furniture").figures("profit", by="quarter"),
    "margin-categories": lambda shop: _year(shop, 2018).figures("margin", by="category"),
    "mid-december": lambda shop: shop.between("2019-12-09", "2019-12-15").figures("net_sales"),
    "discount-states": lambda shop: top(5, _year(shop, 2019).figures("discounts", by="state")),
    "florida-last-year": lambda shop: versus(
        _year(shop, 2019).where(state="Florida").figures("net_sales"),
        _year(shop, 2018).where(state="Florida").figures("net_sales"),
    ),
    "best-customers": lambda shop: top(10, _customers(_year(shop, 2019))),
    "best-customers/2": lambda shop: top(10, _customers(_year(shop, 2019).where(segment="Corporate"))),
    "sean-last": lambda shop: _last_order(shop, "Sean Miller"),
    "big-orders": lambda shop: _orders_over(_year(shop, 2019), 1000),
    "home-office-months": lambda shop: _year(shop, 2019).where(segment="Home Office").figures("orders", by="month"),
    "five-times": lambda shop: _customers_with_orders(_year(shop, 2019), 5),
    "corporate-average": lambda shop: (
        shop.between("2019-11-01", "2019-11-30").where(segment="Corporate").figures("average_order_value")
    ),
    "segments-share": lambda shop: share(_year(shop, 2018).figures("net_sales", by="segment")).select(
        "segment", "share"
    ),
    "chairs-texas": lambda shop: _year(shop, 2018).where(subcategory="Chairs", state="Texas").figures("net_sales"),
    "worst-products": lambda shop: top(5, _year(shop, 2018).figures("profit", by="product"), lowest=True),
    "regions-2017": lambda shop: _year(shop, 2017).figures("net_sales", by="region"),
    "every-year": lambda shop: shop.figures("customers", by="year"),
    "came-back": lambda shop: returning_customers(shop, "2019-01-01", "2019-12-31"),
}
