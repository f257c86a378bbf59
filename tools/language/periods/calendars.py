"""Calendar arithmetic: units of time, fiscal years, numbered weeks, and what a stretch of days is called."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tools.language.text import listed

Grain = Literal["day", "week", "month", "quarter", "year"]
Unit = Literal["day", "week", "month", "quarter", "half", "year"]

DAY = timedelta(days=1)
DAYS_IN_WEEK = 7
MONTHS_IN_YEAR = 12
YEARS = range(1900, 2200)
"""The years that are understood; what reaches beyond is a slip of the pen."""

MONTHS_IN: dict[Unit, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# Territories that write the month first in dates of digits (Unicode CLDR short date patterns).
_MONTH_FIRST = frozenset(listed("US PH PR GU AS VI MP UM FM MH PW"))
# Both orders are in daily use: being in the country settles nothing.
_EITHER_ORDER = frozenset(("CA",))


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a business counts its days. `week_start` is an ISO weekday (1 Monday … 7 Sunday), `fiscal_year_start` a
    month (1–12), `country` an ISO 3166 code that settles the order of day and month and the dates of some feasts."""

    week_start: int = 1
    fiscal_year_start: int = 1
    country: str | None = None

    @property
    def month_first(self) -> bool | None:
        """Whether 3/4 is the 4th of March; None where the country does not tell."""
        if self.country is None or self.country in _EITHER_ORDER:
            return None
        return self.country in _MONTH_FIRST


class OutOfRangeError(ValueError):
    """A day outside the years that are understood."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` up to but not including `end`; None on either side leaves that side open.

    `grain` is the calendar unit that the words counted in: "March 2018" and "the last 3 months" count in months, so
    that the period before the latter is three months too. `label` says the period in words; read again on the same
    day by the same calendar, every period in it has the same days. `only` are the days that count where not all do.
    """

    start: date | None
    end: date | None
    grain: Grain
    label: str
    only: tuple[date, ...] = ()


class ScatteredError(ValueError):
    """Single days have no length, and none of the same length before them."""


def grain_of(unit: Unit) -> Grain:
    return "quarter" if unit == "half" else unit


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on, or that month's last day. Raises OutOfRangeError."""
    year, month = divmod(day.year * MONTHS_IN_YEAR + day.month - 1 + months, MONTHS_IN_YEAR)
    if year not in YEARS:
        raise OutOfRangeError(year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_units(day: date, unit: Unit, count: int) -> date:
    """`day` moved by so many units. Raises OutOfRangeError."""
    if unit in MONTHS_IN:
        return add_months(day, count * MONTHS_IN[unit])
    try:
        moved = day + timedelta(days=count * (DAYS_IN_WEEK if unit == "week" else 1))
    except OverflowError as error:
        raise OutOfRangeError(count) from error
    if moved.year not in YEARS:
        raise OutOfRangeError(moved.year)
    return moved


def unit_start(day: date, unit: Unit, calendar: Calendar, *, fiscal: bool = False) -> date:
    """The first day of the calendar (or fiscal) unit that `day` lies in."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=(day.isoweekday() - calendar.week_start) % DAYS_IN_WEEK)
    first = calendar.fiscal_year_start if fiscal else 1
    return add_months(day.replace(day=1), -((day.month - first) % MONTHS_IN[unit]))


def fiscal_year(year: int, calendar: Calendar) -> date:
    """The first day of the fiscal year of that number. A fiscal year bears the number of the calendar year it ends in."""
    if year not in YEARS or year - 1 not in YEARS:
        raise OutOfRangeError(year)
    first = calendar.fiscal_year_start
    return date(year, 1, 1) if first == 1 else date(year - 1, first, 1)


def fiscal_number(day: date, calendar: Calendar) -> int:
    """The number of the fiscal year that `day` lies in."""
    return day.year if calendar.fiscal_year_start == 1 or day.month < calendar.fiscal_year_start else day.year + 1


def week_of_year(year: int, number: int, calendar: Calendar) -> date | None:
    """The first day of a numbered week; None where the year has no such week. Week 1 is the one that holds 4 January:
    ISO 8601 for weeks from Monday, the epidemiological (MMWR) week for weeks from Sunday. Raises OutOfRangeError."""
    if year not in YEARS:
        raise OutOfRangeError(year)
    first = unit_start(date(year, 1, 4), "week", calendar)
    start = first + timedelta(days=DAYS_IN_WEEK * (number - 1))
    next_first = unit_start(date(year + 1, 1, 4), "week", calendar)
    return start if first <= start < next_first else None


def name_day(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def name_days(start: date, end: date) -> str:
    """ "1 – 15 March 2018", each part no longer than it must be; `end` is exclusive."""
    last = end - DAY
    if start == last:
        return name_day(start)
    if (start.year, start.month) == (last.year, last.month):
        return f"{start.day} – {name_day(last)}"
    if start.year == last.year:
        return f"{start.day} {MONTH_NAMES[start.month - 1]} – {name_day(last)}"
    return f"{name_day(start)} – {name_day(last)}"


def name_months(start: date, end: date) -> str:
    """ "April – June 2018" for whole months; `end` is exclusive."""
    last = end - DAY
    if (start.year, start.month) == (last.year, last.month):
        return f"{MONTH_NAMES[last.month - 1]} {last.year}"
    first = MONTH_NAMES[start.month - 1] + ("" if start.year == last.year else f" {start.year}")
    return f"{first} – {MONTH_NAMES[last.month - 1]} {last.year}"


def name_span(start: date, end: date, grain: Grain) -> str:
    """A stretch in the largest words that are exact: years, quarters or months where it is made of whole ones of at
    least its grain, else days."""
    months_whole = start.day == end.day == 1
    if months_whole and grain == "year" and start.month == end.month == 1:
        return str(start.year) if start.year + 1 == end.year else f"{start.year} – {end.year - 1}"
    if months_whole and grain in ("month", "quarter", "year"):
        return name_months(start, end)
    return name_days(start, end)


def unit_period(day: date, unit: Unit, calendar: Calendar, *, fiscal: bool = False) -> Period:
    """The calendar (or fiscal) unit that holds `day`, named by its own name."""
    start = unit_start(day, unit, calendar, fiscal=fiscal)
    end = add_units(start, unit, 1)
    return Period(start, end, grain_of(unit), _name_unit(start, end, unit, calendar, fiscal=fiscal))


def _name_unit(start: date, end: date, unit: Unit, calendar: Calendar, *, fiscal: bool) -> str:
    if unit in ("day", "month"):
        return name_day(start) if unit == "day" else name_months(start, end)
    if unit == "week":
        return f"the week of {name_day(start)}"
    shifted = fiscal and calendar.fiscal_year_start != 1
    year = f"FY{fiscal_number(start, calendar)}" if shifted else str(start.year)
    if unit == "year":
        name = year
    else:
        first = calendar.fiscal_year_start if shifted else 1
        part = (start.month - first) % MONTHS_IN_YEAR // MONTHS_IN[unit] + 1
        name = f"{'Q' if unit == 'quarter' else 'H'}{part} {year}"
    return f"{name} ({name_months(start, end)})" if shifted else name


def shift(period: Period, unit: Unit, count: int) -> Period:
    """The period so many units on (negative: back), open sides staying open. Months, quarters and years keep the
    days of the month and whole months stay whole; a period counted in weeks moves by 52 weeks a year, so that it
    keeps its weekdays. Raises OutOfRangeError, and ScatteredError for single days."""
    if period.only:
        raise ScatteredError(period.label)
    if unit == "year" and period.grain == "week":
        unit, count = "week", 52 * count
    start = period.start and add_units(period.start, unit, count)
    end = period.end and (
        # The last day moves, not the day after it: 28 February is followed by another day in a leap year.
        add_units(period.end, unit, count) if period.end.day == 1 else add_units(period.end - DAY, unit, count) + DAY
    )
    return Period(start, end, period.grain, name_period(start, end, period.grain))


def preceding(period: Period, count: int = 1) -> Period:
    """The stretch of the same length that ends where this one begins, `count` lengths back (negative: on). Whole
    months are followed by as many whole months, all else by as many days. Raises ValueError for an open period, and
    ScatteredError for single days."""
    if period.start is None or period.end is None:
        raise ValueError("an open period has no length")
    if period.start.day == period.end.day == 1:
        months = (period.end.year - period.start.year) * MONTHS_IN_YEAR + period.end.month - period.start.month
        return shift(period, "month", -months * count)
    return shift(period, "day", -(period.end - period.start).days * count)


def name_period(start: date | None, end: date | None, grain: Grain) -> str:
    """The name of a period that may be open on either side."""
    if start is None:
        return "all time" if end is None else f"before {name_day(end)}"
    if end is None:
        return f"from {name_day(start)} on"
    return name_span(start, end, grain)
