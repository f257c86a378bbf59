"""What the questions of northwind_blind_8 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _1997(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


def _fat_orders(shop: Shop) -> int:
    values = _1997(shop).lines.group_by("order").agg(pl.col("net").sum())
    return values.filter(pl.col("net") > 5_000).height


def _sweets_part(shop: Shop) -> float:
    lines = _1997(shop).lines
    return float(lines.filter(pl.col("category") == "Confections")["net"].sum()) / float(lines["net"].sum())


def _best_beverages(shop: Shop) -> pl.DataFrame:
    return top(5, shop.where(category="Beverages").figures("net_sales", by="product"))


EXPECTED: dict[str, Oracle] = {
    "discount-dollars": lambda shop: shop.between("1997-04-01", "1997-06-30").figures("discounts"),
    "orders-two-weeks": lambda shop: shop.between("1998-03-09", "1998-03-20").figures("orders"),
    "pieces-per-order": lambda shop: shop.between("1998-01-01", "1998-05-06").figures("units_per_order"),
    "new-names": lambda shop: new_customers(shop, "1996-10-01", "1996-12-31"),
    "freight-carriers": lambda shop: _1997(shop).figures("shipping", by="ship_method"),
    "reps-april": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales", by="salesperson"),
    "groups-half": lambda shop: shop.between("1997-01-01", "1997-06-30").figures("net_sales", "orders", by="category"),
    "save-a-lot": lambda shop: _1997(shop).where(customer_name="Save-a-lot Markets").figures("net_sales"),
    "seafood-abroad": lambda shop: (
        _1997(shop).where(pl.col("country") != "USA", category="Seafood").figures("net_sales")
    ),
    "nancy-dairy": lambda shop: (
        _1997(shop)
        .where(category="Dairy Products", salesperson="Nancy Davolio", country="Germany")
        .figures("net_sales")
    ),
    "fat-orders": _fat_orders,
    "six-weeks": lambda shop: shop.between("1998-03-23", "1998-05-03").figures("net_sales", by="week"),
    "weakest-month": lambda shop: top(1, _1997(shop).figures("net_sales", by="month"), lowest=True),
    "order-value-quarters": lambda shop: _1997(shop).figures("average_order_value", by="quarter"),
    "freight-countries": lambda shop: top(5, _1997(shop).figures("shipping", by="country")),
    "slow-condiments": lambda shop: top(
        3, _1997(shop).where(category="Condiments").figures("units", by="product"), lowest=True
    ),
    "ten-customers": lambda shop: top(
        10, shop.between("1998-01-01", "1998-05-06").figures("net_sales", by="customer_name")
    ),
    "islands": lambda shop: _1997(shop).where(country=["UK", "Ireland"]).figures("net_sales", by="country"),
    "reps-duel": lambda shop: (
        _1997(shop).where(salesperson=["Margaret Peacock", "Janet Leverling"]).figures("orders", by="salesperson")
    ),
    "drinks-month": lambda shop: versus(
        shop.between("1998-04-01", "1998-04-30").where(category="Beverages").figures("net_sales"),
        shop.between("1998-03-01", "1998-03-31").where(category="Beverages").figures("net_sales"),
    ),
    "sweets-part": _sweets_part,
    "carrier-parts": lambda shop: share(_1997(shop).figures("orders", by="ship_method")).drop("orders"),
    "brazil-talk": lambda shop: _1997(shop).where(country="Brazil").figures("net_sales"),
    "brazil-talk/2": lambda shop: _1997(shop).where(country="Brazil").figures("orders"),
    "brazil-talk/3": lambda shop: _1997(shop).where(country="Brazil").figures("orders", by="city"),
    "bestseller-talk": lambda shop: top(5, shop.between("1998-01-01", "1998-03-31").figures("net_sales", by="product")),
    "bestseller-talk/2": lambda shop: _best_beverages(shop.between("1998-01-01", "1998-03-31")),
    "bestseller-talk/3": lambda shop: _best_beverages(shop.between("1997-01-01", "1997-03-31")),
    "category-talk": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("units", by="category"),
    "category-talk/2": lambda shop: shop.between("1998-03-01", "1998-03-31").figures("units", by="category"),
    "germany-sloppy": lambda shop: _1997(shop).where(country="Germany").figures("net_sales"),
    "camembert-sloppy": lambda shop: _1997(shop).where(product="Camembert Pierrot").figures("units", by="month"),
}
