"""Words that stand like the heading of a column and that no query splits by: "sales Belgium 1997 month", "for each region,
the best-selling phone". They are asked back: an answer without them is one to another question."""

from collections.abc import Iterator, Sequence

from storage.metrics.query import MetricQuery
from tools.language.annotation import Annotation, Meaning, Span
from tools.language.text import listed

_NO_HEADING = frozenset(
    listed(
        "that same both my our your his her what which full whole half of tax financial fiscal in pay rest end one a"
    )
)
_APART = frozenset(["/", "=", "+", "better", "worse"])
_ENDING = frozenset(["?", ".", "!", ",", ";"])
_SINGLED_OUT = frozenset(["with", "where", "when"])
_IN_A_PERIOD = frozenset(listed("in for of during over on by at through this last"))
_EACH = frozenset(["each", "every"])
_TOLD_BY_DAY = frozenset(["weekday", "hour", "part_of_day"])


def unsplit(annotation: Annotation, queries: Sequence[MetricQuery]) -> Iterator[str]:
    """What was said like a heading, and no query splits by."""
    words = [token.norm for token in annotation.tokens]
    if not any(_is_over_time(query) for query in queries):
        yield from (annotation.said(s.start, s.end) for s in annotation.spans if _heads_buckets(words, s))
    if all(_is_one_of_all(query) for query in queries):
        yield from _each_of_which_one_is_shown(annotation, words, queries)


def _is_over_time(query: MetricQuery) -> bool:
    days = {*query.dimensions, *(item.dimension for item in query.filters)} & _TOLD_BY_DAY
    return bool(query.grain or query.analysis or days) or any(
        metric.endswith(("_order", "_refund")) for metric in query.metrics
    )


def _heads_buckets(words: Sequence[str], span: Span) -> bool:
    """A unit of time that is neither counted nor named: "month month", "orders / week", "1997, quarter"."""
    if not span.ids(Meaning.UNIT) or span.terms[0].id == "hour" or words[span.start] in ("date", "dates"):
        return False
    before = words[span.start - 1] if span.start else ""
    after = words[span.end] if span.end < len(words) else "."
    if before == words[span.start] or before in _APART:
        return True
    if before == "the" and after in _SINGLED_OUT:
        return True  # "which was the day with the fewest orders"
    if after not in _ENDING or before in _NO_HEADING:
        return False
    bare = before == "the" and words[max(0, span.start - 2)] not in _IN_A_PERIOD
    return (before[:1].isdigit() and len(before) == len("1997")) or before in ("for", ",") or bare


def _is_one_of_all(query: MetricQuery) -> bool:
    return query.limit == 1 and query.per is None and len(query.dimensions) == 1 and query.grain is None


def _each_of_which_one_is_shown(
    annotation: Annotation, words: Sequence[str], queries: Sequence[MetricQuery]
) -> Iterator[str]:
    """ "the top seller in each state": the one state that sold most is another answer."""
    for span in annotation.spans:
        each = words[span.start - 1] in _EACH if span.start else False
        if each and any({*span.ids(Meaning.DIMENSION)} & {*query.dimensions} for query in queries):
            yield annotation.said(span.start - 1, span.end)
