"""What a column's values are: kind, form, extent. Pure: it sees values, not a database."""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import types

from storage.sources.catalogue import ColumnFacts, Dialect, Form, Kind

NEARLY_ALL = 0.98
"""The share of values that must be of a kind for the column to be."""
SAMPLES = 12
LONGEST_SAMPLE = 60
_MOST_DISTINCT_COUNTED = 20_000
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?$")
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_SLASHED = re.compile(r"^(\d{2})[./-](\d{2})[./-](\d{4})(?:[T ]\d{2}:\d{2}.*)?$")
_NUMBER = re.compile(r"^\s*-?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s*$|^\s*-?\d+(?:\.\d+)?\s*$")
_COMMA = re.compile(r"^\s*-?\d{1,3}(?:\.\d{3})+(?:,\d+)?\s*$|^\s*-?\d+(?:,\d+)?\s*$")
"""A number with a comma before its fraction: "1.234,50"."""
_YES = frozenset(["1", "true", "t", "yes", "y", "j", "ja", "oui", "si", "sí"])
_NO = frozenset(["0", "false", "f", "no", "n", "nein", "non"])
_MOMENT_NAMES = re.compile(r"(?:^|_)(?:at|on|date|time|timestamp|ts|created|updated|epoch)(?:$|_)|(?<=[a-z])(?:At|Date|Time|On)$")  # fmt: skip
_EPOCH = (631_152_000, 4_102_444_800)
"""Seconds of 1990 and of 2100."""


def stored_kind(type_: Any, dialect: Dialect) -> str:
    """What the database says that a column holds; SQLite's word for it binds nothing and is not asked."""
    if dialect == "sqlite":
        return "any"
    kinds: tuple[tuple[type[Any], str], ...] = (
        (types.Boolean, "boolean"), (types.Numeric, "number"), (types.Integer, "number"), (types.DateTime, "moment"),
        (types.Date, "date"), (types.String, "text"), (types.Enum, "text"), (types.Uuid, "text"),
    )  # fmt: skip
    kind = next((kind for known, kind in kinds if isinstance(type_, known)), "other")
    if kind == "moment" and getattr(type_, "timezone", False):
        return "zoned_moment"
    if kind == "other" and "MONEY" in str(type_).upper():
        return "number_text"
    return kind


ENOUGH = 20
"""Rows of nothing but 0 and 1 from which they are rather a no and a yes than numbers."""
_AMOUNT_NAMES = re.compile(r"qty|quant|count|cnt|num|number|amount|amt|total|units|pieces|score|points|goals|level|rank|position|days|hours|min|max|kids|children|adults|guests|discount|rate|pct|percent|(?:^|_)(?:no|nr|id)$|id$|sequence|seq|order|version|attempt|retries|age|floor|grade|size|weight|fee|price|cost|tax|month|year", re.IGNORECASE)  # fmt: skip


def facts_of(name: str, type_: str, stored: str, values: Sequence[Any]) -> ColumnFacts:
    """The facts of a column. `stored` as `stored_kind` gives it."""
    filled = [value for value in values if value is not None and value != ""]
    distinct = len(set(map(_hashable, filled[:_MOST_DISTINCT_COUNTED])))
    facts = ColumnFacts(
        name=name,
        type=type_[:60],
        kind="other",
        form="text",
        filled=len(filled),
        distinct=distinct,
        longest=max((len(str(value)) for value in filled), default=0),
        samples=_samples(filled),
    )
    match stored:
        case "boolean":
            return facts.model_copy(update={"kind": "boolean", "form": "flag", "truths": ("true",)})
        case "date" | "moment" | "zoned_moment":
            return _dated(facts, stored, [value if isinstance(value, date) else None for value in filled])  # pyright: ignore[reportArgumentType] — stored kinds are forms
        case "other":
            return facts
        case "text":
            return _from_text(facts, filled)
        case "number":
            return _from_numbers(facts, filled)
        case _:
            return _from_anything(facts, filled)


def _from_anything(facts: ColumnFacts, filled: Sequence[Any]) -> ColumnFacts:
    """SQLite: each value has a kind of its own; what nearly all have is the column's."""
    if not filled:
        return facts
    kinds = Counter(_kind_of(value) for value in filled)
    most, count = kinds.most_common(1)[0]
    mixed = count < len(filled)
    if count / len(filled) < NEARLY_ALL and most != "text":
        return facts.model_copy(update={"kind": "text" if "other" not in kinds else "other", "mixed": True})
    facts = facts.model_copy(update={"mixed": mixed})
    if most == "number":
        return _from_numbers(facts, [value for value in filled if _kind_of(value) == "number"])
    return _from_text(facts, filled) if most == "text" else facts


def _kind_of(value: Any) -> str:
    if isinstance(value, bool | int | float | Decimal):
        return "number"
    return "text" if isinstance(value, str) else "other"


def _from_numbers(facts: ColumnFacts, values: Sequence[Any]) -> ColumnFacts:
    numbers = [float(value) for value in values if math.isfinite(float(value))]
    if not numbers:
        return facts.model_copy(update={"kind": "number", "form": "numeric"})
    whole = all(number.is_integer() for number in numbers)
    low, high = min(numbers), max(numbers)
    facts = facts.model_copy(update={"low": low, "high": high, "is_whole": whole})
    if whole and (truth := _truth(facts, low, high, len(numbers))) is not None:
        return facts.model_copy(update={"kind": "boolean", "form": "flag", "truths": (truth,)})
    if whole and _MOMENT_NAMES.search(facts.name):
        for form, scale in (("epoch", 1), ("epoch_ms", 1000)):
            if _EPOCH[0] * scale <= low and high <= _EPOCH[1] * scale:
                return _dated(facts, form, [datetime.fromtimestamp(n / scale, UTC).date() for n in numbers])  # pyright: ignore[reportArgumentType] — both are forms
        days = [_compact(str(int(number))) for number in numbers]
        if all(days):
            return _dated(facts, "compact", days)
    return facts.model_copy(update={"kind": "number", "form": "numeric"})


def _truth(facts: ColumnFacts, low: float, high: float, count: int) -> str | None:
    """Which number means yes, where a column of whole numbers is one of yes and no: Access keeps a yes as -1."""
    name = facts.name.lower()
    truth = "-1" if low == -1 else "1"
    if not {low, high} <= {0.0, float(truth)}:
        return None
    named = (_names_a_flag(facts.name) and "bool" not in name) or facts.type.upper() in ("BOOLEAN", "BOOL")
    told_apart = low != high and count >= ENOUGH and not _AMOUNT_NAMES.search(facts.name)
    return truth if named or told_apart else None


def _names_a_flag(name: str) -> bool:
    """0 and 1 of "quantity" are numbers, of "is_active" and "neutered" a yes and a no."""
    lower = name.lower()
    if lower.startswith(("is_", "has_", "was_", "can_", "did_")) or re.match(
        r"^(?:[Ii]s|[Hh]as|[Ww]as|[Cc]an)[A-Z]", name
    ):
        return True
    words = re.split(r"[_\W]+", lower)
    return words[-1].endswith("ed") or words[-1] in ("active", "paid", "flag", "open", "vip", "deleted", "sent", "valid", "insured", "member")  # fmt: skip


def _from_text(facts: ColumnFacts, values: Sequence[Any]) -> ColumnFacts:
    texts = [value.strip() for value in values if isinstance(value, str)]
    facts = facts.model_copy(update={"kind": "text"})
    if not texts:
        return facts
    for form, read in _DATE_FORMS:
        days = [read(text) for text in texts]
        if sum(day is not None for day in days) / len(texts) >= NEARLY_ALL:
            return _dated(facts, form, days)
    lower = {text.lower() for text in texts}
    if lower <= _YES | _NO and lower & _YES and len(lower) <= 2:  # noqa: PLR2004 — a yes and a no
        return facts.model_copy(update={"kind": "boolean", "form": "flag", "truths": tuple(sorted(lower & _YES))})
    looks_coded = any(len(text) > 1 and text.startswith("0") and text.isdigit() for text in texts)
    if not looks_coded and all(_NUMBER.match(text) for text in texts):
        numbers = [float(text.replace(",", "")) for text in texts]
        whole = all(number.is_integer() for number in numbers)
        return facts.model_copy(update={"kind": "number", "form": "numeric_text", "low": min(numbers), "high": max(numbers), "is_whole": whole})  # fmt: skip
    if not looks_coded and all(_COMMA.match(text) for text in texts):
        numbers = [float(text.replace(".", "").replace(",", ".")) for text in texts]
        whole = all(number.is_integer() for number in numbers)
        return facts.model_copy(update={"kind": "number", "form": "comma_text", "low": min(numbers), "high": max(numbers), "is_whole": whole})  # fmt: skip
    return facts


def _dated(facts: ColumnFacts, form: Form, days: Sequence[date | None]) -> ColumnFacts:
    plain = [day.date() if isinstance(day, datetime) else day for day in days if day is not None]
    sensible = [day for day in plain if _EARLIEST <= day < _LATEST]
    return facts.model_copy(
        update={
            "kind": "date",
            "form": form,
            "first": min(sensible, default=None),
            "last": max(sensible, default=None),
            "mixed": facts.mixed or len(plain) < len(days),
        }
    )


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    match = _ISO.match(text)
    return _day(*match.groups()) if match else None


def _compact(text: str) -> date | None:
    match = _COMPACT.match(text)
    return _day(*match.groups()) if match else None


def _day_first(text: str) -> date | None:
    match = _SLASHED.match(text)
    return _day(match[3], match[2], match[1]) if match else None


def _month_first(text: str) -> date | None:
    match = _SLASHED.match(text)
    return _day(match[3], match[1], match[2]) if match else None


_DATE_FORMS: tuple[tuple[Form, Callable[[str], date | None]], ...] = (
    ("iso", _iso),
    ("compact", _compact),
    ("dmy", _day_first),
    ("mdy", _month_first),
)
"""In this order: where every date of a column can be read both ways the day is taken to come first, and the draft
says so."""


def _samples(values: Sequence[Any]) -> tuple[str, ...]:
    common = Counter(str(value)[:LONGEST_SAMPLE] for value in values)
    return tuple(text for text, _ in common.most_common(SAMPLES))


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int | float | Decimal | date | bytes) else str(value)


def spread_of(facts: ColumnFacts) -> timedelta:
    """How much time lies between a column's first and last date."""
    return facts.last - facts.first if facts.first and facts.last else timedelta()


def kind_word(kind: Kind) -> str:
    return {"text": "words", "number": "numbers", "date": "dates", "boolean": "yes or no", "other": "something else"}[
        kind
    ]
