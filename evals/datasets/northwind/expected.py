"""What the questions of the northwind suite come to."""

from evals.oracle import Oracle, Shop, share, top, versus


def _1996(shop: Shop) -> Shop:
    return shop.between("1996-01-01", "1996-12-31")


def _1997(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


EXPECTED: dict[str, Oracle] = {
    "revenue-1997": lambda shop: _1997(shop).figures("net_sales"),
    "discount-1997": lambda shop: _1997(shop).figures("discounts"),
    "freight-1997q4": lambda shop: shop.between("1997-10-01", "1997-12-31").figures("shipping"),
    "category-1996": lambda shop: _1996(shop).figures("net_sales", by="category"),
    "orders-monthly-1997": lambda shop: _1997(shop).figures("orders", by="month"),
    "top4-customers": lambda shop: top(4, _1997(shop).figures("net_sales", by="customer_name")),
    "bottom3-products": lambda shop: top(3, _1997(shop).figures("net_sales", by="product"), lowest=True),
    "germany-beverages": lambda shop: _1997(shop).where(category="Beverages", country="Germany").figures("net_sales"),
    "peacock-orders": lambda shop: (
        shop.between("1998-01-01", "1998-03-31").where(salesperson="Margaret Peacock").figures("orders")
    ),
    "shipper-orders": lambda shop: _1997(shop).figures("orders", by="ship_method"),
    "mishi-typo": lambda shop: shop.where(product="Mishi Kobe Niku").figures("units"),
    "germny-typo": lambda shop: _1996(shop).where(country="Germany").figures("net_sales"),
    "april-versus-march": lambda shop: versus(
        shop.between("1998-04-01", "1998-04-30").figures("net_sales"),
        shop.between("1998-03-01", "1998-03-31").figures("net_sales"),
    ),
    "category-share": lambda shop: share(_1997(shop).figures("net_sales", by="category")).drop("net_sales"),
    "uk-follow": lambda shop: _1997(shop).where(country="UK").figures("orders"),
    "uk-follow/2": lambda shop: _1996(shop).where(country="UK").figures("orders"),
}
