"""What people say beside their question: manners and moods ask for nothing, and what no shop records has no figure."""

import pytest

from tests.query.conftest import PlanIt
from tools.language.everyday import everyday_words
from tools.query.slots import Unclear, Unsupported


@pytest.mark.parametrize(
    ("said", "plainly"),
    [
        ("sales in April 2026, urgently", "sales in April 2026"),
        ("Blimey, how many orders in 2025", "how many orders in 2025"),
        ("I was wondering what the sodding refunds were in 2025", "what were the refunds in 2025"),
        ("top 3 products 2025, for the auditors", "top 3 products 2025"),
    ],
)
def test_manners_moods_and_occasions_change_no_figure(plan_it: PlanIt, said: str, plainly: str) -> None:
    assert plan_it(said).query == plan_it(plainly).query


@pytest.mark.parametrize("question", ["sales of darling in 2025", "orders in 2025 without Urgently"])
def test_a_word_that_something_points_at_may_be_a_thing(plan_it: PlanIt, question: str) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it(question)


@pytest.mark.parametrize(
    "question", ["how much were the wages in March", "payroll 2025", "how was the footfall in April", "rainfall in May"]
)
def test_what_no_shop_records_cannot_be_answered(plan_it: PlanIt, question: str) -> None:
    with pytest.raises(Unsupported):
        plan_it(question)


def test_each_word_is_of_one_kind() -> None:
    words = everyday_words()
    kinds = [words.chatter, words.absent, words.occasion, words.trade]
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))
