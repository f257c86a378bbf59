"""How fine a question wants its figures over time: "by month", "weekly", "per quarter"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tools.language.periods import words
from tools.language.periods.calendars import Grain
from tools.language.periods.reader import Words, view_of
from tools.language.periods.shifts import HasTokens
from tools.language.text import Token, listed


@dataclass(frozen=True, slots=True)
class GrainSpan:
    """A breakdown over time at the token positions `tokens`; `grain` None leaves its fineness open ("over time").
    `fiscal` asks for fiscal quarters or years."""

    tokens: range
    grain: Grain | None
    fiscal: bool = False


_ADVERBS: dict[str, Grain] = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year",
    "annually": "year", "taglich": "day", "wochentlich": "week", "monatlich": "month", "jahrlich": "year",
    "quotidien": "day", "hebdomadaire": "week", "mensuel": "month", "mensuelle": "month", "annuel": "year", "annuelle": "year",
    "diario": "day", "semanal": "week", "mensual": "month", "anual": "year",
    "monthwise": "month", "weekwise": "week", "daywise": "day", "yearwise": "year",
}  # fmt: skip
_EACH = frozenset(listed("by per each every pro je par por chaque cada jede jeden jedes"))
_OVER = frozenset(listed("over across through"))
_ONE = frozenset(listed("one a single"))
_ROWS = frozenset(listed("figure number line row value amount total"))
_GROUPED_INTO = frozenset(listed("into in"))
_WHICH = frozenset(listed("which what welcher welches quel quelle"))
_BEST = frozenset(
    listed(
        "best worst busiest quietest top bottom highest lowest strongest weakest slowest biggest largest smallest peak record"
    )
)
_PLAIN = frozenset(listed("day days week weeks month months quarter quarters year years"))
_SEVERAL = frozenset(listed("days weeks months quarters years"))
_OPEN = ("over time", "through time", "over the time", "across time", "time series", "timeline")
# After these a unit is not counted along the calendar: "by day of week" groups Mondays with Mondays.
_CYCLE = ("of week", "of the week", "of month", "of the month", "of year", "of the year", "name", "names", "number")


def find_grains(tokens: Sequence[Token], periods: Iterable[HasTokens] = ()) -> list[GrainSpan]:
    """All breakdowns over time, left to right. Words inside `periods` ("this month", "month to date") and inside
    comparisons, if they are handed in too, are no grains."""
    view = view_of(tokens)
    taken = {place for period in periods for place in period.tokens}
    found: list[GrainSpan] = []
    at = 0
    while at < len(tokens):
        span = None if at in taken else _grain(view, at)
        if span is None or taken.intersection(span.tokens):
            at += 1
        else:
            found.append(span)
            at = span.tokens.stop
    return found


def _grain(view: Words, at: int) -> GrainSpan | None:
    word = view.word(at)
    if word in _ADVERBS:
        wise = view.skip(at + 1, "basis")
        return GrainSpan(range(at, wise), _ADVERBS[word])
    if stop := view.phrase(at, *_OPEN):
        return GrainSpan(range(at, stop), None)
    if word in _EACH:
        return _each(view, at)
    if word in _OVER and view.word(_after_count(view, view.skip(at + 1, "the"))) in _SEVERAL:
        return _each(view, at)
    if word == "calendar" and view.word(at + 1) in _SEVERAL:
        return _each(view, at)
    if word in words.UNITS:
        return _unit_led(view, at)
    if (
        word == "one"
        and (found := _unit(view, at + 1))
        and view.phrase(found[0], "after another", "after the other", "by one")
    ):
        return GrainSpan(
            range(at, view.phrase(found[0], "after another", "after the other", "by one") or found[0]), found[1]
        )
    if word in _ROWS and view.word(at - 1) in _ONE and view.word(at + 1) == "a":
        return _each(view, at + 1)  # "one figure a quarter"
    return _asked_for(view, at)


def _after_count(view: Words, at: int) -> int:
    count = view.count(at)
    return count[0] if count else at


def _each(view: Words, at: int) -> GrainSpan | None:
    """ "by month", "per week", "each fiscal quarter", "by calendar day", "over the quarters"."""
    place = view.skip(at + 1, "each", "every", "of", "the", "individual", "single")
    if view.word(at) in (*_OVER, "each", "every") and place > at + 1:
        place = _after_count(view, place)  # "each of the three months", "over the four quarters"
    place, fiscal = view.fiscal(place)
    found = _unit(view, place)
    if found is None:
        return None
    if view.word(at) == "by" and view.word(found[0]) in ("end", "to"):
        return None  # a deadline: "by year end"
    return GrainSpan(range(at, found[0]), found[1], fiscal)


def _unit(view: Words, at: int) -> tuple[int, Grain] | None:
    if view.word(at) not in words.UNITS:
        return None
    unit, size = words.UNITS[view.word(at)]
    in_a_year = view.phrase(at + 1, "of year", "of the year") if view.kind(at + 3) is not None else None
    told = in_a_year is not None and view.word(in_a_year)[:2] in ("19", "20")  # "every month of year 2018"
    if unit == "half" or size > 1 or (not told and view.phrase(at + 1, *_CYCLE) is not None):
        return None
    return at + 1, unit


def _unit_led(view: Words, at: int) -> GrainSpan | None:
    """ "week by week", "month after month", "month-wise", "on a per-day basis" is read from "per"."""
    found = _unit(view, at)
    if found is None:
        return None
    stop, grain = found
    if view.word(stop) in ("by", "after", "for", "to") and view.word(stop + 1) == view.word(at):
        return GrainSpan(range(at, stop + 2), grain)
    if view.word(stop) == "wise":
        return GrainSpan(range(at, stop + 1), grain)
    if view.hyphenated(stop) and view.word(stop) in ("level", "granularity"):
        return GrainSpan(range(at, stop + 1), grain)
    return None


def _asked_for(view: Words, at: int) -> GrainSpan | None:
    """ "which month was best", "our busiest day", "top 5 weeks by revenue", "split into months": only the unit's own
    word belongs to the span, the rest has a meaning of its own."""
    word = view.word(at)
    place = at + 1
    if word in _BEST:
        if count := view.count(place):
            place = count[0]
        place = view.skip(place, "sales", "revenue", "selling", "performing")
    elif word in _WHICH:
        place = view.skip(place, *_BEST)
    elif word not in _GROUPED_INTO or not view.word(place).endswith("s"):
        return None
    if view.word(place) not in _PLAIN or view.word(place - 1) in words.DIRECTIONS:
        return None
    found = _unit(view, place)
    return GrainSpan(range(place, found[0]), found[1]) if found else None
