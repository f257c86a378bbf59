"""What wraps every request: an id, a log line, metrics, security headers, a limit on the body, and the last catch of a fault."""

import re
import time
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import structlog
from fastapi import HTTPException
from opentelemetry import trace
from opentelemetry.trace import Span
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import fault_response
from api.telemetry import HttpMetrics
from storage.kernel.ids import new_id

REQUEST_ID = "X-Request-ID"
_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_QUIET_PATHS = ("/health/", "/metrics", "/static/")
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("api.access")

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class RequestMiddleware:
    """The outermost layer. Nothing an application raises gets past it."""

    def __init__(self, app: ASGIApp, *, metrics: HttpMetrics, strict_transport: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = dict(SECURITY_HEADERS)
        if strict_transport:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _GIVEN_ID.fullmatch(given) else new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        tell_request(trace.get_current_span(), scope, request_id)
        status: int | None = None

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID] = request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith(("/api/", "/v1/")):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id), self._metrics.in_progress():
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception as error:
                response = fault_response(error, request_id)
                # Once a stream has begun its status cannot change: the connection is cut, which the client sees as an error.
                if status is not None:
                    raise
                await response(scope, receive, send_with_headers)
            finally:
                elapsed = time.perf_counter() - started
                self._metrics.observe(scope["method"], route_template(scope), status or 0, elapsed)
                if not scope["path"].startswith(_QUIET_PATHS):
                    _logger.info(
                        "request",
                        method=scope["method"],
                        path=scope["path"],
                        status=status,
                        elapsed_ms=round(elapsed * 1000, 1),
                    )


def route_template(scope: Scope) -> str:
    """The path as declared: ids would make every metric a series of its own."""
    route: Any = scope.get("route")
    return getattr(route, "path", "unmatched")


def tell_request(span: Span, scope: Scope, request_id: str) -> None:
    """What FastAPI's span of a request does not say, and what it says too much of: values in a query are somebody's."""
    if not span.is_recording():
        return
    span.set_attribute("smb.request_id", request_id)
    if asked := scope.get("query_string"):
        names = (name for name, _ in parse_qsl(asked.decode("latin-1"), keep_blank_values=True))
        span.set_attribute("url.query", "&".join(f"{name}=?" for name in names))


def is_watched(scope: MutableMapping[str, Any]) -> bool:
    """Whether it is one of the paths that are looked at every few seconds, which would be most of all traces."""
    return scope["path"].startswith(_QUIET_PATHS)


class BodyLimitMiddleware:
    """Refuses a body above its limit: by its announced length, and by what really arrives."""

    def __init__(self, app: ASGIApp, *, limit: int, upload_limit: int, upload_path: str) -> None:
        self._app = app
        self._limit = limit
        self._upload_limit = upload_limit
        self._upload_path = upload_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._upload_limit if scope["path"].rstrip("/") == self._upload_path else self._limit
        announced = Headers(scope=scope).get("content-length", "")
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            if announced.isdigit() and int(announced) > limit:
                raise too_large(limit)
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    raise too_large(limit)
            return message

        await self._app(scope, limited_receive, send)


def too_large(limit: int) -> HTTPException:
    """FastAPI lets its own exception through while it reads a body; any other would become a 400."""
    return HTTPException(413, f"The body is larger than {limit:,} bytes.")
