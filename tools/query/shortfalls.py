"""What a sentence asks for in so many words and its finished queries do not have: a period, an order, rows, a bound.

Each rule names words that ask for one thing whatever else is said, and what a query that answers them holds. A sentence
that falls short is asked back. The rules were found by holding some 800 answers to questions of seven writers against what
the writers meant, and each was kept only where it took no right answer of the suites in `evals` away.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from storage.metrics.query import Filter, MetricQuery, TimeRange
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.query.planner import Plan
from tools.query.series import PREFIX

_BLANK = "·"
_UNITS = "(?:year|yr|quarter|qtr|month|week)"
_SOME_PERIOD = re.compile(
    rf"\b(?:(?:for|over|in|of|through|during) the {_UNITS}\b(?! (?:of|to|in)\b)"
    rf"|{_UNITS}s? (?:just )?(?:gone|passed|past)\b|(?:begin|beginning|begining|start) of (?:the |this |last )?{_UNITS}\b)"
)
_OF_A_WEEK = re.compile(r"\b(?:day|days|time|times|hour|hours|weekday) $")
_ORDERED = re.compile(r"\b(?:ranked|sorted|descending|ascending)\b")
_ROWS = re.compile(
    r"\b(?:(?<!our )(?<!the )(?<!customers )(?<!price )list|listing|itemised|itemized|one by one|line by line)\b(?! price)"
)
_TIMES = re.compile(
    r"\b(?:only once|just once|exactly once|once only|twice|(?:one|two|three|\d+) times?(?! (?:as|more|the)\b))\b"
)
_WHEN = re.compile(
    r"(?:^|[,:;?.!-] ?)(?:and |so |but )?when (?:did|do|does|was|were|is|are|have|has|will|arrives?|comes?)\b"
)
_FROM_WHEN = re.compile(r"\b(?:from|since) when\b")
_NAMES = re.compile(r"\b(?:by name|their names|with names|names please|names pls)\b")
_SHOPS = "(?:shops?|stores?|outlets?|branch(?:es)?|sites?)"
_BY_SHOP = re.compile(
    rf"\b(?:by|per|each|every|both|other|two|three|and|or|which) (?:of )?(?:the |our )?(?:other |two |three )?{_SHOPS}\b"
    r"|\bin (?:the |our )?(?:shops|stores|outlets|branches)\b"
)
_BEATING = re.compile(r"\b(?:beat|beats|beaten|overtakes?|overtook|overtaken|outsells?|outsold|exceed(?:s|ed)?)\b")
_PART = re.compile(r"\b(?:how many per ?cent|what per ?cent(?:age)?|what share|which share|percentage of)\b")
_HOURS = re.compile(r"\b(?:working|opening|staff|shift) hours\b")
_SIZES = re.compile(
    r"\b(?:slices|slice(?= (?:or|vs|versus|and)\b)|wholes|whole (?:cakes?|ones?)|large|regular|smalls?(?= ones?\b| and large\b))\b"
)
_WHOLE = re.compile(r"(?:^|\b(?:show|list|sold|of|many) )whole ·(?! (?:category|range|line|section|department))")
"""A whole one, where pieces of it are sold too."""
_WEEKDAY = re.compile(
    r"\b(?:which|what|best|worst|busiest|quietest|slowest|strongest|weakest|by|per) days? of (?:the |a )?week\b"
)
_ONE_ORDER = re.compile(
    r"\b(?:only|just|exactly) (?:ever )?(?:placed |made |bought |ordered |had )?(?:the |a )?(?:one|single) (?:order|purchase|visit)\b"
)
_TABLE = re.compile(r"\b(?:in|as|into) an? (?:little |small |short |nice )?table\b|\btabulated?\b")
_EACH = re.compile(r"\beach\b(?! other)")
_THAN = re.compile(
    r"\b(?:more|fewer|less|better|worse|higher|lower|bigger|smaller|busier|slower)\b[^?.]*\b(?:than|then) (?:we|it|they|in|last|what|that|this|before)\b"
)
_AND_WHAT_PART = re.compile(
    r"\band (?:also )?(?:what|which) (?:percentage|percent|per ?cent|share|part|%) (?:of|they|it|that|this)\b"
)
_SENT_BACK = re.compile(r"\b(?:sent|brought|handed|given) (?:\w+ )?back\b")
_HOW_MANY_THEY = re.compile(r"\bhow many (?:are (?:they|there)|of them(?: are there)?)\W*$")
_COMPARES = re.compile(r"\bcompare[ds]? (?:with|to|against)\b")
_SEPARATELY = re.compile(
    r"\band (?:also )?(?:separately|seperately|separatly|then also|oh|by the way|btw)\b.*\b(?:how|what|what's|who|who's|which)\b"
)
_FIRST_FULL = re.compile(r"\bfirst (?:full|whole|complete) (?:year|quarter|month|week)s?\b")
_SOME_QUARTER = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december) (?:quarter|qtr)\b"
)
_WORKING_WEEK = re.compile(
    r"\b(?:(?:weekdays?|weekends?|working days?|workdays?) only|only (?:on |at |the )?(?:weekdays?|weekends?|working days|workdays))\b"
)
_PAID = re.compile(
    r"\binvoices?\b[^?]*\b(?:paid|settled|outstanding|overdue)\b|\b(?:paid|unpaid|settled|open) invoices?\b"
)
_HOUR = re.compile(
    r"\b(?:(?:at |on |in )?(?:what|which) (?:time|hours?)|until what time)\b(?! of (?:the )?(?:year|month|week)\b)"
)
_PAID_WITH = re.compile(r"\bwhat (?:do|did|does) (?:the |our )?(?:\w+ )?(?:pay|paid) with\b")
_WHO_DID = re.compile(
    r"\bwho (?:did|made|gave|sold|issued|took|ordered|bought|returned|handled|processed) (?:them|it|those|these)\b"
)
_TWICE = re.compile(r"\bhow (?:much|many)\b.*\bhow (?:much|many)\b")
_AND_WHAT = re.compile(
    r"\band (?:what|how much) (?:were|was|are|is|did|do|does) (?:they|it|these|those)\b"
    r"|\b(?:what|how much)\b.*\band (?:off|from|with|on|over|across|in) how many\b"
    r"|\bone figure for\b.*\b(?:one|another) for\b"
)
_AND_WHO = re.compile(
    r"\bhow (?:much|many)\b.*\b(?:and|also) (?:who|which \w+) (?:sold|bought|made|had|has|is|was|did|spent|took|brought|got)\b"
    r"|\?\s*(?:and |plus )?(?:also|too|plus)(?: ,)? (?:which|what|who|how|when)\b"
)
_VAGUE = re.compile(
    r"\b(?:deal|thing|matter|story|situation|status|news) with\b|^what(?:'s| is) the (?:status|situation|matter)\b"
    r"|(?:^|, ?)how(?: (?:stays?|goes|is it|about it))?\W*$"
)
_ROLLING = re.compile(r"\brolling\b(?=.*\b(?:since|from|by|per|each|every)\b)")
_ALL = frozenset(["all", "every", "each"])
_YEAR = re.compile(r"(?:19|20)\d\d")
_TAKEN_TOGETHER = frozenset(["together", "combined", "total", "overall", "both", "altogether"])
_END = frozenset("to till until untill through thru up ending - – —".split())
_OPENING = frozenset(["since", "beginning", "starting"])
_ALTERNATIVES = frozenset(["or", "vs", "versus", "v", "against", "/"])
_HELD = re.compile(
    r"\b(?:than|vs|versus|v|against|compare[ds]?|comparing|comparison|change[ds]?|growth|grow[ns]?|grew|growing|before|previous|prior"
    r"|earlier|more|less|fewer|better|worse|higher|lower|bigger|smaller|stronger|weaker|up|down|ahead|behind|difference|differ"
    r"|why|reason|how come|rose|fell|fallen|rise|fall|drop(?:ped)?|jump(?:ed)?|increase[ds]?|decrease[ds]?|moved?|year on year|yoy|improve[ds]?"
    r"|beside|from|to|between|year|last|ago)\b|[/&+]"
)
_QUESTIONS = re.compile(r"\b(?:what|who|which|when|how (?:many|much))\b")
_WEEKDAYS = frozenset("mon tue wed thu fri sat sun".split())
_COUNTS = ("customers", "orders", "units", "_count")
"""How metrics end that count."""
_MONTH = 31


class Shortfalls:
    """One sentence and the plans that were made of it."""

    def __init__(self, annotation: Annotation, plans: Sequence[Plan]) -> None:
        self._annotation = annotation
        self._plans = plans
        self._queries = [plan.query for plan in plans]
        self._said = " ".join(self._words())

    def found(self) -> Iterator[str]:
        """What was said and is not answered for, in the words that were said."""
        if any(plan.follows for plan in self._plans):
            return
        for pattern, answered in _RULES:
            said = pattern.search(self._said)
            if said and not answered(self, said):
                yield said[0].strip(f" ,:;?.!-{_BLANK}")
        yield from self._hours()
        yield from self._rows_of_all()
        yield from self._years()
        yield from self._open_ends()
        yield from self._alternatives()
        yield from self._held_unasked()
        yield from self._earlier()
        yield from self._days_of_two_kinds()
        yield from self._crossed()

    def _words(self) -> Iterator[str]:
        """The words, a blank for each that is part of a name of the tenant's data."""
        named = {
            i for span in self._annotation.spans if span.kind is SpanKind.VALUE for i in range(span.start, span.end)
        }
        for i, token in enumerate(self._annotation.tokens):
            yield _BLANK if i in named else token.norm

    def holds_a_period(self, said: re.Match[str]) -> bool:
        """ "for the quarter just gone": some time has to begin somewhere. "The day of the week" is no period."""
        if said[0].startswith("of") and _OF_A_WEEK.search(self._said[: said.start()]):
            return True
        return any(time.start for query in self._queries for time in _times(query)) or any(
            query.grain and (query.limit or query.order) for query in self._queries if said[0].startswith(("of", "in"))
        )

    def are_several(self, _said: re.Match[str]) -> bool:
        """ "how many orders were there, and who bought the most": two answers, and no ranking by orders."""
        return len(self._plans) > 1

    def goes_on(self, _said: re.Match[str]) -> bool:
        """ "rolling 7-day orders since October": no single stretch of seven days."""
        return any(query.grain for query in self._queries)

    def is_ordered(self, _said: re.Match[str]) -> bool:
        return any(query.order or query.limit or query.count_groups for query in self._queries)

    def has_rows(self, _said: re.Match[str]) -> bool:
        split = any(
            query.dimensions or query.grain or query.analysis or len(query.metrics) > 1 for query in self._queries
        )
        return split or len(self._plans) > 1

    def bounds_a_count(self, _said: re.Match[str]) -> bool:
        return any(query.having or query.analysis or query.members for query in self._queries) or any(
            self._is_a_day(query) for query in self._queries
        )

    def names_a_channel(self, _said: re.Match[str]) -> bool:
        """ "per shop", "in both outlets": whose shops are told apart."""
        return any(
            "channel" in {*query.dimensions, *(item.dimension for item in filters_of(query))} for query in self._queries
        ) or any(name.startswith("channel") for query in self._queries for name in query.metrics)

    def holds_two(self, _said: re.Match[str]) -> bool:
        """ "did we beat last November": against what it is."""
        return len(self._plans) > 1 or any(
            query.compare or query.having or query.dimensions or query.grain for query in self._queries
        )

    def is_a_part(self, _said: re.Match[str]) -> bool:
        """ "how many percent of them are new": a part of a whole, or a rate, or a change."""
        return any(query.share_of_total or query.compare or query.window for query in self._queries) or any(
            name.endswith(("_rate", "_margin")) for query in self._queries for name in query.metrics
        )

    def tells_weekdays(self, _said: re.Match[str]) -> bool:
        return self._tells("weekday")

    def tells_amount_and_part(self, _said: re.Match[str]) -> bool:
        """ "the discounts given, and what percentage of gross sales they were"."""
        shares = any(query.share_of_total or len(query.metrics) > 1 for query in self._queries)
        return shares or len(self._plans) > 1

    def tells_returns(self, _said: re.Match[str]) -> bool:
        named = any("refund" in name or "return" in name for query in self._queries for name in query.metrics)
        return named or any(query.analysis or query.members or query.having for query in self._queries)

    def counts(self, _said: re.Match[str]) -> bool:
        """ "the customers who left, how many are they": their number, and no list with their sales."""
        counted = any(name.endswith(_COUNTS) for query in self._queries for name in query.metrics)
        return counted or any(query.count_groups for query in self._queries)

    def is_a_quarter(self, _said: re.Match[str]) -> bool:
        """ "the September quarter": three months, whichever they are."""
        return any(
            (time.end - time.start).days > 2 * _MONTH
            for query in self._queries
            for time in _times(query)
            if isinstance(time.start, date) and isinstance(time.end, date)
        )

    def tells_parts_of_the_week(self, _said: re.Match[str]) -> bool:
        """ "weekdays only": the other days are left out."""
        return any(
            item.dimension in ("part_of_week", "weekday") for query in self._queries for item in filters_of(query)
        )

    def tells_hours(self, _said: re.Match[str]) -> bool:
        """ "what time is it busiest": hours, or when something first or last happened."""
        return self._tells("hour", "part_of_day") or any(
            self._is_a_day(plan.query) or (plan.query.grain and not plan.mean_over) for plan in self._plans
        )

    def tells_payments(self, _said: re.Match[str]) -> bool:
        return self._tells("payment_method")

    def is_of_transactions(self, _said: re.Match[str]) -> bool:
        """ "have all invoices been paid": no order tells."""
        return any("transaction" in name or "invoice" in name for query in self._queries for name in query.metrics)

    def _tells(self, *dimensions: str) -> bool:
        """Whether a query is split or narrowed by one of these."""
        return any(
            {*dimensions} & {*query.dimensions, *(item.dimension for item in filters_of(query))}
            for query in self._queries
        )

    def tells_several(self, _said: re.Match[str]) -> bool:
        """ "how many in the shops, and how much online", "more than in May": two figures, or one held against another."""
        return (
            self._is_split()
            or any(plan.mean_over for plan in self._plans)
            or any(query.having or query.members or query.window for query in self._queries)
            or any(query.count_groups or query.per or len(query.metrics) > 1 for query in self._queries)
        )

    def is_never_told(self, _said: re.Match[str]) -> bool:
        """How large a piece was: names may tell, and are no words of their own here."""
        return False

    def tells_a_day(self, _said: re.Match[str]) -> bool:
        return any(
            self._is_a_day(query)
            or query.grain
            or {"weekday", "hour", "part_of_day", "order_number"} & {*query.dimensions}
            for query in self._queries
        )

    def _is_a_day(self, query: MetricQuery) -> bool:
        return any(name.startswith(("first_", "last_")) for name in query.metrics)

    def _rows_of_all(self) -> Iterator[str]:
        """ "rank all categories, I want to see where paper lands": not the one that is named, and no order by itself."""
        said = next((token.norm for token in self._annotation.tokens if token.norm in _ALL), None)
        for query in self._queries:
            one = {item.dimension for item in query.filters if item.operator == "eq" and len(item.values) == 1}
            if said is not None and query.order and one & {*query.dimensions}:
                yield said
            if query.metrics == ("orders",) and "order_number" in query.dimensions and not query.window:
                yield "orders"

    def _years(self) -> Iterator[str]:
        """ "in 2018 and in 2019": each by itself."""
        words = [token.norm for token in self._annotation.tokens]
        if self._is_split() or any(query.members for query in self._queries):
            return
        for one, other in _neighbours(self._annotation):
            between = words[one.end : other.start]
            years = all(span.end == span.start + 1 and _YEAR.fullmatch(words[span.start]) for span in (one, other))
            if years and between == ["and", "in"] and not _TAKEN_TOGETHER & {*words[one.start :]}:
                yield self._annotation.said(one.start, other.end)

    def _is_split(self) -> bool:
        """Whether there are several figures, or one for each of something."""
        return len(self._plans) > 1 or any(
            query.dimensions or query.grain or query.compare or query.analysis for query in self._queries
        )

    def _hours(self) -> Iterator[str]:
        """ "working hours of Nora": no sale tells how long somebody worked, though a name of the data may be "working days";
        a series of the tenant's own may."""
        said = _HOURS.search(" ".join(token.norm for token in self._annotation.tokens))
        if said and not any(name.startswith(PREFIX) for query in self._queries for name in query.metrics):
            yield said[0]

    def _open_ends(self) -> Iterator[str]:
        """ "since the start of summer (1 June)": what begins on a day goes on behind it."""
        words = [token.norm for token in self._annotation.tokens]
        if _END & {*words}:
            return
        for span in self._annotation.spans:
            before = {*words[max(0, span.start - 6) : span.end]}
            if span.kind is SpanKind.PERIOD and before & _OPENING and any(map(_is_short, self._queries)):
                yield self._annotation.said(max(0, span.start - 1), span.end)

    def _alternatives(self) -> Iterator[str]:
        """ "on Tuesday or on Wednesday", "Q3 v Q2": two times are held against each other, and no sum of both."""
        if self._is_split():
            return
        for one, other in _neighbours(self._annotation):
            between = [token.norm for token in self._annotation.tokens[one.end : other.start]]
            if len(between) <= 2 and _ALTERNATIVES & {*between}:  # noqa: PLR2004 — "or on"
                yield self._annotation.said(one.start, other.end)

    def _earlier(self) -> Iterator[str]:
        """ "those of 2025 who had bought before 2025": what was before a time is not what was in it."""
        periods = self._annotation.of(SpanKind.PERIOD)
        words = [token.norm for token in self._annotation.tokens]
        back = any("returning_customers" in query.metrics for query in self._queries)
        held = any(query.members or query.compare or query.grain for query in self._queries)
        if back or held or len(periods) != 2 or len(self._plans) > 1:  # noqa: PLR2004 — the one and the other
            return
        later = periods[1]
        if "before" in words[max(0, later.start - 1) : later.start + 1]:
            yield self._annotation.said(max(0, later.start - 1), later.end)

    def _days_of_two_kinds(self) -> Iterator[str]:
        """ "Monday till Wednesday", "Monday vs Friday": either both are weekdays, or both are days of one week."""
        words = [token.norm for token in self._annotation.tokens]
        if any("weekday" in query.dimensions for query in self._queries):
            return
        for one, other in pairwise(self._annotation.spans):
            weekday = any(value.dimension == "weekday" for value in one.values)
            between = {*words[one.end : other.start], words[other.start]}
            named = any(word[:3] in _WEEKDAYS for word in words[other.start : other.end])
            if weekday and not other.values and named and between & (_END | _ALTERNATIVES):
                yield self._annotation.said(one.start, other.end)

    def _crossed(self) -> Iterator[str]:
        """ "sales in France in 1997 and in Spain in 1996": one in each time, and not both in both."""
        if len(self._plans) > 1 or any(query.members for query in self._queries):
            return  # "bought tea in December but not pots in January"
        told = [span for span in self._annotation.spans if span.values or span.period or span.ids(Meaning.METRIC)]
        for four in zip(told, told[1:], told[2:], told[3:], strict=False):
            (one, when), (other, then) = (
                (second, first) if first.period else (first, second) for first, second in (four[:2], four[2:])
            )  # "in 1997 of France and in 1996 of Spain"
            named = bool(one.values and other.values and when.period and then.period)
            alike = named and {v.dimension for v in one.values} & {v.dimension for v in other.values}
            between = {token.norm for token in self._annotation.tokens[four[1].end - 1 : four[2].start]}
            if alike and when.period != then.period and between & {"and", ",", "but"}:
                yield self._annotation.said(four[0].start, four[3].end)

    def _held_unasked(self) -> Iterator[str]:
        """ "What did lunch take yesterday, and who was our best customer in 2025?": two times of two questions, neither held
        against the other."""
        if self._annotation.of(SpanKind.COMPARISON) or self._annotation.of(SpanKind.SHIFT) or _HELD.search(self._said):
            return
        periods = self._annotation.of(SpanKind.PERIOD)
        if len(_QUESTIONS.findall(self._said)) < 2:  # noqa: PLR2004 — two questions
            return
        if periods and any(plan.query.compare and not plan.why for plan in self._plans):
            yield self._annotation.said(periods[-1].start, periods[-1].end)


def _neighbours(annotation: Annotation) -> Iterator[tuple[Span, Span]]:
    yield from pairwise(annotation.of(SpanKind.PERIOD))


def filters_of(query: MetricQuery) -> Iterator[Filter]:
    """Wherever a query narrows what it counts."""
    yield from (*query.filters, *([query.placed] if query.placed else ()))
    yield from (item for member in query.members for item in member.filters)


def _times(query: MetricQuery) -> Iterator[TimeRange]:
    yield from (time for time in (query.time, query.compare, *(member.time for member in query.members)) if time)


def _is_short(query: MetricQuery) -> bool:
    """A day, or a month: no stretch that goes on."""
    time = query.time
    return bool(time and time.start and time.end and (time.end - time.start == timedelta(days=1) or _is_a_month(time)))


def _is_a_month(time: TimeRange) -> bool:
    first, end = time.start, time.end
    return (
        isinstance(first, date) and isinstance(end, date) and first.day == end.day == 1 and (end - first).days <= _MONTH
    )


_RULES: tuple[tuple[re.Pattern[str], Callable[[Shortfalls, re.Match[str]], bool]], ...] = (
    (_SOME_PERIOD, Shortfalls.holds_a_period),
    (_ORDERED, Shortfalls.is_ordered),
    (_ROWS, Shortfalls.has_rows),
    (_TIMES, Shortfalls.bounds_a_count),
    (_WHEN, Shortfalls.tells_a_day),
    (_FROM_WHEN, Shortfalls.tells_a_day),
    (_NAMES, Shortfalls.has_rows),
    (_BY_SHOP, Shortfalls.names_a_channel),
    (_BEATING, Shortfalls.holds_two),
    (_PART, Shortfalls.is_a_part),
    (_WEEKDAY, Shortfalls.tells_weekdays),
    (_ONE_ORDER, Shortfalls.bounds_a_count),
    (_TABLE, Shortfalls.has_rows),
    (_EACH, Shortfalls.tells_several),
    (_THAN, Shortfalls.tells_several),
    (_AND_WHAT_PART, Shortfalls.tells_amount_and_part),
    (_SENT_BACK, Shortfalls.tells_returns),
    (_HOW_MANY_THEY, Shortfalls.counts),
    (_COMPARES, Shortfalls.holds_two),
    (_SEPARATELY, Shortfalls.are_several),
    (_FIRST_FULL, Shortfalls.is_never_told),
    (_SOME_QUARTER, Shortfalls.is_a_quarter),
    (_WORKING_WEEK, Shortfalls.tells_parts_of_the_week),
    (_HOUR, Shortfalls.tells_hours),
    (_PAID_WITH, Shortfalls.tells_payments),
    (_PAID, Shortfalls.is_of_transactions),
    (_WHO_DID, Shortfalls.has_rows),
    (_TWICE, Shortfalls.tells_several),
    (_AND_WHAT, Shortfalls.tells_several),
    (_AND_WHO, Shortfalls.are_several),
    (_SIZES, Shortfalls.is_never_told),
    (_WHOLE, Shortfalls.is_never_told),
    (_VAGUE, Shortfalls.is_never_told),
    (_ROLLING, Shortfalls.goes_on),
)
