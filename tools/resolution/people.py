"""All of a tenant's customers and contacts, or some, as groups that are one person each. Pure, and fit for a process of
its own: what goes in and comes out can be pickled."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tools.resolution.clusters import candidate_pairs, count_keys, group
from tools.resolution.evidence import Evidence, Weigher
from tools.resolution.features import COUNTED, Features, Party, features_of
from tools.resolution.joining import LARGEST_BLOCK, Decisions


@dataclass(frozen=True, slots=True)
class WeighedPair:
    left_id: str
    right_id: str
    accepted: bool
    bits: float
    evidence: dict[str, float | str]


@dataclass(frozen=True, slots=True)
class Found:
    groups: list[list[str]]
    """Ids of records that are one, two or more each."""
    pairs: list[WeighedPair]


@dataclass(frozen=True, slots=True)
class Keys:
    blocking: dict[str, tuple[int, ...]]
    """Record → the keys that it is compared by."""
    counted: Counter[int]
    """Keys that only say how rare a value is → how many records hold it."""


def keys_by_id(parties: Sequence[Party], country: str) -> Keys:
    """What each record shares with others that may be the same."""
    return _keys(features_of(one, country=country) for one in parties)


def _keys(features: Iterable[Features]) -> Keys:
    blocking: dict[str, tuple[int, ...]] = {}
    counted: Counter[int] = Counter()
    for one in features:
        blocking[one.party.id] = tuple(key for kind, key in one.keys.items() if kind not in COUNTED)
        counted.update(key for kind, key in one.keys.items() if kind in COUNTED)
    return Keys(blocking, counted)


def find_people(
    parties: Sequence[Party],
    country: str,
    decisions: Decisions,
    counts: Mapping[int, int] | None = None,
    records: int | None = None,
) -> Found:
    """Groups among `parties`. `counts` and `records` say how many of all the tenant's hold a key, and how many there are,
    where `parties` are some of them. `country` is the tenant's."""
    return _found([features_of(one, country=country) for one in parties], decisions, counts, records)


def find_all(parties: Sequence[Party], country: str, decisions: Decisions) -> tuple[Keys, Found]:
    """Groups among all of a tenant's records, and what each shares with others."""
    features = [features_of(one, country=country) for one in parties]
    return _keys(features), _found(features, decisions, None, None)


def _found(
    features: Sequence[Features], decisions: Decisions, counts: Mapping[int, int] | None, records: int | None
) -> Found:
    known = count_keys(features) if counts is None else counts
    weigher = Weigher(known, len(features) if records is None else records)
    common = frozenset(key for key, count in known.items() if count > LARGEST_BLOCK)
    weighed = (weigher.weigh(left, right) for left, right in candidate_pairs(features, common))
    resolved = group(features, weighed, decisions, weigher)
    return Found(
        [[one.party.id for one in members] for members in resolved.groups],
        [_pair(one, accepted=True) for one in resolved.accepted]
        + [_pair(one, accepted=False) for one in resolved.possible],
    )


def _pair(one: Evidence, *, accepted: bool) -> WeighedPair:
    left, right = sorted((one.left, one.right), key=_id)
    parts: dict[str, float | str] = {name: round(bits, 1) for name, bits in one.parts if name != "prior"}
    return WeighedPair(left.party.id, right.party.id, accepted, round(one.bits, 2), {**parts, "names": one.name})


def _id(one: Features) -> str:
    return one.party.id
