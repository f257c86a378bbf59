"""Periods in words: read anew on each day, so that what they say moves with it."""

from datetime import date, timedelta

from storage.metrics.query import TimeRange
from tools.language.periods import Calendar, PeriodSpan, find_periods, preceding, shift
from tools.language.text import tokenize
from tools.query.slots import Unsupported
from tools.query.stretches import as_period, as_range

PREVIOUS_PERIOD = "previous period"
PREVIOUS_YEAR = "previous year"
ALL_TIME = "all time"
_LATER = timedelta(days=400)
_BESIDE = frozenset("in the of for over on during".split())
"""What may stand before a period: "in the last 30 days"."""


def read_period(phrase: str, today: date, calendar: Calendar) -> PeriodSpan:
    """The one period that a phrase says. Raises Unsupported where it says none, more than one, or one to come."""
    tokens = tokenize(phrase)
    found = find_periods(tokens, today, calendar)
    if len(found) != 1 or any(token.norm not in _BESIDE for i, token in enumerate(tokens) if i not in found[0].tokens):
        raise Unsupported(f"“{phrase}” is no period that I know. For example: last 30 days, this quarter, March 2026.")
    (span,) = found
    if span.problem:
        raise Unsupported(span.problem)
    if span.start is not None and span.start > today:
        raise Unsupported(f"“{phrase}” lies in the future: there is nothing to show yet.")
    return span


def compared_with(time: TimeRange | None, phrase: str, today: date, calendar: Calendar) -> TimeRange:
    """The period that another is held against: the one right before it, the same a year earlier, or one of its own.
    Raises Unsupported."""
    if time is None or time.start is None or time.end is None:
        raise Unsupported("An open period cannot be compared: please name its beginning and its end.")
    if phrase == PREVIOUS_PERIOD:
        return as_range(preceding(as_period(time)))
    if phrase == PREVIOUS_YEAR:
        return as_range(shift(as_period(time), "year", -1))
    return as_range(read_period(phrase, today, calendar).period)


def as_phrase(time: TimeRange, today: date, calendar: Calendar, said: str = "") -> str:
    """Words that say this period again, today: the period in what was `said` where it is that one, else its label (of
    "the last 30 days (3 October – 1 November 2026)" what stands in front), else its days."""
    tokens = tokenize(said)
    spoken = (tokens[span.tokens.start : span.tokens.stop] for span in find_periods(tokens, today, calendar))
    phrases = [said[words[0].start : words[-1].end] for words in spoken]
    for phrase in (*phrases, time.label.partition(" (")[0], time.label):
        if phrase and _says(phrase, time, today, calendar):
            return phrase
    last = time.end - timedelta(days=1) if time.end else None
    if time.start and last:
        return f"{time.start.isoformat()} to {last.isoformat()}" if last > time.start else time.start.isoformat()
    return f"since {time.start.isoformat()}" if time.start else f"until {last.isoformat()}" if last else ALL_TIME


def moves(phrase: str, today: date, calendar: Calendar) -> bool:
    """Whether a phrase says another period on another day."""
    try:
        now, then = (read_period(phrase, day, calendar) for day in (today, today + _LATER))
    except Unsupported:  # at the end of the years that can be counted
        return False
    return (now.start, now.end) != (then.start, then.end)


def as_comparison(time: TimeRange, compare: TimeRange, today: date, calendar: Calendar) -> str:
    """Words that say again what a period is held against: with relation to it where there is one."""
    for phrase in (PREVIOUS_YEAR, PREVIOUS_PERIOD):
        if time.start and time.end and _same(compared_with(time, phrase, today, calendar), compare):
            return phrase
    return as_phrase(compare, today, calendar)


def _says(phrase: str, time: TimeRange, today: date, calendar: Calendar) -> bool:
    try:
        return _same(as_range(read_period(phrase, today, calendar).period), time)
    except Unsupported:
        return False


def _same(one: TimeRange, other: TimeRange) -> bool:
    return (one.start, one.end) == (other.start, other.end)
