"""A question in the owner's words → plans: the planner's, with what it cannot see in one query put before and behind it.

A question for reasons is planned as the question for the change it is about.
"""

import re
from dataclasses import dataclass, replace

from storage.metrics.model import SemanticModel
from storage.metrics.query import TimeRange
from tools.language.annotation import SpanKind
from tools.language.annotator import Annotator
from tools.language.periods import shift
from tools.language.values import ValueIndex
from tools.query.asides import without_courtesies
from tools.query.changes import Days, with_the_one_before
from tools.query.draft import Context, Why
from tools.query.planner import Plan, Planner
from tools.query.slots import Unclear, Unsupported
from tools.query.stretches import as_period, as_range
from tools.query.vocabulary import LESS_IS_BETTER
from tools.query.whys import Direction, WhyAsked, find_why

_COMPARED = frozenset("than versus vs against compared".split())
_A_FIGURE = re.compile(r"^\W*(?:and |so |ok )*(?:how (?:many|much)|what (?:was|were|is|are)|show|list|give|which|who)\b", re.IGNORECASE)  # fmt: skip
_PERIODS = ("last month", "last week", "this year")


@dataclass(frozen=True, slots=True)
class QuestionReader:
    """Reads the questions of one tenant on one day."""

    model: SemanticModel
    planner: Planner
    annotator: Annotator
    days: Days
    values: ValueIndex

    def read(self, question: str, previous: Context | None = None) -> Plan:
        """Raises Unclear where the question must be asked back, Unsupported where it cannot be answered."""
        if (asked := self._find_why(question)) is not None:
            return self._why(asked, question, previous)
        plan = self.planner.plan(question, self.days, self.values, previous)
        if previous is not None and previous.why and plan.follows and not _A_FIGURE.match(question):
            return self._still_why(plan, previous)
        return plan

    # ── reasons ──────────────────────────────────────────────────────────────────────────────────────────

    def _find_why(self, question: str) -> WhyAsked | None:
        question = without_courtesies(question)
        if find_why(question) is None:
            return None
        annotation = self.annotator.annotate(question, today=self.days.today, values=self.values)
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
        try:
            plan = self.planner.plan(asked.rest, self.days, self.values, previous)
        except Unclear as problem:
            if problem.question.startswith("Compared with which period?"):
                raise _when(question) from problem
            raise
        self._refuse_things_held_against_each_other(asked.rest, plan)
        return self._explained(plan, asked, question)

    def _of_the_answer_before(self, asked: WhyAsked, previous: Context | None) -> Plan:
        """ "why was that": the change of what was answered last."""
        if previous is None or previous.unanswered or previous.stale:
            raise Unclear(
                "Why what? Please name the figure and the period, for example: why did sales fall last month?"
            )
        query = previous.query.model_copy(update={"order": (), "limit": None})
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
        if len(query.metrics) > 1:
            named = [self.model.metrics[metric].label.lower() for metric in query.metrics]
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
        by = query.dimensions[0] if query.dimensions else None
        explained = query.model_copy(update={"time": now, "compare": before, "order": (), "limit": None, "per": None})
        claim = _claimed(asked, query.metrics[0])
        return replace(plan, query=explained, ignored=(*plan.ignored, *asked.passed_over), why=Why(by, claim))

    def _refuse_things_held_against_each_other(self, rest: str, plan: Plan) -> None:
        """ "why is Germany selling less than France" is about no change."""
        annotation = self.annotator.annotate(rest, today=self.days.today, values=self.values)
        held = _COMPARED & {token.norm for token in annotation.tokens}
        periods = len(annotation.of(SpanKind.PERIOD)) + len(annotation.of(SpanKind.COMPARISON))
        dated = bool(annotation.of(SpanKind.COMPARISON)) or periods > 1
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
