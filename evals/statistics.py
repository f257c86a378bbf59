"""The few statistics that a report quotes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Proportion:
    """`hits` of `total`, with Wilson's score interval at 95 % (Wilson, JASA 22, 1927)."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high end, both within 0 and 1; everything is possible where nothing was counted."""
        if not self.total:
            return 0.0, 1.0
        n, p, z2 = self.total, self.hits / self.total, _Z95 * _Z95
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, centre - half), min(1.0, centre + half)

    def __add__(self, other: "Proportion") -> "Proportion":
        return Proportion(self.hits + other.hits, self.total + other.total)


NOTHING = Proportion(0, 0)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile: the smallest value that at least `share` of all values do not exceed."""
    if not values:
        return None
    ranked = sorted(values)
    rank = -(-int(share * 1_000_000) * len(ranked) // 1_000_000)
    return ranked[max(0, min(len(ranked), rank) - 1)]
