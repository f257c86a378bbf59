"""Runs an ASGI app on a loopback socket of its own, in a thread: what every stand-in serves by."""

import asyncio
import socket
import threading
import time
from types import TracebackType
from typing import Any, Self

import uvicorn

START_SECONDS = 10.0


class CutError(Exception):
    """Raised inside a response so that the server drops the connection in the middle of it."""


def loopback_socket(port: int = 0) -> socket.socket:
    """A socket on the loopback, on a free port where none is given. asyncio turns Nagle's algorithm off for sockets alone whose protocol is named;
    with it, an answer in two parts takes 40 ms: the second waits until the first is acknowledged."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound


class PromptServer(uvicorn.Server):
    """Stops when it is told to, from any thread: uvicorn's own looks ten times a second whether it shall, and then waits
    for as long again. What it is answering at that moment is cut off."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = self.force_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self.on_tick(0)
        if not self.should_exit:
            await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for each in sockets or []:
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        for task in self.server_state.tasks:
            task.cancel()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)


class LoopbackServer:
    """`with LoopbackServer(app) as server: …` serves at `server.origin` until the block ends.

    Raises RuntimeError where the server does not start within START_SECONDS.
    """

    def __init__(self, app: Any) -> None:
        self._socket = loopback_socket()
        # A cut connection is an exception inside the app: its traceback is no news to anyone.
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._server = PromptServer(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the stand-in did not start")
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join(START_SECONDS)
        self._socket.close()
