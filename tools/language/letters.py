"""The letters of a text as 64 bits, by which most of what is no slip of it is told without comparing the two.

There is a bit for each of 32 kinds of letters and digits that a text has, and one more for each that it has twice or more.
One edit (a character put in, left out or put in another's place, or two neighbours swapped) changes two of the bits at
most: texts whose letters differ in more than twice as many bits are further apart than so many edits.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.language.packed import Integers

Letters = NDArray[np.uint64]
Counts = NDArray[np.uint8]
"""How often each kind occurs, for any number of texts."""
_KINDS: Final = 32
_COMMON: Final = b"0123456789etaoinsrhldcumfpgwybvk"
_RARE: Final = (b"jxqz", b"yvkb")
"""The rarest letters, and those that each shares its kind with."""
_WORDS_AT_ONCE: Final = 50_000


def _kinds() -> NDArray[np.uint8]:
    """Byte → kind; what is no letter or digit of ASCII is none, and counts for nothing."""
    kinds = np.full(256, _KINDS, np.uint8)
    kinds[list(_COMMON)] = np.arange(_KINDS)
    kinds[list(_RARE[0])] = kinds[list(_RARE[1])]
    return kinds


_KIND_OF: Final = _kinds()


def letters_of(text: str) -> np.uint64:
    """The bits of one text in small letters."""
    return letters(letter_counts([text]))[0]


def letter_counts(texts: Sequence[str]) -> Counts:
    """A row of counts for each text."""
    rows = [_counts(texts[at : at + _WORDS_AT_ONCE]) for at in range(0, len(texts), _WORDS_AT_ONCE)]
    return np.concatenate(rows) if rows else np.zeros((0, _KINDS), np.uint8)


def _counts(texts: Sequence[str]) -> Counts:
    pieces = [text.encode("utf-8", "surrogatepass") for text in texts]
    kinds = _KIND_OF[np.frombuffer(b"".join(pieces), np.uint8)]
    text = np.repeat(np.arange(len(pieces)), list(map(len, pieces)))
    known = kinds < _KINDS
    found = np.bincount(text[known] * _KINDS + kinds[known], minlength=len(pieces) * _KINDS)
    return np.minimum(found, 255).astype(np.uint8).reshape(len(pieces), _KINDS)


def letters(counts: NDArray[np.integer]) -> Letters:
    """The bits of texts whose letters are counted."""
    bits = np.concatenate((np.packbits(counts > 0, axis=1), np.packbits(counts > 1, axis=1)), axis=1)
    return np.ascontiguousarray(bits).view(np.uint64).reshape(len(counts))


def may_be_within(some: Letters, other: np.uint64, edits: Integers) -> NDArray[np.bool_]:
    """Which of `some` may be as few edits away, going by their letters alone."""
    return np.bitwise_count(some ^ other) <= 2 * edits


def most_edits(lengths: Integers, length: int, likeness: float) -> Integers:
    """Edits up to which texts of these lengths are as like to one of `length`, the likeness being 1 less the edits for
    each character of the longer one."""
    return np.floor((1 - likeness) * np.maximum(lengths, length) + 1e-6).astype(np.int32)
