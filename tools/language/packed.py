"""Many strings, and many lists of numbers, each in one piece of memory."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int32]


class Strings:
    """Strings by their places, from 0 on."""

    def __init__(self, texts: Iterable[str]) -> None:
        pieces = [text.encode("utf-8", "surrogatepass") for text in texts]
        self._ends = np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)), dtype=np.int64)
        self._blob = b"".join(pieces)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, at: int) -> str:
        start = int(self._ends[at - 1]) if at else 0
        return self._blob[start : int(self._ends[at])].decode("utf-8", "surrogatepass")

    def place(self, text: str) -> int | None:
        """Where a string stands; None where it is none of these, which must be sorted."""
        at = bisect_left(self, text)
        return at if at < len(self) and self[at] == text else None

    @property
    def nbytes(self) -> int:
        return self._ends.nbytes + len(self._blob)


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of numbers for each key from 0 on."""

    starts: NDArray[np.int64]
    items: Integers

    @classmethod
    def of(cls, keys: Integers, items: Integers, count: int) -> Self:
        """For `count` keys: the items of each in the order that they come in."""
        order = np.argsort(keys, kind="stable")
        starts = np.zeros(count + 1, np.int64)
        np.cumsum(np.bincount(keys, minlength=count), out=starts[1:])
        return cls(starts, items[order])

    def __getitem__(self, key: int) -> Integers:
        return self.items[self.starts[key] : self.starts[key + 1]]

    @property
    def nbytes(self) -> int:
        return self.starts.nbytes + self.items.nbytes
