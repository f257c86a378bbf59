"""Runs an ASGI app on a loopback socket of its own, in a thread: what every stand-in serves by."""

import socket
import threading
import time
from types import TracebackType
from typing import Any, Self

import uvicorn

START_SECONDS = 10.0


class CutError(Exception):
    """Raised inside a response so that the server drops the connection in the middle of it."""


class LoopbackServer:
    """`with LoopbackServer(app) as server: …` serves at `server.origin` until the block ends.

    Raises RuntimeError where the server does not start within START_SECONDS.
    """

    def __init__(self, app: Any) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind(("127.0.0.1", 0))
        # A cut connection is an exception inside the app: its traceback is no news to anyone.
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
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
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(START_SECONDS)
        self._socket.close()
