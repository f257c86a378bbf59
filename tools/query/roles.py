"""Whether a word that can be a figure or a thing is the one or the other.

"customers" and "orders" are decided by their neighbours: "how many customers" counts them, "top customers" and
"by customer" list them."""

from tools.language.annotation import Meaning, SpanKind
from tools.query.sentence import CLAUSE, Sentence
from tools.query.slots import whole
from tools.query.vocabulary import (
    IN_PASSING,
    KINDS_OF_CUSTOMERS,
    LISTED,
    LISTING,
    OPERATORS,
    QUESTION_WORDS,
    RANKS,
    SUPERLATIVE_OF_FIGURES,
)

HEADING_GAP = 2
"""How many words may stand between a thing and the value that it is of."""


def role_of(s: Sentence, i: int) -> Meaning | None:
    """Whether the term at `i` stands for a figure, a thing, or a unit of time; None for a mere cue."""
    span = s.spans[i]
    metrics, dimensions = span.ids(Meaning.METRIC), span.ids(Meaning.DIMENSION)
    if i in s.slots.used or _is_placing(s, i) or _take_heading(s, i):
        return None
    if span.ids(Meaning.UNIT):
        return Meaning.UNIT
    if not metrics or not dimensions:
        return Meaning.METRIC if metrics else Meaning.DIMENSION if dimensions else None
    if i and s.spans[i - 1].end == span.start and KINDS_OF_CUSTOMERS & set(s.spans[i - 1].ids(Meaning.METRIC)):
        s.slots.used.add(i)  # "how many were returning customers"
        return None
    if s.is_counted(i) or (i == 0 and s.cue_anywhere("share") and s.says_before(i, "of")):
        return Meaning.METRIC  # "of all orders in 1997, which share …"
    if s.is_listed_one_by_one(i) or s.says_before(i, "list", "of"):
        return Meaning.DIMENSION
    kinds = KINDS_OF_CUSTOMERS & {metric for other in s.spans for metric in other.ids(Meaning.METRIC)}
    if "customers" in metrics and kinds and not s.cue_before(i, "grouping"):
        s.slots.used.add(i)  # "new ones and returning ones, so customers"
        return None
    if s.is_followed_by(i, "whose") or s.word_before(_behind_values(s, i)) == "which":
        return Meaning.DIMENSION  # "customers whose net sales were above …", "which German customers spent the most"
    if _is_said_in_passing(s, i) and _something_else_is_asked(s, i):
        s.slots.used.add(i)
        return None
    return Meaning.DIMENSION if _is_a_thing(s, i) else Meaning.METRIC


def _is_placing(s: Sentence, i: int) -> bool:
    """ "how many orders does a customer place", "the place they take": a verb, or room, and no city."""
    if s.is_said(i, "place") and not s.cue_anywhere("grouping", *RANKS) and s.word_before(i) not in QUESTION_WORDS:
        return True
    beside = i > 0 and s.spans[i - 1].end == s.spans[i].start and "customer" in s.spans[i - 1].ids(Meaning.DIMENSION)
    ordered = any("orders" in span.ids(Meaning.METRIC) for span in s.spans)
    return s.is_said(i, "place", "places") and ordered and (beside or s.word_before(i) in ("they", "we", "each"))


def _is_a_thing(s: Sentence, i: int) -> bool:
    """Whether a word that could be a figure ("customers") names things to group by instead."""
    span = s.spans[i]
    if _is_sorting_figure(s, i):
        return False
    if any(_is_sorting_figure(s, j) for j in range(len(s.spans)) if j != i):
        return True
    if s.cue_before(i, "grouping", "rank_metric") is not None or s.word_before(i) in QUESTION_WORDS:
        return True
    rank = s.cue_before(_behind_values(s, i), "rank_high", "rank_low")
    if rank is not None:
        words = {t.norm for t in s.annotation.tokens[s.spans[rank].start : s.spans[rank].end]}
        return not words & SUPERLATIVE_OF_FIGURES
    if (
        _is_ranked_thing(s, i)
        or (s.is_plural(span) and s.cue_anywhere(*RANKS) and _are_ranked_apart(s, i))
        or (_is_numbered(s, i) and s.cue_anywhere(*RANKS))
    ):
        return True
    after = s.near(i, 1, CLAUSE)
    while after is not None and (
        s.spans[after].kind in (SpanKind.VALUE, SpanKind.PERIOD)
        or s.spans[after].is_cue("follow_up")
        or _is_by_somebody(s, after)
    ):
        after = s.near(after, 1)
    limited = after is not None and after + 1 < len(s.spans) and s.spans[after + 1].number is not None
    if limited and after is not None and s.spans[after].is_cue(*OPERATORS) and not s.cue_before(i, *OPERATORS):
        return True
    if "order_number" in span.ids(Meaning.DIMENSION) and s.word_before(i) not in LISTING:
        return False  # nobody asks for single orders in passing
    following = s.annotation.tokens[span.end].norm if span.end < len(s.annotation.tokens) else ""
    listed = s.word_before(i) in LISTED or following in LISTED
    return _others_name_a_figure(s, i) and not listed


def _is_by_somebody(s: Sentence, i: int) -> bool:
    """The "by" of "orders taken by Anna Becker", which groups nothing."""
    following = i + 1 < len(s.spans) and s.spans[i + 1].start == s.spans[i].end
    return s.spans[i].is_cue("grouping") and following and bool(s.spans[i + 1].values)


def _take_heading(s: Sentence, i: int) -> bool:
    """ "customers from Lyon, turnover 2025", "products of AlpParts: revenue in September": whose figure it is, no list."""
    span, tokens = s.spans[i], s.annotation.tokens
    value = s.spans[i + 1] if i + 1 < len(s.spans) else None
    if (
        span.start > 0
        or not span.ids(Meaning.DIMENSION)
        or value is None
        or value.kind is not SpanKind.VALUE
        or value.start - span.end > HEADING_GAP
    ):
        return False
    mark = tokens[value.end].norm if value.end < len(tokens) else ""
    figures = [other for other in s.spans[i + 2 :] if other.ids(Meaning.METRIC)]
    of = value.start > span.end  # "customers from Lyon", but not "customers Lyon"
    if not (of and mark in (",", ":") and figures and figures[0].start - value.end <= HEADING_GAP):
        return False
    s.slots.used.add(i)
    return True


def _behind_values(s: Sentence, i: int) -> int:
    """The first span of "business clients": the values that describe a thing belong to it."""
    while i and s.spans[i - 1].kind is SpanKind.VALUE and s.spans[i - 1].end == s.spans[i].start:
        i -= 1
    return i


def _is_sorting_figure(s: Sentence, i: int) -> bool:
    """ "customers by orders": the plural counts them; only "by order" would list each."""
    span = s.spans[i]
    counted = {"orders"} & set(span.ids(Meaning.METRIC)) and span.ids(Meaning.DIMENSION)
    return bool(counted) and s.is_plural(span) and s.cue_before(i, "grouping") is not None


def _is_ranked_thing(s: Sentence, i: int) -> bool:
    """ "the 3 customers with the most orders": what a superlative elsewhere does not govern is what is ranked."""
    superlatives = [span for span in s.spans if span.is_cue("rank_high", "rank_low")]
    others = any(j != i and span.ids(Meaning.METRIC) for j, span in enumerate(s.spans))
    return others and any(span.start > s.spans[i].start for span in superlatives)


def _is_numbered(s: Sentence, i: int) -> bool:
    """ "which five customers bring the most": so many things."""
    return i > 0 and s.spans[i - 1].end == s.spans[i].start and whole(s.spans[i - 1].number) is not None


def _is_said_in_passing(s: Sentence, i: int) -> bool:
    """ "sales to German customers", "revenue from customers in Lyon": the noun adds nothing to the value."""
    before = s.near(i, -1)
    if _is_listed_with_a_figure(s, i):
        return False
    described = (
        before is not None and s.spans[before].kind is SpanKind.VALUE and s.spans[before].end == s.spans[i].start
    )
    if described and before is not None and s.cue_before(before, "rank_high", "rank_low") is not None:
        return False  # "our three biggest Trade customers"
    if described and before is not None and _are_told_apart(s, i, before):
        return False  # "the 5 Brazilian customers which brought most"
    asks_what = (
        s.is_implied() and not s.cue_anywhere(*RANKS) and s.preposition_before(i) in ("did", "do", "does", "have")
    )
    return described or asks_what or s.preposition_before(i) in IN_PASSING


def _is_listed_with_a_figure(s: Sentence, i: int) -> bool:
    """ "Laura Callahan orders + sales": one figure of two."""
    tokens, end = s.annotation.tokens, s.spans[i].end
    joined = end < len(tokens) and tokens[end].norm in LISTED | {"+", "/"}
    after = next((span for span in s.spans if span.start == end + 1), None)
    return (
        "orders" in s.spans[i].ids(Meaning.METRIC) and joined and after is not None and bool(after.ids(Meaning.METRIC))
    )


def _are_told_apart(s: Sentence, i: int, value: int) -> bool:
    """Whether a clause says which of the things are meant, by rank or by a condition."""
    clause = any(s.is_followed_by(i, word) for word in ("that", "which", "who", "with")) or _are_ranked_apart(s, i)
    return s.is_plural(s.spans[i]) and (
        (clause and s.cue_anywhere(*RANKS, *OPERATORS)) or (_is_numbered(s, value) and s.cue_anywhere(*RANKS))
    )


def _are_ranked_apart(s: Sentence, i: int) -> bool:
    """ "The business customers: give me the five who …", "cakes, which 3 of them …": so many of what was named before."""
    tokens = [token.norm for token in s.annotation.tokens]
    apart = s.is_followed_by(i, ":") or s.is_followed_by(i, ",")
    ends = [span.end for span in s.spans[i + 1 :] if whole(span.number) is not None]
    return apart and any(tokens[end : end + 1] in (["who"], ["that"], ["which"]) or tokens[end : end + 2] == ["of", "them"] for end in ends)  # fmt: skip


def _something_else_is_asked(s: Sentence, i: int) -> bool:
    """ "revenue from German customers", "how much did German customers spend"; but in "the share of orders from
    Germany" and in "German orders" nothing else is a figure. "Only the online orders" leaves it as it was."""
    opens = s.spans[0].is_cue("follow_up") and s.spans[0].start == 0
    if s.slots.wants_sum or s.is_implied() or opens or s.closes_with_only():
        return True
    others = ((j, span) for j, span in enumerate(s.spans) if j != i and span.ids(Meaning.METRIC))
    return any(j < i or not _is_said_in_passing(s, j) for j, _ in others)


def _others_name_a_figure(s: Sentence, i: int) -> bool:
    return any(
        j != i and j not in s.slots.used and span.ids(Meaning.METRIC) and not span.ids(Meaning.DIMENSION)
        for j, span in enumerate(s.spans)
    )
