"""Random draws that give the same numbers on every Python version and machine.

Only `random.Random.random()` is promised to keep its sequence for a seed (docs.python.org/3/library/random.html,
"Notes on Reproducibility"), so everything else is built on it here. Each concern draws from a stream of its own name:
a draw added to one leaves the others as they were.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import cos, exp, log, pi, sqrt
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_NORMAL_ABOVE = 60.0


class Draws:
    """One stream of draws."""

    def __init__(self, seed: int, stream: str) -> None:
        self.unit = Random(f"{seed}/{stream}").random

    def between(self, low: float, high: float) -> float:
        """Uniform on [low, high)."""
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both possible."""
        return low + int(self.unit() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        return self.unit() < probability

    def normal(self) -> float:
        """Standard normal (Box and Muller)."""
        return sqrt(-2.0 * log(1.0 - self.unit())) * cos(2.0 * pi * self.unit())

    def exponential(self, mean: float) -> float:
        return -mean * log(1.0 - self.unit())

    def poisson(self, mean: float) -> int:
        """Knuth's product of uniforms; the rounded normal above a mean of 60."""
        if mean > _NORMAL_ABOVE:
            return max(0, round(mean + sqrt(mean) * self.normal()))
        count, product, floor = 0, self.unit(), exp(-mean)
        while product > floor:
            count += 1
            product *= self.unit()
        return count

    def one_of(self, items: Sequence[T]) -> T:
        return items[int(self.unit() * len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items, in the order drawn."""
        pool = list(items)
        return [pool.pop(int(self.unit() * len(pool))) for _ in range(count)]

    def weighted(self, choices: "Weighted[T]") -> T:
        return choices.at(self.unit())


class Weighted(Generic[T_co]):
    """Items with weights, prepared once for many draws. No item of weight 0 is ever drawn."""

    def __init__(self, items: Sequence[T_co], weights: Sequence[float]) -> None:
        self._items = items
        self._sums = list(accumulate(weights))

    def at(self, unit: float) -> T_co:
        """The item that a number in [0, 1) falls on."""
        return self._items[bisect_right(self._sums, unit * self._sums[-1])]
