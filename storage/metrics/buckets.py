"""The first day of the day, week, month, quarter or year that a date column falls in, on both databases."""

from datetime import date
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.visitors import InternalTraversal

from storage.metrics.query import Grain


class _Bucket(GenericFunction[date]):
    """A function of one date column whose grain and first weekday are part of its cache key."""

    name = "smb_bucket"
    type = Date()
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 — SQLAlchemy's documented class attribute
        *GenericFunction._traverse_internals,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] — as its docs show
        ("grain", InternalTraversal.dp_string),
        ("week_start", InternalTraversal.dp_plain_obj),
    ]

    def __init__(self, column: ColumnElement[date], grain: Grain, week_start: int) -> None:
        super().__init__(column)
        self.grain = grain
        self.week_start = week_start


def bucket(column: ColumnElement[date], grain: Grain, week_start: int) -> ColumnElement[date]:
    """The first day of the bucket; `week_start` is an ISO weekday (1 = Monday … 7 = Sunday)."""
    return column if grain == "day" else _Bucket(column, grain, week_start)


@compiles(_Bucket, "sqlite")
def _sqlite(element: _Bucket, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.clauses, **kw)
    match element.grain:
        case "week":
            # strftime %w: Sunday = 0
            return f"date({column}, '-' || ((strftime('%w', {column}) - {element.week_start % 7} + 7) % 7) || ' days')"
        case "quarter":
            return f"date({column}, 'start of month', '-' || ((strftime('%m', {column}) - 1) % 3) || ' months')"
        case _:
            return f"date({column}, 'start of {element.grain}')"


@compiles(_Bucket, "postgresql")
def _postgresql(element: _Bucket, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.clauses, **kw)
    if element.grain == "week":
        return f"({column} - ((extract(dow from {column})::int - {element.week_start % 7} + 7) % 7))"
    return f"date_trunc('{element.grain}', {column}::timestamp)::date"
