"""A period with a name in another year: Easter is held against Easter, whatever the date."""

import re
from datetime import date

from storage.metrics.query import TimeRange
from tools.language.periods import Calendar, find_periods
from tools.language.periods.feasts import BY_COUNTRY, names_a_feast
from tools.language.periods.public_holidays import place_of
from tools.language.text import tokenize
from tools.query.stretches import as_range

_NAME_AND_YEAR = re.compile(r"(?P<name>.*\D)(?P<year>\d{4}) \(")
"""A label that says a name, its year and then its days: "the week before Easter 2026 (29 March – 4 April 2026)"."""


def in_another_year(time: TimeRange, years: int, today: date, calendar: Calendar) -> TimeRange | None:
    """The period of the same name so many years on (negative: back); None where it has no name of its own, or where the
    name does not cover it exactly."""
    label = _NAME_AND_YEAR.match(time.label)
    if label is None:
        return None
    same, other = (_read(f"{label['name']}{int(label['year']) + n}", today, calendar) for n in (0, years))
    return other if same is not None and (same.start, same.end) == (time.start, time.end) else None


def of_the_feast_before(time: TimeRange, today: date, calendar: Calendar) -> tuple[TimeRange, TimeRange] | None:
    """ "did Black Friday sales grow": a feast and the same one of the year before; None for what is no feast."""
    before = in_another_year(time, -1, today, calendar) if names_a_feast(time.label) else None
    return None if before is None else (time, before)


def country_note(label: str, calendar: Calendar) -> tuple[str, ...]:
    """Whose Mother's Day it is, where that differs from country to country."""
    if " (" not in label or not names_a_feast(label, BY_COUNTRY):
        return ()
    name = label.partition(" (")[0]
    if calendar.country is None:
        return (f"Your settings name no country, so {name} is the day on which most have it.",)
    return (f"{name} is that of {place_of(calendar.country)}.",)


def _read(name: str, today: date, calendar: Calendar) -> TimeRange | None:
    found = find_periods(tokenize(name), today, calendar)
    return as_range(found[0].period) if len(found) == 1 and found[0].start and found[0].end else None
