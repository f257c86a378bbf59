"""Payloads as no vendor should send them, and some day one does: leaves that are gone, null, or of another kind."""

import copy
from typing import Any, cast

from hypothesis import strategies as st

_LEAVES: list[Any] = [
    None, "", "x", " 12.50 ", "0", -1, 0, 10**30, 1.5, True, False, [], {}, [None], [[1]], {"a": 1}, "2026-02-30", "2026-01-01T00:00:00",
    "/Date(99999999999999999+0000)/", "9999-12-31T23:59:59-12:00", "\ud83d\ude00", "\x00", "a" * 5000, {"amount": "x"}, "1E+999999",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, payloads: dict[str, list[Any]]) -> tuple[str, Any]:
    """An object's name with one of its payloads, some of whose values, at any depth, are gone or replaced."""
    name = draw(st.sampled_from(sorted(payloads)))
    payload = copy.deepcopy(draw(st.sampled_from(payloads[name])))
    for _ in range(draw(st.integers(1, 6))):
        places = _places(payload)
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            holder[key] = copy.deepcopy(draw(st.sampled_from(_LEAVES)))
        else:
            del holder[key]
    return name, payload


def _places(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return [(members, key) for key in members] + [place for inner in members.values() for place in _places(inner)]
    if isinstance(value, list):
        elements = cast("list[Any]", value)
        return [(elements, n) for n in range(len(elements))] + [place for inner in elements for place in _places(inner)]
    return []
