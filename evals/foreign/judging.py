"""Whether an answer has the figures that follow from the rows."""

from typing import Any, Literal

from evals.foreign.world import Asked, World
from tools.query.schemas import QueryAnswer

Verdict = Literal["right", "wrong", "silent", "rightly_silent"]
_NEARLY = 1e-6
_HALF_OF_THE_LAST = 5e-7
"""Fractions are told to six decimals."""


def judge(answer: QueryAnswer, asked: Asked, world: World) -> Verdict:
    """`silent` is a question that could have been answered and was asked back or refused."""
    if answer.status != "answered":
        return "silent" if asked.expected is not None else "rightly_silent"
    if asked.expected is None:
        return "wrong"
    return "right" if _agrees(answer, world.figures(asked.expected)) else "wrong"


def _agrees(answer: QueryAnswer, expected: Any) -> bool:
    figure = _figure(answer)
    if figure is None:
        return False
    percent = answer.columns[figure].unit == "%"
    if isinstance(expected, int | float):
        return len(answer.rows) == 1 and _equal(answer.rows[0][figure], expected, percent=percent)
    keys = [
        i
        for i, column in enumerate(answer.columns)
        if (i < figure and column.type not in ("number", "integer")) or column.name in _told_apart(answer)
    ]
    if _are_single_records(expected) and len(keys) > 1:
        keys = [i for i in keys if answer.columns[i].name in _told_apart(answer)]  # listed with their day
    got = [(_written(row[keys[0]] if len(keys) == 1 else tuple(row[i] for i in keys)), row[figure]) for row in answer.rows]  # fmt: skip
    if isinstance(expected, list):
        ordered: list[tuple[Any, float]] = [(_written(key), value) for key, value in expected]
        same = len(got) == len(ordered) and all(
            _equal(a[1], b[1], percent=percent) for a, b in zip(got, ordered, strict=True)
        )
        return same and {key for key, _ in got} == {key for key, _ in ordered}
    figures: dict[Any, float] = {_written(key): value for key, value in expected.items()}
    return len(got) == len(figures) and all(
        key in figures and _equal(value, figures[key], percent=percent) for key, value in got
    )


def _written(key: Any) -> Any:
    """What a figure is for as it is read: a jar of 500 grams is of "500"."""
    if isinstance(key, tuple):
        return tuple(_written(part) for part in key)
    return str(key) if isinstance(key, int) and not isinstance(key, bool) else key


def _are_single_records(expected: list[tuple[Any, float]] | dict[Any, float]) -> bool:
    return isinstance(expected, list) and not any(isinstance(name, tuple) for name, _ in expected)


def _told_apart(answer: QueryAnswer) -> frozenset[str]:
    return frozenset(answer.interpretation.dimensions) if answer.interpretation else frozenset()


def _figure(answer: QueryAnswer) -> int | None:
    """The first column of numbers that is no name of a row: a year that figures are split by is none. Of a single share
    it is the share, which stands behind what it is a share of."""
    numbers = [i for i, column in enumerate(answer.columns) if column.type in ("number", "integer")]
    shares = [i for i in numbers if answer.columns[i].unit == "%" and answer.columns[i].name.endswith("_share")]
    if shares and len(answer.rows) == 1:
        return shares[0]
    return next((i for i in numbers if answer.columns[i].name not in _told_apart(answer)), None)


def _equal(value: Any, expected: float, *, percent: bool) -> bool:
    """A part of a whole is kept as a fraction and shown with its unit: 0.42 in "%" is 42 per cent, and 0.42 of nothing is
    not."""
    if not isinstance(value, int | float):
        return False
    nearly = _NEARLY * max(1.0, abs(expected))
    if percent and abs(value * 100 - expected) <= max(nearly, 100 * _HALF_OF_THE_LAST):
        return True
    return abs(value - expected) <= nearly
