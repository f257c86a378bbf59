"""Where vendors say that something changed. The signature says who calls: no token, no tenant header."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.deps import ServicesDep
from api.errors import problems
from api.middleware import too_large
from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.core.webhooks.post import MAX_BODY, Post
from tools.connectors.core.webhooks.verifying import Verdict

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"])
_LONGEST_HANDSHAKE = 2_000
_ANSWERS: dict[int | str, dict[str, Any]] = {
    HTTPStatus.OK.value: {
        "description": "It comes from the vendor, and is written down.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
    HTTPStatus.ACCEPTED.value: {"description": "The same, in the word of some vendors."},
    HTTPStatus.BAD_REQUEST.value: {"description": "It is no JSON, or not the vendor's."},
    HTTPStatus.UNAUTHORIZED.value: {"description": "It does not prove that it comes from the vendor."},
} | problems(404, 413, 422, 503)


@router.post("/{vendor}", response_class=Response, responses=_ANSWERS)
async def receive_webhook(request: Request, services: ServicesDep, vendor: str) -> Response:
    """A vendor tells what changed in accounts that its payload names, of one or of several. Accounts that nobody has
    connected are passed over. It is answered when it is written down; what changed is fetched after that."""
    return await _received(request, services, vendor, None)


@router.post("/{vendor}/{connection_id}", response_class=Response, responses=_ANSWERS)
async def receive_webhook_of_connection(
    request: Request, services: ServicesDep, vendor: str, connection_id: str
) -> Response:
    """The same at the address of one connection, which may have a secret of its own."""
    return await _received(request, services, vendor, connection_id)


async def _received(request: Request, services: ServicesDep, vendor: str, connection_id: str | None) -> Response:
    rule = services.webhooks.rule(vendor, connection_id)
    if rule.handshake is not None and (tried := request.query_params.get(rule.handshake)) is not None:
        if len(tried) > _LONGEST_HANDSHAKE:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        return PlainTextResponse(tried)
    post = Post(
        request.method,
        _public_url(request, services.settings.resolved_public_url),
        {name.lower(): value for name, value in request.headers.items()},
        await _body(request),
    )
    try:
        received = await services.webhooks.receive(vendor, connection_id, post)
    except CopilotError as error:
        if error.kind is not ErrorKind.INVALID:
            raise
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    return Response(status_code=rule.answer if received.verdict is Verdict.VALID else HTTPStatus.UNAUTHORIZED)


def _public_url(request: Request, origin: str) -> str:
    """What the vendor posted to, whatever proxies made of it: signatures are over that. No header of the request says it."""
    query = request.scope["query_string"].decode("latin-1")
    return origin + request.url.path + (f"?{query}" if query else "")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise too_large(MAX_BODY)
    return bytes(body)
