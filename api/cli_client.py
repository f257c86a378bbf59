"""How commands reach the API: the server that runs on this data directory, or one of their own for as long as they run.

Either way it is the same HTTP interface with the same rules.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import httpx

from api.serverinfo import new_operator_token, running_server
from api.settings import Settings
from api.store import find_tenant, open_database
from storage.kernel.errors import CopilotError, ErrorKind

_SECONDS = 300.0
_KINDS = {
    HTTPStatus.BAD_REQUEST: ErrorKind.INVALID,
    HTTPStatus.UNAUTHORIZED: ErrorKind.UNAUTHENTICATED,
    HTTPStatus.FORBIDDEN: ErrorKind.FORBIDDEN,
    HTTPStatus.NOT_FOUND: ErrorKind.NOT_FOUND,
    HTTPStatus.CONFLICT: ErrorKind.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ErrorKind.TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ErrorKind.UNSUPPORTED,
    HTTPStatus.UNPROCESSABLE_ENTITY: ErrorKind.INVALID,
    HTTPStatus.TOO_MANY_REQUESTS: ErrorKind.RATE_LIMITED,
}


@asynccontextmanager
async def connected(settings: Settings, tenant: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A client that acts as the operator in a tenant, given by id or name."""
    async with open_database(settings) as database:
        tenant_id = await find_tenant(database, tenant)
    async with operator_client(settings, {"X-Tenant-ID": tenant_id}) as client:
        yield client


@asynccontextmanager
async def operator_client(settings: Settings, headers: dict[str, str]) -> AsyncGenerator[httpx.AsyncClient]:
    """A client that acts as the operator of this installation."""
    found = running_server(settings.home) if settings.embedded_store else None
    if found is not None:
        async with _client(found.url, None, found.token, headers) as client:
            yield client
        return
    from api.bootstrap import open_services
    from api.local_server import local_server

    token = new_operator_token()
    async with open_services(settings, operator_token=token) as services, local_server(services) as socket:
        transport = httpx.AsyncHTTPTransport(uds=str(socket))
        async with _client("http://smb.local", transport, token, headers) as client:
            yield client


def _client(
    url: str, transport: httpx.AsyncBaseTransport | None, token: str, headers: dict[str, str]
) -> httpx.AsyncClient:
    headers = headers | {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=url, transport=transport, headers=headers, timeout=_SECONDS, trust_env=False)


async def answered(response: httpx.Response) -> Any:
    """The JSON of an answer. Raises CopilotError with the words of a problem document."""
    await response.aread()
    if response.is_success:
        return response.json() if response.content else None
    raise problem_error(response)


def problem_error(response: httpx.Response) -> CopilotError:
    """A problem document as the error it was made from. The response has been read."""
    try:
        problem: dict[str, Any] = response.json()
    except ValueError:
        problem = {}
    kind = _KINDS.get(HTTPStatus(response.status_code), ErrorKind.UNAVAILABLE)
    return CopilotError(
        kind, problem.get("detail") or f"The server answered {response.status_code}.", hint=problem.get("hint")
    )
