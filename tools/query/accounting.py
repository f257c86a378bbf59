"""Whether the queries answer for everything that was said: a second look at a question, independent of how it was read.

The planner reads a sentence with many rules, and one of them may take a word for granted or pass over a clause. Here what
was recognised in the whole sentence is looked for in the finished queries. What is missing is a reason to ask back, never
to answer. Only such things are looked for as right answers hold without exception (measured over the suites of `evals`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.query.headings import unsplit
from tools.query.planner import Plan
from tools.query.shortfalls import Shortfalls, filters_of
from tools.query.slots import Unclear
from tools.query.vocabulary import INSTEAD

_LISTING = frozenset("who which list lists show name names each what whom every".split())
_ASKS = re.compile(
    r"^\W*(?:and |so )?(?:what|which|who) (?!is\b|are\b|was\b|were\b)\w+|\b(?:do|does|did|have|has) (?:we|i|they)\b",
    re.IGNORECASE,
)
_SUBJECT = 4
"""Words of "did the shop sell"."""
_ACTING = frozenset(["did", "does", "do", "has", "have"])
_SELLING = frozenset(["sell", "sold", "make", "made", "take", "taken", "earn", "earned", "do", "done", "turn", "bring"])
_BUSINESS = frozenset(["shop", "store"])
_WHO_ASKS = re.compile(r"\b(?:i am|i'm|it is me|it's me|this is)\b", re.IGNORECASE)
_COMPARED_UNNAMED = re.compile(r"\bcompare (?:the two|them|both|those|these|the two of them)\b")
_NEAR = 3
"""Words between two things that are named together."""
_SOMEBODY = frozenset(["customer", "supplier", "brand", "salesperson"])
_COMPARED = frozenset(["more", "less", "most", "least", "fewer", "fewest", "much", "many"])
_OF_TIME = frozenset(["weekday", "part_of_week", "part_of_day", "hour"])
_OPENS = frozenset(["and", "so", "by", "from", "to", ",", ":", ";", "-", "–", "?", "."])


@dataclass(frozen=True, slots=True)
class Accounts:
    """The plans of one question, held against its words."""

    model: SemanticModel
    annotation: Annotation
    plans: Sequence[Plan]

    def settle(self) -> None:
        """Raises Unclear where a word is left that no query answers for."""
        said = next(self._missing(), None)
        if said is not None:
            raise Unclear(
                f"I am not sure what “{said[:80]}” asks for here. Could you say it in another way?", unread=True
            )

    def _missing(self) -> Iterator[str]:
        yield from (
            self.annotation.said(span.start, span.end) for span in self.annotation.spans if self._is_unanswered(span)
        )
        yield from self._people()
        yield from self._names()
        yield from self._units()
        yield from self._asked_in_passing()
        yield from self._rows_of_one()
        yield from self._split_by()
        yield from self._whose_sales()
        yield from self._pointing()
        yield from Shortfalls(self.annotation, self.plans).found()
        yield from unsplit(self.annotation, self._queries)

    def _is_unanswered(self, span: Span) -> bool:
        if span.kind is SpanKind.GRAIN:
            parted = {"by", "per"} & {*self._words[span.start : span.end]}
            return bool(parted) and not (self._is_replaced(span) or self._has_grain(span))
        if span.is_cue("running", "rolling"):
            return not any(query.window for query in self._queries)
        counted = span.is_cue("how_many")
        return counted and any(
            self._lists_what_is_counted(query, span) or self._tells_days(query) for query in self._queries
        )

    @property
    def _queries(self) -> list[MetricQuery]:
        return [plan.query for plan in self.plans]

    @property
    def _words(self) -> list[str]:
        return [token.norm for token in self.annotation.tokens]

    def _has_grain(self, span: Span) -> bool:
        """ "month by month": buckets of that size, or their mean; of a first or last day there are none. "The yearly talk"
        asks for nothing."""
        grain = span.grain.grain if span.grain else None
        dated = any(self.model.metrics[name].unit == "date" for query in self._queries for name in query.metrics)
        shown = {query.grain for query in self._queries} | {plan.mean_over for plan in self.plans}
        return dated or (grain in shown if grain else bool(shown - {None}))

    def _is_replaced(self, span: Span) -> bool:
        """ "by quarter instead of by month"."""
        return " ".join(self._words[max(0, span.start - 2) : span.start]) in INSTEAD

    def _lists_what_is_counted(self, query: MetricQuery, cue: Span) -> bool:
        """ "how many orders were worth more than 3,000" asks for no list of them; "customers with 10 orders, and how many
        they made" does."""
        narrowed = bool(query.having or query.members) and bool(query.dimensions) and not query.count_groups
        behind = (span.ids(Meaning.DIMENSION) for span in self.annotation.spans if span.start >= cue.end)
        counted = next((ids for ids in behind if ids), ())
        return narrowed and bool({*counted} & {*query.dimensions}) and not _LISTING & {*self._words}

    def _tells_days(self, query: MetricQuery) -> bool:
        """ "how many new customers, I mean their very first order was then": a day is no number of them."""
        return len(self.plans) == 1 and all(self.model.metrics[name].unit == "date" for name in query.metrics)

    def _people(self) -> Iterator[str]:
        """ "three largest orders, and who was the customer": somebody has to be named."""
        words = self._words
        shown = any(query.dimensions or query.members or query.having or _chooses(query) for query in self._queries)
        for before, word in pairwise(["?", *words]):
            if word in ("who", "whom") and before in _OPENS and not shown:
                yield word

    def _names(self) -> Iterator[str]:
        """ "Falafel Wrap is better than the toastie?": who or what is named narrows a query, or is one of the rows of its kind.
        An everyday word may be in a remark ("a trip to the west"), and a time of day or week is accounted for with the times."""
        if any(plan.follows or plan.query.analysis or plan.query.currency for plan in self.plans):
            return
        held = {str(value).casefold() for query in self._queries for item in filters_of(query) for value in item.values}
        narrowed = {item.dimension for query in self._queries for item in filters_of(query)}
        shown = {dimension for query in self._queries for dimension in query.dimensions} - narrowed
        for span in self.annotation.of(SpanKind.VALUE):
            kinds, names = {value.dimension for value in span.values}, {value.text.casefold() for value in span.values}
            if kinds & (shown | _OF_TIME) or self._may_be_a_remark(span) or self._is_passed_over(span):
                continue
            if not any(one == name or one in name for name in names for one in held):
                yield self.annotation.said(span.start, span.end)

    def _may_be_a_remark(self, span: Span) -> bool:
        """A word that is written as an everyday one is, or what is told not to be meant: "in the store (not online)"."""
        tokens = self.annotation.tokens
        ruled_out = span.start > 0 and tokens[span.start - 1].norm == "not"
        everyday = span.end == span.start + 1 or not span.whole
        return ruled_out or (everyday and self.annotation.said(span.start, span.end).islower())

    def _is_passed_over(self, span: Span) -> bool:
        """ "My nephew in Hamburg swears …": told in the answer as not used, unless it asks for something, heads what is asked
        ("everybody except Anna:") or says who asks ("I am Anna")."""
        said = self.annotation.said(span.start, span.end)
        passed = [words.strip() for plan in self.plans for words in plan.ignored if said in words]
        asks = any(words.endswith(("?", ":", ",")) or _WHO_ASKS.search(words) for words in passed)
        return bool(passed) and not asks

    def _units(self) -> Iterator[str]:
        """ "rank them by bags": what is counted, and no Tote Bag. "Has less work": no Kestrel Works, which nothing points at."""
        for span in self.annotation.of(SpanKind.VALUE):
            word = self.annotation.said(span.start, span.end)
            before = self._words[span.start - 1] if span.start else ""
            if (
                span.whole
                or span.end > span.start + 1
                or not word.islower()
                or span.start not in self.annotation.everyday
            ):
                continue
            of_somebody = {value.dimension for value in span.values} <= _SOMEBODY
            if before == "by" or (of_somebody and before in _COMPARED):
                yield word

    def _asked_in_passing(self) -> Iterator[str]:
        """ "Feta cheese do we sell? How much, if yes": what asks for something is no remark."""
        for passed in (words for plan in self.plans for words in plan.ignored):
            if _ASKS.search(passed) and passed.rstrip().endswith(("?", ":")):
                yield passed

    def _rows_of_one(self) -> Iterator[str]:
        """ "the two cafés and the web shop", "Ireland and each other country": a row for each, and no more than one of them."""
        for query in self._queries:
            if "order_number" in query.dimensions and _OF_TIME & {*query.dimensions}:
                yield "order"  # "on what day of the week do they order most"
            one = {item.dimension for item in query.filters if item.operator in ("eq", "in") and len(item.values) == 1}
            for span in self.annotation.of(SpanKind.VALUE):
                kinds = {value.dimension for value in span.values} & one & {*query.dimensions}
                for near in self.annotation.spans:
                    between = self._words[min(span.end, near.end) : max(span.start, near.start)]
                    if kinds & {*near.ids(Meaning.DIMENSION)} and len(between) <= _NEAR and "and" in between:
                        yield self.annotation.said(span.start, span.end)

    def _split_by(self) -> Iterator[str]:
        """ "by French city": cities, whatever stands before the word."""
        spans = self.annotation.spans
        shown = {name for query in self._queries for name in query.dimensions}
        for cue, value, thing in zip(spans, spans[1:], spans[2:], strict=False):
            kinds = set[str]() if thing.ids(Meaning.METRIC) else {*thing.ids(Meaning.DIMENSION)}
            together = cue.end == value.start and value.end == thing.start
            by = cue.is_cue("grouping") and self._words[cue.start] == "by"
            if by and value.values and kinds and together and not kinds & shown:
                yield self.annotation.said(value.start, thing.end)

    def _whose_sales(self) -> Iterator[str]:
        """ "how much did the shop sell": all of it, or what was sold over its counter, where a channel is called so."""
        for span in self.annotation.of(SpanKind.VALUE):
            around = self._words[max(0, span.start - 2) : span.end + 1]
            word = self.annotation.said(span.start, span.end)
            acts = len(around) == _SUBJECT and around[0] in _ACTING and around[1] == "the" and around[3] in _SELLING
            if acts and word in _BUSINESS and not any(word in value.text.lower() for value in span.values):
                yield f"the {word}"

    def _pointing(self) -> Iterator[str]:
        """ "how many of those": of what was asked about before, which has to be known."""
        goes_on = len(self.plans) > 1 or any(plan.follows for plan in self.plans)
        words = " ".join(self._words)
        held = any(query.compare or query.dimensions or query.grain or query.filters for query in self._queries)
        if not (goes_on or held) and (said := _COMPARED_UNNAMED.search(words)):
            yield said[0]
        for before, word in pairwise(self._words):
            if before == "of" and word in ("those", "these") and not goes_on:
                yield word


def _chooses(query: MetricQuery) -> bool:
    """ "California or New York, who gave us more"."""
    return any(item.operator == "in" for item in query.filters)
