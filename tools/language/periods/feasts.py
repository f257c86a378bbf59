"""Days and seasons that trade goes by. Each is a rule from a year to its days."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from tools.language.periods.calendars import DAY, Calendar, add_months
from tools.language.text import listed, tokenize

Days = tuple[date, date]
"""First day, and the day after the last."""
Rule = Callable[[int, Calendar], Days]

_SOUTHERN = frozenset(listed("AU NZ ZA AR CL UY PY BR BO PE NA BW LS SZ ZW MZ MG FJ"))


def easter(year: int) -> date:
    """Western Easter Sunday (the anonymous Gregorian computus, Meeus, Astronomical Algorithms, chapter 8)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    epact = (19 * golden + century - leap_centuries - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * century_rest + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, n: int) -> date | None:
    """The nth ISO weekday of a month, counted from its end where n is negative; None where there is none."""
    first = date(year, month, 1)
    if n > 0:
        day = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (n - 1))
    else:
        last = add_months(first, 1) - DAY
        day = last - timedelta(days=(last.isoweekday() - weekday) % 7 + 7 * (-n - 1))
    return day if day.month == month else None


def season(name: str, year: int, calendar: Calendar) -> Days:
    """Meteorological seasons: three whole months from March, June, September and December; the winter that begins in
    the year. South of the equator the names change places."""
    month = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}[name]
    if calendar.country in _SOUTHERN:
        month = (month + 5) % 12 + 1
    start = date(year, month, 1)
    return start, add_months(start, 3)


def long_weekend(day: date) -> Days | None:
    """The weekend that a day belongs to, with the days that join them: from a Thursday or a Friday to Sunday, from
    Saturday to a Monday; None for a day in the middle of the week."""
    weekday = day.isoweekday()
    if weekday in (2, 3):
        return None
    first = day - timedelta(days={1: 2, 7: 1}.get(weekday, 0))
    return first, day + timedelta(days=1 if weekday == 1 else 8 - weekday)


SEASONS = {"spring": "spring", "summer": "summer", "autumn": "autumn", "fall": "autumn", "winter": "winter"}


def _fixed(month: int, day: int) -> Rule:
    return lambda year, _: _one(date(year, month, day))


def _floating(month: int, weekday: int, n: int) -> Rule:
    return lambda year, _: _one(_must(nth_weekday(year, month, weekday, n)))


def _from_easter(first: int, days: int = 1) -> Rule:
    def rule(year: int, _: Calendar) -> Days:
        start = easter(year) + timedelta(days=first)
        return start, start + timedelta(days=days)

    return rule


def _thanksgiving(year: int, calendar: Calendar) -> Days:
    if calendar.country == "CA":
        return _one(_must(nth_weekday(year, 10, 1, 2)))
    return _one(_must(nth_weekday(year, 11, 4, 4)))


def _after_thanksgiving(days: int) -> Rule:
    """Black Friday and its kin follow the fourth Thursday of November everywhere."""
    return lambda year, _: _one(_must(nth_weekday(year, 11, 4, 4)) + timedelta(days=days))


_MOTHERS: tuple[tuple[str, Rule], ...] = (
    ("GB IE NG", _from_easter(-21)),  # Mothering Sunday
    ("FR", lambda year, _: _one(_french_mothers_day(year))),
    ("SE", _floating(5, 7, -1)), ("ES PT HU LT RO", _floating(5, 7, 1)), ("NO", _floating(2, 7, 2)), ("AR", _floating(10, 7, 3)),
    ("PL", _fixed(5, 26)), ("MX GT SV", _fixed(5, 10)), ("EG SA AE LB JO IQ KW QA BH OM SY YE", _fixed(3, 21)), ("TH", _fixed(8, 12)),
)  # fmt: skip
_FATHERS: tuple[tuple[str, Rule], ...] = (
    ("DE", _from_easter(39)),  # Ascension Day
    ("AT BE", _floating(6, 7, 2)), ("ES IT PT HR", _fixed(3, 19)), ("SE NO FI EE IS", _floating(11, 7, 2)), ("DK", _fixed(6, 5)),
    ("AU NZ", _floating(9, 7, 1)), ("BR", _floating(8, 7, 2)), ("PL", _fixed(6, 23)), ("CH", _floating(6, 7, 1)),
    ("RO", _floating(5, 7, 2)), ("TH", _fixed(12, 5)), ("TW", _fixed(8, 8)),
)  # fmt: skip


def _by_country(rules: tuple[tuple[str, Rule], ...], elsewhere: Rule) -> Rule:
    by_code = {code: rule for codes, rule in rules for code in listed(codes)}
    return lambda year, calendar: by_code.get(calendar.country or "", elsewhere)(year, calendar)


def _french_mothers_day(year: int) -> date:
    """The last Sunday of May, or the first of June where that is Pentecost."""
    last = _must(nth_weekday(year, 5, 7, -1))
    return last + timedelta(days=7) if last == easter(year) + timedelta(days=49) else last


def _one(day: date) -> Days:
    return day, day + DAY


def _must(day: date | None) -> date:
    if day is None:
        raise ValueError("every year has this day")
    return day


FEASTS: dict[str, Rule] = {
    "christmas": _fixed(12, 25),
    "xmas": _fixed(12, 25),
    "christmas day": _fixed(12, 25),
    "christmas eve": _fixed(12, 24),
    "boxing day": _fixed(12, 26),
    "new year": _fixed(1, 1),
    "new year eve": _fixed(12, 31),
    "hogmanay": _fixed(12, 31),
    "new year day": _fixed(1, 1),
    "valentine day": _fixed(2, 14),
    "valentines day": _fixed(2, 14),
    "halloween": _fixed(10, 31),
    "patrick day": _fixed(3, 17),
    "patricks day": _fixed(3, 17),
    "paddy day": _fixed(3, 17),
    "paddys day": _fixed(3, 17),
    "singles day": _fixed(11, 11),
    "independence day": _fixed(7, 4),
    "labor day": _floating(9, 1, 1),
    "may day": _fixed(5, 1),
    "memorial day": _floating(5, 1, -1),
    "father day": _by_country(_FATHERS, _floating(6, 7, 3)),
    "fathers day": _by_country(_FATHERS, _floating(6, 7, 3)),
    "mother day": _by_country(_MOTHERS, _floating(5, 7, 2)),
    "mothers day": _by_country(_MOTHERS, _floating(5, 7, 2)),
    "mothering sunday": _from_easter(-21),
    "thanksgiving": _thanksgiving,
    "thanksgiving day": _thanksgiving,
    "black friday": _after_thanksgiving(1),
    "cyber monday": _after_thanksgiving(4),
    "cyber week": lambda year, _: _week_of_cyber_monday(year),
    "good friday": _from_easter(-2),
    "easter": _from_easter(0),
    "easter sunday": _from_easter(0),
    "easter monday": _from_easter(1),
    "maundy thursday": _from_easter(-3),
    "ash wednesday": _from_easter(-46),
    "ascension day": _from_easter(39),
    "whit sunday": _from_easter(49),
    "whit monday": _from_easter(50),
    "pentecost": _from_easter(49),
    "pentecost monday": _from_easter(50),
    "whitsun weekend": _from_easter(48, 3),
    "pentecost weekend": _from_easter(48, 3),
    "corpus christi": _from_easter(60),
    "easter weekend": _from_easter(-2, 4),
}
"""Feasts by the lemmas of their names."""


def names_a_feast(label: str, names: Iterable[str] = FEASTS) -> bool:
    """Whether a period's label has the name of a feast in it."""
    words = " ".join(token.lemma for token in tokenize(label))
    return any(f" {name} " in f" {words} " for name in names)


BY_COUNTRY = (
    "mother day", "mothers day", "father day", "fathers day", "thanksgiving", "labor day", "labour day", "may day",
)  # fmt: skip
"""Feasts that lie on other days in other countries."""


GOODS_AS_WELL = frozenset(("christmas", "xmas", "easter", "halloween", "new year"))
"""Feasts whose bare name also stands on products: they need a year or a preposition to be a time."""


def _week_of_cyber_monday(year: int) -> Days:
    monday = _must(nth_weekday(year, 11, 4, 4)) + timedelta(days=4)
    return monday, monday + timedelta(days=7)
