"""Texts that several processes change through PostgreSQL, one after the other and none waiting for another: whoever writes does
so only where what they read is still there, else they read again."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import DatabaseConfig, shared_engine
from storage.kernel.errors import CopilotError, ErrorKind

T = TypeVar("T")
_TRIES: Final = 200
"""How often a change is tried again because others made one meanwhile."""
_SWEPT_EVERY: Final = 3600.0
_READ: Final = text(
    "SELECT extract(epoch FROM clock_timestamp())::float8, one.state, one.version "
    "FROM (VALUES (1)) AS always (n) LEFT JOIN vendor_budgets AS one ON one.key = :key"
)
_WRITE: Final = text(
    "INSERT INTO vendor_budgets AS one (key, state, version, expires_at) "
    "VALUES (:key, :state, :version, clock_timestamp() + make_interval(secs => :keep)) "
    "ON CONFLICT (key) DO UPDATE SET state = excluded.state, version = excluded.version, expires_at = excluded.expires_at "
    "WHERE one.version = excluded.version - 1"
)
_SWEEP: Final = text("DELETE FROM vendor_budgets WHERE expires_at < clock_timestamp()")


class SharedTexts:
    """One per process. The time is the database's own. A change is two statements, and no transaction outlives one; of a
    server that fails the last ones may be lost."""

    def __init__(self, config: DatabaseConfig) -> None:
        self._engine = shared_engine(config)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        """By key: those of one process take turns, instead of losing to one another."""
        self._swept_at = 0.0

    async def aclose(self) -> None:
        await self._engine.dispose()

    async def change(self, key: str, work: Callable[[str | None, float], tuple[str, T]], keep: timedelta) -> T:
        """Runs `work` over the text of a key (None where there is none; one that was to be kept for less time may still be
        there) and the present second, and keeps the text that it returns for `keep` at least. It may be run again. Raises
        UNAVAILABLE, and what `work` does: nothing is changed then."""
        try:
            async with self._turns[key]:
                return await self._changed(key, work, keep)
        except SQLAlchemyError as error:
            raise CopilotError(ErrorKind.UNAVAILABLE, "The database cannot be reached.", retry_after=5.0) from error

    async def _changed(self, key: str, work: Callable[[str | None, float], tuple[str, T]], keep: timedelta) -> T:
        for _ in range(_TRIES):
            try:
                async with self._engine.connect() as connection:
                    is_done, result = await self._tried(connection, key, work, keep)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                continue  # one that the server had closed; those of its age are gone with it
            if is_done:
                return result
        raise CopilotError(ErrorKind.UNAVAILABLE, "Too many processes ask at once.", retry_after=1.0)

    async def _tried(
        self, connection: AsyncConnection, key: str, work: Callable[[str | None, float], tuple[str, T]], keep: timedelta
    ) -> tuple[bool, T]:
        now, kept, version = (await connection.execute(_READ, {"key": key})).one()
        fresh, result = work(kept, now)
        if fresh == kept:
            return True, result
        values = {"key": key, "state": fresh, "version": (version or 0) + 1, "keep": keep.total_seconds()}
        written = await connection.execute(_WRITE, values)
        if now - self._swept_at > _SWEPT_EVERY:
            self._swept_at = now
            await connection.execute(_SWEEP)
        return written.rowcount == 1, result
