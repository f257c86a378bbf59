"""Finds known phrases in tokens: the longest first, every meaning of each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, TypeVar

from tools.language.text import Token, tokenize

M = TypeVar("M")

phrase_tokens = lru_cache(maxsize=8192)(tokenize)
"""The tokens of a known phrase, kept: each tenant with figures of its own has an index of nearly the same thousands."""


@dataclass(frozen=True, slots=True)
class PhraseHit(Generic[M]):
    """Tokens [start, end) say a known phrase with these meanings."""

    start: int
    end: int
    meanings: tuple[M, ...]


@dataclass(slots=True)
class PhraseIndex(Generic[M]):
    """Phrases as lemma sequences. A phrase may mean several things; adding one twice keeps it once."""

    _by_lemmas: dict[tuple[str, ...], list[M]] = field(default_factory=dict[tuple[str, ...], list[M]])
    _longest: int = 0
    _words: set[str] = field(default_factory=set[str])

    @classmethod
    def of(cls, entries: Iterable[tuple[str, M]]) -> "PhraseIndex[M]":
        index = cls()
        for phrase, meaning in entries:
            index.add(phrase, meaning)
        return index

    def add(self, phrase: str, meaning: M) -> None:
        lemmas = tuple(token.lemma for token in phrase_tokens(phrase))
        if not lemmas:
            return
        meanings = self._by_lemmas.setdefault(lemmas, [])
        if meaning not in meanings:
            meanings.append(meaning)
        self._longest = max(self._longest, len(lemmas))
        self._words.update(lemmas)

    @property
    def words(self) -> frozenset[str]:
        """Every lemma that occurs in a phrase."""
        return frozenset(self._words)

    def has(self, phrase: str) -> bool:
        """Whether this is one of them, as a whole."""
        return tuple(token.lemma for token in phrase_tokens(phrase)) in self._by_lemmas

    def find(self, tokens: tuple[Token, ...], taken: Iterable[int] = ()) -> list[PhraseHit[M]]:
        """Hits that do not overlap, longest first from the left, leaving out tokens that are `taken`."""
        blocked = set(taken)
        hits: list[PhraseHit[M]] = []
        at = 0
        while at < len(tokens):
            for length in range(min(self._longest, len(tokens) - at), 0, -1):
                span = range(at, at + length)
                meanings = self._by_lemmas.get(tuple(tokens[i].lemma for i in span))
                if meanings and blocked.isdisjoint(span):
                    hits.append(PhraseHit(at, at + length, tuple(meanings)))
                    at += length
                    break
            else:
                at += 1
        return hits
