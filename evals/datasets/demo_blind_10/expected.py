"""What the questions of demo_blind_10 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, share, top, versus


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _this_year(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-10-31")


def _first_quarter(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-03-31")


def _second_quarter(shop: Shop) -> Shop:
    return shop.between("2026-04-01", "2026-06-30")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _june(shop: Shop) -> Shop:
    return shop.between("2026-06-01", "2026-06-30")


def _july(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-07-31")


def _august(shop: Shop) -> Shop:
    return shop.between("2026-08-01", "2026-08-31")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def _with_key(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    return frame.drop_nulls(key)


def _part(frame: pl.DataFrame, key: str, value: str) -> float:
    """The fraction that one key has of the total of the frame's only figure."""
    return float(share(frame).filter(pl.col(key) == value)["share"].item())


def _over_5000(shop: Shop) -> pl.DataFrame:
    spent = _year(shop, 2025).figures("net_sales", by=["customer", "customer_name"])
    return spent.filter(pl.col("net_sales") > 5_000).drop("customer")


def _busiest(shop: Shop) -> pl.DataFrame:
    counted = _this_year(shop).figures("orders", by=["customer", "customer_name"])
    return top(4, counted).drop("customer")


def _tableware(shop: Shop) -> pl.DataFrame:
    return shop.where(category="Tableware").figures("units", by="product")


def _cork(shop: Shop) -> Shop:
    return shop.where(city="Cork")


EXPECTED: dict[str, Oracle] = {
    "bank-gross": lambda shop: _year(shop, 2025).figures("gross_sales"),
    "november-discount-rate": lambda shop: shop.between("2025-11-01", "2025-11-30").figures("discount_rate"),
    "pieces-yesterday": lambda shop: shop.between("2026-10-30", "2026-10-30").figures("units"),
    "august-refund-count": lambda shop: _august(shop).figures("refund_count"),
    "margin-last-quarter": lambda shop: _third_quarter(shop).figures("margin"),
    "order-value-30-days": lambda shop: shop.between("2026-10-01", "2026-10-30").figures("average_order_value"),
    "supplier-dependence": lambda shop: _september(shop).figures("net_sales", by="supplier"),
    "category-profit": lambda shop: _year(shop, 2025).figures("profit", by="category"),
    "staff-discounts": lambda shop: _with_key(_this_year(shop).figures("discounts", by="salesperson"), "salesperson"),
    "country-buyers": lambda shop: shop.figures("customers", "net_sales", by="country"),
    "channel-quarters": lambda shop: _year(shop, 2025).figures("orders", by=["channel", "quarter"]),
    "category-refund-rate": lambda shop: shop.between("2026-01-01", "2026-06-30").figures("refund_rate", by="category"),
    "bath-mat-store": lambda shop: _this_year(shop).where(product="Turkish Bath Mat", channel="Store").figures("units"),
    "aisling-candles": lambda shop: (
        shop.between("2026-05-01", "2026-05-31")
        .where(salesperson="Aisling Hayes", category="Candles & Fragrance")
        .figures("net_sales")
    ),
    "paris-lyon": lambda shop: _first_quarter(shop).where(city=["Paris", "Lyon"]).figures("orders"),
    "abroad-online": lambda shop: (
        _july(shop).where(pl.col("country") != "Ireland", channel="Online").figures("net_sales")
    ),
    "big-spenders": _over_5000,
    "cutlery-returned": lambda shop: _year(shop, 2025).where(product="Cutlery Set 16 Piece").figures("returned_units"),
    "three-countries": lambda shop: (
        _year(shop, 2025).where(country=["Spain", "Italy", "Austria"]).figures("orders", by="country")
    ),
    "six-weeks": lambda shop: shop.between("2026-09-14", "2026-10-25").figures("net_sales", by="week"),
    "days-last-week": lambda shop: shop.between("2026-10-19", "2026-10-25").figures("orders", by="day"),
    "shipping-quarters": lambda shop: _year(shop, 2025).figures("shipping", by="quarter"),
    "garden-months": lambda shop: (
        shop.between("2026-01-01", "2026-09-30").where(category="Garden").figures("profit", by="month")
    ),
    "german-cities-top": lambda shop: top(
        5, _year(shop, 2025).where(country="Germany").figures("net_sales", by="city")
    ),
    "lighting-slow": lambda shop: top(
        3, _third_quarter(shop).where(category="Lighting").figures("units", by="product"), lowest=True
    ),
    "busiest-customers": _busiest,
    "best-month-2025": lambda shop: top(1, _year(shop, 2025).figures("net_sales", by="month")),
    "most-refunded": lambda shop: top(4, shop.figures("refunds", by="product")),
    "september-online": lambda shop: versus(
        _september(shop).where(channel="Online").figures("net_sales"),
        shop.between("2025-09-01", "2025-09-30").where(channel="Online").figures("net_sales"),
    ),
    "country-order-quarters": lambda shop: versus(
        _third_quarter(shop).figures("orders", by="country"), _second_quarter(shop).figures("orders", by="country")
    ),
    "profit-july-june": lambda shop: versus(_july(shop).figures("profit"), _june(shop).figures("profit")),
    "tom-zofia": lambda shop: (
        _year(shop, 2025).where(salesperson=["Tom Brennan", "Zofia Nowak"]).figures("net_sales", by="salesperson")
    ),
    "trade-part": lambda shop: _part(_year(shop, 2025).figures("net_sales", by="segment"), "segment", "Trade"),
    "category-percentages": lambda shop: share(_september(shop).figures("net_sales", by="category")),
    "store-order-share": lambda shop: _part(_august(shop).figures("orders", by="channel"), "channel", "Store"),
    "october-narrowing": lambda shop: _october(shop).figures("net_sales"),
    "october-narrowing/2": lambda shop: _october(shop).where(channel="Store").figures("net_sales"),
    "october-narrowing/3": lambda shop: _with_key(
        _october(shop).where(channel="Store").figures("net_sales", by="salesperson"), "salesperson"
    ),
    "tableware-top": lambda shop: top(5, _tableware(_year(shop, 2025))),
    "tableware-top/2": lambda shop: top(5, _tableware(_this_year(shop))),
    "tableware-top/3": lambda shop: top(3, _tableware(_this_year(shop))),
    "dutch-then-belgian": lambda shop: _first_quarter(shop).where(country="Netherlands").figures("orders"),
    "dutch-then-belgian/2": lambda shop: _first_quarter(shop).where(country="Belgium").figures("orders"),
    "dutch-then-belgian/3": lambda shop: _first_quarter(shop).where(country="Belgium").figures("average_order_value"),
    "refunds-then-decor": lambda shop: _year(shop, 2025).figures("refunds", by="month"),
    "refunds-then-decor/2": lambda shop: _year(shop, 2025).where(category="Decor").figures("refunds", by="month"),
    "cork-quarters": lambda shop: _cork(_third_quarter(shop)).figures("net_sales"),
    "cork-quarters/2": lambda shop: _cork(_second_quarter(shop)).figures("net_sales"),
    "cork-quarters/3": lambda shop: _cork(_second_quarter(shop)).figures("net_sales", by="category"),
    "typo-countries": lambda shop: _september(shop).figures("net_sales", by="country"),
    "typo-candle": lambda shop: _year(shop, 2025).where(product="Soy Candle Sea Salt").figures("units"),
}
