"""Payloads with a few leaves gone wrong, for tests that nothing a vendor sends can break the mapping."""

import json
from collections.abc import Iterator
from typing import Any, cast

from hypothesis import strategies as st

_ODD: list[Any] = [
    None, "", " ", 0, -1, 1.5, True, False, [], {}, [None], {"amount": None}, {"amount": "x", "currencyCode": "USD"}, "NaN", "1e400",
    "9" * 60, "２０２６", "0001-01-01", "9999-12-31T23:59:59-14:00", "2026-02-30", "🙂" * 50, "\x00\ud800", "gid://shopify/Order/", "KWD", 10**30,
]  # fmt: skip


@st.composite
def broken(draw: st.DrawFn, payload: Any) -> Any:
    """The payload with up to eight of its members deleted, or put out by something else, at any depth."""
    copy = json.loads(json.dumps(payload))
    for _ in range(draw(st.integers(1, 8))):
        places = list(_places(copy))
        if not places:
            break
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        if draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = json.loads(json.dumps(draw(st.sampled_from(_ODD))))
    return copy


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    members: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        members = list(cast("dict[str, Any]", value).items())
    elif isinstance(value, list):
        members = list(enumerate(cast("list[Any]", value)))
    for key, inner in members:
        yield value, key
        yield from _places(inner)
