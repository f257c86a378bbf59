"""Accounts at vendors: connected by their owner's permission or by a key, and ended."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.bootstrap import Services
from api.connections import CALLBACK, page
from api.deps import ServicesDep, permitted
from api.errors import STATUS, problems
from api.idempotency import IdempotentRoute
from storage.kernel.actor import Actor, Permission
from storage.kernel.errors import CopilotError, ErrorKind
from tools.connections.schemas import AuthorizationView, AuthorizeRequest, ConnectionView, KeyRequest

router = APIRouter(prefix="/api/connectors", tags=["connectors"], route_class=IdempotentRoute)
callback = APIRouter(tags=["connectors"])
Importer = Annotated[Actor, Depends(permitted(Permission.DATA_IMPORT))]
_PAGES: dict[int | str, dict[str, object]] = {
    status: {"description": HTTPStatus(status).phrase, "content": {"text/html": {"schema": {"type": "string"}}}}
    for status in (200, 403, 404, 409, 422, 503)
}
# A text that cannot be stored is refused before the route is reached.
_PAGES[422]["content"] = {
    "text/html": {"schema": {"type": "string"}},
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
}
_SENT_BACK = [
    {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": text}
    for name, text in (
        ("state", "As it stood in the authorization_url."),
        ("code", "The vendor's authorization code (RFC 6749, section 4.1.2)."),
        ("error", "Why there is none (RFC 6749, section 4.1.2.1)."),
    )
]
"""Vendors send more beside these, each its own."""


@router.post("/{type}/authorize", responses=problems(400, 401, 403, 404, 409, 422))
async def authorize_connector(
    services: ServicesDep,
    actor: Importer,
    type: str,  # noqa: A002 - the contract's word
    body: AuthorizeRequest | None = None,
) -> AuthorizationView:
    """Where to send the owner's browser, which comes back within ten minutes. 409 where this installation is not registered
    with the vendor."""
    return await services.connections.authorize(actor, type, body.settings if body else {})


@router.post("/{type}/connect", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 404, 409, 422, 503))
async def connect_with_key(
    services: ServicesDep,
    actor: Importer,
    type: str,  # noqa: A002 - the contract's word
    body: KeyRequest,
) -> ConnectionView:
    """Connect with a key that the owner made at the vendor's. It is tried once, and kept encrypted where it works."""
    return await services.connections.connect(actor, type, body.fields)


@router.delete("/{connection_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404, 409))
async def disconnect(services: ServicesDep, actor: Importer, connection_id: str) -> None:
    """End a connection: its credentials are revoked where the vendor lets us, and forgotten in any case. What it brought in
    stays."""
    await services.connections.disconnect(actor, connection_id)


@callback.get(CALLBACK, response_class=HTMLResponse, responses=_PAGES, openapi_extra={"parameters": _SENT_BACK})
async def oauth_callback(request: Request, services: ServicesDep) -> Response:
    """Where vendors send a browser back to. The `state` says whose authorization it was: no token is needed. It answers with
    a page for a person, and leads nowhere else. Who gives the permission need not be who asked for it: a browser (which
    accepts text/html) is shown for whom it is, and connects by posting to the same address; any other client connects at
    once."""
    params = dict(request.query_params)
    if "error" in params or "text/html" not in request.headers.get("accept", ""):
        return await _completed(services, params)
    try:
        asking = await services.connections.asking(params)
    except CopilotError as error:
        return _not_connected(error)
    text = (
        f"{asking.by or 'A program'} has asked to read this {asking.vendor} account for {asking.tenant}. If it was not you "
        f"who began this, or {asking.tenant} is not yours, close this window: nothing is connected then."
    )
    title = f"Connect {asking.vendor} to {asking.tenant}?"
    return HTMLResponse(page(title, text, button=f"Connect to {asking.tenant}", query=request.url.query))


@callback.post(CALLBACK, response_class=HTMLResponse, responses=_PAGES, openapi_extra={"parameters": _SENT_BACK})
async def oauth_consent(request: Request, services: ServicesDep) -> Response:
    """What the page of the callback posts when its reader agrees: the same query once more, from that page alone."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return _not_connected(CopilotError(ErrorKind.FORBIDDEN, "This was not asked from the page that asks it."))
    return await _completed(services, dict(request.query_params))


async def _completed(services: Services, params: dict[str, str]) -> Response:
    try:
        made = await services.connections.complete(params)
    except CopilotError as error:
        return _not_connected(error)
    text = f"{made.account} is connected to {made.tenant}. You can close this window."
    return HTMLResponse(page(f"{made.vendor} is connected", text))


def _not_connected(error: CopilotError) -> Response:
    text = f"{error.message} {error.hint}" if error.hint else error.message
    return HTMLResponse(page("Not connected", text), STATUS[error.kind])
