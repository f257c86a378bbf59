"""Connections to an embedded store that cross to SQLite's thread once for each statement.

aiosqlite runs every connection in a thread of its own, and its cursor crosses over to open, to execute, to fetch and to
close: four waits of some hundred microseconds, for statements that mostly take less. SQLAlchemy fetches all rows of a
statement at once, so nothing is lost by doing all four together. A transaction begins with its first statement, an
insert whose outcome nobody reads crosses with whatever comes after it, and nothing is rolled back where none is open.
The fewer crossings, the shorter one writer keeps the others waiting: between two of them the event loop serves others.
"""

# pyright: reportPrivateUsage=false
# ruff: noqa: SLF001
# aiosqlite has no public way to run a function in a connection's thread.

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiosqlite
from aiosqlite.context import contextmanager

_UNUSED_CHUNK = 1
"""aiosqlite's own cursors fetch in chunks of this; ours fetches all."""


class StatementCursor:
    """One statement and all of its rows: what SQLAlchemy (its AsyncIODBAPICursor) and LangGraph's AsyncSqliteSaver ask
    of a cursor, and no more."""

    def __init__(self, connection: "EmbeddedConnection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def __aiter__(self) -> AsyncIterator[Any]:
        while (row := await self.fetchone()) is not None:
            yield row

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        await self._send(lambda cursor: cursor.execute(sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        await self._send(lambda cursor: cursor.executemany(sql, parameters))
        return self

    async def fetchone(self) -> Any:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """Of a statement that is streamed; its rows are here already, all of them."""
        count = size or self.arraysize
        rows, self._rows = self._rows[:count], self._rows[count:]
        return rows

    async def close(self) -> None:
        self._rows = []

    async def _send(self, statement: Callable[[Any], Any]) -> None:
        self._connection.busy = True
        await self._connection._execute(self._run, statement, self._connection.take_ahead())

    def _run(self, statement: Callable[[Any], Any], ahead: "Ahead") -> None:
        cursor = self._connection._conn.cursor()
        try:
            self._connection.catch_up(cursor, ahead)
            statement(cursor)
            self._rows = cursor.fetchall() if cursor.description else []
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()
            self._connection.busy = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """What crosses to the thread together with a statement, and runs before it."""

    begin: str | None
    deferred: Sequence[tuple[str, Sequence[Sequence[Any]]]]


class EmbeddedConnection(aiosqlite.Connection):
    """A connection whose cursors are the above."""

    to_begin: str | None = None
    """The BEGIN that the next statement runs behind."""
    busy: bool = False
    """A statement was handed to the thread and has not ended, whether or not somebody still waits for it."""

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, _UNUSED_CHUNK)
        self._deferred: list[tuple[str, Sequence[Sequence[Any]]]] = []

    def defer(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Runs a statement ahead of the next one, or of the commit: that is where its error is raised."""
        self._deferred.append((sql, rows))

    def take_ahead(self) -> "Ahead":
        """What runs ahead of the statement or the commit that is sent now. It is that one's from here on: a rollback by
        somebody who no longer waits takes no part of it away, so that it is kept whole or not at all."""
        ahead = Ahead(self.to_begin, self._deferred)
        self.to_begin, self._deferred = None, []
        return ahead

    def catch_up(self, cursor: sqlite3.Cursor, ahead: "Ahead") -> None:
        """In the connection's thread: begins the transaction, and runs what was deferred."""
        if ahead.begin is not None:
            try:
                cursor.execute(ahead.begin)
            except sqlite3.Error:
                self.to_begin = ahead.begin  # no statement runs outside of a transaction
                raise
        for sql, rows in ahead.deferred:
            cursor.executemany(sql, rows)

    def cursor(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] - neither awaited nor an aiosqlite.Cursor
        return StatementCursor(self)

    @contextmanager
    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] - as above
        return await StatementCursor(self).execute(sql, parameters or ())

    async def commit(self) -> None:
        if self._deferred:
            self.busy = True
            await self._execute(self._catch_up_and_commit, self.take_ahead())
            return
        self.to_begin = None
        if self.in_transaction:
            try:
                await super().commit()
            except sqlite3.Error:
                # A commit that a deferred key refuses leaves its transaction open, in the way of the next one.
                await super().rollback()
                raise

    def _catch_up_and_commit(self, ahead: "Ahead") -> None:
        try:
            self.catch_up(self._conn.cursor(), ahead)
            self._conn.commit()
        except sqlite3.Error:
            self._conn.rollback()
            raise
        finally:
            self.busy = False

    async def rollback(self) -> None:
        self.to_begin = None
        self._deferred.clear()
        # Behind a statement that nobody waits for any more: it may yet begin a transaction.
        if self.busy or self.in_transaction:
            await super().rollback()


async def connect(path: Path, *, lock_timeout: float = 5.0) -> EmbeddedConnection:
    """Opens the file, and makes it where there is none. `lock_timeout`: seconds to wait for another's lock. Raises
    sqlite3.OperationalError."""
    connection = EmbeddedConnection(lambda: sqlite3.connect(path, timeout=lock_timeout))
    connection._thread.daemon = True  # as SQLAlchemy does: a connection that was never closed holds up no exit
    await connection
    return connection
