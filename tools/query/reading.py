"""From spans to slots: which figures, things, values and words of ranking a question holds. No periods yet."""

from collections.abc import Callable

from storage.metrics.model import SemanticModel
from storage.metrics.query import OrderBy
from tools.language.annotation import Annotation, SpanKind
from tools.query.conditions import take_conditions, take_counted_orders, take_losses
from tools.query.linking import take_qualifiers, take_values, take_ways_of_shipping
from tools.query.ranking import take_ranked_change, take_ranking
from tools.query.roles import role_of
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_METRIC, Reading, Unsupported
from tools.query.terms import take_terms, take_what, take_what_is_left_out_anyway, take_who
from tools.query.vocabulary import LOSING, QUESTION_WORDS, TOGETHER, WITHIN


def read(model: SemanticModel, annotation: Annotation, has_values: Callable[[str], bool]) -> Reading:
    """Raises Unclear or Unsupported."""
    s = Sentence(model, annotation, has_values)
    _refuse_what_lies_outside(s)
    _take_counting_words(s)
    take_ways_of_shipping(s)
    roles = {i: role_of(s, i) for i, span in enumerate(s.spans) if span.kind is SpanKind.TERM}
    take_qualifiers(s, roles)
    take_values(s, roles)
    _take_part(s)
    take_conditions(s, roles)
    take_what_is_left_out_anyway(s, roles)
    take_terms(s, roles)
    take_who(s)
    take_what(s)
    _take_implied_figure(s)
    take_ranking(s)
    _take_simple_cues(s)
    take_ranked_change(s)
    take_losses(s)
    take_counted_orders(s)
    return s.slots


def _take_implied_figure(s: Sentence) -> None:
    if not s.slots.metrics and not s.slots.having and s.is_implied():
        s.slots.implied = "units" if s.slots.wants_count else DEFAULT_METRIC
    if not s.slots.metrics and s.words & LOSING:
        s.slots.implied = "profit"


def _refuse_what_lies_outside(s: Sentence) -> None:
    reasons = {
        "forecast": "I can only answer from what has happened: forecasts are not available yet.",
        "cause": "I can show what happened, but not yet why.",
        "advice": "I can answer with figures from your data, but not yet with advice.",
        "what_if": "What-if questions are not available yet.",
    }
    for span in s.spans:
        for term in span.terms:
            if term.id == "outside" and len(span.terms) == 1:
                said = s.annotation.said(span.start, span.end)
                raise Unsupported(reasons.get(term.detail) or f"There are no figures here about “{said}”.")


def _take_counting_words(s: Sentence) -> None:
    for i, span in enumerate(s.spans):
        if span.is_cue("how_many", "how_much"):
            s.slots.used.add(i)
            s.slots.wants_count |= span.is_cue("how_many")
            s.slots.wants_sum |= span.is_cue("how_much")


def _is_said_apart(s: Sentence, i: int) -> bool:
    """ "no, net revenue" corrects what was said before."""
    span, tokens = s.spans[i], s.annotation.tokens
    return span.start == 0 and span.end < len(tokens) and tokens[span.end].norm in (",", ".", "-", "!", ":")


def _take_part(s: Sentence) -> None:
    """ "Save-a-lot's share of US sales", "what share of US sales is Save-a-lot": of two things one is the part."""
    cue = next((i for i, span in enumerate(s.spans) if span.is_cue("share")), None)
    named = {item.dimension for item in s.slots.filters if item.operator in ("eq", "in", "contains")}
    if cue is None or len(named) < 2:  # noqa: PLR2004 — a part and a whole
        return
    values = {i: {v.dimension for v in span.values} & named for i, span in enumerate(s.spans) if span.values}
    before = [found for i, found in values.items() if i < cue and s.preposition_before(i) not in WITHIN]
    s.slots.part = sorted(before[0] if before else [*values.values()][-1])[:1]


def _take_simple_cues(s: Sentence) -> None:
    for i, span in enumerate(s.spans):
        if span.is_cue("share"):
            s.slots.share = True
            s.slots.wants_sum |= s.annotation.tokens[span.start].norm == "how"
        elif span.is_cue("average"):
            s.slots.average = True
        elif span.is_cue("ascending", "descending"):
            s.slots.order.append(OrderBy(by="", descending=span.is_cue("descending")))
        elif span.is_cue("follow_up"):
            if span.is_cue("negation") and not _is_said_apart(s, i):
                continue  # "no discount sales"
        elif span.is_cue("chatter", "grouping", "everything", "compare", "change", "trend", "more_or_less"):
            pass
        else:
            continue
        s.slots.used.add(i)
    _side_by_side(s)


def _side_by_side(s: Sentence) -> None:
    """Two named things are shown beside each other unless they are asked for together."""
    compared = s.words & QUESTION_WORDS or s.cue_anywhere("more_or_less", "change", "compare", "share")
    together = s.words & TOGETHER or ("or" in s.words and not compared)
    for item in s.slots.filters:
        if item.operator == "in" and item.dimension not in s.slots.groups and not together and not s.slots.ranking:
            s.slots.groups.append(item.dimension)
