"""What a question holds its figures against: "vs last year", "compared to the previous month", "year over year"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tools.language.periods.calendars import Unit
from tools.language.periods.finder import PeriodSpan
from tools.language.periods.ranges import ADDING, HELD_AGAINST, compares
from tools.language.periods.reader import Words, view_of
from tools.language.periods.shifts import SAME, RelativeShift, same_stretch, shift_at
from tools.language.periods.words import THIS
from tools.language.text import Token, listed

ComparisonKind = Literal["previous_period", "previous_year", "period"]


@dataclass(frozen=True, slots=True)
class ComparisonSpan:
    """The earlier period that is asked for, at the token positions `tokens`: its cue and its own words.

    previous_year: the same period `count` years before. previous_period: the period before, `count` units of `unit`
    back, or by its own length where `unit` is None; "month over month" has the unit month though no period may be
    named. period: the very period in `period`. `base` is the named period that is held against it, if there is one.
    """

    tokens: range
    kind: ComparisonKind
    period: PeriodSpan | None = None
    base: PeriodSpan | None = None
    unit: Unit | None = None
    count: int = 1


_AGAINST = (
    "as compared to", "as compared with", "compared to", "compared with", "compared against", "comparing to", "comparing with",
    "in comparison to", "in comparison with", "compare to", "compare with", "relative to", "as against", "against", "versus",
    "vs .", "vs", "v .", "v", "than", "gegenuber", "verglichen mit", "im vergleich zu", "im vergleich zum", "par rapport a",
    "comparado con", "que", "then in the same", "beside", "next to", "set against", "put against", "held against", "put it against",
    "hold it against", "ahead of where", "behind where", "above where", "below where", "in front of", "towards",
)  # fmt: skip
_FILLERS = (
    "the",
    "that",
    "those",
    "of",
    "in",
    "on",
    "for",
    "from",
    "during",
    "at",
    "it",
    "was",
    "were",
    "they",
    "stood",
    "her",
    "his",
    "its",
    "their",
    "our",
    "my",
    "own",
    "we",
    "had",
    "did",
    "level",
    "levels",
    "by",
    "up",
    "to",
    "until",
    "whole",
    "all",
    "entire",
    "full",
)
_LONGEST_FILLING = 5
_OVER_YEARS: dict[str, tuple[Unit, ...]] = {
    "yoy": ("year",), "y o y": ("year",), "y / y": ("year",), "year over year": ("year",), "year on year": ("year",),
    "year to year": ("year",), "yr over yr": ("year",),
    "qoq": ("quarter",), "q / q": ("quarter",), "quarter over quarter": ("quarter",), "quarter on quarter": ("quarter",),
    "mom": ("month",), "m / m": ("month",), "m o m": ("month",), "month over month": ("month",), "month on month": ("month",),
    "wow": ("week",), "w / w": ("week",), "week over week": ("week",), "week on week": ("week",),
    "dod": ("day",), "day over day": ("day",), "day on day": ("day",),
    "period over period": (), "pop growth": (),
}  # fmt: skip
# Shorthands that are words as well need their capitals or a word of change beside them.
_WORDS_AS_WELL = frozenset(("mom", "wow", "dod"))
_CHANGE = frozenset(
    listed(
        "growth growing grew grow grown change changed changes increase increased decrease decreased drop dropped up down fell "
        "fallen rise rose risen climbed climb jumped jump improved improvement decline declined difference delta variance better worse gain gained % pct "
        "comparison trend"
    )
)
_WEAK = ("from", "over", "on", "since", "against", "to")
_CHANGE_REACH = 4
_WEAK_REACH = 6
_PAIR_REACH = 8
_SHORT = {
    "ly": "previous_year",
    "py": "previous_year",
    "pp": "previous_period",
    "pq": "previous_period",
    "pm": "previous_period",
}
_PREVIOUS = frozenset(listed("previous prior preceding"))
_DAYS_IN_YEAR = 366


def find_comparisons(tokens: Sequence[Token], periods: Sequence[PeriodSpan]) -> list[ComparisonSpan]:
    """All comparisons, left to right, none overlapping. `periods` are the ones found in the same tokens."""
    search = _Search(view_of(tokens), tuple(periods), {period.tokens.start: period for period in periods})
    found: list[ComparisonSpan] = []
    at = 0
    while at < len(tokens):
        comparison = search.at(at)
        if comparison is None:
            at += 1
        else:
            found.append(comparison)
            at = max(comparison.tokens.stop, at + 1)
    return found


@dataclass(frozen=True, slots=True)
class _Search:
    view: Words
    periods: tuple[PeriodSpan, ...]
    starting: dict[int, PeriodSpan]

    def at(self, at: int) -> ComparisonSpan | None:
        return self._over_years(at) or self._against(at) or self._weakly(at) or self._pair(at) or self._shifted(at)

    def _over_years(self, at: int) -> ComparisonSpan | None:
        """ "yoy", "month over month"."""
        stop = self.view.phrase(at, *_OVER_YEARS)
        if stop is None or (self.view.word(at) in _WORDS_AS_WELL and not self._shorthand(at)):
            return None
        units = _OVER_YEARS[" ".join(self.view.word(place) for place in range(at, stop))]
        unit = units[0] if units else None
        kind: ComparisonKind = "previous_year" if unit == "year" else "previous_period"
        return ComparisonSpan(range(at, stop), kind, base=self._base(at, stop), unit=unit)

    def _shorthand(self, at: int) -> bool:
        text = self.view.tokens[at].text
        if not text.islower() and not text.istitle():
            return True
        return self.view.word(at - 1) in _CHANGE or self.view.word(at + 1) in _CHANGE

    def _against(self, at: int) -> ComparisonSpan | None:
        """A word of comparison and what follows it."""
        place = self.view.phrase(at, *_AGAINST)
        if place is None:
            return None
        place = self._fill(place)
        if short := _SHORT.get(self.view.word(place)):
            kind: ComparisonKind = "previous_year" if short == "previous_year" else "previous_period"
            return ComparisonSpan(range(at, place + 1), kind, base=self._base(at, place + 1))
        return self._what(at, place)

    def _fill(self, place: int) -> int:
        """The place after "the", "in", "what it was in"…: as few words as lead to a period."""
        limit = place + _LONGEST_FILLING
        while place < limit and place not in self.starting and self.view.word(place) in (*_FILLERS, "what"):
            place += 1
        return place

    def _what(self, at: int, place: int) -> ComparisonSpan | None:
        """The period or shift at `place`, as the object of a comparison whose cue began at `at`."""
        period = self.starting.get(place)
        if period is None and (same := self._same_in_year(at, place)):
            return same
        shift = shift_at(self.view, place)
        if shift and (period is None or shift.tokens.stop >= period.tokens.stop):
            return self._by_shift(at, shift)
        if period is None and self.view.word(place) in _PREVIOUS and self.view.closed(place + 1):
            return ComparisonSpan(range(at, place + 1), "previous_period", base=self._base(at, place + 1))
        if period is None and self.view.word(place) == "last" and self.view.closed(place + 1):
            return self._than_last(at, place + 1)
        return None if period is None else self._by_period(at, period)

    def _than_last(self, at: int, stop: int) -> ComparisonSpan | None:
        """ "this October than last": the name, or the unit, that was said is left out."""
        base = self._base(at, stop)
        if base is None or self.view.word(base.tokens.start) not in THIS:
            return None
        if base.offset is None:
            return ComparisonSpan(range(at, stop), "previous_year", base=base, unit="year")
        unit = base.offset.unit
        kind: ComparisonKind = "previous_year" if unit == "year" else "previous_period"
        return ComparisonSpan(range(at, stop), kind, base=base, unit=unit)

    def _same_in_year(self, at: int, place: int) -> ComparisonSpan | None:
        """ "the same months of 1996": the base, as many years before."""
        if self.view.word(place) not in SAME:
            return None
        stop = same_stretch(self.view, place)
        period = self.starting.get(self.view.skip(stop, "of", "in", "the", "year", "from", "during"))
        if stop == place + 1 or period is None or period.grain != "year" or period.start is None:
            return None
        base = self._base(at, period.tokens.stop)
        if base is None or base.start is None or base.start.year <= period.start.year:
            return None
        count = base.start.year - period.start.year
        return ComparisonSpan(range(at, period.tokens.stop), "previous_year", None, base, "year", count)

    def _by_shift(self, at: int, shift: RelativeShift) -> ComparisonSpan | None:
        if shift.kind == "later":
            return None
        tokens = range(at, shift.tokens.stop)
        base = self._base(at, shift.tokens.stop)
        kind: ComparisonKind = "previous_year" if shift.unit == "year" else "previous_period"
        return ComparisonSpan(tokens, kind, base=base, unit=shift.unit, count=shift.count)

    def _by_period(self, at: int, period: PeriodSpan) -> ComparisonSpan:
        tokens = range(at, period.tokens.stop)
        return _held_against(tokens, period, self._base(at, period.tokens.stop))

    def _weakly(self, at: int) -> ComparisonSpan | None:
        """ "up on last year", "growth over the previous quarter", "change from March": "from" and its like compare
        only after a word of change. With an article ("over the last year") it is the time in which the change was."""
        adding = self.view.word(at - 1) == "up" and self.view.word(at - 2) in ADDING
        if self.view.word(at) not in _WEAK or at in self.starting or adding:
            return None
        near = (self.view.word(place) for place in range(max(0, at - _WEAK_REACH), at))
        if not any(word in _CHANGE for word in near):
            return None
        place = self.view.skip(at + 1, "that", "of")
        article = self.view.word(place) == "the"
        place = self.view.skip(place, "the")
        shift = shift_at(self.view, place)
        if shift:
            return self._by_shift(at, shift)
        period = self.starting.get(place)
        if period is None or article:
            return None
        one_back = period.offset is not None and period.offset.count == -1 and self.view.word(at) != "since"
        named = self.view.word(at) in ("over", "from", "on") and self._base(at, period.tokens.stop) is not None
        return self._by_period(at, period) if one_back or named else None

    def _pair(self, at: int) -> ComparisonSpan | None:
        """ "compare 2017 and 2018", "difference between March and April": the later one is held against the earlier."""
        if at not in self.starting:
            return None
        near = (self.view.word(place) for place in range(max(0, at - _PAIR_REACH), at))
        if not compares(self.view, at) and HELD_AGAINST.isdisjoint(near):
            return None
        first = self.starting[at]
        second = next((period for period in self.periods if period.tokens.start >= first.tokens.stop), None)
        if second is None or first.start is None or second.start is None:
            return None
        between = [self.view.word(place) for place in range(first.tokens.stop, second.tokens.start)]
        if len(between) > _CHANGE_REACH or not {"and", "to", "with", "against", "&"}.intersection(between):
            return None
        earlier, later = sorted((first, second), key=lambda span: span.start or date.min)
        return _held_against(range(at, second.tokens.stop), earlier, later)

    def _shifted(self, at: int) -> ComparisonSpan | None:
        """ "this month and the same period last year": a shift beside a period is what it is held against."""
        shift = shift_at(self.view, at)
        if shift is None or any(period.tokens.start in shift.tokens for period in self.periods):
            return None
        return self._by_shift(at, shift) if self._base(at, shift.tokens.stop) else None

    def _base(self, start: int, stop: int) -> PeriodSpan | None:
        """The named period outside the comparison: the nearest before it, else the first after it."""
        before = [period for period in self.periods if period.tokens.stop <= start and period.problem is None]
        after = [period for period in self.periods if period.tokens.start >= stop and period.problem is None]
        return before[-1] if before else after[0] if after else None


def _held_against(tokens: range, period: PeriodSpan, base: PeriodSpan | None) -> ComparisonSpan:
    """ "vs last year" beside a period of this year means the same period a year ago, "vs last month" beside this month
    the month before; anything else is held against the period as it was named."""
    offset = period.offset
    if years := _years_apart(period, base):
        return ComparisonSpan(tokens, "previous_year", None, base, "year", years)
    if offset is None or offset.count >= 0:
        return ComparisonSpan(tokens, "period", period, base)
    now = base is None or base.offset is not None or _is_bare(base) or _lies_after(base, period.end)
    if offset.unit == "year" and now and not (base and base.offset == offset):
        return ComparisonSpan(tokens, "previous_year", None, base, "year", -offset.count)
    running = base is None or (base.offset is not None and base.offset.unit == offset.unit and base.offset.count == 0)
    if running and offset.count == -1:
        return ComparisonSpan(tokens, "previous_period", None, base, offset.unit)
    return ComparisonSpan(tokens, "period", period, base)


def _years_apart(period: PeriodSpan, base: PeriodSpan | None) -> int:
    """ "March 2026 against 2025", "Black Friday 2025 vs 2024": the same part of the earlier year, so many years before;
    0 where no such is meant."""
    if base is None or period.offset is not None or not (period.start and period.end and base.start and base.end):
        return 0
    whole = period.year_given and period.grain == "year" and (period.end - period.start).days <= _DAYS_IN_YEAR
    part = base.offset is None and base.grain != "year" and base.start >= period.end
    return base.start.year - period.start.year if whole and part else 0


def _is_bare(base: PeriodSpan) -> bool:
    """Whether a period is a name without a year: "Black Friday", whose last one may have been last year."""
    return base.offset is None and not base.year_given and base.grain != "year" and base.end is not None


def _lies_after(base: PeriodSpan, end: date | None) -> bool:
    """Whether a period begins where the year before is over: it lies in this year."""
    return base.start is not None and end is not None and base.start >= end
