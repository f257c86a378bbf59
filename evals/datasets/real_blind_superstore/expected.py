"""What the questions of real_blind_superstore come to, by polars on the source file."""

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


EXPECTED: dict[str, Oracle] = {
    "first-buyers-2018": lambda shop: new_customers(shop, "2018-01-01", "2018-12-31"),
    "profit-margin-regions": lambda shop: _year(shop, 2019).figures("profit", "margin", by="region"),
    "customers-per-category": lambda shop: _year(shop, 2017).figures("customers", by="category"),
    "california-technology": lambda shop: (
        _year(shop, 2019).where(state="California", category="Technology").figures("net_sales")
    ),
    "chairs-east": lambda shop: (
        shop.between("2017-01-01", "2019-12-31").where(subcategory="Chairs", region="East").figures("units")
    ),
    "ninety-days": lambda shop: shop.between("2019-07-03", "2019-09-30").figures("net_sales"),
    "quarters-gross": lambda shop: shop.between("2017-01-01", "2018-12-31").figures("gross_sales", by="quarter"),
    "most-profitable-products": lambda shop: top(4, shop.figures("profit", by="product")),
    "categories-2019-2018": lambda shop: versus(
        shop.between("2019-04-01", "2019-06-30").figures("net_sales", by="category"),
        shop.between("2018-04-01", "2018-06-30").figures("net_sales", by="category"),
    ),
    "regions-part-of-sales": lambda shop: share(_year(shop, 2019).figures("net_sales", by="region")).drop("net_sales"),
    "order-value-regions": lambda shop: _year(shop, 2019).figures("average_order_value"),
    "order-value-regions/2": lambda shop: _year(shop, 2019).figures("average_order_value", by="region"),
    "order-value-regions/3": lambda shop: _year(shop, 2018).figures("average_order_value", by="region"),
    "best-cities": lambda shop: top(3, _year(shop, 2019).figures("net_sales", by="city")),
    "best-cities/2": lambda shop: top(3, _year(shop, 2019).where(category="Furniture").figures("net_sales", by="city")),
    "tecnology-seatle": lambda shop: (
        _year(shop, 2018).where(category="Technology", city="Seattle").figures("net_sales")
    ),
}
