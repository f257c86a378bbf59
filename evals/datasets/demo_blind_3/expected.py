"""What the questions of demo_blind_3 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def _year_so_far(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-10-31")


def _year_2025(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _by_customer(shop: Shop, figure: str) -> pl.DataFrame:
    """One row per customer, not per name: two customers may share one."""
    return shop.figures(figure, by=["customer", "customer_name"]).drop("customer")


def _share_of(part: Shop, whole: Shop, figure: str) -> float:
    return part.figures(figure).item() / whole.figures(figure).item()


EXPECTED: dict[str, Oracle] = {
    "september-takings": lambda shop: shop.between("2026-09-01", "2026-09-30").figures("net_sales"),
    "pieces-last-quarter": lambda shop: shop.between("2026-07-01", "2026-09-30").figures("units"),
    "basket-six-months": lambda shop: shop.between("2026-04-01", "2026-09-30").figures("average_order_value"),
    "handed-back-since-june": lambda shop: shop.between("2026-06-01", "2026-10-31").figures("refunds"),
    "margin-so-far": lambda shop: _year_so_far(shop).figures("margin"),
    "first-time-buyers-august": lambda shop: new_customers(shop, "2026-08-01", "2026-08-31"),
    "supplier-turnover": lambda shop: shop.figures("net_sales", "orders", by="supplier"),
    "profit-each-category": lambda shop: _year_2025(shop).figures("profit", by="category"),
    "staff-orders-last-month": lambda shop: (
        shop.between("2026-09-01", "2026-09-30").figures("orders", by="salesperson").drop_nulls("salesperson")
    ),
    "refunds-where": lambda shop: _year_so_far(shop).figures("refunds", by="country"),
    "freight-countries": lambda shop: shop.between("2026-04-01", "2026-06-30").figures("shipping", by="country"),
    "discounts-channel-quarter": lambda shop: _year_2025(shop).figures("discounts", by=["channel", "quarter"]),
    "german-towns": lambda shop: _year_so_far(shop).where(country="Germany").figures("net_sales", by="city"),
    "ticket-per-segment": lambda shop: _year_2025(shop).figures("average_order_value", by="segment"),
    "lighting-online-december": lambda shop: (
        shop.between("2025-12-01", "2025-12-31").where(category="Lighting", channel="Online").figures("net_sales")
    ),
    "dutch-clients": lambda shop: (
        shop.between("2026-01-01", "2026-06-30").where(country="Netherlands").figures("customers")
    ),
    "bistro-lynch": lambda shop: shop.where(customer_name="Bistro Lynch").figures("net_sales"),
    "over-thirty-five-orders": lambda shop: _by_customer(_year_so_far(shop), "orders").filter(pl.col("orders") > 35),
    "planter-summer": lambda shop: (
        shop.between("2026-06-01", "2026-08-31").where(product="Galvanised Planter").figures("profit")
    ),
    "without-ireland": lambda shop: _year_2025(shop).where(pl.col("country") != "Ireland").figures("net_sales"),
    "donegal-munich": lambda shop: shop.where(supplier="Donegal Weavers", city="München").figures("units"),
    "twelve-months": lambda shop: shop.between("2025-10-01", "2026-09-30").figures("net_sales", by="month"),
    "tableware-quarters": lambda shop: (
        shop.between("2025-01-01", "2026-10-31").where(category="Tableware").figures("net_sales", by="quarter")
    ),
    "orders-eight-weeks": lambda shop: shop.between("2026-08-31", "2026-10-25").figures("orders", by="week"),
    "units-daily": lambda shop: shop.between("2026-10-19", "2026-10-25").figures("units", by="day"),
    "strongest-month": lambda shop: top(1, _year_2025(shop).figures("net_sales", by="month")),
    "clients-each-year": lambda shop: shop.figures("customers", by="year"),
    "seven-articles": lambda shop: top(7, _year_so_far(shop).figures("units", by="product")),
    "weakest-cities": lambda shop: top(5, shop.figures("net_sales", by="city"), lowest=True),
    "garden-earners": lambda shop: top(
        3, shop.between("2026-04-01", "2026-06-30").where(category="Garden").figures("profit", by="product")
    ),
    "big-accounts": lambda shop: top(10, _by_customer(_year_2025(shop), "net_sales")),
    "september-against-september": lambda shop: versus(
        shop.between("2026-09-01", "2026-09-30").figures("net_sales"),
        shop.between("2025-09-01", "2025-09-30").figures("net_sales"),
    ),
    "zofia-or-tom": lambda shop: (
        shop.between("2026-07-01", "2026-09-30")
        .where(salesperson=["Zofia Nowak", "Tom Brennan"])
        .figures("net_sales", by="salesperson")
    ),
    "channels-year-on-year": lambda shop: versus(
        shop.between("2026-07-01", "2026-09-30").figures("orders", by="channel"),
        shop.between("2025-07-01", "2025-09-30").figures("orders", by="channel"),
    ),
    "ireland-part": lambda shop: _share_of(shop.where(country="Ireland"), shop, "net_sales"),
    "category-part-of-units": lambda shop: share(_year_2025(shop).figures("units", by="category")).drop("units"),
    "spain-then-italy": lambda shop: _year_2025(shop).where(country="Spain").figures("net_sales"),
    "spain-then-italy/2": lambda shop: _year_2025(shop).where(country="Italy").figures("net_sales"),
    "spain-then-italy/3": lambda shop: _year_2025(shop).where(country="Italy").figures("net_sales", by="quarter"),
    "suppliers-by-profit": lambda shop: top(4, _year_so_far(shop).figures("profit", by="supplier")),
    "suppliers-by-profit/2": lambda shop: top(4, _year_2025(shop).figures("profit", by="supplier")),
    "suppliers-by-profit/3": lambda shop: top(
        4, _year_2025(shop).where(channel="Online").figures("profit", by="supplier")
    ),
    "gemany-febuary": lambda shop: (
        shop.between("2026-02-01", "2026-02-28").where(country="Germany").figures("net_sales")
    ),
    "lambswol-slate": lambda shop: _year_2025(shop).where(product="Lambswool Throw Slate").figures("units"),
}
