"""The tables of a MySQL or MariaDB database, read in one read-only transaction that sees them all at one moment."""

import ssl
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import structlog

from storage.kernel.errors import CopilotError, ErrorKind
from storage.sources.connection import CONNECT_SECONDS, ServerAddress, server_tls, unreachable
from storage.sources.duckdb_file import plain
from storage.sources.snapshot import CopiedTable

if TYPE_CHECKING:
    from pymysql.connections import Connection

STATEMENT_SECONDS = 120
_MOST_TABLES = 150
_FETCHED = 5_000
_TAKEN = frozenset(["tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year", "date", "datetime", "timestamp", "char", "varchar", "tinytext", "text", "mediumtext", "enum"])  # fmt: skip
_LIMITS = ("SET SESSION max_statement_time = %s", "SET SESSION max_execution_time = %s")
"""MariaDB's in seconds, MySQL's in milliseconds: each knows one of them."""
_log = structlog.get_logger(__name__)


def copied_tables(address: ServerAddress) -> Iterator[CopiedTable]:
    """Every table (no view) of the database. Raises UNAVAILABLE where it cannot be read."""
    import pymysql

    try:
        connection = pymysql.connect(
            host=address.address,
            port=address.port,
            user=address.user,
            password=address.password,
            database=address.database,
            charset="utf8mb4",
            connect_timeout=int(CONNECT_SECONDS),
            read_timeout=STATEMENT_SECONDS,
            write_timeout=int(CONNECT_SECONDS),
            ssl=server_tls(address.host) if address.tls else None,
            local_infile=False,
            autocommit=True,
        )
    except (pymysql.MySQLError, OSError, ssl.SSLError, ValueError, RuntimeError, UnicodeError) as error:
        _log.info("source_unreachable", kind=type(error).__name__, dialect="mysql")
        raise unreachable() from None
    try:
        _limit(connection)
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION time_zone = '+00:00'")
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        yield from _tables(connection, address.database)
    except (pymysql.MySQLError, OSError) as error:
        _log.info("source_failed", kind=type(error).__name__, dialect="mysql")
        raise CopilotError(ErrorKind.UNAVAILABLE, "The data source could not be read.") from None
    finally:
        if connection.open:
            connection.close()


def _limit(connection: "Connection[Any]") -> None:
    import pymysql

    for statement, number in zip(_LIMITS, (STATEMENT_SECONDS, STATEMENT_SECONDS * 1000), strict=True):
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, (number,))
        except pymysql.MySQLError:
            continue


def _tables(connection: "Connection[Any]", database: str) -> Iterator[CopiedTable]:
    names = [name for (name,) in _all(connection, "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND table_type = 'BASE TABLE' ORDER BY table_name LIMIT %s", (database, _MOST_TABLES))]  # fmt: skip
    columns = _all(connection, "SELECT table_name, column_name, data_type, column_type FROM information_schema.columns WHERE table_schema = %s ORDER BY table_name, ordinal_position", (database,))  # fmt: skip
    keys = _all(
        connection,
        "SELECT table_name, constraint_name, column_name, referenced_table_name, referenced_column_name FROM "
        "information_schema.key_column_usage WHERE table_schema = %s ORDER BY table_name, ordinal_position",
        (database,),
    )
    for name in names:
        taken = [(column, full) for table, column, type_, full in columns if table == name and str(type_).lower() in _TAKEN]  # fmt: skip
        if not taken:
            continue
        chosen = ", ".join(_quoted(column) for column, _ in taken)
        statement = f"SELECT {chosen} FROM {_quoted(database)}.{_quoted(name)}"  # noqa: S608 — quoted names
        foreign = {constraint: (column, target, there) for table, constraint, column, target, there in keys if table == name and target}  # fmt: skip
        several = [constraint for table, constraint, *_ in keys if table == name]
        yield CopiedTable(
            name=name,
            columns=tuple(column for column, _ in taken),
            rows=_rows(connection, statement),
            booleans=frozenset(column for column, full in taken if str(full).lower().startswith("tinyint(1)")),
            primary_key=tuple(
                column for table, constraint, column, *_ in keys if table == name and constraint == "PRIMARY"
            ),
            foreign_keys=tuple(key for constraint, key in foreign.items() if several.count(constraint) == 1),
        )


def _all(connection: "Connection[Any]", statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _rows(connection: "Connection[Any]", statement: str) -> Iterator[Sequence[Any]]:
    from pymysql.cursors import SSCursor

    with connection.cursor(SSCursor) as cursor:
        cursor.execute(statement)
        while batch := cursor.fetchmany(_FETCHED):
            for row in batch:
                yield [plain(value) for value in row]


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
