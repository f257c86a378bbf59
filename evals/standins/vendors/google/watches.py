"""Gmail's watch: one for a mailbox, for seven days, told through a topic of Pub/Sub (vendor-facts §8)."""

from collections.abc import Callable
from datetime import timedelta

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.wire import Json, iso, millis, moment

LIFE = timedelta(days=7)  # vendor-facts §8 [K]


class Watches:
    """`push_url` is where the topic's push subscription posts to: its owner has set it up."""

    def __init__(self, clock: VirtualClock, begin: Callable[[], None]) -> None:
        self.kept: dict[str, Json] = {}
        self.push_url: str | None = None
        self._clock = clock
        self._begin = begin

    def lose(self) -> None:
        self.kept.clear()

    def watch(self, topic: str) -> str:
        """Begins it, or anew; returns its end in milliseconds, as a text."""
        ends = self._clock.now() + LIFE
        self.kept["me"] = {"id": "me", "topicName": topic, "until": iso(ends)}
        self._begin()
        return str(millis(ends))

    def address(self) -> str | None:
        """Where a change is told, while the watch lasts."""
        is_live = any(moment(each["until"]) > self._clock.now() for each in self.kept.values())
        return self.push_url if is_live else None
