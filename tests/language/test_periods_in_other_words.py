"""Periods that owners name without the words of a calendar: by where they stand to today, or in two ways at once.
Each line of a table: the words | first day | last day; "-" leaves a side open."""

from datetime import date, timedelta

import pytest

from tools.language.clock import find_clocks
from tools.language.periods import Calendar, PeriodSpan, find_periods
from tools.language.periods.comparisons import find_comparisons
from tools.language.text import tokenize

FRIDAY = date(2026, 11, 20)

MEANT = """
bottom two countries for the year                        | 2026-01-01 | 2026-12-31
total revenue over the year                              | 2026-01-01 | 2026-12-31
takings through the year so far                          | 2026-01-01 | 2026-12-31
profit for the month                                     | 2026-11-01 | 2026-11-30
top product of the quarter                               | 2026-10-01 | 2026-12-31
orders for the week                                      | 2026-11-16 | 2026-11-22
turnover so far in year                                  | 2026-01-01 | 2026-11-20
so far into this quarter                                 | 2026-10-01 | 2026-11-20
margin 2026 YTD                                          | 2026-01-01 | 2026-11-20
margin 2025 YTD                                          | 2025-01-01 | 2025-11-20
takings for the quarter just gone                        | 2026-07-01 | 2026-09-30
takings in the month passed                              | 2026-10-01 | 2026-10-31
the week just past                                       | 2026-11-09 | 2026-11-15
takings sat + sun just gone                              | 2026-11-14 | 2026-11-15
this weekend just gone                                   | 2026-11-14 | 2026-11-15
the Saturday just gone                                   | 2026-11-14 | 2026-11-14
October just gone                                        | 2026-10-01 | 2026-10-31
from March this year to date                             | 2026-03-01 | 2026-11-20
from March last year to date                             | 2025-03-01 | 2026-11-20
from 3 January this year to 5 March                      | 2026-01-03 | 2026-03-05
from January this year to June                           | 2026-01-01 | 2026-06-30
month over month growth from February to June 2026       | 2026-02-01 | 2026-06-30
refunds last August 2025                                 | 2025-08-01 | 2025-08-31
sold how many year ago                                   | 2025-01-01 | 2025-12-31
sales since always                                       | -          | 2026-11-20
worst month since we opened the doors                    | -          | 2026-11-20
since we started keeping these figures                   | -          | 2026-11-20
since summer started, June 1st                           | 2026-06-01 | 2026-11-20
since Easter Monday, that's 6 April                      | 2026-04-06 | 2026-11-20
since the start of summer (1 June)                       | 2026-06-01 | 2026-11-20
since the school holidays ended on 1 September           | 2026-09-01 | 2026-11-20
October onward                                           | 2026-10-01 | 2026-11-20
2025 onwards                                             | 2025-01-01 | 2026-11-20
from beginning of this year                              | 2026-01-01 | 2026-11-20
from begin of year                                       | 2026-01-01 | 2026-11-20
weekly, beginning 3 August, ending 27 September          | 2026-08-03 | 2026-09-27
from the second quarter of 2024 through the third of 2026 | 2024-04-01 | 2026-09-30
April to June inclusive                                  | 2026-04-01 | 2026-06-30
the half-year July to December 2025                      | 2025-07-01 | 2025-12-31
the financial year 1 July 2025 to 30 June 2026           | 2025-07-01 | 2026-06-30
last half year, May to October                           | 2026-05-01 | 2026-10-31
the second half of October (16th-31st)                   | 2026-10-16 | 2026-10-31
lately, say last month                                   | 2026-10-01 | 2026-10-31
last Saturday, the 7th                                   | 2026-11-07 | 2026-11-07
Good Friday until Monday this year                       | 2026-04-03 | 2026-04-06
Easter this year, Good Friday until Monday               | 2026-04-03 | 2026-04-06
in the Christmas month of 2025                           | 2025-12-01 | 2025-12-31
the summer months of last year                           | 2025-06-01 | 2025-08-31
in the third trimester                                   | 2026-07-01 | 2026-09-30
Saturday's orders                                        | 2026-11-14 | 2026-11-14
sales Monday                                             | 2026-11-16 | 2026-11-16
Hogmanay 2025                                            | 2025-12-31 | 2025-12-31
by week from 1 April                                     | 2026-04-01 | 2026-04-01
what did that add up to last quarter                     | 2026-07-01 | 2026-09-30
month after month through 2025                           | 2025-01-01 | 2025-12-31
"""

NONE = """
time of the year
which month of the year
orders during the week
the year before
Saturday's busiest hour
average sales Saturday
Egg Mayo and soup
sales at the Northern Quarter
"""


def lines(table: str) -> list[str]:
    return [line for line in table.splitlines() if line]


def periods(words: str) -> list[PeriodSpan]:
    return find_periods(tokenize(words), FRIDAY, Calendar())


@pytest.mark.parametrize("line", lines(MEANT))
def test_words_mean_days(line: str) -> None:
    words, first, last = (cell.strip() for cell in line.split("|"))
    (period,) = periods(words)
    start = period.start.isoformat() if period.start else "-"
    end = (period.end - timedelta(days=1)).isoformat() if period.end else "-"
    assert (start, end, period.problem) == (first, last, None)


@pytest.mark.parametrize("words", lines(NONE))
def test_what_every_year_or_week_has_is_no_period(words: str) -> None:
    assert periods(words) == []


def test_the_year_is_the_one_that_is_named_elsewhere() -> None:
    assert [period.label for period in periods("for the year: 2025")] == ["2025"]
    assert [period.label for period in periods("March in the year")] == ["March 2026"]


def test_two_quarters_share_their_unit() -> None:
    assert [period.label for period in periods("in first or in second quarter of 2025")] == ["Q1 2025", "Q2 2025"]


@pytest.mark.parametrize(
    ("words", "kind", "base"),
    [
        ("better this October than last", "previous_year", "October 2026"),
        ("more this month than last", "previous_period", "November 2026"),
        ("ahead of where it was last year", "previous_year", None),
        ("Q1 2025 in front of Q2 2025", "period", "Q1 2025"),
        ("growth of bread, 2025 over 2024", "period", "2025"),
    ],
)
def test_words_hold_a_period_against_another(words: str, kind: str, base: str | None) -> None:
    tokens = tokenize(words)
    (comparison,) = find_comparisons(tokens, periods(words))
    assert (comparison.kind, comparison.base and comparison.base.label) == (kind, base)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("after six in the evening", 18, 24), ("after ten at night", 22, 24), ("before nine in the morning", 0, 9),
        ("between noon and two", 12, 14), ("between 9 and 11 in the morning", 9, 11), ("evening 6pm up", 18, 24),
        ("evening orders (after six)", 18, 24), ("from 6 am to 12 noon", 6, 12), ("three pm onwards", 15, 24),
    ],
)  # fmt: skip
def test_hours_in_words(words: str, start: float, end: float) -> None:
    assert [(clock.start / 60, clock.end / 60) for clock in find_clocks(tokenize(words))] == [(start, end)]


@pytest.mark.parametrize(
    "words",
    ["after six", "evening orders after 6 June", "more than six orders in the evening", "after two mornings off"],
)
def test_a_bare_hour_is_none(words: str) -> None:
    assert find_clocks(tokenize(words)) == []
