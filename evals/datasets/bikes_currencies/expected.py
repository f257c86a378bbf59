"""What the questions of bikes_currencies come to, by polars on the source files and the bank's rates."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus
from evals.rates import converted


def _in(shop: Shop, currency: str) -> Shop:
    return converted(shop, "EUR", currency)


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _spenders(shop: Shop) -> pl.DataFrame:
    sales = _year(_in(shop, "USD"), 2025).figures("net_sales", by="customer_name").drop_nulls("customer_name")
    return sales.filter(pl.col("net_sales") > 7000)


EXPECTED: dict[str, Oracle] = {
    "dollars": lambda shop: _october(_in(shop, "USD")).figures("net_sales"),
    "dollars/2": lambda shop: _october(_in(shop, "GBP")).figures("net_sales"),
    "dollars/3": lambda shop: _october(_in(shop, "GBP")).figures("net_sales", by="channel"),
    "months-in-dollars": lambda shop: _year(_in(shop, "USD"), 2025).figures("net_sales", by="month"),
    "products-in-dollars": lambda shop: top(3, _year(_in(shop, "USD"), 2025).figures("net_sales", by="product")),
    "basket-in-francs": lambda shop: (
        _in(shop, "CHF").between("2026-07-01", "2026-09-30").figures("average_order_value")
    ),
    "refunds-in-dollars": lambda shop: _year(_in(shop, "USD"), 2025).figures("refunds"),
    "profit-in-pounds": lambda shop: _year(_in(shop, "GBP"), 2025).figures("profit"),
    "big-spenders": _spenders,
    "years-in-dollars": lambda shop: versus(
        _year(_in(shop, "USD"), 2025).figures("net_sales"), _year(_in(shop, "USD"), 2024).figures("net_sales")
    ),
    "shipping-in-dollars": lambda shop: _year(_in(shop, "USD"), 2024).figures("shipping"),
    "yen": lambda shop: _september(_in(shop, "JPY")).figures("net_sales"),
    "what-is-that": lambda shop: _year(shop, 2025).where(country="Switzerland").figures("net_sales"),
    "what-is-that/2": lambda shop: _year(_in(shop, "CHF"), 2025).where(country="Switzerland").figures("net_sales"),
    "discounts-by-category": lambda shop: (
        _in(shop, "USD").between("2026-04-01", "2026-06-30").figures("discounts", by="category")
    ),
    "shares-in-dollars": lambda shop: share(_september(_in(shop, "USD")).figures("net_sales", by="channel")),
}
