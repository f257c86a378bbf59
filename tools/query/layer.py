"""What a tenant's figures can be asked for: the product's semantic model and metrics of the tenant's own, with the words
for them and what compiles them. Built once per version of her metrics, and kept."""

from collections import OrderedDict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import structlog

from storage.metrics.compiler import Compiler
from storage.metrics.model import Bands, DerivedMetric, Dimension, Groups, Mappers, Metric, SemanticModel
from storage.metrics.records import Records
from storage.metrics.rollup import Rollup
from storage.models.foundry import TenantDimension, TenantMetric
from storage.models.identity import Tenant
from storage.uow import ReadUnitOfWork
from tools.language.lexicon import Lexicon
from tools.language.phrases import PhraseIndex
from tools.language.text import tokenize
from tools.query.lexicon import OUTSIDE, build_lexicon, held_kind, metric_phrases
from tools.query.series import series_metrics

log = structlog.get_logger(__name__)
TENANTS_KEPT = 64
MOST_SERIES = 200
"""Series of a tenant that can be asked for; more of them would rather be a mistake of an import."""


@dataclass(frozen=True, slots=True)
class OwnData:
    """What a tenant's data has beside orders: the names of its daily series, and of the entities that not everybody has
    those that it has, with the kinds of their rows (see tools.query.lexicon)."""

    series: tuple[str, ...] = ()
    held: frozenset[str] = frozenset()


NOTHING = OwnData()


@dataclass(frozen=True)
class Layer:
    """`compilers` has one for each day that a week may begin on: a compiler keeps what is costly to build."""

    model: SemanticModel
    lexicon: Lexicon
    compilers: Mapping[int, Compiler]
    held: Container[str] = ()
    """What the tenant has of the entities that not everybody has."""

    @cached_property
    def metric_phrases(self) -> PhraseIndex[str]:
        """The names of the metrics that the tenant has the data for."""
        return metric_phrases(self.model, self.held)

    @cached_property
    def own_members(self) -> Mapping[str, tuple[str, ...]]:
        """The names of groups, by the dimension that a tenant has defined."""
        model = self.model
        return {name: members for name, members in model.fixed_values.items() if model.dimensions[name].groups}

    @classmethod
    def of(
        cls, model: SemanticModel, mappers: Mappers, rollup: Rollup | None = None, held: Container[str] = ()
    ) -> "Layer":
        compilers = {day: Compiler(model, mappers, week_start=day, rollup=rollup) for day in range(1, 8)}
        return cls(model, build_lexicon(model, held), compilers, held)


class LayerStore:
    """`base` is everybody's; a tenant without metrics of its own has that very object. Of the others the least recently
    used are forgotten first."""

    def __init__(self, model: SemanticModel, mappers: Mappers) -> None:
        self.rollup = Rollup(model)
        self.base = Layer.of(model, mappers, self.rollup)
        self._mappers = mappers
        self._kept: OrderedDict[str, tuple[tuple[int, OwnData] | None, Layer]] = OrderedDict()
        self._own: OrderedDict[str, tuple[str, OwnData]] = OrderedDict()

    async def of(self, uow: ReadUnitOfWork, tenant: Tenant) -> Layer:
        """The layer of the unit's tenant, built again when its metrics or its series have changed."""
        own = await self._own_of(uow)
        if tenant.metrics_version == 0 and own == NOTHING:
            return self.base
        made_of = (tenant.metrics_version, own)
        known, layer = self._kept.get(tenant.id, (None, self.base))
        if known != made_of:
            layer = self.with_own(await uow.own_metrics.all(), await uow.own_dimensions.all(), own)
            self._kept[tenant.id] = (made_of, layer)
        self._kept.move_to_end(tenant.id)
        while len(self._kept) > TENANTS_KEPT:
            self._kept.popitem(last=False)
        return layer

    async def _own_of(self, uow: ReadUnitOfWork) -> "OwnData":
        """What the unit's tenant has beside orders, read again when its data has changed."""
        version = await uow.metrics.data_version()
        known, own = self._own.get(uow.tenant_id, ("", NOTHING))
        if known != version:
            series = tuple((await uow.metrics.series_names())[:MOST_SERIES])
            held = ["stock"] if await uow.metrics.has_stock() else []
            if kinds := await uow.metrics.transaction_kinds():
                held += ["transaction", *(held_kind("transaction", kind) for kind in kinds)]
            own = OwnData(series, frozenset(held))
            self._own[uow.tenant_id] = (version, own)
        self._own.move_to_end(uow.tenant_id)
        while len(self._own) > TENANTS_KEPT:
            self._own.popitem(last=False)
        return own

    def with_own(
        self, rows: Iterable[TenantMetric], dimensions: Iterable[TenantDimension] = (), has: "OwnData | None" = None
    ) -> Layer:
        """The layer with these metrics, dimensions and data beside orders. One that no longer holds, since a release took away what it
        is made of or took its name, is left out and logged: it must not take all other answers with it."""
        own = {row.name: as_metric(row) for row in rows}
        base = self._with_dimensions(dimensions)
        has = has or NOTHING
        if has.series:
            base = extended(base, series_metrics(has.series, self._means_something))
        if not own and base is self.base.model and not has.held:
            return self.base
        try:
            model = extended(base, own)
        except ValueError:
            model = self._that_holds(own, base)
        return Layer.of(model, self._mappers, self.rollup, has.held)

    def _means_something(self, phrase: str) -> bool:
        """Whether a phrase as a whole is known, and not as something that no shop's data holds."""
        tokens = tokenize(phrase)
        whole = (hit for hit in self.base.lexicon.phrases.find(tokens) if hit.end - hit.start == len(tokens))
        known = any(term.id != OUTSIDE for hit in whole for term in hit.meanings)
        return known or phrase in self.base.lexicon.filler

    def compiler(self, model: SemanticModel) -> Compiler:
        """A compiler of any model over the same tables."""
        return Compiler(model, self._mappers)

    def records(self, layer: Layer, week_start: int) -> Records:
        """What compiles the lists of records behind the layer's figures."""
        return Records(layer.model, self._mappers, week_start)

    def _with_dimensions(self, rows: Iterable[TenantDimension]) -> SemanticModel:
        model = self.base.model
        for row in rows:
            try:
                model = with_dimensions(model, {row.name: as_dimension(row, self.base.model)})
            except ValueError:
                log.warning("a dimension of a tenant no longer holds", name=row.name)
        return model

    def _that_holds(self, own: Mapping[str, DerivedMetric], base: SemanticModel) -> SemanticModel:
        model, pending = base, dict(own)
        while pending:
            before = len(pending)
            for name, metric in list(pending.items()):
                try:
                    model = extended(model, {name: metric})
                except ValueError:
                    continue
                del pending[name]
            if len(pending) == before:
                log.warning("metrics of a tenant no longer hold", names=sorted(pending))
                break
        return model


def extended(model: SemanticModel, own: Mapping[str, Metric]) -> SemanticModel:
    """The model with more metrics. Raises ValueError where one of them names what there is not, is made of itself or of
    a day, or bears the name of one that is there."""
    if taken := model.metrics.keys() & own.keys():
        raise ValueError(f"there is a metric {min(taken)!r} already")
    return SemanticModel(
        version=model.version,
        entities=model.entities,
        metrics={**model.metrics, **own},
        dimensions=model.dimensions,
    )


def with_dimensions(model: SemanticModel, own: Mapping[str, Dimension]) -> SemanticModel:
    """The model with more dimensions, or with bands in the place of its own. Raises ValueError where one groups what there
    is not, or bears the name of another."""
    for name, dimension in own.items():
        known = model.dimensions.get(name)
        if name in model.metrics or (known is not None and not (known.bands and dimension.bands)):
            raise ValueError(f"there is a {name!r} already")
    return SemanticModel(
        version=model.version,
        entities=model.entities,
        metrics=model.metrics,
        dimensions={**model.dimensions, **own},
    )


def as_dimension(row: TenantDimension, product: SemanticModel) -> Dimension:
    """Raises ValueError where it is of something that there is not, or that has no members or bands."""
    base = product.dimensions.get(row.of)
    if base is None:
        raise ValueError(f"there is no dimension {row.of!r}")
    if row.kind == "groups":
        groups = Groups.model_validate({"of": row.of, "groups": row.parts})
        return Dimension(label=row.label, definition=row.definition, synonyms=tuple(row.synonyms), groups=groups)
    if base.bands is None:
        raise ValueError(f"{base.label} has no bands")
    bands = Bands.model_validate(base.bands.model_dump() | {"edges": row.parts, "exact": True})
    return base.model_copy(update={"bands": bands})


def as_metric(row: TenantMetric) -> DerivedMetric:
    """A phrase that one of the product's metrics has too is told from it by "my": "my margin"."""
    return DerivedMetric.model_validate(
        {
            "type": "derived",
            "label": row.label,
            "definition": row.definition,
            "expression": row.expression,
            "unit": row.unit,
            "synonyms": (*row.synonyms, f"my {row.label}", f"our {row.label}"),
        }
    )
