"""Records as groups that contradict nothing: what people and goods are put together by. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Generic, Protocol, TypeVar

LARGEST_BLOCK: Final = 40
"""Records that share a key beyond which it tells too little to compare them all by: a switchboard, a common name."""

Decisions = Mapping[frozenset[str], bool]
"""Pairs of record keys → whether the owner said that they are one (True) or two (False)."""


class Grouped(Protocol):
    """A record that is put together with others. `key` stays the same when its row is made anew."""

    @property
    def id(self) -> str: ...
    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Grouped)


def never(_: object, __: object) -> bool:
    """What contradicts nothing."""
    return False


def pairs_within(blocks: Iterable[Sequence[int]], count: int) -> Iterator[tuple[int, int]]:
    """Pairs of places, below `count`, that are in one block, each once; the earlier first."""
    seen: set[int] = set()
    for places in blocks:
        for at, one in enumerate(places):
            for two in places[at + 1 :]:
                pair = one * count + two
                if pair not in seen:
                    seen.add(pair)
                    yield one, two


class Groups(Generic[T]):
    """Disjoint sets whose members do not contradict each other, but where an owner vouches for one."""

    def __init__(self, decisions: Decisions, contradict: Callable[[Sequence[T], Sequence[T]], bool]) -> None:
        self._contradict = contradict
        self._of: dict[str, str] = {}
        self._members: dict[str, list[T]] = {}
        self._apart = {pair for pair, same in decisions.items() if not same}
        self._vouched = {key for pair, same in decisions.items() if same for key in pair}

    def root(self, one: T) -> str:
        """The id of the one that stands for all who are with a record."""
        id_ = one.id
        if id_ not in self._of:
            self._of[id_] = id_
            self._members[id_] = [one]
        return self._of[id_]

    def members(self, one: T) -> list[T]:
        """Those that are with a record, and itself."""
        return self._members[self.root(one)]

    def are_one(self, left: T, right: T) -> bool:
        return self.root(left) == self.root(right)

    def said_apart(self, left: T, right: T) -> bool:
        """Whether the owner parted any two whom this would bring together."""
        return bool(self._apart) and any(
            frozenset((a.key, b.key)) in self._apart for a in self.members(left) for b in self.members(right)
        )

    def contradict(self, left: T, right: T) -> bool:
        """Whether any two whom this would bring together are certainly two."""
        ours, theirs = ([a for a in self.members(one) if a.key not in self._vouched] for one in (left, right))
        return self._contradict(ours, theirs)

    def join(self, left: T, right: T) -> None:
        one, two = self.root(left), self.root(right)
        if one == two:
            return
        if len(self._members[one]) < len(self._members[two]):
            one, two = two, one
        for member in self._members.pop(two):
            self._of[member.id] = one
            self._members[one].append(member)

    def join_as_said(self, records: Iterable[T], decisions: Decisions) -> None:
        """Puts together what the owner says is one."""
        by_key = {one.key: one for one in records}
        for pair, same in decisions.items():
            members = [by_key[key] for key in pair if key in by_key]
            if same and len(members) == 2:  # noqa: PLR2004 - a pair
                self.join(*members)

    def all(self) -> list[list[T]]:
        """Those of two members or more."""
        return [members for members in self._members.values() if len(members) > 1]
