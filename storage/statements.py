"""Which statements a guarded session may run: those whose every table is a mapped class, because only these can
be given the tenant's criteria."""

# pyright: reportPrivateUsage=false, reportUnknownArgumentType=false
# ruff: noqa: SLF001
# SQLAlchemy keeps what an author wrote apart from what it derives in private, untyped attributes only.

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Column, Delete, Executable, Insert, Select, Table, TextClause, Update
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.expression import FromClause, Join, TableClause, TextualSelect

from storage.scope import GuardError

Statement = TypeVar("Statement", bound=Executable)

_PREPARED = "smb_prepared"
_STAR = "*"
# Tuples: a union would be made anew at each of the hundreds of places that a walk looks at.
_TABLES = (Table, TableClause)
_TEXTS = (TextClause, TextualSelect)
_CHANGES = (Update, Delete, Insert)
_SCOPES = (Select, *_CHANGES, Join)
_NO_TABLES: frozenset[Any] = frozenset()


def prepared(statement: Statement) -> Statement:
    """A statement that is made once, when its module is loaded, and run with parameters: what the guard finds out about
    it is kept. For those that every turn of the chat runs; the others are made where they are run."""
    return statement.execution_options(**{_PREPARED: True})


def is_prepared(statement: Executable) -> bool:
    return _PREPARED in statement.get_execution_options()


def entities_of(statement: Any) -> frozenset[Mapper[Any]]:
    """The mapped classes a statement touches, after checking that it touches nothing else.

    Raises GuardError for text, for literal SQL, and for a table or column that is not named through its class. A
    bare column is let through where the select it stands in names the class too: the criteria then cover it.
    """
    return _known_entities(statement) if is_prepared(statement) else _entities(statement)


@lru_cache(maxsize=256)
def _known_entities(statement: Any) -> frozenset[Mapper[Any]]:
    return _entities(statement)


def _entities(statement: Any) -> frozenset[Mapper[Any]]:
    walk = _Walk()
    walk.visit(statement, _NO_TABLES)
    return frozenset(walk.mappers)


class _Walk:
    def __init__(self) -> None:
        self.mappers: set[Mapper[Any]] = set()
        self._seen: set[int] = set()

    def visit(self, element: Any, covered: frozenset[Any]) -> None:
        """`covered`: the tables that the innermost select names through their class."""
        if isinstance(element, _TABLES) and not _is_mapped(element):
            return  # derived from columns, which are checked, or an author's own, refused where it is named
        if (mapper := element._annotations.get("parentmapper")) is not None:
            self.mappers.add(mapper)
        if isinstance(element, _TEXTS):
            raise GuardError("text cannot be given the tenant's criteria: name mapped classes")
        if isinstance(element, ColumnClause):
            _check_column(element, covered)
            return
        if isinstance(element, _SCOPES):
            if id(element) in self._seen:
                return
            self._seen.add(id(element))
            named = tuple(_named_sources(element))
            _check_sources(named)
            if not isinstance(element, Join):
                covered = frozenset(_covered_tables(named))
        for child in element.get_children():
            self.visit(child, covered)


def _check_column(column: Any, covered: frozenset[Any]) -> None:
    if column.is_literal and column.name != _STAR:
        raise GuardError("literal SQL cannot be given the tenant's criteria")
    if not isinstance(column, Column) or _is_mapped(column) or column.table in covered:
        return
    if _is_bare_table(column.table):
        raise GuardError(f"{column} is a Core column: name it through its mapped class")


def _check_sources(sources: Iterable[Any]) -> None:
    for source in sources:
        if _is_bare_table(source):
            raise GuardError(f"{source} is a Core table: name its mapped class")


def _named_sources(element: Any) -> Iterator[Any]:
    """The tables and columns that a statement's author wrote down as what it reads or changes."""
    if isinstance(element, Select):
        yield from element._raw_columns
        yield from element._from_obj
        yield from (join[0] for join in element._setup_joins)
    elif isinstance(element, _CHANGES):
        yield element.table
    elif isinstance(element, Join):
        yield from (element.left, element.right)


def _covered_tables(sources: Iterable[Any]) -> Iterator[Any]:
    for source in sources:
        entity = source._annotations.get("parententity")
        if isinstance(entity, Mapper):  # not an alias: its rows are filtered, those of its table are not
            yield from entity.tables


def _is_mapped(element: Any) -> bool:
    return "parententity" in element._annotations


def _is_bare_table(source: Any) -> bool:
    if not isinstance(source, FromClause) or _is_mapped(source):
        return False
    if isinstance(source, _TABLES):
        return True
    return _is_bare_table(getattr(source, "element", None))  # an alias, a sample, a grouping
