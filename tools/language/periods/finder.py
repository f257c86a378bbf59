"""Finds the periods of a question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from tools.language.periods.calendars import DAY, Calendar, OutOfRangeError, Period, Unit, add_units
from tools.language.periods.named import NAMED
from tools.language.periods.public_holidays import PUBLIC_HOLIDAYS
from tools.language.periods.ranges import read_range
from tools.language.periods.reader import BEYOND, Grammar, Offset, Prefer, Reader, Reading, norms_of
from tools.language.periods.relative import RELATIVE
from tools.language.periods.running import RUNNING
from tools.language.periods.shifts import same_period
from tools.language.periods.told_twice import TOLD_TWICE, told_in_days
from tools.language.periods.weekends import WEEKENDS
from tools.language.text import Token, listed

PeriodKind = Literal["past", "current", "future", "mixed"]

_GRAMMAR = Grammar((*PUBLIC_HOLIDAYS, *NAMED, *RELATIVE, *WEEKENDS, *RUNNING, *TOLD_TWICE))
# Words between two periods that let them share a year: "March and April 2018", "March compared to April 2018".
_LISTING = frozenset((",", "and", "or", "&", "/", "plus", "und", "et", "y"))
_LIST_JOINTS = _LISTING | frozenset(
    listed("vs versus . with to than compared against the in between on of relative for")
)
_LONGEST_JOINT = 4


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    """A period as it stands at the token positions `tokens` (prepositions that do not change it left out).

    Half-open like `Period`: `end` is the day after the last; None on either side leaves it open. Where the words name
    no period ("31 February", "recently"), `problem` says why in a sentence, both sides and `kind` are None, and
    `alternatives` may hold what could have been meant. Else `alternatives` are other readings of the same words.
    `kind` is past where all of it is over, current for a calendar unit that is running or a stretch up to today,
    mixed where it otherwise reaches past today. `complete` tells that its last day is over.
    `offset` is set where it is so many calendar units from today; `year_given` where a year was said or follows from it.
    """

    tokens: range
    start: date | None
    end: date | None
    grain: Literal["day", "week", "month", "quarter", "year"]
    label: str
    kind: PeriodKind | None
    complete: bool
    alternatives: tuple[Period, ...] = ()
    problem: str | None = None
    offset: Offset | None = None
    year_given: bool = False
    only: tuple[date, ...] = ()
    """The days that count, where not all of them do: "bank holidays 2026"."""

    @property
    def period(self) -> Period:
        return Period(self.start, self.end, self.grain, self.label, self.only)


def find_periods(
    tokens: Sequence[Token], today: date, calendar: Calendar | None = None, *, prefer: Prefer = "past"
) -> list[PeriodSpan]:
    """All periods, left to right, none overlapping. Never raises for what the text says.

    A name without a year is the last one that has begun by `today`; with `prefer="future"` (for a forecast) the next
    one that has not ended. How relative phrases count is told in `tools.language.periods.relative`.
    """
    reader = Reader(tokens, norms_of(tokens), today, calendar or Calendar(), prefer, _GRAMMAR)
    found: list[tuple[int, Reading]] = []
    at = 0
    while at < len(tokens):
        if same := same_period(reader, at):  # "same period last year" moves another period and is none itself
            at = same.tokens.stop
            continue
        reading = _read(reader, at)
        if reading is None:
            at += 1
        else:
            found.append((at, reading))
            at = reading.stop
    return [_span(reader, at, reading) for at, reading in told_in_days(reader, _share_years(reader, found))]


def _read(reader: Reader, at: int) -> Reading | None:
    single = reader.read(at)
    try:
        ranged = read_range(reader, at)
    except OutOfRangeError:
        return reader.beyond(at)
    return ranged if ranged and (single is None or ranged.stop > single.stop) else single


def _share_years(reader: Reader, found: list[tuple[int, Reading]]) -> list[tuple[int, Reading]]:
    """Gives names without a year the year of their neighbour, the way people leave it out: "March and April 2018",
    "Q1 2017 vs Q2"."""
    shared = list(found)
    for index in range(len(shared) - 2, -1, -1):
        (at, reading), (after, neighbour) = shared[index], shared[index + 1]
        if joint := _joint(reader, reading, neighbour, after):
            shared[index] = (at, _before(reader, reading, neighbour, in_order=joint <= _LISTING))
    for index in range(1, len(shared)):
        (_, neighbour), (at, reading) = shared[index - 1], shared[index]
        if joint := _joint(reader, reading, neighbour, at):
            shared[index] = (at, _after(reading, neighbour, in_order=joint <= _LISTING))
    return shared


def _joint(reader: Reader, name: Reading, neighbour: Reading, second: int) -> frozenset[str]:
    """The words between two periods of which the first may share the second's year or the other way round; empty if
    they may not. `second` is where the one that stands second begins."""
    if name.in_year is None or neighbour.year is None or neighbour.period is None or neighbour.period.grain == "year":
        return frozenset()
    stop = min(name.stop, neighbour.stop)
    joint = frozenset(reader.word(between) for between in range(stop, second)) or frozenset((",",))
    return joint if second - stop <= _LONGEST_JOINT and joint <= _LIST_JOINTS else frozenset()


def _before(reader: Reader, name: Reading, neighbour: Reading, *, in_order: bool) -> Reading:
    """A name in the year of the period after it. In a list, December before January 2018 is that of 2017; held against
    it ("March vs January 2026"), it may be the later one, as long as it has begun."""
    reading = _in_year(name, neighbour, 0)
    if reading is name:
        return name
    start, other = reading.period and reading.period.start, neighbour.period and neighbour.period.start
    latest = other if in_order else reader.today
    return _in_year(name, neighbour, -1) if start and latest and start > latest else reading


def _after(name: Reading, neighbour: Reading, *, in_order: bool) -> Reading:
    """A name in the year of the period before it; January listed after December 2017 is the one that follows."""
    if in_order and neighbour.period:
        following = _in_year(name, neighbour, 1)
        if following.period and following.period.start == neighbour.period.end:
            return following
    return _in_year(name, neighbour, 0)


def _in_year(name: Reading, neighbour: Reading, distance: int) -> Reading:
    if name.in_year is None or neighbour.year is None:
        return name
    try:
        reading = replace(name.in_year(neighbour.year + distance), stop=name.stop)
    except OutOfRangeError:
        return Reading(name.stop, None, BEYOND)
    # "September and September of last year" are two, not one named twice.
    return name if reading.period is not None and reading.period == neighbour.period else reading


def _span(reader: Reader, at: int, reading: Reading) -> PeriodSpan:
    tokens = range(at, reading.stop)
    period = reading.period
    if period is None:
        text = " ".join(token.text for token in reader.tokens[at : reading.stop])
        return PeriodSpan(tokens, None, None, "day", text, None, False, reading.alternatives, reading.problem)
    return PeriodSpan(
        tokens,
        period.start,
        period.end,
        period.grain,
        period.label,
        _kind(period, reader.today),
        period.end is not None and period.end <= reader.today,
        reading.alternatives,
        offset=reading.offset,
        year_given=reading.year is not None,
        only=period.only,
    )


def _kind(period: Period, today: date) -> PeriodKind:
    if period.end is not None and period.end <= today:
        return "past"
    if period.start is not None and period.start > today:
        return "future"
    return "current" if period.end == today + DAY or _is_unit(period) else "mixed"


def _is_unit(period: Period) -> bool:
    if period.start is None or period.end is None:
        return False
    units: tuple[Unit, ...] = (period.grain, "half") if period.grain == "quarter" else (period.grain,)
    return any(period.end == add_units(period.start, unit, 1) for unit in units)
