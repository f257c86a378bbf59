"""Everyday words for things that the reader knows by another name, and near forms that mean something else."""

import pytest

from tests.query.conftest import PlanIt
from tests.query.test_forms import plain
from tests.query.test_wording_of_owners import YEAR, shape
from tools.language.standard import in_standard_english
from tools.language.values import ValueIndex
from tools.query.slots import Unclear, Unsupported


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        # the part of the takings that was paid back, not a share of them
        (
            "what % of the money from Kitchen went back out as refunds in 2025",
            "what is the refund rate of Kitchen in 2025",
        ),
        ("in Berlin, what percentage of sales was refunded in 2025", "in Berlin, what is the refund rate in 2025"),
        ("what share of the Lighting turnover was given back", "what is the refund rate of Lighting"),
        ("return ratio by country 2025", "refund rate by country 2025"),
        ("which supplier has the worst rate of returns", "which supplier has the worst refund rate"),
        ("do the Swedes return more than the French ones, in percent", "refund rate of Swedes and French"),
        # what is taken off
        ("how heavily do we discount in Lyon", "what is the discount rate in Lyon"),
        ("what share of gross did we give away as discounts in 2025", "what is the discount rate in 2025"),
        ("how many percent of discount by channel", "discount rate by channel"),
        ("takings without any discounts deducted, May", "gross sales, May"),
        ("sales after rebates in May", "sales after discounts in May"),
        ("the gross amount before any markdowns in May", "gross sales in May"),
        ("discounts in May and the gross before them", "discounts in May and gross sales"),
        ("discounts in May and what was left after them", "discounts in May and what was left after discounts"),
        # goods that return, and people
        ("which lamps and other items come back most", "which lamps and other items returned the most"),
        ("what do customers send back most", "which products are returned the most"),
        ("returned goods by supplier", "units returned by supplier"),
        ("refunds counted by reason in May", "number of refunds by reason in May"),
        ("refund reasons last month, how many of each", "number of refunds by reason last month"),
        ("people who've come back, repeat customers, in May", "returning customers, in May"),
        # what is left out
        ("all the countries bar France, sales 2025", "all the countries except France, sales 2025"),
        ("everything save the mugs in 2025", "everything except the mugs in 2025"),
        ("profit if you strip out Berlin", "profit without Berlin"),
        # measures
        ("best week of 2025, judged by profit", "best week of 2025 by profit"),
        ("sum accumulate of sales by month in 2025", "running total of sales by month in 2025"),
        ("cumulative sales after each week of 2025", "cumulative sales by week of 2025"),
        ("sales by country with their units alongside", "sales by country with their units"),
        ("sales by month with the year before beside it", "sales by month compared to the year before"),
        ("units by country and channel, every combination", "units by country and channel"),
        ("did any week of 2025 drop below £900", "did any week of 2025 been below £900"),
        ("dynamics of orders by months, 2025", "orders by months, 2025"),
        ("are trade customers increasing this year", "are trade customers growing this year"),
        ("the largest deals of 2025", "the largest orders of 2025"),
        ("returns of Lighting by month, in pieces", "units returned of Lighting by month"),
        # whose name is known
        ("how many known customers in 2025", "how many customers in 2025"),
        ("top 7 named clients by sales", "top 7 clients by sales"),
        ("customers per shop (only those with a name)", "customers per shop"),
        ("what did the café crowd spend in May", "what did the café spend in May"),
    ],
)
def test_a_common_word_is_put_in_the_readers_own(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "asked",
    [
        "what share of sales is Kitchen",
        "what percentage of orders was refunded",
        "how many of the people who came back within 60 days",
        "products returned by Kim Lee",
        "how many soap bar sets in 2025",
        "sales of the energy bar the week of 3 May",
        "LED strip sales in May",
        "the whole lot in May",
        "orders of named suppliers",
        "who landed the largest deal of 2025",
        "the known figures of May",
    ],
)
def test_a_near_form_stays_as_it_was(asked: str) -> None:
    assert plain(asked) == asked


def test_the_refund_rate_is_no_share(plan_it: PlanIt) -> None:
    assert shape(plan_it, plain("what percentage of Kitchen sales was refunded in 2025"))["metrics"] == ["refund_rate"]


def test_the_five_largest_refunds_are_not_those_of_customers(plan_it: PlanIt) -> None:
    """ "With the customer where known" asks for single refunds, which cannot be shown by customer."""
    with pytest.raises((Unclear, Unsupported)):
        plan_it(plain("the 5 largest refunds of 2025, with the customer where known"))


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        ("average check in May", "average order value in May"),
        ("medium value of one order", "average value of one order"),
        ("which month was the most bad", "which month was the worst"),
        ("which weekday is calmest", "which weekday is quietest"),
        ("which country gets the heaviest discount", "which country gets the highest discount"),
    ],
)
def test_ranks_and_means_in_plain_words(typed: str, standard: str) -> None:
    assert in_standard_english(typed, ValueIndex({})) == standard


def test_a_mean_is_no_advertising(plan_it: PlanIt) -> None:
    """ "In media" is a mean only where people spend it."""
    assert plain("customers spend in media how much for order") != "customers spend in media how much for order"
    assert plain("what did we spend in media in May") == "what did we spend in media in May"


def test_a_running_total_by_any_name(plan_it: PlanIt) -> None:
    asked = shape(plan_it, plain("progressive sum of sales by month in 2025"))
    assert asked["time"] == YEAR
    assert asked == shape(plan_it, "running total of sales by month in 2025")
