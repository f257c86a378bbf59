"""What the questions of superstore_blind_19 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def year(shop: Shop, number: int) -> Shop:
    """The shop in one calendar year."""
    return shop.between(f"{number}-01-01", f"{number}-12-31")


def lost(shop: Shop) -> int:
    """How many customers bought in 2018 and not in 2019."""
    return len(set(year(shop, 2018).lines["customer"]) - set(year(shop, 2019).lines["customer"]))


def share_only(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Each key with its fraction of the total."""
    return share(frame).select(key, "share")


def halves(shop: Shop, category: str) -> pl.DataFrame:
    """A category's margin in the first half of 2019 beside that of 2018."""
    wanted = shop.where(category=category)
    return versus(
        wanted.between("2019-01-01", "2019-06-30").figures("margin"),
        wanted.between("2018-01-01", "2018-06-30").figures("margin"),
    )


def monthly(shop: Shop, subcategory: str) -> pl.DataFrame:
    """A subcategory's sales in each month of the first half of 2019."""
    return shop.between("2019-01-01", "2019-06-30").where(subcategory=subcategory).figures("net_sales", by="month")


def regional_profit(shop: Shop, segment: str) -> pl.DataFrame:
    """A segment's profit of 2019 in each region."""
    return year(shop, 2019).where(segment=segment).figures("profit", by="region")


EXPECTED: dict[str, Oracle] = {
    "texas-year": lambda shop: year(shop, 2019).where(state="Texas").figures("net_sales"),
    "texas-year/2": lambda shop: year(shop, 2019).where(state="Texas").figures("profit"),
    "texas-accounts": lambda shop: top(
        5, year(shop, 2019).where(state="Texas").figures("net_sales", by="customer_name")
    ),
    "texas-cities": lambda shop: (
        shop.between("2019-10-01", "2019-12-31")
        .where(city=["Houston", "Dallas", "San Antonio"])
        .figures("net_sales", "orders", by="city")
    ),
    "order-size-central-west": lambda shop: (
        year(shop, 2019).where(region=["Central", "West"]).figures("average_order_value", by="region")
    ),
    "lost-customers": lost,
    "five-products": lambda shop: top(5, year(shop, 2019).figures("units", by="product")),
    "copiers-quarters": lambda shop: year(shop, 2018).where(subcategory="Copiers").figures("units", by="quarter"),
    "paper-price": lambda shop: versus(
        year(shop, 2019).where(subcategory="Paper").figures("average_price"),
        year(shop, 2018).where(subcategory="Paper").figures("average_price"),
    ),
    "minus-profit": lambda shop: year(shop, 2019).figures("profit", by="subcategory").filter(pl.col("profit") < 0),
    "canon-copier": lambda shop: shop.where(product="Canon imageCLASS 2200 Advanced Copier").figures("units", "profit"),
    "furniture-pieces": lambda shop: (
        shop.between("2019-11-01", "2019-11-30").where(category="Furniture").figures("units")
    ),
    "busiest-day": lambda shop: top(1, shop.between("2019-11-01", "2019-11-30").figures("orders", by="day")),
    "chairs-months": lambda shop: monthly(shop, "Chairs"),
    "chairs-months/2": lambda shop: monthly(shop, "Tables"),
    "big-orders": lambda shop: (
        year(shop, 2019).figures("net_sales", by="order").filter(pl.col("net_sales") > 5000).height
    ),
    "four-years": lambda shop: shop.between("2016-01-01", "2019-12-31").figures(
        "net_sales", "cost", "profit", by="year"
    ),
    "segment-share": lambda shop: share_only(year(shop, 2019).figures("net_sales", by="segment"), "segment"),
    "discounts-quarter": lambda shop: shop.between("2018-10-01", "2018-12-31").figures("discounts", "discount_rate"),
    "furniture-margin": lambda shop: halves(shop, "Furniture"),
    "furniture-margin/2": lambda shop: halves(shop, "Technology"),
    "big-spender": lambda shop: top(1, year(shop, 2019).figures("net_sales", by="customer_name")),
    "new-customers": lambda shop: new_customers(shop, "2018-01-01", "2018-12-31"),
    "consumer-regions": lambda shop: regional_profit(shop, "Consumer"),
    "consumer-regions/2": lambda shop: regional_profit(shop, "Corporate"),
    "states-ninety-days": lambda shop: top(
        3, shop.between("2019-10-02", "2019-12-30").figures("net_sales", by="state")
    ),
    "prompt-joke": lambda shop: shop.between("2018-12-01", "2018-12-31").figures("orders"),
    "modes-this-month": lambda shop: shop.between("2019-12-01", "2019-12-31").figures("orders", by="ship_method"),
    "modes-share": lambda shop: share_only(year(shop, 2018).figures("orders", by="ship_method"), "ship_method"),
    "first-class-cities": lambda shop: top(
        5, shop.between("2018-01-01", "2019-12-31").where(ship_method="First Class").figures("orders", by="city")
    ),
    "weekly-orders": lambda shop: shop.between("2019-11-04", "2019-12-01").figures("orders", by="week"),
}
