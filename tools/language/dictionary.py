"""Tells real words from slips of the pen, by the word frequencies that pyspellchecker ships."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA

RARE = 60
"""Occurrences in the list's corpus below which a spelling is more likely a slip ("employe") than a word."""
COMMON = 4_000
"""Occurrences from which a word is one that everybody may mean."""


class Dictionary:
    """The words of a language, none where it is None. Loaded at first use (0.2 s), or ahead of it by `load`; safe to share
    between threads."""

    def __init__(self, language: str | None = "en") -> None:
        self._language = language
        self._words: Mapping[str, int] | None = None
        self._lock = Lock()

    def load(self) -> Mapping[str, int]:
        """The words, each with its occurrences in the list's corpus."""
        with self._lock:
            if self._words is None:
                self._words = _read(self._language)
        return self._words

    def written(self, word: str) -> int:
        """How often a word occurs in the list's corpus; 0 of what is no word."""
        words = self._words if self._words is not None else self.load()
        return words.get(word.casefold(), 0)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.written(word) > 0

    def share(self, word: str) -> float:
        """Of all words of the corpus, how many are this one."""
        written = self.written(word)
        return written / _written_in_all(self._language) if written else 0.0

    def common_near(self, word: str, edits: int) -> Iterable[str]:
        """The common words that are so few edits away."""
        by_length = _common(self._language)
        for length in range(len(word) - edits, len(word) + edits + 1):
            hits = process.extract(
                word, by_length.get(length, ()), scorer=OSA.distance, score_cutoff=edits, limit=None, processor=None
            )
            yield from (found for found, _, _ in hits)


NO_WORDS = Dictionary(None)


@cache
def _read(language: str | None) -> Mapping[str, int]:
    from spellchecker import SpellChecker

    if language is None:
        return {}
    counts = SpellChecker(language=language).word_frequency.dictionary
    return {word: count for word, count in counts.items() if count >= RARE}


@cache
def _written_in_all(language: str | None) -> int:
    return sum(_read(language).values())


@cache
def _common(language: str | None) -> Mapping[int, list[str]]:
    """The common words by how many letters they have."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for word, count in _read(language).items():
        if count >= COMMON:
            found[len(word)].append(word)
    return dict(found)
