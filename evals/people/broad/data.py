"""The words and rates beside this module, and drawing from them."""

import random
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Generic, TypeVar

from tools.kit.yaml_text import parse_yaml

T = TypeVar("T")


@cache
def data(name: str) -> Any:
    """The file of that name, read once."""
    return parse_yaml((Path(__file__).with_name(f"{name}.yaml")).read_text("utf-8"))


class Bag(Generic[T]):
    """Things with weights, of which one is drawn at a time."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.things: Sequence[T] = tuple(weights)
        self._sums = list(accumulate(weights.values()))

    def draw(self, rng: random.Random) -> T:
        return rng.choices(self.things, cum_weights=self._sums)[0]


def ranked(things: Iterable[str], flat: float) -> Bag[str]:
    """The earlier the likelier, as 1 / (rank + flat): the larger `flat`, the less the first stand out."""
    return Bag({thing: 1 / (rank + flat) for rank, thing in enumerate(dict.fromkeys(things), 1)})


def filled(pattern: str, rng: random.Random, letters: str = "ABCDEFGHJKLMNPRSTUVWXYZ") -> str:
    """`pattern` with a digit for each # and a letter for each @."""
    return "".join(
        rng.choice("0123456789") if one == "#" else rng.choice(letters) if one == "@" else one for one in pattern
    )
