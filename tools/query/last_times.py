"""When something happened for the first or the last time, and what that day or that order came to: "when did we last sell
mocha, and how many that day", "the date of the first order by Anna Becker and its value".

What is asked of the day stands behind the question for it. It is cut off and read by itself: it holds no more than the
name of a figure and a word that points at the day or the order."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery, OrderBy
from tools.language.annotation import Annotation, Meaning, SpanKind
from tools.query.planner import Plan
from tools.query.single_orders import ORDER, PLACED
from tools.query.slots import DEFAULT_METRIC

LONGEST = 300
_HAPPENED = re.compile(r"\b(?:first|last|latest|earliest|most recent|newest|oldest)\b", re.IGNORECASE)
_ASKED = (
    r"how (?:many|much)|for how much|(?:for )?what (?:amount|value|sum|number|quantity)|what (?:was|were|is|did)|which amount|"
    r"(?:the |its |their |his |her )?(?:total |net )?(?:number|quantity|amount|value|sum|revenue|turnover|sales|takings|pieces|units|profit|figure)\b"
)
_SEAM = re.compile(
    rf"(?:\s*[,;]\s*(?:and\s+|with\s+)?|\s+(?:and|with|plus)\s+|\s*[.?!]\s+(?:and\s+)?)"
    rf"(?:(?:also|then|please|tell me|show me|give me|say|say me|i want to know|i need)\s+)*(?P<tail>(?:also )?(?:{_ASKED}).*)$",
    re.IGNORECASE,
)
_THAT_DAY = re.compile(
    r"\b(?:on |at |in )?(?:that|the same|this) (?:very )?(?:day|date|time|occasion)\b|\bback then\b|\bthat day's\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\bhow many\b|\b(?:number|quantity|pieces|units|items)\b", re.IGNORECASE)
_DAYS = {"last_order": True, "first_order": False}
"""Figures that are the day of an order, and whether it is the latest."""
_LEFT_OUT = frozenset(["tax", "shipping", "orders", "first_order", "last_order"])


@dataclass(frozen=True, slots=True)
class Cut:
    """A question for a day, and what is asked of that day."""

    head: str
    tail: str


def cut_last_time(question: str) -> Cut | None:
    if len(question) > LONGEST or _HAPPENED.search(question) is None:
        return None
    seam = _SEAM.search(question)
    if seam is None or _HAPPENED.search(question[: seam.start()]) is None:
        return None
    return Cut(question[: seam.start()], seam["tail"].strip())


def with_figure(cut: Cut, head: Plan, annotate: Callable[[str], Annotation], model: SemanticModel) -> Plan | None:
    """The plan for the day with what it came to; None where the head asks for no single day, or the tail for more than a
    figure of it."""
    query = head.query
    days = [name for name in query.metrics if name in _DAYS]
    if len(days) != 1 or not _is_of_one_day(query) or head.why or head.mean_over:
        return None
    day = days[0]
    points_at_day = _THAT_DAY.search(cut.tail) is not None
    annotation = annotate(_THAT_DAY.sub(" ", cut.tail))
    figure = _figure(annotation, cut.tail)
    if figure is None or figure not in model.metrics:
        return None
    latest = _DAYS[day]
    counted = figure == "units" and "order" not in cut.tail.lower()
    changed = {"dimensions": (), "metrics": (figure,), "grain": "day", "having": (PLACED,), "order": (OrderBy(by="time", descending=latest),), "limit": 1}  # fmt: skip
    if not (points_at_day or counted):
        order = (OrderBy(by=day, descending=latest),)
        changed = {"dimensions": (ORDER,), "metrics": (day, figure), "order": order, "limit": 1}
    return replace(head, query=query.model_copy(update=changed))


def _is_of_one_day(query: MetricQuery) -> bool:
    """The day alone, or the one order that it is of."""
    single = query.dimensions == (ORDER,) and query.limit == 1
    return not (query.grain or query.compare or query.having or query.count_groups) and (not query.dimensions or single)


def _figure(annotation: Annotation, tail: str) -> str | None:
    """The one figure that a tail names, or means; None where it holds more."""
    named = [name for span in annotation.spans for name in span.ids(Meaning.METRIC) if name not in _LEFT_OUT]
    more = any(
        span.values or span.kind in (SpanKind.PERIOD, SpanKind.COMPARISON, SpanKind.GRAIN, SpanKind.CLOCK)
        or (span.number is not None) or span.is_cue("rank_high", "rank_low", "share", "average", "grouping")
        for span in annotation.spans
    )  # fmt: skip
    if annotation.unknown or more or len(set(named)) > 1:
        return None
    if named:
        return named[0]
    return "units" if _COUNTED.search(tail) else DEFAULT_METRIC
