"""A question as plain words: which carry something, which only hold it together, what stands before each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from tools.language.annotation import Annotation, Meaning, Span, SpanKind, Term
from tools.language.lexicon import Lexicon
from tools.language.text import listed
from tools.language.values import Value, ValueIndex
from tools.sources.plain.roots import root

FUNCTION = frozenset(
    listed(
        """a an the this these those of to in on at for from with within during over into onto through and as or is are
        was were be been being am do does did have has had having can could would me my mine i you your we us our
        ours they them their he she his her it its itself there here please hi hello hey so well then ok yes thanks
        what whats which who whom whose that how give gives show shows tell see let need want know find look display
        calculate compute print list figure figures data overview summary table number numbers total totals
        overall all altogether entire whole complete sum every any some each one ones up out about exactly actually just past
        already yet ever happen happened happens occur occurred take takes took come comes came coming went go goes got
        get gets per period quickly could dear s re ve t m ll d u also too only much many more less same where when if
        between across among than by other others not no without non haven't hasn't hadn't weren't wasn't isn't aren't didn't don't
        doesn't but except still now currently today kind please i'd we've altogether
        never neither nor anything something nothing called named name names said while because their until till after before since so far us upon per off
        having via both were put count counted counting"""
    )
)
"""Words that name nothing in a database by themselves. Some of them are read where they stand."""
CURRENCIES = frozenset(listed("euro euros eur dollar dollars usd pound pounds gbp francs chf"))
_LIGHT = frozenset(listed("issued issue raised written prepared done held take took taken given running provided billed gained received collected charged charge charges charging send sent log logged make made making do record recorded use used have work worked works working handle handled run ran hold live lives living sit stand serve include contain contains containing belong belongs give gave brought bring involve involved stay stayed based enter entered generate generated place placed carry carried perform performed"))  # fmt: skip
"""Verbs that only say that what is counted was there: "hours logged", "orders placed"."""
_LIGHT_ROOTS = frozenset(root(word) for word in ("concern", "regard", "affect", "relate", "receive", "collect", "issue", "send", "perform", "carry", "handle"))  # fmt: skip
NEGATIONS = frozenset(listed("no not without non never haven't hasn't hadn't weren't wasn't isn't aren't didn't don't doesn't n't lacking missing excluding except unless minus nor neither"))  # fmt: skip
_TOTALS = frozenset(["total", "totals"])
"""Behind a name they are what that comes to: "the invoiced total"."""
_KEPT_CUES = frozenset(["rank_high", "rank_low", "grouping", "share", "how_many", "how_much", "average", "compare", "more_than", "at_least", "less_than", "at_most", "equals", "trend", "ascending", "descending"])  # fmt: skip
_LEFT_OUT = (("left", "out"), ("leaving", "out"), ("excluded",), ("not", "counted"), ("not", "included"), ("aside",))
_INCLUDED_BEHIND = (("or", "not"), ("too",), ("as", "well"), ("included",), ("also", "count"), ("also", "counts"), ("also", "counted"), ("also", "included"), ("count", "too"), ("count", "as", "well"), ("count", "also"))  # fmt: skip
_INCLUDED_BEFORE = frozenset(["including", "incl", "included"])
"""What says that something counts as well, behind it and before it."""
_WITHOUT = frozenset(["without", "excluding", "except", "no", "minus"])
_GIVING = frozenset(["given", "left", "provided", "got", "supplied", "told", "entered", "stated"])
_PLACING = frozenset(["for", "in", "at", "to", "from", "with", "on"])
_SUBJECTS = frozenset(listed("we i they he she it who that which did was were been being has have had got get gets not n't already ever were wasn't weren't haven't hasn't didn't yet"))  # fmt: skip
_HAVING = frozenset(listed("with have has having had through include contain containing on"))
_OBJECTS = (["the", "most"], ["the", "fewest"], ["the", "least"])
_LISTING = frozenset(["which", "what", "list", "name", "show", "give"])
_STATES = frozenset(["is", "are", "aren't", "isn't", "am"])


_PASSED = frozenset(["the", "all", "any", "ones", "those", "are", "do", "should", "please", "that", "is"])


@cache
def lexicon() -> Lexicon:
    """The closed-class words alone."""
    dropped = frozenset(["weight", "amount of", "quantity of", "not yet", "leading", "main", "part of", "over", "under", "record", "up to", "across", "above", "below", "slice", "piece of the pie", "in each", "in every", "peak", "richest", "change", "on hold", "reach", "decline", "drop"])  # fmt: skip

    def is_kept(phrase: str, term: Term) -> bool:
        return term.meaning is Meaning.UNIT or (term.id in _KEPT_CUES and phrase not in dropped)

    return Lexicon.with_terms((), filler=FUNCTION, is_kept=is_kept)


@dataclass(slots=True)
class Word:
    """One token. `carries` tells that something has to be made of it."""

    at: int
    norm: str
    carries: bool
    text: str = ""
    values: list[tuple[int, tuple[Value, ...], bool]] = field(default_factory=list[tuple[int, tuple[Value, ...], bool]])
    """(end, values, whether they are named entirely) of what begins here."""
    number: float | None = None
    unit: str | None = None
    """Of a number: "%", or "money"."""
    cue: str | None = None
    negated: bool = False
    """Whether a negation stands before it, or it is said to be left out behind it."""
    grouped: bool = False
    """Whether it begins what a row each is asked for."""
    which: bool = False
    """Whether the row each is that of a "which", a "who" or a ranking."""
    has: bool = False
    """Whether "with" or "have" stands before it."""
    verb: bool = False
    """Whether it is said as something that was done, and no state."""
    predicate: bool = False
    """Whether it is what is said of something: "are unpaid", "have a battery"."""
    included: bool = False
    """Whether it is said of what counts as well: "archived or not", "the archived also count"."""


class Words:
    """All words of a question, each with what stands around it."""

    def __init__(self, annotation: Annotation, values: ValueIndex) -> None:
        self.annotation = annotation
        self.values = values
        self.is_now = self.is_ahead = False
        self.splits_by_nothing = False
        """Whether "by" stands before words that name nothing by themselves: "by what", where a column is called so."""
        self.leaves_out = False
        """Whether a word that only says what all of the source is about is passed over."""
        self.passed_over: set[int] = set()
        """Words that belong to what counts as well, and say nothing else: the "not" of "archived or not"."""
        spans = {i: span for span in annotation.spans for i in range(span.start, span.end)}
        self.words = [
            Word(i, token.norm, self._carries(i, spans), token.text) for i, token in enumerate(annotation.tokens)
        ]
        self.norms = [word.norm for word in self.words]
        for span in annotation.spans:
            self._take(span)
        for phrase in (("on", "file"), ("on", "record")):
            if (at := self.says(*phrase)) is not None:
                self.words[at + 1].carries = False
        for word in self.words[1:]:
            before = self.words[word.at - 1]
            if word.norm in _TOTALS and before.carries and before.number is None:
                word.carries = True
        if "past" in self.norms and "due" not in self.norms:
            self.words[self.norms.index("past")].carries = "past" not in {
                norm for i in spans for norm in self.norms[i : i + 1]
            }
        for hit in values.whole(annotation.tokens, {i for i, span in spans.items() if span.kind in _TIMES}):
            known = [end for end, _, _ in self.words[hit.start].values]
            if hit.end not in known:
                self.words[hit.start].values.append((hit.end, hit.values, True))
                for i in range(hit.start, hit.end):
                    self.words[i].carries = self.words[i].carries or self._weighs(i, hit.end - hit.start)
        for word in self.words:
            if word.norm.isdecimal() and word.number is None and word.at not in spans:
                word.number = float(word.norm)
        self.asks_each = self._asks_each()
        self._look_around()

    def _asks_each(self) -> bool:
        """Whether a list asks for a figure of each of its own: "which parts are …, and how many of each". The words that
        say so need no other meaning."""
        at = next((word.at for word in self.words if word.cue == "how_many"), 0)
        if at < 3 or self.norms[0] not in _LISTING or "and" not in self.norms[at - 2 : at]:  # noqa: PLR2004 — "which parts and"
            return False
        for word in self.words[at:]:
            if word.cue in ("how_many", "grouping"):
                word.cue = None
        return True

    def _weighs(self, i: int, width: int) -> bool:
        """A small word is a state where it is said of something: "how many hires are out"."""
        said_of = i > 0 and self.norms[i - 1] in (*_STATES, "still", "currently") and len(self.norms[i]) > 1
        return width > 1 or self.norms[i] not in FUNCTION or said_of

    def _carries(self, i: int, spans: Mapping[int, Span]) -> bool:
        token, span = self.annotation.tokens[i], spans.get(i)
        if span is not None:
            return span.kind is SpanKind.VALUE
        return token.norm not in FUNCTION and any(c.isalnum() for c in token.norm)

    def _take(self, span: Span) -> None:
        word = self.words[span.start]
        if span.kind is SpanKind.VALUE:
            word.values.append((span.end, span.values, span.whole))
        elif span.number is not None:
            if word.norm in ("one", "ones", "a", "an"):
                word.carries = False
            else:
                word.number, word.carries = float(span.number.value), True
                word.unit = "%" if span.number.unit == "%" else self._currency(span)
        elif span.kind is SpanKind.TERM:
            word.cue = next((term.id for term in span.terms if term.meaning is Meaning.CUE), "unit")

    def _currency(self, span: Span) -> str | None:
        """ "$300", "300 euros": that a number is one of money, whichever currency it is."""
        tokens = self.annotation.tokens[span.start : span.end]
        is_money = (span.number is not None and span.number.unit) or any(
            token.norm in CURRENCIES or token.text[:1] in "$€£¥" for token in tokens
        )
        return "money" if is_money else None

    # ── what stands around ───────────────────────────────────────────────────────────────────────────────

    def _look_around(self) -> None:
        ranked = any(word.cue in ("rank_high", "rank_low", "how_much") for word in self.words)
        for word in self.words:
            before = self.norms[: word.at]
            while before and before[-1] in ("the", "a", "an", "our", "any", "all", "been", "yet", "their", "of", "still", "only", "on", "more", "such"):  # fmt: skip
                before = before[:-1]
            if before[-2:-1] and before[-2] in NEGATIONS and before[-1] in (_GIVING | _PLACING):
                before = before[:-1]  # "have not given an email", "not for any job"
            last = before[-1] if before else ""
            direct = self.norms[word.at - 1] if word.at else ""
            word.negated = last in NEGATIONS or (last in ("counting", "including", "been", "be", "get") and before[-2:-1] != [] and before[-2] in NEGATIONS)  # fmt: skip
            word.has = last in _HAVING
            word.verb = direct in _SUBJECTS or last in _SUBJECTS or bool(word.at and self.words[word.at - 1].carries and direct not in FUNCTION and self._follows_a_noun(word.at))  # fmt: skip
            word.verb = word.verb or self.norms[word.at + 1 : word.at + 3] in _OBJECTS  # "completed the most jobs"
            word.predicate = last in (*_STATES, "have", "has", "had", "was", "were", "with")
            if word.at > 1 and direct in ("and", "or", "nor") and self._is_among_left_out(word.at - 2):
                word.negated = True
        self._mark_groups(ranked)
        self._mark_left_out()
        self._mark_included()

    def _is_among_left_out(self, at: int) -> bool:
        """ "without drafts and void ones": what stands beside what is left out is left out too. "Not cancelled and paid" is."""
        while at and self.words[at].norm in ("ones", "the"):
            at -= 1
        before = self.norms[max(at - 3, 0) : at]
        return self.words[at].negated and bool(self.words[at].values) and bool({*before} & _WITHOUT)

    def _follows_a_noun(self, at: int) -> bool:
        """ "matters closed in May": a participle behind what it is said of."""
        following = self.norms[at + 1] if at + 1 < len(self.norms) else ""
        return following in ("", "in", "on", "by", "per", "this", "last", "since", "between", "at", "to", "from", "during", "yesterday", "today", "after", "before", "?", "for", "with", ",", "yet", "and", "but") or following.isdigit()  # fmt: skip

    def _mark_groups(self, ranked: bool) -> None:
        for i, word in enumerate(self.words):
            cue = word.cue
            ends = next((span.end for span in self.annotation.spans if span.start == i and cue), i + 1)
            if cue == "grouping" and word.norm == "by" and any(other.which for other in self.words[:i]):
                continue  # "top five customers by value": by what they are ranked
            if cue == "grouping" and word.norm == "by" and self._is_by_means(i):
                continue
            if cue == "grouping":
                self._first_from(ends, which=False)
                self.splits_by_nothing |= self.norms[ends : ends + 1] in (["what"], ["which"], ["where"], ["when"])
            elif cue in ("rank_high", "rank_low") and not self._is_of_figures(i):
                self._first_from(ends, which=True)
            elif word.norm in ("which", "who", "what", "whose") and ranked and word.cue is None:
                if word.norm == "who":
                    word.carries = word.grouped = word.which = True
                else:
                    self._first_from(i + 1, which=True)

    def _is_by_means(self, i: int) -> bool:
        """ "paid by card": by which of several means something was done."""
        before, following = self.words[i - 1] if i else None, self.words[i + 1] if i + 1 < len(self.words) else None
        done = before is not None and before.carries and before.norm.endswith(("ed", "paid", "sent", "made", "sold", "bought"))  # fmt: skip
        return done and following is not None and any(whole for _, _, whole in following.values)

    def _is_of_figures(self, i: int) -> bool:
        return self.norms[i] in ("most", "fewest", "highest", "lowest", "least", "maximum", "minimum", "max", "min", "greatest")  # fmt: skip

    def _first_from(self, at: int, *, which: bool) -> None:
        """Marks the first word that says something; articles and numbers may stand before it."""
        for word in self.words[at : at + 4]:
            if word.number is not None and which:
                continue
            if word.carries:
                word.grouped, word.which = True, which
                return
            if word.norm not in ("the", "a", "an", "our", "of", "each", "single", "one", "type", "all", "its", "their"):
                return

    def _mark_left_out(self) -> None:
        for phrase in _LEFT_OUT:
            for at in range(len(self.norms) - len(phrase) + 1):
                if tuple(self.norms[at : at + len(phrase)]) != phrase:
                    continue
                for word in self.words[at : at + len(phrase)]:
                    word.carries = False
                before = [word for word in self.words[max(0, at - 4) : at] if word.carries]
                after = [word for word in self.words[at + len(phrase) : at + len(phrase) + 2] if word.carries]
                found = after if phrase == ("leaving", "out") else before
                for word in found:
                    word.negated = word.negated or bool(word.values)

    def _mark_included(self) -> None:
        """ "archived or not", "including the archived ones", "archived also count": of the words between nothing is left over."""
        for word in self.words:
            if not word.carries or word.negated:
                continue
            end = word.at + 1
            while end < len(self.norms) and self.norms[end] in _PASSED:
                end += 1
            behind = next((phrase for phrase in _INCLUDED_BEHIND if tuple(self.norms[end : end + len(phrase)]) == phrase), None)  # fmt: skip
            before = next((norm for norm in reversed(self.norms[: word.at]) if norm not in _PASSED), "")
            if behind is not None:
                word.included = True
                self.passed_over |= {*range(end, end + len(behind))}
            elif before in _INCLUDED_BEFORE:
                word.included = True

    def says(self, *norms: str) -> int | None:
        """Where words stand next to each other."""
        width = len(norms)
        return next((i for i in range(len(self.norms) - width + 1) if tuple(self.norms[i : i + width]) == norms), None)


def is_light(norm: str) -> bool:
    """Whether a verb adds nothing where no date or state bears its name."""
    return norm in _LIGHT or root(norm) in _LIGHT_ROOTS


_TIMES = (SpanKind.PERIOD, SpanKind.GRAIN, SpanKind.COMPARISON, SpanKind.SHIFT, SpanKind.NUMBER, SpanKind.CLOCK)
