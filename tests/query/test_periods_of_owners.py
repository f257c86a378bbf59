"""Periods that the rest of the question settles: what "last October" is held against, which of two periods is ranked."""

from datetime import date

import pytest

from tests.query.conftest import PlanIt
from tests.query.test_wording_of_owners import shape
from tools.language.periods import Calendar
from tools.query.happenings import with_days
from tools.query.slots import Unclear, Unsupported

MAY_SO_FAR, MAY_BEFORE = ("2026-05-01", "2026-05-21"), ("2025-05-01", "2025-05-21")
YEAR_SO_FAR, YEAR_BEFORE = ("2026-01-01", "2026-05-21"), ("2025-01-01", "2025-05-21")


@pytest.mark.parametrize(
    ("question", "time", "compare"),
    [
        ("are we up on last May", MAY_SO_FAR, MAY_BEFORE),
        ("are orders up or down over last May?", MAY_SO_FAR, MAY_BEFORE),
        ("are sales up on last year at this point", YEAR_SO_FAR, YEAR_BEFORE),
        ("is Kitchen ahead of where it was last year", YEAR_SO_FAR, YEAR_BEFORE),
        ("year on year growth of Kitchen, 2025 over 2024", ("2025-01-01", "2026-01-01"), ("2024-01-01", "2025-01-01")),
        ("more orders on Monday or on Tuesday this week", ("2026-05-19", "2026-05-20"), ("2026-05-18", "2026-05-19")),
        ("new customers q1 26 v q4 25", ("2026-01-01", "2026-04-01"), ("2025-10-01", "2026-01-01")),
        ("which category climbed the most between Q1 last year and Q1 this year", ("2026-01-01", "2026-04-01"), ("2025-01-01", "2025-04-01")),
    ],
)  # fmt: skip
def test_two_periods_are_held_against_each_other(
    plan_it: PlanIt, question: str, time: tuple[str, str], compare: tuple[str, str]
) -> None:
    query = shape(plan_it, question)
    assert (query["time"], query["compare"]) == (time, compare)


@pytest.mark.parametrize("question", ["are we up on last April", "are orders up over last September"])
def test_a_month_that_does_not_run_again_is_asked_back(plan_it: PlanIt, question: str) -> None:
    with pytest.raises(Unclear, match="of which period against which"):
        plan_it(question)


@pytest.mark.parametrize(
    ("question", "time", "grain"),
    [
        ("was March our best month this year", ("2026-01-01", "2027-01-01"), "month"),
        ("until now accumulated sales by week from April 1", ("2026-04-01", "2026-05-21"), "week"),
        ("units of Kitchen and Textiles each since march", ("2026-03-01", "2026-05-21"), None),
        ("sales for each of the last 3 months", ("2026-02-01", "2026-05-01"), "month"),
        ("show sales for every month of year 2025", ("2025-01-01", "2026-01-01"), "month"),
        ("which month of the year is best", None, "month"),
    ],
)
def test_the_rest_of_the_question_settles_the_period(
    plan_it: PlanIt, question: str, time: tuple[str, str] | None, grain: str | None
) -> None:
    query = shape(plan_it, question)
    assert (query.get("time"), query.get("grain")) == (time, grain)


def test_the_year_is_that_of_the_question_before(plan_it: PlanIt) -> None:
    assert shape(plan_it, "sales in March 2025", "and for the year?")["time"] == ("2025-01-01", "2026-01-01")
    assert shape(plan_it, "sales for the year")["time"] == ("2026-01-01", "2027-01-01")


def test_what_falls_to_a_part_is_no_change(plan_it: PlanIt) -> None:
    query = shape(plan_it, "what proportion of refunds fell in Kitchen in 2025")
    assert "compare" not in query


def test_hours_are_no_part_of_a_whole(plan_it: PlanIt) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it("what share of the orders came after 6pm in 2026")


@pytest.mark.parametrize(
    "question",
    ["who bought most before I have my coffee", "sales since we opened the doors", "sales since the holidays ended on 1 September"],
)  # fmt: skip
def test_what_tells_its_own_day_need_not_be_noted(question: str) -> None:
    assert with_days(question, (), date(2026, 10, 31), Calendar()).unknown is None


def test_what_nobody_noted_is_asked_back() -> None:
    assert with_days("sales since we started the campaign", (), date(2026, 10, 31), Calendar()).unknown
