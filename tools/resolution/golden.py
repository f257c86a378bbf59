"""The values that a row shows which stands for several. Pure.

Field by field the source that golden.yaml names first is believed; of one source, what was changed last. A full name is
better than an initial, what is there better than what its source has deleted, a mailbox or number that most have better than
another.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tools.kit.yaml_text import parse_yaml
from tools.resolution.folding import folded, words

_FILE: Final = "file"
_STOCK: Final = "stock"
"""No column of a product: whose counts of it stand for the others'."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the rows: what its source says, which vendor that is, and when it last changed."""

    id: str
    vendor: str | None
    values: dict[str, Any]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    values: dict[str, Any]
    by: dict[str, str]
    """Field → the member that said it."""


@lru_cache(maxsize=1)
def _priorities() -> dict[str, dict[str, dict[str, int]]]:
    """Kind → field → vendor → its place."""
    told: dict[str, dict[str, list[str]]] = parse_yaml(Path(__file__).with_name("golden.yaml").read_text("utf-8"))
    return {
        kind: {field: {vendor: place for place, vendor in enumerate(order)} for field, order in fields.items()}
        for kind, fields in told.items()
    }


def place_of(what: str, vendor: str | None) -> int:
    """How many sources have more say on `what` (stock) than a vendor; None is a file."""
    places = _priorities()["product"][what]
    return places.get(vendor or _FILE, len(places))


def best_of(kind: str, members: Sequence[Member]) -> Chosen:
    """The values of the row for `members`, two or more. `kind` is customer or product."""
    values: dict[str, Any] = {}
    by: dict[str, str] = {}
    for field, places in _priorities()[kind].items():
        if field == _STOCK:
            continue
        told = [one for one in members if one.values.get(field) not in (None, "")]
        if not told:
            values[field] = None
            continue
        first = told[0] if len(told) == 1 else _best(told, field, places)
        values[field], by[field] = first.values[field], first.id
    if kind == "product" and values["list_price_micros"] is not None:
        values["currency"] = next(one for one in members if one.id == by["list_price_micros"]).values.get("currency")
    gone = [one.values["deleted_at"] for one in members if one.values.get("deleted_at") is not None]
    values["deleted_at"] = max(gone) if len(gone) == len(members) else None
    if kind == "customer":
        seen = [one.values["first_seen_at"] for one in members if one.values.get("first_seen_at") is not None]
        values["first_seen_at"] = min(seen) if seen else None
    return Chosen(values, by)


def _best(told: Sequence[Member], field: str, places: Mapping[str, int]) -> Member:
    # One who signs up with somebody's telephone does not change how she is reached.
    spelled = [folded(str(one.values[field])) if field in ("email", "phone") else "" for one in told]
    held = Counter(spelled)
    ranked = (
        (
            one.values.get("deleted_at") is not None,
            field in ("name", "contact_name") and _is_short(one.values[field]),
            -held[text],
            places.get(one.vendor or _FILE, len(places)),
            -one.updated_at.timestamp(),
            one.id,
            one,
        )
        for one, text in zip(told, spelled, strict=True)
    )
    return min(ranked, key=lambda rank: rank[:-1])[-1]


def _is_short(name: str) -> bool:
    """Whether a name leaves part of it out."""
    parts = words(name)
    return len(parts) < 2 or any(len(part) == 1 for part in parts)  # noqa: PLR2004 - given and family name
