"""From what a question says to what it means, for a database that nobody taught the reader: only its own names and the
closed-class words of English. Whatever finds no place makes the question unanswered; nothing is passed over."""

from itertools import pairwise

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, Having
from tools.language.annotation import Annotation, Span, SpanKind
from tools.language.values import ValueIndex
from tools.query.slots import Reading, Unclear
from tools.query.vocabulary import DETERMINERS, JOINTS, TOGETHER
from tools.sources.attributes import Attribute, hear_attributes, refuse_time_that_is_a_value
from tools.sources.counting import (
    count_what_has_the_value,
    price_of_what_is_named,
    refuse_new_since_ever,
    refuse_rows_that_are_several,
    refuse_those_that_left,
)
from tools.sources.deeds import refuse_states_without_a_day, take_deeds
from tools.sources.hearing import Hearing
from tools.sources.mentions import Mention

_FROM, _TO = frozenset(["from"]), frozenset(["to", "into"])
_SOURCES = frozenset("origin source from departure sender pickup start loading".split())
_TARGETS = frozenset("destination target to arrival recipient receiver dropoff delivery end unloading".split())
_LISTING = frozenset(["list", "lists", "name", "names", "who"])
_SUMMING = frozenset(["total", "sum", "altogether", "overall", "combined"])
_MOST_PARTS = 6
_KEEPING = (("on", "time"), ("in", "time"), ("on", "schedule"), ("too", "late"), ("later", "than"), ("earlier", "than"))
"""What says how something keeps to a day that was set: a figure of the layer says nothing of that."""


_COUNTED_IN = frozenset(["including", "incl"])
_COUNT_AS_WELL = (["or", "not"], ["too"], ["as", "well"], ["included"], ["also"], ["count", "too"], ["count", "as"], ["count", "also"])  # fmt: skip
_ONES = frozenset(["ones", "those", "are", "do", "should", "please"])


class SourceSentence(Hearing):
    """One annotation, read and settled."""

    def __init__(self, model: SemanticModel, annotation: Annotation, values: ValueIndex) -> None:
        super().__init__(model, annotation, values)
        self._values = values
        self._attributes: list[Attribute] = []

    def read(self, *, follows: bool, earlier: tuple[str, ...] = ()) -> Reading:
        """`earlier` are the figures of the question before, which a follow-up is about where it names none. Raises
        Unclear or Unsupported."""
        refuse_time_that_is_a_value(self, self._values)
        self.hear()
        self._settle(earlier if follows else ())
        self._refuse_leftovers()
        return self.slots

    def _hear_attributes(self) -> None:
        self._attributes = hear_attributes(self)

    # ── what it means ────────────────────────────────────────────────────────────────────────────────────

    def _settle(self, earlier: tuple[str, ...]) -> None:
        self._drop_what_only_describes()
        self._settle_figures()
        if not self.slots.metrics and not earlier:
            values = [span for span in self.spans if span.kind is SpanKind.VALUE]
            if values and self.slots.wants_count:
                count_what_has_the_value(self, self._dimensions_of(values[0]))
            elif values:
                price_of_what_is_named(self, self._dimensions_of(values[0]))
        take_deeds(self)
        figures = tuple(self.slots.metrics) or earlier
        if not figures:
            raise self._no_figure()
        for mention in self.heard.things:
            dimension = self.resolver.dimension(mention.span, mention.ids, figures)
            if dimension not in self.slots.groups:
                self.slots.groups.append(dimension)
            if mention.span.start in self.heard.each:
                self.slots.each.append(dimension)
        for attribute in self._attributes:
            dimension = self.resolver.dimension(attribute.mention.span, attribute.mention.ids, figures)
            self.slots.filters.append(Filter(dimension=dimension, operator=attribute.operator, values=attribute.values))
        self._take_values(figures)
        self._side_by_side()
        self.slots.counts = self.heard.counts and bool(self.slots.having) and len(self.slots.groups) == 1
        if self.heard.counts and not self.slots.counts:
            raise Unclear("How many of what? Please name what is to be counted.", unread=True)
        self._refuse_other_kinds_of_figure(figures)
        refuse_rows_that_are_several(self)
        refuse_those_that_left(self)
        if not earlier:
            refuse_new_since_ever(self)

    def _settle_figures(self) -> None:
        mentions = [*self.heard.sorts, *self.heard.metrics]
        splits = [mention.ids for mention in self.heard.things]
        splits += [self._dimensions_of(span) for span in self.spans if span.kind is SpanKind.VALUE]
        dated = self._is_dated()
        for mention in mentions:
            found = self.resolver.metric(self._of_its_kind(self._averaged(mention)), splits, dated=dated)
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
            raise Unclear(f"How much of what? {metrics[0].label} can be counted: ask “how many”.", unread=True)
        averages = [metric for metric in metrics if metric.type == "average"]
        if averages and self._says_total():
            raise Unclear(f"{averages[0].label} is an average: adding it up means nothing. Do you mean the average?")
        plain = not (self.slots.groups or self.slots.ranking or self.slots.wants_count or self.slots.share)
        if (
            plain
            and self.words & _LISTING
            and not self.words & {"number", "count"}
            and not self._is_dated()
            and all(m.type == "count" for m in metrics)
        ):
            said = metrics[0].label.lower()
            raise Unclear(
                f"I can count {said}, not list them. How many are there?", ((f"how many {said}", f"how many {said}"),)
            )
        units = {word for metric in metrics if metric.type == "sum" and metric.label.endswith(")") for word in metric.label[metric.label.rindex("(") + 1 : -1].split()}  # fmt: skip
        if self.slots.wants_count and units and not units & self.words:
            raise Unclear(f"How many of what? {metrics[0].label} is asked with “how much” or “total”.", unread=True)
        if self.slots.wants_count and any(metric.unit == "money" for metric in metrics) and not self.slots.counts:
            raise Unclear("How many of what? Amounts of money are asked with “how much” or “total”.")

    def _says_total(self) -> bool:
        """ "total", said outside of the name of a figure."""
        inside = {i for span in self.spans for i in range(span.start, span.end)}
        return any(token.norm in _SUMMING and i not in inside for i, token in enumerate(self.annotation.tokens))

    def _is_dated(self) -> bool:
        """Whether days matter."""
        timed = (span.kind in (SpanKind.PERIOD, SpanKind.GRAIN, SpanKind.COMPARISON) for span in self.spans)
        return any(timed) or self.slots.grain_target is not None or self.slots.grain is not None

    def _of_its_kind(self, mention: Mention) -> Mention:
        """ "how many fines" counts them, and "how much" adds them up."""
        counts = tuple(m for m in mention.ids if self.resolver.is_count(m))
        others = tuple(m for m in mention.ids if m not in counts)
        if not counts or not others:
            return mention
        if mention.span.start in self.heard.counted:
            return Mention(mention.span, counts)
        return Mention(mention.span, others) if self.slots.wants_sum else mention

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
        counts = [m for m in mentions if any(self.resolver.is_count(one) for one in m.ids) and m.span.start not in self.heard.counted]  # fmt: skip
        for count in counts:
            if self.is_joined(count.span):
                continue
            entities = {entity for one in count.ids for entity in self.resolver.entities(one)}
            for other in mentions:
                if other is count or other in counts:
                    continue
                described = (
                    self.preposition_before(next(i for i, s in enumerate(self.spans) if s is count.span)) == "of"
                )
                led = {e for e in entities for m in other.ids for o in self.resolver.entities(m) if self.resolver.leads(o, e)}  # fmt: skip
                same = tuple(m for m in other.ids if self.resolver.entities(m) <= entities)
                if not same and described and led == entities and other.span.end <= count.span.start:
                    same = other.ids  # the "quantity of products", counted with each sale of one
                if same:
                    self.heard.metrics = [Mention(other.span, same) if m is other else m for m in self.heard.metrics if m is not count]  # fmt: skip
                    break
        mentions = self.heard.metrics
        for one, other in pairwise(sorted(mentions, key=lambda m: m.span.start)):
            if not self.is_joined(other.span) and not self.is_joined(one.span):
                raise Unclear(f"“{self.resolver.said(one.span)}” and “{self.resolver.said(other.span)}”: which of the two figures do you mean?", unread=True)  # fmt: skip

    def _no_figure(self) -> Unclear:
        labels = [metric.label for metric in self.model.metrics.values()][:4]
        said = "Which figure do you mean?"
        return Unclear(
            f"{said} For example: {', '.join(label.lower() for label in labels)}." if labels else said, unread=True
        )

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
            if span.kind is not SpanKind.VALUE or i in self.slots.used:
                continue
            self.slots.used.add(i)
            self._refuse_what_counts_as_well(span)
            dimension = self.resolver.dimension(span, self._dimensions_of(span), figures)
            texts = list(dict.fromkeys(value.text for value in span.values if value.dimension == dimension))
            said = self.resolver.said(span)
            if not span.whole and len(texts) > 1:
                options = tuple((text, self.rephrase(span, f'"{text}"')) for text in texts[:_MOST_PARTS])
                raise Unclear(f"Several match “{said}”. Which do you mean?", options, unread=True)
            if span.corrected_from or not span.whole:
                self.slots.corrections[span.corrected_from or said] = texts[0]
            (left_out if i in negated else kept).setdefault(dimension, []).extend(texts)
        for values, single, several in ((kept, "eq", "in"), (left_out, "ne", "not_in")):
            for dimension, texts in values.items():
                unique = tuple(dict.fromkeys(texts))
                operator = single if len(unique) == 1 else several
                self.slots.filters.append(Filter(dimension=dimension, operator=operator, values=unique))  # pyright: ignore[reportArgumentType] — one of the literals

    def _refuse_what_counts_as_well(self, span: Span) -> None:
        """ "Archived also count.", "archived or not", "including the archived": those are no condition."""
        norms = [token.norm for token in self.annotation.tokens]
        before = next((norm for norm in reversed(norms[: span.start]) if norm not in DETERMINERS), "")
        behind = [norm for norm in norms[span.end : span.end + 3] if norm not in _ONES]
        if before in _COUNTED_IN or any(behind[: len(phrase)] == phrase for phrase in _COUNT_AS_WELL):
            raise Unclear(f"“{self.resolver.said(span)}”: only those, or those as well? Please ask for one of the two.", unread=True)  # fmt: skip

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
            raise Unclear(
                f"I do not know what “{word}” means in this data. Could you say it in another way?", unread=True
            )
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
                f"I do not know what to do with “{self.resolver.said(span)}”. Could you say it in another way?",
                unread=True,
            )
        mended = {
            typed: meant for typed, meant in self.annotation.mended.items() if typed not in self.slots.corrections
        }
        self.slots.corrections.update(mended)
        if any(self.says(*words) for words in _KEEPING):
            raise Unclear("I can tell what was on time only where the days that were set are known. Could you say it in another way?", unread=True)  # fmt: skip
        refuse_states_without_a_day(self)
