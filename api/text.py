"""Text that not every store can hold is refused at the door, whichever store is behind it: PostgreSQL takes no NUL, and
half a surrogate pair is no character in any encoding."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, cast

from fastapi import HTTPException, Request

from api.errors import pointer_to
from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem

_CLEANED = ("/v1/", "/api/chat/runs", "/api/webhooks/")
"""Protocols whose messages are made harmless instead (agents.inputs): a person cannot help what a paste holds, and a vendor
cannot help what a shop's product is called."""
_JSON = "application/json"
Path = tuple[int | str, ...]


async def storable(request: Request) -> None:
    """For every route. Raises 404 for such a path, which names nothing, and CopilotError (invalid) for a query or a
    JSON body, with a pointer to each such text."""
    if not all(_is_storable(value) for value in request.path_params.values()):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    found: list[Path] = [(name,) for name, value in request.query_params.multi_items() if not _is_storable(value)]
    if request.headers.get("content-type", "").startswith(_JSON) and not request.url.path.startswith(_CLEANED):
        found += _unstorable(await _body(request))
    if found:
        problems = tuple(FieldProblem(pointer_to(path), "It holds a character that is none.") for path in found)
        raise CopilotError(ErrorKind.INVALID, "A text holds a character that cannot be stored.", problems=problems)


async def _body(request: Request) -> Any:
    """What FastAPI has parsed by now, and the request keeps. None where the route reads no body, whatever was sent."""
    try:
        return await request.json()
    except ValueError:
        return None


def _unstorable(value: Any) -> Iterator[Path]:
    """Where in a JSON value texts stand that cannot be stored; for a key, where its object stands."""
    pending: list[tuple[Path, Any]] = [((), value)]
    while pending:
        path, one = pending.pop()
        match one:
            case str() if not _is_storable(one):
                yield path
            case dict():
                members = cast("dict[str, Any]", one)
                if all(map(_is_storable, members)):
                    pending += [((*path, key), inner) for key, inner in members.items()]
                else:
                    yield path
            case list():
                pending += [((*path, at), inner) for at, inner in enumerate(cast("list[Any]", one))]
            case _:
                pass


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
