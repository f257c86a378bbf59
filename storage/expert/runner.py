"""Runs what the guard let through: read only, for one tenant, with an end to time and rows.

Nothing here trusts the guard. SQLite opens the file read-only and asks an authorizer for every table, column and function
that a statement touches; PostgreSQL runs it as the role that row-level security holds to the tenant, in a read-only
transaction with a timeout.
"""

# pyright: reportPrivateUsage=false
# ruff: noqa: SLF001
# aiosqlite has no public way to set SQLite's limits in a connection's thread.

import sqlite3
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.expert.views import HIDDEN, READ_COLUMNS, Dialect
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.sources.connection import FileAddress, opened
from storage.tracing import TENANT

log = structlog.get_logger(__name__)
SECONDS = 10.0
LONGEST_VALUE = 1_000
"""Characters of a cell; what is longer is cut."""
_LONGEST_TEXT = 1_000_000
"""Bytes of any text that SQLite makes on the way."""
_FUNCTIONS = frozenset(
    """count sum total avg min max abs round coalesce ifnull nullif lower upper length substr substring trim ltrim rtrim
    row_number rank dense_rank lag lead first_value last_value ntile floor ceil ceiling strftime date datetime iif like""".split()
)
_CODES = {name: getattr(sqlite3, f"SQLITE_{name}") for name in ("READ", "SELECT", "FUNCTION")}


@dataclass(frozen=True, slots=True)
class ExpertRows:
    """`truncated` tells that there are more rows than were asked for. `sql` is what ran, without the views before it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | float | bool | None, ...], ...]
    truncated: bool
    sql: str
    seconds: float


def dialect_of(database: Database) -> Dialect:
    return "sqlite" if database.config.embedded_path is not None else "postgresql"


async def run(database: Database, actor: Actor, text: str, most_rows: int, *, seconds: float = SECONDS) -> ExpertRows:
    """Raises CopilotError: invalid for what the guard or the database refuses, timeout for what takes too long."""
    from storage.expert.guard import checked

    safe = checked(text, dialect_of(database), actor.tenant_id, most_rows + 1)
    started = time.perf_counter()
    connect = open_file if database.config.embedded_path is not None else open_server
    async with connect(database, actor, seconds) as connection:
        try:
            result = await connection.exec_driver_sql(safe.sql)
            columns, fetched = tuple(map(str, result.keys())), result.fetchall()
        except DBAPIError as error:
            raise _explained(error) from None
    rows = tuple(tuple(map(_plain, row)) for row in fetched[:most_rows])
    return ExpertRows(columns, rows, len(fetched) > most_rows, safe.shown, time.perf_counter() - started)


@asynccontextmanager
async def open_file(database: Database, actor: Actor, seconds: float) -> AsyncGenerator[AsyncConnection]:
    path = database.config.embedded_path
    assert path is not None  # noqa: S101 — the caller looked
    async with opened(FileAddress(path.absolute()), statement_seconds=seconds) as connection:
        await connection.execution_options(**{TENANT: actor.tenant_id})
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver._execute(driver._conn.setlimit, sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_TEXT)
        await driver._execute(driver._conn.set_authorizer, _authorized)
        yield connection


def _authorized(action: int, one: str | None, other: str | None, _place: str | None, _view: str | None) -> int:
    """SQLite asks for every part of a statement before it runs it."""
    if action == _CODES["SELECT"]:
        return sqlite3.SQLITE_OK
    if action == _CODES["FUNCTION"] and (other or "").lower() in _FUNCTIONS:
        return sqlite3.SQLITE_OK
    if action == _CODES["READ"]:
        table, column = (one or "").lower(), (other or "").lower()
        ours = table.startswith((HIDDEN, "smb_part_", "smb_result")) or not table
        if ours or column in READ_COLUMNS.get(table, ()) or (table in READ_COLUMNS and not column):
            return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


@asynccontextmanager
async def open_server(database: Database, actor: Actor, seconds: float) -> AsyncGenerator[AsyncConnection]:
    async with database.readers.connect() as connection:
        await connection.execution_options(**{TENANT: actor.tenant_id})
        settings = {"app.tenant_id": actor.tenant_id, "app.user_id": actor.user_id or "", "statement_timeout": str(int(seconds * 1000))}  # fmt: skip
        await connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))
        yield connection


def _explained(error: DBAPIError) -> CopilotError:
    """Without a word of what the database said: it may name what is ours."""
    kind, said = type(error.orig).__name__, str(error.orig).lower()
    log.info("expert_sql_failed", kind=kind)
    if "interrupted" in said or "statement timeout" in said or "timeout" in kind.lower():
        return CopilotError(
            ErrorKind.TIMEOUT, "The statement took too long.", hint="Read fewer rows, or a shorter period."
        )
    return CopilotError(
        ErrorKind.INVALID,
        "The database could not run this statement.",
        hint="Check the names, types and grouping of its columns.",
    )


def _plain(value: Any) -> str | int | float | bool | None:
    match value:
        case None | bool() | int() | float():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
        case date() | datetime():
            return value.isoformat()
        case _:
            return str(value)[:LONGEST_VALUE]
