"""Which dashboard somebody's words name."""

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.foundry import Dashboard
from tools.language.text import normalize, tokenize

NEWEST = 200
"""Dashboards among which one is looked for by its name."""
_NEAR = 88.0
_SHOWN = 10
_ABOUT_ANY = frozenset(
    "a an the my our show me open see display view dashboard dashboards board page please of for".split()
)


def find_named(said: str, dashboards: Sequence[Dashboard]) -> str:
    """The id of the one that is meant: by its id, its name, its name within a sentence, or a name with a slip. Raises
    CopilotError: not found, with what there is; invalid where several are meant."""
    if not dashboards:
        raise CopilotError(ErrorKind.NOT_FOUND, "You have no dashboard yet.", hint="Make one first.")
    words = _words(said)
    fits: tuple[Callable[[Dashboard], bool], ...] = (
        lambda one: one.id == said.strip(),
        lambda one: normalize(one.name) == normalize(said.strip()),
        lambda one: bool(_words(one.name)) and f" {' '.join(_words(one.name))} " in f" {' '.join(words)} ",
        lambda one: bool(words) and set(words) <= set(_words(one.name)),
        lambda one: bool(words) and fuzz.ratio(" ".join(words), " ".join(_words(one.name))) >= _NEAR,
    )
    for fit in fits:
        found = [one for one in dashboards if fit(one)]
        longest = max((len(_words(one.name)) for one in found), default=0)
        found = [one for one in found if len(_words(one.name)) == longest]
        if len(found) == 1:
            return found[0].id
        if found:
            raise CopilotError(
                ErrorKind.INVALID, f"Several dashboards are called so: {_listed(found)}.", hint="Name one by its id."
            )
    if not words and len(dashboards) == 1:
        return dashboards[0].id
    raise CopilotError(ErrorKind.NOT_FOUND, f"There is no such dashboard. You have: {_listed(dashboards)}.")


def _words(text: str) -> list[str]:
    return [
        token.norm
        for token in tokenize(text.replace('"', " "))
        if token.norm not in _ABOUT_ANY and token.norm.isalnum()
    ]


def _listed(dashboards: Sequence[Dashboard]) -> str:
    names = [f"“{one.name}”" for one in dashboards[:_SHOWN]]
    more = len(dashboards) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
