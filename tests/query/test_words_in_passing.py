"""Everyday words around a question: what it is for, courtesies, dictated marks, and requests that stand behind."""

import pytest

from tests.query.conftest import PlanIt
from tests.query.test_wording_of_owners import YEAR, eq, shape
from tools.language.standard import in_standard_english
from tools.language.values import ValueIndex
from tools.query.manners import in_plain_manners
from tools.query.slots import Unclear, Unsupported


@pytest.mark.parametrize(
    ("question", "purpose"),
    [
        ("sales 2025 by country, need it for hmrc", "need it for hmrc"),
        ("sales 2025 by country for the bonus sheet", "for the bonus sheet"),
        ("sales 2025 by country, I need it for the Christmas order", "I need it for the Christmas order"),
        ("sales 2025 for the cash flow file, by country", "for the cash flow file"),
    ],
)
def test_what_a_figure_is_for_is_left_out_and_named(plan_it: PlanIt, question: str, purpose: str) -> None:
    plan = plan_it(question)
    assert purpose in plan.ignored
    assert shape(plan_it, question) == {"metrics": ["revenue"], "dimensions": ["country"], "time": YEAR}


@pytest.mark.parametrize("question", ["sales 2025, I need it for Kitchen", "sales 2025 for Kitchen"])
def test_what_the_data_knows_is_no_purpose(plan_it: PlanIt, question: str) -> None:
    assert shape(plan_it, question)["filters"] == [eq("category", "Kitchen")]


def test_what_is_held_against_something_is_no_remark(plan_it: PlanIt) -> None:
    """Told as a fact, and still what is asked."""
    with pytest.raises((Unclear, Unsupported)):
        plan_it("Is it true that Kitchen is better than Lighting in Germany? take year 2025")


def test_whom_a_heading_leaves_out_is_left_out(plan_it: PlanIt) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it("Everybody except Nora Quist: sales by supplier in 2025")


def test_a_name_that_nobody_knows_is_no_purpose(plan_it: PlanIt) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it("sales 2025 for the Wilkinson shop")


@pytest.mark.parametrize(
    ("said", "standard"),
    [
        ("sales since the start of twenty twenty five", "sales since the start of 2025"),
        ("freight in ninety-seven, if it isn't too much trouble", "freight in 1997"),
        ("best 20 twenty packs", "best 20 twenty packs"),
        ("Friday the thirteenth of November", "Friday the 13th of November"),
        ("is Lighting better online this year question mark", "is Lighting better online this year?"),
        ("total sales comma net", "total sales, net"),
        ("heyy, 8 most popular items", "8 most popular items"),
        ("Webshop hrs, busiest 3", "Webshop hours, busiest 3"),
        ("GM% by cat Q3", "profit margin by category Q3"),
        ("how many procent of our commands", "how many percent of our orders"),
        ("orders pr. month", "orders per month"),
        ("which weekday is deadest", "which weekday is quietest"),
        ("takings per day, if you'd be so kind", "takings per day"),
        ("the turn-over of Bread", "the turn-over of Bread"),
    ],
)
def test_hurried_and_learned_english_in_standard_words(said: str, standard: str) -> None:
    assert in_standard_english(said, ValueIndex({})) == standard


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("is it true that Kitchen sells more than Textiles", "Kitchen sells more than Textiles"),
        ("would it be fair to say that Tuesday is busy", "Tuesday is busy"),
        ("did the shop clear €30,000 in August", "did the shop exceed €30,000 in August"),
        ("did anybody on the team crack $30K in March", "did anybody on the team exceed $30K in March"),
        ("clear glass vases sold", "clear glass vases sold"),
        ("the orders over 30 pounds from yesterday, can I see them", "list the orders over 30 pounds from yesterday"),
        ("humour an old man and tell me the best day", "show the best day"),
    ],
)
def test_manners_in_plain_words(said: str, plain: str) -> None:
    assert in_plain_manners(said) == plain


def test_a_state_of_orders_is_asked_back(plan_it: PlanIt) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it("the orders still in processing, can I see them")


@pytest.mark.parametrize(
    ("question", "passing"),
    [
        ("sales 2025 by country, quick, soup is simmering", "soup is simmering"),
        ("sales 2025 by country. Was it a slow year?", "Was it a slow year?"),
        ("I'm meeting my landlord, sales 2025 by country", "I'm meeting my landlord,"),
        ("before I lock up, could you tell me sales 2025 by country", "before I lock up,"),
        ("I am off to the printers can you give me sales 2025 by country", "I am off to the printers"),
        ("I am repainting the stockroom and would like sales 2025 by country", "I am repainting the stockroom"),
        (
            "I have the impression we get many new customers, what were sales 2025 by country",
            "I have the impression we get many new customers,",
        ),
        ("sales 2025 by country, maybe I try to buy them out", "maybe I try to buy them out"),
        ("sales 2025 by country. We want to know it for the union talks.", "We want to know it for the union talks"),
    ],
)
def test_a_clause_that_asks_for_nothing_is_passed_over_and_named(plan_it: PlanIt, question: str, passing: str) -> None:
    assert passing in plan_it(question).ignored
    assert shape(plan_it, question) == {"metrics": ["revenue"], "dimensions": ["country"], "time": YEAR}


def test_where_one_is_going_is_pointed_at(plan_it: PlanIt) -> None:
    asked = shape(plan_it, "I'm driving up to Lyon tomorrow can you tell me our sales there in 2025")
    assert asked["filters"] == [eq("city", "Lyon")]


def test_whom_one_meets_is_pointed_at(plan_it: PlanIt) -> None:
    for when in ("tomorrow", "at noon", "on Friday"):
        asked = shape(plan_it, f"visiting Ernst Handel {when}, how much did they buy in 2025")
        assert asked == {"metrics": ["revenue"], "filters": [eq("customer", "Ernst Handel")], "time": YEAR}


def test_whom_one_meets_is_not_left_out_where_nothing_points_at_him(plan_it: PlanIt) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it("visiting Ernst Handel tomorrow, sales 2025 by country")


@pytest.mark.parametrize(
    "question",
    [
        "sales 2025, was it 500 in May",
        "sales 2025 by country, soup is excluded",
        "while we sold 400 lamps, what were sales 2025",
    ],
)
def test_a_clause_that_may_narrow_is_not_passed_over(plan_it: PlanIt, question: str) -> None:
    try:
        plan = plan_it(question)
    except (Unclear, Unsupported):
        return
    assert shape(plan_it, question) != {"metrics": ["revenue"], "dimensions": ["country"], "time": YEAR}
    assert not plan.ignored


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        ("takings last year love", "takings last year"),
        ("what did we take this week mate?", "what did we take this week?"),
        ("mum which category sold most", "which category sold most"),
        ("sales in May xx", "sales in May"),
        ("how many bloody lamps in May", "how many lamps in May"),
        ("could you perhaps show sales in May", "could you show sales in May"),
        ("sales in May, ha", "sales in May"),
        ("settle an argument for us, which category sold most", "which category sold most"),
        ("my hands are full which category sold most", "which category sold most"),
        ("sales in May, kindly indicate", "sales in May"),
        ("sales in May, could you work that out for me?", "sales in May?"),
        ("is May the best month or is it just me", "is May the best month"),
        ("the lamps people love", "the lamps people love"),
        ("do mum sets sell", "do mum sets sell"),
        ("is perhaps", "is perhaps"),
    ],
)
def test_forms_of_address_and_fillers_go_where_they_stand_apart(typed: str, standard: str) -> None:
    assert " ".join(in_standard_english(typed, ValueIndex({})).split()) == standard


def test_a_form_of_address_that_is_a_name_stays() -> None:
    values = ValueIndex({"product": ["Love", "Bloody Mary"]})
    for question in ("how many this year Love", "how many Bloody Mary this year"):
        assert in_standard_english(question, values) == question
