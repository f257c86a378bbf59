"""What ValueIndex says, found by looking at every value: slow, and plain enough to be seen to be right."""

from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA

from tools.language.packs import SHORTEST_MENDED
from tools.language.slips import without_vowels
from tools.language.text import Token, normalize, tokenize
from tools.language.values import (
    CLEARLY_NEARER,
    LONGEST_SHORT,
    MAX_PHRASE,
    MOST_VOWELS,
    SAME_NAME,
    Value,
    ValueHit,
    closest_word,
)

Words = tuple[str, ...]


class FullScan:
    """Of the same values and aliases as an index."""

    def __init__(self, values: Mapping[str, Iterable[str]], aliases: Mapping[str, str]) -> None:
        self.values = [Value(dimension, text) for dimension, texts in values.items() for text in sorted(texts)]
        self.lemmas = {value: _words(tokenize(value.text)[:64], "lemma") for value in self.values}
        self.called: dict[Words, list[Value]] = {}
        spellings: set[str] = set()
        for value in self.values:
            norms = _words(tokenize(value.text)[:64], "norm")
            for words in dict.fromkeys((self.lemmas[value], norms)):
                if words:
                    self.called.setdefault(words, []).append(value)
            spellings.update(norms)
        for alias, target in aliases.items():
            if found := self.called.get(_words(tokenize(target), "lemma")):
                named = self.called.setdefault(_words(tokenize(alias), "lemma"), [])
                cities = [value for value in found if value.dimension == "city" and value not in named]
                named += cities if named else found
        spellings.update(words[0] for words in self.called if len(words) == 1)
        self.mendable = sorted(word for word in spellings if len(word) > 3 and not word.isdigit())

    def knows(self, lemma: str) -> bool:
        return any(lemma in lemmas for lemmas in self.lemmas.values()) or (lemma,) in self.called

    def whole(self, tokens: tuple[Token, ...]) -> list[ValueHit]:
        hits: list[ValueHit] = []
        at = 0
        while at < len(tokens):
            for length in range(min(MAX_PHRASE, len(tokens) - at), 0, -1):
                span = tokens[at : at + length]
                found = self.called.get(_words(span, "lemma")) or self.called.get(_words(span, "norm"))
                if not found and length == 1 and " " in span[0].norm:
                    found = self.called.get(_words(tokenize(span[0].norm), "lemma"))
                if found:
                    hits.append(ValueHit(at, at + length, tuple(dict.fromkeys(found))))
                    at += length - 1
                    break
            at += 1
        return hits

    def part(self, lemmas: Words) -> tuple[Value, ...]:
        n = len(lemmas)
        found = (v for v, words in self.lemmas.items() if any(words[i : i + n] == lemmas for i in range(len(words))))
        return tuple(sorted(found, key=lambda v: (v.dimension, v.text)))

    def holding(self, piece: str, dimension: str) -> tuple[Value, ...]:
        return tuple(
            v for v in self.values if v.dimension == dimension and self.lemmas[v] and piece in normalize(v.text)
        )

    def near(self, lemmas: Words) -> Value | None:
        typed = " ".join(lemmas)
        scores = [
            (OSA.normalized_similarity(typed, " ".join(words), score_cutoff=SAME_NAME), value)
            for value, words in self.lemmas.items()
            if set(words) & set(lemmas)
        ]
        ranked = sorted((hit for hit in scores if hit[0]), key=lambda hit: -hit[0])
        if not ranked or ranked[0][0] == 1 or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEARLY_NEARER):
            return None
        return ranked[0][1]

    def mend(self, word: str) -> str | None:
        found = closest_word(word, self.mendable)
        return None if found and len(word) <= LONGEST_SHORT and (found,) not in self.called else found

    def words_near(self, word: str, edits: int) -> set[str]:
        for most in range(1, edits + 1):
            if near := {known for known in self.mendable if OSA.distance(word, known) <= most}:
                return near
        if len(word) < SHORTEST_MENDED or word.isdigit() or without_vowels(word) != word:
            return set()
        longer = {known for known in self.mendable if len(known) - len(word) <= MOST_VOWELS}
        return {known for known in longer if without_vowels(known) == word}


def _words(tokens: Iterable[Token], kind: str) -> Words:
    return tuple("and" if getattr(token, kind) in ("&", "+") else getattr(token, kind) for token in tokens)
