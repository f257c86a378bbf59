"""The language of time: periods, comparisons, follow-up shifts and grains in a question's tokens."""

from tools.language.periods.calendars import Calendar, Grain, OutOfRangeError, Period, Unit, preceding, shift
from tools.language.periods.comparisons import ComparisonSpan, find_comparisons
from tools.language.periods.finder import PeriodSpan, find_periods
from tools.language.periods.grains import GrainSpan, find_grains
from tools.language.periods.reader import BEYOND, Offset
from tools.language.periods.shifts import RelativeShift, find_shifts

__all__ = [
    "BEYOND",
    "Calendar",
    "ComparisonSpan",
    "Grain",
    "GrainSpan",
    "Offset",
    "OutOfRangeError",
    "Period",
    "PeriodSpan",
    "RelativeShift",
    "Unit",
    "find_comparisons",
    "find_grains",
    "find_periods",
    "find_shifts",
    "preceding",
    "shift",
]
