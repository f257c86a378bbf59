"""The numbered log of a run's events: the run appends, any number of readers on any worker follow.

Both twins keep the same promises (tests/memory/test_events.py): numbers run 1, 2, 3 … without gaps, an event once
read never changes, nothing comes after the final event, and exactly one caller can write that one.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from storage.kernel.errors import CopilotError, ErrorKind

if TYPE_CHECKING:
    from redis.asyncio import Redis

RETENTION = 3600.0
"""Seconds that a run's events can be read after its last one. What was said is kept elsewhere, as messages."""
LONGEST_WAIT = 20.0
"""Seconds that one read waits at most, whatever is asked."""


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event as it went out: `data` is its JSON text, `number` what a reader resumes after."""

    number: int
    data: str
    final: bool = False


class RunEventLog(Protocol):
    async def append(self, run_id: str, data: Sequence[str], *, final: bool = False) -> bool:
        """Add events; with `final` the last of them closes the log. False when it was closed already, and then
        nothing was added."""
        ...

    async def read(self, run_id: str, after: int, *, wait: float) -> tuple[LoggedEvent, ...]:
        """All events after a number, waiting at most `wait` seconds for the first. Empty when none came."""
        ...

    async def final_number(self, run_id: str) -> int | None:
        """The number of the final event; None while the log is open, unknown or forgotten."""
        ...


@dataclass
class _Log:
    events: list[LoggedEvent] = field(default_factory=list[LoggedEvent])
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    touched: float = 0.0

    @property
    def closed(self) -> bool:
        return bool(self.events) and self.events[-1].final


class InProcessEventLog:
    """For a single process: lists, forgotten some time after their last event."""

    def __init__(self, retention: float = RETENTION, now: Callable[[], float] = time.monotonic) -> None:
        self._logs: OrderedDict[str, _Log] = OrderedDict()
        self._retention = retention
        self._now = now

    async def append(self, run_id: str, data: Sequence[str], *, final: bool = False) -> bool:
        log = self._logs.setdefault(run_id, _Log())
        if log.closed:
            return False
        number = len(log.events)
        last = number + len(data)
        log.events += [LoggedEvent(n, one, final and n == last) for n, one in enumerate(data, number + 1)]
        log.touched = self._now()
        self._logs.move_to_end(run_id)
        log.grown.set()
        log.grown = asyncio.Event()
        self._forget_old()
        return True

    async def read(self, run_id: str, after: int, *, wait: float) -> tuple[LoggedEvent, ...]:
        log = self._logs.get(run_id)
        if log is None or len(log.events) <= after:
            await self._grown(run_id, min(wait, LONGEST_WAIT))
            log = self._logs.get(run_id)
        return tuple(log.events[max(after, 0) :]) if log else ()

    async def final_number(self, run_id: str) -> int | None:
        log = self._logs.get(run_id)
        return len(log.events) if log is not None and log.closed else None

    async def _grown(self, run_id: str, wait: float) -> None:
        log = self._logs.get(run_id)
        if wait <= 0 or (log is not None and log.closed):
            return
        if log is None:
            # A reader may come before the run's first event; the entry is forgotten like any other.
            log = self._logs.setdefault(run_id, _Log(touched=self._now()))
        try:
            # Not wait_for, which makes a task of every wait.
            async with asyncio.timeout(wait):
                await log.grown.wait()
        except TimeoutError:
            return

    def _forget_old(self) -> None:
        while self._logs and next(iter(self._logs.values())).touched < self._now() - self._retention:
            self._logs.popitem(last=False)


# KEYS: the stream, its closing mark. ARGV: retention in seconds, 1 when final, the events.
# A stream is never trimmed, so its length is the number of its last event.
_APPEND = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local number = redis.call('XLEN', KEYS[1])
for i = 3, #ARGV do
  number = number + 1
  local final = (ARGV[2] == '1' and i == #ARGV) and '1' or '0'
  redis.call('XADD', KEYS[1], number .. '-0', 'data', ARGV[i], 'final', final)
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
if ARGV[2] == '1' then redis.call('SET', KEYS[2], number, 'EX', ARGV[1]) end
return 1
"""


class RedisEventLog:
    """For several workers: one Redis stream per run. Connections come from the client that is handed in."""

    def __init__(self, client: "Redis", *, prefix: str = "smb", retention: float = RETENTION) -> None:
        self._redis: Any = client
        self._prefix = prefix
        self._retention = max(1, int(retention))

    @classmethod
    def connect(cls, url: str, *, prefix: str = "smb") -> "RedisEventLog":
        from redis.asyncio import Redis

        # A waiting read is silent for as long as it waits: that is no dead connection.
        return cls(Redis.from_url(url, socket_timeout=LONGEST_WAIT + 10, socket_connect_timeout=2), prefix=prefix)

    async def aclose(self) -> None:
        await self._redis.aclose()

    def _keys(self, run_id: str) -> tuple[str, str]:
        # Braces keep both keys of a run on one node of a cluster.
        stem = f"{self._prefix}:run:{{{run_id}}}"
        return f"{stem}:events", f"{stem}:closed"

    async def append(self, run_id: str, data: Sequence[str], *, final: bool = False) -> bool:
        with _reached():
            arguments = [str(self._retention), "1" if final else "0", *data]
            return bool(await self._redis.eval(_APPEND, 2, *self._keys(run_id), *arguments))

    async def read(self, run_id: str, after: int, *, wait: float) -> tuple[LoggedEvent, ...]:
        stream, closed = self._keys(run_id)
        with _reached():
            entries: list[Any] = await self._redis.xrange(stream, min=f"({max(after, 0)}-0")
            if not entries and wait > 0 and not await self._redis.exists(closed):
                block = max(1, int(min(wait, LONGEST_WAIT) * 1000))
                if await self._redis.xread({stream: f"{max(after, 0)}-0"}, block=block, count=1):
                    entries = await self._redis.xrange(stream, min=f"({max(after, 0)}-0")
        return tuple(_logged(key, fields) for key, fields in entries)

    async def final_number(self, run_id: str) -> int | None:
        with _reached():
            number = await self._redis.get(self._keys(run_id)[1])
        return int(number) if number is not None else None


def _logged(key: bytes | str, fields: dict[Any, Any]) -> LoggedEvent:
    text = {_text(name): _text(value) for name, value in fields.items()}
    return LoggedEvent(int(_text(key).partition("-")[0]), text["data"], text["final"] == "1")


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


@contextmanager
def _reached() -> Generator[None]:
    """Turns Redis's errors into the one that a caller can be told."""
    from redis.exceptions import RedisError

    try:
        yield
    except (RedisError, OSError) as error:
        raise CopilotError(
            ErrorKind.UNAVAILABLE, "The event log cannot be reached.", hint="Try again shortly.", retry_after=2.0
        ) from error
