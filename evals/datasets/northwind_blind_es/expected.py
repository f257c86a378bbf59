"""What the questions of northwind_blind_es come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _beverages(shop: Shop) -> float:
    year = _year(shop, 1997)
    return year.where(category="Beverages").figures("net_sales").item() / year.figures("net_sales").item()


EXPECTED: dict[str, Oracle] = {
    "ventas-1997": lambda shop: _year(shop, 1997).figures("net_sales"),
    "mes-pasado": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("net_sales"),
    "pedidos-ayer": lambda shop: shop.between("1998-05-05", "1998-05-05").figures("orders"),
    "paises": lambda shop: top(5, _year(shop, 1997).figures("net_sales", by="country")),
    "clientes-top": lambda shop: top(3, _year(shop, 1997).figures("net_sales", by="customer_name")),
    "vendedores": lambda shop: _year(shop, 1996).figures("net_sales", by="salesperson"),
    "unidades-categorias": lambda shop: _year(shop, 1997).figures("units", by="category"),
    "ticket-trimestres": lambda shop: _year(shop, 1997).figures("average_order_value", by="quarter"),
    "portes-alemania": lambda shop: _year(shop, 1997).where(country="Germany").figures("shipping"),
    "peninsula": lambda shop: _year(shop, 1997).where(country=["Spain", "Portugal"]).figures("net_sales", by="country"),
    "primeros-trimestres": lambda shop: versus(
        shop.between("1998-01-01", "1998-03-31").figures("net_sales"),
        shop.between("1997-01-01", "1997-03-31").figures("net_sales"),
    ),
    "porcentaje-bebidas": _beverages,
    "nancy": lambda shop: (
        shop.between("1998-03-01", "1998-03-31").where(salesperson="Nancy Davolio").figures("net_sales")
    ),
    "descuentos": lambda shop: _year(shop, 1997).figures("discounts"),
    "sevilla": lambda shop: _year(shop, 1997).where(city="Sevilla").figures("net_sales"),
    "peores": lambda shop: top(3, _year(shop, 1997).figures("net_sales", by="product"), lowest=True),
    "fieles": lambda shop: shop.figures("orders", by="customer_name").filter(pl.col("orders") > 15),
    "clientes-abril": lambda shop: shop.between("1998-04-01", "1998-04-30").figures("customers"),
    "mejor-mes": lambda shop: top(1, _year(shop, 1997).figures("net_sales", by="month")),
    "francia-sigue": lambda shop: _year(shop, 1997).where(country="France").figures("net_sales"),
    "francia-sigue/2": lambda shop: _year(shop, 1997).where(country="Italy").figures("net_sales"),
    "francia-sigue/3": lambda shop: _year(shop, 1997).where(country="Italy").figures("net_sales", by="month"),
    "categorias-sigue": lambda shop: top(3, _year(shop, 1996).figures("net_sales", by="category")),
    "categorias-sigue/2": lambda shop: top(3, _year(shop, 1997).figures("net_sales", by="category")),
    "speedy": lambda shop: _year(shop, 1997).where(ship_method="Speedy Express").figures("orders"),
}
