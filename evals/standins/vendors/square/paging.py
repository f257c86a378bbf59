"""Square's opaque cursors: bound to the query they came from, absent at the end (vendor-facts §3 [V])."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.standins.vendors.kit.server import Answer, RefusedError
from evals.standins.vendors.kit.wire import Json


@dataclass(frozen=True)
class Row:
    """`at` and `id` are what the rows are ordered by."""

    at: str
    id: str
    made: Callable[[], Json]


def problem(status: int, category: str, code: str, detail: str, field: str | None = None) -> Answer:
    error = {"category": category, "code": code, "detail": detail}
    return Answer({"errors": [{**error, "field": field} if field else error]}, status)


def refused(code: str, detail: str, field: str | None = None) -> RefusedError:
    return RefusedError(problem(400, "INVALID_REQUEST_ERROR", code, detail, field))


def page(
    rows: Sequence[Row], name: str, *, query: Json, limit: int, cursor: str | None, descending: bool, dead: bool = False
) -> Json:
    """The list under `name`; the key is missing where there is nothing [K], the cursor where nothing follows."""
    mark = hashlib.sha256(json.dumps(query, sort_keys=True).encode()).hexdigest()[:16]
    ordered = sorted(rows, key=lambda row: (row.at, row.id), reverse=descending)
    if cursor:
        place = _place(cursor, mark)
        if place is None or dead:
            raise refused("INVALID_CURSOR", "The cursor is not one of this query.", "cursor")
        ordered = [row for row in ordered if ((row.at, row.id) < place if descending else (row.at, row.id) > place)]
    shown = ordered[:limit]
    answer: Json = {name: [row.made() for row in shown]} if shown else {}
    if len(ordered) > limit:
        last = json.dumps([mark, shown[-1].at, shown[-1].id])
        answer["cursor"] = base64.urlsafe_b64encode(last.encode()).decode()
    return answer


def _place(cursor: str, mark: str) -> tuple[str, str] | None:
    try:
        known, at, ident = json.loads(base64.urlsafe_b64decode(cursor))
    except ValueError:
        return None
    return (str(at), str(ident)) if known == mark else None
