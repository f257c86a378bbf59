"""What the questions of bikes_whys come to, by polars on the source files."""

import polars as pl

from evals.changes import by_members, by_members_of_ratio, explaining, factor_drivers, sales_drivers, sales_factors
from evals.oracle import AddsUp, Among, Oracle, Shop, versus

KEYS = ("category", "product", "country", "channel", "segment", "customer_name")
Sides = tuple[Shop, Shop]


def _months(shop: Shop, month: str, before: str) -> Sides:
    return _month(shop, month), _month(shop, before)


def _month(shop: Shop, month: str) -> Shop:
    """A month by its name, 2026-03."""
    first = pl.Series([f"{month}-01"]).str.to_date()
    return shop.between(f"{month}-01", first.dt.month_end()[0].isoformat())


def _years(shop: Shop) -> Sides:
    return shop.between("2025-01-01", "2025-12-31"), shop.between("2024-01-01", "2024-12-31")


def _quarters(shop: Shop, now: tuple[str, str], before: tuple[str, str]) -> Sides:
    return shop.between(*now), shop.between(*before)


def _q3(shop: Shop) -> Sides:
    return _quarters(shop, ("2026-07-01", "2026-09-30"), ("2026-04-01", "2026-06-30"))


def _q2(shop: Shop) -> Sides:
    return _quarters(shop, ("2026-04-01", "2026-06-30"), ("2026-01-01", "2026-03-31"))


def _change(sides: Sides, figure: str = "net_sales") -> AddsUp:
    now, before = (side.figures(figure).item() for side in sides)
    return AddsUp(now - before)


def _sales(sides: Sides) -> tuple[AddsUp, Among, pl.DataFrame]:
    return _change(sides), Among(explaining(*sides, KEYS)), sales_drivers(*sides)


def _order_drivers(sides: Sides) -> pl.DataFrame:
    after, before = (sales_factors(side) for side in sides)
    names = ("Active customers", "Orders per customer")
    return factor_drivers({name: before[name] for name in names}, {name: after[name] for name in names})


def _basket(sides: Sides) -> tuple[pl.DataFrame, pl.DataFrame]:
    after, before = (sales_factors(side) for side in sides)
    names = ("Units per order", "Average selling price")
    factors = factor_drivers({name: before[name] for name in names}, {name: after[name] for name in names})
    return by_members_of_ratio(*_sold_sides(sides), "channel", "net_sales", "orders"), factors


def _sold_sides(sides: Sides) -> Sides:
    """Without refunds: averages are taken before them."""
    now, before = (Shop(**{**vars(side), "refunds": side.refunds.clear()}) for side in sides)
    return now, before


def _costed(shop: Shop) -> Shop:
    return shop.where(pl.col("cost").is_not_null())


def _margin(sides: Sides) -> pl.DataFrame:
    now, before = (_costed(side) for side in sides)
    return by_members_of_ratio(now, before, "category", "profit", "net_sales")


def _refund_rate(sides: Sides) -> pl.DataFrame:
    """Refunds ÷ sales after discounts, per channel."""
    now, before = (_with_rate_parts(side) for side in sides)
    rows = now.join(before, on="channel", how="full", coalesce=True, suffix="_before").fill_null(0.0).to_dicts()
    sold = [sum(row[f"sold{side}"] for row in rows) for side in ("_before", "")]
    mean = sum(sum(row[f"refunds{side}"] for row in rows) / whole for side, whole in zip(("_before", ""), sold)) / 2  # noqa: B905 — sides and wholes are two each
    found = []
    for row in rows:
        old, new = row["refunds_before"] / row["sold_before"], row["refunds"] / row["sold"]
        weights = row["sold_before"] / sold[0], row["sold"] / sold[1]
        rate = sum(weights) / 2 * (new - old)
        mix = ((old + new) / 2 - mean) * (weights[1] - weights[0])
        found.append({"channel": row["channel"], "before": old, "after": new, "rate": rate, "mix": mix})
    return pl.DataFrame(found).with_columns(change=pl.col("rate") + pl.col("mix"))


def _with_rate_parts(shop: Shop) -> pl.DataFrame:
    return shop.figures("refunds", "net_sales", by="channel").select(
        "channel", "refunds", sold=pl.col("net_sales") + pl.col("refunds")
    )


def _discounts(sides: Sides) -> pl.DataFrame:
    after, before = (side.figures("gross_sales", "discount_rate").row(0, named=True) for side in sides)
    names = {"gross_sales": "Gross sales", "discount_rate": "Discount rate"}
    return factor_drivers(
        {label: before[name] for name, label in names.items()}, {label: after[name] for name, label in names.items()}
    )


EXPECTED: dict[str, Oracle] = {
    "january": lambda shop: _sales(_months(shop, "2026-01", "2025-12")),
    "august": lambda shop: _sales(_months(shop, "2026-08", "2026-07")),
    "august/2": lambda shop: by_members(*_months(shop, "2026-08", "2026-07"), "channel"),
    "october-categories": lambda shop: (
        by_members(*_months(shop, "2026-10", "2026-09"), "category"),
        sales_drivers(*_months(shop, "2026-10", "2026-09")),
    ),
    "september-up": lambda shop: by_members(*_months(shop, "2026-09", "2026-08"), "category"),
    "products-made-it": lambda shop: (
        Among(by_members(*_months(shop, "2026-10", "2026-09"), "product").head(5)),
        _change(_months(shop, "2026-10", "2026-09")),
    ),
    "customers-made-it": lambda shop: (
        Among(by_members(*_years(shop), "customer_name").drop_nulls("customer_name").head(5)),
        _change(_years(shop)),
    ),
    "profit-year": lambda shop: by_members(*_years(shop), "category", "profit"),
    "orders-down": lambda shop: _order_drivers(_months(shop, "2026-08", "2026-07")),
    "basket-up": lambda shop: _basket(_months(shop, "2026-10", "2026-09")),
    "margin-down": lambda shop: _margin(_q3(shop)),
    "refund-rate": lambda shop: _refund_rate(_months(shop, "2026-10", "2026-09")),
    "units": lambda shop: by_members(*_months(shop, "2025-12", "2024-12"), "category", "units"),
    "lyon": lambda shop: by_members(*_years(shop.where(city="Lyon")), "category"),
    "discounts": lambda shop: (_discounts(_q2(shop)), _change(_q2(shop), "discounts")),
    "why-was-that": lambda shop: versus(
        _month(shop, "2026-05").figures("net_sales"), _month(shop, "2026-04").figures("net_sales")
    ),
    "why-was-that/2": lambda shop: _sales(_months(shop, "2026-05", "2026-04")),
}
