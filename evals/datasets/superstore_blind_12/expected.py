"""What the questions of superstore_blind_12 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _spring(shop: Shop) -> Shop:
    return shop.between("2019-04-01", "2019-06-30")


def _best_states(shop: Shop, year: int, count: int) -> pl.DataFrame:
    return top(count, _year(shop, year).figures("profit", by="state"))


def _losing_states(shop: Shop) -> pl.DataFrame:
    return _year(shop, 2019).figures("profit", by="state").filter(pl.col("profit") < 0)


def _chairs_tables(shop: Shop, year: int) -> pl.DataFrame:
    november = shop.between(f"{year}-11-01", f"{year}-11-30")
    return november.where(subcategory=["Chairs", "Tables"]).figures("net_sales")


def _technology_part(shop: Shop) -> float:
    lines = _year(shop, 2019).lines
    return float(lines.filter(pl.col("category") == "Technology")["net"].sum()) / float(lines["net"].sum())


EXPECTED: dict[str, Oracle] = {
    "christmas-day": lambda shop: shop.between("2019-12-25", "2019-12-25").figures("net_sales"),
    "buyers-2017": lambda shop: _year(shop, 2017).figures("customers"),
    "banker-profit": lambda shop: shop.between("2018-07-01", "2018-09-30").figures("profit"),
    "basket-units": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("units_per_order"),
    "discounts-groups": lambda shop: _year(shop, 2018).figures("discounts", by="subcategory"),
    "ship-modes-summer": lambda shop: shop.between("2019-07-01", "2019-09-30").figures(
        "orders", "average_order_value", by="ship_method"
    ),
    "segment-margin": lambda shop: _year(shop, 2019).figures("margin", by="segment"),
    "phones-texas": lambda shop: _year(shop, 2019).where(subcategory="Phones", state="Texas").figures("units"),
    "home-office-same-day": lambda shop: (
        shop.between("2018-01-01", "2018-06-30").where(segment="Home Office", ship_method="Same Day").figures("orders")
    ),
    "losing-states": _losing_states,
    "west-no-furniture": lambda shop: (
        _year(shop, 2017).where(pl.col("category") != "Furniture", region="West").figures("net_sales")
    ),
    "corporate-months": lambda shop: _year(shop, 2019).where(segment="Corporate").figures("orders", by="month"),
    "storage-years": lambda shop: shop.where(subcategory="Storage").figures("profit", by="year"),
    "california-cities": lambda shop: top(
        5, _year(shop, 2018).where(state="California").figures("net_sales", by="city")
    ),
    "thank-you-cards": lambda shop: top(6, _year(shop, 2019).figures("net_sales", by="customer_name")),
    "worst-groups": lambda shop: top(3, shop.figures("profit", by="subcategory"), lowest=True),
    "products-q4": lambda shop: top(4, shop.between("2019-10-01", "2019-12-31").figures("profit", by="product")),
    "regions-customers": lambda shop: versus(
        _year(shop, 2019).figures("customers", by="region"), _year(shop, 2018).figures("customers", by="region")
    ),
    "chairs-tables": lambda shop: versus(_chairs_tables(shop, 2019), _chairs_tables(shop, 2018)),
    "technology-part": _technology_part,
    "ship-mode-share": lambda shop: share(_year(shop, 2018).figures("orders", by="ship_method")),
    "michigan-illinois": lambda shop: _year(shop, 2018).where(state="Michigan").figures("net_sales"),
    "michigan-illinois/2": lambda shop: _year(shop, 2018).where(state="Illinois").figures("net_sales"),
    "michigan-illinois/3": lambda shop: _year(shop, 2019).where(state="Illinois").figures("net_sales"),
    "spring-orders": lambda shop: _spring(shop).figures("orders", by="segment"),
    "spring-orders/2": lambda shop: _spring(shop).where(region="East").figures("orders", by="segment"),
    "spring-orders/3": lambda shop: _spring(shop).where(region="East").figures("orders", by="ship_method"),
    "profit-states": lambda shop: _best_states(shop, 2019, 3),
    "profit-states/2": lambda shop: _best_states(shop, 2018, 3),
    "profit-states/3": lambda shop: _best_states(shop, 2018, 5),
    "appliance-buyers": lambda shop: (
        shop.between("2018-04-01", "2018-06-30").where(subcategory="Appliances").figures("customers")
    ),
    "profit-catagory": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("profit", by="category"),
}
