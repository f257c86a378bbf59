"""A question → a MetricQuery, or a question back, or an honest no. No model takes part.

The reader (reading.py) fills the slots; here periods, comparisons and follow-ups are settled, and everything that
found no place is either named or makes the planner ask: a word that could be a filter is never dropped.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import get_args

from pydantic import BaseModel, ConfigDict

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, Grain, MetricQuery, OrderBy, TimeRange
from tools.language.annotation import Annotation, SpanKind
from tools.language.annotator import Annotator
from tools.language.periods import ComparisonSpan, Period, PeriodSpan, RelativeShift, Unit, preceding, shift
from tools.language.periods.calendars import name_period, unit_start
from tools.language.values import ValueIndex
from tools.query.reading import Ranking, Reader, Reading, Unclear, Unsupported

DEFAULT_METRIC = "revenue"
_FILTER_PREPOSITIONS = frozenset("in for from via through at of by with without to on called named about".split())
_TREND: tuple[tuple[int, Grain], ...] = ((45, "day"), (190, "week"), (1_500, "month"), (3_700, "quarter"))
_CHANGE_WORDS = ("change", "compare")


class Context(BaseModel):
    """What a follow-up changes: the last query asked in a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: MetricQuery
    mean_over: Grain | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A query ready to run. `mean_over`: the figure is the mean over buckets of that grain. `notes` are told with
    the answer; `ignored` are words, as typed, that changed nothing."""

    query: MetricQuery
    mean_over: Grain | None = None
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()

    @property
    def context(self) -> Context:
        return Context(query=self.query, mean_over=self.mean_over)


@dataclass(frozen=True, slots=True)
class Known:
    """What the planner may know of the tenant's data. `today` is the day that questions are asked on."""

    today: date
    first: date | None
    last: date | None
    values: ValueIndex


@dataclass(frozen=True, slots=True)
class _Times:
    current: TimeRange | None = None
    compare: TimeRange | None = None
    grain: Grain | None = None
    notes: tuple[str, ...] = ()


class Planner:
    """Plans questions of one tenant's calendar over one semantic model."""

    def __init__(self, model: SemanticModel, annotator: Annotator) -> None:
        self._model = model
        self._annotator = annotator

    def plan(self, question: str, known: Known, previous: Context | None = None) -> Plan:
        """Raises Unclear where the question must be asked back, Unsupported where it cannot be answered."""
        annotation = self._annotator.annotate(question, today=known.today, values=known.values)
        reading = Reader(self._model, annotation).read()
        follows = previous is not None and self._follows(annotation, reading)
        base = previous if follows else None
        self._refuse_unknown_words(annotation, reading, follows=follows)
        times = self._times(annotation, reading, known, base)
        if not (reading.metrics or reading.groups or reading.filters or reading.ranking or base or reading.grain_target):
            if times.current is None and times.grain is None:
                raise Unsupported("I found no figure in your question.")
        plan = self._assemble(annotation, reading, times, known, base)
        self._check(plan.query)
        ignored = tuple(annotation.said(i, i + 1) for i in annotation.unknown)
        return replace(plan, ignored=ignored)

    # ── follow-ups ───────────────────────────────────────────────────────────────────────────────────────

    def _follows(self, annotation: Annotation, reading: Reading) -> bool:
        """Whether the question only makes sense as a change to the one before."""
        opens = annotation.spans[0] if annotation.spans else None
        opener = opens is not None and opens.is_cue("follow_up") and opens.start <= 1
        starts = annotation.tokens[0].norm if annotation.tokens else ""
        connected = opener or starts in ("and", "only", "just", "but", "now", "same", "instead", "without", "excluding")
        if connected:
            return True
        names_figure = bool(reading.metrics) or reading.ranking is not None or reading.wants_count or reading.wants_sum
        return not names_figure

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────

    def _refuse_unknown_words(self, annotation: Annotation, reading: Reading, *, follows: bool) -> None:
        """A word that nothing explains and that stands where a filter would must not vanish."""
        if not annotation.unknown:
            self._refuse_unused(annotation, reading)
            return
        nothing_known = not reading.used and not annotation.of(SpanKind.PERIOD) and not annotation.of(SpanKind.GRAIN)
        said = annotation.said(annotation.unknown[0], annotation.unknown[-1] + 1)
        if nothing_known or len(annotation.unknown) > 3:  # noqa: PLR2004
            raise Unsupported(f"I could not relate “{said[:120]}” to your figures.")
        for i in annotation.unknown:
            before = next(
                (annotation.tokens[j].norm for j in range(i - 1, -1, -1) if annotation.tokens[j].norm not in ("the", "a", "an", "our", "my")),
                "",
            )  # fmt: skip
            word = annotation.tokens[i].text
            if before in _FILTER_PREPOSITIONS or follows or word[:1].isupper() or annotation.tokens[i].norm.isdigit():
                raise Unclear(f"I found nothing called “{word}” in your data. What do you mean by it?")
        raise Unclear(f"I do not know what “{said[:120]}” means for your figures. Could you say it in another way?")

    def _refuse_unused(self, annotation: Annotation, reading: Reading) -> None:
        for i, span in enumerate(annotation.spans):
            if i in reading.used:
                continue
            said = annotation.said(span.start, span.end)
            if span.kind is SpanKind.NUMBER:
                raise Unclear(f"I do not know what the number {said} stands for. Could you say it in another way?")
            if span.is_cue("negation"):
                raise Unsupported(f"I cannot leave out what follows “{said}” yet.")
            if span.is_cue("more_than", "at_least", "less_than", "at_most", "equals") and not reading.having:
                raise Unsupported(f"I cannot apply the condition that “{said}” asks for.")

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────

    def _times(self, annotation: Annotation, reading: Reading, known: Known, base: Context | None) -> _Times:
        comparisons = [span.comparison for span in annotation.of(SpanKind.COMPARISON) if span.comparison]
        comparison = comparisons[0] if comparisons else None
        current = [span.period for span in annotation.of(SpanKind.PERIOD) if span.period]
        named = [*current, *(p for c in comparisons for p in (c.period, c.base) if p)]
        for period in named:
            if period.problem:
                raise Unsupported(period.problem)
            if period.start and period.start > known.today:
                raise Unsupported("That lies in the future: forecasts are not available yet, only what has happened.")
        notes = [
            f"“{annotation.said(p.tokens.start, p.tokens.stop)}” was read as {p.label}." for p in current if p.alternatives
        ]
        grain = self._grain(annotation, reading, known, current, base)
        earlier = base.query.time if base else None
        if annotation.shifts and earlier and comparison is None and len(current) <= 1:
            return _Times(self._shift(earlier, annotation.shifts[0]), None, grain, tuple(notes))
        if comparison is not None:
            base_period = comparison.base or (current[0] if current else None)
            now = _range(base_period.period) if base_period else earlier
            now, before = self._compared(now, comparison, known)
            if now.end and now.end > known.today + timedelta(days=1):
                notes.append(f"{now.label} is not over yet.")
            return _Times(now, before, grain, tuple(notes))
        if len(current) > 1:
            changes = annotation.cue(*_CHANGE_WORDS) is not None
            return self._several([_range(p.period) for p in current], grain, changes=changes, notes=tuple(notes))
        now = _range(current[0].period) if current else earlier
        if annotation.cue("change") and grain is None and not reading.ranking:
            if now is None:
                raise Unclear("Compared with which period? For example: last month against the month before.")
            return _Times(now, self._before(now), None, tuple(notes))
        return _Times(now, None, grain, tuple(notes))

    def _grain(
        self, annotation: Annotation, reading: Reading, known: Known, current: list[PeriodSpan], base: Context | None
    ) -> Grain | None:
        grains = [span.grain for span in annotation.of(SpanKind.GRAIN) if span.grain]
        if grains and grains[0].grain:
            return grains[0].grain
        if (grains or annotation.cue("trend")) and reading.grain_target is None:
            time = _range(current[0].period) if current else base.query.time if base else None
            start = (time and time.start) or known.first or known.today
            end = (time and time.end) or (known.last or known.today) + timedelta(days=1)
            return next((grain for limit, grain in _TREND if (end - start).days <= limit), "year")
        return None

    def _several(self, ranges: list[TimeRange], grain: Grain | None, *, changes: bool, notes: tuple[str, ...]) -> _Times:
        """Two periods: neighbours of one kind become rows, others are held against each other."""
        ordered = sorted(ranges, key=lambda r: r.start or date.min)
        if len(ordered) == 2 and (changes or ordered[0].end != ordered[1].start):  # noqa: PLR2004
            return _Times(ordered[1], ordered[0], grain, notes)
        contiguous = all(a.end == b.start for a, b in zip(ordered, ordered[1:], strict=False))
        kinds = {_kind(r) for r in ordered}
        if contiguous and len(kinds) == 1 and (kind := kinds.pop()):
            whole = TimeRange(start=ordered[0].start, end=ordered[-1].end, label=f"{ordered[0].label} – {ordered[-1].label}")
            return _Times(whole, None, grain or kind, notes)
        raise Unclear("I can hold two periods against each other, or one. Which do you mean?")

    def _compared(self, now: TimeRange | None, comparison: ComparisonSpan, known: Known) -> tuple[TimeRange, TimeRange]:
        """The period that is asked about and the earlier one. Where only the earlier one is named ("against last
        year"), the present one of its kind is meant, and both are cut to the days that have passed."""
        if comparison.period is not None:
            if now is not None:
                return now, _range(comparison.period.period)
            offset = comparison.period.offset
            if offset is None:
                raise Unclear(f"What shall I compare with {comparison.period.label}?")
            return self._to_date(offset.unit, offset.count, known)
        if now is not None and now.start and now.end:
            period = _as_period(now)
            if comparison.kind == "previous_year":
                return now, _range(shift(period, "year", -comparison.count))
            if comparison.unit:
                return now, _range(shift(period, comparison.unit, -comparison.count))
            return now, _range(preceding(period))
        if comparison.kind == "previous_year" or comparison.unit:
            return self._to_date(comparison.unit or "year", -comparison.count, known)
        raise Unclear("Which period shall I compare? For example: this year with the year before.")

    def _to_date(self, unit: Unit, count: int, known: Known) -> tuple[TimeRange, TimeRange]:
        start = unit_start(known.today, unit, self._annotator.calendar)
        end = known.today + timedelta(days=1)
        now = Period(start, end, "day", name_period(start, end, "day"))
        return _range(now), _range(shift(now, unit, count))

    def _before(self, now: TimeRange) -> TimeRange:
        if now.start is None or now.end is None:
            raise Unclear("An open period cannot be compared: please name its beginning and its end.")
        return _range(preceding(_as_period(now)))

    def _shift(self, time: TimeRange, move: RelativeShift) -> TimeRange:
        if time.start is None or time.end is None:
            raise Unclear("The period before has no beginning or no end: which period do you mean?")
        period = _as_period(time)
        count = -move.count if move.kind == "earlier" else move.count
        return _range(shift(period, move.unit, count) if move.unit else preceding(period, -count))

    # ── assembly ─────────────────────────────────────────────────────────────────────────────────────────

    def _assemble(
        self, annotation: Annotation, reading: Reading, times: _Times, known: Known, base: Context | None
    ) -> Plan:
        notes = [*reading.notes, *times.notes]
        metrics = self._metrics(reading, base, notes)
        groups = tuple(reading.groups)
        grain = times.grain
        filters = list(reading.filters)
        order: tuple[OrderBy, ...] = ()
        limit: int | None = None
        compare = times.compare
        share = reading.share
        having = tuple(reading.having)
        if base is not None:
            groups = groups or base.query.dimensions
            grain = grain or base.query.grain
            named = {f.dimension for f in filters}
            filters = [f for f in base.query.filters if f.dimension not in named] + filters
            if not reading.metrics and not reading.ranking:
                order, limit = base.query.order, base.query.limit
                having = having or base.query.having
                share = share or base.query.share_of_total
            if times.grain and base.query.limit:
                groups, order, limit = tuple(reading.groups), (), None
            single = [f.dimension for f in reading.filters if f.operator == "eq"]
            groups = tuple(g for g in groups if g not in single or g in reading.groups or share)
        if share and not groups:
            groups = tuple(dict.fromkeys(f.dimension for f in filters if f.operator in ("eq", "in", "contains")))
            if not groups:
                raise Unclear("The share of what? For example: the share of each category.")
        if reading.average:
            return self._mean(annotation, reading, metrics, groups, filters, times, grain, known, notes)
        if reading.ranking and not groups and grain and base is None:
            # "best month" and "which quarter had the highest": the unit of time is what is ranked.
            reading.grain_target = grain
        if reading.grain_target:
            grain = reading.grain_target
            order = (OrderBy(by=metrics[0], descending=reading.ranking.descending if reading.ranking else True),)
            limit = reading.ranking.limit if reading.ranking else None
        elif reading.ranking:
            metrics, order, limit, groups, grain = self._rank(reading, reading.ranking, metrics, groups, grain, base)
        elif reading.order:
            order = tuple(item if item.by else OrderBy(by=metrics[0], descending=item.descending) for item in reading.order)
        if having and not groups:
            raise Unsupported("I can apply a condition on figures to groups only, such as customers or products.")
        query = MetricQuery(
            metrics=metrics,
            dimensions=groups[:3],
            filters=tuple(filters),
            having=having,
            time=times.current,
            grain=grain,
            compare=compare,
            share_of_total=share,
            order=order,
            limit=limit,
        )
        return Plan(query=query, notes=tuple(notes), corrections=tuple(reading.corrections.items()))

    def _metrics(self, reading: Reading, base: Context | None, notes: list[str]) -> tuple[str, ...]:
        metrics = list(reading.metrics)
        if reading.ranking and reading.ranking.metric:
            metrics = [reading.ranking.metric, *(m for m in metrics if m != reading.ranking.metric)]
        if metrics:
            return tuple(metrics)
        if base is not None:
            return base.query.metrics
        if reading.having:
            return tuple(dict.fromkeys(h.metric for h in reading.having))
        if reading.wants_count:
            return ("units",)
        if not reading.wants_sum:
            label = self._model.metrics[DEFAULT_METRIC].label.lower()
            notes.append(f"You named no figure, so this is {label}.")
        return (DEFAULT_METRIC,)

    def _rank(
        self,
        reading: Reading,
        ranking: Ranking,
        metrics: tuple[str, ...],
        groups: tuple[str, ...],
        grain: Grain | None,
        base: Context | None,
    ) -> tuple[tuple[str, ...], tuple[OrderBy, ...], int | None, tuple[str, ...], Grain | None]:
        if not groups:
            values = [f.dimension for f in reading.filters if f.operator == "in"]
            groups = tuple(values[:1])
        if not groups and base is None:
            label = self._model.metrics[metrics[0]].label.lower()
            options = tuple((word, f"{word} with the {'highest' if ranking.descending else 'lowest'} {label}") for word in ("product", "customer", "month"))  # fmt: skip
            raise Unclear(f"The {'highest' if ranking.descending else 'lowest'} {label} of what?", options)
        if len(groups) > 1:
            raise Unsupported("I can rank one kind of thing at a time, not yet the first few of each group.")
        by = next((o.by for o in reading.order if o.by), metrics[0])
        ordered = (by, *(m for m in metrics if m != by))
        return ordered, (OrderBy(by=by, descending=ranking.descending),), ranking.limit, groups, grain if base is None else None

    def _mean(
        self,
        annotation: Annotation,
        reading: Reading,
        metrics: tuple[str, ...],
        groups: tuple[str, ...],
        filters: list[Filter],
        times: _Times,
        grain: Grain | None,
        known: Known,
        notes: list[str],
    ) -> Plan:
        """ "average monthly revenue": the mean over the months that have sales."""
        metric = self._model.metrics[metrics[0]]
        if "divided by" in metric.definition and not grain:
            query = MetricQuery(metrics=metrics, dimensions=groups, filters=tuple(filters), time=times.current)
            return Plan(query=query, notes=tuple(notes), corrections=tuple(reading.corrections.items()))
        if grain is None or groups or times.compare:
            said = metric.label.lower()
            options = (
                ("per order", self._restate(annotation, "average order value")),
                ("per month", self._restate(annotation, f"average {said} per month")),
                ("per day", self._restate(annotation, f"average {said} per day")),
            )
            raise Unclear(f"The average of {said} over what?", options)
        query = MetricQuery(metrics=metrics[:1], filters=tuple(filters), time=times.current, grain=grain)
        return Plan(query=query, mean_over=grain, notes=tuple(notes), corrections=tuple(reading.corrections.items()))

    def _restate(self, annotation: Annotation, figure: str) -> str:
        rest = [annotation.said(span.start, span.end) for span in annotation.of(SpanKind.PERIOD)]
        values = [f"for {annotation.said(span.start, span.end)}" for span in annotation.of(SpanKind.VALUE)]
        return " ".join((figure, *values, *rest))

    def _check(self, query: MetricQuery) -> None:
        """What the figures must not be split by is said in words before any SQL is made."""
        split = (*query.dimensions, *(f.dimension for f in query.filters))
        for metric in query.metrics:
            for base in self._model.base_metrics(metric).values():
                for dimension in split:
                    if not self._model.paths(dimension, base.entity):
                        what = self._model.metrics[metric].label
                        by = self._model.dimensions[dimension].label.lower()
                        raise Unsupported(f"{what} is not known per {by}: it belongs to the whole order.")


def _range(period: Period) -> TimeRange:
    return TimeRange(start=period.start, end=period.end, label=period.label)



def _as_period(time: TimeRange) -> Period:
    """A range with the unit it counts in, so that the period before it is named like it."""
    start, end = time.start, time.end
    if start and end and start.day == end.day == 1:
        months = (end.year - start.year) * 12 + end.month - start.month
        unit: Grain = "year" if months % 12 == 0 else "quarter" if months == 3 and start.month % 3 == 1 else "month"  # noqa: PLR2004
        return Period(start, end, unit, time.label)
    return Period(start, end, "day", time.label)


def _kind(time: TimeRange) -> Grain | None:
    """The calendar unit that a range is exactly one of."""
    if not time.start or not time.end:
        return None
    days = (time.end - time.start).days
    lengths: dict[Grain, tuple[int, int]] = {"day": (1, 1), "week": (7, 7), "month": (28, 31), "quarter": (90, 92), "year": (365, 366)}  # fmt: skip
    return next((grain for grain in get_args(Grain) if lengths[grain][0] <= days <= lengths[grain][1]), None)
