"""How much speaks for two goods being one, in bits, as for people (see evidence.py: Fellegi and Sunter, 1969). Pure.

What a title says weighs by how rare its words are. What tells siblings of a line apart (an amount, a pack, a size, a colour,
a number in the name) contradicts wherever both tell it and it is not the same, and so does another barcode.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations, takewhile
from math import log2
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from tools.resolution.goods_features import (
    LARGE,
    LEFT,
    GoodFeatures,
    are_one_item,
    is_common_word,
    is_inhouse,
    sku_parts,
)
from tools.resolution.goods_habits import Habits, have_two_skus, price_level
from tools.resolution.goods_wording import Alternatives, Lessons, Wording, forms_without_a_word

ENOUGH: Final = 5.0
"""Bits from which two goods are one: odds of 32 to 1."""
POSSIBLE: Final = 0.0
"""Bits from which an owner may want to decide."""
_GTIN_SAME: Final = 9.0
_SKU_SAME: Final = 5.0
_SKU_WITHIN: Final = 3.0
_PLAIN_SKU_SAME: Final = 1.0
_PLAIN_SHARE: Final = 0.5
"""Share of its rarity that counts of a plain number: sources may count from the same one on."""
_NAMED_ALIKE: Final = -3.0
"""Bits for each doubling of the goods of one source that bear the name: it is a kind's, and others have one of it too."""
_ONLY_TITLE: Final = -2.5
"""Two goods that have neither brand nor SKU in common: others may well be called so."""
_BRAND_SAME: Final = 1.5
_AMOUNT_SAME: Final = 1.0
_OF_ONE_FILE: Final = -2.0
_BOTH_LEFT_OUT: Final = -7.0
_FEWEST_IN_A_LINE: Final = 2
_MOST_OF_A_LINE: Final = 20
_FEWEST_OF_A_GOOD: Final = 3
"""Letters that the SKU of one good has more than its line's."""
_WHOLE_TITLE: Final = 6.5
_ONLY_ALIKE: Final = 0.5
"""Share of a word's rarity that counts where it is only nearly the same: mistyped, cut short."""
_TITLE_ALONE: Final = 6.5
_WORD_LEFT_OUT: Final = -4.3
_LEFT_OUT_OF_ONE_CODE: Final = -2.2
"""What a word that only one title has says where a code says that the two are one."""
_OTHER_WORDS: Final = -2.0
_NUMBER_LEFT_OUT: Final = -6.0
_AMOUNT_LEFT_OUT: Final = -3.5
_LEFT_OUT: Final = {"pack": -6.0, "state": -12.0, "bundle": -12.0}
"""Who sells something used says so: what is not said to be used is new."""
_TOLERANCE: Final = 0.02
"""Of an amount: 16 oz are 454 g on many a label."""
_LONG: Final = 4
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_VOWELS: Final = frozenset("aeiou")
_PLURALS: Final = frozenset(["s", "es", "n", "en", "e", "er"])
_SHORTEST_MISTYPED: Final = 3
_MISTYPED_AT_MOST: Final = 2
"""Goods that bear a word from which it is none that somebody mistyped."""


@dataclass(frozen=True, slots=True)
class GoodsEvidence:
    """What speaks for and against one pair. `says_little`: one of them leaves out what would tell it from its siblings."""

    left: GoodFeatures
    right: GoodFeatures
    bits: float
    says_little: bool
    parts: tuple[tuple[str, float], ...]


class GoodsWeigher:
    """Knows how rare each word and number is among a tenant's goods."""

    def __init__(self, features: Iterable[GoodFeatures]) -> None:
        self._words: Counter[str] = Counter()
        self._held: Counter[tuple[str, str]] = Counter()
        self._bearing: dict[Hashable, dict[str, set[tuple[str, str, str, int | None]]]] = defaultdict(
            lambda: defaultdict(set)
        )
        self._lines: dict[Hashable, dict[str, set[Hashable]]] = defaultdict(lambda: defaultdict(set))
        held: dict[tuple[str, str, str], list[GoodFeatures]] = defaultdict(list)
        records = 0
        listed = list(features)
        self._alternatives = Alternatives(listed)
        for one in listed:
            records += 1
            self._words.update(one.words)
            self._held.update((kind, value) for kind, value in (("gtin", one.gtin), ("sku", one.sku)) if value)
            if not one.good.is_gone and not one.good.is_whole:
                told = (one.brand, one.gtin, one.sku, one.good.price_micros)
                self._bearing[one.named][one.good.source].add(told)
                for kind, value in (("gtin", one.gtin), ("sku", one.sku)):
                    held[kind, one.good.source, value].append(one)
            for _, form in forms_without_a_word(one):
                self._lines[form][one.brand].add(one.named)
        self._all = log2(max(records, 2))
        self._shared = {value for (_, _, value), those in held.items() if value and self._are_several(those)}
        """Barcodes and SKUs that one source gives to goods that are told apart: a line's."""
        self._line_skus = self._of_lines(listed)
        self._habits = Habits(listed)

    def _are_several(self, goods: Sequence[GoodFeatures]) -> bool:
        """Whether any two of these are called otherwise, each by a word or amount of its own: what only one of them leaves out
        was left out when it was entered anew."""
        for one, two in combinations(goods[:_MOST_OF_A_LINE], 2):
            if one.named != two.named and (self._are_siblings(one, two) or all(self._left_over(one, two))):
                return True
        return False

    def _of_lines(self, goods: Iterable[GoodFeatures]) -> set[str]:
        """SKUs that are a line's: others begin so and are of goods that are told apart, or nothing but letters is before what
        they add."""
        bearing: dict[str, list[GoodFeatures]] = defaultdict(list)
        for one in goods:
            if one.sku:
                bearing[one.sku].append(one)
        skus = sorted(bearing)
        found: set[str] = set()
        for at, sku in enumerate(skus):
            following = skus[at + 1 : at + _MOST_OF_A_LINE]
            longer = list(takewhile(lambda other, sku=sku: other.startswith(sku), following))
            if not any(len(other) - len(sku) >= _FEWEST_OF_A_GOOD for other in longer):
                continue
            of_line = [one for other in (sku, *longer) for one in bearing[other]][:_MOST_OF_A_LINE]
            if sku.isalpha() or any(self._are_siblings(one, two) for one, two in combinations(of_line, 2)):
                found.add(sku)
        return found

    def _are_siblings(self, one: GoodFeatures, two: GoodFeatures) -> bool:
        ours, theirs = _amounts(one, two), _amounts(two, one)
        if any(not _fits(values, theirs[kind]) for kind, values in ours.items() if kind in theirs):
            return True
        return self._alternatives.tell_apart(one.words - two.words, two.words - one.words)

    def _rarity(self, times: int) -> float:
        """log2(1 ÷ share of goods that hold it); the two that are compared hold it in any case."""
        return self._all - log2(max(times, 2) / 2)

    def _is_of_a_line(self, one: GoodFeatures) -> bool:
        """Whether several goods are called the same with something more: what is left out would tell which this is."""
        if one.good.is_whole:
            return False
        found = self._lines.get(one.named)
        if found is None:
            return False
        fuller = {
            named
            for brand, those in found.items()
            if not brand or not one.brand or brand == one.brand
            for named in those
        }
        return len(fuller) >= _FEWEST_IN_A_LINE

    def _named_alike(self, left: GoodFeatures, right: GoodFeatures) -> int:
        """How many goods of any one source bear the name of either: what is the same in all that is told was entered twice."""
        counts = [len(told) for one in (left, right) for told in self._bearing.get(one.named, {}).values()]
        return max(counts, default=1)

    def weigh(self, left: GoodFeatures, right: GoodFeatures) -> GoodsEvidence | None:
        """None where the two are certainly two."""
        if self._are_told_apart(left, right):
            return None
        bear_one = self._bear_one_code(left, right)
        title, found, mine, theirs = self._title(left, right, _LEFT_OUT_OF_ONE_CODE if bear_one else _WORD_LEFT_OUT)
        if mine and theirs and not (bear_one and self._is_reworded(left, right, mine, theirs)):
            return None
        if bear_one:
            title = max(title, _OTHER_WORDS)
        missing = _amounts_left_out(left, right)
        if bear_one:
            missing = [max(sum(missing), _AMOUNT_LEFT_OUT)] if missing else []
        same = len(_amounts(left, right).keys() & _amounts(right, left).keys())
        code, sku = self._gtin(left, right), self._sku(left, right)
        if not left.words or not right.words:
            title, missing = 0.0, []
        price = price_level(left.good, right.good)
        if code <= 0 and sku <= 0 and price != "same" and not (left.brand and right.brand):
            title += _NAMED_ALIKE * log2(self._named_alike(left, right))
        if code <= 0 and sku < _SKU_SAME and self._is_of_a_line(left) and self._is_of_a_line(right):
            missing.append(_BOTH_LEFT_OUT)
        again = _OF_ONE_FILE if left.good.source == right.good.source else 0.0
        parts = (
            ("prior", -self._all), ("source", again), ("gtin", code), ("sku", sku), ("title", title), ("brand", self._brand(left, right)),
            ("price", self._habits.price[price]), ("variant", sum(missing) + _AMOUNT_SAME * same),
        )  # fmt: skip
        is_named = found and (code > 0 or sku > _SKU_SAME)
        says_little = not is_named and (bool(mine or theirs or missing) or not (left.brand and right.brand))
        return GoodsEvidence(left, right, sum(weight for _, weight in parts), says_little, parts)

    def _bear_one_code(self, left: GoodFeatures, right: GoodFeatures) -> bool:
        """Whether two goods have a barcode or SKU in common that is theirs alone."""
        if left.gtin and left.gtin == right.gtin and not is_inhouse(left.gtin):
            return left.gtin not in self._shared
        if not left.sku or not right.sku or left.is_plain_sku or right.is_plain_sku:
            return False
        if {left.sku, right.sku} & (self._shared | self._line_skus):
            return False
        return left.sku == right.sku

    def learnt(self, pairs: Iterable[tuple[GoodFeatures, GoodFeatures]]) -> Wording:
        """What goods of one code, which `pairs` are to be of, are called by different sources."""
        lessons = Lessons(self._alternatives)
        for left, right in pairs:
            if self._bear_one_code(left, right) and not self._are_told_apart(left, right):
                mine, theirs = self._left_over(left, right)
                code = left.gtin if left.gtin and left.gtin == right.gtin else left.sku
                lessons.add(code, left.words, right.words, frozenset(mine), frozenset(theirs))
        return lessons.learnt()

    def contradict(self, left: GoodFeatures, right: GoodFeatures) -> bool:
        """Whether two goods are certainly two by what they say of themselves."""
        return self._are_told_apart(left, right) or self._are_called_otherwise(left, right)

    def doubt(self, ours: Iterable[GoodFeatures], theirs: Sequence[GoodFeatures]) -> float:
        """What speaks against two groups' being one, in bits of 0 and below: the worst of their SKUs. Nothing where any two of
        them have a barcode or SKU in common."""
        worst = 0.0
        for one in ours:
            for two in theirs:
                if self._bear_one_code(one, two):
                    return 0.0
                worst = min(worst, self._sku(one, two))
        return worst

    def groups_contradict(self, ours: Sequence[GoodFeatures], theirs: Sequence[GoodFeatures]) -> bool:
        """Whether that is so of any two of two groups."""
        return any(self.contradict(one, two) for one in ours for two in theirs)

    def _are_told_apart(self, left: GoodFeatures, right: GoodFeatures) -> bool:
        is_told_once = _are_of_one_system(left, right) and not left.good.is_gone and not right.good.is_gone
        return _are_two_whatever_called(left, right) or (is_told_once and not self._are_listed_twice(left, right))

    def _are_listed_twice(self, left: GoodFeatures, right: GoodFeatures) -> bool:
        """Whether two goods of one system are called the same, or bear one number and are called so but for a word that one
        leaves out, and nothing that both tell is another: somebody entered one anew."""
        if left.good.is_whole or right.good.is_whole or left.amounts != right.amounts:
            return False
        mine, theirs = self._left_over(left, right)
        bear_one = _bear_one_number(left, right)
        if (mine or theirs) and (not bear_one or (mine and theirs)):
            return False
        told = ((left.gtin, right.gtin), (left.sku, right.sku), (left.brand, right.brand))
        return all(not one or not two or one == two for one, two in told)

    def _are_called_otherwise(self, left: GoodFeatures, right: GoodFeatures) -> bool:
        mine, theirs = self._left_over(left, right)
        if not mine or not theirs:
            return False
        return not (self._bear_one_code(left, right) and self._is_reworded(left, right, mine, theirs))

    def _is_reworded(self, left: GoodFeatures, right: GoodFeatures, mine: set[str], theirs: set[str]) -> bool:
        """Whether two titles of one code call a thing differently: they have a word in common, and none in which they differ
        tells goods of a line apart."""
        if len(mine) == len(left.words) and not (left.gtin and left.gtin == right.gtin):
            return False
        return not self._alternatives.tell_apart(mine, theirs)

    def _brand(self, left: GoodFeatures, right: GoodFeatures) -> float:
        return _BRAND_SAME if left.brand and right.brand else self._habits.brand_left_out

    def _gtin(self, left: GoodFeatures, right: GoodFeatures) -> float:
        if not left.gtin or left.gtin != right.gtin:
            return 0.0
        weak = is_inhouse(left.gtin) or left.gtin in self._shared
        return self._rarity(self._held["gtin", left.gtin]) * (0.5 if weak else 1.0) + (0.0 if weak else _GTIN_SAME)

    def _sku(self, left: GoodFeatures, right: GoodFeatures) -> float:
        if not left.sku or not right.sku:
            return 0.0
        if left.sku == right.sku:
            if left.is_plain_sku or left.sku in self._line_skus or left.sku in self._shared:
                is_number = left.is_plain_sku and left.sku not in self._line_skus | self._shared
                return _PLAIN_SKU_SAME + (
                    self._rarity(self._held["sku", left.sku]) * _PLAIN_SHARE if is_number else 0.0
                )
            return self._rarity(self._held["sku", left.sku]) + _SKU_SAME
        if not left.is_plain_sku and not right.is_plain_sku and _is_within(left, right):
            return min(self._rarity(self._held["sku", one.sku]) for one in (left, right)) + _SKU_WITHIN
        if {left.sku, right.sku} & self._line_skus or not have_two_skus(left, right):
            return 0.0
        if left.is_plain_sku or right.is_plain_sku:
            return self._habits.number_other
        return self._habits.sku_other + (0.0 if left.brand and right.brand else _ONLY_TITLE)

    def _left_over(self, left: GoodFeatures, right: GoodFeatures) -> tuple[set[str], set[str]]:
        """The words of each title for which the other has none: the same whichever is the left one."""
        if sorted(left.words) > sorted(right.words):
            theirs, mine = self._left_over(right, left)
            return mine, theirs
        mine, theirs = set(left.words - right.words), set(right.words - left.words)
        for word in sorted(mine, key=lambda one: (-len(one), one)):
            fellow = next((other for other in sorted(theirs) if self._are_alike(word, other)), None)
            if fellow is not None:
                mine.discard(word)
                theirs.discard(fellow)
        for some, others in ((mine, theirs), (theirs, mine)):
            _without_glued(some, others)
        mine -= {word for word in mine if _is_of_brand(word, right)}
        theirs -= {word for word in theirs if _is_of_brand(word, left)}
        if mine and theirs and "".join(sorted(mine)) == "".join(sorted(theirs)):
            return set(), set()
        return mine, theirs

    def _title(
        self, left: GoodFeatures, right: GoodFeatures, left_out: float
    ) -> tuple[float, bool, set[str], set[str]]:
        """The bits of two titles, `left_out` for each word that only one has, whether any word is in both, and the words of each that the other lacks."""
        mine, theirs = self._left_over(left, right)
        same = left.words & right.words
        bits = sum(self._rarity(self._words[word]) for word in same)
        nearly = (*(left.words - same - mine), *(right.words - same - theirs))
        bits += sum(self._rarity(self._words[word]) for word in nearly) / 2 * _ONLY_ALIKE
        found = bits > 0
        if found and not mine and not theirs and min(len(left.words), len(right.words)) > 1:
            bits = max(bits, self._all + _WHOLE_TITLE)
        bits = min(bits, self._all + _TITLE_ALONE)
        for word in mine | theirs:
            bits += _NUMBER_LEFT_OUT if _has_digit(word) else left_out
        return bits, found, mine, theirs

    def _are_alike(self, one: str, two: str) -> bool:
        """What is mistyped is rare: two words that several goods bear are two."""
        return (
            is_short_for(one, two)
            or _are_one_year(one, two)
            or (min(self._words[one], self._words[two]) <= _MISTYPED_AT_MOST and are_a_slip_apart(one, two))
        )


def _without_glued(some: set[str], others: set[str]) -> None:
    """Takes out a word that is two of the other title's without the space between, and these."""
    for one, two in permutations(sorted(others), 2):
        if one + two in some:
            some.discard(one + two)
            others -= {one, two}


def _is_of_brand(word: str, other: GoodFeatures) -> bool:
    """Whether a word of a title may be from the other's brand; a colour is none, whatever Greyfriars are called."""
    return not is_common_word(word) and any(alike(word, part) for part in other.brand.split())


def _is_within(left: GoodFeatures, right: GoodFeatures) -> bool:
    """Whether two SKUs are one, to which a source has put a word of its own."""
    ours, theirs = {left.sku, *left.sku_cores}, {right.sku, *right.sku_cores}
    if left.sku in theirs or right.sku in ours:
        return True
    return bool(set(left.sku_rest) & set(right.sku_rest) - {left.sku, right.sku})


def _are_siblings(left: GoodFeatures, right: GoodFeatures) -> bool:
    """Whether two SKUs were made in one way, and are of two goods."""
    if not left.sku or not right.sku or left.sku == right.sku or left.is_plain_sku or right.is_plain_sku:
        return False
    ours, theirs = ({one.sku, *one.sku_cores} - {_in_order(one)} for one in (left, right))
    if any(one.startswith(two) or two.startswith(one) for one in ours for two in theirs):
        return False
    return not _is_within(left, right) and any(one[:_LONG] == two[:_LONG] for one in ours for two in theirs)


def _in_order(one: GoodFeatures) -> str:
    """An SKU's parts in order, which begins as others do by chance."""
    parts = sku_parts(one.good.sku)
    return "".join(sorted(parts)) if parts != sorted(parts) else ""


def _are_called_alike(left: GoodFeatures, right: GoodFeatures) -> bool:
    """Whether two goods have one title and one price: shops number goods anew, and mistype their numbers."""
    return left.named == right.named and price_level(left.good, right.good) == "same"


def _are_two_whatever_called(left: GoodFeatures, right: GoodFeatures) -> bool:
    """Whether two goods are certainly two whatever their titles say."""
    if left.good.product_id == right.good.product_id:
        return not left.good.is_whole and not right.good.is_whole
    if left.gtin and right.gtin:
        if not are_one_item(left.gtin, right.gtin) and not is_inhouse(left.gtin) and not is_inhouse(right.gtin):
            return True
    elif _are_siblings(left, right) and not _are_called_alike(left, right):
        return True
    if left.brand and right.brand and left.brand != right.brand and not alike(left.brand, right.brand):
        return True
    if ("state" in left.amounts) != ("state" in right.amounts) and not _bear_one_number(left, right):
        return True
    if any(_are_side_and_pair(one, two) for one, two in ((left, right), (right, left))):
        return True
    ours, theirs = _amounts(left, right), _amounts(right, left)
    return any(not _fits(values, theirs[kind]) for kind, values in ours.items() if kind in theirs)


def _bear_one_number(left: GoodFeatures, right: GoodFeatures) -> bool:
    """Whether a barcode or SKU is the same: what one title leaves out, the other may tell."""
    return bool((left.gtin and left.gtin == right.gtin) or (left.sku and left.sku == right.sku))


def _are_of_one_system(left: GoodFeatures, right: GoodFeatures) -> bool:
    """Whether two goods are of one system, which knows each good once; files, which have no source, may name one twice."""
    return left.good.source == right.good.source != ""


def _are_side_and_pair(one: GoodFeatures, two: GoodFeatures) -> bool:
    """Whether the one is of one side, and the other several."""
    return "side" in one.amounts and "side" not in two.amounts and "pack" in two.amounts and "pack" not in one.amounts


def _fits(ours: frozenset[float], theirs: frozenset[float]) -> bool:
    """Whether two say the same amounts, or one of them fewer of them."""
    small, large = sorted((ours, theirs), key=len)
    return all(any(abs(one - other) <= _TOLERANCE * max(one, other) for other in large) for one in small)


def _amounts_left_out(left: GoodFeatures, right: GoodFeatures) -> list[float]:
    kinds = set(_amounts(left, right)) ^ set(_amounts(right, left))
    return [_LEFT_OUT.get(kind, _AMOUNT_LEFT_OUT) for kind in kinds]


def _amounts(one: GoodFeatures, other: GoodFeatures) -> Mapping[str, frozenset[float]]:
    """What one says of itself; its L is no size where the other is of a side."""
    if "side" in other.amounts and "size" not in other.amounts and one.amounts.get("size") == LARGE:
        return {kind: values for kind, values in one.amounts.items() if kind != "size"} | {"side": LEFT}
    return one.amounts


def alike(one: str, two: str) -> bool:
    """Whether one word may be the other mistyped, or cut short."""
    return one == two or is_short_for(one, two) or are_a_slip_apart(one, two)


@lru_cache(maxsize=65_536)
def is_short_for(one: str, two: str) -> bool:
    """Whether one word is the beginning of the other, its consonants ("ylw"), or its beginning and end ("pmint")."""
    if _has_digit(one) or _has_digit(two):
        return False
    short, long = sorted((one, two), key=len)
    if short[0] != long[0] or len(short) == len(long):
        return False
    if long.startswith(short):
        return 1 < len(short) <= _LONG or long[len(short) :] in _PLURALS
    left = short[1:]
    return len(left) > 1 and (
        (not _VOWELS & set(left) and _are_in(left, long[1:])) or (len(left) >= _LONG and long.endswith(left))
    )


def _are_one_year(one: str, two: str) -> bool:
    """Whether the one is a year (of a wine, a diary), and the other its last two digits."""
    short, long = sorted((one, two), key=len)
    return _YEAR.fullmatch(long) is not None and short == long[2:]


@lru_cache(maxsize=65_536)
def are_a_slip_apart(one: str, two: str) -> bool:
    if _has_digit(one) or _has_digit(two) or min(len(one), len(two)) < _SHORTEST_MISTYPED:
        return False
    return DamerauLevenshtein.distance(one, two, score_cutoff=1) <= 1


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _are_in(letters: str, word: str) -> bool:
    left = iter(word)
    return all(letter in left for letter in letters)
