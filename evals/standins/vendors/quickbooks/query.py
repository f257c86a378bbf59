"""QuickBooks' query language: the part of it that reads one entity by conditions, order and position (§6)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from evals.standins.vendors.kit.wire import Json

DEFAULT_RESULTS, MAX_RESULTS = 100, 1000  # vendor-facts §6 [K]

_QUERY = re.compile(
    r"""\s*select\s+(?P<fields>\*|count\(\*\)|[\w.,\s]+?)\s+from\s+(?P<entity>\w+)
    (?:\s+where\s+(?P<where>.+?))?(?:\s+order\s*by\s+(?P<order>[\w.]+)(?:\s+(?P<way>asc|desc))?)?
    (?:\s+startposition\s+(?P<start>\d+))?(?:\s+maxresults\s+(?P<most>\d+))?\s*;?\s*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_TERM = re.compile(
    r"""\s*([\w.]+)\s*(>=|<=|!=|=|>|<|in\b|like\b)\s*(\((?:[^()]*)\)|'(?:[^'\\]|\\.)*'|\w+)\s*""", re.IGNORECASE
)


class QueryError(Exception):
    """The statement cannot be read or asks for what there is not."""


@dataclass(frozen=True)
class Query:
    entity: str
    count: bool
    terms: tuple[tuple[str, str, tuple[str, ...]], ...]
    order: str | None
    descending: bool
    start: int
    most: int


def read(text: str) -> Query:
    """Raises QueryError."""
    match = _QUERY.fullmatch(text)
    if match is None:
        raise QueryError(f"QueryParserError: Encountered an error in: {text[:60]}")
    most = int(match["most"]) if match["most"] else DEFAULT_RESULTS
    start = int(match["start"]) if match["start"] else 1
    if not 1 <= most <= MAX_RESULTS or start < 1:
        raise QueryError(f"maxresults is 1 to {MAX_RESULTS} and startposition begins at 1")
    terms = _terms(match["where"]) if match["where"] else ()
    count = match["fields"].lower().startswith("count")
    return Query(match["entity"], count, terms, match["order"], (match["way"] or "").lower() == "desc", start, most)


def _terms(text: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for piece in re.split(r"\s+and\s+", text, flags=re.IGNORECASE):
        match = _TERM.fullmatch(piece)
        if match is None:
            raise QueryError(f"QueryParserError: Encountered an error in: {piece[:60]}")
        raw = match[3]
        parts = re.split(r"\s*,\s*", raw.strip("() ")) if raw.startswith("(") else [raw]
        values = tuple(part.strip().strip("'") for part in parts)
        found.append((match[1], match[2].lower(), values))
    return tuple(found)


def run(query: Query, rows: Sequence[Json]) -> list[Json]:
    """The rows that fit, in order. Lists give active ones only, unless the query speaks of Active (§6 [K])."""
    if not any(name.lower() == "active" for name, _, _ in query.terms):
        rows = [row for row in rows if row.get("Active", True)]
    for name, operator, values in query.terms:
        rows = [row for row in rows if _fits(_value(row, name), operator, values)]
    order = query.order or "Id"
    return sorted(rows, key=lambda row: (_sortable(_value(row, order)), int(row["Id"])), reverse=query.descending)


def _value(row: Json, path: str) -> object:
    value: object = row
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]  # pyright: ignore[reportUnknownVariableType]
    return value  # pyright: ignore[reportUnknownVariableType]


def _sortable(value: object) -> tuple[int, Decimal, str]:
    """Numbers and moments by size, the rest by letters."""
    if isinstance(value, bool) or value is None:
        return (0, Decimal(int(bool(value))), "")
    text = str(value)
    try:
        return (1, Decimal(text), "")
    except InvalidOperation:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return (3, Decimal(0), text)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return (2, Decimal(str(at.timestamp())), "")


def _fits(value: object, operator: str, values: tuple[str, ...]) -> bool:
    if isinstance(value, bool):
        return str(value).lower() in {each.lower() for each in values}
    if operator == "in":
        return str(value) in values
    if operator == "like":
        pattern = ".*".join(re.escape(piece) for piece in values[0].split("%"))
        return re.fullmatch(pattern, str(value), re.IGNORECASE) is not None
    left, right = _sortable(value), _sortable(values[0])
    order = (left > right) - (left < right)
    return {"=": order == 0, "!=": order != 0, ">=": order >= 0, "<=": order <= 0, ">": order > 0, "<": order < 0}[
        operator
    ]
