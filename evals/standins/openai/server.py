"""Runs the stand-in on a loopback socket of its own, in a thread, for as long as a `with` block lasts."""

import asyncio
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from evals.standins.openai.app import ChatRequest, Recorder, build_app
from evals.standins.openai.replies import Reply, Script
from evals.standins.serving import LoopbackServer

LEAVE_SECONDS = 10.0


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
        self._loopback = LoopbackServer(app)

    @property
    def base_url(self) -> str:
        return f"{self._loopback.origin}/v1"

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
        deadline = time.monotonic() + LEAVE_SECONDS
        while self._recorder.left < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._recorder.left} of {count} clients have left")
            await asyncio.sleep(0.01)

    def __enter__(self) -> Self:
        self._loopback.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loopback.__exit__(kind, error, trace)


def _responder(
    script: Script | Sequence[Reply] | Callable[[ChatRequest], Reply],
) -> Callable[[ChatRequest, int], Reply]:
    if callable(script):
        return lambda request, _: script(request)
    ordered = script if isinstance(script, Script) else Script(tuple(script))
    return lambda _, index: ordered.reply(index)
