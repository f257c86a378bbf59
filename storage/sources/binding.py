"""Mapped classes for the tables of a database that is not ours, made at run time and forgotten with the source.

Every class reads only: an attribute is an expression over a column that gives a date for a date however it is written,
a number for a number, a word for a flag. Constants in such expressions are written into the statement and no bound
values, since PostgreSQL takes two equal expressions with different parameters for two.
"""

import re
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    Double,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    case,
    cast,
    func,
    literal_column,
    or_,
    type_coerce,
)
from sqlalchemy.orm import column_property, registry
from sqlalchemy.sql.elements import ColumnElement, quoted_name
from sqlalchemy.types import NullType

from storage.metrics.model import Mappers
from storage.sources.catalogue import Binding, BoundColumn, BoundTable, Dialect, Form

_MONTH, _DAY = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
_SHAPES = {
    "iso": (f"^[0-9]{{4}}-{_MONTH}-{_DAY}", 1, 6, 9),
    "compact": (f"^[0-9]{{4}}{_MONTH}{_DAY}$", 1, 5, 7),
    "dmy": (f"^{_DAY}[./-]{_MONTH}[./-][0-9]{{4}}", 7, 4, 1),
    "mdy": (f"^{_MONTH}[./-]{_DAY}[./-][0-9]{{4}}", 7, 1, 4),
}
"""Of a date as text: what it looks like, and where year, month and day begin."""


class SourceClasses:
    """The mapped classes of one binding; `dispose` forgets them."""

    def __init__(self, binding: Binding) -> None:
        self._registry = registry()
        metadata = MetaData()
        self.mappers: Mappers = {table.name: self._mapped(table, metadata, binding.dialect) for table in binding.tables}

    def dispose(self) -> None:
        self._registry.dispose()

    def _mapped(self, bound: BoundTable, metadata: MetaData, dialect: Dialect) -> Any:
        names = dict.fromkeys(
            name for c in bound.columns for name in (c.column, *([c.other] if c.other else [])) if name != bound.key
        )
        names = [*([bound.key] if bound.key else []), *names]
        # Keys apart from names: a column called "metadata" or "id" is then no attribute by itself.
        columns = [Column(quoted_name(name, quote=True), NullType(), key=f"raw_{i}") for i, name in enumerate(names)]
        table = Table(
            quoted_name(bound.table, quote=True),
            metadata,
            *columns,
            schema=quoted_name(bound.space, quote=True) if bound.space else None,
        )
        raw = dict(zip(names, table.columns, strict=True))
        first = next(iter(table.columns))
        same = case((first.is_(None), constant(1)), else_=constant(1))
        properties: dict[str, Any] = {"id": raw[bound.key] if bound.key else column_property(same)}
        for item in bound.columns:
            other = raw[item.other] if item.other else None
            properties[item.attribute] = column_property(_read(item, raw[item.column], other, dialect))
        made = type(str(re.sub(r"\W", "_", bound.name)), (), {})
        key = [raw[bound.key]] if bound.key else list(table.columns)
        return self._registry.map_imperatively(made, table, primary_key=key, properties=properties)


def constant(value: str | int) -> ColumnElement[Any]:
    """A value of ours, or a name, written into the statement."""
    if isinstance(value, int):
        return literal_column(str(value))
    return literal_column("'" + value.replace("'", "''").replace("\x00", "") + "'", String())


def _read(item: BoundColumn, raw: Column[Any], other: Column[Any] | None, dialect: Dialect) -> ColumnElement[Any]:
    match item.form:
        case "plain":
            return raw
        case "text":
            return cast(raw, String)
        case "numeric":
            is_number = func.typeof(raw).in_([constant("integer"), constant("real")])
            return case((is_number, raw), else_=None) if dialect == "sqlite" else cast(raw, Numeric)
        case "numeric_text":
            stripped = func.replace(func.trim(cast(raw, String)), constant(","), constant(""))
            return cast(func.nullif(stripped, constant("")), Double)
        case "comma_text":
            plain = func.replace(func.trim(cast(raw, String)), constant("."), constant(""))
            pointed = func.replace(plain, constant(","), constant("."))
            return cast(func.nullif(pointed, constant("")), Double)
        case "flag":
            return _flag(item, raw)
        case "presence":
            yes, no = item.labels or ("Yes", "No")
            return case((raw.is_(None), constant(no)), else_=constant(yes))
        case "full_name":
            first, last = (func.trim(func.coalesce(cast(part, String), constant(""))) for part in (raw, other))
            return func.nullif(func.trim(first + constant(" ") + last), constant(""))
        case "days_between" | "difference":
            between = _days_between if item.form == "days_between" else _difference
            return between(item, raw, other, dialect)
        case _:
            return _day(item.form, raw, dialect)


def _day(form: Form, raw: Column[Any], dialect: Dialect) -> ColumnElement[Any]:
    return _date(form, raw) if dialect == "sqlite" else _server_date(form, raw)


def _days_between(
    item: BoundColumn, raw: Column[Any], other: Column[Any] | None, dialect: Dialect
) -> ColumnElement[Any]:
    """Whole days from the one date to the other, negative where the other lies before it."""
    if other is None or item.forms is None:
        raise ValueError(f"{item.attribute}: days lie between two dates")
    first, second = (_day(form, column, dialect) for form, column in zip(item.forms, (raw, other), strict=True))
    if dialect == "sqlite":
        return func.julianday(second, type_=Double()) - func.julianday(first, type_=Double())
    return type_coerce(second - first, Integer())


def _difference(item: BoundColumn, raw: Column[Any], other: Column[Any] | None, dialect: Dialect) -> ColumnElement[Any]:
    """What one number is more than the other; NULL where either is none."""
    if other is None or item.forms is None:
        raise ValueError(f"{item.attribute}: a difference is one of two numbers")
    one, less = (
        _read(item.model_copy(update={"form": form}), column, None, dialect)
        for form, column in zip(item.forms, (raw, other), strict=True)
    )
    return type_coerce(one - less, Double())


def _flag(item: BoundColumn, raw: Column[Any]) -> ColumnElement[Any]:
    yes, no = item.labels or ("Yes", "No")
    written = func.lower(cast(raw, String))
    is_yes = or_(*(written == constant(truth.lower()) for truth in item.truths)) if item.truths else written.is_(None)
    return case((raw.is_(None), None), (is_yes, constant(yes)), else_=constant(no))


def _date(form: Form, raw: Column[Any]) -> ColumnElement[Any]:
    """A date in SQLite, which has no type for it; what is none is NULL."""
    if form in ("epoch", "epoch_ms"):
        seconds = raw if form == "epoch" else raw / constant(1000)
        return func.date(seconds, constant("unixepoch"), type_=Date())
    if form not in _SHAPES or form == "iso":
        return func.date(_part(raw, 1, 10), type_=Date())
    _, year, month, day = _SHAPES[form]
    dash = constant("-")
    return func.date(_part(raw, year, 4) + dash + _part(raw, month, 2) + dash + _part(raw, day, 2), type_=Date())


def _server_date(form: Form, raw: Column[Any]) -> ColumnElement[Any]:
    """A date in PostgreSQL. Text is never handed to a conversion that could fail: the 31st of February is the third
    of March, and what does not look like a date is NULL."""
    if form in ("epoch", "epoch_ms"):
        seconds = raw if form == "epoch" else raw / constant(1000)
        return cast(func.timezone(constant("UTC"), func.to_timestamp(seconds)), Date)
    if form == "zoned_moment":
        return cast(func.timezone(constant("UTC"), raw), Date)
    if form not in _SHAPES:
        return cast(raw, Date)
    text = cast(raw, String)
    pattern, year, month, day = _SHAPES[form]
    begins = func.to_date(
        _part(text, year, 4) + constant("-") + _part(text, month, 2), constant("YYYY-MM"), type_=Date()
    )
    days = cast(_part(text, day, 2), Integer) - constant(1)
    return case((text.op("~")(constant(pattern)), type_coerce(begins + days, Date())), else_=None)


def _part(text: ColumnElement[Any], at: int, length: int) -> ColumnElement[str]:
    return func.substr(text, constant(at), constant(length), type_=String())
