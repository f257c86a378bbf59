"""What the sources of a tenant call one thing by, learnt from the goods of which a barcode or SKU says that they are one. Pure.

Words that stand in each other's place in several such goods mean the same ("mug", "coffee cup"), and a word that one source
mostly leaves out says nothing ("premium"); but never what one source tells the goods of a line apart by: it sells the shirt
in navy and in blue.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from tools.resolution.goods_features import GoodFeatures

Phrase = frozenset[str]

_LARGEST_LINE: Final = 60
"""Goods that differ in one word beyond which they are no line ("Mug", "Tea", "Soap")."""
_FEWEST_LINES: Final = 2
"""Lines of which two words tell the goods apart from which they do so in general."""
_FEWEST_CONTEXTS: Final = 2
_FEWEST_OF_PHRASES: Final = 3
"""Goods in which two words, or two phrases, stand in each other's place from which they mean the same."""
_LONGEST_PHRASE: Final = 2
_FEWEST_LEFT_OUT: Final = 3
"""Goods of which one title leaves a word out from which it may say nothing."""
_MOSTLY: Final = 0.4
"""Share of the goods that bear a word of which one title leaves it out, from which it says nothing."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What was learnt: phrases → the one that stands for all that mean the same, and words that say nothing."""

    same: Mapping[Phrase, Phrase] = field(default_factory=dict[Phrase, Phrase])
    idle: Phrase = frozenset()

    def __bool__(self) -> bool:
        return bool(self.same or self.idle)

    def of(self, words: Phrase) -> Phrase:
        """The words of a title as the one that stands for each; never none."""
        found = words - self.idle or words
        for count in range(_LONGEST_PHRASE, 0, -1):
            for some in combinations(sorted(found), count):
                phrase = frozenset(some)
                if phrase <= found and (other := self.same.get(phrase)) is not None:
                    found = found - phrase | other
        return found


class Alternatives:
    """Words by which one source tells goods apart that are called the same otherwise."""

    def __init__(self, features: Iterable[GoodFeatures]) -> None:
        self._together: Counter[Phrase] = Counter()
        lines: dict[tuple[str, str, object], dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
        whole: dict[tuple[str, str, object], set[tuple[str, str]]] = defaultdict(set)
        for one in features:
            self._together.update(frozenset(pair) for pair in combinations(sorted(one.words), 2))
            if one.good.is_gone or one.good.is_whole:
                continue
            whole[one.good.source, one.brand, one.named].add((one.gtin, one.sku))
            for word, form in forms_without_a_word(one):
                lines[one.good.source, one.brand, form][word].add((one.gtin, one.sku))
        pairs: Counter[Phrase] = Counter()
        self._said: Counter[str] = Counter()
        """Word → lines of which some goods bear it, and others nothing in its place."""
        for line, words in lines.items():
            if len(words) > _LARGEST_LINE:
                continue
            pairs.update(
                frozenset((a, b))
                for (a, ours), (b, theirs) in combinations(words.items(), 2)
                if not _bear_one(ours, theirs)
            )
            if line in whole:
                self._said.update(word for word, codes in words.items() if not _bear_one(codes, whole[line]))
        self._pairs = pairs

    def tell_apart(self, mine: Iterable[str], theirs: Iterable[str]) -> bool:
        """Whether a word of the one title and a word of the other tell goods of a line apart."""
        others = list(theirs)
        return any(self._pairs[frozenset((a, b))] >= _FEWEST_LINES for a in mine for b in others)

    def against(self, ours: Iterable[str], theirs: Iterable[str]) -> int:
        """How many lines two words tell the goods of apart, or titles in which they stand beside each other."""
        pairs = [frozenset((a, b)) for b in theirs for a in ours]
        return sum(max(self._pairs[pair], self._together[pair]) for pair in pairs)

    def may_be_idle(self, word: str) -> bool:
        return self._said[word] < _FEWEST_LINES


def forms_without_a_word(one: GoodFeatures) -> Iterator[tuple[str, object]]:
    """Each word of a good's title, and what it would be called without."""
    amounts = frozenset(one.amounts.items())
    if len(one.words) > 1:
        for word in one.words:
            yield word, (one.words - {word}, amounts)


def _bear_one(ours: set[tuple[str, str]], theirs: set[tuple[str, str]]) -> bool:
    """Whether a code says of two that they are one."""
    return any((a[0] and a[0] == b[0]) or (a[1] and a[1] == b[1]) for a in ours for b in theirs)


class Lessons:
    """Collects what titles of one good differ in."""

    def __init__(self, alternatives: Alternatives) -> None:
        self._alternatives = alternatives
        self._swaps: dict[tuple[Phrase, Phrase], set[str]] = defaultdict(set)
        self._left_out: dict[str, set[str]] = defaultdict(set)
        self._borne: dict[str, set[str]] = defaultdict(set)

    def add(self, code: str, left: Phrase, right: Phrase, mine: Phrase, theirs: Phrase) -> None:
        """Two titles of the good that bears `code`, and the words of each that the other has no fellow of."""
        for word in left | right:
            self._borne[word].add(code)
        if not mine or not theirs:
            for word in mine | theirs:
                self._left_out[word].add(code)
        elif max(len(mine), len(theirs)) <= _LONGEST_PHRASE and len(mine) < len(left) and len(theirs) < len(right):
            one, two = sorted((mine, theirs), key=sorted)
            self._swaps[one, two].add(code)

    def learnt(self) -> Wording:
        idle = frozenset(
            word
            for word, codes in self._left_out.items()
            if len(codes) >= max(_FEWEST_LEFT_OUT, _MOSTLY * len(self._borne[word]))
            and not _has_digit(word)
            and self._alternatives.may_be_idle(word)
        )
        contexts: dict[tuple[Phrase, Phrase], set[str]] = defaultdict(set)
        for (one, two), codes in self._swaps.items():
            if one - idle and two - idle:
                contexts[one - idle, two - idle] |= codes
        stands: dict[Phrase, Phrase] = {}
        members: dict[Phrase, list[Phrase]] = {}
        for (one, two), codes in sorted(contexts.items(), key=lambda swap: (-len(swap[1]), *map(sorted, swap[0]))):
            are_words = len(one) == len(two) == 1
            if len(codes) < (_FEWEST_CONTEXTS if are_words else _FEWEST_OF_PHRASES) or any(map(_has_digit, one | two)):
                continue
            ours, theirs = (
                members[stands.setdefault(phrase, phrase)]
                for phrase in (one, two)
                if members.setdefault(stands.get(phrase, phrase), [phrase])
            )
            if ours is theirs or not self._may_be_one(ours, theirs, contexts):
                continue
            for phrase in theirs:
                stands[phrase] = ours[0]
            ours.extend(theirs)
        return Wording({phrase: first for phrase, first in stands.items() if phrase != first}, idle)

    def _may_be_one(
        self, ours: Iterable[Phrase], theirs: Iterable[Phrase], contexts: Mapping[tuple[Phrase, Phrase], set[str]]
    ) -> bool:
        """Whether phrases stand in each other's place in more goods of one code than speak against it: codes are mistaken, and
        goods of two makers are called alike where nobody names the maker."""
        others = list(theirs)
        pairs = [(one, two) for one in ours for two in others]
        swapped = sum(len(contexts.get((min(pair, key=sorted), max(pair, key=sorted)), ())) for pair in pairs)
        return sum(self._alternatives.against(one - two, list(two - one)) for one, two in pairs) < max(
            swapped, _FEWEST_LINES
        )


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
