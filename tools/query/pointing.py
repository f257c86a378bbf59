"""Whether a question points at something that it does not name itself: "most of that", "there", "how much did she sell"."""

import re
from itertools import pairwise

from tools.language.annotation import Annotation, Meaning, Span

_POINTING_BACK = frozenset("those them these ones thereof".split())
_STRETCHES = frozenset(
    [
        "amount",
        "figure",
        "number",
        "sum",
        "total",
        "list",
        "table",
        "time",
        "period",
        "month",
        "months",
        "quarter",
        "year",
        "week",
        "weeks",
        "day",
        "days",
    ]
)
_DEEDS = (["make"], ["have"], ["place"], ["bring"], ["get"], ["sell"], ["buy"], ["order"], ["spend"], ["of"])
_THAT = frozenset(["that", "it", "this"])
_BEFORE_THAT = frozenset(
    ["me", "to", "beside", "of", "in", "from", "with", "split", "show", "pull", "is", "was", "were", "for", "like"]
)
_TALKED_OF = ("that thing", "we talked about", "we discussed", "i asked about", "you showed me", "we looked at before")
_PLACES = ("city", "state", "region", "country", "channel")
_PEOPLE = ("customer", "segment", "salesperson")
_OF_THOSE = {("of", "those"), ("of", "these"), ("of", "them")}
_COMES_TO = re.compile(
    r"(?:and |so |ok |, )*(?:how much|how many(?: \w+)?|what) (?:is|was|were|are) (?:that|it|those|these|they)"
    r"(?: (?:in|for|on|by|per|from|with|altogether|how|what|then)\b| [?.]|$)"
)
""" "how much was that in money"."""


def points_nowhere(annotation: Annotation) -> bool:
    """Whether a first question makes no sense by itself: "the same for Casa Lima", "by country instead"."""
    tokens = [token.norm for token in annotation.tokens]
    named = {i for span in annotation.spans if span.values for i in range(span.start, span.end)}
    same = (
        any(word == "same" and i not in named for i, word in enumerate(tokens))
        and not annotation.shifts
        and not any(span.comparison for span in annotation.spans)
    )
    words = [word for word in tokens if word[:1].isalnum()]
    repeated = any(
        words[i : i + 3]
        in (["that", "one", "again"], ["do", "that", "again"], ["do", "it", "again"], ["do", "this", "again"])
        for i in range(len(words))
    )
    return same or repeated or words[-1:] in (["instead"], ["then"]) or points_back(annotation, shown=True)


def repeats(annotation: Annotation) -> bool:
    """ "do that one again for October": what was asked last, whether it was answered or not."""
    words = [token.norm for token in annotation.tokens]
    return "again" in words or any(pair in (("that", "one"), ("this", "one")) for pair in pairwise(words))


def points_back(annotation: Annotation, *, shown: bool = False) -> bool:
    """Whether a question points at something that it does not name itself: "most of that", "how many of those"; but in
    "chairs and tables, what do we earn on them" it does."""
    tokens = [token.norm for token in annotation.tokens]
    things = [span.start for span in annotation.spans if span.values or _names_things(span)]
    figures = [span.start for span in annotation.spans if span.values or span.ids(Meaning.METRIC) or span.period]
    for i, word in enumerate(tokens):
        beside = [span for span in annotation.spans if span.start == i + 1]
        described = tokens[i + 1 : i + 2] in (["with"], ["that"], ["who"], ["which"], ["where"])
        everything = word == "ones" and bool({"everything", "anything", "all"} & set(tokens[:i]))
        demonstrative = everything or (
            word in ("those", "these") and (described or any(span.values or (shown and span.terms) for span in beside))
        )
        subject = word in ("he", "she", "they") and tokens[i - 1 : i] in (["did"], ["does"], ["do"], ["has"], ["have"])
        subject = subject and not any(start < i for start in things)
        if (subject and not any(span.values for span in annotation.spans)) or (not things and _is_shared(tokens, i)):
            return True  # "how much did she sell", "how many orders did each make"
        closes = ends_at(tokens, i) and not any(start < i for start in things)
        if closes and tokens[i - 1 : i + 1] in (["are", "they"], ["is", "it"], ["was", "it"], ["were", "it"]):
            return True  # "how many are they?", "how many orders is it"
        if word in _POINTING_BACK and not demonstrative and not any(start < i for start in things):
            return True
        if (
            word in ("two", "three", "four", "five")
            and tokens[i - 2 : i] == ["of", "the"]
            and not things
            and not beside
        ):
            return True  # "which one of the three had the most orders"
        that_time = word in ("that", "those") and tokens[i + 1 : i + 2] and tokens[i + 1] in _STRETCHES
        if that_time and not any(span.period and span.start < i for span in annotation.spans):
            return True
        ends = ends_at(tokens, i)
        broken = (
            word in _THAT
            and i > 0
            and tokens[i - 1] in ("break", "split")
            and tokens[i + 1 : i + 2] in (["down"], ["up"], ["by"])
        )
        if broken and not any(start < i for start in figures):
            return True
        puts = word in (*_THAT, "them") and tokens[i - 1 : i] in (["to"], ["beside"], ["alongside"])
        if puts and ends and {"put", "add"} & set(tokens[:i]):
            return True  # "put the freight next to it"
        asked_of = (
            word in ("that", "these", "those") and ends and tokens[i - 1 : i] in (["was"], ["is"], ["were"], ["are"])
        )
        counted = word == "that" or any(span.is_cue("how_many") for span in annotation.spans)
        if asked_of and counted and not any(span.values or span.period for span in annotation.spans):
            return True  # "how many orders was that"
        ends |= word in ("that", "it") and tokens[i - 1 : i] == ["of"]  # "how much of that stayed with us"
        of_that = word in _THAT and ends and i > 0 and tokens[i - 1] in _BEFORE_THAT
        if of_that and not any(start < i for start in figures):
            return True
    said = " ".join(tokens)
    counts = _counts_what_was_said(annotation, tokens) or _COMES_TO.match(said) is not None
    return counts or _points_at_talk(annotation, tokens, said) or (" as well" in said and len(figures) == 1)


def _counts_what_was_said(annotation: Annotation, tokens: list[str]) -> bool:
    """ "Chorlton alone, how many of those?": a place is none of the things that were spoken of."""
    of_those = any(pair in _OF_THOSE and ends_at(tokens, i + 1) for i, pair in enumerate(pairwise(tokens)))
    named = [span for span in annotation.spans if span.values]
    places = all({value.dimension for value in span.values} <= {*_PLACES, *_PEOPLE} for span in named)
    things = any(_names_things(span) and not span.values for span in annotation.spans)
    return of_those and len(named) == 1 and places and not things


def _is_shared(tokens: list[str], i: int) -> bool:
    """ "the total of both", "how many orders did each make"."""
    of_all = tokens[i] in ("each", "both") and ends_at(tokens, i) and tokens[i - 1 : i] in (["of"], ["for"])
    return of_all or (tokens[i] == "each" and tokens[i - 1 : i] == ["did"] and tokens[i + 1 : i + 2] in _DEEDS)


def _points_at_talk(annotation: Annotation, tokens: list[str], said: str) -> bool:
    """ "that thing we talked about", "the numbers of him"."""
    people = {"customer", "salesperson"}
    named = any(value.dimension in people for span in annotation.spans for value in span.values)
    things = any(span.ids(Meaning.DIMENSION) for span in annotation.spans)
    somebody = any(word in ("him", "her") and before in ("of", "for", "from") for before, word in pairwise(tokens))
    return any(phrase in said for phrase in _TALKED_OF) or (somebody and not named and not things)


def ends_at(tokens: list[str], i: int) -> bool:
    """Whether a clause ends behind a word."""
    return i + 1 == len(tokens) or not tokens[i + 1][:1].isalnum() or tokens[i + 1] in ("also", "too", "as", "then")


def _names_things(span: Span) -> bool:
    """Orders are counted more often than pointed at: "how many orders had each of them"."""
    things = set(span.ids(Meaning.DIMENSION)) - {"order_number"}
    figures = span.ids(Meaning.METRIC) if not span.ids(Meaning.DIMENSION) else ()
    return bool(things or figures or span.ids(Meaning.UNIT))


def is_there(annotation: Annotation) -> bool:
    """ "what was the average order value there", "in the same quarter": where, or when, the question before was."""
    tokens = [token.norm for token in annotation.tokens]
    places = any(value.dimension in _PLACES for span in annotation.spans for value in span.values)
    around = {"is", "are", "was", "were", "hi", "hello", "hey", "over", "out", "have", "has", "been"}
    same = any(one == "same" and other in _STRETCHES for one, other in pairwise(tokens)) and not annotation.shifts
    compared = any(span.comparison for span in annotation.spans)
    return (same and not compared) or (
        not places
        and any(
            word == "there" and i > 0 and tokens[i - 1] not in around and not set(tokens[i + 1 : i + 2]) & around
            for i, word in enumerate(tokens)
        )
    )
