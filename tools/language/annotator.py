"""The one span annotator: a question's words → typed spans. It serves the query planner and the embedded model.

What is recognised, in the order in which a longer span beats a shorter one: periods, comparisons, grains, known
phrases, values of the data, numbers. A word that stays unknown is mended where it is a clear slip of a known one,
then looked for inside the names of values; what still means nothing is reported, never dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.language.clock import find_clocks
from tools.language.dictionary import NO_WORDS, Dictionary
from tools.language.everyday import everyday_words
from tools.language.joined_names import (
    MOST_PARTIAL_VALUES,
    continued,
    joined_parts,
    lies_within,
    narrowed,
    told_apart,
)
from tools.language.lexicon import Lexicon
from tools.language.numbers import find_numbers
from tools.language.people import called_in_short, is_called_so, spoken_of
from tools.language.periods import (
    Calendar,
    ComparisonSpan,
    PeriodSpan,
    find_comparisons,
    find_grains,
    find_periods,
    find_shifts,
)
from tools.language.question_words import spoken
from tools.language.speller import Neighbours, Speller
from tools.language.text import Token, normalize, tokenize
from tools.language.values import Value, ValueHit, ValueIndex


def _span(kind: SpanKind, tokens: range, **fields: Any) -> Span:
    return Span(kind, tokens.start, tokens.stop, **fields)


def _own_words(comparison: ComparisonSpan, periods: list[PeriodSpan], tokens: tuple[Token, ...]) -> range:
    """The words that say the comparison and nothing else: in "compare April orders with March" the orders are left
    for others to read."""
    stop = comparison.tokens.stop
    inside = [p.tokens for p in periods if p.tokens.start >= comparison.tokens.start and p.tokens.stop <= stop]
    last = next((tokens_ for tokens_ in inside if tokens_.stop == stop), None)
    if last is None:
        start = max((tokens_.stop for tokens_ in inside), default=comparison.tokens.start)
        while inside and start < stop - 1 and tokens[start].norm not in _COMPARING:
            start += 1
        return range(start, stop)
    start = last.start
    while start > comparison.tokens.start and tokens[start - 1].norm in _COMPARING:
        start -= 1
    gained = start > 0 and tokens[start].norm == "on" and tokens[start - 1].lemma.startswith("gain")
    return range(start + gained, stop)  # "gain on" belongs together


def _is_another_name_of_a_segment(first: Token, hit: ValueHit) -> bool:
    """ "trade" where the data says Business: of the trade as such is spoken too."""
    names = {normalize(value.text) for value in hit.values}
    return {value.dimension for value in hit.values} == {"segment"} and not {first.norm, first.lemma} & {
        word for name in names for word in (*name.split(), name.replace(" ", ""))
    }


def _is_a_name(clock: range, tokens: tuple[Token, ...], whole: list[ValueHit]) -> bool:
    """ "lunch" where the data has goods of that name; not "at lunch"."""
    named = any(hit.start in clock and hit.end == clock.stop for hit in whole)
    return named and tokens[clock.start].norm not in _WHEN


def _gives_way(span: Span) -> bool:
    """Whether a span only opens a follow-up, or orders rows: "and in" gives way to "in store", "most first" to "First Class"."""
    return bool(span.terms) and all(term.id in ("follow_up", "ascending", "descending") for term in span.terms)


def _parts_of_names(tokens: tuple[Token, ...], values: ValueIndex) -> Iterator[Span]:
    """ "with lamp in the name", "whose title contains "oak"": a piece of a product's name, whatever else it means."""
    # Each is looked for in all names: nobody asks for more than a few at once.
    for i in [i for i, token in enumerate(tokens) if token.norm in _NAMES][:MOST_PARTS]:
        following = tokens[i + 1].norm if i + 1 < len(tokens) else ""
        stop = _before_in_the(tokens, i)
        if following in _CONTAINING:
            yield from _longest_part(tokens, values, [range(i + 2, i + 2 + n) for n in (3, 2, 1)])
        elif stop is not None:
            yield from _longest_part(tokens, values, [range(stop - n, stop) for n in (3, 2, 1)])


def _before_in_the(tokens: tuple[Token, ...], at: int) -> int | None:
    """Where "in the product name" begins whose "name" stands at `at`."""
    place = at - 1
    place -= place >= 0 and tokens[place].lemma in _NAMED
    place -= place >= 0 and tokens[place].norm in _WHOSE
    return place if place > 0 and tokens[place].norm == "in" else None


def _longest_part(tokens: tuple[Token, ...], values: ValueIndex, pieces: list[range]) -> Iterator[Span]:
    for piece in pieces:
        if piece.start < 0 or piece.stop > len(tokens):
            continue
        lemmas = tuple(word.lemma for i in piece for word in tokenize(tokens[i].norm))
        typed = " ".join(tokens[i].norm for i in piece)
        found = values.part(lemmas, dimension="product") or values.holding(typed, "product")
        if found:
            yield Span(SpanKind.VALUE, piece.start, piece.stop, values=found, whole=False)
            return


_NAMES = frozenset(["name", "names", "title", "titles"])
_NAMED = frozenset(["product", "item", "article"])
_WHOSE = frozenset(["the", "its", "their", "a"])
_CONTAINING = frozenset(["contains", "contain", "containing", "includes", "has", "holds"])
_PRIORITY = {kind: rank for rank, kind in enumerate(SpanKind)}
_RANGES = ("category", "subcategory")
_POINTING = frozenset(["called", "named", "in", "for", "from", "via", "through", "at", "of", "by", "to", "the"])
_KINDS = frozenset("type kind sort class group status segment category".split())
"""Before a word of the data these name it: "customers of type business"."""
_LEAVING_OUT = frozenset(["than", "except", "without", "excluding", "besides"])
_COMPARING = frozenset(
    [
        "with",
        "set",
        "put",
        "held",
        "it",
        "beside",
        "next",
        "same",
        "stretch",
        "period",
        "dates",
        "piece",
        "whole",
        "all",
        "entire",
        "full",
        "to",
        "vs",
        "versus",
        "against",
        "than",
        "compared",
        "comparison",
        "the",
        "that",
        "of",
        "over",
        "on",
        "in",
        "and",
        "ahead",
        "behind",
        "where",
        "was",
        "were",
        "they",
        "stood",
        "front",
        "towards",
        "her",
        "his",
        "its",
        "their",
        "own",
    ]
)
_WHEN = frozenset(["at", "over", "during", "before", "after", "until", "between"])
_TRADED = frozenset("sold sell sells selling buy buys bought buying ordered order purchased shifted shipped".split())
_BOUGHT = frozenset("bought ordered buys orders spent spends purchased".split())
_WHOSE_THING = frozenset(["my", "his", "her", "your"])
_SHOPPING = frozenset(["here", "with", "at", "there", "around", "again"])
_COMPOUNDING = frozenset(["revenue", "orders", "customers"])
"""Figures whose name opens another word: "sales ledger", "order book"."""
_PLACES_OF_SPEECH = frozenset(
    "back front end side middle rest way meantime beginning past future office house door books bag hand hands bank post car van system kitchen till road traffic".split()
)
"""Behind "in the" or "at the" these tell where or when, whatever names hold them."""
_ONE = frozenset(["a", "an", "any", "one", "single"])
_ARTICLES = frozenset(["the", "a", "an", "our", "my"])
_JOINERS = frozenset(["and", "or", "vs", "v", "versus", "against", "than", "plus", "+", "&", ",", "/"])
MOST_PARTS = 3
LONGEST_CODE = 2
LONGEST_RUN = 12
"""Unknown words that are looked for together in one name."""


@dataclass(frozen=True, slots=True)
class Annotator:
    """`words` are the real words of the language: one of them is hardly ever a slip of the pen."""

    lexicon: Lexicon
    calendar: Calendar
    words: Dictionary = NO_WORDS

    def annotate(self, text: str, *, today: date, values: ValueIndex | None = None) -> Annotation:
        """Linear in the length of the text."""
        values = values or ValueIndex({})
        tokens = tokenize(text)
        spans = self._spans(tokens, today, values)
        unknown = self._unknown(tokens, spans)
        mended = self._mended(tokens, unknown, values)
        real = frozenset(i for i in mended if tokens[i].norm in self.words and tokens[i].norm not in self.lexicon.slips)
        if mended:
            tokens = tuple(
                replace(token, norm=mended[i], lemma=tokenize(mended[i])[0].lemma) if i in mended else token
                for i, token in enumerate(tokens)
            )
            spans = self._spans(tokens, today, values, corrected=frozenset(mended))
            unknown = self._unknown(tokens, spans)
        named = self._partial_values(
            tokens, sorted({*unknown, *self._in_capitals(tokens, spans, values)}), values, spans
        )
        spans = [*(span for span in spans if not lies_within(span, named)), *named]
        spans = continued(tokens, told_apart(tokens, narrowed(tokens, spans, unknown), unknown), values)
        spans += [*called_in_short(tokens, self._unknown(tokens, spans), values)]
        spans += [*spoken_of(tokens, self._unknown(tokens, spans), spans)]
        spans.sort(key=lambda span: span.start)
        unread = self._unknown(tokens, spans)
        idle = tuple(i for i in unread if everyday_words().asks_nothing(tokens, i))
        return Annotation(
            text=text,
            tokens=tokens,
            spans=tuple(spans),
            unknown=tuple(i for i in unread if i not in idle),
            idle=idle,
            shifts=tuple(find_shifts(tokens, [s.comparison for s in spans if s.comparison])),
            everyday=frozenset(
                i
                for span in spans
                if span.values and not span.whole
                for i in range(span.start, span.end)
                if tokens[i].text.islower() and tokens[i].norm in self.words
            ),
            mended={tokens[i].text: word for i, word in mended.items() if word not in self.lexicon.filler},
            replaced={tokens[i].text: word for i, word in mended.items() if i in real},
        )

    def _spans(
        self, tokens: tuple[Token, ...], today: date, values: ValueIndex, corrected: frozenset[int] = frozenset()
    ) -> list[Span]:
        periods = find_periods(tokens, today, self.calendar)
        found = [_span(SpanKind.PERIOD, p.tokens, period=p) for p in periods]
        comparisons = find_comparisons(tokens, periods)
        found += [_span(SpanKind.COMPARISON, _own_words(c, periods, tokens), comparison=c) for c in comparisons]
        found += [_span(SpanKind.SHIFT, s.tokens, shift=s) for s in find_shifts(tokens, comparisons)]
        found += [_span(SpanKind.GRAIN, g.tokens, grain=g) for g in find_grains(tokens, [*periods, *comparisons])]
        found += [_span(SpanKind.NUMBER, n.tokens, number=n) for n in find_numbers(tokens)]
        found += _parts_of_names(tokens, values)
        whole = values.whole(tokens, set())
        found += [
            _span(SpanKind.CLOCK, c.tokens, clock=c)
            for c in find_clocks(tokens)
            if not _is_a_name(c.tokens, tokens, whole)
        ]
        found += self._terms(tokens, values, whole)
        for hit in whole:
            if self._supported(tokens, hit, found):
                typed = " ".join(tokens[i].text for i in range(hit.start, hit.end) if i in corrected) or None
                found.append(Span(SpanKind.VALUE, hit.start, hit.end, values=hit.values, corrected_from=typed))
        found.sort(key=lambda s: (-(s.end - s.start), _gives_way(s), _PRIORITY[s.kind], s.start))
        chosen: list[Span] = []
        taken: set[int] = set()
        for span in found:
            covered = set(range(span.start, span.end))
            if covered and taken.isdisjoint(covered):
                chosen.append(span)
                taken |= covered
        # A phrase that lost its last word to a longer span may still say something shorter: look once more.
        for hit in self.lexicon.phrases.find(tokens, taken):
            chosen.append(Span(SpanKind.TERM, hit.start, hit.end, terms=hit.meanings))
            taken |= set(range(hit.start, hit.end))
        return sorted(chosen, key=lambda s: s.start)

    def _terms(self, tokens: tuple[Token, ...], values: ValueIndex, whole: list[ValueHit]) -> Iterator[Span]:
        """Known phrases; but "labels" are goods where the data has such, and no brands to go by."""
        named = {(hit.start, hit.end) for hit in whole}
        for hit in self.lexicon.phrases.find(tokens):
            empty = all(t.meaning is Meaning.DIMENSION and not values.has(t.id) for t in hit.meanings)
            if not (empty and (hit.start, hit.end) in named):
                yield Span(SpanKind.TERM, hit.start, hit.end, terms=hit.meanings)

    def _supported(self, tokens: tuple[Token, ...], hit: ValueHit, others: list[Span]) -> bool:
        """A value that is also an everyday word ("store") counts only where the sentence points at it."""
        first = tokens[hit.start]
        following = tokens[hit.end].norm if hit.end < len(tokens) else ""
        if hit.end - hit.start == 1 and following in _WHOSE_THING and first.text.islower():
            return False  # "who drinks my coffee": a verb
        if _is_another_name_of_a_segment(first, hit):
            return any(span.start == hit.end and "customer" in span.ids(Meaning.DIMENSION) for span in others)
        # "Tables" are goods, a "table" may be how to show them.
        plural = first.norm not in self.lexicon.filler and first.norm != first.lemma
        if hit.end - hit.start > 1 or first.lemma not in self.lexicon.filler or plural:
            return True
        if len(tokens[hit.start].norm) <= LONGEST_CODE:  # "US" is a country, "us" is not
            return tokens[hit.start].text.isupper()
        before = tokens[hit.start - 1].lemma if hit.start else ""
        after = tokens[hit.end].lemma if hit.end < len(tokens) else ""
        named = any(
            {v.dimension for v in hit.values} & set(span.ids(Meaning.DIMENSION))
            for span in others
            if span.end == hit.start or span.start == hit.end
        )
        kinds = any(v.dimension == "segment" for v in hit.values)
        if kinds and (before in _KINDS or any(span.start == hit.end and "customer" in span.ids(Meaning.DIMENSION) for span in others)):  # fmt: skip
            return True  # "our business customers", "customers of type Business"
        figures = any(span.start == hit.end and span.ids(Meaning.METRIC) for span in others)
        turned = before in _ARTICLES and hit.end < len(tokens) and tokens[hit.end].norm.endswith("ed")
        if turned and kinds:
            return False  # "what the business turned over"
        if figures and before not in ("our", "my", "your", "whole", "entire"):
            return True  # "store takings", where a channel bears that name
        channel = any(value.dimension == "channel" for value in hit.values)
        if first.norm == "shop" and after in _SHOPPING:
            return False  # "how many of them shop here"
        if before in _ONE and any(token.norm in _TRADED for token in tokens[max(0, hit.start - 4) : hit.start]):
            return True  # "have we ever sold a table"
        alone = channel or after in ("", "only", "alone", "instead", "?")
        by_itself = alone and before not in (*_ARTICLES, "your", "whole", "entire")
        pointed_at = before in _POINTING or before in _KINDS
        return named or by_itself or pointed_at or before in _JOINERS or after in _JOINERS

    def _unknown(self, tokens: tuple[Token, ...], spans: list[Span]) -> list[int]:
        covered = {i for span in spans for i in range(span.start, span.end)}
        return [
            i
            for i, token in enumerate(tokens)
            if i not in covered
            and token.lemma not in self.lexicon.filler
            and token.norm not in self.lexicon.filler
            and any(c.isalnum() for c in token.norm)
        ]

    def _in_capitals(self, tokens: tuple[Token, ...], spans: list[Span], values: ValueIndex) -> Iterator[int]:
        """The "AT" of "AT&T": an everyday word in capitals that stands in names of the data."""
        if all(token.text.isupper() for token in tokens if token.text.isalpha()):
            return
        covered = {i for span in spans for i in range(span.start, span.end)}
        for i, token in enumerate(tokens):
            capitals = token.text.isupper() and len(token.text) > 1 and token.text.isalpha()
            if capitals and i not in covered and values.holds(token.lemma):
                yield i

    def _mended(self, tokens: tuple[Token, ...], unknown: list[int], values: ValueIndex) -> dict[int, str]:
        """Of tokens that mean nothing, what they are slips of."""
        speller = Speller(self.lexicon, self.words, values)
        mended: dict[int, str] = {}
        # Long words are told by their letters, and then help with the short ones beside them.
        for i in sorted(unknown, key=lambda at: -len(tokens[at].norm)):
            before, after = (mended.get(at) or spoken(tokens, at) for at in (i - 1, i + 1))
            if better := self._mend(tokens, i, (before, after), speller):
                mended[i] = better
        return mended

    def _mend(self, tokens: tuple[Token, ...], at: int, around: Neighbours, speller: Speller) -> str | None:
        token, slip = tokens[at], self.lexicon.slips.get(tokens[at].norm)
        if slip and len(token.norm) == 1:
            return slip  # the "n" of "gross sales n discounts", whatever names hold one
        if speller.values.knows(token.lemma) or speller.values.knows(token.norm):
            return None
        if token.norm in everyday_words().chatter:
            return slip
        return slip or speller.meant(tokens, at, around)

    def _may_name(self, tokens: tuple[Token, ...], at: int, known: list[Span], parts: tuple[Value, ...] = ()) -> bool:
        """Whether a single word may be a part of a name: an everyday word ("part", "dollars") only where the sentence
        points at it ("sales of oak", "oak sales")."""
        token = tokens[at]
        opens = at == 0 and len(tokens) > 1 and any(c.isalnum() for c in tokens[1].norm)
        if token.norm not in self.words or not (token.text.islower() or opens):
            return True
        first = at
        while first and tokens[first - 1].norm in _ARTICLES:
            first -= 1
        before = tokens[first - 1].norm if first else ""
        described = any(
            span.start == at + 1 and span.kind is SpanKind.TERM and tokens[at + 1].norm not in ("and", "but")
            for span in known
        ) or any(span.end == at and span.is_cue("rank_high", "rank_low") for span in known)
        if token.norm in _PLACES_OF_SPEECH and before in ("in", "at", "on", "to", "by"):
            return False  # "left in the back"
        if is_called_so(token, parts):
            return True
        if (
            at + 1 < len(tokens)
            and tokens[at + 1].lemma == "order"
            and token.norm == token.lemma
            and before not in _POINTING
        ):
            return False  # "repair orders": of what kind they are
        if any(value.dimension in _RANGES for value in parts):
            return True  # "dairy", of "Dairy Products"
        if token.norm != token.lemma and (
            first < at or before in _TRADED or before in (*_POINTING, "with", "but", "not", "")
        ):
            return True  # "the lamps": goods
        named_so = at + 1 < len(tokens) and tokens[at + 1].norm == "ones"  # "the linen ones"
        after = tokens[at + 1].norm if at + 1 < len(tokens) else ""
        if first < at and before in _TRADED:
            return True  # "who ordered a hamper"
        if after in _BOUGHT and any(value.dimension == "customer" for value in parts):
            return True  # "first time cactus bought"
        if any(span.end == at and set(span.ids(Meaning.METRIC)) - _COMPOUNDING for span in known):
            return True  # "average price mozzarella"
        joined = (before in _JOINERS and any(span.end == at - 1 and span.kind is SpanKind.VALUE for span in known)) or (
            after in _JOINERS
            and (
                any(span.start == at + 2 and span.kind is SpanKind.VALUE for span in known)
                or (at + 2 < len(tokens) and token.text[:1].isupper() and tokens[at + 2].text[:1].isupper())
            )
        )
        return (
            before in (_POINTING | _LEAVING_OUT) - {"the"}
            or before in ("many", "much", "all", "any")
            or described
            or named_so
            or joined
        )

    def _partial_values(
        self, tokens: tuple[Token, ...], unknown: list[int], values: ValueIndex, spans_before: list[Span]
    ) -> list[Span]:
        """Runs of unknown words that occur inside the names of values ("cakestand")."""
        spans, at = list(joined_parts(tokens, unknown, values, spans_before)), 0
        joined = {i for span in spans for i in range(span.start, span.end)}
        unknown = [i for i in unknown if i not in joined]
        while at < len(unknown):
            run = 1
            while at + run < len(unknown) and unknown[at + run] == unknown[at] + run:
                run += 1
            for length in range(min(run, LONGEST_RUN), 0, -1):
                first = unknown[at]
                lemmas = tuple(tokens[i].lemma for i in range(first, first + length))
                if length == 1 and len(lemmas[0]) < 3:  # noqa: PLR2004
                    continue
                mistyped = length > 1 and not all(values.holds(lemma) for lemma in lemmas)
                near = values.near(lemmas) if mistyped else None
                if near:
                    said = " ".join(token.text for token in tokens[first : first + length])
                    spans.append(Span(SpanKind.VALUE, first, first + length, values=(near,), corrected_from=said))
                    at += length
                    break
                found = values.part(lemmas, most=MOST_PARTIAL_VALUES + 1)
                if length == 1 and not self._may_name(tokens, first, [*spans_before, *spans], found):
                    continue
                if found and len(found) <= MOST_PARTIAL_VALUES:
                    spans.append(Span(SpanKind.VALUE, first, first + length, values=found, whole=False))
                    at += length
                    break
            else:
                at += 1
        return spans
