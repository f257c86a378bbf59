"""What the questions of superstore_blind_9 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _losing_states(shop: Shop) -> pl.DataFrame:
    return _year(shop, 2019).figures("profit", by="state").filter(pl.col("profit") < 0)


def _technology_share(shop: Shop) -> float:
    lines = _year(shop, 2019).lines
    return float(lines.filter(pl.col("category") == "Technology")["net"].sum()) / float(lines["net"].sum())


def _region_shares(shop: Shop) -> pl.DataFrame:
    return share(_year(shop, 2016).figures("net_sales", by="region")).select("region", "share")


def _subcategory_profit(shop: Shop) -> pl.DataFrame:
    return _year(shop, 2018).figures("profit", by="subcategory")


EXPECTED: dict[str, Oracle] = {
    "given-away": lambda shop: _year(shop, 2018).figures("discounts"),
    "first-timers": lambda shop: new_customers(shop, "2018-01-01", "2018-12-31"),
    "last-week-takings": lambda shop: shop.between("2019-12-23", "2019-12-29").figures("net_sales"),
    "ship-mode-pieces": lambda shop: _year(shop, 2019).figures("units", by="ship_method"),
    "region-margins": lambda shop: _year(shop, 2018).figures("margin", by="region"),
    "chairs-home-office": lambda shop: (
        _year(shop, 2019).where(subcategory="Chairs", segment="Home Office", state="California").figures("net_sales")
    ),
    "without-furniture": lambda shop: _year(shop, 2017).where(pl.col("category") != "Furniture").figures("net_sales"),
    "red-states": _losing_states,
    "half-year-months": lambda shop: shop.between("2019-06-01", "2019-11-30").figures("net_sales", by="month"),
    "quarters-orders": lambda shop: shop.between("2018-01-01", "2019-12-31").figures("orders", by="quarter"),
    "worst-states": lambda shop: top(6, shop.figures("profit", by="state"), lowest=True),
    "loyal-buyers": lambda shop: top(8, _year(shop, 2019).figures("net_sales", by="customer_name")),
    "best-month-2017": lambda shop: top(1, _year(shop, 2017).figures("net_sales", by="month")),
    "copiers-machines": lambda shop: (
        _year(shop, 2019).where(subcategory=["Copiers", "Machines"]).figures("profit", by="subcategory")
    ),
    "basket-segments": lambda shop: (
        _year(shop, 2018).where(segment=["Corporate", "Consumer"]).figures("average_order_value", by="segment")
    ),
    "tech-part": _technology_share,
    "region-slices": _region_shares,
    "west-then-south": lambda shop: _year(shop, 2019).where(region="West").figures("net_sales"),
    "west-then-south/2": lambda shop: _year(shop, 2019).where(region="West").figures("profit"),
    "west-then-south/3": lambda shop: _year(shop, 2019).where(region="South").figures("profit"),
    "paper-units": lambda shop: _year(shop, 2018).where(subcategory="Paper").figures("units"),
    "paper-units/2": lambda shop: _year(shop, 2018).where(subcategory="Paper", state="Texas").figures("units"),
    "paper-units/3": lambda shop: _year(shop, 2019).where(subcategory="Paper", state="Texas").figures("units"),
    "subcats-flip": lambda shop: top(5, _subcategory_profit(shop)),
    "subcats-flip/2": lambda shop: top(5, _subcategory_profit(shop), lowest=True),
    "misspelt-profit": lambda shop: _year(shop, 2018).where(category="Office Supplies").figures("profit"),
    "misspelt-cities": lambda shop: top(4, _year(shop, 2019).figures("orders", by="city")),
}
