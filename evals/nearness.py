"""Keeps cases apart from what the product was shown: a question that is nearly a declared example proves nothing."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from rapidfuzz import fuzz

from evals.cases import Suite
from tools.kit.yaml_text import parse_yaml

ROOT = Path(__file__).parent.parent
EXAMPLE_FILES = ("agents/examples/*.yaml", "tools/*/examples.yaml")

_SAME_WORDS = 0.8
"""Share of the content words of two questions that both have (Jaccard), from which they count as one question."""
_SAME_LETTERS = 90.0
"""Likeness of two questions with their words sorted, of 100, from which they count as one: catches typos."""
_TOO_SHORT = 3
"""A follow-up of fewer content words ("only Germany") is anybody's: there is no other way to say it."""
_EMPTY_WORDS = frozenset(
    """a an the of in on for to by per at from with and or is are was were be did do does our my your we i us me you it
    this that these those there what which who how show give tell list please can could would will get have has had""".split()
)


@dataclass(frozen=True)
class Example:
    """A request that the product declares, and the file that does."""

    text: str
    file: str


@dataclass(frozen=True)
class TooNear:
    suite: str
    key: str
    question: str
    example: Example


def declared_examples(root: Path = ROOT) -> tuple[Example, ...]:
    """Every text in the example files of agents and capabilities."""
    files = sorted(path for pattern in EXAMPLE_FILES for path in root.glob(pattern))
    return tuple(
        Example(text, path.relative_to(root).as_posix())
        for path in files
        for text in _texts(parse_yaml(path.read_text("utf-8")))
    )


def too_near(suite: Suite, examples: Iterable[Example]) -> list[TooNear]:
    """The turns of a suite that are nearly an example."""
    known = [(example, _words(example.text)) for example in examples]
    found: list[TooNear] = []
    for case in suite.cases:
        for number, (key, turn) in enumerate(case.turn_keys(), start=1):
            words = _words(turn.ask)
            if number > 1 and len(words) < _TOO_SHORT:
                continue
            found += [TooNear(suite.name, key, turn.ask, example) for example, others in known if near(words, others)][
                :1
            ]
    return found


def near(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether two questions, given as content words, are nearly the same."""
    mine, theirs = set(words), set(others)
    if not mine or not theirs:
        return False
    if len(mine & theirs) / len(mine | theirs) >= _SAME_WORDS:
        return True
    return fuzz.token_sort_ratio(" ".join(words), " ".join(others)) >= _SAME_LETTERS


def _words(text: str) -> tuple[str, ...]:
    """Content words without case and accents, plurals cut; all words where none is a content word."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word != "s"]
    content = [word for word in words if word not in _EMPTY_WORDS]
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in content or words)


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in cast("dict[object, object]", node).values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in cast("list[object]", node):
            yield from _texts(value)
