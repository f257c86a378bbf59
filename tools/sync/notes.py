"""What is noted of a run beside its rows: how much was read, what could not be, and which fields are new to us."""

from collections.abc import Sequence
from typing import Any, Final

from storage.kernel.text import legible
from tools.ingestion.mapping.rosetta import TakenObject

_MOST_PROBLEMS: Final = 50
_MOST_UNKNOWN: Final = 100
_LOOKED_AT: Final = 5
"""Objects of a kind's first pages in a run whose every leaf is looked at, and of those that are written together later the
first: a field that the vendor adds is in all of them."""


class RunNotes:
    """Kept in the batch's profile, with each transaction."""

    def __init__(self, profile: dict[str, Any]) -> None:
        self._objects: dict[str, int] = dict(profile.get("objects", {}))
        self._problems: list[dict[str, str]] = list(profile.get("problems", ()))
        self._count: int = profile.get("problem_count", 0)
        self._unknown: dict[str, None] = dict.fromkeys(profile.get("unknown_fields", ()))
        self._unread: set[str] = set(profile.get("unread", ()))
        self._looked_at: set[str] = set()

    def add(self, taken: Sequence[TakenObject]) -> None:
        looked_at: dict[str, int] = {}
        for one in taken:
            kind = one.object
            self._objects[kind] = self._objects.get(kind, 0) + 1
            self._count += len(one.problems)
            for problem in one.problems[: max(0, _MOST_PROBLEMS - len(self._problems))]:
                self._problems.append(
                    {
                        "object": kind,
                        "source_id": legible(one.source.source_id),
                        "pointer": legible(problem.pointer[len(one.pointer) :]),
                        "message": legible(problem.message),
                    }
                )
            looked = looked_at.get(kind, 0)
            if looked < (1 if kind in self._looked_at else _LOOKED_AT) and len(self._unknown) < _MOST_UNKNOWN:
                looked_at[kind] = looked + 1
                self._note_unknown(one)
        self._looked_at |= looked_at.keys()

    def refused(self, kind: str, message: str) -> None:
        """A kind of object, or a part of it, that the vendor does not let us read: told once."""
        message = legible(message)
        if any((one["object"], one["message"]) == (kind, message) for one in self._problems):
            return
        self._count += 1
        self._problems.append({"object": kind, "source_id": "", "pointer": "", "message": message})

    def unread(self, kind: str) -> None:
        """A list of these objects could not be read at all."""
        self._unread.add(kind)

    def is_unread(self, kind: str) -> bool:
        return kind in self._unread

    def _note_unknown(self, one: TakenObject) -> None:
        start, mapped = len(one.pointer), one.mapped()
        for leaf in mapped.unmapped(mapped.rows()):
            if leaf.why == "unknown" and leaf.pointer.startswith(one.pointer):
                names = [step for step in leaf.pointer[start:].split("/")[1:] if not step.isdigit()]
                self._unknown[legible(".".join((one.object, *names)))] = None

    def profile(self, *, full: bool) -> dict[str, Any]:
        return {
            "full": full,
            "objects": self._objects,
            "problems": self._problems,
            "problem_count": self._count,
            "unknown_fields": sorted(self._unknown)[:_MOST_UNKNOWN],
            "unread": sorted(self._unread),
        }

    @property
    def total(self) -> int:
        return sum(self._objects.values())
