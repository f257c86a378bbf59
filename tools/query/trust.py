"""How far figures can be trusted: the quality of what they were made of, carried into the answer.

quality_score = usable × the lowest score of the tables that the figures were made of: those of their metrics, and those that
hold what they are split or narrowed by. `usable` is the share of all rows received that could go in. A table's score is the
one that was kept after the last import or sync (see tools.lineage.engine), the mean over its sources by their rows; scores of
more than KEPT_DAYS ago say nothing. Of tables without a score, `usable` alone is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from storage.repositories.ingestion import UNIFIED
from storage.repositories.quality import KeptQuality

KEPT_DAYS: Final = 30
LOW: Final = 0.6
"""Below it an answer says so."""
_TABLES: Final = {model.__name__: table for table, model in UNIFIED.items()}


@dataclass(frozen=True, slots=True)
class Trust:
    """A score of 0 to 1, and of a low one why."""

    score: float
    notes: tuple[str, ...] = ()

    @property
    def is_low(self) -> bool:
        return self.score < LOW


def tables_of(query: MetricQuery, model: SemanticModel) -> frozenset[str]:
    """The unified tables that a query's figures are made of."""
    entities = {base.entity for name in query.metrics for base in model.base_metrics(name).values()}
    classes = {model.entities[entity].table for entity in entities}
    named = (*query.dimensions, *(one.dimension for one in query.filters))
    classes |= {table for name in named if name in model.dimensions for table, _ in model.columns_of(name)}
    return frozenset(_TABLES[name] for name in classes if name in _TABLES)


def trust(usable: float | None, kept: Mapping[str, KeptQuality], tables: Iterable[str]) -> Trust | None:
    """None where no row has come in."""
    if usable is None:
        return None
    known = [kept[table] for table in sorted(tables) if table in kept]
    if not known:
        return Trust(round(usable, 4))
    weakest = min(known, key=lambda one: one.score)
    score = round(usable * weakest.score, 4)
    if score >= LOW:
        return Trust(score)
    measure, value = min(weakest.measures.items(), key=lambda one: one[1])
    kind = weakest.kind.replace("_", " ")
    why = f"Quality: the {kind} records score {weakest.score:.0%}; weakest is their {measure}, {value:.0%}."
    refused = (f"{1 - usable:.0%} of the rows received could not go in.",) if usable < 1 else ()
    return Trust(score, (why, *refused))
