"""Rules in words: as sentences, and from them ("every customer must have an e-mail address")."""

import re
from decimal import Decimal
from typing import Any, Final

from storage.kernel.errors import CopilotError, invalid
from storage.repositories.ingestion import UNIFIED
from tools.language.numbers import find_numbers
from tools.language.text import tokenize
from tools.lineage.own.schemas import (
    Between,
    Check,
    Fresh,
    NotEmpty,
    OneOf,
    Pattern,
    Rows,
    RuleDraft,
    Score,
    SumsEqual,
    Unique,
)
from tools.lineage.words import KINDS, field_name, plural_of, shown_columns, span_of, table_of

_EXAMPLE: Final = (
    "For example: every customer must have an e-mail; order numbers must be unique; order totals must lie between 0 and "
    "10000; the status of orders must be one of completed, pending, cancelled; orders must come in every 2 days."
)
_EMPTY: Final = re.compile(
    r"\b(?:must|should|shall|has to|have to|needs?(?: to)?)\s+(?:always\s+)?(?:have|has|carry|name|a|an)\b|\b(?:not|never) (?:be )?(?:empty|missing|blank)|\b(?:is|be|are) (?:filled|required|mandatory|there)\b|\bwithout (?:an?|any) \w+",
    re.IGNORECASE,
)
_UNIQUE: Final = re.compile(r"\b(?:unique|only once|no duplicate|no two|not repeat|duplicates?)\b", re.IGNORECASE)
_ONE_OF: Final = re.compile(r"\b(?:one of|either|any of|only)\b:?\s*(?P<values>.+)$", re.IGNORECASE)
_AT_LEAST: Final = re.compile(
    r"\bat least\b|\bmin(?:imum)?\b|\b(?:no|not|never)(?: be| go| fall)? (?:below|under|less|lower|fewer)\b",
    re.IGNORECASE,
)
_AT_MOST: Final = re.compile(
    r"\bat most\b|\bmax(?:imum)?\b|\bup to\b|\b(?:no|not|never)(?: be| go| rise)? (?:above|over|more|higher|exceed)\b",
    re.IGNORECASE,
)
_ABOVE: Final = re.compile(r"\b(?:above|over|more than|higher than|from)\b", re.IGNORECASE)
_BELOW: Final = re.compile(r"\b(?:below|under|less than|fewer than|lower than)\b", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\bbetween\b|\bfrom\b.+\bto\b", re.IGNORECASE)
_FRESH: Final = re.compile(r"\b(?P<unit>hours?|days?|weeks?)\b", re.IGNORECASE)
_COMES: Final = re.compile(
    r"\b(?:fresh(?:er)?|come in|comes in|arrive|old(?:er)?|late|up to date|updated|synced|imported)\b", re.IGNORECASE
)
_SCORE: Final = re.compile(r"\b(?:score|quality)\b", re.IGNORECASE)
_HOURS: Final = {"hour": 1, "day": 24, "week": 168}
_SPLIT: Final = re.compile(r"\s*(?:,|;|\bor\b|\band\b)\s*", re.IGNORECASE)
_OTHER_NAMES: Final = {
    "e-mail address": "email", "email address": "email", "e-mail": "email", "mail": "email", "telephone": "phone",
    "phone number": "phone", "price": "list_price", "amount": "total", "value": "total", "date": "ordered_on", "day": "ordered_on",
    "address": "address", "vat": "tax",
}  # fmt: skip
_OF_KIND: Final = {
    ("refund", "total"): "amount", ("transaction", "total"): "amount", ("deal", "total"): "amount",
    ("transaction", "ordered_on"): "occurred_on", ("refund", "ordered_on"): "refunded_on",
    ("order_line", "list_price"): "unit_price", ("variant", "list_price"): "price",
}  # fmt: skip


def in_words(type_: str, check: Check) -> str:
    """A rule as a sentence without its stop."""
    many = plural_of(type_)
    match check:
        case NotEmpty(field=field):
            return f"each {_word(type_)} has {_a(_word(field))}"
        case Unique(field=field):
            return f"no two {many} have the same {_word(field)}"
        case OneOf(field=field, values=values):
            shown = ", ".join(values[:5]) + (f" … ({len(values)})" if len(values) > 5 else "")  # noqa: PLR2004
            return f"the {_word(field)} of {many} is one of {shown}"
        case Pattern(field=field, pattern=pattern):
            return f"the {_word(field)} of {many} matches {pattern}"
        case Between(field=field, at_least=low, at_most=high):
            return f"the {_word(field)} of {many} is {_bounds(low, high)}"
        case Fresh(within_hours=hours, source=source):
            what = f"the data of {source}" if source is not None else f"what brings {many}"
            return f"{what} is no older than {span_of(hours)}"
        case SumsEqual() as one:
            other = plural_of(one.other_type or type_)
            return f"the {_word(one.field)} of all {many} adds up to the {_word(one.other_field)} of all {other}"
        case Rows(at_least=low, at_most=high):
            return f"the number of {many} is {_bounds(low, high)}"
        case Score(at_least=low):
            return f"the quality of {many} scores at least {low:.0%}"


def read_rule(question: str) -> RuleDraft:
    """Raises CopilotError (invalid) with what is missing or not clear."""
    said = " ".join(question.strip(" .!?").split())
    kind, table = _kind(said)
    return RuleDraft.model_validate({"type": kind, "check": _check(said, kind, table)})


def _check(said: str, kind: str, table: str) -> dict[str, Any]:
    tokens = tokenize(said)
    numbers = [one for one in find_numbers(tokens) if any(c.isdigit() for c in tokens[one.tokens.start].norm)]
    values = [Decimal(str(one.value)) for one in numbers if not one.ordinal]  # in figures: "no two", "one of" are none
    span = _FRESH.search(said)
    if span is not None and _COMES.search(said):
        count = int(values[0]) if values else 1
        return {"how": "fresh", "within_hours": count * _HOURS[span["unit"].lower().removesuffix("s")]}
    if _SCORE.search(said) and len(values) == 1:
        [value] = values
        return {"how": "score", "at_least": float(value / 100 if value > 1 or "%" in said else value)}
    field = _field(said, kind, table)
    if field is not None and _UNIQUE.search(said):
        return {"how": "unique", "field": field}
    if values:
        bounds = _bounded(said, values)
        return {"how": "rows", **bounds} if field is None else {"how": "between", "field": field, **bounds}
    listed = _ONE_OF.search(said)
    if field is not None and listed is not None:
        members = [one.strip(" '\"“”") for one in _SPLIT.split(listed["values"]) if one.strip()]
        return {"how": "one_of", "field": field, "values": members}
    if field is not None and _EMPTY.search(said):
        return {"how": "not_empty", "field": field}
    raise _unclear("Which field shall be looked at?" if field is None else f"What shall hold of the {_word(field)}?")


def _bounded(said: str, values: list[Decimal]) -> dict[str, Any]:
    if len(values) == 2 and _BETWEEN.search(said):  # noqa: PLR2004
        return {"at_least": min(values), "at_most": max(values)}
    low, high = _AT_LEAST.search(said), _AT_MOST.search(said)
    if not low and not high:
        low, high = _ABOVE.search(said), _BELOW.search(said)
    if len(values) != 1 or bool(low) == bool(high):
        raise _unclear("At least, at most, or between which two numbers?")
    return {"at_least": values[0]} if low else {"at_most": values[0]}


def _kind(said: str) -> tuple[str, str]:
    """The kind of record that is named first, the longest name of those."""
    lower = said.lower().replace("-", " ")
    found: list[tuple[int, int, str]] = []
    for kind in KINDS:
        word = kind.replace("_", " ")
        match = re.search(rf"\b{word}(?:s|es)?\b", lower)
        if match is not None:
            found.append((match.start(), -len(word), kind))
    if not found:
        raise _unclear("Of which records: orders, customers, products …?")
    kind = min(found)[2]
    table = table_of(kind)
    if table is None:
        raise _unclear("Of which records?")
    return kind, table


def _field(said: str, kind: str, table: str) -> str | None:
    """The field that is named, the longest name of those; None where none is."""
    lower = said.lower()
    columns = [column.key for column in UNIFIED[table].__table__.columns]
    names = {field_name(one).replace("_", " "): field_name(one) for one in shown_columns(columns)}
    for other, name in _OTHER_NAMES.items():
        meant = _OF_KIND.get((kind, name), name)
        if meant in names.values():
            names.setdefault(other, meant)
    found = [
        (-len(word), word) for word in names if word != kind and re.search(rf"\b{re.escape(word)}(?:s|es)?\b", lower)
    ]
    return names[min(found)[1]] if found else None


def _word(name: str) -> str:
    return field_name(name).replace("_", " ")


def _a(word: str) -> str:
    return f"an {word}" if word[:1] in "aeiou" else f"a {word}"


def _bounds(low: Any, high: Any) -> str:
    if low is not None and high is not None:
        return f"between {_value(low)} and {_value(high)}"
    return f"at least {_value(low)}" if low is not None else f"at most {_value(high)}"


def _value(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value.normalize():,f}" if isinstance(value, Decimal) else str(value)  # fmt: skip


def _unclear(question: str) -> CopilotError:
    return invalid(question, pointer="/question", hint=_EXAMPLE)
