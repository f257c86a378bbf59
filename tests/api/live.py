"""The application behind a real server on loopback: for what only a connection can show."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

from evals.standins.serving import PromptServer, loopback_socket


class _Server(PromptServer):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        # They belong to pytest.
        yield


@asynccontextmanager
async def live(app: FastAPI, port: int = 0) -> AsyncGenerator[str]:
    """Serves an application whose services are open; yields its address. `port` for one that has to know it before."""
    with loopback_socket(port) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        # The fixture has the application's lifespan already.
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has nothing to wait for
            await asyncio.sleep(0.01)
        try:
            yield url
        finally:
            server.stop()
            await serving


def free_port() -> int:
    """One that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
