"""How good a grouping of records is, by pairs."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from evals.statistics import Proportion


class Labelled(Protocol):
    """What the scorer needs of a record."""

    @property
    def source(self) -> str: ...
    @property
    def source_id(self) -> str: ...
    @property
    def truth(self) -> str: ...
    @property
    def decidable(self) -> bool: ...


@dataclass(frozen=True)
class Pairwise:
    """Pairs of records: `joined` those that the grouping put together and, as hits, those of them that are of one truth;
    `owed` those of one truth whose two records can be decided and, as hits, those of them that were put together."""

    joined: Proportion
    owed: Proportion

    @property
    def precision(self) -> float:
        """1 where nothing was put together: nothing of it is wrong."""
        return 1.0 if self.joined.value is None else self.joined.value

    @property
    def recall(self) -> float:
        """1 where nothing was to be put together."""
        return 1.0 if self.owed.value is None else self.owed.value

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def wrong(self) -> int:
        """Pairs put together that are of two truths."""
        return self.joined.total - self.joined.hits

    @property
    def missed(self) -> int:
        """Pairs of one truth that can be decided and were left apart."""
        return self.owed.total - self.owed.hits


def pairwise(records: Iterable[Labelled], clusters: Mapping[tuple[str, str], Hashable]) -> Pairwise:
    """Scores `clusters`, which has for (source, source_id) any value that is the same for records put together.

    Counted by the sizes of clusters, truths and their intersections, so that no pair is visited. Raises KeyError for a
    record that `clusters` does not have, and ValueError for a record that comes twice.
    """
    together: Counter[Hashable] = Counter()
    right: Counter[tuple[Hashable, str]] = Counter()
    of_truth: Counter[str] = Counter()
    found: Counter[tuple[Hashable, str]] = Counter()
    seen: set[tuple[str, str]] = set()
    for record in records:
        key = (record.source, record.source_id)
        if key in seen:
            raise ValueError(f"record {key} comes twice")
        seen.add(key)
        cluster = clusters[key]
        together[cluster] += 1
        right[cluster, record.truth] += 1
        if record.decidable:
            of_truth[record.truth] += 1
            found[cluster, record.truth] += 1
    return Pairwise(
        joined=Proportion(_pairs(right), _pairs(together)),
        owed=Proportion(_pairs(found), _pairs(of_truth)),
    )


def _pairs(sizes: Mapping[Hashable, int] | Mapping[tuple[Hashable, str], int] | Mapping[str, int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())
