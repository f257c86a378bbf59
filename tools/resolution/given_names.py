"""Given names and what they are shortened to. Pure."""

from functools import lru_cache
from pathlib import Path

from tools.kit.yaml_text import parse_yaml
from tools.resolution.folding import folded


@lru_cache(maxsize=1)
def _nicknames() -> dict[str, frozenset[str]]:
    groups: list[list[str]] = parse_yaml(Path(__file__).with_name("nicknames.yaml").read_text("utf-8"))
    found: dict[str, frozenset[str]] = {}
    for names in groups:
        for short in names:
            found[folded(short)] = found.get(folded(short), frozenset()) | {folded(names[0])}
    return found


@lru_cache(maxsize=65_536)
def full_forms(given: str) -> frozenset[str]:
    """The names that a given name may be short for, and itself."""
    return _nicknames().get(given, frozenset()) | {given}


@lru_cache(maxsize=65_536)
def short_forms(given: str) -> frozenset[str]:
    """What a given name may be shortened to."""
    return frozenset(short for short, full in _nicknames().items() if given in full)


def is_given_name(word: str) -> bool:
    """Whether it is a known one: a name, and none that somebody mistyped."""
    return word in _nicknames() or word in _known()


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    found: dict[str, str] = parse_yaml(Path(__file__).with_name("given_names.yaml").read_text("utf-8"))
    return frozenset(folded(name) for names in found.values() for name in names.split())


@lru_cache(maxsize=65_536)
def initials_of(given: str) -> frozenset[str]:
    """The letters that a given name may be cut down to: Elizabeth's are E, L and B."""
    return frozenset(name[0] for name in full_forms(given) | short_forms(given))


def usual_form(given: str) -> str:
    """One name for all forms of it."""
    return min(_nicknames().get(given, (given,)))
