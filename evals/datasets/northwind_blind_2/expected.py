"""What the questions of northwind_blind_2 come to, by polars on the source files."""

from evals.oracle import Oracle, Shop, new_customers, top, versus

Y1997 = ("1997-01-01", "1997-12-31")
Q1_1998 = ("1998-01-01", "1998-03-31")


def _part_of_ernst(shop: Shop) -> float:
    year = shop.between(*Y1997)
    return year.where(customer_name="Ernst Handel").figures("net_sales").item() / year.figures("net_sales").item()


EXPECTED: dict[str, Oracle] = {
    "discounts-1997": lambda shop: shop.between(*Y1997).figures("discounts"),
    "turnover-by-country": lambda shop: shop.between(*Y1997).figures("net_sales", by="country"),
    "units-category": lambda shop: shop.between(*Q1_1998).figures("units", by="category"),
    "nancy-uk": lambda shop: shop.where(salesperson="Nancy Davolio", country="UK").figures("orders"),
    "munchen-revenue": lambda shop: shop.between(*Y1997).where(city="München").figures("net_sales"),
    "gross-six-months": lambda shop: shop.between("1997-11-01", "1998-04-30").figures("gross_sales", by="month"),
    "first-time-1997": lambda shop: new_customers(shop, *Y1997),
    "salespeople-orders": lambda shop: top(3, shop.between(*Y1997).figures("orders", by="salesperson")),
    "poorest-products": lambda shop: top(5, shop.between(*Y1997).figures("net_sales", by="product"), lowest=True),
    "beverages-april": lambda shop: versus(
        shop.between("1998-04-01", "1998-04-30").where(category="Beverages").figures("net_sales"),
        shop.between("1997-04-01", "1997-04-30").where(category="Beverages").figures("net_sales"),
    ),
    "ernst-part": _part_of_ernst,
    "brazil-orders": lambda shop: shop.between(*Q1_1998).figures("orders"),
    "brazil-orders/2": lambda shop: shop.between(*Q1_1998).where(country="Brazil").figures("orders"),
    "brazil-orders/3": lambda shop: shop.between(*Q1_1998).where(country="Brazil").figures("average_order_value"),
    "save-a-lot": lambda shop: shop.between(*Y1997).where(customer_name="Save-a-lot Markets").figures("net_sales"),
}
