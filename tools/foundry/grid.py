"""The grid of a dashboard: what lies on what, and where there is room."""

from collections.abc import Sequence

from tools.foundry.schemas import COLUMNS, Place
from tools.query.drawn import ChartKind

_SIZES: dict[ChartKind, tuple[int, int]] = {"figure": (3, 2), "heatmap": (12, 5), "cohort": (12, 5), "map": (8, 5)}
_USUAL_SIZE = (6, 4)


def overlap(one: Place, other: Place) -> bool:
    beside = one.x + one.width <= other.x or other.x + other.width <= one.x
    above = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (beside or above)


def first_clash(places: Sequence[Place]) -> tuple[int, int] | None:
    """The positions of the first two of these that lie on each other; None where none do."""
    return next(
        ((i, j) for j in range(len(places)) for i in range(j) if overlap(places[i], places[j])),
        None,
    )


def first_free(kind: ChartKind, taken: Sequence[Place]) -> Place:
    """The first place, from left to right and from the top down, where a widget of this kind has room."""
    width, height = _SIZES.get(kind, _USUAL_SIZE)
    lowest = max((place.y + place.height for place in taken), default=0)
    candidates = (
        Place(x=x, y=y, width=width, height=height) for y in range(lowest + 1) for x in range(COLUMNS - width + 1)
    )
    return next(place for place in candidates if not any(overlap(place, other) for other in taken))
