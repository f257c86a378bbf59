"""Links words of a question to values that the data holds, forgiving case, accents, plurals and slips of the pen."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tools.language.packs import Pack, Spelling, may_be_mended, pack
from tools.language.slips import without_vowels
from tools.language.text import Token, and_for, tokenize

MAX_PHRASE = 8
SHORTEST_PIECE = 3
LONGEST_SHORT = 5
MOST_VOWELS = 3
"""Vowels that a word typed in haste may lack."""
SAME_NAME = 0.8
"""The same for a name of several words."""
CLEARLY_NEARER = 0.05
TIED = 0.02
_ROUNDING = 1e-9
SAME_WORD = 0.75
"""Least optimal-string-alignment similarity at which a mistyped word is read as another."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a dimension, as the data spells it."""

    dimension: str
    text: str


@dataclass(frozen=True, slots=True)
class ValueHit:
    """Tokens [start, end) name `values`. `whole` says that they name it entirely, not a part of its name;
    `corrected_from` is what was typed where letters had to be mended."""

    start: int
    end: int
    values: tuple[Value, ...]
    whole: bool = True
    corrected_from: str | None = None


class ValueIndex:
    """Values of all linked dimensions of one tenant, at one version of its data: `values`, and those in `packs`, whose
    dimensions come first.

    `aliases` maps a normalised other name to a value's normalised name ("uk" → "united kingdom").
    """

    def __init__(
        self,
        values: Mapping[str, Iterable[str]],
        aliases: Mapping[str, str] | None = None,
        packs: Iterable[Pack] = (),
        order: Sequence[str] = (),
    ) -> None:
        own = {dimension: dict.fromkeys(texts, 1) for dimension, texts in values.items()}
        self._packs = (*packs, *((pack(own),) if any(own.values()) else ()))
        self._rank = {dimension: at for at, dimension in enumerate(dict.fromkeys((*order, *values)))}
        self._members: Counter[str] = Counter()
        self._named: Counter[str] = Counter()
        for part in self._packs:
            for dimension, (members, named) in part.members.items():
                self._members[dimension] += members
                self._named[dimension] += named
        self._aliased: dict[Spelling, tuple[Value, ...]] = {}
        self._other_words: list[str] = []
        self.call(aliases or {})

    def call(self, aliases: Mapping[str, str]) -> None:
        """Lets values be called by other names too."""
        for alias, target in aliases.items():
            self._call(_lemmas(tokenize(alias)), self._whole(_lemmas(tokenize(target))))
        self._other_words = [words[0] for words in self._aliased if len(words) == 1 and may_be_mended(words[0])]

    def _call(self, alias: Spelling, found: tuple[Value, ...]) -> None:
        if not found:
            return
        named = self._whole(alias)
        # "New York" is a state, and what everybody calls the city of New York.
        cities = tuple(value for value in found if value.dimension == "city" and value not in named)
        self._aliased[alias] = (*self._aliased.get(alias, ()), *(cities if named else found))

    def __len__(self) -> int:
        return self._named.total()

    @property
    def nbytes(self) -> int:
        """What it takes of memory."""
        return sum(part.nbytes for part in self._packs)

    def has(self, dimension: str) -> bool:
        """Whether the data has any value of a dimension."""
        return self._members[dimension] > 0

    def count(self, dimension: str) -> int:
        return self._named[dimension]

    def members(self, dimension: str) -> tuple[Value, ...]:
        """All values of a dimension."""
        found = (Value(*part.value(at)) for part in self._packs for at in part.of(dimension))
        return tuple(sorted(found, key=lambda value: value.text))

    def of(self, dimension: str) -> tuple[str, ...]:
        """All values of a dimension, as the data spells them."""
        return tuple(value.text for value in self.members(dimension))

    def knows(self, lemma: str) -> bool:
        return self.holds(lemma) or bool(self._whole((lemma,)))

    def holds(self, lemma: str) -> bool:
        """Whether a value has this word in its name."""
        return any(part.has(lemma) for part in self._packs)

    def _whole(self, phrase: Spelling) -> tuple[Value, ...]:
        """Values that are called so, in the order of their dimensions and texts."""
        found = [Value(*part.value(at)) for part in self._packs for at in part.whole(phrase)]
        found.sort(key=lambda value: (self._rank.get(value.dimension, len(self._rank)), value.text))
        return (*found, *self._aliased.get(phrase, ()))

    def whole(self, tokens: tuple[Token, ...], taken: set[int]) -> list[ValueHit]:
        """Values that are named entirely, longest first from the left."""
        hits: list[ValueHit] = []
        all_lemmas, all_norms = _lemmas(tokens), tuple(and_for(token.norm) for token in tokens)
        at = 0
        while at < len(tokens):
            for length in range(min(MAX_PHRASE, len(tokens) - at), 0, -1):
                if not taken.isdisjoint(range(at, at + length)):
                    continue
                lemmas, norms = all_lemmas[at : at + length], all_norms[at : at + length]
                found = self._whole(lemmas) or (self._whole(norms) if norms != lemmas else ())
                if not found and length == 1 and " " in tokens[at].norm:  # a name between quotation marks
                    found = self._whole(_lemmas(tokenize(tokens[at].norm)))
                if found:
                    hits.append(ValueHit(at, at + length, tuple(dict.fromkeys(found))))
                    at += length
                    break
            else:
                at += 1
        return hits

    def part(self, lemmas: Spelling, *, most: int | None = None, dimension: str | None = None) -> tuple[Value, ...]:
        """Values, of one dimension or any, whose name holds these words next to each other: the first `most` by
        dimension and text."""
        found: list[Value] = []
        for part in self._packs:
            places = part.holding(lemmas)
            if dimension is not None:
                places = part.of_dimension(places, dimension)
            found += (Value(*part.value(at)) for at in places[:most].tolist())
        return tuple(sorted(found, key=lambda v: (v.dimension, v.text))[:most])

    def holding(self, piece: str, dimension: str) -> tuple[Value, ...]:
        """Values whose name holds these letters, inside of a word too: "choco"."""
        if len(piece) < SHORTEST_PIECE:
            return ()
        found = (Value(*part.value(at)) for part in self._packs for at in part.with_letters(piece, dimension))
        return tuple(sorted(found, key=lambda v: v.text))

    def near(self, lemmas: Spelling) -> Value | None:
        """The one value whose whole name several words clearly mean, one of them being spelt right."""
        typed, best, likeness = " ".join(lemmas), SAME_NAME, SAME_NAME
        found: dict[tuple[int, int], float] = {}
        # The rarest word first: once a name is found, only others that are no less like can make a difference.
        for lemma in sorted(set(lemmas), key=lambda word: sum(part.often(word) for part in self._packs)):
            places = [(i, at) for i, part in enumerate(self._packs) for at in part.sharing(lemma, typed, likeness)]
            names = [self._packs[i].name(at) for i, at in places]
            hits = process.extract(
                typed, names, scorer=OSA.normalized_similarity, score_cutoff=likeness, limit=2, processor=None
            )
            found |= {places[at]: score for _, score, at in hits}
            best = max(best, *(score for _, score, _ in hits), 0.0)
            likeness = max(SAME_NAME, best - CLEARLY_NEARER - _ROUNDING)
        ranked = sorted(found.items(), key=lambda hit: -hit[1])
        if not ranked or ranked[0][1] == 1 or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < CLEARLY_NEARER):
            return None
        i, at = ranked[0][0]
        return Value(*self._packs[i].value(at))

    def mend(self, word: str) -> str | None:
        """The one word of the data's values that a mistyped `word` clearly means; of short words only one that is a
        name by itself, since "whre" is no "Wire Fruit Basket"."""
        if not may_be_mended(word):
            return None
        near = {found for part in self._packs for found in part.words_like(word, SAME_WORD)}
        found = closest_word(word, sorted({*near, *self._other_words}))
        short = len(word) <= LONGEST_SHORT and found is not None and not self._whole((found,))
        return None if short else found

    @cached_property
    def count_of_words(self) -> int:
        """Of how many words that others may be slips of the names are made, those of all packs added up."""
        return sum(len(part.by_length) for part in self._packs)

    def called(self, word: str) -> tuple[Value, ...]:
        """Values of which this is the whole name, or another one."""
        return self._whole((word,))

    def words_near(self, word: str, edits: int) -> list[str]:
        """The words of the names that are as few edits away, or that are this one but for their vowels. What is one edit
        away is not looked past."""
        for most in range(1, edits + 1):
            near = chain(self._other_words, (known for part in self._packs for known in part.words_within(word, most)))
            if found := [known for known in near if OSA.distance(word, known, score_cutoff=most) <= most]:
                return found
        if word != without_vowels(word) or not may_be_mended(word):
            return []
        longer = chain.from_iterable(part.words_within(word, MOST_VOWELS) for part in self._packs)
        return [known for known in longer if without_vowels(known) == word]


def _lemmas(tokens: Iterable[Token]) -> Spelling:
    return tuple(and_for(token.lemma) for token in tokens)


def closest_word(word: str, vocabulary: list[str]) -> str | None:
    """The word of the vocabulary that `word` is a slip of: similar enough, and clearly nearer than the next.

    Similarity is optimal string alignment (a swap of neighbours is one edit), normalised by length.
    """
    if not may_be_mended(word):
        return None
    found = process.extract(
        word, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=SAME_WORD, limit=5, processor=None
    )
    ranked = sorted(found, key=lambda hit: (-hit[1], *unlikeliness(hit[0], word), abs(len(hit[0]) - len(word))))
    if not ranked:
        return None
    best, score, _ = ranked[0]
    if abs(len(best) - len(word)) > 2 or (len(word) < 6 and OSA.distance(word, best) > 1):  # noqa: PLR2004 — edits
        return None
    rivals = [
        other
        for other, near, _ in ranked[1:]
        if near >= score - TIED and other[0] == best[0] and unlikeliness(other, word) <= unlikeliness(best, word)
    ]
    return None if any(not same_stem(best, other) for other in rivals) else best


def unlikeliness(meant: str, typed: str) -> tuple[bool, bool]:
    """Which of two words as near to what was typed is less likely meant: whoever mistypes a word has all its letters in
    another order sooner than others, and mostly keeps the first."""
    return sorted(meant) != sorted(typed), meant[0] != typed[0]


def same_stem(one: str, other: str) -> bool:
    """Forms of one word ("candle", "candles"): whichever is taken, the same is meant."""
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter[:-1]) and len(longer) - len(shorter) <= 2  # noqa: PLR2004 — an ending
