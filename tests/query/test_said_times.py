"""Times in people's own words, in the words of the calendar; and what only looks like one stays."""

from datetime import date

import pytest

from tools.query.said_times import in_plain_times

TODAY = date(2026, 10, 31)
"""A Saturday."""


def plain(question: str, today: date = TODAY) -> str:
    return in_plain_times(question, today)


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("margin by region, twenty twenty-four", "margin by region, 2024"),
        ("profit for nineteen ninety eight", "profit for 1998"),
        ("orders in ninety six, by city", "orders in 96, by city"),
        ("refunds 96 & 97 by supplier", "refunds 96 & 97 by supplier"),
        ("the last two quarters of 25", "the last two quarters of 2025"),
        ("month of 25 with most refunds", "month of 2025 with most refunds"),
        ("profit in the first week of 25", "profit in the first week of 2025"),
        ("profit from 3 may 25 to 2 may 26", "profit from 3 may 2025 to 2 may 2026"),
        ("feb 25 to end of jan 26: refunds", "from feb 2025 to jan 2026: refunds"),
        ("turnover in 2024 and in 2025", "turnover by year in 2024 and 2025"),
    ],
)
def test_years_in_words_and_in_two_digits(asked: str, understood: str) -> None:
    assert plain(asked) == understood


def test_two_digits_that_can_be_no_day_are_years_when_they_follow_each_other() -> None:
    assert plain("refunds 96 & 97 by supplier", date(1998, 5, 6)) == "refunds 1996 and 1997 by supplier"


@pytest.mark.parametrize(
    "question",
    [
        "which customers bought 96 & 40 units",
        "orders between 45 and 46 dollars",
        "twenty five customers",
        "sales wk of 26 Oct",
        "the week of 26",
        "how many twenty twenty pound vouchers",
        "customers with ninety six orders",
        "3 may 25 units were sold",
        "the top 20 and 21",
        "97 orders",
        "36 and 37 are the sizes",
        "the best days of 25 customers",
    ],
)
def test_numbers_that_count_something_are_no_years(question: str) -> None:
    assert plain(question, date(1998, 5, 6)) == question


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("sales between the second and the twelfth of may", "sales between 2 and 12 may"),
        ("sales from the first to twenty-third of May", "sales from 1 to 23 May"),
        ("orders since june third", "orders since 3 june"),
        ("orders on the twenty-second of July", "orders on the 22 July"),
        ("orders 3/may/2026", "orders 3 may 2026"),
        ("refunds betw. 3 May and 9 May, both days included", "refunds between 3 May and 9 May"),
        ("refunds 3 May through to 9 May (both incl.)", "refunds 3 May to 9 May"),
        ("profit in the tax year ended 30 June 2026", "profit in the year ended 30 June 2026"),
        ("profit, tax year 1 July 2025 to 30 June 2026", "profit, from 1 July 2025 to 30 June 2026"),
        ("profit over the twelve months 1 July 2025 to 30 June 2026", "profit from 1 July 2025 to 30 June 2026"),
        ("mondays this year until end august", "mondays this year until the end of august"),
        ("VAT May/June 2026", "VAT May to June 2026"),
    ],
)
def test_days_and_stretches_of_days(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "question",
    [
        "our first May order",
        "the first of May orders",
        "sales in the first week of May",
        "May first orders",
        "our second June",
        "sales in May, first the products",
        "profit in the tax year",
        "VAT May/August 2026",
        "was more sold in 2024 and in 2025 than before",
        "refunds from 3 May to 9 May, the last day excluded",
        "total with tax and shipping, both included",
    ],
)
def test_what_is_first_of_other_things_is_no_day(question: str) -> None:
    assert plain(question) == question


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("profit each calendar quarter", "profit each quarter"),
        ("profit by month of the 2025 calendar year", "profit by month of 2025"),
        ("ytd against lytd", "ytd against the same period last year"),
        ("refunds since new year's", "refunds since 1 January this year"),
        ("refunds since the year began", "refunds since 1 January this year"),
        ("best week since we started trading?", "best week since we started?"),
        ("How many vouchers have gone? Since day one.", "How many vouchers have gone since we started."),
        ("refunds from opening to now", "refunds since we started"),
    ],
)
def test_units_and_beginnings(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "question",
    [
        "which calendar month is usually the slowest",
        "advent calendar units",
        "did we ever sell more in a calendar month",
        "refunds since new year's eve",
        "refunds since we opened the second shop",
        "refunds since the start of the sale",
        "refunds since summer began",
        "orders from opening until noon",
    ],
)
def test_beginnings_that_nobody_can_know_stay(question: str) -> None:
    assert plain(question) == question


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("visits over the winter, January to February", "visits January to February"),
        ("refunds this spring April and May", "refunds April and May"),
        ("spring (march to may) 2026 vs spring 2025", "spring 2026 vs spring 2025"),
        ("refunds in spring 2026 (april to june)", "refunds in april to june 2026"),
    ],
)
def test_a_season_beside_its_months_is_these_months(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "question",
    [
        "summer dresses June to August",
        "refunds last summer",
        "spring 2026 vs spring 2025",
        "refunds last autumn, October to November",
        "why did refunds fall March to April",
        "spring 2026 (april to june) vs spring 2025",
    ],
)
def test_a_season_by_itself_stays(question: str) -> None:
    assert plain(question) == question


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("refunds tue-thu this week", "refunds Tuesday-Thursday this week"),
        ("REFUNDS THU FRI SAT", "REFUNDS Thursday Friday Saturday"),
        ("REFUNDS THU FRI SAT last week", "REFUNDS by day from Thursday to Saturday last week"),
        ("refunds tue-thu last wk each day", "refunds Tuesday-Thursday last wk by day"),
        ("refunds mon wed fri this week", "refunds Monday Wednesday Friday this week"),
        ("vouchers sat & sun last wkend", "vouchers last weekend"),
        ("more orders on tue or thurs?", "orders by weekday on Tuesdays and Thursdays?"),
        ("it's 11pm, what did we take today", "what did we take today"),
        ("what a Saturday, what did we take the 24?", "what a Saturday, what did we take on 24 October 2026?"),
        ("refunds on Friday the 30", "refunds on 30 October 2026"),
    ],
)
def test_weekdays(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "question",
    [
        "sun cream units",
        "did sat nav holders sell",
        "what a Friday, what did we take the 24?",
        "on Saturday the 24 products",
        "more orders on Tuesday than usual",
        "what came in at 1 am",
    ],
)
def test_other_words_and_other_days_stay(question: str) -> None:
    assert plain(question) == question


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("profit this May respect to last May", "profit this May compared to last May"),
        ("refunds ytd vs the corresponding period of 2025", "refunds ytd vs the same period of 2025"),
        (
            "refunds so far this October against the same stretch of last October",
            "refunds so far this October against the same period last year",
        ),
        ("refunds in the back half of 2025", "refunds in the second half of 2025"),
    ],
)
def test_periods_held_against_each_other(asked: str, understood: str) -> None:
    assert plain(asked) == understood


@pytest.mark.parametrize(
    "question",
    [
        "with respect to 2025, what was the profit",
        "refunds so far this October against the same stretch of last May",
        "back half the stock",
    ],
)
def test_other_respects_stay(question: str) -> None:
    assert plain(question) == question
