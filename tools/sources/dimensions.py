"""What figures can be split by: names of things, columns of few different words, yes or no, happened or not."""

from storage.metrics.model import Dimension
from storage.sources.catalogue import BoundColumn, ColumnFacts, TableFacts
from tools.sources import phrases
from tools.sources.deletion import marks_deletion
from tools.sources.entities import Thing
from tools.sources.kinds import groups_as_number, handle_column, happening_of, is_private, splits
from tools.sources.making import Making
from tools.sources.naming import capital, plural, words_of

_MOST_VALUES_LINKED = 5_000
MOST_KINDS = 0.5
"""Different names for each row up to which they are names of kinds."""


def add_dimensions(making: Making, thing: Thing) -> None:
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
            key="id" if facts.key and not _repeats(facts, skeleton.attributes[facts.name][label]) else None,
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
        if column.name in held | named | {facts.key} or is_private(column) or marks_deletion(column):
            continue
        _column_dimension(making, thing, column)


def _repeats(facts: TableFacts, label: BoundColumn) -> bool:
    """Whether a name is rather that of a kind: six hundred classes of which a hundred are called "Yoga". People who
    share a name stay apart."""
    column = facts.column(label.column)
    return label.form != "full_name" and column.distinct <= MOST_KINDS * column.filled


def _names(making: Making, thing: Thing) -> tuple[str, ...]:
    others = phrases.also(thing.noun, making.nouns) if thing.role is None else ()
    said = [*phrases.named(thing.noun, _role(thing))]
    if (role := _only_role(making, thing)) is not None:
        said += [role, plural(role)]
    if (word := _label_word(making, thing)) is not None and thing.role is None:
        said += [word, plural(word), f"{word} name"]
    for noun in others:
        said += [noun.singular, *phrases.named(noun, None)]
    return tuple(dict.fromkeys(said))


def _label_word(making: Making, thing: Thing) -> str | None:
    """ "company" of accounts with a company name."""
    label = making.skeleton.attributes[thing.facts.name].get(making.skeleton.labels.get(thing.facts.name, ""))
    words = words_of(label.column) if label is not None and label.form == "text" else []
    word = " ".join(words[:-1]) if words[-1:] in (["name"], ["title"]) else ""
    return word if word and word not in (*making.nouns, *_QUALIFIERS) else None


_QUALIFIERS = frozenset(
    ["full", "first", "last", "display", "short", "long", "common", "legal", "user", "file", "nick"]
)


def _only_role(making: Making, thing: Thing) -> str | None:
    """What the one column that leads to a thing calls it: an employee may be known as the support rep alone."""
    edges = [edge for other in making.skeleton.things.values() for edge in other.edges.values() if edge.target == thing.id]  # fmt: skip
    role = edges[0].role if len(edges) == 1 else ""
    return role if role and role != thing.noun.singular and role not in making.nouns else None


def _by_handle(making: Making, thing: Thing) -> None:
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


def _role(thing: Thing) -> str | None:
    """What a table seen in a role is by itself: an "origin" is a city."""
    return thing.facts.name if thing.role else None


def _column_dimension(making: Making, thing: Thing, column: ColumnFacts) -> None:
    table, words = thing.facts.name, words_of(column.name)
    if column.kind == "boolean":
        _yes_or_no(making, thing, column)
    elif splits(column):
        attribute = making.skeleton.attribute(table, column.name, column.name, "text")
        said = phrases.own_words(words, thing.noun)
        dimension = Dimension(
            label=capital(" ".join(said) if said != ("type",) else f"{thing.noun.singular} type"),
            definition=f"The {' '.join(said)} of a {thing.noun.singular}.",
            synonyms=phrases.column(said, thing.noun, _role(thing), named=words),
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
            synonyms=phrases.column(said, thing.noun, _role(thing), named=words),
            entity=thing.id,
            columns=(attribute,),
            values="none",
        )
        making.add_dimension(f"{thing.id}_{'_'.join(said)}", dimension, 0.6, f"“{column.name}” has {column.distinct} different numbers.")  # fmt: skip
    elif column.kind == "date" and column.filled < thing.facts.looked_at and (what := happening_of(column)):
        _happened_or_not(making, thing, column, what)


def _yes_or_no(making: Making, thing: Thing, column: ColumnFacts) -> None:
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


def _happened_or_not(making: Making, thing: Thing, column: ColumnFacts, what: str) -> None:
    """ "unpaid": the day of payment is empty."""
    spoken = {text.lower() for each in thing.facts.columns if each.kind == "text" for text in each.samples}
    if what in ("due", "ended", "expired"):
        return
    adjective = phrases.Adjective((what,), f"was {what}")
    labels = phrases.truth_labels(adjective)
    if what in spoken:
        # "paid" is a state with its own word; "unpaid" is none, unless there are rows that never will be paid.
        if what != "paid" or spoken & _NEVER_PAID or "unpaid" in spoken:
            return
        labels = ("With a day of payment", "Unpaid")
    attribute = making.skeleton.attribute(thing.facts.name, f"{column.name}_known", column.name, "presence", labels=labels)  # fmt: skip
    dimension = Dimension(
        label=capital(f"{what} or not"),
        definition=f"Whether a {thing.noun.singular} was {what}: “{column.name}” is filled then.",
        synonyms=(f"{what} status", f"whether {what}"),
        entity=thing.id,
        columns=(attribute,),
    )
    name = making.add_dimension(f"{thing.id}_{what}", dimension, 0.7, f"“{column.name}” is empty in some rows.")
    making.other_names[name] = phrases.truth_aliases(adjective, labels) if what not in spoken else {}


_NEVER_PAID = frozenset(
    ["cancelled", "canceled", "void", "voided", "refunded", "written off", "draft", "rejected", "failed"]
)
