"""Labelled questions: every set parses, and an answer is held against what its writer meant, slot by slot."""

from collections.abc import Mapping
from datetime import date

import pytest

from evals.labels.holding import doubts
from evals.labels.label import Label, read_set, set_names
from tools.query.schemas import FilterView, Interpretation, QueryAnswer, TimeView

MARCH = TimeView.model_validate({"from": date(2026, 3, 1), "to": date(2026, 3, 31)})
TEA = FilterView(dimension="category", operator="eq", values=("Tea",))
LABEL = {
    "q": "tea in march",
    "form": "figure",
    "where": {"category": ["Tea"]},
    "from": "2026-03-01",
    "to": "2026-03-31",
}


def held(label: Mapping[str, object], read: Mapping[str, object], status: str = "answered") -> tuple[str, ...]:
    answer = QueryAnswer.model_construct(
        status=status, answer="…", parts=(), interpretation=Interpretation.model_validate(read)
    )
    return doubts(Label.model_validate(label), answer)


@pytest.mark.parametrize("name", set_names())
def test_every_set_parses_and_asks_nothing_twice(name: str) -> None:
    labels = read_set(name)
    assert len(labels) in (300, 350)
    assert len({label.question for label in labels}) == len(labels)


def test_an_answer_as_it_was_meant_leaves_no_doubt() -> None:
    assert held(LABEL, {"time": MARCH, "filters": (TEA,)}) == ()


def test_what_was_not_answered_is_in_no_doubt() -> None:
    assert held(LABEL, {}, "needs_clarification") == ()


@pytest.mark.parametrize(
    ("label", "read", "doubt"),
    [
        (LABEL, {"time": None, "filters": (TEA,)}, ()),
        (LABEL, {"time": TimeView.model_validate({"from": date(2026, 1, 1)}), "filters": (TEA,)}, ("period",)),
        (LABEL, {"time": MARCH}, ("value missing",)),
        (LABEL | {"where": {}}, {"time": MARCH, "filters": (TEA,)}, ("value added",)),
        (LABEL | {"not": {"city": ["Cork"]}}, {"time": MARCH, "filters": (TEA,)}, ("value not left out",)),
        (LABEL | {"form": "rows", "by": ["city"]}, {"time": MARCH, "filters": (TEA,)}, ("split",)),
        (LABEL | {"form": "trend", "grain": "month"}, {"time": MARCH, "filters": (TEA,)}, ("grain",)),
        (LABEL | {"form": "share"}, {"time": MARCH, "filters": (TEA,)}, ("share",)),
        (LABEL | {"form": "compare"}, {"time": MARCH, "filters": (TEA,)}, ("comparison",)),
        (LABEL | {"having": "orders > 3"}, {"time": MARCH, "filters": (TEA,)}, ("bound",)),
        ({"q": "hm", "form": "unclear"}, {}, ("answered what is unclear",)),
    ],
)
def test_what_differs_is_named(label: Mapping[str, object], read: Mapping[str, object], doubt: tuple[str, ...]) -> None:
    assert held(label, read) == doubt
