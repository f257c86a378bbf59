"""Which statements a guarded session may run: those whose every table is a mapped class, because only these can
be given the tenant's criteria."""

from collections.abc import Iterator

from sqlalchemy import Column, Delete, Insert, Select, Table, TextClause, Update
from sqlalchemy.orm import Mapper
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.expression import Alias, ClauseElement, Executable, FromClause, Join, TableClause, TextualSelect

from storage.scope import GuardError

_MAPPED = "parententity"
_STAR = "*"


def entities_of(statement: Executable) -> frozenset[Mapper[object]]:
    """The mapped classes a statement touches, after checking that it touches nothing else.

    Raises GuardError for text, for literal SQL and for tables that are not named through their class.
    """
    mappers: set[Mapper[object]] = set()
    for element in visitors.iterate(statement):
        if isinstance(element, TextClause | TextualSelect):
            raise GuardError("text cannot be given the tenant's criteria: name mapped classes")
        annotations = getattr(element, "_annotations", {})
        if (mapper := annotations.get("parentmapper")) is not None:
            mappers.add(mapper)
        _refuse_unmapped(element)
    return frozenset(mappers)


def _refuse_unmapped(element: object) -> None:
    if isinstance(element, ColumnClause):
        _refuse_column(element)
    for source in _named_sources(element):
        if _is_bare_table(source):
            raise GuardError(f"{source} is a Core table: name its mapped class")


def _refuse_column(column: "ColumnClause[object]") -> None:
    if column.is_literal and column.name != _STAR:
        raise GuardError("literal SQL cannot be given the tenant's criteria")
    if isinstance(column, Column) and not _is_mapped(column) and _is_bare_table(column.table):
        raise GuardError(f"{column} is a Core column: name it through its mapped class")


def _named_sources(element: object) -> Iterator[ClauseElement]:
    """The tables that a statement's author wrote down. Tables that SQLAlchemy derives from mapped columns are
    visited as well, but bare: they are covered by those columns."""
    if isinstance(element, Select):
        yield from (column for column in element._raw_columns if isinstance(column, FromClause))  # noqa: SLF001 - what the author named, before SQLAlchemy derives the rest
        yield from element._from_obj  # noqa: SLF001 - as above
        yield from (join[0] for join in element._setup_joins)  # noqa: SLF001 - as above
    elif isinstance(element, Update | Delete | Insert):
        yield element.table
    elif isinstance(element, Join):
        yield element.left
        yield element.right


def _is_mapped(element: ClauseElement) -> bool:
    return _MAPPED in element._annotations  # noqa: SLF001 - the only record of an element's mapped class


def _is_bare_table(source: object) -> bool:
    if not isinstance(source, FromClause) or _is_mapped(source):
        return False
    if isinstance(source, Alias):
        return _is_bare_table(source.element)
    return isinstance(source, Table | TableClause)
