"""What the conversations of the demo_chat suite come to."""

from evals.oracle import Oracle, Shop, top


def _2025(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


EXPECTED: dict[str, Oracle] = {
    "sales-then-follow": lambda shop: _2025(shop).where(category="Tableware").figures("net_sales"),
    "sales-then-follow/2": lambda shop: _2025(shop).where(category="Cookware").figures("net_sales"),
    "sales-then-follow/3": lambda shop: _2025(shop).where(category="Cookware").figures("net_sales", by="month"),
    "top-cities": lambda shop: top(4, _2025(shop).figures("net_sales", by="city")),
    "refunds-of-supplier": lambda shop: _2025(shop).where(supplier="Moreno Hermanos").figures("refunds"),
}
