"""From spans to slots: which figures, things, values and words of ranking a question holds. No periods yet."""

from collections.abc import Callable
from itertools import pairwise

from storage.metrics.model import SemanticModel
from storage.metrics.query import OrderBy
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.query.amounts import (
    take_bare_totals,
    take_events,
    take_kinds_of_customers,
    take_money,
    take_rates,
    take_returned_pieces,
    take_ruled_out,
    take_stock,
    take_totals_with_tax,
    take_what_is_left_out_anyway,
)
from tools.query.clocks import HOUR, take_clocks
from tools.query.conditions import take_conditions, take_counting, take_losses
from tools.query.each import take_each
from tools.query.linking import take_qualifiers, take_values, take_ways_of_shipping
from tools.query.occurrences import take_occurrences
from tools.query.order_details import take_details_of_orders, take_worth_of_orders
from tools.query.placing import settle_place, take_place
from tools.query.ranking import take_new_limit, take_polarity, take_ranked_change, take_ranking
from tools.query.ratios import take_percentage_of, take_ratio
from tools.query.roles import role_of
from tools.query.sentence import Sentence
from tools.query.sizes import refuse_sizes
from tools.query.slots import DEFAULT_METRIC, Reading, Unsupported
from tools.query.terms import take_terms, take_what, take_who
from tools.query.transactions import take_transactions
from tools.query.vocabulary import (
    APART,
    DETERMINERS,
    LOSING,
    MONEY,
    OF_A_CUSTOMER,
    PARTS_OF_A_RANGE,
    QUESTION_WORDS,
    TOGETHER,
    WITHIN,
)
from tools.query.weekdays import take_working_days
from tools.query.windows import take_window

_AGAINST = frozenset(["against", "vs", "versus", "than", "compared"])
_INCLUDING = frozenset(["including", "incl", "include", "plus"])
_USUALLY = frozenset(
    "day week month quarter year weekend weekday monday tuesday wednesday thursday friday saturday sunday".split()
)


def read(model: SemanticModel, annotation: Annotation, has_values: Callable[[str], bool]) -> Reading:
    """Raises Unclear or Unsupported."""
    s = Sentence(model, annotation, has_values)
    _refuse_what_lies_outside(s)
    _refuse_what_is_usual(s)
    _take_counting_words(s)
    take_window(s)
    take_ways_of_shipping(s)
    roles = {i: role_of(s, i) for i, span in enumerate(s.spans) if span.kind is SpanKind.TERM}
    take_qualifiers(s, roles)
    refuse_sizes(s)
    take_values(s, roles)
    take_place(s, roles)
    take_clocks(s)
    take_working_days(s, roles)
    _take_part(s)
    take_occurrences(s, roles)
    take_transactions(s, roles)
    take_conditions(s, roles)
    take_what_is_left_out_anyway(s, roles)
    take_ruled_out(s, roles)
    take_returned_pieces(s, roles)
    take_events(s, roles)
    take_stock(s, roles)
    take_totals_with_tax(s, roles)
    take_percentage_of(s, roles)
    take_ratio(s, roles)
    take_terms(s, roles)
    take_kinds_of_customers(s)
    take_who(s)
    take_what(s)
    settle_place(s)
    take_details_of_orders(s)
    _take_implied_figure(s)
    take_ranking(s)
    take_new_limit(s)
    _take_simple_cues(s)
    take_ranked_change(s)
    take_losses(s)
    take_polarity(s)
    take_counting(s)
    take_worth_of_orders(s)
    take_money(s)
    take_rates(s)
    take_bare_totals(s)
    return s.slots


def _take_implied_figure(s: Sentence) -> None:
    if (
        not s.slots.metrics
        and s.words & {"pay", "paid"}
        and any(s.says(we, pay) for we in ("we", "i") for pay in ("pay", "paid"))
    ):
        raise Unsupported("There are no figures here about what you pay to others.", not_held=True)
    if not s.slots.metrics and not s.slots.having and s.is_implied():
        s.slots.implied = "units" if s.slots.wants_count or _counts_goods(s) else DEFAULT_METRIC
    if not s.slots.metrics and s.words & LOSING:
        s.slots.implied = "profit"


def _counts_goods(s: Sentence) -> bool:
    """ "in which month did we sell the fewest candles": pieces."""
    goods = {"product", "category", "subcategory"}
    return any(
        s.is_said(i, "fewest", "most")
        and following.start == span.end
        and {v.dimension for v in following.values} & goods
        for i, (span, following) in enumerate(pairwise(s.spans))
    )


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
                if _goes_somewhere(s, span):
                    continue
                said = s.annotation.said(span.start, span.end)
                if (reason := reasons.get(term.detail)) is not None:
                    raise Unsupported(reason)
                raise Unsupported(f"There are no figures here about “{said}”.", not_held=True)


def _refuse_what_is_usual(s: Sentence) -> None:
    """ "yesterday against the average day": a mean is shown by itself."""
    words = [token.norm for token in s.annotation.tokens if token.norm not in DETERMINERS]
    for at, word in enumerate(words):
        if word not in ("average", "usual", "normal", "typical", "avg") or not _AGAINST & set(words[at - 2 : at]):
            continue
        after = words[at + 1 : at + 2]
        if word not in ("average", "avg") or not after or after[0] in _USUALLY or not after[0][:1].isalpha():
            raise Unsupported("I can hold a period against another one, not yet against what is usual.")


def _goes_somewhere(s: Sentence, span: Span) -> bool:
    """ "stuff going to the USA"."""
    going = s.annotation.read(span.start, span.end) == "going to"
    after = s.annotation.after(span)
    return going and after is not None and bool(after.values) and after.start <= span.end + 1


def _take_counting_words(s: Sentence) -> None:
    for i, span in enumerate(s.spans):
        if span.is_cue("how_many", "how_much"):
            s.slots.used.add(i)
            if s.is_said(i, "numbers") and not s.is_followed_by(i, "of"):
                s.slots.wants_figures = True
                continue
            money = span.is_cue("how_many") and any(s.is_followed_by(i, word) for word in MONEY)
            s.slots.wants_sum |= money  # "how many dollars has he spent"
            s.slots.wants_count |= span.is_cue("how_many") and not money
            s.slots.wants_sum |= span.is_cue("how_much")


def _is_said_apart(s: Sentence, i: int) -> bool:
    """ "no, net revenue" corrects what was said before."""
    span, tokens = s.spans[i], s.annotation.tokens
    return (
        span.start == 0
        and span.end < len(tokens)
        and tokens[span.end].norm in (",", ".", "-", "!", ":", "i", "it", "sorry", "we")
    )


def _take_part(s: Sentence) -> None:
    """ "Save-a-lot's share of US sales", "what share of US sales is Save-a-lot": of two things one is the part."""
    cue = next((i for i, span in enumerate(s.spans) if span.is_cue("share")), None)
    named = {item.dimension for item in s.slots.filters if item.operator in ("eq", "in", "contains")}
    if cue is None or len(named) < 2:  # noqa: PLR2004 — a part and a whole
        return
    if "product" in named and named & {*PARTS_OF_A_RANGE}:
        s.slots.part = ["product"]  # "the part of Chai in Beverages": no category is a part of a product
        return
    values = {i: {v.dimension for v in span.values} & named for i, span in enumerate(s.spans) if span.values}
    before = [found for i, found in values.items() if i < cue and s.preposition_before(i) not in WITHIN]
    behind = [found for i, found in values.items() if i > cue and s.preposition_before(i) not in WITHIN]
    # "what percent is tea of German sales", "what share of US sales is Save-a-lot", "the share of tea in beverages"
    chosen = before or behind or [values[i] for i in _parts_within(s, [*values])]
    s.slots.part = sorted(chosen[0] if chosen else [*values.values()][-1])[:1]


def _parts_within(s: Sentence, named: list[int]) -> list[int]:
    """ "the share of tea in beverages": what stands behind "of", where the others are what it lies within."""
    prepositions = [s.preposition_before(i) for i in named]
    one_within = prepositions[:1] == ["of"] and {*prepositions[1:]} <= WITHIN - {"of"}
    return named[:1] if len(named) > 1 and one_within else []


def _take_simple_cues(s: Sentence) -> None:
    for i, span in enumerate(s.spans):
        if span.is_cue("share") and (s.is_replaced(span) or _is_a_rate_of_change(s, i)):
            pass  # "in euro rather than percent"
        elif span.is_cue("share"):
            s.slots.wants_sum |= s.annotation.tokens[span.start].norm == "how"
            s.slots.share |= _is_part_of_a_figure(s, i)
        elif span.is_cue("average"):
            s.slots.average |= i not in s.slots.used
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
    if (
        s.slots.having
        and not s.slots.metrics
        and any(s.says("what", who) for who in ("they", "each", "he", "she"))
        and s.is_implied()
    ):
        s.slots.metrics.append(DEFAULT_METRIC)  # "customers with more than 5 orders, with what they spent"
    _drop_examples(s)
    _drop_included(s)
    _side_by_side(s)
    take_each(s)


def _is_a_rate_of_change(s: Sentence, i: int) -> bool:
    """ "growth from month to month in %", "the revenue increased what percentage"; "what percentage of the growth" is a
    share of it."""
    said = s.annotation.read(s.spans[i].start, s.spans[i].end).removeprefix("in ").removeprefix("how many ")
    rate = said in ("%", "percent", "per cent", "pct", "percentage", "percentage wise")
    return rate and s.cue_anywhere("change") and not s.is_followed_by(i, "of")


def _drop_examples(s: Sentence) -> None:
    """ "each kind of customer, the consumers, the corporate ones and so on": all of them."""
    if s.says("and", "so", "on") or s.words & {"etc", "etcetera"}:
        s.slots.filters[:] = [f for f in s.slots.filters if f.dimension not in s.slots.groups]


def _drop_included(s: Sentence) -> None:
    """ "per country, including Germany", "for each channel, the web shop also": one of the rows, which narrows nothing."""
    for i, span in enumerate(s.spans):
        kinds = {value.dimension for value in span.values} & set(s.slots.groups)
        behind = any(s.is_followed_by(i, word) for word in ("also", "too", "included"))
        if kinds and (s.preposition_before(i) in _INCLUDING or behind):
            names = {value.text for value in span.values}
            s.slots.filters[:] = [f for f in s.slots.filters if f.dimension not in kinds or not set(f.values) <= names]


def _is_part_of_a_figure(s: Sentence, i: int) -> bool:
    """ "how much of our profit", "how much of it is Garden"; but "how much of Chai did we sell" asks for no share."""
    said = s.annotation.read(s.spans[i].start, s.spans[i].end)
    if said != "how much of" or s.words & {"%", "percent", "percentage"}:
        return True
    after = s.near(i, 1)
    is_thing = after is not None and bool(s.spans[after].values or s.spans[after].ids(Meaning.DIMENSION))
    return not (is_thing and bool(s.words & {"did", "have", "has", "do"}))


def _are_named_apart(s: Sentence) -> bool:
    """ "how many pieces of A and of B": each behind a preposition of its own."""
    for i, span in enumerate(s.spans):
        before = next((j for j in range(i - 1, -1, -1) if s.spans[j].values), None)
        if before is None or not {v.dimension for v in span.values} & {v.dimension for v in s.spans[before].values}:
            continue
        between = [token.norm for token in s.annotation.tokens[s.spans[before].end : span.start]]
        preposition = s.preposition_before(i)
        if preposition in WITHIN | {"from"} and preposition == s.preposition_before(before) and "and" in between:
            return True
    return False


def _side_by_side(s: Sentence) -> None:
    """Two named things are shown beside each other unless they are asked for together."""
    compared = s.words & QUESTION_WORDS or s.cue_anywhere("more_or_less", "change", "compare", "share")
    counted = s.slots.wants_count and not compared and not s.words & (APART - {"own"})
    counted &= sum(span.is_cue("how_many") for span in s.spans) < 2  # noqa: PLR2004 — "how many A, and how many B"
    counted &= not _are_named_apart(s)
    together = (
        counted
        or s.wants_one_figure()
        or (s.words & TOGETHER and not (compared and "or" in s.words))
        or s.says("between", "them")
        or ("or" in s.words and not compared)
    )
    for item in s.slots.filters:
        listed = item.operator == "in" and item.dimension not in (*s.slots.groups, HOUR)  # those of one night
        if s.slots.groups and not (compared or s.words & APART or s.cue_anywhere("compare")):
            continue  # "per city, Germany and Austria only"
        lives_there = "customer" in s.slots.groups and item.dimension in OF_A_CUSTOMER
        if listed and not together and not s.slots.ranking and not lives_there:
            s.slots.groups.append(item.dimension)
