"""Dimensions of a tenant's own: groups of the members of one, and other edges for the product's bands."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem, invalid
from storage.kernel.ids import new_id
from storage.metrics.bands import labels
from storage.metrics.model import Dimension, MemberGroup, SemanticModel
from storage.models.foundry import TenantDimension
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.language.text import tokenize
from tools.language.values import ValueIndex
from tools.metrics.dimension_schemas import (
    MOST_DIMENSIONS,
    DefineDimension,
    DimensionDraft,
    DimensionView,
    GroupDraft,
)
from tools.metrics.grouping import Edges, read_dimension
from tools.metrics.naming import MOST_WORDS, says_a_time_or_number
from tools.metrics.usage import in_use, users_of_dimension
from tools.query.layer import Layer, as_dimension, with_dimensions
from tools.query.service import Basis, QueryService
from tools.query.slots import Unclear


class DimensionService:
    """They are read and changed by their tenant alone. What is built of them is built anew with its figures."""

    def __init__(self, query: QueryService) -> None:
        self._query = query

    async def all(self, uow: ReadUnitOfWork) -> tuple[DimensionView, ...]:
        """The newest first."""
        tenant = await uow.tenants.current()
        return tuple(self._view(row, tenant.currency) for row in reversed(await uow.own_dimensions.all()))

    async def get(self, uow: ReadUnitOfWork, dimension_id: str) -> DimensionView:
        """Raises CopilotError (not found)."""
        tenant = await uow.tenants.current()
        return self._view(await uow.own_dimensions.get(dimension_id), tenant.currency)

    async def create(self, uow: WriteUnitOfWork, draft: DimensionDraft) -> DimensionView:
        """Raises CopilotError: invalid for what cannot be grouped, and names with another meaning; conflict where there
        are groups or bands of that dimension already, or a name is taken."""
        await uow.tenants.lock()
        rows = await uow.own_dimensions.all()
        if len(rows) >= MOST_DIMENSIONS:
            raise invalid(f"A tenant has {MOST_DIMENSIONS} dimensions of its own at most.", hint="Delete one first.")
        if any(row.of == draft.of for row in rows):
            raise _taken("/of", f"“{draft.of}” has groups or bands of yours already: change those.")
        row = TenantDimension(id=new_id(), of=draft.of, created_by=uow.actor.user_id)
        await self._fill(uow, row, draft, rows)
        uow.add(row)
        return await self._written(uow, row)

    async def replace(self, uow: WriteUnitOfWork, dimension_id: str, draft: DimensionDraft) -> DimensionView:
        """Raises as `create` does; invalid for another dimension `of`."""
        await uow.tenants.lock()
        row = await uow.own_dimensions.get(dimension_id)
        if draft.of != row.of:
            raise invalid("What is grouped stays the same: define a new one.", pointer="/of")
        await self._fill(uow, row, draft, [one for one in await uow.own_dimensions.all() if one.id != row.id])
        return await self._written(uow, row)

    async def delete(self, uow: WriteUnitOfWork, dimension_id: str) -> None:
        """Raises CopilotError: not found, or conflict with the widgets that use its groups."""
        await uow.tenants.lock()
        row = await uow.own_dimensions.get(dimension_id)
        if row.kind == "groups":
            names = [row.label, *(group["label"] for group in row.parts), *row.synonyms]
            if said := await users_of_dimension(uow, row.name, names):
                raise in_use(row.label, said, "deleted")
        await uow.delete(row)
        await uow.own_metrics.changed()

    async def define(self, uow: WriteUnitOfWork, request: DefineDimension) -> DimensionView:
        """Groups or bands from plain words; a group joins those that there are of the same dimension. Raises as `create`
        does; invalid in the words of the question back where it is not clear what is meant."""
        basis = await self._query.basis(uow, None)
        try:
            read = read_dimension(request.definition, basis.model, basis.layer.lexicon, basis.knowledge.values, basis.currencies.main)  # fmt: skip
        except Unclear as unclear:
            raise invalid(unclear.question, pointer="/definition") from unclear
        if read is None:
            raise invalid(
                "I found no group or bands in that.",
                pointer="/definition",
                hint="Define northern countries as Norway and Sweden; price bands: under 10, 10 to 25, over 25.",
            )
        row = next((one for one in await uow.own_dimensions.all() if one.of == read.of), None)
        if isinstance(read, Edges):
            draft = DimensionDraft(of=read.of, edges=read.edges)
        else:
            before = tuple(GroupDraft.model_validate(group) for group in row.parts) if row else ()
            if any(_lemmas(group.label) == _lemmas(read.group.label) for group in before):
                raise _taken(
                    "/definition", f"There is a group “{read.group.label}” already: choose another name, or change it."
                )
            try:
                draft = DimensionDraft(of=read.of, groups=(*before, GroupDraft(**read.group.model_dump())))
            except ValidationError as error:
                raise invalid("That is too long for a definition.", pointer="/definition") from error
        return await self.create(uow, draft) if row is None else await self.replace(uow, row.id, draft)

    # ── pieces ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _product(self) -> SemanticModel:
        return self._query.layers.base.model

    async def _fill(
        self, uow: WriteUnitOfWork, row: TenantDimension, draft: DimensionDraft, others: Sequence[TenantDimension]
    ) -> None:
        base = self._product.dimensions.get(draft.of)
        if base is None:
            raise invalid(f"There is nothing called “{draft.of}” to group.", pointer="/of")
        row.kind, row.synonyms = ("groups" if draft.groups else "bands"), []
        if draft.groups:
            row.name, row.label = f"{draft.of}_group", f"{base.label} group"
            row.parts = [group.model_dump(mode="json") for group in draft.groups]
            row.synonyms = [f"{base.label.lower()} groups", f"groups of {base.label.lower()}"]
        else:
            row.name, row.label, row.parts = draft.of, base.label, list(draft.edges)
        row.definition = _definition(draft, base)
        try:
            dimension = as_dimension(row, self._product)
            with_dimensions(self._product, {row.name: dimension})
        except ValueError as error:
            reason = error.errors()[0]["msg"].removeprefix("Value error, ") if isinstance(error, ValidationError) else str(error)  # fmt: skip
            raise invalid(
                f"This cannot be grouped so: {reason}.", pointer="/groups" if draft.groups else "/edges"
            ) from error
        if draft.groups:
            basis = await self._query.basis(uow, None)
            own = self._query.layers.with_own(await uow.own_metrics.all(), others)
            _check_groups(draft, own, basis)

    async def _written(self, uow: WriteUnitOfWork, row: TenantDimension) -> DimensionView:
        await uow.own_metrics.changed()
        await uow.flush()
        return self._view(row, (await uow.tenants.current()).currency)

    def _view(self, row: TenantDimension, currency: str | None) -> DimensionView:
        bands = as_dimension(row, self._product).bands if row.kind == "bands" else None
        content: dict[str, Any] = {"edges": row.parts} if row.kind == "bands" else {"groups": row.parts}
        return DimensionView.model_validate(
            {
                "id": row.id,
                "name": row.name,
                "kind": row.kind,
                "of": row.of,
                "label": row.label,
                "definition": row.definition,
                "bands": labels(bands, currency) if bands else (),
                "created_at": row.created_at,
                "updated_at": row.updated_at,
            }
            | content
        )


def _definition(draft: DimensionDraft, base: Dimension) -> str:
    if draft.edges:
        return base.definition
    said = f"{'; '.join(f'{group.label}: {_said(group.group)}' for group in draft.groups)}."
    several = len(draft.groups) > 1 and any(group.begins_with or group.contains for group in draft.groups)
    return f"{said} What fits several counts in the first of them." if several else said


def _said(group: MemberGroup) -> str:
    parts = [*group.values]
    parts += [f"all that begin with “{text}”" for text in group.begins_with]
    parts += [f"all that contain “{text}”" for text in group.contains]
    return ", ".join(parts)


def _check_groups(draft: DimensionDraft, layer: Layer, basis: Basis) -> None:
    """Raises CopilotError: conflict for a name that is taken, or a member of two groups; invalid for what is no member."""
    seen: dict[str, str] = {}
    names: set[tuple[str, ...]] = set()
    for i, group in enumerate(draft.groups):
        pointer = f"/groups/{i}/label"
        _check_label(group.label, layer, basis.knowledge.values, draft.of, pointer)
        if _lemmas(group.label) in names:
            raise _taken(pointer, f"Two groups are called “{group.label}”.")
        names.add(_lemmas(group.label))
        for value in group.values:
            if value in seen:
                raise _taken(
                    f"/groups/{i}/values", f"“{value}” is in “{seen[value]}” already: a member is in one group."
                )
            seen[value] = group.label


def _check_label(label: str, layer: Layer, values: ValueIndex, of: str, pointer: str) -> None:
    tokens = tokenize(label)
    filler = all(token.norm in layer.lexicon.filler for token in tokens)
    if filler or len(tokens) > MOST_WORDS or says_a_time_or_number(tokens):
        raise invalid(f"“{label}” is no name that a question could tell from other words.", pointer=pointer)
    hits = layer.lexicon.phrases.find(tokens)
    if hits and (hits[0].start, hits[0].end) == (0, len(tokens)):
        raise _taken(
            pointer, f"“{label}” means something in questions already: which do you mean? Please choose another name."
        )
    for hit in values.whole(tokens, set()):
        other = next((value.dimension for value in hit.values if value.dimension != f"{of}_group"), None)
        if (hit.start, hit.end) == (0, len(tokens)) and other is not None:
            kind = layer.model.dimensions[other].label.lower() if other in layer.model.dimensions else "name"
            raise _taken(
                pointer, f"“{label}” is a {kind} in your data already: which do you mean? Please choose another name."
            )


def _lemmas(phrase: str) -> tuple[str, ...]:
    return tuple(token.lemma for token in tokenize(phrase))


def _taken(pointer: str, message: str) -> CopilotError:
    return CopilotError(ErrorKind.CONFLICT, message, problems=(FieldProblem(pointer, message),))
