"""The grid as algebra: what is placed automatically lies on nothing, inside the grid, and as high up as it can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools.foundry.grid import first_clash, first_free, overlap
from tools.foundry.schemas import COLUMNS, Place
from tools.query.chart_kinds import KINDS

kinds = st.sampled_from(KINDS)


@st.composite
def places(draw: st.DrawFn) -> Place:
    width = draw(st.integers(1, COLUMNS))
    return Place(
        x=draw(st.integers(0, COLUMNS - width)), y=draw(st.integers(0, 12)), width=width, height=draw(st.integers(1, 6))
    )


def cells(place: Place) -> set[tuple[int, int]]:
    return {(x, y) for x in range(place.x, place.x + place.width) for y in range(place.y, place.y + place.height)}


@given(one=places(), other=places())
def test_two_overlap_where_they_share_a_cell(one: Place, other: Place) -> None:
    assert overlap(one, other) == overlap(other, one) == bool(cells(one) & cells(other))


@given(taken=st.lists(places(), max_size=8))
def test_the_first_clash_is_one(taken: list[Place]) -> None:
    clash = first_clash(taken)
    shared = [(i, j) for j in range(len(taken)) for i in range(j) if cells(taken[i]) & cells(taken[j])]
    assert clash == (shared[0] if shared else None)


@given(kind=kinds, taken=st.lists(places(), max_size=8))
def test_a_free_place_is_free_and_none_before_it_is(kind: str, taken: list[Place]) -> None:
    found = first_free(kind, taken)  # type: ignore[arg-type]
    assert not any(overlap(found, other) for other in taken)
    for y in range(found.y + 1):
        for x in range(COLUMNS - found.width + 1 if y < found.y else found.x):
            earlier = found.model_copy(update={"x": x, "y": y})
            assert any(overlap(earlier, other) for other in taken)


@given(chosen=st.lists(kinds, max_size=40))
def test_a_dashboard_filled_by_itself_has_no_overlaps(chosen: list[str]) -> None:
    taken: list[Place] = []
    for kind in chosen:
        taken.append(first_free(kind, taken))  # type: ignore[arg-type]
    assert first_clash(taken) is None


@pytest.mark.parametrize(
    "place",
    [
        {"x": 8, "y": 0, "width": 6, "height": 1},
        {"x": -1, "y": 0, "width": 1, "height": 1},
        {"x": 0, "y": 0, "width": 0, "height": 1},
        {"x": 0, "y": 0, "width": 13, "height": 1},
        {"x": 0, "y": 10**9, "width": 1, "height": 1},
    ],
)
def test_a_place_outside_the_grid_is_none(place: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Place.model_validate(place)
