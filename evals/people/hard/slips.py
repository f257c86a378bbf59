"""Slips of finger, ear and eye.

More than four in five misspelt words have one wrong, missing, extra or transposed letter (Damerau, "A technique for computer
detection and correction of spelling errors", 1964), and few are wrong in their first letter (Yannakoudakis and Fawthrop, "The
rules of spelling errors", 1983). What is heard over the telephone is spelt as it sounds, and what comes from a scanned card or
form is misread by shape: the two further kinds that the generators Febrl and GeCo know.
"""

from typing import Final

from evals.demo.draws import Draws, Weighted
from evals.people.hard.data import WORDS

_SINGLE: Final = 0.83
"""Share of mistyped words with one error."""
_FIRST: Final = 0.06
"""Share of errors that hit the first letter."""
_BY_HAND: Final = Weighted(["neighbour", "missing", "swapped", "double", "extra"], [30, 26, 22, 14, 8])
_DICTATED: Final = Weighted(["heard", "missing", "neighbour", "double", "swapped", "extra"], [48, 16, 14, 9, 9, 4])
_SCANNED: Final = Weighted(["read", "missing", "double"], [80, 12, 8])


def mistyped(rng: Draws, word: str, how: str) -> str:
    """`word` with an error or two, such as occur `how`: "typed", "dictated" or "scanned". Short words stay as they are."""
    kinds = {"typed": _BY_HAND, "dictated": _DICTATED, "scanned": _SCANNED}[how]
    for _ in range(1 if rng.unit() < _SINGLE else 2):
        if len(word) < 4:
            break
        kind = rng.weighted(kinds)
        word = _replaced(rng, word, kind) if kind in ("heard", "read") else _keyed(rng, word, kind)
    return word


def misdialled(rng: Draws, digits: str) -> str:
    """`digits`, of which something else may stand between, with one of the last six wrong, missing or swapped."""
    places = [at for at, one in enumerate(digits) if one.isdigit()][-6:]
    if len(places) < 3:
        return digits
    at = rng.one_of(places[:-1])
    kind = rng.unit()
    if kind < 0.55:
        return digits[:at] + str((int(digits[at]) + rng.whole(1, 9)) % 10) + digits[at + 1 :]
    if kind < 0.85 and digits[at + 1].isdigit() and digits[at] != digits[at + 1]:
        return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    return digits[:at] + digits[at + 1 :]


def _keyed(rng: Draws, word: str, kind: str) -> str:
    at = 0 if rng.unit() < _FIRST else rng.whole(1, len(word) - 1 - 1)
    one = word[at]
    if kind == "missing":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + one + word[at:]
    if kind == "swapped":
        return word[:at] + word[at + 1] + one + word[at + 2 :]
    wrong = rng.one_of(WORDS.keys.get(one.lower(), "e"))
    wrong = wrong.upper() if one.isupper() else wrong
    return word[:at] + wrong + word[at + (kind == "neighbour") :]


def _replaced(rng: Draws, word: str, kind: str) -> str:
    lower = word.lower()
    fits = [(old, new) for old, new in (WORDS.heard if kind == "heard" else WORDS.read) if old in lower[1:]]
    if not fits:
        return _keyed(rng, word, "missing")
    old, new = rng.one_of(fits)
    at = lower.index(old, 1)
    return word[:at] + (new.upper() if word.isupper() else new) + word[at + len(old) :]
