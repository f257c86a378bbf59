"""The virtual clock: tokens, budgets, pages and webhooks of a stand-in live by it, so nothing waits in real time."""

import threading
import time
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
"""The moment at which every stand-in begins."""


class VirtualClock:
    """Stands still until it is told to go on. Moments are UTC."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def time(self) -> float:
        """Unix seconds, as `time.time` gives them."""
        return self._now.timestamp()

    def advance(self, seconds: float) -> datetime:
        """Go on by so many seconds (not negative); returns the new moment."""
        if seconds < 0:
            raise ValueError("time does not go back")
        with self._lock:
            self._now += timedelta(seconds=seconds)
            return self._now


class RunningClock(VirtualClock):
    """Goes on by itself from its start, as fast as the real one: for clients that are processes of their own."""

    def __init__(self, start: datetime = START) -> None:
        super().__init__(start)
        self._begun = time.monotonic()

    def now(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._begun)

    def time(self) -> float:
        return self.now().timestamp()
