"""What a price, another SKU and a missing brand say of two goods with one title, as a tenant's own goods show. Pure.

Goods with one title that name one brand are one; those that name two are two, of the very kind that is hard to tell apart.
How often either have the same price or another SKU is Fellegi and Sunter's m and u, without a label.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from itertools import combinations
from math import log2
from typing import Final, Literal

from tools.resolution.goods_features import Good, GoodFeatures

PriceLevel = Literal["same", "near", "other", "far", "currency", "unknown"]

PRICE_BITS: Final[dict[PriceLevel, float]] = {
    "same": 3.0, "near": 1.0, "other": 0.0, "far": -4.0, "currency": -1.5, "unknown": 0.0,
}  # fmt: skip
"""Where nothing was learnt."""
SKU_OTHER: Final = -1.0
_NEAR: Final = 1.25
_FAR: Final = 1.5
_LARGEST_NAME: Final = 60
"""Goods with one title beyond which it is no name ("Mug")."""
_AS_MUCH: Final = 50
"""Pairs of goods from which what they show counts as much as what is known of goods in general."""
_MOST: Final = 6.0
_SURE: Final = 32.0
"""Odds of a title alone where nothing was learnt."""
_ALLOWANCE: Final = 3.6
"""Bits of those odds that a title is not worth less for: a title that fits goods of two brands is neither's in any case."""


class Habits:
    """`price`: bits by level; `sku_other`: bits of two SKUs that could be one, `number_other` where either is a plain number;
    `brand_left_out`: of a brand that one or both do not name. All but the first are 0 and below."""

    def __init__(self, features: Iterable[GoodFeatures]) -> None:
        named: dict[Hashable, list[GoodFeatures]] = defaultdict(list)
        for one in features:
            if one.brand and not one.good.is_whole:
                named[one.named].append(one)
        prices: dict[bool, Counter[PriceLevel]] = {True: Counter(), False: Counter()}
        two_skus: Counter[bool] = Counter()
        two_numbers: Counter[bool] = Counter()
        right = wrong = 0
        for goods in named.values():
            if len(goods) > _LARGEST_NAME:
                continue
            for one, two in combinations(goods, 2):
                if one.good.source == two.good.source or _bear_one(one, two):
                    continue
                same = one.brand == two.brand
                prices[same][price_level(one.good, two.good)] += 1
                if have_two_skus(one, two):
                    (two_numbers if one.is_plain_sku or two.is_plain_sku else two_skus)[same] += 1
            for one in goods:
                brands = {two.brand for two in goods if two.good.source != one.good.source}
                if len(brands) == 1:
                    right += one.brand in brands
                    wrong += one.brand not in brands
        ones, twos = prices[True].total(), prices[False].total()
        self.price: dict[PriceLevel, float] = {
            level: _learnt(bits, prices[True][level], ones, prices[False][level], twos)
            for level, bits in PRICE_BITS.items()
        }
        self.sku_other = min(_learnt(SKU_OTHER, two_skus[True], ones, two_skus[False], twos), 0.0)
        self.number_other = min(_learnt(0.0, two_numbers[True], ones, two_numbers[False], twos), 0.0)
        self.brand_left_out = min(log2((right + _SURE) / (wrong + 1)) - _ALLOWANCE, 0.0)


def _learnt(default: float, same: int, ones: int, other: int, twos: int) -> float:
    """log2(m ÷ u): `same` of `ones` pairs that are one show it, `other` of `twos` that are two; the nearer the default the
    fewer there are."""
    count = min(ones, twos)
    share = count / (count + _AS_MUCH)
    bits = log2((same + 1) / (ones + 2)) - log2((other + 1) / (twos + 2))
    return default * (1 - share) + max(-_MOST, min(_MOST, bits)) * share


def price_level(one: Good, two: Good) -> PriceLevel:
    if not one.price_micros or not two.price_micros:
        return "unknown"
    if one.currency != two.currency:
        return "currency" if one.currency and two.currency else "unknown"
    small, large = sorted((one.price_micros, two.price_micros))
    if small == large:
        return "same"
    ratio = large / small if small > 0 else _FAR
    return "near" if ratio <= _NEAR else "far" if ratio >= _FAR else "other"


def have_two_skus(left: GoodFeatures, right: GoodFeatures) -> bool:
    """Whether two SKUs are none of which the one could be the other with something more: a line's and one of its goods', or
    a number with a source's own word before it."""
    if not left.sku or not right.sku:
        return False
    short, long = sorted((left.sku, right.sku), key=len)
    return not long.startswith(short) and not long.endswith(short)


def _bear_one(left: GoodFeatures, right: GoodFeatures) -> bool:
    return bool((left.gtin and left.gtin == right.gtin) or (left.sku and left.sku == right.sku))
