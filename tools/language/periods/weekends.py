"""Weekends and weekdays that are counted or told by a day: "the last weekend of August", "the weekend of 15 August", "the
last 5 Fridays"."""

from datetime import date, timedelta

from tools.language.periods import words
from tools.language.periods.calendars import DAY, DAYS_IN_WEEK, Period, name_days
from tools.language.periods.feasts import long_weekend, names_a_feast, nth_weekday
from tools.language.periods.named import in_its_year
from tools.language.periods.reader import Opener, Reader, Reading
from tools.language.periods.relative import parent_period
from tools.language.text import TokenKind

_SATURDAY = 6
_MOST_WEEKS = 520
_WEEKEND = ("weekend", "weekends")


def weekend_of(r: Reader, at: int) -> Reading | None:
    """ "the weekend of 15 August", "the weekend of Black Friday": the one that holds the day or is joined to it."""
    place = r.phrase(at, "weekend of", "weekend after", "weekend before", "weekend around", "weekend following")
    if r.word(at - 1) in words.FIRST_TO_LAST or place is None:
        return None
    day = r.read(r.skip(place, "the"))
    if day is None or day.period is None or day.period.start is None or day.period.end != day.period.start + DAY:
        return None
    side = r.word(place - 1)

    def weekend(one: Period) -> Period:
        start, end = _beside(one.start, side) if one.start else (one.start, one.end)
        if start is None or end is None:
            return one
        feast, _, dated = one.label.partition(" (")
        days = name_days(start, end)
        named = dated and names_a_feast(feast)
        return Period(start, end, "day", f"the weekend {side} {feast} ({days})" if named else days)

    if _beside(day.period.start, side)[0] is None:
        return Reading(day.stop, None, f"{day.period.label} was no day of a weekend: which days do you mean?")
    return in_its_year(day, weekend)


def _beside(day: date, side: str) -> tuple[date, date] | tuple[None, None]:
    """The Saturday, and the day after the Sunday."""
    saturday = day - timedelta(days=(day.isoweekday() - _SATURDAY) % DAYS_IN_WEEK)
    if side in ("after", "following"):
        saturday = day + timedelta(days=(_SATURDAY - day.isoweekday() - 1) % DAYS_IN_WEEK + 1)
    elif side == "before":
        saturday = day - timedelta(days=(day.isoweekday() - _SATURDAY - 1) % DAYS_IN_WEEK + 1)
    else:
        return long_weekend(day) or (None, None)
    return saturday, saturday + timedelta(days=2)


def the_weekend(r: Reader, at: int) -> Reading | None:
    """ "over the weekend": the last one that has begun. "On the weekend" may be a habit, and is a condition on days."""
    before = [r.word(at - 2), r.word(at - 1)]
    if r.word(at) != "weekend" or before not in (["over", "the"], ["past", "the"]) or not r.closed(at + 1):
        return None
    if r.word(at + 1) in ("or", "than", "vs", "versus", "and", "in", "of"):
        return None
    saturday = r.today - timedelta(days=(r.today.isoweekday() - _SATURDAY) % DAYS_IN_WEEK)
    end = saturday + timedelta(days=2)
    return Reading(at + 1, Period(saturday, end, "day", name_days(saturday, end)))


def nth_weekend(r: Reader, at: int) -> Reading | None:
    """ "the last weekend of August", "first weekend in October 2025": told by its Saturday."""
    order = words.FIRST_TO_LAST.get(r.word(at))
    if order is None or r.word(at + 1) != "weekend":
        return None
    parent = parent_period(r, at + 2)
    if parent is None or parent.period is None or parent.period.grain != "month" or parent.period.start is None:
        return None
    month = parent.period.start
    if parent.period.end is None or (parent.period.end - month).days > 31:  # noqa: PLR2004 — days in a month
        return None
    saturday = nth_weekday(month.year, month.month, _SATURDAY, order)
    if saturday is None:
        return Reading(parent.stop, None, f"{parent.period.label} has no such weekend.")
    end = saturday + timedelta(days=2)
    return Reading(parent.stop, Period(saturday, end, "day", name_days(saturday, end)), year=parent.year)


def last_few(r: Reader, at: int) -> Reading | None:
    """ "the last 5 Fridays", "the past two weekends": the days from the first of them to the last that is over; which of
    them count, the word itself says."""
    if r.word(at) not in words.LAST or (count := r.count(at + 1)) is None:
        return None
    stop, number = count
    weekday = words.WEEKDAYS.get(r.lemma(stop)) if r.word(stop).endswith("s") else None
    weekend = r.word(stop) == "weekends"
    if (weekday is None and not weekend) or not 1 <= number <= _MOST_WEEKS or number != number.to_integral_value():
        return None
    last = r.today - timedelta(days=(r.today.isoweekday() - (weekday or DAYS_IN_WEEK) - 1) % DAYS_IN_WEEK + 1)
    first = last - timedelta(days=DAYS_IN_WEEK * (int(number) - 1) + weekend)
    name = f"the last {int(number)} {r.tokens[stop].text} ({name_days(first, last + DAY)})"
    return Reading(stop, Period(first, last + DAY, "day", name))


def of_each(r: Reader, at: int) -> Reading | None:
    """ "the last 3 days of each month", "the first week of every quarter": days of several periods, which no one period
    is."""
    order = words.FIRST_TO_LAST.get(r.word(at))
    place = at + 1
    if count := r.count(place):
        place = count[0]
    unit = r.unit(place)
    stop = unit[0] if unit else place + 1 if r.word(place) in {*words.WEEKDAYS, *_WEEKEND} else None
    if order is None or stop is None:
        return None
    each = r.phrase(stop, "of each", "of every", "in each", "in every", "each", "every", "of the each", "per")
    whole = r.unit(each) if each else None
    if whole is None:
        return None
    parts, wholes = (" ".join(t.text for t in r.tokens[a:b]) for a, b in ((at, stop), (each or stop, whole[0])))
    return Reading(whole[0], None, f"I cannot add up the {parts} of every {wholes} yet: please name one {wholes}.")


def every_other(r: Reader, at: int) -> Reading | None:
    """ "every other Friday", "every second week": no stretch of days either."""
    counted = r.word(at + 1) in ("other", "second", "third", "2nd", "3rd", "alternate")
    named = r.word(at + 2) in {*words.WEEKDAYS, *words.UNITS, *_WEEKEND}
    if not (counted and named):
        return None
    said = " ".join(token.text for token in r.tokens[at : at + 3])
    return Reading(at + 3, None, f"I cannot pick {said} yet: please name the days.")


_ORDINAL = frozenset((TokenKind.ORDINAL,))

WEEKENDS = (
    Opener(weekend_of, ("weekend",)),
    Opener(the_weekend, ("weekend",)),
    Opener(nth_weekend, words.FIRST_TO_LAST, _ORDINAL),
    Opener(last_few, words.LAST),
    Opener(every_other, ("every",)),
    Opener(of_each, words.FIRST_TO_LAST, _ORDINAL),
)
