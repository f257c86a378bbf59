"""Which records are one buyer: pairs worth comparing, the evidence of each, and groups that contradict nothing. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tools.resolution.evidence import ENOUGH, POSSIBLE, Evidence, Weigher, contradicts, name_level
from tools.resolution.features import COUNTED, Features

LARGEST_BLOCK: Final = 40
"""Records that share a key beyond which it tells too little to compare them all by: a switchboard, a common name."""
_MARGIN: Final = 3.0
"""Bits by which a record that fits two who are certainly two must fit the better one better."""

_TWO: Final = -5.0
"""Bits of doubt from which two who have a name in common are taken for two."""
_SAYS_LITTLE: Final = frozenset(["initial", "single", "unknown"])
_BEYOND_DOUBT: Final = 15.0

Decisions = Mapping[frozenset[str], bool]
"""Pairs of record keys → whether the owner said that they are one (True) or two (False)."""


@dataclass(slots=True)
class Resolved:
    groups: list[list[Features]]
    """Of two records or more."""
    accepted: list[Evidence] = field(default_factory=list[Evidence])
    possible: list[Evidence] = field(default_factory=list[Evidence])
    """What was not enough, or contradicted something, and an owner may decide."""


def count_keys(records: Iterable[Features]) -> Counter[int]:
    return Counter(key for one in records for key in one.keys.values())


def candidate_pairs(records: Sequence[Features], common: frozenset[int]) -> Iterator[tuple[Features, Features]]:
    """Pairs that share a key, each once. `common` keys tell too little (see LARGEST_BLOCK)."""
    blocks: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(records):
        for kind, key in one.keys.items():
            if kind not in COUNTED and key not in common:
                blocks[key].append(place)
    seen: set[int] = set()
    count = len(records)
    for places in blocks.values():
        for at, one in enumerate(places):
            for two in places[at + 1 :]:
                pair = one * count + two
                if pair not in seen:
                    seen.add(pair)
                    yield records[one], records[two]


def group(records: Sequence[Features], pairs: Iterable[Evidence], decisions: Decisions, weigher: Weigher) -> Resolved:
    """First those are put together who share a mailbox or a number. Two who have nothing but the name and the place in common
    are then taken for what is known of their groups as a whole (Benjelloun et al., "Swoosh", 2009): a record that names no
    mailbox does not make one person of two who have two, and where it fits two who are two, it is neither's."""
    groups = _Groups(decisions)
    by_key = {one.party.key: one for one in records}
    for pair, same in decisions.items():
        members = [by_key[key] for key in pair if key in by_key]
        if same and len(members) == 2:  # noqa: PLR2004 - a pair
            groups.join(*members)
    weighed = sorted(
        (one for one in pairs if one.bits >= POSSIBLE),
        key=lambda one: (-one.bits, one.left.party.key, one.right.party.key),
    )
    torn = _torn(weighed)
    likely = [
        one
        for one in weighed
        if one.bits >= ENOUGH and not one.conflicts and (one.left.party.id, one.right.party.id) not in torn
    ]
    for one in likely:
        if one.is_reached and groups.may_join(one):
            groups.join(one.left, one.right)
    vague = [one for one in likely if not one.is_reached and not groups.are_one(one.left, one.right)]
    neither = _of_neither(vague, groups, weigher)
    for one in vague:
        if (
            (one.left.party.id, one.right.party.id) not in neither
            and one.bits + groups.doubt(one, weigher) >= ENOUGH
            and groups.may_join(one)
        ):
            groups.join(one.left, one.right)
    accepted: list[Evidence] = []
    possible: list[Evidence] = []
    for one in weighed:
        if groups.are_one(one.left, one.right):
            accepted.append(one)
        elif not one.conflicts and not groups.said_apart(one.left, one.right):
            possible.append(one)
    return Resolved(groups.all(), accepted, possible)


def _of_neither(pairs: Iterable[Evidence], groups: "_Groups", weigher: Weigher) -> set[tuple[str, str]]:
    """Pairs of a group that fits two others about as well who are two: the father's or the son's, or another bearer of a
    company's name."""
    fits: dict[str, dict[str, Evidence]] = defaultdict(dict)
    for one in pairs:
        left, right = groups.root(one.left), groups.root(one.right)
        for here, there in ((left, right), (right, left)):
            fits[here].setdefault(there, one)  # the best comes first
    neither: set[tuple[str, str]] = set()
    for others in fits.values():
        best = list(others.items())
        for at, (one, first) in enumerate(best):
            for two, second in best[at + 1 :]:
                if first.bits - second.bits < _MARGIN and groups.are_two(one, two, weigher):
                    neither |= {(e.left.party.id, e.right.party.id) for e in (first, second)}
    return neither


def _torn(pairs: Sequence[Evidence]) -> set[tuple[str, str]]:
    """Pairs of a record that says too little of itself ("J. Smith") and fits two who contradict each other about as well."""
    fits: dict[str, list[Evidence]] = defaultdict(list)
    for one in pairs:
        if one.bits >= ENOUGH and not one.conflicts and one.name in _SAYS_LITTLE:
            fits[one.left.party.id].append(one)
            fits[one.right.party.id].append(one)
    torn: set[tuple[str, str]] = set()
    for id_, ones in fits.items():
        if len(ones) == 1:
            continue
        best = [(one, one.right if one.left.party.id == id_ else one.left) for one in ones]
        for at, (one, there) in enumerate(best):
            for two, other in best[at + 1 :]:
                if abs(one.bits - two.bits) < _MARGIN and contradicts(name_level(there, other)):
                    torn |= {(e.left.party.id, e.right.party.id) for e in (one, two)}
    return torn


class _Groups:
    """Disjoint sets whose members do not contradict each other."""

    def __init__(self, decisions: Decisions) -> None:
        self._of: dict[str, str] = {}
        self._members: dict[str, list[Features]] = {}
        self._apart = {pair for pair, same in decisions.items() if not same}
        self._vouched = {key for pair, same in decisions.items() if same for key in pair}

    def root(self, one: Features) -> str:
        id_ = one.party.id
        if id_ not in self._of:
            self._of[id_] = id_
            self._members[id_] = [one]
        return self._of[id_]

    def are_one(self, left: Features, right: Features) -> bool:
        return self.root(left) == self.root(right)

    def said_apart(self, left: Features, right: Features) -> bool:
        return bool(self._apart) and any(
            frozenset((a.party.key, b.party.key)) in self._apart
            for a in self._members[self.root(left)]
            for b in self._members[self.root(right)]
        )

    def may_join(self, pair: Evidence) -> bool:
        ours, theirs = (self._members[self.root(one)] for one in (pair.left, pair.right))
        if self.said_apart(pair.left, pair.right):
            return False
        if pair.name == "typo" and pair.bits >= _BEYOND_DOUBT and 1 in (len(ours), len(theirs)):
            return True  # a mistyped name contradicts the nickname of the one it was meant to be
        return not any(
            contradicts(name_level(a, b)) or (a.generation and b.generation and a.generation != b.generation)
            for a in ours
            for b in theirs
            if a.party.key not in self._vouched and b.party.key not in self._vouched
        )

    def doubt(self, pair: Evidence, weigher: Weigher) -> float:
        """Bits that speak against two groups' being one beyond what does against the pair that would join them."""
        ours, theirs = (self._members[self.root(one)] for one in (pair.left, pair.right))
        if len(ours) == len(theirs) == 1:
            return 0.0
        return weigher.doubt(ours, theirs).bits - pair.doubt.bits

    def are_two(self, one: str, two: str, weigher: Weigher) -> bool:
        """Whether two groups, by their first members, are known by other mailboxes, numbers or places, or by names that
        contradict each other."""
        ours, theirs = self._members[one], self._members[two]
        if any(contradicts(name_level(a, b)) for a in ours for b in theirs):
            return True
        return weigher.doubt(ours, theirs).bits <= _TWO

    def join(self, left: Features, right: Features) -> None:
        one, two = self.root(left), self.root(right)
        if one == two:
            return
        if len(self._members[one]) < len(self._members[two]):
            one, two = two, one
        for member in self._members.pop(two):
            self._of[member.party.id] = one
            self._members[one].append(member)

    def all(self) -> list[list[Features]]:
        return [members for members in self._members.values() if len(members) > 1]
