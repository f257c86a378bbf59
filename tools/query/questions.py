"""A question in the owner's words → one plan or several: what asks for two things is taken apart, and each part planned.

A question for reasons is planned as the question for the change it is about. A part that names no period or filter has
those of the part before it, and that is said.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from storage.metrics.model import SemanticModel
from storage.metrics.query import TimeRange
from tools.language.annotation import Annotation, Meaning, SpanKind
from tools.language.annotator import Annotator
from tools.language.periods import shift
from tools.language.standard import Names, in_standard_english
from tools.language.text import tokenize
from tools.language.trade_words import in_trade_english
from tools.language.values import ValueIndex
from tools.query.accounting import Accounts
from tools.query.analysing import cut_analysis
from tools.query.asides import without_courtesies
from tools.query.changes import Days, with_the_one_before
from tools.query.draft import Context, Why
from tools.query.followups import follows_on
from tools.query.forms import in_known_forms
from tools.query.last_times import cut_last_time, with_figure
from tools.query.manners import corrected_within, in_plain_manners
from tools.query.membership import cut_membership
from tools.query.parts import (
    Parts,
    asks_of_them,
    extremes_of,
    figures_apart,
    is_a_sentence,
    is_dated,
    is_of_all,
    is_of_those_people,
    may_name_both_ends,
    may_name_two_figures,
    parts_of,
    refers_back,
    without_same_time,
)
from tools.query.plainer import in_plain_words
from tools.query.planner import Plan, Planner
from tools.query.reading import read
from tools.query.single_orders import ORDER
from tools.query.slots import Unclear, Unsupported
from tools.query.stretches import as_period, as_range
from tools.query.vocabulary import EARNING, LESS_IS_BETTER
from tools.query.whys import Direction, WhyAsked, find_why
from tools.query.wording import filter_phrase

_COMPARED = frozenset("than versus vs against compared".split())
_A_FIGURE = re.compile(r"^\W*(?:and |so |ok )*(?:how (?:many|much)|what (?:was|were|is|are)|show|list|give|which|who)\b", re.IGNORECASE)  # fmt: skip
_SOME_PEOPLE = frozenset(["new_customers", "returning_customers"])
_NO_FIGURE = "You named no figure, so this is net sales."
_PERIODS = ("last month", "last week", "this year")


@dataclass(frozen=True, slots=True)
class QuestionReader:
    """Reads the questions of one tenant on one day."""

    model: SemanticModel
    planner: Planner
    annotator: Annotator
    days: Days
    values: ValueIndex

    def read(self, question: str, previous: Context | None = None) -> tuple[Plan, ...]:
        """A plan for each thing that is asked. Raises Unclear where the question must be asked back, Unsupported where it
        cannot be answered."""
        standard = self.in_standard_english(question)
        standard = in_trade_english(standard, Names(standard, self.values, self._is_a_term).hold)
        question = in_plain_manners(
            standard,
            follows=previous is not None,
            after=previous.query.time.start if previous is not None and previous.query.time is not None else None,
            is_name=Names(standard, self.values, self._is_a_term).hold,
        )
        question = in_known_forms(question, self.days.today, follows=previous is not None)
        if (corrected := self._corrected(question, previous)) is not None:
            return corrected
        plans = self._plans(question, previous)
        Accounts(self.model, self._annotate(without_courtesies(question)), plans).settle()
        return plans

    def _plans(self, question: str, previous: Context | None) -> tuple[Plan, ...]:
        if (happened := self._last_time(question, previous)) is not None:
            return (happened,)
        if (parted := self._parted(question, previous)) is not None:
            return parted
        plan = self._read(question, previous)
        if previous is None or not previous.also or not plan.follows:
            return (plan,)
        plans = [plan, *(self._read(question, other) for other in previous.also)]
        distinct = [one for i, one in enumerate(plans) if one.query not in [other.query for other in plans[:i]]]
        return tuple(distinct)

    def changes(self, question: str) -> bool:
        """Whether a question only makes sense as a change to one before it. Raises Unclear and Unsupported."""
        annotation = self._annotate(question)
        return follows_on(annotation, read(self.model, annotation, self.values.has))

    def may_be_one_query(self, question: str, previous: Context | None) -> bool:
        """Whether a question asks for one table of plain figures: not for reasons, for what customers did later or what
        goes together, nor for several things; and does not follow one that did."""
        text = without_courtesies(question)
        try:
            others = (
                self._find_why(question) is not None or cut_analysis(question) is not None or parts_of(text) is not None
            )
        except (Unclear, Unsupported):
            return False
        after = previous is not None and (previous.why or previous.also or previous.query.analysis is not None)
        return not (others or after or may_name_both_ends(text))

    def in_standard_english(self, question: str) -> str:
        """The question in the words that the planner knows, the names of the tenant's data and figures as they were."""
        return in_standard_english(question, self.values, self._is_a_term)

    def _is_a_term(self, word: str) -> bool:
        hits = self.annotator.lexicon.phrases.find(tokenize(word))
        return any(term.meaning in (Meaning.METRIC, Meaning.DIMENSION) for hit in hits for term in hit.meanings)

    def _corrected(self, question: str, previous: Context | None) -> tuple[Plan, ...] | None:
        """A sentence that takes back a part of itself: as if the right part had been asked next. None where it is none."""
        corrected = corrected_within(question)
        if corrected is None:
            return None
        try:
            before = self.read(corrected.said, previous)
            plans = self.read(corrected.meant, context_of(before))
        except (Unclear, Unsupported):
            if corrected.is_sure:
                raise
            return None
        return plans

    def _read(self, question: str, previous: Context | None) -> Plan:
        if (asked := self._find_why(question)) is not None:
            return self._why(asked, question, previous)
        plan = self.planner.plan(question, self.days, self.values, previous)
        if previous is not None and previous.why and plan.follows and not _A_FIGURE.match(question):
            return self._still_why(plan, previous)
        return plan

    def _last_time(self, question: str, previous: Context | None) -> Plan | None:
        """ "when did we last sell mocha, and how many that day": None where it asks for no such day."""
        cut = cut_last_time(in_plain_words(without_courtesies(question)))
        if cut is None:
            return None
        try:
            head = self._read(cut.head, previous)
        except (Unclear, Unsupported):
            return None
        return with_figure(cut, head, self._annotate, self.model)

    # ── several questions ────────────────────────────────────────────────────────────────────────────────

    def _parted(self, question: str, previous: Context | None) -> tuple[Plan, ...] | None:
        """None where the sentence asks for one thing, or for what one query holds."""
        text = without_courtesies(question)
        parts = parts_of(text)
        ends, apart = may_name_both_ends(text), parts is None and may_name_two_figures(text)
        if parts is None and not ends and not apart:
            return None
        whole = self._annotate(text)
        parts = (extremes_of(whole) if ends else None) or parts or (figures_apart(whole) if apart else None)
        if parts is None or (not parts.changes and cut_membership(whole) is not None):
            return None
        of_that_time = {i for i, part in enumerate(parts.texts) if i and without_same_time(part) != part}
        parts = replace(parts, texts=(parts.texts[0], *(without_same_time(part) for part in parts.texts[1:])))
        annotations = [self._annotate(part) for part in parts.texts]
        if any(refers_back(one) and not asks_of_them(one) for one in annotations[1:]):
            self._refuse_others_than_all(annotations)
            return None
        if not _names_a_figure(annotations[0]):
            return None
        try:
            plans = self._planned(parts, annotations, previous, of_that_time)
        except (Unclear, Unsupported):
            # As one it may still be understood; where it is not, its own problem is the one to tell.
            return None
        if plans is None or _asks_whose_they_are(plans) or self._is_one_query(plans, question, previous):
            return None
        return plans

    def _planned(
        self,
        parts: Parts,
        annotations: Sequence[Annotation],
        previous: Context | None,
        of_that_time: Set[int] = frozenset(),
    ) -> tuple[Plan, ...] | None:
        """The parts' plans; None where what a part leaves out could be meant in more than one way. `of_that_time` are
        those that say they are of the time of the part before, and so of all that was done in it."""
        plans: list[Plan] = []
        texts = list(parts.texts)
        if not is_dated(annotations[0]) and previous is None and is_dated(annotations[-1]) and not parts.changes:
            if is_a_sentence(annotations[0]):
                return None
            texts[0] = f"{texts[0]} {_dates(annotations[-1])}"  # "top product and top customer this year"
        for i, (text, annotation) in enumerate(zip(texts, annotations, strict=True)):
            if not i:
                plans.append(replace(self._read(text, previous), said=parts.texts[0]))
                continue
            before = plans[-1]
            if parts.changes or asks_of_them(annotation):
                plan = self._read(text, before.context)
                if not plan.follows:
                    return None
                plans.append(replace(plan, said=text))
                continue
            if not _names_a_figure(annotation):
                plan = self._read(f"and {text}", before.context) if is_dated(annotation) else None
                if plan is None or not plan.follows or plan.query.metrics != before.query.metrics:
                    return None
                plans.append(replace(plan, said=text))  # "new customers this month and how many last month"
                continue
            shown = before.query.limit is not None or before.query.dimensions or before.query.grain
            bare = not (
                is_dated(annotation) or annotation.of(SpanKind.VALUE) or is_of_all(annotation) or i in of_that_time
            )
            plan = self._after(text, annotation, before, of_all=i in of_that_time)
            if shown and bare and not (plan.query.limit or plan.query.dimensions or plan.query.grain):
                return None  # "which month was the best and how much did we make": in that month
            plans.append(plan)
        return tuple(plans)

    def _after(self, text: str, annotation: Annotation, before: Plan, *, of_all: bool = False) -> Plan:
        """A part by itself, with the period and the filters of the one before where it names none; if it is `of_all`,
        with the period alone."""
        time, taken = before.query.time, list[str]()
        plan = self._read(text, None)
        if not is_dated(annotation) and time is not None and plan.query.time is None:
            if plan.why is not None:
                raise Unclear("In which period?")
            plan = replace(plan, query=plan.query.model_copy(update={"time": time}), to_date=before.to_date)
            taken.append(time.label or "the same days")
        named = {item.dimension for item in plan.query.filters} | {*plan.query.dimensions}
        filters = [item for item in before.query.filters if item.dimension not in named]
        if filters and not plan.query.filters and not (of_all or is_of_all(annotation)):
            metrics = (*plan.query.metrics, *(having.metric for having in plan.query.having))
            if any(self.model.obstacle(metric, [item.dimension for item in filters]) for metric in metrics):
                raise Unclear("Is that of the whole?")
            plan = replace(plan, query=plan.query.model_copy(update={"filters": tuple(filters)}))
            taken += [filter_phrase(self.model, item) for item in filters]
        notes = (f"“{text}” was taken for {' '.join(taken)} too.",) if taken else ()
        return replace(plan, said=text, notes=(*plan.notes, *notes))

    def _refuse_others_than_all(self, annotations: Sequence[Annotation]) -> None:
        """ "how many new customers and how many orders did they place": those of everybody would be another figure."""
        counted = next(
            (name for span in annotations[0].spans for name in span.ids(Meaning.METRIC) if name in _SOME_PEOPLE), ""
        )
        figures = {name for one in annotations[1:] for span in one.spans for name in span.ids(Meaning.METRIC)}
        if counted and figures and any(is_of_those_people(one) for one in annotations[1:]):
            label = self.model.metrics[counted].label.lower()
            raise Unsupported(f"I can count {label}, not yet say what these alone did.")

    def _is_one_query(self, plans: Sequence[Plan], question: str, previous: Context | None) -> bool:
        """Whether the sentence as a whole is planned as one query with the figures of all parts."""
        first = plans[0].query
        plain = all(
            plan.why is None
            and plan.mean_over is None
            and not plan.query.limit
            and plan.query.model_copy(update={"metrics": first.metrics}) == first
            for plan in plans
        )
        if not plain:
            return False
        try:
            whole = self._read(question, previous)
        except (Unclear, Unsupported):
            return False
        figures = {metric for plan in plans for metric in plan.query.metrics}
        return figures <= {*whole.query.metrics} and whole.query.model_copy(update={"metrics": first.metrics}) == first

    def _annotate(self, text: str) -> Annotation:
        return self.annotator.annotate(text, today=self.days.today, values=self.values)

    # ── reasons ──────────────────────────────────────────────────────────────────────────────────────────

    def _find_why(self, question: str) -> WhyAsked | None:
        question = without_courtesies(question)
        if find_why(question) is None:
            return None
        annotation = self._annotate(question)
        named = (annotation.said(span.start, span.end) for span in annotation.of(SpanKind.VALUE) if span.whole)
        return find_why(question, tuple(named))

    def _why(self, asked: WhyAsked, question: str, previous: Context | None) -> Plan:
        if asked.is_bare:
            return self._of_the_answer_before(asked, previous)
        if not asked.tells_a_change:
            raise Unsupported(
                "I can say what the change of a figure from one period to another is made of, not why things are as they are. "
                "For example: why did sales fall last month?"
            )
        annotation = self._annotate(asked.rest)
        rest, unnamed = asked.rest, ()
        refers = previous is not None and refers_back(annotation)
        if (
            not refers
            and not any(span.ids(Meaning.METRIC) for span in annotation.spans)
            and not EARNING & {token.norm for token in annotation.tokens}
        ):
            # "why did produce drop": with a figure behind it an everyday word is the name that it is.
            rest = re.sub(r"\bchange\b", "sales change", rest, count=1)
            unnamed = (_NO_FIGURE,) if rest != asked.rest else ()
        try:
            plan = self.planner.plan(rest, self.days, self.values, previous)
        except Unclear as problem:
            if problem.question.startswith("Compared with which period?"):
                raise _when(question) from problem
            raise
        _refuse_things_held_against_each_other(annotation, plan)
        return self._explained(replace(plan, notes=(*plan.notes, *unnamed)), asked, question)

    def _of_the_answer_before(self, asked: WhyAsked, previous: Context | None) -> Plan:
        """ "why was that": the change of what was answered last."""
        if previous is None or previous.unanswered or previous.stale:
            raise Unclear(
                "Why what? Please name the figure and the period, for example: why did sales fall last month?"
            )
        query = previous.query.model_copy(update={"order": (), "limit": None, "offset": 0, "per": None})
        grouped = query.grain is not None or (query.dimensions and query.compare is None)
        if grouped and not previous.why:
            raise Unclear(
                "Which change do you mean? Please name the figure and the period, for example: why did sales fall last month?"
            )
        plan = Plan(query=query, mean_over=previous.mean_over, to_date=previous.to_date, follows=True)
        return self._explained(plan, asked, "why")

    def _still_why(self, plan: Plan, previous: Context) -> Plan:
        """ "and by country?", "what about the UK only", "and in April?" after a question for reasons."""
        query = plan.query
        if query.grain or query.limit or query.having or query.count_groups or query.share_of_total or query.window:
            return plan
        before = previous.query
        if (
            query.compare is None
            and query.time
            and query.time.start
            and query.time.end
            and before.time
            and before.compare
        ):
            query = query.model_copy(
                update={"compare": _as_far_back(query.time, before.time, before.compare, self.days)}
            )
        return self._explained(replace(plan, query=query), WhyAsked("-"), "why")

    def _explained(self, plan: Plan, asked: WhyAsked, question: str) -> Plan:
        query = plan.query
        if query.grain or query.window or query.having or query.count_groups or query.share_of_total or plan.mean_over:
            raise Unsupported(
                "I can explain how one figure changed from one period to another: please name the two periods."
            )
        metric, *others = query.metrics
        if others:
            named = [self.model.metrics[name].label.lower() for name in query.metrics]
            when = f" in {query.time.label}" if query.time and query.time.label else ""
            options = tuple((label, f"why did {label} change{when}") for label in named)
            raise Unclear("I can explain one figure at a time. Which do you mean?", options)
        if len(query.dimensions) > 1:
            raise Unsupported("I can take a change apart by one kind of thing at a time.")
        if query.time is None:
            raise _when(question)
        if query.time.start is None or query.time.end is None:
            raise Unclear("An open period cannot be compared: please name its beginning and its end.")
        now, before = (query.time, query.compare) if query.compare else with_the_one_before(query.time, self.days)
        by = next(iter(query.dimensions), None)
        explained = query.model_copy(
            update={"time": now, "compare": before, "order": (), "limit": None, "offset": 0, "per": None}
        )
        claim = _claimed(asked, metric)
        return replace(plan, query=explained, ignored=(*plan.ignored, *asked.passed_over), why=Why(by, claim))


def context_of(plans: Sequence[Plan]) -> Context:
    """What a conversation keeps of the plans of one question."""
    first, *also = (plan.context for plan in plans)
    return first.model_copy(update={"also": tuple(also)})


def _asks_whose_they_are(plans: Sequence[Plan]) -> bool:
    """ "the three largest orders, and who was the customer": single orders are shown with theirs."""
    first, *others = (plan.query for plan in plans)
    return ORDER in first.dimensions and all(
        query.metrics == ("customers",) and {*query.dimensions} <= {"customer"} and not query.limit for query in others
    )


def _names_a_figure(annotation: Annotation) -> bool:
    """Whether a part asks for something itself: "how many below" does not."""
    cues = ("rank_high", "rank_low", "rank_metric")
    named = any(span.ids(Meaning.METRIC) or span.is_cue(*cues) for span in annotation.spans)
    said = {token.norm for token in annotation.tokens}
    return named or bool(EARNING & said) or "total" in said


def _dates(annotation: Annotation) -> str:
    """The periods of a part, as typed, with the words before them that belong to them: "in May"."""
    found: list[str] = []
    for span in annotation.of(SpanKind.PERIOD):
        opens = span.start > 0 and annotation.tokens[span.start - 1].norm in ("in", "during", "for", "on", "since")
        found.append(annotation.said(span.start - opens, span.end))
    return " ".join(found)


def _refuse_things_held_against_each_other(annotation: Annotation, plan: Plan) -> None:
    """ "why is Germany selling less than France" is about no change."""
    held = _COMPARED & {token.norm for token in annotation.tokens}
    dated = bool(annotation.of(SpanKind.COMPARISON)) or len(annotation.of(SpanKind.PERIOD)) > 1
    if held and not (dated and plan.query.compare):
        raise Unsupported(
            "I can explain how a figure changed from one period to another, not yet why one thing differs from another."
        )


def _claimed(asked: WhyAsked, metric: str) -> Direction | None:
    """ "so bad" is a rise of refunds and a fall of sales."""
    if not (asked.judged and asked.claim and metric in LESS_IS_BETTER):
        return asked.claim
    return "down" if asked.claim == "up" else "up"


def _when(question: str) -> Unclear:
    bare = question.rstrip(" ?!.")
    options = tuple((f"{period}, against the one before", f"{bare} {period}") for period in _PERIODS)
    return Unclear("In which period? A change needs one: for example last month, against the month before.", options)


def _as_far_back(now: TimeRange, before: TimeRange, compare: TimeRange, days: Days) -> TimeRange:
    """What a period is held against in a conversation: the same a year before where that was so, else the one before it."""
    for years in (1, 2):
        moved = shift(as_period(before), "year", -years)
        if (moved.start, moved.end) == (compare.start, compare.end):
            return as_range(shift(as_period(now), "year", -years))
    return with_the_one_before(now, days)[1]
