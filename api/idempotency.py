"""Idempotency-Key: a write that is sent twice is done once, and answered twice alike."""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any

from cryptography.fernet import Fernet
from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.deps import TENANT_HEADER, credential_from, resolve_actor, services_of
from api.errors import request_id_of
from storage.kernel.actor import Actor, Surface
from storage.kernel.errors import invalid
from storage.repositories.idempotency import StoredResponse

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_MAX_KEY_LENGTH = 200
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEPT_HEADERS = ("content-type", "location")


async def once(
    request: Request, actor: Actor, content_hash: str, respond: Callable[[], Awaitable[Response]]
) -> Response:
    """Responds, unless the request's key and content were answered before: then with that answer again.

    The key is the caller's own: two people may use the same one. A request that was refused or failed changed
    nothing, so its key stays free. Answers are kept encrypted under the caller's key, which is not kept itself:
    some hold secrets that are shown once."""
    key = _key_of(request)
    if key is None:
        return await respond()
    services = services_of(request)
    database = services.database
    caller = actor.user_id or "machine"
    scoped = hashlib.sha256(f"{caller}\n{key}".encode()).hexdigest()
    fingerprint = hashlib.sha256(f"{request.method}\n{request.url.path}\n{request.url.query}\n{content_hash}".encode())
    async with database.write(actor) as uow:
        known = await uow.idempotency.claim(scoped, fingerprint.hexdigest())
    cipher = _cipher(services.secret, key)
    if known is not None:
        body = cipher.decrypt(known.body.encode()) if known.body else b""
        return Response(body, known.status_code, {**known.headers, REPLAYED: "true"})
    try:
        response = await respond()
    except BaseException:
        # Handlers further out turn these into problem documents.
        async with database.write(actor) as uow:
            await uow.idempotency.release(scoped)
        raise
    async with database.write(actor) as uow:
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            await uow.idempotency.release(scoped)
        else:
            headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            body = cipher.encrypt(bytes(response.body)).decode()
            await uow.idempotency.complete(scoped, StoredResponse(response.status_code, headers, body))
    return response


def _key_of(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not (0 < len(key) <= _MAX_KEY_LENGTH and key.isprintable()):
        raise invalid(f"{HEADER} has between 1 and {_MAX_KEY_LENGTH} printable characters.")
    return key


def _cipher(secret: str, key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret.encode(), key.encode(), "sha256")))


class IdempotentRoute(APIRoute):
    """A route whose writes honour the header. For JSON bodies and JSON answers: uploads and streams do it themselves."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            if request.method not in _WRITES or HEADER not in request.headers or TENANT_HEADER not in request.headers:
                return await handle(request)
            actor = await resolve_actor(
                services_of(request),
                credential_from(request),
                request.headers[TENANT_HEADER],
                Surface.REST,
                request_id_of(request),
            )
            content = hashlib.sha256(await request.body()).hexdigest()
            return await once(request, actor, content, lambda: handle(request))

        return handle_once
