"""What the questions of superstore_blind_10 come to, by polars on the source file."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _november(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-11-01", f"{year}-11-30")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2019-07-01", "2019-09-30")


def _december_2018(shop: Shop) -> Shop:
    return shop.between("2018-12-01", "2018-12-31")


def _net_sales(shop: Shop) -> float:
    return float(shop.lines["net"].sum())


def _subcategories(shop: Shop, year: int, figure: str) -> pl.DataFrame:
    return _year(shop, year).figures(figure, by="subcategory")


EXPECTED: dict[str, Oracle] = {
    "accountant-profit": lambda shop: _year(shop, 2018).figures("profit"),
    "pieces-november": lambda shop: _november(shop, 2019).figures("units"),
    "first-timers": lambda shop: new_customers(shop, "2018-01-01", "2018-12-31"),
    "too-generous": lambda shop: _third_quarter(shop).figures("discounts"),
    "margin-subcats": lambda shop: _subcategories(shop, 2019, "margin"),
    "segments-two-figures": lambda shop: _year(shop, 2019).figures("orders", "customers", by="segment"),
    "ship-mode-units": lambda shop: shop.between("2018-04-01", "2018-06-30").figures("units", by="ship_method"),
    "region-category-october": lambda shop: shop.between("2019-10-01", "2019-10-31").figures(
        "net_sales", by=["region", "category"]
    ),
    "ken-lonsdale": lambda shop: shop.where(customer_name="Ken Lonsdale").figures("net_sales"),
    "texas-corporate-tech": lambda shop: (
        _year(shop, 2019).where(state="Texas", segment="Corporate", category="Technology").figures("net_sales")
    ),
    "seattle-three-months": lambda shop: (
        shop.between("2019-09-01", "2019-11-30").where(city="Seattle").figures("orders")
    ),
    "without-furniture": lambda shop: _year(shop, 2017).where(pl.col("category") != "Furniture").figures("net_sales"),
    "bank-months": lambda shop: _year(shop, 2019).figures("net_sales", by="month"),
    "quarters-orders": lambda shop: shop.between("2016-01-01", "2018-12-31").figures("orders", by="quarter"),
    "profit-states": lambda shop: top(5, shop.figures("profit", by="state")),
    "worst-subcats": lambda shop: top(3, _subcategories(shop, 2018, "profit"), lowest=True),
    "ten-products": lambda shop: top(10, _year(shop, 2019).figures("net_sales", by="product")),
    "christmas-cards": lambda shop: top(6, _year(shop, 2019).figures("net_sales", by="customer_name")),
    "year-against-year": lambda shop: versus(
        _year(shop, 2019).figures("net_sales"), _year(shop, 2018).figures("net_sales")
    ),
    "november-regions": lambda shop: versus(
        _november(shop, 2019).figures("orders", by="region"), _november(shop, 2018).figures("orders", by="region")
    ),
    "baskets-two-segments": lambda shop: (
        _year(shop, 2019).where(segment=["Consumer", "Corporate"]).figures("average_order_value", by="segment")
    ),
    "california-part": lambda shop: (
        _net_sales(_year(shop, 2019).where(state="California")) / _net_sales(_year(shop, 2019))
    ),
    "segments-profit-share": lambda shop: share(_year(shop, 2018).figures("profit", by="segment")),
    "west-east": lambda shop: _year(shop, 2019).where(region="West").figures("net_sales"),
    "west-east/2": lambda shop: _year(shop, 2019).where(region="East").figures("net_sales"),
    "west-east/3": lambda shop: _year(shop, 2018).where(region="East").figures("net_sales"),
    "home-office-units": lambda shop: _third_quarter(shop).figures("units", by="category"),
    "home-office-units/2": lambda shop: (
        _third_quarter(shop).where(segment="Home Office").figures("units", by="category")
    ),
    "home-office-units/3": lambda shop: (
        _third_quarter(shop).where(segment="Home Office").figures("units", by="ship_method")
    ),
    "subcats-rerank": lambda shop: top(4, _subcategories(shop, 2019, "net_sales")),
    "subcats-rerank/2": lambda shop: top(4, _subcategories(shop, 2019, "profit")),
    "subcats-rerank/3": lambda shop: top(4, _subcategories(shop, 2017, "profit")),
    "december-buyers": lambda shop: _december_2018(shop).figures("customers"),
    "december-buyers/2": lambda shop: _december_2018(shop).figures("orders"),
    "binders-typo": lambda shop: _year(shop, 2018).where(subcategory="Binders").figures("net_sales"),
    "phones-two-states": lambda shop: (
        _year(shop, 2019).where(subcategory="Phones", state=["California", "Oregon"]).figures("profit")
    ),
}
