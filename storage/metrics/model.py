"""The semantic layer's types: what the files in tools/semantics say, checked against the mapped classes.

An entity is a fact or a thing with a table; its joins are many-to-one only, so following them can never multiply
rows. A metric of type sum, count or distinct belongs to one entity and is aggregated there before facts meet, so
adding two facts (sales and refunds) can never fan out either. Derived metrics are arithmetic over others.
"""

import ast
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.orm import Mapper

from storage.metrics.clock import CLOCK_PARTS, ClockPart
from storage.metrics.days import DAY_PARTS, DayPart
from storage.metrics.shape import RecordShape

Unit = Literal["money", "count", "quantity", "share", "days", "number", "date"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Part):
    """A fixed condition: `column` is a path from the entity ("order.status")."""

    column: str
    operator: Literal["eq", "ne", "in", "not_in", "not_null", "is_null", "gt", "ge", "lt", "le"]
    values: tuple[str | float | date, ...] = ()


class Entity(_Part):
    """`table` names a mapped class; `joins` maps a name to a foreign key column of it and the entity it leads to."""

    table: str
    time: str | None = None
    joins: dict[str, tuple[str, str]] = {}
    """name → (foreign key column, entity)."""
    where: tuple[Condition, ...] = ()
    record: RecordShape | None = None
    currency: str | None = None
    """The column that holds the currency of its amounts."""
    rated_on: tuple[str, ...] = ()
    """The day whose exchange rate its amounts are converted at: paths tried in order."""
    kept: bool = True
    """Whether its sums may be kept beside the facts (see storage.metrics.rollup): of those of few rows none are."""
    mixed: bool = False
    """Whether its rows are of several kinds, which its metrics tell apart: rows that none of the figures asked for counts
    make up no groups then."""


class _Described(_Part):
    label: str
    definition: str
    synonyms: tuple[str, ...] = ()


class SumMetric(_Described):
    """The sum of an arithmetic expression over the entity's columns; rows where it is NULL are left out."""

    type: Literal["sum"]
    entity: str
    expression: str
    unit: Unit
    scale: Literal["micros", "one"] = "micros"
    where: tuple[Condition, ...] = ()


class CountMetric(_Described):
    """How many different values of `distinct` (a path) or of a `dimension`; how many rows where both are absent."""

    type: Literal["count"]
    entity: str
    distinct: str | None = None
    dimension: str | None = None
    on_one_day: bool = False
    """Whether each of them shows on one day alone, so that the counts of several days add up."""
    unit: Unit = "count"
    where: tuple[Condition, ...] = ()


class FirstTimeMetric(_Described):
    """How many different values of `key` have their very first row, over all time, in the group's period."""

    type: Literal["first_time"]
    entity: str
    key: str
    unit: Unit = "count"
    where: tuple[Condition, ...] = ()


class AverageMetric(_Described):
    """The mean of a column over the entity's rows."""

    type: Literal["average"]
    entity: str
    expression: str
    unit: Unit
    scale: Literal["micros", "one"] = "one"
    where: tuple[Condition, ...] = ()


class QuantileMetric(_Described):
    """A quantile over things that the entity's rows add up to: the median of what the lines of each order come to."""

    type: Literal["quantile"]
    entity: str
    per: str
    """The column that tells which thing a row belongs to."""
    expression: str
    at: Annotated[float, Field(ge=0, le=1)] = 0.5
    unit: Unit
    scale: Literal["micros", "one"] = "micros"
    where: tuple[Condition, ...] = ()


class ClosingMetric(_Described):
    """What is there at the end of a period, or of each bucket of it (semi-additive: a stock, a balance): per thing the last
    value that is known by then, added up over the things. `of` are the columns that tell things apart. It adds up over
    things, and never over days."""

    type: Literal["closing"]
    entity: str
    of: Annotated[tuple[str, ...], Field(min_length=1)]
    expression: str
    unit: Unit
    scale: Literal["micros", "one"] = "micros"
    where: tuple[Condition, ...] = ()


class DayMetric(_Described):
    """The first or the last day on which the entity has a row."""

    type: Literal["first_day", "last_day"]
    entity: str
    unit: Literal["date"] = "date"
    where: tuple[Condition, ...] = ()


class Step(_Part):
    """What may happen to a thing after its first day: a row of `entity` whose `key` is the thing's, on `day`. `times`: on so
    many different days. `later`: only on days after its first, and not on that day itself."""

    entity: str
    key: str
    day: str
    times: Annotated[int, Field(ge=1, le=100)] = 1
    later: bool = False
    where: tuple[Condition, ...] = ()


class ConversionMetric(_Described):
    """Of the different values of `key` among the entity's rows, the share that also took the step `then`, up to the day
    that is known; with `first` only of those whose very first row, over all time, is among them. With `within_days`, of
    those whose first row lies so many days back, the share that took it in that time: nobody counts as lost before the
    time is over. `things` and `taken` are how things and step are called ("orders", "shipped")."""

    type: Literal["conversion"]
    entity: str
    key: str
    first: bool = False
    then: Step
    within_days: Annotated[int, Field(ge=1, le=3_660)] | None = None
    things: str
    taken: str
    unit: Literal["share"] = "share"
    where: tuple[Condition, ...] = ()


class DerivedMetric(_Described):
    """Arithmetic (+ − × ÷) over other metrics. With a division it is a ratio: NULL where the divisor is 0."""

    type: Literal["derived"]
    expression: str
    unit: Unit
    otherwise: str | None = None
    """The metric that is meant where this one cannot be split as asked (sales without what belongs to whole orders)."""


Metric = Annotated[
    SumMetric
    | CountMetric
    | FirstTimeMetric
    | AverageMetric
    | QuantileMetric
    | ClosingMetric
    | DayMetric
    | ConversionMetric
    | DerivedMetric,
    Field(discriminator="type"),
]
BaseMetric = (
    SumMetric
    | CountMetric
    | FirstTimeMetric
    | AverageMetric
    | QuantileMetric
    | ClosingMetric
    | DayMetric
    | ConversionMetric
)
NO_SUMS = AverageMetric | QuantileMetric | ClosingMetric | DayMetric | ConversionMetric
"""Figures of which those of two groups, or of two times, tell nothing about that of both together."""


class Bands(_Part):
    """Ranges of an amount, half-open and without gaps: below the first edge, from each edge up to the next, from the last
    on. The amount is `expression` over a row of `entity`; with `per`, the sum of it over all rows that share that column
    (an order's value, whichever of its lines is looked at). Bands of months count from the first day of those rows."""

    unit: Literal["money", "quantity", "months"]
    edges: Annotated[tuple[FiniteFloat, ...], Field(min_length=1, max_length=30)]
    """In major units, ascending. Money: for a currency of the euro's size (see storage.metrics.bands), unless `exact`."""
    exact: bool = False
    entity: str
    expression: str | None = None
    scale: Literal["micros", "one"] = "micros"
    per: str | None = None
    seen_from: dict[str, str]
    """Entity → the path of the column that leads to what is measured."""

    @model_validator(mode="after")
    def _ascending(self) -> "Bands":
        if self.edges[0] <= 0 or any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError("edges are above 0 and ascend")
        if self.unit == "months" and (any(edge != int(edge) for edge in self.edges) or self.per is None):
            raise ValueError("months are whole, and those of something")
        if (self.expression is None) != (self.unit == "months"):
            raise ValueError("bands are of an expression, or of months")
        return self


class MemberGroup(_Part):
    """Members of a dimension under one name: those listed, and those whose name begins with or holds a text."""

    label: str
    values: tuple[str, ...] = ()
    begins_with: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()


class Groups(_Part):
    """Members of another dimension put together. One that is in several groups is in the first; one in none has none."""

    of: str
    groups: Annotated[tuple[MemberGroup, ...], Field(min_length=1, max_length=50)]


class Dimension(_Described):
    """Something to group and filter by. On an `entity` with `columns` tried in order (the first that is not NULL),
    reached from a fact by its joins; or `per_entity`, where facts hold it themselves; or told by the fact's day; or in
    bands of an amount, or in groups of another's members."""

    type: Literal["string", "number", "date", "boolean"] = "string"
    entity: str | None = None
    columns: tuple[str, ...] = ()
    per_entity: dict[str, tuple[str, ...]] = {}
    of_day: DayPart | None = None
    of_clock: ClockPart | None = None
    """What of the time of day is told, where `per_entity` holds columns of minutes since midnight."""
    bands: Bands | None = None
    groups: Groups | None = None
    key: str | None = None
    """A column of `entity` that tells apart members of equal name (two customers called Kim Lee)."""
    values: Literal["linked", "none"] = "linked"
    """Whether its values are put into the index that questions are matched with."""
    kept: Literal["day", "month"] | None = None
    """How finely sums by it are kept, if they are (see storage.metrics.rollup)."""

    @model_validator(mode="after")
    def _one_form(self) -> "Dimension":
        if sum(map(bool, (self.entity, self.per_entity, self.of_day, self.bands, self.groups))) != 1:
            raise ValueError("a dimension is on an entity, per entity, of the day, in bands or in groups of another")
        if self.of_clock and not self.per_entity:
            raise ValueError("a time of day is per entity")
        return self

    @property
    def members(self) -> tuple[str, ...]:
        """Those that everybody has, in their order."""
        if self.of_clock:
            return CLOCK_PARTS[self.of_clock]
        return DAY_PARTS[self.of_day] if self.of_day else ()


LONGEST_EXPRESSION = 500


def expression_names(expression: str) -> frozenset[str]:
    """The names in an arithmetic expression. Raises ValueError when it is more than + − × ÷ over names and numbers."""
    if len(expression) > LONGEST_EXPRESSION:
        raise ValueError(f"an expression has {LONGEST_EXPRESSION} characters at most")
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"not arithmetic: {expression!r}") from error
    allowed = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, ast.Constant, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.USub)  # fmt: skip
    names: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, allowed):
            raise ValueError(f"not arithmetic: {expression!r}")
        if isinstance(node, ast.Constant) and not isinstance(node.value, int | float):
            raise ValueError(f"not a number in {expression!r}: {node.value!r}")
        if isinstance(node, ast.Name):
            names.add(node.id)
    return frozenset(names)


class SemanticModel(_Part):
    """Everything that can be asked. `mappers` binds entities to mapped classes."""

    version: int
    entities: dict[str, Entity]
    metrics: dict[str, Metric]
    dimensions: dict[str, Dimension]

    @model_validator(mode="after")
    def _references_hold(self) -> "SemanticModel":
        for name, entity in self.entities.items():
            for join, (_, target) in entity.joins.items():
                self._known_entity(target, f"entities.{name}.joins.{join}")
        for name, metric in self.metrics.items():
            if isinstance(metric, DerivedMetric):
                used = expression_names(metric.expression) | ({metric.otherwise} if metric.otherwise else set[str]())
                if missing := used - self.metrics.keys():
                    raise ValueError(f"metrics.{name}: no metric {sorted(missing)}")
                if days := sorted(one for one in used if self.metrics[one].unit == "date"):
                    raise ValueError(f"metrics.{name}: {days[0]} is a day and no number")
                continue
            self._base_holds(name, metric)
        self._records_hold()
        self._check_dimensions()
        derived = {
            name: expression_names(metric.expression)
            for name, metric in self.metrics.items()
            if isinstance(metric, DerivedMetric)
        }
        try:
            TopologicalSorter(derived).prepare()
        except CycleError as error:
            raise ValueError(f"metrics derive from themselves: {', '.join(error.args[1])}") from error
        return self

    def _base_holds(self, name: str, metric: BaseMetric) -> None:
        self._known_entity(metric.entity, f"metrics.{name}")
        if isinstance(metric, ConversionMetric):
            self._known_entity(metric.then.entity, f"metrics.{name}.then")
        if (
            isinstance(metric, ClosingMetric | DayMetric | ConversionMetric)
            and self.entities[metric.entity].time is None
        ):
            raise ValueError(f"metrics.{name}: {metric.entity} has no dates")
        if isinstance(metric, CountMetric) and metric.dimension and metric.dimension not in self.dimensions:
            raise ValueError(f"metrics.{name}: no dimension {metric.dimension!r}")

    def _records_hold(self) -> None:
        for name, entity in self.entities.items():
            for dimension in entity.record.dimensions if entity.record else ():
                if dimension not in self.dimensions or not self.paths(dimension, name):
                    raise ValueError(f"entities.{name}.record: {name} has no {dimension!r}")

    def _check_dimensions(self) -> None:
        for name, dimension in self.dimensions.items():
            banded = (dimension.bands.entity, *dimension.bands.seen_from) if dimension.bands else ()
            for entity in (dimension.entity, *dimension.per_entity, *banded):
                self._known_entity(entity, f"dimensions.{name}")
            if dimension.groups and not self._can_be_grouped(dimension.groups.of):
                raise ValueError(f"dimensions.{name}: {dimension.groups.of!r} has no members that could be grouped")

    def _can_be_grouped(self, name: str) -> bool:
        found = self.dimensions.get(name)
        told = found is not None and (found.bands or found.groups or found.of_day or found.of_clock)
        return found is not None and not told and found.type == "string"

    def _known_entity(self, name: str | None, where: str) -> None:
        if name is not None and name not in self.entities:
            raise ValueError(f"{where}: no entity {name!r}")

    def base_metrics(self, name: str) -> dict[str, BaseMetric]:
        """The aggregated metrics that `name` is made of, itself where it is one."""
        metric = self.metrics[name]
        if not isinstance(metric, DerivedMetric):
            return {name: metric}
        found: dict[str, BaseMetric] = {}
        for used in sorted(expression_names(metric.expression)):
            found |= self.base_metrics(used)
        return found

    def made_of(self, name: str) -> frozenset[str]:
        """The metric itself and every metric that its expression goes back to."""
        metric = self.metrics[name]
        if not isinstance(metric, DerivedMetric):
            return frozenset([name])
        return frozenset([name]).union(*(self.made_of(used) for used in expression_names(metric.expression)))

    def obstacle(self, name: str, dimensions: Iterable[str]) -> str | None:
        """The first of these dimensions that a metric cannot be split by; None where it can by all."""
        entities = {metric.entity for metric in self.base_metrics(name).values()}
        return next((d for d in dimensions if not all(self.paths(d, entity) for entity in entities)), None)

    def is_additive(self, name: str) -> bool:
        """Whether the figure of a whole is the sum of its parts' figures: sums, and + − over them."""
        metric = self.metrics[name]
        if isinstance(metric, SumMetric):
            return True
        if isinstance(metric, DerivedMetric):
            linear = not any(isinstance(node, ast.Div | ast.Mult) for node in ast.walk(ast.parse(metric.expression)))
            return linear and all(self.is_additive(used) for used in expression_names(metric.expression))
        return isinstance(metric, CountMetric) and metric.distinct is None and metric.dimension is None

    @cached_property
    def fixed_values(self) -> dict[str, tuple[str, ...]]:
        """The members of each dimension that has the same ones for everybody, in their order."""
        days = {name: one.members for name, one in self.dimensions.items() if one.of_day}
        groups = {
            name: tuple(group.label for group in one.groups.groups)
            for name, one in self.dimensions.items()
            if one.groups
        }
        return days | groups

    def columns_of(self, dimension: str) -> set[tuple[str, str]]:
        """Classes and columns that hold a dimension's values."""
        definition = self.dimensions[dimension]
        places = (
            [(definition.entity, path) for path in definition.columns]
            if definition.entity
            else [(name, path) for name, paths in definition.per_entity.items() for path in paths]
        )
        found: set[tuple[str, str]] = set()
        for entity, path in places:
            *joins, column = path.split(".")
            for join in joins:
                entity = self.entities[entity].joins[join][1]  # noqa: PLW2901 - the entity that the join reaches
            found.add((self.entities[entity].table, column))
        return found

    @cached_property
    def clock_values(self) -> dict[str, tuple[str, ...]]:
        """The same of those that only data with times of day has."""
        return {name: one.members for name, one in self.dimensions.items() if one.of_clock}

    def bands_of(self, name: str) -> Bands | None:
        """Those of a dimension that is one of bands."""
        return found.bands if (found := self.dimensions.get(name)) else None

    def is_ratio(self, name: str) -> bool:
        metric = self.metrics[name]
        return isinstance(metric, ConversionMetric) or (isinstance(metric, DerivedMetric) and "/" in metric.expression)

    def adds_over_time(self, name: str) -> bool:
        """Whether the figures of several days can be added up: none counts a thing twice that shows on two days."""
        return all(
            not isinstance(metric, NO_SUMS)
            and not (
                isinstance(metric, CountMetric) and (metric.dimension or metric.distinct) and not metric.on_one_day
            )
            for metric in self.base_metrics(name).values()
        )

    def paths(self, dimension_name: str, entity_name: str) -> tuple[str, ...] | None:
        """Column paths of a dimension seen from a fact, tried in order; None where the fact cannot be split by it."""
        dimension = self.dimensions[dimension_name]
        if dimension.per_entity:
            return dimension.per_entity.get(entity_name)
        if dimension.bands:
            return (path,) if (path := dimension.bands.seen_from.get(entity_name)) else None
        if dimension.groups:
            return self.paths(dimension.groups.of, entity_name)
        if dimension.of_day:
            return (time,) if (time := self.entities[entity_name].time) else None
        prefix = self._prefixes.get((entity_name, dimension.entity or ""))
        return None if prefix is None else tuple(prefix + column for column in dimension.columns)

    def lies_in(self, dimension_name: str, entity_name: str, key: str) -> bool:
        """Whether rows of an entity with the same foreign key may differ in a dimension: products of one order, but not its
        channel."""
        joins = (join for join, (column, _) in self.entities[entity_name].joins.items() if column == key)
        whole = tuple(f"{join}." for join in joins)
        paths = self.paths(dimension_name, entity_name) or ()
        shared = self.dimensions[dimension_name].of_day is not None or paths[:1] == (key,)
        return bool(paths) and not shared and not paths[0].startswith(whole)

    def is_told_of(self, dimension_name: str, whole: str) -> bool:
        """Whether each member of `whole` has one member of a dimension at most: an order its customer and its channel, but
        not its product."""
        of = self.dimensions[whole]
        single = of.key is not None and of.entity is not None and dimension_name != whole
        return single and self.paths(dimension_name, of.entity or "") is not None

    def key_path(self, dimension_name: str, entity_name: str) -> str | None:
        """The path of the column that tells members of equal name apart, where the dimension has one."""
        dimension = self.dimensions[dimension_name]
        if dimension.key is None or dimension.entity is None:
            return None
        prefix = self._prefixes.get((entity_name, dimension.entity))
        return None if prefix is None else prefix + dimension.key

    @cached_property
    def _prefixes(self) -> dict[tuple[str, str], str]:
        """(entity, reached entity) → the joins in between, as a path ending in a dot; the shortest where there are
        several."""
        prefixes: dict[tuple[str, str], str] = {}
        for start in self.entities:
            prefixes[start, start] = ""
            pending = deque([start])
            while pending:
                entity = pending.popleft()
                for join, (_, target) in self.entities[entity].joins.items():
                    if (start, target) not in prefixes:
                        prefixes[start, target] = f"{prefixes[start, entity]}{join}."
                        pending.append(target)
        return prefixes


Mappers = dict[str, Mapper[Any]]
"""Mapped classes by name: what the tables of a semantic model are bound to."""


def check_columns(model: SemanticModel, mappers: Mappers) -> None:
    """Raises ValueError where the model names a column or table that no mapped class has."""
    for name, entity in model.entities.items():
        if entity.table not in mappers:
            raise ValueError(f"entities.{name}: no table {entity.table!r}")
    for entity_name, path, where in _named_columns(model):
        *joins, last = path.split(".")
        entity = model.entities[entity_name]
        for join in joins:
            if join not in entity.joins:
                raise ValueError(f"{where}: {path!r} has no join {join!r}")
            entity = model.entities[entity.joins[join][1]]
        if last not in mappers[entity.table].columns:
            raise ValueError(f"{where}: {entity.table} has no column {last!r}")


def _paths_of_records(shape: RecordShape) -> list[str]:
    added = {path for one in shape.amounts for path in expression_names(one.expression)}
    return [*(one.key for one in shape.wholes.values()), *sorted(added)]


def _named_columns(model: SemanticModel) -> Iterator[tuple[str, str, str]]:
    """(entity, column path, place in the file) of every column that the model names."""
    for name, entity in model.entities.items():
        paths = [key for key, _ in entity.joins.values()] + [c.column for c in entity.where]
        paths += _paths_of_records(entity.record) if entity.record else []
        yield from (
            (name, path, f"entities.{name}")
            for path in [*paths, *_optional(entity.time, entity.currency), *entity.rated_on]
        )
    for name, metric in model.metrics.items():
        if not isinstance(metric, DerivedMetric):
            yield from ((entity, path, f"metrics.{name}") for entity, path in _columns_of(metric))
    yield from _columns_of_dimensions(model)


def _columns_of_dimensions(model: SemanticModel) -> Iterator[tuple[str, str, str]]:
    for name, dimension in model.dimensions.items():
        if (bands := dimension.bands) is not None:
            paths = [
                *([bands.per] if bands.per else []),
                *(expression_names(bands.expression) if bands.expression else ()),
            ]
            yield from ((bands.entity, path, f"dimensions.{name}") for path in paths)
        if dimension.key and dimension.entity:
            yield dimension.entity, dimension.key, f"dimensions.{name}"
        for entity_name in model.entities:
            yield from ((entity_name, path, f"dimensions.{name}") for path in model.paths(name, entity_name) or ())


def _columns_of(metric: BaseMetric) -> Iterator[tuple[str, str]]:
    """(entity, column path) of every column that a metric names."""
    paths = [c.column for c in metric.where]
    match metric:
        case SumMetric() | AverageMetric():
            paths += sorted(expression_names(metric.expression))
        case ClosingMetric():
            paths += [*metric.of, *sorted(expression_names(metric.expression))]
        case QuantileMetric():
            paths += [metric.per, *sorted(expression_names(metric.expression))]
        case FirstTimeMetric():
            paths.append(metric.key)
        case ConversionMetric(then=then):
            paths.append(metric.key)
            yield from ((then.entity, path) for path in (then.key, then.day, *(c.column for c in then.where)))
        case CountMetric():
            paths += [metric.distinct] if metric.distinct else []
        case DayMetric():
            pass
    yield from ((metric.entity, path) for path in paths)


def _optional(*paths: str | None) -> list[str]:
    return [path for path in paths if path]


def mapped_classes(base: type) -> Mappers:
    """Mapped classes below a declarative base, by class name."""
    found: Mappers = {}
    pending = list(base.__subclasses__())
    while pending:
        cls = pending.pop()
        pending += cls.__subclasses__()
        mapper: object = sa_inspect(cls, raiseerr=False)
        if isinstance(mapper, Mapper):
            found[cls.__name__] = mapper
    return found
