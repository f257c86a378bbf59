"""What the questions of bakery_blind come to, by polars on the till's exports."""

from datetime import date, time

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, returning_customers, share, top, versus

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _2025(shop: Shop) -> Shop:
    return shop.between("2025-01-01", "2025-12-31")


def _2026(shop: Shop) -> Shop:
    return shop.between("2026-01-01", "2026-11-20")


def _october(shop: Shop) -> Shop:
    return shop.between("2026-10-01", "2026-10-31")


def _september(shop: Shop) -> Shop:
    return shop.between("2026-09-01", "2026-09-30")


def _q2(shop: Shop) -> Shop:
    return shop.between("2026-04-01", "2026-06-30")


def _q3(shop: Shop) -> Shop:
    return shop.between("2026-07-01", "2026-09-30")


def _orders(shop: Shop) -> pl.DataFrame:
    """One row per order: its value after discounts, its pieces, when and whose."""
    return shop.lines.group_by("order").agg(
        pl.col("net").sum(),
        pl.col("quantity").sum(),
        pl.col("day").first(),
        pl.col("customer").first(),
        pl.col("customer_name").first(),
    )


def _number(frame: pl.DataFrame) -> float:
    """The one figure of a frame of one row."""
    return float(frame.item())


def _by(shop: Shop, key: str) -> pl.DataFrame:
    """Net sales by a column that both lines and refunds have."""
    sold = shop.lines.group_by(key).agg(sold=pl.col("net").sum())
    refunded = shop.refunds.group_by(key).agg(back=pl.col("amount").sum())
    return (
        sold.join(refunded, on=key, how="full", coalesce=True)
        .select(key, net_sales=pl.col("sold").fill_null(0) - pl.col("back").fill_null(0))
        .drop_nulls(key)
    )


def _by_weekday(shop: Shop, figure: str = "net_sales") -> pl.DataFrame:
    """A figure that adds up, by the name of the weekday."""
    return (
        shop.figures(figure, by="day")
        .group_by(number=pl.col("day").dt.weekday())
        .agg(pl.col(figure).sum())
        .sort("number")
        .select(pl.col("number").replace_strict(range(1, 8), WEEKDAYS).alias("weekday"), figure)
    )


def _change_by_month(shop: Shop) -> pl.DataFrame:
    """From January to October, each month's change on the month before; January's on December."""
    months = shop.between("2025-12-01", "2026-10-31").figures("net_sales", by="month")
    return months.select("month", change=pl.col("net_sales").pct_change()).slice(1)


def _first_order(shop: Shop, name: str) -> pl.DataFrame:
    orders = _orders(shop.where(customer_name=name)).sort("day", "order")
    return orders.head(1).select("day", "net")


def _latest_orders(shop: Shop, name: str, count: int) -> pl.DataFrame:
    orders = _orders(shop.where(customer_name=name)).sort("day", "order", descending=True)
    return orders.head(count).select("order", "net")


def _customers(shop: Shop) -> set[str]:
    return set(shop.lines["customer"].drop_nulls())


def _quiet_regulars(shop: Shop) -> pl.DataFrame:
    regulars = (
        _orders(shop)
        .drop_nulls("customer")
        .group_by("customer", "customer_name")
        .agg(pl.len().alias("orders"), pl.col("day").max())
        .filter((pl.col("orders") >= 20) & (pl.col("day") <= date(2026, 7, 31)))
    )
    return regulars.select("customer_name").join(shop.figures("net_sales", by="customer_name"), on="customer_name")


EXPECTED: dict[str, Oracle] = {
    # totals
    "take-october": lambda shop: _october(shop).figures("net_sales"),
    "rung-up-easter": lambda shop: shop.between("2026-04-03", "2026-04-06").figures("orders"),
    "discount-damage": lambda shop: _2025(shop).figures("discounts"),
    "basket-q3": lambda shop: _q3(shop).figures("average_order_value"),
    "given-back": lambda shop: _2026(shop).figures("refunds"),
    "pieces-last-week": lambda shop: shop.between("2026-11-09", "2026-11-15").figures("units"),
    "september-two": lambda shop: _september(shop).figures("net_sales", "orders"),
    "may-gross-discount": lambda shop: shop.between("2026-05-01", "2026-05-31").figures("gross_sales", "discounts"),
    "since-chorlton": lambda shop: shop.where(channel="Chorlton").figures("net_sales"),
    "new-faces-october": lambda shop: new_customers(shop, "2026-10-01", "2026-10-31"),
    "unhappy-count": lambda shop: _2026(shop).figures("refund_count"),
    # figures by a key
    "category-november": lambda shop: shop.between("2026-11-01", "2026-11-20").figures("net_sales", by="category"),
    "places-2025": lambda shop: _2025(shop).figures("net_sales", by="channel"),
    "staff-october": lambda shop: _october(shop).figures("net_sales", by="salesperson"),
    "pay-summer": lambda shop: _by(shop.between("2026-06-01", "2026-08-31"), "payment"),
    "breads-q2": lambda shop: _q2(shop).where(category="Bread").figures("units", by="product"),
    "orders-places-last-week": lambda shop: shop.between("2026-11-09", "2026-11-15").figures("orders", by="channel"),
    "pastry-quarters": lambda shop: _2025(shop).where(category="Pastries").figures("units", by="quarter"),
    "customers-places": lambda shop: _2025(shop).figures("customers", by="channel"),
    "cat-place-oct": lambda shop: _october(shop).figures("net_sales", by=["category", "channel"]),
    "weekday-table": lambda shop: _by_weekday(shop.between("2026-01-01", "2026-10-31")),
    "beans-variation": lambda shop: (
        _2026(shop)
        .where(product="House Blend Beans")
        .lines.group_by("variation")
        .agg(units=pl.col("quantity").sum())
        .sort("variation")
    ),
    # filters
    "stollen-season": lambda shop: shop.between("2025-11-01", "2025-12-31").where(product="Stollen").figures("units"),
    "plain-flat-white": lambda shop: _october(shop).where(product="Flat White", channel="Chorlton").figures("units"),
    "zoe-clark-september": lambda shop: _september(shop).where(salesperson="Zoe Clark").figures("net_sales"),
    "one-kilo": lambda shop: _2026(shop).where(product="House Blend Beans", variation="1 kg").figures("units"),
    "before-nine": lambda shop: (
        _october(shop).where(pl.col("time") < time(9), channel="Northern Quarter").figures("net_sales")
    ),
    "cash-q3": lambda shop: _q3(shop).where(payment="Cash").figures("net_sales"),
    "copper-kettle": lambda shop: _2026(shop).where(customer_name="The Copper Kettle").figures("net_sales"),
    "web-december": lambda shop: (
        shop.between("2025-12-01", "2025-12-31").where(channel="Web Shop").figures("net_sales")
    ),
    "web-over-forty": lambda shop: _orders(_2026(shop).where(channel="Web Shop")).filter(pl.col("net") > 40).height,
    "croissant-first-half": lambda shop: (
        shop.between("2026-11-01", "2026-11-15").where(product="Croissant").figures("units")
    ),
    "without-beans": lambda shop: _october(shop).where(pl.col("category") != "Coffee Beans").figures("net_sales"),
    "bread-pastry": lambda shop: _september(shop).where(category=["Bread", "Pastries"]).figures("net_sales"),
    "ten-pieces": lambda shop: _orders(_october(shop)).filter(pl.col("quantity") >= 10).height,
    "late-saturday": lambda shop: (
        shop.between("2026-01-01", "2026-10-31")
        .where(pl.col("day").dt.weekday() == 6, channel="Chorlton")
        .figures("net_sales")
    ),
    # time
    "iced-latte-months": lambda shop: _2025(shop).where(product="Iced Latte").figures("units", by="month"),
    "six-weeks": lambda shop: shop.between("2026-10-05", "2026-11-15").figures("net_sales", by="week"),
    "yesterday": lambda shop: shop.between("2026-11-19", "2026-11-19").figures("net_sales"),
    "thirty-days": lambda shop: shop.between("2026-10-21", "2026-11-19").figures("orders"),
    "years": lambda shop: shop.figures("net_sales", by="year"),
    "quarter-running": lambda shop: shop.between("2026-10-01", "2026-11-20").figures("net_sales"),
    "hot-monthly": lambda shop: _2026(shop).where(category="Hot Drinks").figures("net_sales", by="month"),
    "month-change": _change_by_month,
    "best-day": lambda shop: top(1, _2026(shop).figures("net_sales", by="day")),
    "days-over-500": lambda shop: _2026(shop).figures("net_sales", by="day").filter(pl.col("net_sales") > 500).height,
    "months-over-8k": lambda shop: (
        _2025(shop).figures("net_sales", by="month").filter(pl.col("net_sales") > 8000).height
    ),
    "first-violet": lambda shop: _first_order(shop, "Violet Lindqvist"),
    # ranking
    "five-money": lambda shop: top(5, _2026(shop).figures("net_sales", by="product")),
    "pastry-chorlton": lambda shop: top(
        3, _october(shop).where(category="Pastries", channel="Chorlton").figures("units", by="product")
    ),
    "worst-cakes": lambda shop: top(
        3, _q3(shop).where(category="Cakes").figures("net_sales", by="product"), lowest=True
    ),
    "web-customers": lambda shop: top(
        4, _2025(shop).where(channel="Web Shop").figures("net_sales", by="customer_name")
    ),
    "big-march": lambda shop: top(5, _orders(shop.between("2026-03-01", "2026-03-31")).select("order", "net")),
    "busy-staff": lambda shop: top(2, _october(shop).figures("orders", by="salesperson")),
    "best-weekday": lambda shop: top(1, _by_weekday(_2025(shop).where(channel="Northern Quarter"), "total_sales")),
    "yoga-latest": lambda shop: _latest_orders(shop, "Ancoats Yoga Co-op", 3),
    "discounted-products": lambda shop: top(3, _2026(shop).figures("discounts", by="product")),
    # compare
    "october-october": lambda shop: versus(
        _october(shop).figures("net_sales"), shop.between("2025-10-01", "2025-10-31").figures("net_sales")
    ),
    "two-branches": lambda shop: (
        _october(shop).where(channel=["Chorlton", "Northern Quarter"]).figures("net_sales", by="channel")
    ),
    "q3-q2-orders": lambda shop: versus(_q3(shop).figures("orders"), _q2(shop).figures("orders")),
    "sourdoughs": lambda shop: (
        _2025(shop).where(product=["Country Sourdough", "Seeded Sourdough"]).figures("units", by="product")
    ),
    "categories-sep-oct": lambda shop: versus(
        _october(shop).figures("net_sales", by="category"), _september(shop).figures("net_sales", by="category")
    ),
    "web-share": lambda shop: (
        _number(_2026(shop).where(channel="Web Shop").figures("net_sales")) / _number(_2026(shop).figures("net_sales"))
    ),
    "category-shares": lambda shop: share(_2025(shop).figures("net_sales", by="category")).drop("net_sales"),
    "discount-percent": lambda shop: _2026(shop).figures("discount_rate"),
    "cash-share": lambda shop: (
        _number(_september(shop).where(payment="Cash").figures("net_sales"))
        / _number(_september(shop).figures("net_sales"))
    ),
    # customers
    "hamper-no-beans": lambda shop: len(
        _customers(shop.where(product="Breakfast Hamper")) - _customers(shop.where(category="Coffee Beans"))
    ),
    "lost-2026": lambda shop: len(_customers(_2025(shop)) - _customers(_2026(shop))),
    "quiet-regulars": _quiet_regulars,
    "kaese-and-carrot": lambda shop: len(
        _customers(_2026(shop).where(product="Käsekuchen")) & _customers(_2026(shop).where(product="Carrot Cake"))
    ),
    "median-web": lambda shop: _number(
        _orders(_october(shop).where(channel="Web Shop")).select(pl.col("net").median())
    ),
    "back-again": lambda shop: returning_customers(shop, "2026-10-01", "2026-10-31"),
    # conversations
    "cakes-chain": lambda shop: _september(shop).where(category="Cakes").figures("net_sales"),
    "cakes-chain/2": lambda shop: _october(shop).where(category="Cakes").figures("net_sales"),
    "cakes-chain/3": lambda shop: _october(shop).where(category="Cakes", channel="Chorlton").figures("net_sales"),
    "breads-years": lambda shop: top(3, _2026(shop).where(category="Bread").figures("net_sales", by="product")),
    "breads-years/2": lambda shop: top(3, _2025(shop).where(category="Bread").figures("net_sales", by="product")),
    "kwame-mateusz": lambda shop: _september(shop).where(salesperson="Kwame Boateng").figures("net_sales"),
    "kwame-mateusz/2": lambda shop: _september(shop).where(salesperson="Mateusz Wójcik").figures("net_sales"),
    "web-months": lambda shop: _2025(shop).where(channel="Web Shop").figures("orders", by="month"),
    "web-months/2": lambda shop: _2025(shop).where(channel="Web Shop").figures("net_sales", by="month"),
    "brigids": lambda shop: _2025(shop).where(customer_name="St Brigid's Primary School").figures("net_sales"),
    "brigids/2": lambda shop: _2026(shop).where(customer_name="St Brigid's Primary School").figures("net_sales"),
    # typos
    "wbe-shop": lambda shop: _september(shop).where(channel="Web Shop").figures("net_sales"),
    "franzbrotchen": lambda shop: _october(shop).where(product="Franzbrötchen").figures("units"),
    "kasekuchen": lambda shop: _2025(shop).where(product="Käsekuchen").figures("net_sales"),
    "siobhan": lambda shop: _october(shop).where(salesperson="Siobhán O'Rourke").figures("net_sales"),
    "cinamon-bun": lambda shop: shop.between("2026-08-01", "2026-08-31").where(product="Cinnamon Bun").figures("units"),
    "natas": lambda shop: _october(shop).where(product="Pastel de Nata").figures("units"),
}
