"""The figures that are looked at: a few SELECTs through the one compiler, each over all members of a dimension at once."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from storage.metrics.buckets import first_day
from storage.metrics.query import Filter, MetricQuery, OrderBy, TimeRange
from storage.uow import ReadUnitOfWork
from tools.insights.engine import STRETCH, Panel, Series, SeriesGrain, Spread
from tools.query.service import Basis
from tools.query.stretches import cut_at

SALES = "revenue"
WATCHED = (SALES, "orders", "units", "average_order_value", "refunds", "refund_rate", "discount_rate", "profit_margin")
_DAILY = (SALES, "orders")
_SMALL = ("category", "channel", "country", "segment", "salesperson", "supplier", "brand")
_LARGE = {"product": "product_count", "customer": "customers"}
"""Dimensions of which only the largest members are looked at, and what counts all of them."""
_MOST_SMALL, _MOST_MEMBERS, _LARGEST, _MOST_OWN = 5, 30, 40, 8
_DAYS, _WEEKS, _MONTHS = 560, 156, 60
"""How far back each series reaches at most."""
_RECENT_DAYS = 7
_YEAR = 52
_SECONDS = 15.0
"""After which no more dimensions are begun."""


@dataclass(slots=True)
class Gathered:
    """`until`: the first day that is not known whole. `currency`: of all money in it. `is_cut`: whether it took too long to
    look at all."""

    until: date
    currency: str | None
    panel: Panel = field(default_factory=Panel)
    weeks: int = 0
    notes: list[str] = field(default_factory=list[str])
    is_cut: bool = False


class Gatherer:
    """Reads the figures of one tenant as of one day."""

    def __init__(self, uow: ReadUnitOfWork, basis: Basis, own: Sequence[str] = ()) -> None:
        """`own`: metrics of the tenant's own."""
        self._uow = uow
        self._basis = basis
        self._own = own
        self._filters: tuple[Filter, ...] = ()
        self._started = time.perf_counter()

    async def gather(self) -> Gathered:
        """All series and spreads that there is data for. Nothing but an empty panel where there is none."""
        first, today = self._basis.knowledge.bounds.first, self._basis.days.today
        found = Gathered(today, self._in_one_currency())
        if first is None or first >= today:
            return found
        if len(self._basis.knowledge.bounds.currencies) > 1:
            found.notes.append(f"Only orders in {found.currency} are looked at: amounts are not converted.")
        daily = await self._over_time("day", _DAILY, max(first, today - timedelta(days=_DAYS)), today)
        found.until = known_until([series.values for series in daily], daily[0].starts, today)
        if found.until < today:
            found.notes.append(
                f"The data ends on {_said(found.until - timedelta(days=1))}: that is as far as this looks."
            )
        cut = (found.until - daily[0].starts[0]).days
        series = [_cut(one, cut, tested=min(_RECENT_DAYS, cut)) for one in daily]
        own = [name for name in self._own if self._basis.model.metrics[name].unit != "date"][:_MOST_OWN]
        weekly = await self._buckets("week", found.until, _WEEKS, [*WATCHED, *own])
        series += weekly
        series += await self._buckets("month", found.until, _MONTHS, [*WATCHED, *own])
        if weekly:
            found.weeks = len(weekly[0].starts)
            whole = weekly[0]
            for dimension in self._small():
                if self._is_late(found, dimension):
                    break
                series += await self._members(dimension, whole, ())
            spreads: list[Spread] = []
            for dimension in _LARGE:
                if self._is_late(found, dimension) or not self._basis.knowledge.values.has(dimension):
                    continue
                members, spread = await self._largest(dimension, whole)
                series += members
                spreads += [spread] if spread else []
            found.panel = Panel(tuple(series), tuple(spreads))
        return found

    # ── whole business ───────────────────────────────────────────────────────────────────────────────────

    async def _buckets(self, grain: SeriesGrain, until: date, most: int, metrics: Sequence[str]) -> list[Series]:
        """Series over the complete buckets of the data."""
        start_of_week, first = self._basis.tenant.week_start, self._basis.days.first
        if first is None:
            return []
        end = first_day(until, grain, start_of_week)
        start = max(_whole(first, grain, start_of_week), first_day(end, grain, start_of_week, before=most))
        if start >= end:
            return []
        found: list[Series] = []
        for place in range(0, len(metrics), 8):  # as many as one query takes
            found += await self._over_time(grain, metrics[place : place + 8], start, end)
        return found

    async def _over_time(self, grain: SeriesGrain, metrics: Sequence[str], start: date, end: date) -> list[Series]:
        starts = starts_of(grain, start, end)
        rows = await self._run(metrics, grain, start, end)
        at = {row["time"]: row for row in rows}
        return [self._series(name, grain, starts, [at.get(day, {}).get(name) for day in starts]) for name in metrics]

    def _series(self, name: str, grain: SeriesGrain, starts: tuple[date, ...], values: Iterable[Any]) -> Series:
        model = self._basis.model
        adds = model.adds_over_time(name) and not model.is_ratio(name)
        numbers = tuple((0.0 if adds else None) if value is None else float(value) for value in values)
        return Series(name, grain, starts, numbers, adds=adds, is_share=model.metrics[name].unit == "share")

    # ── members ──────────────────────────────────────────────────────────────────────────────────────────

    def _small(self) -> list[str]:
        values = self._basis.knowledge.values
        return [one for one in _SMALL if 1 < values.count(one) <= _MOST_MEMBERS][:_MOST_SMALL]

    async def _members(self, dimension: str, whole: Series, only: tuple[str, ...]) -> list[Series]:
        """A series for each member, over the weeks of `whole`."""
        start, end = whole.starts[0], whole.starts[-1] + timedelta(weeks=1)
        rows = await self._run((SALES,), "week", start, end, dimension=dimension, only=only)
        by_member: dict[str, dict[date, float]] = {}
        for row in rows:
            if row[dimension] is not None:
                by_member.setdefault(str(row[dimension]), {})[row["time"]] = float(row[SALES] or 0)
        # Of two members the one is what the other is not: one of them tells it.
        names = sorted(by_member, key=lambda name: -sum(by_member[name].values()))
        names = names[:1] if len(names) == 2 and not only else names  # noqa: PLR2004
        totals = tuple(value or 0.0 for value in whole.values)
        return [
            Series(
                SALES, "week", whole.starts, tuple(by_member[name].get(day, 0.0) for day in whole.starts),
                dimension=dimension, member=name, whole=totals,
            )
            for name in names
        ]  # fmt: skip

    async def _largest(self, dimension: str, whole: Series) -> tuple[list[Series], Spread | None]:
        """The largest members of the last year as series, and how the sales spread over all of them."""
        count, end = len(whole.starts), whole.starts[-1] + timedelta(weeks=1)
        year = await self._ranked(dimension, whole.starts[max(0, count - _YEAR)], end)
        back = _YEAR if count >= _YEAR + STRETCH else STRETCH
        lists = [year]
        if count >= back + STRETCH:
            now, before = whole.starts[-STRETCH], whole.starts[-STRETCH - back]
            lists.append(await self._ranked(dimension, now, end))
            lists.append(await self._ranked(dimension, before, before + timedelta(weeks=STRETCH)))
        # Two of one name cannot be told apart by it.
        twice = {name for one in lists for name, times in Counter(one).items() if times > 1}
        names = sorted({name for one in lists for name in one} - twice)
        if not names:
            return [], None
        series = {one.member or "": one for one in await self._members(dimension, whole, tuple(names))}
        spread = await self._spread(dimension, whole, series, back) if len(lists) > 1 and not twice else None
        return [series[name] for name in dict.fromkeys(year) if name in series], spread

    async def _ranked(self, dimension: str, start: date, end: date) -> list[str]:
        query = MetricQuery(
            metrics=(SALES,), dimensions=(dimension,), filters=self._filters, limit=_LARGEST,
            time=TimeRange(start=start, end=end), order=(OrderBy(by=SALES),),
        )  # fmt: skip
        return [str(row[dimension]) for row in await self._rows(query)]

    async def _spread(self, dimension: str, whole: Series, series: Mapping[str, Series], back: int) -> Spread | None:
        now, before = slice(-STRETCH, None), slice(-STRETCH - back, -back)
        counter = _LARGE[dimension]
        end = whole.starts[-1] + timedelta(weeks=1)
        [counted] = await self._rows(
            MetricQuery(metrics=(counter,), filters=self._filters, time=TimeRange(start=whole.starts[now][0], end=end))
        )
        names = tuple(series)
        numbers = {name: [value or 0.0 for value in one.values] for name, one in series.items()}
        totals = [value or 0.0 for value in whole.values]
        return Spread(
            metric=SALES,
            dimension=dimension,
            members=int(counted[counter] or 0),
            now=tuple(tuple(numbers[name][now]) for name in names),
            before=tuple(tuple(numbers[name][before]) for name in names),
            whole_now=tuple(totals[now]),
            whole_before=tuple(totals[before]),
            now_from=whole.starts[now][0],
            before_from=whole.starts[before][0],
            names=names,
        )

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────

    def _in_one_currency(self) -> str | None:
        """Amounts of several currencies cannot be added: those in the tenant's own are looked at, else in the first."""
        currencies = self._basis.knowledge.bounds.currencies
        if len(currencies) < 2:  # noqa: PLR2004
            return currencies[0] if currencies else self._basis.tenant.currency
        chosen = self._basis.tenant.currency if self._basis.tenant.currency in currencies else currencies[0]
        self._filters = (Filter(dimension="currency", operator="eq", values=(chosen,)),)
        return chosen

    def _is_late(self, found: Gathered, dimension: str) -> bool:
        late = time.perf_counter() - self._started > _SECONDS
        if late:
            label = self._basis.model.dimensions[dimension].label.lower()
            found.is_cut = True
            found.notes.append(f"Not looked at by {label} and what comes after it: that would have taken too long.")
        return late

    async def _run(
        self,
        metrics: Sequence[str],
        grain: SeriesGrain,
        start: date,
        end: date,
        *,
        dimension: str | None = None,
        only: tuple[str, ...] = (),
    ) -> list[dict[str, Any]]:
        members = (Filter(dimension=dimension, operator="in", values=only),) if dimension and only else ()
        return await self._rows(
            MetricQuery(
                metrics=tuple(metrics),
                dimensions=(dimension,) if dimension else (),
                grain=grain,
                time=TimeRange(start=start, end=end),
                filters=(*self._filters, *members),
            )
        )

    async def _rows(self, query: MetricQuery) -> list[dict[str, Any]]:
        tomorrow = self._basis.days.today + timedelta(days=1)
        time_range = cut_at(query.time or TimeRange(end=tomorrow), tomorrow)
        compiled = self._basis.compiler.compile(query.model_copy(update={"time": time_range}))
        result = await self._uow.metrics.run(compiled)
        names = ["time" if column.role == "time" else column.name for column in result.columns]
        return [dict(zip(names, row, strict=True)) for row in result.rows]


def known_until(figures: Sequence[Sequence[float | None]], days: Sequence[date], today: date) -> date:
    """The first day that is not known whole. Days without anything at the end are days without sales where there have
    been as many in a row in the 90 days before; beyond that the data has not come yet."""
    busy = [any(values[place] for values in figures) for place in range(len(days))]
    if not any(busy):
        return today
    last = max(place for place, has in enumerate(busy) if has)
    places = [place for place in range(max(0, last - 90), last + 1) if busy[place]]
    usual = max((after - before - 1 for before, after in pairwise(places)), default=0)
    return today if len(days) - 1 - last <= usual else days[last] + timedelta(days=1)


def starts_of(grain: SeriesGrain, start: date, end: date) -> tuple[date, ...]:
    """The first days of the buckets between two such days."""
    return tuple(_steps(grain, start, end))


def _steps(grain: SeriesGrain, start: date, end: date) -> Iterator[date]:
    while start < end:
        yield start
        start = _next(grain, start)


def _next(grain: SeriesGrain, start: date) -> date:
    if grain == "month":
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start + timedelta(days=7 if grain == "week" else 1)


def _whole(first: date, grain: SeriesGrain, week_start: int) -> date:
    """The first bucket that begins with or after the first day of the data."""
    start = first_day(first, grain, week_start)
    return start if start == first else _next(grain, start)


def _cut(series: Series, count: int, *, tested: int) -> Series:
    return replace(series, starts=series.starts[:count], values=series.values[:count], tested=max(tested, 1))


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
