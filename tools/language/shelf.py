"""The values of a tenant as they change: a few packs, the newest the smallest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from tools.language.packs import Held, Pack, pack

_WORTH_PACKING_ANEW = 4
"""How much larger a pack must be than the one after it to stay as it is."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Never changes: a change gives another shelf. A value is in one of the packs."""

    packs: tuple[Pack, ...] = ()

    def __len__(self) -> int:
        return sum(len(part) for part in self.packs)

    @property
    def nbytes(self) -> int:
        """What it takes of memory."""
        return sum(part.nbytes for part in self.packs)

    def changed(self, changes: Mapping[Held, int]) -> Self:
        """Where the data holds some values so much more often, or less where it is below 0. Takes time for what changes,
        and now and then for packing small packs into a larger one."""
        left = {value: change for value, change in changes.items() if change}
        packs: list[Pack] = []
        for part in self.packs:
            known, left = part.counted(left)
            packs.append(known)
        new = {value: change for value, change in left.items() if change > 0}
        while packs and _is_worth_packing(packs[-1], len(new)):
            new |= packs.pop().held()
        if new:
            packs.append(pack(_by_dimension(new)))
        return type(self)(tuple(packs))


def _is_worth_packing(last: Pack, new: int) -> bool:
    return last.gone * 2 > len(last) or (new > 0 and len(last) < _WORTH_PACKING_ANEW * new)


def _by_dimension(values: Mapping[Held, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (dimension, text), times in values.items():
        found.setdefault(dimension, {})[text] = times
    return found
