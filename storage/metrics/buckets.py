"""The first day of the day, week, month, quarter or year that a date column falls in, on both databases."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Integer
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


class _Following(GenericFunction[date]):
    """A function of the first day of a bucket."""

    name = "smb_following"
    type = Date()
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 — as above
        *GenericFunction._traverse_internals,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] — as above
        ("grain", InternalTraversal.dp_string),
    ]

    def __init__(self, first_day: ColumnElement[date], grain: Grain) -> None:
        super().__init__(first_day)
        self.grain = grain


def following(first_day: ColumnElement[date], grain: Grain) -> ColumnElement[date]:
    """The first day of the bucket after one, by its first day."""
    return _Following(first_day, grain)


_STEPS: dict[str, str] = {"day": "1 day", "week": "7 days", "month": "1 month", "quarter": "3 months", "year": "1 year"}


@compiles(_Following, "sqlite")
def _sqlite_following(element: _Following, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+{_STEPS[element.grain]}')"


@compiles(_Following, "postgresql")
def _postgresql_following(element: _Following, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)} + interval '{_STEPS[element.grain]}')::date"


class _Ordinal(GenericFunction[int]):
    """A function of the first day of a bucket."""

    name = "smb_ordinal"
    type = Integer()
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 — as above
        *GenericFunction._traverse_internals,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] — as above
        ("grain", InternalTraversal.dp_string),
    ]

    def __init__(self, first_day: ColumnElement[date], grain: Grain) -> None:
        super().__init__(first_day)
        self.grain = grain


def ordinal(first_day: ColumnElement[date], grain: Grain) -> ColumnElement[int]:
    """The number of a bucket, by its first day: of two that follow each other the numbers do, also where a bucket in
    between has no rows."""
    return _Ordinal(first_day, grain)


@compiles(_Ordinal, "sqlite")
def _sqlite_ordinal(element: _Ordinal, compiler: SQLCompiler, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)
    year, month = f"CAST(strftime('%Y', {day}) AS INTEGER)", f"CAST(strftime('%m', {day}) AS INTEGER)"
    days = f"CAST(julianday({day}) + 0.5 AS INTEGER)"
    return _numbered(element.grain, days=days, weeks=f"{days} / 7", year=year, month=month)


@compiles(_Ordinal, "postgresql")
def _postgresql_ordinal(element: _Ordinal, compiler: SQLCompiler, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)
    year, month = f"extract(year from {day})::int", f"extract(month from {day})::int"
    days = f"({day} - DATE '0001-01-01')"
    return _numbered(element.grain, days=days, weeks=f"{days} / 7", year=year, month=month)


def _numbered(grain: str, *, days: str, weeks: str, year: str, month: str) -> str:
    numbers = {
        "day": days,
        "week": weeks,
        "month": f"{year} * 12 + {month}",
        "quarter": f"{year} * 4 + ({month} - 1) / 3",
        "year": year,
    }
    return f"({numbers[grain]})"


def first_day(day: date, grain: Grain, week_start: int, *, before: int = 0) -> date:
    """The first day of the bucket that a day lies in, or of that so many buckets before it; the first day of all where
    there is none so long ago."""
    try:
        match grain:
            case "day":
                return day - timedelta(days=before)
            case "week":
                return day - timedelta(days=(day.isoweekday() - week_start) % 7 + 7 * before)
            case "month" | "quarter":
                months = day.year * 12 + day.month - 1
                months -= months % 3 + 3 * before if grain == "quarter" else before
                return date(months // 12, months % 12 + 1, 1)
            case "year":
                return date(day.year - before, 1, 1)
    except (ValueError, OverflowError):
        return date.min
