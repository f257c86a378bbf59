"""Which records are one buyer: pairs worth comparing, the evidence of each, and groups that contradict nothing. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tools.resolution.evidence import ENOUGH, POSSIBLE, Evidence, Weigher
from tools.resolution.features import COUNTED, Features
from tools.resolution.joining import Decisions, Groups, pairs_within
from tools.resolution.names import contradicts, name_level

_MARGIN: Final = 3.0
"""Bits by which a record that fits two who are certainly two must fit the better one better."""
_TWO: Final = -5.0
"""Bits of doubt from which two who have a name in common are taken for two."""

_SAYS_LITTLE: Final = frozenset(["initial", "single", "unknown"])
_WRITTEN_OTHERWISE: Final = frozenset(["same", "part", "typo"])
_BEYOND_DOUBT: Final = 15.0


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
    for one, two in pairs_within(blocks.values(), len(records)):
        yield records[one], records[two]


def group(records: Sequence[Features], pairs: Iterable[Evidence], decisions: Decisions, weigher: Weigher) -> Resolved:
    """First those are put together who share a mailbox or a number. Two who have nothing but the name and the place in common
    are then taken for what is known of their groups as a whole (Benjelloun et al., "Swoosh", 2009): a record that names no
    mailbox does not make one person of two who have two, and where it fits two who are two, it is neither's."""
    groups = Groups[Features](decisions, _groups_contradict)
    groups.join_as_said(records, decisions)
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
        if one.is_reached and _may_join(groups, one):
            groups.join(one.left, one.right)
    vague = [one for one in likely if not one.is_reached and not groups.are_one(one.left, one.right)]
    neither = _of_neither(vague, groups, weigher)
    for one in vague:
        if (
            (one.left.party.id, one.right.party.id) not in neither
            and one.bits + _doubt(groups, one, weigher) >= ENOUGH
            and _may_join(groups, one)
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


def _of_neither(pairs: Iterable[Evidence], groups: Groups[Features], weigher: Weigher) -> set[tuple[str, str]]:
    """Pairs of a group that fits two others about as well who are two: the father's or the son's, or another bearer of a
    company's name."""
    fits: dict[str, dict[str, tuple[Evidence, Features]]] = defaultdict(dict)
    for one in pairs:
        for here, there in ((one.left, one.right), (one.right, one.left)):
            fits[groups.root(here)].setdefault(groups.root(there), (one, there))  # the best comes first
    neither: set[tuple[str, str]] = set()
    for others in fits.values():
        best = list(others.values())
        for at, (first, one) in enumerate(best):
            for second, two in best[at + 1 :]:
                if first.bits - second.bits < _MARGIN and _groups_are_two(groups, one, two, weigher):
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


def _may_join(groups: Groups[Features], pair: Evidence) -> bool:
    if groups.said_apart(pair.left, pair.right):
        return False
    sizes = [len(groups.members(one)) for one in (pair.left, pair.right)]
    if pair.name == "typo" and pair.bits >= _BEYOND_DOUBT and 1 in sizes:
        return True  # a mistyped name contradicts the nickname of the one it was meant to be
    return not groups.contradict(pair.left, pair.right)


def _are_two(one: Features, two: Features) -> bool:
    if contradicts(name_level(one, two)):
        return True
    return bool(one.generation and two.generation) and one.generation != two.generation


def _groups_contradict(ours: Sequence[Features], theirs: Sequence[Features]) -> bool:
    """Whether any two of two groups are certainly two. One whose name is but another way of writing that of somebody in its
    group (mistyped, turned round) is who that one is: "Tobeas Lee" with Tobias Lee is no other than Tobi Lee."""
    return any(
        _are_two(one, two) and not (_is_meant(one, ours, two) or _is_meant(two, theirs, one))
        for one in ours
        for two in theirs
    )


def _is_meant(one: Features, group: Sequence[Features], two: Features) -> bool:
    """Whether one of a group bears a name that is that of `one` but for its writing, and the same as that of `two`."""
    if one.generation and two.generation and one.generation != two.generation:
        return False
    for other in group:
        if other is one:
            continue
        levels = {name_level(other, one), name_level(other, two)}
        if "same" in levels and levels <= _WRITTEN_OTHERWISE:
            return True
    return False


def _doubt(groups: Groups[Features], pair: Evidence, weigher: Weigher) -> float:
    """Bits that speak against two groups' being one beyond what does against the pair that would join them."""
    ours, theirs = (groups.members(one) for one in (pair.left, pair.right))
    if len(ours) == len(theirs) == 1:
        return 0.0
    return weigher.doubt(ours, theirs).bits - pair.doubt.bits


def _groups_are_two(groups: Groups[Features], one: Features, two: Features, weigher: Weigher) -> bool:
    """Whether the groups of two are known by other mailboxes, numbers or places, or by names that contradict each other."""
    ours, theirs = groups.members(one), groups.members(two)
    pairs = [weigher.weigh(a, b) for a in ours for b in theirs]
    if any(contradicts(pair.name) for pair in pairs):
        return True
    if any(pair.bits >= ENOUGH and not pair.conflicts for pair in pairs):
        return False
    return weigher.doubt(ours, theirs).bits <= _TWO
