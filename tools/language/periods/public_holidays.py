"""Public holidays of the shop's country: "on Diwali", "over the August bank holiday", "on bank holidays this year".

The days are those of the package `holidays` (MIT), nationwide; of the United Kingdom those of England. It is loaded when
the first question names such a day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import cast

from tools.language.periods import words
from tools.language.periods.calendars import DAY, MONTH_NAMES, Period, name_days
from tools.language.periods.feasts import long_weekend
from tools.language.periods.reader import Opener, Reader, Reading

_WITHIN = {"GB": ("ENG", "England")}
"""Countries whose holidays are those of their parts: the one that is taken, and its name."""
_KINDS = frozenset(("bank", "public", "national", "federal", "legal", "statutory"))
_NAMES: dict[str, tuple[str, ...]] = {
    "may day": ("May Day",), "may day bank holiday": ("May Day",), "early may bank holiday": ("May Day",),
    "spring bank holiday": ("Spring Bank Holiday",), "late may bank holiday": ("Spring Bank Holiday",),
    "august bank holiday": ("Late Summer Bank Holiday", "August Bank Holiday"),
    "summer bank holiday": ("Late Summer Bank Holiday", "August Bank Holiday"),
    "june bank holiday": ("June Bank Holiday",), "october bank holiday": ("October Bank Holiday",),
    "independence day": ("Independence Day",), "labor day": ("Labor Day", "Labour Day"), "labour day": ("Labor Day", "Labour Day"),
    "juneteenth": ("Juneteenth National Independence Day",), "columbus day": ("Columbus Day",),
    "mlk day": ("Martin Luther King Jr. Day",), "martin luther king day": ("Martin Luther King Jr. Day",),
    "president day": ("Washington's Birthday",), "presidents day": ("Washington's Birthday",),
    "veteran day": ("Veterans Day",), "veterans day": ("Veterans Day",),
    "canada day": ("Canada Day",), "australia day": ("Australia Day",), "anzac day": ("ANZAC Day",), "waitangi day": ("Waitangi Day",),
    "republic day": ("Republic Day",), "national day": ("National Day",), "bastille day": ("National Day",),
    "german unity day": ("German Unity Day",), "unity day": ("German Unity Day",), "victory day": ("Victory Day",),
    "armistice day": ("Armistice Day",), "assumption day": ("Assumption Day",), "all saint day": ("All Saints' Day",),
    "epiphany": ("Epiphany",), "diwali": ("Diwali", "Deepavali"), "deepavali": ("Deepavali", "Diwali"), "holi": ("Holi",),
    "dussehra": ("Dussehra",), "eid al fitr": ("Eid al-Fitr",), "eid al adha": ("Eid al-Adha",),
    "chinese new year": ("Chinese New Year (Spring Festival)", "Chinese New Year", "Lunar New Year"),
    "lunar new year": ("Lunar New Year", "Chinese New Year (Spring Festival)", "Chinese New Year"),
    "spring festival": ("Chinese New Year (Spring Festival)",), "mid autumn festival": ("Mid-Autumn Festival",),
    "dragon boat festival": ("Dragon Boat Festival",), "golden week": ("Golden Week",),
}  # fmt: skip
"""What people call a holiday, by lemmas → its names in the package, in the order they are looked for."""
_GOLDEN_WEEKS = {"JP": ("Showa Day", "Children's Day"), "CN": ("National Day", "National Day")}
_LENGTHS = sorted({len(name.split()) for name in _NAMES}, reverse=True)
_WHICH_COUNTRY = "Public holidays differ from country to country: your settings do not say yet which one is yours."


@dataclass(frozen=True, slots=True)
class _Holidays:
    """The named days of one country in one year."""

    by_name: dict[str, tuple[date, ...]]
    days: tuple[date, ...]


@lru_cache(maxsize=256)
def _of_country(country: str, year: int) -> _Holidays | None:
    """None for a country that the package does not know."""
    import holidays  # a tenth of a second, for those who ask

    part = _WITHIN.get(country, (None, ""))[0]
    try:
        found = holidays.country_holidays(country, subdiv=part, years=year, language="en_US")
    except NotImplementedError:
        return None
    by_name: dict[str, list[date]] = {}
    named = cast("Iterable[tuple[date, str]]", found.items())
    for day, names in sorted(named):
        for name in names.split("; "):
            by_name.setdefault(name, []).append(day)
    days = sorted({day for all_of_it in by_name.values() for day in all_of_it})
    return _Holidays({name: tuple(all_of_it) for name, all_of_it in by_name.items()}, tuple(days))


def place_of(country: str) -> str:
    """Whose holidays are taken, as a reader calls it."""
    from babel import Locale  # as above

    name = _WITHIN.get(country, ("", ""))[1] or str(Locale("en").territories.get(country, country))
    return f"the {name}" if name.startswith("United") or name in ("Netherlands", "Philippines") else name


def named_holiday(r: Reader, at: int) -> Reading | None:
    """ "Diwali 2025", "Golden Week", "the August bank holiday weekend"."""
    for length in _LENGTHS:
        name = " ".join(r.lemma(place) for place in range(at, at + length))
        if name in _NAMES:
            return _in_country(r, at, at + length, name)
    return None


def _in_country(r: Reader, at: int, stop: int, name: str) -> Reading | None:
    country = r.calendar.country
    if country is None or not any(_days_of(country, name, r.today.year - back) for back in range(3)):
        if name in _ELSEWHERE_TOO:
            return None
        said = " ".join(token.text for token in r.tokens[at:stop])
        problem = (
            _WHICH_COUNTRY if country is None else f"I know no “{said}” in {place_of(country)}: which days do you mean?"
        )
        return Reading(stop, None, problem)
    title = " ".join(token.text[:1].upper() + token.text[1:] for token in r.tokens[at:stop])
    weekend = r.word(stop) == "weekend"
    stop += weekend
    stated = r.year_after(stop)

    def in_year(year: int) -> Period | str:
        found = _days_of(country, name, year)
        ends = (found[0], found[-1] + DAY) if found else None
        if ends and weekend:
            ends = long_weekend(ends[0])
        if ends is None:
            return f"There is no {title} in {year}."
        start, end = ends
        return Period(start, end, "day", f"{title}{' Weekend' * weekend} {year} ({name_days(start, end)})")

    return r.named(stated[0] if stated else stop, stated[1] if stated else None, in_year)


_ELSEWHERE_TOO = frozenset(("independence day", "labor day", "may day"))
"""Days that most people know by a date of their own, whatever their country."""


def _days_of(country: str, name: str, year: int) -> tuple[date, ...]:
    """The first stretch of days that bears the name; a day that stands in for one is no second."""
    known = _of_country(country, year)
    if known is None:
        return ()
    if name == "golden week":
        first, last = _GOLDEN_WEEKS.get(country, ("", ""))
        begin, end = known.by_name.get(first, ()), known.by_name.get(last, ())
        if country == "CN":
            return (begin[0], begin[0] + timedelta(days=6)) if begin else ()
        return (begin[0], end[0]) if begin and end else ()
    days = [day for one in _NAMES[name] if one in known.by_name for day in known.by_name[one]]
    return tuple(day for n, day in enumerate(days) if (day - days[0]).days == n)


def all_holidays(r: Reader, at: int) -> Reading | None:
    """ "bank holidays this year", "public holidays in 2025", "the last bank holiday"."""
    if r.word(at) not in _KINDS or r.lemma(at + 1) != "holiday":
        return None
    country, stop = r.calendar.country, at + 2
    stated = r.year_after(stop)
    if country is None or _of_country(country, r.today.year) is None:
        return Reading(stated[0] if stated else stop, None, _WHICH_COUNTRY)
    title = f"{r.tokens[at].text.capitalize()} holidays"
    this, before = (_all_of(country, title, year) for year in (r.today.year, r.today.year - 1))
    if r.word(at + 1) == "holiday" or stated is None:
        choice = tuple(one for one in (this, before) if one is not None)
        return Reading(stop, None, "The holidays of which year?", choice)
    period = _all_of(country, title, stated[1])
    return Reading(stated[0], period, year=stated[1]) if period else None


def _all_of(country: str, title: str, year: int) -> Period | None:
    known = _of_country(country, year)
    days = known.days if known else ()
    if not days:
        return None
    named = ", ".join(f"{day.day} {MONTH_NAMES[day.month - 1][:3]}" for day in days)
    label = f"{title} {year} ({named}; {place_of(country)})"
    return Period(days[0], days[-1] + DAY, "day", label, only=days)


def last_holiday(r: Reader, at: int) -> Reading | None:
    """ "the last bank holiday", "last bank holiday weekend"."""
    if r.word(at) not in words.LAST or r.word(at + 1) not in _KINDS or r.word(at + 2) != "holiday":
        return None
    country = r.calendar.country
    weekend = r.word(at + 3) == "weekend"
    if country is None:
        return Reading(at + 3 + weekend, None, _WHICH_COUNTRY)
    known = [_of_country(country, r.today.year - back) for back in (1, 0)]
    days = [day for year in known if year for day in year.days if day < r.today]
    stretches = [(long_weekend(day) if weekend else (day, day + DAY)) for day in days]
    over = [one for one in stretches if one is not None and one[1] <= r.today]
    if not over:
        return None
    start, end = over[-1]
    return Reading(at + 3 + weekend, Period(start, end, "day", name_days(start, end)))


PUBLIC_HOLIDAYS = (
    Opener(named_holiday, {name.split()[0] for name in _NAMES}),
    Opener(all_holidays, _KINDS),
    Opener(last_holiday, words.LAST),
)
