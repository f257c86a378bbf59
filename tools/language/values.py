"""Links words of a question to values that the data holds, forgiving case, accents, plurals and slips of the pen."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tools.language.text import Token, normalize, tokenize

MAX_PHRASE = 8
SHORTEST_PIECE = 3
SHORTEST_MENDED = 4
LONGEST_SHORT = 5
SAME_NAME = 0.8
"""The same for a name of several words."""
CLEARLY_NEARER = 0.05
TIED = 0.02
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
    """Values of all linked dimensions of one tenant, at one version of its data.

    `aliases` maps a normalised other name to a value's normalised name ("uk" → "united kingdom").
    """

    def __init__(self, values: Mapping[str, Iterable[str]], aliases: Mapping[str, str] | None = None) -> None:
        self._whole: dict[tuple[str, ...], list[Value]] = defaultdict(list)
        self._parts: dict[str, set[Value]] = defaultdict(set)
        self._lemmas: dict[Value, tuple[str, ...]] = {}
        self._normal: dict[str, list[tuple[Value, str]]] = {}
        self._dimensions = frozenset(dimension for dimension, texts in values.items() if any(True for _ in texts))
        spellings: set[str] = set()
        for dimension, texts in values.items():
            for text in texts:
                value = Value(dimension, text)
                tokens = tokenize(text)[:64]
                lemmas = tuple(_alike(token.lemma) for token in tokens)
                if not lemmas:
                    continue
                self._lemmas[value] = lemmas
                self._whole[lemmas].append(value)
                norms = tuple(_alike(token.norm) for token in tokens)
                if norms != lemmas:
                    self._whole[norms].append(value)
                for lemma in lemmas:
                    self._parts[lemma].add(value)
                spellings.update(norms)
        for alias, target in (aliases or {}).items():
            found = self._whole.get(tuple(_alike(token.lemma) for token in tokenize(target)))
            if found:
                named = self._whole.setdefault(tuple(_alike(token.lemma) for token in tokenize(alias)), [])
                # "New York" is a state, and what everybody calls the city of New York.
                cities = [value for value in found if value.dimension == "city" and value not in named]
                named += cities if named else found
        spellings.update(words[0] for words in self._whole if len(words) == 1)
        self._counts = Counter(value.dimension for value in self._lemmas)
        self._words = sorted(word for word in spellings if len(word) >= SHORTEST_MENDED and not word.isdigit())

    def __len__(self) -> int:
        return len(self._lemmas)

    def has(self, dimension: str) -> bool:
        """Whether the data has any value of a dimension."""
        return dimension in self._dimensions

    def count(self, dimension: str) -> int:
        return self._counts[dimension]

    def of(self, dimension: str) -> tuple[str, ...]:
        """All values of a dimension, as the data spells them."""
        return tuple(value.text for value in self._lemmas if value.dimension == dimension)

    def knows(self, lemma: str) -> bool:
        return lemma in self._parts or (lemma,) in self._whole

    def whole(self, tokens: tuple[Token, ...], taken: set[int]) -> list[ValueHit]:
        """Values that are named entirely, longest first from the left."""
        hits: list[ValueHit] = []
        at = 0
        while at < len(tokens):
            for length in range(min(MAX_PHRASE, len(tokens) - at), 0, -1):
                span = range(at, at + length)
                if not taken.isdisjoint(span):
                    continue
                found = self._whole.get(tuple(_alike(tokens[i].lemma) for i in span)) or self._whole.get(
                    tuple(_alike(tokens[i].norm) for i in span)
                )
                if not found and length == 1 and " " in tokens[at].norm:  # a name between quotation marks
                    found = self._whole.get(tuple(_alike(word.lemma) for word in tokenize(tokens[at].norm)))
                if found:
                    hits.append(ValueHit(at, at + length, tuple(dict.fromkeys(found))))
                    at += length
                    break
            else:
                at += 1
        return hits

    def part(self, lemmas: tuple[str, ...]) -> tuple[Value, ...]:
        """Values whose name holds these words next to each other."""
        sets: list[set[Value]] = [self._parts.get(lemma, set()) for lemma in lemmas]
        common: set[Value] = set[Value].intersection(*sets) if sets else set()
        width = len(lemmas)
        return tuple(
            sorted(
                (
                    v
                    for v in common
                    if any(self._lemmas[v][i : i + width] == lemmas for i in range(len(self._lemmas[v])))
                ),
                key=lambda v: (v.dimension, v.text),
            )
        )

    def holding(self, piece: str, dimension: str) -> tuple[Value, ...]:
        """Values whose name holds these letters, inside of a word too: "choco"."""
        if len(piece) < SHORTEST_PIECE:
            return ()
        if dimension not in self._normal:
            self._normal[dimension] = [(v, normalize(v.text)) for v in self._lemmas if v.dimension == dimension]
        return tuple(value for value, text in self._normal[dimension] if piece in text)

    def near(self, lemmas: tuple[str, ...]) -> Value | None:
        """The one value whose whole name several words clearly mean, one of them being spelt right."""
        candidates = {value for lemma in lemmas for value in self._parts.get(lemma, ())}
        names = {value: " ".join(self._lemmas[value]) for value in candidates}
        found = process.extract(
            " ".join(lemmas), names, scorer=OSA.normalized_similarity, score_cutoff=SAME_NAME, limit=2, processor=None
        )
        if not found or found[0][1] == 1 or (len(found) > 1 and found[0][1] - found[1][1] < CLEARLY_NEARER):
            return None
        return found[0][2]

    def mend(self, word: str) -> str | None:
        """The one word of the data's values that a mistyped `word` clearly means; of short words only one that is a
        name by itself, since "whre" is no "Wire Fruit Basket"."""
        found = closest_word(word, self._words)
        short = len(word) <= LONGEST_SHORT and found is not None and (found,) not in self._whole
        return None if short else found

    def has_near(self, word: str, edits: int) -> bool:
        """Whether a word of the data's values is as few edits away."""
        return any(OSA.distance(word, known, score_cutoff=edits) <= edits for known in self._words)


def _alike(word: str) -> str:
    """ "Candles & Fragrance" is "candles and fragrance" to whoever types it."""
    return "and" if word in ("&", "+") else word


def closest_word(word: str, vocabulary: list[str]) -> str | None:
    """The word of the vocabulary that `word` is a slip of: similar enough, and clearly nearer than the next.

    Similarity is optimal string alignment (a swap of neighbours is one edit), normalised by length. Short words
    are left alone: one letter makes too many of them into others.
    """
    if len(word) < SHORTEST_MENDED or word.isdigit():
        return None
    found = process.extract(
        word, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=SAME_WORD, limit=5, processor=None
    )
    # Whoever mistypes a word mostly keeps its first letter: of two that are equally near, that one is meant.
    ranked = sorted(found, key=lambda hit: (-hit[1], hit[0][0] != word[0], abs(len(hit[0]) - len(word))))
    if not ranked:
        return None
    best, score, _ = ranked[0]
    if abs(len(best) - len(word)) > 2 or (len(word) < 6 and OSA.distance(word, best) > 1):  # noqa: PLR2004 — edits
        return None
    rivals = [other for other, near, _ in ranked[1:] if near >= score - TIED and other[0] == best[0]]
    return None if any(not _same_stem(best, other) for other in rivals) else best


def _same_stem(one: str, other: str) -> bool:
    """Forms of one word ("candle", "candles"): whichever is taken, the same is meant."""
    shorter, longer = sorted((one, other), key=len)
    return longer.startswith(shorter[:-1]) and len(longer) - len(shorter) <= 2  # noqa: PLR2004 — an ending
