"""Where a value stands in a payload, as the mapping files write it.

`a.b` is a member, `a[*].b` that of each element of a list, `a[0]` one element, `a[kind=card].b` that of the elements whose
`kind` is "card", `a[=red]` the elements that read "red" themselves; `^.a` begins one scope further out (inside `each`);
`a | b` is the first of the two that is there. `a.*` is every member of an object. Names with a dot or a bracket are written in
quotes: `"odd.name"`. The key of a bracket may itself be a path of names: `a[kind.id=card]`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, cast

from tools.ingestion.mapping.payload import pointer_to

_PART: Final = re.compile(r'"(?P<quoted>[^"]+)"|(?P<name>[^.\[\]|"\s]+)|\[(?P<inside>[^\]]*)\]|(?P<dot>\.)')
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST_WORD: Final = 40
"""Digits before the point that a number compared as a word may have: "1E+999999" would fill the memory."""


@dataclass(frozen=True, slots=True)
class Found:
    value: Any
    pointer: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What paths start from: a value, its address, and the scope around it."""

    value: Any
    pointer: str
    outer: "Scope | None" = None
    either_case: bool = False
    """Whether `totalPrice` also finds `total_price`: vendors that write both have one mapping for them."""
    value_in: str | None = None
    """The member in which an object holds the value that it stands for, beside the value's history."""


@dataclass(frozen=True, slots=True)
class Member:
    name: str


@dataclass(frozen=True, slots=True)
class Element:
    index: int


@dataclass(frozen=True, slots=True)
class Each:
    """All elements of a list; with `key`, those whose member of that name reads `wanted`, or, where the key is empty,
    which read so themselves."""

    key: str | None = None
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Members:
    """All members of an object, or elements of a list."""


@dataclass(frozen=True, slots=True)
class Outward:
    pass


Step = Member | Element | Each | Members | Outward


@lru_cache(maxsize=4096)
def compiled(path: str) -> tuple[tuple[Step, ...], ...]:
    """The alternatives of a path, each as its steps. Raises ValueError for what is no path."""
    return tuple(_steps(alternative.strip(), path) for alternative in path.split("|"))


def _steps(text: str, path: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    position, dotted = 0, True
    while position < len(text):
        match = _PART.match(text, position)
        if match is None or (dotted and match["dot"]):
            raise ValueError(f"“{path}” is no path: it cannot be read at “{text[position:]}”")
        position = match.end()
        dotted = False
        if match["dot"]:
            dotted = True
        elif match["inside"] is not None:
            steps.append(_bracket(match["inside"]))
        elif match["name"] == "^":
            steps.append(Outward())
        elif match["name"] == "*":
            steps.append(Members())
        elif name := match["quoted"] or match["name"]:
            steps.append(Member(name))
    if not steps or dotted:
        raise ValueError(f"“{path}” is no path")
    return tuple(steps)


def _bracket(inside: str) -> Step:
    if inside == "*":
        return Each()
    if inside.isdigit():
        return Element(int(inside))
    key, equals, wanted = inside.partition("=")
    if not equals:
        raise ValueError(f"[{inside}] is neither [*], a place, [key=value] nor [=value]")
    return Each(key.strip(), wanted.strip())


def find(scope: Scope, path: str, blanks: set[str] | None = None) -> list[Found]:
    """What a path leads to; of alternatives the first that leads to anything. Nulls and blanks are left out, and
    their addresses put into `blanks`: they are read, and say nothing."""
    for steps in compiled(path):
        found: list[Found] = []
        for one in _walk(scope, steps):
            if scope.value_in is not None:
                one = _value_of(one, scope.value_in)  # noqa: PLW2901 - what it stands for
            if not is_blank(one.value):
                found.append(one)
            elif blanks is not None:
                blanks.add(one.pointer)
        if found:
            return found
    return []


def is_blank(value: Any) -> bool:
    """Whether a value says nothing: null, or text without a character to see."""
    return value is None or (isinstance(value, str) and not value.strip())


def _value_of(found: Found, member: str) -> Found:
    value = found.value
    if isinstance(value, dict) and member in value:
        return Found(value[member], pointer_to(found.pointer, member))
    return found


def _walk(scope: Scope, steps: tuple[Step, ...]) -> Iterator[Found]:
    place = 0
    while place < len(steps) and isinstance(steps[place], Outward):
        if scope.outer is None:
            return
        scope, place = scope.outer, place + 1
    level = [Found(scope.value, scope.pointer)]
    for step in steps[place:]:
        level = [inner for outer in level for inner in _next(outer, step, either_case=scope.either_case)]
    yield from level


def _next(found: Found, step: Step, *, either_case: bool) -> Iterator[Found]:
    value = found.value
    if isinstance(step, Member) and isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        name = step.name
        if name not in members and either_case:
            name = snake_case(step.name)
        if name in members:
            yield Found(members[name], pointer_to(found.pointer, name))
    elif isinstance(step, Element) and isinstance(value, list):
        elements = cast("list[Any]", value)
        if step.index < len(elements):
            yield Found(elements[step.index], pointer_to(found.pointer, step.index))
    elif isinstance(step, Each):
        yield from (Found(inner, pointer_to(found.pointer, key)) for key, inner in elements_that_read(value, step))
    elif isinstance(step, Members):
        yield from (Found(inner, pointer_to(found.pointer, key)) for key, inner in members_of(value))


def elements_that_read(value: Any, step: Each) -> Iterator[tuple[int, Any]]:
    """The elements of a list that a step takes, each with its place; none of anything else."""
    for place, inner in enumerate(cast("list[Any]", value) if isinstance(value, list) else ()):
        if step.key is None or _reads(inner, step.key, step.wanted):
            yield place, inner


def members_of(value: Any) -> list[tuple[str | int, Any]]:
    """All members of an object or elements of a list, each with its name or place."""
    if isinstance(value, list):
        return list(enumerate(cast("list[Any]", value)))
    return list(cast("dict[str, Any]", value).items()) if isinstance(value, dict) else []


def _reads(value: Any, key: str, wanted: str) -> bool:
    if not key:
        return not isinstance(value, dict | list) and as_word(value).casefold() == wanted.casefold()
    for name in key.split("."):
        if not isinstance(value, dict):
            return False
        value = cast("dict[str, Any]", value).get(name)
    return value is not None and as_word(value).casefold() == wanted.casefold()


def holds(conditions: Mapping[str, Sequence[str | int | bool | None]], scope: Scope, used: set[str]) -> bool:
    """Whether all hold: path → the words that it may say, None for nothing and "*" for anything. The leaves that decide are put into `used`
    where all do: which row there is, or by which rule it is read, keeps what they say."""
    decided: list[str] = []
    for path, words in conditions.items():
        found = find(scope, path, used)
        if not found:
            if None not in words:
                return False
            continue
        allowed = {as_word(word).casefold() for word in words if word is not None}
        if "*" not in allowed and not any(as_word(one.value).casefold() in allowed for one in found):
            return False
        decided += [one.pointer for one in found if not isinstance(one.value, dict | list)]
    used.update(decided)
    return True


def as_word(value: Any) -> str:
    """A scalar as mapping files name it: true, false, a number without idle zeros, or its text."""
    if isinstance(value, Decimal) and abs(value.adjusted()) < _LONGEST_WORD:
        return format(value.normalize() or Decimal(), "f")
    return str(value).lower() if isinstance(value, bool) else str(value)


def snake_case(name: str) -> str:
    """ "totalPrice" → "total_price"."""
    return _CAMEL.sub("_", name).lower()
