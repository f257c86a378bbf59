"""A question about a data source → a MetricQuery, or a question back, or an honest no.

The periods, the assembly, follow-ups and totals so far are those of every question (tools.query); what words mean
comes from the source's own semantic layer (reading.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from storage.metrics.model import AverageMetric, SemanticModel
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.language.annotator import Annotator
from tools.language.values import ValueIndex
from tools.query.draft import Context, Draft
from tools.query.followups import follows_on, inherit, opens_a_change
from tools.query.planner import Plan, Planner, refuse_conditions
from tools.query.pointing import points_nowhere
from tools.query.slots import Ranking, Reading, Unclear, Unsupported
from tools.query.times import Days, TimeReader
from tools.query.windows import gather
from tools.sources.reading import SourceSentence


class SourcePlanner(Planner):
    """Plans questions over one source. `unsettled` are the entities with several dates of which none is the one."""

    def __init__(self, model: SemanticModel, annotator: Annotator, unsettled: Mapping[str, Sequence[str]]) -> None:
        super().__init__(model, annotator)
        self._unsettled = unsettled

    def plan(self, question: str, days: Days, values: ValueIndex, previous: Context | None = None) -> Plan:
        """Raises Unclear where the question must be asked back, Unsupported where it cannot be answered."""
        annotation = _without_small_values(self._annotator.annotate(question, today=days.today, values=values))
        if not annotation.tokens:
            raise Unsupported("I found no figure in your question.")
        base = previous if previous is not None and self._follows(annotation, previous) else None
        sentence = SourceSentence(self._model, annotation, values)
        reading = sentence.read(follows=base is not None, earlier=base.query.metrics if base else ())
        if previous is None and (points_nowhere(annotation) or (opens_a_change(annotation) and not reading.metrics)):
            raise Unclear("There is no question before this one that it could change. What would you like to know?")
        earlier = base.query.time if base else None
        times = TimeReader(annotation, reading, days, self._annotator.calendar, earlier).read()
        self._refuse_extremes(annotation, reading)
        draft = Draft(
            metrics=tuple(reading.metrics) or (base.query.metrics if base else ()),
            groups=tuple(reading.groups),
            filters=list(reading.filters),
            times=times,
            grain=times.grain,
            having=tuple(reading.having),
            share=reading.share,
            counts=reading.counts,
        )
        if base is not None:
            inherit(draft, annotation, reading, base)
        self._share(draft)
        self._refuse_groups(draft, values)
        self._settle_splits(draft)
        self._shape(reading, draft, base)
        gather(self._model, reading, draft, base)
        refuse_conditions(draft)
        self._refuse_undated(draft)
        return Plan(
            query=draft.query(),
            mean_over=draft.mean_over,
            notes=(*reading.notes, *times.notes, *draft.notes),
            corrections=tuple(reading.corrections.items()),
            to_date=times.to_date or (base is not None and base.to_date and times.current == base.query.time),
        )

    def changes(self, question: str, days: Days, values: ValueIndex) -> bool:
        """Whether a question only makes sense as a change to one before it."""
        annotation = self._annotator.annotate(question, today=days.today, values=values)
        return bool(annotation.tokens) and follows_on(annotation, _named(annotation))

    def _follows(self, annotation: Annotation, previous: Context) -> bool:
        """Whether a question only makes sense as a change to the one before."""
        return not previous.stale and follows_on(annotation, _named(annotation))

    def _refuse_extremes(self, annotation: Annotation, reading: Reading) -> None:
        """ "the highest price for each kind" is a price for each of them, and not the kind with the highest mean."""
        if reading.ranking is None or not reading.groups or not {*reading.groups} <= {*reading.each}:
            return
        means = [metric for metric in reading.metrics if isinstance(self._model.metrics[metric], AverageMetric)]
        ranked = {token.norm for token in annotation.tokens} & _OF_WHICH
        if means and not ranked and any(token.norm in ("each", "every") for token in annotation.tokens):
            label = self._model.metrics[means[0]].label.lower()
            raise Unclear(f"The highest or the lowest single one of each I cannot tell, only the {label} of each. Shall I show that?", unread=True)  # fmt: skip

    def _share(self, draft: Draft) -> None:
        if not draft.share:
            return
        if any(isinstance(self._model.metrics[metric], AverageMetric) for metric in draft.metrics):
            raise Unsupported("An average has no share of a whole.")
        if not draft.groups and len(draft.filters) == 1:
            raise Unclear("The share of what? For example: the share of each, by one kind of thing.", unread=True)
        named = bool(draft.groups)
        if not draft.groups:
            draft.groups = tuple(dict.fromkeys(f.dimension for f in draft.filters if f.operator in ("eq", "in")))
        if len(draft.groups) != 1 or draft.times.compare or draft.grain:
            raise Unclear("The share of what? For example: the share of each, by one kind of thing.", unread=not named)  # fmt: skip

    def _shape(self, reading: Reading, draft: Draft, base: Context | None) -> None:
        if reading.counts:
            draft.grain = draft.grain or reading.grain_target
        elif reading.average and not all(isinstance(self._model.metrics[m], AverageMetric) for m in draft.metrics):
            self._mean(reading, draft)
        elif draft.mean_over:
            draft.metrics = draft.metrics[:1]
        else:
            self._rank(reading, draft, base)

    def _mean(self, reading: Reading, draft: Draft) -> None:
        """ "average number of visits per month": the mean over the months that have any."""
        grain = draft.grain or reading.grain
        label = self._model.metrics[draft.metrics[0]].label.lower()
        if len(draft.metrics) != 1 or grain is None or draft.groups or draft.times.compare or reading.ranking:
            raise Unclear(f"The average of {label} over what? For example: per month, or per day.")
        draft.grain = draft.mean_over = grain

    def _rank_things(self, reading: Reading, ranking: Ranking, draft: Draft, base: Context | None) -> None:
        if not draft.groups and base is None:
            extreme = "highest" if ranking.descending else "lowest"
            raise Unclear(f"The {extreme} {self._model.metrics[draft.metrics[0]].label.lower()} of what?", unread=True)
        super()._rank_things(reading, ranking, draft, base)

    def _refuse_undated(self, draft: Draft) -> None:
        if not (draft.times.current or draft.times.compare or draft.grain):
            return
        for metric in (*draft.metrics, *(h.metric for h in draft.having)):
            for base in self._model.base_metrics(metric).values():
                if dates := self._unsettled.get(base.entity):
                    named = " or ".join(f"“{date}”" for date in dates[:4])
                    raise Unclear(f"By which date: {named}? That is settled once, in the semantic layer of this source.")  # fmt: skip
            if set(self._model.metrics[metric].label.lower().split()) & _LEVELS:
                raise Unclear(f"{self._model.metrics[metric].label} is a level, nothing that happens on a day: for a time I could only add up rows that began in it. Ask for it without a time.")  # fmt: skip
            if any(self._model.entities[m.entity].time is None for m in self._model.base_metrics(metric).values()):
                raise Unsupported(f"{self._model.metrics[metric].label} cannot be told by date: nothing says when.")


_OF_WHICH = frozenset(["which", "who", "average", "mean", "top", "best", "worst"])
_LEVELS = frozenset(["mrr", "arr", "balance", "stock", "inventory", "headcount"])


_SMALL = frozenset("a an in on at out off up no by to i do is it so as or".split())
_SAID_OF = frozenset(["is", "are", "still", "currently", "status"])


def _without_small_values(annotation: Annotation) -> Annotation:
    """A code such as "A" or "OUT" is not meant by the small word of that spelling, unless it is written as the data has it
    ("status A") or said of something ("are out")."""
    tokens = annotation.tokens

    def is_meant(span: Span) -> bool:
        token = tokens[span.start]
        if span.kind is not SpanKind.VALUE or span.end != span.start + 1 or token.norm not in _SMALL:
            return True
        before = tokens[span.start - 1].norm if span.start else ""
        written = span.start > 0 and token.text.isupper() and any(value.text == token.text for value in span.values)
        return written or (before in _SAID_OF and len(token.norm) > 1)

    return replace(annotation, spans=tuple(span for span in annotation.spans if is_meant(span)))


def _named(annotation: Annotation) -> Reading:
    """What a first look finds, enough to tell whether a question stands by itself."""
    reading = Reading()
    for span in annotation.spans:
        reading.metrics += span.ids(Meaning.METRIC)
        reading.wants_count |= span.is_cue("how_many")
        reading.groups += span.ids(Meaning.DIMENSION) if not span.ids(Meaning.METRIC) else ()
        reading.share |= span.kind is SpanKind.VALUE  # with a value it is no bare figure
    return reading
