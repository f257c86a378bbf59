"""Payloads as they may come one day: parts of known ones taken away, emptied, or of another type than they were."""

import copy
from typing import Any, cast

from hypothesis import strategies as st

_ODD: list[Any] = [None, "", [], {}, 0, -1, True, False, 10**30, 1.5, "x", "NaN", "2026-13-45", "0001-01-01T00:00:00Z", "💥",
                   "(" * 2000, ["a"], [None], {"value": None}, {"amount": "1", "currency": "KWD"}]  # fmt: skip


@st.composite
def drifted(draw: st.DrawFn, payloads: list[Any]) -> Any:
    """One of the payloads with up to twelve of its members or elements removed or replaced."""
    payload = copy.deepcopy(draw(st.sampled_from(payloads)))
    for _ in range(draw(st.integers(0, 12))):
        places = list(_places(payload))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = copy.deepcopy(draw(st.sampled_from(_ODD)))
    return payload


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every member and element, with what holds it."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(cast("dict[str, Any]", value))
    elif isinstance(value, list):
        keys = list(range(len(cast("list[Any]", value))))
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]  # pyright: ignore
