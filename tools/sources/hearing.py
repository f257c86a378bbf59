"""What a question about a source says: figures, things, conditions and rankings, each with all that it could mean."""

from dataclasses import dataclass, field
from itertools import pairwise

from storage.metrics.model import SemanticModel
from storage.metrics.query import OrderBy
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.language.values import ValueIndex
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_RANKING, Ranking, Unclear, Unsupported, whole
from tools.query.vocabulary import DETERMINERS, OPERATORS, SUPERLATIVE_OF_FIGURES
from tools.query.windows import take_window
from tools.sources.mentions import Mention, Resolver

_WHICH = frozenset(["which", "what", "whose"])
_BESIDE = frozenset(["and", ",", "&", "+", "plus", "vs", "versus", "or"])
_HARMLESS = ("chatter", "everything", "compare", "change", "trend", "more_or_less", "follow_up", "how_many", "how_much", "grouping", "share", "average", "ascending", "descending")  # fmt: skip
_REASONS = {
    "forecast": "I can only answer from what has happened.",
    "cause": "I can show what happened, but not why.",
    "advice": "I can answer with figures from the data, but not with advice.",
    "what_if": "What-if questions are not answered on a data source.",
}
_SPREADING = frozenset("breakdown split distribution across each every wise respectively broken".split())
_TURNING = frozenset(["no", "instead", "rather", "but"])
"""Of the words that open a change these turn a question round when they stand inside of it."""


@dataclass(slots=True)
class Heard:
    """What a question says, before it is settled what its words mean."""

    metrics: list[Mention] = field(default_factory=list[Mention])
    counted: set[int] = field(default_factory=set[int])
    """Those of `metrics` (by the start of their span) that stand behind "how many"."""
    things: list[Mention] = field(default_factory=list[Mention])
    each: set[int] = field(default_factory=set[int])
    """Those of `things` (by the start of their span) that are said with "by", "per" or "each"."""
    qualified: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    """Value span → the dimensions that a noun beside it allows: "the city of Bath"."""
    sorts: list[Mention] = field(default_factory=list[Mention])
    """Figures to rank by: "vets by visits"."""
    conditions: list[tuple[str, float, Mention]] = field(default_factory=list[tuple[str, float, Mention]])
    counts: bool = False


class Hearing(Sentence):
    """One annotation read against the semantic layer of a source: what is said, before it is settled what it means."""

    def __init__(self, model: SemanticModel, annotation: Annotation, values: ValueIndex) -> None:
        super().__init__(model, annotation, values.has)
        self.resolver = Resolver(model, annotation)
        self.heard = Heard()

    def hear(self) -> None:
        """Raises Unclear or Unsupported."""
        self._refuse_what_lies_outside()
        take_window(self)
        self._hear_conditions()
        self._hear_attributes()
        self._hear_terms()
        self._hear_ranking()
        self._take_cues()

    def _hear_attributes(self) -> None:
        """For what is built upon this."""

    def is_joined(self, span: Span) -> bool:
        """Whether "and" or a comma stands beside a span: one of several that are listed."""
        tokens = [token.norm for token in self.annotation.tokens]
        start = span.start
        while start and tokens[start - 1] in DETERMINERS:
            start -= 1
        before, after = tokens[start - 1 : start], tokens[span.end : span.end + 1]
        return bool(set(before) & _BESIDE) or bool(set(after) & _BESIDE)

    def _refuse_what_lies_outside(self) -> None:
        for span in self.spans:
            for term in span.terms:
                if term.id == "outside" and len(span.terms) == 1:
                    raise Unsupported(
                        _REASONS.get(term.detail, f"There are no figures about “{self.resolver.said(span)}”."),
                        unread=term.detail in ("cause", "advice", "forecast"),
                    )

    def _hear_conditions(self) -> None:
        """ "owners with more than 3 visits": a condition on the figure of each."""
        for i, span in enumerate(self.spans):
            operator = next((op for cue, op in OPERATORS.items() if span.is_cue(cue)), None)
            if operator is None or i in self.slots.used:
                continue
            at = self.near(i, 1)
            at = at if at is not None and self.spans[at].number else self._number_before(i)
            if at is None:
                continue
            number = self.spans[at].number
            after, before = self.near(max(i, at), 1), self.near(min(i, at), -1)
            figure = after if after is not None and self._is_figure(after) else None
            if figure is None and before is not None and self._is_figure(before) and self._has_thing_before(before):
                figure = before
            if figure is None or number is None or not self._has_thing_before(figure):
                raise Unsupported(
                    f"I can apply a condition such as “{self.resolver.said(span)}” to the figure of each of something, "
                    "not to single rows. For example: those with more than 3 of something.",
                    unread=True,
                )
            value = float(number.value) / (100 if number.unit == "%" else 1)
            self.heard.conditions.append((operator, value, self._mention(figure, Meaning.METRIC)))
            self.slots.used |= {i, at, figure}

    def _number_before(self, i: int) -> int | None:
        """ "10 or more visits"."""
        return i - 1 if i and self.spans[i - 1].number and self.spans[i - 1].end == self.spans[i].start else None

    def _is_figure(self, i: int) -> bool:
        return bool(self.spans[i].ids(Meaning.METRIC))

    def _is_grouped(self, i: int) -> bool:
        return self.cue_before(i, "grouping") is not None

    def _has_thing_before(self, i: int) -> bool:
        return any(span.ids(Meaning.DIMENSION) or span.ids(Meaning.UNIT) for span in self.spans[:i])

    def _mention(self, i: int, meaning: Meaning) -> Mention:
        return Mention(self.spans[i], self.spans[i].ids(meaning))

    def _hear_terms(self) -> None:
        self._hear_qualifiers()
        self._hear_described()
        for i, span in enumerate(self.spans):
            if span.kind is not SpanKind.TERM or i in self.slots.used:
                continue
            if span.ids(Meaning.UNIT):
                self._hear_unit(i)
            elif span.ids(Meaning.METRIC) or span.ids(Meaning.DIMENSION):
                self._hear_name(i)

    def _hear_qualifiers(self) -> None:
        """ "the city of Bath", "species dog", "Trade customers": the noun only says what kind of value it is."""
        for i, span in enumerate(self.spans):
            if span.kind is not SpanKind.VALUE:
                continue
            kinds = {value.dimension for value in span.values}
            for j in (i - 1, i + 1):
                if not 0 <= j < len(self.spans) or j in self.slots.used:
                    continue
                noun = self.spans[j]
                gap = max(span.start - noun.end, noun.start - span.end)
                between = {token.norm for token in self.annotation.tokens[min(noun.end, span.end) : max(noun.start, span.start)]}  # fmt: skip
                beside = gap == 0 or (gap <= 2 and j < i and between <= {"of", "is", "=", "the", "named", "called"})  # noqa: PLR2004
                common = kinds & set(noun.ids(Meaning.DIMENSION))
                grouped = self.cue_before(j, "grouping") is not None
                described = j > i and noun.ids(Meaning.METRIC) and not self._counts_another(i)
                if beside and common and not grouped and not described:
                    self.heard.qualified[span.start] = tuple(sorted(common))
                    self.slots.used.add(j)

    def _counts_another(self, i: int) -> bool:
        """ "how many professors work in the Law faculty": what is counted is named before, by a value of its own."""
        at = next((j for j, span in enumerate(self.spans[:i]) if span.is_cue("how_many")), None)
        first = at + 1 if at is not None else i
        apart = self.spans[first].end < self.spans[i].start
        return first < i and apart and bool(self.spans[first].values) and not any(self._is_figure(j) for j in range(first, i))  # fmt: skip

    def _hear_described(self) -> None:
        """ "consignments for food clients": behind a value the noun says what it is a value of, where something else is
        counted."""
        for i, span in enumerate(self.spans[1:], 1):
            value = self.spans[i - 1]
            if (
                i in self.slots.used
                or value.kind is not SpanKind.VALUE
                or value.end != span.start
                or self.is_counted(i)
            ):
                continue
            counted = {entity for m in span.ids(Meaning.METRIC) if self.resolver.is_count(m) for entity in self.resolver.entities(m)}  # fmt: skip
            counted |= {entity for one in counted for _, entity in self.model.entities[one].joins.values()}
            about = tuple(v.dimension for v in value.values if self.model.dimensions[v.dimension].entity in counted)
            asked = any(j != i and self._is_figure(j) and j not in self.slots.used and not self._is_grouped(j) for j in range(len(self.spans)))  # fmt: skip
            if about and asked and not self.is_joined(span):
                self.heard.qualified[value.start] = about
                self.slots.used.add(i)

    def _hear_unit(self, i: int) -> None:
        """ "which month", "best day"."""
        ranked = self.cue_anywhere("rank_high", "rank_low")
        if ranked or self.heard.conditions:
            self.slots.used.add(i)
            self.slots.grain_target = self.spans[i].ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain
        elif self.cue_anywhere("average") and self.word_before(i) in ("a", "one", "per", "each"):
            self.slots.used.add(i)
            self.slots.grain = self.spans[i].ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain

    def _hear_name(self, i: int) -> None:
        span = self.spans[i]
        self.slots.used.add(i)
        grouping = self._grouping_before(i)
        if grouping is None and i and self.word_before(i) in ("and", ",") and self._continues_a_list(i):
            grouping = i  # "by vet and species"
        if self._is_thing(i, grouping is not None):
            if grouping is None and not self._is_spread(i):
                said = self.resolver.said(span)
                text = self.annotation.text.rstrip(" ?.!")
                raise Unclear(f"“{said}”: a row for each?", ((f"by {said}", f"{text} by {said}"),), unread=True)
            self._refuse_described_group(i)
            self.heard.things.append(self._mention(i, Meaning.DIMENSION))
            if grouping is not None:
                self.heard.each.add(span.start)
            if self.is_counted(i) and (grouping is None or grouping == i):
                self.heard.counts = True
            return
        mention = self._mention(i, Meaning.METRIC)
        if grouping is not None and self.cue_anywhere("rank_high", "rank_low", "ascending", "descending"):
            self.heard.sorts.append(mention)
            return
        if grouping is not None and grouping != i:
            raise Unclear(
                f"“{self.resolver.said(span)}” has no names to tell figures apart by. What shall I show it by?",
                unread=True,
            )
        self.heard.metrics.append(mention)
        if self.is_counted(i):
            self.heard.counted.add(span.start)

    def _grouping_before(self, i: int) -> int | None:
        """ "by vet", "per vet", "by number of bedrooms"."""
        found = self.cue_before(i, "grouping")
        if found is None and self.words_before(i, 2) == ["number", "of"]:
            found = next((j for j, span in enumerate(self.spans[:i]) if span.is_cue("grouping") and span.end in (self.spans[i].start - 2, self.spans[i].start - 3)), None)  # fmt: skip
        return found

    def _refuse_described_group(self, i: int) -> None:
        """ "books by authors from Japan" may be all of them together, or a row for each author."""
        following = self.near(i, 1)
        if following is None or not self.spans[following].values or self.cue_anywhere("rank_high", "rank_low"):
            return
        between = {token.norm for token in self.annotation.tokens[self.spans[i].end : self.spans[following].start]}
        mine = {self.model.dimensions[d].entity for d in self.spans[i].ids(Meaning.DIMENSION)}
        theirs = {self.model.dimensions[value.dimension].entity for value in self.spans[following].values}
        said = self.annotation.read(self.spans[i - 1].start, self.spans[i - 1].end) if i else ""
        if said == "by" and between & {"from", "in", "of", "with"} and mine & theirs and self.is_plural(self.spans[i]):
            text = self.annotation.said(self.spans[i].start, self.spans[following].end)
            raise Unclear(f"“{text}”: a row for each of them, or all together?")

    def _is_spread(self, i: int) -> bool:
        """Whether something says that a thing is one row each, where no "by" or "per" does."""
        conditions = any(condition.span.start > self.spans[i].start for _, _, condition in self.heard.conditions)
        ranked = self.cue_anywhere("rank_high", "rank_low", "share")
        return conditions or ranked or bool(self.words & _SPREADING) or self.word_before(i) in _WHICH

    def _continues_a_list(self, i: int) -> bool:
        before = self.spans[i - 1]
        return any(mention.span is before and mention.span.start in self.heard.each for mention in self.heard.things)

    def _is_thing(self, i: int, grouped: bool) -> bool:
        """Whether a name stands for things to tell apart, and not for how many there are."""
        span = self.spans[i]
        if not span.ids(Meaning.DIMENSION):
            return False
        if not span.ids(Meaning.METRIC):
            return True
        ranks = self.cue_anywhere("rank_high", "rank_low")
        if grouped:
            named = any(m.span is not span for m in self.heard.things)
            numbers = all(self.model.dimensions[d].values == "none" for d in span.ids(Meaning.DIMENSION))
            return not (ranks and named and (numbers or self.is_plural(span)))
        if any(condition.span.start > span.start for _, _, condition in self.heard.conditions):
            return True
        if self.is_counted(i):
            return False
        rank = self.cue_before(i, "rank_high", "rank_low")
        if rank is not None:
            words = {token.norm for token in self.annotation.tokens[self.spans[rank].start : self.spans[rank].end]}
            return not words & SUPERLATIVE_OF_FIGURES
        if ranks and (self.word_before(i) in _WHICH or (i and whole(self.spans[i - 1].number) is not None and self.spans[i - 1].end == span.start)):  # fmt: skip
            return True
        return self.word_before(i) in _WHICH and ranks

    def _hear_ranking(self) -> None:
        for i, span in enumerate(self.spans):
            if not span.is_cue("rank_high", "rank_low") or i in self.slots.used:
                continue
            if self.slots.ranking is not None:
                continue  # a second superlative stays over, and is refused
            self.slots.used.add(i)
            ranking = Ranking(descending=span.is_cue("rank_high"))
            for j in (i + 1, i - 1):
                if 0 <= j < len(self.spans) and j not in self.slots.used and self._touches(i, j):
                    limit = whole(self.spans[j].number)
                    if limit is not None:
                        ranking.limit = limit
                        self.slots.used.add(j)
                        break
            self.slots.ranking = ranking
        if self.slots.ranking and self.slots.ranking.limit is None:
            self.slots.ranking.implied = True
            self.slots.ranking.limit = self._number_of_things() or self._implied_limit()

    def _touches(self, i: int, j: int) -> bool:
        low, high = sorted((i, j))
        between = self.annotation.tokens[self.spans[low].end : self.spans[high].start]
        return all(token.norm in DETERMINERS for token in between)

    def _number_of_things(self) -> int | None:
        """ "the 3 vets with the most visits"."""
        for one, other in pairwise(range(len(self.spans))):
            limit = whole(self.spans[one].number) if one not in self.slots.used else None
            thing = self.spans[other].ids(Meaning.DIMENSION) or self.spans[other].ids(Meaning.UNIT)
            if limit and thing and self.spans[one].end == self.spans[other].start:
                self.slots.used.add(one)
                return limit
        return None

    def _implied_limit(self) -> int:
        ranked = [mention.span for mention in self.heard.things if mention.span.start not in self.heard.each]
        ranked += [span for span in self.spans if span.ids(Meaning.UNIT) or span.kind is SpanKind.GRAIN]
        plural = any(self.is_plural(span) for span in ranked)
        return DEFAULT_RANKING if plural else 1

    def _take_cues(self) -> None:
        for i, span in enumerate(self.spans):
            if span.is_cue("share"):
                self.slots.share = True
            if span.is_cue("average") and i not in self.slots.used:
                self.slots.average = True
            if span.is_cue("how_many"):
                self.slots.wants_count = True
            if span.is_cue("how_much"):
                self.slots.wants_sum = True
            if span.is_cue("ascending", "descending"):
                self.slots.order.append(OrderBy(by="", descending=span.is_cue("descending")))
            turned = span.start > 0 and bool(self.words_of(i) & _TURNING)
            if span.is_cue(*_HARMLESS) and not turned:
                self.slots.used.add(i)
