"""A draft of the semantic layer of a database: what can be asked of it, in words that its owner would use.

Everything here is a guess with a confidence and a reason; a guess that is too thin is not made. Row counts, sums and
averages of columns, different things counted; names, kinds, places and yes-or-noes to split by.
"""

from dataclasses import dataclass, field

from storage.metrics.model import (
    AverageMetric,
    Condition,
    CountMetric,
    Dimension,
    Entity,
    Metric,
    SemanticModel,
    SumMetric,
)
from storage.sources.catalogue import Binding, BoundTable, ColumnFacts, SourceCatalogue
from tools.sources import phrases
from tools.sources.entities import Skeleton, Thing, skeleton_of
from tools.sources.kinds import (
    Measure,
    groups_as_number,
    handle_column,
    happening_of,
    is_average_first,
    is_private,
    measure_of,
    splits,
)
from tools.sources.naming import Noun, capital, identifier, unique, words_of
from tools.sources.schemas import DraftLayer, Proposal

_MOST_METRICS = 400
_MOST_DIMENSIONS = 300
_MOST_VALUES_LINKED = 5_000


@dataclass(slots=True)
class _Making:
    skeleton: Skeleton
    metrics: dict[str, Metric] = field(default_factory=dict[str, Metric])
    dimensions: dict[str, Dimension] = field(default_factory=dict[str, Dimension])
    proposals: list[Proposal] = field(default_factory=list[Proposal])
    other_names: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    currencies: set[str] = field(default_factory=set[str])

    @property
    def nouns(self) -> set[str]:
        """What the rows of all tables are called."""
        return {thing.noun.singular for thing in self.skeleton.things.values()}

    def add_metric(self, wanted: str, metric: Metric, confidence: float, reason: str) -> None:
        if len(self.metrics) < _MOST_METRICS:
            name = unique(identifier(wanted), self.metrics)
            self.metrics[name] = metric
            self.proposals.append(Proposal(pointer=f"/metrics/{name}", confidence=round(confidence, 2), reason=reason))

    def add_dimension(self, wanted: str, dimension: Dimension, confidence: float, reason: str) -> str:
        name = unique(identifier(wanted), self.dimensions)
        if len(self.dimensions) < _MOST_DIMENSIONS:
            self.dimensions[name] = dimension
            self.proposals.append(Proposal(pointer=f"/dimensions/{name}", confidence=confidence, reason=reason))
        return name


def draft_of(catalogue: SourceCatalogue) -> DraftLayer:
    """The draft for a database that was looked at."""
    making = _Making(skeleton_of(catalogue))
    skeleton = making.skeleton
    for thing in skeleton.things.values():
        if thing.own is None:
            _dimensions(making, thing)
    for thing in skeleton.things.values():
        if thing.role is None and thing.own is None:
            _count(making, thing)
            _measures(making, thing)
        elif thing.own is not None:
            _happening(making, thing)
    for thing in skeleton.things.values():
        if thing.role is None and thing.own is None:
            _different(making, thing)
    entities = {thing.id: _entity(making, thing) for thing in skeleton.things.values()}
    left_out = list(skeleton.left_out)
    if len(making.metrics) >= _MOST_METRICS or len(making.dimensions) >= _MOST_DIMENSIONS:
        left_out.append("Some columns of this very large database: there are too many to draft all.")
    model = SemanticModel(version=1, entities=entities, metrics=making.metrics, dimensions=making.dimensions)
    tables = tuple(
        BoundTable(
            name=table.name, table=table.name, space=table.space, key=table.key, columns=tuple(skeleton.attributes[table.name].values())
        )
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
    )


def _entity(making: _Making, thing: Thing) -> Entity:
    for join, edge in thing.edges.items():
        if thing.role is None and thing.own is None:
            making.proposals.append(Proposal(pointer=f"/entities/{thing.id}/joins/{join}", confidence=edge.confidence, reason=edge.reason))  # fmt: skip
    if thing.time and thing.role is None:
        making.proposals.append(Proposal(pointer=f"/entities/{thing.id}/time", confidence=0.8, reason=thing.time_reason))  # fmt: skip
    where = ()
    if thing.own is not None and thing.time is not None:
        where = (Condition(column=thing.time, operator="not_null"),)
    return Entity(
        table=thing.facts.name,
        time=thing.time,
        joins={join: (edge.attribute, edge.target) for join, edge in thing.edges.items()},
        where=where,
    )


# ── what is split by ─────────────────────────────────────────────────────────────────────────────────────


def _dimensions(making: _Making, thing: Thing) -> None:
    skeleton, facts = making.skeleton, thing.facts
    label = skeleton.labels.get(facts.name)
    if label is not None:
        reason = f"“{skeleton.attributes[facts.name][label].column}” says what a {thing.noun.singular} is called."
        few = facts.rows <= _MOST_VALUES_LINKED * 20
        dimension = Dimension(
            label=capital(thing.noun.singular),
            definition=f"A {thing.noun.singular}, by its name.",
            synonyms=_names(making, thing),
            entity=thing.id,
            columns=(label,),
            key="id" if facts.key else None,
            values="linked" if few else "none",
        )
        making.add_dimension(thing.id, dimension, 0.85, reason)
    else:
        _by_handle(making, thing)
    keys = {edge.attribute for edge in thing.edges.values()}
    held = {skeleton.attributes[facts.name][name].column for name in keys if name in skeleton.attributes[facts.name]}
    named = {skeleton.attributes[facts.name][label].column} if label is not None else set[str]()
    named |= {other for name in ([label] if label else []) if (other := skeleton.attributes[facts.name][name].other)}
    for column in facts.columns:
        if column.name in held | named | {facts.key} or is_private(column):
            continue
        _column_dimension(making, thing, column)


def _names(making: _Making, thing: Thing) -> tuple[str, ...]:
    others = phrases.also(thing.noun, making.nouns) if thing.role is None else ()
    said = [*phrases.named(thing.noun, making_role(thing))]
    for noun in others:
        said += [noun.singular, *phrases.named(noun, None)]
    return tuple(dict.fromkeys(said))


def _by_handle(making: _Making, thing: Thing) -> None:
    """Rows without a name are told apart by what they bear instead: a plate, a room number."""
    column = handle_column(thing.facts)
    if column is None or thing.facts.rows > _MOST_VALUES_LINKED:
        return
    attribute = making.skeleton.attribute(thing.facts.name, f"{column.name}_shown", column.name, "text")
    dimension = Dimension(
        label=capital(thing.noun.singular),
        definition=f"A {thing.noun.singular}, by its “{column.name}”.",
        synonyms=_names(making, thing),
        entity=thing.id,
        columns=(attribute,),
        key="id" if thing.facts.key else None,
        values="linked" if column.kind == "text" else "none",
    )
    making.add_dimension(thing.id, dimension, 0.6, f"“{column.name}” differs in every row.")


def making_role(thing: Thing) -> str | None:
    """What a table seen in a role is by itself: an "origin" is a city."""
    return thing.facts.name if thing.role else None


def _column_dimension(making: _Making, thing: Thing, column: ColumnFacts) -> None:
    table, words = thing.facts.name, words_of(column.name)
    if column.kind == "boolean":
        _yes_or_no(making, thing, column)
    elif splits(column):
        attribute = making.skeleton.attribute(table, column.name, column.name, "text")
        said = phrases.own_words(words, thing.noun)
        dimension = Dimension(
            label=capital(" ".join(said) if said != ("type",) else f"{thing.noun.singular} type"),
            definition=f"The {' '.join(said)} of a {thing.noun.singular}.",
            synonyms=phrases.column(said, thing.noun, making_role(thing)),
            entity=thing.id,
            columns=(attribute,),
        )
        making.add_dimension(f"{thing.id}_{'_'.join(said)}", dimension, 0.8, f"“{column.name}” has {column.distinct} different values.")  # fmt: skip
    elif groups_as_number(column):
        attribute = making.skeleton.attribute(table, f"{column.name}_shown", column.name, "text")
        said = phrases.own_words(words, thing.noun)
        dimension = Dimension(
            label=capital(" ".join(said)),
            definition=f"The {' '.join(said)} of a {thing.noun.singular}.",
            synonyms=phrases.column(said, thing.noun, making_role(thing)),
            entity=thing.id,
            columns=(attribute,),
            values="none",
        )
        making.add_dimension(f"{thing.id}_{'_'.join(said)}", dimension, 0.6, f"“{column.name}” has {column.distinct} different numbers.")  # fmt: skip
    elif column.kind == "date" and column.filled < thing.facts.looked_at and (what := happening_of(column)):
        _happened_or_not(making, thing, column, what)


def _yes_or_no(making: _Making, thing: Thing, column: ColumnFacts) -> None:
    adjective = phrases.adjective_of(words_of(column.name))
    labels = phrases.truth_labels(adjective)
    attribute = making.skeleton.attribute(thing.facts.name, column.name, column.name, "flag", labels=labels, truths=column.truths)  # fmt: skip
    said = adjective.words
    dimension = Dimension(
        # No bare "active": that is one of its two values.
        label=capital(f"{' '.join(said)} or not"),
        definition=f"Whether a {thing.noun.singular} {adjective.predicate}.",
        synonyms=(f"{' '.join(said)} status", f"whether {' '.join(said)}"),
        entity=thing.id,
        columns=(attribute,),
    )
    name = making.add_dimension(f"{thing.id}_{'_'.join(said)}", dimension, 0.8, f"“{column.name}” is a yes or a no.")
    making.other_names[name] = phrases.truth_aliases(adjective, labels)


def _happened_or_not(making: _Making, thing: Thing, column: ColumnFacts, what: str) -> None:
    """ "unpaid": the day of payment is empty."""
    spoken = {text.lower() for each in thing.facts.columns if each.kind == "text" for text in each.samples}
    if what in spoken or what in ("due", "ended", "expired"):
        return
    adjective = phrases.Adjective((what,), f"was {what}")
    labels = phrases.truth_labels(adjective)
    attribute = making.skeleton.attribute(thing.facts.name, f"{column.name}_known", column.name, "presence", labels=labels)  # fmt: skip
    dimension = Dimension(
        label=capital(f"{what} or not"),
        definition=f"Whether a {thing.noun.singular} was {what}: “{column.name}” is filled then.",
        synonyms=(f"{what} status", f"whether {what}"),
        entity=thing.id,
        columns=(attribute,),
    )
    name = making.add_dimension(f"{thing.id}_{what}", dimension, 0.7, f"“{column.name}” is empty in some rows.")
    making.other_names[name] = phrases.truth_aliases(adjective, labels)


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────


def _count(making: _Making, thing: Thing) -> None:
    others = phrases.also(thing.noun, making.nouns)
    dated = f", by the day in “{thing.time_column.name}”" if thing.time_column else ""
    metric = CountMetric(
        type="count",
        entity=thing.id,
        label=capital(thing.noun.plural),
        definition=f"How many {thing.noun.plural} there are{dated}.",
        synonyms=tuple(
            text for noun in (thing.noun, *others) for text in (*phrases.count(noun), *_beginnings(thing, noun))
        ),
    )
    making.add_metric(f"{thing.noun.id}_count", metric, 0.95, "One for each row.")


def _beginnings(thing: Thing, noun: Noun) -> tuple[str, ...]:
    """ "new owners", "owners registered": what begins to be there on its day."""
    what = happening_of(thing.time_column) if thing.time_column is not None else None
    if what is None:
        return ()
    new = (f"new {noun.plural}",) if what in _NEW else ()
    said = tuple(f"new {text}" for text in phrases.happening(noun, what)) if new else ()
    return (*new, *said, *phrases.happening(noun, what))


_NEW = frozenset(["created", "registered", "joined", "hired", "signed", "opened", "enrolled", "admitted"])


def _happening(making: _Making, thing: Thing) -> None:
    what = thing.happening or ""
    metric = CountMetric(
        type="count",
        entity=thing.id,
        label=capital(f"{thing.noun.plural} {what}"),
        definition=f"How many {thing.noun.plural} were {what}, by the day they were.",
        synonyms=phrases.happening(thing.noun, what),
    )
    making.add_metric(f"{thing.id}_count", metric, 0.8, thing.time_reason)


def _measures(making: _Making, thing: Thing) -> None:
    keys = {making.skeleton.attributes[thing.facts.name][edge.attribute].column for edge in thing.edges.values() if edge.attribute != "id"}  # fmt: skip
    found = [
        (column, measure)
        for column in thing.facts.columns
        if column.name not in keys | {thing.facts.key} and not is_private(column) and (measure := measure_of(column))
    ]
    main = phrases.main_measure([measure for _, measure in found])
    for column, measure in found:
        _measure(making, thing, column, measure, is_main=measure is main)
    if main is None or not phrases.is_amount(main):
        _price_times_quantity(making, thing, {" ".join(m.said): (c, m) for c, m in found})


def _measure(making: _Making, thing: Thing, column: ColumnFacts, measure: Measure, *, is_main: bool) -> None:
    attribute = making.skeleton.attribute(thing.facts.name, f"{column.name}_figure", column.name, column.form)
    expression = attribute if measure.divisor == 1 else f"{attribute} / {measure.divisor}"
    if measure.currency:
        making.currencies.add(measure.currency)
    words = phrases.MeasureWords.of(measure, thing.noun, making.nouns)
    if measure.additivity != "average":
        summed = SumMetric(
            type="sum",
            entity=thing.id,
            expression=expression,
            unit=measure.unit,
            scale="one",
            label=words.sum_label,
            definition=words.sum_definition,
            synonyms=words.sums(is_main=is_main, bare=not is_average_first(measure)),
        )
        making.add_metric(f"{thing.noun.id}_{words.id}_total", summed, measure.confidence, measure.reason)
    averaged = AverageMetric(
        type="average",
        entity=thing.id,
        expression=expression,
        unit="number" if measure.unit == "quantity" else measure.unit,
        label=words.average_label,
        definition=words.average_definition,
        synonyms=words.averages(is_main=is_main, bare=is_average_first(measure)),
    )
    making.add_metric(f"{thing.noun.id}_{words.id}_average", averaged, measure.confidence, measure.reason)


def _price_times_quantity(making: _Making, thing: Thing, found: dict[str, tuple[ColumnFacts, Measure]]) -> None:
    """The amount of a line that has none of its own: price × quantity, less the discount where it is a part of one."""
    price = next((found[name] for name in ("unit price", "price", "price each", "sale price") if name in found), None)
    quantity = next((found[name] for name in ("quantity", "units", "quantity ordered") if name in found), None)
    if price is None or quantity is None:
        return
    table = thing.facts.name
    names = [making.skeleton.attribute(table, f"{column.name}_figure", column.name, column.form) for column, _ in (price, quantity)]  # fmt: skip
    expression, less = " * ".join(names), ""
    if (discount := found.get("discount")) is not None:
        column, _ = discount
        if column.low is None or column.high is None or column.low < 0 or column.high > 1:
            return
        rate = making.skeleton.attribute(table, f"{column.name}_figure", column.name, column.form)
        expression, less = f"{expression} * (1 - {rate})", ", less the discount"
    divisor = price[1].divisor
    metric = SumMetric(
        type="sum",
        entity=thing.id,
        expression=expression if divisor == 1 else f"{expression} / {divisor}",
        unit="money",
        scale="one",
        label=capital(f"{thing.noun.singular} amount"),
        definition=f"Price × quantity of the {thing.noun.plural}{less}.",
        synonyms=phrases.line_amount(thing.noun),
    )
    making.add_metric(f"{thing.noun.id}_amount_total", metric, 0.7, "Price and quantity are there, and no amount.")


def _different(making: _Making, thing: Thing) -> None:
    """ "different owners": how many had at least one visit."""
    if thing.time is None:
        return
    pending: list[tuple[Thing, str, int]] = [(thing, "", 0)]
    seen = {thing.id}
    while pending:
        at, path, distance = pending.pop(0)
        for join, edge in at.edges.items():
            target = making.skeleton.things[edge.target]
            if target.id in seen or distance > 3:  # noqa: PLR2004 — beyond that nobody means it
                continue
            seen.add(target.id)
            pending.append((target, f"{path}{join}.", distance + 1))
            if target.facts.name not in making.skeleton.labels or target.facts.key is None:
                continue
            metric = CountMetric(
                type="count",
                entity=thing.id,
                distinct=f"{path}{edge.attribute}",
                label=f"Different {target.noun.plural} ({thing.noun.plural})",
                definition=f"How many different {target.noun.plural} the {thing.noun.plural} belong to.",
                synonyms=phrases.different(target.noun, thing.noun),
            )
            making.add_metric(f"different_{target.id}_of_{thing.id}", metric, 0.8 - 0.1 * distance, f"By the link from {thing.noun.plural}.")  # fmt: skip


def _single_currency(catalogue: SourceCatalogue) -> str | None:
    found = {
        column.samples[0].upper()
        for table in catalogue.tables
        for column in table.columns
        if words_of(column.name)[-1:] == ["currency"] and column.distinct == 1 and column.samples
    }
    only = found.pop() if len(found) == 1 else ""
    return only if len(only) == 3 and only.isalpha() else None  # noqa: PLR2004 — ISO 4217
