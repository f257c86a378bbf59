"""The records behind one figure: one SELECT per entity that the figure is counted from.

Each record carries what it contributes, so that a list adds up to its figure whatever is counted: a sum's amount; of
things that are counted once, 1 on the first record of each and 0 on its others; the value that a mean or a quantile is
taken of. A record that contributes nothing (its cost is not known) is no record behind the figure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, String, and_, case, cast, func, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.arithmetic import arithmetic
from storage.metrics.facts import Facts
from storage.metrics.joins import Fact
from storage.metrics.model import (
    AverageMetric,
    BaseMetric,
    ClosingMetric,
    ConversionMetric,
    CountMetric,
    DayMetric,
    FirstTimeMetric,
    QuantileMetric,
    SumMetric,
)
from storage.metrics.pieces import Cut
from storage.metrics.quantiles import ROWS, VALUE, quantile
from storage.metrics.query import Scalar
from storage.metrics.shape import RecordShape, Whole

Level = Literal["record", "order", "customer"]
How = Literal["sum", "average", "quantile", "first", "last"]
_SHOWN_BY_DEFAULT = 8


@dataclass(frozen=True, slots=True)
class GroupMember:
    """One of the groups of a dimension. `key` tells apart members of equal name, where it is known."""

    dimension: str
    value: Scalar | None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """A column of a list. `subject` is a dimension, an amount's label or a base metric; a figure is raw × 10^(-6 ×
    micros)."""

    name: str
    role: Literal["day", "dimension", "records", "amount", "measure"]
    subject: str
    micros: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """A base metric that a list is counted for, and how the column `name` gives it."""

    name: str
    metric: str
    how: How
    micros: int


@dataclass(frozen=True, slots=True)
class CompiledList:
    """`page` gives the columns, the latest first, and takes LIMIT and OFFSET. `summary` is one row: how many rows there
    are, how many records stand behind them, how many records of the same cut count for nothing, the total of each measure,
    and for each of `dimensions` how many records have none. `origins` gives (batch, records), where rows know their batch."""

    entity: str
    plural: str
    columns: tuple[RecordColumn, ...]
    measures: tuple[Measure, ...]
    dimensions: tuple[str, ...]
    page: Select[Any]
    summary: Select[Any]
    origins: Select[Any] | None


@dataclass(frozen=True, slots=True)
class _Part:
    """The base metrics of one entity, and how its records are listed."""

    entity: str
    metrics: dict[str, BaseMetric]
    shape: RecordShape
    whole: Whole | None
    """What records are listed by; None for a list of single records."""


class Records(Facts):
    """Compiles the lists behind one cell of a query's answer."""

    def lists(
        self, bases: dict[str, BaseMetric], cut: Cut, members: Sequence[GroupMember], level: Level
    ) -> Iterator[CompiledList]:
        """One list per entity, and one per quantile. `level` "record" lists the rows as they are, the others one row for
        each order or customer that they belong to."""
        self.begin_statement()
        plain = {name: one for name, one in bases.items() if not isinstance(one, QuantileMetric)}
        for entity in sorted({one.entity for one in plain.values()}):
            own: dict[str, BaseMetric] = {name: one for name, one in plain.items() if one.entity == entity}
            yield self._list(_Part(entity, own, self._shape(entity), self._whole(entity, own, level)), cut, members)
        for name, one in bases.items():
            if isinstance(one, QuantileMetric):
                shape = self._shape(one.entity)
                known = next((whole for whole in shape.wholes.values() if whole.key == one.per), None)
                whole = known or Whole(plural="things", key=one.per)
                yield self._list(_Part(one.entity, {name: one}, shape, whole), cut, members)

    def _shape(self, entity: str) -> RecordShape:
        found = self._model.entities[entity].record
        if found is not None:
            return found
        shown = [
            name for name, one in self._model.dimensions.items() if not one.of_day and self._model.paths(name, entity)
        ]
        return RecordShape(plural=f"rows of {entity.replace('_', ' ')}", shows=tuple(shown[:_SHOWN_BY_DEFAULT]))

    def _whole(self, entity: str, own: dict[str, BaseMetric], level: Level) -> Whole | None:
        """None for a list of single records; also where a mean or a day is not made up of sums."""
        if level == "record" or any(isinstance(one, AverageMetric | DayMetric) for one in own.values()):
            return None
        return self._shape(entity).wholes.get(level)

    # ── one list ─────────────────────────────────────────────────────────────────────────────────────────

    def _list(self, part: _Part, cut: Cut, members: Sequence[GroupMember]) -> CompiledList:
        shape, whole, own = part.shape, part.whole, part.metrics
        said = (*cut.dimensions, *(one.dimension for one in cut.filters))
        named = (*shape.shows, *said, *([shape.currency] if shape.currency else []))
        seen: tuple[str, ...] = tuple({name: 0 for name in named if not self._model.dimensions[name].of_day})
        records = self._records(part, cut, members, seen)
        counts = or_(*(records.c[f"c{i}"].is_not(None) for i in range(len(own))))
        columns = tuple(self._columns(part))
        by_batch: Any = select(records.c.batch, func.count()).where(counts).group_by(records.c.batch) if "batch" in records.c else None  # fmt: skip
        return CompiledList(
            entity=part.entity,
            plural=whole.plural if whole else shape.plural,
            columns=columns,
            measures=tuple(
                Measure(f"c{i}", name, _how(one), _micros(one)) for i, (name, one) in enumerate(own.items())
            ),
            dimensions=seen,
            page=_page(records, counts, columns, seen, gathers=whole is not None),
            summary=_summary(records, counts, own, len(seen), gathers=whole is not None),
            origins=by_batch,
        )

    def _records(self, part: _Part, cut: Cut, members: Sequence[GroupMember], seen: Sequence[str]) -> Subquery:
        """Every record of the cut: id, day, the dimensions d0…, the amounts a0…, the contributions c0…."""
        fact = self._fact(part.entity)
        metric = next(iter(part.metrics))
        conditions = self._conditions(fact, cut, metric)
        conditions += [one for member in members for one in self._of_member(fact, member, metric)]
        identity = fact.column("id")
        time = self._model.entities[part.entity].time
        day = fact.column(time) if time else None
        order = [*([day] if day is not None else []), identity]
        columns: list[ColumnElement[Any]] = [identity.label("id")]
        columns += [day.label("day")] if day is not None else []
        columns += [self._dimension(fact, name, metric).label(f"d{i}") for i, name in enumerate(seen)]
        columns += [arithmetic(a.expression, fact.column).label(f"a{i}") for i, a in enumerate(part.shape.amounts)]
        columns += [self._contribution(fact, one, order).label(f"c{i}") for i, one in enumerate(part.metrics.values())]
        if part.whole:
            key = cast(fact.column(part.whole.key), String)
            columns.append(func.coalesce(key, cast(identity, String)).label("whole"))
        if hasattr(fact.alias, "created_by_batch_id"):
            columns.append(fact.alias.created_by_batch_id.label("batch"))
        return fact.apply(select(*columns)).where(*conditions).subquery("records")

    def _of_member(self, fact: Fact, member: GroupMember, metric: str) -> Iterator[ColumnElement[bool]]:
        label = self._dimension(fact, member.dimension, metric)
        yield label.is_(None) if member.value is None else label == member.value
        key_path = self._model.key_path(member.dimension, fact.entity)
        if key_path and member.key is not None:
            yield fact.column(key_path) == member.key
        elif key_path and member.value is None:
            yield fact.column(key_path).is_(None)

    def _contribution(self, fact: Fact, metric: BaseMetric, order: list[ColumnElement[Any]]) -> ColumnElement[Any]:
        when = and_(*(self._fixed(fact, condition) for condition in metric.where)) if metric.where else None

        def kept(value: ColumnElement[Any]) -> ColumnElement[Any]:
            return value if when is None else case((when, value))

        match metric:
            case SumMetric() | AverageMetric() | QuantileMetric():
                return kept(arithmetic(metric.expression, fact.column))
            case CountMetric(dimension=str(dimension)):
                return _once(kept(self._dimension(fact, dimension, dimension)), order)
            case CountMetric(distinct=str(path)):
                return _once(kept(fact.column(path)), order)
            case CountMetric():
                return case((kept(fact.column("id")).is_not(None), 1))
            case DayMetric():
                return kept(fact.column(self._time(metric.entity, metric.entity)))
            case FirstTimeMetric():
                first = self._things(metric, first=True).subquery()
                key, day = fact.column(metric.key), fact.column(self._time(metric.entity, metric.entity))
                fact.join_to(first, first.c.key == key)
                return _once(kept(case((first.c.day == day, key))), order)
            case ConversionMetric():
                raise CopilotError(ErrorKind.INVALID, "What things came to later is no figure that records add up to.")
            case ClosingMetric():
                raise CopilotError(ErrorKind.INVALID, "What is there on a day is no figure that records add up to.")

    def _columns(self, part: _Part) -> Iterator[RecordColumn]:
        shape, whole = part.shape, part.whole
        if self._model.entities[part.entity].time:
            yield RecordColumn("day", "day", part.entity)
        for name in whole.shows if whole else shape.shows:
            yield RecordColumn(name, "dimension", name)
        if whole:
            yield RecordColumn("records", "records", shape.plural)
        summed = {one.expression for one in part.metrics.values() if isinstance(one, SumMetric) and not one.where}
        for i, amount in enumerate(shape.amounts):
            if amount.expression not in summed:
                yield RecordColumn(f"a{i}", "amount", amount.label, 1)
        for i, (name, one) in enumerate(part.metrics.items()):
            yield RecordColumn(f"c{i}", "measure", name, _micros(one))
        if shape.currency:
            yield RecordColumn(shape.currency, "dimension", shape.currency)


def _page(
    records: Subquery,
    counts: ColumnElement[bool],
    columns: Sequence[RecordColumn],
    seen: Sequence[str],
    *,
    gathers: bool,
) -> Select[Any]:
    def raw(column: RecordColumn) -> ColumnElement[Any]:
        return records.c[f"d{seen.index(column.name)}"] if column.role == "dimension" else records.c[column.name]

    def gathered(column: RecordColumn) -> ColumnElement[Any]:
        if column.role == "records":
            return func.count()
        return (func.sum if column.role in ("amount", "measure") else func.min)(raw(column))

    day = [records.c.day] if "day" in records.c else []
    if not gathers:
        chosen = [raw(column).label(column.name) for column in columns]
        return select(*chosen).where(counts).order_by(*(one.desc() for one in day), records.c.id)
    chosen = [gathered(column).label(column.name) for column in columns]
    latest = [func.min(one).desc() for one in day]
    return select(*chosen).where(counts).group_by(records.c.whole).order_by(*latest, records.c.whole)


def _once(key: ColumnElement[Any], order: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """1 on the first record of each key, 0 on its others, NULL without a key."""
    place = func.row_number().over(partition_by=key, order_by=order)
    return case((key.is_(None), None), (place == 1, 1), else_=0)


def _summary(
    records: Subquery, counts: ColumnElement[bool], own: dict[str, BaseMetric], dimensions: int, *, gathers: bool
) -> Select[Any]:
    behind = func.sum(case((counts, 1), else_=0))
    rows = func.count(case((counts, records.c.whole)).distinct()) if gathers else behind
    idle = func.sum(case((counts, 0), else_=1))
    totals = [_total(records, f"c{i}", one) for i, one in enumerate(own.values())]
    unknown = [func.sum(case((and_(counts, records.c[f"d{i}"].is_(None)), 1), else_=0)) for i in range(dimensions)]
    named = [one.label(f"s{i}") for i, one in enumerate([rows, behind, idle, *totals, *unknown])]
    return select(*named).select_from(records)


def _total(records: Subquery, name: str, metric: BaseMetric) -> ColumnElement[Any]:
    value = records.c[name]
    match metric:
        case AverageMetric():
            return func.avg(value)
        case DayMetric(type="first_day"):
            return func.min(value)
        case DayMetric():
            return func.max(value)
        case QuantileMetric():
            things = (
                select(func.sum(value).label(VALUE), func.count().label(ROWS))
                .group_by(records.c.whole)
                .subquery("things")
            )
            return select(quantile(things, [], metric.at).subquery("quantiles").c[VALUE]).scalar_subquery()
        case _:
            return func.sum(value)


def _how(metric: BaseMetric) -> How:
    match metric:
        case AverageMetric():
            return "average"
        case QuantileMetric():
            return "quantile"
        case DayMetric(type="first_day"):
            return "first"
        case DayMetric():
            return "last"
        case _:
            return "sum"


def _micros(metric: BaseMetric) -> int:
    return 1 if isinstance(metric, SumMetric | AverageMetric | QuantileMetric) and metric.scale == "micros" else 0
