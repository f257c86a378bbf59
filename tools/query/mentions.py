"""Whether a thing that a question names is asked for, one row each, or only said along with something else."""

from itertools import pairwise

from tools.language.annotation import Meaning, SpanKind
from tools.query.sentence import Sentence
from tools.query.slots import whole
from tools.query.vocabulary import (
    DETERMINERS,
    IN_PASSING,
    LISTED,
    LISTING,
    QUESTION_WORDS,
    RANKS,
    SPREADING,
    TOGETHER,
)

_RESUMING = frozenset("they these those it that them".split())


def is_mentioned(s: Sentence, i: int) -> bool:
    """A thing that nothing asks to list, rank or count: "the place next door", "what the customers gave us"."""
    span, before = s.spans[i], s.word_before(i)
    asked = before in QUESTION_WORDS | LISTED | {"over", "all", "each"} or s.cue_anywhere(*RANKS) or s.slots.having
    asked = asked or s.is_listed_one_by_one(i) or is_numbered(s, i) or s.says("who", "of")
    if asked or s.cue_anywhere("share") or s.words & SPREADING or s.opens_a_clause(i):
        return False
    tokens = s.annotation.tokens
    following = tokens[span.end].norm if span.end < len(tokens) else ""
    repeated = sum(token.lemma == tokens[span.end - 1].lemma for token in tokens) > 1
    beside = (j for j in (i - 1, i + 1) if 0 <= j < len(s.spans) and s.spans[j].ids(Meaning.METRIC))
    named_with = any(s.spans[j].start == span.end or s.spans[j].end == span.start for j in beside)
    others = (other for j, other in enumerate(s.spans) if j != i)
    dimension = set(span.ids(Meaning.DIMENSION))
    nothing_asked = not s.is_implied()
    for other in others:
        nothing_asked &= not other.ids(Meaning.METRIC)
        repeated |= bool(dimension & set(other.ids(Meaning.DIMENSION)))
    if nothing_asked:
        return False
    asked = {"me", "all"} & set(s.words_before(i, 3)) or "wise" in s.words or (named_with and not s.is_plural(span))
    return not (following in LISTED | {"/", "+", "-", "by"} or asked or repeated)


def is_per_customer(s: Sentence) -> bool:
    return any(metric.endswith("_per_customer") for span in s.spans for metric in span.ids(Meaning.METRIC))


def _are_told_apart(s: Sentence, i: int) -> bool:
    """ "Brazilian customers that placed more than 10 orders", "web orders over 100": those who meet the condition are
    listed."""
    if i in s.slots.bounded and not s.slots.wants_sum:
        return True
    clause = any(s.is_followed_by(i, word) for word in ("that", "which", "who", "with"))
    return clause and s.is_plural(s.spans[i]) and bool(s.slots.having)


def _that_we_sold(s: Sentence, i: int) -> bool:
    """ "what did the goods that we sold in May cost us"."""
    end = s.spans[i].end
    following = [token.norm for token in s.annotation.tokens[end : end + 3] if token.norm not in ("that", "which")]
    asked = s.words & {"what", "much"} and s.word_before(i) == "the"
    return following[:2] == ["we", "sold"] and bool(asked) and bool(s.slots.metrics or s.is_implied())


def _are_all_together(s: Sentence, i: int) -> bool:
    """ "which turnover did all the other countries make together", "average order value, all customers"."""
    behind = s.annotation.tokens[s.spans[i].end : s.spans[i].end + 1]
    if any(token.norm in TOGETHER for token in behind) and s.is_plural(s.spans[i]):
        return s.cue_before(i, "grouping") is None and not s.cue_anywhere(*RANKS)  # "the two countries together"
    all_of_them = s.preposition_before(i) == "other" or "all" in (s.word_before(i), *s.words_before(i, 3))
    if not all_of_them or not s.is_plural(s.spans[i]) or s.cue_before(i, "grouping") is not None:
        return False
    listing = bool(s.words & (LISTING - {"what", "which"})) or s.cue_anywhere(*RANKS) or bool(s.slots.having)
    customers = "customer" in s.spans[i].ids(Meaning.DIMENSION)
    return not listing and bool(s.words & TOGETHER or (customers and s.slots.metrics))


def _are_charged(s: Sentence, i: int) -> bool:
    """ "how much shipping did we charge our customers": nobody asks for a list of them."""
    asked = s.slots.wants_sum and s.slots.metrics and not s.slots.having and not s.cue_anywhere("grouping", *RANKS)
    return "customer" in s.spans[i].ids(Meaning.DIMENSION) and s.word_before(i) in ("our", "the", "my") and bool(asked)


def _are_customers_in_passing(s: Sentence, i: int) -> bool:
    """ "the shipping that customers paid us": nobody asks for a list of them so; but "how often did customers order"."""
    mentioned = s.cue_before(i, "grouping") is None and is_mentioned(s, i)
    return "customer" in s.spans[i].ids(Meaning.DIMENSION) and mentioned and "often" not in s.words


def _is_resumed(s: Sentence, i: int) -> bool:
    """ "the articles that come from Moreno, what turnover had we with these", "goods of Moreno, how much did they make":
    a topic set before the question says whose figure it is."""
    tokens = [token.norm for token in s.annotation.tokens]
    of_somebody = i + 1 < len(s.spans) and any(span.values for span in s.spans[i + 1 : i + 3])
    if not (s.opens_a_clause(i) and of_somebody and s.is_plural(s.spans[i])) or s.cue_anywhere("grouping", *RANKS):
        return False
    behind = s.spans[i].end
    mark = next((at for at in range(behind, len(tokens)) if tokens[at] in (",", ":", "-", "–")), None)
    rest = tokens[mark + 1 :] if mark is not None else []
    asked = "what" in rest or any(pair in (("how", "much"), ("how", "many")) for pair in pairwise(rest))
    return asked and bool(_RESUMING & set(rest))


def _act_in_a_clause(s: Sentence, i: int) -> bool:
    """ "the shipping costs that customers paid us": who paid a figure is no row of it."""
    before = [word for word in s.words_before(i, 2) if word not in DETERMINERS]
    figure = i > 0 and bool(s.spans[i - 1].ids(Meaning.METRIC)) and s.spans[i].start - s.spans[i - 1].end <= 2  # noqa: PLR2004
    return figure and before[-1:] in (["that"], ["which"]) and "customer" in s.spans[i].ids(Meaning.DIMENSION)


def only_describes(s: Sentence, i: int) -> bool:
    """ "units of Garden products", "refunds for goods of Moreno": the noun adds nothing, unless it is what is
    ranked or listed."""
    ranked = s.cue_anywhere(*RANKS)
    summed = s.wants_one_figure() and s.cue_before(i, "grouping") is None
    whose = _is_resumed(s, i) or _act_in_a_clause(s, i)
    if whose or summed or _are_all_together(s, i) or _are_charged(s, i) or _are_customers_in_passing(s, i):
        return True
    if s.word_before(i) in ("all", "any") and i + 1 < len(s.spans) and s.spans[i + 1].is_cue("negation"):
        return True  # "from all countries except Ireland"
    if _are_told_apart(s, i):
        return False
    sold = s.word_before(i) in ("sold", "ordered", "bought") or _that_we_sold(s, i)
    if (
        "product" in s.spans[i].ids(Meaning.DIMENSION)
        and (s.preposition_before(i) in IN_PASSING or sold)
        and not ranked
    ):
        return True
    if "product" in s.spans[i].ids(Meaning.DIMENSION) and (_are_of_somebody(s, i) or _have_a_name(s, i)):
        return True
    if i == 0 or s.spans[i - 1].end != s.spans[i].start:
        return False
    if s.is_followed_by(i, "for") and s.annotation.tokens[s.spans[i].start].norm in ("account", "accounts"):
        return bool(s.spans[i - 1].ids(Meaning.DIMENSION) or s.spans[i - 1].values)  # "each segment accounts for"
    if "product" in s.spans[i].ids(Meaning.DIMENSION) and s.is_possessive(s.spans[i - 1]):
        return True  # "which supplier's goods"
    if s.spans[i - 1].kind is not SpanKind.VALUE:
        return False
    before = {token.norm for token in s.annotation.tokens[: s.spans[i - 1].start]}
    asked = bool((LISTING - {"what"}) & before) or s.word_before(i - 1) == "what" or _is_listed_first(s, i)
    listed = (i + 1 < len(s.spans) and s.spans[i + 1].is_cue("grouping")) or bool(s.words & {"each", "every"})
    return not (listed or ranked or (asked and s.is_plural(s.spans[i])))


def _are_of_somebody(s: Sentence, i: int) -> bool:
    """ "how much did the goods of Moreno bring", "the goods of which supplier", "what did their goods bring in"."""
    tokens = [token.norm for token in s.annotation.tokens]
    listed = any(s.says_before(i, *words) for words in (("list",), ("list", "me"), ("show",), ("show", "me")))
    if listed or s.cue_before(i, "grouping") is not None or s.word_before(i) in LISTING | {"each", "every"}:
        return False
    end = s.spans[i].end
    of_which = tokens[end : end + 1] in (["of"], ["from"]) and tokens[end + 1 : end + 2] in (
        ["which"],
        ["what"],
        ["whose"],
    )
    following = s.near(i, 1)
    of_value = (
        tokens[end : end + 1] in (["of"], ["from"], ["by"])
        and following is not None
        and bool(s.spans[following].values)
    )
    summed = (s.slots.wants_sum or s.slots.wants_count or s.is_implied()) and not s.cue_anywhere(*RANKS)
    return (
        of_which
        or s.word_before(i) == "whose"
        or (summed and (of_value or s.word_before(i) in ("their", "his", "her")))
    )


def _have_a_name(s: Sentence, i: int) -> bool:
    """ "how much did the articles with Xerox in the name bring"."""
    following = s.near(i, 1)
    named = following is not None and bool(s.spans[following].values) and not s.spans[following].whole
    asked = s.slots.wants_sum or s.slots.wants_count or bool(s.words & TOGETHER) or s.is_implied()
    return (
        named
        and asked
        and s.cue_before(i, "grouping") is None
        and not s.words & {"each", "every"}
        and not s.cue_anywhere(*RANKS)
    )


def _is_listed_first(s: Sentence, i: int) -> bool:
    """ "all the Garden products with what they took": the list itself is asked for."""
    return "all" in s.words_before(i - 1, 2) and (s.opens_a_clause(i) or "me" in s.words_before(i - 1, 3))


def is_numbered(s: Sentence, i: int) -> bool:
    return i > 0 and s.spans[i - 1].end == s.spans[i].start and whole(s.spans[i - 1].number) is not None
