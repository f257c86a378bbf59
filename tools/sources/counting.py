"""What "how many" counts: the rows of a table, or the pieces that a row stands for."""

from storage.metrics.model import AverageMetric, SumMetric
from tools.language.annotation import SpanKind
from tools.query.slots import Unclear
from tools.sources.hearing import Hearing
from tools.sources.phrases import LINES, SOLD

_MOST_PARTS = 6
_TRADED = frozenset(["sold", "sell", "sells", "selling", "bought", "buy", "ordered", "order"])
_COSTS = frozenset(["cost", "costs"])
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
        if len(pieces) == 1 and (sold := [at for at, token in enumerate(s.annotation.tokens) if token.norm in _TRADED]):
            s.slots.metrics.append(next(name for name, other in s.model.metrics.items() if other.label == pieces[0]))
            s.slots.understood |= set(sold)
            return
        if pieces:
            labels = (label, *(piece.lower() for piece in pieces[:_MOST_PARTS]))
            raise Unclear(f"How many of what with “{said}”?", tuple((one, f"{one} {text}") for one in labels))
        s.slots.metrics.append(metric)
        s.slots.notes.append(f"Counted: {label}.")
    elif counts:
        labels = sorted(s.model.metrics[m].label for m in counts)
        raise Unclear(f"How many of what with “{said}”?", tuple((label, f"{text} {label.lower()}") for label in labels[:_MOST_PARTS]), unread=True)  # fmt: skip


def price_of_what_is_named(s: Hearing, dimensions: tuple[str, ...]) -> None:
    """ "how much is the risotto", "what does the business plan cost": the one price that such a thing has."""
    costs = [at for at, token in enumerate(s.annotation.tokens) if token.norm in _COSTS]
    if not costs and not s.says("much", "is") and not s.says("much", "are"):
        return
    entities = {s.model.dimensions[d].entity for d in dimensions}
    prices = [name for name, m in s.model.metrics.items() if isinstance(m, AverageMetric) and m.entity in entities and m.unit == "money"]  # fmt: skip
    if len(prices) == 1 and len(entities) == 1:
        s.slots.metrics += prices
        s.slots.understood |= set(costs)


def refuse_those_that_left(s: Hearing) -> None:
    """Raises Unclear for "how many stylists do we have" where some of them left, and for "how many accounts do we
    currently have" where they have a status."""
    if not s.slots.wants_count or len(s.slots.metrics) != 1 or not s.resolver.is_count(s.slots.metrics[0]):
        return
    (entity,) = s.resolver.entities(s.slots.metrics[0])
    dimension = f"{entity}_left"
    present = any(s.says(*words) for words in (("we", "have"), ("are", "there"), ("we", "employ"))) or s.words & _NOW
    told = any(item.dimension == dimension for item in s.slots.filters) or s.annotation.of(SpanKind.PERIOD)
    states = {name for name, d in s.model.dimensions.items() if d.entity == entity and d.label.lower().split()[-1] in _STATES}  # fmt: skip
    if s.words & _NOW_ALONE and states and not states & {item.dimension for item in s.slots.filters}:
        state = s.model.dimensions[min(states)].label.lower()
        raise Unclear(f"Which count as such now? Please name the {state}.")
    if dimension in s.model.dimensions and present and not told:
        text, label = s.annotation.text.rstrip(" ?.!"), s.model.metrics[s.slots.metrics[0]].label.lower()
        raise Unclear(f"All {label} that ever were, or those that have not left?", ((f"{label} that have not left", f"{text} not left"),), unread=bool(s.words & (_NOW_ALONE | {"still"})))  # fmt: skip


_NOW_ALONE = frozenset(["currently", "now", "current"])
_NOW = _NOW_ALONE | {"work", "works"}
_STATES = frozenset(["status", "state", "stage"])


def refuse_new_since_ever(s: Hearing) -> None:
    """Raises Unclear for "how many new users" without a time."""
    timed = s.annotation.of(SpanKind.PERIOD) or s.annotation.of(SpanKind.GRAIN) or s.slots.grain or s.slots.grain_target
    if timed:
        return
    for mention in s.heard.metrics:
        if s.annotation.tokens[mention.span.start].norm == "new" and mention.span.end > mention.span.start + 1:
            raise Unclear(f"“{s.resolver.said(mention.span)}”: since when? For example: in the last 30 days.")


def _is_by_another_date(s: Hearing, metric: str) -> bool:
    return any("own" in s.model.entities[entity].joins for entity in s.resolver.entities(metric))


_AGREED = frozenset(["job", "quote", "quotation", "offer", "request", "contract", "booking", "reservation", "delivery", "shipment", "project"])  # fmt: skip
"""What is one thing, of however many pieces it is."""


def refuse_rows_that_are_several(s: Hearing) -> None:
    """Raises Unclear for "how many defects" where each row of defects has a quantity of its own. An order of several
    pieces is one order."""
    if not s.slots.wants_count or len(s.slots.metrics) != 1 or not s.resolver.is_count(s.slots.metrics[0]):
        return
    (entity,) = s.resolver.entities(s.slots.metrics[0])
    noun = entity.replace("_", " ")
    if set(noun.split()) & {*SOLD, *LINES, *_AGREED}:
        return
    pieces = next((m for m in s.model.metrics.values() if isinstance(m, SumMetric) and m.entity == entity and m.label.lower() in (f"total {noun} quantity", f"total {noun} count")), None)  # fmt: skip
    if pieces is not None:
        label = s.model.metrics[s.slots.metrics[0]].label.lower()
        raise Unclear(f"How many: the entries of {label}, or the quantities in them added up?", ((pieces.label, s.annotation.text.replace(label, pieces.label.lower(), 1)),))  # fmt: skip
