"""Amounts of one currency in another, on both databases.

amount × per_euro[other] ÷ per_euro[own], rounded once, half away from zero, to the micro-unit: sums of converted
amounts are sums of integers. PostgreSQL reckons with exact decimals, SQLite with doubles: below a thousand million
major units they agree to the last micro-unit but for ties. The rates of the days that are looked at go into the
statement as one JSON array.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, case, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.selectable import Subquery
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

_MOST_ROWS = 10_000_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """The rates at which amounts become `into`: (currency, day, per euro in it, per euro in `into`), each × 10⁶, for
    every currency and day that amounts may be of."""

    into: str
    rates: tuple[tuple[str, date, int, int], ...]


class _Rows(GenericFunction[Any]):
    """The elements of a JSON array as rows with one column, `value`."""

    name = "smb_json_rows"
    inherit_cache = True


@compiles(_Rows, "sqlite")
def _sqlite_rows(element: _Rows, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_Rows, "postgresql")
def _postgresql_rows(element: _Rows, compiler: SQLCompiler, **kw: Any) -> str:
    return f"jsonb_array_elements(CAST({compiler.process(element.clauses, **kw)} AS JSONB))"


class _Cell(GenericFunction[Any]):
    """A place of a row that is itself an array."""

    name = "smb_json_cell"
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 — SQLAlchemy's documented class attribute
        *GenericFunction._traverse_internals,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] — as its docs show
        ("place", InternalTraversal.dp_plain_obj),
    ]

    def __init__(self, row: ColumnElement[Any], place: int, kind: TypeEngine[Any]) -> None:
        super().__init__(row)
        self.place = place
        self.type = kind


@compiles(_Cell, "sqlite")
def _sqlite_cell(element: _Cell, compiler: SQLCompiler, **kw: Any) -> str:
    # Only a column of the same affinity is indexed on the fly for a join: days are text in SQLite.
    kind = "INTEGER" if isinstance(element.type, BigInteger) else "TEXT"
    return f"CAST(json_extract({compiler.process(element.clauses, **kw)}, '$[{element.place}]') AS {kind})"


@compiles(_Cell, "postgresql")
def _postgresql_cell(element: _Cell, compiler: SQLCompiler, **kw: Any) -> str:
    kind = compiler.dialect.type_compiler_instance.process(element.type)
    return f"CAST({compiler.process(element.clauses, **kw)} ->> {element.place} AS {kind})"


class _Exchanged(GenericFunction[int]):
    """(amount, rate of its own currency, rate of the other)."""

    name = "smb_exchanged"
    type = BigInteger()
    inherit_cache = True


@compiles(_Exchanged, "sqlite")
def _sqlite(element: _Exchanged, compiler: SQLCompiler, **kw: Any) -> str:
    amount, own, other = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(round(CAST({amount} AS REAL) * {other} / {own}) AS INTEGER)"


@compiles(_Exchanged, "postgresql")
def _postgresql(element: _Exchanged, compiler: SQLCompiler, **kw: Any) -> str:
    amount, own, other = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(round(CAST({amount} AS NUMERIC) * {other} / {own}) AS BIGINT)"


def rates_table(exchange: Exchange) -> Subquery:
    """Columns currency, day, own and other: one row at most for a currency and day. The limit keeps SQLite from reading
    the array again for each row that it is joined to."""
    array = json.dumps([(currency, day.isoformat(), own, other) for currency, day, own, other in exchange.rates])
    value = _Rows(bindparam(None, array, String)).table_valued("value").c.value
    cells = (("currency", String()), ("day", String()), ("own", BigInteger()), ("other", BigInteger()))
    return (
        select(*(_Cell(value, place, kind).label(name) for place, (name, kind) in enumerate(cells)))
        .limit(_MOST_ROWS)
        .subquery("rates")
    )


def converted(
    amount: ColumnElement[Any], currency: ColumnElement[str], rates: Subquery, into: str
) -> ColumnElement[Any]:
    """An amount that is in `currency`, in `into`; NULL where there is no rate for its day."""
    return case((currency == into, amount), else_=_Exchanged(amount, rates.c.own, rates.c.other))
