"""A message as numbers: its meaning (static embedding), its wording (hashed words and letters), and its signals."""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

WORD_BINS = 4096
LETTER_BINS = 4096
LONGEST_READ = 1_000
"""Characters that count; what somebody wants is said within them."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?%€$£]")
_NUMBER = re.compile(r"\d+")
_GRAM_SIZES = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the features counts; found by leave-one-out over the examples."""

    meaning: float = 1.0
    words: float = 0.9
    letters: float = 0.7
    signals: float = 0.5
    constant: float = 0.4


def words_of(text: str) -> list[str]:
    """Lower-case words without accents; every number is the same word."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_READ].casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [_NUMBER.sub("0", word) for word in _WORD.findall(plain)]


def word_bins(words: Sequence[str]) -> set[int]:
    """Words, neighbours, and the first word, which tells a command from a question."""
    padded = ["<", *words, ">"]
    grams = [*words, *(f"{left} {right}" for left, right in pairwise(padded))]
    return {zlib.crc32(gram.encode()) % WORD_BINS for gram in grams}


def letter_bins(words: Sequence[str]) -> set[int]:
    """Pieces of words, so that a slip of the pen or another ending changes little."""
    return {zlib.crc32(gram.encode()) % LETTER_BINS for word in words for gram in _grams(f"<{word}>")}


def _grams(word: str) -> Iterator[str]:
    for size in _GRAM_SIZES:
        for start in range(len(word) - size + 1):
            yield word[start : start + size]


@dataclass(frozen=True, slots=True)
class _Bins:
    """The words and the pieces of words of one text."""

    words: list[int]
    letters: list[int]


def _bins(text: str) -> _Bins:
    words = words_of(text)
    return _Bins(list(word_bins(words)), list(letter_bins(words)))


class Featurizer:
    """Turns messages into rows of one width. Rare words count more than common ones, as seen in the examples it was
    fitted to, and signals that none of them has count nothing."""

    def __init__(self, weights: Weights, names: Mapping[str, int], word_rarity: Matrix, letter_rarity: Matrix) -> None:
        self._weights = weights
        self._names = names
        self._word_rarity = word_rarity
        self._letter_rarity = letter_rarity

    @classmethod
    def fit(
        cls, texts: Sequence[str], meanings: Matrix, signals: Sequence[Mapping[str, float]], weights: Weights
    ) -> "tuple[Featurizer, Matrix]":
        """A featurizer for these examples, and their rows."""
        found = [_bins(text) for text in texts]
        names = {name: place for place, name in enumerate(sorted({name for row in signals for name in row}))}
        featurizer = cls(
            weights,
            names,
            _rarity([bins.words for bins in found], WORD_BINS),
            _rarity([bins.letters for bins in found], LETTER_BINS),
        )
        return featurizer, featurizer._rows(found, meanings, signals)

    def rows(self, texts: Sequence[str], meanings: Matrix, signals: Sequence[Mapping[str, float]]) -> Matrix:
        """`meanings` are unit embeddings of the texts, `signals` what was read in them."""
        return self._rows([_bins(text) for text in texts], meanings, signals)

    def _rows(self, found: Sequence[_Bins], meanings: Matrix, signals: Sequence[Mapping[str, float]]) -> Matrix:
        weights = self._weights
        return np.concatenate(
            [
                weights.meaning * meanings,
                weights.words * _weighted([bins.words for bins in found], self._word_rarity),
                weights.letters * _weighted([bins.letters for bins in found], self._letter_rarity),
                weights.signals * self._signal_rows(signals),
                np.full((len(found), 1), weights.constant, dtype=np.float32),
            ],
            axis=1,
            dtype=np.float32,
        )

    def _signal_rows(self, signals: Sequence[Mapping[str, float]]) -> Matrix:
        rows = np.zeros((len(signals), len(self._names)), dtype=np.float32)
        for row, found in zip(rows, signals, strict=True):
            for name, value in found.items():
                if (place := self._names.get(name)) is not None:
                    row[place] = value
        return rows


def _rarity(found: Sequence[list[int]], width: int) -> Matrix:
    counts = np.zeros(width, dtype=np.float32)
    for places in found:
        counts[places] += 1
    return np.log((len(found) + 1) / (counts + 1)).astype(np.float32)


def _weighted(found: Sequence[list[int]], rarity: Matrix) -> Matrix:
    rows = np.zeros((len(found), len(rarity)), dtype=np.float32)
    for number, places in enumerate(found):
        values = rarity[places]
        rows[number, places] = values / max(float(np.linalg.norm(values)), 1e-6)
    return rows
