"""Drafts the tables of a source as plain questions are read against them, and binds what figures need no binding for."""

from collections.abc import Collection
from itertools import combinations, permutations

from storage.sources.catalogue import ColumnFacts, TableFacts
from tools.sources import phrases
from tools.sources.deletion import marks_deletion
from tools.sources.entities import Skeleton, Thing
from tools.sources.kinds import groups_as_number, handle_column, is_private, label_columns, measure_of, splits
from tools.sources.making import Making
from tools.sources.naming import raw_words, shared_prefix, words_of
from tools.sources.scheme import SchemeColumn, SchemeLink, SchemeMeasure, SchemeTable

MOST_LINKED = 5_000
"""Different values up to which questions are matched with those of a column."""
LONGEST_LINKED = 80
MOST_DATES = 6
"""Dates of one table between each two of which days are counted."""
MOST_NUMBERS = 8
"""Numbers of one unit in one table of which each two may be held against each other."""


def scheme_of(making: Making) -> tuple[SchemeTable, ...]:
    """The tables that the drafted layer has, in its order. Binds what is not bound yet."""
    skeleton = making.skeleton
    things = [thing for thing in skeleton.things.values() if thing.role is None and thing.own is None]
    shared = _shared_words([thing.facts.name for thing in things])
    return tuple(_table(making, thing, shared) for thing in things)


def _shared_words(tables: Collection[str]) -> frozenset[str]:
    return frozenset(shared_prefix(tables, raw_words))


_PREFIXES = frozenset(["tbl", "t", "dim", "fact", "fct", "stg", "vw", "tb", "lkp", "lkup", "lookup", "lu", "ref", "mst", "mas", "xref", "tab", "rel"])  # fmt: skip


def _table(making: Making, thing: Thing, shared: frozenset[str]) -> SchemeTable:
    skeleton, facts = making.skeleton, thing.facts
    keys = {key.column for key in facts.foreign_keys}
    raw = [word for i, word in enumerate(raw_words(facts.name)) if i or word not in _PREFIXES | shared] or raw_words(
        facts.name
    )
    label = skeleton.labels.get(facts.name)
    named = label_columns(facts, thing.noun.singular)
    column = facts.column(named[0]) if len(named) == 1 else None
    return SchemeTable(
        name=facts.name,
        entity=thing.id,
        singular=thing.noun.singular,
        plural=thing.noun.plural,
        words=tuple(word for item in raw for word in words_of(item)),
        raw=tuple(raw),
        key=facts.key,
        rows=facts.rows,
        label=label,
        label_column=named[0] if named else None,
        label_repeats=column is not None and column.distinct <= 0.5 * column.filled,
        is_person=len(named) == 2 or any("full name" in " ".join(words_of(name)) for name in named),  # noqa: PLR2004
        columns=tuple(_column(making, thing, each) for each in facts.columns if each.name not in keys and not is_private(each) and not marks_deletion(each)),
        links=tuple(_link(making, thing, key.column, key.target) for key in facts.foreign_keys if key.target in skeleton.attributes),
        days_between=_days_between(skeleton, facts),
        differences=_differences(skeleton, facts),
        gone=_gone(skeleton, thing),
        deleted_by_day=any(marks_deletion(column) and column.kind == "date" for column in facts.columns),
    )  # fmt: skip


def _gone(skeleton: Skeleton, thing: Thing) -> tuple[str, ...]:
    """Words of what says that a row, or what it happens with, is there no more."""
    tables, at = [thing.facts], thing
    for join in (thing.time or "").split(".")[:-1]:
        at = skeleton.things[at.edges[join].target]
        tables.append(at.facts)
    return tuple(dict.fromkeys(word for facts in tables for column in facts.columns if marks_deletion(column) for word in words_of(column.name)))  # fmt: skip


def _link(making: Making, thing: Thing, column: str, target: str) -> SchemeLink:
    facts = thing.facts.column(column)
    return SchemeLink(
        column=column,
        attribute=making.skeleton.attribute(thing.facts.name, column, column, "plain"),
        target=target,
        role=tuple(_without_key(words_of(column))),
        raw=tuple(_without_key(raw_words(column))),
        is_nullable=facts.filled < thing.facts.looked_at,
        text=making.skeleton.attribute(thing.facts.name, f"{column}_text", column, "text"),
    )


def _without_key(words: list[str]) -> list[str]:
    kept = list(words)
    while len(kept) > 1 and kept[-1] in ("id", "key", "code", "number", "fk", "uuid", "cd", "no"):
        kept.pop()
    return kept


def _column(making: Making, thing: Thing, facts: ColumnFacts) -> SchemeColumn:
    table, bind = thing.facts.name, making.skeleton.attribute
    measure = measure_of(facts)
    labels = phrases.truth_labels(phrases.adjective_of(words_of(facts.name))) if facts.kind == "boolean" else None
    is_label = facts.name in label_columns(thing.facts, thing.noun.singular)
    handle = handle_column(thing.facts)
    short = facts.kind == "text" and facts.distinct > 0 and facts.longest <= LONGEST_LINKED
    is_code = short and facts.filled == facts.distinct and facts.longest <= 30  # noqa: PLR2004 — a number by which a row goes
    is_number = facts.name == thing.facts.key and facts.kind == "number" and words_of(facts.name)[-1] == "number"
    groups = splits(facts) or groups_as_number(facts) or _are_years(facts) or is_label or facts.kind == "boolean"
    return SchemeColumn(
        name=facts.name,
        words=tuple(words_of(facts.name)),
        raw=tuple(raw_words(facts.name)),
        kind=facts.kind,
        is_nullable=facts.filled < thing.facts.looked_at,
        is_whole=facts.is_whole,
        groups=groups,
        linked=short and facts.distinct <= MOST_LINKED and (splits(facts) or is_label or facts == handle or is_code),
        distinct=facts.distinct,
        low=facts.low,
        high=facts.high,
        text=bind(table, f"{facts.name}_text", facts.name, "text") if facts.kind == "text" or groups or is_number else None,
        figure=bind(table, f"{facts.name}_figure", facts.name, facts.form) if facts.kind == "number" else None,
        day=bind(table, f"{facts.name}_day", facts.name, facts.form) if facts.kind == "date" else None,
        flag=bind(table, facts.name, facts.name, "flag", labels=labels, truths=facts.truths) if labels else None,
        labels=labels,
        measure=SchemeMeasure(additivity=measure.additivity, unit=measure.unit, in_words=measure.in_words, divisor=measure.divisor, is_money=measure.unit == "money") if measure else None,
        drafted=_drafted(making, table, facts.name),
    )  # fmt: skip


def _are_years(facts: ColumnFacts) -> bool:
    return facts.kind == "number" and facts.is_whole and 1900 <= (facts.low or 0) <= (facts.high or 0) <= 2100  # fmt: skip  # noqa: PLR2004


def _drafted(making: Making, table: str, column: str) -> tuple[str, ...]:
    bound = {name for name, item in making.skeleton.attributes[table].items() if column in (item.column, item.other)}
    entities = {name for name, thing in making.skeleton.things.items() if thing.facts.name == table}
    shown = [name for name, d in making.dimensions.items() if d.entity in entities and set(d.columns) & bound]
    for name, metric in making.metrics.items():
        expression = getattr(metric, "expression", "")
        if getattr(metric, "entity", None) in entities and any(word in bound for word in expression.split()):
            shown.append(name)
    return tuple(shown)


def _days_between(skeleton: Skeleton, facts: TableFacts) -> dict[str, str]:
    dates = [column for column in facts.columns if column.kind == "date" and column.filled][:MOST_DATES]
    return {
        f"{one.name}|{other.name}": skeleton.attribute(facts.name, f"days_{one.name}_{other.name}", one.name, "days_between", other=other.name, forms=(one.form, other.form))
        for one, other in permutations(dates, 2)
    }  # fmt: skip


def _differences(skeleton: Skeleton, facts: TableFacts) -> dict[str, str]:
    """Of each two numbers of a table that are of one unit: what is there and the least there should be."""
    units: dict[tuple[object, ...], list[ColumnFacts]] = {}
    for column in facts.columns:
        if (measure := measure_of(column)) is not None and not _are_years(column):
            units.setdefault((measure.unit == "money", measure.in_words, measure.divisor), []).append(column)
    return {
        f"{one.name}|{other.name}": skeleton.attribute(facts.name, f"more_{one.name}_{other.name}", one.name, "difference", other=other.name, forms=(one.form, other.form))
        for columns in units.values()
        for one, other in combinations(columns[:MOST_NUMBERS], 2)
    }  # fmt: skip
