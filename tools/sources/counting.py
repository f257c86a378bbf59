"""What "how many" counts: the rows of a table, or the pieces that a row stands for."""

from storage.metrics.model import SumMetric
from tools.language.annotation import SpanKind
from tools.query.slots import Unclear
from tools.sources.hearing import Hearing
from tools.sources.phrases import LINES, SOLD

_MOST_PARTS = 6
_PIECES = frozenset(["quantity", "units", "pieces"])


def count_what_has_the_value(s: Hearing, dimensions: tuple[str, ...]) -> None:
    """ "how many dogs do we have": the rows of what a dog is a kind of. `dimensions` are what the first value can be a
    value of. Raises Unclear where several things have it, or where each row stands for several pieces."""
    values = [span for span in s.spans if span.kind is SpanKind.VALUE]
    owners: set[str] = set()
    for dimension in dimensions:
        entity = s.model.dimensions[dimension].entity or ""
        if entity != dimension:
            owners.add(entity)
            continue
        # The name of a thing counts what it is the kind of: of the species "dog" there is only one.
        owners |= {name for name, e in s.model.entities.items() if any(target == entity for _, target in e.joins.values())}  # fmt: skip
    own = {entity for m in s.model.metrics if s.resolver.is_count(m) for entity in s.resolver.entities(m)}
    owners &= own  # a user who invited somebody is a user
    counts = {m for m in s.model.metrics if s.resolver.is_count(m) and s.resolver.entities(m) <= owners and not _is_by_another_date(s, m)}  # fmt: skip
    said, text = s.resolver.said(values[0]), s.annotation.text.rstrip(" ?.!")
    if len(counts) == 1 and len(owners) == 1:
        (metric,) = counts
        (owner,) = owners
        pieces = [other.label for other in s.model.metrics.values() if isinstance(other, SumMetric) and other.entity == owner and set(other.label.lower().split()) & _PIECES]  # fmt: skip
        label = s.model.metrics[metric].label.lower()
        if pieces:
            labels = (label, *(piece.lower() for piece in pieces[:_MOST_PARTS]))
            raise Unclear(f"How many of what with “{said}”?", tuple((one, f"{one} {text}") for one in labels))
        s.slots.metrics.append(metric)
        s.slots.notes.append(f"Counted: {label}.")
    elif counts:
        labels = sorted(s.model.metrics[m].label for m in counts)
        raise Unclear(f"How many of what with “{said}”?", tuple((label, f"{text} {label.lower()}") for label in labels[:_MOST_PARTS]))  # fmt: skip


def _is_by_another_date(s: Hearing, metric: str) -> bool:
    return any("own" in s.model.entities[entity].joins for entity in s.resolver.entities(metric))


def refuse_rows_that_are_several(s: Hearing) -> None:
    """Raises Unclear for "how many defects" where each row of defects has a quantity of its own. An order of several
    pieces is one order."""
    if not s.slots.wants_count or len(s.slots.metrics) != 1 or not s.resolver.is_count(s.slots.metrics[0]):
        return
    (entity,) = s.resolver.entities(s.slots.metrics[0])
    noun = entity.replace("_", " ")
    if set(noun.split()) & {*SOLD, *LINES}:
        return
    pieces = next((m for m in s.model.metrics.values() if isinstance(m, SumMetric) and m.entity == entity and m.label.lower() in (f"total {noun} quantity", f"total {noun} count")), None)  # fmt: skip
    if pieces is not None:
        label = s.model.metrics[s.slots.metrics[0]].label.lower()
        raise Unclear(f"How many: the entries of {label}, or the quantities in them added up?", ((pieces.label, s.annotation.text.replace(label, pieces.label.lower(), 1)),))  # fmt: skip
