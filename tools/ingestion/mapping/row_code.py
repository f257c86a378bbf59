"""One Python function for all fields of a row: most are one member after another and one conversion, and calling a function for
each takes several times as long as the look-ups do. Objects that several fields go through are looked up once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.ingestion.mapping.paths import Scope, snake_case
from tools.ingestion.mapping.values import LONGEST

Fill = Callable[[Scope, "str | None"], tuple[dict[str, Any], "str | None", bool]]
"""(scope, the currency around) → the row's values, its currency, and whether the payload says any of them."""
_NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Said:
    """A value that the mapping itself says."""

    value: Any


@dataclass(frozen=True, slots=True)
class Named:
    """An amount that names its own currency."""

    value: int
    currency: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A field that reads one value: the first of the alternatives, each the names of members, that is there. `convert` gives
    None for what says nothing, and raises ValueError or ArithmeticError."""

    paths: Sequence[Sequence[str]]
    convert: Callable[[Any], Any]
    is_text: bool
    default: Said | None


Read = Callable[[Scope, "str | None"], Any]
"""(scope, the row's currency) → the value, `Said`, `Named`, or None where nothing says it."""
Way = Plain | Said | Read


def row_code(fields: Sequence[tuple[str, Way]], *, has_currency: bool, either_case: bool) -> Fill:
    """The function that fills a row. A row that `has_currency` takes that of its first amount that names one, where no field
    says it. Fields are read in the order given. `either_case`: see Scope."""
    code = _Code(has_currency=has_currency, either_case=either_case)
    for name, way in fields:
        if isinstance(way, Said):
            code.said(name, way)
        elif isinstance(way, Plain):
            code.plain(name, way)
        else:
            code.called(name, way)
    return code.made()


class _Code:
    """Lines of Python. Names of the mapping stand in them as literals; whatever else a line needs is handed over as a value."""

    def __init__(self, *, has_currency: bool, either_case: bool) -> None:
        self._has_currency = has_currency
        self._either_case = either_case
        self._names: dict[str, Any] = {"Said": Said, "Named": Named, "NOTHING": _NOTHING}
        self._objects: dict[tuple[str, ...], str] = {(): "root"}
        self._looks = ["root = scope.value", "if not isinstance(root, dict): root = NOTHING"]
        self._lines = ["values, own, told = {}, currency, False"]

    def said(self, name: str, way: Said) -> None:
        self._put(name, self._value(way.value))

    def called(self, name: str, read: Read) -> None:
        """A field that has a function of its own."""
        self._lines += [
            f"v = {self._value(read)}(scope, own)",
            "if v is not None:",
            "    if v.__class__ is Said: v = v.value",
            "    else:",
            "        told = True",
            "        if v.__class__ is Named:",
            *(["            if own is None: own = values['currency'] = v.currency"] if self._has_currency else []),
            "            v = v.value",
        ]
        self._put(name, "v", "    ")

    def plain(self, name: str, way: Plain) -> None:
        for place, path in enumerate(way.paths):
            look = f"v = {self._member(self._object(tuple(path[:-1])), path[-1])}"
            self._lines.append(f"if v is None: {look}" if place else look)
            self._lines.append("if v.__class__ is str and (not v or v.isspace()): v = None")
        convert = f"v = {self._value(way.convert)}(v)"
        if way.is_text:  # of such a text nothing is to be taken out
            self._lines.append(f"if v.__class__ is str and len(v) <= {LONGEST} and v.isprintable(): v = v.strip()")
            self._lines.append(f"elif v is not None: {convert}")
        else:
            self._lines.append(f"if v is not None: {convert}")
        self._lines += ["if v is not None:", "    told = True"]
        self._put(name, "v", "    ")
        if way.default is not None:
            self._lines.append("else:")
            self._put(name, self._value(way.default.value), "    ")

    def _put(self, name: str, value: str, indent: str = "") -> None:
        self._lines.append(f"{indent}values[{name!r}] = {value}")
        if name == "currency":
            self._lines.append(f"{indent}if {value}: own = str({value})")

    def _object(self, path: tuple[str, ...]) -> str:
        """The local variable of an object inside; one without members where there is none."""
        if path not in self._objects:
            look = self._member(self._object(path[:-1]), path[-1])
            self._objects[path] = inner = f"o{len(self._objects)}"
            self._looks += [f"{inner} = {look}", f"if not isinstance({inner}, dict): {inner} = NOTHING"]
        return self._objects[path]

    def _member(self, of: str, name: str) -> str:
        other = snake_case(name) if self._either_case else name
        return (
            f"{of}.get({name!r})" if other == name else f"{of}[{name!r}] if {name!r} in {of} else {of}.get({other!r})"
        )

    def _value(self, value: Any) -> str:
        name = f"k{len(self._names)}"
        self._names[name] = value
        return name

    def made(self) -> Fill:
        body = [*self._looks, *self._lines, "return values, own, told"]
        text = "\n    ".join(["def fill(scope, currency):", *body])
        exec(compile(text, "<row of a mapping>", "exec"), self._names)  # noqa: S102 - ours, but for names, which are literals
        return self._names["fill"]
