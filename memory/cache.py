"""A cache with expiry: Redis where several processes share it, a dictionary where there is one."""

import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from storage.kernel.errors import CopilotError, ErrorKind

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Cache(Protocol):
    """Bytes under a key for a time. Keys that belong to a tenant begin with its id. Both twins raise CopilotError
    (unavailable) when the cache cannot be reached, and ValueError for a time to live that is not positive."""

    async def get(self, key: str) -> bytes | None:
        """The value, or None when it was never put, has expired, or was thrown out for room."""
        ...

    async def put(self, key: str, value: bytes, *, ttl: float) -> None:
        """Keep a value for `ttl` seconds (milliseconds count)."""
        ...

    async def add(self, key: str, value: bytes, *, ttl: float) -> bool:
        """Put the value unless there is one; whether it was put. Of several at once exactly one succeeds."""
        ...

    async def delete(self, key: str) -> None:
        """Forget a key; one that is not there is no error."""
        ...

    async def aclose(self) -> None: ...


class InProcessCache:
    """For one process. Holds at most `capacity` entries: the one that was used longest ago goes first."""

    def __init__(self, *, capacity: int = 10_000, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._capacity = capacity
        self._monotonic = monotonic

    async def get(self, key: str) -> bytes | None:
        return self._live(key)

    async def put(self, key: str, value: bytes, *, ttl: float) -> None:
        _milliseconds(ttl)
        self._entries[key] = (self._monotonic() + ttl, value)
        self._entries.move_to_end(key)
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    async def add(self, key: str, value: bytes, *, ttl: float) -> bool:
        _milliseconds(ttl)
        if self._live(key) is not None:
            return False
        await self.put(key, value, ttl=ttl)
        return True

    async def delete(self, key: str) -> None:
        self._entries.pop(key, None)

    async def aclose(self) -> None:
        self._entries.clear()

    def _live(self, key: str) -> bytes | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        expires, value = entry
        if self._monotonic() >= expires:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return value


class RedisCache:
    """For several processes. Every key is kept under `prefix`."""

    def __init__(self, client: "Redis", *, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    @classmethod
    def connect(cls, url: str, *, prefix: str = "smb:cache:") -> "RedisCache":
        from redis.asyncio import Redis

        return cls(Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2), prefix=prefix)

    async def get(self, key: str) -> bytes | None:
        with _reached():
            value = await self._client.get(self._prefix + key)
        return value if isinstance(value, bytes) else None

    async def put(self, key: str, value: bytes, *, ttl: float) -> None:
        milliseconds = _milliseconds(ttl)
        with _reached():
            await self._client.set(self._prefix + key, value, px=milliseconds)

    async def add(self, key: str, value: bytes, *, ttl: float) -> bool:
        milliseconds = _milliseconds(ttl)
        with _reached():
            return bool(await self._client.set(self._prefix + key, value, px=milliseconds, nx=True))

    async def delete(self, key: str) -> None:
        with _reached():
            await self._client.delete(self._prefix + key)

    async def aclose(self) -> None:
        await self._client.aclose()


@contextmanager
def _reached() -> Generator[None]:
    """Turns Redis's errors into the one that a caller can be told."""
    from redis.exceptions import RedisError

    try:
        yield
    except (RedisError, OSError) as error:
        raise CopilotError(ErrorKind.UNAVAILABLE, "The cache cannot be reached.", hint="Try again.") from error


def _milliseconds(ttl: float) -> int:
    if not ttl > 0:
        raise ValueError(f"a time to live is positive: {ttl!r}")
    return max(1, round(ttl * 1000))
