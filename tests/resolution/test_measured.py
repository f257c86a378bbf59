"""How good it is found who and what is one, on labelled people and goods: what was reached once is not lost again."""

from types import ModuleType

import pytest

from evals.people import broad, hard, practice, studied
from evals.people.measure import score, score_goods

PEOPLE = [(practice, 0.995, 0.98), (studied, 0.992, 0.963), (hard, 0.99, 0.94), (broad, 0.993, 0.948)]
GOODS = [(practice, 0.996, 0.958), (studied, 0.997, 0.907), (hard, 0.99, 0.777), (broad, 0.985, 0.9)]


@pytest.mark.prove
@pytest.mark.parametrize(("generator", "precision", "recall"), PEOPLE)
def test_precision_and_recall_over_pairs_of_people_stay(generator: ModuleType, precision: float, recall: float) -> None:
    _, decidable = score(generator, seed=21, persons=8_000)
    assert decidable.precision >= precision
    assert decidable.recall >= recall


@pytest.mark.prove
@pytest.mark.parametrize(("generator", "precision", "recall"), GOODS)
def test_precision_and_recall_over_pairs_of_goods_stay(generator: ModuleType, precision: float, recall: float) -> None:
    _, decidable = score_goods(generator, seed=21, products=8_000)
    assert decidable.precision >= precision
    assert decidable.recall >= recall
