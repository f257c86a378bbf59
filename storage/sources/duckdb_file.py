"""The tables of a DuckDB file, read without its being able to reach anything else.

The file is opened read-only; access to other files, the network and extensions is off and cannot be switched on again
(https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview). Views are not read: they may call anything.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.kernel.errors import CopilotError, ErrorKind
from storage.sources.snapshot import CopiedTable

if TYPE_CHECKING:
    import duckdb

_MOST_TABLES = 150
_FETCHED = 5_000
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    "allow_community_extensions": "false", "allow_unsigned_extensions": "false", "lock_configuration": "true",
    "threads": "1", "memory_limit": "1GB",
}  # fmt: skip
_NESTED = ("STRUCT", "MAP", "LIST", "UNION", "BLOB", "BIT", "[")


def copied_tables(path: Path) -> Iterator[CopiedTable]:
    """Every table of the file. Raises UNAVAILABLE where it cannot be read."""
    import duckdb

    try:
        with duckdb.connect(path, read_only=True, config=_CONFIG) as connection:
            yield from _tables(connection)
    except duckdb.Error:
        raise CopilotError(ErrorKind.UNAVAILABLE, "The data source could not be read.") from None


def _tables(connection: "duckdb.DuckDBPyConnection") -> Iterator[CopiedTable]:
    found = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY 1, 2 LIMIT ?",
        [_MOST_TABLES],
    ).fetchall()
    seen: set[str] = set()
    for space, name in found:
        if name.lower() in seen:
            continue
        seen.add(name.lower())
        columns = connection.execute("SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = ? AND table_name = ? ORDER BY column_index", [space, name]).fetchall()  # fmt: skip
        taken = [(column, type_) for column, type_ in columns if not any(word in type_.upper() for word in _NESTED)]
        if not taken:
            continue
        chosen = ", ".join(_quoted(column) for column, _ in taken)
        statement = f"SELECT {chosen} FROM {_quoted(space)}.{_quoted(name)}"  # noqa: S608 — quoted names
        keys, foreign = _keys(connection, space, name)
        yield CopiedTable(
            name=name,
            columns=tuple(column for column, _ in taken),
            rows=_rows(connection, statement),
            booleans=frozenset(column for column, type_ in taken if type_ == "BOOLEAN"),
            primary_key=keys,
            foreign_keys=foreign,
        )


def _keys(
    connection: "duckdb.DuckDBPyConnection", space: str, name: str
) -> tuple[tuple[str, ...], tuple[tuple[str, str, str], ...]]:
    found = connection.execute(
        "SELECT constraint_type, constraint_column_names, referenced_table, referenced_column_names "
        "FROM duckdb_constraints() WHERE schema_name = ? AND table_name = ?",
        [space, name],
    ).fetchall()
    primary = next((tuple(columns) for kind, columns, _, _ in found if kind == "PRIMARY KEY"), ())
    foreign = tuple((own[0], target, there[0]) for kind, own, target, there in found if kind == "FOREIGN KEY" and len(own) == 1)  # fmt: skip
    return primary, foreign


def _rows(connection: "duckdb.DuckDBPyConnection", statement: str) -> Iterator[Sequence[Any]]:
    cursor = connection.cursor().execute(statement)
    while batch := cursor.fetchmany(_FETCHED):
        for row in batch:
            yield [plain(value) for value in row]


def plain(value: Any) -> Any:
    """A value of another database as SQLite has it: dates as ISO text, exact numbers as floats."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
