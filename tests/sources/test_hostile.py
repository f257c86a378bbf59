"""Databases that were never meant to be read by anybody: introspection survives them, and says what it left out."""
# ruff: noqa: S608 — statements of the tests' own

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from evals.foreign.asker import Asker, asker_of
from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.model import check_columns
from storage.sources.binding import SourceClasses
from storage.sources.catalogue import SourceCatalogue
from storage.sources.connection import FileAddress, ServerAddress, opened
from storage.sources.introspection import MOST_COLUMNS, MOST_TABLES, introspect
from storage.sources.reader import look_at
from tools.sources.draft import draft_of

pytestmark = pytest.mark.anyio

TODAY = date(2025, 7, 1)
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def run(*statements: str, name: str = "x.db") -> Path:
        path = tmp_path / name
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(";\n".join(statements))
            connection.commit()
        return path

    return run


async def asked(path: Path) -> Asker:
    return await asker_of(FileAddress(path), TODAY)


async def figure(asker: Asker, question: str) -> object:
    answer = await asker.ask(question)
    assert answer.status == "answered", answer.answer
    return answer.rows[0][-1] if len(answer.rows) == 1 else {row[0]: row[1] for row in answer.rows}


async def test_names_are_names_whatever_they_say(make: Make):
    path = make(
        """CREATE TABLE "select" ("id" INTEGER PRIMARY KEY, "from" TEXT, "group by" TEXT, "a""b" REAL, "metadata" TEXT, "class" TEXT)""",
        """CREATE TABLE "x'); DROP TABLE y; --" ("1st" TEXT, "%s" TEXT, ":p" TEXT, "?" TEXT, "naïve – été" TEXT, "" TEXT)""",
        """CREATE TABLE "Ünïcödé 表" ("名前" TEXT)""",
        """INSERT INTO "select" VALUES (1, 'x', 'y', 2.5, 'm', 'c'), (2, 'x', 'z', 1.5, 'm', 'c')""",
        """INSERT INTO "x'); DROP TABLE y; --" VALUES ('a', 'b', 'c', 'd', 'e', 'f')""",
    )  # fmt: skip
    asker = await asked(path)
    assert await figure(asker, "how many selects") == 2
    layer = asker.layer
    classes = SourceClasses(layer.binding)
    check_columns(layer.model, classes.mappers)
    classes.dispose()


async def test_a_very_large_schema_is_cut_and_said(make: Make):
    wide = ", ".join(f"c{i} TEXT" for i in range(1_500))
    path = make(
        *(f"CREATE TABLE t{i} (a INTEGER, b TEXT)" for i in range(MOST_TABLES + 350)), f"CREATE TABLE aaa ({wide})"
    )
    started = time.monotonic()
    catalogue = await look_at(FileAddress(path))
    assert len(catalogue.tables) == MOST_TABLES
    assert len(catalogue.table("aaa").columns) == MOST_COLUMNS
    assert any("351 of 501 tables" in said for said in catalogue.left_out)
    assert any("1380 columns" in said for said in catalogue.left_out)
    draft_of(catalogue)
    assert time.monotonic() - started < 30


async def test_time_that_runs_out_is_said(make: Make):
    path = make("CREATE TABLE a (x TEXT)", "CREATE TABLE b (x TEXT)")
    catalogue = await look_at(FileAddress(path), seconds=-1)
    assert catalogue.tables == ()
    assert any("took too long" in said for said in catalogue.left_out)


async def test_huge_values_are_looked_at_by_their_beginnings(make: Make):
    path = make(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, kind TEXT, body TEXT, blob BLOB)",
        "INSERT INTO notes VALUES (1, 'k', hex(zeroblob(4000000)), zeroblob(6000000)), (2, 'k', 'short', NULL)",
    )
    catalogue = await look_at(FileAddress(path))
    assert all(len(sample) <= 60 for column in catalogue.table("notes").columns for sample in column.samples)
    assert len(catalogue.model_dump_json()) < 20_000


async def test_cycles_composite_keys_no_keys_empty_tables_and_views(make: Make):
    path = make(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT, b_id INTEGER REFERENCES b(id))",
        "CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT, a_id INTEGER REFERENCES a(id))",
        "CREATE TABLE employees (id INTEGER PRIMARY KEY, name TEXT, manager_id INTEGER REFERENCES employees(id), salary REAL)",
        "CREATE TABLE pairs (x INTEGER, y INTEGER, weight REAL, PRIMARY KEY (x, y))",
        "CREATE TABLE uses (x INTEGER, y INTEGER, FOREIGN KEY (x, y) REFERENCES pairs(x, y))",
        "CREATE TABLE heap (what TEXT, amount REAL)",
        "CREATE TABLE hollows (id INTEGER PRIMARY KEY, name TEXT, amount REAL, day TEXT)",
        "CREATE TABLE dangling (id INTEGER PRIMARY KEY, gone_id INTEGER REFERENCES missing(id))",
        "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        "INSERT INTO a VALUES (1, 'Ann', 1), (2, 'Abe', 1)",
        "INSERT INTO b VALUES (1, 'Bob', 2)",
        "INSERT INTO employees VALUES (1, 'Ann', NULL, 10), (2, 'Ben', 1, 20), (3, 'Cid', 1, 30)",
        "INSERT INTO heap VALUES ('pen', 2), ('pen', 3), ('ink', 5)",
        "INSERT INTO pairs VALUES (1, 1, 2), (1, 2, 3)",
    )
    catalogue = await _without_waiting(path)
    assert any("“endless”" in said for said in catalogue.left_out)
    asker = await asked_of(path, catalogue)
    assert await figure(asker, "total amount by what") == {"pen": 5.0, "ink": 5.0}
    assert await figure(asker, "how many pairs") == 2
    assert await figure(asker, "number of employees by manager") == {"Ann": 2, None: 1}
    assert await figure(asker, "average salary of employees") == 20.0
    assert await figure(asker, "how many hollows") == 0


async def _without_waiting(path: Path) -> SourceCatalogue:
    """An endless view is given up after a short while here."""
    async with opened(FileAddress(path), statement_seconds=0.5) as connection:
        return await connection.run_sync(introspect)


async def asked_of(path: Path, catalogue: SourceCatalogue) -> Asker:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP VIEW IF EXISTS endless")
        connection.commit()
    asker = await asked(path)
    return replace(asker, source=replace(asker.source, layer=draft_of(catalogue)))


async def test_values_of_several_kinds_and_dates_in_several_forms(make: Make):
    path = make(
        "CREATE TABLE sales (id INTEGER PRIMARY KEY, day TEXT, amount, region)",
        "CREATE TABLE calls (id INTEGER PRIMARY KEY, call_date TEXT, minutes INTEGER)",
        "CREATE TABLE trips (id INTEGER PRIMARY KEY, trip_date TEXT, km REAL)",
        "CREATE TABLE pings (id INTEGER PRIMARY KEY, created_at INTEGER, size INTEGER)",
        "CREATE TABLE logs (id INTEGER PRIMARY KEY, log_date INTEGER)",
        *(f"INSERT INTO sales VALUES ({i}, '2025-0{1 + i % 6}-15', {'NULL' if i == 7 else 10 + i}, 'north')" for i in range(1, 121)),
        "INSERT INTO sales VALUES (900, 'soon', 'n/a', 7)",
        *(f"INSERT INTO calls VALUES ({i}, '{10 + i % 18}.0{1 + i % 6}.2025', {i})" for i in range(1, 41)),
        *(f"INSERT INTO trips VALUES ({i}, '0{1 + i % 6}/{13 + i % 15}/2025', {i})" for i in range(1, 41)),
        *(f"INSERT INTO pings VALUES ({i}, {1_735_732_800 + 86_400 * i}, {i})" for i in range(1, 41)),
        *(f"INSERT INTO logs VALUES ({i}, 2025010{1 + i % 9})" for i in range(1, 41)),
    )  # fmt: skip
    asker = await asked(path)
    assert await figure(asker, "total amount in sales in March 2025") == sum(
        10 + i for i in range(1, 121) if i % 6 == 2
    )
    assert await figure(asker, "how many sales") == 121
    assert await figure(asker, "how many calls in February 2025") == sum(i % 6 == 1 for i in range(1, 41))
    assert await figure(asker, "how many trips in February 2025") == sum(i % 6 == 1 for i in range(1, 41))
    assert await figure(asker, "how many pings in January 2025") == sum(1 <= i <= 30 for i in range(1, 41))
    assert await figure(asker, "how many logs on 2025-01-03") == sum(i % 9 == 2 for i in range(1, 41))


async def test_a_key_is_only_guessed_where_the_values_are_there(make: Make):
    path = make(
        "CREATE TABLE client (client_id INTEGER, client_name TEXT)",
        "CREATE TABLE job (job_id INTEGER, client_id INTEGER, region_id INTEGER, fee REAL)",
        "CREATE TABLE region (region_id INTEGER, region_name TEXT)",
        "INSERT INTO client VALUES (1, 'Ann'), (2, 'Ben')",
        "INSERT INTO region VALUES (1, 'North'), (1, 'South')",
        "INSERT INTO job VALUES (1, 1, 1, 5), (2, 1, 1, 6), (3, 2, 1, 7)",
    )
    catalogue = await look_at(FileAddress(path))
    (key,) = catalogue.table("job").foreign_keys  # region_id is not unique in its table
    assert (key.column, key.target, key.declared) == ("client_id", "client", False)
    assert key.confidence < 1
    assert catalogue.table("region").key is None
    asker = await asked(path)
    assert await figure(asker, "total fee by client") == {"Ann": 11.0, "Ben": 7.0}
    assert (await asker.ask("total fee by region")).status != "answered"


async def test_two_ways_of_equal_length_are_told_apart(make: Make):
    path = make(
        "CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TABLE flight (id INTEGER PRIMARY KEY, origin_id INTEGER REFERENCES city(id), destination_id INTEGER REFERENCES city(id), seats INTEGER)",
        "INSERT INTO city VALUES (1, 'Oslo'), (2, 'Rome')",
        "INSERT INTO flight VALUES (1, 1, 2, 100), (2, 1, 2, 50), (3, 2, 1, 30)",
    )  # fmt: skip
    asker = await asked(path)
    assert await figure(asker, "total seats by origin") == {"Oslo": 150, "Rome": 30}
    assert await figure(asker, "total seats by destination city") == {"Rome": 150, "Oslo": 30}
    assert await figure(asker, "how many flights from Rome") == 1
    assert await figure(asker, "how many flights to Rome") == 2
    for vague in ("flights by city", "how many flights with Rome"):
        answer = await asker.ask(vague)
        assert answer.status == "needs_clarification"
        assert answer.clarification is not None
        assert answer.clarification.options


async def test_nothing_can_be_written_into_a_file(make: Make):
    path = make("CREATE TABLE a (x TEXT)")
    before = path.read_bytes()
    for statement in (
        "INSERT INTO a VALUES ('x')",
        "DROP TABLE a",
        "CREATE TABLE b (x TEXT)",
        "PRAGMA user_version = 7",
    ):
        with pytest.raises(CopilotError):
            async with opened(FileAddress(path)) as connection:
                await connection.execute(text(statement))
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir() if p.name.startswith("x.db")) == ["x.db"]


async def test_nothing_can_be_written_into_a_server(clinic_server: ServerAddress):
    for statement in ("DELETE FROM invoices", "CREATE TABLE b (x TEXT)", "SELECT nextval('a')", "SELECT set_config('x.y', '1', false), pg_sleep(0) FROM pg_create_logical_replication_slot('a', 'b')"):  # fmt: skip
        with pytest.raises(CopilotError):
            async with opened(clinic_server) as connection:
                await connection.execute(text(statement))


async def test_a_statement_ends_in_time(make: Make, clinic_server: ServerAddress):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    for address in (FileAddress(make("CREATE TABLE a (x TEXT)")), clinic_server):
        started = time.monotonic()
        with pytest.raises(CopilotError) as refused:
            async with opened(address, statement_seconds=0.5) as connection:
                await connection.execute(text(endless))
        assert refused.value.kind is ErrorKind.TIMEOUT
        assert "RECURSIVE" not in refused.value.message
        assert time.monotonic() - started < 5


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), min_size=1, max_size=12), min_size=1, max_size=5, unique_by=str.lower),
    values=st.lists(st.one_of(st.none(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False), st.text(max_size=20).filter(lambda t: t.isprintable()), st.binary(max_size=10)), min_size=1, max_size=8),
)  # fmt: skip
async def test_any_table_can_be_looked_at_and_counted(tmp_path_factory: pytest.TempPathFactory, names: list[str], values: list[object]):  # fmt: skip
    path = tmp_path_factory.mktemp("any") / "any.db"
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute(f"CREATE TABLE things ({', '.join(quoted)})")
        except sqlite3.OperationalError:
            return  # SQLite takes the names for one
        connection.executemany(f"INSERT INTO things VALUES ({', '.join('?' * len(names))})", [[v] * len(names) for v in values])  # fmt: skip
        connection.commit()
    asker = await asked(path)
    assert await figure(asker, "how many things") == len(values)


async def test_words_without_end_over_tables_without_end_are_not_read_for_ever(make: Make):
    columns = ", ".join(
        f"{name}_{k} INTEGER" for k in range(4) for name in ("amount", "total", "status", "city", "paid")
    )
    tables = [f"order_{i}" for i in range(40)]
    path = make(
        *(f"CREATE TABLE {t} (id INTEGER PRIMARY KEY, {columns})" for t in tables),
        *(f"INSERT INTO {t} (id, amount_0) VALUES (1, 5), (2, 7)" for t in tables),
    )
    asker = await asked(path)
    answer = await asker.ask("how many " + "paid order total amount status city " * 25)
    assert answer.status != "answered"


async def test_where_everything_leads_to_everything_not_every_way_is_tried(make: Make):
    names = [f"t{i}" for i in range(30)]
    tables = (
        f"CREATE TABLE {one} (id INTEGER PRIMARY KEY, amount REAL, {', '.join(f'{other}_id INTEGER REFERENCES {other}(id)' for other in names if other != one)})"
        for one in names
    )
    asker = await asked(make(*tables, "INSERT INTO t3 (id, amount, t4_id) VALUES (1, 2.5, 1), (2, 4, NULL)", "INSERT INTO t4 (id) VALUES (1)"))  # fmt: skip
    assert (await asker.ask("total amount of t3 by t9")).status != "answered"


@pytest.mark.parametrize("question", ["how many ² orders", "orders in ①", "orders of ٣ items", "½ of the orders", "how many late", "late"])  # fmt: skip
async def test_digits_of_other_kinds_are_no_faults(make: Make, question: str):
    path = make(
        'CREATE TABLE orders (id INTEGER PRIMARY KEY, "²" REAL, "（日）" TEXT, due_date TEXT, delivered_on TEXT)',
        "INSERT INTO orders VALUES (1, 2, '2025-01-02', '2025-01-02', '2025-01-03'), (2, 3, '2025-02-02', '2025-01-04', NULL)",
    )
    await (await asked(path)).ask(question)
