"""Kept sums of facts: which months they stand for, what takes that away from a month, and how one is kept anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.metrics.buckets import bucket, first_day
from storage.metrics.rollup import Coverage, next_month
from storage.models.commerce import Address, Customer, Order, OrderLine, Product, Refund
from storage.models.ingestion import BatchChange
from storage.models.rollup import RollupMonth, RollupRow
from storage.repositories.base import Repository, parts
from storage.statements import prepared

_DAYS: Final[dict[type[Any], Any]] = {
    OrderLine: OrderLine.ordered_on,
    Order: Order.ordered_on,
    Refund: Refund.refunded_on,
}
"""Facts, and the day that each counts on."""
_RESTING_ON: Final[dict[str, tuple[tuple[type[Any], InstrumentedAttribute[Any]], ...]]] = {
    OrderLine.__tablename__: ((OrderLine, OrderLine.id), (Refund, Refund.order_line_id)),
    Refund.__tablename__: ((Refund, Refund.id),),
    Order.__tablename__: ((Order, Order.id), (Refund, Refund.order_id)),
    Product.__tablename__: ((OrderLine, OrderLine.product_id), (Refund, Refund.product_id)),
    Customer.__tablename__: ((Order, Order.customer_id), (Refund, Refund.customer_id)),
}
"""A table, and the facts whose sums another value in one of its rows may change. A line's day is its order's."""
_CHANGES_AT_ONCE: Final = 2_000
_MOST_THINGS: Final = 20_000
"""Changed rows beyond which no month is looked for: all are kept anew."""
_MONTHS = prepared(select(RollupMonth.month, RollupMonth.definition, RollupMonth.last_day).order_by(RollupMonth.month))


@dataclass(slots=True)
class _Touched:
    """What a batch changed in rows that were there before it."""

    days: set[date] = field(default_factory=set[date])
    things: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    everything: bool = False

    def note(self, change: BatchChange) -> None:
        table = change.unified_type
        if table == Address.__tablename__:
            self.everything = True
        for model, day in _DAYS.items():
            if table == model.__tablename__:
                told = (values.get(day.key) for values in (change.before, change.after))
                self.days.update(date.fromisoformat(value) for value in told if value)
        if table in _RESTING_ON:
            self.things.setdefault(table, set()).add(change.unified_id)
            self.everything |= len(self.things[table]) > _MOST_THINGS


class RollupRepository(Repository):
    """A month is kept as of the moment its row is written; whoever changes what can be seen takes the row away in the
    same transaction."""

    async def coverage(self, definition: str) -> Coverage:
        """The months that sums of this definition stand for."""
        rows = (await self.session.execute(_MONTHS)).all()
        kept = [(month, last) for month, told, last in rows if told == definition]
        return Coverage(tuple(month for month, _ in kept), kept[-1][1] if kept else None)

    async def bounds(self) -> tuple[date, date] | None:
        """The first and last day with a fact; None where there is none."""
        days: list[date] = []
        for model, day in _DAYS.items():
            first, last = (await self.session.execute(select(func.min(day), func.max(day)).select_from(model))).one()
            days += [first, last] if first is not None else []
        return (min(days), max(days)) if days else None

    async def is_worth(self, lines: int) -> bool:
        """Whether there are so many order lines."""
        found = await self.session.scalar(
            select(func.count()).select_from(select(OrderLine.id).limit(lines).subquery())
        )
        return (found or 0) >= lines

    async def forget(self, batch_id: str) -> None:
        """No longer counts on the sums of months in which a batch makes, changes or hides a fact. Called by whoever makes
        its rows visible or takes them back, in that transaction and with the tenant locked, while its rows can be seen
        and its changes are on record."""
        if not await self.session.scalar(select(RollupMonth.id).limit(1)):
            return
        touched = await self._touched(batch_id)
        statement = delete(RollupMonth).execution_options(synchronize_session=False)
        if touched.everything:
            await self.session.execute(statement)
            return
        months = {first_day(day, "month", 1) for day in touched.days}
        for model, day in _DAYS.items():
            month = bucket(day, "month", 1)
            own = select(month).where(model.created_by_batch_id == batch_id).distinct()
            months.update(await self.session.scalars(own))
        months |= await self._months_of(touched.things)
        await self._forget(months)

    async def forget_things(self, things: Mapping[str, set[str]]) -> None:
        """The same where rows of these tables were merged or parted, or an order turned out to be another's: by the name
        of the table."""
        if not await self.session.scalar(select(RollupMonth.id).limit(1)):
            return
        if any(len(ids) > _MOST_THINGS for ids in things.values()):
            await self.session.execute(delete(RollupMonth).execution_options(synchronize_session=False))
            return
        await self._forget(await self._months_of(things))

    async def _forget(self, months: set[date]) -> None:
        statement = delete(RollupMonth).execution_options(synchronize_session=False)
        for part in parts(sorted(months)):
            await self.session.execute(statement.where(RollupMonth.month.in_(part)))

    async def _months_of(self, things: Mapping[str, set[str]]) -> set[date]:
        """In which these things have facts."""
        months: set[date] = set()
        for table, ids in things.items():
            for fact, key in _RESTING_ON[table]:
                month = bucket(_DAYS[fact], "month", 1)
                for part in parts(sorted(ids)):
                    months.update(await self.session.scalars(select(month).where(key.in_(part)).distinct()))
        return months

    async def _touched(self, batch_id: str) -> _Touched:
        touched, after = _Touched(), ""
        while not touched.everything:
            changes = list(
                await self.session.scalars(
                    select(BatchChange)
                    .where(BatchChange.batch_id == batch_id, BatchChange.id > after)
                    .order_by(BatchChange.id)
                    .limit(_CHANGES_AT_ONCE)
                )
            )
            if not changes:
                break
            for change in changes:
                touched.note(change)
            after = changes[-1].id
        return touched

    async def sums(self, statement: Select[Any]) -> list[dict[str, Any]]:
        """The rows of a cube's statement (see storage.metrics.sums)."""
        return [dict(row) for row in (await self.session.execute(statement)).mappings()]

    async def keep(self, month: date, definition: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Puts these rows in the place of what was kept of a month, which counts from now on."""
        for model, within in (
            (RollupRow, (RollupRow.at >= month, RollupRow.at < next_month(month))),
            (RollupMonth, (RollupMonth.month == month,)),
        ):
            await self.session.execute(delete(model).where(*within).execution_options(synchronize_session=False))
        await self.session.bulk_insert(RollupRow, rows)
        last = max((row["at"] for row in rows if row["cube"].endswith("/day")), default=None)
        kept = {"month": month, "definition": definition, "last_day": last}
        await self.session.bulk_insert(RollupMonth, [kept])
