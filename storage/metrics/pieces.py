"""Small pieces of a SELECT that facts and kept sums share: how a fact is cut, and its conditions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Select, and_, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.selectable import CTE

from storage.metrics.exchange import Exchange
from storage.metrics.model import Condition
from storage.metrics.query import Filter, Grain, Member, Operator, Scalar, TimeRange


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open: `start` counts, `end` does not. None means unbounded on that side."""

    start: date | None
    end: date | None


EVER = Span(None, None)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Rows of customers alone who are among `members` (key, day: who, and when they ordered first), split by the bucket
    of that day and, with `apart`, by how many buckets later a row lies."""

    members: CTE
    grain: Grain | None
    apart: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """How one fact is cut: by which dimensions, filtered how, over which of the periods (`number` 0 is the one asked
    about, 1 the one before), in which buckets."""

    dimensions: tuple[str, ...]
    filters: tuple[Filter, ...]
    members: tuple[Member, ...]
    period: TimeRange
    number: int
    grain: Grain | None
    cohort: Cohort | None = None
    spans: tuple[Span, ...] | None = None
    """The days of the period that are read from the facts, where they are not all."""


def made_once(statement: Select[Any]) -> CTE:
    """Rows that others are joined to. Without this PostgreSQL makes them anew for each of the others wherever it takes them
    for few: of 150 lines it had half a minute for a funnel. It stands within the SELECT that asks for it: there is one."""
    return statement.cte(nesting=True).prefix_with("MATERIALIZED", dialect="postgresql")


@dataclass(frozen=True, slots=True)
class Terms:
    """In which currency amounts are, at which rates those in others are converted into it, the last day that is known, and
    the day up to which ages are counted."""

    currency: str | None = None
    exchange: Exchange | None = None
    as_of: date | None = None
    aged_on: date | None = None


def holds(column: ColumnElement[Any], condition: Condition) -> ColumnElement[bool]:
    """Whether a row's column meets a condition of the semantic model."""
    return _compared(column, condition.operator, condition.values)


def meets(column: ColumnElement[Any], item: Filter) -> ColumnElement[bool]:
    """Whether a dimension's column meets a condition on it."""
    return _compared(column, item.operator, item.values)


def _compared(column: ColumnElement[Any], operator: Operator, values: Sequence[Scalar]) -> ColumnElement[bool]:
    simple: dict[str, Callable[[], ColumnElement[bool]]] = {
        "eq": lambda: column == values[0],
        "ne": lambda: column.is_distinct_from(values[0]),
        "in": lambda: column.in_(values),
        "not_in": lambda: or_(column.is_(None), column.not_in(values)),
        "contains": lambda: column.icontains(str(values[0]), autoescape=True),
        "gt": lambda: column > values[0],
        "ge": lambda: column >= values[0],
        "lt": lambda: column < values[0],
        "le": lambda: column <= values[0],
        "between": lambda: column.between(values[0], values[1]),
        "is_null": lambda: column.is_(None),
        "not_null": lambda: column.is_not(None),
    }
    return simple[operator]()


class _Rarely(GenericFunction[bool]):
    """A condition that few rows meet. SQLite takes half of all rows to meet a condition that it knows nothing of, and
    would first look up what every row belongs to (sqlite.org/lang_corefunc.html#unlikely)."""

    name = "smb_rarely"
    type = Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True
    """It is a condition as it stands: compared with 1, as SQLAlchemy writes other functions, SQLite would not see it."""


@compiles(_Rarely)
def _rarely(element: _Rarely, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)})"


@compiles(_Rarely, "sqlite")
def _rarely_on_sqlite(element: _Rarely, compiler: SQLCompiler, **kw: Any) -> str:
    return f"unlikely({compiler.process(element.clauses, **kw)})"


def rarely(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition, with a word to the database that few rows meet it."""
    return _Rarely(condition)


class _Unindexed(GenericFunction[Any]):
    """A key to group by. SQLite would rather walk an index of the key, and look up every row by itself in the order of its
    keys, than read the rows as they lie and sort what is asked of them (sqlite.org/optoverview.html: a unary plus)."""

    name = "smb_unindexed"
    inherit_cache = True


@compiles(_Unindexed)
def _unindexed(element: _Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(_Unindexed, "sqlite")
def _unindexed_on_sqlite(element: _Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"


def unindexed(key: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same key, for a GROUP BY over most rows of a table."""
    return _Unindexed(key)


def within(day: ColumnElement[date], spans: Sequence[Span]) -> ColumnElement[bool]:
    """Whether a day lies in any of the spans."""
    parts: list[ColumnElement[bool]] = []
    for span in spans:
        bounds = [day >= span.start] if span.start else []
        bounds += [day < span.end] if span.end else []
        parts.append(and_(*bounds))
    return parts[0] if len(parts) == 1 else or_(*parts)
