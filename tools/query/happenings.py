"""Questions that count from something that happened: "since we changed the price", "the week before the campaign". What
happened is told by its day, and said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tools.language.periods import Calendar, find_periods
from tools.language.periods.calendars import name_day
from tools.language.text import Token, tokenize
from tools.query.slots import Unclear

_SINCE = ("since", "after", "following")
_BEFORE = ("before", "until", "till", "prior", "preceding")
_DURING = ("during", "over", "in")
_FURTHEST = 8
"""Words that may tell what happened."""
_CLOSING = frozenset("by per vs versus compared against than how what which and with split grouped , ? ! ; : .".split())
_PLAIN = frozenset(
    """we our the a an i my us you did have had has was were is are be been it its to of on at in for from that this start
    started starts begin began begun end ended ends over finish finished ran run first new day""".split()
)
"""Words that tell no two things apart."""
_SAID_OF_US = frozenset(["we", "our", "i", "my", "the"])
_DONE_ANY_DAY = frozenset(
    "have go leave head get meet see sit call speak start finish close open eat drink send write order forget".split()
)
_ALIKE = {
    "raise": "change", "rais": "change", "increas": "change", "lower": "change", "chang": "change", "adjust": "change",
    "launch": "launch", "relaunch": "launch", "open": "open", "mov": "move", "mail": "newsletter",
}  # fmt: skip
_ENOUGH = 0.6
"""The part of the words said that has to be in the name of what happened."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened from `first` to `last`, both counted."""

    title: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Dated:
    """A question with days where it named what happened, and what is to be told of that."""

    question: str
    notes: tuple[str, ...] = ()
    unknown: str | None = None
    """What it counts from that is not known."""


def with_days(question: str, known: Sequence[Happening], today: date, calendar: Calendar) -> Dated:
    """Raises Unclear where several things that happened may be meant."""
    tokens = tokenize(question)
    for at, token in enumerate(tokens):
        if token.norm not in (*_SINCE, *_BEFORE, *_DURING):
            continue
        clause = _clause(tokens, at + 1)
        if not clause or any(p.tokens.start <= 1 for p in find_periods(clause, today, calendar) if p.problem is None):
            continue
        if _tells_its_own_day(tokens, at, clause, today, calendar):
            continue
        said = question[clause[0].start : clause[-1].end]
        found = _named(clause, known)
        if len(found) > 1:
            options = tuple((f"{one.title} ({_days(one)})", _dated(question, tokens, at, clause, one)) for one in found)
            raise Unclear(f"“{said}” may be more than one thing. Which do you mean?", options)
        if found:
            note = f"“{said}” was read as “{found[0].title}” ({_days(found[0])})."
            return Dated(_dated(question, tokens, at, clause, found[0]), (note,))
        told_of_us = clause[0].norm in _SAID_OF_US and not _is_a_habit(clause)
        if token.norm in _SINCE + _BEFORE and told_of_us and len(clause) > 1:
            return Dated(question, unknown=said)
    return Dated(question)


def _tells_its_own_day(
    tokens: Sequence[Token], at: int, clause: Sequence[Token], today: date, calendar: Calendar
) -> bool:
    """ "since we opened the doors", "since the summer holidays ended on 1 September": a period by itself."""
    stop = at + 1 + len(clause)
    periods = find_periods(tokens[at:], today, calendar)
    return any(p.tokens.start == 0 and at + p.tokens.stop >= stop and p.problem is None for p in periods)


def _is_a_habit(clause: Sequence[Token]) -> bool:
    """ "before I have my coffee": what somebody does any day happened on none."""
    return clause[0].norm == "i" and len(clause) > 1 and clause[1].norm in _DONE_ANY_DAY


def _clause(tokens: Sequence[Token], at: int) -> tuple[Token, ...]:
    end = at
    while end < len(tokens) and end - at < _FURTHEST and tokens[end].norm not in _CLOSING:
        end += 1
    return tuple(tokens[at:end])


def _named(clause: Sequence[Token], known: Sequence[Happening]) -> list[Happening]:
    """Those whose names have most of the words that were said, and as many as any other."""
    words = _stems(clause)
    if not words:
        return []
    shared = {one: len(words & _stems(tokenize(one.title))) / len(words) for one in known}
    best = max(shared.values(), default=0.0)
    return [one for one, part in shared.items() if part == best] if best >= _ENOUGH else []


def _stems(tokens: Sequence[Token]) -> frozenset[str]:
    words = (token.lemma for token in tokens if token.norm not in _PLAIN and token.norm[:1].isalnum())
    stems = (re.sub(r"(?:ing|ed|e)$", "", word) if len(word) > 4 else word for word in words)  # noqa: PLR2004
    return frozenset(_ALIKE.get(stem, stem) for stem in stems)


def _dated(question: str, tokens: Sequence[Token], at: int, clause: Sequence[Token], one: Happening) -> str:
    """The question with days instead of what happened. The day of a change belongs to the time after it."""
    word, begins, stop = tokens[at].norm, tokens[at].start, clause[-1].end
    counted = at > 0 and tokens[at - 1].lemma in ("day", "week", "month", "year", "fortnight", "quarter")
    told = {token.norm for token in clause}
    over = bool(told & {"ended", "ends", "finished", "end", "over"})
    if word in _BEFORE:
        days = f"before {name_day(one.first)}" if word != "until" or not over else f"until {name_day(one.last)}"
    elif word in _DURING:
        days = (
            f"on {name_day(one.first)}"
            if one.first == one.last
            else f"from {name_day(one.first)} to {name_day(one.last)}"
        )
    elif counted:
        day = one.last if one.first != one.last or over else one.first - timedelta(days=1)
        days = f"after {name_day(day)}"
    elif word == "since" and not over:
        days = f"since {name_day(one.first)}"
    else:
        start = one.first if one.first == one.last else one.last + timedelta(days=1)
        days = f"since {name_day(start)}"
    return f"{question[:begins]}{days}{question[stop:]}"


def _days(one: Happening) -> str:
    return name_day(one.first) if one.first == one.last else f"{name_day(one.first)} to {name_day(one.last)}"


def how_to_note(said: str) -> str:
    """What to say of a question that counts from what nobody noted."""
    return (
        f"I do not know when “{said[:120]}” was. Tell me in the chat, for example “note that we changed the price on 3 May”, "
        "or name the day in your question."
    )
