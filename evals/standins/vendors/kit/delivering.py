"""What a vendor does when something changes: it posts to whoever has subscribed, on its own, one post after another."""

import queue
import threading
from collections.abc import Callable

import httpx

from evals.standins.vendors.world import Change, World


class Deliverer:
    """A thread that follows a world's changes. `tell` posts what a change is worth to subscribers; what nobody takes is
    counted in `undelivered`, and not tried again."""

    def __init__(self, world: World, tell: Callable[[Change], None]) -> None:
        self._world = world
        self._tell = tell
        self._waiting: queue.SimpleQueue[Change | Callable[[], object] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.undelivered = 0
        self.crashes: list[Exception] = []

    def begin(self) -> None:
        """From the first subscription on; again it does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
            self._world.listeners.append(self._waiting.put)

    def soon(self, post: Callable[[], object]) -> None:
        """Something that is posted though nothing has changed, after all that waits."""
        self._waiting.put(post)

    def end(self) -> None:
        if self._thread is not None:
            self._world.listeners.remove(self._waiting.put)
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            try:
                if isinstance(waiting, Change):
                    self._tell(waiting)
                else:
                    waiting()
            except httpx.HTTPError:
                self.undelivered += 1
            except Exception as error:
                self.crashes.append(error)
