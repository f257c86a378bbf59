"""What the questions of northwind_blind_16 and of its paraphrases come to, by polars on the source files."""

import polars as pl

from evals.oracle import Oracle, Shop, new_customers, share, top, versus


def in_1997(shop: Shop) -> Shop:
    return shop.between("1997-01-01", "1997-12-31")


def german_regulars(shop: Shop) -> pl.DataFrame:
    return shop.where(country="Germany").figures("orders", by="customer_name").filter(pl.col("orders") > 10)


def first_from_poland(shop: Shop) -> pl.DataFrame:
    return shop.where(country="Poland").figures("net_sales", by=["day", "order"]).head(1)


def running_total(shop: Shop) -> pl.DataFrame:
    return in_1997(shop).figures("net_sales", by="month").select("month", pl.col("net_sales").cum_sum())


def chai_not_chang(shop: Shop) -> int:
    chai = shop.where(product="Chai").lines.select("customer").unique()
    return chai.join(shop.where(product="Chang").lines, on="customer", how="anti").height


def growth(shop: Shop) -> float:
    now = float(shop.between("1998-01-01", "1998-03-31").lines["net"].sum())
    before = float(shop.between("1997-01-01", "1997-03-31").lines["net"].sum())
    return now / before - 1


def orders_above_5000(shop: Shop) -> int:
    return in_1997(shop).figures("net_sales", by="order").filter(pl.col("net_sales") > 5000).height


def two_per_category(shop: Shop) -> pl.DataFrame:
    sales = in_1997(shop).figures("net_sales", by=["category", "product"])
    return pl.concat(top(2, group) for group in sales.partition_by("category"))


def camembert(shop: Shop) -> Shop:
    return in_1997(shop).where(product="Camembert Pierrot")


EXPECTED: dict[str, Oracle] = {
    "bev-q4": lambda shop: shop.between("1997-10-01", "1997-12-31").where(category="Beverages").figures("net_sales"),
    "cities-pieces": lambda shop: top(5, in_1997(shop).figures("units", by="city")),
    "ernst-quick": lambda shop: in_1997(shop).where(customer_name="Ernst Handel").figures("net_sales"),
    "ernst-quick/2": lambda shop: in_1997(shop).where(customer_name="QUICK-Stop").figures("net_sales"),
    "feb-march-staff": lambda shop: versus(
        shop.between("1998-03-01", "1998-03-31").figures("net_sales", by="salesperson"),
        shop.between("1998-02-01", "1998-02-28").figures("net_sales", by="salesperson"),
    ),
    "category-share": lambda shop: share(in_1997(shop).figures("net_sales", by="category")).select("category", "share"),
    "german-regulars": german_regulars,
    "biggest-orders-98": lambda shop: top(5, shop.between("1998-01-01", "1998-05-06").figures("net_sales", by="order")),
    "poland-first": first_from_poland,
    "freight-shipper": lambda shop: in_1997(shop).figures("shipping", by="ship_method"),
    "aov-countries": lambda shop: top(3, in_1997(shop).figures("average_order_value", by="country")),
    "new-h1": lambda shop: new_customers(shop, "1997-01-01", "1997-06-30"),
    "buyers-3-months": lambda shop: shop.between("1998-02-01", "1998-04-30").figures("customers"),
    "discount-staff": lambda shop: top(3, in_1997(shop).figures("discounts", by="salesperson")),
    "running-97": running_total,
    "chai-not-chang": chai_not_chang,
    "growth-q1": growth,
    "orders-5000": orders_above_5000,
    "two-per-category": two_per_category,
    "range-april": lambda shop: shop.between("1998-04-01", "1998-04-30").lines["product"].n_unique(),
    "camembert": lambda shop: camembert(shop).figures("net_sales"),
    "camembert/2": lambda shop: camembert(shop).where(country="Germany").figures("net_sales"),
    "seafood-produce": lambda shop: (
        shop.between("1998-01-01", "1998-03-31")
        .where(category=["Seafood", "Produce"])
        .figures("net_sales", by="category")
    ),
}
