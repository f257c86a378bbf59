"""What place something has among its like: "which rank does Germany have among the countries by sales"."""

import re

from storage.metrics.query import MetricQuery, OrderBy
from tools.language.annotation import Meaning, SpanKind
from tools.query.draft import Draft
from tools.query.sentence import Sentence
from tools.query.slots import Reading, Unclear, Unsupported

_NAMED = "\N{FULL BLOCK}"
_WHO = rf"(?:the |our |my )?{_NAMED}(?:,? (?:and|or|,) (?:the |our |my )?{_NAMED})*"
_PLACE = "(?:rank|ranking|place|position|spot|number)"
_ASKED = re.compile(
    rf"\b(?:what|which) {_PLACE} (?:does|did|do|is|was|are|has|have|would) {_WHO}(?: (?:in|on|at)(?= (?:by|for|of|among)\b))?"
    rf"|\b(?:where|how) (?:does|did|do) {_WHO} rank\b(?: in\b)?"
    rf"|\b(?:rank|position) of {_WHO}"
    rf"|{_WHO}'s (?:rank|ranking|position)\b(?! (?:of|first)\b)"
    rf"|{_WHO} (?:is|was|are|were|has|have|holds|takes|comes in) (?:at )?(?:what|which) {_PLACE}\b"
)


def take_place(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """After the names: the words that ask are no city, and count nothing."""
    words, at = _with_names_as_one(s)
    text = " ".join(words)
    found = _ASKED.search(text)
    if found is None:
        return
    first = text[: found.start()].count(" ")
    inside = range(at[first], at[first + found.group().count(" ") + 1])
    for i, span in enumerate(s.spans):
        if span.start in inside and span.kind is SpanKind.VALUE:
            s.slots.placed |= {value.dimension for value in span.values}
        elif span.start in inside:
            s.slots.used.add(i)
            roles[i] = None
    s.slots.understood |= set(inside)


def _with_names_as_one(s: Sentence) -> tuple[list[str], list[int]]:
    """The words, each name one sign, and the token that each of them begins at; that behind the last comes last."""
    names = {span.start: span for span in s.spans if span.kind is SpanKind.VALUE}
    words: list[str] = []
    starts: list[int] = []
    at = 0
    while at < len(s.annotation.tokens):
        name = names.get(at)
        whose = "'s" if name is not None and s.is_possessive(name) else ""
        words.append(_NAMED + whose if name is not None else s.annotation.tokens[at].norm)
        starts.append(at)
        at = name.end if name is not None else at + 1
    return words, [*starts, at]


def settle_place(s: Sentence) -> None:
    """After the things to group by. Raises Unclear where it is open what is placed, Unsupported among things of two kinds."""
    if not s.slots.placed:
        return
    s.slots.wants_count = False
    kinds = [item.dimension for item in s.slots.filters if item.dimension in s.slots.placed and item.operator in ("eq", "in")]  # fmt: skip
    if len(kinds) != 1:
        raise Unclear("The place of what, among which others? For example: which rank Germany has among the countries.")
    if s.model.dimensions[kinds[0]].bands:
        raise Unsupported("A band is a part of a scale: I can list all of them in order.")
    s.slots.groups = s.slots.groups or kinds
    if s.slots.groups != kinds:
        raise Unsupported("I can tell the place of something among others of its kind, not among things of another.")


def keep_place(draft: Draft, reading: Reading, before: MetricQuery) -> None:
    """ "and France?", "and in 2024?" after the place of Germany: another place, or the same of another time."""
    if before.placed is None or reading.groups or reading.ranking or draft.times.compare or draft.grain:
        return
    kind = before.placed.dimension
    named = [item for item in reading.filters if item.dimension == kind and item.operator in ("eq", "in")]
    rest = [item for item in draft.filters if item.dimension != kind]
    draft.filters = [*rest, *(named or [before.placed])]
    draft.groups, draft.placed = (kind,), True


def rank_all(draft: Draft) -> None:
    """Ranks all of a kind, of which the named ones are shown. Raises Unsupported."""
    if draft.times.compare or draft.grain or draft.share or draft.counts or draft.mean_over or draft.window:
        raise Unsupported("I can tell the place of something in one period at a time, by one figure.")
    draft.placed = True
    draft.order, draft.limit, draft.per = (OrderBy(by=draft.metrics[0]),), None, None
