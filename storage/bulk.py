"""Inserts of many rows with one prepared statement, column by column: about twice as fast as the expression
language, which builds a dictionary of parameters per row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.kernel.ids import new_id
from storage.scope import GuardError

DEFERRABLE = "smb_deferrable"
"""Execution option: nobody reads the outcome of the statement, so that an embedded store may put it off."""


def insert_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    stamp: Mapping[str, Any],
    ignore_conflicts: bool = False,
    deferrable: bool = False,
) -> int:
    """Inserts rows keyed by column name and returns how many went in. `stamp` holds values for all of them; a
    missing id is made, another missing column gets its default, else NULL. With `deferrable` they may go in with the
    next statement or the commit. Raises GuardError for a column that the table does not have, and IntegrityError for a
    broken constraint, unless conflicts are ignored."""
    if not rows:
        return 0
    if unknown := {key for row in rows for key in row}.difference(table.columns.keys()):
        raise GuardError(f"{table.name} has no {', '.join(sorted(unknown))}")
    if ignore_conflicts and connection.dialect.name == "postgresql":
        return _insert_returning(connection, table, rows, stamp)
    sql, columns = _compiled(table, connection.dialect, ignore_conflicts)
    values = [column.values(rows, stamp) for column in columns]
    options = {DEFERRABLE: True} if deferrable else None
    result = connection.exec_driver_sql(sql, list(zip(*values, strict=False)), execution_options=options)
    return result.rowcount if ignore_conflicts else len(rows)


def update_rows(connection: Connection, column: Column[Any], values: Mapping[str, Any], tenant_id: str) -> None:
    """Sets one column of a tenant's rows by their id, with one prepared statement for all."""
    table = column.table
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"), table.c.tenant_id == bindparam("of_tenant"))
        .values({column: bindparam("new_value")})
    )
    connection.execute(
        statement, [{"row_id": id_, "of_tenant": tenant_id, "new_value": value} for id_, value in values.items()]
    )


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One column of the statement: how its values become what the driver takes, and what is there where none is given."""

    name: str
    processor: Callable[[Any], Any] | None
    column: Column[Any]

    def values(self, rows: Sequence[Mapping[str, Any]], stamp: Mapping[str, Any]) -> Iterable[Any]:
        name, processor = self.name, self.processor
        if name in stamp:
            return repeat(processor(stamp[name]) if processor else stamp[name], len(rows))
        if name == "id":
            return (row.get("id") or new_id() for row in rows)
        default = _default(self.column)
        given = (row.get(name, default) for row in rows)
        if processor is None:
            return given
        return (None if value is None else processor(value) for value in given)


@lru_cache(maxsize=256)
def _compiled(table: Table, dialect: Dialect, ignore_conflicts: bool) -> tuple[str, tuple[_Parameter, ...]]:
    """The statement for one row, and its parameters in order."""
    statement: Any = sqlite.insert(table).on_conflict_do_nothing() if ignore_conflicts else insert(table)
    compiled = statement.compile(dialect=dialect, column_keys=table.columns.keys())
    columns = [table.columns[name] for name in compiled.positiontup or ()]
    return compiled.string, tuple(
        _Parameter(column.name, column.type.dialect_impl(dialect).bind_processor(dialect), column) for column in columns
    )


def _insert_returning(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], stamp: Mapping[str, Any]
) -> int:
    # The driver does not tell how many rows of a prepared statement went in: the rows themselves do.
    statement = postgresql.insert(table).on_conflict_do_nothing().returning(table.c.id)
    defaults = {name: _default(column) for name, column in table.columns.items() if name != "id"}
    complete = [{"id": row.get("id") or new_id(), **defaults, **row, **stamp} for row in rows]
    return len(connection.execute(statement, complete).all())


def _default(column: Column[Any]) -> Any:
    default: Any = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg
