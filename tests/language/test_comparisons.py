"""Comparisons, follow-up shifts and grains, and how they keep out of each other's way."""

from datetime import date

import pytest

from tools.language.periods import (
    ComparisonSpan,
    GrainSpan,
    RelativeShift,
    find_comparisons,
    find_grains,
    find_periods,
    find_shifts,
)
from tools.language.text import tokenize

TODAY = date(2026, 10, 31)


def comparisons(text: str) -> list[ComparisonSpan]:
    tokens = tokenize(text)
    return find_comparisons(tokens, find_periods(tokens, TODAY))


def shifts(text: str) -> list[RelativeShift]:
    tokens = tokenize(text)
    return find_shifts(tokens, find_comparisons(tokens, find_periods(tokens, TODAY)))


def grains(text: str) -> list[GrainSpan]:
    tokens = tokenize(text)
    return find_grains(tokens, find_periods(tokens, TODAY))


@pytest.mark.parametrize(
    "text",
    [
        "revenue this month vs last year",
        "revenue this month versus last year",
        "Q1 compared to last year",
        "revenue compared with the previous year",
        "revenue in 2018 compared to the previous year",
        "revenue in March 2018 vs. the year before",
        "is it more than last year",
        "is it higher than the year before",
        "orders up on last year",
        "how much did revenue grow over last year",
        "change from the prior year",
        "year over year growth",
        "year-on-year revenue",
        "yoy revenue by month",
        "revenue y/y",
        "revenue last quarter compared with the same quarter a year ago",
        "this month against the same month last year",
        "this month and the same period last year",
        "sales vs LY",
        "compare this year's sales with last year's",
        "Umsatz im letzten Monat gegenüber dem Vorjahr",
    ],
)
def test_against_the_same_time_a_year_ago(text: str) -> None:
    [comparison] = comparisons(text)
    assert (comparison.kind, comparison.period, comparison.count) == ("previous_year", None, 1)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("revenue this month vs last month", "month"),
        ("this week compared to last week", "week"),
        ("revenue compared to the previous month", "month"),
        ("March 2018 vs the month before", "month"),
        ("MoM change in orders", "month"),
        ("mom growth", "month"),
        ("month over month", "month"),
        ("quarter-on-quarter revenue", "quarter"),
        ("WoW", "week"),
        ("compare this month with last month", "month"),
        ("compared to the previous period", None),
        ("sales vs. prior period", None),
        ("last 30 days versus the period before", None),
        ("last 30 days vs previous", None),
        ("change from last month", "month"),
    ],
)
def test_against_the_period_before(text: str, unit: str | None) -> None:
    [comparison] = comparisons(text)
    assert (comparison.kind, comparison.unit, comparison.period) == ("previous_period", unit, None)


@pytest.mark.parametrize(
    ("text", "reference", "base"),
    [
        ("revenue 2018 vs 2017", "2017", "2018"),
        ("Q1 2018 versus Q1 2017", "Q1 2017", "Q1 2018"),
        ("better than in 2017", "2017", None),
        ("March compared to January 2026", "January 2026", "March 2026"),
        ("this week vs last month", "September 2026", "the week of 26 October 2026"),
        ("2018 against last year", "2025", "2018"),
        ("compare 2017 and 2018", "2017", "2018"),
        ("compare 2018 with 2017", "2017", "2018"),
        ("compare March to April 2018", "March 2018", "April 2018"),
        ("difference between March and April 2018", "March 2018", "April 2018"),
        ("growth from 2017 to 2018", "2017", "2018"),
        (
            "compare sales from January to March 2018 with April to June 2018",
            "January – March 2018",
            "April – June 2018",
        ),
    ],
)
def test_against_a_named_period(text: str, reference: str, base: str | None) -> None:
    [comparison] = comparisons(text)
    assert comparison.kind == "period"
    assert comparison.period is not None
    assert comparison.period.label == reference
    assert (comparison.base.label if comparison.base else None) == base


@pytest.mark.parametrize(
    "text",
    [
        "revenue last year",
        "revenue over the last year",
        "revenue over last year",
        "2017 and 2018",
        "orders from last month",
        "mom jeans",
        "wow, nice",
        "more than 5 orders",
        "red vs blue",
        "orders on Monday",
        "growth over the last 3 months",
        "vs",
        "",
    ],
)
def test_no_comparison(text: str) -> None:
    assert comparisons(text) == []


def test_two_years_before() -> None:
    [comparison] = comparisons("March 2018 vs two years before")
    assert (comparison.kind, comparison.count) == ("previous_year", 2)


def test_a_comparison_covers_its_cue_and_its_period() -> None:
    [comparison] = comparisons("revenue this month vs last month by product")
    assert comparison.tokens == range(3, 6)


@pytest.mark.parametrize(
    ("text", "kind", "unit", "count"),
    [
        ("and the year before?", "earlier", "year", 1),
        ("and the month before that?", "earlier", "month", 1),
        ("what about a year earlier", "earlier", "year", 1),
        ("two quarters earlier", "earlier", "quarter", 2),
        ("three months before", "earlier", "month", 3),
        ("the previous year", "earlier", "year", 1),
        ("the previous period", "earlier", None, 1),
        ("the one before", "earlier", None, 1),
        ("and before that?", "earlier", None, 1),
        ("same period last year", "earlier", "year", 1),
        ("the same month of the previous year", "earlier", "year", 1),
        ("same day last week", "earlier", "week", 1),
        ("the same time a year ago", "earlier", "year", 1),
        ("the following month", "later", "month", 1),
        ("a week later", "later", "week", 1),
        ("the year after that", "later", "year", 1),
        ("the next one", "later", None, 1),
        ("el mes anterior", "earlier", "month", 1),
        ("Vormonat", "earlier", "month", 1),
    ],
)
def test_a_follow_up_moves_what_was_asked(text: str, kind: str, unit: str | None, count: int) -> None:
    [shift] = shifts(text)
    assert (shift.kind, shift.unit, shift.count) == (kind, unit, count)


@pytest.mark.parametrize(
    "text",
    [
        "last year",
        "the week before Christmas 2018",
        "the year before last",
        "2018 vs the year before",
        "before 2018",
        "3 months",
        "previous customers",
        "",
    ],
)
def test_no_shift(text: str) -> None:
    assert shifts(text) == []


@pytest.mark.parametrize(
    ("text", "grain"),
    [
        ("by day", "day"),
        ("by calendar day", "day"),
        ("by week", "week"),
        ("revenue by month in 2018", "month"),
        ("per month", "month"),
        ("per quarter", "quarter"),
        ("each year", "year"),
        ("every week", "week"),
        ("for each month", "month"),
        ("daily revenue", "day"),
        ("weekly orders", "week"),
        ("monthly", "month"),
        ("on a monthly basis", "month"),
        ("quarterly", "quarter"),
        ("yearly", "year"),
        ("annual revenue", "year"),
        ("week by week", "week"),
        ("month after month", "month"),
        ("month-wise", "month"),
        ("split into months", "month"),
        ("which month was best in 2018", "month"),
        ("what was our best quarter", "quarter"),
        ("top 5 days by revenue last month", "day"),
        ("this year by month", "month"),
        ("pro Monat", "month"),
        ("par mois", "month"),
        ("over time", None),
    ],
)
def test_a_grain(text: str, grain: str | None) -> None:
    assert [span.grain for span in grains(text)] == [grain]


@pytest.mark.parametrize(
    "text",
    [
        "this month",
        "last 3 months",
        "month to date",
        "by the end of the month",
        "by year end",
        "by day of week",
        "by next month",
        "best products last month",
        "which products sold this month",
        "by product",
        "",
    ],
)
def test_no_grain(text: str) -> None:
    assert grains(text) == []


def test_a_fiscal_grain_says_so() -> None:
    [span] = grains("by fiscal quarter")
    assert (span.grain, span.fiscal) == ("quarter", True)
