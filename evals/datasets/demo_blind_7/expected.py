"""What the questions of demo_blind_7 come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, returning_customers, share, top, versus


def _last_year(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _this_year(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-10-31")


def _third_quarter(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _second_quarter(shop: Shop) -> Shop:
    return shop.between("2026-04-01", "2026-06-30")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _august(shop: Shop) -> Shop:
    return shop.between("2026-08-01", "2026-08-31")


def _december(shop: Shop) -> Shop:
    return shop.between("2025-12-01", "2025-12-31")


def _share_of(frame: pl.DataFrame, key: str, value: str) -> float:
    return share(frame).filter(pl.col(key) == value)["share"].item()


def _by_customer(shop: Shop, figure: str) -> pl.DataFrame:
    """One row per customer, not per name: two customers may share one."""
    return shop.figures(figure, by=["customer", "customer_name"]).drop("customer")


EXPECTED: dict[str, Oracle] = {
    "sales-march": lambda shop: shop.between("2026-03-01", "2026-03-31").figures("net_sales"),
    "vat-summer": lambda shop: shop.between("2026-07-01", "2026-08-31").figures("tax"),
    "buyers-may": lambda shop: shop.between("2026-05-01", "2026-05-31").figures("customers"),
    "yesterday": lambda shop: shop.between("2026-10-30", "2026-10-30").figures("net_sales"),
    "items-per-order": lambda shop: _last_year(shop).figures("units_per_order"),
    "came-back": lambda shop: returning_customers(shop, "2026-09-01", "2026-09-30"),
    "category-margin": lambda shop: _third_quarter(shop).figures("margin", by="category"),
    "supplier-gross": lambda shop: _last_year(shop).figures("gross_sales", by="supplier"),
    "shop-webshop": lambda shop: _august(shop).figures("orders", by="channel"),
    "discount-november": lambda shop: shop.between("2025-11-01", "2025-11-30").figures("discounts", by="category"),
    "country-buyers": lambda shop: _last_year(shop).figures("customers", by="country"),
    "price-per-piece": lambda shop: _last_year(shop).figures("average_price", by="category"),
    "web-countries": lambda shop: (
        shop.between("2026-01-01", "2026-06-30").where(channel="Online").figures("net_sales", "orders", by="country")
    ),
    "pieces-back": lambda shop: shop.between("2026-04-01", "2026-10-31").figures("returned_units", by="category"),
    "category-two-ways": lambda shop: shop.between("2026-01-01", "2026-03-31").figures(
        "net_sales", by=["category", "channel"]
    ),
    "koln": lambda shop: _last_year(shop).where(city="Köln").figures("net_sales"),
    "butter-dishes": lambda shop: _december(shop).where(product="Butter Dish").figures("units"),
    "trade-abroad": lambda shop: (
        _last_year(shop).where(pl.col("country") != "Ireland", segment="Trade").figures("net_sales")
    ),
    "porto-store": lambda shop: (
        _second_quarter(shop).where(supplier="Porto Home Trading", channel="Store").figures("units")
    ),
    "slow-products": lambda shop: (
        _last_year(shop).figures("net_sales", by="product").filter(pl.col("net_sales") < 2500)
    ),
    "above-thousand": lambda shop: (
        _this_year(shop).figures("net_sales", by="customer").filter(pl.col("net_sales") > 1000).height
    ),
    "bakery-kelly": lambda shop: (
        shop.between("2025-01-01", "2026-10-31").where(customer_name="Bakery Kelly").figures("discounts")
    ),
    "cushions": lambda shop: _last_year(shop).where(pl.col("product").str.contains("Cushion")).figures("units"),
    "weeks-autumn": lambda shop: shop.between("2026-09-07", "2026-10-04").figures("net_sales", by="week"),
    "profit-months": lambda shop: _this_year(shop).figures("profit", by="month"),
    "best-day": lambda shop: top(1, _december(shop).figures("net_sales", by="day")),
    "buyers-quarterly": lambda shop: _last_year(shop).figures("customers", by="quarter"),
    "refunds-six": lambda shop: shop.between("2026-04-01", "2026-09-30").figures("refunds", by="month"),
    "web-years": lambda shop: shop.where(channel="Online").figures("net_sales", by="year"),
    "under-ninety": lambda shop: _last_year(shop).figures("net_sales", by="month").filter(pl.col("net_sales") < 90000),
    "bestsellers": lambda shop: top(7, _last_year(shop).figures("units", by="product")),
    "garden-worst": lambda shop: top(
        5, _this_year(shop).where(category="Garden").figures("net_sales", by="product"), lowest=True
    ),
    "city-abroad": lambda shop: top(
        1, _last_year(shop).where(pl.col("country") != "Ireland").figures("orders", by="city")
    ),
    "discount-takers": lambda shop: top(4, _by_customer(shop, "discounts")),
    "staff-ranking": lambda shop: top(10, _last_year(shop).figures("profit", by="salesperson")),
    "tom-aisling": lambda shop: (
        _third_quarter(shop).where(salesperson=["Tom Brennan", "Aisling Hayes"]).figures("orders", by="salesperson")
    ),
    "september-pieces": lambda shop: versus(
        _september(shop).figures("units"), shop.between("2025-09-01", "2025-09-30").figures("units")
    ),
    "germany-france": lambda shop: (
        _last_year(shop).where(country=["Germany", "France"]).figures("net_sales", "orders", by="country")
    ),
    "supplier-ten-months": lambda shop: versus(
        _this_year(shop).figures("net_sales", by="supplier"),
        shop.between("2025-01-01", "2025-10-31").figures("net_sales", by="supplier"),
    ),
    "online-percent": lambda shop: _share_of(_last_year(shop).figures("net_sales", by="channel"), "channel", "Online"),
    "profit-mix": lambda shop: share(_last_year(shop).figures("profit", by="category")).select("category", "share"),
    "irish-orders": lambda shop: _share_of(_this_year(shop).figures("orders", by="country"), "country", "Ireland"),
    "storage": lambda shop: _third_quarter(shop).where(category="Storage").figures("net_sales"),
    "storage/2": lambda shop: _second_quarter(shop).where(category="Storage").figures("net_sales"),
    "storage/3": lambda shop: top(
        5, _second_quarter(shop).where(category="Storage").figures("net_sales", by="product")
    ),
    "dublin-galway": lambda shop: _last_year(shop).where(city="Dublin").figures("customers"),
    "dublin-galway/2": lambda shop: _last_year(shop).where(city="Galway").figures("customers"),
    "refund-channels": lambda shop: _august(shop).figures("refunds", by="channel"),
    "refund-channels/2": lambda shop: _september(shop).figures("refunds", by="channel"),
    "refund-channels/3": lambda shop: _september(shop).where(channel="Store").figures("refunds", by="category"),
    "typo-january": lambda shop: shop.between("2026-01-01", "2026-01-31").figures("orders"),
    "typo-suplier": lambda shop: _last_year(shop).figures("profit", by="supplier"),
}
