"""What the questions of superstore_blind_3 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, returning_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _technology_share(shop: Shop) -> float:
    shares = share(shop.figures("profit", by="category"))
    return shares.filter(pl.col("category") == "Technology")["share"].item()


def _consumer_binders(shop: Shop, year: int) -> pl.DataFrame:
    return _year(shop, year).where(segment="Consumer", subcategory="Binders").figures("units")


EXPECTED: dict[str, Oracle] = {
    # Totals
    "profit-2018": lambda shop: _year(shop, 2018).figures("profit"),
    "items-last-month": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("units"),
    "orders-two-quarters": lambda shop: shop.between("2019-04-01", "2019-09-30").figures("orders"),
    "before-discounts-2017": lambda shop: _year(shop, 2017).figures("gross_sales"),
    "old-faces-2019": lambda shop: returning_customers(shop, "2019-01-01", "2019-12-31"),
    # Breakdowns
    "margin-of-subcategories": lambda shop: shop.figures("margin", by="subcategory"),
    "buyers-per-segment": lambda shop: _year(shop, 2019).figures("customers", by="segment"),
    "ticket-per-region": lambda shop: _year(shop, 2018).figures("average_order_value", by="region"),
    "south-states": lambda shop: _year(shop, 2018).where(region="South").figures("net_sales", by="state"),
    "shipmode-by-year": lambda shop: shop.figures("orders", by=["ship_method", "year"]),
    # Filters
    "copiers-california": lambda shop: shop.where(subcategory="Copiers", state="California").figures("net_sales"),
    "sean-miller-orders": lambda shop: shop.where(customer_name="Sean Miller").figures("orders"),
    "states-in-the-red": lambda shop: _year(shop, 2019).figures("profit", by="state").filter(pl.col("profit") < 0),
    "corporate-seating": lambda shop: (
        shop.between("2019-04-01", "2019-06-30")
        .where(segment="Corporate", subcategory=["Chairs", "Tables"])
        .figures("net_sales")
    ),
    # Time
    "technology-quarters": lambda shop: (
        shop.between("2018-01-01", "2019-12-31").where(category="Technology").figures("net_sales", by="quarter")
    ),
    "best-day": lambda shop: top(1, _year(shop, 2019).figures("net_sales", by="day")),
    "phones-since-june": lambda shop: (
        shop.between("2019-06-01", "2019-12-31").where(subcategory="Phones").figures("units", by="month")
    ),
    "past-ten-days": lambda shop: shop.between("2019-12-21", "2019-12-30").figures("net_sales", by="day"),
    # Top N
    "five-profitable-states": lambda shop: top(5, _year(shop, 2018).figures("profit", by="state")),
    "three-money-burners": lambda shop: top(3, shop.figures("profit", by="product"), lowest=True),
    "east-most-pieces": lambda shop: top(1, _year(shop, 2017).where(region="East").figures("units", by="subcategory")),
    # Comparisons
    "november-november": lambda shop: versus(
        shop.between("2019-11-01", "2019-11-30").figures("net_sales"),
        shop.between("2018-11-01", "2018-11-30").figures("net_sales"),
    ),
    "furniture-margin-better": lambda shop: versus(
        _year(shop, 2019).where(category="Furniture").figures("margin"),
        _year(shop, 2018).where(category="Furniture").figures("margin"),
    ),
    # Shares
    "technology-part-of-profit": _technology_share,
    "regions-cake-2019": lambda shop: share(_year(shop, 2019).figures("net_sales", by="region")).drop("net_sales"),
    # Follow-ups
    "texas-then-ohio": lambda shop: _year(shop, 2019).where(state="Texas").figures("net_sales"),
    "texas-then-ohio/2": lambda shop: _year(shop, 2019).where(state="Texas").figures("profit"),
    "texas-then-ohio/3": lambda shop: _year(shop, 2019).where(state="Ohio").figures("profit"),
    "binders-year-before": lambda shop: _consumer_binders(shop, 2018),
    "binders-year-before/2": lambda shop: _consumer_binders(shop, 2017),
    # Typos
    "hom-offise": lambda shop: _year(shop, 2017).where(segment="Home Office").figures("net_sales"),
}
