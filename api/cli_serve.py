"""`smb serve` and `smb worker`."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvicorn

from api import logs
from api.app import create_app
from api.bootstrap import Services, open_services
from api.cli_output import line, note
from api.demo import DEMO_EMAIL, DEMO_PASSWORD, ensure_demo, has_demo
from api.serverinfo import ServerInfo, announce, hold, new_operator_token
from api.settings import Environment, Settings, load_settings
from api.store import migrate
from storage.kernel import collector
from storage.kernel.errors import CopilotError, ErrorKind

_STOP_SECONDS = 10
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("api.serve")


async def serve(host: str | None, port: int | None, *, demo: bool, as_json: bool) -> None:
    given: dict[str, Any] = {"host": host, "port": port}
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    logs.configure(settings.log_level, settings.resolved_log_format)
    held = hold(settings.home) if settings.embedded_store else contextlib.nullcontext()
    with held, _listening(settings) as listener:
        url = f"http://{_shown_host(settings.host)}:{listener.getsockname()[1]}"
        await migrate(settings)
        await _serve(settings, listener, url, demo=demo, as_json=as_json)


async def _serve(settings: Settings, listener: socket.socket, url: str, *, demo: bool, as_json: bool) -> None:
    token = new_operator_token()
    demo_wanted = demo and settings.embedded_store and settings.env is Environment.DEVELOPMENT

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Services]:
        async with open_services(settings, operator_token=token, exclusive=settings.embedded_store) as services:
            await services.recover()
            if demo_wanted:
                await ensure_demo(services, note)
            yield services

    app = create_app(settings, opened)
    # The access log is our own, and uvicorn's banner would repeat what is printed below.
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=_STOP_SECONDS
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await _until_started(server, serving)
        if settings.embedded_store:
            announce(settings.home, ServerInfo(pid=os.getpid(), url=url, token=token))
        shown = await has_demo(app.state.services)
        _say(url, shown=shown, as_json=as_json)
        warming = asyncio.create_task(_warm(app.state.services))
        watching = asyncio.create_task(_watch(app.state.services))
        await serving
        warming.cancel()
        watching.cancel()
    finally:
        server.should_exit = True
        await asyncio.wait([serving])


async def _watch(services: Services) -> None:
    """Looks for what is due until it is cancelled."""
    clocks = [
        services.alert_clock.run(),
        services.lineage_relay.run(),
        services.scores.run(),
        services.disconnection_clock.run(),
    ]
    if services.sync_clock is not None:
        clocks.append(services.sync_clock.run())
    await asyncio.gather(*clocks)


def _say(url: str, *, shown: bool, as_json: bool) -> None:
    if as_json:
        sign_in = {"email": DEMO_EMAIL, "password": DEMO_PASSWORD} if shown else None
        line({"url": url, "demo": sign_in})
        return
    print(f"Serving on {url}", flush=True)
    if shown:
        print(f"Demo sign-in: {DEMO_EMAIL} / {DEMO_PASSWORD}", flush=True)


async def _until_started(server: uvicorn.Server, serving: "asyncio.Task[None]") -> None:
    while not server.started:
        if serving.done():
            # A failed start ends in SystemExit inside the task; the reason has been logged.
            raise CopilotError(ErrorKind.UNAVAILABLE, "The server did not start.") from serving.exception()
        await asyncio.sleep(0.01)


async def _warm(services: Services) -> None:
    """Loads what the first question would wait for. Whoever asks meanwhile waits for the rest of it, no longer."""
    try:
        await services.query.warm()
        await services.chat()
        await services.vega.file()
    except CopilotError as error:
        _logger.warning("the chat is not ready", reason=error.message, hint=error.hint)
    # Looking through what is loaded by now again and again would cost each turn of the chat some 3 ms.
    collector.settle()


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio turns Nagle's algorithm off for sockets alone whose protocol is named: with it, an answer in two parts takes
    # 40 ms, since the second waits until the first is acknowledged.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise CopilotError(
            ErrorKind.CONFLICT,
            f"Cannot listen on {settings.host}:{settings.port}: {os.strerror(error.errno or 0)}.",
            hint="Choose another port: smb serve --port 8001",
        ) from None
    return listener


def _shown_host(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104  only shown
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


async def work(*, as_json: bool) -> None:
    settings = load_settings()
    missing = [
        needed
        for needed, found in (
            ("SMB_DATABASE_URL=postgresql://…", not settings.embedded_store),
            ("SMB_REDIS_URL=redis://…", settings.redis_url),
            ("SMB_QDRANT_URL=http://…", settings.qdrant_url),
        )
        if not found
    ]
    if missing:
        raise CopilotError(
            ErrorKind.UNAVAILABLE,
            "A worker is a second process, and the embedded stores belong to one.",
            hint="It needs " + ", ".join(missing) + ". Without them the server does its jobs itself.",
        )
    logs.configure(settings.log_level, settings.resolved_log_format)
    await migrate(settings)
    async with open_services(settings) as services:
        await services.jobs.work()
        if as_json:
            line({"executor": settings.executor})
        else:
            print(f"Working as {settings.executor}. Ctrl-C ends it; what is unfinished is taken up again.", flush=True)
        await _watch(services)
