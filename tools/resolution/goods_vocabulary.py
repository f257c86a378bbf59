"""What goods are called by in the languages of shops, in one form. Pure."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from tools.kit.yaml_text import parse_yaml
from tools.resolution.folding import folded

_LONGEST: Final = 3
"""Words of a phrase."""
_SHORTEST_PLURAL: Final = 4
_BETWEEN_LETTERS: Final = re.compile(r"(?<=[a-z])-(?=[a-z])")


def in_one_form(text: str) -> str:
    """A folded title with each word or phrase that goods_words.yaml has as the first of its list: "staubsauger rot" is
    "vacuum cleaner red"."""
    forms = _forms()
    parts = _BETWEEN_LETTERS.sub(" ", text).split(" ")
    found: list[str] = []
    at = 0
    while at < len(parts):
        for count in range(min(_LONGEST, len(parts) - at), 0, -1):
            some = " ".join(parts[at : at + count])
            bare = some.rstrip(",.")
            form = forms.get(bare) or forms.get(singular(bare))
            if form is not None:
                found.append(form + some[len(bare) :])
                at += count
                break
        else:
            found.append(parts[at])
            at += 1
    return " ".join(found)


def singular(word: str) -> str:
    """A plural in s as its singular, of a word or of the last of several; what is cut off of other words is cut off wherever
    they stand."""
    is_plural = len(word) >= _SHORTEST_PLURAL and word.endswith("s") and word[-2] not in "sui"
    return word[:-1] if is_plural and word.replace(" ", "").isalpha() else word


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    listed: list[list[str]] = parse_yaml(Path(__file__).with_name("goods_words.yaml").read_text("utf-8"))
    forms = {folded(one): folded(names[0]) for names in listed for one in names}
    # A space that somebody left out.
    return {one.replace(" ", ""): form for one, form in forms.items()} | forms
