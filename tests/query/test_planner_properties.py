"""Whatever words are put together, the planner plans, asks back or refuses, and what it plans can be compiled."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.metrics.compiler import Compiler
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tests.query.conftest import VALUES, PlanIt
from tools.query.draft import Context
from tools.query.planner import Plan
from tools.query.slots import Unclear, Unsupported
from tools.semantics.loader import load_semantics

MODEL = load_semantics()
COMPILER = Compiler(MODEL, mapped_classes(Base))
FIGURES = sorted({s for m in MODEL.metrics.values() for s in (m.label, *m.synonyms[:3])})
THINGS = sorted({s for d in MODEL.dimensions.values() for s in (d.label, *d.synonyms[:3])})
NAMES = sorted(value for values in VALUES.values() for value in values)
CUES = (
    "top 5", "worst", "best", "highest", "which", "who", "by", "per", "each", "share of", "% of", "not", "without", "except",
    "more than 3", "over £100", "under 1e400", "at least", "average", "how many", "how much", "vs", "compared to", "and",
    "only", "growth", "trend", "change", "together", "sorted by", "ascending", "what about", "same", "those", "or",
)  # fmt: skip
PERIODS = (
    "in 2025", "last month", "this year", "yesterday", "by month", "per week", "daily", "which day", "2024 and 2025", "Q1",
    "vs last year", "since March", "before 2024", "the year before", "31 February", "next year", "in May", "month", "quarter",
)  # fmt: skip
ODD = ("", "?", "'", '"', "\x00", "999999999999999999999", "-1", "1.5", "½", "٣", "🙂", "ﬁ", "%", "$", "a" * 300)
words = st.sampled_from((*FIGURES, *THINGS, *NAMES, *CUES, *PERIODS, *ODD)) | st.text(max_size=8)
questions = st.lists(words, max_size=14).map(" ".join)


def planned(plan_it: PlanIt, question: str, context: Context | None) -> Plan | None:
    try:
        plan = plan_it(question, context)
    except (Unclear, Unsupported):
        return None
    # As it is run: ages are counted up to the day that is taken for today.
    COMPILER.compile(plan.query.model_copy(update={"as_of": date(2026, 11, 2)}))
    return plan


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(conversation=st.lists(questions, min_size=1, max_size=3))
def test_any_words_are_planned_asked_back_or_refused(plan_it: PlanIt, conversation: list[str]) -> None:
    context = None
    for question in conversation:
        plan = planned(plan_it, question, context)
        if plan is not None:
            # A context is kept as JSON between two questions.
            context = Context.model_validate_json(plan.context.model_dump_json())
            assert context == plan.context
