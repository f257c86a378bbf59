"""A copy of what cannot be asked in place (files of a folder, a DuckDB file, a MySQL server) as a SQLite file of our own.

One dialect then reads them all, and what hostile files hold is looked at once, while it is copied. A copy ends: in
rows, in bytes and in time.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from storage.kernel.errors import CopilotError, ErrorKind

MOST_ROWS = 5_000_000
"""Of all tables together."""
MOST_BYTES = 2_000_000_000
SECONDS = 180.0
LONGEST_TEXT = 2_000
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """One table to copy. Rows have a value for each column: None, an int, a float or a text; `boolean` columns hold 0
    and 1. `keys` are (column, other table, its column)."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[Any]]
    booleans: frozenset[str] = frozenset()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[tuple[str, str, str], ...] = ()


def write_snapshot(path: Path, tables: Iterable[CopiedTable], *, seconds: float = SECONDS) -> None:
    """Writes a new file, whole or not at all. Raises TOO_LARGE and TIMEOUT."""
    until, rows = time.monotonic() + seconds, 0
    unfinished = path.with_name(f"{path.stem}.{uuid4().hex}.part")
    try:
        with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", f"max_page_count = {MOST_BYTES // 4096}"):
                connection.execute(f"PRAGMA {pragma}")
            for table in tables:
                connection.execute("BEGIN")
                connection.execute(_ddl(table))
                marks = ", ".join("?" * len(table.columns))
                insert = f"INSERT OR IGNORE INTO {_quoted(table.name)} VALUES ({marks})"  # noqa: S608 — quoted, values bound
                for batch in _batches(table.rows):
                    rows += len(batch)
                    if rows > MOST_ROWS:
                        raise CopilotError(ErrorKind.TOO_LARGE, f"The data source has more than {MOST_ROWS:,} rows.")
                    if time.monotonic() > until:
                        raise CopilotError(ErrorKind.TIMEOUT, "The data source took too long to be read.")
                    connection.executemany(insert, batch)
                connection.execute("COMMIT")
        unfinished.replace(path)
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise CopilotError(ErrorKind.TOO_LARGE, "The data source is too large to be read.") from None
        raise
    finally:
        unfinished.unlink(missing_ok=True)


def _batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[list[Any]]]:
    remaining = iter(rows)
    while batch := [[_storable(value) for value in row] for row in islice(remaining, _BATCH)]:
        yield batch


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value[:LONGEST_TEXT] if value.strip() else None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


def _ddl(table: CopiedTable) -> str:
    # No type: a column of none keeps every value as it is.
    parts = [f"{_quoted(name)} {'BOOLEAN' if name in table.booleans else ''}" for name in table.columns]
    if table.primary_key and set(table.primary_key) <= set(table.columns):
        parts.append(f"PRIMARY KEY ({', '.join(map(_quoted, table.primary_key))})")
    parts += [
        f"FOREIGN KEY ({_quoted(column)}) REFERENCES {_quoted(target)} ({_quoted(there)})"
        for column, target, there in table.foreign_keys
        if column in table.columns
    ]
    return f"CREATE TABLE {_quoted(table.name)} ({', '.join(parts)})"


def _quoted(name: str) -> str:
    name = f"a {name}" if name.lower().startswith("sqlite_") else name  # those are SQLite's own
    return '"' + name.replace('"', '""').replace("\x00", "") + '"'
