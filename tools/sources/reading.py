"""From spans to slots, for questions about a database that nobody taught the reader: only its own names and the
closed-class words of English. Whatever finds no place makes the question unanswered; nothing is passed over."""

from dataclasses import dataclass, field
from itertools import pairwise

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, Having, OrderBy
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.language.values import ValueIndex
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_RANKING, Ranking, Reading, Unclear, Unsupported, whole
from tools.query.vocabulary import DETERMINERS, JOINTS, OPERATORS, SUPERLATIVE_OF_FIGURES, TOGETHER
from tools.query.windows import take_window
from tools.sources.mentions import Mention, Resolver

_WHICH = frozenset(["which", "what", "whose"])
_BESIDE = frozenset(["and", ",", "&", "+", "plus", "vs", "versus", "or"])
_FROM, _TO = frozenset(["from"]), frozenset(["to", "into"])
_SOURCES = frozenset("origin source from departure sender pickup start loading".split())
_TARGETS = frozenset("destination target to arrival recipient receiver dropoff delivery end unloading".split())
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
_MOST_PARTS = 6


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


class SourceSentence(Sentence):
    """One annotation read against the semantic layer of a source."""

    def __init__(self, model: SemanticModel, annotation: Annotation, values: ValueIndex) -> None:
        super().__init__(model, annotation, values.has)
        self.resolver = Resolver(model, annotation)
        self.heard = Heard()

    def read(self, *, follows: bool, earlier: tuple[str, ...] = ()) -> Reading:
        """`earlier` are the figures of the question before, which a follow-up is about where it names none. Raises
        Unclear or Unsupported."""
        self._refuse_what_lies_outside()
        take_window(self)
        self._hear_conditions()
        self._hear_terms()
        self._hear_ranking()
        self._take_cues()
        self._settle(earlier if follows else ())
        self._refuse_leftovers()
        return self.slots

    # ── what is said ─────────────────────────────────────────────────────────────────────────────────────

    def _refuse_what_lies_outside(self) -> None:
        for span in self.spans:
            for term in span.terms:
                if term.id == "outside" and len(span.terms) == 1:
                    raise Unsupported(
                        _REASONS.get(term.detail, f"There are no figures about “{self.resolver.said(span)}”.")
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
                    "not to single rows. For example: those with more than 3 of something."
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
                if beside and common and not grouped and not (noun.ids(Meaning.METRIC) and j > i):
                    self.heard.qualified[span.start] = tuple(sorted(common))
                    self.slots.used.add(j)

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
            about = tuple(v.dimension for v in value.values if self.model.dimensions[v.dimension].entity in counted)
            asked = any(j != i and self._is_figure(j) and j not in self.slots.used and not self._is_grouped(j) for j in range(len(self.spans)))  # fmt: skip
            if about and asked and not self._is_joined(span):
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
        grouping = self.cue_before(i, "grouping")
        if grouping is None and i and self.word_before(i) in ("and", ",") and self._continues_a_list(i):
            grouping = i  # "by vet and species"
        if self._is_thing(i, grouping is not None):
            if grouping is None and not self._is_spread(i):
                said = self.resolver.said(span)
                text = self.annotation.text.rstrip(" ?.!")
                raise Unclear(f"“{said}”: a row for each?", ((f"by {said}", f"{text} by {said}"),))
            self.heard.things.append(self._mention(i, Meaning.DIMENSION))
            if grouping is not None:
                self.heard.each.add(span.start)
            if self.is_counted(i):
                self.heard.counts = True
            return
        mention = self._mention(i, Meaning.METRIC)
        if grouping is not None and self.cue_anywhere("rank_high", "rank_low", "ascending", "descending"):
            self.heard.sorts.append(mention)
            return
        if grouping is not None and grouping != i:
            raise Unclear(
                f"“{self.resolver.said(span)}” has no names to tell figures apart by. What shall I show it by?"
            )
        self.heard.metrics.append(mention)
        if self.is_counted(i):
            self.heard.counted.add(span.start)

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
            return not (ranks and named and self.is_plural(span))
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

    # ── what it means ────────────────────────────────────────────────────────────────────────────────────

    def _settle(self, earlier: tuple[str, ...]) -> None:
        self._drop_what_only_describes()
        self._settle_figures()
        if not self.slots.metrics and not earlier:
            self._count_what_has_the_value()
        figures = tuple(self.slots.metrics) or earlier
        if not figures:
            raise self._no_figure()
        for mention in self.heard.things:
            dimension = self.resolver.dimension(mention.span, mention.ids, figures)
            if dimension not in self.slots.groups:
                self.slots.groups.append(dimension)
            if mention.span.start in self.heard.each:
                self.slots.each.append(dimension)
        self._take_values(figures)
        self._side_by_side()
        self.slots.counts = self.heard.counts and bool(self.slots.having) and len(self.slots.groups) == 1
        if self.heard.counts and not self.slots.counts:
            raise Unclear("How many of what? Please name what is to be counted.")
        self._refuse_other_kinds_of_figure(figures)

    def _settle_figures(self) -> None:
        mentions = [*self.heard.sorts, *self.heard.metrics]
        splits = [mention.ids for mention in self.heard.things]
        splits += [self._dimensions_of(span) for span in self.spans if span.kind is SpanKind.VALUE]
        timed = (span.kind in (SpanKind.PERIOD, SpanKind.GRAIN, SpanKind.COMPARISON) for span in self.spans)
        dated = any(timed) or self.slots.grain_target is not None or self.slots.grain is not None
        for mention in mentions:
            found = self.resolver.metric(self._averaged(mention), splits, dated=dated)
            if found not in self.slots.metrics:
                self.slots.metrics.append(found)
        for operator, value, mention in self.heard.conditions:
            metric = self.resolver.metric(mention, splits, dated=dated)
            self.slots.having.append(Having(metric=metric, operator=operator, values=(value,)))  # pyright: ignore[reportArgumentType] — one of the literals
            if not mentions and metric not in self.slots.metrics:
                self.slots.metrics.append(metric)

    def _refuse_other_kinds_of_figure(self, figures: tuple[str, ...]) -> None:
        """ "how much" asks for no count, and "how many" for no money."""
        metrics = [self.model.metrics[metric] for metric in figures]
        if self.slots.wants_sum and all(metric.type == "count" for metric in metrics):
            raise Unclear(f"How much of what? {metrics[0].label} can be counted: ask “how many”.")
        if self.slots.wants_count and any(metric.unit == "money" for metric in metrics) and not self.slots.counts:
            raise Unclear("How many of what? Amounts of money are asked with “how much” or “total”.")

    def _averaged(self, mention: Mention) -> Mention:
        """ "the cost of a treatment on average": the average of what the words add up."""
        monthly = self.slots.average and (self.annotation.of(SpanKind.GRAIN) or self.slots.grain)
        if not self.slots.average or monthly:
            return mention
        averages = tuple(average for m in mention.ids if (average := self.resolver.average_of(m)))
        return Mention(mention.span, averages) if averages else mention

    def _drop_what_only_describes(self) -> None:
        """In "cost of the treatments" and "total value of unpaid invoices" the second name only says whose. Two figures
        are meant where they are joined: "visits and total cost"."""
        mentions = self.heard.metrics
        if len(mentions) < 2:  # noqa: PLR2004
            return
        counts = [m for m in mentions if all(self.resolver.is_count(one) for one in m.ids) and m.span.start not in self.heard.counted]  # fmt: skip
        for count in counts:
            if self._is_joined(count.span):
                continue
            entities = {entity for one in count.ids for entity in self.resolver.entities(one)}
            for other in mentions:
                if other is count or other in counts:
                    continue
                same = tuple(m for m in other.ids if self.resolver.entities(m) <= entities)
                if same:
                    self.heard.metrics = [Mention(other.span, same) if m is other else m for m in self.heard.metrics if m is not count]  # fmt: skip
                    break
        mentions = self.heard.metrics
        for one, other in pairwise(sorted(mentions, key=lambda m: m.span.start)):
            if not self._is_joined(other.span) and not self._is_joined(one.span):
                raise Unclear(f"“{self.resolver.said(one.span)}” and “{self.resolver.said(other.span)}”: which of the two figures do you mean?")  # fmt: skip

    def _is_joined(self, span: Span) -> bool:
        tokens = [token.norm for token in self.annotation.tokens]
        start = span.start
        while start and tokens[start - 1] in DETERMINERS:
            start -= 1
        before, after = tokens[start - 1 : start], tokens[span.end : span.end + 1]
        return bool(set(before) & _BESIDE) or bool(set(after) & _BESIDE)

    def _count_what_has_the_value(self) -> None:
        """ "how many dogs do we have": the rows of what a dog is a kind of."""
        values = [span for span in self.spans if span.kind is SpanKind.VALUE]
        if not values or not self.slots.wants_count:
            return
        owners: set[str] = set()
        for dimension in self._dimensions_of(values[0]):
            entity = self.model.dimensions[dimension].entity or ""
            if entity != dimension:
                owners.add(entity)
                continue
            # The name of a thing counts what it is the kind of: of the species "dog" there is only one.
            owners |= {name for name, e in self.model.entities.items() if any(target == entity for _, target in e.joins.values())}  # fmt: skip
        counts = {m for m in self.model.metrics if self.resolver.is_count(m) and self.resolver.entities(m) <= owners and not self._is_by_another_date(m)}  # fmt: skip
        if len(counts) == 1 and len(owners) == 1:
            (metric,) = counts
            self.slots.metrics.append(metric)
            self.slots.notes.append(f"Counted: {self.model.metrics[metric].label.lower()}.")
        elif counts:
            labels = sorted(self.model.metrics[m].label for m in counts)
            text = self.annotation.text.rstrip(" ?.!")
            said = self.resolver.said(values[0])
            raise Unclear(f"How many of what with “{said}”?", tuple((label, f"{text} {label.lower()}") for label in labels[:_MOST_PARTS]))  # fmt: skip

    def _is_by_another_date(self, metric: str) -> bool:
        return any("own" in self.model.entities[entity].joins for entity in self.resolver.entities(metric))

    def _no_figure(self) -> Unclear:
        labels = [metric.label for metric in self.model.metrics.values()][:4]
        said = "Which figure do you mean?"
        return Unclear(f"{said} For example: {', '.join(label.lower() for label in labels)}." if labels else said)

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────

    def _dimensions_of(self, span: Span) -> tuple[str, ...]:
        """What a value can be a value of, by the noun beside it and by "from" and "to" before it."""
        found = tuple(dict.fromkeys(value.dimension for value in span.values))
        if span.start in self.heard.qualified:
            return self.heard.qualified[span.start]
        i = next(i for i, other in enumerate(self.spans) if other is span)
        before = self.preposition_before(i)
        for words, roles in ((_FROM, _SOURCES), (_TO, _TARGETS)):
            narrowed = tuple(d for d in found if before in words and set((self.model.dimensions[d].entity or "").split("_")) & roles)  # fmt: skip
            if narrowed:
                return narrowed
        return found

    def _take_values(self, figures: tuple[str, ...]) -> None:
        kept: dict[str, list[str]] = {}
        left_out: dict[str, list[str]] = {}
        negated = self._negated()
        for i, span in enumerate(self.spans):
            if span.kind is not SpanKind.VALUE:
                continue
            self.slots.used.add(i)
            dimension = self.resolver.dimension(span, self._dimensions_of(span), figures)
            texts = list(dict.fromkeys(value.text for value in span.values if value.dimension == dimension))
            said = self.resolver.said(span)
            if not span.whole and len(texts) > 1:
                options = tuple((text, self.rephrase(span, f'"{text}"')) for text in texts[:_MOST_PARTS])
                raise Unclear(f"Several match “{said}”. Which do you mean?", options)
            if span.corrected_from or not span.whole:
                self.slots.corrections[span.corrected_from or said] = texts[0]
            (left_out if i in negated else kept).setdefault(dimension, []).extend(texts)
        for values, single, several in ((kept, "eq", "in"), (left_out, "ne", "not_in")):
            for dimension, texts in values.items():
                unique = tuple(dict.fromkeys(texts))
                operator = single if len(unique) == 1 else several
                self.slots.filters.append(Filter(dimension=dimension, operator=operator, values=unique))  # pyright: ignore[reportArgumentType] — one of the literals

    def _negated(self) -> set[int]:
        """The values right behind a negation, all of a list."""
        found: set[int] = set()
        for i, span in enumerate(self.spans):
            if not span.is_cue("negation"):
                continue
            at = i
            while (following := self.near(at, 1, 1)) is not None and self.spans[following].values:
                between = [token.norm for token in self.annotation.tokens[self.spans[at].end : self.spans[following].start]]  # fmt: skip
                if at != i and not set(between) & JOINTS:
                    break
                found.add(following)
                at = following
            if at != i:
                self.slots.used.add(i)
        return found

    def _side_by_side(self) -> None:
        """ "dogs and cats": a row each, unless they are asked for together."""
        if self.words & TOGETHER or self.slots.ranking or self.slots.groups:
            return
        compared = self.cue_anywhere("compare", "more_or_less", "share") or "or" in self.words
        for item in self.slots.filters:
            if item.operator == "in" and (compared or not self.slots.wants_count):
                self.slots.groups.append(item.dimension)

    # ── what is left ─────────────────────────────────────────────────────────────────────────────────────

    def _refuse_leftovers(self) -> None:
        """Raises Unclear for a word, a number or a cue that nothing took."""
        for i in self.annotation.unknown:
            if i in self.slots.understood:
                continue
            word = self.annotation.tokens[i].text[:80]
            raise Unclear(f"I do not know what “{word}” means in this data. Could you say it in another way?")
        for i, span in enumerate(self.spans):
            if i in self.slots.used or span.kind in (
                SpanKind.PERIOD,
                SpanKind.GRAIN,
                SpanKind.COMPARISON,
                SpanKind.SHIFT,
            ):
                continue
            if span.number is not None and self.resolver.said(span).lower() in ("one", "a", "an"):
                continue
            raise Unclear(
                f"I do not know what to do with “{self.resolver.said(span)}”. Could you say it in another way?"
            )
        mended = {
            typed: meant for typed, meant in self.annotation.mended.items() if typed not in self.slots.corrections
        }
        self.slots.corrections.update(mended)
        self._refuse_day_of_another_event()

    def _refuse_day_of_another_event(self) -> None:
        """ "delivered shipments in May" may mean those of May that were delivered, or those delivered in May."""
        if not self.annotation.of(SpanKind.PERIOD) and not self.annotation.of(SpanKind.GRAIN):
            return
        dated = {name.rsplit("_", 1)[-1] for name, entity in self.model.entities.items() if "own" in entity.joins}
        for item in self.slots.filters:
            if len(item.values) != 1 or item.operator != "eq" or str(item.values[0]).lower() not in dated:
                continue
            word = str(item.values[0]).lower()
            at = next((i for i, token in enumerate(self.annotation.tokens) if token.norm == word), None)
            described = at is not None and at + 1 < len(self.annotation.tokens) and any(span.start == at + 1 and span.ids(Meaning.METRIC) for span in self.spans)  # fmt: skip
            if not described:
                label = self.model.metrics[self.slots.metrics[0]].label.lower() if self.slots.metrics else "those"
                raise Unclear(
                    f"By which day: {label} of that time that are {word}, or {label} that were {word} in that time?",
                    ((f"{word} in that time", self.annotation.text.replace(word, f"that were {word}")),),
                )
