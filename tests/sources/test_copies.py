"""Files of a folder, DuckDB files and MySQL servers: copied once, then asked like any other database."""
# ruff: noqa: S608 — statements of the tests' own

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest
from pydantic import SecretStr
from sqlalchemy import URL

from evals.foreign.asker import Asker, asker_of, score
from evals.foreign.export import export
from evals.foreign.library import library
from evals.foreign.world import World, insert
from storage.kernel.errors import CopilotError, ErrorKind
from storage.sources.connection import FileAddress, opened
from tests.mysql import execute, running_mysql
from tools.sources.copies import Copies
from tools.sources.guard import SourceGuard
from tools.sources.schemas import DuckdbConfig, FilesConfig, MysqlConfig, SourceConfig

pytestmark = pytest.mark.anyio

LEAST_COVERAGE = 0.6
LEAST_PRECISION = 0.97


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the operator allows."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture(scope="session")
def mysql_server() -> Iterator[URL]:
    with running_mysql() as url:
        yield url


@pytest.fixture
def library_server(mysql_server: URL) -> Iterator[MysqlConfig]:
    """The library in MariaDB, in its own types."""
    name = f"smb_test_{os.getpid()}_library"
    execute(mysql_server, [(f"DROP DATABASE IF EXISTS {name}", []), (f"CREATE DATABASE {name}", [])])
    execute(mysql_server, _native(library()), name)
    yield MysqlConfig(type="mysql", host="127.0.0.1", port=mysql_server.port or 3306, database=name, user=mysql_server.username or "", password=SecretStr(str(mysql_server.password or "")), tls=False)  # fmt: skip
    execute(mysql_server, [(f"DROP DATABASE {name}", [])])


def _native(world: World) -> list[tuple[str, list[tuple[Any, ...]]]]:
    statements: list[tuple[str, list[tuple[Any, ...]]]] = []
    for table, columns in world.tables.items():
        ddl = re.sub(r"(\w+_on) TEXT", r"\1 DATE", columns).replace("is_paid INTEGER", "is_paid BOOLEAN")
        ddl = ddl.replace("TEXT", "VARCHAR(100)").replace("REAL", "DECIMAL(10, 2)")
        text, values = insert(table, world.rows[table], "%s")
        statements += [(f"CREATE TABLE {table} ({ddl})", []), (text.replace('"', "`"), values)]
    return statements


async def _asked(config: SourceConfig, guard: SourceGuard, tmp_path: Path, world: World) -> Asker:
    copies = Copies(tmp_path / "copies")
    password = config.password.get_secret_value() if isinstance(config, MysqlConfig) else ""
    return await asker_of(await copies.address(await guard.address(config, password)), world.today, name=world.name)


def _write_csv(world: World, folder: Path, *, delimiter: str = ",") -> None:
    for table, rows in world.rows.items():
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)


@pytest.mark.parametrize("make", [library, export], ids=["library", "export"])
async def test_a_folder_of_csv_files_is_asked(make: Any, folder: Path, tmp_path: Path):
    world = make()
    _write_csv(world, folder, delimiter=";")
    asker = await _asked(FilesConfig(type="files", path=str(folder)), SourceGuard([], [folder], []), tmp_path, world)
    found = await score(asker, world)
    assert found.coverage >= LEAST_COVERAGE, found
    assert found.precision >= LEAST_PRECISION, found


async def test_a_folder_of_parquet_files_is_asked(folder: Path, tmp_path: Path):
    world = library()
    for table, rows in world.rows.items():
        frame = polars.DataFrame([dict(row) for row in rows], infer_schema_length=None)
        dates = [column for column in frame.columns if column.endswith("_on")]
        frame.with_columns(polars.col(dates).str.to_date()).write_parquet(folder / f"{table}.parquet")
    asker = await _asked(FilesConfig(type="files", path=str(folder)), SourceGuard([], [folder], []), tmp_path, world)
    found = await score(asker, world)
    assert found.coverage >= LEAST_COVERAGE, found
    assert found.precision >= LEAST_PRECISION, found


async def test_a_duckdb_file_is_asked(folder: Path, tmp_path: Path):
    world, path = library(), folder / "library.duckdb"
    _write_csv(world, tmp_path)
    with duckdb.connect(path) as connection:
        for table, columns in world.tables.items():
            ddl = re.sub(r"(\w+_on) TEXT", r"\1 DATE", columns)
            connection.execute(f"CREATE TABLE {table} ({ddl})")
            connection.execute(f"INSERT INTO {table} SELECT * FROM read_csv('{tmp_path / table}.csv', header = true)")
    asker = await _asked(DuckdbConfig(type="duckdb", path=str(path)), SourceGuard([], [folder], []), tmp_path, world)
    found = await score(asker, world)
    assert found.coverage >= LEAST_COVERAGE, found
    assert found.precision >= LEAST_PRECISION, found


async def test_a_mysql_server_is_asked(library_server: MysqlConfig, tmp_path: Path):
    world, guard = library(), SourceGuard([f"private:127.0.0.1:{library_server.port}"], [], [])
    asker = await _asked(library_server, guard, tmp_path, world)
    found = await score(asker, world)
    assert found.coverage >= LEAST_COVERAGE, found
    assert found.precision >= LEAST_PRECISION, found


async def test_a_mysql_server_that_is_not_listed_is_refused(library_server: MysqlConfig):
    for guard in (SourceGuard(["*"], [], []), SourceGuard(["private:127.0.0.1:5432"], [], [])):
        with pytest.raises(CopilotError) as refused:
            await guard.address(library_server, "")
        assert refused.value.kind is ErrorKind.FORBIDDEN


async def test_a_wrong_password_and_a_closed_port_are_told_alike(library_server: MysqlConfig, tmp_path: Path):
    guard, told = SourceGuard([f"private:127.0.0.1:{library_server.port}", "private:127.0.0.1:1"], [], []), set[str]()
    for change in ({"user": "nobody_such"}, {"port": 1}, {"database": "no_such_base"}):
        config = library_server.model_copy(update=change)
        with pytest.raises(CopilotError) as failed:
            await Copies(tmp_path / "copies").address(await guard.address(config, "wrong"))
        assert failed.value.kind is ErrorKind.UNAVAILABLE
        told.add(failed.value.message)
    assert len(told) == 1


async def test_a_copy_is_made_anew_when_a_file_has_changed(folder: Path, tmp_path: Path):
    (folder / "visits.csv").write_text("visit,day,cost\n1,2025-01-02,5\n2,2025-01-03,7\n")
    guard, copies = SourceGuard([], [folder], []), Copies(tmp_path / "copies")
    config = FilesConfig(type="files", path=str(folder))
    first = await copies.address(await guard.address(config, ""))
    assert await copies.address(await guard.address(config, "")) == first
    (folder / "visits.csv").write_text("visit,day,cost\n1,2025-01-02,5\n2,2025-01-03,7\n3,2025-01-04,9\n")
    assert await copies.address(await guard.address(config, "")) != first


async def test_codes_keep_their_zeros_and_numbers_with_commas_are_numbers(folder: Path, tmp_path: Path):
    lines = ["plz;betrag;tag"] + [f"0{i:04d};{i}.234,50;{i % 27 + 1:02d}.02.2025" for i in range(1, 60)]
    (folder / "zahlungen.csv").write_text("\n".join(lines))
    address = await Copies(tmp_path / "copies").address(await SourceGuard([], [folder], []).address(FilesConfig(type="files", path=str(folder)), ""))  # fmt: skip
    asker = await asker_of(address, library().today)
    (table,) = asker.layer.binding.tables
    forms = {column.column: column.form for column in table.columns}
    assert forms["betrag"] == "comma_text"
    answer = await asker.ask("total amount of payments")
    assert answer.rows[0][-1] == pytest.approx(sum(i * 1000 + 234.5 for i in range(1, 60)))


@pytest.mark.parametrize(
    "name",
    ['a"; DROP TABLE x; --.csv', "ünï cödé ☃.csv", "tab\there.csv", "select.csv", "sqlite_master.csv", "'.csv", "a.b.c.csv"],
)  # fmt: skip
async def test_names_of_files_are_names_and_nothing_else(folder: Path, tmp_path: Path, name: str):
    (folder / name).write_text("name,cost\nx,1\ny,2\nz,4\n")
    copies, config = Copies(tmp_path / "copies"), FilesConfig(type="files", path=str(folder))
    address = await copies.address(await SourceGuard([], [folder], []).address(config, ""))
    assert isinstance(address, FileAddress)
    asker = await asker_of(address, library().today)
    assert len(asker.layer.binding.tables) == 1


async def test_only_files_within_the_allowed_folders_are_read(folder: Path, tmp_path: Path):
    secret = tmp_path / "secret.csv"
    secret.write_text("password\nhunter2\n")
    (folder / "link.csv").symlink_to(secret)
    (folder / "self.csv").symlink_to(folder / "self.csv")
    os.mkfifo(folder / "pipe.csv")
    guard = SourceGuard([], [folder], [])
    for path in (
        folder,
        folder / "link.csv",
        folder / "pipe.csv",
        folder / ".." / "secret.csv",
        secret,
        tmp_path,
        Path("/etc"),
    ):
        with pytest.raises(CopilotError) as refused:
            await guard.address(FilesConfig(type="files", path=str(path)), "")
        assert refused.value.kind is ErrorKind.FORBIDDEN
    ours = folder / "ours"
    ours.mkdir()
    (ours / "data.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CopilotError):
        await SourceGuard([], [folder], [ours]).address(FilesConfig(type="files", path=str(ours)), "")


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1" + b"\xff" * 300 + b"PAR1", b"", b"not parquet", b"PAR1\x00\x00\x00\x00\xff\xff\xff\x7fPAR1"])  # fmt: skip
async def test_a_damaged_file_is_refused_and_leaves_nothing(folder: Path, tmp_path: Path, content: bytes):
    (folder / "bad.parquet").write_bytes(content)
    (folder / "empty.csv").write_bytes(b"")
    copies, config = Copies(tmp_path / "copies"), FilesConfig(type="files", path=str(folder))
    with pytest.raises(CopilotError):
        await copies.address(await SourceGuard([], [folder], []).address(config, ""))
    assert not list((tmp_path / "copies").iterdir())
    (folder / "good.csv").write_text("name,cost\nx,1\n")
    assert isinstance(await copies.address(await SourceGuard([], [folder], []).address(config, "")), FileAddress)


async def test_a_duckdb_file_reaches_nothing_else(folder: Path, tmp_path: Path):
    secret, path = tmp_path / "secret.csv", folder / "trap.duckdb"
    secret.write_text("password\nhunter2\n")
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY, note VARCHAR)")
        connection.execute("INSERT INTO visits VALUES (1, 'x')")
        connection.execute(f"CREATE VIEW leak AS SELECT * FROM read_csv('{secret}')")
        connection.execute(f"CREATE MACRO evil() AS TABLE SELECT * FROM read_csv('{secret}')")
    before = path.read_bytes()
    guard, copies = SourceGuard([], [folder], []), Copies(tmp_path / "copies")
    address = await copies.address(await guard.address(DuckdbConfig(type="duckdb", path=str(path)), ""))
    async with opened(address) as connection:
        names = (
            (await connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        )
    assert names == ["visits"]
    assert path.read_bytes() == before
    (folder / "fake.duckdb").write_bytes(b"\x00" * 8 + b"DUCK" + b"\xff" * 4000)
    with pytest.raises(CopilotError) as failed:
        await copies.address(await guard.address(DuckdbConfig(type="duckdb", path=str(folder / "fake.duckdb")), ""))
    assert failed.value.kind is ErrorKind.UNAVAILABLE
