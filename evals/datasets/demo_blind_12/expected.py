"""What the questions of demo_blind_12 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, returning_customers, share, top, versus


def _year(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _this_year(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-10-31")


def _first_quarter(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-03-31")


def _second_quarter(shop: Shop) -> Shop:
    return shop.between("2026-04-01", "2026-06-30")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _august(shop: Shop) -> Shop:
    return shop.between("2026-08-01", "2026-08-31")


def _december(shop: Shop, product: str) -> Shop:
    return shop.between("2025-12-01", "2025-12-31").where(product=product)


def _dutch(shop: Shop) -> Shop:
    return _year(shop).where(country="Netherlands")


def _per_salesperson(shop: Shop, *figures: str) -> pl.DataFrame:
    return shop.figures(*figures, by="salesperson").drop_nulls("salesperson")


def _trade_part(shop: Shop) -> float:
    year = _year(shop)
    trade = year.where(segment="Trade").figures("net_sales")["net_sales"][0]
    return float(trade) / float(year.figures("net_sales")["net_sales"][0])


def _online_septembers(shop: Shop) -> pl.DataFrame:
    online = shop.where(channel="Online")
    return versus(
        online.between("2026-09-01", "2026-09-30").figures("net_sales"),
        online.between("2025-09-01", "2025-09-30").figures("net_sales"),
    )


def _profit_third_quarters(shop: Shop) -> pl.DataFrame:
    return versus(
        _third_quarter(shop).figures("profit", by="category"),
        shop.between("2025-07-01", "2025-09-30").figures("profit", by="category"),
    )


def _lighting_halves(shop: Shop) -> pl.DataFrame:
    lighting = shop.where(category="Lighting")
    return versus(
        lighting.between("2026-01-01", "2026-06-30").figures("units"),
        lighting.between("2025-01-01", "2025-06-30").figures("units"),
    )


EXPECTED: dict[str, Oracle] = {
    "vat-q2": lambda shop: _second_quarter(shop).figures("tax"),
    "summer-giveaways": lambda shop: shop.between("2026-06-01", "2026-08-31").figures("discounts"),
    "money-back-ytd": lambda shop: _this_year(shop).figures("refunds"),
    "profit-2025": lambda shop: _year(shop).figures("profit"),
    "came-back-september": lambda shop: returning_customers(shop, "2026-09-01", "2026-09-30"),
    "basket-may": lambda shop: shop.between("2026-05-01", "2026-05-31").figures("average_order_value"),
    "supplier-margins": lambda shop: _this_year(shop).figures("margin", by="supplier"),
    "floor-staff-q3": lambda shop: _per_salesperson(_third_quarter(shop), "net_sales", "orders"),
    "send-backs-category": lambda shop: _first_quarter(shop).figures("refund_rate", by="category"),
    "buyers-by-country": lambda shop: _year(shop).figures("customers", by="country"),
    "irish-towns-october": lambda shop: (
        shop.between("2026-10-01", "2026-10-31").where(country="Ireland").figures("net_sales", by="city")
    ),
    "declan-orders": lambda shop: _this_year(shop).where(customer_name="Declan Crowley").figures("orders"),
    "bistro-set": lambda shop: (
        shop.between("2026-05-01", "2026-07-31")
        .where(product=["Folding Bistro Chair", "Folding Bistro Table"])
        .figures("net_sales")
    ),
    "trade-germany": lambda shop: _year(shop).where(segment="Trade", country="Germany").figures("average_order_value"),
    "priya-candles": lambda shop: (
        shop.between("2025-12-01", "2025-12-31")
        .where(salesperson="Priya Nair", category="Candles & Fragrance")
        .figures("net_sales")
    ),
    "abroad-online": lambda shop: (
        _third_quarter(shop).where(pl.col("country") != "Ireland", channel="Online").figures("orders")
    ),
    "garden-2025": lambda shop: _year(shop).where(category="Garden").figures("net_sales", by="month"),
    "six-weeks": lambda shop: shop.between("2026-09-14", "2026-10-25").figures("orders", by="week"),
    "refunds-quarters": lambda shop: shop.between("2025-01-01", "2026-10-31").figures("refunds", by="quarter"),
    "daily-profit": lambda shop: shop.between("2026-10-24", "2026-10-30").figures("profit", by="day"),
    "profitable-customers": lambda shop: top(5, _year(shop).figures("profit", by="customer_name")),
    "returned-suppliers": lambda shop: top(3, _this_year(shop).figures("returned_units", by="supplier")),
    "slow-tableware": lambda shop: top(
        4, _second_quarter(shop).where(category="Tableware").figures("net_sales", by="product"), lowest=True
    ),
    "foreign-cities": lambda shop: top(
        6, _year(shop).where(pl.col("country") != "Ireland").figures("orders", by="city")
    ),
    "online-september": _online_septembers,
    "profit-categories": _profit_third_quarters,
    "lamps-halves": _lighting_halves,
    "aisling-tom": lambda shop: (
        _year(shop).where(salesperson=["Aisling Hayes", "Tom Brennan"]).figures("net_sales", by="salesperson")
    ),
    "trade-part": _trade_part,
    "channel-orders": lambda shop: share(_third_quarter(shop).figures("orders", by="channel")),
    "refund-chain": lambda shop: shop.between("2026-07-01", "2026-07-31").figures("refunds"),
    "refund-chain/2": lambda shop: _august(shop).figures("refunds"),
    "refund-chain/3": lambda shop: _august(shop).figures("refunds", by="category"),
    "dutch-chain": lambda shop: _dutch(shop).figures("net_sales"),
    "dutch-chain/2": lambda shop: _dutch(shop).figures("net_sales", by="city"),
    "dutch-chain/3": lambda shop: _dutch(shop).where(segment="Trade").figures("net_sales", by="city"),
    "staff-chain": lambda shop: _per_salesperson(_first_quarter(shop), "average_order_value"),
    "staff-chain/2": lambda shop: _per_salesperson(_second_quarter(shop), "average_order_value"),
    "candle-chain": lambda shop: _december(shop, "Soy Candle Winter Spice").figures("customers"),
    "candle-chain/2": lambda shop: _december(shop, "Soy Candle Sea Salt").figures("customers"),
    "candle-chain/3": lambda shop: _december(shop, "Soy Candle Sea Salt").figures("units"),
    "kessler-typos": lambda shop: _year(shop).where(supplier="Kessler Metallwaren").figures("net_sales"),
    "german-typos": lambda shop: _august(shop).where(country="Germany").figures("orders"),
}
