"""Numbers that something is held against: "longer than 16 metres", "10 percent or more", "above 500", "between 2 and 5";
years: "from 2019 or earlier"; and what is held against another figure: "below its minimum"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tools.sources.plain.question import Words

Side = Literal["gt", "lt", "ge", "le"]

_BEFORE: tuple[tuple[tuple[str, ...], Side], ...] = (
    (("more", "than"), "gt"), (("greater", "than"), "gt"), (("higher", "than"), "gt"), (("larger", "than"), "gt"), (("bigger", "than"), "gt"),
    (("less", "than"), "lt"), (("fewer", "than"), "lt"), (("lower", "than"), "lt"), (("smaller", "than"), "lt"),
    (("at", "least"), "ge"), (("at", "most"), "le"), (("up", "to"), "le"), (("over",), "gt"), (("above",), "gt"), (("exceeding",), "gt"),
    (("under",), "lt"), (("below",), "lt"), (("no", "more", "than"), "le"), (("not", "more", "than"), "le"), (("no", "less", "than"), "ge"),
    (("at", "or", "below"), "le"), (("at", "or", "under"), "le"), (("at", "or", "above"), "ge"), (("equal", "to", "or", "below"), "le"), (("less", "than", "or", "equal", "to"), "le"), (("more", "than", "or", "equal", "to"), "ge"),
    (("exceeds",), "gt"), (("exceed",), "gt"), (("exceeded",), "gt"), (("beyond",), "gt"), (("in", "excess", "of"), "gt"),
    (("a", "minimum", "of"), "ge"), (("a", "maximum", "of"), "le"), (("no", "fewer", "than"), "ge"), (("not", "less", "than"), "ge"), (("longer", "than"), "gt"), (("shorter", "than"), "lt"),
)  # fmt: skip
_ADJECTIVES: dict[str, tuple[Side, tuple[str, ...]]] = {
    "longer": ("gt", ("length", "duration")), "shorter": ("lt", ("length", "duration", "height")), "heavier": ("gt", ("weight",)),
    "lighter": ("lt", ("weight",)), "taller": ("gt", ("height",)), "wider": ("gt", ("width",)), "older": ("gt", ("age",)),
    "younger": ("lt", ("age",)), "dearer": ("gt", ("price", "cost")), "cheaper": ("lt", ("price", "cost")), "deeper": ("gt", ("depth",)),
}  # fmt: skip
"""Which way an adjective looks, and what it is an adjective of."""
_BEHIND: tuple[tuple[tuple[str, ...], Side], ...] = (
    (("or", "more"), "ge"), (("and", "more"), "ge"), (("or", "above"), "ge"), (("or", "over"), "ge"), (("or", "higher"), "ge"), (("or", "better"), "ge"),
    (("or", "longer"), "ge"), (("or", "less"), "le"), (("or", "fewer"), "le"), (("or", "below"), "le"), (("or", "under"), "le"), (("or", "lower"), "le"),
)  # fmt: skip


_EARLIER: tuple[tuple[tuple[str, ...], Side], ...] = (
    (("or", "earlier"), "le"), (("or", "older"), "le"), (("or", "before"), "le"), (("and", "earlier"), "le"), (("and", "older"), "le"), (("and", "before"), "le"),
    (("or", "later"), "ge"), (("or", "newer"), "ge"), (("or", "after"), "ge"), (("or", "younger"), "ge"), (("and", "later"), "ge"), (("and", "newer"), "ge"), (("onwards",), "ge"), (("onward",), "ge"),
)  # fmt: skip
"""What stands behind a year."""
_YEARS: tuple[tuple[tuple[str, ...], Side], ...] = (
    (("older", "than"), "lt"), (("earlier", "than"), "lt"), (("before",), "lt"), (("prior", "to"), "lt"), (("newer", "than"), "gt"), (("younger", "than"), "gt"), (("later", "than"), "gt"), (("after",), "gt"), (("since",), "ge"),
)  # fmt: skip
"""What stands before one."""
_MORE: dict[str, Side] = {"more": "gt", "higher": "gt", "greater": "gt", "larger": "gt", "fewer": "lt", "less": "lt", "lower": "lt", "smaller": "lt"}  # fmt: skip
OF_A_YEAR = frozenset(word for phrase, _ in (*_EARLIER, *_YEARS) for word in phrase) - {"and", "or", "than", "to"}


@dataclass(frozen=True, slots=True)
class Compared:
    """A number to hold a figure against: where its words end, its unit where one is said, and what an adjective is of.
    `upto` is the second of "between 2 and 5"."""

    end: int
    side: Side
    value: float
    unit: str | None
    of: tuple[str, ...] = ()
    upto: float | None = None


def compared(words: Words, at: int) -> Compared | None:
    """What begins at some place, if it is a comparison with a number."""
    norms = words.norms
    if norms[at] == "between":
        return _between(words, at)
    side: Side | None = None
    of: tuple[str, ...] = ()
    if norms[at] in _ADJECTIVES and norms[at + 1 : at + 2] == ["than"]:
        side, of = _ADJECTIVES[norms[at]]
        at += 2
    else:
        side, at = _said(norms, at, _BEFORE)
    found = _number(words, at)
    if found is None:
        return None
    value, unit, at = found
    behind, end = _said(norms, at, _BEHIND)
    if side is None and behind is not None:
        return Compared(end, behind, value, unit, of)
    return Compared(at, side, value, unit, of) if side is not None else None


def compared_year(words: Words, at: int) -> Compared | None:
    """ "2019 or earlier", "before 2019". A year by itself is no comparison."""
    side, at = _said(words.norms, at, _YEARS)
    if at >= len(words.norms) or words.words[at].number is None:
        return None
    value = words.words[at].number or 0.0
    behind, end = _said(words.norms, at + 1, _EARLIER)
    if behind is not None and side is None:
        return Compared(end, behind, value, None)
    return Compared(at + 1, side, value, None) if side is not None else None


def held_against(words: Words, at: int) -> tuple[Side, int] | None:
    """Which way a comparison looks whose other side is no number, and where its words end: "below their"."""
    side, end = _said(words.norms, at, _BEFORE)
    while end < len(words.norms) and words.norms[end] in ("the", "its", "their", "a", "than", "own"):
        end += 1
    return (side, end) if side is not None and end < len(words.norms) and words.words[end].number is None else None


def more_of(norms: Sequence[str], at: int) -> tuple[Side, int] | None:
    """ "more … than", "fewer … than": which way it looks, and where the "than" stands."""
    side = _MORE.get(norms[at])
    than = next((i for i in range(at + 2, min(at + 6, len(norms))) if norms[i] == "than"), None)
    return (side, than) if side is not None and than is not None else None


def _said(norms: list[str], at: int, phrases: tuple[tuple[tuple[str, ...], Side], ...]) -> tuple[Side | None, int]:
    """The longest phrase that begins at some place, and where it ends. "Below" of "at or below" begins nowhere."""
    if norms[max(at - 2, 0) : at] == ["at", "or"]:
        return None, at
    found = [each for each in phrases if tuple(norms[at : at + len(each[0])]) == each[0]]
    if not found:
        return None, at
    phrase, side = max(found, key=lambda each: len(each[0]))
    return side, at + len(phrase)


def _between(words: Words, at: int) -> Compared | None:
    low = _number(words, at + 1)
    if low is None or words.norms[low[2] : low[2] + 1] != ["and"]:
        return None
    high = _number(words, low[2] + 1)
    return Compared(high[2], "ge", low[0], high[1] or low[1], (), high[0]) if high is not None else None


def _number(words: Words, at: int) -> tuple[float, str | None, int] | None:
    """A number, its unit where one is said, and where both end."""
    if at >= len(words.norms) or words.words[at].number is None:
        return None
    word = words.words[at]
    end = at + next((span.end - span.start for span in words.annotation.spans if span.start == at), 1)
    following = words.words[end] if end < len(words.norms) else None
    if following is None or following.number is not None or (word.unit is not None and word.unit != "%"):
        return word.number or 0.0, word.unit, end
    if following.carries or following.norm in _UNITS:
        return word.number or 0.0, following.norm, end + 1
    return word.number or 0.0, word.unit, end


_UNITS = frozenset(["percent", "%", "days", "day", "weeks", "months", "years", "hours", "hour", "minutes"])
"""Words of a unit that carry nothing by themselves."""
