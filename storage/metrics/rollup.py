"""Sums of facts that are kept per day and month, so that a long period need not be added up anew.

A cube holds, for one entity, the sums of everything that adds up over days, cut by one dimension or by none. Which cubes
there are follows from the semantic model: a dimension says how finely it is kept. The sums are made by the compiler's own
SELECTs (see storage.metrics.facts), so that they can mean nothing else; a period is then read from whole months, from
single days at its ends, and from the facts themselves where no sums stand for a month.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeGuard

from storage.metrics.buckets import first_day
from storage.metrics.model import BaseMetric, CountMetric, Metric, SemanticModel, SumMetric
from storage.metrics.pieces import Cut, Span
from storage.metrics.query import Grain, TimeRange

KeptGrain = Literal["day", "month"]
SLOTS = 10
"""Columns for sums in a row of a cube."""
_LAYOUT = 1
"""Raised when the same model is kept in another way."""
_MOST_GAPS = 6
"""Months in a row that are not kept, beyond which all is read from the facts."""
_IN_MONTHS: frozenset[Grain | None] = frozenset([None, "month", "quarter", "year"])


def cube_name(entity: str, dimension: str | None, grain: KeptGrain) -> str:
    return f"{entity}/{dimension or ''}/{grain}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The months that sums stand for, in order."""

    months: tuple[date, ...] = ()
    last: date | None = None
    """The last day with a fact in the last of them."""

    def end_of(self, period: TimeRange) -> date | None:
        """The end of a period, moved to that of the last month where nothing lies in between: figures up to today are
        then those of whole months."""
        if period.end is None or self.last is None or not self.months or self.last >= period.end:
            return period.end
        end = next_month(self.months[-1])
        return end if self.months[-1] <= period.end < end else period.end

    def runs(self) -> list[tuple[date, date]]:
        """Months that follow each other as one stretch of days each."""
        runs: list[tuple[date, date]] = []
        for month in self.months:
            end = next_month(month)
            if runs and runs[-1][1] == month:
                runs[-1] = (runs[-1][0], end)
            else:
                runs.append((month, end))
        return runs


NOTHING_KEPT = Coverage()


@dataclass(frozen=True, slots=True)
class Portions:
    """How the days of a period are read: from sums of months, from sums of days, and the rest from the facts."""

    months: tuple[Span, ...]
    days: tuple[Span, ...]
    rest: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """How the `metrics` of an entity are read: from the cubes of `dimension` as far as they go."""

    entity: str
    metrics: frozenset[str]
    dimension: str | None
    portions: Portions


class Rollup:
    """What is kept of a semantic model."""

    def __init__(self, model: SemanticModel) -> None:
        self._model = model
        self.metrics: dict[str, tuple[str, ...]] = {}
        """Entity → the metrics that its rows hold, in the order of their columns."""
        for name, metric in sorted(model.metrics.items()):
            if _adds_up(metric) and (of := model.entities[metric.entity]).kept and of.time is not None:
                held = self.metrics.get(metric.entity, ())
                self.metrics[metric.entity] = (*held, name)[:SLOTS]
        self.definition = self._digest()

    def cubes(self, entity: str) -> Iterator[tuple[str | None, KeptGrain]]:
        """The dimensions by which an entity is kept, and the finest grain of each."""
        yield None, "day"
        for name, dimension in self._model.dimensions.items():
            if dimension.kept and self._model.paths(name, entity):
                yield name, dimension.kept

    def slot(self, entity: str, metric: str) -> str:
        """The column of a metric's sums."""
        return f"s{self.metrics[entity].index(metric)}"

    def serves(self, entity: str, metrics: Mapping[str, BaseMetric], cut: Cut, coverage: Coverage) -> Served | None:
        """The cubes that give an entity's metrics exactly; None where none do."""
        held = self.metrics.get(entity, ())
        if (
            cut.members
            or cut.period.only
            or not all(name in held and self._model.metrics[name] == one for name, one in metrics.items())
        ):
            return None
        named = dict.fromkeys((*cut.dimensions, *(item.dimension for item in cut.filters)))
        if any(name not in self._model.dimensions for name in named):
            return None
        members = [name for name in named if not self._model.dimensions[name].of_day]
        dimension = members[0] if members else None
        finest = dict(self.cubes(entity)).get(dimension)
        by_day = len(members) < len(named) or cut.grain not in _IN_MONTHS
        if len(members) > 1 or finest is None or (by_day and finest != "day"):
            return None
        if dimension is not None and not self._adds_over_members(entity, metrics, dimension, cut):
            return None
        portions = portions_of(cut.period, coverage, by_day=by_day, finest=finest)
        return Served(entity, frozenset(metrics), dimension, portions) if portions else None

    def _adds_over_members(self, entity: str, metrics: Mapping[str, BaseMetric], dimension: str, cut: Cut) -> bool:
        """Whether no figure counts a thing twice that shows under two members: an order with goods of two categories."""
        counted = [
            metric.distinct for metric in metrics.values() if isinstance(metric, CountMetric) and metric.distinct
        ]
        if dimension in cut.dimensions or all(self._is_of_one(entity, distinct, dimension) for distinct in counted):
            return True
        alone = any(item.dimension == dimension and item.operator == "eq" for item in cut.filters)
        return alone and self._model.dimensions[dimension].key is None

    def _is_of_one(self, entity: str, distinct: str, dimension: str) -> bool:
        """Whether what is counted belongs to one member: the dimension is reached from it."""
        joins = {name for name, (key, _) in self._model.entities[entity].joins.items() if key == distinct}
        paths = self._model.paths(dimension, entity) or ()
        return all(path.split(".")[0] in joins for path in paths)

    def _digest(self) -> str:
        kept = {
            "layout": _LAYOUT,
            "entities": {name: of.model_dump(mode="json", exclude={"record", "kept", "mixed"}) for name, of in sorted(self._model.entities.items()) if of.kept},
            "metrics": {
                entity: {name: self._meaning(name) for name in names} for entity, names in self.metrics.items()
            },
            "cubes": {
                entity: [(name, grain, self._model.paths(name, entity) if name else ()) for name, grain in self.cubes(entity)]
                for entity in self.metrics
            },
        }  # fmt: skip
        return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()

    def _meaning(self, metric: str) -> object:
        return self._model.metrics[metric].model_dump(
            mode="json", include={"type", "entity", "expression", "distinct", "where"}
        )


def _adds_up(metric: Metric) -> TypeGuard[SumMetric | CountMetric]:
    """Whether a metric's figures of single days add up to that of all of them."""
    match metric:
        case SumMetric(scale="micros"):
            return True
        case CountMetric(dimension=None, distinct=None):
            return True
        case CountMetric(dimension=None, on_one_day=True):
            return True
        case _:
            return False


def portions_of(period: TimeRange, coverage: Coverage, *, by_day: bool, finest: KeptGrain) -> Portions | None:
    """How the days of a period are read: whole months, single days, and the rest from the facts. None where nothing is
    gained: no month of it is kept, or too many gaps lie between those that are."""
    months: list[Span] = []
    days: list[Span] = []
    rest: list[Span] = []
    at, until = period.start, coverage.end_of(period)
    for start, end in coverage.runs():
        low = start if period.start is None else max(start, period.start)
        high = end if until is None else min(end, until)
        if low >= high:
            continue
        if at is None or at < low:
            rest.append(Span(at, low))
        at = high
        first, last = (high, high) if by_day else whole_months(low, high)
        for span in (Span(low, first), Span(last, high)):
            if span.start != span.end:
                (days if finest == "day" else rest).append(span)
        if first != last:
            months.append(Span(first, last))
    if not months and not days:
        return None
    if until is None or (at is not None and at < until):
        rest.append(Span(at, until))
    joined = tuple(_joined(rest))
    return Portions(tuple(months), tuple(days), joined) if len(joined) <= _MOST_GAPS else None


def whole_months(start: date, end: date) -> tuple[date, date]:
    """The whole months between two days, as first day and day after the last; the two are equal where there is none."""
    first = start if start.day == 1 else next_month(start)
    last = first_day(end, "month", 1)
    return (first, last) if first < last else (end, end)


def next_month(day: date) -> date:
    """The first day of the month after that of a day."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of all months from that of one day to that of another."""
    months = [first_day(first, "month", 1)]
    while (following := next_month(months[-1])) <= last:
        months.append(following)
    return months


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans in order, those that touch as one."""
    held: Span | None = None
    for span in spans:
        if held is not None and held.end == span.start and held.end is not None:
            held = Span(held.start, span.end)
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held
