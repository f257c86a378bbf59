"""Stores that are filled from nothing again and again: each time a copy of one that is migrated and has a tenant in it."""

import asyncio
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import asyncpg

from evals.bench.shop import new_shop, register_owner
from evals.tenants import TenantSettings
from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import SystemClock
from storage.kernel.ids import new_id
from storage.migrate import upgrade
from storage.repositories.ingestion import UNIFIED

TABLES = (*sorted(UNIFIED), "raw_records", "record_links")
"""What a sync makes of a vendor's objects."""


class Stores(Protocol):
    """One kind of database. `empty_url` is that of a database without a table, as other programs take it."""

    title: str
    owner: Actor

    async def fresh(self) -> str:
        """The URL of a store with the tenant and nothing else; the one before is gone."""
        ...

    async def empty_url(self) -> str: ...

    async def bare_insert(self) -> tuple[float, int]:
        """Seconds to insert the rows of TABLES that are in the last fresh store into tables of the same columns and
        indexes, in one transaction; and how many rows that were. They are in memory before the clock starts."""
        ...

    async def aclose(self) -> None: ...


class SqliteStores:
    title = "SQLite"

    def __init__(self, folder: Path, template: Path, owner: Actor) -> None:
        self._folder, self._template, self.owner = folder, template, owner
        self._current = folder / "fresh.sqlite3"

    @classmethod
    async def make(cls, folder: Path, tenant: TenantSettings) -> "SqliteStores":
        shop = await new_shop(folder / "template", tenant)
        return cls(folder, shop.store, shop.owner)

    async def fresh(self) -> str:
        await asyncio.to_thread(self._copy)
        return f"sqlite:///{self._current}"

    async def empty_url(self) -> str:
        return f"sqlite:///{self._folder / f'empty-{new_id()}.sqlite3'}"

    async def bare_insert(self) -> tuple[float, int]:
        return bare_insert(self._current, self._folder / f"bare-{new_id()}.sqlite3", TABLES)

    async def aclose(self) -> None:
        """The folder is its owner's."""

    def _copy(self) -> None:
        for file in self._folder.glob(f"{self._current.name}*"):
            file.unlink()
        shutil.copyfile(self._template, self._current)


class PostgresStores:
    title = "PostgreSQL"

    def __init__(self, server: str, template: str, owner: Actor) -> None:
        self._server, self._template, self.owner = server, template, owner
        self._made: list[str] = []

    @classmethod
    async def make(cls, server: str, tenant: TenantSettings) -> "PostgresStores":
        """Raises OSError or asyncpg.PostgresError where the server cannot be used."""
        template = f"smb_bench_{new_id().replace('-', '')}"
        await _administer(server, f"CREATE DATABASE {template}")
        config = DatabaseConfig(_named(server, template))
        await upgrade(config)
        database = Database(config, SystemClock())
        try:
            owner = await register_owner(database, tenant)
        finally:
            await database.dispose()
        return cls(server, template, owner)

    async def fresh(self) -> str:
        return await self._another(f"TEMPLATE {self._template}")

    async def empty_url(self) -> str:
        url = urlsplit(await self._another())
        if url.password:
            return url.geturl()
        # dlt insists on a password; a server that trusts this machine takes any.
        whose, _, where = url.netloc.rpartition("@")
        return url._replace(netloc=f"{whose or 'postgres'}:none@{where}").geturl()

    async def bare_insert(self) -> tuple[float, int]:
        store = _named(self._server, next(name for name in reversed(self._made) if name.endswith("t")))
        connection: Any = await asyncpg.connect(store)
        try:
            await connection.execute("CREATE SCHEMA bare")
            rows: dict[str, list[Any]] = {}
            for table in TABLES:
                if found := await connection.fetch(f"SELECT * FROM public.{table}"):  # noqa: S608  the schema's own names
                    await connection.execute(
                        f"CREATE TABLE bare.{table} (LIKE public.{table} INCLUDING DEFAULTS INCLUDING INDEXES)"
                    )
                    rows[table] = [tuple(row) for row in found]
            started = time.perf_counter()
            async with connection.transaction():
                for table, records in rows.items():
                    await connection.copy_records_to_table(table, schema_name="bare", records=records)
            return time.perf_counter() - started, sum(map(len, rows.values()))
        finally:
            await connection.close()

    async def aclose(self) -> None:
        for name in (*self._made, self._template):
            await _administer(self._server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def _another(self, how: str = "") -> str:
        name = f"{self._template}_{len(self._made)}{'t' if how else 'e'}"
        await _administer(self._server, f"CREATE DATABASE {name} {how}")
        self._made.append(name)
        return _named(self._server, name)


def _named(server: str, name: str) -> str:
    """The URL of another database of the same server."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


async def _administer(server: str, statement: str) -> None:
    connection: Any = await asyncpg.connect(server, timeout=5)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def bare_insert(store: Path, target: Path, tables: tuple[str, ...] | None = None) -> tuple[float, int]:
    """Seconds to insert all rows of a store's tables into tables of the same columns and indexes, in one transaction, and
    how many rows that were. The rows are in memory before the clock starts."""
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode = WAL")
        copy.execute("PRAGMA synchronous = NORMAL")
        inserts: list[tuple[str, list[tuple[object, ...]]]] = []
        for table in tables or _tables(source):
            rows = source.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  a name out of the store's own schema
            if rows:
                _make_alike(source, copy, table)
                marks = ", ".join("?" * len(rows[0]))
                inserts.append((f"INSERT INTO {table} VALUES ({marks})", rows))  # noqa: S608  as above
        started = time.perf_counter()
        with copy:
            for statement, rows in inserts:
                copy.executemany(statement, rows)
        return time.perf_counter() - started, sum(len(rows) for _, rows in inserts)


def _tables(source: sqlite3.Connection) -> list[str]:
    listed = source.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return [name for (name,) in listed]


def _make_alike(source: sqlite3.Connection, copy: sqlite3.Connection, table: str) -> None:
    """Makes a table with its indexes, without its triggers."""
    made = source.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL", (table,)
    )
    for (statement,) in made:
        copy.execute(statement)
