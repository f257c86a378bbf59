"""What a caller sees when something goes wrong: RFC 9457 problem documents, and nothing that was not meant for them."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, Literal

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from storage.kernel.errors import CopilotError, ErrorKind

MEDIA_TYPE = "application/problem+json"
NEUTRAL = "Something went wrong on our side. It has been logged under the id in `instance`."
_TYPE_PREFIX = "urn:smb:problem:"
_SHOWN_FIELDS = 3

STATUS: dict[ErrorKind, HTTPStatus] = {
    ErrorKind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorKind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    ErrorKind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorKind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorKind.CONFLICT: HTTPStatus.CONFLICT,
    ErrorKind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorKind.UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ErrorKind.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorKind.BUDGET_EXCEEDED: HTTPStatus.TOO_MANY_REQUESTS,
    ErrorKind.TIMEOUT: HTTPStatus.GATEWAY_TIMEOUT,
    ErrorKind.CANCELLED: HTTPStatus.CONFLICT,
    ErrorKind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("api.errors")

Place = Literal["body", "query", "path", "header", "cookie"]


class BadField(BaseModel):
    """One field that could not be used: `pointer` is an RFC 6901 JSON pointer into the part that `place` names."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(examples=["/email"])
    detail: str = Field(examples=["value is not a valid email address"])
    place: Place = "body"


class Problem(BaseModel):
    """An RFC 9457 problem. `instance` carries the request's id, which the server's log has too."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(examples=["urn:smb:problem:not_found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["The import was not found."])
    instance: str = Field(examples=["urn:smb:request:019a9b1c-6f0e-7a52-9c55-0d6f1f0c9a11"])
    hint: str | None = None
    """What the reader can do about it."""
    errors: tuple[BadField, ...] = ()


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route declares for the OpenAPI document: the problems it may answer with."""
    return {status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in statuses}


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(problem.model_dump(exclude_none=True), problem.status, headers=headers, media_type=MEDIA_TYPE)


def instance_of(request_id: str | None) -> str:
    return f"urn:smb:request:{request_id or 'unknown'}"


def problem_of(
    error: CopilotError, request_id: str | None, in_query: Iterable[str] = ()
) -> tuple[Problem, dict[str, str]]:
    """A CopilotError as a problem and the headers that go with it. `in_query`: the fields that the query string holds."""
    status = STATUS[error.kind]
    headers: dict[str, str] = {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    problem = Problem(
        type=_TYPE_PREFIX + error.kind.value,
        title=status.phrase,
        status=status,
        detail=error.message,
        instance=instance_of(request_id),
        hint=error.hint,
        errors=tuple(
            BadField(
                pointer=field.pointer,
                detail=field.message,
                place="query" if field.pointer.removeprefix("/") in in_query else "body",
            )
            for field in error.problems
        ),
    )
    return problem, headers


def plain_problem(status: int, detail: str, request_id: str | None, errors: tuple[BadField, ...] = ()) -> Problem:
    """A problem that has no ErrorKind: a protocol matter such as a missing header or an unknown path."""
    phrase = HTTPStatus(status).phrase
    slug = phrase.lower().replace(" ", "_").replace("-", "_")
    return Problem(
        type=_TYPE_PREFIX + slug,
        title=phrase,
        status=status,
        detail=detail,
        instance=instance_of(request_id),
        errors=errors,
    )


def request_id_of(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)


def bad_fields(errors: Sequence[Any]) -> tuple[BadField, ...]:
    """Pydantic's errors as pointers. What was sent is not repeated: it may be a secret."""
    return tuple(_bad_field(error["loc"], error["msg"]) for error in errors)


def _bad_field(location: tuple[int | str, ...], message: str) -> BadField:
    place: Place = "body"
    match location:
        case (("body" | "query" | "path" | "header" | "cookie") as named, *rest):
            place, path = named, rest
        case _:
            path = list(location)
    return BadField(pointer=pointer_to(path), detail=message.removeprefix("Value error, "), place=place)


def pointer_to(path: Iterable[int | str]) -> str:
    """The RFC 6901 JSON pointer to the place that these keys and positions lead to."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


async def _copilot_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CopilotError)  # noqa: S101  Starlette's handler signature is wider than its contract
    problem, headers = problem_of(error, request_id_of(request), request.query_params.keys())
    return problem_response(problem, headers)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  as above
    request_id = request_id_of(request)
    if any(item["type"] == "json_invalid" for item in error.errors()):
        return problem_response(plain_problem(HTTPStatus.BAD_REQUEST, "The body is not valid JSON.", request_id))
    fields = bad_fields(error.errors())
    missing_header = next((field for field in fields if field.place == "header"), None)
    if missing_header is not None:
        return problem_response(
            plain_problem(HTTPStatus.BAD_REQUEST, "A header is missing or cannot be read.", request_id, fields)
        )
    summary = "; ".join(f"{field.pointer or 'the request'}: {field.detail}" for field in fields[:_SHOWN_FIELDS])
    problem = Problem(
        type=_TYPE_PREFIX + ErrorKind.INVALID.value,
        title=HTTPStatus.UNPROCESSABLE_ENTITY.phrase,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail=f"The request cannot be used: {summary}.",
        instance=instance_of(request_id),
        errors=fields,
    )
    return problem_response(problem)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  as above
    detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else _plain_detail(error.status_code)
    return problem_response(plain_problem(error.status_code, detail, request_id_of(request)), dict(error.headers or {}))


def _plain_detail(status: int) -> str:
    match status:
        case HTTPStatus.NOT_FOUND:
            return "There is nothing at this path."
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return "This path does not take this method."
        case _:
            return HTTPStatus(status).description or HTTPStatus(status).phrase


def fault_response(error: Exception, request_id: str | None) -> Response:
    """Any other exception: logged with its stack, and one neutral sentence outside."""
    _logger.error("unhandled fault", request_id=request_id, exc_info=error)
    return problem_response(plain_problem(HTTPStatus.INTERNAL_SERVER_ERROR, NEUTRAL, request_id))


def install(app: FastAPI) -> None:
    """Registers the handlers. Faults are caught one level further out, by the request middleware."""
    app.add_exception_handler(CopilotError, _copilot_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
