"""The words and rates beside this module, and drawing from them."""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from tools.kit.yaml_text import parse_yaml

T = TypeVar("T")
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@cache
def data(name: str) -> Any:
    """The file of that name, read once."""
    return parse_yaml(Path(__file__).with_name(f"{name}.yaml").read_text("utf-8"))


def weighted(rng: random.Random, weights: Mapping[T, float]) -> T:
    """One of the keys, as probable as its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def early(rng: random.Random, things: Sequence[T]) -> T:
    """One of them, the first some six times as probable as the last."""
    return things[min(int(len(things) * rng.random() ** 1.6), len(things) - 1)]


def filled(pattern: str, rng: random.Random) -> str:
    """`pattern` with a digit for each #, a letter for each @ and, where all else is digits, one from 2 to 9 for each N."""
    digits = "N" in pattern and pattern.replace("N", "").replace("#", "").isdigit()
    return "".join(
        str(rng.randrange(10)) if one == "#" else rng.choice(_LETTERS) if one == "@"
        else str(rng.randrange(2, 10)) if digits and one == "N" else one
        for one in pattern
    )  # fmt: skip


def slipped(text: str, rng: random.Random) -> str:
    """`text` with one letter or digit lost, doubled, swapped with the next or hit beside; never the first."""
    places = [at for at in range(1, len(text)) if text[at].isalnum()]
    if not places:
        return text
    at = rng.choice(places)
    one = text[at]
    kind = rng.random()
    if kind < 0.3:
        return text[:at] + text[at + 1 :]
    if kind < 0.5:
        return text[:at] + one + text[at:]
    if kind < 0.7 and at + 1 < len(text) and text[at + 1].isalnum():
        return text[:at] + text[at + 1] + one + text[at + 2 :]
    row = next((row for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890") if one.lower() in row), None)
    if row is None:
        return text[:at] + text[at + 1 :]
    return text[:at] + row[(row.index(one.lower()) + rng.choice((-1, 1))) % len(row)] + text[at + 1 :]
