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


class TenantFeed:
    """Publishes to, and follows, the events of one tenant at a time."""

    def __init__(self, log: RunEventLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    async def publish(self, tenant_id: str, type_: str, payload: Any) -> None:
        """Tells everybody who listens to this tenant."""
        text = orjson.dumps({"type": type_, "data": payload}).decode()
        await self._log.append(_piece(tenant_id, self._hour()), [text])

    async def follow(self, tenant_id: str, after: str | None) -> AsyncGenerator[FeedEvent]:
        """Events after an id, or from now on, without end. Raises invalid for an id that is none of ours."""
        hour, number = self._parse(after) if after else (self._hour(), await self._now(tenant_id))
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

    async def _now(self, tenant_id: str) -> int:
        events = await self._log.read(_piece(tenant_id, self._hour()), 0, wait=0)
        return events[-1].number if events else 0

    def _parse(self, after: str) -> tuple[int, int]:
        match = _ID.fullmatch(after)
        if match is None or int(match[1]) > self._hour():
            raise invalid("is no id of this stream", pointer="/Last-Event-ID")
        # What is older than the log keeps is gone: begin with the oldest piece that may still be there.
        hour = max(int(match[1]), self._hour() - 1)
        return hour, int(match[2]) if hour == int(match[1]) else 0


def _piece(tenant_id: str, hour: int) -> str:
    return f"feed:{tenant_id}:{hour}"
