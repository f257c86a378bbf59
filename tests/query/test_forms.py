"""Forms of questions that become the plain question they stand for, and what they leave alone."""

from datetime import date

import pytest

from evals.shops import SHARED_DATA
from tests.query.test_readings import reader_of
from tools.query.forms import in_known_forms
from tools.query.planner import Plan
from tools.query.questions import context_of

TODAY = date(2026, 10, 31)
"""A Saturday."""


def plain(question: str, today: date = TODAY) -> str:
    return in_known_forms(question, today)


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("show every order Greg Tran ever placed", "list all orders of Greg Tran"),
        ("every single order from Miami", "every single order from Miami"),
        ("show each order from Miami", "list all orders from Miami"),
        ("Ordes of Miami, one by one, with the value", "list orders of Miami"),
        ("yesterdays orders list em", "list all orders yesterday"),
        ("orders from Argentina, read em out, 98", "list orders from Argentina, 98"),
        ("Refunds exceeding €500, itemised, since May", "list Refunds exceeding €500, since May"),
        ("Sales ledger for Raymond Buch: each order, date and value", "list all orders of Raymond Buch"),
        ("List Saturday's orders", "list all orders on Saturday"),
        ("read out what Noel Murray bought in May, each order", "list all orders of Noel Murray in May"),
        ("list of the orders over 500, order number and the amount", "list of the orders over 500"),
    ],
)
def test_single_orders_are_listed_however_it_is_said(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "question",
    [
        "show every order by month",
        "how many orders in May, itemised by country",
        "show all orders in May",
        "average of each order",
        "show the sales by country with their profit",
    ],
)
def test_a_count_or_a_table_is_no_list_of_orders(question: str) -> None:
    assert plain(question) == question


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("How many Texas orders went for a loss this year", "How many Texas orders with a profit under 0 this year"),
        ("how many orders in Texas lost money", "how many orders in Texas with a profit under 0"),
        ("orders with a negative profit of more than $500", "orders with a profit under -$500"),
        ("How many order is below 20 euro", "How many orders below 20 euro"),
        ("how many sales over two grand this year", "how many orders over two grand this year"),
        ("how many days did we do over 500 in May", "how many days with sales over 500 in May"),
        ("months in 97 where we didn't make 40 thousand", "months with sales under 40 thousand in 97"),
        ("did we go over 4,000 on any day this month and tell me which", "days this month with sales over 4,000"),
        ("customers 10+ orders", "customers at least 10 orders"),
        ("customers that bought once only", "customers that bought exactly 1 times"),
        ("who ordered more than 5x this year", "who ordered more than 5 times this year"),
        ("how many customers ordered three times or more", "how many customers ordered at least three times"),
        ("Which regulars came in more than 20 times", "Which customers ordered more than 20 times"),
    ],
)
def test_a_bound_is_on_the_orders_the_days_or_the_customers(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "question",
    ["which states lost money", "how many states lost money", "total sales over the counter", "sales over two months"],
)
def test_a_bound_on_other_things_stays(question: str) -> None:
    assert plain(question) == question


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("Does total profit for 2019 exceed $90,000?", "total profit for 2019"),
        ("did we hit a hundred thousand in march", "net sales in march"),
        ("Have we passed 4000 in sales this month already", "sales this month already"),
        ("Did the shop on its own clear €30,000 in August?", "net sales of the shop in August"),
        ("Was the refund rate in October above one percent", "the refund rate in October"),
        ("I have 1,279 orders for December 2025, does that agree with yours?", "how many orders for December 2025"),
        ("did anyone in Vermont buy anything", "how many customers in Vermont bought"),
        ("Have we ever sold a table in Wyoming?", "Have we ever sold tables in Wyoming?"),
        ("Phoenix making money or no", "profit of Phoenix"),
        ("would it be fair to say that Tuesday is busier than Thursday", "orders by weekday on Tuesdays and Thursdays"),
        ("sat or sun busier?", "orders by weekday on Saturdays and Sundays"),
    ],
)
def test_what_is_to_be_confirmed_is_told(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("was this past monday slower than the monday before?", "was 26 October 2026 compared to 19 October 2026?"),
        ("new customers q3 v q2", "new customers q3 vs q2"),
        ("Madrid in front of Barcelona", "Madrid  vs  Barcelona"),
        ("are we up or down on last October?", "net sales in October compared to last October"),
        ("Is Central ahead of where it was last year?", "Central this year vs last year"),
        (
            "Which country has the highest average order, and which the lowest?",
            "Which country has the highest average order? Which country has the lowest average order",
        ),
    ],
)
def test_two_things_are_held_against_each_other(asked: str, understood: str) -> None:
    assert " ".join(plain(asked).split()) == " ".join(understood.split())


def test_this_month_is_not_held_against_another_one_of_last_year() -> None:
    assert "up on last June" in plain("are we up or down on last June?")


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("best month last year no wait best month ever", "best month ever"),
        ("Who hasn't bought... ok easier: which customers ordered twice", "which customers ordered twice"),
        (
            "List the trade customers who haven't ordered... no sorry, list the ones with more than 20 orders",
            "List the trade customers with more than 20 orders",
        ),
        ("no wait I need the number of orders in May", "I need the number of orders in May"),
    ],
)
def test_what_is_given_up_is_dropped(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("drop in february what happened there", "why the drop in february"),
        ("Why was November such a dog?", "Why was November so bad?"),
        ("why was February 2024 so bloody awful", "why was February 2024 so awful"),
        ("Why was there next to no profit in April", "Why was there so little profit in April"),
        ("what went wrong with refunds in August", "why did refunds in August change"),
    ],
)
def test_a_reason_is_asked_for_in_plain_words(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("Since when Sanjit Chand is our client?", "when was the first order of Sanjit Chand"),
        ("GPS One+ : since when are we selling it?", "when was GPS One+ first sold"),
        ("1st ever ord Brussels Gravel", "first order of Brussels Gravel"),
        ("first time cactus bought", "when was cactus first bought"),
        ("what was the very first order we ever took, and from whom", "the oldest order"),
        ("biggest order in december, who was it", "biggest order in december"),
        ("when did they last order anything", "when did they last order"),
    ],
)
def test_first_and_last_times(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("Is the margin improving from 2016 onwards or not?", "the margin by year since 2016"),
        ("accumulated sales by week from April 1", "accumulated sales by week since April 1"),
        ("units per week of Brownie, from August.", "units per week of Brownie, since August."),
        ("orders per day from 1 October to 10 October", "orders per day from 1 October to 10 October"),
        ("sales from April", "sales from April"),
        ("takings, weekly, beginning 3 August, ending 27 September", "takings, weekly, from 3 August to 27 September"),
        ("Mobile mean on 4 weeks of the quantities", "4 week moving average of the quantities"),
        ("cumulated profit, monthly, from begin of year", "cumulated profit, monthly, since the start of this year"),
    ],
)
def test_figures_over_time(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("two things: one how much did Anna spend and two what's our best product", "how much did Anna spend? what's our best product"),
        ("the tax in May, and separately the five largest refunds", "the tax in May? five largest refunds"),
        ("What we sold and what we earned as profit, region by region", "sales and profit, by region"),
        ("each brand but Kestrel", "by brand without Kestrel"),
        ("turnover including freight in May", "net sales and freight in May"),
    ],
)  # fmt: skip
def test_several_things_in_one_sentence(asked: str, understood: str) -> None:
    assert plain(asked) == understood


def read(question: str, shop: str = "demo") -> Plan:
    plan = reader_of(shop).plan(question, None)
    assert plan is not None, question
    return plan


def test_refunds_above_an_amount_are_listed_with_their_day() -> None:
    query = read("list refunds over 200 since 1 July").query
    assert query.metrics == ("refunds", "last_refund")
    assert query.dimensions == ("order_number", "product")
    assert (query.having[0].metric, query.having[0].operator, query.having[0].values) == ("refunds", "gt", (200.0,))
    assert read("the 5 largest refunds this year").query.limit == 5
    assert read("the largest refund this year").query.limit == 1
    assert read("refunds in May").query.dimensions == ()


def test_more_than_3_refunds_counts_them() -> None:
    assert read("customers with more than 3 refunds this year").query.having[0].metric == "refund_count"
    assert read("customers with refunds over 300 this year").query.having[0].metric == "refunds"


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("share of Oak Floor Lamp in Lighting", "product"),
        ("the part of Oak Floor Lamp in Lighting, in %", "product"),
        ("what share of Lighting is Oak Floor Lamp", "product"),
        ("share of Lighting in Madrid", "category"),
    ],
)
def test_what_stands_behind_of_is_the_part_of_what_it_lies_in(question: str, part: str) -> None:
    assert read(question).query.dimensions == (part,)


@pytest.mark.skipif(
    not (SHARED_DATA / "superstore.csv").is_file(),
    reason="superstore.csv may not be shipped and is not in ../shared/data",
)
def test_a_part_of_that_time_is_of_all_that_was_done_in_it() -> None:
    first, second = reader_of("superstore").read(
        "What was the top-selling chair in Q3, and how many new customers joined us in that time?", None
    )
    assert first.query.limit == 1
    assert second.query.metrics == ("new_customers",)
    assert second.query.filters == ()
    assert second.query.time == first.query.time


def test_what_one_order_holds() -> None:
    both = read("how many orders in 2025 contained both Lighting and Garden").query
    assert [(one.dimension, one.negated) for one in both.members] == [("order_number", False)] * 2
    assert both.metrics == ("orders",)
    assert both.filters == ()
    one = read("how many orders had Lighting but no Garden in 2025").query
    assert [one.negated for one in one.members] == [False, True]
    assert one.time is not None
    assert read("orders with Lighting and Garden in 2025").query.members == ()


def test_a_year_behind_what_was_not_bought_is_that_of_what_was() -> None:
    dated = read("how many customers bought Lighting but no Garden in 2025").query
    assert dated.time == dated.members[0].time
    open_ended = read("how many customers bought Lighting but no Garden since June").query
    assert open_ended.time is None
    assert read("how many customers bought Lighting but not in 2025").query.time is None


def test_customers_on_file_are_of_no_period() -> None:
    reader = reader_of("demo")
    before = reader.read("customers who never ordered", None)
    with_period = reader.read("list the ones with more than 20 orders this year", context_of(before))
    assert with_period == ()


@pytest.mark.parametrize(
    "question",
    [
        "how many sales over two months",
        "sales by brand, itemised",
        "orders in 2019 over 2000",
        "have we sold the table lamp",
        "customers we haven't sold to since June",
        "which customer has crossed 10,000 this year",
        "orders by day from March",
        "how did our first January go",
        "has Anna bought anything but tea",
        "was Friday better than Thursday",
        "how much money did we make in May",
        "who is the customer with the most orders",
        "sales of the last year against the year before",
        "what was the best month, and how much did we make in it",
    ],
)
def test_words_that_mean_something_else_stay(question: str) -> None:
    assert plain(question) == question


def test_no_wait_behind_another_question_is_about_that_one() -> None:
    assert in_known_forms("no wait, how many units", TODAY, follows=True) == "no wait, how many units"
    assert in_known_forms("no wait, how many units", TODAY) == "how many units"


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("all sales to Ken Lonsdale, listed individually", "list all orders to Ken Lonsdale"),
        ("Raymond Buch's orders, one per line", "list Raymond Buch's orders"),
        ("which customers came only once this year", "which customers ordered only once this year"),
        ("customers with only one order", "customers with exactly 1 orders"),
        ("who ordered more than twice", "who ordered more than 2 times"),
        ("do we make money on tables", "profit of tables"),
        ("is our profit going up or down since 2016", "our profit by year since 2016"),
        ("are refunds rising since March", "refunds by month since March"),
        ("is Saturday better than Sunday", "net sales by weekday on Saturdays and Sundays"),
        ("are mornings busier than afternoons", "orders morning vs afternoon"),
        ("4-week average of cake sales", "4 week moving average of cake sales"),
        ("takings including VAT in October", "sales including tax in October"),
    ],
)
def test_other_wordings_of_the_same(asked: str, understood: str) -> None:
    assert plain(asked) == understood


def test_whose_orders_may_stand_before_them() -> None:
    query = read("list Guesthouse Jansen's orders this month").query
    assert query.dimensions == ("order_number",)


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("was October our best month this year for bread", "which is the best month this year for bread"),
        ("is Friday our busiest day?", "which is the busiest weekday"),
        ("is Anna still our number one customer", "which is the best customer"),
        ("5 best and 5 worst products in 1997", "best 5 and worst 5 products in 1997"),
        ("Around the Horn: every order with its total", "list all orders of Around the Horn"),
        ("sales incl. tax & carriage", "sales including tax & carriage"),
    ],
)
def test_whether_something_is_the_best_is_told_by_what_is(asked: str, understood: str) -> None:
    assert plain(asked) == understood


def test_nobody_is_the_best_among_himself_alone() -> None:
    query = read("is Garden the best category").query
    assert query.dimensions == ("category",)
    assert query.filters == ()


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("Florist Nolan's order history", "list all orders of Florist Nolan"),
        ("which days this month beat 4,000", "which days with sales over 4,000 this month"),
        ("people with 3 or more orders in October", "customers with 3 or more orders in October"),
        ("how long has Bistro Lynch been a customer", "when was the first order of Bistro Lynch"),
        ("rolling 3 month sales average", "3 month moving average of sales"),
        ("orders of Bern, month month in 2025", "orders of Bern, by month in 2025"),
        ("turnover week after week", "turnover by week"),
        ("month on month growth of orders", "month on month growth of orders"),
        ("total sales incl. VAT in May", "sales including tax in May"),
        ("the three best weeks of year by orders", "the three best weeks of this year by orders"),
        ("worst month so far in 2025", "worst month in 2025"),
        ("profit of the running year", "profit of this year"),
        ("best trading day of May", "best day of May"),
        ("takings of Bern by what they pay with", "takings of Bern by payment method"),
        ("refunds of Q1, if possible today itself.", "refunds of Q1."),
        ("orders by city, 2025 whole year", "orders by city, 2025"),
        ("year-wise number of orders since the beginning", "number of orders since the beginning by year"),
        ("postage/wk in May", "postage by week in May"),
        ("region wise revenue of May", "revenue of May by region"),
        ("discounts customer-wise", "discounts by customer"),
        ("sales by customer, descending order", "sales by customer, descending"),
        ("90th percentile of our order values in May", "order value percentile 90 in May"),
        ("basket size at the 25th percentile", "order value percentile 25"),
        ("how many customers do we have that ordered twice", "how many customers that ordered twice"),
    ],
)
def test_yet_other_wordings(asked: str, understood: str) -> None:
    assert plain(asked) == understood


def test_a_text_that_is_no_question_is_left_as_it_is() -> None:
    text = '"' * 10_000
    assert in_known_forms(text, date(2026, 5, 20)) is text
