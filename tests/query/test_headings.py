"""A word like the heading of a column is split by, or asked back: it is never passed over."""

import pytest

from tests.query.conftest import PlanIt
from tests.query.test_accounting import settle
from tools.query.slots import Unclear


@pytest.mark.parametrize(
    ("asked", "planned"),
    [
        ("sales of Germany 2025 month", "sales of Germany 2025"),
        ("profit and orders month month in 2025", "profit and orders 2025"),
        ("orders 2025, quarter", "orders 2025"),
        ("discounts 2025 / week", "discounts 2025"),
        ("how was the turnover of Kitchen in 2025 for quarter?", "sales of Kitchen in 2025"),
        ("which was the day with fewer orders in May 2025", "orders in May 2025"),
        ("the strongest seller in each country in 2025", "the country with the highest sales in 2025"),
    ],
)
def test_a_heading_that_nothing_is_split_by_is_asked_back(plan_it: PlanIt, asked: str, planned: str) -> None:
    with pytest.raises(Unclear):
        settle(asked, plan_it(planned))


@pytest.mark.parametrize(
    "question",
    [
        "sales of the month of May 2025",
        "orders in 2025 by month",
        "the day of the week with the most orders",
        "sales from 9 May 2025 to 15 May 2025, both days included",
        "the country with the highest sales in 2025",
        "the best product in each country in 2025",
        "how many customers bought Kitchen in 2025",
    ],
)
def test_what_is_split_or_only_names_a_period_is_answered(plan_it: PlanIt, question: str) -> None:
    settle(question, plan_it(question))
