"""Rows per second of an import, beside a bare bulk insert of the same rows."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from evals.bench.figures import Figure, Sample
from evals.bench.shop import new_shop, opened
from evals.bench.superstore import write_superstore
from evals.bench.workbench import Workbench
from evals.tenants import TenantSettings
from memory.embeddings import WordLlamaEmbedder
from tools.imports.service import ImportService
from tools.ingestion.catalogue import load_catalogue

LINES = 50_000
BARE_RUNS = 3
_TENANT = TenantSettings("Superstore", "USD", "US", "America/New_York")
_REFERENCE = "sqlite3 executemany of the rows it wrote"


async def measure(bench: Workbench) -> list[Figure]:
    return await measure_lines(bench, LINES)


async def measure_lines(bench: Workbench, lines: int) -> list[Figure]:
    """With so many lines in the file."""
    folder = bench.folder / "import"
    shop = await new_shop(folder, _TENANT)
    file = folder / "superstore.csv"
    write_superstore(file, lines)
    embedder = WordLlamaEmbedder()
    embedder.load()
    bench.say(f"import: {lines:,} lines")
    async with opened(shop.home) as database:
        service = ImportService(database, folder / "uploads", load_catalogue(), embedder)
        started = time.perf_counter()
        await service.import_file(shop.owner, file)
        seconds = time.perf_counter() - started
    bare: list[float] = []
    for run in range(bench.runs(BARE_RUNS)):
        bench.say(f"import: bare insert {run + 1}")
        bare.append(lines / _bare_insert(shop.store, folder / f"bare-{run}.sqlite3"))
    return [Figure("import", "rows/s", Sample([lines / seconds]), Sample(bare), _REFERENCE)]


def _bare_insert(store: Path, target: Path) -> float:
    """Seconds to insert all rows of a store's tables into tables of the same columns and indexes, in one transaction.
    The rows are in memory before the clock starts."""
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode = WAL")
        copy.execute("PRAGMA synchronous = NORMAL")
        inserts: list[tuple[str, list[tuple[object, ...]]]] = []
        for table in _tables(source):
            rows = source.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  a name out of the store's own schema
            if rows:
                _make_alike(source, copy, table)
                marks = ", ".join("?" * len(rows[0]))
                inserts.append((f"INSERT INTO {table} VALUES ({marks})", rows))  # noqa: S608  as above
        started = time.perf_counter()
        with copy:
            for statement, rows in inserts:
                copy.executemany(statement, rows)
        return time.perf_counter() - started


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
