"""Numbers that something is held against: "longer than 16 metres", "10 percent or more", "above 500"."""

from dataclasses import dataclass
from typing import Literal

from tools.sources.plain.question import Words

Side = Literal["gt", "lt", "ge", "le"]

_BEFORE: tuple[tuple[tuple[str, ...], Side], ...] = (
    (("more", "than"), "gt"), (("greater", "than"), "gt"), (("higher", "than"), "gt"), (("larger", "than"), "gt"), (("bigger", "than"), "gt"),
    (("less", "than"), "lt"), (("fewer", "than"), "lt"), (("lower", "than"), "lt"), (("smaller", "than"), "lt"),
    (("at", "least"), "ge"), (("at", "most"), "le"), (("up", "to"), "le"), (("over",), "gt"), (("above",), "gt"), (("exceeding",), "gt"),
    (("under",), "lt"), (("below",), "lt"), (("no", "more", "than"), "le"), (("not", "more", "than"), "le"), (("no", "less", "than"), "ge"),
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


@dataclass(frozen=True, slots=True)
class Compared:
    """A number to hold a figure against: where its words end, its unit where one is said, and what an adjective is of."""

    end: int
    side: Side
    value: float
    unit: str | None
    of: tuple[str, ...]


def compared(words: Words, at: int) -> Compared | None:
    """What begins at some place, if it is a comparison with a number."""
    norms = words.norms
    side: Side | None = None
    of: tuple[str, ...] = ()
    if norms[at] in _ADJECTIVES and norms[at + 1 : at + 2] == ["than"]:
        side, of = _ADJECTIVES[norms[at]]
        at += 2
    else:
        for phrase, meant in _BEFORE:
            if tuple(norms[at : at + len(phrase)]) == phrase:
                side, at = meant, at + len(phrase)
                break
    if at >= len(norms) or words.words[at].number is None:
        return None
    value = words.words[at].number or 0.0
    at += next((span.end - span.start for span in words.annotation.spans if span.start == at), 1)
    unit = None
    if (
        at < len(norms)
        and (words.words[at].carries or norms[at] in ("percent", "%"))
        and words.words[at].number is None
    ):
        unit, at = norms[at], at + 1
    for phrase, meant in _BEHIND:
        if side is None and tuple(norms[at : at + len(phrase)]) == phrase:
            return Compared(at + len(phrase), meant, value, unit, of)
    return Compared(at, side, value, unit, of) if side is not None else None
