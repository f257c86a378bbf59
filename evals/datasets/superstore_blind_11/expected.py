"""What the questions of superstore_blind_11 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2019-07-01", "2019-09-30")


def _april(shop: Shop) -> Shop:
    return shop.between("2019-04-01", "2019-04-30").where(category="Technology")


def _big_spenders(shop: Shop) -> pl.DataFrame:
    return _by_name(_year(shop, 2019), "net_sales").filter(pl.col("net_sales") > 6000)


def _by_name(shop: Shop, figure: str) -> pl.DataFrame:
    """A figure per customer, by the customer's name (each name has one number in this shop)."""
    names = shop.lines.select("customer", "customer_name").unique()
    return shop.figures(figure, by="customer").join(names, on="customer").select("customer_name", figure)


def _home_office_phones(shop: Shop) -> pl.DataFrame:
    wanted = shop.where(subcategory="Phones", segment="Home Office", state="California")
    return wanted.between("2018-01-01", "2019-12-31").figures("net_sales")


def _december(shop: Shop, year: int) -> pl.DataFrame:
    return shop.between(f"{year}-12-01", f"{year}-12-31").figures("orders", "net_sales")


def _region_sales(shop: Shop, year: int) -> pl.DataFrame:
    return _year(shop, year).figures("net_sales", by="region")


def _california_part(shop: Shop) -> float:
    lines = _year(shop, 2019).lines
    return float(lines.filter(pl.col("state") == "California")["net"].sum()) / float(lines["net"].sum())


def _binders_pennsylvania(shop: Shop) -> pl.DataFrame:
    wanted = shop.between("2019-09-01", "2019-09-30").where(subcategory="Binders", state="Pennsylvania")
    return wanted.figures("net_sales")


EXPECTED: dict[str, Oracle] = {
    "pieces-november": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("units"),
    "bank-profit": lambda shop: shop.between("2019-01-01", "2019-06-30").figures("profit"),
    "discount-given": lambda shop: _year(shop, 2018).figures("discounts"),
    "first-timers": lambda shop: new_customers(shop, "2019-01-01", "2019-12-31"),
    "segment-basket": lambda shop: _year(shop, 2019).figures("average_order_value", by="segment"),
    "ship-mode-units": lambda shop: shop.between("2018-04-01", "2018-06-30").figures("units", by="ship_method"),
    "margin-subcategories": lambda shop: shop.figures("margin", by="subcategory"),
    "region-category-grid": lambda shop: _year(shop, 2018).figures("net_sales", by=["region", "category"]),
    "tamara": lambda shop: shop.where(customer_name="Tamara Chand").figures("net_sales"),
    "phones-home-office": _home_office_phones,
    "same-day-south": lambda shop: _year(shop, 2018).where(ship_method="Same Day", region="South").figures("orders"),
    "big-spenders": _big_spenders,
    "no-furniture": lambda shop: _year(shop, 2017).where(pl.col("category") != "Furniture").figures("net_sales"),
    "profit-months": lambda shop: _year(shop, 2019).figures("profit", by="month"),
    "days-last-week": lambda shop: shop.between("2019-12-23", "2019-12-29").figures("net_sales", by="day"),
    "buyers-years": lambda shop: shop.figures("customers", by="year"),
    "losing-states": lambda shop: top(5, _year(shop, 2019).figures("profit", by="state"), lowest=True),
    "discount-heavy": lambda shop: top(4, _third_quarter(shop).figures("discounts", by="subcategory")),
    "texas-cities": lambda shop: top(6, shop.where(state="Texas").figures("net_sales", by="city")),
    "regions-two-years": lambda shop: versus(_region_sales(shop, 2019), _region_sales(shop, 2018)),
    "december-december": lambda shop: versus(_december(shop, 2019), _december(shop, 2018)),
    "consumer-corporate": lambda shop: (
        _year(shop, 2019).where(segment=["Consumer", "Corporate"]).figures("profit", by="segment")
    ),
    "california-part": _california_part,
    "category-share": lambda shop: share(_year(shop, 2018).figures("units", by="category")),
    "technology-march": lambda shop: (
        shop.between("2019-03-01", "2019-03-31").where(category="Technology").figures("net_sales")
    ),
    "technology-march/2": lambda shop: _april(shop).figures("net_sales"),
    "technology-march/3": lambda shop: _april(shop).where(region="West").figures("net_sales"),
    "best-clients": lambda shop: top(5, _by_name(_year(shop, 2018), "profit")),
    "best-clients/2": lambda shop: top(5, _by_name(_year(shop, 2019), "profit")),
    "best-clients/3": lambda shop: top(5, _by_name(_year(shop, 2019), "net_sales")),
    "third-quarter-orders": lambda shop: _third_quarter(shop).figures("orders"),
    "third-quarter-orders/2": lambda shop: _third_quarter(shop).figures("orders", by="segment"),
    "tables-years": lambda shop: shop.where(subcategory="Tables").figures("profit", by="year"),
    "tables-years/2": lambda shop: shop.where(subcategory="Bookcases").figures("profit", by="year"),
    "binders-typos": _binders_pennsylvania,
    "customers-regions-typos": lambda shop: _year(shop, 2018).figures("customers", by="region"),
}
