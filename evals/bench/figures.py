"""What a measurement gave: samples of the product and of its bare reference, and the budget they are held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evals.statistics import percentile

Unit = Literal["ms", "s", "rows/s", "objects/s", "MB"]


@dataclass(frozen=True)
class Sample:
    """At least one run's figures, in the figure's unit."""

    values: Sequence[float]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("a sample holds at least one run")

    @property
    def runs(self) -> int:
        return len(self.values)

    @property
    def p50(self) -> float:
        return self._at(0.50)

    @property
    def p95(self) -> float:
        """The 95th percentile (nearest rank): of fewer than twenty runs it is the largest."""
        return self._at(0.95)

    def _at(self, share: float) -> float:
        value = percentile(self.values, share)
        assert value is not None  # noqa: S101 - a sample is never empty
        return value


@dataclass(frozen=True)
class Budget:
    """The most that a figure may be: its own p50 or p95 in its unit, or its ratio to the reference."""

    of: Literal["p50", "p95", "ratio"]
    most: float

    def __str__(self) -> str:
        return f"≤ {self.most:g} ×" if self.of == "ratio" else f"{self.of} ≤ {self.most:g}"


@dataclass(frozen=True)
class Figure:
    """`reference_is` says in a few words what the reference does."""

    name: str
    unit: Unit
    ours: Sample
    reference: Sample | None = None
    reference_is: str = ""
    budget: Budget | None = None

    @property
    def ratio(self) -> float | None:
        """How many times slower than the reference, by the medians; None where there is none to compare with."""
        if self.reference is None:
            return None
        mine, bare = self.ours.p50, self.reference.p50
        if self.unit in ("rows/s", "objects/s"):
            mine, bare = bare, mine
        return mine / bare if bare else None

    @property
    def within_budget(self) -> bool | None:
        """None where no budget is set, or nothing is there to hold it against."""
        if self.budget is None:
            return None
        value = {"p50": self.ours.p50, "p95": self.ours.p95, "ratio": self.ratio}[self.budget.of]
        return None if value is None else value <= self.budget.most
