"""What happens in a tenant, as it happens: job progress and notices, for whoever listens on /api/events.

The feed is kept in hourly pieces of the event log, so that a tenant that is never quiet does not grow it for ever.
An event's id is "<hour>-<number>": a listener resumes after it on any worker.
"""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import orjson

from memory.events import RunEventLog
from storage.kernel.clock import Clock
from storage.kernel.errors import invalid

_ID = re.compile(r"(\d{1,9})-(\d{1,15})")
_HOUR = 3600
_WAIT = 15.0


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event: its id to resume after, what kind it is, and its JSON text."""

    id: str
    type: str
    data: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the feed: after the event of that number in that hour since 1970."""

    hour: int
    number: int


class TenantFeed:
    """Publishes to, and follows, the events of one tenant at a time."""

    def __init__(self, log: RunEventLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    async def publish(self, tenant_id: str, type_: str, payload: Any) -> None:
        """Tells everybody who listens to this tenant."""
        text = orjson.dumps({"type": type_, "data": payload}).decode()
        await self._log.append(_piece(tenant_id, self._hour()), [text])

    async def place(self, tenant_id: str, after: str | None) -> Place:
        """Where to follow from: after an event's id, or from now on. Raises invalid for an id that is none of ours."""
        if after is not None:
            return self._parse(after)
        events = await self._log.read(_piece(tenant_id, self._hour()), 0, wait=0)
        return Place(self._hour(), events[-1].number if events else 0)

    async def follow(self, tenant_id: str, place: Place) -> AsyncGenerator[FeedEvent]:
        """Events after a place, without end."""
        hour, number = place.hour, place.number
        while True:
            # Read first whether the hour is over: what is appended in between still belongs to the next read.
            over = self._hour() > hour
            events = await self._log.read(_piece(tenant_id, hour), number, wait=0 if over else _WAIT)
            for event in events:
                content = orjson.loads(event.data)
                number = event.number
                yield FeedEvent(f"{hour}-{number}", content["type"], orjson.dumps(content["data"]).decode())
            if over and not events:
                hour, number = hour + 1, 0

    def _hour(self) -> int:
        return int(self._clock.now().timestamp()) // _HOUR

    def _parse(self, after: str) -> Place:
        match = _ID.fullmatch(after)
        if match is None or int(match[1]) > self._hour():
            raise invalid("is no id of this stream", pointer="/Last-Event-ID")
        # What is older than the log keeps is gone: begin with the oldest piece that may still be there.
        hour = max(int(match[1]), self._hour() - 1)
        return Place(hour, int(match[2]) if hour == int(match[1]) else 0)


def _piece(tenant_id: str, hour: int) -> str:
    return f"feed:{tenant_id}:{hour}"
