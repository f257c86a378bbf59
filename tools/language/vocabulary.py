"""The words that a reader knows, kept so that those near to a mistyped one are found."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tools.language.slips import without_vowels


@dataclass(frozen=True, slots=True)
class Vocabulary:
    words: frozenset[str] = frozenset()
    _by_length: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    _by_consonants: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @classmethod
    def of(cls, words: Iterable[str]) -> "Vocabulary":
        known = frozenset(words)
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        by_consonants: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(known):
            by_length[len(word)].append(word)
            by_consonants[without_vowels(word)].append(word)
        return cls(known, dict(by_length), dict(by_consonants))

    def __contains__(self, word: object) -> bool:
        return word in self.words

    def near(self, word: str, edits: int) -> Iterator[str]:
        """Those that are so few edits away, or that are it but for their vowels."""
        for length in range(len(word) - edits, len(word) + edits + 1):
            hits = process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=edits, limit=None, processor=None
            )  # fmt: skip
            yield from (found for found, _, _ in hits)
        yield from self._by_consonants.get(word, ())
