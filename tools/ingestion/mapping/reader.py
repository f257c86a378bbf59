"""A payload under a mapping → nodes: what each unified row is made of, and where each value came from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from tools.ingestion.mapping.fields import FieldReader, Traced, Unreadable
from tools.ingestion.mapping.node import Node
from tools.ingestion.mapping.paths import Scope, find, holds, snake_case
from tools.ingestion.mapping.payload import content_key, leaves, pointer_to, version_of
from tools.ingestion.mapping.spec import Made, ObjectSpec, VendorMapping
from tools.ingestion.mapping.values import Ways

_SHOWN: Final = 80
_TOKEN: Final = re.compile(r"\[!?[^\]]+\]|.", re.DOTALL)
_PLACE: Final = re.compile(r"/\d+(?=/|\Z)")


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read, and why. The value stays raw."""

    pointer: str
    message: str


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
    """Leaves of rows that were not made (a condition did not hold, something was missing, it is no such object), and
    those that could not be read."""


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
        self._kept = _any_of(dict.fromkeys(kept))

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
        return content_key(version_of(item))

    def read(self, item: Any, pointer: str = "", around: Scope | None = None) -> Reading:
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
            reading.known |= {leaf.pointer for leaf in leaves(item, pointer)}
        return reading

    def keeps(self, pointer: str) -> bool:
        """Whether the mapping keeps a leaf of an object raw on purpose; `pointer` begins at the object."""
        if not self._spec.makes and self._spec.wraps is None:
            return True
        return self._kept.fullmatch(_PLACE.sub("", pointer)) is not None

    def _scope(self, item: Any, pointer: str, around: Scope | None = None) -> Scope:
        return Scope(item, pointer, around, self._mapping.either_case, self._mapping.value_in)

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
            reading.known.update(problem.pointer for problem in problems)
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
            node.put(name, traced)
            if traced.currency is not None and currency is None and "currency" in kinds:
                node.put("currency", traced.currency)
        return problems


def _scopes(made: Made, scope: Scope, used: set[str]) -> Iterable[Scope]:
    """The scopes that make a row each: of several paths, one inside the other."""
    level = [scope]
    for path in made.each:
        level = [
            Scope(f.value, f.pointer, one, one.either_case, one.value_in)
            for one in level
            for f in find(one, path, used)
        ]
    return level


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _any_of(patterns: Iterable[str]) -> "re.Pattern[str]":
    """One expression for all patterns of leaves, on pointers without places: `*` is one name or a part of it, `**` any
    number of names. (A page of a list has tens of thousands of leaves: pattern by pattern took most of the time.)"""
    wholes = ("".join(_step(name) for name in pattern.split(".")) for pattern in patterns)
    return re.compile("|".join(wholes) or "(?!)", re.DOTALL)


def _step(name: str) -> str:
    if name == "**":
        return "(?:/[^/]*)*"
    return "/" + "".join(_character(part) for part in _TOKEN.findall(name))


def _character(part: str) -> str:
    """One part of a name's pattern, as fnmatch has them; none of them goes beyond the name."""
    if part == "*":
        return "[^/]*"
    if part == "?":
        return "[^/]"
    if len(part) > 1:
        return f"[^/{re.escape(part[2:-1])}]" if part[1] == "!" else f"[{re.escape(part[1:-1])}]"
    return re.escape(pointer_to("", part)[1:])
