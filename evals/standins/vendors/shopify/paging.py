"""Connections by keyset cursor, and the search language of their `query` argument (vendor-facts §1)."""

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from evals.standins.vendors.kit.wire import Json, iso, moment

MAX_PAGE = 250  # vendor-facts §1 [R]
MAX_DEPTH = 25_000  # vendor-facts §1 [V]

SortValue = str | int


class GraphError(Exception):
    """An error that goes into the answer's `errors`, with Shopify's code."""

    def __init__(self, message: str, code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        self.extensions = {"code": code}


@dataclass(frozen=True)
class Row:
    """What can be paged: its numeric id, the values to sort and search by, and how its node is made."""

    id: int
    values: Mapping[str, SortValue]
    node: Callable[[], Json]


@dataclass
class Cursors:
    """`max_depth` is Shopify's; a test may lower it. `dead` refuses the next cursor."""

    max_depth: int = MAX_DEPTH
    dead: Callable[[], bool] = lambda: False


def connection(rows: Sequence[Row], arguments: Mapping[str, Any], cursors: Cursors, sort: str = "ID") -> Json:
    """A page. Raises GraphError for bad arguments, a cursor of another sort, or a page too deep."""
    first, last = arguments.get("first"), arguments.get("last")
    size = first if first is not None else last
    if size is None:
        raise GraphError("you must provide one of first or last")
    if not 0 <= size <= MAX_PAGE:
        raise GraphError(f"first/last must be between 0 and {MAX_PAGE}")
    ordered = sorted(rows, key=lambda row: _key(row, sort), reverse=bool(arguments.get("reverse")))
    start, stop = 0, len(ordered)
    if (after := arguments.get("after")) is not None:
        start = _position(ordered, after, sort, cursors, bool(arguments.get("reverse")), past=True)
    if (before := arguments.get("before")) is not None:
        stop = _position(ordered, before, sort, cursors, bool(arguments.get("reverse")), past=False)
    window = ordered[start:stop]
    page = window[:size] if first is not None else window[max(0, len(window) - size) :]
    if start + len(page) > cursors.max_depth:
        raise GraphError(f"Pagination is limited to {cursors.max_depth} objects. Narrow the query with a filter.")
    edges = [{"cursor": _cursor(row, sort), "node": row.node()} for row in page]
    cut = len(page) < len(window)
    return {
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "pageInfo": {
            "hasNextPage": cut if first is not None else stop < len(ordered),
            "hasPreviousPage": start > 0 if first is not None else cut,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def paged(rows: Callable[[], Sequence[Row]], cursors: Cursors) -> Callable[..., Json]:
    """A connection field as a function of its arguments."""

    def resolve(_info: Any, **arguments: Any) -> Json:
        return connection(rows(), arguments, cursors)

    return resolve


def _key(row: Row, sort: str) -> tuple[SortValue, int]:
    return (row.id if sort == "ID" else row.values[sort], row.id)


def _cursor(row: Row, sort: str) -> str:
    value = _key(row, sort)[0]
    return base64.b64encode(json.dumps({"last_id": row.id, "last_value": value}).encode()).decode()


def _position(ordered: Sequence[Row], cursor: str, sort: str, cursors: Cursors, reverse: bool, *, past: bool) -> int:
    """How many rows lie before the cursor's place (with `past`, the row itself counts as before)."""
    try:
        read = json.loads(base64.b64decode(cursor, validate=True))
        place = (read["last_value"], int(read["last_id"]))
    except (ValueError, KeyError, TypeError):
        raise GraphError("Invalid cursor for current pagination sort.") from None
    if cursors.dead() or (ordered and type(place[0]) is not type(_key(ordered[0], sort)[0])):
        raise GraphError("Invalid cursor for current pagination sort.")

    def lies_before(row: Row) -> bool:
        key = _key(row, sort)
        return (past and key == place) or (key > place if reverse else key < place)

    return sum(lies_before(row) for row in ordered)


_TERM = re.compile(r"""(-?)(\w+):\s*(>=|<=|>|<|)\s*('[^']*'|"[^"]*"|[^\s()]+)""")
_JOIN = re.compile(r"^(\s|AND)*$")
_TIMES = {"created_at", "updated_at", "processed_at"}


@dataclass
class Search:
    """The rows that a search leaves, and the warnings about what it did not understand: Shopify leaves such terms out
    of the search and says so only in `extensions.search` [K]."""

    rows: list[Row]
    warnings: list[Json] = field(default_factory=list[Json])


def search(rows: Sequence[Row], text: str | None) -> Search:
    found = Search(list(rows))
    if not text:
        return found
    rest = text
    for match in _TERM.finditer(text):
        negative, name, operator, quoted = match.groups()
        rest = rest.replace(match[0], " ", 1)
        wanted = quoted.strip("'\"")
        if name.upper() not in (rows[0].values if rows else {name.upper(): 0}) and name != "id":
            message = "Invalid search field for this query."
            found.warnings.append({"field": name, "message": message, "code": "invalid_field"})
            continue
        found.rows = [row for row in found.rows if _fits(row, name, operator, wanted) != bool(negative)]
    if not _JOIN.fullmatch(rest):
        found.warnings.append(
            {"field": "default", "message": f"Not understood: {rest.strip()}", "code": "invalid_query"}
        )
    return found


def _fits(row: Row, name: str, operator: str, wanted: str) -> bool:
    value: SortValue = row.id if name == "id" else row.values[name.upper()]
    bound: SortValue = wanted
    if name in _TIMES:
        try:
            bound = iso(moment(wanted))
        except ValueError:
            return False
    elif isinstance(value, int):
        bound = int(wanted) if wanted.isdecimal() else -1
    elif wanted == "any":
        return True
    else:
        value, bound = str(value).casefold(), wanted.casefold()
    return _compared(value, operator, bound)


def _compared(value: SortValue, operator: str, bound: SortValue) -> bool:
    if isinstance(value, int) and isinstance(bound, int):
        order = (value > bound) - (value < bound)
    else:
        order = (str(value) > str(bound)) - (str(value) < str(bound))
    return {">=": order >= 0, "<=": order <= 0, ">": order > 0, "<": order < 0}.get(operator, order == 0)


def stamp(at: datetime | None) -> str | None:
    """GraphQL's moments: UTC, seconds (vendor-facts §1 [R])."""
    return None if at is None else iso(at)
