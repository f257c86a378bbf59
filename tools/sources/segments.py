"""Names that run together in lower case ("leavedate", "keyworkerid"), taken apart by the words of the language."""

from functools import lru_cache

from tools.language.dictionary import Dictionary
from tools.language.text import listed

_DICTIONARY = Dictionary()
_SHORT = frozenset(listed("id no nm cd dt at on by to yn ts of km kg kwh pct qty amt cnt num nbr mins hrs secs addr desc descr att dept cust prod emp acct ref"))  # fmt: skip
"""Pieces that are no words, and that names are made of."""
_LAST_ONLY = frozenset(listed("id no nm cd dt at on by to yn ts of km kg"))
_NO_PIECES = frozenset(listed("ing ion ist ish est ant ent ins ate ted ers ons tic ter ram rim sch ree ral ser con pro pre per sub non mis dis inn ova ren nee ora ble ful ess ary ery ory"))  # fmt: skip
"""Short words that are rather the end or the beginning of one."""
SHORTEST, LONGEST = 6, 40
LEAST_PIECE = 3
MOST_PIECES = 4


@lru_cache(maxsize=20_000)
def taken_apart(word: str) -> tuple[str, ...]:
    """The words that a name is run together from, the fewest that there can be; the name itself where it is a word, or
    nothing tells what it is made of."""
    if not (SHORTEST <= len(word) <= LONGEST) or not word.isascii() or not word.isalpha() or word in _DICTIONARY:
        return (word,)
    if word.startswith("is") and word[2:] in _DICTIONARY and len(word) > SHORTEST:
        return ("is", word[2:])
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, piece = best[start], word[start:end]
            if before is None or len(before) >= MOST_PIECES or not _is_piece(piece, first=start == 0, last=end == len(word)):  # fmt: skip
                continue
            found = (*before, piece)
            if best[end] is None or _cost(found) < _cost(best[end] or ()):
                best[end] = found
    whole = best[len(word)]
    return whole if whole is not None and any(len(piece) > LEAST_PIECE for piece in whole) else (word,)


def _cost(pieces: tuple[str, ...]) -> tuple[int, int]:
    """Few pieces, and none of them short."""
    return len(pieces), -min((len(piece) for piece in pieces), default=0)


def _is_piece(text: str, *, first: bool, last: bool) -> bool:
    if text in _SHORT:
        return not first if text in _LAST_ONLY and last else text not in _LAST_ONLY
    return len(text) >= LEAST_PIECE and text in _DICTIONARY and text not in _NO_PIECES
