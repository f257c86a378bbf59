"""Processes for work that would keep the event loop waiting: what holds Python's lock helps no one from a thread."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import ParamSpec, TypeVar

from storage.kernel.errors import CopilotError, ErrorKind

P = ParamSpec("P")
R = TypeVar("R")


class Workers:
    """A pool that begins with its first work and lives on. Spawned, not forked: threads and connections of the server
    are none of theirs. `seconds`: how long one piece of work may take."""

    def __init__(self, count: int = 1, *, seconds: float = 60.0) -> None:
        self._count = count
        self._seconds = seconds
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        """What `work`, a function of a module, returns for arguments that can be pickled. Raises what it raises, and
        CopilotError: timeout, or unavailable when its process died."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, context, initializer=_begin)
        future = self._pool.submit(work, *arguments, **named)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except TimeoutError as error:
            self.close()
            raise CopilotError(ErrorKind.TIMEOUT, "This took too long and was given up.") from error
        except BrokenProcessPool as error:
            self.close()
            raise CopilotError(
                ErrorKind.UNAVAILABLE, "This could not be finished.", hint="Try again.", retry_after=1.0
            ) from error

    def close(self) -> None:
        """Ends the processes, whatever they are at. The next work begins new ones."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        # Before Python 3.14 the pool has no way to end a process that is busy.
        processes = list((pool._processes or {}).values())  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        for process in processes:
            process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)


def _begin() -> None:
    """A process of the pool takes no interrupt from the terminal, and goes when the server goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    if (parent := multiprocessing.parent_process()) is not None:
        wait([parent.sentinel])
        os._exit(1)
