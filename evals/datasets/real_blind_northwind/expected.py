"""What the questions of real_blind_northwind come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _beverages_fraction(shop: Shop) -> float:
    sold = share(_year(shop, 1997).figures("net_sales", by="category"))
    return float(sold.filter(pl.col("category") == "Beverages")["share"].sum())


EXPECTED: dict[str, Oracle] = {
    "orders-in-1997": lambda shop: _year(shop, 1997).figures("orders"),
    "reps-sales-and-orders": lambda shop: _year(shop, 1997).figures("net_sales", "orders", by="salesperson"),
    "order-value-by-country": lambda shop: _year(shop, 1997).figures("average_order_value", by="country"),
    "cote-de-blaye": lambda shop: shop.where(product="Côte de Blaye").figures("net_sales"),
    "seafood-two-countries": lambda shop: (
        _year(shop, 1997).where(category="Seafood", country=["UK", "Ireland"]).figures("units")
    ),
    "monthly-last-year": lambda shop: _year(shop, 1997).figures("net_sales", by="month"),
    "discounts-three-months": lambda shop: shop.between("1998-01-01", "1998-03-31").figures("discounts"),
    "most-frequent-customers": lambda shop: top(3, shop.figures("orders", by="customer_name")),
    "slow-movers": lambda shop: top(4, _year(shop, 1997).figures("units", by="product"), lowest=True),
    "quarter-on-quarter": lambda shop: versus(
        shop.between("1998-01-01", "1998-03-31").figures("net_sales", by="category"),
        shop.between("1997-10-01", "1997-12-31").figures("net_sales", by="category"),
    ),
    "beverages-slice": _beverages_fraction,
    "best-countries": lambda shop: top(3, _year(shop, 1996).figures("net_sales", by="country")),
    "best-countries/2": lambda shop: top(3, _year(shop, 1997).figures("net_sales", by="country")),
    "best-countries/3": lambda shop: top(3, _year(shop, 1997).figures("orders", by="country")),
    "beverges-germny": lambda shop: (
        _year(shop, 1997).where(category="Beverages", country="Germany").figures("net_sales")
    ),
}
