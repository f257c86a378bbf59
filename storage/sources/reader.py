"""Asks a database that is not ours: compiled metric queries, the values of its dimensions, the extent of its dates."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.model import Mappers, SemanticModel
from storage.metrics.output import CompiledQuery
from storage.repositories.metrics import MetricRows, as_shown
from storage.sources.catalogue import SourceCatalogue
from storage.sources.connection import Address, opened
from storage.sources.introspection import SECONDS, introspect

MOST_ROWS = 10_000
MOST_VALUES = 5_000
"""Values of one dimension that questions are matched with, the most frequent."""
LONGEST_VALUE = 200
_DECIMALS = 6
_DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}


@dataclass(frozen=True, slots=True)
class Extent:
    """First and last day of each entity that has dates."""

    first: date | None
    last: date | None


async def look_at(address: Address, *, seconds: float = SECONDS) -> SourceCatalogue:
    """The catalogue of a database. Raises UNAVAILABLE or TIMEOUT."""
    async with opened(address) as connection:
        return await connection.run_sync(lambda sync: introspect(sync, seconds=seconds))


class SourceReader:
    """Reads one source through one connection, by one semantic model."""

    def __init__(self, connection: AsyncConnection, model: SemanticModel, mappers: Mappers) -> None:
        self._connection = connection
        self._model = model
        self._mappers = mappers

    async def run(self, compiled: CompiledQuery) -> MetricRows:
        """Like MetricsRepository.run. Raises TOO_LARGE beyond MOST_ROWS rows."""
        started = time.perf_counter()
        result = await self._connection.execute(compiled.statement.limit(_limit(compiled.statement)))
        fetched = result.all()
        if len(fetched) > MOST_ROWS:
            raise CopilotError(ErrorKind.TOO_LARGE, f"That would be more than {MOST_ROWS:,} rows.", hint="Ask for the first few, or for fewer groups.")  # fmt: skip
        shown = [i for i, column in enumerate(compiled.columns) if column.role not in ("key", "rows")]
        count_at = next(i for i, column in enumerate(compiled.columns) if column.role == "rows")
        rows = tuple(tuple(_rounded(as_shown(row[i], compiled.columns[i])) for i in shown) for row in fetched)
        return MetricRows(
            columns=tuple(compiled.columns[i] for i in shown),
            rows=rows,
            row_count=int(fetched[0][count_at] or 0) if fetched else 0,
            sql=self._text(compiled.statement),
            parameters=(),
            seconds=time.perf_counter() - started,
        )

    def _text(self, statement: Select[Any]) -> str:
        """The statement with its values written in, for a person to read."""
        dialect = _DIALECTS[self._connection.dialect.name]
        return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

    async def values(self) -> dict[str, list[str]]:
        """The most frequent values of every linked dimension. A column is read once, in however many roles it is seen."""
        found: dict[str, list[str]] = {}
        read: dict[tuple[str, str], list[str]] = {}
        for name, dimension in self._model.dimensions.items():
            if dimension.values != "linked" or dimension.entity is None:
                continue
            place = (self._model.entities[dimension.entity].table, dimension.columns[0])
            if place not in read:
                read[place] = await self._values_of(*place)
            found[name] = read[place]
        return found

    async def values_in(self, places: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
        """The most frequent values of single columns: name → (table, attribute)."""
        return {name: await self._values_of(*place) for name, place in places.items()}

    async def _values_of(self, table: str, attribute: str) -> list[str]:
        column = getattr(aliased(self._mappers[table].class_), attribute)
        counted = select(column, func.count().label("n")).where(column.is_not(None)).group_by(column)
        statement = counted.order_by(func.count().desc(), column).limit(MOST_VALUES)
        texts = (str(row[0]) for row in (await self._connection.execute(statement)).all())
        return [text for text in texts if text.strip() and len(text) <= LONGEST_VALUE]

    async def extents(self) -> Mapping[str, Extent]:
        """By entity. What has no day of its own has the extent of what it belongs to."""
        found: dict[str, Extent] = {}
        read: dict[tuple[str, str], Extent] = {}
        for name, entity in self._model.entities.items():
            if entity.time is None:
                continue
            *joins, attribute = entity.time.split(".")
            reached = entity
            for join in joins:
                reached = self._model.entities[reached.joins[join][1]]
            place = (reached.table, attribute)
            if place not in read:
                day = getattr(aliased(self._mappers[reached.table].class_), attribute)
                first, last = (await self._connection.execute(select(func.min(day), func.max(day)))).one()
                read[place] = Extent(first, last)
            found[name] = read[place]
        return found


def _limit(statement: Select[Any]) -> int:
    """The limit that was asked, and no more than one row beyond what is shown: that row tells that there are more."""
    asked = statement._limit  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] — SQLAlchemy has no other way to ask
    return MOST_ROWS + 1 if asked is None else min(asked, MOST_ROWS + 1)


def _rounded(value: Any) -> Any:
    """Sums of binary fractions end in noise: 0.1 + 0.2 is shown as 0.3."""
    if isinstance(value, float):
        return round(value, _DECIMALS)
    return float(value) if isinstance(value, Decimal) else value
