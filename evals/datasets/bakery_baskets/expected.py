"""What the questions of bakery_baskets come to, by polars on the source files."""

import polars as pl

from evals.baskets import bought_with, holding, pairs
from evals.customers import buyers, steps
from evals.oracle import Among, Oracle, Shop, top

CATEGORY, PRODUCT = pl.col("category"), pl.col("product")


def _year(shop: Shop, year: int) -> Shop:
    return shop.between(f"{year}-01-01", f"{year}-12-31")


def _december(shop: Shop) -> Shop:
    return shop.between("2025-12-01", "2025-12-31")


def _chorlton(shop: Shop) -> Shop:
    return shop.where(channel="Chorlton")


def _attached(shop: Shop) -> pl.DataFrame:
    bread, pastries = (holding(_year(shop, 2026), CATEGORY.eq(name)) for name in ("Bread", "Pastries"))
    return pl.DataFrame({"orders": [len(bread & pastries)], "share": [len(bread & pastries) / len(bread)]})


def _different_products(shop: Shop) -> float:
    held = _year(shop, 2025).lines.group_by("order").agg(pl.col("product").n_unique())
    return float(held["product"].mean() or 0)  # type: ignore[arg-type] — a mean of counts is a number


def _of(shop: Shop, *condition: pl.Expr, **equal: str) -> set[str]:
    return buyers(shop.where(*condition, **equal))


def _lebkuchen_only(shop: Shop) -> pl.DataFrame:
    month = _december(shop)
    who = _of(month, product="Lebkuchen") - _of(month, product="Stollen")
    lebkuchen = month.where(pl.col("customer").is_in(who), product="Lebkuchen")
    return lebkuchen.figures("net_sales", by="customer_name")


def _with_refund(shop: Shop) -> pl.DataFrame:
    refunded = shop.refunds["order"].unique().to_list()
    return steps(_year(shop, 2025).orders.with_columns(again=pl.col("order").is_in(refunded)))


EXPECTED: dict[str, Oracle] = {
    "with-croissant": lambda shop: top(5, bought_with(shop, "product", PRODUCT == "Croissant")),
    "with-flat-white": lambda shop: Among(top(4, bought_with(_chorlton(shop), "product", PRODUCT == "Flat White"))),
    "with-flat-white/2": lambda shop: Among(
        top(3, bought_with(_year(_chorlton(shop), 2025), "product", PRODUCT == "Flat White"))
    ),
    "categories-together": lambda shop: Among(top(6, pairs(_year(shop, 2026), "category"))),
    "with-bread": lambda shop: bought_with(shop.where(channel="Web Shop"), "category", CATEGORY == "Bread"),
    "orders-with-both": lambda shop: len(
        holding(_year(shop, 2026), CATEGORY == "Bread") & holding(_year(shop, 2026), CATEGORY == "Cakes")
    ),
    "orders-with-two-products": lambda shop: len(
        holding(_year(shop, 2025), PRODUCT == "Croissant") & holding(_year(shop, 2025), PRODUCT == "Flat White")
    ),
    "orders-without": lambda shop: len(
        holding(_year(shop, 2026), CATEGORY == "Bread") - holding(_year(shop, 2026), CATEGORY == "Pastries")
    ),
    "attach-rate": _attached,
    "who-bought-both": lambda shop: len(_of(shop, product="Stollen") & _of(shop, product="Lebkuchen")),
    "who-bought-both-2025": lambda shop: len(
        _of(_year(shop, 2025), category="Coffee Beans") & _of(_year(shop, 2025), category="Cakes")
    ),
    "one-not-the-other": lambda shop: len(
        _of(_year(shop, 2026), category="Bread") - _of(_year(shop, 2026), category="Coffee Beans")
    ),
    "one-not-the-other-ever": lambda shop: len(_of(shop, product="Glühwein-Punsch") - _of(shop, product="Lebkuchen")),
    "names-not-the-other": _lebkuchen_only,
    "either": lambda shop: len(_of(_year(shop, 2025), product="Stollen") | _of(_year(shop, 2025), product="Lebkuchen")),
    "beans-lost": lambda shop: len(
        _of(_year(shop, 2025), category="Coffee Beans") - _of(_year(shop, 2026), category="Coffee Beans")
    ),
    "what-else": lambda shop: Among(top(4, bought_with(shop, "product", PRODUCT == "Stollen"))),
    "products-per-order": _different_products,
    "refund-funnel": _with_refund,
}
