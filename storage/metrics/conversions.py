"""Things and the steps they take: when each of them began, and on how many days it did something later."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause

from storage.metrics.buckets import ordinal
from storage.metrics.joins import Fact
from storage.metrics.pieces import unindexed
from storage.metrics.query import TimeRange

Conditions = Sequence[ColumnElement[bool]]


def first_days(
    fact: Fact,
    key: ColumnElement[Any],
    day: ColumnElement[date],
    *,
    fixed: Conditions,
    narrowed: Conditions,
    period: TimeRange | None,
    ever: bool,
) -> Select[Any]:
    """(key, day): the different keys of a fact's rows and the first day of each in a period, where they meet the conditions
    that narrow them; with `ever` those whose very first day, over all time, lies in the period and has a row that does."""
    opens: ColumnElement[Any] = func.min(day)
    statement = fact.apply(select(key.label("key"), opens.label("day"))).where(key.is_not(None), *fixed)
    if not ever:
        return statement.where(*narrowed, *between(day, period)).group_by(key)
    statement = statement.group_by(unindexed(key))
    met = [func.min(case((and_(*narrowed), day))) == opens] if narrowed else []
    return statement.having(*met, *between(opens, period))


def days_taken(
    fact: Fact, key: ColumnElement[Any], day: ColumnElement[date], things: FromClause, conditions: Conditions
) -> Select[Any]:
    """(key, days): on how many different days each thing has a row of a fact that meets the conditions."""
    fact.join_to(things, things.c.key == key)
    days = func.count(day.distinct()).label("days")
    statement = fact.apply(select(things.c.key, days)).where(things.c.day.is_not(None), day.is_not(None), *conditions)
    return statement.group_by(things.c.key)


def soon_enough(day: ColumnElement[date], first: ColumnElement[date], within_days: int) -> ColumnElement[bool]:
    """Whether a day lies no more than so many days after another."""
    return ordinal(day, "day") <= ordinal(first, "day") + within_days


def between(day: ColumnElement[Any], period: TimeRange | None) -> list[ColumnElement[bool]]:
    if period is None:
        return []
    bounds = [day >= period.start] if period.start else []
    bounds += [day < period.end] if period.end else []
    return [*bounds, day.in_(period.only)] if period.only else bounds
