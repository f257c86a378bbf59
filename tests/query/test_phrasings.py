"""Long-winded ways to ask mean what the short ones do."""

import pytest

from tests.query.reading import read
from tools.query.slots import Unclear


@pytest.mark.parametrize(
    ("said", "plainly"),
    [
        ("sales from jan 1 25 thru mar 31 26", "sales from 1 January 2025 to 31 March 2026"),
        ("orders by day last week, Monday through to Sunday", "orders by day last week"),
        ("orders per day for last week, mon-sun", "orders by day last week"),
        ("orders on Friday last", "orders last Friday"),
        ("sales by month 2025, need it in 5 min", "sales by month 2025"),
        ("what percentage did we give away in discounts in each category", "discount rate by category"),
        ("how many percent of our full-price sales have we lost to discounts in 2025", "discount rate 2025"),
        (
            "Which ten products earned us the most revenue in 2025, and how many units did we sell of every one of those?",
            "top ten products by net sales in 2025, with their units",
        ),
        ("how many brand-new customers made their first order with us in 2025", "how many new customers in 2025"),
        ("Oak Salad Bowl in Germany this year, what's the count", "how many Oak Salad Bowls in Germany this year"),
        ("in how many orders of 2025 were Kitchen and Textiles together", "how many orders hold both Kitchen and Textiles in 2025"),
        ("what is bought with Tote Bag", "what is bought together with Tote Bag"),
        ("which member of staff sold the most in 2025", "which salesperson sold the most in 2025"),
        ("the 2 products that sold less units in 2025", "bottom 2 products by units in 2025"),
        ("sales to Kim Lee, every year together", "sales to Kim Lee in total"),
        ("a chart for the team: sales by category 2025", "a chart: sales by category 2025"),
        ("kindly state the sales by country of 2025", "sales by country 2025"),
        ("for 2025 I need two figures: orders and units", "for 2025: orders and units"),
        ("orders by channel for 2025, for example Online", "orders by channel for 2025"),
        ("sales this year, each shop added up", "sales this year in total"),
        (
            "the three products with the most units returned by customers in 2025",
            "the three products with the most units returned in 2025",
        ),
        ("rank the top five cities by what customers there have spent", "top five cities by net sales"),
        ("customers by sales in 2025, the best one must be on top", "customers by sales in 2025, best to worst"),
    ],
)  # fmt: skip
def test_they_ask_for_the_same(said: str, plainly: str) -> None:
    assert [plan.query for plan in read(said)] == [plan.query for plan in read(plainly)]


def test_two_that_are_held_against_each_other_are_not_added_up() -> None:
    assert read("did Germany or France bring us more orders altogether in 2025")[0].query.dimensions == ("country",)


def test_a_thing_is_asked_for_whatever_describes_it() -> None:
    assert read("which German customers spent the most")[0].query.dimensions == ("customer",)


def test_whether_more_customers_were_there_in_two_months_is_counted() -> None:
    with pytest.raises(Unclear):
        read(
            "I am curious about the customers who did buy in March and then did not buy at all in April. How many are they?"
        )


def test_a_question_is_changed_in_more_words() -> None:
    assert (
        read("sales of Germany this year", "Would you break that down into the individual months?")[0].query.grain
        == "month"
    )
    (plan,) = read(
        "sales of Germany this year", "by month", "And the identical monthly table for France, if you would."
    )
    assert (plan.query.grain, plan.query.filters[0].values) == ("month", ("France",))
