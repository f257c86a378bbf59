"""What the questions of northwind_blind_9 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def _y97(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


def _q4(shop: Shop) -> Shop:
    return shop.between("1997-10-01", "1997-12-31")


def _q1(shop: Shop) -> Shop:
    return shop.between("1998-01-01", "1998-03-31")


def _large_categories(shop: Shop) -> pl.DataFrame:
    return _y97(shop).figures("net_sales", by="category").filter(pl.col("net_sales") > 100_000)


def _seafood(shop: Shop) -> float:
    lines = _y97(shop).lines
    return float(lines.filter(pl.col("category") == "Seafood")["net"].sum()) / float(lines["net"].sum())


EXPECTED: dict[str, Oracle] = {
    "april-revenue": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales"),
    "given-away": lambda shop: shop.between("1997-01-01", "1997-06-30").figures("discounts"),
    "pieces-thirty-days": lambda shop: shop.between("1998-04-06", "1998-05-05").figures("units"),
    "speedy-count": lambda shop: _y97(shop).where(ship_method="Speedy Express").figures("orders"),
    "not-home-markets": lambda shop: (
        shop.between("1998-03-01", "1998-03-31")
        .where(~pl.col("country").is_in(["USA", "Germany"]))
        .figures("net_sales")
    ),
    "above-hundred-thousand": _large_categories,
    "freight-per-country": lambda shop: _q1(shop).figures("shipping", by="country"),
    "generous-sellers": lambda shop: _y97(shop).figures("discount_rate", by="salesperson"),
    "chai-months": lambda shop: _y97(shop).where(product="Chai").figures("units", by="month"),
    "six-weeks": lambda shop: shop.between("1998-03-23", "1998-05-03").figures("orders", by="week"),
    "four-towns": lambda shop: top(4, _y97(shop).figures("net_sales", by="city")),
    "weak-drinks": lambda shop: top(
        3, _y97(shop).where(category="Beverages").figures("net_sales", by="product"), lowest=True
    ),
    "brazil-five": lambda shop: top(5, shop.where(country="Brazil").figures("net_sales", by="customer_name")),
    "nancy-robert": lambda shop: (
        _q1(shop).where(salesperson=["Nancy Davolio", "Robert King"]).figures("net_sales", by="salesperson")
    ),
    "march-march": lambda shop: versus(
        shop.between("1998-03-01", "1998-03-31").figures("net_sales"),
        shop.between("1997-03-01", "1997-03-31").figures("net_sales"),
    ),
    "seafood-part": _seafood,
    "carrier-slices": lambda shop: share(_y97(shop).figures("orders", by="ship_method")).select("ship_method", "share"),
    "france-talk": lambda shop: _y97(shop).where(country="France").figures("net_sales"),
    "france-talk/2": lambda shop: _y97(shop).where(country="France", category="Dairy Products").figures("net_sales"),
    "france-talk/3": lambda shop: (
        _y97(shop).where(country="France", category="Dairy Products").figures("net_sales", by="quarter")
    ),
    "sellers-talk": lambda shop: top(3, _q4(shop).figures("orders", by="salesperson")),
    "sellers-talk/2": lambda shop: top(3, _q1(shop).figures("orders", by="salesperson")),
    "sellers-talk/3": lambda shop: top(3, _q1(shop).figures("net_sales", by="salesperson")),
    "basket-talk": lambda shop: _y97(shop).figures("average_order_value"),
    "basket-talk/2": lambda shop: _y97(shop).where(country="Austria").figures("average_order_value"),
    "untied-package": lambda shop: _y97(shop).where(ship_method="United Package").figures("net_sales"),
    "camenbert": lambda shop: (
        shop.between("1997-04-01", "1997-06-30").where(product="Camembert Pierrot").figures("units")
    ),
}
