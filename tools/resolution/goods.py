"""All of a tenant's goods as groups that are one each, and the products that are one by them. Pure, and fit for a process of
its own: what goes in and comes out can be pickled.

A good is what is bought: a variant, or a product without any. Products are one where they share a good. A shop's product
with variants and the items that the books hold of each of them are one product; otherwise no two of one source are, unless
they are one good that was entered twice, one of them was deleted there or the owner says so.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tools.resolution.goods_evidence import ENOUGH, POSSIBLE, GoodsEvidence, GoodsWeigher
from tools.resolution.goods_features import Brands, Good, GoodFeatures, features_of_good, reworded
from tools.resolution.joining import LARGEST_BLOCK, Decisions, Groups, never, pairs_within

_MARGIN: Final = 3.0
"""Bits by which a good that fits two who are certainly two must fit the better one better."""


@dataclass(frozen=True, slots=True)
class WeighedGoods:
    """Two products, by the two of their goods that are the most alike."""

    left_id: str
    right_id: str
    accepted: bool
    bits: float
    evidence: dict[str, float]


@dataclass(frozen=True, slots=True)
class GoodsFound:
    goods: list[list[str]]
    """Ids of goods that are one, two or more each."""
    products: list[list[str]]
    """Ids of products that are one, two or more each."""
    pairs: list[WeighedGoods]


@dataclass(frozen=True, slots=True)
class _Product:
    """A product with its goods, as it is put together with others."""

    id: str
    key: str
    source: str
    is_gone: bool
    has_several: bool


def find_goods(goods: Sequence[Good], decisions: Decisions) -> GoodsFound:
    """Groups among `goods`. `decisions` are by the keys of products."""
    brands = Brands(goods)
    features = [features_of_good(one, brands) for one in goods]
    weigher = GoodsWeigher(features)
    if wording := weigher.learnt(_of_one_code(features)):
        features = [reworded(one, wording.of(one.words)) for one in features]
        weigher = GoodsWeigher(features)
    found = (weigher.weigh(left, right) for left, right in _candidates(features))
    weighed = sorted(
        (one for one in found if one is not None and one.bits >= POSSIBLE),
        key=lambda one: (-one.bits, one.left.id, one.right.id),
    )
    certain, possible = _grouped(weighed, decisions, weigher)
    products = _products(goods)
    one_goods = _one_goods(certain)
    together, joined = _together(products, certain, decisions, _by_product(one_goods))
    return GoodsFound(
        [[one.id for one in members] for members in one_goods],
        [[one.id for one in members] for members in together],
        _pairs(certain, possible, joined),
    )


def _candidates(features: Sequence[GoodFeatures]) -> Iterable[tuple[GoodFeatures, GoodFeatures]]:
    return _sharing(features, lambda one: one.keys.values())


def _of_one_code(features: Sequence[GoodFeatures]) -> Iterable[tuple[GoodFeatures, GoodFeatures]]:
    """Goods that share a barcode or an SKU."""
    return _sharing(features, lambda one: [one.keys[kind] for kind in ("gtin", "sku") if kind in one.keys])


def _sharing(
    features: Sequence[GoodFeatures], keys: Callable[[GoodFeatures], Iterable[tuple[str, ...]]]
) -> Iterable[tuple[GoodFeatures, GoodFeatures]]:
    """Goods of two products that have one of these in common, where that is not too many."""
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(features):
        for key in keys(one):
            blocks[key].append(place)
    shared = (places for places in blocks.values() if 1 < len(places) <= LARGEST_BLOCK)
    for one, two in pairs_within(shared, len(features)):
        if features[one].good.product_id != features[two].good.product_id:
            yield features[one], features[two]


def _grouped(
    weighed: Sequence[GoodsEvidence], decisions: Decisions, weigher: GoodsWeigher
) -> tuple[list[GoodsEvidence], list[GoodsEvidence]]:
    """What was taken for one, the strongest first, and what an owner may decide."""
    groups = Groups[GoodFeatures](decisions, weigher.groups_contradict)
    torn = _torn(weighed, weigher.contradict)
    certain: list[GoodsEvidence] = []
    possible: list[GoodsEvidence] = []
    for one in weighed:
        if groups.are_one(one.left, one.right):
            certain.append(one)
        elif groups.said_apart(one.left, one.right):
            continue
        elif (
            one.bits + _doubt(groups, one, weigher) >= ENOUGH
            and (one.left.id, one.right.id) not in torn
            and not groups.contradict(one.left, one.right)
        ):
            groups.join(one.left, one.right)
            certain.append(one)
        else:
            possible.append(one)
    return certain, possible


def _doubt(groups: Groups[GoodFeatures], pair: GoodsEvidence, weigher: GoodsWeigher) -> float:
    """Bits that speak against two groups' being one beyond what does against the pair that would join them."""
    ours, theirs = (groups.members(one) for one in (pair.left, pair.right))
    if pair.bits < ENOUGH or len(ours) == len(theirs) == 1:
        return 0.0
    return weigher.doubt(ours, theirs) - min(dict(pair.parts)["sku"], 0.0)


def _torn(
    weighed: Sequence[GoodsEvidence], contradict: Callable[[GoodFeatures, GoodFeatures], bool]
) -> set[tuple[str, str]]:
    """Pairs of a good that says too little of itself ("Mug") and fits two that are certainly two about as well."""
    fits: dict[str, list[tuple[GoodsEvidence, GoodFeatures]]] = defaultdict(list)
    for one in weighed:
        if one.bits >= ENOUGH:
            fits[one.left.id].append((one, one.right))
            fits[one.right.id].append((one, one.left))
    torn: set[tuple[str, str]] = set()
    for ones in fits.values():
        for at, (one, there) in enumerate(ones):
            for two, other in ones[at + 1 :]:
                if abs(one.bits - two.bits) < _MARGIN and contradict(there, other):
                    torn |= {(e.left.id, e.right.id) for e in (one, two) if e.says_little}
    return torn


def _one_goods(certain: Iterable[GoodsEvidence]) -> list[list[GoodFeatures]]:
    groups = Groups[GoodFeatures]({}, never)
    for one in certain:
        groups.join(one.left, one.right)
    return groups.all()


def _by_product(goods: Iterable[Sequence[GoodFeatures]]) -> dict[str, int]:
    """Product → the place of a group of goods that has one of its."""
    return {one.good.product_id: at for at, members in enumerate(goods) for one in members}


# ── products ─────────────────────────────────────────────────────────────────────────────────────────────────


def _products(goods: Iterable[Good]) -> dict[str, _Product]:
    found: dict[str, _Product] = {}
    variants: Counter[str] = Counter()
    for one in goods:
        variants[one.product_id] += one.id != one.product_id
        has_several = variants[one.product_id] > 1
        found[one.product_id] = _Product(one.product_id, one.key, one.source, one.is_gone, has_several)
    return found


def _together(
    products: Mapping[str, _Product],
    certain: Iterable[GoodsEvidence],
    decisions: Decisions,
    good_of: Mapping[str, int],
) -> tuple[list[list[_Product]], set[frozenset[str]]]:
    """Products that are one, and the pairs by which they are."""
    groups = Groups[_Product](decisions, never)
    groups.join_as_said(products.values(), decisions)
    vouched = {key for pair, same in decisions.items() if same for key in pair}
    joined: set[frozenset[str]] = set()
    for one in certain:
        left, right = products[one.left.good.product_id], products[one.right.good.product_id]
        pair = frozenset((left.id, right.id))
        if groups.are_one(left, right):
            joined.add(pair)
        elif not groups.said_apart(left, right) and _fit(
            [one for one in (*groups.members(left), *groups.members(right)) if one.key not in vouched], good_of
        ):
            groups.join(left, right)
            joined.add(pair)
    return groups.all(), joined


def _fit(members: Iterable[_Product], good_of: Mapping[str, int]) -> bool:
    """Whether products of one source, if there are any among these, are the variants of another source's product, or one good
    each and the same. Files, which have no source, may name one twice."""
    sources: dict[str, list[_Product]] = defaultdict(list)
    for one in members:
        if one.source and not one.is_gone:
            sources[one.source].append(one)
    with_variants = {source for source, own in sources.items() if any(one.has_several for one in own)}
    return all(
        len(own) == 1
        or (
            not any(one.has_several for one in own)
            and (bool(with_variants - {source}) or len({good_of[one.id] for one in own}) == 1)
        )
        for source, own in sources.items()
    )


def _pairs(
    certain: Iterable[GoodsEvidence],
    possible: Iterable[GoodsEvidence],
    joined: set[frozenset[str]],
) -> list[WeighedGoods]:
    """What is kept of the evidence: of each two products the strongest."""
    found: dict[frozenset[str], WeighedGoods] = {}
    for one in (*certain, *possible):
        ids = frozenset((one.left.good.product_id, one.right.good.product_id))
        if ids not in found:
            left, right = sorted(ids)
            parts = {name: round(bits, 1) for name, bits in one.parts if name != "prior"}
            found[ids] = WeighedGoods(left, right, ids in joined, round(one.bits, 2), parts)
    return list(found.values())
