"""Payloads as no vendor should send them, and some day one does: parts that are gone, null, or of another kind."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, cast

from hypothesis import strategies as st

_ODD: list[Any] = [
    None, "", " ", "x", " 12.50 ", "0", -1, 0, 10**30, 1.5, True, False, [], {}, [None], [[1]], ["a"], {"a": 1}, {"value": None},
    {"amount": None}, {"amount": "x", "currencyCode": "USD"}, {"amount": "1", "currency": "KWD"}, "NaN", "1e400", "1E+999999", "9" * 60,
    "２０２６", "0001-01-01", "0001-01-01T00:00:00Z", "2026-02-30", "2026-13-45", "2026-01-01T00:00:00", "9999-12-31T23:59:59-14:00",
    "/Date(99999999999999999+0000)/", "\ud83d\ude00", "🙂" * 50, "\x00\ud800", "(" * 2000, "a" * 5000, "gid://shopify/Order/", "KWD",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, payloads: Sequence[Any]) -> Any:
    """One of the payloads, up to twelve of whose members and elements, at any depth, are gone or replaced."""
    payload = copy.deepcopy(draw(st.sampled_from(payloads)))
    for _ in range(draw(st.integers(0, 12))):
        places = _places(payload)
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = copy.deepcopy(draw(st.sampled_from(_ODD)))
    return payload


@st.composite
def damaged_by_name(draw: st.DrawFn, payloads: Mapping[str, Sequence[Any]]) -> tuple[str, Any]:
    """An object's name with one of its payloads, damaged."""
    name = draw(st.sampled_from(sorted(payloads)))
    return name, draw(damaged(payloads[name]))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every member and element, with what holds it."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return [(members, key) for key in members] + [place for inner in members.values() for place in _places(inner)]
    if isinstance(value, list):
        elements = cast("list[Any]", value)
        return [(elements, n) for n in range(len(elements))] + [place for inner in elements for place in _places(inner)]
    return []
