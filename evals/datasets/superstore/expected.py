"""What the questions of the superstore suite come to."""

from evals.oracle import Oracle, Shop, share, top, versus


def _2018(shop: Shop) -> Shop:
    return shop.between("2018-01-01", "2018-12-31")


def _2019(shop: Shop) -> Shop:
    return shop.between("2019-01-01", "2019-12-31")


EXPECTED: dict[str, Oracle] = {
    "sales-2018": lambda shop: _2018(shop).figures("net_sales"),
    "profit-region": lambda shop: _2019(shop).figures("profit", by="region"),
    "margin-2019": lambda shop: _2019(shop).figures("margin"),
    "subcategory-units": lambda shop: shop.between("2017-01-01", "2017-12-31").figures("units", by="subcategory"),
    "quarterly-2016": lambda shop: shop.between("2016-01-01", "2016-12-31").figures("net_sales", by="quarter"),
    "top5-states": lambda shop: top(5, _2019(shop).figures("net_sales", by="state")),
    "worst-subcategory": lambda shop: top(1, _2018(shop).figures("profit", by="subcategory"), lowest=True),
    "california-furniture": lambda shop: (
        _2019(shop).where(category="Furniture", state="California").figures("net_sales")
    ),
    "same-day-orders": lambda shop: _2018(shop).where(ship_method="Same Day").figures("orders"),
    "home-office-november": lambda shop: (
        shop.between("2019-11-01", "2019-11-30").where(segment="Home Office").figures("net_sales")
    ),
    "tehcnology-typo": lambda shop: (
        shop.between("2019-01-01", "2019-06-30").where(category="Technology").figures("net_sales")
    ),
    "philadelfia-typo": lambda shop: _2019(shop).where(city="Philadelphia").figures("orders"),
    "year-on-year": lambda shop: versus(_2019(shop).figures("net_sales"), _2018(shop).figures("net_sales")),
    "segment-share": lambda shop: share(_2019(shop).figures("net_sales", by="segment")).drop("net_sales"),
    "west-follow": lambda shop: _2019(shop).where(region="West").figures("customers"),
    "west-follow/2": lambda shop: _2019(shop).where(region="East").figures("customers"),
    "west-follow/3": lambda shop: _2019(shop).where(region="East").figures("customers", by="quarter"),
}
