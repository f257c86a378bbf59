"""Looks at a database that is not ours: its tables, keys and columns, and what their values look like.

Whatever it holds, this ends: in tables, columns, rows looked at, characters per value, and time. What was left out is
said. Nothing that the database says is taken for more than a name or a value.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Inspector, MetaData, String, Table, case, cast, func, inspect, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import NullType

from storage.sources.binding import constant
from storage.sources.catalogue import ColumnFacts, Dialect, ForeignKey, SourceCatalogue, TableFacts
from storage.sources.keys import KEY_ENDINGS, in_words, inferred_keys, names_rows
from storage.sources.values import facts_of, stored_kind

MOST_TABLES = 150
MOST_COLUMNS = 120
"""Columns of one table."""
ROWS_LOOKED_AT = 20_000
LONGEST_VALUE = 200
LONGEST_NAME = 120
SECONDS = 60.0
"""For the whole of it."""
_SYSTEM_SPACES = ("information_schema", "pg_catalog", "pg_toast")


@dataclass(slots=True)
class _Look:
    connection: Connection
    dialect: Dialect
    until: float
    left_out: list[str] = field(default_factory=list[str])

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.until


def introspect(connection: Connection, *, seconds: float = SECONDS) -> SourceCatalogue:
    """The catalogue of the database behind a connection. For a thread: it waits for the database."""
    dialect: Dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    look = _Look(connection, dialect, time.monotonic() + seconds)
    inspector = inspect(connection)
    named = _names(inspector, dialect)
    if len(named) > MOST_TABLES:
        look.left_out.append(f"{len(named) - MOST_TABLES} of {len(named)} tables and views: more than {MOST_TABLES}.")
    tables: list[TableFacts] = []
    for space, name, is_view in named[:MOST_TABLES]:
        if look.is_over:
            look.left_out.append(f"The table {_said(name)} and those after it: looking at them took too long.")
            break
        try:
            with connection.begin_nested():
                tables.append(_table(look, inspector, space, name, is_view=is_view))
        except (SQLAlchemyError, ValueError, OverflowError, UnicodeError):
            look.left_out.append(f"The {'view' if is_view else 'table'} {_said(name)}: it could not be read.")
    tables = _with_unique_names(tables, look)
    tables = [_with_keys(look, table, tables) for table in tables]
    return SourceCatalogue(dialect=dialect, tables=tuple(tables), left_out=tuple(look.left_out))


def _names(inspector: Inspector, dialect: Dialect) -> list[tuple[str | None, str, bool]]:
    """(schema, name, whether it is a view) of all tables, then all views."""
    spaces: list[str | None] = [None]
    if dialect == "postgresql":
        spaces = [s for s in inspector.get_schema_names() if s not in _SYSTEM_SPACES and not s.startswith("pg_")]
    tables = [(space, name, False) for space in spaces for name in sorted(inspector.get_table_names(space))]
    views = [(space, name, True) for space in spaces for name in sorted(inspector.get_view_names(space))]
    return [each for each in (*tables, *views) if not each[1].startswith("sqlite_")]


def _with_unique_names(tables: Sequence[TableFacts], look: _Look) -> list[TableFacts]:
    """Of two tables of one name in two schemas the first is taken."""
    kept: dict[str, TableFacts] = {}
    for table in tables:
        if table.name in kept:
            look.left_out.append(f"The table {_said(table.name)} of the schema {_said(table.space or '')}: its name is taken.")  # fmt: skip
        kept.setdefault(table.name, table)
    return list(kept.values())


def _table(look: _Look, inspector: Inspector, space: str | None, name: str, *, is_view: bool) -> TableFacts:
    found = inspector.get_columns(name, space)
    usable = [column for column in found if column["name"] and len(column["name"]) <= LONGEST_NAME]
    if len(usable) < len(found) or len(usable) > MOST_COLUMNS:
        left = len(found) - min(len(usable), MOST_COLUMNS)
        look.left_out.append(f"{left} columns of {_said(name)}: too many of them, or names too long.")
    usable = usable[:MOST_COLUMNS]
    table = Table(
        quoted_name(name, quote=True),
        MetaData(),
        *(Column(quoted_name(column["name"], quote=True), NullType(), key=f"c{i}") for i, column in enumerate(usable)),
        schema=quoted_name(space, quote=True) if space else None,
    )
    rows = look.connection.scalar(select(func.count()).select_from(table)) or 0
    looked_at = list(_rows(look, table, rows))
    columns: list[ColumnFacts] = []
    for i, column in enumerate(usable):
        kind = stored_kind(column["type"], look.dialect)
        values = [row[i] for row in looked_at]
        columns.append(facts_of(column["name"], str(_type_name(column["type"])), kind, values))
    primary = inspector.get_pk_constraint(name, space).get("constrained_columns") or []
    unique = [] if is_view else [u["column_names"] for u in inspector.get_unique_constraints(name, space)]
    key, declared = _key(look, table, columns, primary=primary, unique=unique, rows=rows)
    return TableFacts(
        name=name,
        space=space,
        is_view=is_view,
        rows=rows,
        looked_at=len(looked_at),
        key=key,
        key_is_declared=declared,
        columns=tuple(columns),
        foreign_keys=_declared_keys(inspector, name, space),
    )


def _type_name(type_: Any) -> str:
    try:
        return str(type_)[:60]
    except SQLAlchemyError:
        return type(type_).__name__


def _rows(look: _Look, table: Table, rows: int) -> Iterable[Sequence[Any]]:
    """Rows from all over a table, long values cut."""
    shown = [_cut(look.dialect, column) for column in table.columns]
    statement = select(*shown).limit(ROWS_LOOKED_AT)
    if rows > ROWS_LOOKED_AT and look.dialect == "postgresql":
        statement = statement.where(func.random() < 1.2 * ROWS_LOOKED_AT / rows)
    elif rows > ROWS_LOOKED_AT:
        statement = statement.where(func.abs(func.random() % 1_000_000) < 1_200_000 * ROWS_LOOKED_AT // rows)
    return look.connection.execute(statement).all()


def _cut(dialect: Dialect, column: Column[Any]) -> Any:
    if dialect == "postgresql":
        return column if isinstance(column.type, NullType) else cast(column, String)
    is_long = func.typeof(column).in_([constant("text"), constant("blob")])
    return case((is_long, func.substr(column, constant(1), constant(LONGEST_VALUE))), else_=column)


def _key(
    look: _Look,
    table: Table,
    columns: Sequence[ColumnFacts],
    *,
    primary: Sequence[str],
    unique: Sequence[Sequence[str | None]],
    rows: int,
) -> tuple[str | None, bool]:
    """The one column that tells rows apart, and whether the database says so itself."""
    names = {column.name for column in columns}
    if len(primary) == 1 and primary[0] in names:
        return primary[0], True
    single = [u[0] for u in unique if len(u) == 1 and u[0] in names]
    filled = {column.name for column in columns if rows and column.filled == min(rows, ROWS_LOOKED_AT)}
    if (declared := next((name for name in single if name in filled), None)) is not None:
        return declared, True
    if primary or look.is_over:
        return None, False
    unique_ones = [c for c in columns if c.name in filled and c.distinct == c.filled]
    likely = [c for c in unique_ones if _names_a_key(c.name, table.name)]
    numbered = any(_names_a_key(column.name, table.name) for column in columns)
    if not numbered:  # beside a number that repeats no name is a key either
        likely += [c for c in unique_ones if c.kind == "text" and names_rows(c.name, table.name)]
    for column in likely[:3]:
        stored = next(each for each in table.columns if each.name == column.name)
        counted = look.connection.scalar(select(func.count(stored.distinct())).select_from(table))
        if counted == rows:
            return column.name, False
    return None, False


def _names_a_key(column: str, table: str) -> bool:
    name = in_words(column)
    return name in ("id", "key", "code", "uuid", table.lower()) or name.endswith(("id", *KEY_ENDINGS))


def _declared_keys(inspector: Inspector, name: str, space: str | None) -> tuple[ForeignKey, ...]:
    found: list[ForeignKey] = []
    for key in inspector.get_foreign_keys(name, space):
        if len(key["constrained_columns"]) != 1 or len(key["referred_columns"]) > 1:
            continue
        target = key["referred_columns"][0] if key["referred_columns"] else ""
        found.append(ForeignKey(column=key["constrained_columns"][0], target=key["referred_table"], target_column=target, declared=True, confidence=1.0, reason="The database declares it."))  # fmt: skip
    return tuple(found)


def _with_keys(look: _Look, table: TableFacts, tables: Sequence[TableFacts]) -> TableFacts:
    """The table with the foreign keys that lead to a key, those that are not declared among them."""
    by_name = {each.name: each for each in tables}
    lower = {each.name.lower(): each for each in tables}
    columns = {column.name.lower(): column.name for column in table.columns}
    kept: list[ForeignKey] = []
    for key in table.foreign_keys:
        target = by_name.get(key.target) or lower.get(key.target.lower())
        column = columns.get(key.column.lower())
        if target is None or column is None:
            continue
        leads_to = key.target_column or target.key or ""
        if target.key is None or leads_to.lower() != target.key.lower():
            look.left_out.append(
                f"The link from {_said(table.name)} to {_said(key.target)}: it leads to no single key."
            )
            continue
        kept.append(key.model_copy(update={"column": column, "target": target.name, "target_column": target.key}))
    known = {key.column for key in kept}
    if not look.is_over:
        for guess in inferred_keys(table, tables):
            if guess.column not in known and (proven := _contained(look, table, guess, by_name[guess.target])):
                kept.append(proven)
                known.add(guess.column)
    return table.model_copy(update={"foreign_keys": tuple(kept)})


def _contained(look: _Look, table: TableFacts, guess: ForeignKey, target: TableFacts) -> ForeignKey | None:
    """The guessed key where (nearly) all of its values are there, in the column it is to lead to."""
    if look.is_over:
        return None
    here, there = _only(table, guess.column), _only(target, guess.target_column)
    known = select(constant(1)).where(there.c.v == here.c.v).exists()
    counted = select(func.count(here.c.v), func.sum(case((known, 0), else_=1))).where(here.c.v.is_not(None))
    try:
        with look.connection.begin_nested():
            filled, missing = look.connection.execute(counted).one()
    except DBAPIError:
        return None
    share = int(missing or 0) / filled if filled else 1.0
    if share > 0.01:  # noqa: PLR2004 — one row in a hundred may have lost what it points at
        return None
    return guess.model_copy(
        update={"reason": f"{guess.reason} All but {int(missing or 0)} of {filled} values are there."}
    )


def _only(table: TableFacts, column: str) -> Table:
    return Table(
        quoted_name(table.name, quote=True),
        MetaData(),
        Column(quoted_name(column, quote=True), NullType(), key="v"),
        schema=quoted_name(table.space, quote=True) if table.space else None,
    ).alias()  # pyright: ignore[reportReturnType] — an alias has the columns of its table


def _said(name: str) -> str:
    """A name of theirs in a sentence of ours: short and on one line."""
    return "“" + " ".join(name.split())[:60] + "”"
