"""Rows that were deleted without being removed: what carries a mark or a day of deletion is no longer there."""

from collections.abc import Mapping

from storage.metrics.model import Condition
from storage.sources.catalogue import ColumnFacts
from tools.sources import phrases
from tools.sources.entities import Skeleton, Thing
from tools.sources.naming import words_of

_GONE = frozenset(["deleted", "removed", "void", "voided"])
_MARKS = frozenset(["is", "was", "flag", "at", "on", "date", "time", "timestamp", "day", "ind", "indicator", "yn"])


def marks_deletion(column: ColumnFacts) -> bool:
    """Whether a column says that a row is deleted, or when it was: "deleted_at", "is_deleted"."""
    words = set(words_of(column.name))
    return (
        bool(words & _GONE) and words <= _GONE | _MARKS and (column.kind in ("date", "boolean") or column.filled == 0)
    )


def leave_out_deleted(skeleton: Skeleton) -> Mapping[str, tuple[Condition, ...]]:
    """Entity → the conditions under which its rows are still there. What happens when its owner does (the lines of an
    order) goes with it; so does a row seen by another of its dates, but for the day of deletion itself."""
    own = {thing.facts.name: _still_there(skeleton, thing) for thing in skeleton.things.values()}
    found: dict[str, tuple[Condition, ...]] = {}
    for thing in skeleton.things.values():
        if thing.own is not None and thing.time_column is not None and marks_deletion(thing.time_column):
            continue
        conditions = list(own[thing.facts.name])
        *joins, _ = (thing.time or "").split(".")
        at, path = thing, ""
        for join in joins:
            edge = at.edges[join]
            at, path = skeleton.things[edge.target], f"{path}{join}."
            conditions += [c.model_copy(update={"column": path + c.column}) for c in own[at.facts.name]]
        if conditions:
            found[thing.id] = tuple(conditions)
    return found


def _still_there(skeleton: Skeleton, thing: Thing) -> tuple[Condition, ...]:
    found: list[Condition] = []
    for column in filter(marks_deletion, thing.facts.columns):
        table = thing.facts.name
        if column.kind == "boolean":
            yes, no = phrases.truth_labels(phrases.adjective_of(words_of(column.name)))
            attribute = skeleton.attribute(table, column.name, column.name, "flag", labels=(yes, no), truths=column.truths)  # fmt: skip
            found.append(Condition(column=attribute, operator="ne", values=(yes,)))
        else:
            attribute = skeleton.attribute(table, f"{column.name}_mark", column.name, "text")
            found.append(Condition(column=attribute, operator="is_null"))
    return tuple(found)
