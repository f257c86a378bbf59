"""Who did one thing and not another: "customers who bought tea but no mugs", "clients who have not ordered since June",
"who bought last year but not this year", "customers who bought both".

The clause is cut out of the question and read by itself; what is left is planned as any other question and then
narrowed to the members.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, Member, TimeRange
from tools.language.annotation import Annotation, Meaning, SpanKind
from tools.language.periods import Calendar, Period, shift
from tools.language.values import ValueIndex
from tools.query.changes import Days
from tools.query.draft import Draft
from tools.query.reading import read
from tools.query.single_orders import ORDER
from tools.query.slots import DEFAULT_METRIC, Reading, Unclear, Unsupported
from tools.query.stretches import joined
from tools.query.times import TimeReader

_SUBJECTS = {
    "customer": "customer|customers|client|clients|buyer|buyers|shopper|shoppers|people|who|everyone|everybody|anyone|those|"
    "company|companies|account|accounts|folks|firms|firm",
    "product": "product|products|item|items|article|articles|goods",
}
_ACTS = {
    "customer": "bought|buy|buys|buying|buyed|ordered|order|ordering|purchased|purchase|purchasing|shopped|shop|spent|took|taken",
    "product": "sold|sell|sells|selling|bought|ordered|moved",
}
_RETURNS = "come back|came back|returned|return|reorder|reordered|come again"
"""What customers do who order again; only where they do not, is it about who they are."""
_NO = "not|never|didn't|didnt|don't|dont|haven't|havent|hasn't|hasnt|doesn't|doesnt|weren't|wasn't|no longer|no more"
_AUX = "have|has|had|did|do|does|are|were|is|was|been|be"
_THAT_PERIOD = r"(?:(?:in|during) )?(?:that|the) (?:very )?(?:same )?(?:day|week|month|quarter|year|period|time)"
_NOTHING = "even once|even|once|a single time|whatsoever|anything|something|nothing|any|a|an|the|of|yet|again|ever|from us|with us|at all|back|a single thing|any of the|anymore|one single|single|one|purchase|purchases"
_EMPHASIS = re.compile(rf"(?:\s+(?:at all|whatsoever|ever|{_THAT_PERIOD}))+\s*$", re.IGNORECASE)
"""Behind what somebody did not do these say no more: its time is that of what was done."""
_DAYS_AGO = re.compile(r"^(?:in|for|over|within|during)\s+(?=(?:\d+|\w+)\s+(?:day|week|month|year)s?\b)")


_WHO = "customers?|clients?|buyers?|shoppers?"
_LOST = re.compile(
    rf"\b(?:{_WHO})\b(?: (?:did|have|do|we|that|who|which|are|were|has|us|i)\b)* (?:lost|lose|losing|churn|churned|left us)\b"
    rf"|\b(?:lost|lose|losing|churned|churning)(?: (?:any|some|most|many|the))? (?:{_WHO})\b|\b(?:customer )?churn\b"
    rf"|\b(?:{_WHO})\b.*\bstopped (?:buying|ordering|coming|shopping)\b"
)
_MONEY = re.compile(r"\b(?:money|profit|margin|loss|losses|on)\b")
_OTHER_DEEDS = re.compile(r"\b(?:discounts?|refunds?|returns?|shipping|delivery|tax|vat)\b")
"""What is done besides buying: "took a discount but not in June" is not about who bought nothing in June."""
_BASKETS = "orders?|baskets?|tickets?|transactions?|receipts?"
ON_FILE = "customers_on_file"
LONGEST_SAID = 300
"""Letters beyond which no clause is looked for: the shapes try every place where one may begin."""
_COUNTING = re.compile(r"\b(?:how many|number of|count|how much)\b")

_HOW_MANY_THEY_ARE = re.compile(
    r"\bhow many(?: of (?:them|those|these))?(?: (?:are|is|were|was|do|did|have|had)? ?"
    r"(?:they|it|these|those|there|we|that|this|i|you)\b(?: (?:are|is|have|had|got|be))?)?\W*$"
)
_SINCE = re.compile(
    r"\b(?:since|after|from|in the (?:last|past) (?:\d+|\w+) \w+s|for (?:\d+|\w+) \w+s)\b", re.IGNORECASE
)
_COUNTED = {"customer": "customers", "product": "product_count"}


@dataclass(frozen=True, slots=True)
class Clause:
    """What the members did, or did not do, as typed: "linen napkins in 2025", "since June"."""

    text: str
    negated: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """A question without its clauses, and whose they are."""

    rest: str
    subject: str
    clauses: tuple[Clause, ...]
    shared: bool = False
    """Whether one period behind the last clause is that of all: "both tea and mugs in 2025"."""
    contrast: bool = False
    """Whether it is about those who did one thing and not the other."""
    ever: bool = False
    """Whether it is about those who did nothing of the kind at all: they are on file, and in no order."""


def cut_membership(annotation: Annotation) -> Cut | None:
    """The clauses of a question about who did or did not do something; None where it has none."""
    said = _Said(annotation)
    if len(said.text) > LONGEST_SAID:
        return None
    if (basket := _basket(said)) is not None:
        return basket
    for subject, nouns in _SUBJECTS.items():
        if re.search(rf"\b(?:{nouns})\b", said.text) is None:
            continue
        for shape in (_never, _purchases, _contrast, _abstained, _both):
            if (cut := shape(said, subject)) is not None:
                return _with_a_thing_to_list(cut if cut.ever else _with_what_follows(cut))
    return None


def _with_what_follows(cut: Cut) -> Cut:
    """ "… since June, and their turnover of all time", "… this year, how many?": behind a comma the question goes on."""
    *earlier, last = cut.clauses
    text, mark, more = last.text, "", ""
    for end in (",", ":", ".", "?", ";"):
        text, mark, more = last.text.partition(end)
        if mark:
            break
    if not mark or not text.strip() or not re.search(r"\b(?:and|how|with|their|what|count)\b", more):
        return replace(cut, clauses=(*earlier, _plain(last)))
    return replace(
        cut, rest=f"{cut.rest}, {more.strip()}", clauses=(*earlier, _plain(replace(last, text=text.strip())))
    )


def _plain(clause: Clause) -> Clause:
    """ "no Lebkuchen at all", "not any Lebkuchen that month"."""
    bare = _EMPHASIS.sub("", clause.text) if clause.negated else clause.text
    return replace(clause, text=bare if bare.strip() else clause.text)


def _with_a_thing_to_list(cut: Cut) -> Cut:
    """ "who ordered", "how many bought": customers."""
    if cut.rest.lower().startswith("who"):
        return replace(cut, rest=f"customers {cut.rest}")
    return cut


def refuse_lost(annotation: Annotation) -> None:
    """ "how many customers did we lose this year": when somebody is lost, only the owner can tell. Raises Unclear."""
    said = _Said(annotation).text
    if len(said) > LONGEST_SAID or _LOST.search(said) is None or _MONEY.search(said):
        return
    options = (
        ("Bought last year and not this year", "customers who bought last year but not this year"),
        ("No order in the last 180 days", "customers who have not ordered in the last 180 days"),
    )
    raise Unclear("When do you call a customer lost?", options)


def _acts_not_done(subject: str) -> str:
    return f"{_ACTS[subject]}|{_RETURNS}" if subject == "customer" else _ACTS[subject]


class _Said:
    """The words of a question as one text, and the way back to what was typed."""

    def __init__(self, annotation: Annotation) -> None:
        self._annotation = annotation
        words = [token.norm.replace(" ", "_") or "_" for token in annotation.tokens]
        while words and words[-1] in (".", "?", "!"):
            words.pop()
        self.text = " ".join(words)

    def typed(self, start: int, end: int) -> str:
        """As typed, from one place of the text to another."""
        first = len(self.text[:start].split(" ")) - 1 if start else 0
        last = len(self.text[:end].rstrip().split(" "))
        return self._annotation.said(first, last) if last > first and end > start else ""


def _basket(said: _Said) -> Cut | None:
    """ "orders that hold both A and B", "orders with A and B together", "orders that had A but no B": what one order holds."""
    found = re.search(
        rf"^(?P<rest>(?:.*\b)?(?:{_BASKETS})\b(?:(?!\bwith\b).)*?)(?:\s(?:that|which|where|did|have))?\s(?:had|have|has|hold|holds|held|holding|"
        rf"contain|contains|contained|containing|include|includes|included|including|with)\s(?P<both>both\s)?(?P<one>\S.*?)\s"
        rf"(?P<join>and|&|plus|as well as|together with|(?:but|and|yet)\s(?:with\s)?(?:no|not|without|not any|without any|never))\s(?:also\s)?(?P<two>\S.*?)"
        rf"(?P<together>\s(?:together|in (?:one|the same) (?:{_BASKETS})|in one go|at the same time|at once))?(?:\s(?P<more>(?:in|during|since|this|last|between|from|on)\b.*))?$",
        said.text,
    )
    if found is None or "," in found["one"] + found["two"]:
        return None
    negated = found["join"] not in ("and", "&", "plus", "as well as", "together with")
    if not (negated or found["both"] or found["together"] or found["join"] == "together with"):
        return None  # "orders with tea and mugs" may be those of each
    one, two, rest = (said.typed(found.start(name), found.end(name)) for name in ("one", "two", "rest"))
    more = said.typed(found.start("more"), found.end("more")) if found["more"] else ""
    clauses = (Clause(one, negated=False), Clause(two, negated=negated))
    return Cut(f"{rest} {more}".strip(), ORDER, clauses)


def _never(said: _Said, subject: str) -> Cut | None:
    """ "… have never ordered anything", "… with zero orders ever": nothing is said of what, nor of when."""
    if subject != "customer":
        return None
    nouns, acts = _SUBJECTS[subject], _ACTS[subject]
    of_any = rf"(?:\s(?:{_NOTHING}|thing|orders?|from|with|us|our shop|so far|until now|to date|on record))*"
    ends = rf"{of_any}(?:\s(?P<more>[,.:;?-]\s.*))?$"
    shapes = (
        rf"^(?P<rest>(?:.*?\b)?(?:{nouns})\b.*?)(?:\s(?:who|that|which))?(?:\s(?:we|{_AUX}))*\s(?:{_NO})\s"
        rf"(?:(?:{_AUX}|yet|ever|even|once)\s)*(?:{acts}|placed|made|given){ends}",
        rf"^(?P<rest>(?:.*?\b)?(?:{nouns})\b.*?)(?:\s(?:who|that|which))?(?:\s(?:{_AUX}))?\s"
        rf"(?:(?:with|w /)\s)?(?:zero|no|0|without any|without a single|without)\s(?:orders?|purchases?){ends}",
    )
    for shape in shapes:
        found = re.search(shape, said.text)
        if found is None or re.search(rf"\b(?:{acts})\b", found["rest"]):
            continue
        rest = said.typed(found.start("rest"), found.end("rest"))
        more = said.typed(found.start("more"), found.end("more")) if found["more"] else ""
        return Cut(f"{rest}{more}", subject, (Clause("", negated=True),), ever=True)
    return None


def _purchases(said: _Said, subject: str) -> Cut | None:
    """ "… with at least one E-Bikes purchase and no Workshop purchase", "… with a Tea order but without any Mugs order"."""
    if subject != "customer":
        return None
    made, some = "purchases?|orders?", "at least one|at least 1|one|any|an|a|some"
    found = re.search(
        rf"^(?P<rest>.*\b(?:{_SUBJECTS[subject]}))\s(?:with|having|who have|that have|who had|that had|who made|who placed)\s"
        rf"(?:(?:{some})\s)?(?P<did>\S.*?)\s(?:{made})\b(?:\s(?:on record|on file|ever|already))*\s(?:,\s)?(?:and|but)\s"
        rf"(?:with\s)?(?:no|not one|not a single|zero|without any|without an?|without)\s(?P<other>\S.*?)\s(?:{made})(?:\s(?P<more>.*))?$",
        said.text,
    )
    if found is None or _OTHER_DEEDS.search(found["did"]):
        return None
    rest, did = (said.typed(found.start(name), found.end(name)) for name in ("rest", "did"))
    more = said.typed(found.start("more"), found.end("more")) if found["more"] else ""
    more = re.sub(r"^(?:whatsoever|at all|ever|on record)\b", "", more)
    other = said.typed(found.start("other"), found.end("other"))
    return Cut(f"{rest} who bought {did} {more}".strip(), subject, (Clause(other, negated=True),))


def _contrast(said: _Said, subject: str) -> Cut | None:
    """ "… bought A but not B", "… in May but not in June", "… A but never bought B", "… A without buying B"."""
    acts = _ACTS[subject]
    found = re.search(
        rf"\b(?:{_SUBJECTS[subject]})\b.*\b(?:{acts})\b\s(?P<did>\S.*?)(?:\s,)?\s"
        rf"(?:(?:but|and|yet|though)\s(?:{_THAT_PERIOD}\s)?(?:who\s|they\s|that\s)?(?:(?:{_AUX})\s)?(?:{_NO}|nothing|no|without)|without)"
        rf"\s(?:(?:{_AUX}|yet|ever|even|once)\s)*(?:(?:{_acts_not_done(subject)})\s)?(?:(?:{_NOTHING})\s)*(?P<other>\S.*)$",
        said.text,
    )
    if found is None or _OTHER_DEEDS.search(found["did"]):
        return None
    rest = said.typed(0, found.end("did"))
    clause = Clause(said.typed(found.start("other"), found.end("other")), negated=True)
    return Cut(rest, subject, (clause,), contrast=True)


def _abstained(said: _Said, subject: str) -> Cut | None:
    """ "… have not ordered since June", "… never bought candles", "… without an order this year"."""
    nouns, acts = _SUBJECTS[subject], _ACTS[subject]
    ends = rf"(?:(?:{_NOTHING})\s)*(?P<other>\S.*)$"
    shapes = (
        rf"^(?P<rest>(?:.*?\b)?(?:{nouns})\b.*?)(?:\s(?:who|that|which))?(?:\s(?:we|{_AUX}))*\s(?:{_NO})\s"
        rf"(?:(?:{_AUX}|yet|ever)\s)*(?:{_acts_not_done(subject)})\s{ends}",
        rf"^(?P<rest>(?:.*?\b)?(?:{nouns})\b.*?)(?:\s(?:who|that|which))?\s(?:{acts})\snothing\s{ends}",
        rf"^(?P<rest>(?:.*?\b)?(?:{nouns})\b.*?)(?:\s(?:who|that|which))?(?:\s(?:{_AUX}))?\s(?:without|with no|no)\s"
        rf"(?:any\s|a\s|an\s|one\s|a single\s|one single\s)?(?:orders?|purchases?|sales?)\s{ends}",
        rf"^(?P<rest>(?:.*?\b)?(?:{nouns})\b)(?:\s(?:who|that|which))?(?:\s(?:{_AUX}))?\sinactive\s{ends}",
        rf"^(?:(?P<lead>.*)\s)?inactive\s(?P<rest>{nouns})\s{ends}",
    )
    for shape in shapes:
        found = re.search(shape, said.text)
        if found is None or re.search(rf"\b(?:{acts})\b", found["rest"]):
            continue
        rest = said.typed(found.start("rest"), found.end("rest"))
        if "lead" in found.groupdict() and found["lead"]:
            rest = f"{said.typed(0, found.end('lead'))} {rest}"
        return Cut(rest, subject, (Clause(said.typed(found.start("other"), found.end("other")), negated=True),))
    return None


def _both(said: _Said, subject: str) -> Cut | None:
    """ "… bought both A and B", "… in 2024 and also in 2025"."""
    acts = _ACTS[subject]
    found = re.search(
        rf"^(?P<rest>.*\b(?:{_SUBJECTS[subject]})\b.*\b(?:{acts})\b)\s(?:.*?)(?P<one>"
        rf"both\s\S.*?\s(?:and|&)(?:\salso)?|\S.*?\s(?:and also|and then also|and again|as well as))\s(?P<two>\S.*)$",
        said.text,
    )
    if found is None:
        return None
    one = re.sub(r"(?:\sand also|\sand then also|\sand again|\sas well as|\sand|\s&)$", "", found["one"])
    begins = found.start("one") + (len("both ") if one.startswith("both ") else 0)
    ends = found.start("one") + len(one)
    clauses = (
        Clause(said.typed(begins, ends), negated=False),
        Clause(said.typed(found.start("two"), found.end("two")), negated=False),
    )
    return Cut(said.typed(0, found.end("rest")), subject, clauses, shared=True)


Annotate = Callable[[str], Annotation]


@dataclass(frozen=True, slots=True)
class MemberReader:
    """Reads the clauses of one question."""

    model: SemanticModel
    annotate: Annotate
    values: ValueIndex
    days: Days
    calendar: Calendar

    def read(self, cut: Cut) -> "Membership":
        """Raises Unclear or Unsupported where a clause holds more than names and a period."""
        members: list[Member] = []
        notes: list[str] = []
        mended: dict[str, str] = {}
        if cut.ever:
            return Membership(cut, (Member(dimension=cut.subject, negated=True),), (), {})
        for clause in cut.clauses:
            text = _DAYS_AGO.sub("in the last ", clause.text) if clause.negated else clause.text
            annotation = self.annotate(text)
            reading = read(self.model, annotation, self.values.has)
            self._refuse_more(annotation, reading, clause)
            times = TimeReader(annotation, reading, self.days, self.calendar, None).read()
            if times.compare or (times.current is None and not reading.filters):
                raise Unclear(
                    f"I do not know what “{clause.text[:80]}” narrows it to. Could you say it in another way?"
                )
            notes += [*reading.notes, *times.notes]
            mended |= reading.corrections
            time = self._until_today(annotation, times.current) if clause.negated else times.current
            members.append(
                Member(dimension=cut.subject, filters=tuple(reading.filters), time=time, negated=clause.negated)
            )
        return Membership(cut, tuple(members), tuple(notes), mended)

    def _refuse_more(self, annotation: Annotation, reading: Reading, clause: Clause) -> None:
        figures = [metric for metric in reading.metrics if metric not in ("orders", "customers", DEFAULT_METRIC)]
        more = reading.having or reading.ranking or reading.share or reading.window or reading.average or figures
        unread = [
            i for i, span in enumerate(annotation.spans) if span.kind is SpanKind.NUMBER and i not in reading.used
        ]
        if annotation.unknown:
            word = annotation.tokens[annotation.unknown[0]].text
            raise Unclear(f"I found nothing called “{word[:80]}” in your data. What do you mean by it?")
        if more or unread:
            raise Unsupported(
                f"I can tell who did or did not buy something in a period, not yet more: “{clause.text[:80]}”."
            )

    def _until_today(self, annotation: Annotation, time: TimeRange | None) -> TimeRange | None:
        """Who ordered this morning has ordered in the last 30 days, and in the last 3 months: other than for a figure,
        these end today, not yesterday or with the last whole month."""
        offsets = [span.period.offset for span in annotation.of(SpanKind.PERIOD) if span.period and span.period.offset]
        if time is None or len(offsets) != 1 or offsets[0].count > -2:  # noqa: PLR2004 — "last month" is September
            return time
        end = self.days.today + timedelta(days=1)
        start = shift(Period(end, end + timedelta(days=1), "day", ""), offsets[0].unit, offsets[0].count).start
        count, unit = -offsets[0].count, offsets[0].unit
        return TimeRange(start=start, end=end, label=f"in the {count} {unit}s up to {self.days.today:%-d %B %Y}")


@dataclass(frozen=True, slots=True)
class Membership:
    """The clauses of a question as they were read. `notes` and `mended` are told with the answer."""

    cut: Cut
    members: tuple[Member, ...]
    notes: tuple[str, ...]
    mended: dict[str, str]

    def narrow(self, draft: Draft, reading: Reading, annotation: Annotation, model: SemanticModel) -> None:
        """Puts the members into a query: as a list of their names, unless their number or a figure of theirs is asked
        for."""
        if self.cut.ever:
            self._narrow_to_those_on_file(draft, reading, model)
            return
        self._take_the_period_of_both(draft)
        draft.members = tuple(self._dated(member, draft) for member in self.members)
        if self.cut.subject == ORDER:
            return
        if self.cut.shared:
            _show_what_is_shared(draft)
        subject = self.cut.subject
        named = [metric for metric in reading.metrics if metric != "customers"]
        if not named and subject in draft.groups and _HOW_MANY_THEY_ARE.search(self.cut.rest.lower()):
            draft.metrics, draft.groups = (_COUNTED[subject],), tuple(one for one in draft.groups if one != subject)
        if reading.wants_count or reading.counts or _COUNTING.search(self.cut.rest.lower()):
            return
        if named:
            if self._lists_them(annotation) and subject not in draft.groups:
                draft.metrics, draft.groups = tuple(named), (subject, *draft.groups)
            return
        draft.metrics = (DEFAULT_METRIC,)
        draft.notes.clear()
        alone = draft.times.current is None and not draft.filters and all(member.negated for member in self.members)
        if alone and "last_order" in model.metrics:
            draft.metrics = (DEFAULT_METRIC, "last_order")  # of those who stay away: since when
        if subject not in draft.groups:
            draft.groups = (subject, *draft.groups)

    def _take_the_period_of_both(self, draft: Draft) -> None:
        """ "bought tea but no mugs in 2026": what is done is of that year too, where something else is left undone and not
        another time; but "bought tea but no mugs since June" says since when not."""
        if draft.times.current is not None or not self.cut.contrast:
            return
        (member,) = self.members
        if member.filters and member.time is not None and member.time.start and member.time.end and self._has_an_end:
            draft.times = replace(draft.times, current=member.time)

    @property
    def _has_an_end(self) -> bool:
        return not any(_SINCE.search(clause.text) for clause in self.cut.clauses)

    def _narrow_to_those_on_file(self, draft: Draft, reading: Reading, model: SemanticModel) -> None:
        """Who never ordered is in no order: those are counted whom the data names."""
        if draft.times.current is not None:
            raise Unclear(f"Who never ordered at all, or who did not in {draft.times.current.label}?")
        named = [metric for metric in reading.metrics if metric not in ("customers", ON_FILE)]
        if ON_FILE not in model.metrics or named or reading.having or reading.ranking or reading.share:
            raise Unsupported("Of who never ordered I can tell how many there are, and their names.")
        split = [*draft.groups, *(item.dimension for item in draft.filters)]
        if (obstacle := model.obstacle(ON_FILE, split)) is not None:
            label = model.dimensions[obstacle].label.lower()
            raise Unsupported(f"Of who never ordered the {label} is not known: it is that of an order.")
        draft.members, draft.metrics = self.members, (ON_FILE,)
        draft.notes.clear()
        counted = reading.wants_count or reading.counts or _COUNTING.search(self.cut.rest.lower())
        if not counted and self.cut.subject not in draft.groups:
            draft.groups = (self.cut.subject, *draft.groups)

    def _lists_them(self, annotation: Annotation) -> bool:
        """ "business clients without an order since June, and their turnover": rows; but "turnover of clients without …"
        is one figure."""
        nouns = _SUBJECTS[self.cut.subject].split("|")
        thing = next((i for i, token in enumerate(annotation.tokens) if token.norm in nouns), None)
        figures = [s.start for s in annotation.spans if s.ids(Meaning.METRIC) and not s.ids(Meaning.DIMENSION)]
        return thing is not None and bool(figures) and thing < min(figures)

    def _dated(self, member: Member, draft: Draft) -> Member:
        """The period of a clause that names none: "bought A in 2025 but not B" is about 2025, and so is "both A and B
        in 2025"."""
        if member.time is not None:
            return member
        others = next((other.time for other in self.members if other.time is not None), None)
        return member.model_copy(update={"time": others if self.cut.shared else draft.times.current})


def _show_what_is_shared(draft: Draft) -> None:
    """What is shown of those who bought both is what they paid for both, in the time both are about."""
    dated = [member.time for member in draft.members if member.time and member.time.start and member.time.end]
    periods = sorted(dict.fromkeys(dated), key=lambda time: time.start or date.min)
    if draft.times.current is None and periods and all(a.end == b.start for a, b in pairwise(periods)):
        draft.times = replace(draft.times, current=joined(periods) if len(periods) > 1 else periods[0])
    named = [item for member in draft.members for item in member.filters]
    exact = len(named) == len(draft.members) and all(item.operator in ("eq", "in") for item in named)
    if exact and len({item.dimension for item in named}) == 1:
        values = tuple(dict.fromkeys(value for item in named for value in item.values))
        draft.filters.append(Filter(dimension=named[0].dimension, operator="in", values=values))
