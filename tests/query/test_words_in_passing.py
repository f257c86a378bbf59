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
