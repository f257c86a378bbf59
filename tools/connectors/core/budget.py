"""Who may send to a vendor now. One process counts by itself; several count together in Redis.

Not by the `limits` library: its windows end by when a request was let go and not by when it was answered, and it knows no
requests under way and no buckets that answers tell about.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from tools.connectors.core.config import Throttle, VendorConfig, Window
from tools.connectors.core.errors import VendorRejected, VendorUnavailable
from tools.connectors.core.ledger import Ledger, Told

if TYPE_CHECKING:
    from redis.asyncio import Redis

Sleep = Callable[[float], Awaitable[None]]
_TRIES: Final = 200
"""How often a change of a shared ledger is tried again because others changed it meanwhile."""


class LedgerStore(Protocol):
    """Keeps ledgers by key, and tells the one time that all who share them go by."""

    async def change(self, key: str, work: Callable[[Ledger, float], float], keep: timedelta) -> float:
        """Runs `work` over a ledger and the present second, as if alone, and keeps what it made of it for `keep`."""
        ...


class InProcessLedgers:
    """Ledgers of one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ledgers: dict[str, Ledger] = {}

    async def change(self, key: str, work: Callable[[Ledger, float], float], keep: timedelta) -> float:  # noqa: ARG002 - they end with the process
        return work(self._ledgers.setdefault(key, Ledger()), self._clock.now().timestamp())


class RedisLedgers:
    """Ledgers that several processes share. The time is Redis's own."""

    def __init__(self, redis: "Redis", prefix: str = "smb:vendor-budget:") -> None:
        self._redis = redis
        self._prefix = prefix

    @classmethod
    def connect(cls, url: str, prefix: str = "smb:vendor-budget:") -> "RedisLedgers":
        from redis.asyncio import Redis

        return cls(Redis.from_url(url, decode_responses=True), prefix)

    async def aclose(self) -> None:
        await self._redis.aclose()

    async def change(self, key: str, work: Callable[[Ledger, float], float], keep: timedelta) -> float:
        from redis.exceptions import RedisError, WatchError

        name = self._prefix + key
        try:
            for _ in range(_TRIES):
                async with self._redis.pipeline(transaction=True) as pipe:
                    await pipe.watch(name)
                    kept: Any = await pipe.get(name)  # pyright: ignore[reportGeneralTypeIssues] - watching, a pipeline answers at once
                    seconds, micros = await self._redis.time()
                    ledger = Ledger.model_validate_json(kept) if kept else Ledger()
                    result = work(ledger, seconds + micros / 1e6)
                    pipe.multi()
                    pipe.set(name, ledger.model_dump_json(), px=keep)
                    try:
                        await pipe.execute()
                    except WatchError:
                        continue
                    return result
        except RedisError as error:
            raise CopilotError(ErrorKind.UNAVAILABLE, "Redis cannot be reached.", retry_after=5.0) from error
        raise CopilotError(ErrorKind.UNAVAILABLE, "Too many workers ask one vendor at once.", retry_after=1.0)


class Slot:
    """A request that may go now. Its client says what the answer told of the vendor's bucket."""

    def __init__(self) -> None:
        self.told: Told | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """One ledger, and what it is held to."""

    key: str
    rule: Throttle
    windows: tuple[Window, ...]
    suffix: str = ""
    """How the path of a request ends that it is for."""

    @property
    def keep(self) -> timedelta:
        """How long a ledger that nobody changes may still matter."""
        return timedelta(seconds=max([3600.0, *(2 * window.seconds for window in self.windows)]))


class Budget:
    """Holds the requests of one connection, and of all connections of its vendor, to the vendor's rules."""

    def __init__(self, store: LedgerStore, config: VendorConfig, connection_id: str, sleep: Sleep) -> None:
        self._store = store
        self._config = config
        self._sleep = sleep
        rule = config.throttle
        self._own = _Part(f"{config.vendor}:{connection_id}", rule, _windows(rule, "connection", ""))
        self._parts = [self._own]
        for suffix in dict.fromkeys(window.suffix for window in rule.windows):
            for scope, key in (("connection", self._own.key), ("app", config.vendor)):
                windows = _windows(rule, scope, suffix)
                if windows and windows != self._own.windows:
                    self._parts.append(_Part(key + suffix, Throttle(windows=windows), windows, suffix))

    @asynccontextmanager
    async def slot(self, cost: int, patience: float, path: str = "") -> AsyncGenerator[Slot]:
        """Waits until a request of that cost to that path may go, and counts it. Raises VendorUnavailable where that takes longer than
        `patience` seconds, and VendorRejected where the vendor never has that much."""
        ticket, slot = new_id(), Slot()
        held: list[_Part] = []
        try:
            for part in self._parts:
                if not path.endswith(part.suffix):
                    continue
                patience -= await self._reserve(part, ticket, cost, patience)
                held.append(part)
            yield slot
        finally:
            for part in held:
                await self._settle(part, ticket, slot.told)

    async def _reserve(self, part: _Part, ticket: str, cost: int, patience: float) -> float:
        """Returns the seconds that were waited."""

        def reserve(ledger: Ledger, now: float) -> float:
            try:
                return ledger.reserve(now, ticket, cost, part.rule, part.windows)
            except ValueError as error:
                raise VendorRejected(self._config.title, str(error)) from None

        waited = 0.0
        while wait := await self._store.change(part.key, reserve, part.keep):
            if waited + wait > patience:
                raise VendorUnavailable(self._config.title, "its limit of requests is reached", retry_after=wait)
            await self._sleep(wait)
            waited += wait
        return waited

    async def _settle(self, part: _Part, ticket: str, told: Told | None) -> None:
        def settle(ledger: Ledger, now: float) -> float:
            if told is not None and part is self._own:
                ledger.learn(now, ticket, told)
            ledger.settle(now, ticket, part.windows)
            return 0.0

        await self._store.change(part.key, settle, part.keep)


def _windows(rule: Throttle, scope: str, suffix: str) -> tuple[Window, ...]:
    return tuple(window for window in rule.windows if (window.scope, window.suffix) == (scope, suffix))
