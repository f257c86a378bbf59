"""Gmail's watch: one for a mailbox, for seven days, told through a topic of Pub/Sub (vendor-facts §8)."""

from collections.abc import Callable
from datetime import timedelta

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.wire import Json, iso, millis, moment

LIFE = timedelta(days=7)  # vendor-facts §8 [K]
MAILBOX = "me"


class Watches:
    """`kept` has the calendar's channels too (see channels). `push_url` is where the topic's push subscription posts to: its owner has set it up."""

    def __init__(self, clock: VirtualClock, begin: Callable[[], None]) -> None:
        self.kept: dict[str, Json] = {}
        self.push_url: str | None = None
        self._clock = clock
        self._begin = begin

    def lose(self) -> None:
        """Forget all without a word."""
        self.kept.clear()

    def stop(self) -> None:
        self.kept.pop(MAILBOX, None)

    def watch(self, topic: str) -> str:
        """Begins it, or anew; returns its end in milliseconds, as a text."""
        ends = self._clock.now() + LIFE
        self.kept[MAILBOX] = {"id": MAILBOX, "topicName": topic, "until": iso(ends)}
        self._begin()
        return str(millis(ends))

    def address(self) -> str | None:
        """Where a change is told, while the watch lasts."""
        watch = self.kept.get(MAILBOX)
        return self.push_url if watch is not None and moment(watch["until"]) > self._clock.now() else None
