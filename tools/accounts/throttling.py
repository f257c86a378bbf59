"""Counts attempts in a moving window, in this process or, where there are several, in Redis."""

import time
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from storage.kernel.errors import CopilotError, ErrorKind


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts in so many seconds, under a name."""

    name: str
    attempts: int
    seconds: int

    @property
    def item(self) -> RateLimitItem:
        return RateLimitItemPerSecond(self.attempts, self.seconds, namespace=f"smb:{self.name}")


class _Attempts(MemoryStorage):
    """Leaves a window that was cleared to the library's own expiry: taken away while that goes over the windows, it ends
    it in a KeyError (limits 5)."""

    async def clear(self, key: str) -> None:
        self.storage.pop(key, None)
        self.expirations.pop(key, None)
        if key in self.events:
            self.events[key] = []


class Throttle:
    """Refuses what comes too often."""

    def __init__(self, redis_url: str | None) -> None:
        storage = (
            RedisStorage(f"async+{redis_url}", implementation="redispy", wrap_exceptions=True)
            if redis_url
            else _Attempts()
        )
        self._limiter = MovingWindowRateLimiter(storage)

    async def hit(self, limit: Limit, identity: str) -> None:
        """Counts one attempt. Raises CopilotError(RATE_LIMITED) with the seconds to wait when there were too many."""
        if await self._limiter.hit(limit.item, identity):
            return
        stats = await self._limiter.get_window_stats(limit.item, identity)
        raise CopilotError(
            ErrorKind.RATE_LIMITED,
            "Too many attempts.",
            hint="Wait and try again.",
            retry_after=max(1.0, stats.reset_time - time.time()),
        )

    async def forgive(self, limit: Limit, identity: str) -> None:
        """Forgets the attempts of an identity that has proved itself."""
        await self._limiter.clear(limit.item, identity)
