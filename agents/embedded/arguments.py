"""A tool's arguments, read from the user's words as the tool's JSON schema types them. Nothing is made up: what is not
said is left out, and what is needed and not said is asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from tools.language.numbers import NumberSpan, find_numbers
from tools.language.periods import PeriodSpan, find_periods
from tools.language.text import Token, tokenize

LONGEST_READ = 2_000
"""Characters in which dates, numbers and names are looked for; the user's own words are passed on whole."""

_OWN_WORDS = frozenset({"question", "request", "query", "message", "text", "prompt", "instruction", "content", "title"})
_STARTS = frozenset({"start", "from", "since", "after", "begin", "begins", "starts"})
_ENDS = frozenset({"end", "to", "until", "before", "through", "ends"})
_COUNTS = frozenset({"limit", "count", "top", "n", "size", "number", "max"})
_OPAQUE = frozenset({"cursor"})
"""What only an answer before gives out: nobody says it."""
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{1,200})[\"”“»]|(?<!\w)'([^']{1,200})'(?!\w)")
_FILE_NAME = re.compile(r"(?<![\w/])[\w][\w .()-]{0,120}?\.(?:csv|tsv|xlsx?|jsonl?|txt)\b", re.IGNORECASE)
_LAST = "last"
_LATEST = frozenset({"last", "latest", "newest", "recent", "just"})
_YES = frozenset({"yes", "yep", "true", "on", "enable", "enabled"})
_NO = frozenset({"no", "not", "false", "off", "disable", "disabled", "without"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """`missing` describes, in words, each required argument that was not said."""

    values: Mapping[str, Any]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class _Said:
    """The message and what is in it, read when an argument asks for it: most tools want only the words."""

    text: str
    today: date

    @cached_property
    def tokens(self) -> Sequence[Token]:
        return tokenize(self.text)

    @cached_property
    def periods(self) -> Sequence[PeriodSpan]:
        return [period for period in find_periods(self.tokens, self.today) if period.problem is None]

    @cached_property
    def numbers(self) -> Sequence[NumberSpan]:
        """Those inside periods are none of their own."""
        in_periods = {place for period in self.periods for place in period.tokens}
        return [
            number
            for number in find_numbers(self.tokens)
            # "one" and "ones" mostly stand for a thing.
            if in_periods.isdisjoint(number.tokens)
            and (number.value != 1 or self.tokens[number.tokens.start].norm[0].isdigit())
        ]

    @property
    def words(self) -> list[str]:
        return [token.norm for token in self.tokens]


def read_arguments(schema: Mapping[str, Any], text: str, today: date) -> Arguments:
    """`schema` is the JSON schema of an object, with references inside it resolved."""
    said = _Said(text[:LONGEST_READ], today)
    definitions = cast("dict[str, Any]", schema.get("$defs", {}))
    properties = {
        name: _resolved(field, definitions)
        for name, field in cast("dict[str, Any]", schema.get("properties", {})).items()
    }
    required = cast("Sequence[str]", schema.get("required", ()))
    words_field = _words_field(properties)
    values: dict[str, Any] = {}
    for name, field in properties.items():
        found = text if name == words_field else _read(name, field, said)
        if found is not None:
            values[name] = found
    missing = tuple(_describe(name, properties[name]) for name in required if name in properties and name not in values)
    return Arguments(values, missing)


def _words_field(properties: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The argument that takes the user's own words, as its name or its description says."""
    free = [name for name, field in properties.items() if _is_free_text(name, field)]
    told = [name for name in free if "own words" in str(properties[name].get("description", "")).lower()]
    return next(iter([*told, *(name for name in free if name in _OWN_WORDS)]), None)


def _is_free_text(name: str, field: Mapping[str, Any]) -> bool:
    return field.get("type") == "string" and not ({"enum", "format", "pattern", "const"} & field.keys() or _is_id(name))


def _is_id(name: str) -> bool:
    return name == "id" or name.endswith(("_id", "_ids"))


def _resolved(field: Any, definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A property's schema without references and without "or null"."""
    schema: dict[str, Any] = field if isinstance(field, dict) else {}  # pyright: ignore[reportUnknownVariableType]: any JSON
    for _ in range(len(definitions) + 2):
        alternatives: list[dict[str, Any]] = schema.get("anyOf") or schema.get("allOf") or []
        choices = [one for one in alternatives if one.get("type") != "null"]
        if "$ref" in schema:
            schema = {**definitions.get(str(schema["$ref"]).rpartition("/")[2], {}), **_without(schema, "$ref")}
        elif len(choices) == 1:
            schema = {**choices[0], **_without(schema, "anyOf", "allOf")}
        else:
            break
    return {**schema, "items": _resolved(schema["items"], definitions)} if "items" in schema else schema


def _without(schema: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in keys}


def _read(name: str, field: Mapping[str, Any], said: _Said) -> Any:
    if "enum" in field:
        chosen = _choices(field["enum"], said)
        return chosen[0] if len(chosen) == 1 else None
    if name in _OPAQUE:
        return None
    match field.get("type"):
        case "string" if field.get("format") in ("date", "date-time"):
            return _day(name, field, said)
        case "string":
            return _name(name, field, said)
        case "integer" | "number":
            return _number(name, field, said)
        case "boolean":
            return _flag(name, said)
        case "array":
            items = cast("dict[str, Any]", field.get("items", {}))
            return (_choices(items["enum"], said) or None) if "enum" in items else None
        case _:
            return None


def _choices(options: Sequence[Any], said: _Said) -> list[Any]:
    """The options whose words stand in the message next to each other."""
    spoken = f" {' '.join(said.words)} "
    lemmas = f" {' '.join(token.lemma for token in said.tokens)} "
    found: list[Any] = []
    for option in options:
        phrase = " ".join(token.norm for token in tokenize(str(option).replace("_", " ").replace("-", " ")))
        if phrase and (f" {phrase} " in spoken or f" {phrase} " in lemmas):
            found.append(option)
    return found


def _day(name: str, field: Mapping[str, Any], said: _Said) -> str | None:
    periods = [period for period in said.periods if period.start and period.end]
    if not periods:
        return None
    parts = set(name.split("_"))
    last = cast("date", periods[0].end) - timedelta(days=1)
    day = last if parts & _ENDS and not parts & _STARTS else cast("date", periods[0].start)
    return f"{day.isoformat()}T00:00:00Z" if field.get("format") == "date-time" else day.isoformat()


def _name(name: str, field: Mapping[str, Any], said: _Said) -> str | None:
    if _is_id(name) or field.get("format") == "uuid":
        found = _UUID.search(said.text)
        return found[0].lower() if found else None
    if (found := _UUID.search(said.text)) and re.search(r"\bid\b", str(field.get("description", "")), re.IGNORECASE):
        return found[0].lower()
    if quoted := _QUOTED.search(said.text):
        value = quoted[1] or quoted[2]
    elif file_name := _FILE_NAME.search(said.text):
        # The pattern allows spaces inside a name; the words before it in the sentence are not part of it.
        value = file_name[0].split()[-1]
    elif offered := _offered(field, said):
        value = offered
    else:
        return None
    pattern = field.get("pattern")
    return value if pattern is None or re.search(str(pattern), value) else None


def _offered(field: Mapping[str, Any], said: _Said) -> str | None:
    """A word that the description puts in quotes or the examples name, where the message says it too."""
    words = [*re.findall(r'"([^"]+)"', str(field.get("description", ""))), *map(str, field.get("examples", ()))]
    if _LAST in words and _LATEST & set(said.words):
        return _LAST
    return next(iter(_choices(list(dict.fromkeys(words)), said)), None)


def _number(name: str, field: Mapping[str, Any], said: _Said) -> int | float | None:
    numbers = [one for one in said.numbers if _fits(one.value, field)]
    wants_count = bool(set(name.split("_")) & _COUNTS)
    numbers = [one for one in numbers if not (wants_count and one.unit)]
    if len(numbers) != 1:
        return None
    value = numbers[0].value
    return int(value) if field.get("type") == "integer" else float(value)


def _fits(value: Decimal, field: Mapping[str, Any]) -> bool:
    number = float(value)
    return (
        (field.get("type") != "integer" or value == int(value))
        and number >= field.get("minimum", number)
        and number <= field.get("maximum", number)
        and number > field.get("exclusiveMinimum", number - 1)
        and number < field.get("exclusiveMaximum", number + 1)
    )


def _flag(name: str, said: _Said) -> bool | None:
    """Yes or no, only where the message names the switch itself."""
    words = set(said.words)
    if not set(name.split("_")) <= words:
        return None
    return not words & _NO if words & (_YES | _NO) else True


def _describe(name: str, field: Mapping[str, Any]) -> str:
    text = str(field.get("description") or field.get("title") or name.replace("_", " ")).strip()
    first = re.split(r"(?<=[.!?])\s", text)[0].rstrip(".!?")
    return first[:1].lower() + first[1:]
