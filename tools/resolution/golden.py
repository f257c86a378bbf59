"""The values that a row shows which stands for several. Pure.

Field by field the source that golden.yaml names first is believed; of one source, what was changed last. A full name is
better than an initial, what is there better than what its source has deleted, a mailbox or number that most have better than
another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from tools.kit.yaml_text import parse_yaml
from tools.resolution.features import folded, words

_FILE: Final = "file"


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
def _priorities() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = parse_yaml(Path(__file__).with_name("golden.yaml").read_text("utf-8"))
    return found


def best_of(kind: str, members: Sequence[Member]) -> Chosen:
    """The values of the row for `members`, two or more. `kind` is customer or product."""
    values: dict[str, Any] = {}
    by: dict[str, str] = {}
    for field, order in _priorities()[kind].items():
        told = [one for one in members if one.values.get(field) not in (None, "")]
        if not told:
            values[field] = None
            continue
        place = {vendor: at for at, vendor in enumerate(order)}
        first = min(
            told,
            key=lambda one: (
                one.values.get("deleted_at") is not None,
                field in ("name", "contact_name") and _is_short(one.values[field]),
                -_held_by(told, field, one) if field in ("email", "phone") else 0,
                place.get(one.vendor or _FILE, len(order)),
                -one.updated_at.timestamp(),
                one.id,
            ),
        )
        values[field], by[field] = first.values[field], first.id
    if kind == "product" and values["list_price_micros"] is not None:
        values["currency"] = next(one for one in members if one.id == by["list_price_micros"]).values.get("currency")
    gone = [one.values["deleted_at"] for one in members if one.values.get("deleted_at") is not None]
    values["deleted_at"] = max(gone) if len(gone) == len(members) else None
    if kind == "customer":
        seen = [one.values["first_seen_at"] for one in members if one.values.get("first_seen_at") is not None]
        values["first_seen_at"] = min(seen) if seen else None
    return Chosen(values, by)


def _held_by(members: Sequence[Member], field: str, one: Member) -> int:
    """How many say the same: one who signs up with somebody's telephone does not change how she is reached."""
    return sum(folded(str(other.values[field])) == folded(str(one.values[field])) for other in members)


def _is_short(name: str) -> bool:
    """Whether a name leaves part of it out."""
    parts = words(name)
    return len(parts) < 2 or any(len(part) == 1 for part in parts)  # noqa: PLR2004 - given and family name
