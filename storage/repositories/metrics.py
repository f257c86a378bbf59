"""Runs compiled metric queries and reads what the planner must know of the data: its days, values, sources."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from storage.metrics.model import Mappers, SemanticModel
from storage.metrics.output import CompiledQuery, OutputColumn
from storage.models.commerce import (
    MetricObservation,
    Order,
    OrderLine,
    Product,
    ProductVariant,
    Refund,
    StockLevel,
    Transaction,
)
from storage.models.ingestion import FINISHED_BATCH_STATES, Connector, IngestionBatch, RawRecord
from storage.statements import prepared
from storage.tenancy import TenantSession

_BATCHES_BY_STATUS = prepared(
    select(IngestionBatch.status, func.count(), func.max(IngestionBatch.updated_at)).group_by(IngestionBatch.status)
)
_CHANGED_WHAT_IS_SEEN = ("committed", "undoing", "undone")
_KEYS_AT_ONCE = 900
SQL_SINK = "smb_sql_sink"
"""Execution option: a list that storage.database appends (statement text, parameters) to as they run."""
Fact = Literal["orders", "transactions"]
"""What figures can be made of; refunds go with their orders."""


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


Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Extent:
    """First and last day of transactions, their currencies, and the first and last day of those in each."""

    first: date
    last: date
    days_of: Mapping[str, Days]


@dataclass(frozen=True, slots=True)
class DataBounds:
    """First and last day with an order, and the currencies of orders and refunds; where these are several, with the
    first and last day of each one's orders. `last_refund` may come after. `transactions` are told by themselves."""

    first: date | None
    last: date | None
    currencies: tuple[str, ...]
    last_refund: date | None = None
    days_of: Mapping[str, Days] = field(default_factory=dict[str, Days])
    transactions: Extent | None = None
    of: frozenset[Fact] = frozenset(["orders"])
    """What these bounds are the bounds of."""

    def seen_from(self, facts: frozenset[Fact]) -> "DataBounds":
        """The bounds for figures that are made of these facts: of transactions alone, or of transactions too."""
        money = self.transactions
        if money is None or "transactions" not in facts:
            return self
        if "orders" not in facts or self.first is None or self.last is None:
            days_of, first, last = dict(money.days_of), money.first, money.last
        else:
            first, last = min(self.first, money.first), max(self.last, money.last)
            days_of = {one: self.days_of.get(one, (self.first, self.last)) for one in self.currencies}
            for currency, (start, end) in money.days_of.items():
                known = days_of.get(currency, (start, end))
                days_of[currency] = min(start, known[0]), max(end, known[1])
        return replace(self, first=first, last=last, currencies=tuple(sorted(days_of)), days_of=days_of, of=facts)


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

    async def bounds(self, currencies: Iterable[str] | None = None) -> DataBounds:
        """The extent of the tenant's orders; None where there are none. `currencies` are those of its orders and refunds,
        where they are known: else all of these are read."""
        # Each by itself: an index tells the least or the greatest at once, but not both together.
        first = await self._session.scalar(select(func.min(OrderLine.ordered_on)))
        last = await self._session.scalar(select(func.max(OrderLine.ordered_on)))
        found = {*currencies} if currencies is not None else await self._currencies()
        last_refund = await self._session.scalar(select(func.max(Refund.refunded_on)))
        days = await self._days_of_currencies() if len(found) > 1 else {}
        return DataBounds(first, last, tuple(sorted(found)), last_refund, days, await self._transactions())

    async def _transactions(self) -> Extent | None:
        day = Transaction.occurred_on
        found = select(Transaction.currency, func.min(day), func.max(day)).group_by(Transaction.currency)
        days = {currency: (first, last) for currency, first, last in (await self._session.execute(found)).all()}
        if not days:
            return None
        return Extent(min(first for first, _ in days.values()), max(last for _, last in days.values()), days)

    async def _currencies(self) -> set[str]:
        columns = (Order.currency, Refund.currency)
        return {one for column in columns for one in await self._session.scalars(select(column).distinct())}

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

    async def days_in(self, currency: str, first: date, last: date, of: frozenset[Fact]) -> set[date]:
        """The days from `first` to `last` whose rate amounts of a currency are converted at (see above)."""
        days = await self._days_of_orders(currency, first, last) if "orders" in of else set[date]()
        if "transactions" in of:
            day = Transaction.occurred_on
            moved = select(day).distinct().where(Transaction.currency == currency, day.between(first, last))
            days |= {*await self._session.scalars(moved)}
        return days

    async def _days_of_orders(self, currency: str, first: date, last: date) -> set[date]:
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

    async def values(self, model: SemanticModel, mappers: Mappers, dimension: str) -> list[str]:
        """Distinct values of a text dimension, as its own tables hold them: read from all their rows."""
        if (fixed := model.fixed_values.get(dimension)) is not None:
            return list(fixed)
        definition = model.dimensions[dimension]
        if definition.of_clock:
            return list(definition.members) if await self._has_times() else []
        found: set[str] = set()
        for table, column in sorted(model.columns_of(dimension)):
            cls = aliased(mappers[table].class_)
            attribute = getattr(cls, column)
            found.update(await self._session.scalars(select(attribute).where(attribute.is_not(None)).distinct()))
        return sorted(found)

    async def _has_times(self) -> bool:
        """Whether any order came with its time of day."""
        return await self._session.scalar(select(func.max(Order.ordered_minute))) is not None

    async def orders_called(self, spellings: Sequence[str]) -> list[tuple[str, str]]:
        """Number and status of the orders that bear one of these numbers, which an index tells."""
        found = select(Order.number, Order.status).distinct().where(Order.number.in_(spellings))
        return [(number, status) for number, status in (await self._session.execute(found)).all() if number]

    async def variants_of(self, products: Sequence[str], categories: Sequence[str]) -> dict[str, list[str]]:
        """Product → the names of its variants, of products of these titles or in these categories."""
        found = select(Product.title, ProductVariant.title).join(
            ProductVariant, ProductVariant.product_id == Product.id
        )
        found = found.where(or_(Product.title.in_(products), Product.category.in_(categories)))
        variants: dict[str, list[str]] = {}
        for product, title in (await self._session.execute(found)).all():
            variants.setdefault(product, []).append(title or "")
        return variants

    async def shown_titles(self, titles: Sequence[str]) -> list[str]:
        """The titles of products that stand for others which are called so in their sources."""
        shown = aliased(Product)
        found = select(shown.title).join(Product, Product.merged_into_id == shown.id).where(Product.title.in_(titles))
        return list(await self._session.scalars(found.distinct().order_by(shown.title)))

    async def series_names(self) -> list[str]:
        """Names of the outside daily series that the tenant has."""
        return list(await self._session.scalars(select(MetricObservation.series).distinct().order_by(MetricObservation.series)))  # fmt: skip

    async def has_stock(self) -> bool:
        """Whether anything in stock was ever counted."""
        return await self._session.scalar(select(StockLevel.id).limit(1)) is not None

    async def transaction_kinds(self) -> frozenset[str]:
        """The kinds of the tenant's transactions."""
        return frozenset(await self._session.scalars(select(Transaction.kind).distinct()))

    async def sources(self, counted: dict[str, int]) -> list[SourceSummary]:
        """Every connected source with how many raw records it has given. `counted` has the raw records of committed batches
        that were counted before, and gets those of the others: a batch that is in gets no more of them."""
        batches = select(IngestionBatch.id, IngestionBatch.connector_id, IngestionBatch.rejected)
        committed = (await self._session.execute(batches.where(IngestionBatch.status == "committed"))).all()
        new = [id_ for id_, _, _ in committed if id_ not in counted]
        for at in range(0, len(new), _KEYS_AT_ONCE):
            part = new[at : at + _KEYS_AT_ONCE]
            rows = select(RawRecord.batch_id, func.count()).where(RawRecord.batch_id.in_(part))
            counted.update(dict.fromkeys(part, 0))
            counted.update((await self._session.execute(rows.group_by(RawRecord.batch_id))).all())
        given, refused = Counter[str | None](), Counter[str | None]()
        for id_, connector_id, rejected in committed:
            given[connector_id] += counted[id_]
            refused[connector_id] += rejected
        columns = (Connector.id, Connector.name, Connector.type, Connector.last_sync_at)
        connectors = (await self._session.execute(select(*columns).order_by(Connector.created_at))).all()
        return [
            SourceSummary(id_, name, type_, last_sync_at, given[id_], refused[id_])
            for id_, name, type_, last_sync_at in connectors
        ]


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
