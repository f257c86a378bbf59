"""Connections to an embedded store that cross to SQLite's thread once for each statement.

aiosqlite runs every connection in a thread of its own, and its cursor crosses over to open, to execute, to fetch and to
close: four waits of some hundred microseconds, for statements that mostly take less. SQLAlchemy fetches all rows of a
statement at once, so nothing is lost by doing all four together.
"""

# pyright: reportPrivateUsage=false
# ruff: noqa: SLF001
# aiosqlite has no public way to run a function in a connection's thread.

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import aiosqlite

_UNUSED_CHUNK = 1
"""aiosqlite's own cursors fetch in chunks of this; ours fetches all."""


class StatementCursor:
    """One statement and all of its rows: what SQLAlchemy asks of a cursor (its AsyncIODBAPICursor), and no more."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        await self._connection._execute(self._run, lambda cursor: cursor.execute(sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        await self._connection._execute(self._run, lambda cursor: cursor.executemany(sql, parameters))
        return self

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

    def _run(self, statement: Callable[[sqlite3.Cursor], sqlite3.Cursor]) -> None:
        cursor = self._connection._conn.cursor()
        try:
            statement(cursor)
            self._rows = cursor.fetchall() if cursor.description else []
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()


class EmbeddedConnection(aiosqlite.Connection):
    """A connection whose cursors are the above."""

    def cursor(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] - neither awaited nor an aiosqlite.Cursor
        return StatementCursor(self)


async def connect(path: Path) -> EmbeddedConnection:
    """Opens the file, and makes it where there is none. Raises sqlite3.OperationalError."""
    connection = EmbeddedConnection(lambda: sqlite3.connect(path), _UNUSED_CHUNK)
    connection._thread.daemon = True  # as SQLAlchemy does: a connection that was never closed holds up no exit
    await connection
    return connection
