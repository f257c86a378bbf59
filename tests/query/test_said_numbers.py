"""Amounts, ranks and first times in people's own words; and the near forms that mean something else."""

from decimal import Decimal

import pytest

from tests.query.test_readings import reader_of
from tools.language.numbers import find_numbers
from tools.language.text import tokenize
from tools.query.said_numbers import in_plain_numbers as plain


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("refunds above a tenner", "refunds above 10"),
        ("orders with over 20% off", "orders with over 20% discount"),
        ("orders under a fiver in May", "orders under 5 in May"),
        ("orders above the thousand euros", "orders above a thousand euros"),
        ("which 4 cities bought less this month", "which 4 cities bought the least this month"),
        (
            "What are the three suppliers that brought us more profit",
            "which three suppliers brought us the most profit",
        ),
        ("the five items what leave less margin", "which five items leave the least margin"),
        ("which 6 articles we sell most pieces in May", "top 6 articles by units in May"),
        (
            "profit by country in May, only the four first countries.",
            "profit by country in May, only the top four countries.",
        ),
        ("rank the suppliers by profit, first three", "top three suppliers by profit"),
        ("the three first months of 2025", "the first three months of 2025"),
        ("The suppliers which have the profit most low, give me six", "six suppliers with the lowest profit"),
    ],
)
def test_amounts_and_ranks(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "question",
    [
        "which 4 cities bought less this month than last month",
        "which 4 cities bought less compared to May",
        "which cities bought less this month",
        "which 3 customers buy more expensive lamps",
        "which customers bought more than 3 units",
        "the first 3 customers of 2025",
        "profit by country, lowest at the top, the first three countries",
        "over the thousand islands dressing",
        "a fiver",
    ],
)
def test_what_is_compared_or_comes_first_in_time_stays(question: str) -> None:
    assert plain(question) == question


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("people who ordered for the first time in May", "new customers in May"),
        ("the clients that came for first time in May, how many are they", "how many new customers in May"),
        ("count the customers placing their first ever order in May", "number of new customers in May"),
        ("what was our very first sale of a Trail Lamp", "when was Trail Lamp first sold"),
        ("when did we sell the first Trail Lamp?", "when was Trail Lamp first sold"),
        ("what is first sale that Harbour ever had", "first order of Harbour"),
    ],
)
def test_first_times(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "question",
    [
        "customers who ordered a lamp for the first time since May",
        "what was the first sale of May worth, and who bought it",
        "customers who bought again",
        "customers who came for the first time at Harbour",
        "what was the very first sale of 2025",
        "what was the first order we had",
        "how much was the first order of Harbour",
    ],
)
def test_other_firsts_stay(question: str) -> None:
    assert plain(question) == question


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("between one hundred and two hundred", (100, 200)),
        ("from three hundred and five hundred", (300, 500)),
        ("between one thousand and two thousand", (1000, 2000)),
        ("between one hundred and fifty and two hundred", (150, 200)),
        ("one hundred and two thousand", (102_000,)),
        ("four hundred and five", (405,)),
    ],
)
def test_and_joins_two_numbers_or_the_parts_of_one(said: str, values: tuple[int, ...]) -> None:
    assert tuple(span.value for span in find_numbers(tokenize(said))) == tuple(map(Decimal, values))


@pytest.mark.parametrize(
    "question",
    ["orders this year with more than 30% discount", "orders with over 30 percent off this year, listed"],
)
def test_a_bound_in_percent_is_on_the_rate(question: str) -> None:
    plan = reader_of("demo").plan(question, None)
    assert plan is not None
    condition = plan.query.having[0]
    assert (condition.metric, condition.operator, condition.values) == ("discount_rate", "gt", (0.3,))


@pytest.mark.parametrize("question", ["customers with more than 30% sales this year", "orders over 30%"])
def test_a_percentage_of_an_amount_is_of_nothing_that_is_known(question: str) -> None:
    assert reader_of("demo").plan(question, None) is None
