"""What the questions of demo_blind_9 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _august(shop: Shop) -> Shop:
    return shop.between("2026-08-01", "2026-08-31")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _net_sales(shop: Shop) -> float:
    return float(shop.figures("net_sales")["net_sales"][0])


def _staff(shop: Shop, figure: str) -> pl.DataFrame:
    return _third_quarter(shop).figures(figure, by="salesperson").drop_nulls("salesperson")


EXPECTED: dict[str, Oracle] = {
    "may-turnover": lambda shop: shop.between("2026-05-01", "2026-05-31").figures("net_sales"),
    "discounts-since-july": lambda shop: shop.between("2026-07-01", "2026-10-31").figures("discounts"),
    "basket-last-quarter": lambda shop: _third_quarter(shop).figures("average_order_value"),
    "buyers-2025": lambda shop: _year(shop, 2025).figures("customers"),
    "supplier-pieces": lambda shop: _september(shop).figures("units", by="supplier"),
    "category-profit": lambda shop: _year(shop, 2026).figures("profit", by="category"),
    "refunds-channels": lambda shop: _third_quarter(shop).figures("refunds", by="channel"),
    "country-margin": lambda shop: _year(shop, 2025).figures("margin", by="country"),
    "dublin-spring": lambda shop: shop.between("2026-03-01", "2026-05-31").where(city="Dublin").figures("orders"),
    "priya-zofia": lambda shop: _september(shop).where(salesperson=["Priya Nair", "Zofia Nowak"]).figures("net_sales"),
    "porto-trade": lambda shop: (
        _year(shop, 2025).where(supplier="Porto Home Trading", segment="Trade").figures("net_sales")
    ),
    "casserole-units": lambda shop: (
        shop.between("2026-01-01", "2026-06-30").where(product="Cast Iron Casserole 28 cm").figures("units")
    ),
    "abroad-september": lambda shop: _september(shop).where(pl.col("country") != "Ireland").figures("net_sales"),
    "online-half-year": lambda shop: (
        shop.between("2026-01-01", "2026-06-30").where(channel="Online").figures("net_sales", by="month")
    ),
    "weekly-orders": lambda shop: shop.between("2026-09-14", "2026-10-25").figures("orders", by="week"),
    "yesterday": lambda shop: shop.between("2026-10-30", "2026-10-30").figures("net_sales"),
    "refund-count-quarters": lambda shop: _year(shop, 2025).figures("refund_count", by="quarter"),
    "best-profit-month": lambda shop: top(1, _year(shop, 2025).figures("profit", by="month")),
    "weak-german-cities": lambda shop: top(
        4, _year(shop, 2026).where(country="Germany").figures("net_sales", by="city"), lowest=True
    ),
    "returned-pieces": lambda shop: top(7, _year(shop, 2026).figures("returned_units", by="product")),
    "trade-buyers": lambda shop: top(
        3, _year(shop, 2025).where(segment="Trade").figures("net_sales", by="customer_name")
    ),
    "cork-dublin": lambda shop: _third_quarter(shop).where(city=["Cork", "Dublin"]).figures("net_sales", by="city"),
    "september-orders": lambda shop: versus(
        _september(shop).figures("orders"), shop.between("2025-09-01", "2025-09-30").figures("orders")
    ),
    "segment-baskets": lambda shop: _third_quarter(shop).figures("average_order_value", by="segment"),
    "online-percent": lambda shop: (
        _net_sales(_year(shop, 2025).where(channel="Online")) / _net_sales(_year(shop, 2025))
    ),
    "category-shares": lambda shop: share(
        shop.between("2026-04-01", "2026-06-30").figures("units", by="category")
    ).select("category", "share"),
    "cork-of-ireland": lambda shop: (
        _net_sales(_september(shop).where(country="Ireland", city="Cork"))
        / _net_sales(_september(shop).where(country="Ireland"))
    ),
    "garden-lighting": lambda shop: _year(shop, 2025).where(category="Garden").figures("net_sales"),
    "garden-lighting/2": lambda shop: _year(shop, 2025).where(category="Lighting").figures("net_sales"),
    "garden-lighting/3": lambda shop: (
        shop.between("2025-12-01", "2025-12-31").where(category="Lighting").figures("net_sales")
    ),
    "top-units-online": lambda shop: top(5, _august(shop).figures("units", by="product")),
    "top-units-online/2": lambda shop: top(5, _august(shop).where(channel="Online").figures("units", by="product")),
    "staff-baskets": lambda shop: _staff(shop, "orders"),
    "staff-baskets/2": lambda shop: _staff(shop, "average_order_value"),
    "countries-abroad": lambda shop: _year(shop, 2026).figures("net_sales", by="country"),
    "countries-abroad/2": lambda shop: (
        _year(shop, 2026).where(pl.col("country") != "Ireland").figures("net_sales", by="country")
    ),
    "candles-august": lambda shop: _august(shop).where(category="Candles & Fragrance").figures("net_sales"),
    "aisling-orders": lambda shop: _september(shop).where(salesperson="Aisling Hayes").figures("orders"),
    "profit-suppliers": lambda shop: top(3, _year(shop, 2025).figures("profit", by="supplier")),
}
