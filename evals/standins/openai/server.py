"""Runs the stand-in on a loopback socket of its own, in a thread, for as long as a `with` block lasts."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import uvicorn

from evals.standins.openai.app import ChatRequest, Recorder, build_app
from evals.standins.openai.replies import Reply, Script

START_SECONDS = 10.0


class StandInModel:
    """`with StandInModel([Answer("hello")]) as server: …` serves at `server.base_url` and records `server.requests`.

    The script is a sequence of replies given in order, a `Script`, or a function of the request where a reply
    depends on what was asked.
    """

    def __init__(
        self,
        script: Script | Sequence[Reply] | Callable[[ChatRequest], Reply],
        *,
        models: tuple[str, ...] = ("stand-in",),
    ) -> None:
        self._recorder = Recorder()
        app = build_app(_responder(script), self._recorder, models)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind(("127.0.0.1", 0))
        # A cut connection is an exception inside the app: its traceback is no news to anyone.
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    @property
    def requests(self) -> list[ChatRequest]:
        """Every chat request so far, in order."""
        return self._recorder.chats

    @property
    def authorizations(self) -> list[str | None]:
        """The authorization header of each chat request."""
        return self._recorder.authorizations

    async def wait_until_left(self, count: int) -> None:
        """Wait until so many clients have let go of a connection on which the server was silent."""
        deadline = time.monotonic() + START_SECONDS
        while self._recorder.left < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._recorder.left} of {count} clients have left")
            await asyncio.sleep(0.01)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the stand-in model server did not start")
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(START_SECONDS)
        self._socket.close()


def _responder(
    script: Script | Sequence[Reply] | Callable[[ChatRequest], Reply],
) -> Callable[[ChatRequest, int], Reply]:
    if callable(script):
        return lambda request, _: script(request)
    ordered = script if isinstance(script, Script) else Script(tuple(script))
    return lambda _, index: ordered.reply(index)
