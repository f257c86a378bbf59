"""A stretch of time that is said in two ways at once: "since summer started, June 1st", "the half-year July to December
2025", "the second half of October (16th-31st)", "lately, say last month". What is said in days is what is meant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tools.language.periods import words
from tools.language.periods.calendars import DAY, Period, name_days
from tools.language.periods.feasts import SEASONS
from tools.language.periods.ranges import open_since, read_range
from tools.language.periods.reader import Opener, Reader, Reading
from tools.language.text import TokenKind

Found = tuple[int, Reading]

_FURTHEST = 9
"""Words that may stand between "since" and the day that it means."""
_TELLS_THE_DAY = frozenset(
    """( , on that started starts began begins opened ended ends finished that's thats is was being ie : from""".split()
)
"""Right before a day these say that it is the one that "since …" means."""
_ELSEWHERE = frozenset(
    ". ? ! ; to until till through and or vs versus against than by per compared with without".split()
)
"""A day behind one of these has a part of its own in the question."""
_IN_OTHER_WORDS = frozenset(
    """, ( - – — : ... .. . ? like say so i mean ie e that's thats that is meaning namely which rather well or""".split()
)
"""All that stands between two ways to say the same stretch."""
_LONGEST_BRIDGE = 4
_LONGEST_FEAST = 14
_DAYS_OFF = 3
"""Months differ in length: so many days may a stretch be longer than the one it explains."""
_LENGTHS = {"week": 7, "month": 30, "quarter": 91, "half": 183, "year": 365}


def since_its_day(r: Reader, at: int) -> Reading | None:
    """ "since summer started on June 1st", "since Easter Monday, that's 6 April", "since the start of summer (1 June)"."""
    if r.word(at) != "since":
        return None
    for place in range(at + 2, at + 2 + _FURTHEST):
        if r.word(place) in _ELSEWHERE or not r.word(place):
            return None
        if r.word(place - 1) not in _TELLS_THE_DAY and r.word(place - 1) not in SEASONS:
            continue
        day = r.read(r.skip(place, "the", "on", "is"))
        if day is not None and _is_a_day(day):
            since = open_since(r, day)
            return since and replace(since, stop=r.skip(since.stop, ")"))
    return None


def _is_a_day(reading: Reading) -> bool:
    period = reading.period
    if period is None or period.start is None or period.end is None or reading.offset is not None:
        return False
    return period.end - period.start == DAY and (reading.in_year is not None or reading.year is not None)


def unit_and_its_days(r: Reader, at: int) -> Reading | None:
    """ "the half-year July to December 2025", "financial year 1 July 2025 to 30 June 2026": a unit, and the stretch of
    that length that it is."""
    place, _ = r.fiscal(at)
    found = r.unit(place)
    if found is None or found[1] == "day" or found[2] > 1 or r.word(place).endswith("s"):
        return None
    start = r.skip(found[0], "(", ",", ":", "from", "of")
    stretch = read_range(r, start) if start < len(r.tokens) else None
    if stretch is None or stretch.period is None or not _is_as_long(stretch.period, _LENGTHS[found[1]]):
        return None
    return replace(stretch, stop=r.skip(stretch.stop, ")"))


def _is_as_long(period: Period, days: int) -> bool:
    if period.start is None or period.end is None:
        return False
    return abs((period.end - period.start).days - days) <= _DAYS_OFF


def told_in_days(r: Reader, found: Sequence[Found]) -> list[Found]:
    """The periods of a text, of two that are the same thing said twice only the clearer one."""
    kept: list[Found] = []
    for at, reading in found:
        if kept and _explains(r, kept[-1], (at, reading)):
            kept[-1] = (kept[-1][0], replace(reading, stop=r.skip(reading.stop, ")")))
        else:
            kept.append((at, _in_its_days(r, reading)))
    return kept


def _explains(r: Reader, said: Found, told: Found) -> bool:
    """ "lately, say last month"; "the last half year, May to October": counted from today, and then told in months."""
    (_, vague), (at, clear) = said, told
    between = [r.word(place) for place in range(vague.stop, at)]
    if len(between) > _LONGEST_BRIDGE or not {*between} <= _IN_OTHER_WORDS or clear.period is None:
        return False
    if vague.period is None:
        return vague.problem is not None and bool(vague.alternatives)
    if "," in between and _is_a_feast_among(vague.period, clear.period):
        return True
    counted = vague.offset is not None and (vague.offset.unit == "half" or abs(vague.offset.count) > 1)
    named = clear.offset is None and clear.period.grain in ("month", "year")
    start, end = vague.period.start, vague.period.end
    if not (counted and named and between and start and end and vague.period != clear.period):
        return False
    return _is_as_long(clear.period, (end - start).days)


def _is_a_feast_among(day: Period, days: Period) -> bool:
    """ "Easter this year, Good Friday until Monday"."""
    if not (day.start and day.end and days.start and days.end) or "(" not in day.label or day.end - day.start != DAY:
        return False
    length = (days.end - days.start).days
    return days.start <= day.start and day.end <= days.end and 1 < length <= _LONGEST_FEAST


def _in_its_days(r: Reader, reading: Reading) -> Reading:
    """ "the second half of October (16th-31st)", "the bank holiday weekend, 24th to 26th": days without a month behind a
    stretch that they lie in."""
    period = reading.period
    opening = r.word(reading.stop)
    if opening not in ("(", ",") or period is None or period.start is None or period.end is None:
        return reading
    first = _ordinal(r, reading.stop + 1)
    if first is None:
        return reading
    joint = (
        first[0] if r.hyphenated(first[0]) else r.phrase(first[0], "to", "until", "through", "till", "and", "-", "–")
    )
    last = _ordinal(r, joint) if joint is not None else None
    if last is None or r.word(last[0]) in words.MONTHS or r.word(last[0]) == "of":
        return reading
    days = [period.start + timedelta(days=n) for n in range((period.end - period.start).days)]
    starts = [day for day in days if day.day == first[1]]
    ends = [day for day in days if day.day == last[1]]
    if len(starts) != 1 or len(ends) != 1 or starts[0] > ends[0]:
        return reading
    end = ends[0] + DAY
    stop = r.skip(last[0], ")") if opening == "(" else last[0]
    return replace(reading, stop=stop, period=Period(starts[0], end, "day", name_days(starts[0], end)), in_year=None)


def _ordinal(r: Reader, at: int) -> tuple[int, int] | None:
    at = r.skip(at, "the", "from")
    word = r.word(at)
    return (at + 1, int(word[:-2])) if r.kind(at) is TokenKind.ORDINAL and word[:-2].isdecimal() else None


TOLD_TWICE = (
    Opener(since_its_day, ("since",)),
    Opener(unit_and_its_days, {*words.UNITS, *words.FISCAL, *words.WHOLE}),
)
