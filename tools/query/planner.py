"""A question → a MetricQuery, or a question back, or an honest no. No model takes part.

The reader (reading.py) fills the slots, times.py settles the periods; here they become a query. A follow-up changes
the query before it. What found no place is named or makes the planner ask: a word that could be a filter is never
dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from storage.metrics.model import SemanticModel
from storage.metrics.query import Grain, Having, MetricQuery, OrderBy, TimeRange
from tools.language.annotation import Annotation, SpanKind
from tools.language.annotator import Annotator
from tools.language.values import ValueIndex
from tools.query.added_up import are_added_up
from tools.query.analyses import Analysing, later_period
from tools.query.analysing import cut_analysis
from tools.query.asides import without_asides, without_courtesies
from tools.query.changes import Days
from tools.query.clocks import PART_OF_DAY, refuse_without_times
from tools.query.currencies import Asked, Currencies, asked_in, refuse_without_money, without_currency
from tools.query.draft import Context, Draft, Why
from tools.query.drawn import ChartKind
from tools.query.followups import follows_on, inherit, opens_a_change
from tools.query.leftovers import Leftovers
from tools.query.membership import MemberReader, Membership, cut_membership, refuse_lost
from tools.query.placing import rank_all
from tools.query.plainer import in_plain_words
from tools.query.pointing import points_nowhere, repeats
from tools.query.purposes import purposes_of, without
from tools.query.ranges import with_both_bounds
from tools.query.reading import read
from tools.query.sides import on_one_side
from tools.query.single_orders import ORDER
from tools.query.slots import DEFAULT_METRIC, Ranking, Reading, Unclear, Unsupported, whole
from tools.query.times import TimeReader, Times
from tools.query.traces import refuse_untraced
from tools.query.verdicts import hold_to_bound
from tools.query.vocabulary import GOODS, LESS_IS_BETTER
from tools.query.windows import gather

MOST_FIGURES = 8
MOST_GROUPS = 3
_REFERRING = frozenset("same it that other again this".split())
_LONGEST_PASSED_OVER = 80


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
    follows: bool = False
    """Whether it changes the question before it."""
    said: str = ""
    """The part of the sentence that it answers, where another part asks for something else."""
    why: Why | None = None
    """Set where what the change of the figure is made of is asked, and not the figure."""
    language: str | None = None
    """The code of the language that was asked in; None for English."""
    kind: ChartKind | None = None
    """What it is to be shown as, where the question says so."""
    together: bool = False
    """Whether the rows of a ranking are asked for as one figure: "our five best customers together"."""
    held_to: Having | None = None
    """The bound that the one figure is held to: "did we take over 1,000 yesterday"."""

    @property
    def context(self) -> Context:
        return Context(
            query=self.query,
            mean_over=self.mean_over,
            to_date=self.to_date,
            why=self.why is not None,
            language=self.language,
            kind=self.kind,
        )


class Planner:
    """Plans questions of one tenant's calendar over one semantic model."""

    def __init__(self, model: SemanticModel, annotator: Annotator, currencies: Currencies | None = None) -> None:
        self._model = model
        self._annotator = annotator
        self._currencies = currencies

    def plan(self, question: str, days: Days, values: ValueIndex, previous: Context | None = None) -> Plan:
        """Raises Unclear where the question must be asked back, Unsupported where it cannot be answered."""
        asked = cut_analysis(question)
        if asked is None:
            return self._plan(question, days, values, previous)
        plan = self._plan(asked.rest, days, values, None)
        if plan.mean_over:
            raise Unsupported("I cannot show the mean of who came back, or of what goes together.")
        query = self._analysing(days, values, plan.query.time).of(asked, plan.query)
        return replace(plan, query=query, notes=(*plan.notes, *asked.notes))

    def _analysing(self, days: Days, values: ValueIndex, earlier: TimeRange | None) -> Analysing:
        read_period = partial(later_period, self._annotator, days, values, earlier)
        return Analysing(self._model, read_period)

    def _plan(self, question: str, days: Days, values: ValueIndex, previous: Context | None) -> Plan:
        question = with_both_bounds(question)
        asked = without_currency(question, self._currencies) if self._currencies else Asked(question)
        annotation, passed_over = self._annotate(asked.text, days, values, previous)
        currency = asked_in(asked.currency, annotation, self._currencies) if self._currencies else None
        refuse_lost(annotation)
        membership: Membership | None = None
        if (cut := cut_membership(annotation)) is not None:
            annotate = partial(self._annotator.annotate, today=days.today, values=values)
            membership = MemberReader(self._model, annotate, values, days, self._annotator.calendar).read(cut)
            annotation = annotate(cut.rest)
        reading = read(self._model, annotation, values.has)
        base = _changed(annotation, reading, previous) if membership is None else None
        if base is not None:
            _take_bare_condition(reading, base)
            _take_place(annotation, reading, base)
            if "customer" in base.query.dimensions and reading.metrics == ["customers"] and not reading.wants_count:
                reading.metrics.clear()  # "that list with customers from the USA only": they are its rows
        self._refuse_missing(reading.groups, values)
        refuse_groups_beside_members(self._model, reading)
        Leftovers(self._model, annotation, reading, values, self._annotator.words).refuse(follows=base is not None)
        earlier = base.query.time if base else None
        times = TimeReader(annotation, reading, days, self._annotator.calendar, earlier).read()
        _refuse_what_asks_nothing(annotation, reading, times, base)
        draft = self._draft(annotation, reading, times, base)
        if membership is not None:
            membership.narrow(draft, reading, annotation, self._model)
        self._refuse_groups(draft, values)
        if reading.counts:
            draft.grain = draft.grain or reading.grain_target
        elif reading.average:
            self._average(annotation, draft)
        elif draft.mean_over:
            draft.metrics = draft.metrics[:1]
        else:
            self._rank(reading, draft, base)
        self._settle_splits(draft)
        self._settle_days(reading, draft)
        gather(self._model, reading, draft, base)
        self._check(annotation, reading, draft, follows=base is not None)
        if base is not None and base.query.analysis is not None and draft.mean_over:
            raise Unsupported("I cannot show the mean of who came back, or of what goes together.")
        draft.currency = currency or (base.query.currency if base else None)
        if currency:
            refuse_without_money(self._model, draft, currency)
        renamed = base is not None and bool(reading.metrics) and tuple(reading.metrics) != base.query.metrics
        carried = partial(
            self._analysing(days, values, draft.times.current).carried,
            base and base.query,
            renamed=renamed,
            moved=base is not None and draft.times.current != base.query.time,
        )
        query = draft.query() if draft.mean_over else carried(draft.query())
        _refuse_no_change(query, draft, base)
        return Plan(
            query=query,
            mean_over=draft.mean_over,
            notes=(*reading.notes, *times.notes, *(membership.notes if membership else ()), *draft.notes),
            ignored=(
                *(annotation.said(i, i + 1) for i in annotation.unknown if i not in reading.understood),
                *passed_over,
            ),
            corrections=tuple(
                (annotation.replaced | reading.corrections | (membership.mended if membership else {})).items()
            ),
            to_date=times.to_date or (base is not None and base.to_date and times.current == base.query.time),
            follows=base is not None,
            together=base is None and are_added_up(annotation, draft, self._model),
            held_to=draft.held_to,
        )

    def _settle_days(self, reading: Reading, draft: Draft) -> None:
        """ "the last order, which day": that is the answer; "Wednesday or Monday, which day": so are they."""
        only_days = all(self._model.metrics[metric].unit == "date" for metric in draft.metrics) and not draft.order
        if only_days or reading.implied_amount or (draft.grain == "day" and "weekday" in draft.groups):
            draft.grain = None

    def _check(self, annotation: Annotation, reading: Reading, draft: Draft, *, follows: bool) -> None:
        refuse_conditions(draft)
        refuse_untraced(annotation, reading, draft, follows=follows)
        self._refuse_days(draft)
        self._refuse_what_has_no_dates(draft)

    def _refuse_what_has_no_dates(self, draft: Draft) -> None:
        """Customers on file are those of today: no order dates them."""
        if not (draft.times.current or draft.times.compare or draft.grain):
            return
        for name in draft.metrics:
            entities = {base.entity for base in self._model.base_metrics(name).values()}
            if any(self._model.entities[entity].time is None for entity in entities):
                label = self._model.metrics[name].label
                raise Unsupported(f"{label} are known as of today only, not of a period.")

    def _refuse_days(self, draft: Draft) -> None:
        """A day is shown and ranked, and is no amount."""
        reckoned = draft.times.compare or draft.share or draft.window or draft.mean_over
        named = (*(draft.metrics if reckoned else ()), *(having.metric for having in draft.having))
        day = next((self._model.metrics[name] for name in named if self._model.metrics[name].unit == "date"), None)
        if day is not None:
            raise Unsupported(f"{day.label} is a day: I can show it and rank by it, not reckon with it.")
        split = (*draft.groups, *(item.dimension for item in draft.filters))
        aged = (bands for name in split if (bands := self._model.dimensions[name].bands) and bands.unit == "months")
        if draft.times.compare and any(aged):
            raise Unsupported("I can tell how long customers have been there for one period at a time.")

    def _refuse_groups(self, draft: Draft, values: ValueIndex) -> None:
        if len(draft.metrics) > MOST_FIGURES or len(draft.groups) > MOST_GROUPS:
            raise Unsupported(
                f"I can show up to {MOST_FIGURES} figures by up to {MOST_GROUPS} kinds of things at once."
            )
        self._refuse_missing(draft.groups, values)

    def _refuse_missing(self, groups: Iterable[str], values: ValueIndex) -> None:
        refuse_without_times(self._model, tuple(groups), has_times=values.has(PART_OF_DAY))
        for dimension in groups:
            if self._model.dimensions[dimension].values == "linked" and not values.has(dimension):
                raise Unsupported(
                    f"Your data says nothing about the {self._model.dimensions[dimension].label.lower()}.",
                    not_held=True,
                )

    def _annotate(
        self, question: str, days: Days, values: ValueIndex, previous: Context | None
    ) -> tuple[Annotation, tuple[str, ...]]:
        """The annotation of what asks for something, and what was passed over: "I am off to the bank."."""
        annotation, passed_over = self._what_asks(question, days, values)
        before = previous.query.metrics if previous is not None else ()
        return on_one_side(self._model, annotation, before, values), passed_over

    def _what_asks(self, question: str, days: Days, values: ValueIndex) -> tuple[Annotation, tuple[str, ...]]:
        question = in_plain_words(without_courtesies(question))
        whole = self._annotator.annotate(question, today=days.today, values=values)
        question, purposes = without(question, purposes_of(whole))
        if purposes:
            whole = self._annotator.annotate(question, today=days.today, values=values)
        kept = without_asides(whole)
        if not kept.left_out or cut_membership(whole) is not None:
            return whole, purposes
        passed_over = tuple(text[:_LONGEST_PASSED_OVER] for text in (*purposes, *kept.left_out))
        return self._annotator.annotate(kept.text, today=days.today, values=values), passed_over

    def _settle_splits(self, draft: Draft) -> None:
        """What a figure must not be split by is said in words before any SQL is made; where another figure is meant
        then, that one is taken and said."""
        split = tuple(dict.fromkeys((*draft.groups, *(f.dimension for f in draft.filters))))
        settled: list[str] = []
        for name in draft.metrics:
            metric, used = self._model.metrics[name], name
            if obstacle := self._model.obstacle(name, split):
                by = self._model.dimensions[obstacle].label.lower()
                if metric.type != "derived" or not metric.otherwise or self._model.obstacle(metric.otherwise, split):
                    raise Unsupported(f"{metric.label} is not known per {by}{self._whose(name)}.")
                used = metric.otherwise
                label = self._model.metrics[used].label.lower()
                draft.notes.append(f"{metric.label} is not known per {by}, so this is {label}.")
            settled += [used] if used not in settled else []
        draft.metrics = tuple(settled)

    def _whose(self, metric: str) -> str:
        """What a figure belongs to that cannot be split."""
        entities = {base.entity for base in self._model.base_metrics(metric).values()}
        return ": it belongs to the whole order" if "order" in entities else ""

    # ── assembly ─────────────────────────────────────────────────────────────────────────────────────────

    def _draft(self, annotation: Annotation, reading: Reading, times: Times, base: Context | None) -> Draft:
        draft = Draft(
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
            inherit(draft, annotation, reading, base)
        else:
            hold_to_bound(annotation, reading, draft)
        # A part of a ratio means nothing: "margin by category, in %" is the margin.
        draft.share = draft.share and not any(self._model.is_ratio(metric) for metric in draft.metrics)
        if draft.share and not draft.groups:
            draft.groups = tuple(reading.part) or tuple(
                dict.fromkeys(f.dimension for f in draft.filters if f.operator in ("eq", "in", "contains"))
            )
            draft.share = bool(draft.groups) or not reading.wants_sum
            if draft.share and not draft.groups:
                raise Unclear("The share of what? For example: the share of each category.")
        return draft

    def _metrics(self, reading: Reading, base: Context | None, notes: list[str]) -> tuple[str, ...]:
        metrics = list(reading.metrics)
        if reading.ranking and reading.ranking.metric:
            metrics = [reading.ranking.metric, *(m for m in metrics if m != reading.ranking.metric)]
        if metrics:
            return tuple(metrics)
        if base is not None:
            asked = reading.wants_count and not reading.groups and not base.query.having
            if asked and all(self._model.metrics[metric].unit == "money" for metric in base.query.metrics):
                return ("units",)  # "no, how many"
            counted = all(self._model.metrics[metric].unit != "money" for metric in base.query.metrics)
            return (DEFAULT_METRIC,) if reading.in_money and counted else base.query.metrics
        if reading.implied:
            return (reading.implied,)
        if reading.having:
            return tuple(dict.fromkeys(h.metric for h in reading.having))
        if reading.wants_count and base is None and not _is_about_goods(reading):
            raise Unclear("How many of what: orders, units or customers?")
        if reading.wants_count:
            return ("units",)
        if reading.wants_figures:
            raise Unclear("Which figures do you mean: for example net sales, orders or units?")
        if not reading.wants_sum:
            label = self._model.metrics[DEFAULT_METRIC].label.lower()
            notes.append(f"You named no figure, so this is {label}.")
        return (DEFAULT_METRIC,)

    def _rank(self, reading: Reading, draft: Draft, base: Context | None) -> None:
        if reading.placed or draft.placed:
            rank_all(draft)
            return
        ranking = reading.ranking
        if ranking and ranking.judged and draft.metrics[0] in LESS_IS_BETTER:
            ranking.descending = not ranking.descending
        target = reading.grain_target
        if ranking and not draft.groups and draft.grain:
            # "best month", "which quarter had the highest": the unit of time is what is ranked.
            target = draft.grain
        if target:
            if draft.times.compare:
                raise Unsupported(f"I can rank the {target}s of one period, not yet against those of another.")
            draft.grain = target
            draft.order = (OrderBy(by=draft.metrics[0], descending=ranking.descending if ranking else True),)
            draft.limit = ranking.limit if ranking else None
            draft.offset = _passed_over(ranking)
        elif ranking:
            self._rank_things(reading, ranking, draft, base)
        elif reading.order:
            by = next((o.by for o in reading.order if o.by), draft.metrics[0])
            direction = next((o.descending for o in reading.order if not o.by), True)
            draft.order = (OrderBy(by=by, descending=direction),)

    def _rank_things(self, reading: Reading, ranking: Ranking, draft: Draft, base: Context | None) -> None:
        if not draft.groups:
            draft.groups = tuple(f.dimension for f in reading.filters if f.operator == "in")[:1]
        if not draft.groups and base is None:
            extreme = "highest" if ranking.descending else "lowest"
            label = self._model.metrics[draft.metrics[0]].label.lower()
            options = tuple((word, f"{word} with the {extreme} {label}") for word in ("product", "customer", "month"))
            raise Unclear(f"The {extreme} {label} of what?", options)
        if base is None and len(draft.groups) == 1:
            self._rank_among_all(draft)
        ranked = [
            group for group in draft.groups if group in reading.each or not self._is_told_of_an_order(group, draft)
        ]
        several = len(ranked) > 1 or (draft.groups and draft.grain and base is None)
        if several and reading.implied_amount is None:
            self._rank_in_each(reading, draft, base)
        if reading.ranks_change:
            if draft.times.compare is None:
                raise Unclear("Grown or fallen from when to when? For example: this year against last year.")
            by = "change_pct" if reading.in_rates else "change"
            draft.offset = _passed_over(ranking)
            draft.order, draft.limit = (OrderBy(by=by, descending=ranking.descending),), ranking.limit
            return
        by = next((o.by for o in reading.order if o.by), draft.metrics[0])
        draft.metrics = (by, *(m for m in draft.metrics if m != by))
        draft.order = (OrderBy(by=by, descending=ranking.descending),)
        draft.limit = base.query.limit if base and base.query.limit and ranking.implied else ranking.limit
        draft.grain = draft.grain if base is None or draft.per == "time" else None
        draft.offset = _passed_over(ranking)

    def _rank_among_all(self, draft: Draft) -> None:
        """ "is Ernst Handel our best customer": among one alone anybody is the best."""
        (thing,) = draft.groups
        alone = [one for one in draft.filters if one.dimension == thing and one.operator == "eq"]
        if alone:
            draft.filters = [one for one in draft.filters if one not in alone]
            label = self._model.dimensions[thing].label.lower()
            draft.notes.append(f"{alone[0].values[0]} was ranked among all of that kind ({label}).")

    def _is_told_of_an_order(self, group: str, draft: Draft) -> bool:
        """ "the 5 biggest orders and where they came in": the channel of each."""
        return ORDER in draft.groups and self._model.is_told_of(group, ORDER)

    def _rank_in_each(self, reading: Reading, draft: Draft, base: Context | None) -> None:
        """ "the top 3 products in each category", "the best customer per month", "the best month of each country"."""
        things = [*draft.groups, *(["time"] if draft.grain else [])]
        each = [thing for thing in reading.each if thing in things]
        if not each and draft.grain:
            each = ["time"]
        if not each and base is not None and base.query.per in things:
            each = [base.query.per]
        if len(things) != 2 or len(each) != 1 or reading.ranks_change or draft.times.compare or draft.share:  # noqa: PLR2004
            raise Unsupported(
                "I can show the first few of one kind of thing in each of one other, and no more at once."
            )
        (draft.per,) = each
        if draft.per in draft.groups:
            draft.groups = (draft.per, *(group for group in draft.groups if group != draft.per))

    def _average(self, annotation: Annotation, draft: Draft) -> None:
        """ "average monthly revenue": the mean over the months that have sales."""
        if draft.metrics == ("orders",) and {"worth", "value", "size"} & {t.norm for t in annotation.tokens}:
            draft.metrics = ("average_order_value",)  # "what is an order worth on average"
        metric = self._model.metrics[draft.metrics[0]]
        if self._model.is_ratio(draft.metrics[0]) and not draft.grain:
            return
        if draft.grain is None and any(item.dimension == "weekday" and item.operator == "eq" for item in draft.filters):
            draft.grain = "day"  # "an average Saturday"
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


def _changed(annotation: Annotation, reading: Reading, previous: Context | None) -> Context | None:
    """The question that this one changes; None where it stands by itself. Raises Unclear where it changes one that
    there is not, or that got no answer."""
    if not follows_on(annotation, reading):
        return None
    if previous is not None and previous.unanswered:
        if reading.metrics and (annotation.of(SpanKind.PERIOD) or reading.filters or reading.groups or reading.ranking):
            return None
        raise Unclear(
            "I had no answer to your last question, so I cannot tell what this adds to it. What would you like to know?"
        )
    nowhere = points_nowhere(annotation)
    if previous is not None and previous.stale and (nowhere or repeats(annotation)):
        raise Unclear(
            "I had no answer to your last question, so I cannot tell what this refers to. What would you like to know?"
        )
    changes = nowhere or (opens_a_change(annotation) and not _asks_by_itself(annotation, reading))
    if previous is None and changes:
        raise Unclear("There is no question before this one that it could change. What would you like to know?")
    return previous


def _refuse_no_change(query: MetricQuery, draft: Draft, base: Context | None) -> None:
    """ "for the month as a whole", "both together": words of which nothing was read would only repeat the answer."""
    if base is not None and query == base.query and draft.mean_over == base.mean_over and not base.also:
        raise Unclear("I cannot tell what that changes. Could you say it in another way?")


def refuse_groups_beside_members(model: SemanticModel, reading: Reading) -> None:
    """ "northern countries vs Germany": members of two kinds, of which no row has both, or only some have."""
    named = {item.dimension: item.values[0] for item in reading.filters if item.operator in ("eq", "in")}
    for name, group in named.items():
        groups = model.dimensions[name].groups
        if groups and groups.of in named:
            raise Unclear(
                f"“{group}” is a group and “{named[groups.of]}” a single {model.dimensions[groups.of].label.lower()}: I can "
                "look at one of them at a time. Which do you mean?"
            )


def refuse_conditions(draft: Draft) -> None:
    if draft.counts and draft.share:
        raise Unsupported("I can count what meets a condition, not yet as a part of all.")
    if draft.counts and draft.times.compare:
        raise Unsupported("I can count what meets a condition in one period, not yet against another.")
    if draft.counts and len(draft.groups) + (draft.grain is not None) > 1:
        raise Unsupported("I can count all that meet a condition, not yet for each of something else.")
    if draft.having and not draft.groups and not draft.grain:
        raise Unsupported("I can apply a condition on figures to groups only, such as customers or products.")


def _refuse_what_asks_nothing(annotation: Annotation, reading: Reading, times: Times, base: Context | None) -> None:
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
    ) or not (annotation.spans or base):
        if any(token.norm in _REFERRING for token in annotation.tokens):
            raise Unclear("I cannot tell what that refers to. Could you name the figure that you mean?")
        raise Unsupported("I found no figure in your question.", unread=True)
    if (
        annotation.tokens
        and annotation.tokens[0].norm == "when"
        and not (reading.ranking or reading.grain_target or times.current or reading.metrics)
    ):
        raise Unsupported("I can tell how much and how many of something in a period, not yet when it happened.")


def _take_bare_condition(reading: Reading, base: Context) -> None:
    """ "and above 25,000?": of the figure that the condition before was about."""
    condition = reading.bare_condition
    if condition is None or not base.query.having:
        return
    changed = {"operator": condition.operator, "values": condition.values}
    reading.having.append(base.query.having[0].model_copy(update=changed))
    reading.used |= condition.spans


def _take_place(annotation: Annotation, reading: Reading, base: Context) -> None:
    """ "and the second?" after a ranking: that row of it."""
    if base.query.limit is None or not base.query.order or base.query.per or reading.ranking or reading.metrics:
        return
    for i, span in enumerate(annotation.spans):
        place = whole(span.number) if span.number is not None and span.number.ordinal else None
        if place and i not in reading.used and (not reading.groups or tuple(reading.groups) == base.query.dimensions):
            reading.place = place
            reading.used.add(i)


def _is_about_goods(reading: Reading) -> bool:
    """ "how many of the lanterns": they are counted. "How many in Meylan" may be people, or orders."""
    return any(
        name in {*GOODS, "sku", "supplier"} for name in (*reading.groups, *(item.dimension for item in reading.filters))
    )


def _passed_over(ranking: Ranking | None) -> int:
    """ "the third best month": the first two are."""
    return ranking.place - 1 if ranking is not None and ranking.place else 0


def _asks_by_itself(annotation: Annotation, reading: Reading) -> bool:
    """ "and, what landed yesterday?": a question that only begins like a change."""
    words = {token.norm for token in annotation.tokens}
    return bool(reading.metrics) or (bool(annotation.of(SpanKind.PERIOD)) and bool(words & {"what", "how"}))


def _restate(annotation: Annotation, figure: str) -> str:
    """The same question about another figure."""
    values = [f"for {annotation.said(span.start, span.end)}" for span in annotation.of(SpanKind.VALUE)]
    periods = [annotation.said(span.start, span.end) for span in annotation.of(SpanKind.PERIOD)]
    return " ".join((figure, *values, *periods))
