"""Follow-ups that move the period asked about before: "and the year before?", "same period last year"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from tools.language.numbers import NUMBER_WORDS
from tools.language.periods import words
from tools.language.periods.calendars import Unit
from tools.language.periods.feasts import SEASONS
from tools.language.periods.reader import LONGEST_COUNT, Words, view_of
from tools.language.text import Token, TokenKind, listed


@dataclass(frozen=True, slots=True)
class RelativeShift:
    """Move the period last asked about by `count` units, earlier or later; `unit` None moves it by its own length
    (`calendars.shift` and `calendars.preceding` do either)."""

    tokens: range
    kind: Literal["earlier", "later"]
    unit: Unit | None
    count: int


class HasTokens(Protocol):
    """Anything that covers tokens."""

    @property
    def tokens(self) -> range: ...


_EARLIER = frozenset(listed("before earlier prior previously"))
_LATER = frozenset(listed("after later following afterwards"))
_BACK = frozenset(listed("previous prior preceding former"))
_ON = frozenset(listed("following subsequent"))
_WHOLE_PERIODS = frozenset(listed("period one time timeframe interval"))
_VOR: dict[str, Unit] = {
    "vorjahr": "year",
    "vorjahres": "year",
    "vormonat": "month",
    "vorwoche": "week",
    "vorquartal": "quarter",
}
_ANTERIOR = frozenset(("anterior", "precedente", "precedent"))
SAME = frozenset(listed("same corresponding equivalent gleichen meme mismo"))
_OPENING = (
    SAME
    | _BACK
    | _ON
    | _WHOLE_PERIODS
    | _VOR.keys()
    | words.UNITS.keys()
    | words.VAGUE_COUNTS.keys()
    | {"this"}
    | words.MONTHS.keys()
    | words.WEEKDAYS.keys()
    | SEASONS.keys()
    | NUMBER_WORDS
    | {"before", "after", "next"}
)
_THIS_TIME = ("this time", "this date", "this day", "this point")
_SAME_AS = (
    frozenset(listed("period time timeframe interval dates days range stretch"))
    | words.UNITS.keys()
    | words.MONTHS.keys()
)


def find_shifts(tokens: Sequence[Token], taken: Iterable[HasTokens] = ()) -> list[RelativeShift]:
    """All shifts, left to right. `taken` are spans that already have a meaning, such as comparisons ("than the year
    before"): shifts that touch them are left out. "The previous month" is both a period told from today and a shift of
    what was asked before; `find_periods` finds the one, this function the other, and only the conversation can tell."""
    view = view_of(tokens)
    blocked = {place for span in taken for place in span.tokens}
    found: list[RelativeShift] = []
    at = 0
    while at < len(tokens):
        shift = shift_at(view, at)
        if shift is None or blocked.intersection(shift.tokens):
            at += 1
        else:
            found.append(shift)
            at = shift.tokens.stop
    return found


def shift_at(view: Words, at: int) -> RelativeShift | None:
    """The shift that begins at token `at`."""
    if view.word(at) not in _OPENING and view.kind(at) is not TokenKind.NUMBER and view.word(at + 1) not in _ANTERIOR:
        return None
    return same_period(view, at) or _named(view, at) or _counted(view, at) or _bare(view, at)


def same_period(view: Words, at: int) -> RelativeShift | None:
    """ "same period last year", "the same month of the previous year", "same day last week", "same quarter a year ago"."""
    if view.word(at) not in SAME and view.phrase(at, *_THIS_TIME) is None:
        return None
    place = view.phrase(at, *_THIS_TIME) or same_stretch(view, at)
    if place == at + 1:
        return None
    place = view.skip(place, "in", "of", "from", "the", "a", "for", "during", "one", "de", "l", "im")
    if view.word(place) in words.LAST and (found := view.unit(place + 1)):
        return RelativeShift(range(at, found[0]), "earlier", found[1], 1)
    if view.word(place) in words.NEXT and (found := view.unit(place + 1)):
        return RelativeShift(range(at, found[0]), "later", found[1], 1)
    if view.word(place) in _VOR:
        return RelativeShift(range(at, place + 1), "earlier", _VOR[view.word(place)], 1)
    found = view.unit(place)
    if found is None:
        return None
    if view.word(found[0]) in _EARLIER | {"ago"} or view.word(found[0]) in words.AFTER_UNIT:
        return RelativeShift(range(at, found[0] + 1), "earlier", found[1], 1)
    return None


def same_stretch(view: Words, at: int) -> int:
    """The place after "same months", "same three weeks"; right behind "same" where no stretch of time follows."""
    place = at + 1
    count = view.count(place)
    if count and view.word(count[0]) in _SAME_AS:
        place = count[0]
    while view.word(place) in _SAME_AS:
        place += 1
    return place


def _named(view: Words, at: int) -> RelativeShift | None:
    """ "previous year", "prior period", "the following month", "the one before", "Vorjahr"."""
    word, after = view.word(at), view.word(at + 1)
    if word in _VOR:
        return RelativeShift(range(at, at + 1), "earlier", _VOR[word], 1)
    if word in _BACK or word in _ON:
        kind = "earlier" if word in _BACK else "later"
        if after in _WHOLE_PERIODS:
            return RelativeShift(range(at, at + 2), kind, None, 1)
        found = view.unit(at + 1)
        singular = found is not None and not (after.endswith("s") and after != "mois")
        return RelativeShift(range(at, found[0]), kind, found[1], found[2]) if found and singular else None
    if (word in words.MONTHS or word in SEASONS) and after in _EARLIER and view.closed(at + 2):
        return RelativeShift(range(at, at + 2), "earlier", "year", 1)  # "on the November before"
    if word in words.WEEKDAYS and after in _EARLIER and view.word(at - 1) in ("the", "that"):
        stop = view.skip(at + 2, "it", "that", "this")
        if view.closed(stop) and view.word(stop) != "the":
            return RelativeShift(range(at, stop), "earlier", "week", 1)  # "with the Friday before it"
    if after in _ANTERIOR and (found := view.unit(at)):
        return RelativeShift(range(at, at + 2), "earlier", found[1], 1)
    return None


def _counted(view: Words, at: int) -> RelativeShift | None:
    """ "the year before", "a year earlier", "two quarters later", "3 months before that"."""
    count = (at + 1, Decimal(1)) if view.word(at) in ("a", "an", "one") else view.count(at)
    place, number = count or (at, Decimal(1))
    found = view.unit(place)
    if found is None or number != number.to_integral_value() or not 0 < number <= LONGEST_COUNT:
        return None
    stop, unit, size = found
    kind = _side(view, stop)
    if kind is None:
        return None
    return RelativeShift(range(at, _that(view, stop + 1)), kind, unit, int(number) * size)


def _side(view: Words, at: int) -> Literal["earlier", "later"] | None:
    word = view.word(at)
    if word in _EARLIER or view.word(at) == "davor":
        kind: Literal["earlier", "later"] = "earlier"
    elif word in _LATER:
        kind = "later"
    else:
        return None
    after = view.word(at + 1)
    if view.phrase(at + 1, "the other", "another"):
        return None  # "one quarter after the other"
    if after in ("that", "this", "it") or word in ("earlier", "later", "previously"):
        return kind
    # "The week before Christmas" and "the year before last" name a period of their own.
    return kind if view.closed(at + 1) and after != "last" else None


def _that(view: Words, at: int) -> int:
    return view.skip(at, "that", "this", "it") if view.word(at) in ("that", "it") or view.closed(at + 1) else at


def _bare(view: Words, at: int) -> RelativeShift | None:
    """ "the one before", "the period before", "before that", "the next one"."""
    word, after = view.word(at), view.word(at + 1)
    if word in _WHOLE_PERIODS and after in _EARLIER | _LATER and view.closed(at + 2):
        return RelativeShift(range(at, _that(view, at + 2)), "earlier" if after in _EARLIER else "later", None, 1)
    if word in ("before", "after") and after in ("that", "this") and view.closed(at + 2):
        return RelativeShift(range(at, at + 2), "earlier" if word == "before" else "later", None, 1)
    if word == "next" and after == "one":
        return RelativeShift(range(at, at + 2), "later", None, 1)
    return None
