"""Superlatives that name one or so many, in the words of many people; means over days and months; and the money that is
meant by "VAT off"."""

from typing import Any

import pytest

from tests.query.conftest import PlanIt
from tests.query.test_wording_of_owners import YEAR, eq, shape
from tools.query.slots import Unclear, Unsupported

TOP = {"order": [{"by": "revenue"}]}
MOST_ORDERS = {"metrics": ["orders"], "order": [{"by": "orders"}], "limit": 1}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which of our channels has given back the most of money to clients in 2025?", {"metrics": ["refunds"], "dimensions": ["channel"], "limit": 1}),
        ("In 2025, the seller with more orders than all the others, who was it?", MOST_ORDERS | {"dimensions": ["salesperson"]}),
        ("which employee had more orders than anyone else in 2025", MOST_ORDERS | {"dimensions": ["salesperson"]}),
        ("Who of the sales folk wrote up the most orders in 2025?", MOST_ORDERS | {"dimensions": ["salesperson"]}),
        ("which customer ordered most often in 2025", MOST_ORDERS | {"dimensions": ["customer"]}),
        ("kitchen, which 3 of them made most money in 2025", TOP | {"dimensions": ["product"], "limit": 3, "filters": [eq("category", "Kitchen")]}),
        ("customers, which 4 of them spent the most in 2025", TOP | {"dimensions": ["customer"], "limit": 4}),
        ("The German customers: give me the five who have brought the most of sales in 2025", TOP | {"dimensions": ["customer"], "limit": 5, "filters": [eq("country", "Germany")]}),
        ("top 5 customers by sales in 2025, biggest spender first", TOP | {"dimensions": ["customer"], "limit": 5}),
        ("the two products that earned more revenue inside each of the categories in 2025", TOP | {"dimensions": ["category", "product"], "limit": 2, "per": "category"}),
        ("the three customers who bought more in 2025", TOP | {"dimensions": ["customer"], "limit": 3}),
        ("Identify the single date in 2025 with the greatest revenue and the figure.", TOP | {"grain": "day", "limit": 1}),
        ("which of the shops sold the most Kitchen in 2025", {"dimensions": ["channel"], "limit": 1}),
    ],
)  # fmt: skip
def test_a_superlative_names_one_or_so_many(plan_it: PlanIt, question: str, expected: dict[str, Any]) -> None:
    found = shape(plan_it, question)
    assert {name: found.get(name) for name in expected} == expected
    assert found["time"] == YEAR


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("on a normal saturday in the store whats the avg sales, 2025", {"metrics": ["revenue"], "mean_over": "day"}),
        ("what did an average Saturday bring in in 2025", {"metrics": ["revenue"], "mean_over": "day"}),
        ("how many orders do we get on a typical Sunday in 2025", {"metrics": ["orders"], "mean_over": "day"}),
        ("how much turnover per month did the store have on average over 2025", {"metrics": ["revenue"], "mean_over": "month"}),
        ("Over the year 2025, how much turnover per month did the store have on average?", {"metrics": ["revenue"], "mean_over": "month"}),
        ("Dividing by months, what was the mean monthly profit in 2025?", {"metrics": ["profit"], "mean_over": "month"}),
        ("average orders per month in 2025", {"metrics": ["orders"], "mean_over": "month"}),
        ("mean orders a week in 2025", {"metrics": ["orders"], "mean_over": "week"}),
    ],
)  # fmt: skip
def test_a_mean_is_over_the_days_or_months_that_are_named(
    plan_it: PlanIt, question: str, expected: dict[str, Any]
) -> None:
    found = shape(plan_it, question)
    assert {name: found.get(name) for name in expected} == expected
    assert found["time"] == YEAR


def test_a_mean_of_what_is_split_is_asked_back(plan_it: PlanIt) -> None:
    with pytest.raises(Unclear, match="over what"):
        plan_it("average sales on saturdays in 2025 by channel")


@pytest.mark.parametrize(
    "without", ["VAT off", "net of VAT", "ex VAT", "w/o VAT", "without tax", "tax excluded", "before VAT"]
)
def test_without_tax_names_the_money_and_no_figure(plan_it: PlanIt, without: str) -> None:
    plan = plan_it(f"the 5 orders of highest value in 2025, {without}")
    assert plan.query.metrics == ("revenue",)
    assert plan.query.dimensions == ("order_number",)


@pytest.mark.parametrize(
    ("question", "metrics"),
    [
        ("how much VAT in 2025", ("tax",)),
        ("the discounts taken off in 2025 by category", ("discounts",)),
        ("sales, discounts taken off and refunds in 2025", ("revenue", "discounts", "refunds")),
    ],
)
def test_tax_and_discounts_that_are_asked_for_stay_figures(
    plan_it: PlanIt, question: str, metrics: tuple[str, ...]
) -> None:
    assert set(plan_it(question).query.metrics) >= set(metrics)


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("number of customers whose first ever order was in 2025", "new_customers"),
        ("count of first-time buyers in 2025, folks who'd never ordered from us before then", "new_customers"),
        ("how many customers in 2025 had never bought before?", "new_customers"),
        ("how many of the customers in 2025 were returning ones, that had bought afore", "returning_customers"),
        ("Among who purchased in 2025, how many already were clients from earlier?", "returning_customers"),
    ],
)
def test_who_came_for_the_first_time_and_who_had_come_before(plan_it: PlanIt, question: str, metric: str) -> None:
    query = plan_it(question).query
    assert query.metrics == (metric,)
    assert query.time is not None
    assert query.time.label == "2025"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("show me every order over 12k since jan 1 2025 and what each was worth", {"dimensions": ["order_number"], "having": [("sold_net_of_discount", "gt", 12000.0)]}),
        ("List of the clients which passed ten orders during 2025, with the quantity of orders of each one", {"metrics": ["orders"], "dimensions": ["customer"], "having": [("orders", "gt", 10.0)]}),
        ("orders with net sales above 1000 in 2025", {"dimensions": ["order_number"], "having": [("revenue", "gt", 1000.0)]}),
    ],
)  # fmt: skip
def test_a_list_with_a_condition(plan_it: PlanIt, question: str, expected: dict[str, Any]) -> None:
    found = shape(plan_it, question)
    found["having"] = [(one["metric"], one["operator"], *one["values"]) for one in found["having"]]
    assert {name: found.get(name) for name in expected} == expected
    assert not found.get("count_groups")


def test_what_comes_in_the_evening_is_the_topic_and_no_aside(plan_it: PlanIt) -> None:
    plan = plan_it("the store orders that come on a saturday, all 2025, how many they are")
    assert plan.query.metrics == ("orders",)
    assert not plan.ignored


def test_who_never_ordered_has_no_place_and_no_turnover(plan_it: PlanIt) -> None:
    for question in ("revenue of customers who never ordered", "how many customers from Lyon never ordered"):
        with pytest.raises(Unsupported, match="never ordered"):
            plan_it(question)
