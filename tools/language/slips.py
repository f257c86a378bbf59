"""How likely a slip of the pen is: what makes one word of another, as fingers, ears and haste do.

Costs are negative natural logarithms of likelihoods, so that those of several slips in one word add up.
"""

from math import inf
from typing import Final

from rapidfuzz.distance import OSA

_SWAPPED: Final = 4.3
_LEFT_OUT: Final = 5.0
_LEFT_OUT_VOWEL: Final = 4.5
_LEFT_OUT_OF_TWO: Final = 3.8
_LEFT_OUT_LAST: Final = 4.5
_TWICE: Final = 4.2
_STRUCK_TOO: Final = 5.6
_PUT_IN: Final = 6.5
_VOWEL_FOR_VOWEL: Final = 5.0
_KEY_BESIDE: Final = 5.2
_SOUNDS_ALIKE: Final = 5.4
_OTHER_LETTER: Final = 7.5
_FIRST_LETTER: Final = 1.0
"""More, where the first letter is not the one meant: it is the one that is looked at."""
_LAST_LETTER: Final = 1.5
"""More, where a letter stands at the end that does not belong there: it would make another form of the word."""
_ENDING: Final = 3.6
"""The "e" of an ending ("diffrnt") is heard least."""
_ENDING_OF_A_VERB: Final = 1.0
"""As in "orderd"."""
_APOSTROPHE: Final = 1.0
_EACH_MORE: Final = 1.5
"""More for every slip but the first: who slips twice in one word is in a hurry, or means another."""
_WITHOUT_VOWELS: Final = 4.0
_EACH_VOWEL: Final = 0.6

_ENDINGS: Final = frozenset(["d", "r", "rs", "n", "l", "t", "nt", "nce"])
_VOWELS: Final = frozenset("aeiouy")
_ALIKE: Final = frozenset(
    frozenset(pair) for pair in ("ck", "cs", "sz", "fv", "mn", "bp", "dt", "gj", "cq", "kq", "uw", "vw")
)
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _beside() -> dict[str, str]:
    keys = {letter: (x + y / 2, y) for y, row in enumerate(_ROWS) for x, letter in enumerate(row)}
    return {
        one: "".join(
            other for other, (x, y) in keys.items() if other != one and abs(x - keys[one][0]) <= 1 and abs(y - keys[one][1]) <= 1
        )
        for one in keys
    }  # fmt: skip


_BESIDE: Final = _beside()


def most_slips(length: int) -> int:
    """How many slips a word of that many letters may have and still be told."""
    return 1 if length < 6 else 2 if length < 12 else 3  # noqa: PLR2004 — letters


def without_vowels(word: str) -> str:
    """A word as a message in haste has it ("mrgn"): its first letter, and of the others those that are no vowels."""
    return word[:1] + "".join(letter for letter in word[1:] if letter not in "aeiou")


def cost(typed: str, meant: str) -> float:
    """Of typing the one for the other, which is not the same; infinite where they have too little in common."""
    slips = OSA.distance(typed, meant)
    spelt = inf if slips > most_slips(len(typed)) else _cost_of_edits(typed, meant) + _EACH_MORE * (slips - 1)
    if typed == without_vowels(meant) and len(typed) < len(meant):
        return min(spelt, _WITHOUT_VOWELS + _EACH_VOWEL * (len(meant) - len(typed)))
    return spelt


def _cost_of_edits(typed: str, meant: str) -> float:
    """The cheapest way from one to the other, by optimal string alignment."""
    width = len(typed) + 1
    before: list[float] = []
    above = [0.0] * width
    for j in range(1, width):
        above[j] = above[j - 1] + _put_in(typed, j - 1)
    for i, wanted in enumerate(meant):
        row = [above[0] + _left_out(meant, i)] + [0.0] * (width - 1)
        for j in range(1, width):
            got = typed[j - 1]
            best = above[j - 1] if got == wanted else above[j - 1] + _for(got, wanted) + _at_an_end(i, meant)
            best = min(best, above[j] + _left_out(meant, i), row[j - 1] + _put_in(typed, j - 1))
            if i and j > 1 and got == meant[i - 1] and typed[j - 2] == wanted and got != wanted:
                best = min(best, before[j - 2] + _SWAPPED + (_FIRST_LETTER if i == 1 else 0.0))
            row[j] = best
        before, above = above, row
    return above[-1]


def _left_out(meant: str, at: int) -> float:
    letter = meant[at]
    if at and meant[at - 1] == letter:
        return _LEFT_OUT_OF_TWO
    if at == 0:
        return _LEFT_OUT + _FIRST_LETTER
    if letter == "'":
        return _APOSTROPHE
    if letter == "e" and meant[at + 1 :] in _ENDINGS:
        return _ENDING_OF_A_VERB if meant[at + 1 :] == "d" else _ENDING
    if at == len(meant) - 1:
        return _LEFT_OUT_LAST
    return _LEFT_OUT_VOWEL if letter in _VOWELS else _LEFT_OUT


def _put_in(typed: str, at: int) -> float:
    letter, around = typed[at], typed[max(0, at - 1) : at] + typed[at + 1 : at + 2]
    if letter in around:
        return _TWICE
    return _at_an_end(at, typed) + (
        _STRUCK_TOO if any(letter in _BESIDE.get(other, "") for other in around) else _PUT_IN
    )


def _for(got: str, wanted: str) -> float:
    if got in _VOWELS and wanted in _VOWELS:
        return _VOWEL_FOR_VOWEL
    if got in _BESIDE.get(wanted, ""):
        return _KEY_BESIDE
    return _SOUNDS_ALIKE if frozenset((got, wanted)) in _ALIKE else _OTHER_LETTER


def _at_an_end(at: int, word: str) -> float:
    return _FIRST_LETTER if at == 0 else _LAST_LETTER if at == len(word) - 1 else 0.0
