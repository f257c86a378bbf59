"""What the questions of bakery_blind_es come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _2025(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _2026(shop: Shop) -> Shop:
    """This year up to the suite's today."""
    return shop.between("2026-01-01", "2026-11-20")


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def _one(shop: Shop, figure: str = "net_sales") -> float:
    return float(shop.figures(figure).item())


EXPECTED: dict[str, Oracle] = {
    "ventas-2025": lambda shop: _2025(shop).figures("net_sales"),
    "mes-pasado": lambda shop: _october(shop).figures("net_sales"),
    "mes-pasado/2": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("net_sales"),
    "ayer": lambda shop: shop.between("2026-11-19", "2026-11-19").figures("net_sales"),
    "semana-pasada": lambda shop: shop.between("2026-11-09", "2026-11-15").figures("orders"),
    "siete-dias": lambda shop: shop.between("2026-11-13", "2026-11-19").figures("net_sales", by="day"),
    "este-anio": lambda shop: _2026(shop).figures("net_sales"),
    "verano-junto": lambda shop: shop.between("2026-06-01", "2026-08-31").figures("net_sales"),
    "por-mes-2025": lambda shop: _2025(shop).figures("net_sales", by="month"),
    "por-mes-2025/2": lambda shop: _2025(shop).where(category="Pastries").figures("net_sales", by="month"),
    "por-mes-2025/3": lambda shop: _2025(shop).where(category="Pastries").figures("units", by="month"),
    "puntos-de-venta": lambda shop: _october(shop).figures("net_sales", by="channel"),
    "ticket-tiendas": lambda shop: shop.between("2026-07-01", "2026-09-30").figures(
        "average_order_value", by="channel"
    ),
    "unidades-categoria": lambda shop: _october(shop).figures("units", by="category"),
    "pedidos-trimestres": lambda shop: _2025(shop).figures("orders", by="quarter"),
    "northern-quarter": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(channel="Northern Quarter").figures("net_sales")
    ),
    "northern-quarter/2": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(channel="Chorlton").figures("net_sales")
    ),
    "northern-quarter/3": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").where(channel="Chorlton").figures("orders")
    ),
    "web-coffee-beans": lambda shop: (
        _2025(shop).where(category="Coffee Beans", channel="Web Shop").figures("net_sales")
    ),
    "franzbroetchen": lambda shop: _2026(shop).where(product="Franzbrötchen").figures("units"),
    "franzbroetchen/2": lambda shop: _2026(shop).where(product="Cinnamon Bun").figures("units"),
    "irwell": lambda shop: _2025(shop).where(customer_name="Irwell Architects").figures("net_sales"),
    "siobhan": lambda shop: _october(shop).where(salesperson="Siobhán O'Rourke").figures("orders"),
    "paypal": lambda shop: _october(shop).where(pl.col("payment") == "PayPal").figures("orders"),
    "top-productos": lambda shop: top(5, _2025(shop).figures("net_sales", by="product")),
    "top-clientes": lambda shop: top(3, _2026(shop).figures("net_sales", by="customer_name")),
    "ranking-categorias": lambda shop: (
        _2025(shop).figures("net_sales", by="category").sort("net_sales", descending=True)
    ),
    "mejor-dia": lambda shop: top(1, shop.between("2025-12-01", "2025-12-31").figures("net_sales", by="day")),
    "mejor-mes": lambda shop: top(1, _2025(shop).figures("net_sales", by="month")),
    "mejor-mes/2": lambda shop: top(1, _2025(shop).figures("net_sales", by="month"), lowest=True),
    "menos-vendidos": lambda shop: top(
        3, _2025(shop).where(category="Bread").figures("units", by="product"), lowest=True
    ),
    "octubre-vs-octubre": lambda shop: versus(
        _october(shop).figures("net_sales"), shop.between("2025-10-01", "2025-10-31").figures("net_sales")
    ),
    "noviembre-misma-fecha": lambda shop: versus(
        shop.between("2026-11-01", "2026-11-20").figures("net_sales"),
        shop.between("2025-11-01", "2025-11-20").figures("net_sales"),
    ),
    "pedidos-por-ciento": lambda shop: (
        _one(shop.between("2026-07-01", "2026-09-30"), "orders")
        / _one(shop.between("2025-07-01", "2025-09-30"), "orders")
        - 1
    ),
    "porcentaje-web": lambda shop: _one(_2025(shop).where(channel="Web Shop")) / _one(_2025(shop)),
    "porcentaje-web/2": lambda shop: _one(_2026(shop).where(channel="Web Shop")) / _one(_2026(shop)),
    "peso-categorias": lambda shop: share(_october(shop).figures("net_sales", by="category")).drop("net_sales"),
    "devoluciones": lambda shop: _2025(shop).figures("refunds"),
    "devoluciones/2": lambda shop: _2025(shop).figures("refund_count"),
    "clientes-nuevos": lambda shop: new_customers(shop, "2026-10-01", "2026-10-31"),
    "descuentos": lambda shop: _2025(shop).figures("discounts"),
    "error-cakes": lambda shop: shop.between("2026-08-01", "2026-08-31").where(category="Cakes").figures("net_sales"),
}
