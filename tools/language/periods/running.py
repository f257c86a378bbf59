"""Periods that are told by where they stand to today without a "last" or a "this": "for the year", "the month just gone",
"so far in the quarter", "2026 YTD"."""

from datetime import date, timedelta

from tools.language.periods import words
from tools.language.periods.calendars import DAY, DAYS_IN_WEEK, Period, Unit, name_day, name_days, unit_period
from tools.language.periods.reader import Offset, Opener, Reader, Reading
from tools.language.text import TokenKind

_DURING = ("for", "of", "in", "over", "through", "throughout", "during", "across")
_FOR_WEEKS = ("for",)
"""Before "the week" the others may tell a habit: "orders during the week"."""
_PARTS = frozenset(
    """time times season seasons end start begin beginning middle rest remainder half first last point part parts turn
    top day days weekday weekdays week weeks month months quarter quarters hour hours date dates""".split()
)
"""Before "of the year" these make a part of it, or a thing that every year has."""
_GOES_ON = frozenset(
    """before after of to ended ending from beginning starting commencing prior preceding following until till through
    just gone past passed ago earlier later last as that when which we i""".split()
)
"""Behind "the year" these tell which one."""
_JUST_GONE = (
    "just gone by", "just gone", "just past", "just passed", "just ended", "just finished", "just over", "just been",
    "that just ended", "that has just ended", "that's just gone", "that's just ended", "which just ended", "gone by", "gone",
)  # fmt: skip
_GONE = ("past", "passed")
"""These mean it only behind "the": "the month passed"."""
_SO_FAR = ("so far", "to date", "until now", "till now", "up to now")
_SATURDAYS, _SUNDAYS = frozenset(["sat", "saturday"]), frozenset(["sun", "sunday"])


def the_unit(r: Reader, at: int) -> Reading | None:
    """ "for the year", "over the month", "through the year so far": the one that runs, where no other time is named."""
    if r.word(at) not in _DURING or r.word(at + 1) != "the":
        return None
    found = r.unit(at + 2)
    if found is None or found[2] > 1 or found[1] in ("day", "half") or r.word(at + 2).endswith("s"):
        return None
    stop, unit, _ = found
    if (unit == "week" and r.word(at) not in _FOR_WEEKS) or r.tokens[at + 2].text.istitle():
        return None
    so_far = r.phrase(stop, *_SO_FAR)
    if so_far is None and (r.word(stop) in _GOES_ON or not r.closed(stop)):
        return None
    if (r.word(at) == "of" and r.word(at - 1) in _PARTS) or _names_another_time(r, at, so_far or stop):
        return None
    return Reading(so_far or stop, _present(r, unit), offset=Offset(unit, 0))


def _present(r: Reader, unit: Unit) -> Period:
    return unit_period(r.units_from(r.today, unit, 0), unit, r.calendar)


def _names_another_time(r: Reader, first: int, stop: int) -> bool:
    """Whether anything else in the text may tell which year or month is meant: "for the year: 2025"."""
    others = (i for i in range(len(r.tokens)) if not first <= i < stop)
    return any(
        r.year_token(i) is not None
        or r.word(i) in words.MONTHS.keys() - words.AMBIGUOUS_MONTHS
        or r.word(i) in words.DAY_WORDS
        or (r.word(i) in words.DIRECTIONS and r.unit(i + 1) is not None)
        or r.word(i)[:2] in ("q1", "q2", "q3", "q4", "fy", "h1", "h2")
        for i in others
    )


def just_gone(r: Reader, at: int) -> Reading | None:
    """ "the quarter just gone", "the weekend just gone", "this Saturday just past", "October gone": the last that is over."""
    place = at + (r.word(at) == "this")
    if (pair := _weekend_by_its_days(r, place)) is not None:
        stop = r.phrase(pair, *_JUST_GONE)
        return _weekend(r, stop) if stop else None
    stop = r.phrase(place + 1, *_JUST_GONE)
    if stop is None and r.word(place - 1) in ("the", "this"):
        stop = r.phrase(place + 1, *_GONE)
    if stop is None or r.hyphenated(place + 1):
        return None
    if r.word(place) == "weekend":
        return _weekend(r, stop)
    if (number := words.WEEKDAYS.get(r.word(place))) is not None:
        day = r.today - timedelta(days=(r.today.isoweekday() - number - 1) % DAYS_IN_WEEK + 1)
        return Reading(stop, Period(day, day + DAY, "day", name_day(day)))
    found = r.unit(place)
    if found is not None:
        unit = found[1]
        if found[2] > 1 or unit == "day" or r.word(place).endswith("s"):
            return None
        period = unit_period(r.units_from(r.today, unit, -1), unit, r.calendar)
        year = period.start.year if unit == "year" and period.start else None
        return Reading(stop, period, offset=Offset(unit, -1), year=year)
    return _named_just_gone(r, place, stop)


def _named_just_gone(r: Reader, at: int, stop: int) -> Reading | None:
    name = r.read(at)
    if name is None or name.in_year is None or name.stop != at + 1:
        return None
    over = (name.in_year(r.today.year - back).period for back in (0, 1, 2))
    period = next((p for p in over if p is not None and p.end is not None and p.end <= r.today), None)
    return Reading(stop, period, year=period.start.year) if period and period.start else None


def _weekend_by_its_days(r: Reader, at: int) -> int | None:
    """The place after "sat + sun", "Saturday and Sunday"."""
    joined = r.word(at) in _SATURDAYS and r.word(at + 1) in ("+", "and", "&", "/", "n", "plus")
    return at + 3 if joined and r.word(at + 2) in _SUNDAYS else None


def _weekend(r: Reader, stop: int) -> Reading:
    """The last that is over."""
    monday = r.today - timedelta(days=r.today.isoweekday() - 1)
    start, end = monday - timedelta(days=2), monday
    return Reading(stop, Period(start, end, "day", name_days(start, end)))


def so_far_in(r: Reader, at: int) -> Reading | None:
    """ "so far in the year", "so far into this quarter", "so far in year"."""
    place = r.phrase(at, "so far in", "so far into", "so far through", "so far during", "so far of")
    if place is None:
        return None
    found = r.unit(r.skip(place, "the", "this", "current", "present", "running"))
    if found is None or found[2] > 1 or found[1] == "day":
        return None
    start, end = r.units_from(r.today, found[1], 0), r.today + DAY
    label = f"{found[1]} to date ({name_days(start, end)})"
    return Reading(found[0], Period(start, end, found[1] if found[1] != "half" else "quarter", label), offset=Offset(found[1], 0))  # fmt: skip


def year_to_date(r: Reader, at: int) -> Reading | None:
    """ "2026 YTD", and "2025 YTD": as far as the same day of that year."""
    year = r.year_token(at)
    stop = r.phrase(at + 1, "ytd", "year to date")
    if year is None or stop is None or not r.plausible(year) or year > r.today.year:
        return None
    start = date(year, 1, 1)
    last_day = r.today.replace(day=28) if (r.today.month, r.today.day) == (2, 29) else r.today
    end = last_day.replace(year=year) + DAY
    return Reading(stop, Period(start, end, "year", name_days(start, end)), year=year)


def a_year_ago(r: Reader, at: int) -> Reading | None:
    """ "in November, year ago": as those say it who have no article."""
    found = r.unit(at)
    if found is None or found[2] > 1 or r.word(found[0]) != "ago" or r.count(at - 1) or r.word(at - 1) in ("a", "one"):
        return None
    unit, stop = found[1], found[0] + 1
    if unit == "day" or r.word(at).endswith("s"):
        return None
    period = unit_period(r.units_from(r.today, unit, -1), unit, r.calendar)
    return Reading(stop, period, offset=Offset(unit, -1), year=period.start.year if unit == "year" and period.start else None)  # fmt: skip


RUNNING = (
    Opener(the_unit, _DURING),
    Opener(just_gone, {"this", *words.UNITS, *words.WEEKDAYS, *words.MONTHS, "weekend"}),
    Opener(so_far_in, ("so",)),
    Opener(year_to_date, kinds=frozenset((TokenKind.NUMBER, TokenKind.DATE))),
    Opener(a_year_ago, words.UNITS),
)
