"""Periods with a name or a date: days, months, quarters, halves, years, fiscal years, numbered weeks, feasts, seasons.

Each rule reads the period that begins at a token, or returns None.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from tools.language.periods import words
from tools.language.periods.calendars import (
    DAY,
    DAYS_IN_WEEK,
    MONTH_NAMES,
    MONTHS_IN,
    MONTHS_IN_YEAR,
    YEARS,
    OutOfRangeError,
    Period,
    Unit,
    add_months,
    name_day,
    name_days,
    name_months,
    unit_period,
    week_of_year,
)
from tools.language.periods.feasts import FEASTS, GOODS_AS_WELL, SEASONS, long_weekend, season
from tools.language.periods.reader import Opener, Reader, Reading
from tools.language.text import TokenKind

_LAST_DAY = 31
_LEAP_YEAR = 2020
_WORDS_OF_A_FEAST = 2
_RECENT_YEARS = 4

_LISTED = ("and", "or", ",", "&")
_SHARING = ("and", "or", "&", "to", "vs", "versus", "against", "with", "in", "the")

_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:t.*)?")
_DAY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d\d)")
_YEAR_PART = re.compile(r"(\d{4})[-/](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_ISO_WEEK = re.compile(r"(\d{4})-?w(\d{1,2})")
_QUARTER_WORD = re.compile(r"(f?)([qh])(\d)(fy)?(\d{4}|\d\d)?")
_YEAR_QUARTER_WORD = re.compile(r"(\d)([qh])(\d{4}|\d\d)?")
_WEEK_WORD = re.compile(r"(?:w|wk|kw|cw|week)(\d{1,2})")


# Days


def day_period(year: int, month: int, day: int) -> Period | str:
    """One day, or the sentence that there is no such day. Raises OutOfRangeError."""
    if year not in YEARS:
        raise OutOfRangeError(year)
    if not 1 <= month <= MONTHS_IN_YEAR:
        return f"There is no month {month}."
    try:
        start = date(year, month, day)
    except ValueError:
        try:
            date(_LEAP_YEAR, month, day)
        except ValueError:
            return f"There is no {day} {MONTH_NAMES[month - 1]}."
        return f"There is no {day} {MONTH_NAMES[month - 1]} in {year}."
    return Period(start, start + DAY, "day", name_day(start))


def digits(r: Reader, at: int) -> Reading | None:
    """Dates in digits: 2018-03-01, 3/15/2018, 15.03.18, 2018-03, 03/2018, 2018-W12."""
    if r.kind(at) is not TokenKind.DATE:
        return None
    word = r.word(at)
    if match := _ISO_DAY.fullmatch(word):
        year, month, day = map(int, match.groups())
        return _reading(at + 1, day_period(year, month, day), year)
    if match := _DAY.fullmatch(word):
        return _numeric_day(r, at, int(match[1]), int(match[3]), r.full_year(match[4]), dotted=match[2] == ".")
    if match := _ISO_WEEK.fullmatch(word):
        return _week(r, at + 1, int(match[1]), int(match[2]))
    if match := _MONTH_YEAR.fullmatch(word):
        return _reading(at + 1, _month_period(r, int(match[2]), int(match[1])), int(match[2]))
    if match := _YEAR_PART.fullmatch(word):
        return _year_part(r, at, int(match[1]), match[2])
    year = r.full_year(word[1:])
    return _reading(at + 1, unit_period(date(year, 1, 1), "year", r.calendar), year)


def _numeric_day(r: Reader, at: int, first: int, second: int, year: int, *, dotted: bool) -> Reading:
    """Two numbers and a year. Dots mean that the day comes first; else the country says, and where it does not, the
    day comes first and the other order is an alternative."""
    day_first, month_first = day_period(year, second, first), day_period(year, first, second)
    if dotted:
        return _reading(at + 1, day_first, year)
    preferred, other = (month_first, day_first) if r.calendar.month_first else (day_first, month_first)
    if isinstance(preferred, str):
        return _reading(at + 1, other if isinstance(other, Period) else preferred, year)
    settled = r.calendar.month_first is not None or isinstance(other, str) or other == preferred
    return Reading(at + 1, preferred, year=year, alternatives=() if settled or isinstance(other, str) else (other,))


def _year_part(r: Reader, at: int, year: int, part: str) -> Reading:
    """2018-03 is a month; 2017-18 the two years; 2010-11 the month, or the two years."""
    pair = None
    last = r.full_year(part) if len(part) == len("18") else year
    if last == year + 1 or (last > year and int(part) > MONTHS_IN_YEAR):
        pair = Period(date(year, 1, 1), date(last + 1, 1, 1), "year", f"{year} – {last}")
    month = _month_period(r, year, int(part))
    if isinstance(month, str) and pair:
        return Reading(at + 1, pair, year=year)
    return _reading(at + 1, month, year, (pair,) if pair else ())


def slashed_day(r: Reader, at: int) -> Reading | None:
    """ "on 5/3": day and month without a year, after a word that asks for a day."""
    if (
        r.word(at - 1) not in words.DAY_CUES
        or r.word(at + 1) != "/"
        or not r.touching(at + 1)
        or not r.touching(at + 2)
    ):
        return None
    if not (_is_day(r, at) and _is_day(r, at + 2)):
        return None
    first, second = int(r.word(at)), int(r.word(at + 2))
    month_first = r.calendar.month_first or second > MONTHS_IN_YEAR
    month, day = (first, second) if month_first and first <= MONTHS_IN_YEAR else (second, first)
    reading = r.named(at + 3, None, lambda year: day_period(year, month, day))
    if r.calendar.month_first is not None or first == second or max(first, second) > MONTHS_IN_YEAR:
        return reading
    other = r.named(at + 3, None, lambda year: day_period(year, day, month))
    return Reading(
        at + 3, reading.period, in_year=reading.in_year, alternatives=(other.period,) if other.period else ()
    )


def _is_day(r: Reader, at: int) -> bool:
    word = r.word(at)
    return r.kind(at) is TokenKind.NUMBER and word.isdecimal() and len(word) <= len("31")


def day_number(r: Reader, at: int) -> tuple[int, int] | None:
    """The place after "3", "3rd", "3.", "the 3rd" or "Monday 3" of a month, and the number."""
    at = r.skip(at, *words.WEEKDAYS) if r.word(at) in words.WEEKDAYS else at
    at = r.skip(at, "the", ",")
    word = r.word(at)
    if r.kind(at) is TokenKind.ORDINAL and len(word) <= len("31st"):
        return at + 1, int(word[:-2])
    return (at + 1, int(word)) if _is_day(r, at) else None


def first_of_month(r: Reader, at: int) -> Reading | None:
    """ "the first of September"."""
    day = words.FIRST_TO_LAST.get(r.word(at), -1)
    month = words.MONTHS.get(r.word(at + 2))
    if day < 1 or r.word(at + 1) != "of" or month is None:
        return None
    return _named_day(r, at + 3, month, day, _year_of_day(r, at + 3))


def day_and_month(r: Reader, at: int) -> Reading | None:
    """ "3 May 2018", "the 3rd of May", "15. März", "Monday 3 May"."""
    if r.word(at) == "the" or (found := day_number(r, at)) is None:
        return None
    stop, day = found
    if r.kind(at) is TokenKind.NUMBER and r.word(at - 1) in words.AMOUNT_BEFORE | {"last", "next"}:
        return None
    stop = r.skip(stop, ".", "of", "de")
    month = words.MONTHS.get(r.word(stop))
    if month is None:
        return None
    year = _year_of_day(r, stop + 1)
    # "45 March orders" is a count; "45 March 2018" is a date that cannot be.
    if not 1 <= day <= _LAST_DAY and year is None and r.kind(at) is TokenKind.NUMBER:
        return None
    return _named_day(r, stop + 1, month, day, year)


def month_and_day(r: Reader, at: int) -> Reading | None:
    """ "May 3", "May 3rd, 2018", "May the 3rd"."""
    month = words.MONTHS.get(r.word(at))
    if month is None or r.hyphenated(at + 1) or (found := day_number(r, at + 1)) is None:
        return None
    stop, day = found
    counted = r.word(stop) in words.COUNTED_AFTER or r.word(stop) in words.UNITS
    if r.kind(stop - 1) is TokenKind.NUMBER and (not 1 <= day <= _LAST_DAY or counted):
        return None
    if (
        r.calendar.month_first is False
        and r.word(at + 1) == r.word(stop - 1)
        and r.word(stop) != ","
        and (short := month_in_short_year(r, at))
    ):
        return replace(short, alternatives=_days(r, stop, month, day))  # where the day comes first, "aug 26" is a month
    if r.word(stop) in words.MONTHS and r.year_token(stop + 1) and r.kind(stop - 1) is TokenKind.NUMBER:
        return None  # "March, 3 April 2018" and the like: the day belongs to the month after it
    return _named_day(r, stop, month, day, _year_of_day(r, stop))


def _days(r: Reader, stop: int, month: int, day: int) -> tuple[Period, ...]:
    period = _named_day(r, stop, month, day, None).period
    return (period,) if period else ()


def _year_of_day(r: Reader, at: int) -> tuple[int, int] | None:
    """The year of a day with its month; written with hyphens it may have two digits: 03-Mar-18."""
    if r.hyphenated(at) and r.word(at).isdecimal() and len(r.word(at)) == len("18"):
        return at + 1, r.full_year(r.word(at))
    return r.year_after(at)


def _named_day(r: Reader, stop: int, month: int, day: int, year: tuple[int, int] | None) -> Reading:
    if year:
        stop = year[0]
    return r.named(stop, year[1] if year else None, lambda number: day_period(number, month, day))


def day_of_month(r: Reader, at: int) -> Reading | None:
    """ "on the 15th": the last such day that has come, or the next where the future is meant."""
    cue = r.word(at - 2) if r.word(at - 1) == "the" else r.word(at - 1)
    if r.kind(at) is not TokenKind.ORDINAL or cue not in words.DAY_CUES or not r.closed(at + 1):
        return None
    day = int(r.word(at)[:-2])
    if not 1 <= day <= _LAST_DAY:
        return Reading(at + 1, None, f"There is no day {day} in any month.")
    first = r.today.replace(day=1)
    months = range(0, -MONTHS_IN_YEAR, -1) if r.prefer == "past" else range(MONTHS_IN_YEAR)
    for offset in months:
        month = add_months(first, offset)
        period = day_period(month.year, month.month, day)
        if isinstance(period, Period) and period.start is not None:
            wanted = period.start <= r.today if r.prefer == "past" else period.start >= r.today
            if wanted:
                return Reading(at + 1, period)
    return None


# Months, quarters, halves, years


def _month_period(r: Reader, year: int, month: int) -> Period | str:
    if not 1 <= month <= MONTHS_IN_YEAR:
        return f"There is no month {month}."
    return unit_period(date(year, month, 1), "month", r.calendar)


def month(r: Reader, at: int) -> Reading | None:
    """ "March", "March 2018", "Mar '18", "March of last year", "2018 March". A name that is another word too ("may")
    needs a year, a preposition or a neighbouring month beside it."""
    leading = r.year_token(at)
    place = at + 1 if leading is not None else at
    number = words.MONTHS.get(r.word(place))
    if number is None or (leading is not None and r.word(at - 1) in words.MONTHS):
        return None
    year = r.year_after(place + 1) if leading is None else (place + 1, leading)
    fiscal = None if year else r.fiscal_year_after(place + 1)
    if fiscal:
        start = r.fiscal_year_start(fiscal[1])
        calendar_year = start.year + (1 if number < start.month else 0)
        year = (fiscal[0], calendar_year)
    if year is None and r.word(place) in words.AMBIGUOUS_MONTHS and not _meant_as_month(r, place):
        return None
    reading = r.named(year[0] if year else place + 1, year[1] if year else None, lambda y: _month_period(r, y, number))
    if year is None and r.hyphenated(place + 1) and _is_day(r, place + 1):
        return _month_tied_to_number(r, place, number)
    return reading


def month_in_short_year(r: Reader, at: int) -> Reading | None:
    """ "August 26" where the number can only be a year; None where that year is far off."""
    if not _is_day(r, at + 1):
        return None
    year = r.full_year(r.word(at + 1))
    if not 0 <= r.today.year - year <= _RECENT_YEARS:
        return None
    return _reading(at + 2, _month_period(r, year, words.MONTHS[r.word(at)]), year)


def _month_tied_to_number(r: Reader, at: int, number: int) -> Reading:
    """ "Mar-18", as spreadsheets write a month; it could be a day."""
    year = r.full_year(r.word(at + 1))
    day = r.named(at + 2, None, lambda y: day_period(y, number, int(r.word(at + 1))))
    period = _month_period(r, year, number)
    return _reading(at + 2, period, year, (day.period,) if day.period else ())


def _meant_as_month(r: Reader, at: int) -> bool:
    before = r.word(at - 1)
    if r.word(at) == "may" and at > 1 and before == "," and r.closed(at + 1):
        return True  # "turnover, may"
    if before in _LISTED:
        return r.word(at - 2) in words.MONTHS.keys() - words.GOODS_MONTHS or r.year_token(at - 2) is not None
    if before in words.MONTHS.keys() - words.GOODS_MONTHS:
        return True  # "march april may"
    if before in words.CUES or r.kind(at - 1) in (TokenKind.NUMBER, TokenKind.ORDINAL):
        return True
    if (r.hyphenated(at + 1) and _is_day(r, at + 1)) or r.word(at + 1) in words.FIGURES:
        return True
    after = r.word(r.skip(at + 1, "to", "through", "until", "-", "vs", *_LISTED))
    if after in words.MONTHS and after not in words.GOODS_MONTHS:
        return True
    text = r.tokens[at].text
    if r.word(at) in words.GOODS_MONTHS:
        return False  # "Egg Mayo and soup"
    return at > 0 and text[0].isupper() and not text.isupper() and r.closed(at + 1)


def quarter(r: Reader, at: int) -> Reading | None:
    """ "Q1", "Q1 2018", "2018 Q1", "1Q18", "H1 FY19", "first quarter of 2018", "quarter 3", "second half of last year"."""
    leading = r.year_token(at)
    place = at + 1 if leading is not None else at
    found = _quarter_token(r, place) or _quarter_words(r, place)
    if found is None:
        return None
    stop, unit, part, fiscal, year = found
    if leading is not None:
        year = leading
    elif year is None and (stated := r.fiscal_year_after(stop)):
        (stop, year), fiscal = stated, True
    elif year is None and (stated := r.year_after(stop)):
        stop, year = stated
    letter = r.word(place)[:1]
    if letter == "h" and unit == "half" and part > MONTHS_IN_YEAR // MONTHS_IN[unit] and year is None:
        return None
    return _with_fiscal_reading(
        r, r.named(stop, year, lambda y: _part(r, y, unit, part, fiscal=fiscal)), unit, part, fiscal
    )


def _with_fiscal_reading(r: Reader, reading: Reading, unit: Unit, part: int, fiscal: bool) -> Reading:
    """Where the fiscal year is not the calendar year, "Q1 2018" may mean the other one."""
    if fiscal or r.calendar.fiscal_year_start == 1 or reading.period is None or reading.year is None:
        return reading
    other = _part(r, reading.year, unit, part, fiscal=True)
    alternatives = () if isinstance(other, str) else (other,)
    return Reading(reading.stop, reading.period, year=reading.year, alternatives=alternatives)


def _part(r: Reader, year: int, unit: Unit, part: int, *, fiscal: bool) -> Period | str:
    size = MONTHS_IN[unit]
    parts = MONTHS_IN_YEAR // size
    if not 1 <= part <= parts:
        return f"There is no {unit} {part}: a year has {parts}."
    first = r.fiscal_year_start(year) if fiscal else date(year, 1, 1)
    return unit_period(add_months(first, size * (part - 1)), unit, r.calendar, fiscal=fiscal)


_Part = tuple[int, Unit, int, bool, int | None]
"""Stop, unit, number of the part, whether of the fiscal year, year."""


def _quarter_token(r: Reader, at: int) -> _Part | None:
    at, fiscal = r.fiscal(at)
    word = r.word(at)
    units: dict[str, Unit] = {"q": "quarter", "h": "half"}
    if match := _QUARTER_WORD.fullmatch(word):
        fiscal = fiscal or bool(match[1]) or bool(match[4])
        year = r.full_year(match[5]) if match[5] else None
        if year is None and r.word(at + 1) == "/" and (year := r.year_token(at + 2)):
            return at + 3, units[match[2]], int(match[3]), fiscal, year
        return at + 1, units[match[2]], int(match[3]), fiscal, year
    if match := _YEAR_QUARTER_WORD.fullmatch(word):
        return at + 1, units[match[2]], int(match[1]), fiscal, r.full_year(match[3]) if match[3] else None
    if word == "q" and len(r.word(at + 1)) == 1 and r.word(at + 1).isdecimal():
        return at + 2, "quarter", int(r.word(at + 1)), fiscal, None
    return None


def _quarter_words(r: Reader, at: int) -> _Part | None:
    """ "first quarter", "last half of 2018", "fiscal quarter 3"; "last quarter" alone counts from today."""
    order = words.FIRST_TO_LAST.get(r.word(at))
    after, fiscal = r.fiscal(at + 1 if order is not None else at)
    unit = words.UNITS.get(r.word(after), ("day", 1))[0]
    if order is not None and order > 0 and (shared := _shared_unit(r, at + 1)):
        return at + 1, shared, order, False, None
    if unit not in ("quarter", "half") or r.word(after).endswith("s"):
        return None
    if order is not None:
        if order < 0 and not (r.fiscal_year_after(after + 1) or _named_year(r, after + 1)):
            return None
        parts = MONTHS_IN_YEAR // MONTHS_IN[unit]
        return after + 1, unit, parts if order < 0 else order, fiscal, None
    number = None if r.year_token(after + 1) is not None else r.count(after + 1)
    if number is None or r.hyphenated(after + 1) or number[0] != after + 2 or len(r.word(after + 1)) > len("three"):
        return None
    return after + 2, unit, int(number[1]), fiscal, None


def _shared_unit(r: Reader, at: int) -> Unit | None:
    """ "the first or the second quarter": the unit behind the second of them."""
    place = r.skip(at, *_SHARING)
    if place == at or words.FIRST_TO_LAST.get(r.word(place), -1) < 1:
        return None
    unit = words.UNITS.get(r.word(place + 1), ("day", 1))[0]
    return unit if unit in ("quarter", "half") and not r.word(place + 1).endswith("s") else None


def quarter_of(r: Reader, at: int, order: int) -> Reading | None:
    """ "the third of 2026" behind another quarter: the year begins at `at`."""
    year = r.year_after(at)
    if year is None:
        return None
    return r.named(year[0], year[1], lambda number: _part(r, number, "quarter", order, fiscal=False))


def _named_year(r: Reader, at: int) -> bool:
    """Whether a year follows in so many words: "last quarter of 2018", but not "last quarter last year"."""
    found = r.year_after(at)
    return found is not None


def year(r: Reader, at: int) -> Reading | None:
    """ "2018", "year 2018", "calendar year 2018". A number that counts something or names a thing is no year."""
    place = at
    while r.word(place) in _YEAR_BEGINS:
        place += 1
    number = r.year_token(place)
    if number is None and place > at and r.word(place - 1) == "calendar" and _is_day(r, place):
        number = r.full_year(r.word(place))  # "calendar 97"
    if number is None or r.kind(place) is TokenKind.DATE or (place == at and not _bare_year(r, at, number)):
        return None
    return Reading(place + 1, unit_period(date(number, 1, 1), "year", r.calendar), year=number)


def _bare_year(r: Reader, at: int, number: int) -> bool:
    before, after = r.word(at - 1), r.word(at + 1)
    ratio = r.word(at - 2) in ("per", "each", "every", "a")  # "orders per customer 1997"
    if not r.plausible(number) or (before in words.AMOUNT_BEFORE and not ratio) or after in words.COUNTED_AFTER:
        return False
    if before == "than" and r.word(at - 2) in words.COMPARED_AMOUNT:
        return False
    glued_letter = r.touching(at + 1) and after in words.LETTER_UNITS | {"k": "k"}
    return not (glued_letter or (before in ("over", "by") and number % 500 == 0))


def fiscal_year(r: Reader, at: int) -> Reading | None:
    """ "FY2018", "FY18/19", "fiscal 2018", "financial year 2018/19"."""
    word = r.word(at)
    if r.kind(at) is TokenKind.DATE:
        return _split_fiscal_year(r, at)
    if word == "tax" and r.word(at + 1) in ("year", "years"):
        return Reading(at + 2, None, "A tax year is not the same everywhere: please name its first and last day.")
    directed = word in words.DIRECTIONS and r.word(at + 1) == "fy"
    if not (word.startswith("fy") or word in words.FISCAL or directed):
        return None
    found = r.fiscal_year_after(at)
    if found is None:
        return None
    stop, number = found
    tied = r.word(stop - 2) == "/" or (r.hyphenated(stop - 1) and any(c.isdigit() for c in r.word(stop - 2)))
    if r.calendar.fiscal_year_start == 1 and (tied or r.kind(stop - 1) is TokenKind.DATE):
        return Reading(stop, None, _CALENDAR_YEAR)
    if part := _quarter_token(r, stop):
        after, unit, which, _, stated = part
        if stated is None:
            return r.named(after, number, lambda y: _part(r, y, unit, which, fiscal=True))
    return Reading(stop, unit_period(r.fiscal_year_start(number), "year", r.calendar, fiscal=True), year=number)


_CALENDAR_YEAR = "Your fiscal year is the calendar year, which does not lie in two: please name one."


def _split_fiscal_year(r: Reader, at: int) -> Reading | None:
    """ "the 2025/26 financial year"."""
    match = _YEAR_PART.fullmatch(r.word(at))
    stop, fiscal = r.fiscal(at + 1)
    if match is None or (not fiscal and r.word(stop) != "fy"):
        return None
    number, stop = r.full_year(match[2]), r.skip(stop, "year", "fy")
    if number != int(match[1]) + 1:
        return None
    if r.calendar.fiscal_year_start == 1:
        return Reading(stop, None, _CALENDAR_YEAR)
    return Reading(stop, unit_period(r.fiscal_year_start(number), "year", r.calendar, fiscal=True), year=number)


# Weeks


def numbered_week(r: Reader, at: int) -> Reading | None:
    """ "week 12 of 2018", "KW 12", "W12 2018"."""
    if match := _WEEK_WORD.fullmatch(r.word(at)):
        stop, number = at + 1, int(match[1])
        if r.word(at)[1:].isdecimal() and r.year_after(stop) is None:
            return None  # "W12" alone is as likely a product
    elif r.word(at) in _WEEKS and _is_day(r, r.skip(at + 1, *_NUMBERED)):
        place = r.skip(at + 1, *_NUMBERED)
        if r.hyphenated(place) and r.year_after(place + 1) is None:
            return None
        stop, number = place + 1, int(r.word(place))
    elif r.word(at) in ("calendar", "iso") and r.word(at + 1) in _WEEKS:
        return numbered_week(r, at + 1)
    else:
        return None
    stated = r.year_after(stop)
    if stated:
        return _week(r, stated[0], stated[1], number)
    return r.named(stop, None, lambda y: _week_period(r, y, number))


def weeks(r: Reader, at: int) -> Reading | None:
    """ "weeks 30 to 34", "weeks 30-34 of 2025", "KW 30 - 34"."""
    first = r.skip(at + 1, *_NUMBERED)
    joint = first + 1 if r.hyphenated(first + 1) else r.phrase(first + 1, "to", "until", "till", "through", "bis", "-")
    if joint is None or not (_is_day(r, first) and _is_day(r, joint)) or r.hyphenated(first):
        return None
    numbers = int(r.word(first)), int(r.word(joint))

    def in_year(number: int) -> Period | str:
        ends = [_week_period(r, number, week) for week in numbers]
        if not isinstance(ends[0], Period) or not isinstance(ends[1], Period):
            return next(one for one in ends if isinstance(one, str))
        start, end = ends[0].start, ends[1].end
        if start is None or end is None or start >= end:
            return "The period ends before it begins."
        return Period(start, end, "week", name_days(start, end))

    stated = r.year_after(joint + 1)
    return r.named(stated[0] if stated else joint + 1, stated[1] if stated else None, in_year)


def _week(r: Reader, stop: int, year: int, number: int) -> Reading:
    return _reading(stop, _week_period(r, year, number), year)


def _week_period(r: Reader, year: int, number: int) -> Period | str:
    start = week_of_year(year, number, r.calendar)
    if start is None:
        return f"There is no week {number} in {year}."
    end = start + timedelta(days=DAYS_IN_WEEK)
    return Period(start, end, "week", f"week {number} of {year} ({name_days(start, end)})")


def week_of_day(r: Reader, at: int) -> Reading | None:
    """ "the week of 12 March", "week commencing 12 March", "week ending 18 March", "w/c 12 March"."""
    stop, kind = _week_cue(r, at)
    if kind is None:
        return None
    day = r.read(r.skip(stop, "on", "the"))
    if day is None:
        return None
    if day.period is None or day.period.start is None or day.period.end != day.period.start + DAY:
        return day if day.problem else None
    start = day.period.start
    if kind == "ending":
        start -= timedelta(days=DAYS_IN_WEEK - 1)
    if kind == "holding":
        return in_its_year(day, lambda one: _week_holding(r, one))
    end = start + timedelta(days=DAYS_IN_WEEK)
    return Reading(day.stop, Period(start, end, "week", name_days(start, end)), year=day.year)


def _week_holding(r: Reader, day: Period) -> Period:
    """The calendar week of a day, which keeps the name of a feast: the same feast of another year has another week."""
    if day.start is None:
        return day
    week = unit_period(day.start, "week", r.calendar)
    feast_named, _, days = day.label.partition(" (")
    return replace(week, label=f"the week of {feast_named}{_in_days(week)}") if days else week


def _in_days(period: Period) -> str:
    return f" ({name_days(period.start, period.end)})" if period.start and period.end else ""


def in_its_year(reading: Reading, change: Callable[[Period], Period]) -> Reading:
    """The reading of words around a name, in whatever year the name lies."""
    if reading.period is None:
        return reading
    inner = reading.in_year
    again = (lambda number: in_its_year(inner(number), change)) if inner is not None else None
    return replace(reading, period=change(reading.period), in_year=again)


def _week_cue(r: Reader, at: int) -> tuple[int, str | None]:
    if stop := r.phrase(at, "w / c", "week commencing", "week starting", "week beginning", "week from"):
        spread = r.word(stop - 1) == "from" and r.word(at - 1) in ("by", "per", "each", "every", "a")
        return (at, None) if spread else (stop, "starting")  # "sales by week from 1 April"
    if stop := r.phrase(at, "w / e", "week ending", "week ended", "week to"):
        return stop, "ending"
    if stop := r.phrase(at, "week of", "week containing", "week including", "week with", "wk of"):
        return stop, "holding"
    return at, None


# Feasts and seasons


def feast(r: Reader, at: int) -> Reading | None:
    """ "Black Friday 2018", "at Christmas", "Easter weekend 2018", "the 4th of July" is a day like others."""
    at = r.skip(at, "st", "saint", ".")
    first, second = r.lemma(at), r.lemma(at + 1)
    if first == "new" and second == "year" and r.word(at + 2) in ("eve", "day"):
        name, stop = f"new year {r.word(at + 2)}", at + 3
    elif f"{first} {second}" in FEASTS:
        name, stop = f"{first} {second}", at + _WORDS_OF_A_FEAST
    elif first in FEASTS:
        name, stop = first, at + 1
    else:
        return None
    around = r.word(stop) if r.word(stop) in ("week", "weekend", "month") else ""
    stop += bool(around)
    year = r.year_after(stop)
    meant = r.word(at - 1) in words.DIRECTIONS or (r.word(at - 1) in words.CUES and r.closed(stop))
    if name in GOODS_AS_WELL and year is None and not meant:
        return None
    title = _title(r, at, stop - bool(around))

    def in_year(number: int) -> Period | str:
        start, end = FEASTS[name](number, r.calendar)
        if around == "week":
            week = unit_period(start, "week", r.calendar)
            return replace(week, label=f"the week of {title} {number}{_in_days(week)}")
        if around == "month":
            return unit_period(start, "month", r.calendar)
        if around == "weekend":
            long = long_weekend(start)
            if long is None:
                return f"{title} {number} was a {start:%A}: which days do you mean?"
            start, end = long
            return Period(start, end, "day", f"{title} Weekend {number} ({name_days(start, end)})")
        return Period(start, end, "day", f"{title} {number} ({name_days(start, end)})")

    return r.named(year[0] if year else stop, year[1] if year else None, in_year)


def _title(r: Reader, at: int, stop: int) -> str:
    return " ".join(token.text[:1].upper() + token.text[1:] for token in r.tokens[at:stop])


def season_name(r: Reader, at: int) -> Reading | None:
    """ "summer 2018", "in winter", "winter 2018/19". A winter bears the year it begins in; said of one year, it may be
    the one that ends there."""
    name = SEASONS.get(r.word(at))
    if name is None:
        return None
    months = r.word(at + 1) == "months"
    year = r.year_after(at + 1 + months) or _split_winter(r, at + 1)
    cue = r.word(at - 2) if r.word(at - 1) == "the" else r.word(at - 1)
    meant = months or cue in words.DIRECTIONS or (cue in words.CUES - {"to", "and", "or", "by"} and r.closed(at + 1))
    if year is None and not meant:
        return None

    def in_year(number: int) -> Period:
        start, end = season(name, number, r.calendar)
        return Period(start, end, "month", f"{r.word(at)} {number} ({name_months(start, end)})")

    if year is None:
        return r.named(at + 1 + months, None, in_year)
    stop, number = year
    reading = r.named(stop, number, in_year)
    start, end = season(name, number, r.calendar)
    if (
        start.year == end.year
        or end == date(end.year, 1, 1)
        or r.word(stop - 2) == "/"
        or r.kind(stop - 1) is TokenKind.DATE
    ):
        return reading
    return Reading(stop, reading.period, year=number, alternatives=(in_year(number - 1),))


def _split_winter(r: Reader, at: int) -> tuple[int, int] | None:
    """2018/19 and 2018-19: a winter over two years; the first is its year."""
    match = _YEAR_PART.fullmatch(r.word(at)) if r.kind(at) is TokenKind.DATE else None
    return (at + 1, int(match[1])) if match and r.full_year(match[2]) == int(match[1]) + 1 else None


def _reading(stop: int, period: Period | str, year: int | None, alternatives: tuple[Period, ...] = ()) -> Reading:
    if isinstance(period, str):
        return Reading(stop, None, period, year=year)
    return Reading(stop, period, year=year, alternatives=alternatives)


_IN_DIGITS = frozenset((TokenKind.NUMBER, TokenKind.DATE))
_NUMBER = frozenset((TokenKind.NUMBER,))
_ORDINAL = frozenset((TokenKind.ORDINAL,))
_YEAR_BEGINS = frozenset(("calendar", "full", "whole", "entire", "complete", "year", "jahr", "annee", "ano"))
_WEEKS = ("week", "wk", "kw", "cw", "woche", "semaine", "semana", "kalenderwoche")
_SEVERAL_WEEKS = ("weeks", "wks", "kw", "wochen", "semaines", "semanas")
_NUMBERED = ("no", "nr", "number", ".", "#")
_PARTS = {word for word, (unit, _) in words.UNITS.items() if unit in ("quarter", "half")}
_FEAST_WORDS = {name.split()[0] for name in FEASTS} | {"new", "singles", "mothers", "fathers", "valentines"}

NAMED = (
    Opener(digits, kinds=frozenset((TokenKind.DATE,))),
    Opener(slashed_day, kinds=_NUMBER),
    Opener(day_and_month, kinds=_NUMBER | _ORDINAL),
    Opener(day_and_month, words.WEEKDAYS),
    Opener(first_of_month, words.FIRST_TO_LAST),
    Opener(month_and_day, words.MONTHS),
    Opener(day_of_month, kinds=_ORDINAL),
    Opener(month, words.MONTHS, _IN_DIGITS),
    Opener(
        quarter, {*words.FIRST_TO_LAST, *words.WHOLE, *words.FISCAL, *_PARTS, "q"}, _IN_DIGITS | _ORDINAL, coded=True
    ),
    Opener(fiscal_year, {*words.FISCAL, *words.DIRECTIONS, "fy", "tax"}, frozenset((TokenKind.DATE,)), coded=True),
    Opener(year, _YEAR_BEGINS, _NUMBER),
    Opener(numbered_week, (*_WEEKS, "calendar", "iso"), coded=True),
    Opener(weeks, _SEVERAL_WEEKS),
    Opener(week_of_day, (*_WEEKS, "w")),
    Opener(feast, {*_FEAST_WORDS, "st", "saint"}),
    Opener(season_name, SEASONS),
)
