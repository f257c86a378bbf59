"""The MCP server over streamable HTTP at /mcp, and who calls it: the same tokens, keys and permissions as everywhere."""

import asyncio
import contextlib
from typing import Any

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.streamable_http import MCP_SESSION_ID_HEADER
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from api.bootstrap import Services
from api.deps import credential_from, protocol_actor
from api.errors import STATUS, request_id_of
from storage.kernel.actor import Actor, Module, Surface
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from tools.kit.invocation import CallContext
from tools.kit.mcp import mcp_server

VERSION = "0.1.0"


class McpEndpoint:
    """The protocol's sessions over HTTP. `start` and `stop` bracket its life."""

    def __init__(self, services: Services) -> None:
        self._services = services
        server = mcp_server(services.catalogue, services.database, self._context, version=VERSION)
        self._manager = StreamableHTTPSessionManager(server, max_request_body_size=services.settings.max_body_bytes)
        self._started = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        # A task of its own: the manager's task group has to end in the task that began it.
        self._task = asyncio.create_task(self._run(), name="mcp-sessions")
        await self._started.wait()

    async def stop(self) -> None:
        self._stopping.set()
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Who has no token or key is sent away in the protocol's own form."""
        request = Request(scope, receive)
        try:
            actor = await self._actor(request)
        except CopilotError as error:
            headers = {"WWW-Authenticate": "Bearer"} if error.kind is ErrorKind.UNAUTHENTICATED else None
            body = {"jsonrpc": "2.0", "id": None, "error": {"code": -32001, "message": error.message}}
            await JSONResponse(body, STATUS[error.kind], headers)(scope, receive, send)
            return
        # A session belongs to who opened it, in the tenant it was opened for.
        principal = AccessToken(token="", client_id=actor.tenant_id, subject=actor.user_id or "machine", scopes=[])
        scope["user"] = AuthenticatedUser(principal)
        await self._manager.handle_request(scope, receive, send)

    async def _run(self) -> None:
        async with self._manager.run():
            self._started.set()
            await self._stopping.wait()

    async def _actor(self, request: Request) -> Actor:
        return await protocol_actor(request, self._services, credential_from(request), Surface.MCP)

    async def _context(self, request: Any) -> CallContext:
        actor = await self._actor(request)
        # Clients number their calls within a session.
        session = request.headers.get(MCP_SESSION_ID_HEADER) or new_id()
        return await call_context(self._services, actor, run_id=request_id_of(request) or new_id(), session=session)


async def call_context(services: Services, actor: Actor, *, run_id: str, session: str) -> CallContext:
    """What a tool call of an actor may do now: rights and modules are looked up for every call."""
    async with services.database.read(actor) as uow:
        tenant = await uow.tenants.current()
    modules = frozenset(Module(name) for name in tenant.modules)
    return CallContext(actor=actor, modules=modules, run_id=run_id, turn_id=session)
