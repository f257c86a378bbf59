"""Where one sentence asks for two things: "how many orders in May, and which product sold best".

A seam is a mark or an "and" behind which a question begins anew. A name, a list, a range or a comparison has none: what
stands between "between" and "and" is not cut, nor who did one thing and another.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from tools.language.annotation import Annotation, Meaning, Span, SpanKind

MOST_PARTS = 3
LONGEST_TAKEN_APART = 400
"""Letters beyond which a text is not looked at."""

_ASKING = r"how many|how much|what(?:'s|’s)?|which|who(?:'s)?|show|list|give"
_RANKING = r"(?:the |our |my )?(?:\d{1,3} |two |three |four |five |six |ten |twenty )?(?:top|best|worst|biggest|largest|smallest|highest|lowest|bottom|weakest|strongest|busiest)"
_TOO = r"(?:(?:also|then|please|so|and|tell me|show me|give me|i need|i want|i would like|the) )*"
_SEAMS = re.compile(
    rf"(?:\s*[?;]+\s*(?:(?:and|plus)\s+)?|\.\s+(?:(?:and|plus)\s+)?|\s*,?\s+(?:and|plus|as well as|&)\s+|\s*,\s+(?:and\s+)?){_TOO}(?=(?:{_ASKING}|{_RANKING})\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"\W*{_TOO}(?:{_ASKING}|{_RANKING})\b", re.IGNORECASE)
_SORTED = re.compile(
    r"\w+ (?:ones? |one |\w+ers? )?(?:first|last|to|on top|at the top|down|downwards|upwards)\b", re.IGNORECASE
)
"""How rows are to be sorted: "worst first", "best to worst"."""
_CHANGED = re.compile(r"\?\s*(?=(?:and|what about|how about)\b)", re.IGNORECASE)
"""Behind a question mark a change to what was asked: "what were sales in May? and in June?"."""
_FRONTED = re.compile(
    r"^\W*(?:of|in|for|from|during|since|with|among|amongst|at|on|by|out of|if|when)\b", re.IGNORECASE
)
"""A part that only leads up to the next: "of all the tea we sold, how much was green"."""
_AND = re.compile(r"\s*,?\s+(?:and|&|plus)\s+(?:also |then )?", re.IGNORECASE)
_LISTED = re.compile(rf"{_AND.pattern}|\s*,\s+", re.IGNORECASE)
_HIGH, _LOW = (
    r"(?:best|top|highest|biggest|largest|strongest|most|busiest)",
    r"(?:worst|bottom|lowest|smallest|weakest|least|fewest|quietest)",
)
_ENDS = tuple(
    re.compile(rf"\b{one}\b.{{0,8}}(?:\band\b|&).{{0,8}}\b{other}\b", re.IGNORECASE)
    for one, other in ((_HIGH, _LOW), (_LOW, _HIGH))
)
_DATED = re.compile(
    r"\b(?:last|this|past|previous|today|yesterday|20\d\d|19\d\d|q[1-4]|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|"
    r"january|february|march|april|august|september|october|november|december|spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:by|per|for each)\b", re.IGNORECASE)
_HELD = re.compile(r"\b(?:between|compare|compared|comparing|difference|both|either|versus|vs|against)\b[^?;]*$", re.IGNORECASE)  # fmt: skip
_REFERRING = frozenset(
    "they them their theirs it its that those these this he she him her his hers each one ones same there both respectively".split()
)
_SAME_TIME = re.compile(
    r",? ?\b(?:in|over|during|within|for) (?:that|the same|this same) (?:time|period|stretch|span|days|months?|weeks?|quarter|year)\b",
    re.IGNORECASE,
)
_ADDED_UP = re.compile(r"\b(?:together|combined|altogether)\W*$", re.IGNORECASE)
_WHAT_PART = re.compile(
    r"(?:what|how many|how much|which) (?:is (?:their|the) |are they )?(?:percent|percentage|per cent|pct|%|share|part|proportion)\b",
    re.IGNORECASE,
)
"""What is asked of those that are added up: "our top 3 combined, what percent of sales"."""
_IN_ALL = frozenset("total overall altogether all together".split())
_EXTREMES = ("rank_high", "rank_low")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a sentence, as typed. `changes` says that each but the first changes the one before it."""

    texts: tuple[str, ...]
    changes: bool = False


def parts_of(text: str) -> Parts | None:
    """The parts at the seams that the text itself shows; None where it has none."""
    if len(text) > LONGEST_TAKEN_APART:
        return None
    asks = _ASKS.match(text) is not None
    seams = [
        seam
        for seam in _SEAMS.finditer(text)
        if (not _HELD.search(text[: seam.start()]) or "?" in seam.group())
        and not (_ADDED_UP.search(text[: seam.start()]) and _WHAT_PART.match(text[seam.end() :]))
        and (asks or seam.group().strip() not in (",", "."))  # "I want to check our margins. Give me …" asks once
        and not _SORTED.match(text[seam.end() :])
    ]
    pieces = _cut(text, [seam.span() for seam in seams])
    if pieces and _FRONTED.match(pieces[0]):
        return None
    if len(pieces) > 1:
        return Parts(tuple(pieces)) if len(pieces) <= MOST_PARTS else None
    changed = [seam.span() for seam in _CHANGED.finditer(text)]
    pieces = _cut(text, changed)
    return Parts(tuple(pieces), changes=True) if 1 < len(pieces) <= MOST_PARTS else None


def may_name_both_ends(text: str) -> bool:
    """A glance at the words, which spares most questions the work."""
    return len(text) <= LONGEST_TAKEN_APART and any(pattern.search(text) for pattern in _ENDS)


def may_name_two_figures(text: str) -> bool:
    """The same for two figures that stand apart by their periods or by what they are split by."""
    if len(text) > LONGEST_TAKEN_APART or not _LISTED.search(text):
        return False
    return len(_DATED.findall(text)) > 1 or len(_BY.findall(text)) > 1


def without_same_time(text: str) -> str:
    """A part without the words that say it is of the time of the part before: "new customers in that time"."""
    return _SAME_TIME.sub("", text)


def extremes_of(annotation: Annotation) -> Parts | None:
    """ "the best and the worst month of 2025", "top 5 and bottom 5 products": one question for each end."""
    spans = annotation.spans
    tokens = annotation.tokens
    for i, span in enumerate(spans):
        if not span.is_cue(*_EXTREMES):
            continue
        first_end = _with_number(spans, i)
        j = first_end + 1
        if j < len(spans) and not spans[j].is_cue(*_EXTREMES) and spans[j].is_cue("follow_up"):
            j += 1
        if j >= len(spans) or not spans[j].is_cue(*_EXTREMES) or _side(spans[j]) == _side(span):
            continue
        between = [token.norm for token in tokens[spans[first_end].end : spans[j].start]]
        if not {"and", "&"} & set(between) or not set(between) <= {"and", "&", "the", "our", "my"}:
            continue
        last = _with_number(spans, j)
        after = spans[last + 1] if last + 1 < len(spans) else None
        if (
            after is None
            or after.start > spans[last].end
            or not (after.ids(Meaning.DIMENSION) or after.ids(Meaning.UNIT) or after.grain)
        ):
            continue
        text = annotation.text
        opening, rest = text[: tokens[span.start].start], text[tokens[spans[last].end - 1].end :]
        ends = (annotation.said(span.start, spans[first_end].end), annotation.said(spans[j].start, spans[last].end))
        return Parts(tuple(f"{opening}{end}{rest}" for end in ends))
    return None


def figures_apart(annotation: Annotation) -> Parts | None:
    """ "sales last month and orders this month", "sales by channel and orders by country": two figures, each with a period
    or a split of its own."""
    if any(span.comparison or span.is_cue("change", "compare", "trend", "share") for span in annotation.spans):
        return None
    for seam in _LISTED.finditer(annotation.text):
        sides = [
            [span for span in annotation.spans if (annotation.tokens[span.start].start < seam.start()) is left]
            for left in (True, False)
        ]
        figures = [{name for span in side for name in span.ids(Meaning.METRIC)} for side in sides]
        apart = all(any(span.period for span in side) for side in sides) or _are_split_apart(sides)
        cut = any(
            annotation.tokens[span.start].start < seam.start() and annotation.tokens[span.end - 1].end > seam.end()
            for span in annotation.spans
        )
        if apart and not cut and all(figures) and not figures[0] & figures[1]:
            return Parts((annotation.text[: seam.start()], annotation.text[seam.end() :]))
    return None


def _are_split_apart(sides: list[list[Span]]) -> bool:
    by = [
        {name for one, other in pairwise(side) if one.is_cue("grouping") for name in other.ids(Meaning.DIMENSION)}
        | {span.grain.grain for span in side if span.grain and span.grain.grain}
        for side in sides
    ]
    return all(by) and by[0] != by[1]


def refers_back(annotation: Annotation) -> bool:
    """Whether a part speaks of what the part before it names: "and how much did they spend"."""
    named = {i for span in annotation.spans if span.values or span.period for i in range(span.start, span.end)}
    return any(token.norm in _REFERRING and i not in named for i, token in enumerate(annotation.tokens))


def is_of_those_people(annotation: Annotation) -> bool:
    """ "and how many orders did they place"."""
    return bool({"they", "them", "their"} & {token.norm for token in annotation.tokens})


def asks_of_them(annotation: Annotation) -> bool:
    """ "how many of them were refunded"."""
    said = " ".join(token.norm for token in annotation.tokens)
    return any(phrase in said for phrase in ("of them", "of those", "of these"))


def is_of_all(annotation: Annotation) -> bool:
    """ "how much did we sell in total"."""
    return bool(_IN_ALL & {token.norm for token in annotation.tokens})


def is_dated(annotation: Annotation) -> bool:
    """Whether a part names its own period, be it all dates."""
    kinds = (SpanKind.PERIOD, SpanKind.SHIFT, SpanKind.COMPARISON)
    return any(span.kind in kinds or span.is_cue("everything") for span in annotation.spans)


def is_a_sentence(annotation: Annotation) -> bool:
    """Whether a part has a verb and a head of its own, and so does not share what stands at the other's end."""
    return bool(
        {"did", "do", "does", "was", "were", "is", "are", "have", "has", "had"} & {t.norm for t in annotation.tokens}
    )


def _cut(text: str, seams: list[tuple[int, int]]) -> list[str]:
    pieces: list[str] = []
    start = 0
    for begin, end in seams:
        pieces.append(text[start:begin])
        start = end
    pieces = [piece.strip(" ,;?.") for piece in (*pieces, text[start:])]
    return pieces if all(any(c.isalnum() for c in piece) for piece in pieces) else []


def _with_number(spans: tuple[Span, ...], i: int) -> int:
    behind = i + 1 < len(spans) and spans[i + 1].number is not None and spans[i + 1].start == spans[i].end
    return i + 1 if behind else i


def _side(span: Span) -> bool:
    return span.is_cue("rank_high")
