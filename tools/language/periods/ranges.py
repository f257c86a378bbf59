"""Periods made of two others, or open on one side: "from April to June 2018", "since March", "before 2017"."""

from dataclasses import replace
from datetime import timedelta

from tools.language.periods import words
from tools.language.periods.calendars import (
    DAY,
    DAYS_IN_WEEK,
    Grain,
    Period,
    add_units,
    name_day,
    name_days,
    name_span,
    unit_period,
)
from tools.language.periods.named import day_and_month, day_number, day_period, month_in_short_year, quarter_of
from tools.language.periods.reader import Reader, Reading, Words
from tools.language.periods.relative import parent_period
from tools.language.text import TokenKind, listed

_FROM = ("from", "since", "von", "vom", "du", "de", "desde", "seit", "depuis")
_BETWEEN = ("between", "zwischen", "entre", "betw")
_AND = ("and", "&", "und", "et", "y")
_TO = (
    "up until",
    "up till",
    "up to and including",
    "up to and with",
    "until and with",
    "up to",
    "to",
    "until",
    "till",
    "thru",
    "through",
    "bis",
    "hasta",
    "-",
)
# Too short to join without their own word for "from" before them.
_TO_ROMANCE = ("jusqu a", "au", "a", "al")
_FROM_ROMANCE = ("du", "de", "desde", "depuis")
_SINCE = (
    "since", "seit", "depuis", "desde", "starting from", "starting in", "starting on", "starting with", "starting",
    "beginning in", "beginning on", "beginning from", "from and including",
)  # fmt: skip
_ONWARDS = ("onwards", "onward", "on", "forward", "and on", "and onwards", "ff", "and later", "or later")
_OF_A_TILL = ("the", "a", "our", "this", "each", "every", "per", "one", "shop", "cash", "front")
_BARE_ONWARDS = ("onwards", "onward", "and onwards", "and onward", "and later", "or later")
_STARTS = ("beginning of", "begin of", "start of")
ADDING = frozenset(listed("add adds added adding sum sums come comes came amount amounts"))
_AFTER = ("after", "later than", "nach dem", "apres")
_BEFORE = ("before", "prior to", "earlier than", "avant", "antes de")
_UNTIL = (
    "up until", "up to and including", "up to", "until", "till", "through", "thru", "no later than", "as of", "bis", "hasta",
    "on or before", "by the end of", "by end of",
)  # fmt: skip
_EDGES = {"beginning of": 0, "begin of": 0, "start of": 0, "end of": 1}
_BEGINNING = ("beginning", "starting", "commencing")
_ENDING = (
    "and ending on",
    "and ending in",
    "and ending",
    "ending on",
    "ending in",
    "ending",
    "and finishing",
    "finishing",
)
_INCLUSIVE = ("inclusive", "both inclusive", "both included", "incl", "included")
_FINEST: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")

_QUARTERS = 4

HELD_AGAINST = frozenset(
    listed(
        "compare compared comparing comparison difference differences different differ differed differs delta variance"
    )
)
_CHANGED = frozenset(
    listed(
        "change changes changed growth grew grow grown increase increased decrease decreased climb climbed jump jumped rose fell"
    )
)
_AGAINST = frozenset(listed("with against vs versus"))
_STEPWISE = frozenset(listed("to over on by after upon"))
_PAIR_REACH = 6
"""How many words may stand between "compare" and its two periods."""


def read_range(r: Reader, at: int) -> Reading | None:
    """The range or open period that begins at token `at`."""
    return _closed(r, at) or _open(r, at)


def compares(r: Words, at: int) -> frozenset[str]:
    """The words shortly before that hold the next two periods against each other: "compare March to April" is no
    range, unless it goes on "with …"."""
    if r.word(at - 1) in (*_AGAINST, "to") and r.word(at - 2) in HELD_AGAINST:
        return frozenset()  # "compared to July-December": what follows is one period
    reach = range(max(0, at - _PAIR_REACH), at)
    steps = (n for n in range(max(0, at - 2 * _PAIR_REACH), at) if r.word(n) in words.UNITS)
    if any(r.word(n + 1) in _STEPWISE and r.word(n + 2) == r.word(n) for n in steps):
        return frozenset()  # "the change from month to month, January to October", "month over month growth from …"
    before = frozenset(r.word(place) for place in reach) & (HELD_AGAINST | _CHANGED)
    if before and any(r.word(place) in _AGAINST for place in range(at, len(r.tokens))):
        return frozenset()
    return before


def _closed(r: Reader, at: int) -> Reading | None:
    word = r.word(at)
    joints: tuple[str, ...] = _TO
    start = at
    if word in _BEGINNING:
        start, joints = r.skip(at + 1, "on", "from", "in", "with"), (*_ENDING, *_TO)
    elif word in _FROM or word in _BETWEEN:
        start = at + 1
        joints = (*_AND, *_TO) if word in _BETWEEN else (*_TO, *_TO_ROMANCE) if word in _FROM_ROMANCE else _TO
    elif word == "the" or r.word(at - 1) in ("by", "per", "every"):
        return None  # "quarter by quarter through 1997"
    reading = _days_of_one_month(r, start, joints) or _joined(r, start, joints)
    if reading is None or not (paired := compares(r, at)):
        return _between_the_years(reading) if word in _BETWEEN else reading
    # "How did it change from 1 to 15 March" asks about the days between, "from 2017 to 2018" about two years.
    by_days = reading.period is not None and reading.period.grain in ("day", "week")
    return reading if by_days and not paired & HELD_AGAINST else None


def _between_the_years(reading: Reading | None) -> Reading | None:
    """ "Between Christmas and New Year" are the days that lie between the two feasts."""
    period = reading.period if reading else None
    if reading is None or period is None or period.start is None or period.end is None:
        return reading
    first, last = period.start, period.end - DAY
    if (first.month, first.day, last.month, last.day) != (12, 25, 1, 1) or first.year + 1 != last.year:
        return reading
    days = f"{name_days(first + DAY, last)}, between Christmas and New Year"
    return replace(reading, period=Period(first + DAY, last, "day", days), in_year=None)


def _joined(r: Reader, at: int, joints: tuple[str, ...]) -> Reading | None:
    first = _edge(r, at)
    if first is None:
        return None
    place = _joint(r, first.stop, joints)
    if place is None:
        return None
    last = _weekday_after(r, first, place) or _edge(r, place) or _same_part(r, first, place)
    if last is not None and _ends_in_a_year(r, first, last):
        last = month_in_short_year(r, last.stop - 2) or last
    if last is None:
        return None
    stop = r.phrase(r.skip(last.stop, ","), *_INCLUSIVE)
    return join(r, first, replace(last, stop=stop) if stop else last)


def _weekday_after(r: Reader, first: Reading, at: int) -> Reading | None:
    """ "Good Friday until Monday", "from 3 April to Sunday": behind a day with a name or a date, the first such weekday."""
    at = r.skip(at, "the", "on")
    number, period = words.WEEKDAYS.get(r.word(at)), first.period
    dated = first.in_year is not None or first.year is not None
    if number is None or not dated or period is None or period.start is None or period.end != period.start + DAY:
        return None
    longer = r.read(at)
    if longer is not None and longer.stop > at + 1:
        return None  # "Monday 6 April"
    year = r.year_after(at + 1)
    if year is not None and year[1] != period.start.year:
        return None
    day = period.start + timedelta(days=(number - period.start.isoweekday() - 1) % DAYS_IN_WEEK + 1)
    return Reading(year[0] if year else at + 1, Period(day, day + DAY, "day", name_day(day)), year=first.year)


def _same_part(r: Reader, first: Reading, at: int) -> Reading | None:
    """ "from the second quarter of 2024 through the third of 2026": the unit is said once."""
    at = r.skip(at, "the")
    unit = "quarter" if first.period is not None and first.period.grain == "quarter" else None
    order = words.FIRST_TO_LAST.get(r.word(at), 0)
    if unit is None or not 1 <= order <= _QUARTERS or r.phrase(at + 1, "of", "in") is None:
        return None
    return quarter_of(r, at + 1, order)


def _ends_in_a_year(r: Reader, first: Reading, last: Reading) -> bool:
    """ "June to August 26": behind a month, and another month, no day of the second is meant."""
    months = first.period is not None and first.period.grain == "month" and last.year is None
    ended = r.word(last.stop - 2) in words.MONTHS and len(r.word(last.stop - 1)) == len("26")
    return months and ended and last.period is not None and last.period.grain == "day"


def _joint(r: Reader, at: int, joints: tuple[str, ...]) -> int | None:
    """The place after the word or dash that ties two edges."""
    if r.hyphenated(at):
        return at
    return r.phrase(r.skip(at, ","), *joints)


def _edge(r: Reader, at: int) -> Reading | None:
    """One side of a range: a period, "now", or the beginning or end of a period."""
    at = r.skip(at, "the", "in", "on")
    if r.word(at) in ("now", "present", "date") or (r.word(at) == "today" and r.word(at + 1) != "'"):
        return Reading(at + 1, Period(r.today, r.today + DAY, "day", name_day(r.today)))
    side = _EDGES.get(f"{r.word(at)} {r.word(at + 1)}")
    if side is None:
        return r.read(at)
    parent = parent_period(r, at + 1) or _present_unit(r, at + 2)
    if parent is None or parent.period is None:
        return parent
    day = parent.period.start if side == 0 else parent.period.end and parent.period.end - DAY
    return replace(parent, period=day and Period(day, day + DAY, "day", name_day(day)), in_year=None, alternatives=())


def _present_unit(r: Reader, at: int) -> Reading | None:
    """ "from begin of year": the one that runs."""
    found = r.unit(at)
    if found is None or found[2] > 1 or found[1] == "day" or r.word(at).endswith("s"):
        return None
    return Reading(found[0], unit_period(r.units_from(r.today, found[1], 0), found[1], r.calendar))


def _days_of_one_month(r: Reader, at: int, joints: tuple[str, ...]) -> Reading | None:
    """ "1-15 March 2018", "the 3rd to the 5th of May", "March 3 to 5, 2018"."""
    if r.kind(at) is TokenKind.NUMBER and r.word(at - 1) in words.AMOUNT_BEFORE | {"last", "next"}:
        return None
    if first := day_number(r, at):
        place = _joint(r, first[0], joints)
        last = day_and_month(r, r.skip(place, "the", *words.WEEKDAYS)) if place is not None else None
        return _same_month(last, first[1], last.stop) if last else None
    return _month_first_days(r, at, joints) if r.word(at) in words.MONTHS else None


def _month_first_days(r: Reader, at: int, joints: tuple[str, ...]) -> Reading | None:
    found = day_number(r, at + 1)
    if found is None or r.hyphenated(at + 1):
        return None
    place = _joint(r, found[0], joints)
    last = day_number(r, place) if place is not None else None
    if last is None or r.word(last[0]) in words.MONTHS or r.word(last[0]) in words.UNITS:
        return None
    month, day = words.MONTHS[r.word(at)], last[1]
    year = r.year_after(last[0])
    stop = year[0] if year else last[0]
    end = r.named(stop, year[1] if year else None, lambda number: day_period(number, month, day))
    return _same_month(end, found[1], stop)


def _same_month(anchor: Reading, day: int, stop: int) -> Reading:
    """A range within the month that one of its days names."""
    if anchor.period is None or anchor.period.start is None:
        return replace(anchor, stop=stop, in_year=None)
    month = anchor.period.start
    first = day_period(month.year, month.month, day)
    if isinstance(first, str):
        return Reading(stop, None, first)
    return _between(first, anchor.period, stop, anchor.year)


def join(r: Reader, first: Reading, last: Reading) -> Reading:
    """From the beginning of one period to the end of the other. A year that only one of them has is shared so that
    the range does not run backwards; without any, it is the last range that has begun."""
    if first.in_year and last.in_year is None and last.year is not None:
        first = _ordered(first, last.year, last, earlier=True)
    elif last.in_year and first.period and first.period.start:
        ordered = _ordered(last, first.year or first.period.start.year, first, earlier=False)
        beyond = ordered.period and ordered.period.end and ordered.period.end > r.today + DAY
        if first.in_year and beyond and r.prefer == "past":
            return _last_begun(r, first, last, ordered)
        last = ordered
    elif first.period and last.period and first.year is None and last.year is None:
        first = _week_before(first, first.period, last.period)
    problem = first.problem or last.problem
    if problem:
        return Reading(last.stop, None, problem)
    return _between(first.period, last.period, last.stop, last.year)


def _week_before(first: Reading, start: Period, end: Period) -> Reading:
    """ "From Monday to Friday" ends on the last Friday, and begins on the Monday before it."""
    if start.start is None or not _backwards(start, end) or not start.grain == end.grain == "day":
        return first
    day = start.start - timedelta(days=DAYS_IN_WEEK)
    return replace(first, period=Period(day, day + DAY, "day", name_day(day)))


def _last_begun(r: Reader, first: Reading, last: Reading, ordered: Reading) -> Reading:
    """A range without a year that reaches beyond today: this one if it ends within the year, else the one before; the
    other is the alternative."""
    now = _between(first.period, ordered.period, last.stop, None)
    if (
        now.period is None
        or now.period.start is None
        or now.period.end is None
        or not first.in_year
        or not last.in_year
    ):
        return now
    end_year = (now.period.end - DAY).year
    earlier = (first.in_year(now.period.start.year - 1), last.in_year(end_year - 1))
    before = _between(earlier[0].period, earlier[1].period, last.stop, None)
    if before.period is None:
        return now
    chosen, other = (now, before) if end_year == r.today.year else (before, now)
    return replace(chosen, alternatives=(other.period,) if other.period else ())


def _ordered(name: Reading, year: int, anchor: Reading, *, earlier: bool) -> Reading:
    """A name in a year, or in the year beside it where it would lie on the wrong side of the anchor."""
    if name.in_year is None:
        return name
    reading = name.in_year(year)
    if reading.period and anchor.period:
        if earlier and _backwards(reading.period, anchor.period):
            reading = name.in_year(year - 1)
        elif not earlier and _backwards(anchor.period, reading.period):
            reading = name.in_year(year + 1)
    return replace(reading, stop=name.stop)


def _backwards(first: Period, last: Period) -> bool:
    return first.start is not None and last.end is not None and first.start >= last.end


def _between(first: Period | None, last: Period | None, stop: int, year: int | None) -> Reading:
    if first is None or last is None or first.start is None or last.end is None:
        return Reading(stop, None, "One end of the period is missing.")
    if first.start >= last.end:
        return Reading(stop, None, "The period ends before it begins.")
    grain: Grain = next(grain for grain in _FINEST if grain in (first.grain, last.grain))
    return Reading(stop, Period(first.start, last.end, grain, name_span(first.start, last.end, grain)), year=year)


def _open(r: Reader, at: int) -> Reading | None:
    if place := r.phrase(at, *_SINCE):
        return open_since(r, _edge(r, place))
    if r.word(at) in ("from", "ab"):
        edge = _edge(r, at + 1)
        onwards = r.phrase(edge.stop, *_ONWARDS) if edge else None
        if edge and onwards and not (r.word(onwards - 1) == "on" and r.read(onwards)):
            return open_since(r, replace(edge, stop=onwards))
        from_its_start = f"{r.word(r.skip(at + 1, 'the'))} of" in _STARTS
        return open_since(r, edge) if r.word(at) == "ab" or from_its_start else None
    if place := r.phrase(at, *_AFTER):
        edge = _edge(r, place)
        if edge and edge.period and edge.period.end:
            start = edge.period.end
            return open_since(r, replace(edge, period=Period(start, add_units(start, "day", 1), edge.period.grain, "")))
        return edge
    if place := r.phrase(at, *_BEFORE):
        edge = _edge(r, place)
        return _until(edge, included=False) if edge and r.word(at) != r.word(at - 1) else None
    if r.word(at) in ("through", "thru") and r.year_token(at + 1) is not None:
        return None  # "through 1997" is all of it
    if (bare := r.read(at)) and (onwards := r.phrase(bare.stop, *_BARE_ONWARDS)):
        return open_since(r, replace(bare, stop=onwards))
    place = None if _is_no_until(r, at) else r.phrase(at, *_UNTIL)
    # "the end of" is part of the last phrase: its edge is the end already.
    return _until(_edge(r, place), included=True) if place else None


def _is_no_until(r: Reader, at: int) -> bool:
    """ "what did that add up to last quarter", "through the till last Saturday"."""
    added = r.word(at) == "up" and r.word(at - 1) in ADDING
    return added or (r.word(at) == "till" and r.word(at - 1) in _OF_A_TILL)


def open_since(r: Reader, edge: Reading | None) -> Reading | None:
    """From the first day of a period to today, or without an end where it has not come."""
    if edge is None or edge.period is None or edge.period.start is None:
        return edge
    start = edge.period.start
    if start > r.today:
        return Reading(edge.stop, Period(start, None, edge.period.grain, f"from {name_day(start)} on"))
    return Reading(edge.stop, Period(start, r.today + DAY, edge.period.grain, f"since {name_day(start)}"))


def _until(edge: Reading | None, *, included: bool) -> Reading | None:
    if edge is None or edge.period is None:
        return edge
    end = edge.period.end if included else edge.period.start
    if end is None:
        return None
    label = f"until {name_day(end - DAY)}" if included else f"before {name_day(end)}"
    return Reading(edge.stop, Period(None, end, edge.period.grain, label))
