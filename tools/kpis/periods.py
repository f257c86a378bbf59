"""The periods that targets are for."""

from datetime import date

from tools.kpis.engine import Span
from tools.kpis.schemas import PeriodOf
from tools.language.periods import Calendar
from tools.language.periods.calendars import MONTHS_IN, add_months, name_span, unit_start

_MOST_BEFORE: dict[PeriodOf, int] = {"month": 36, "quarter": 12, "year": 6, "fiscal_year": 6}


def _months(period: PeriodOf) -> int:
    return MONTHS_IN["year" if period == "fiscal_year" else period]


def span_of(period: PeriodOf, day: date, calendar: Calendar) -> Span:
    """The period that a day lies in."""
    unit = "year" if period == "fiscal_year" else period
    start = unit_start(day, unit, calendar, fiscal=period == "fiscal_year")
    return Span(start, add_months(start, _months(period)))


def year_before(span: Span) -> Span:
    return Span(add_months(span.start, -12), add_months(span.end, -12))


def spans_before(span: Span, period: PeriodOf, first: date) -> list[Span]:
    """The earlier periods of its kind that lie whole in the data, which begins on `first`; the latest last."""
    found: list[Span] = []
    end = span.start
    for _ in range(_MOST_BEFORE[period]):
        start = add_months(end, -_months(period))
        if start < first:
            break
        found.append(Span(start, end))
        end = start
    return found[::-1]


def name_of(span: Span, period: PeriodOf) -> str:
    """How the period is called: "December 2026", "Q3 2026"."""
    return name_span(span.start, span.end, "year" if period == "fiscal_year" else period)
