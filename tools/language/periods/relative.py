"""Periods told from today, or from another period: "last month", "the last 30 days", "first week of March 2018".

How phrases count (the usage of the common analytics tools, where they agree):

- "last N days" are the N days that end yesterday; "including today" ends them today.
- "last N weeks, months, quarters, years" are N complete calendar units before the present one.
- "last month" is the calendar month before this one. With "past" or an article ("over the last month") some people mean
  the days up to yesterday: that reading is an alternative.
- "next N …" mirror it: days from tomorrow, or complete calendar units after the present one.
- "this month" is the whole month, its days to come included; "month to date" ends today.
- "first", "second" … "week of" a period count sevens of days from its first day, "last week of" from its last.
"""

from datetime import date, timedelta
from decimal import Decimal

from tools.language.numbers import NUMBER_WORDS
from tools.language.periods import words
from tools.language.periods.calendars import (
    DAY,
    DAYS_IN_WEEK,
    MONTHS_IN,
    MONTHS_IN_YEAR,
    Grain,
    OutOfRangeError,
    Period,
    Unit,
    add_months,
    add_units,
    grain_of,
    name_day,
    name_days,
    name_span,
    unit_period,
    unit_start,
)
from tools.language.periods.feasts import names_a_feast, nth_weekday
from tools.language.periods.named import day_period, in_its_year
from tools.language.periods.reader import LONGEST_COUNT, Offset, Opener, Reader, Reading
from tools.language.text import TokenKind

_SATURDAY, _SUNDAY = 6, 7
_HALF_OF_MONTH = 15
# Years between two 29ths of February at most.
_RAREST = 8
_DAYS_BACK = 45
_OF_ALL = frozenset(
    """average averages avg mean typical typically usual usually normally normal share percent percentage % every each best
    worst busiest quietest most least highest lowest top bottom by per than vs versus against compared compare busier quieter
    better worse always ever trend""".split()
)
"""Beside these a day of the week is a habit, and no one day."""
_OF_ONE_DAY = words.FIGURES | {"takings", "income", "earnings", "tickets", "receipts"}


# Days beside today


def day_word(r: Reader, at: int) -> Reading | None:
    """ "today", "yesterday", "the day before yesterday", "tomorrow" and their kin."""
    if stop := r.phrase(at, "day before yesterday", "avant hier", "antes de ayer"):
        return _day(r, stop, -2, "the day before yesterday")
    if stop := r.phrase(at, "day after tomorrow"):
        return _day(r, stop, 2, "the day after tomorrow")
    if r.phrase(at, "hier") and r.word(at + 1) in words.CUES | {"ist", "sind"}:
        return None  # German for "here"
    offset = words.DAY_WORDS.get(r.word(at))
    if offset is None:
        return None
    names = {0: "today", -1: "yesterday", 1: "tomorrow", -2: "the day before yesterday"}
    return _day(r, at + 1, offset, names[offset])


def _day(r: Reader, stop: int, offset: int, name: str) -> Reading:
    day = add_units(r.today, "day", offset)
    return Reading(stop, Period(day, day + DAY, "day", f"{name} ({name_day(day)})"), offset=Offset("day", offset))


def part_of_day(r: Reader, at: int) -> Reading | None:
    """ "This morning" is a part of today. Nights and hours that are counted back are a problem that offers the days around."""
    if r.phrase(at, "this morning", "this afternoon", "this evening"):
        return _day(r, at + 1, 0, "today")  # the part of it is a value of the data
    stop = r.phrase(at, "tonight", "last night", "this hour", "last hour")
    if stop is None and r.word(at) in words.DIRECTIONS and (count := r.count(at + 1)):
        stop = count[0] + 1 if r.word(count[0]) in ("hour", "hours", "h", "minute", "minutes") else None
    if stop is None:
        return None
    alternatives = tuple(p for n in (0, -1) if (p := _day(r, stop, n, "today" if n == 0 else "yesterday").period))
    return Reading(stop, None, "The shortest period that can be counted is a day.", alternatives)


def weekday(r: Reader, at: int) -> Reading | None:
    """ "last Friday" (the one before today), "this Friday" (of this week), "next Friday", "on Friday"."""
    direction = words.DIRECTIONS.get(r.word(at))
    place = at if direction is None else at + 1
    number = words.WEEKDAYS.get(r.word(place))
    if number is None:
        return None
    if direction is None:
        if _is_one_days(r, at):
            return _last_weekday(r, place + 1, number)
        cue = r.word(at - 2) if r.word(at - 1) == "the" else r.word(at - 1)
        if cue not in words.DAY_CUES or r.word(at - 1) == "by" or not r.closed(at + 1):
            return None
        direction = -1 if r.prefer == "past" else 1
        return _last_weekday(r, place + 1, number)
    return _dated_weekday(r, place + 1, number) or _directed_weekday(r, place + 1, number, direction)


def _last_weekday(r: Reader, stop: int, number: int) -> Reading:
    back = (r.today.isoweekday() - number) % DAYS_IN_WEEK
    day = r.today - timedelta(days=back) if r.prefer == "past" else r.today + timedelta(days=-back % DAYS_IN_WEEK)
    return Reading(stop, Period(day, day + DAY, "day", name_day(day)))


def _is_one_days(r: Reader, at: int) -> bool:
    """ "Saturday's orders", "sales Monday": figures of one day, where nothing tells that every such day is meant."""
    if not _OF_ALL.isdisjoint(r.norms) or sum(word in words.WEEKDAYS for word in r.norms) > 1:
        return False
    possessive = r.tokens[at].text.lower().endswith(("'s", "’s"))
    if possessive:
        return r.word(at - 1) not in ("a", "every", "each", "per") and r.word(at + 1) in _OF_ONE_DAY
    ends = r.kind(at + 1) in (None, TokenKind.SYMBOL) and r.kind(at + 2) is None
    return ends and at in (1, 2) and r.word(at - 1) in _OF_ONE_DAY and not r.word(at).endswith("s")


def _dated_weekday(r: Reader, at: int, number: int) -> Reading | None:
    """ "last Saturday, the 7th": the day of the month says which Saturday."""
    place = r.skip(at, ",", "(", "the")
    if place == at or r.kind(place) is not TokenKind.ORDINAL or not r.word(place)[:-2].isdecimal():
        return None
    if r.word(r.skip(place + 1, "of")) in words.MONTHS:
        return None
    wanted = int(r.word(place)[:-2])
    days = (r.today - timedelta(days=n) for n in range(_DAYS_BACK))
    day = next((day for day in days if day.day == wanted and day.isoweekday() == number), None)
    return Reading(r.skip(place + 1, ")"), Period(day, day + DAY, "day", name_day(day))) if day else None


def _directed_weekday(r: Reader, stop: int, number: int, direction: int) -> Reading:
    of_this_week = unit_start(r.today, "week", r.calendar)
    of_this_week += timedelta(days=(number - of_this_week.isoweekday()) % DAYS_IN_WEEK)
    alternatives: tuple[Period, ...] = ()
    if direction == 0:
        day = of_this_week
    elif direction < 0:
        day = r.today - timedelta(days=(r.today.isoweekday() - number - 1) % DAYS_IN_WEEK + 1)
    else:
        day = r.today + timedelta(days=(number - r.today.isoweekday() - 1) % DAYS_IN_WEEK + 1)
        if day == of_this_week:  # said early in the week, "next Friday" is the coming one or the one of next week
            later = day + timedelta(days=DAYS_IN_WEEK)
            alternatives = (Period(later, later + DAY, "day", name_day(later)),)
    return Reading(stop, Period(day, day + DAY, "day", name_day(day)), alternatives=alternatives)


def weekend(r: Reader, at: int) -> Reading | None:
    """ "last weekend", "this weekend": Saturday and Sunday; last is the last that is over."""
    direction = words.DIRECTIONS.get(r.word(at))
    if direction is None or r.word(at + 1) != "weekend":
        return None
    saturday = r.today + timedelta(days=_SATURDAY - r.today.isoweekday())
    if direction < 0:
        saturday -= timedelta(days=DAYS_IN_WEEK)
    elif direction > 0:
        saturday += timedelta(days=DAYS_IN_WEEK)
    end = saturday + timedelta(days=2)
    return Reading(at + 2, Period(saturday, end, "day", name_days(saturday, end)))


# Directions: this, last, next


def directed(r: Reader, at: int) -> Reading | None:
    """ "last month", "this fiscal year", "next 3 quarters", "the previous 30 days", "le mois dernier", "the year before last"."""
    if r.word(at) in words.UNITS:
        return _unit_first(r, at)
    direction = words.DIRECTIONS.get(r.word(at))
    if direction is None:
        return None
    if direction < 0 and r.word(at) == "last" and (whole := _part_of_parent(r, at, -1)):
        return whole
    place, fiscal = r.fiscal(at + 1)
    if count := r.count(place):
        return _rolling(r, count, direction)
    found = r.unit(place)
    if found is None:
        return _directed_name(r, place, direction)
    stop, unit, size = found
    plural = r.word(place).endswith("s") and r.word(place) in ("days", "weeks", "months", "quarters", "years")
    if plural and unit != "day" and r.word(at - 1) != "the" and (direction == 0 or not r.closed(stop)):
        plural = False  # "this years profit", without its apostrophe
    if plural or (unit == "day" and direction == 0):
        return None
    if size > 1:
        return _units(r, stop, unit, size, direction, including=False)
    if direction <= 0 and (reading := _to_date(r, stop, unit, direction, fiscal)):
        return reading
    return _directed_unit(r, at, stop, unit, direction, fiscal=fiscal)


def _directed_unit(r: Reader, at: int, stop: int, unit: Unit, direction: int, *, fiscal: bool) -> Reading:
    start = r.units_from(r.today, unit, direction, fiscal=fiscal)
    period = unit_period(start, unit, r.calendar, fiscal=fiscal)
    alternatives: tuple[Period, ...] = ()
    if direction < 0 and unit != "day" and not fiscal and (r.word(at) == "past" or r.word(at - 1) == "the"):
        rolling = add_units(r.today, unit, -1)
        alternatives = (Period(rolling, r.today, "day", name_days(rolling, r.today)),)
    return Reading(
        stop, period, offset=Offset(unit, direction), year=_whole_year(period, unit), alternatives=alternatives
    )


def _whole_year(period: Period, unit: Unit) -> int | None:
    return period.start.year if unit == "year" and period.start else None


def _unit_first(r: Reader, at: int) -> Reading | None:
    """ "the year before last", and French and Spanish order: "mois dernier", "semana pasada"."""
    unit = words.UNITS[r.word(at)][0]
    if r.phrase(at + 1, "before last"):
        period = unit_period(r.units_from(r.today, unit, -2), unit, r.calendar)
        return Reading(at + 3, period, offset=Offset(unit, -2), year=_whole_year(period, unit))
    if r.phrase(at + 1, "after next"):
        period = unit_period(r.units_from(r.today, unit, 2), unit, r.calendar)
        return Reading(at + 3, period, offset=Offset(unit, 2), year=_whole_year(period, unit))
    named = at > 0 and r.tokens[at].text.istitle() and r.tokens[at - 1].text.istitle()  # "Northern Quarter until now"
    if not named and (reading := _to_date(r, at + 1, unit, 0, fiscal=False)):
        return reading
    if r.word(at + 1) in words.AFTER_UNIT:
        return _directed_unit(r, at, at + 2, unit, words.DIRECTIONS[r.word(at + 1)], fiscal=False)
    return None


def _directed_name(r: Reader, at: int, direction: int) -> Reading | None:
    """ "last March", "this Christmas", "next summer", "last Q4": this is the one that is on, or else this year's; last
    is the last that is over, next the next that has not begun. "March of this year" is read elsewhere."""
    name = r.read(at)
    if name is not None and name.in_year is None and _is_over(r, name) and direction < 0:
        return name  # "last August 2025"
    if name is None or name.in_year is None:
        return None
    readings = [name.in_year(r.today.year + distance) for distance in range(-_RAREST, _RAREST + 1)]
    periods = [(found, p.start, p.end) for found in readings if (p := found.period) and p.start and p.end]
    if direction < 0:
        chosen = [found for found, _, end in periods if end <= r.today][-1:]
    elif direction > 0:
        chosen = [found for found, start, _ in periods if start > r.today][:1]
    else:
        chosen = [found for found, start, end in periods if start <= r.today < end][:1]
        chosen = chosen or [found for found, start, _ in periods if start.year == r.today.year][:1]
    return chosen[0] if chosen else None


def _is_over(r: Reader, name: Reading) -> bool:
    """Whether a part of a year that was named with its year lies behind us."""
    period = name.period
    part = period is not None and name.year is not None and period.grain in ("month", "quarter", "day")
    return part and period is not None and period.end is not None and period.end <= r.today


# Counts of units


def _rolling(r: Reader, count: tuple[int, Decimal], direction: int) -> Reading | None:
    place, number = count
    # "les 30 derniers jours" has its direction after the count; it is read where the count begins.
    place, fiscal = r.fiscal(place)
    found = r.unit(place, letters=True)
    if found is None:
        return None
    stop, unit, size = found
    number *= size
    if number != number.to_integral_value():
        months = number * MONTHS_IN[unit] if unit in MONTHS_IN else number
        if months != months.to_integral_value():
            return None
        unit, number = "month", months
    if number > LONGEST_COUNT:
        raise OutOfRangeError(number)
    if number == 0:
        return Reading(stop, None, f"Zero {unit}s are no period.")
    if direction == 0:
        return None
    including, stop = _including(r, stop)
    return _units(r, stop, unit, int(number), direction, including=including, fiscal=fiscal)


def _including(r: Reader, at: int) -> tuple[bool, int]:
    """Whether the present unit is said to count ("including today"), and the place after it."""
    place = r.skip(at, ",", "(")
    stop = r.phrase(
        place, "including", "incl .", "incl", "inclusive of", "counting", "up to and including", "up to", "through"
    )
    excluded = r.phrase(place, "excluding", "excl .", "excl", "not including", "without")
    if stop is None and excluded is None:
        return False, at
    named = r.skip(stop or excluded or at, "the")
    end = r.phrase(named, "today", "now", "this one", "current one") or _present_unit(r, named)
    if end is None:
        return False, at
    return excluded is None, r.skip(end, ")")


def _present_unit(r: Reader, at: int) -> int | None:
    return at + 2 if r.word(at) in words.THIS and r.word(at + 1) in words.UNITS else None


def _units(
    r: Reader, stop: int, unit: Unit, count: int, direction: int, *, including: bool, fiscal: bool = False
) -> Reading:
    """N units before the present one (or after it); with `including`, the present one is among them, up to today."""
    here = unit_start(r.today, unit, r.calendar, fiscal=fiscal)
    after = add_units(here, unit, 1)
    if direction < 0:
        start, end = (
            (add_units(after, unit, -count), r.today + DAY) if including else (add_units(here, unit, -count), here)
        )
    else:
        start, end = (r.today, add_units(here, unit, count)) if including else (after, add_units(after, unit, count))
    name = f"the {'last' if direction < 0 else 'next'} {count} {'fiscal ' if fiscal else ''}{unit if unit != 'half' else 'half-year'}{'s' * (count > 1)}"
    if including:
        name += " including today"
    grain = grain_of(unit)
    days = _name(start, end, grain, whole=not including)
    period = Period(start, end, grain, f"{name} ({days})")
    return Reading(stop, period, offset=Offset(unit, direction * count))


def _name(start: date, end: date, grain: Grain, *, whole: bool) -> str:
    return name_span(start, end, grain) if whole else name_days(start, end)


def counted_first(r: Reader, at: int) -> Reading | None:
    """Phrases that begin with a count: "3 months ago", "les 30 derniers jours", "12 months to March 2018", "the 7 days
    before Christmas"."""
    count = (at + 1, Decimal(1)) if r.word(at) in ("a", "an", "one") else r.count(at)
    if count is None or count[1] != count[1].to_integral_value() or count[1] < 1:
        return _around(r, at, at, 1) if r.word(at) in words.UNITS else None
    if count[1] > LONGEST_COUNT:
        return None
    place, number = count[0], int(count[1])
    if r.word(place) in words.AFTER_UNIT and (found := r.unit(place + 1)):
        return _units(r, found[0], found[1], number * found[2], words.DIRECTIONS[r.word(place)], including=False)
    found = r.unit(place, letters=True)
    if found is None:
        return None
    stop, unit, size = found
    if r.word(stop) in words.AFTER_UNIT:
        return _units(r, stop + 1, unit, number * size, words.DIRECTIONS[r.word(stop)], including=False)
    if r.word(stop) == "ago":
        return _ago(r, stop + 1, unit, number * size)
    return _around(r, place, at, number)


def _ago(r: Reader, stop: int, unit: Unit, count: int) -> Reading:
    """The calendar unit that lies so far back; a certain day where days are counted or "today" is said."""
    if r.word(stop) == "today" or unit == "day":
        day = add_units(r.today, unit, -count)
        stop = r.skip(stop, "today")
        return Reading(stop, Period(day, day + DAY, "day", name_day(day)), offset=Offset(unit, -count))
    period = unit_period(r.units_from(r.today, unit, -count), unit, r.calendar)
    return Reading(stop, period, offset=Offset(unit, -count), year=_whole_year(period, unit))


def _around(r: Reader, at: int, first: int, count: int) -> Reading | None:
    """Units that touch a named period: "the week before Christmas", "12 months to March 2018", "year ended 31 May 2018"."""
    found = r.unit(at)
    if found is None or r.word(at - 2) == r.word(at) or r.word(at + 2) == r.word(at):
        return None  # "month after month through 2025"
    stop, unit, size = found
    count *= size
    if inside := r.phrase(
        stop, "to", "ending", "ended", "up to", "until", "through", "ending on", "ended on", "ending in"
    ):
        if r.word(first - 1) in ("by", "per", "each", "every"):
            return None  # "quarter by quarter through 1997"
        if unit in ("week", "day") and at == first:
            return None  # "week ending" is a numbered week's kin and read with them
        inside = r.skip(inside, "on", "in", "the", "end", "of")
        anchor = r.read(inside)
        edge = anchor.period.end if anchor and anchor.period else None
        after = False
    else:
        after = r.word(stop) in ("after", "following")
        if (
            not after
            and r.word(stop) not in ("before", "preceding")
            and not r.phrase(stop, "prior to", "leading up to")
        ):
            return None
        stop = r.phrase(stop, "prior to", "leading up to") or stop + 1
        anchor = r.read(r.skip(stop, "the"))
        edge = (anchor.period.end if after else anchor.period.start) if anchor and anchor.period else None
    if anchor is None or edge is None:
        return None
    named = " ".join(token.text for token in r.tokens[first : stop if not inside else at])

    def around(one: Period) -> Period:
        edge = one.end if inside or after else one.start
        if edge is None:
            return one
        start, end = (edge, add_units(edge, unit, count)) if after else (_back(edge, unit, count), edge)
        days, grain = name_span(start, end, grain_of(unit)), grain_of(unit)
        feast, _, dated = one.label.partition(" (")
        keeps = bool(dated) and not inside and names_a_feast(feast)
        return Period(start, end, grain, f"{named} {feast} ({days})" if keeps else days)

    return in_its_year(anchor, around)


def _back(edge: date, unit: Unit, count: int) -> date:
    """So many units before a day. The months before the 1st are whole ones; other days keep their number."""
    return (
        add_units(edge, unit, -count)
        if edge.day == 1 or unit in ("day", "week")
        else add_units(edge - DAY, unit, -count) + DAY
    )


# To date


def to_date(r: Reader, at: int) -> Reading | None:
    """ "YTD", "MTD", "YTD last year", "fiscal year to date"; "year to date" itself begins with a unit."""
    found = words.TO_DATE.get(r.word(at))
    if found is not None:
        return _up_to_today(r, at + 1, found[0], 0, found[1])
    place, fiscal = r.fiscal(at)
    unit = r.unit(place)
    return _to_date(r, unit[0], unit[1], 0, fiscal) if unit and fiscal else None


def _to_date(r: Reader, stop: int, unit: Unit, direction: int, fiscal: bool) -> Reading | None:
    if direction == 0 and (
        end := r.phrase(stop, "so far", "up to now", "up to today", "until now", "until today", "till now")
    ):
        return _up_to_today(r, end, unit, 0, fiscal)
    end = r.phrase(stop, "to date", "to today", "to now")
    return _up_to_today(r, end, unit, direction, fiscal) if end else None


def _up_to_today(r: Reader, stop: int, unit: Unit, direction: int, fiscal: bool) -> Reading:
    """From the unit's first day to today; in the unit before, as far as the same day in it."""
    if direction == 0 and (back := r.phrase(stop, "last year", "previous year", "prior year")):
        start = add_units(r.units_from(r.today, unit, 0, fiscal=fiscal), "year", -1)
        end, stop = add_units(r.today, "year", -1) + DAY, back
    else:
        start = r.units_from(r.today, unit, direction, fiscal=fiscal)
        end = add_units(r.today, unit, direction) + DAY
    name = f"{'fiscal ' if fiscal else ''}{unit} to date" if unit != "half" else "this half-year to date"
    days = name_days(start, end)
    label = f"{name} ({days})" if end == r.today + DAY else days
    return Reading(stop, Period(start, end, grain_of(unit), label), offset=Offset(unit, direction))


def all_time(r: Reader, at: int) -> Reading | None:
    """ "all time", "ever", "since the beginning": everything up to today."""
    stop = r.phrase(
        at, "all time", "of all time", "all - time", "ever", "since the beginning", "since the start", "since inception",
        "since we started keeping these figures", "since we started keeping figures", "since we started keeping records",
        "since we started keeping these records", "since we started keeping track", "since we started trading",
        "since we started selling", "since we started the business", "since we started the shop", "since we started",
        "since we opened the doors", "since we opened our doors", "since we opened the shop", "since we opened", "since opening",
        "since we began trading", "since we have been trading", "since we've been trading", "since day one", "since always",
        "since ever", "since forever", "since the outset", "lifetime to date", "entire history", "whole history",
    )  # fmt: skip
    if stop is None or (r.word(at) == "since" and r.word(stop) == "of"):
        return None
    return Reading(stop, Period(None, r.today + DAY, "year", "all time"))


# Parts of a named period


def ordered(r: Reader, at: int) -> Reading | None:
    """ "first week of March", "second month of 2018", "first 10 days of last month", "last Friday of November 2018",
    "last day of the month"."""
    if place := r.phrase(at, "second to last", "second last", "next to last"):
        return _part_of_parent(r, place - 1, -2) or _second_last(r, place)
    order = words.FIRST_TO_LAST.get(r.word(at))
    return None if order is None else _part_of_parent(r, at, order)


def _second_last(r: Reader, at: int) -> Reading | None:
    """The unit before the last one: "second to last month"."""
    found = r.unit(at)
    if found is None:
        return None
    return Reading(found[0], unit_period(r.units_from(r.today, found[1], -2), found[1], r.calendar))


def _part_of_parent(r: Reader, at: int, order: int) -> Reading | None:
    if (number := words.WEEKDAYS.get(r.word(at + 1))) is not None:
        return _weekday_of(r, at + 2, number, order)
    place, _ = r.fiscal(at + 1)
    count = r.count(place)
    if count:
        found = r.unit(count[0])
        if (
            found is None
            or abs(order) != 1
            or count[1] != count[1].to_integral_value()
            or not 0 < count[1] <= LONGEST_COUNT
        ):
            return None
        return _of_parent(r, found[0], found[1], int(count[1]) * found[2], from_end=order < 0)
    found = r.unit(place)
    if found is None:
        return None
    stop, unit, _ = found
    parent = parent_period(r, stop)
    if parent is None or parent.period is None or parent.period.start is None or parent.period.end is None:
        return None
    period = _nth(r, parent.period.start, parent.period.end, unit, order)
    if period is None:
        return None
    return (
        Reading(parent.stop, period, year=parent.year)
        if isinstance(period, Period)
        else Reading(parent.stop, None, period)
    )


def parent_period(r: Reader, at: int) -> Reading | None:
    """The period after "of": a named one, or "the month" for the present one."""
    place = r.phrase(at, "of the", "in the", "of", "in", "from the", "from", "des", "de")
    if place is None and r.word(at) in words.DIRECTIONS:
        place = at  # "first half last year"
    if place is None:
        return None
    if r.word(place - 1) == "the" and (found := r.unit(place)) and found[2] == 1:
        here = unit_period(r.today, found[1], r.calendar)
        return r.read(place) or Reading(found[0], here, year=_whole_year(here, found[1]))
    return r.read(place)


def _nth(r: Reader, start: date, end: date, unit: Unit, order: int) -> Period | str | None:
    if unit == "half":
        return _half(start, end, order)
    if unit == "week":
        days = timedelta(days=DAYS_IN_WEEK)
        first = start + days * (order - 1) if order > 0 else end + days * order
        last = first + days
    else:
        first = add_units(start, unit, order - 1) if order > 0 else add_units(end, unit, order)
        last = add_units(first, unit, 1)
    if first < start or last > end:
        return f"{name_days(start, end)} has no such {unit}."
    if (first, last) == (start, end):
        return None
    if unit == "week":
        return Period(first, last, "week", name_days(first, last))
    aligned = first == unit_start(first, unit, r.calendar)
    return (
        unit_period(first, unit, r.calendar) if aligned else Period(first, last, grain_of(unit), name_days(first, last))
    )


def _half(start: date, end: date, order: int) -> Period | None:
    """A half of a year or a month; a month's first half is its first fifteen days."""
    if end == add_months(start, 1):
        middle, grain = start + timedelta(days=_HALF_OF_MONTH), "day"
    elif end == add_months(start, MONTHS_IN_YEAR):
        middle, grain = add_months(start, MONTHS_IN["half"]), "quarter"
    else:
        return None
    first, last = (start, middle) if order == 1 else (middle, end)
    return Period(first, last, grain, name_span(first, last, grain))


def _of_parent(r: Reader, at: int, unit: Unit, count: int, *, from_end: bool) -> Reading | None:
    """The first or last N units of the period that follows, cut to it."""
    parent = parent_period(r, at)
    if parent is None or parent.period is None or parent.period.start is None or parent.period.end is None:
        return None
    start, end = parent.period.start, parent.period.end
    edge = _back(end, unit, count) if from_end else add_units(start, unit, count)
    if edge < start or edge > end:
        return Reading(parent.stop, None, f"{name_days(start, end)} has no {count} {unit}s.")
    first, last = (edge, end) if from_end else (start, edge)
    return Reading(
        parent.stop, Period(first, last, grain_of(unit), name_span(first, last, grain_of(unit))), year=parent.year
    )


def _weekday_of(r: Reader, at: int, number: int, order: int) -> Reading | None:
    parent = parent_period(r, at)
    if parent is None or parent.period is None or parent.period.start is None or parent.period.grain != "month":
        return None
    start = parent.period.start
    day = nth_weekday(start.year, start.month, number, order)
    if day is None:
        return Reading(parent.stop, None, f"{parent.period.label} has no such weekday.")
    found = day_period(day.year, day.month, day.day)
    return Reading(parent.stop, found, year=parent.year) if isinstance(found, Period) else None


def rest_of(r: Reader, at: int) -> Reading | None:
    """ "the rest of the year": from tomorrow to its end."""
    place = r.phrase(at, "rest of", "remainder of")
    parent = parent_period(r, place - 1) if place else None
    if parent is None or parent.period is None or parent.period.end is None:
        return None
    start, end = r.today + DAY, parent.period.end
    if parent.period.start is None or not parent.period.start <= r.today or start >= end:
        return Reading(parent.stop, None, f"Nothing is left of {parent.period.label}.")
    return Reading(parent.stop, Period(start, end, "day", name_days(start, end)))


# Words that name no days


_VAGUE_PARTS = ("early", "mid", "late")
_VAGUE_PLACES = ("beginning of", "start of", "middle of", "end of", "turn of")


def vague(r: Reader, at: int) -> Reading | None:
    """ "recently", "early 2018", "the end of March": a problem, with what could be meant. As the edge of a range
    ("since the start of the year") such places are exact and read there."""
    if r.word(at) in ("recently", "lately") or r.phrase(at, "these days"):
        stop = at + (2 if r.word(at) == "these" else 1)
        spans = tuple(
            p
            for u, n in (("day", 30), ("month", 3))
            if (p := _units(r, stop, "day" if u == "day" else "month", n, -1, including=False).period)
        )
        return Reading(stop, None, f"“{_text(r, at, stop)}” does not say how long ago.", spans)
    place = r.phrase(at, *_VAGUE_PARTS, *_VAGUE_PLACES)
    if place is None:
        return None
    parent = parent_period(r, place - 1) if r.word(place - 1) == "of" else r.read(r.skip(place, "in"))
    if parent is None or parent.period is None or parent.period.grain in ("day", "week"):
        return None
    said = f"“{_text(r, at, parent.stop)}” does not say which days."
    return Reading(parent.stop, None, said, (*_third(parent.period, r.word(at)), parent.period))


def _third(month: Period, part: str) -> tuple[Period, ...]:
    """The ten days that most people mean by the beginning, the middle or the end of a month."""
    if month.grain != "month" or month.start is None or month.end is None or month.end != add_months(month.start, 1):
        return ()
    first, second = (month.start + timedelta(days=n) for n in (10, 20))
    if part in ("early", "beginning", "start"):
        start, end = month.start, first
    else:
        start, end = (first, second) if part in ("mid", "middle") else (second, month.end)
    return (Period(start, end, "day", name_days(start, end)),) if part != "turn" else ()


def _text(r: Reader, at: int, stop: int) -> str:
    return " ".join(token.text for token in r.tokens[at:stop])


def month_of(r: Reader, at: int) -> Reading | None:
    """ "the month of March 2018", and "month 3 of 2018" by its number."""
    if r.word(at) not in ("month", "monat", "mois", "mes", "quarter", "year", "day"):
        return None
    if place := r.phrase(at + 1, "of"):
        inner = r.read(place)
        same = inner is not None and inner.period is not None and inner.period.grain == words.UNITS[r.word(at)][0]
        return inner if same else None
    if r.word(at) != "month" or r.kind(at + 1) is not TokenKind.NUMBER or not r.word(at + 1).isdecimal():
        return None
    if r.year_token(at + 1) is not None:  # "by month 1997": the year is a period of its own
        return None
    number = int(r.word(at + 1)[:3])
    stated = r.year_after(at + 2)
    if not 1 <= number <= MONTHS_IN_YEAR:
        return Reading(stated[0] if stated else at + 2, None, f"There is no month {number}.")
    stop = stated[0] if stated else at + 2
    return r.named(stop, stated[1] if stated else None, lambda y: unit_period(date(y, number, 1), "month", r.calendar))


def shorthand(r: Reader, at: int) -> Reading | None:
    """Shorthand for the last N units: "L30D", "TTM", "LTM"."""
    word = r.word(at)
    if word in ("ttm", "ltm"):
        return _units(r, at + 1, "month", MONTHS_IN_YEAR, -1, including=False)
    if (
        word[:1] in ("l", "t")
        and word[-1:] in words.LETTER_UNITS
        and word[1:-1].isdecimal()
        and len(word) <= len("L365D")
    ):
        count = int(word[1:-1])
        return _units(r, at + 1, words.LETTER_UNITS[word[-1]], count, -1, including=False) if count else None
    return None


_ORDINAL = frozenset((TokenKind.ORDINAL,))
_NUMBER = frozenset((TokenKind.NUMBER,))

RELATIVE = (
    Opener(day_word, {*words.DAY_WORDS, "day", "avant", "antes"}),
    Opener(part_of_day, {*words.DIRECTIONS, "tonight"}),
    Opener(weekday, {*words.DIRECTIONS, *words.WEEKDAYS}),
    Opener(weekend, words.DIRECTIONS),
    Opener(directed, {*words.DIRECTIONS, *words.UNITS}),
    Opener(counted_first, {*NUMBER_WORDS, *words.VAGUE_COUNTS, *words.UNITS}, _NUMBER),
    Opener(to_date, {*words.TO_DATE, *words.FISCAL}),
    Opener(all_time, ("all", "of", "ever", "since", "lifetime", "entire", "whole")),
    Opener(ordered, {*words.FIRST_TO_LAST, "next"}, _ORDINAL),
    Opener(rest_of, ("rest", "remainder")),
    Opener(vague, {*_VAGUE_PARTS, *(place.split()[0] for place in _VAGUE_PLACES), "recently", "lately", "these"}),
    Opener(month_of, ("month", "monat", "mois", "mes", "quarter", "year", "day")),
    Opener(shorthand, ("ttm", "ltm"), coded=True),
)
