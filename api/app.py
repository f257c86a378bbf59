"""The HTTP application: routes, middleware, and the services' life from start to stop."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.routing import APIRoute
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api import errors, openapi
from api.bootstrap import Services, open_services
from api.deps import TENANT_HEADER
from api.idempotency import HEADER as IDEMPOTENCY_KEY
from api.middleware import REQUEST_ID, BodyLimitMiddleware, RequestMiddleware, is_watched
from api.routes import (
    alerts,
    auth,
    chat,
    connections,
    data_sources,
    dimensions,
    events,
    expert,
    files,
    foundry,
    health,
    insights,
    jobs,
    kpis,
    lineage,
    metrics,
    openai,
    page,
    privacy,
    query,
    sync,
    tenants,
    webhooks,
)
from api.settings import Environment, Settings
from api.telemetry import Telemetry
from api.text import storable
from api.tracing import tracing

ROUTERS: tuple[APIRouter, ...] = (
    auth.router,
    auth.keys,
    tenants.router,
    files.connectors,
    files.files,
    lineage.lineage,
    connections.callback,
    connections.router,
    sync.router,
    privacy.router,
    webhooks.router,
    query.router,
    data_sources.router,
    foundry.router,
    metrics.router,
    dimensions.router,
    events.router,
    insights.router,
    kpis.router,
    alerts.router,
    alerts.notifications,
    expert.router,
    chat.runs,
    chat.threads,
    openai.router,
    jobs.router,
    health.router,
    page.router,
)

OpenServices = Callable[[], AbstractAsyncContextManager[Services]]


def create_app(settings: Settings, opened: OpenServices | None = None) -> FastAPI:
    """An application over its own services, opened when it starts and closed when it stops. `opened` hands in
    services that somebody else has configured (a clock that stands still, a token for the command line)."""
    telemetry = Telemetry()
    open_ = opened or (lambda: open_services(settings))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with tracing(settings.resolved_otlp_endpoint), open_() as services:
            app.state.services = services
            yield

    app = FastAPI(
        title="SMB AI Command Platform",
        summary="Ask a shop's data, and get an answer that says where it comes from.",
        version="0.1.0",
        lifespan=lifespan,
        # Their pages load scripts from elsewhere; the document itself is at /openapi.json.
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        dependencies=[Depends(storable)],
        # A span for each request while traces are made (see api.tracing), and nothing by itself.
        telemetry={
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
            "exclude": is_watched,
        },
    )
    app.state.telemetry = telemetry
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.router.routes.append(Route("/mcp", _Mcp()))
    app.mount("/static", page.PageFiles(directory=page.STATIC), name="static")
    _wrap(app, settings, telemetry)
    openapi.install(app)
    return app


class _Mcp:
    """The MCP endpoint, brought in by its first client."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        services: Services = scope["app"].state.services
        await (await services.mcp()).handle(scope, receive, send)


def _wrap(app: FastAPI, settings: Settings, telemetry: Telemetry) -> None:
    # The one added last is the outermost.
    app.add_middleware(
        BodyLimitMiddleware,
        limit=settings.max_body_bytes,
        upload_limit=settings.max_upload_bytes,
        upload_path=files.UPLOADS,
    )
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID", TENANT_HEADER, IDEMPOTENCY_KEY],
            expose_headers=[REQUEST_ID, "Retry-After"],
        )
    app.add_middleware(
        RequestMiddleware, metrics=telemetry.http, strict_transport=settings.env is Environment.PRODUCTION
    )


def _operation_id(route: APIRoute) -> str:
    """Short names for generated clients: the route's own function."""
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name
