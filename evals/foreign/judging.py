"""Whether an answer has the figures that follow from the rows."""

from typing import Any, Literal

from evals.foreign.world import Asked, World
from tools.query.schemas import QueryAnswer

Verdict = Literal["right", "wrong", "silent", "rightly_silent"]
_NEARLY = 1e-6


def judge(answer: QueryAnswer, asked: Asked, world: World) -> Verdict:
    """`silent` is a question that could have been answered and was asked back or refused."""
    if answer.status != "answered":
        return "silent" if asked.expected is not None else "rightly_silent"
    if asked.expected is None:
        return "wrong"
    return "right" if _agrees(answer, world.figures(asked.expected)) else "wrong"


def _agrees(answer: QueryAnswer, expected: Any) -> bool:
    figure = next((i for i, c in enumerate(answer.columns) if c.type in ("number", "integer")), None)
    if figure is None:
        return False
    if isinstance(expected, int | float):
        return len(answer.rows) == 1 and _equal(answer.rows[0][figure], expected)
    keys = [i for i in range(len(answer.columns)) if i < figure]
    got = [(row[keys[0]] if len(keys) == 1 else tuple(row[i] for i in keys), row[figure]) for row in answer.rows]
    if isinstance(expected, list):
        ordered: list[tuple[Any, float]] = expected
        same = len(got) == len(ordered) and all(_equal(a[1], b[1]) for a, b in zip(got, ordered, strict=True))
        return same and {key for key, _ in got} == {key for key, _ in ordered}
    figures: dict[Any, float] = expected
    return len(got) == len(figures) and all(key in figures and _equal(value, figures[key]) for key, value in got)


def _equal(value: Any, expected: float) -> bool:
    return isinstance(value, int | float) and abs(value - expected) <= _NEARLY * max(1.0, abs(expected))
