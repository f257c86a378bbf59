"""Runs compiled metric queries and reads what the planner must know of the data: its days, values, sources."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Mapper, aliased

from storage.metrics.model import SemanticModel
from storage.metrics.output import CompiledQuery, OutputColumn
from storage.models.commerce import MetricObservation, Order, OrderLine, Refund
from storage.models.ingestion import FINISHED_BATCH_STATES, Connector, IngestionBatch, RawRecord
from storage.statements import prepared
from storage.tenancy import TenantSession

_BATCHES_BY_STATUS = prepared(
    select(IngestionBatch.status, func.count(), func.max(IngestionBatch.updated_at)).group_by(IngestionBatch.status)
)
_CHANGED_WHAT_IS_SEEN = ("committed", "undoing", "undone")
SQL_SINK = "smb_sql_sink"
"""Execution option: a list that storage.database appends (statement text, parameters) to as they run."""


@dataclass(frozen=True, slots=True)
class MetricRows:
    """What a query gave: values per column, in major units; how many fact rows stood behind all groups."""

    columns: tuple[OutputColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    row_count: int
    sql: str
    parameters: Sequence[Any]
    seconds: float
    keys: tuple[dict[str, str | None], ...] = ()
    """Of each row, what tells apart members of equal name, by dimension; empty where no dimension has such."""


@dataclass(frozen=True, slots=True)
class DataBounds:
    """First and last day with an order, and the currencies of orders and refunds; where these are several, with the
    first and last day of each one's orders. `last_refund` may come after."""

    first: date | None
    last: date | None
    currencies: tuple[str, ...]
    last_refund: date | None = None
    days_of: Mapping[str, tuple[date, date]] = field(default_factory=dict[str, tuple[date, date]])


@dataclass(frozen=True, slots=True)
class SourceSummary:
    id: str
    name: str
    type: str
    last_sync_at: Any
    rows: int
    """Raw records that are in."""
    rejected: int
    """Rows that could not go in."""


class MetricsRepository:
    """Reads of one tenant's figures."""

    def __init__(self, session: TenantSession) -> None:
        self._session = session

    async def run(self, compiled: CompiledQuery) -> MetricRows:
        """Executes the statement. Ratios of nothing come back as None."""
        sink: list[tuple[str, Sequence[Any]]] = []
        started = time.perf_counter()
        result = await self._session.execute(compiled.statement, execution_options={SQL_SINK: sink})
        fetched = result.all()
        seconds = time.perf_counter() - started
        shown = [i for i, column in enumerate(compiled.columns) if column.role not in ("key", "rows")]
        hidden = {column.subject: i for i, column in enumerate(compiled.columns) if column.role == "key"}
        count_at = next(i for i, column in enumerate(compiled.columns) if column.role == "rows")
        rows = tuple(tuple(as_shown(row[i], compiled.columns[i]) for i in shown) for row in fetched)
        sql, parameters = sink[-1] if sink else ("", ())
        return MetricRows(
            columns=tuple(compiled.columns[i] for i in shown),
            rows=rows,
            row_count=int(fetched[0][count_at] or 0) if fetched else 0,
            sql=sql,
            parameters=parameters,
            seconds=seconds,
            keys=tuple({name: row[i] for name, i in hidden.items()} for row in fetched) if hidden else (),
        )

    async def bounds(self) -> DataBounds:
        """The extent of the tenant's orders; None where there are none."""
        first, last = (await self._session.execute(select(func.min(OrderLine.ordered_on), func.max(OrderLine.ordered_on)))).one()  # fmt: skip
        found = {*await self._session.scalars(select(Order.currency).distinct())}
        found |= {*await self._session.scalars(select(Refund.currency).distinct())}
        last_refund = await self._session.scalar(select(func.max(Refund.refunded_on)))
        days = await self._days_of_currencies() if len(found) > 1 else {}
        return DataBounds(first, last, tuple(sorted(found)), last_refund, days)

    async def _days_of_currencies(self) -> dict[str, tuple[date, date]]:
        """The first and last day whose rate amounts of each currency are converted at: that of the order, also of refunds
        that name one."""
        days: dict[str, tuple[date, date]] = {}
        ordered = select(Order.currency, func.min(Order.ordered_on), func.max(Order.ordered_on)).group_by(
            Order.currency
        )
        day = func.coalesce(Order.ordered_on, Refund.refunded_on)
        refunded = (
            select(Refund.currency, func.min(day), func.max(day))
            .outerjoin(Order, Order.id == Refund.order_id)
            .group_by(Refund.currency)
        )
        for statement in (ordered, refunded):
            for currency, first, last in (await self._session.execute(statement)).all():
                known = days.get(currency, (first, last))
                days[currency] = min(first, known[0]), max(last, known[1])
        return days

    async def days_in(self, currency: str, first: date, last: date) -> set[date]:
        """The days from `first` to `last` whose rate amounts of a currency are converted at (see above)."""
        ordered = (
            select(Order.ordered_on).distinct().where(Order.currency == currency, Order.ordered_on.between(first, last))
        )
        day = func.coalesce(Order.ordered_on, Refund.refunded_on)
        refunded = select(day).distinct().select_from(Refund).outerjoin(Order, Order.id == Refund.order_id)
        refunded = refunded.where(Refund.currency == currency, day.between(first, last))
        return {*await self._session.scalars(ordered), *await self._session.scalars(refunded)}

    async def data_version(self) -> str:
        """Changes whenever an import or sync changed what can be seen: the key of everything that is cached."""
        states = (await self._session.execute(_BATCHES_BY_STATUS)).all()
        if all(status in FINISHED_BATCH_STATES for status, _, _ in states):
            self._session.sync_session.all_batches_are_visible()
        seen = [(count, newest) for status, count, newest in states if status in _CHANGED_WHAT_IS_SEEN]
        committed = sum(count for status, count, _ in states if status == "committed")
        return f"{max((newest for _, newest in seen), default=None)}:{committed}:{sum(count for count, _ in seen)}"

    async def values(
        self, model: SemanticModel, mappers: dict[str, Mapper[Any]], dimension: str, *, limit: int = 200_000
    ) -> list[str]:
        """Distinct values of a text dimension, as its own tables hold them."""
        if (fixed := model.fixed_values.get(dimension)) is not None:
            return list(fixed)
        definition = model.dimensions[dimension]
        if definition.of_clock:
            return list(definition.members) if await self._has_times() else []
        found: set[str] = set()
        places = (
            [(definition.entity, path) for path in definition.columns]
            if definition.entity
            else [(name, path) for name, paths in definition.per_entity.items() for path in paths]
        )
        tables: set[tuple[str, str]] = set()
        for entity, path in places:
            *joins, column = path.split(".")
            reached = entity
            for join in joins:
                reached = model.entities[reached].joins[join][1]
            tables.add((model.entities[reached].table, column))
        for table, column in sorted(tables):
            cls = aliased(mappers[table].class_)
            attribute = getattr(cls, column)
            found.update(
                await self._session.scalars(select(attribute).where(attribute.is_not(None)).distinct().limit(limit))
            )
        return sorted(found)

    async def _has_times(self) -> bool:
        """Whether any order came with its time of day."""
        return await self._session.scalar(select(func.max(Order.ordered_minute))) is not None

    async def series_names(self) -> list[str]:
        """Names of the outside daily series that the tenant has."""
        return list(await self._session.scalars(select(MetricObservation.series).distinct().order_by(MetricObservation.series)))  # fmt: skip

    async def sources(self) -> list[SourceSummary]:
        """Every connected source with how many raw records it has given."""
        counts = (
            select(RawRecord.connector_id, func.count().label("rows"))
            .join(IngestionBatch, IngestionBatch.id == RawRecord.batch_id)
            .where(IngestionBatch.status == "committed")
            .group_by(RawRecord.connector_id)
            .subquery()
        )
        refused = (
            select(IngestionBatch.connector_id, func.sum(IngestionBatch.rejected).label("rows"))
            .where(IngestionBatch.status == "committed")
            .group_by(IngestionBatch.connector_id)
            .subquery()
        )
        statement = (
            select(
                Connector.id,
                Connector.name,
                Connector.type,
                Connector.last_sync_at,
                func.coalesce(counts.c.rows, 0),
                func.coalesce(refused.c.rows, 0),
            )
            .outerjoin(counts, counts.c.connector_id == Connector.id)
            .outerjoin(refused, refused.c.connector_id == Connector.id)
            .order_by(Connector.created_at)
        )
        return [SourceSummary(*row) for row in (await self._session.execute(statement)).all()]


def as_shown(raw: Any, column: OutputColumn) -> Any:
    """A value of a row in major units and plain numbers, as it is shown."""
    if column.members and raw is not None:
        return column.members[int(raw)]
    if raw is None or column.role in ("dimension", "time", "period"):
        return raw
    if column.role in ("share", "change_pct"):
        return float(raw)
    if column.micros:
        return float(Decimal(str(raw)).scaleb(-6 * column.micros))
    if isinstance(raw, Decimal):
        return int(raw) if raw == raw.to_integral_value() else float(raw)
    return raw
