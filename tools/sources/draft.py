"""A draft of the semantic layer of a database: what can be asked of it, in words that its owner would use.

Everything here is a guess with a confidence and a reason; a guess that is too thin is not made. Row counts, sums and
averages of columns, different things counted; names, kinds, places and yes-or-noes to split by.
"""

from storage.metrics.model import Condition, Entity, SemanticModel
from storage.sources.catalogue import Binding, BoundTable, SourceCatalogue
from tools.sources.deletion import leave_out_deleted
from tools.sources.dimensions import add_dimensions
from tools.sources.entities import Thing, skeleton_of
from tools.sources.figures import add_count, add_different, add_happening, add_measures, add_names_counted
from tools.sources.making import MOST_DIMENSIONS, MOST_METRICS, Making
from tools.sources.naming import capital, words_of
from tools.sources.outline import scheme_of
from tools.sources.prefixes import as_written, without_prefixes
from tools.sources.revenue import forget_revenue_of_a_part
from tools.sources.schemas import DraftLayer, Proposal


def draft_of(catalogue: SourceCatalogue) -> DraftLayer:
    """The draft for a database that was looked at."""
    catalogue, renamed = without_prefixes(catalogue)
    making = Making(skeleton_of(catalogue))
    skeleton = making.skeleton
    there = leave_out_deleted(skeleton)
    for thing in skeleton.things.values():
        if thing.own is None:
            add_dimensions(making, thing)
    for thing in skeleton.things.values():
        if thing.role is None and thing.own is None:
            add_count(making, thing)
            add_measures(making, thing)
            add_names_counted(making, thing)
        elif thing.own is not None:
            add_happening(making, thing)
    for thing in skeleton.things.values():
        if thing.role is None and thing.own is None:
            add_different(making, thing)
    forget_revenue_of_a_part(making)
    entities = {thing.id: _entity(making, thing, there.get(thing.id, ())) for thing in skeleton.things.values()}
    left_out = list(skeleton.left_out)
    if len(making.metrics) >= MOST_METRICS or len(making.dimensions) >= MOST_DIMENSIONS:
        left_out.append("Some columns of this very large database: there are too many to draft all.")
    scheme = scheme_of(making)
    model = SemanticModel(version=1, entities=entities, metrics=making.metrics, dimensions=making.dimensions)
    tables = tuple(
        as_written(BoundTable(name=table.name, table=table.name, space=table.space, key=table.key, columns=tuple(skeleton.attributes[table.name].values())), renamed)
        for table in catalogue.tables
        if table.name in skeleton.attributes
    )  # fmt: skip
    return DraftLayer(
        model=model,
        binding=Binding(dialect=catalogue.dialect, tables=tables),
        proposals=tuple(making.proposals),
        left_out=tuple(left_out),
        currency=making.currencies.pop() if len(making.currencies) == 1 else _single_currency(catalogue),
        other_names=making.other_names,
        scheme=scheme,
        unsettled_days={
            thing.id: thing.rivals for thing in skeleton.things.values() if thing.rivals and thing.role is None
        },
    )


def _entity(making: Making, thing: Thing, there: tuple[Condition, ...]) -> Entity:
    for join, edge in thing.edges.items():
        if thing.role is None and thing.own is None:
            making.proposals.append(Proposal(pointer=f"/entities/{thing.id}/joins/{join}", confidence=edge.confidence, reason=edge.reason))  # fmt: skip
    if thing.time and thing.role is None:
        making.proposals.append(Proposal(pointer=f"/entities/{thing.id}/time", confidence=0.8, reason=thing.time_reason))  # fmt: skip
    if there and thing.role is None and thing.own is None:
        reason = f"{capital(thing.noun.plural)} that are marked as deleted are left out."
        making.proposals.append(Proposal(pointer=f"/entities/{thing.id}/where", confidence=0.8, reason=reason))
    where = there
    if thing.own is not None and thing.time is not None:
        where = (*there, Condition(column=thing.time, operator="not_null"))
    return Entity(
        table=thing.facts.name,
        time=thing.time,
        joins={join: (edge.attribute, edge.target) for join, edge in thing.edges.items()},
        where=where,
    )


def _single_currency(catalogue: SourceCatalogue) -> str | None:
    found = {
        column.samples[0].upper()
        for table in catalogue.tables
        for column in table.columns
        if words_of(column.name)[-1:] == ["currency"] and column.distinct == 1 and column.samples
    }
    only = found.pop() if len(found) == 1 else ""
    return only if len(only) == 3 and only.isalpha() else None  # noqa: PLR2004 — ISO 4217
