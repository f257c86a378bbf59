"""What a change is made of, by published arithmetic over polars frames: floats, and no rounding but theirs."""

from collections.abc import Mapping, Sequence
from math import log, prod

import polars as pl

from evals.oracle import Shop

ENOUGH, WORTH_NAMING = 0.67, 0.1
"""T_EP and T_EEP of Adtributor."""
CANCELLING = 0.25
"""The change of the whole as a part of all rises and falls, below which they cancel out."""


def by_members(now: Shop, before: Shop, key: str, figure: str = "net_sales") -> pl.DataFrame:
    """Of each member of a key: a sum's value before and after, and the change; the greatest in the direction of the whole
    first. Members that are nothing in both are left out."""
    joined = _sides(now, before, key, figure).with_columns(change=pl.col("after") - pl.col("before"))
    falling = joined["change"].sum() < 0
    wanted = joined.filter((pl.col("before") != 0) | (pl.col("after") != 0))
    return wanted.sort("change", descending=not falling)


def by_members_of_ratio(now: Shop, before: Shop, key: str, above: str, below: str) -> pl.DataFrame:
    """The change of a ratio R = ΣN ÷ ΣD by members, each with its ratio r before and after and its weight s = d ÷ ΣD:
    s̄ · Δr, what its own ratio did, and (r̄ − R̄) · Δs, what its weight did, bars being means of before and after. A member
    of one period alone has no change of its own ratio: all of it is weight."""
    numerators, denominators = _sides(now, before, key, above), _sides(now, before, key, below)
    rows = numerators.join(denominators, on=key, suffix="_below", nulls_equal=True)
    whole = {side: (float(rows[side].sum()), float(rows[f"{side}_below"].sum())) for side in ("before", "after")}
    mean = sum(numerator / denominator for numerator, denominator in whole.values()) / 2
    found: list[dict[str, object]] = []
    for row in rows.to_dicts():
        below_of = {side: row[f"{side}_below"] for side in whole}
        if not any((row["before"], row["after"], *below_of.values())):
            continue
        ratio = {side: row[side] / below_of[side] if below_of[side] else None for side in whole}
        weight = {side: below_of[side] / whole[side][1] for side in whole}
        point = {side: row[side] / whole[side][1] for side in whole}
        old, new = ratio["before"], ratio["after"]
        rate = 0.0 if old is None or new is None else (weight["before"] + weight["after"]) / 2 * (new - old)
        total = point["after"] - point["before"] - mean * (weight["after"] - weight["before"])
        found.append({key: row[key], "before": old, "after": new, "rate": rate, "mix": total - rate, "change": total})
    return pl.DataFrame(found)


def effects(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """What each factor of a product adds to the change of the product: L(V₁, V₀) · ln(x₁ ÷ x₀) with the logarithmic mean L
    (LMDI-I, additive; B. W. Ang, Energy Policy 33, 2005)."""
    was, now = prod(before.values()), prod(after.values())
    mean = was if was == now else (now - was) / log(now / was)
    return {name: mean * log(after[name] / before[name]) for name in before}


def sales_factors(shop: Shop) -> dict[str, float]:
    """Sales after discounts as a product: customers × orders of each × units in an order × price of a unit."""
    row = shop.figures("customers", "orders", "units", "average_price").row(0, named=True)
    return {
        "Active customers": row["customers"],
        "Orders per customer": row["orders"] / row["customers"],
        "Units per order": row["units"] / row["orders"],
        "Average selling price": row["average_price"],
    }


def sales_drivers(now: Shop, before: Shop) -> pl.DataFrame:
    """Of each factor of net sales: what it was, what it is, and its effect. Refunds are taken away as they are."""
    old, new = sales_factors(before), sales_factors(now)
    rows = [(name, old[name], new[name], effect) for name, effect in effects(old, new).items()]
    refunds = [side.figures("refunds").item() for side in (before, now)]
    if any(refunds):
        rows.append(("Refunds", *refunds, refunds[0] - refunds[1]))
    return drivers(rows)


def factor_drivers(old: Mapping[str, float], new: Mapping[str, float]) -> pl.DataFrame:
    """Of each factor of a product: what it was, what it is, and its effect."""
    return drivers([(name, old[name], new[name], effect) for name, effect in effects(old, new).items()])


def drivers(rows: Sequence[tuple[str, float, float, float]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["driver", "before", "after", "effect"], orient="row")


def explaining(now: Shop, before: Shop, keys: Sequence[str], figure: str = "net_sales") -> pl.DataFrame:
    """The rows of by_members that explain the change of a sum, of that key which explains it with the greatest surprise
    (R. Bhagwan et al., "Adtributor", NSDI 2014); a key most of whose rises and falls cancel out is passed over. Raises ValueError where no key's few members make up two thirds."""
    frames = {key: by_members(now, before, key, figure) for key in keys}
    candidates = [_candidates(rows, key) for key, rows in frames.items() if _direction(rows) >= CANCELLING]
    enough = [(surprise, rows) for surprise, rows, power in candidates if power > ENOUGH]
    if not enough:
        raise ValueError("no key explains the change: the answer names what it likes")
    return max(enough, key=lambda one: one[0])[1]


def _candidates(rows: pl.DataFrame, key: str) -> tuple[float, pl.DataFrame, float]:
    total = rows["change"].sum()
    weighed = rows.with_columns(
        pl.col("before", "after").clip(lower_bound=0) / pl.col("before", "after").clip(lower_bound=0).sum()
    )
    terms = [_term(row["before"], row["after"]) for row in weighed.to_dicts()]
    ranked = rows.with_columns(surprise=pl.Series(terms)).sort("surprise", descending=True)
    taken: list[str] = []
    power = surprise = 0.0
    for row in ranked.to_dicts():
        if row[key] is not None and row["change"] / total >= WORTH_NAMING:
            taken.append(row[key])
            power += row["change"] / total
            surprise += row["surprise"]
        if power > ENOUGH:
            break
    return surprise, rows.filter(pl.col(key).is_in(taken)), power


def _direction(rows: pl.DataFrame) -> float:
    return abs(float(rows["change"].sum())) / float(rows["change"].abs().sum())


def _term(before: float, after: float) -> float:
    """A member's term of the Jensen-Shannon divergence of the weights before and after."""
    middle = (before + after) / 2
    return sum(weight * log(weight / middle) for weight in (before, after) if weight > 0) / 2


def _sides(now: Shop, before: Shop, key: str, figure: str) -> pl.DataFrame:
    after = now.figures(figure, by=key).rename({figure: "after"})
    joined = (
        before.figures(figure, by=key)
        .rename({figure: "before"})
        .join(after, on=key, how="full", coalesce=True, nulls_equal=True)
    )
    return joined.with_columns(pl.col("before", "after").cast(pl.Float64).fill_null(0.0))
