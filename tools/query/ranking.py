"""What is ranked, in which direction, and how many rows are shown."""

from dataclasses import dataclass
from itertools import pairwise

from storage.metrics.query import OrderBy
from tools.language.annotation import Meaning, SpanKind
from tools.query.extents import SINGLE
from tools.query.sentence import Sentence
from tools.query.single_orders import ORDER
from tools.query.slots import DEFAULT_METRIC, DEFAULT_RANKING, Ranking, Unclear, Unsupported, whole
from tools.query.vocabulary import (
    DETERMINERS,
    GROWING,
    JUDGING,
    LESS_IS_BETTER,
    LOSING,
    PARTS_OF_A_RANGE,
    QUESTION_WORDS,
    SHRINKING,
)

_RISING = tuple((verb, "up") for verb in ("went", "gone", "go", "going", "goes"))
_FALLING = tuple((verb, "down") for verb in ("went", "gone", "go", "going", "goes"))
_OF_ONE = frozenset(
    "has is was does makes sells brings earns gives buys spends orders takes gets sold made brought gave took earned".split()
)
_OF_SEVERAL = frozenset("have are were do make sell bring earn give buy spend order take get".split())


def take_ranking(s: Sentence) -> None:
    on_top: set[int] = set()
    firsts = _first_so_many(s)
    s.slots.used |= firsts.spans if firsts else set()
    for i, span in enumerate(s.spans):
        if not span.is_cue("rank_high", "rank_low", "rank_metric"):
            continue
        if i in on_top:
            continue
        s.slots.used.add(i)
        if _only_sorts(s, i):
            on_top |= _on_top(s, i)
            s.slots.used |= on_top
            s.slots.used |= {
                j
                for j, other in enumerate(s.spans)
                if other.number and other.number.ordinal and other.start - span.end <= 1
            }
            s.slots.used |= {
                j for j in (i + 1,) if j < len(s.spans) and s.spans[j].number and s.spans[j].start == span.end
            }
            s.slots.order.append(OrderBy(by="", descending=span.is_cue("rank_high")))
            continue
        ranking = s.slots.ranking or Ranking()
        if s.slots.ranking is not None and _turns_round(s, i, ranking):
            raise Unsupported("I can show the first or the last of something, one at a time.")
        ranking.descending = span.is_cue("rank_high") or (ranking.descending and not span.is_cue("rank_low"))
        detail = next((term.detail for term in span.terms if term.id == "rank_metric"), "")
        counted = bool(s.slots.metrics) and s.model.metrics[s.slots.metrics[0]].unit != "money"
        if s.is_followed_by(i, "money") and counted and not s.words & LOSING and not detail:
            ranking.metric = DEFAULT_METRIC  # "who gave us most money, and how many orders did they place"
        if detail:
            metric, direction = detail.split()
            _refuse_prices_of_what_has_none(s, i, metric)
            ranking.descending = direction == "high"
            if not (s.slots.metrics and "often" in s.words_of(i)):  # "was returned most often"
                ranking.metric = metric
        _take_limit(s, i, ranking)
        s.slots.ranking = ranking
    if firsts:
        _take_firsts(s, firsts)
    _rank_by_sales(s)
    if s.slots.ranking and s.slots.ranking.limit is None and _wants_all(s):
        s.slots.ranking.descending = not s.cue_anywhere("ascending")
    elif s.slots.ranking and s.slots.ranking.limit is None:
        s.slots.ranking.implied = not any(s.spans[i].number for i in range(len(s.spans)) if i not in s.slots.used)
        s.slots.ranking.limit = _counted_limit(s) or _limit_of_names(s) or _implied_limit(s)


def _refuse_prices_of_what_has_none(s: Sentence, i: int, metric: str) -> None:
    """ "which shipper is cheapest": what is charged for it is meant, no price of goods."""
    if metric == "average_price" and "ship_method" in s.slots.groups:
        said = s.annotation.said(s.spans[i].start, s.spans[i].end)
        options = tuple((one, s.rephrase(s.spans[i], f"has the lowest {one}")) for one in ("shipping per order", "average price"))  # fmt: skip
        raise Unclear(f"“{said}” by which figure?", options)


def _rank_by_sales(s: Sentence) -> None:
    """ "the 3 largest customers, with their profit": what stands beside is shown, and ranks nothing."""
    figures = [i for i, span in enumerate(s.spans) if {*span.ids(Meaning.METRIC)} & {*s.slots.metrics}]
    beside = [
        s.words_before(i, 2) in (["with", "their"], ["with", "its"], ["and", "their"]) or _is_of_each(s, i)
        for i in figures
    ]
    if s.slots.ranking and not s.slots.ranking.metric and s.slots.groups and beside and all(beside):
        s.slots.ranking.metric = DEFAULT_METRIC


def _is_of_each(s: Sentence, i: int) -> bool:
    """ "the top 5 customers + orders of each"."""
    behind = [token.norm for token in s.annotation.tokens[s.spans[i].end : s.spans[i].end + 2]]
    return s.word_before(i) in ("+", "plus", "and", "with") and behind in (["of", "each"], ["for", "each"])


def _turns_round(s: Sentence, i: int, ranking: Ranking) -> bool:
    """ "used most, and least", "the month with most orders but least revenue": the other end of a ranking, or of another."""
    before = [token.norm for token in s.annotation.tokens[: s.spans[i].start] if token.norm not in DETERMINERS]
    joined = before[-1:] in (["and"], ["but"], ["or"], ["yet"]) or {"which", "what", "who"} & set(before[-3:])
    return bool(joined) and s.spans[i].is_cue("rank_low") is ranking.descending


def _on_top(s: Sentence, i: int) -> set[int]:
    """The "top" of "worst on top" ranks nothing."""
    return {j for j, other in enumerate(s.spans) if 0 < other.start - s.spans[i].end <= 2 and s.is_said(j, "top")}  # noqa: PLR2004


def _only_sorts(s: Sentence, i: int) -> bool:
    """ "strongest first", "fattest at the top": an order of rows, no cut."""
    before = [token.norm for token in s.annotation.tokens[: s.spans[i].start]]
    if before[-3:] in (
        ["begin", "with", "the"],
        ["beginning", "with", "the"],
        ["start", "with", "the"],
        ["starting", "with", "the"],
    ):
        return True
    end = s.spans[i].end
    named_by = {at for span in s.spans if span.values for at in range(span.start, span.end)}
    following = [
        "" if at in named_by else token.norm for at, token in enumerate(s.annotation.tokens[end : end + 4], start=end)
    ]
    behind = s.spans[i + 1] if i + 1 < len(s.spans) and s.spans[i + 1].start == end else None
    who = (
        behind is not None and bool(behind.ids(Meaning.DIMENSION)) and following[1:2] == ["first"]
    )  # "biggest spender first"
    named = behind is not None and (who or bool(behind.ids(Meaning.METRIC)))
    known = {j.start for j in s.spans}
    if following[:1] in (["earner"], ["one"], ["ones"]) or named or (following[1:2] == ["first"] and end not in known):
        following.pop(0)  # "lowest takings first", "most generous first", "the very worst one on top"
    return (
        following[:1] == ["first"]
        or following[:2] in (["in", "first"], ["at", "first"], ["comes", "first"], ["goes", "first"])
        or following[:2] == ["on", "top"]
        or following[:3] == ["at", "the", "top"]
    )


def take_polarity(s: Sentence) -> None:
    """ "the worst refund rate" is the highest: of these figures less is better."""
    metric = s.slots.ranking.metric if s.slots.ranking and s.slots.ranking.metric else next(iter(s.slots.metrics), "")
    cues = [i for i, span in enumerate(s.spans) if span.is_cue("rank_high", "rank_low") and s.words_of(i) & JUDGING]
    judged = [i for i in cues if not _only_sorts(s, i)]
    if s.slots.ranking and not metric and judged:
        s.slots.ranking.judged = True
    if metric not in LESS_IS_BETTER:
        return
    if judged and s.slots.ranking:
        s.slots.ranking.descending = not s.slots.ranking.descending
    sorted_by = any(
        span.is_cue("ascending", "descending") and s.words_of(i) & JUDGING for i, span in enumerate(s.spans)
    )
    if cues or sorted_by:
        s.slots.order[:] = [
            o.model_copy(update={"descending": not o.descending}) if not o.by else o for o in s.slots.order
        ]


def take_ranked_change(s: Sentence) -> None:
    """ "which region grew the most", "the biggest drop": by how much, and not how high the figure is."""
    words = s.words
    rises = bool(words & GROWING) or any(s.says(*said) for said in _RISING)
    if s.slots.ranking is None or not (rises or words & SHRINKING or any(s.says(*said) for said in _FALLING)):
        return
    s.slots.ranks_change = True
    s.slots.in_rates = bool(words & {"rate", "rates", "%", "percent", "percentage"})
    s.slots.ranking.descending = rises is s.slots.ranking.descending


def _take_limit(s: Sentence, i: int, ranking: Ranking) -> None:
    for step in (1, -1):
        j = s.near(i, step)
        limit = whole(s.spans[j].number) if j is not None and j not in s.slots.used else None
        number = s.spans[j].number if j is not None else None
        if j is not None and limit and number is not None and number.ordinal and limit > 1:
            ranking.limit, ranking.place = 1, limit  # "the second best product"
            s.slots.used.add(j)
            return
        if j is not None and limit:
            ranking.limit = limit
            s.slots.used.add(j)
            return


def _counted_limit(s: Sentence) -> int | None:
    """ "3 products with the smallest sales": the number stands before the thing, not before the cue."""
    for i, span in enumerate(s.spans):
        if set(span.ids(Meaning.DIMENSION) + span.ids(Meaning.UNIT)) & {*s.slots.groups, s.slots.grain_target}:
            j = s.near(i, -1)
            if j is not None and s.spans[j].values:
                j = s.near(j, -1)  # "3 Garden products"
            limit = whole(s.spans[j].number) if j is not None and j not in s.slots.used else None
            if j is not None and limit:
                s.slots.used.add(j)
                return limit
    return _limit_of_a_range(s)


def _is_one_of_a_range(s: Sentence, i: int) -> bool:
    """ "most sold beverage": one product, where the category's name is a plural."""
    of_a_range = s.slots.groups == ["product"] and {value.dimension for value in s.spans[i].values} & {
        *PARTS_OF_A_RANGE
    }
    plural = any(value.text.lower().endswith("s") for value in s.spans[i].values)
    return bool(of_a_range) and plural and not s.is_plural(s.spans[i])


def _limit_of_a_range(s: Sentence) -> int | None:
    """ "the three beverages with the lowest sales": products, said by their category."""
    for i, span in enumerate(s.spans):
        of_a_range = s.slots.groups == ["product"] and {value.dimension for value in span.values} & {*PARTS_OF_A_RANGE}
        j = s.near(i, -1, 0) if of_a_range else None
        limit = whole(s.spans[j].number) if j is not None and j not in s.slots.used else None
        if j is not None and limit:
            s.slots.used.add(j)
            return limit
    return None


def take_new_limit(s: Sentence) -> None:
    """ "make it ten", "again five"."""
    for i, span in enumerate(s.spans):
        words = [token.norm for token in s.annotation.tokens[: span.start]]
        said = words[-2:] in (["make", "it"], ["make", "that"]) or words[-1:] in (["again"], ["keep"])
        said |= words[-1:] == ["first"] and not s.slots.groups and not s.slots.metrics
        following = [token.norm for token in s.annotation.tokens[span.end : span.end + 1]]
        said |= span.start == 0 and following == ["again"]
        limit = whole(span.number) if said and i not in s.slots.used else None
        if limit and s.slots.ranking is None:
            firsts = {j for j in (i - 1,) if j >= 0 and s.is_said(j, "first")}
            s.slots.used |= {i, *firsts}
            s.slots.new_limit = limit


def _limit_of_names(s: Sentence) -> int | None:
    """ "give me 5 names", "the three things that …"."""
    for i, span in enumerate(s.spans):
        limit = whole(span.number) if i not in s.slots.used else None
        if (
            limit
            and any(s.is_followed_by(i, word) for word in ("names", "things", "ones", "that", "which", "who", "with"))
        ) or (limit and _is_of_them(s, i)):
            s.slots.used.add(i)
            return limit
    return None


def _is_of_them(s: Sentence, i: int) -> bool:
    """ "cakes, which 3 of them made most money"."""
    end = s.spans[i].end
    following = tuple(token.norm for token in s.annotation.tokens[end : end + 2])
    asked = s.word_before(i) in QUESTION_WORDS or s.words_before(i, 2) in (["give", "me"], ["show", "me"])
    return asked and following[:1] == ("of",) and following[1:] in (("them",), ("these",), ("those",))


@dataclass(frozen=True, slots=True)
class _Firsts:
    """ "the first three", "the ten first": so many rows, and the spans that say so."""

    limit: int
    spans: frozenset[int]


def _first_so_many(s: Sentence) -> _Firsts | None:
    """Said anywhere; "the first 5 days" and "the first three months" are a time."""
    for i, (one, other) in enumerate(pairwise(s.spans)):
        if one.end != other.start or {i, i + 1} & s.slots.used:
            continue
        after = s.spans[i + 2] if i + 2 < len(s.spans) and s.spans[i + 2].start == other.end else None
        timed = after is not None and bool(after.ids(Meaning.UNIT) or after.kind is SpanKind.GRAIN)
        for first, number in ((one, other), (other, one)):
            limit = whole(number.number) if number.number and not number.number.ordinal else None
            if (
                limit
                and limit > 1
                and not timed
                and s.annotation.read(first.start, first.end) == "first"
                and first.number
            ):
                return _Firsts(limit, frozenset((i, i + 1)))
    return None


def _take_firsts(s: Sentence, firsts: _Firsts) -> None:
    """Rows of a ranking, be it said only by what it is by: "customers by order count, first 20"."""
    things = s.slots.groups or s.slots.grain_target
    ranks = s.words & {"rank", "ranking", "ranked"} or any(order.by for order in s.slots.order)
    asked = s.words & QUESTION_WORDS and (s.slots.metrics or s.slots.implied)
    if s.slots.ranking is None and things and (ranks or asked):
        s.slots.ranking = Ranking()
    if s.slots.ranking is None or s.slots.ranking.place:
        s.slots.used -= firsts.spans
    else:
        s.slots.ranking.limit = firsts.limit


def _wants_all(s: Sentence) -> bool:
    """ "who sold the most? All of them please, from best to worst": every row, ranked."""
    sorts = s.cue_anywhere("ascending", "descending") and bool(s.words & {"all", "everyone", "everybody"})
    return sorts or s.says("all", "of", "them") or s.says("every", "one", "of", "them")


def _asks_which_of_them(tokens: list[str]) -> bool:
    """ "which of our locations has given back most": one of them; but not "which of our products are the best"."""
    for at, word in enumerate(tokens):
        if word not in QUESTION_WORDS or tokens[at + 1 : at + 2] != ["of"] or tokens[at + 2 : at + 3] == ["them"]:
            continue
        verb = next((one for one in tokens[at + 2 :] if one in _OF_ONE | _OF_SEVERAL), "")
        return verb in _OF_ONE
    return False


def _implied_limit(s: Sentence) -> int | None:
    if s.words & {"everybody", "everyone"} and "rank" in s.words:
        return None
    if ORDER in s.slots.groups and any(s.is_said(i, "orders") for i in range(len(s.spans))):
        return DEFAULT_RANKING  # "the biggest orders of 2025, who ordered"
    if ORDER in s.slots.groups and any(s.is_said(i, "refund") for i in range(len(s.spans))):
        return 1
    if SINGLE in s.slots.groups:
        named = (span for span in s.spans if {*span.ids(Meaning.METRIC)} & {*s.slots.metrics})
        return DEFAULT_RANKING if any(s.is_plural(span) for span in named) else 1  # "the biggest payout"
    tokens = [token.norm for token in s.annotation.tokens]
    at = next((i for i, word in enumerate(tokens) if word == "who" and s.opens_a_question(i)), None)
    asks_who = at is not None and tokens[at + 1 : at + 2] not in (["are"], ["were"])
    if _asks_which_of_them(tokens):
        return 1
    if "single" in tokens or s.says("the", "one") or s.says("which", "one") or asks_who:
        return 1
    if any(_is_one_of_a_range(s, i) for i in range(len(s.spans))):
        return 1
    for span in s.spans:
        named = span.ids(Meaning.DIMENSION) + span.ids(Meaning.UNIT)
        if span.kind is SpanKind.GRAIN or set(named) & {*s.slots.groups, s.slots.grain_target}:
            return DEFAULT_RANKING if s.is_plural(span) else 1
    return 1 if any(token.norm in QUESTION_WORDS for token in s.annotation.tokens) else DEFAULT_RANKING
