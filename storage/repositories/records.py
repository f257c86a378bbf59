"""Reads the records behind a figure, and where they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from storage.metrics.records import CompiledList, Measure
from storage.models.ingestion import Connector, IngestionBatch
from storage.repositories.metrics import SQL_SINK
from storage.tenancy import TenantSession


@dataclass(frozen=True, slots=True)
class Origin:
    """An import or sync, and how many of the records came in with it."""

    batch_id: str
    connector_id: str | None
    name: str
    type: str
    filename: str | None
    committed_at: datetime | None
    records: int
    rejected: int
    """Rows of the same import that could not go in: they stand behind no figure."""


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """`rows` of a list, the `records` behind them, how many of the same cut count for nothing (`idle`), the raw total of
    each base metric, and of how many records each dimension is not known."""

    rows: int
    records: int
    idle: int
    totals: dict[str, Any]
    unknown: dict[str, int]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Values per column of the list, raw."""

    rows: Sequence[Sequence[Any]]
    sql: str
    parameters: Sequence[Any]


class RecordsRepository:
    """Reads of one tenant's records."""

    def __init__(self, session: TenantSession) -> None:
        self._session = session

    async def page(self, compiled: CompiledList, limit: int, offset: int) -> RecordPage:
        sink: list[tuple[str, Sequence[Any]]] = []
        statement = compiled.page.limit(limit).offset(offset)
        found = (await self._session.execute(statement, execution_options={SQL_SINK: sink})).all()
        sql, parameters = sink[-1] if sink else ("", ())
        return RecordPage([tuple(row) for row in found], sql, parameters)

    async def summary(self, compiled: CompiledList) -> RecordSummary:
        found: list[Any] = list((await self._session.execute(compiled.summary)).one())
        rows, records, idle, *rest = found
        count = len(compiled.measures)
        return RecordSummary(
            rows=int(rows or 0),
            records=int(records or 0),
            idle=int(idle or 0),
            totals={one.metric: _total(one, raw) for one, raw in zip(compiled.measures, rest[:count], strict=True)},
            unknown={name: int(raw or 0) for name, raw in zip(compiled.dimensions, rest[count:], strict=True)},
        )

    async def origins(self, compiled: CompiledList) -> list[Origin]:
        """The most records first; rows that no import made are left out."""
        if compiled.origins is None:
            return []
        grouped = [tuple(row) for row in (await self._session.execute(compiled.origins)).all()]
        counts: dict[str, int] = {str(row[0]): int(row[1]) for row in grouped if row[0]}
        statement = (
            select(
                IngestionBatch.id,
                IngestionBatch.connector_id,
                Connector.name,
                Connector.type,
                IngestionBatch.filename,
                IngestionBatch.committed_at,
                IngestionBatch.rejected,
            )
            .outerjoin(Connector, Connector.id == IngestionBatch.connector_id)
            .where(IngestionBatch.id.in_(counts))
        )
        found = [
            Origin(batch, connector, name or filename or "", kind or "file", filename, at, counts[batch], rejected)
            for batch, connector, name, kind, filename, at, rejected in (await self._session.execute(statement)).all()
        ]
        return sorted(found, key=lambda one: (-one.records, one.batch_id))


def _total(measure: Measure, raw: Any) -> Any:
    """A sum of nothing is nothing; a mean of nothing is not known."""
    if raw is None:
        return 0 if measure.how == "sum" else None
    if isinstance(raw, str) and measure.how in ("first", "last"):
        return date.fromisoformat(raw)
    return int(raw) if isinstance(raw, Decimal) and raw == raw.to_integral_value() else raw
