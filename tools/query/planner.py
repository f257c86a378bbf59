"""A question → a MetricQuery, or a question back, or an honest no. No model takes part.

The reader (reading.py) fills the slots, times.py settles the periods; here they become a query. A follow-up changes
the query before it. What found no place is named or makes the planner ask: a word that could be a filter is never
dropped.
"""

import re
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, Grain, Having, MetricQuery, OrderBy
from tools.language.annotation import Annotation, Span, SpanKind
from tools.language.annotator import Annotator
from tools.language.values import ValueIndex
from tools.query.leftovers import Leftovers
from tools.query.reading import read
from tools.query.sentence import closes_with_only
from tools.query.slots import DEFAULT_METRIC, Ranking, Reading, Unclear, Unsupported
from tools.query.times import Days, TimeReader, Times

MOST_FIGURES = 8
MOST_GROUPS = 3
_REFERRING = frozenset("same it that other again this".split())
_LONGEST_PASSED_OVER = 80
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_POINTING_BACK = frozenset("those them these ones thereof".split())
_CONNECTORS = frozenset(["and", "only", "just", "but", "now", "same", "instead", "without", "excluding"])


def _says_something(span: Span) -> bool:
    harmless = all(term.id in ("follow_up", "chatter") for term in span.terms)
    return span.kind is not SpanKind.TERM or not harmless


class Context(BaseModel):
    """What a follow-up changes: the last query asked in a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: MetricQuery
    mean_over: Grain | None = None
    to_date: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A query ready to run. `mean_over`: the figure is the mean over buckets of that grain. `notes` are told with
    the answer; `ignored` are words, as typed, that changed nothing."""

    query: MetricQuery
    mean_over: Grain | None = None
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    to_date: bool = False
    """Whether the period is asked for up to today only."""

    @property
    def context(self) -> Context:
        return Context(query=self.query, mean_over=self.mean_over, to_date=self.to_date)


@dataclass(slots=True)
class _Draft:
    """A query in the making."""

    metrics: tuple[str, ...]
    groups: tuple[str, ...]
    filters: list[Filter]
    times: Times
    grain: Grain | None
    having: tuple[Having, ...]
    share: bool
    order: tuple[OrderBy, ...] = ()
    limit: int | None = None
    counts: bool = False
    mean_over: Grain | None = None
    notes: list[str] = field(default_factory=list[str])

    def query(self) -> MetricQuery:
        return MetricQuery(
            metrics=self.metrics,
            dimensions=self.groups,
            filters=tuple(self.filters),
            having=self.having,
            time=self.times.current,
            grain=self.grain,
            compare=self.times.compare,
            share_of_total=self.share,
            order=self.order,
            limit=self.limit,
            count_groups=self.counts,
        )


class Planner:
    """Plans questions of one tenant's calendar over one semantic model."""

    def __init__(self, model: SemanticModel, annotator: Annotator) -> None:
        self._model = model
        self._annotator = annotator

    def plan(self, question: str, days: Days, values: ValueIndex, previous: Context | None = None) -> Plan:
        """Raises Unclear where the question must be asked back, Unsupported where it cannot be answered."""
        annotation, passed_over = self._annotate(question, days, values)
        reading = read(self._model, annotation, values.has)
        follows = self._follows(annotation, reading)
        base = previous if follows else None
        if follows and previous is None and not reading.metrics and self._opens_a_change(annotation):
            raise Unclear("There is no question before this one that it could change. What would you like to know?")
        Leftovers(self._model, annotation, reading, values, self._annotator.words).refuse(follows=base is not None)
        earlier = base.query.time if base else None
        times = TimeReader(annotation, reading, days, self._annotator.calendar, earlier).read()
        says_something = (
            reading.having
            or reading.metrics
            or reading.groups
            or reading.filters
            or reading.ranking
            or reading.grain_target
        )
        if not (
            says_something
            or reading.wants_sum
            or reading.wants_count
            or reading.implied
            or base
            or times.current
            or times.grain
        ):
            if any(token.norm in _REFERRING for token in annotation.tokens):
                raise Unclear("I cannot tell what that refers to. Could you name the figure that you mean?")
            raise Unsupported("I found no figure in your question.")
        if (
            annotation.tokens
            and annotation.tokens[0].norm == "when"
            and not (reading.ranking or reading.grain_target or times.current)
        ):
            raise Unsupported("I can tell how much and how many of something in a period, not yet when it happened.")
        draft = self._draft(reading, times, base)
        if len(draft.metrics) > MOST_FIGURES or len(draft.groups) > MOST_GROUPS:
            raise Unsupported(
                f"I can show up to {MOST_FIGURES} figures by up to {MOST_GROUPS} kinds of things at once."
            )
        for dimension in draft.groups:
            if self._model.dimensions[dimension].values == "linked" and not values.has(dimension):
                raise Unsupported(
                    f"Your data says nothing about the {self._model.dimensions[dimension].label.lower()}."
                )
        self._settle_splits(draft)
        if reading.counts:
            draft.grain = draft.grain or reading.grain_target
        elif reading.average:
            self._average(annotation, draft)
        else:
            self._rank(reading, draft, base)
        if draft.having and not draft.groups and not draft.grain:
            raise Unsupported("I can apply a condition on figures to groups only, such as customers or products.")
        return Plan(
            query=draft.query(),
            mean_over=draft.mean_over,
            notes=(*reading.notes, *times.notes, *draft.notes),
            ignored=(*(annotation.said(i, i + 1) for i in annotation.unknown), *passed_over),
            corrections=tuple(reading.corrections.items()),
            to_date=times.to_date or (base is not None and base.to_date and times.current == base.query.time),
        )

    def _annotate(self, question: str, days: Days, values: ValueIndex) -> tuple[Annotation, tuple[str, ...]]:
        """The annotation, and whole sentences that were passed over since they say nothing of figures: "I am off to
        the bank."."""
        sentences = [piece for piece in _SENTENCE.split(question) if piece.strip()]
        whole = self._annotator.annotate(question, today=days.today, values=values)
        if len(sentences) == 1 or not whole.unknown:
            return whole, ()
        read = [self._annotator.annotate(one, today=days.today, values=values) for one in sentences]
        kept = [one.text for one in read if any(_says_something(span) for span in one.spans) or not one.unknown]
        if not kept or len(kept) == len(sentences):
            return whole, ()
        passed_over = tuple(one.text[:_LONGEST_PASSED_OVER] for one in read if one.text not in kept)
        return self._annotator.annotate(" ".join(kept), today=days.today, values=values), passed_over

    def _follows(self, annotation: Annotation, reading: Reading) -> bool:
        """Whether the question only makes sense as a change to the one before."""
        opens = annotation.spans[0] if annotation.spans else None
        starts = annotation.tokens[0].norm if annotation.tokens else ""
        if starts in _CONNECTORS or (opens is not None and opens.is_cue("follow_up") and opens.start <= 1):
            return True
        if any(token.norm in _POINTING_BACK for token in annotation.tokens):
            return True
        last = next((token.norm for token in reversed(annotation.tokens) if token.norm.isalnum()), "")
        if last == "instead" or (closes_with_only(annotation) and not reading.metrics):
            return True
        ranked = reading.ranking and (reading.groups or reading.grain_target or reading.ranking.metric)
        named = reading.metrics or reading.implied or ranked or reading.wants_count or reading.wants_sum
        return not named

    def _opens_a_change(self, annotation: Annotation) -> bool:
        """ "same thing for 2025", "only the online orders", and nothing before them."""
        opens = annotation.spans[0] if annotation.spans else None
        return opens is not None and opens.start == 0 and opens.is_cue("follow_up")

    def _settle_splits(self, draft: _Draft) -> None:
        """What a figure must not be split by is said in words before any SQL is made; where another figure is meant
        then, that one is taken and said."""
        split = tuple(dict.fromkeys((*draft.groups, *(f.dimension for f in draft.filters))))
        settled: list[str] = []
        for name in draft.metrics:
            metric, used = self._model.metrics[name], name
            if obstacle := self._model.obstacle(name, split):
                by = self._model.dimensions[obstacle].label.lower()
                if metric.type != "derived" or not metric.otherwise or self._model.obstacle(metric.otherwise, split):
                    raise Unsupported(f"{metric.label} is not known per {by}: it belongs to the whole order.")
                used = metric.otherwise
                label = self._model.metrics[used].label.lower()
                draft.notes.append(f"{metric.label} is not known per {by}, so this is {label}.")
            settled += [used] if used not in settled else []
        draft.metrics = tuple(settled)

    # ── assembly ─────────────────────────────────────────────────────────────────────────────────────────

    def _draft(self, reading: Reading, times: Times, base: Context | None) -> _Draft:
        draft = _Draft(
            metrics=(),
            groups=tuple(reading.groups),
            filters=list(reading.filters),
            times=times,
            grain=times.grain,
            having=tuple(reading.having),
            share=reading.share,
            counts=reading.counts,
        )
        draft.metrics = self._metrics(reading, base, draft.notes)
        if base is not None:
            self._inherit(draft, reading, base.query)
        # A part of a ratio means nothing: "margin by category, in %" is the margin.
        draft.share = draft.share and not any(self._is_ratio(metric) for metric in draft.metrics)
        if draft.share and not draft.groups:
            draft.groups = tuple(reading.part) or tuple(
                dict.fromkeys(f.dimension for f in draft.filters if f.operator in ("eq", "in", "contains"))
            )
            draft.share = bool(draft.groups) or not reading.wants_sum
            if draft.share and not draft.groups:
                raise Unclear("The share of what? For example: the share of each category.")
        return draft

    def _inherit(self, draft: _Draft, reading: Reading, before: MetricQuery) -> None:
        """What a follow-up does not say stays as it was."""
        draft.grain = draft.grain or before.grain
        named = {f.dimension for f in draft.filters}
        draft.filters = [f for f in before.filters if f.dimension not in named] + draft.filters
        if not draft.groups:
            narrowed = {f.dimension for f in reading.filters if f.operator == "eq"}
            draft.groups = tuple(g for g in before.dimensions if g not in narrowed or draft.share)
        if reading.metrics and before.limit and draft.groups == before.dimensions and not reading.ranking:
            # "and ranked by orders?" after the first three: the first three by orders.
            descending = before.order[0].descending if before.order else True
            draft.order, draft.limit = (OrderBy(by=draft.metrics[0], descending=descending),), before.limit
        if not reading.metrics and not reading.ranking:
            draft.order, draft.limit = before.order, before.limit
            draft.having = draft.having or before.having
            draft.share = draft.share or before.share_of_total
            draft.counts = draft.counts or (before.count_groups and draft.groups == before.dimensions)
        if draft.times.grain and before.limit:
            # "by month" after a ranking: the line over time of the whole, not twelve rankings.
            draft.groups, draft.order, draft.limit = tuple(reading.groups), (), None

    def _metrics(self, reading: Reading, base: Context | None, notes: list[str]) -> tuple[str, ...]:
        metrics = list(reading.metrics)
        if reading.ranking and reading.ranking.metric:
            metrics = [reading.ranking.metric, *(m for m in metrics if m != reading.ranking.metric)]
        if metrics:
            return tuple(metrics)
        if base is not None:
            return base.query.metrics
        if reading.implied:
            return (reading.implied,)
        if reading.having:
            return tuple(dict.fromkeys(h.metric for h in reading.having))
        if reading.wants_count:
            return ("units",)
        if not reading.wants_sum:
            label = self._model.metrics[DEFAULT_METRIC].label.lower()
            notes.append(f"You named no figure, so this is {label}.")
        return (DEFAULT_METRIC,)

    def _rank(self, reading: Reading, draft: _Draft, base: Context | None) -> None:
        ranking = reading.ranking
        target = reading.grain_target
        if ranking and not draft.groups and draft.grain and base is None:
            # "best month", "which quarter had the highest": the unit of time is what is ranked.
            target = draft.grain
        if target:
            if draft.times.compare:
                raise Unsupported(f"I can rank the {target}s of one period, not yet against those of another.")
            draft.grain = target
            draft.order = (OrderBy(by=draft.metrics[0], descending=ranking.descending if ranking else True),)
            draft.limit = ranking.limit if ranking else None
        elif ranking:
            self._rank_things(reading, ranking, draft, base)
        elif reading.order:
            by = next((o.by for o in reading.order if o.by), draft.metrics[0])
            direction = next((o.descending for o in reading.order if not o.by), True)
            draft.order = (OrderBy(by=by, descending=direction),)

    def _rank_things(self, reading: Reading, ranking: Ranking, draft: _Draft, base: Context | None) -> None:
        if not draft.groups:
            draft.groups = tuple(f.dimension for f in reading.filters if f.operator == "in")[:1]
        if not draft.groups and base is None:
            extreme = "highest" if ranking.descending else "lowest"
            label = self._model.metrics[draft.metrics[0]].label.lower()
            options = tuple((word, f"{word} with the {extreme} {label}") for word in ("product", "customer", "month"))
            raise Unclear(f"The {extreme} {label} of what?", options)
        if len(draft.groups) > 1 or (draft.groups and draft.grain and base is None):
            raise Unsupported("I can rank one kind of thing at a time, not yet the first few of each group.")
        if reading.ranks_change:
            if draft.times.compare is None:
                raise Unclear("Grown or fallen from when to when? For example: this year against last year.")
            draft.order, draft.limit = (OrderBy(by="change", descending=ranking.descending),), ranking.limit
            return
        by = next((o.by for o in reading.order if o.by), draft.metrics[0])
        draft.metrics = (by, *(m for m in draft.metrics if m != by))
        draft.order = (OrderBy(by=by, descending=ranking.descending),)
        draft.limit = ranking.limit
        draft.grain = draft.grain if base is None else None

    def _is_ratio(self, name: str) -> bool:
        metric = self._model.metrics[name]
        return metric.type == "derived" and "/" in metric.expression

    def _average(self, annotation: Annotation, draft: _Draft) -> None:
        """ "average monthly revenue": the mean over the months that have sales."""
        if draft.metrics == ("orders",) and {"worth", "value", "size"} & {t.norm for t in annotation.tokens}:
            draft.metrics = ("average_order_value",)  # "what is an order worth on average"
        metric = self._model.metrics[draft.metrics[0]]
        if self._is_ratio(draft.metrics[0]) and not draft.grain:
            return
        if draft.grain is None or draft.groups or draft.times.compare:
            said = metric.label.lower()
            options = (
                ("per order", _restate(annotation, "average order value")),
                ("per month", _restate(annotation, f"average {said} per month")),
                ("per day", _restate(annotation, f"average {said} per day")),
            )
            raise Unclear(f"The average of {said} over what?", options)
        draft.metrics = draft.metrics[:1]
        draft.mean_over = draft.grain


def _restate(annotation: Annotation, figure: str) -> str:
    """The same question about another figure."""
    values = [f"for {annotation.said(span.start, span.end)}" for span in annotation.of(SpanKind.VALUE)]
    periods = [annotation.said(span.start, span.end) for span in annotation.of(SpanKind.PERIOD)]
    return " ".join((figure, *values, *periods))
