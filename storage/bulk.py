"""Inserts of many rows with one prepared statement, column by column: about twice as fast as the expression
language, which builds a dictionary of parameters per row.

A server is sent one array per column, and plans and runs one statement for all rows. An embedded store gets many rows in
one statement; where nobody waits for its outcome, SQLite works without Python's lock, and the event loop goes on. What
is the same in all rows travels once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from sqlalchemy import JSON, Column, Connection, Dialect, String, Table, TypeDecorator, bindparam, update

from storage.kernel.ids import new_id
from storage.scope import GuardError

DEFERRABLE = "smb_deferrable"
"""Execution option: nobody reads the outcome of the statement, so that an embedded store may put it off."""
_ROWS_AT_ONCE: Final = (512, 64, 8, 1)
"""Rows in one statement of an embedded store: few sizes, so that each is prepared once, and large ones, since SQLite's thread
has to come by Python's lock for each statement."""
_MOST_PARAMETERS: Final = 32_766
"""In one statement: https://sqlite.org/limits.html, section 9."""


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
    given = frozenset[str]().union(*rows)
    if unknown := (given | stamp.keys()).difference(table.columns.keys()):
        raise GuardError(f"{table.name} has no {', '.join(sorted(unknown))}")
    own = (given | {"id"}).difference(stamp)
    statement = _compiled(table, connection.dialect, own, frozenset(stamp), ignore_conflicts)
    shared = tuple(column.value(stamp) for column in statement.shared)
    columns = [column.values(rows) for column in statement.own]
    if connection.dialect.name == "postgresql":
        result = connection.exec_driver_sql(statement.of_rows(1), (*shared, *columns))
        return len(result.all()) if ignore_conflicts else len(rows)
    values, start, count = list(zip(*columns, strict=True)), 0, 0
    for size in _ROWS_AT_ONCE:
        while len(rows) - start >= size and len(shared) + size * len(columns) <= _MOST_PARAMETERS:
            parameters = shared + tuple(chain.from_iterable(values[start : start + size]))
            start += size
            is_put_off = not ignore_conflicts and (deferrable or start < len(rows))
            options = {DEFERRABLE: True} if is_put_off else {}
            result = connection.exec_driver_sql(statement.of_rows(size), parameters, execution_options=options)
            count += result.rowcount if ignore_conflicts else size
    return count


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
    default: Any

    @classmethod
    def of(cls, column: Column[Any], dialect: Dialect) -> "_Parameter":
        return cls(column.name, column.type.dialect_impl(dialect).bind_processor(dialect), column.default)

    def value(self, stamp: Mapping[str, Any]) -> Any:
        """The one for all rows."""
        given = stamp[self.name] if self.name in stamp else self._otherwise()
        return given if given is None or self.processor is None else self.processor(given)

    def values(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        name, processor = self.name, self.processor
        if name == "id":
            return [row.get(name) or new_id() for row in rows]
        default = self._otherwise()
        given = [row.get(name, default) for row in rows]
        if processor is None:
            return given
        return [None if value is None else processor(value) for value in given]

    def _otherwise(self) -> Any:
        if self.default is None:
            return None
        return self.default.arg(None) if self.default.is_callable else self.default.arg


@dataclass(frozen=True, slots=True)
class _Statement:
    """`before` the values of a row, those `values`, and what is `after` the last; its parameters are the `shared` ones and then
    each row's `own`, or their arrays."""

    before: str
    values: str
    after: str
    shared: tuple[_Parameter, ...]
    own: tuple[_Parameter, ...]

    def of_rows(self, count: int) -> str:
        return f"{self.before}{', '.join([self.values] * count)}{self.after}"


@lru_cache(maxsize=256)
def _compiled(
    table: Table, dialect: Dialect, own: frozenset[str], stamped: frozenset[str], ignore_conflicts: bool
) -> _Statement:
    """The statement for rows that give the columns of `own`, where all share what is `stamped` and the defaults of others."""
    name = dialect.identifier_preparer
    shared = [c for c in table.columns if c.name in stamped or (c.name not in own and c.default is not None)]
    columns = [*shared, *(c for c in table.columns if c.name in own)]
    names = ", ".join(map(name.format_column, columns))
    before = f"INSERT INTO {name.format_table(table)} ({names}) "
    after = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    parameters = [_Parameter.of(column, dialect) for column in columns]
    split = tuple(parameters[: len(shared)]), tuple(parameters[len(shared) :])
    if dialect.name == "postgresql":
        after += f" RETURNING {name.format_column(table.c.id)}" if ignore_conflicts else ""
        return _Statement(before, _selected(columns, len(shared), dialect), after, *split)
    marks = [f"?{place}" for place in range(1, len(shared) + 1)] + ["?"] * (len(columns) - len(shared))
    return _Statement(f"{before}VALUES ", f"({', '.join(marks)})", after, *split)


def _selected(columns: Sequence[Column[Any]], shared: int, dialect: Dialect) -> str:
    """The rows of arrays, one for each column after the first `shared`. Texts travel without their length: a cast to it would cut
    them short where an insert refuses them."""
    quoted = [dialect.identifier_preparer.format_column(column) for column in columns]
    arrays: list[str] = []
    picked: list[str] = []
    for place, (column, called) in enumerate(zip(columns, quoted, strict=True), 1):
        kind = column.type.dialect_impl(dialect)
        while isinstance(kind, TypeDecorator):
            kind = kind.impl_instance
        is_json = isinstance(kind, JSON)
        of = "TEXT" if is_json or isinstance(kind, String) else kind.compile(dialect)
        if place > shared:
            arrays.append(f"${place}::{of}[]")
        one = f"given.{called}" if place > shared else f"${place}::{of}"
        picked.append(f"{one}::{kind.compile(dialect)}" if is_json else one)
    return f"SELECT {', '.join(picked)} FROM unnest({', '.join(arrays)}) AS given ({', '.join(quoted[shared:])})"  # noqa: S608 - the schema's names
