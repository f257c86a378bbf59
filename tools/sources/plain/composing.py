"""What is asked as a query over a semantic layer of its own: the drafted one with the rows that are asked for beside it, each
thing that they belong to by just the one way that was meant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from storage.metrics.model import (
    AverageMetric,
    CountMetric,
    DerivedMetric,
    Dimension,
    Entity,
    Metric,
    QuantileMetric,
    SemanticModel,
    SumMetric,
)
from storage.metrics.model import Condition as Fixed
from storage.metrics.query import Filter, Member
from tools.sources.naming import capital, identifier, unique
from tools.sources.plain.asked import Asked
from tools.sources.plain.ground import Way
from tools.sources.plain.search import handle_of
from tools.sources.plain.state import Bound, Condition, Group
from tools.sources.scheme import SchemeColumn, SchemeTable

ROWS = "plain_rows"
"""The entity that is counted."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A query's parts, and the layer that they are names of. `day` says in words by which date the rows are told apart."""

    model: SemanticModel
    metric: str
    dimensions: tuple[str, ...]
    filters: tuple[Filter, ...]
    members: tuple[Member, ...]
    has_days: bool
    day: str | None


@dataclass(slots=True)
class Composer:
    """Makes one query's layer. `today` is the day that dates are held against."""

    base: SemanticModel
    today: date
    entities: dict[str, Entity] = field(default_factory=dict[str, Entity])
    dimensions: dict[str, Dimension] = field(default_factory=dict[str, Dimension])
    metrics: dict[str, Metric] = field(default_factory=dict[str, Metric])
    joins: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict[str, dict[str, tuple[str, str]]])

    def compose(self, asked: Asked) -> Composed:
        drafted = self.base.entities[asked.root.entity]
        self.joins[ROWS] = dict(drafted.joins)
        self.entities[ROWS] = drafted
        time, where = drafted.time, list(drafted.where)
        if asked.time is not None:
            way, column = asked.time
            time = self._path(ROWS, way, column.day or "")
            where.append(Fixed(column=time, operator="not_null"))
        filters = tuple(self._filter(ROWS, item) for item in asked.conditions)
        filters += tuple(self._bound(b) for b in asked.bounds)
        groups = tuple(self._group(group) for group in asked.groups)
        metric = self._metric(asked)
        members = tuple(self._member(asked.root, h.table, h.link, h.conditions, negated=h.negated) for h in asked.havings)  # fmt: skip
        self.entities[ROWS] = Entity(table=asked.root.name, time=time, where=tuple(where))
        model = SemanticModel(
            version=self.base.version,
            entities=self.base.entities | {n: e.model_copy(update={"joins": self.joins.get(n, {})}) for n, e in self.entities.items()},
            metrics=self.metrics,
            dimensions=self.dimensions,
        )  # fmt: skip
        day = " ".join(asked.time[1].words) if asked.time is not None and asked.is_dated else None
        return Composed(model, metric, groups, filters, members, time is not None, day)

    # ── places ───────────────────────────────────────────────────────────────────────────────────────────

    def _entity(self, start: str, way: Way) -> str:
        """The entity at the end of a way, made with those in between."""
        at = start
        for i, link in enumerate(way.links):
            name = f"{start}_{'_'.join(identifier(each.column) for each in way.links[: i + 1])}"
            if name not in self.entities:
                self.entities[name] = Entity(table=link.target)
                self.joins.setdefault(name, {})
                self.joins.setdefault(at, {})[self._join(link.column)] = (link.attribute, name)
            at = name
        return at

    @staticmethod
    def _join(column: str) -> str:
        return f"to_{identifier(column)}"

    def _path(self, start: str, way: Way, attribute: str) -> str:
        self._entity(start, way)
        return ".".join((*(self._join(link.column) for link in way.links), attribute))

    def _dimension(self, entity: str, label: str, attribute: str, key: str | None = None) -> str:
        for name, known in self.dimensions.items():
            if (known.entity, known.columns) == (entity, (attribute,)):
                return name
        name = unique(identifier(label), (*self.dimensions, *self.metrics))
        self.dimensions[name] = Dimension(label=capital(label), definition=capital(label), entity=entity, columns=(attribute,), key=key, values="none")  # fmt: skip
        return name

    # ── parts ────────────────────────────────────────────────────────────────────────────────────────────

    def _filter(self, start: str, item: Condition) -> Filter:
        entity = self._entity(start, item.way)
        if item.column is None:
            link = next(link for link in item.way.table.links if link.column == item.link)
            name = self._dimension(entity, " ".join(link.role), link.text)
        else:
            name = self._dimension(entity, _said(item.way, item.column), _attribute(item))
        values = tuple(float(value) for value in item.values) if item.as_figure else item.values
        return Filter(dimension=name, operator=item.operator, values=values)

    def _bound(self, bound: Bound) -> Filter:
        entity = self._entity(ROWS, bound.way) if bound.way is not None else ROWS
        label = bound.label if entity == ROWS or bound.way is None else f"{bound.way.table.singular} {bound.label}"
        name = self._dimension(entity, label, bound.attribute)
        return Filter(dimension=name, operator=bound.operator, values=(self.today if bound.value == "today" else bound.value,))  # fmt: skip

    def _group(self, group: Group) -> str:
        entity, table = self._entity(ROWS, group.way), group.way.table
        if group.column is not None:
            attribute = group.column.flag or group.column.text or ""
            return self._dimension(entity, _said(group.way, group.column), attribute)
        label = " ".join(group.way.links[-1].role) if group.way.links else table.singular
        if table.label is not None:
            return self._dimension(entity, label, table.label, None if table.label_repeats or table.key is None else "id")  # fmt: skip
        shown = handle_of(table)
        if shown is None and table.key is None:
            raise ValueError(f"{table.name} has nothing that its rows go by")
        attribute = shown.text or "" if shown is not None else "id"
        return self._dimension(entity, label, attribute, "id" if table.key is not None else None)

    def _metric(self, asked: Asked) -> str:
        if asked.part:
            return self._share(asked)
        if asked.ratio is not None:
            return self._ratio(asked, asked.ratio)
        metric = self._plain_metric(asked)
        name = identifier(metric.label)
        self.metrics[name] = metric
        return name

    def _plain_metric(self, asked: Asked, where: Sequence[Fixed] = ()) -> Metric:
        many = asked.root.plural
        if asked.kind == "days" and asked.days is not None:
            first, second = asked.days
            label = f"Average days from {' '.join(first.words)} to {' '.join(second.words)}"
            attribute = asked.root.days_between[f"{first.name}|{second.name}"]
            return AverageMetric(type="average", entity=ROWS, expression=attribute, unit="days", label=label, definition=f"{label} of {many} that have both.", where=tuple(where))  # fmt: skip
        if asked.kind == "count" or asked.measure is None:
            label = capital(many)
            return CountMetric(type="count", entity=ROWS, label=label, definition=f"How many {many} there are.", where=tuple(where))  # fmt: skip
        column = asked.measure
        measure = column.measure
        divisor = measure.divisor if measure else 1
        expression = f"{column.figure}" if divisor == 1 else f"{column.figure} / {divisor}"
        said = " ".join(word for word in column.words if word != "cents")
        unit = measure.unit if measure else "number"
        if asked.kind == "worth" and asked.price is not None:
            each = asked.price.measure
            expression = f"{column.figure} * {asked.price.figure}" + (f" / {each.divisor}" if each and each.divisor != 1 else "")  # fmt: skip
            named = f"{said} at {' '.join(word for word in asked.price.words if word != 'cents')}"
            return SumMetric(type="sum", entity=ROWS, expression=expression, unit="money", scale="one", label=f"Value of {named} of {many}", definition=f"“{column.name}” × “{asked.price.name}” of {many}, added up.", where=tuple(where))  # fmt: skip
        if asked.kind in ("highest", "lowest"):
            at = 1.0 if asked.kind == "highest" else 0.0
            label = f"{capital(asked.kind)} {said} of {many}"
            return QuantileMetric(type="quantile", entity=ROWS, per="id", expression=expression, at=at, scale="one", unit="number" if unit == "quantity" else unit, label=label, definition=f"The {asked.kind} “{column.name}” of a single one of the {many}.", where=tuple(where))  # pyright: ignore[reportArgumentType]  # fmt: skip
        if asked.kind == "average":
            return AverageMetric(type="average", entity=ROWS, expression=expression, unit="number" if unit == "quantity" else unit, label=f"Average {said} of {many}", definition=f"The mean of “{column.name}” of {many}.", where=tuple(where))  # pyright: ignore[reportArgumentType]  # fmt: skip
        return SumMetric(type="sum", entity=ROWS, expression=expression, unit=unit, scale="one", label=f"{capital(said)} of {many}", definition=f"“{column.name}” of {many}, added up.", where=tuple(where))  # pyright: ignore[reportArgumentType]  # fmt: skip

    def _ratio(self, asked: Asked, way: Way) -> str:
        """What the rows of each of something come to, on average over those that have any."""
        *before, last = way.links
        path = self._path(ROWS, Way(tuple(before), way.table), last.attribute)
        of = " ".join(last.role) or way.table.singular
        self.metrics["whole"] = self._plain_metric(replace(asked, kind="sum"))
        self.metrics["things"] = CountMetric(type="count", entity=ROWS, distinct=path, label=capital(of), definition=f"How many different {of}.")  # fmt: skip
        label = f"{self.metrics['whole'].label} per {of} on average"
        self.metrics["mean_per_thing"] = DerivedMetric(type="derived", expression="whole / things", unit="number" if self.metrics["whole"].unit == "quantity" else self.metrics["whole"].unit, label=label, definition=f"{label}.")  # fmt: skip
        return "mean_per_thing"

    def _share(self, asked: Asked) -> str:
        """The part in percent of the whole."""
        fixed = [self._fixed_bound(item) if isinstance(item, Bound) else self._fixed(item) for item in asked.part]
        whole, part = self._plain_metric(asked), self._plain_metric(asked, fixed)
        said = " and ".join(_part_said(item) for item in asked.part)
        self.metrics["whole"] = whole
        self.metrics["part"] = part
        label = f"{capital(said)}: share of {whole.label.lower()}"
        self.metrics["part_of_whole"] = DerivedMetric(type="derived", expression="part / whole", unit="share", label=label, definition=f"{label}.")  # fmt: skip
        return "part_of_whole"

    def _fixed(self, item: Condition) -> Fixed:
        if item.column is None:
            link = next(link for link in item.way.table.links if link.column == item.link)
            return Fixed(column=self._path(ROWS, item.way, link.text), operator=item.operator)  # pyright: ignore[reportArgumentType]
        return Fixed(column=self._path(ROWS, item.way, _attribute(item)), operator=item.operator, values=item.values)  # pyright: ignore[reportArgumentType]

    def _fixed_bound(self, item: Bound) -> Fixed:
        value = self.today if item.value == "today" else item.value
        return Fixed(column=item.attribute, operator=item.operator, values=(value,))

    def _member(self, root: SchemeTable, table: SchemeTable, link: str, conditions: Iterable[Condition], *, negated: bool) -> Member:  # fmt: skip
        """Only those that have, or have no, rows of another table."""
        name = unique(f"{ROWS}_{identifier(table.name)}", self.entities)
        held = next(each for each in table.links if each.column == link)
        drafted = self.base.entities[table.entity]
        self.joins[name] = {**drafted.joins, "to_rows": (held.attribute, ROWS)}
        self.entities[name] = Entity(table=table.name, where=drafted.where, time=drafted.time)
        filters = tuple(self._filter(name, item) for item in conditions)
        metric = unique(identifier(f"{table.name}_count"), self.metrics)
        self.metrics[metric] = CountMetric(type="count", entity=name, label=capital(table.plural), definition=f"How many {table.plural} there are.")  # fmt: skip
        shown = root.label or next((column.text for column in root.columns if column.text), "id") or "id"
        who = unique(identifier(root.singular), (*self.dimensions, *self.metrics))
        self.dimensions[who] = Dimension(label=capital(root.singular), definition=capital(root.singular), entity=ROWS, columns=(shown,), key="id", values="none")  # fmt: skip
        return Member(dimension=who, metric=metric, filters=filters, negated=negated)


def _attribute(item: Condition) -> str:
    column = item.column
    if column is None:
        raise ValueError("a condition on a link has no column")
    if item.as_figure:
        return column.figure or ""
    return (column.flag if item.as_flag else None) or column.text or column.day or column.figure or column.flag or ""


_IN_WORDS = {"gt": "over", "ge": "at least", "lt": "under", "le": "at most"}


def _part_said(item: Condition | Bound) -> str:
    if isinstance(item, Bound):
        return f"{item.label} {_IN_WORDS[item.operator]} {item.value}"
    shown = " ".join(str(value) for value in item.values)
    without = "without" if item.operator == "is_null" else "with"
    return shown if shown and item.operator in ("eq", "in") else f"{without} {_said(item.way, item.column)}"


def _said(way: Way, column: SchemeColumn | None) -> str:
    """A column in words, with what it is one of where it is not a column of what is counted."""
    if column is None:
        return way.table.singular
    words = [word for word in column.words if word not in ("id", "code")] or list(column.words)
    if not way.links:
        return " ".join(words)
    kind = [word for word in words if word not in ("name", "description", "text")]
    role = " ".join(way.links[-1].role)
    return role if not kind or " ".join(kind) == role else f"{role} {' '.join(word for word in kind if word not in role.split())}"  # fmt: skip
