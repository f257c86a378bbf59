"""What a row of a fact amounts to: in the currency that is asked for, and in which band it lies."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.arithmetic import arithmetic
from storage.metrics.bands import age_band_of, band_of, labels
from storage.metrics.exchange import converted
from storage.metrics.joins import Aliases, Fact
from storage.metrics.model import AverageMetric, Bands, ClosingMetric, QuantileMetric, SemanticModel, SumMetric
from storage.metrics.pieces import Terms, holds
from storage.metrics.query import Filter


class Amounts:
    """Amounts on the terms of one statement."""

    def __init__(self, model: SemanticModel, aliases: Aliases) -> None:
        self._model = model
        self._aliases = aliases
        self.terms = Terms()

    def of(self, fact: Fact, metric: SumMetric | AverageMetric | QuantileMetric | ClosingMetric) -> ColumnElement[Any]:
        """What a row adds to a figure, an amount of money in the currency that is asked for."""
        value = arithmetic(metric.expression, fact.column)
        return self._converted(fact, value) if metric.unit == "money" else value

    def band(self, fact: Fact, dimension: str, bands: Bands, path: str) -> ColumnElement[Any]:
        """The band of a row. What rows share (an order's value) is added up by itself and joined by its key, one row to
        one: no line is counted twice."""
        if bands.per is None:
            value = self._measure(fact, bands)
        else:
            value = fact.measured.get(dimension)
            if value is None:
                things = self._measured(bands, bands.per)
                fact.join_to(things, things.c.key == fact.column(path))
                value = fact.measured[dimension] = things.c.value
        if bands.unit != "months":
            return band_of(value, bands, self.terms.currency)
        if self.terms.aged_on is None:
            raise ValueError("ages are counted up to a day")
        return age_band_of(value, bands, self.terms.aged_on)

    def numbered(self, item: Filter) -> Filter:
        """A condition on bands by their names as one on their numbers. Raises CopilotError (invalid)."""
        bands = self._model.dimensions[item.dimension].bands
        if bands is None:
            return item
        names = labels(bands, self.terms.currency)
        unknown = next((value for value in item.values if value not in names), None)
        if unknown is not None or item.operator not in ("eq", "ne", "in", "not_in", "is_null", "not_null"):
            label = self._model.dimensions[item.dimension].label
            raise CopilotError(ErrorKind.INVALID, f"{label} has no “{unknown}”: {', '.join(names)}.")
        return item.model_copy(update={"values": tuple(names.index(str(value)) for value in item.values)})

    def _measured(self, bands: Bands, per: str) -> Subquery:
        fact = Fact(self._model, self._aliases, bands.entity)
        entity = self._model.entities[bands.entity]
        key = fact.column(per)
        if bands.unit == "months":
            if entity.time is None:
                raise ValueError(f"{bands.entity} has no dates")
            value = func.min(fact.column(entity.time))
        else:
            value = func.sum(self._measure(fact, bands))
        fixed = [holds(fact.column(condition.column), condition) for condition in entity.where]
        statement = fact.apply(select(key.label("key"), value.label("value"))).where(key.is_not(None), *fixed)
        return statement.group_by(key).subquery()

    def _measure(self, fact: Fact, bands: Bands) -> ColumnElement[Any]:
        def resolve(path: str) -> ColumnElement[Any]:
            column = fact.column(path)
            return self._converted(fact, column) if bands.unit == "money" and path.endswith("_micros") else column

        return arithmetic(bands.expression or "", resolve)

    def _converted(self, fact: Fact, amount: ColumnElement[Any]) -> ColumnElement[Any]:
        entity, exchange = self._model.entities[fact.entity], self.terms.exchange
        if exchange is None or entity.currency is None:
            return amount
        return converted(amount, fact.column(entity.currency), fact.rates(entity, exchange), exchange.into)
