"""Who may send to a vendor now. One process counts by itself, and writes down what counts for long; several count together in
PostgreSQL, or in Redis.

Not by the `limits` library: its windows end by when a request was let go and not by when it was answered, and it knows no
requests under way and no buckets that answers tell about.
"""

import hashlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog

from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.shared import SharedTexts
from tools.connectors.core.config import Throttle, VendorConfig, Window
from tools.connectors.core.errors import VendorRejected, VendorUnavailable
from tools.connectors.core.ledger import Ledger, Told

if TYPE_CHECKING:
    from redis.asyncio import Redis

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("tools.connectors")
Sleep = Callable[[float], Awaitable[None]]
_LONG: Final = timedelta(seconds=2)
"""What matters for longer outlives a restart: a window that is shorter is over when the process is back."""
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


class FileLedgers(InProcessLedgers):
    """Ledgers of one process, of which those that count for longer than it takes to start are in files too: what was sent
    before a crash counts after it. A request that was under way then counts as answered when the ledger is used again."""

    def __init__(self, clock: Clock, folder: Path) -> None:
        super().__init__(clock)
        self._folder = folder

    async def change(self, key: str, work: Callable[[Ledger, float], float], keep: timedelta) -> float:
        """Raises UNAVAILABLE where the file cannot be written: a request that is not counted is not sent."""
        if keep <= _LONG:
            return await super().change(key, work, keep)
        file = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.json"
        if key not in self._ledgers:
            self._ledgers[key] = self._left_in(file)
        result = await super().change(key, work, keep)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(f".{os.getpid()}")
            fresh.write_text(self._ledgers[key].model_dump_json(), "utf-8")
            fresh.replace(file)
        except OSError as error:
            raise CopilotError(ErrorKind.UNAVAILABLE, "What was sent to a vendor cannot be written down.") from error
        return result

    @staticmethod
    def _left_in(file: Path) -> Ledger:
        try:
            ledger = Ledger.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            return Ledger()
        except (OSError, ValueError):
            _logger.warning("what was sent to a vendor before is not known", file=file.name)
            return Ledger()
        for one in ledger.in_flight.values():
            one.since = 0.0
        return ledger


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


class DatabaseLedgers:
    """Ledgers that several processes share through PostgreSQL. The time is the server's own."""

    def __init__(self, shared: SharedTexts) -> None:
        self._shared = shared

    async def change(self, key: str, work: Callable[[Ledger, float], float], keep: timedelta) -> float:
        """Raises UNAVAILABLE: a request that is not counted is not sent."""

        def changed(kept: str | None, now: float) -> tuple[str, float]:
            ledger = Ledger.model_validate_json(kept) if kept else Ledger()
            result = work(ledger, now)
            return ledger.model_dump_json(), result

        return await self._shared.change(key, changed, keep)


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
