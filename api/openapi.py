"""The OpenAPI document: FastAPI's, with what it cannot know of this API's conventions."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.deps import TENANT_HEADER
from api.errors import MEDIA_TYPE, Problem
from api.idempotency import HEADER as IDEMPOTENCY_KEY

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_PROBLEMS = (_PROBLEM, {"$ref": "#/components/schemas/HTTPValidationError"})
"""What becomes a problem in the document. A route that answers with a page, or with nothing, says so itself."""
_PROTOCOLS = ("/v1/",)
"""Paths whose errors have their protocol's own shape."""
_WRITES = ("post", "put", "patch", "delete")
_OURS_INSTEAD = ("HTTPValidationError", "ValidationError")
_KEY = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same key and body get the first answer again; the same key with another body is a conflict.",
}


def install(app: FastAPI) -> None:
    """Makes the application describe itself so."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    schemas: dict[str, Any] = document["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schemas["Problem"].pop("$defs", {}))
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _complete(operation, method, own_errors=path.startswith(_PROTOCOLS))
    for name in _OURS_INSTEAD:
        schemas.pop(name, None)
    return document


def _complete(operation: dict[str, Any], method: str, *, own_errors: bool) -> None:
    responses: dict[str, Any] = operation["responses"]
    if own_errors:
        responses.pop("422", None)
        responses["default"] = {
            "description": "An error in the protocol's own form.",
            "content": {"application/json": {}},
        }
        return
    for response in responses.values():
        if any(content.get("schema") in _PROBLEMS for content in response.get("content", {}).values()):
            # A page for a person may say the same (see api.routes.connections).
            pages = {kind: one for kind, one in response.get("content", {}).items() if kind == "text/html"}
            response["content"] = {**pages, MEDIA_TYPE: {"schema": _PROBLEM}}
    responses["default"] = {"description": "Any other problem.", "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
    parameters: list[dict[str, Any]] = operation.get("parameters", [])
    streams = "text/event-stream" in responses.get("200", {}).get("content", {})
    if method in _WRITES and not streams and any(one["name"] == TENANT_HEADER for one in parameters):
        parameters.append(_KEY)
