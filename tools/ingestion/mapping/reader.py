"""A payload under a mapping → nodes: what each unified row is made of, and where each value came from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from tools.ingestion.mapping.fields import FieldReader, Traced, Unreadable
from tools.ingestion.mapping.paths import Scope, find, holds, snake_case
from tools.ingestion.mapping.payload import version_of
from tools.ingestion.mapping.spec import Made, ObjectSpec, VendorMapping
from tools.ingestion.mapping.values import Ways

_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read, and why. The value stays raw."""

    pointer: str
    message: str


@dataclass(slots=True)
class Node:
    """One unified row to be: its fields, and the rows that hang on it. `place` tells rows of one list apart; `of` is the
    object whose name goes into its key, where that is another than the one it is read from."""

    row: str
    rule: str
    fields: dict[str, Traced] = field(default_factory=dict[str, Traced])
    parts: dict[str, "list[Node]"] = field(default_factory=dict[str, "list[Node]"])
    place: int = 0
    of: str | None = None

    def value(self, name: str) -> Any:
        traced = self.fields.get(name)
        return traced.value if traced is not None else None

    def part(self, name: str) -> "Node | None":
        found = self.parts.get(name)
        return found[0] if found else None


@dataclass(slots=True)
class Reading:
    """What one object of a payload says. `used` are the leaves that a rule read, also where they turned out blank."""

    object: str
    pointer: str
    source_id: str = ""
    nodes: list[Node] = field(default_factory=list[Node])
    problems: list[Problem] = field(default_factory=list[Problem])
    used: set[str] = field(default_factory=set[str])
    known: set[str] = field(default_factory=set[str])
    """Leaves of rows that were not made: a condition did not hold, or something was missing."""


class Reader:
    """Reads the objects of one kind."""

    def __init__(self, mapping: VendorMapping, object_: str, ways: Ways) -> None:
        self._mapping = mapping
        self._object = object_
        self._spec: ObjectSpec = mapping.objects[object_]
        self._fields = FieldReader(ways)
        kept = [*self._spec.keeps, *mapping.keeps]
        if mapping.either_case:
            kept += [snake_case(pattern) for pattern in kept]
        self._kept = tuple(tuple(pattern.split(".")) for pattern in dict.fromkeys(kept))

    def is_one(self, item: Any) -> bool:
        """Whether an object is of this kind, as far as the mapping can tell."""
        return isinstance(item, dict) and holds(self._spec.where, self._scope(item, ""), set())

    def source_id(self, item: Any, pointer: str = "", used: set[str] | None = None) -> str:
        """The vendor's own key of an object; where it has none, one made from its content."""
        seen = used if used is not None else set[str]()
        if self._spec.id is not None:
            try:
                traced = self._fields.read(self._spec.id, "id", self._scope(item, pointer), None, seen)
            except Unreadable:
                traced = None
            if traced is not None and traced.value:
                return str(traced.value)
        return f"content:{version_of(item)}"

    def read(self, item: Any, pointer: str = "", around: Any = None) -> Reading:
        """Whatever the object says; never raises for what a payload holds. `around` is what the object came in (an
        answer, an event): `^` of its paths."""
        reading = Reading(self._object, pointer)
        used, scope = reading.used, self._scope(item, pointer, around)
        if self._spec.updated is not None:
            used.update(found.pointer for found in find(scope, self._spec.updated, used)[:1])
        reading.source_id = self.source_id(item, pointer, used)
        if self.is_one(item):
            holds(self._spec.where, scope, used)
            for made in self._spec.makes:
                rule = f"{self._object}.{made.row}"
                reading.nodes += self._make(made, scope, reading, used, rule=rule, currency=None)
        elif self._spec.makes:
            reading.problems.append(Problem(pointer, f"is no {self._object}, and kept raw"))
        return reading

    def keeps(self, pointer: str) -> bool:
        """Whether the mapping keeps a leaf of an object raw on purpose; `pointer` begins at the object."""
        if not self._spec.makes and self._spec.wraps is None:
            return True
        steps = tuple(
            step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:] if not step.isdigit()
        )
        return any(_matches(steps, pattern) for pattern in self._kept)

    def _scope(self, item: Any, pointer: str, around: Any = None) -> Scope:
        either = self._mapping.either_case
        outer = Scope(around, "", None, either) if around is not None and pointer else None
        return Scope(item, pointer, outer, either)

    def _make(
        self, made: Made, scope: Scope, reading: Reading, used: set[str], *, rule: str, currency: Traced | None
    ) -> list[Node]:
        nodes: list[Node] = []
        for place, inner in enumerate(_scopes(made, scope, used)):
            seen: set[str] = set()
            wanted = holds(made.when, inner, seen) and not (made.unless and holds(made.unless, inner, seen))
            node = Node(made.row, rule, place=place, of=made.of)
            problems = self._fill(node, made, inner, seen, currency)
            own = node.fields.get("currency") or currency
            told = reading if wanted else Reading(reading.object, reading.pointer, known=reading.known)
            for name, entries in made.parts.items():
                node.parts[name] = [
                    part
                    for entry in entries
                    for part in self._make(entry, inner, told, seen, rule=f"{rule}.{name}", currency=own)
                ]
            if not wanted:
                reading.known |= seen
                continue
            reading.problems += problems
            says_something = any(traced.pointers for traced in node.fields.values()) or any(node.parts.values())
            missing = [need for need in made.target.needs if need not in node.fields]
            if says_something and missing:
                what = f"makes no {made.row.replace('_', ' ')}: it has no {' and no '.join(missing)}"
                reading.problems.append(Problem(inner.pointer, what))
                reading.known |= seen
            elif says_something:
                used |= seen
                nodes.append(node)
        return nodes

    def _fill(self, node: Node, made: Made, scope: Scope, used: set[str], outer: Traced | None) -> list[Problem]:
        """Reads the row's fields, its currency first: amounts in smallest units need it. A row that names none has that
        of its first amount that does."""
        problems: list[Problem] = []
        kinds = made.target.fields
        for name in sorted(made.fields, key=lambda name: kinds[name] != "code"):
            try:
                currency = node.fields.get("currency") or outer
                traced = self._fields.read(made.fields[name], kinds[name], scope, currency, used)
            except Unreadable as error:
                problems.append(Problem(error.found.pointer, f"{name}: {_brief(error.found.value)} {error.reason}"))
                continue
            if traced is None:
                continue
            node.fields[name] = traced
            if traced.currency is not None and currency is None and "currency" in kinds:
                node.fields["currency"] = traced.currency
        return problems


def _scopes(made: Made, scope: Scope, used: set[str]) -> Iterable[Scope]:
    """The scopes that make a row each: of several paths, one inside the other."""
    level = [scope]
    for path in made.each:
        level = [Scope(f.value, f.pointer, one, one.either_case) for one in level for f in find(one, path, used)]
    return level


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _matches(steps: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether a leaf's names fit a pattern: `*` is one name, `**` any number of them."""
    if not pattern:
        return not steps
    if pattern[0] == "**":
        return any(_matches(steps[place:], pattern[1:]) for place in range(len(steps) + 1))
    return bool(steps) and fnmatchcase(steps[0], pattern[0]) and _matches(steps[1:], pattern[1:])
