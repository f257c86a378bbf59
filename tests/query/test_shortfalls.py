"""What a sentence asks for in so many words has to be in its query, else it is asked back."""

import pytest

from tests.query.conftest import PlanIt
from tests.query.test_accounting import settle
from tools.query.slots import Unclear


@pytest.mark.parametrize(
    ("asked", "planned"),
    [
        ("sales for the quarter just gone", "sales"),
        ("income of Kitchen from begin of year", "sales of Kitchen"),
        ("Germany and France combined, profit for the year", "profit of Germany and France"),
        ("running total of the year by month", "running total by month"),
        ("profit, bottom two countries for the year", "profit by country"),
        ("days in November 2025 ranked by orders", "orders in November 2025"),
        ("list of what was refunded in 2025", "refunds 2025"),
        ("refunds in May 2025, itemised", "refunds in May 2025"),
        ("customers who bought once only in 2025, how many", "customers in 2025"),
        ("who came in twice in 2025", "customers in 2025"),
        ("when do the orders arrive", "orders"),
        ("average order value since the start of summer (1 June 2025)", "average order value on 1 June 2025"),
        ("orders since April 2025", "orders in April 2025"),
        ("new customers q3 2025 v q2 2025", "new customers April to September 2025"),
        ("more orders on 3 May 2025 or on 4 May 2025", "orders 3 May 2025 to 4 May 2025"),
        ("how many who bought in 2025 had bought already before 2025", "customers in 2025"),
        ("from when did we sell Kitchen", "sales of Kitchen"),
        ("new customers in 2025 by name", "new customers in 2025"),
        ("sales per outlet per day in May 2025", "sales by day in May 2025"),
        ("discounts in both outlets in 2025", "discounts 2025"),
        ("did we beat May 2024 yet", "sales May 2024"),
        ("how many percent of the customers of 2025 are new", "new customers 2025"),
        ("opening hours of Nora Quist in May 2025", "units of Nora Quist in May 2025"),
        ("Kitchen large ones sold in 2025", "units of Kitchen in 2025"),
        ("what did Kitchen take in May 2025, who was our best customer in 2024", "sales May 2025 versus 2024"),
        ("what day of the week is quietest for orders", "orders by customer"),
        ("customers who only ever placed the one order, how many have we", "customers"),
        ("sales of 2025 in a little table", "sales 2025"),
        ("orders in 2025 and what each of them took", "orders 2025"),
        ("are we selling more Kitchen than we did in May 2025", "sales of Kitchen in May 2025"),
        ("how much discount online and how much in Germany", "discounts 2025"),
        ("how many orders did Germany place, and what were they worth", "orders of Germany"),
        ("what did Germany spend and off how many orders", "orders of Germany"),
        ("one figure for Germany and one for France", "sales 2025"),
        (
            "rank all countries by sales, I want to see where Germany lands",
            "sales by country of Germany, highest first",
        ),
        ("how many orders in 2025, and who bought the most", "the customer with the most orders in 2025"),
        ("sales of May 2025? also, which product was first", "the product with the highest sales in May 2025"),
        ("what is the status", "sales"),
        ("the German customers, how?", "customers in Germany"),
        ("rolling 7-day orders since 1 April 2025", "orders since 1 April 2025"),
        ("sales in 2024 and in 2025", "sales from January 2024 to December 2025"),
    ],
)
def test_a_query_that_lacks_what_is_asked_for_is_asked_back(plan_it: PlanIt, asked: str, planned: str) -> None:
    with pytest.raises(Unclear):
        settle(asked, plan_it(planned))


@pytest.mark.parametrize(
    "question",
    [
        "best day of the week",
        "orders by day of the week in 2025",
        "sales in the last quarter",
        "countries sorted by sales 2025",
        "list of customers with sales 2025",
        "how many customers on our list never ordered anything",
        "sales 2025 once discounts and refunds are taken off",
        "customers with exactly two orders in 2025",
        "orders from April 2025",
        "sales since 1 June 2025",
        "sales of Kitchen in q3 2025 versus q2 2025",
        "sales in May 2025 against June 2025",
        "sales of the shop in May 2025",
        "sales per channel in 2025",
        "largest orders in 2025",
        "what percentage of sales in 2025 came from Kitchen",
        "refund rate in percent, 2025",
        "sales from 3 May 2025 to 9 May 2025, both days included",
        "best weekday for orders",
        "sales of each country in 2025",
        "customers with more than 3 orders",
        "sales this month, more or less than last month",
        "sales in 2024 and in 2025",
    ],
)
def test_a_query_that_has_it_is_answered(plan_it: PlanIt, question: str) -> None:
    settle(question, plan_it(question))


def test_of_which_things_a_number_is_asked_is_not_guessed(plan_it: PlanIt) -> None:
    with pytest.raises(Unclear):
        plan_it("how many in Germany in 2025")
    assert plan_it("how many of Kitchen in 2025").query.metrics == ("units",)
