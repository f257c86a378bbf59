"""A vendor's payload in, records and what is left out. The one door of this folder: for syncs, webhooks and people.

What is said of a payload never depends on the store: the same payload under the same mapping gives the same rows.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.core.folders import known_vendors
from tools.ingestion.mapping.build import Naming, build, split
from tools.ingestion.mapping.node import Node
from tools.ingestion.mapping.paths import Found, Scope, find, is_blank
from tools.ingestion.mapping.payload import Leaf, content_key, exact_json, leaves, version_of, without
from tools.ingestion.mapping.quick import QuickReader
from tools.ingestion.mapping.reader import Problem, Reader, Reading
from tools.ingestion.mapping.shown import UnifiedRow, rows_of
from tools.ingestion.mapping.spec import ObjectSpec, VendorMapping, Wrapped, load_mapping
from tools.ingestion.mapping.values import Ways
from tools.ingestion.records import Record, SourceRow


@dataclass(frozen=True, slots=True)
class Account:
    """What the vendor's account says once for all its payloads. `namespace` tells ids of two accounts apart."""

    today: date
    zone: ZoneInfo
    """The tenant's: days are counted in it."""
    currency: str | None = None
    """For amounts that come without one."""
    source_zone: str | None = None
    """For local times that come without one."""
    namespace: str | None = None


Why = Literal["kept_raw", "read", "empty", "unknown"]


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A leaf that no unified row holds. `kept_raw`: on purpose; `read`: it decided which rows there are, or what they
    are called; `empty`: it says nothing; `unknown`: the mapping does not know of it."""

    pointer: str
    value: Any
    why: Why


@dataclass(slots=True)
class TakenObject:
    """What a sync writes of one object. `problems` are empty where `mapped` has not been asked."""

    object: str
    pointer: str
    source: SourceRow
    records: list[Record]
    _map: Callable[[], "MappedObject"]
    problems: Sequence[Problem] = ()

    def mapped(self) -> "MappedObject":
        """The same with where each value came from: the object is read once more for it."""
        return self._map()


@dataclass(slots=True)
class MappedObject:
    """One object of a payload: its records, each with what it was built from."""

    source: SourceRow
    reading: Reading
    item: Any
    reader: Reader
    around: list["Unmapped"] = field(default_factory=list["Unmapped"])
    """Leaves of what wraps the object."""
    records: list[tuple[Record, Node]] = field(default_factory=list[tuple[Record, Node]])

    def rows(self) -> list[UnifiedRow]:
        """The unified rows, each once."""
        found: list[UnifiedRow] = []
        for record, node in self.records:
            found += [row for row in rows_of(record, node) if row not in found]
        return found

    def unmapped(self, rows: Sequence[UnifiedRow]) -> list[Unmapped]:
        """Every leaf that none of the rows names as its source: with those that rows name they are all there are."""
        held = {pointer for row in rows for traced in row.provenance.values() for pointer in traced.pointers}
        start = len(self.reading.pointer)
        own = [
            Unmapped(leaf.pointer, leaf.value, self._why(leaf, start))
            for leaf in leaves(self.item, self.reading.pointer)
            if leaf.pointer not in held
        ]
        return [leaf for leaf in self.around if leaf.pointer not in held] + own

    def _why(self, leaf: Leaf, start: int) -> Why:
        if leaf.pointer in self.reading.used and not _says_nothing(leaf):
            return "read"
        if leaf.pointer in self.reading.known and not _says_nothing(leaf):
            return "kept_raw"
        return _why_around(self.reader, leaf, start)


def _told_around(reading: Reading) -> list[str]:
    """What is told of an object by what it came in: an event may say that it is deleted, and hold it as it was before."""
    own = f"{reading.pointer}/"
    return [
        f"{node.row}.{name}={traced.value}"
        for node in reading.nodes
        for name, traced in node.fields.items()
        if any(not f"{pointer}/".startswith(own) for pointer in traced.pointers)
    ]


def _says_nothing(leaf: Leaf) -> bool:
    return is_blank(leaf.value) or leaf.value in ([], {})


def _why_around(reader: Reader, leaf: Leaf, start: int) -> Why:
    """Of a leaf that no rule has read; its pointer from `start` on begins at the reader's object."""
    if _says_nothing(leaf):
        return "empty"
    return "kept_raw" if reader.keeps(leaf.pointer[start:]) else "unknown"


@lru_cache
def mapping_of(vendor: str) -> VendorMapping:
    """A vendor's mapping. Raises CopilotError(NOT_FOUND) for a vendor that there is none of."""
    try:
        return load_mapping(vendor)
    except LookupError:
        raise CopilotError(
            ErrorKind.NOT_FOUND,
            f"There is no connector “{vendor[:40]}”.",
            hint=f"There are {', '.join(known_vendors())}.",
        ) from None


class Rosetta:
    """Maps the payloads of one account."""

    def __init__(self, mapping: VendorMapping, account: Account) -> None:
        self.mapping = mapping
        self.account = account
        self._ways = Ways(
            mapping.money, mapping.moments, mapping.minor_digits, account.zone, account.currency, account.source_zone
        )
        self._readers: dict[str, Reader] = {}
        self._quick: dict[str, QuickReader] = {}

    def on(self, day: date) -> "Rosetta":
        """The same for payloads that came in on another day."""
        made = copy(self)
        made.account = replace(self.account, today=day)
        return made

    def take_again(self, object_: str, item: Any, around: Any = None) -> list[TakenObject]:
        """As `take_all`, of an object that is stored; `around` is what it came in, where that said something of it."""
        if around is None:
            return self.take_all(object_, item)
        event = Scope(around, "", None, self.mapping.either_case, self.mapping.value_in)
        one = self._mapped(object_, item, "", None, event)
        records = [record for record, _ in one.records]
        return [TakenObject(object_, "", one.source, records, lambda: one, one.reading.problems)]

    def reader(self, object_: str) -> Reader:
        if object_ not in self._readers:
            self._readers[object_] = Reader(self.mapping, object_, self._ways)
        return self._readers[object_]

    def map(
        self, object_: str, item: Any, pointer: str = "", position: int | None = None, around: Scope | None = None
    ) -> MappedObject:
        """One object: whatever it holds, never an exception. What wraps another is mapped as that other, as the first of
        several (see map_all). `around` is what the object came in, where it is a part of something."""
        return self.map_all(object_, item, pointer, position, around)[0]

    def map_all(
        self, object_: str, item: Any, pointer: str = "", position: int | None = None, around: Scope | None = None
    ) -> list[MappedObject]:
        """The same for what may wrap several objects: an event of many counts of stock. At least one."""
        wraps = self.mapping.objects[object_].wraps
        kind, inner = self._inside(wraps, item, pointer) if wraps is not None else (object_, [])
        if not inner:
            return [self._mapped(object_, item, pointer, position, around)]
        event = Scope(item, pointer, around, self.mapping.either_case, self.mapping.value_in)
        mapped = [self._mapped(kind, found.value, found.pointer, position, event) for found in inner]
        inside = tuple(f"{found.pointer}/" for found in inner)
        mapped[0].around = [
            Unmapped(leaf.pointer, leaf.value, _why_around(self.reader(object_), leaf, len(pointer)))
            for leaf in leaves(item, pointer)
            if not f"{leaf.pointer}/".startswith(inside)
        ]
        return mapped

    def take_all(self, object_: str, item: Any, pointer: str = "") -> list[TakenObject]:
        """The records of `map_all` alone, in a tenth of its time where there is nothing to be said about the object."""
        if self.mapping.objects[object_].wraps is None and (taken := self._taken(object_, item, pointer)) is not None:
            return [taken]
        return [
            TakenObject(
                one.reading.object,
                one.reading.pointer,
                one.source,
                [record for record, _ in one.records],
                lambda one=one: one,
                one.reading.problems,
            )
            for one in self.map_all(object_, item, pointer)
        ]

    def _taken(self, object_: str, item: Any, pointer: str) -> TakenObject | None:
        quick = self._quick.get(object_)
        if quick is None:
            quick = self._quick[object_] = QuickReader(self.mapping, object_, self._ways)
        read = quick.read(item)
        if read is None:
            return None
        key, nodes = read
        version = version_of(item)
        source = SourceRow(key or content_key(version), version, exact_json(item))
        naming = self._naming(object_, source.source_id)
        try:
            built = [build(node, source, naming) for whole in nodes for node in split(whole)]
        except (ValueError, OverflowError):
            return None
        records = [record for record in built if record is not None]
        return TakenObject(object_, pointer, source, records, lambda: self._mapped(object_, item, pointer, None, None))

    def _naming(self, object_: str, source_id: str) -> Naming:
        account = self.account
        namespace = account.namespace or self.mapping.vendor
        return Naming(namespace, object_, source_id, account.currency, account.today, account.zone)

    def _mapped(
        self, object_: str, item: Any, pointer: str, position: int | None, around: Scope | None
    ) -> MappedObject:
        reader = self.reader(object_)
        reading = reader.read(item, pointer, around)
        told = _told_around(reading) if around is not None else []
        version = version_of([item, told]) if told else version_of(item)
        source = SourceRow(reading.source_id, version, exact_json(item), position)
        if around is not None and told:
            source.around = exact_json(without(around.value, pointer[len(around.pointer) :]))
        mapped = MappedObject(source, reading, item, reader)
        naming = self._naming(object_, reading.source_id)
        for node in (part for whole in reading.nodes for part in split(whole)):
            try:
                if (record := build(node, source, naming)) is not None:
                    mapped.records.append((record, node))
            except (ValueError, OverflowError) as error:
                reading.problems.append(Problem(pointer, f"makes no {node.row}: {error}"))
        return mapped

    def _inside(self, wraps: Wrapped, item: Any, pointer: str) -> tuple[str, list[Found]]:
        """The objects inside another, with their kind; none where it is of no kind that the mapping knows."""
        scope = Scope(item, pointer, None, self.mapping.either_case, self.mapping.value_in)
        named = find(scope, wraps.by)[:1]
        kind = self.mapping.object_named(str(named[0].value)) if named else None
        if kind is None or self.mapping.objects[kind].wraps is not None:
            return "", []
        return kind, find(scope, wraps.path)

    def named(self, word: str, payload: Any) -> str | None:
        """The object that a word means: of several the first that the payload holds one of (their `where`), else one that
        it holds an empty list of. Where the payload wraps such objects, or is called so itself, it is what wraps them."""
        names = self.mapping.objects_named(word)
        if (wrapping := self._wrapping(word, names, payload)) is not None:
            return wrapping
        if len(names) > 1:
            found = {name: self.items(name, payload).found for name in names}
            held = [name for name in names if any(self.reader(name).is_one(one.value) for one in found[name])]
            names = held or [name for name in names if not found[name]] or names
        return names[0] if names else None

    def _wrapping(self, word: str, names: Sequence[str], payload: Any) -> str | None:
        """The object that wraps one of these in a payload: a webhook's body, an event or a list of them."""
        for name, spec in self.mapping.objects.items():
            if spec.wraps is None or name in names:
                continue
            for one in self.items(name, payload):
                kind, inner = self._inside(spec.wraps, one.value, one.pointer)
                if inner and (kind in names or (not names and _is_called(one.value, word))):
                    return name
        return None

    def items(self, object_: str, payload: Any) -> "Items":
        """The objects of an answer: the elements of its list, or the answer itself."""
        spec = self.mapping.objects[object_]
        return _items(spec, self.mapping, payload)


@dataclass(slots=True)
class Items:
    """The objects of an answer, and the leaves around them (pages, counts, links)."""

    found: list[Found]
    around: list[Unmapped]

    def __iter__(self) -> Iterator[Found]:
        return iter(self.found)


def _is_called(event: Any, word: str) -> bool:
    """Whether an event says that this is what happened."""
    said = cast("dict[str, Any]", event).values() if isinstance(event, dict) else ()
    return word.strip().casefold() in {one.casefold() for one in said if isinstance(one, str)}


def _items(spec: ObjectSpec, mapping: VendorMapping, payload: Any) -> Items:
    if isinstance(payload, list):
        elements = cast("list[Any]", payload)
        if not elements:
            return Items([], [Unmapped("", payload, "empty")])
        nested = [_items(spec, mapping, element) for element in elements]
        found = [Found(one.value, f"/{n}{one.pointer}") for n, inner in enumerate(nested) for one in inner.found]
        around = [
            Unmapped(f"/{n}{leaf.pointer}", leaf.value, leaf.why)
            for n, inner in enumerate(nested)
            for leaf in inner.around
        ]
        return Items(found, around)
    scope = Scope(payload, "", None, mapping.either_case, mapping.value_in)
    general = (path.replace("{key}", spec.key or "") for path in mapping.items if spec.key or "{key}" not in path)
    for path in (*spec.items, *general):
        if not isinstance(payload, dict):
            break
        found = find(scope, path)
        # A list of anything but objects is one of the payload's own members: ids of what hangs on it. So is an empty
        # one of a payload that has an id itself.
        if any(isinstance(one.value, dict) for one in found) or (
            not found and _is_empty_list(scope, path) and not _has_id(scope, spec)
        ):
            inside = tuple(f"{one.pointer}/" for one in found)
            own = {one.pointer for one in found}
            around = [
                Unmapped(leaf.pointer, leaf.value, "empty" if _says_nothing(leaf) else "kept_raw")
                for leaf in leaves(payload)
                if leaf.pointer not in own and not leaf.pointer.startswith(inside)
            ]
            return Items(found, around)
    return Items([Found(payload, "")], [])


def _has_id(scope: Scope, spec: ObjectSpec) -> bool:
    return spec.id is not None and spec.id.path is not None and bool(find(scope, spec.id.path))


def _is_empty_list(scope: Scope, path: str) -> bool:
    """Whether the list that a path goes through is there, and has nothing in it: an answer without objects."""
    lists = [alternative.partition("[*]") for alternative in path.split("|") if "[*]" in alternative]
    return any(one.value == [] for before, _, _ in lists if before.strip() for one in find(scope, before.strip()))
