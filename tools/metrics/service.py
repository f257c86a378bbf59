"""Metrics of a tenant's own: listed beside the product's, defined, changed and deleted."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.kernel.ids import new_id
from storage.metrics.model import DerivedMetric, SemanticModel, Unit, expression_names
from storage.models.foundry import TenantMetric
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.metrics.engine import check_extent, units_of
from tools.metrics.naming import check_label, check_name, check_synonyms, name_of
from tools.metrics.schemas import MOST_METRICS, DefineMetric, MetricDraft, MetricView
from tools.metrics.usage import in_use, users
from tools.metrics.views import own_view, product_view
from tools.query.defining import in_words, read_definition, read_expression
from tools.query.layer import LayerStore, as_metric, extended
from tools.query.service import QueryService
from tools.query.slots import Unclear


class MetricService:
    """The product's metrics are the same for everybody; a tenant's own are read and changed by the tenant alone."""

    def __init__(self, query: QueryService) -> None:
        self._layers: LayerStore = query.layers

    async def all(self, uow: ReadUnitOfWork) -> tuple[MetricView, ...]:
        """The tenant's own, the newest first, then the product's."""
        model = (await self._layers.of(uow, await uow.tenants.current())).model
        own = [own_view(row, model) for row in reversed(await uow.own_metrics.all())]
        return (*own, *(product_view(name, self._product) for name in self._product.metrics))

    async def get(self, uow: ReadUnitOfWork, metric_id: str) -> MetricView:
        """By its id, or by the name of one of the product's. Raises CopilotError (not found)."""
        if metric_id in self._product.metrics:
            return product_view(metric_id, self._product)
        row = await uow.own_metrics.get(metric_id)
        return own_view(row, (await self._layers.of(uow, await uow.tenants.current())).model)

    async def create(self, uow: WriteUnitOfWork, draft: MetricDraft) -> MetricView:
        """Raises CopilotError: invalid for an expression that cannot be reckoned, a unit that it does not have, and names
        with another meaning; conflict for names that another metric has."""
        rows = await self._locked(uow)
        if len(rows) >= MOST_METRICS:
            raise invalid(f"A tenant has {MOST_METRICS} metrics of its own at most.", hint="Delete one first.")
        row = TenantMetric(id=new_id(), name=draft.name or name_of(draft.label), created_by=uow.actor.user_id)
        checked = self._checked(draft, row.name, rows, "")
        uow.add(row)
        return await self._written(uow, row, draft, checked)

    async def replace(self, uow: WriteUnitOfWork, metric_id: str, draft: MetricDraft) -> MetricView:
        """Without a name it keeps its own. Raises as `create` does; conflict also where another metric would no longer
        hold, and for a new name of one that is used."""
        rows = await self._locked(uow)
        row = await self._own(uow, metric_id)
        name = draft.name or row.name
        if name != row.name and (said := await self._users(uow, row, rows)):
            raise in_use(row.label, said, "given another name")
        checked = self._checked(draft, name, rows, row.name)
        row.name = name
        return await self._written(uow, row, draft, checked)

    async def delete(self, uow: WriteUnitOfWork, metric_id: str) -> None:
        """Raises CopilotError: not found, or conflict with what uses it."""
        rows = await self._locked(uow)
        row = await self._own(uow, metric_id)
        if said := await self._users(uow, row, rows):
            raise in_use(row.label, said, "deleted")
        await uow.delete(row)
        await uow.own_metrics.changed()

    async def define(self, uow: WriteUnitOfWork, request: DefineMetric) -> MetricView:
        """A metric from plain words. Raises as `create` does; invalid in the words of the question back where it is not
        clear which figures are meant."""
        defined = read_definition(request.definition)
        label = request.label or (defined.label if defined else None)
        if label is None:
            raise invalid("What is the figure to be called?", pointer="/label", hint="Define take-home as net sales minus shipping.")  # fmt: skip
        layer = await self._layers.of(uow, await uow.tenants.current())
        try:
            expression = read_expression(
                defined.words if defined else request.definition, layer.model, layer.metric_phrases
            )
            draft = MetricDraft(label=label[:1].upper() + label[1:], expression=expression)
        except Unclear as unclear:
            raise invalid(unclear.question, pointer="/definition") from unclear
        except ValidationError as error:
            raise invalid("That is too long for a definition.", pointer="/definition") from error
        return await self.create(uow, draft)

    # ── pieces ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _product(self) -> SemanticModel:
        return self._layers.base.model

    async def _locked(self, uow: WriteUnitOfWork) -> Sequence[TenantMetric]:
        """The tenant's metrics, which nobody else changes until the unit ends: they are checked together."""
        await uow.tenants.lock()
        return await uow.own_metrics.all()

    async def _own(self, uow: WriteUnitOfWork, metric_id: str) -> TenantMetric:
        if metric_id in self._product.metrics:
            label = self._product.metrics[metric_id].label
            raise CopilotError(ErrorKind.CONFLICT, f"“{label}” belongs to the product: it cannot be changed.")
        return await uow.own_metrics.get(metric_id)

    async def _users(self, uow: WriteUnitOfWork, row: TenantMetric, rows: Sequence[TenantMetric]) -> list[str]:
        return await users(uow, row.name, rows, self._layers.with_own(rows).model)

    async def _written(
        self, uow: WriteUnitOfWork, row: TenantMetric, draft: MetricDraft, checked: tuple[DerivedMetric, SemanticModel]
    ) -> MetricView:
        metric, model = checked
        row.label, row.definition, row.unit = metric.label, metric.definition, metric.unit
        row.expression, row.synonyms = metric.expression, list(draft.synonyms)
        await uow.own_metrics.changed()
        await uow.flush()
        return own_view(row, model)

    def _checked(
        self, draft: MetricDraft, name: str, rows: Sequence[TenantMetric], before: str
    ) -> tuple[DerivedMetric, SemanticModel]:
        """The metric of a draft, and the tenant's model with it. `before` is the name of the one that it replaces."""
        layer = self._layers.with_own(rows)
        if name != before:
            check_name(name, layer.model, pointer="/label" if draft.name is None else "/name")
        check_label(draft.label, layer.model, self._product, layer.lexicon, of=before)
        check_synonyms(draft.synonyms, layer.model, layer.lexicon, of=before)
        # Those that no longer hold are none of this one's doing.
        others = {row.name: as_metric(row) for row in rows if row.name != before and row.name in layer.model.metrics}
        metric = self._metric(draft, name, others)
        model = extended(self._product, {**others, name: metric})
        for row in rows:
            if row.name in others and name in model.made_of(row.name):
                self._check_dependent(row, model)
        return metric, model

    def _metric(self, draft: MetricDraft, name: str, others: Mapping[str, DerivedMetric]) -> DerivedMetric:
        try:
            names = expression_names(draft.expression)
            known = {*self._product.metrics, *others, name}
            if missing := sorted(names - known):
                raise ValueError(f"there is no metric {missing[0]!r}")
            metric = DerivedMetric(
                type="derived",
                label=draft.label,
                definition="",
                expression=draft.expression,
                unit="number",
                synonyms=draft.synonyms,
            )
            model = extended(self._product, {**others, name: metric})
            units = self._units(name, draft.expression, model)
        except ValidationError as error:
            raise _cannot(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
        except ValueError as error:
            raise _cannot(str(error)) from error
        if draft.unit is not None and draft.unit not in units:
            fits = " or ".join(units)
            raise invalid(f"This expression comes to {fits}, and not to {draft.unit}.", pointer="/unit")
        definition = draft.definition or f"{in_words(draft.expression, model)}."
        return metric.model_copy(update={"unit": draft.unit or units[0], "definition": definition})

    def _units(self, name: str, expression: str, model: SemanticModel) -> tuple[Unit, ...]:
        """Raises ValueError where the metric cannot be reckoned."""
        check_extent(expression, model)
        compiler = self._layers.compiler(model)
        units = units_of(expression, model, compiler.micros)
        compiler.micros(name)
        return units

    def _check_dependent(self, row: TenantMetric, model: SemanticModel) -> None:
        """Raises CopilotError (conflict) where a metric that is made of the changed one would no longer hold."""
        try:
            holds = model.metrics[row.name].unit in self._units(row.name, row.expression, model)
            reason = f"it would no longer come to {row.unit}"
        except ValueError as error:
            holds, reason = False, str(error)
        if not holds:
            raise CopilotError(ErrorKind.CONFLICT, f"“{row.label}”, which is made of it, would not hold: {reason}.")


def _cannot(reason: str) -> CopilotError:
    return invalid(f"This expression cannot be reckoned: {reason}.", pointer="/expression")
