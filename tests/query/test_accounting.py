"""A question is answered only where the queries hold what was said: a bucket of time, a running total, somebody by name."""

import pytest

from tests.query.conftest import TODAY, VALUES, PlanIt
from tests.query.test_wording_of_owners import eq, shape
from tools.language.annotator import Annotator
from tools.language.dictionary import Dictionary
from tools.language.periods import Calendar
from tools.language.values import ValueIndex
from tools.query.accounting import Accounts
from tools.query.aliases import value_aliases
from tools.query.lexicon import build_lexicon
from tools.query.planner import Plan
from tools.query.slots import Unclear
from tools.semantics.loader import load_semantics

MODEL = load_semantics()
ANNOTATOR = Annotator(build_lexicon(MODEL), Calendar(country="DE"), Dictionary())
INDEX = ValueIndex(VALUES, value_aliases(VALUES))


def settle(question: str, *plans: Plan) -> None:
    Accounts(MODEL, ANNOTATOR.annotate(question, today=TODAY, values=INDEX), plans).settle()


@pytest.mark.parametrize(
    ("asked", "planned"),
    [
        ("sales 2025 month by month", "sales 2025"),
        ("cumulative sales 2025 by month", "sales 2025 by month"),
        ("how many customers with more than 3 orders in 2025", "customers with more than 3 orders in 2025"),
        ("how many new customers in 2025, it was their first order then", "first order in 2025"),
        ("sales 2025, who was it", "sales 2025"),
        ("how many of those in 2025", "units 2025"),
    ],
)
def test_a_plan_that_lacks_what_was_said_is_asked_back(plan_it: PlanIt, asked: str, planned: str) -> None:
    with pytest.raises(Unclear):
        settle(asked, plan_it(planned))


@pytest.mark.parametrize(
    "question",
    [
        "sales 2025 month by month",
        "average sales per month in 2025",
        "cumulative sales 2025 by month",
        "customers with more than 3 orders in 2025",
        "which customers have more than 3 orders in 2025 and how many orders each",
        "customers with at least 10 orders in 2025 and how many orders they made",
        "who spent the most in 2025",
        "Germany or France, who brought more in 2025",
        "sales 2025 by quarter instead of by month",
        "first order of Kim Lee, which day",
    ],
)
def test_a_plan_that_holds_it_is_answered(plan_it: PlanIt, question: str) -> None:
    settle(question, plan_it(question))


def test_a_change_to_the_question_before_may_point_at_its_things(plan_it: PlanIt) -> None:
    first = plan_it("orders of Kim Lee in 2025")
    settle("how many of those in May", plan_it("how many of those in May", first.context))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("the articles that belong to Kitchen, what turnover had we with these in 2025", eq("category", "Kitchen")),
        ("goods of category Kitchen, in 2025 how much sales did they make", eq("category", "Kitchen")),
    ],
)
def test_a_topic_before_the_question_is_no_list(plan_it: PlanIt, question: str, expected: dict[str, object]) -> None:
    read = shape(plan_it, question)
    assert read["filters"] == [expected]
    assert "dimensions" not in read


def test_who_paid_a_figure_is_no_row_of_it(plan_it: PlanIt) -> None:
    assert "dimensions" not in shape(
        plan_it, "the shipping that customers paid us, how much was that over the whole of 2025"
    )


@pytest.mark.parametrize(
    "question",
    [
        "Kitchen: q1 of 2024 to q1 of 2025, the revenue increased what percentage?",
        "of how many percent did move the kitchen sales between the first quarter 2024 and the first quarter 2025",
        "kitchen sales, by what percent did they go up from q1 2024 to q1 2025",
    ],
)
def test_the_percentage_of_a_change_is_no_share(plan_it: PlanIt, question: str) -> None:
    read = shape(plan_it, question)
    assert (read["time"], read["compare"]) == (("2025-01-01", "2025-04-01"), ("2024-01-01", "2024-04-01"))
    assert "share_of_total" not in read


def test_a_percentage_of_the_whole_is_a_share_beside_a_change(plan_it: PlanIt) -> None:
    assert shape(plan_it, "which part of the 2025 sales was Kitchen")["share_of_total"]
