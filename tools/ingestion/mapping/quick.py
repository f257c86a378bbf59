"""The rows of one kind of object without where their values came from: what a sync writes.

The Reader notes the address of every leaf that it reads, also for rows that are not made, and that takes ten times as
long: it is for people who look at an object. Here each rule is turned once into a function that gives the value alone.
Whatever the Reader would have a word to say about makes this one give up, and the Reader reads the object.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from storage.kernel.money import minor_digits
from tools.ingestion.cells import minute_of
from tools.ingestion.mapping.fields import FieldReader, Traced, Unreadable
from tools.ingestion.mapping.node import Node
from tools.ingestion.mapping.paths import (
    Each,
    Element,
    Member,
    Members,
    Outward,
    Scope,
    Step,
    as_word,
    compiled,
    elements_that_read,
    is_blank,
    members_of,
    snake_case,
)
from tools.ingestion.mapping.row_code import Named, Plain, Read, Said, Way, row_code
from tools.ingestion.mapping.spec import Made, ObjectSpec, Rule, VendorMapping
from tools.ingestion.mapping.targets import FieldKind
from tools.ingestion.mapping.values import LONGEST, Ways, read_amount, read_code, read_text
from tools.ingestion.records import When

_ALL_MINOR: Final = 6
"""Digits of a micro-unit: a smallest unit is never smaller."""
_SAFE_AMOUNT: Final = 10**12
_LAST_PLAIN_SECOND: Final = 4_000_000_000
"""Unix seconds up to here are read without a look at the ends of the calendar."""
Look = Callable[[Scope], list[Any]]
LookOnce = Callable[[Scope], Any]
Make = Callable[[Scope, "str | None"], list[Node]]


class Deviation(Exception):  # noqa: N818 - a finding, and not told to anybody
    """The Reader would have something to say here."""


class QuickReader:
    """Reads the objects of one kind."""

    def __init__(self, mapping: VendorMapping, object_: str, ways: Ways) -> None:
        self._mapping = mapping
        self._object = object_
        self._spec: ObjectSpec = mapping.objects[object_]
        self._ways = ways
        self._fields = FieldReader(ways)
        self._is_one = self._condition(self._spec.where)
        self._id = self._field(self._spec.id, "id") if self._spec.id is not None else None
        self._makes = [self._make(made, f"{object_}.{made.row}") for made in self._spec.makes]

    def read(self, item: Any) -> "tuple[str | None, list[Node]] | None":
        """The object's key (None where it has none of its own) and its rows; None where the Reader has to read it."""
        scope = Scope(item, "", None, self._mapping.either_case, self._mapping.value_in)
        try:
            key = self._id(scope, None) if self._id is not None else None
            if isinstance(key, Said):
                key = key.value
            if not (isinstance(item, dict) and self._is_one(scope)):
                return None if self._makes else (str(key) if key else None, [])
            nodes = [node for make in self._makes for node in make(scope, None)]
        except (Deviation, ValueError, ArithmeticError):
            return None
        return str(key) if key else None, nodes

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────────

    def _make(self, made: Made, rule: str) -> Make:
        kinds, needs = made.target.fields, frozenset(made.target.needs)
        names = sorted(made.fields, key=lambda name: kinds[name] != "code")
        has_when, has_unless, has_currency = bool(made.when), bool(made.unless), "currency" in kinds
        fill = row_code(
            [(name, self._way(made.fields[name], kinds[name])) for name in names],
            has_currency=has_currency,
            either_case=self._mapping.either_case,
        )
        parts = [
            (name, [self._make(entry, f"{rule}.{name}") for entry in entries]) for name, entries in made.parts.items()
        ]
        scopes = self._scopes(made.each)
        when, unless = self._condition(made.when), self._condition(made.unless)

        def make(scope: Scope, currency: str | None) -> list[Node]:
            nodes: list[Node] = []
            for place, inner in enumerate(scopes(scope)):
                if (has_when and not when(inner)) or (has_unless and unless(inner)):
                    continue
                values, own, says_something = fill(inner, currency)
                inside: dict[str, list[Node]] = {}
                for name, making in parts:
                    inside[name] = found = []
                    for one in making:
                        found += one(inner, own)
                    says_something = says_something or bool(found)
                if not says_something:
                    continue
                if not needs <= values.keys():
                    raise Deviation
                nodes.append(Node(made.row, rule, {}, inside, place, made.of, values))
            return nodes

        return make

    def _scopes(self, each: Sequence[str]) -> Callable[[Scope], Iterable[Scope]]:
        if not each:
            return lambda scope: (scope,)
        looks = [self._look(path) for path in each]

        def scopes(scope: Scope) -> Iterable[Scope]:
            level = [scope]
            for look in looks:
                level = [Scope(value, "", one, one.either_case, one.value_in) for one in level for value in look(one)]
            return level

        return scopes

    def _condition(self, conditions: Mapping[str, Sequence[str | int | bool | None]]) -> Callable[[Scope], bool]:
        tests = [
            (
                self._look_once(path),
                self._look(path) if self._names(path) is None else None,
                frozenset(as_word(word).casefold() for word in words if word is not None),
                None in words,
                "*" in words,
            )
            for path, words in conditions.items()
        ]

        def holds(scope: Scope) -> bool:
            for look_once, look, allowed, may_be_absent, may_be_any in tests:
                first = look_once(scope)
                if first is None:
                    if not may_be_absent:
                        return False
                elif may_be_any or (type(first) is str and first in allowed) or as_word(first).casefold() in allowed:
                    continue
                elif look is None or not any(as_word(one).casefold() in allowed for one in look(scope)):
                    return False
            return True

        return holds

    # ── fields ───────────────────────────────────────────────────────────────────────────────────────────

    def _way(self, rule: Rule, kind: FieldKind) -> Way:
        """How a field of a row is read: where it can be without a call for it alone."""
        names = self._names(rule.path) if rule.path is not None else None
        if (
            rule.when
            or rule.unless
            or kind == "money"
            or not (rule.const is not None or (names and _is_plain(rule, kind)))
        ):
            return self._field(rule, kind)
        try:
            if names is None:
                return self._said(rule.const, kind) or self._field(rule, kind)
            convert = self._converted(rule, kind)
            return Plain(names, convert, convert is read_text, self._said(rule.default, kind))
        except (ValueError, ArithmeticError):
            return self._field(rule, kind)

    def _field(self, rule: Rule, kind: FieldKind) -> Read:
        read = self._read(rule, kind)
        if not rule.when and not rule.unless:
            return read
        when, unless = self._condition(rule.when), self._condition(rule.unless)
        has_unless = bool(rule.unless)

        def under_conditions(scope: Scope, currency: str | None) -> Any:
            if not when(scope) or (has_unless and unless(scope)):
                return None
            return read(scope, currency)

        return under_conditions

    def _read(self, rule: Rule, kind: FieldKind) -> Read:
        if rule.first:
            return self._first(rule, kind)
        if rule.const is not None:
            return self._const(rule, kind)
        if not _is_plain(rule, kind):
            return self._as_the_reader(rule, kind)
        try:
            default = self._said(rule.default, kind)
        except (ValueError, ArithmeticError):
            return self._as_the_reader(rule, kind)
        if kind == "money":
            return self._money(rule, default)
        return self._scalar(rule, kind, default)

    def _said(self, text: str | None, kind: FieldKind) -> Said | None:
        traced = self._fields.said(text, kind)
        return Said(traced.value) if traced is not None else None

    def _as_the_reader(self, rule: Rule, kind: FieldKind) -> Read:
        fields = self._fields

        def read(scope: Scope, currency: str | None) -> Any:
            try:
                traced = fields.read(rule, kind, scope, Traced(currency) if currency is not None else None, set())
            except Unreadable:
                raise Deviation from None
            if traced is None:
                return None
            if traced.currency is not None:
                return Named(traced.value, traced.currency.value)
            return traced.value if traced.pointers else Said(traced.value)

        return read

    def _const(self, rule: Rule, kind: FieldKind) -> Read:
        try:
            said = self._said(rule.const, kind)
        except (ValueError, ArithmeticError):
            return self._as_the_reader(rule, kind)
        return lambda _scope, _currency: said

    def _first(self, rule: Rule, kind: FieldKind) -> Read:
        try:
            default = self._said(rule.default, kind)
        except (ValueError, ArithmeticError):
            return self._as_the_reader(rule, kind)
        readers = [self._field(one, kind) for one in rule.first]

        def first(scope: Scope, currency: str | None) -> Any:
            for read in readers:
                if (value := read(scope, currency)) is not None:
                    return value
            return default

        return first

    def _money(self, rule: Rule, default: Said | None) -> Read:
        look = self._look_once(rule.path or "")
        per = self._look_once(rule.per) if rule.per is not None else None
        ways, style, sign = self._ways, rule.style, -1 if rule.negate else 1
        is_minor = (style or ways.money) == "minor"
        in_objects = self._as_the_reader(rule, "money")
        units: dict[str, int] = {}

        def unit_of(code: str) -> int:
            """Micro-units in the smallest unit of a currency; 0 where it is smaller than one of them."""
            digits = ways.minor_digits.get(code, minor_digits(code))
            units[code] = unit = 10 ** (_ALL_MINOR - digits) if digits <= _ALL_MINOR else 0
            return unit

        def read(scope: Scope, currency: str | None) -> Any:
            raw = look(scope)
            if raw is None:
                return default
            if isinstance(raw, dict):
                return in_objects(scope, currency)
            try:
                named = per(scope) if per is not None else None
                code = _code(named) if named is not None else currency
                if is_minor and type(raw) is int and -_SAFE_AMOUNT < raw < _SAFE_AMOUNT:
                    known = code or ways.currency
                    if known is not None and (unit := units.get(known) or unit_of(known)):
                        return sign * raw * unit
                return sign * read_amount(raw, ways, style, code).micros
            except (ValueError, ArithmeticError):
                raise Deviation from None

        return read

    def _scalar(self, rule: Rule, kind: FieldKind, default: Said | None) -> Read:
        look, convert = self._look_once(rule.path or ""), self._converted(rule, kind)

        def read(scope: Scope, _currency: str | None) -> Any:
            raw = look(scope)
            if raw is None:
                return default
            try:
                value = convert(raw)
            except (ValueError, ArithmeticError):
                raise Deviation from None
            return value if value is not None else default

        if convert is not read_text:
            return read

        def text(scope: Scope, currency: str | None) -> Any:
            raw = look(scope)
            if type(raw) is str and raw.isprintable() and len(raw) <= LONGEST:  # then nothing is to be taken out of it
                return raw.strip()
            return read(scope, currency) if raw is not None else default

        return text

    def _converted(self, rule: Rule, kind: FieldKind) -> Callable[[Any], Any]:
        convert, prefix = self._bare(rule, kind), rule.prefix
        if not prefix:
            return convert

        def prefixed(raw: Any) -> Any:
            value = convert(raw)
            return f"{prefix}{value}" if value is not None else None

        return prefixed

    def _bare(self, rule: Rule, kind: FieldKind) -> Callable[[Any], Any]:
        fields, zone = self._fields, self._ways.zone

        def as_the_reader(raw: Any) -> Any:
            return fields.scalar(raw, kind, rule)

        if rule.match is not None or rule.style is not None:
            return as_the_reader
        if rule.map is not None:
            return self._mapped(rule, as_the_reader)
        if kind in ("text", "id"):
            return read_text
        if kind == "code":
            return _code
        if kind == "moment" and self._ways.moments == "unix":

            def moment(raw: Any) -> Any:
                if type(raw) is int and 0 <= raw < _LAST_PLAIN_SECOND:
                    at = datetime.fromtimestamp(raw, UTC)
                    local = at.astimezone(zone)
                    return When(at, local.date(), None, minute_of(local))
                return as_the_reader(raw)

            return moment
        return as_the_reader

    def _mapped(self, rule: Rule, as_the_reader: Callable[[Any], Any]) -> Callable[[Any], Any]:
        known: dict[str, Any] = {}
        try:
            for name in rule.map or ():
                if name != "*":
                    known.setdefault(name, as_the_reader(name))
        except (ValueError, ArithmeticError):
            known.clear()

        def read(raw: Any) -> Any:
            if type(raw) is str and raw in known:
                return known[raw]
            return as_the_reader(raw)

        return read

    # ── paths ────────────────────────────────────────────────────────────────────────────────────────────

    def _look(self, path: str) -> Look:
        """All values that a path leads to (see paths.find)."""
        either_case, value_in = self._mapping.either_case, self._mapping.value_in
        walks = [_walk(steps, either_case=either_case) for steps in compiled(path)]

        def look(scope: Scope) -> list[Any]:
            for walk in walks:
                found = walk(scope)
                if value_in is not None:
                    found = [one.get(value_in, one) if isinstance(one, dict) else one for one in found]
                if found := [one for one in found if not is_blank(one)]:
                    return found
            return []

        return look

    def _names(self, path: str) -> list[list[str]] | None:
        """The alternatives of a path that only goes from member to member, and so leads to one value at most; None of others."""
        if self._mapping.value_in is not None:
            return None
        names = [[step.name for step in steps if isinstance(step, Member)] for steps in compiled(path)]
        is_simple = all(len(found) == len(steps) for found, steps in zip(names, compiled(path), strict=True))
        return names if is_simple else None

    def _look_once(self, path: str) -> LookOnce:
        """The first of them, or None."""
        names = self._names(path)
        if names is None or self._mapping.either_case:
            look = self._look(path)

            def first(scope: Scope) -> Any:
                found = look(scope)
                return found[0] if found else None

            return first

        if len(names) == 1 and len(names[0]) == 1:
            name = names[0][0]

            def member(scope: Scope) -> Any:
                value = scope.value
                value = value.get(name) if isinstance(value, dict) else None
                return None if type(value) is str and (not value or value.isspace()) else value

            return member

        def simple(scope: Scope) -> Any:
            for steps in names:
                value: Any = scope.value
                for name in steps:
                    if not isinstance(value, dict):
                        value = None
                        break
                    value = value.get(name)
                if value is not None and not (isinstance(value, str) and (not value or value.isspace())):
                    return value
            return None

        return simple


def _is_plain(rule: Rule, kind: FieldKind) -> bool:
    """Whether a field is one value at one path."""
    is_one = kind not in ("words", "addresses") and not (rule.less or rule.only or rule.zone)
    return rule.path is not None and is_one


def _walk(steps: Sequence[Step], *, either_case: bool) -> Callable[[Scope], list[Any]]:
    outward = 0
    while outward < len(steps) and isinstance(steps[outward], Outward):
        outward += 1
    nexts = [_next(step, either_case=either_case) for step in steps[outward:]]

    def walk(scope: Scope) -> list[Any]:
        start: Scope | None = scope
        for _ in range(outward):
            start = start.outer if start is not None else None
        if start is None:
            return []
        level = [start.value]
        for following in nexts:
            level = [inner for outer in level for inner in following(outer)]
        return level

    return walk


def _next(step: Step, *, either_case: bool) -> Callable[[Any], Iterable[Any]]:
    match step:
        case Member(name):
            other = snake_case(name) if either_case else name

            def member(value: Any) -> Iterable[Any]:
                if not isinstance(value, dict):
                    return ()
                if name in value:
                    return (value[name],)
                return (value[other],) if other in value else ()

            return member
        case Element(index):
            return lambda value: value[index : index + 1] if isinstance(value, list) else ()
        case Each():
            return lambda value: (inner for _, inner in elements_that_read(value, step))
        case Members():
            return lambda value: (inner for _, inner in members_of(value))
        case Outward():
            return lambda _: ()


def _code(raw: Any) -> str:
    return _code_of(raw) if type(raw) is str else read_code(raw)


@lru_cache(maxsize=256)
def _code_of(text: str) -> str:
    return read_code(text)
