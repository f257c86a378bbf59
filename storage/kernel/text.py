"""Texts from outside, as far as any store, terminal and page can take them."""

import re
from typing import Final

_NONE: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and halves of surrogate pairs: JSON can hold both."""
_SPACES: Final = "\t\n\r"


def legible(text: str, *, lines: bool = False) -> str:
    """A text for people, with a mark (U+FFFD) for each thing in it that is no character: PostgreSQL takes no NUL, no encoding
    half a surrogate pair, and a terminal obeys what follows an escape. Line ends and tabs become spaces, unless its `lines`
    are to stay."""
    return _NONE.sub(lambda found: _instead(found[0], lines=lines), text)


def _instead(one: str, *, lines: bool) -> str:
    if one in _SPACES:
        return one if lines else " "
    return "\ufffd"
