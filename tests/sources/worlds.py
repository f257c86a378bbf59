"""Made-up databases in a real PostgreSQL."""

import asyncio
import re
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import URL

from evals.foreign.world import World, insert
from storage.sources.connection import ServerAddress
from tests.postgres import administer, with_database


def server_address(url: URL, database: str) -> ServerAddress:
    return ServerAddress(
        host=str(url.host),
        address="127.0.0.1",
        port=url.port or 5432,
        database=database,
        user=str(url.username),
        password=str(url.password or ""),
        tls=False,
    )


@contextmanager
def on_server(server: URL, name: str, statements: Sequence[tuple[str, list[tuple[Any, ...]]]]) -> Generator[str]:
    """A database of its own with these statements run (each with its rows); gone at the end."""
    administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    administer(server, f"CREATE DATABASE {name}")

    async def fill() -> None:
        connection = await asyncpg.connect(with_database(server, name))
        try:
            for statement, rows in statements:
                await (connection.executemany(statement, rows) if rows else connection.execute(statement))
        finally:
            await connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(lambda: asyncio.run(fill())).result()
    try:
        yield name
    finally:
        administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def native(world: World) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """A world for PostgreSQL in its own types: dates and moments, exact numbers, booleans."""
    statements: list[tuple[str, list[tuple[Any, ...]]]] = []
    for table, columns in world.tables.items():
        types: dict[str, str] = {}
        for name in re.findall(r"(\w+) TEXT", columns):
            texts = [row[name] for row in world.rows[table] if row[name] is not None]
            if texts and all(re.match(r"^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$", text) for text in texts):
                types[name] = "TIMESTAMP" if len(texts[0]) > 10 else "DATE"
        for name in re.findall(r"(\w+) INTEGER", columns):
            if name.startswith("is_") or name == "neutered":
                types[name] = "BOOLEAN"
        ddl = columns.replace("REAL", "NUMERIC(12, 2)")
        for name, type_ in types.items():
            ddl = re.sub(rf"\b{name} (TEXT|INTEGER)", f"{name} {type_}", ddl)
        rows = [{key: _as(types.get(key), value) for key, value in row.items()} for row in world.rows[table]]
        statements.append((f"CREATE TABLE {table} ({ddl})", []))
        text, values = insert(table, rows, "?")
        for number in range(1, len(rows[0]) + 1):
            text = text.replace("?", f"${number}", 1)
        statements.append((text, values))
    return statements


def _as(type_: str | None, value: Any) -> Any:
    if value is None or type_ is None:
        return value
    if type_ == "BOOLEAN":
        return bool(value)
    moment = datetime.fromisoformat(value)
    return moment if type_ == "TIMESTAMP" else moment.date()
