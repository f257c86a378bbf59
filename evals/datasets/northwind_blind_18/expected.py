"""What the questions of northwind_blind_18 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus

Y1997 = ("1997-01-01", "1997-12-31")


def ranked(frame: pl.DataFrame, figure: str) -> pl.DataFrame:
    return frame.sort(figure, descending=True)


def part(some: Shop, whole: Shop) -> float:
    return float(some.lines["net"].sum()) / float(whole.lines["net"].sum())


def orders_over(shop: Shop, amount: float) -> int:
    return shop.lines.group_by("order").agg(pl.col("net").sum()).filter(pl.col("net") > amount).height


EXPECTED: dict[str, Oracle] = {
    "ruth-april-takings": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales"),
    "ruth-ten-best-customers": lambda shop: top(10, shop.figures("net_sales", by="customer_name")),
    "ruth-up-on-last-year": lambda shop: versus(
        shop.between("1998-01-01", "1998-05-06").figures("net_sales"),
        shop.between("1997-01-01", "1997-05-06").figures("net_sales"),
    ),
    "ruth-peacock-97": lambda shop: (
        shop.between(*Y1997).where(salesperson="Margaret Peacock").figures("net_sales", "orders")
    ),
    "tomasz-most-pieces-q1": lambda shop: top(
        5, shop.between("1998-01-01", "1998-03-31").figures("units", by="product")
    ),
    "tomasz-gorgonzola-months": lambda shop: (
        shop.between(*Y1997).where(product="Gorgonzola Telino").figures("units", by="month")
    ),
    "tomasz-dairy-part": lambda shop: part(
        shop.between("1998-01-01", "1998-05-06").where(category="Dairy Products"),
        shop.between("1998-01-01", "1998-05-06"),
    ),
    "tomasz-three-beers": lambda shop: (
        shop.between(*Y1997)
        .where(product=["Steeleye Stout", "Sasquatch Ale", "Outback Lager"])
        .figures("units", by="product")
    ),
    "tomasz-weak-seafood": lambda shop: top(
        3, shop.between(*Y1997).where(category="Seafood").figures("net_sales", by="product"), lowest=True
    ),
    "tomasz-weak-seafood/2": lambda shop: top(
        3, shop.between(*Y1997).where(category="Condiments").figures("net_sales", by="product"), lowest=True
    ),
    "doreen-freight-by-carrier": lambda shop: shop.between("1998-01-01", "1998-03-31").figures(
        "shipping", by="ship_method"
    ),
    "doreen-discounts-monthly": lambda shop: shop.between("1997-01-01", "1997-06-30").figures("discounts", by="month"),
    "doreen-orders-over-5000": lambda shop: orders_over(shop.between(*Y1997), 5000),
    "doreen-orders-weekly-march": lambda shop: shop.between("1998-03-02", "1998-03-29").figures("orders", by="week"),
    "doreen-tax-year-turnover": lambda shop: shop.between("1997-04-06", "1998-04-05").figures("net_sales"),
    "dez-new-accounts": lambda shop: new_customers(shop, "1997-01-01", "1997-03-31"),
    "dez-league-table": lambda shop: ranked(
        shop.between("1998-04-01", "1998-04-30").figures("net_sales", by="salesperson"), "net_sales"
    ),
    "dez-three-big-accounts": lambda shop: (
        shop.between(*Y1997)
        .where(customer_name=["Ernst Handel", "QUICK-Stop", "Save-a-lot Markets"])
        .figures("net_sales", by="customer_name")
    ),
    "dez-laura-then-janet": lambda shop: (
        shop.between(*Y1997).where(salesperson="Laura Callahan", country="USA").figures("net_sales")
    ),
    "dez-laura-then-janet/2": lambda shop: (
        shop.between(*Y1997).where(salesperson="Janet Leverling", country="USA").figures("net_sales")
    ),
    "dez-frequent-buyers": lambda shop: (
        shop.between(*Y1997).figures("orders", by="customer_name").filter(pl.col("orders") > 8)
    ),
    "benedicte-six-countries": lambda shop: top(6, shop.between(*Y1997).figures("net_sales", by="country")),
    "benedicte-category-repartition": lambda shop: share(
        shop.between("1997-07-01", "1997-12-31").figures("net_sales", by="category")
    ),
    "benedicte-discount-rate-quarters": lambda shop: shop.between(*Y1997).figures("discount_rate", by="quarter"),
    "benedicte-average-order": lambda shop: (
        shop.between("1997-07-01", "1998-05-06")
        .where(country=["France", "Belgium"])
        .figures("average_order_value", by="country")
    ),
    "benedicte-average-order/2": lambda shop: (
        shop.between("1997-07-01", "1998-05-06")
        .where(country=["Spain", "Portugal"])
        .figures("average_order_value", by="country")
    ),
    "callum-fridays": lambda shop: (
        shop.between("1998-04-01", "1998-04-30").where(pl.col("day").dt.weekday() == 5).figures("net_sales")
    ),
    "callum-busiest-city": lambda shop: top(1, shop.figures("orders", by="city")),
    "callum-camembert": lambda shop: (
        shop.between("1998-01-01", "1998-02-28").where(product="Camembert Pierrot").figures("net_sales")
    ),
    "callum-london-customers": lambda shop: shop.between(*Y1997).where(city="London").figures("customers"),
}
