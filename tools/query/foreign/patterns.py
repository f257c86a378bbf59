"""Patterns of time in one language: "letzten|vergangenen {n} {unit}" → "the last {n} {unit}s"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tools.query.foreign.words import Folding, Word, words_of

Filled = tuple[tuple[str, str], ...]
"""(name, English) of each placeholder, in the order in which they stand."""

Reader = Callable[[str, int], Iterator[tuple[int, str]]]
"""A placeholder and where it may begin → where it ends, and its English; once for each way to read it."""


@dataclass(frozen=True, slots=True)
class Element:
    """Words of which one must stand here, or a placeholder."""

    exact: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    name: str = ""
    optional: bool = False

    def is_said(self, one: Word) -> bool:
        return one.norm in self.exact or one.stem in self.stems


@dataclass(frozen=True, slots=True)
class Pattern:
    """`alone` is the English of a shift where nothing is there to shift."""

    elements: tuple[Element, ...]
    meant: str
    alone: str = ""
    first: frozenset[str] = field(default_factory=frozenset[str])

    def matches(self, words: tuple[Word, ...], at: int, read: Reader) -> tuple[int, str, str] | None:
        """(end, English, English alone) of the longest way in which the words from `at` on say this; None where they
        do not."""
        best = max(self._ends(words, at, 0, (), read), key=lambda found: found[0], default=None)
        if best is None or best[0] == at:
            return None
        return best[0], fill(self.meant, best[1]), fill(self.alone, best[1])

    def _ends(
        self, words: tuple[Word, ...], at: int, element: int, filled: Filled, read: Reader
    ) -> Iterator[tuple[int, Filled]]:
        if element == len(self.elements):
            yield at, filled
            return
        wanted = self.elements[element]
        if wanted.name:
            for end, english in read(wanted.name, at):
                yield from self._ends(words, end, element + 1, (*filled, (wanted.name, english)), read)
        elif at < len(words) and wanted.is_said(words[at]):
            yield from self._ends(words, at + 1, element + 1, filled, read)
        if wanted.optional:
            yield from self._ends(words, at, element + 1, filled, read)


_PIECE = re.compile(r"\[[^\]]+\]|\{[^}]+\}|\S+")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_NAME = re.compile(r"\{([a-z]+)(\d?)\}")


def compile_pattern(said: str, meant: str, folding: Folding, alone: str = "") -> Pattern:
    """Raises ValueError where `meant` names what `said` does not hold."""
    elements = tuple(_element(piece, folding) for piece in _PIECE.findall(said))
    names = [element.name for element in elements if element.name]
    for name, place in _NAME.findall(f"{meant} {alone}"):
        if names.count(name) < int(place or 1):
            raise ValueError(f"{said!r} has no {{{name}}} for {meant!r}")
    return Pattern(elements, meant, alone)


def _element(piece: str, folding: Folding) -> Element:
    optional = piece.startswith("[")
    piece = piece.strip("[]")
    if piece.startswith("{"):
        return Element(name=piece.strip("{}"), optional=optional)
    exact: set[str] = set()
    stems: set[str] = set()
    for word in piece.split("|"):
        folded = words_of(word.rstrip("="), folding)
        if len(folded) != 1:
            raise ValueError(f"{word!r} is not one word")
        exact.add(folded[0].norm)
        if not word.endswith("="):
            stems.add(folded[0].stem)
    return Element(frozenset(exact), frozenset(stems), optional=optional)


def fill(meant: str, filled: Filled) -> str:
    """The English with its placeholders filled: {p2} is the second {p}; a part in brackets is left out where one of its
    placeholders was not said."""

    def value(match: re.Match[str]) -> str:
        found = [english for name, english in filled if name == match.group(1)]
        place = int(match.group(2) or 1) - 1
        return found[place] if place < len(found) else "{}"

    kept = _OPTIONAL.sub(lambda m: "" if "{}" in _NAME.sub(value, m.group(1)) else m.group(1), meant)
    return " ".join(_NAME.sub(value, kept).replace("{}", "").split())
