"""What the questions of bakery_events come to, by polars on the source files."""

from evals.oracle import Oracle

EXPECTED: dict[str, Oracle] = {
    "a-new-oven/2": lambda shop: shop.between("2026-05-04", "2026-11-20").where(category="Bread").figures("net_sales"),
    "a-new-oven/3": lambda shop: shop.between("2026-04-20", "2026-05-03").figures("orders"),
    "a-closed-branch/2": lambda shop: shop.between("2026-08-03", "2026-08-14").figures("net_sales"),
    "a-closed-branch/3": lambda shop: shop.between("2026-08-15", "2026-08-21").figures("net_sales"),
}
