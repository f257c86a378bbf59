"""Times of day in a question: "before noon", "between 6 and 9 pm", "from 18:30 on", "at lunchtime"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.language.numbers import NUMBER_WORDS
from tools.language.periods.reader import Words, view_of
from tools.language.text import Token, TokenKind

_NAMED = {"noon": 12 * 60, "midday": 12 * 60, "midnight": 24 * 60}
_BEFORE = ("before", "until", "till", "up to", "earlier than", "prior to", "by")
_AFTER = ("after", "from", "since", "later than", "past", "starting at", "as of")
_BETWEEN = {"between": ("and", "to"), "from": ("to", "until", "till", "-"), "": ("to", "until", "till", "-")}
_AT = ("at", "around", "about")
_LUNCH = ("lunchtime", "lunch time", "lunch hour", "lunch hours", "lunch break", "lunch")
_LUNCHTIME = (12 * 60, 14 * 60)
_ONWARDS = ("onwards", "on", "onward", "and later", "or later")
_UPWARDS = ("onwards", "onward", "and onwards", "and later", "or later", "and after", "upwards", "up", "and up")
_HALVES = {
    "in the morning": "am",
    "in the afternoon": "pm",
    "in the evening": "pm",
    "at night": "pm",
    "of the evening": "pm",
}
_PARTS = {"morning": "am", "mornings": "am", "afternoon": "pm", "afternoons": "pm", "evening": "pm", "evenings": "pm"}
"""Parts of the day, and the half of it that an hour without one lies in: "evening orders, after six"."""
_HOUR, _DAY = 60, 24 * 60
_SIGNS = frozenset(
    [*_NAMED, *_PARTS, "night", "lunchtime", "lunch", ":", "am", "pm", "m", "o'clock", "oclock", "uhr", "hrs"]
)
"""Without one of these no time of day is told; the last ones stand apart from their number."""
_GLUED = re.compile(r"\d{1,2}(?:\.\d\d)?(?:am|pm)|\d{1,2}h(?:\d\d)?")
_WRITTEN = re.compile(r"(\d{1,2})(?:([h.])(\d\d)?)?(am|pm)?")


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """A stretch of the day at the token positions `tokens`: minutes since midnight, `end` excluded; over midnight where
    the end is not after the start."""

    tokens: range
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Time:
    """A time at the tokens up to `stop`; `sure` where it can be nothing else ("6 pm", "18:00"), and `half` where it is
    said which half of the day is meant."""

    stop: int
    minute: int
    sure: bool
    half: str = ""


def find_clocks(tokens: Sequence[Token]) -> list[ClockSpan]:
    """All stretches of the day, left to right. Parts of the day with a name ("morning") are values of the data."""
    if not any(token.norm in _SIGNS or _GLUED.fullmatch(token.norm) for token in tokens):
        return []
    view = view_of(tokens)
    found: list[ClockSpan] = []
    at = 0
    while at < len(tokens):
        span = _between(view, at) or _open(view, at) or _at(view, at) or _lunch(view, at)
        if span is not None:
            found.append(span)
        at = span.tokens.stop if span is not None else at + 1
    return found


def _between(view: Words, at: int) -> ClockSpan | None:
    opening = view.word(at) if view.word(at) in _BETWEEN else ""
    place = at + 1 if opening else at
    first = _time(view, place)
    if first is None:
        return None
    joint = first.stop if view.hyphenated(first.stop) else view.phrase(first.stop, *_BETWEEN[opening])
    last = _time(view, joint) if joint is not None else None
    if last is None or not (first.sure or last.sure):
        return None
    start, end = first.minute, last.minute
    if not first.half and not first.sure and last.half == "pm" and start < 12 * _HOUR and start + 12 * _HOUR < end:
        start += 12 * _HOUR  # "between 6 and 9 pm"
    if not last.half and not last.sure and end <= start and first.half == "pm" and start < end + 12 * _HOUR:
        end += 12 * _HOUR  # "between noon and two"
    return ClockSpan(range(at, last.stop), start % _DAY, end)


def _open(view: Words, at: int) -> ClockSpan | None:
    if place := view.phrase(at, *_BEFORE):
        time = _time(view, place) or _in_its_part(view, place)
        return ClockSpan(range(at, time.stop), 0, time.minute) if time and time.sure else None
    place = view.phrase(at, *_AFTER)
    if place is None:
        return _upwards(view, at)
    time = _sure(_time(view, place)) or _in_its_part(view, place)
    if time is None:
        return None
    stop = view.phrase(time.stop, *_ONWARDS) if view.word(at) in ("from", "starting") else None
    return ClockSpan(range(at, stop or time.stop), time.minute % _DAY, _DAY)


def _upwards(view: Words, at: int) -> ClockSpan | None:
    """ "6pm up", "18:00 onwards"."""
    time = _sure(_time(view, at))
    stop = view.phrase(time.stop, *_UPWARDS) if time else None
    return ClockSpan(range(at, stop), time.minute % _DAY, _DAY) if time and stop else None


def _sure(time: _Time | None) -> _Time | None:
    return time if time is not None and time.sure else None


def _in_its_part(view: Words, at: int) -> _Time | None:
    """ "the evening orders, after six": a bare hour in the part of the day that is named, where nothing is counted."""
    halves = {_PARTS[word] for word in view.norms if word in _PARTS}
    count = view.count(at)
    if len(halves) != 1 or count is None or not 1 <= count[1] <= 12 or count[1] != int(count[1]):  # noqa: PLR2004 — the hours of a clock face
        return None
    if not view.closed(count[0]):
        return None
    half = halves.pop()
    hour = int(count[1]) % 12 + (12 if half == "pm" else 0)
    return _Time(count[0], hour * _HOUR, sure=True, half=half)


def _at(view: Words, at: int) -> ClockSpan | None:
    """ "at 10 am": the hour that begins then."""
    if view.word(at) != "at":
        return None
    time = _time(view, at + 1)
    if time is None or not time.sure or time.minute % _HOUR:
        return None
    return ClockSpan(range(at, time.stop), time.minute % _DAY, time.minute % _DAY + _HOUR)


def _lunch(view: Words, at: int) -> ClockSpan | None:
    place = view.skip(at, "at", "over", "during", "in", "the")
    stop = view.phrase(place, *_LUNCH)
    return ClockSpan(range(at, stop), *_LUNCHTIME) if stop else None


def _time(view: Words, at: int) -> _Time | None:
    """ "6 pm", "6:30pm", "18:00", "18h30", "noon", "6 o'clock"; a bare number only as one end of two."""
    word = view.word(at)
    if word in ("12", "twelve") and view.word(at + 1) in _NAMED:
        at += 1  # "12 noon"
        word = view.word(at)
    if word in _NAMED:
        return _Time(at + 1, _NAMED[word], sure=True, half="pm")
    if view.kind(at) is TokenKind.NUMBER or word[:1].isdecimal():
        return _in_digits(view, at, word)
    return _in_words(view, at)


def _in_words(view: Words, at: int) -> _Time | None:
    """ "six in the evening", "ten at night", "three pm", "nine o'clock"; "two" only as one end of two."""
    count = view.count(at)
    if view.word(at) not in NUMBER_WORDS or count is None or not 1 <= count[1] <= 12 or count[1] != int(count[1]):  # noqa: PLR2004 — hours on a dial
        return None
    stop, hour = count[0], int(count[1])
    clock = view.phrase(stop, "o'clock", "oclock")
    half, stop = _half(view, clock or stop)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return _Time(stop, hour * _HOUR, sure=bool(half or clock), half=half)


def _half(view: Words, at: int) -> tuple[str, int]:
    """Which half of the day is said there, and the place after it."""
    if marked := view.phrase(at, "am", "pm", "a . m .", "p . m .", "a . m", "p . m"):
        return f"{view.word(at)[0]}m", marked
    for phrase, half in _HALVES.items():
        if stop := view.phrase(at, phrase):
            return half, stop
    return "", at


def _in_digits(view: Words, at: int, word: str) -> _Time | None:
    written = _WRITTEN.fullmatch(word)
    if written is None:
        return None
    minute_text, glued = written[3] or "", written[4] or ""
    hour, minute, stop, sure = int(written[1]), int(minute_text or 0), at + 1, written[2] == "h"
    if view.word(stop) == ":" and view.touching(stop) and view.touching(stop + 1):
        tail = view.word(stop + 1)
        minute_text, glued = tail.rstrip("apm"), tail[len(tail.rstrip("apm")) :]
        if not minute_text.isdecimal() or len(minute_text) != 2:  # noqa: PLR2004 — two digits
            return None
        minute, stop, sure = int(minute_text), stop + 2, True
    half = glued if glued in ("am", "pm") else ""
    if not half:
        half, stop = _half(view, stop)
    if not half and (clock := view.phrase(stop, "o'clock", "oclock", "uhr", "hrs", "hours h")):
        sure, stop = True, clock
    if hour > 24 or minute >= _HOUR or (half and not 1 <= hour <= 12):  # noqa: PLR2004 — hours of a day
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if minute_text and not (sure or half):
        return None  # "6.30" alone is a price
    return _Time(stop, hour * _HOUR + minute, sure=sure or bool(half), half=half)
