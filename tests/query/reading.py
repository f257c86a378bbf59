"""Reads whole questions, as the product does before it asks the data, over the values of a small shop."""

from functools import cache

from tests.query.conftest import TODAY, VALUES
from tools.language.annotator import Annotator
from tools.language.dictionary import Dictionary
from tools.language.periods import Calendar
from tools.language.values import ValueIndex
from tools.query.aliases import value_aliases
from tools.query.changes import Days
from tools.query.lexicon import build_lexicon
from tools.query.planner import Plan, Planner
from tools.query.questions import QuestionReader, context_of
from tools.semantics.loader import load_semantics


@cache
def _reader() -> QuestionReader:
    model = load_semantics()
    known = VALUES | {name: list(names) for name, names in model.fixed_values.items()}
    known |= {"product": [*VALUES["product"], "Tote Bag"], "brand": ["Kestrel Works"]}
    annotator = Annotator(build_lexicon(model), Calendar(country="DE"), Dictionary())
    days = Days(TODAY, TODAY.replace(year=2024), TODAY)
    return QuestionReader(model, Planner(model, annotator), annotator, days, ValueIndex(known, value_aliases(known)))


def read(question: str, *follow_ups: str) -> tuple[Plan, ...]:
    """The plans of a question, or of the last of several in one conversation. Raises Unclear or Unsupported."""
    plans = _reader().read(question)
    for following in follow_ups:
        plans = _reader().read(following, context_of(plans))
    return plans
