"""GraphQL over HTTP: what is asked, and what its answers' errors mean (GraphQL specification, October 2021, §7.1). Pure."""

from collections.abc import Mapping
from typing import Any

from tools.connectors.core.errors import VendorRejected
from tools.connectors.core.paths import first_at, found_at
from tools.connectors.core.resources import GraphQL, Value, filled

_OK = 200


def body_of(graphql: GraphQL, values: Mapping[str, Value]) -> dict[str, Any]:
    """The request's body. Variables that have nothing to say are left out, and are null to the server."""
    return {"query": graphql.query, "variables": filled(graphql.variables, values) or {}}


def is_too_dear(graphql: GraphQL, body: Any) -> bool:
    """Whether the query was not run since it would cost too much."""
    return any(code in graphql.too_dear for code in found_at(body, "errors.*.extensions.code"))


def denials(graphql: GraphQL, body: Any, title: str) -> tuple[str, ...]:
    """The vendor's words about fields that we may not read, each once. Raises VendorRejected for any other error: objects
    may be missing then, and what is missing must not pass for deleted."""
    denied: dict[str, None] = {}
    # Where the request as a whole is refused, some servers say why in one text.
    errors = found_at(body, "errors.*") or found_at(body, "errors")
    for error in errors:
        said = first_at(error, "message")
        message = str(said if said is not None else error)
        if first_at(error, "extensions.code") not in graphql.denied:
            raise VendorRejected(title, message, status=_OK)
        denied[message] = None
    return tuple(denied)
