"""What the questions of northwind_blind_5 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, share, top, versus

Y1997 = ("1997-01-01", "1997-12-31")
Y1998 = ("1998-01-01", "1998-05-06")
Q1 = ("1998-01-01", "1998-03-31")

EXPECTED: dict[str, Oracle] = {
    "april-turnover": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales"),
    "units-q1": lambda shop: shop.between(*Q1).figures("units"),
    "freight-1997": lambda shop: shop.between(*Y1997).figures("shipping"),
    "clients-90-days": lambda shop: shop.between("1998-02-05", "1998-05-05").figures("customers"),
    "generous": lambda shop: shop.between(*Y1997).figures("discounts"),
    "carriers": lambda shop: shop.between(*Y1998).figures("shipping", by="ship_method"),
    "order-size-country": lambda shop: shop.between(*Y1997).figures("average_order_value", by="country"),
    "rep-scoreboard": lambda shop: shop.between(*Q1).figures("net_sales", "orders", by="salesperson"),
    "february-units": lambda shop: shop.between("1998-02-01", "1998-02-28").figures("units", by="category"),
    "fish-products": lambda shop: shop.between(*Y1997).where(category="Seafood").figures("net_sales", by="product"),
    "where-clients": lambda shop: shop.figures("customers", by="country"),
    "london-march": lambda shop: shop.between("1998-03-01", "1998-03-31").where(city="London").figures("net_sales"),
    "king-germany": lambda shop: shop.where(salesperson="Robert King", country="Germany").figures("orders"),
    "chai-chang": lambda shop: shop.between(*Y1997).where(product=["Chai", "Chang"]).figures("net_sales"),
    "loyal-ten": lambda shop: shop.between(*Y1997).figures("orders", by="customer_name").filter(pl.col("orders") >= 10),
    "small-countries": lambda shop: (
        shop.between(*Y1997).figures("net_sales", by="country").filter(pl.col("net_sales") < 5000)
    ),
    "drinks-months": lambda shop: shop.between(*Y1997).where(category="Beverages").figures("net_sales", by="month"),
    "quarters-orders": lambda shop: shop.figures("orders", by="quarter"),
    "may-days": lambda shop: shop.between("1998-05-01", "1998-05-06").figures("net_sales", by="day"),
    "dearest-month": lambda shop: top(1, shop.between(*Y1997).figures("shipping", by="month")),
    "busy-people": lambda shop: top(3, shop.between(*Y1997).figures("orders", by="salesperson")),
    "leverling-clients": lambda shop: top(
        4, shop.where(salesperson="Janet Leverling").figures("net_sales", by="customer_name")
    ),
    "priciest-products": lambda shop: top(
        6, shop.between("1998-04-01", "1998-04-30").figures("net_sales", by="product")
    ),
    "four-months": lambda shop: versus(
        shop.between("1998-01-01", "1998-04-30").figures("net_sales"),
        shop.between("1997-01-01", "1997-04-30").figures("net_sales"),
    ),
    "usa-germany": lambda shop: shop.between(*Q1).where(country=["USA", "Germany"]).figures("net_sales", by="country"),
    "drinks-percent": lambda shop: (
        shop.between(*Y1997).where(category="Beverages").figures("net_sales").item()
        / shop.between(*Y1997).figures("net_sales").item()
    ),
    "carrier-split": lambda shop: share(shop.between(*Y1997).figures("orders", by="ship_method")).drop("orders"),
    "brazil-chat": lambda shop: shop.between(*Y1998).where(country="Brazil").figures("orders"),
    "brazil-chat/2": lambda shop: shop.between(*Y1997).where(country="Brazil").figures("orders"),
    "brazil-chat/3": lambda shop: shop.between(*Y1997).where(country="Brazil").figures("orders", by="city"),
    "march-chat": lambda shop: shop.between("1998-03-01", "1998-03-31").figures("net_sales", by="category"),
    "march-chat/2": lambda shop: (
        shop.between("1998-03-01", "1998-03-31").where(country="France").figures("net_sales", by="category")
    ),
    "venezuela-typo": lambda shop: shop.between(*Y1997).where(country="Venezuela").figures("net_sales"),
}
