"""What the questions of superstore_blind_2 come to, by polars on the source files."""

from evals.oracle import Oracle, share, top, versus

Y2018 = ("2018-01-01", "2018-12-31")
Y2019 = ("2019-01-01", "2019-12-31")

EXPECTED: dict[str, Oracle] = {
    "profit-regions": lambda shop: shop.between(*Y2018).figures("profit", by="region"),
    "orders-segment": lambda shop: shop.between(*Y2019).figures("orders", by="segment"),
    "discount-categories": lambda shop: shop.between(*Y2019).figures("discounts", by="category"),
    "home-office-california": lambda shop: (
        shop.between(*Y2019).where(segment="Home Office", state="California").figures("net_sales")
    ),
    "copiers-west": lambda shop: (
        shop.between("2017-01-01", "2019-12-31").where(subcategory="Copiers", region="West").figures("units")
    ),
    "quarters-two-years": lambda shop: shop.between("2018-01-01", "2019-12-31").figures("net_sales", by="quarter"),
    "november-customers": lambda shop: shop.between("2019-11-01", "2019-11-30").figures("customers"),
    "losing-states": lambda shop: top(5, shop.figures("profit", by="state"), lowest=True),
    "four-customers": lambda shop: top(4, shop.between(*Y2018).figures("net_sales", by="customer_name")),
    "basket-q4": lambda shop: versus(
        shop.between("2019-10-01", "2019-12-31").figures("average_order_value"),
        shop.between("2018-10-01", "2018-12-31").figures("average_order_value"),
    ),
    "region-percent": lambda shop: share(shop.between(*Y2019).figures("net_sales", by="region")).drop("net_sales"),
    "furniture": lambda shop: shop.between(*Y2018).where(category="Furniture").figures("profit"),
    "furniture/2": lambda shop: shop.between(*Y2018).where(category="Furniture").figures("profit", by="subcategory"),
    "furniture/3": lambda shop: shop.between(*Y2019).where(category="Furniture").figures("profit", by="subcategory"),
    "tecnology": lambda shop: shop.between(*Y2019).where(category="Technology").figures("profit"),
}
