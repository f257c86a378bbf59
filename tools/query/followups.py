"""A question that changes the one before it: "and the year before?", "only Germany", "which 5 products of that"."""

import re
from dataclasses import replace

from storage.metrics.query import Filter, Grain, Member, MetricQuery, OrderBy
from tools.language.annotation import Annotation, Meaning
from tools.query.draft import Context, Draft
from tools.query.placing import keep_place
from tools.query.pointing import is_there, points_back
from tools.query.sentence import closes_with_only, is_plural
from tools.query.slots import DEFAULT_METRIC, Reading, Unsupported
from tools.query.vocabulary import APART, NAMING, RATES, REFUNDS, TOGETHER

_CONNECTORS = frozenset(
    ["versus", "vs", "against", "and", "only", "just", "but", "now", "same", "instead", "without", "excluding"]
)
_ADDING = frozenset(["add", "also", "plus", "additionally", "too", "well", "beside", "alongside", "next"])
LONGEST_ELLIPSIS = 7
LONGEST_COUNT = 3
_OF_A_SENTENCE = frozenset(
    """what which who how when where why did do does have has had is are was were give show tell list can could will
    would total overall all ever everything since""".split()
)
_NEGATIVE = {"ne", "not_in"}


def follows_on(annotation: Annotation, reading: Reading) -> bool:
    """Whether the question only makes sense as a change to the one before."""
    opens = annotation.spans[0] if annotation.spans else None
    starts = annotation.tokens[0].norm if annotation.tokens else ""
    if starts in _CONNECTORS or (opens is not None and opens.is_cue("follow_up") and opens.start <= 1):
        return True
    if _is_one_alone(annotation) or _is_a_part_of_all(annotation, reading):
        return True
    if points_back(annotation) or is_there(annotation) or any(token.norm == "add" for token in annotation.tokens):
        return True
    last = next((token.norm for token in reversed(annotation.tokens) if token.norm.isalnum()), "")
    if last == "instead" or (closes_with_only(annotation) and not reading.metrics):
        return True
    if "instead" in {token.norm for token in annotation.tokens} or _is_elliptical(annotation, reading):
        return True
    ranked = reading.ranking and (
        (reading.groups and not reading.of_a_range) or reading.grain_target or reading.ranking.metric
    )
    named = reading.metrics or reading.implied or ranked or reading.wants_count or reading.wants_sum
    return not named


def _is_a_part_of_all(annotation: Annotation, reading: Reading) -> bool:
    """ "web is how many percent of all?": of what was split before; "of all sales in May" stands by itself."""
    dated = any(span.period or span.comparison or span.grain for span in annotation.spans)
    named = reading.metrics or reading.groups or reading.ranking or reading.implied or dated
    words = [token.norm for token in annotation.tokens if token.norm[:1].isalnum()]
    of_all = words[-2:] in (["of", "all"], ["of", "everything"]) or words[-3:] == ["of", "the", "total"]
    return reading.share and of_all and bool(reading.filters) and not named


def _is_one_alone(annotation: Annotation) -> bool:
    """ "Chorlton alone, how many?", "just the web shop: and how much?": what was asked before, of one of them."""
    tokens = [token.norm for token in annotation.tokens]
    opens = next((span for span in annotation.spans if span.values), None)
    if opens is None or not set(tokens[: opens.start]) <= {"the", "in", "for", "at"}:
        return False
    after = tokens[opens.end : opens.end + 1]
    return after in (["alone"], ["only"]) and not set(tokens[opens.end + 1 : opens.end + 2]) - {",", ":", "-", "?"}


def _is_elliptical(annotation: Annotation, reading: Reading) -> bool:
    """ "the discount rate please", "add Priya Nair": a figure or a value and no sentence around it."""
    words = [token.norm for token in annotation.tokens if token.norm[:1].isalnum()]
    dated = any(span.period or span.comparison or span.grain for span in annotation.spans)
    said = (
        reading.groups or reading.filters or reading.having or reading.ranking or reading.share or reading.grain_target
    )
    bare = bool(reading.metrics) and not said and not dated
    if bare and words[:2] == ["how", "many"]:
        return len(words) <= LONGEST_COUNT  # "how many customers?"
    return bare and len(words) <= LONGEST_ELLIPSIS and not _OF_A_SENTENCE & set(words)


def opens_a_change(annotation: Annotation) -> bool:
    """ "same thing for 2025", "only the online orders", and nothing before them."""
    opens = annotation.spans[0] if annotation.spans else None
    return opens is not None and opens.start == 0 and opens.is_cue("follow_up")


def inherit(draft: Draft, annotation: Annotation, reading: Reading, base: Context) -> None:
    """What a follow-up does not say stays as it was."""
    before = base.query
    if before.count_groups and reading.wants_sum and not reading.metrics:
        raise Unsupported("I can count or list those that meet a condition, not yet add up what they come to.")
    draft.per = before.per
    draft.members = before.members
    _inherit_time(draft, annotation, reading, base)
    _put_beside(draft, annotation, before)
    included = _included(draft, annotation, before)
    draft.filters = _joined(before.filters, draft.filters) if included is None else included
    if not draft.groups:
        narrowed = {f.dimension for f in reading.filters if f.operator == "eq"}
        draft.groups = tuple(g for g in before.dimensions if g not in narrowed or draft.share)
    _set_apart(draft, annotation, reading)
    _widen(draft, annotation, reading, before)
    _swap(draft, reading, before)
    if reading.metrics and before.limit and draft.groups == before.dimensions and not reading.ranking:
        # "and ranked by orders?" after the first three: the first three by orders.
        descending = before.order[0].descending if before.order else True
        draft.order, draft.limit = (OrderBy(by=draft.metrics[0], descending=descending),), before.limit
    _inherit_figures(draft, annotation, reading, before)
    draft.share = draft.share or (before.share_of_total and not reading.groups and not reading.ranking)
    if not reading.metrics and not reading.ranking:
        draft.order, draft.limit = before.order, reading.new_limit or before.limit
        draft.offset = 0 if reading.new_limit else before.offset
        if reading.place:
            draft.limit, draft.offset = 1, reading.place - 1
        draft.having = draft.having or before.having
        draft.counts = draft.counts or (before.count_groups and draft.groups == before.dimensions)
    if draft.times.grain and before.limit:
        # "by month" after a ranking: the line over time of the whole, not twelve rankings.
        draft.groups, draft.order, draft.limit = tuple(reading.groups), (), None
    keep_place(draft, reading, before)
    _count_or_list(draft, annotation, reading, before)
    _count_refunded_orders(draft, annotation, before)


def _count_refunded_orders(draft: Draft, annotation: Annotation, before: MetricQuery) -> None:
    """ "how many of them were refunded" after a number of orders: those with a refund, whenever that was."""
    said = " ".join(token.norm for token in annotation.tokens)
    refunded = any(name in REFUNDS for span in annotation.spans for name in span.ids(Meaning.METRIC))
    if before.metrics == ("orders",) and refunded and re.search(r"\bhow many of (?:them|those|these)\b", said):
        draft.metrics = before.metrics
        draft.members = (*before.members, Member(dimension="order_number", metric="refunds"))


def _inherit_figures(draft: Draft, annotation: Annotation, reading: Reading, before: MetricQuery) -> None:
    """The figures and the number of rows that a change asks for."""
    words = {token.norm for token in annotation.tokens}
    single = before.metrics[0] if len(before.metrics) == 1 else ""
    if reading.share and not reading.metrics and not reading.groups and single in RATES:
        draft.metrics, draft.share = (RATES[single],), False  # "in percent?" after discounts
    if reading.metrics and words & _ADDING and not reading.ranking:
        draft.metrics = tuple(dict.fromkeys((*before.metrics, *reading.metrics)))  # "add the orders to that"
    if reading.implied and not reading.metrics and "what" in words:
        draft.metrics = tuple(dict.fromkeys((*before.metrics, reading.implied)))  # "with what each of them spent"
    if reading.new_limit and before.limit:
        draft.limit = reading.new_limit


def _inherit_time(draft: Draft, annotation: Annotation, reading: Reading, base: Context) -> None:
    before = base.query
    same = draft.times.current == before.time and draft.times.compare is None
    named = _named_units(annotation, singular=before.limit is not None and not before.dimensions)
    if draft.grain is None and not reading.ranking:
        draft.mean_over = base.mean_over
    if same and draft.grain is None and not reading.ranking:
        draft.times = replace(draft.times, compare=before.compare)
    if named and before.grain and draft.grain is None and not reading.ranking and not reading.metrics:
        draft.grain = named  # "as quarters better"
        return
    draft.grain = draft.grain or before.grain


def _named_units(annotation: Annotation, *, singular: bool) -> Grain | None:
    """ "as quarters"; and "the single day" where a unit of time was ranked before."""
    for span in annotation.spans:
        if span.ids(Meaning.UNIT) and (singular or is_plural(annotation, span)):
            return span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportReturnType] — a Grain
    return None


def _joined(before: tuple[Filter, ...], now: list[Filter]) -> list[Filter]:
    """A thing named anew replaces what was named of its kind; what is left out is left out beside the rest."""
    replaced = {f.dimension for f in now}
    kept = [f for f in before if f.dimension not in replaced]
    for item in now:
        earlier = next((f for f in before if f.dimension == item.dimension), None)
        if earlier is not None and earlier.operator in _NEGATIVE and item.operator in _NEGATIVE:
            values = tuple(dict.fromkeys((*earlier.values, *item.values)))
            kept.append(item.model_copy(update={"operator": "not_in" if len(values) > 1 else "ne", "values": values}))
        else:
            kept.append(item)
    return kept


def _included(draft: Draft, annotation: Annotation, before: MetricQuery) -> list[Filter] | None:
    """ "including Germany": what was left out counts again, and what was asked about alone gets company. None where nothing is."""
    if not {"including", "include"} & {token.norm for token in annotation.tokens}:
        return None
    kept = {item.dimension: item for item in before.filters}
    for item in draft.filters:
        earlier = kept.get(item.dimension)
        if earlier is None or item.operator not in ("eq", "in") or earlier.operator == "contains":
            return None
        out = earlier.operator in _NEGATIVE
        values = tuple(v for v in earlier.values if v not in item.values) if out else tuple(dict.fromkeys((*earlier.values, *item.values)))  # fmt: skip
        operator = {(True, True): "not_in", (True, False): "ne", (False, True): "in", (False, False): "eq"}[
            out, len(values) > 1
        ]
        kept[item.dimension] = earlier.model_copy(update={"operator": operator, "values": values})
    return [item for item in kept.values() if item.values]


def _put_beside(draft: Draft, annotation: Annotation, before: MetricQuery) -> None:
    """ "put online beside it": what was asked before stays, as a row of its own."""
    tokens = [token.norm for token in annotation.tokens]
    joins = tokens[:1] in (["versus"], ["vs"], ["against"], ["add"], ["plus"]) or tokens[:2] == ["and", "add"]
    if not {"beside", "alongside"} & set(tokens) and not joins:
        return
    for i, item in enumerate(draft.filters):
        earlier = next((f for f in before.filters if f.dimension == item.dimension), None)
        if earlier is not None and {earlier.operator, item.operator} <= {"eq", "in"}:
            draft.filters[i] = item.model_copy(update={"operator": "in", "values": (*earlier.values, *item.values)})
            draft.groups = tuple(dict.fromkeys((*draft.groups, *before.dimensions, item.dimension)))


def _widen(draft: Draft, annotation: Annotation, reading: Reading, before: MetricQuery) -> None:
    """ "back to all countries": what narrowed the question before is taken away again."""
    words = [token.norm for token in annotation.tokens]
    again = "all" in words and ("back" in words or "again" in words)
    widened = {f.dimension for f in before.filters} & set(reading.groups) if again else set[str]()
    draft.filters = [f for f in draft.filters if f.dimension not in widened]
    if widened and not any(word in ("row", "each", "by", "per") for word in words):
        draft.groups = tuple(before.dimensions)


def _swap(draft: Draft, reading: Reading, before: MetricQuery) -> None:
    """ "Venezuela instead of the USA": of several that were listed, one for another."""
    for i, item in enumerate(draft.filters):
        earlier = next((f for f in before.filters if f.dimension == item.dimension and f.operator == "in"), None)
        gone = {value for dimension, value in reading.replaced if dimension == item.dimension}
        if earlier is None or item.operator != "eq" or not gone & set(earlier.values):
            continue
        values = tuple(item.values[0] if value in gone else value for value in earlier.values)
        draft.filters[i] = item.model_copy(update={"operator": "in", "values": values})
        if item.dimension in before.dimensions and not reading.groups:
            draft.groups = before.dimensions


def _set_apart(draft: Draft, annotation: Annotation, reading: Reading) -> None:
    """ "and taken apart?", "each of the two on its own", or "both together"."""
    words = {token.norm for token in annotation.tokens}
    listed = next((f.dimension for f in draft.filters if f.operator == "in"), None)
    if listed is None or reading.groups or reading.filters:
        return
    if words & APART and listed not in draft.groups:
        draft.groups = (*draft.groups, listed)
    elif words & TOGETHER:
        draft.groups = tuple(group for group in draft.groups if group != listed)


def _count_or_list(draft: Draft, annotation: Annotation, reading: Reading, before: MetricQuery) -> None:
    """ "how many of those are there" after a list, "who are they" after a number."""
    starts = next((token.norm for token in annotation.tokens if token.norm not in ("and", "ok", "so")), "")
    last = next((token.norm for token in reversed(annotation.tokens) if token.norm.isalnum()), "")
    if before.count_groups and (starts in NAMING or last == "who") and not reading.metrics:
        draft.counts = False
        draft.metrics = before.metrics
    whose = next((member.dimension for member in before.members), "")
    if whose == "customer" and before.metrics == ("customers",) and (starts in NAMING or last == "who"):
        draft.groups, draft.metrics = (whose,), (DEFAULT_METRIC,)
    things = len(before.dimensions) + (before.grain is not None)
    counted = [f"{group}_count" for group in before.dimensions] + ["customers"] * ("customer" in before.dimensions)
    asked = reading.wants_count and (not reading.metrics or reading.metrics[0] in counted)
    if asked and before.having and things == 1 and not reading.groups and not before.count_groups:
        draft.metrics, draft.having, draft.counts = before.metrics, before.having, True
        draft.groups, draft.grain, draft.order, draft.limit = before.dimensions, before.grain, (), None
