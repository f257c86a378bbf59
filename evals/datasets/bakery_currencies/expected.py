"""What the questions of bakery_currencies come to, by polars on the source files and the bank's rates."""

from evals.oracle import Oracle, Shop
from evals.rates import converted


def _in(shop: Shop, currency: str) -> Shop:
    return converted(shop, "GBP", currency)


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


EXPECTED: dict[str, Oracle] = {
    "euros": lambda shop: _october(_in(shop, "EUR")).figures("net_sales"),
    "euros/2": lambda shop: _october(_in(shop, "EUR")).where(channel="Chorlton").figures("net_sales"),
    "branches-in-dollars": lambda shop: _year(_in(shop, "USD"), 2025).figures("net_sales", by="channel"),
    "baskets-in-euros": lambda shop: (
        _in(shop, "EUR").between("2026-01-01", "2026-06-30").figures("average_order_value", by="month")
    ),
    "refunds-in-euros": lambda shop: _year(_in(shop, "EUR"), 2025).figures("refunds"),
}
