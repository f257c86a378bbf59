"""Tells real words from slips of the pen, by the word frequencies that pyspellchecker ships."""

from collections.abc import Mapping
from functools import cache
from threading import Lock

RARE = 60
"""Occurrences in the list's corpus below which a spelling is more likely a slip ("employe") than a word."""


class Dictionary:
    """English words. Loaded at first use (0.2 s), or ahead of it by `load`; safe to share between threads."""

    def __init__(self, language: str = "en") -> None:
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

    def __contains__(self, word: str) -> bool:
        return self.written(word) > 0


@cache
def _read(language: str) -> Mapping[str, int]:
    from spellchecker import SpellChecker

    counts = SpellChecker(language=language).word_frequency.dictionary
    return {word: count for word, count in counts.items() if count >= RARE}
