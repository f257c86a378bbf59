"""The SELECTs that kept sums are made of: the compiler's own over facts, one month at a time."""

from datetime import date
from typing import Any

from sqlalchemy import Select

from storage.metrics.facts import Facts
from storage.metrics.model import Mappers, SemanticModel
from storage.metrics.pieces import Cut
from storage.metrics.query import TimeRange
from storage.metrics.rollup import KeptGrain, Rollup, next_month


class Sums:
    """What is kept of one semantic model, and how it is made. For one thread."""

    def __init__(self, model: SemanticModel, mappers: Mappers) -> None:
        self.rollup = Rollup(model)
        self._model = model
        self._facts = Facts(model, mappers, week_start=1)

    def statement(self, entity: str, dimension: str | None, grain: KeptGrain, month: date) -> Select[Any]:
        """Rows of a cube in a month: t, the member's label d0 and key k0 (where there is a dimension), every metric of
        the entity by its name, and n."""
        self._facts.begin_statement()
        bases = {
            name: base for metric in self.rollup.metrics[entity] for name, base in self._model.base_metrics(metric).items()
        }  # fmt: skip
        dimensions = (dimension,) if dimension else ()
        cut = Cut(dimensions, (), (), TimeRange(start=month, end=next_month(month)), 0, grain)
        (statement,) = self._facts.of(bases, cut)
        return statement
