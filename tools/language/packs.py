"""Values, packed into arrays: some hundred bytes for each, and what words name is found without going through all of them.

A pack never changes. What counts its values anew gives another one, which shares all that stays the same: a question keeps
what it began with.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from tools.language.letters import Counts, Letters, letter_counts, letters, letters_of, may_be_within, most_edits
from tools.language.packed import Integers, Lists, Strings
from tools.language.text import normalize, spelt

Held = tuple[str, str]
"""A dimension, and the text of one of its values."""
Spelling = tuple[str, ...]
LONGEST_NAME: Final = 64
"""Words of a name; what follows them names nothing."""
SHORTEST_MENDED: Final = 4
"""Letters of a word below which nothing is a slip of it."""
_BETWEEN: Final = -1
"""Parts the words of two values, so that no phrase reaches from one into the other."""
_NAMES_AT_ONCE: Final = 100_000


def may_be_mended(word: str) -> bool:
    """Short words and numbers are left alone: one character makes too many of them into others."""
    return len(word) >= SHORTEST_MENDED and not word.isdigit()


def spelling(text: str) -> tuple[Spelling, Spelling]:
    """The words of a name as they are spelt, and each made singular."""
    return spelt(text, LONGEST_NAME)


@dataclass(frozen=True)
class Pack:
    """Values sorted by dimension and text; each is known by its place among them."""

    dimensions: tuple[str, ...]
    dimension: NDArray[np.uint16]
    texts: Strings
    counts: Integers
    """How often the data holds each; 0 where it no longer does."""
    words: Strings
    """All words of all values, sorted."""
    lemmas: Integers
    """The values' words, made singular, one value after the other."""
    first: NDArray[np.int64]
    """Where each value's begin there."""
    owner: Integers
    """Whose each of them is."""
    places: Lists
    """Word → where it stands in `lemmas`."""
    spellings: Lists
    """Word → values in which it is spelt so, or whose name it is."""
    phrases: NDArray[np.int64]
    """Hashes of what values are called as a whole, sorted."""
    called: Integers
    """The value that each of them names."""
    letters: Letters
    """Of each value's words."""
    lengths: Integers
    """Characters of each value's words with one space between them; 0 where it has none."""
    by_length: Integers
    """Words that others may be slips of, the shortest first."""
    word_lengths: Integers
    word_letters: Letters
    """Both in that order."""
    lines: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]], repr=False)
    """Dimension → place of its first value, and a line of text for each."""

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def nbytes(self) -> int:
        """What it takes of memory."""
        parts = [part for part in vars(self).values() if isinstance(part, np.ndarray | Strings | Lists)]
        return sum(part.nbytes for part in parts)

    @cached_property
    def gone(self) -> int:
        """Values that the data no longer holds."""
        return len(self) - int(np.count_nonzero(self.counts > 0))

    @cached_property
    def members(self) -> dict[str, tuple[int, int]]:
        """Of each dimension, how many values the data holds, and how many of those have words."""
        held = self.counts > 0
        all_, named = (
            np.bincount(self.dimension[chosen], minlength=len(self.dimensions)) for chosen in (held, held & (self.lengths > 0))
        )  # fmt: skip
        return {name: (int(all_[i]), int(named[i])) for i, name in enumerate(self.dimensions)}

    def value(self, at: int) -> Held:
        return self.dimensions[self.dimension[at]], self.texts[at]

    def held(self) -> Iterator[tuple[Held, int]]:
        """All that the data holds, with how often."""
        for at in np.flatnonzero(self.counts > 0):
            yield self.value(int(at)), int(self.counts[at])

    def counted(self, changes: Mapping[Held, int]) -> tuple[Self, dict[Held, int]]:
        """Holding some values so much more or less often; and those changes that are of none of its values."""
        unknown: dict[Held, int] = {}
        known: dict[int, int] = {}
        for value, change in changes.items():
            at = self._place(value)
            if at is None:
                unknown[value] = change
            else:
                known[at] = change
        if not known:
            return self, unknown
        counts = self.counts.copy()
        for at, change in known.items():
            counts[at] = max(0, int(counts[at]) + change)
        return replace(self, counts=counts), unknown

    def _place(self, value: Held) -> int | None:
        if value[0] not in self.dimensions:
            return None
        named = self._hashed(spelling(value[1])[1])
        return next((at for at in named if self.value(at) == value), None)

    # ── what words name ──────────────────────────────────────────────────────────────────────────────────

    def whole(self, phrase: Spelling) -> list[int]:
        """Values that are called so."""
        return [at for at in self._hashed(phrase) if self.counts[at] > 0 and phrase in spelling(self.texts[at])]

    def _hashed(self, phrase: Spelling) -> list[int]:
        wanted = hash(phrase)
        start = self.phrases.searchsorted(wanted)
        if start == len(self.phrases) or self.phrases[start] != wanted:
            return []
        return self.called[start : self.phrases.searchsorted(wanted, side="right")].tolist()

    def has(self, lemma: str) -> bool:
        """Whether a value has this word, made singular, in its name."""
        word = self.words.place(lemma)
        return word is not None and self._any_held(self.owner[self.places[word]])

    def holding(self, lemmas: Spelling) -> Integers:
        """Values in whose name these words, made singular, stand next to each other."""
        words = [word for lemma in lemmas if (word := self.words.place(lemma)) is not None]
        if not words or len(words) < len(lemmas):
            return np.empty(0, np.int32)
        rarest = min(range(len(words)), key=lambda i: len(self.places[words[i]]))
        starts = self.places[words[rarest]] - rarest
        starts = starts[(starts >= 0) & (starts + len(words) <= len(self.lemmas))]
        for i, word in enumerate(words):
            starts = starts[self.lemmas[starts + i] == word]
        values = self.owner[starts]
        return self._held(values[np.flatnonzero(np.diff(values, prepend=-1))])

    def often(self, lemma: str) -> int:
        """How often a word, made singular, stands in names."""
        word = self.words.place(lemma)
        return 0 if word is None else len(self.places[word])

    def sharing(self, lemma: str, typed: str, likeness: float) -> list[int]:
        """Values that have this word, and whose names may all in all be as like to what was typed."""
        word = self.words.place(lemma)
        if word is None:
            return []
        values = self.owner[self.places[word]]
        edits = most_edits(self.lengths[values], len(typed), likeness)
        near = np.abs(self.lengths[values] - len(typed)) <= edits
        values, edits = values[near], edits[near]
        return np.unique(self._held(values[may_be_within(self.letters[values], letters_of(typed), edits)])).tolist()

    def of(self, dimension: str) -> list[int]:
        """All values of a dimension."""
        return self.of_dimension(np.flatnonzero(self.counts > 0).astype(np.int32), dimension).tolist()

    def of_dimension(self, places: Integers, dimension: str) -> Integers:
        """Those of some values that are of one dimension."""
        number = self.dimensions.index(dimension) if dimension in self.dimensions else -1
        return places[self.dimension[places] == number]

    def name(self, at: int) -> str:
        """A value's words, made singular."""
        words = self.lemmas[int(self.first[at]) : int(self.first[at + 1]) - 1]
        return " ".join(self.words[word] for word in words.tolist())

    def with_letters(self, piece: str, dimension: str) -> Iterator[int]:
        """Values of a dimension in whose text these letters stand, inside of a word too."""
        if dimension not in self.dimensions:
            return
        if dimension not in self.lines:
            number = self.dimensions.index(dimension)
            start, stop = np.searchsorted(self.dimension, [number, number + 1]).tolist()
            lines = (normalize(self.texts[at]).replace("\n", " ") for at in range(start, stop))
            self.lines[dimension] = start, "\n".join(lines)
        place, lines = self.lines[dimension]
        seen, found = 0, lines.find(piece)
        while found >= 0:
            place += lines.count("\n", seen, found)
            if self.counts[place] > 0:
                yield place
            seen = lines.find("\n", found)
            found = lines.find(piece, seen) if seen >= 0 else -1

    # ── words that others may be slips of ────────────────────────────────────────────────────────────────

    def words_like(self, word: str, likeness: float) -> Iterator[str]:
        """Those that may be as like to a word."""
        lengths = self._of_lengths(int(len(word) * likeness), int(len(word) / likeness) + 1)
        return self._slips(word, lengths, most_edits(self.word_lengths[lengths], len(word), likeness))

    def words_within(self, word: str, edits: int) -> Iterator[str]:
        """Those that may be as few edits away from a word."""
        lengths = self._of_lengths(len(word) - edits, len(word) + edits)
        return self._slips(word, lengths, np.full(lengths.stop - lengths.start, edits, np.int32))

    def _of_lengths(self, shortest: int, longest: int) -> slice:
        return slice(*np.searchsorted(self.word_lengths, [shortest, longest + 1]).tolist())

    def _slips(self, word: str, part: slice, edits: Integers) -> Iterator[str]:
        near = may_be_within(self.word_letters[part], letters_of(word), edits)
        near &= np.abs(self.word_lengths[part] - len(word)) <= edits
        for at in self.by_length[part][near].tolist():
            if self._any_held(self.spellings[at]):
                yield self.words[at]

    def _held(self, values: Integers) -> Integers:
        return values[self.counts[values] > 0] if self.gone else values

    def _any_held(self, values: Integers) -> bool:
        return len(values) > 0 and (not self.gone or bool((self.counts[values] > 0).any()))


# ── making one ───────────────────────────────────────────────────────────────────────────────────────────────


def pack(values: Mapping[str, Mapping[str, int]]) -> Pack:
    """Of each dimension, its texts and how often the data holds each."""
    dimensions = tuple(sorted(values))
    texts = [text for name in dimensions for text in sorted(values[name])]
    sizes = [len(values[name]) for name in dimensions]
    read = _Read(texts)
    words, lemmas, spelt_words = read.sorted()
    first = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.frombuffer(read.sizes, np.int32) + 1, out=first[1:])
    owner = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(first))
    inside = np.flatnonzero(lemmas != _BETWEEN).astype(np.int32)
    spellings = Lists.of(spelt_words, np.frombuffer(read.spelt_in, np.int32), len(words))
    order = np.argsort(np.frombuffer(read.phrases, np.int64), kind="stable")
    lengths = np.fromiter(map(len, words), np.int32, len(words))
    counts = letter_counts(words)
    by_length = _mendable(words, lengths, spellings)
    return Pack(
        dimensions=dimensions,
        dimension=np.repeat(np.arange(len(dimensions), dtype=np.uint16), sizes),
        texts=Strings(texts),
        counts=np.fromiter((n for name in dimensions for _, n in sorted(values[name].items())), np.int32, len(texts)),
        words=Strings(words),
        lemmas=lemmas,
        first=first,
        owner=owner,
        places=Lists.of(lemmas[inside], inside, len(words)),
        spellings=spellings,
        phrases=np.frombuffer(read.phrases, np.int64)[order],
        called=np.frombuffer(read.called, np.int32)[order],
        letters=_letters_of_names(lemmas, first, counts),
        lengths=_lengths_of_names(lemmas, first, lengths),
        by_length=by_length,
        word_lengths=lengths[by_length],
        word_letters=letters(counts[by_length]),
    )


class _Read:
    """The words of all texts, numbered as they come."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.numbers: dict[str, int] = {}
        self.lemmas, self.sizes = array("i"), array("i")
        self.spelt, self.spelt_in = array("i"), array("i")
        self.phrases, self.called = array("q"), array("i")
        numbers = self.numbers
        for at, text in enumerate(texts):
            norms, lemmas = spelling(text)
            for lemma in lemmas:
                self.lemmas.append(numbers.setdefault(lemma, len(numbers)))
            self.lemmas.append(_BETWEEN)
            self.sizes.append(len(lemmas))
            for word in {*norms, *lemmas} if len(lemmas) == 1 else set(norms):
                self.spelt.append(numbers.setdefault(word, len(numbers)))
                self.spelt_in.append(at)
            self.phrases.append(hash(lemmas))
            self.called.append(at)
            if norms != lemmas:
                self.phrases.append(hash(norms))
                self.called.append(at)

    def sorted(self) -> tuple[list[str], Integers, Integers]:
        """All words, and which of them `lemmas` and `spelt` are."""
        words = sorted(self.numbers)
        place = np.empty(len(words) + 1, np.int32)
        place[np.fromiter((self.numbers[word] for word in words), np.int64, len(words))] = np.arange(len(words))
        place[_BETWEEN] = _BETWEEN
        return words, place[np.frombuffer(self.lemmas, np.int32)], place[np.frombuffer(self.spelt, np.int32)]


def _mendable(words: Sequence[str], lengths: Integers, spellings: Lists) -> Integers:
    meant = np.fromiter(map(may_be_mended, words), np.bool_, len(words))
    chosen = np.flatnonzero(meant & (np.diff(spellings.starts) > 0)).astype(np.int32)
    return chosen[np.argsort(lengths[chosen], kind="stable")]


def _letters_of_names(lemmas: Integers, first: NDArray[np.int64], counts: Counts) -> Letters:
    """A piece at a time: the counts of all words of all names at once would take more than the pack itself."""
    padded = np.concatenate((counts, np.zeros((1, counts.shape[1]), np.uint8)))  # the last row is what parts two values
    found: list[Letters] = []
    for at in range(0, len(first) - 1, _NAMES_AT_ONCE):
        starts = first[at : at + _NAMES_AT_ONCE + 1]
        inside = lemmas[starts[0] : starts[-1]]
        found.append(letters(np.add.reduceat(padded[inside], starts[:-1] - starts[0], axis=0, dtype=np.uint16)))
    return np.concatenate(found) if found else np.zeros(0, np.uint64)


def _lengths_of_names(lemmas: Integers, first: NDArray[np.int64], lengths: Integers) -> Integers:
    padded = np.append(lengths + 1, 0).astype(np.int32)  # with the space after each
    if len(first) == 1:
        return np.zeros(0, np.int32)
    return np.maximum(np.add.reduceat(padded[lemmas], first[:-1]) - 1, 0).astype(np.int32)
