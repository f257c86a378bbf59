"""The figures, things and units of time that a question names."""

from collections.abc import Sequence

from storage.metrics.query import OrderBy
from tools.language.annotation import Meaning, Span, SpanKind
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_METRIC, Unclear, Unsupported
from tools.query.vocabulary import (
    ACROSS,
    BEFORE_A_QUESTION,
    BUYING,
    COUNTED_AS,
    DEDUCTED,
    DEDUCTING,
    EARNING,
    IN_PASSING,
    KINDS_OF_CUSTOMERS,
    LISTED,
    LISTING,
    MONEY,
    PER,
    QUESTION_WORDS,
    RANKS,
    RATIOS,
    SELLING,
    SPENDING,
)


def take_what_is_left_out_anyway(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "net sales without VAT", "VAT not counted", "once refunds are off": net sales hold none of these."""
    for i, span in enumerate(s.spans):
        if {"refunds", "discounts"} & set(span.ids(Meaning.METRIC)) and _is_deducted(s, span):
            roles[i] = None
            s.slots.used.add(i)
        if not {"tax", "shipping"} & set(span.ids(Meaning.METRIC)):
            continue
        for j in (s.near(i, -1), s.near(i, 1)):
            if j is not None and s.spans[j].is_cue("negation"):
                roles[i] = None
                s.slots.used |= {i, j}
                s.slots.notes.append("Tax and shipping are no part of net sales.")


def _is_deducted(s: Sentence, span: Span) -> bool:
    tokens = [token.norm for token in s.annotation.tokens]
    return bool(DEDUCTING & set(tokens[: span.start]) and DEDUCTED & set(tokens[span.end :]))


def take_terms(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    for i, role in roles.items():
        if role is None or i in s.slots.used:
            continue
        span = s.spans[i]
        if role is Meaning.METRIC:
            _take_metric(s, i, span)
        elif role is Meaning.DIMENSION:
            _take_dimension(s, i, span)
        elif role is Meaning.UNIT:
            _take_unit(s, i, span)


def _is_spending_on(s: Sentence, i: int, span: Span) -> bool:
    """ "what did we spend on freight": the freight."""
    word = s.annotation.tokens[span.end - 1].norm
    others = any(j != i and other.ids(Meaning.METRIC) for j, other in enumerate(s.spans))
    return word in SPENDING and others


def _take_metric(s: Sentence, i: int, span: Span) -> None:
    metric = _choose(s, span.ids(Meaning.METRIC), span)
    s.slots.used.add(i)
    if metric.endswith("_count") and s.preposition_before(i) in ACROSS and (s.slots.metrics or s.is_implied()):
        s.slots.groups.append(metric.removesuffix("_count"))  # "revenue in the different countries"
        return
    if s.is_replaced(span) or (s.words & SPENDING and _is_spending_on(s, i, span)):
        return
    if metric == "refunds" and s.cue_before(i, "how_many") is not None:
        metric = "refunds" if s.words & MONEY else "refund_count"
    if metric in ("new_customers", "returning_customers") and s.slots.metrics and s.word_before(i) in ("from", "of", "by", "for", "to"):  # fmt: skip
        raise Unsupported("Figures split into new and returning customers are not available yet; their number is.")
    grouping = s.cue_before(i, "grouping")
    if grouping is not None and (s.slots.groups or s.cue_anywhere("rank_high", "rank_low")):
        s.slots.used.add(grouping)
        s.slots.order.append(OrderBy(by=metric))
    if metric in KINDS_OF_CUSTOMERS and "customers" in s.slots.metrics:
        s.slots.metrics.remove("customers")  # "customers who bought for the first time" are the new ones alone
    if metric not in s.slots.metrics:
        s.slots.metrics.append(metric)


def _choose(s: Sentence, ids: Sequence[str], span: Span) -> str:
    if len(ids) > 1:
        options = tuple((s.model.metrics[m].label, s.rephrase(span, s.model.metrics[m].label.lower())) for m in ids)  # fmt: skip
        raise Unclear(
            f"“{s.annotation.said(span.start, span.end)}” can mean more than one figure. Which do you mean?", options
        )
    return ids[0]


def _take_dimension(s: Sentence, i: int, span: Span) -> None:
    ids = list(span.ids(Meaning.DIMENSION))
    if len(ids) > 1:
        options = tuple((s.model.dimensions[d].label, s.rephrase(span, s.model.dimensions[d].label.lower())) for d in ids)  # fmt: skip
        raise Unclear(
            f"“{s.annotation.said(span.start, span.end)}” can mean more than one thing. Which do you mean?", options
        )
    s.slots.used.add(i)
    if _only_describes(s, i):
        return
    counted = COUNTED_AS.get(ids[0], f"{ids[0]}_count")
    if s.cue_before(i, "how_many") is not None and counted in s.model.metrics:
        if ids[0] == "product":
            pieces = (
                ("pieces sold", s.rephrase(span, "units")),
                ("different products", s.rephrase(span, "different products")),
            )
            raise Unclear("How many pieces, or how many different products?", pieces)
        s.slots.metrics.append(counted)
        return
    grouping = s.cue_before(i, "grouping")
    if grouping is not None:
        s.slots.used.add(grouping)
    if grouping is not None and _take_ratio(s, i, grouping, ids[0]):
        return
    if ids[0] not in s.slots.groups:
        s.slots.groups.append(ids[0])


def _take_ratio(s: Sentence, i: int, grouping: int, dimension: str) -> bool:
    """ "how much do consumers spend per order": a ratio, since nobody asks for a list of single orders so."""
    ratio = RATIOS.get((s.slots.metrics[-1] if s.slots.metrics else DEFAULT_METRIC, dimension))
    wanted = dimension == "order_number" or s.cue_anywhere("average")
    per = s.annotation.tokens[s.spans[grouping].start].norm in PER
    if ratio is None or not wanted or not per or s.is_plural(s.spans[i]):
        return False
    s.slots.metrics[-1:] = [ratio]
    return True


def _only_describes(s: Sentence, i: int) -> bool:
    """ "units of Garden products", "refunds for goods of Moreno": the noun adds nothing, unless it is what is
    ranked or listed."""
    ranked = s.cue_anywhere(*RANKS)
    if s.word_before(i) in ("all", "any") and i + 1 < len(s.spans) and s.spans[i + 1].is_cue("negation"):
        return True  # "from all countries except Ireland"
    if "product" in s.spans[i].ids(Meaning.DIMENSION) and s.preposition_before(i) in IN_PASSING and not ranked:
        return True
    if i == 0 or s.spans[i - 1].end != s.spans[i].start:
        return False
    if s.is_followed_by(i, "for") and s.annotation.tokens[s.spans[i].start].norm in ("account", "accounts"):
        return bool(s.spans[i - 1].ids(Meaning.DIMENSION))  # "each segment accounts for"
    if "product" in s.spans[i].ids(Meaning.DIMENSION) and s.is_possessive(s.spans[i - 1]):
        return True  # "which supplier's goods"
    if s.spans[i - 1].kind is not SpanKind.VALUE:
        return False
    asked = any(t.norm in LISTING for t in s.annotation.tokens[: s.spans[i - 1].start])
    listed = (i + 1 < len(s.spans) and s.spans[i + 1].is_cue("grouping")) or bool(s.words & {"each", "every"})
    return not (listed or ranked or (asked and s.is_plural(s.spans[i])))


def _take_unit(s: Sentence, i: int, span: Span) -> None:
    """ "which month", "best day": a unit of time as the thing that is ranked or listed."""
    if s.slots.groups and s.word_before(i) in LISTED and s.cue_anywhere("grouping"):
        s.slots.used.add(i)
        s.slots.grain = span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain
        return
    ranked = s.cue_anywhere("rank_high", "rank_low", "rank_metric")
    if ranked or s.slots.having or s.word_before(i) in QUESTION_WORDS:
        s.slots.used.add(i)
        s.slots.grain_target = span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain


def take_who(s: Sentence) -> None:
    """ "who bought the most": customers; "who sold the most": the shop's own people."""
    words = s.words
    asked = any(
        token.norm == "who" and (i == 0 or s.annotation.tokens[i - 1].norm in BEFORE_A_QUESTION)
        for i, token in enumerate(s.annotation.tokens)
    )
    if any(item.operator == "in" for item in s.slots.filters):
        return  # "East or West, who brings more profit"
    if not asked or s.slots.groups or not (s.slots.metrics or words & EARNING or s.cue_anywhere(*RANKS)):
        return
    selling, buying = bool(words & SELLING), bool(words & BUYING)
    if selling == buying and s.has_values("salesperson"):
        options = (
            ("customers", _replace_who(s, "which customers")),
            ("salespeople", _replace_who(s, "which salespeople")),
        )
        raise Unclear("Who: customers, or your salespeople?", options)
    s.slots.groups.append("salesperson" if selling and not buying else "customer")


def take_what(s: Sentence) -> None:
    """ "what did Ernst Handel buy most", "what sold best": products, where nothing else is ranked."""
    words = [token.norm for token in s.annotation.tokens]
    traded = set(words) & (SELLING | BUYING) - {"sale", "sales", "seller", "orders"}
    ranked = s.cue_anywhere("rank_high", "rank_low")
    named = s.slots.groups or s.slots.grain_target or any(item.operator == "in" for item in s.slots.filters)
    if "what" in words and traded and ranked and not named and s.has_values("product"):
        s.slots.groups.append("product")


def _replace_who(s: Sentence, better: str) -> str:
    at = next(token for token in s.annotation.tokens if token.norm == "who")
    return s.annotation.text[: at.start] + better + s.annotation.text[at.end :]
