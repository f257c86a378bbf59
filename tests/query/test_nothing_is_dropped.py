"""What is named in a question is in the query that answers it, or is asked back: names, splits, weekdays, clauses that ask."""

import pytest

from tests.query.reading import read
from tools.query.slots import Unclear, Unsupported


@pytest.mark.parametrize(
    "question",
    [
        "Linen Napkins are better from the boards? pieces, in the store, in this month",
        "cheese do we sell? how much if yes",
        "sales by German city",
        "net sales of the two channels and the store, last week",
        "shipping split into Germany and each other country, last quarter",
        "Blue Enamel Mug, Linen Napkins: rank them by bags",
        "on what day is there less work, monday or which",
        "how many orders mon till wed",
        "orders Monday vs Friday, since 2025",
        "what day of the week do the German customers order most",
        "what time is it usually the busiest on a Saturday",
        "orders per month, weekday only",
        "sales in the first full quarter of trading",
        "shipping in the September quarter 2025",
        "have all invoices of April been paid?",
        "what do people pay with online? amounts for this month",
        "refunds this week, who did them",
        "sales in France in 2025 and in Germany in 2024",
        "sales in 2025 of France and in 2024 of Germany",
        "discounts given in 2025, and what percentage of gross sales they amounted to",
        "compare the two for the last quarter",
        "do that one again but for last year",
        "how much did the shop take in March",
        "Please make report",
    ],
)
def test_what_no_query_answers_for_is_asked_back(question: str) -> None:
    with pytest.raises((Unclear, Unsupported)):
        read(question)


@pytest.mark.parametrize(
    "question",
    [
        "sales by country for Germany and France this year",
        "sales of each channel this year, the store included",
        "Berlin or Lyon, which brought more this year",
        "the monday meeting needs the sales by category of last month",
        "how many Oak Salad Bowls in the store (not online) this year",
        "orders per month, on weekdays only",
        "sales on Mondays and Fridays this year",
        "shipping in the third quarter of 2025",
        "Wednesday or Monday, which day has more orders",
        "what did Nora Quist sell in March, and what did Paul Stein",
        "is it true that Kitchen sells more than Lighting this year",
    ],
)
def test_what_a_query_answers_for_is_answered(question: str) -> None:
    assert read(question)


def test_weekdays_that_are_held_against_each_other_are_no_single_days() -> None:
    (plan,) = read("Wednesday or Monday, which day has more orders")
    assert plan.query.dimensions == ("weekday",)
    assert plan.query.grain is None


def test_whether_money_was_made_is_told_by_the_profit() -> None:
    assert read("did we make any money in Germany this year")[0].query.metrics == ("profit",)


def test_what_comes_back_most_is_what_is_returned() -> None:
    (plan,) = read("What comes back more: Kitchen or Lighting?")
    assert plan.query.metrics == ("returned_units",)
