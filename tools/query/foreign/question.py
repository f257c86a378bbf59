"""A question while it becomes a frame: its items, and which of them have found their place."""

from collections.abc import Iterator

from tools.query.foreign.frame import Frame, Thing
from tools.query.foreign.lexicon import Tongue
from tools.query.foreign.scanning import Item, Scan

OPERATORS = ("more_than", "at_least", "less_than", "at_most", "equals")
RANKS = ("rank_high", "rank_low")
PRESENT = ("online", "store", "weekend", "workdays")
"""Cues that name a channel or a part of the week."""


class Question:
    """`used` are the items, by their place, that are in the frame."""

    def __init__(self, scan: Scan, tongue: Tongue) -> None:
        self.tongue = tongue
        self.words = scan.words
        self.items = [item for item in scan.items if not item.is_filler]
        self.used: set[int] = set()
        self.frame = Frame(mended=dict(scan.mended))

    def free(self) -> Iterator[tuple[int, Item]]:
        for i, item in enumerate(self.items):
            if i not in self.used:
                yield i, item

    def has(self, *cues: str) -> bool:
        return any(item.cue(*cues) for item in self.items)

    def next(self, i: int) -> Item | None:
        return self.items[i + 1] if i + 1 < len(self.items) else None

    def thing(self, i: int) -> Thing | None:
        """The dimension or unit of time that an item is, with its number as the words around it tell."""
        item = self.items[i]
        for kind in ("dimension", "unit"):
            for sense in item.of(kind):
                many = {"one": False, "many": True}.get(sense.many)
                before = self.words[item.start - 1].norm if item.start else ""
                if many is None and before in self.tongue.singular:
                    many = False
                return Thing(sense.id, kind == "unit", many)
        return None

    def is_free_thing(self, i: int) -> bool:
        return 0 <= i < len(self.items) and i not in self.used and self.thing(i) is not None
