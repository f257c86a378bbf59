"""Texts that a question may name, tallied as imports come and go: what there is of them is known without a look at the
facts, and what a change brought or took away without a look at all that stayed."""

import hashlib
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Label, case, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.models.commerce import Address, Customer, Order, OrderLine, Product, Refund, Transaction
from storage.models.ingestion import VISIBLE_BATCH_STATES, BatchChange, IngestionBatch
from storage.models.tallies import ValueTally, ValueTallyState
from storage.repositories.base import Repository

_Columns = tuple[InstrumentedAttribute[Any] | Label[Any], ...]
_TIMED: Final[Label[Any]] = case((Order.ordered_minute.is_not(None), "known")).label("ordered_minute")
"""Whether an order came with its time of day: how many did at each minute nobody asks here."""
TALLIED: Final[dict[type[Any], _Columns]] = {
    Address: (Address.city, Address.state, Address.region, Address.country),
    Customer: (Customer.name, Customer.company, Customer.email, Customer.segment),
    Product: (Product.title, Product.sku, Product.category, Product.subcategory, Product.brand, Product.supplier),
    Order: (
        Order.channel,
        Order.salesperson,
        Order.ship_method,
        Order.payment_method,
        Order.status,
        Order.currency,
        _TIMED,
    ),
    OrderLine: (OrderLine.title, OrderLine.sku),
    Refund: (Refund.title, Refund.reason, Refund.currency),
    Transaction: (
        Transaction.account,
        Transaction.category,
        Transaction.counterparty,
        Transaction.status,
        Transaction.currency,
    ),
}
_MODELS: Final = {model.__tablename__: model for model in TALLIED}
_ROWS_AT_ONCE: Final = 10_000
_CHANGES_AT_ONCE: Final = 2_000
_KEYS_AT_ONCE: Final = 900
_SMALL: Final = 20_000
"""Rows of changes below which they are not worth being summed up."""

Tallies = Counter[tuple[str, str]]
"""Source and text → rows."""


def source(model: type[Any], column: InstrumentedAttribute[Any] | Label[Any]) -> str:
    """The name that a column is tallied by."""
    return f"{model.__name__}.{column.key}"


CURRENCIES: Final = frozenset((source(Order, Order.currency), source(Refund, Refund.currency)))
TIMES_OF_DAY: Final = source(Order, _TIMED)
TALLIED_SOURCES: Final = frozenset(source(model, column) for model, columns in TALLIED.items() for column in columns)
TITLES_OF_WHOLES: Final = frozenset((source(OrderLine, OrderLine.merged_title), source(Refund, Refund.merged_title)))
"""Not tallied: what stands for several products bears the title of one of them, which is."""
_COLUMNS: Final = hashlib.sha256(" ".join(sorted(TALLIED_SOURCES)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Step:
    """Changes `first` to `last` together are what can be seen now."""

    first: int
    last: int


class TallyRepository(Repository):
    """Whoever makes an import's rows visible or takes them back does so inside of `showing` or `hiding`, with the tenant
    locked. Rows that come in another way make the tallies out of date; they are made anew with the next import."""

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    async def step(self) -> Step | None:
        """How far the tallies go; None where they are not those of what can be seen now."""
        state = await self._state()
        if state is None or state.columns != _COLUMNS or state.counted != await self._visible():
            return None
        return Step(state.first, state.last)

    async def changes(self, after: int = 0) -> AsyncIterator[tuple[str, str, int]]:
        """Source, text and how many rows more or less hold it, in all changes with a higher number."""
        times = func.sum(ValueTally.times)
        statement = (
            select(ValueTally.source, ValueTally.text, times)
            .where(ValueTally.number > after)
            .group_by(ValueTally.source, ValueTally.text)
            .having(times != 0)
        )
        found = await self.session.stream(statement)
        async for rows in found.partitions(_ROWS_AT_ONCE):
            for name, text, count in rows:
                yield name, text, int(count)

    async def _state(self) -> ValueTallyState | None:
        return await self.session.scalar(select(ValueTallyState))

    async def _visible(self) -> str:
        statement = select(func.count(), func.max(IngestionBatch.committed_at)).select_from(IngestionBatch)
        count, newest = (
            await self.session.execute(statement.where(IngestionBatch.status.in_(VISIBLE_BATCH_STATES)))
        ).one()
        return f"{count}:{newest}"

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def showing(self, batch_id: str) -> AsyncGenerator[None]:
        """Tallies what changes by what is done inside: a batch's changes are made, its rows become visible."""
        if await self.step() is None:
            yield
            await self.tally_anew()
            return
        touched = await self._touched(batch_id)
        with self._including(batch_id):
            change = await self._rows_of(batch_id)
            change.subtract(await self._held(touched))
        yield
        with self._including(batch_id):
            change.update(await self._held(touched))
        await self._add(change)

    @asynccontextmanager
    async def hiding(self, batch_id: str) -> AsyncGenerator[None]:
        """The same where a batch's changes are put back and its rows, but for those that others need, taken away."""
        if await self.step() is None:
            yield
            await self.tally_anew()
            return
        touched = await self._touched(batch_id)
        with self._including(batch_id):
            change = Tallies()
            change.subtract(await self._held(touched))
        yield
        with self._including(batch_id):
            change.update(await self._held(touched))
            change.subtract(await self._rows_of(batch_id))
        await self._add(change)

    async def tally_anew(self) -> None:
        """Counts all that can be seen."""
        state = await self._state()
        number = state.last + 1 if state is not None else 1
        await self.session.execute(delete(ValueTally).execution_options(synchronize_session=False))
        await self._write(number, number, await self._rows_of(None))

    async def _add(self, change: Tallies) -> None:
        state = await self._state()
        assert state is not None  # noqa: S101 - there was a step
        change = Tallies({key: times for key, times in change.items() if times})
        size = state.size + len(change)
        if size > 2 * max(state.size_at_first, _SMALL):
            sums = Tallies({(name, text): times async for name, text, times in self.changes()})
            sums.update(change)
            await self.session.execute(delete(ValueTally).execution_options(synchronize_session=False))
            await self._write(state.last + 1, state.last + 1, Tallies({key: n for key, n in sums.items() if n}))
            return
        await self._write(state.first, state.last + 1, change, state.size_at_first, size)

    async def _write(
        self, first: int, last: int, tallies: Tallies, size_at_first: int | None = None, size: int | None = None
    ) -> None:
        rows = (
            {"number": last, "place": place, "source": name, "text": text, "times": times}
            for place, ((name, text), times) in enumerate(tallies.items())
        )
        while part := list(islice(rows, _ROWS_AT_ONCE)):
            await self.session.bulk_insert(ValueTally, part)
        await self.session.execute(delete(ValueTallyState).execution_options(synchronize_session=False))
        state = {
            "first": first,
            "last": last,
            "counted": await self._visible(),
            "columns": _COLUMNS,
            "size_at_first": len(tallies) if size_at_first is None else size_at_first,
            "size": len(tallies) if size is None else size,
        }
        await self.session.bulk_insert(ValueTallyState, [state])

    # ── counting ─────────────────────────────────────────────────────────────────────────────────────────

    async def _rows_of(self, batch_id: str | None) -> Tallies:
        """What the rows hold that a batch made, or all that can be seen."""
        tallies = Tallies()
        for model, columns in TALLIED.items():
            names = [source(model, column) for column in columns]
            statement = select(*columns, func.count()).group_by(*columns)
            if batch_id is not None:
                statement = statement.where(model.created_by_batch_id == batch_id)
            found = await self.session.stream(statement)
            async for rows in found.partitions(_ROWS_AT_ONCE):
                _count(tallies, names, rows)
        return tallies

    async def _touched(self, batch_id: str) -> dict[type[Any], set[str]]:
        """Rows in which a batch changes what is tallied, or which it takes away."""
        touched: dict[type[Any], set[str]] = {}
        after = ""
        statement = (
            select(BatchChange.id, BatchChange.unified_type, BatchChange.unified_id, BatchChange.before, BatchChange.after)
            .where(BatchChange.batch_id == batch_id, BatchChange.unified_type.in_(_MODELS))
            .order_by(BatchChange.id)
            .limit(_CHANGES_AT_ONCE)
        )  # fmt: skip
        while found := (await self.session.execute(statement.where(BatchChange.id > after))).all():
            for _, table, id_, before, now in found:
                model = _MODELS[table]
                if not now or any(column.key in before or column.key in now for column in TALLIED[model]):
                    touched.setdefault(model, set()).add(id_)
            after = found[-1][0]
        return touched

    async def _held(self, touched: Mapping[type[Any], set[str]]) -> Tallies:
        """What some rows hold, as far as they can be seen."""
        tallies = Tallies()
        for model, ids in touched.items():
            columns = TALLIED[model]
            names, left = [source(model, column) for column in columns], iter(ids)
            while part := list(islice(left, _KEYS_AT_ONCE)):
                statement = select(*columns, func.count()).where(model.id.in_(part)).group_by(*columns)
                _count(tallies, names, (await self.session.execute(statement)).all())
        return tallies

    @contextmanager
    def _including(self, batch_id: str) -> Generator[None]:
        scope = self.session.scope
        before, scope.shown_batch_id = scope.shown_batch_id, batch_id
        try:
            yield
        finally:
            scope.shown_batch_id = before


def _count(tallies: Tallies, names: list[str], rows: Iterable[Any]) -> None:
    for *texts, times in rows:
        for name, text in zip(names, texts, strict=True):
            if text is not None:
                tallies[name, text] += times
