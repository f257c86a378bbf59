"""What a unified row is made of, before arithmetic."""

from dataclasses import dataclass, field
from typing import Any

from tools.ingestion.mapping.fields import Traced


@dataclass(slots=True)
class Node:
    """One unified row to be: its values, and the rows that hang on it. `fields` say where each value came from, where
    that was noted; `place` tells rows of one list apart; `of` is the object whose name goes into its key, where that is
    another than the one it is read from."""

    row: str
    rule: str
    fields: dict[str, Traced] = field(default_factory=dict[str, Traced])
    parts: dict[str, "list[Node]"] = field(default_factory=dict[str, "list[Node]"])
    place: int = 0
    of: str | None = None
    values: dict[str, Any] = field(default_factory=dict[str, Any])

    def put(self, name: str, traced: Traced) -> None:
        self.fields[name] = traced
        self.values[name] = traced.value

    def value(self, name: str) -> Any:
        return self.values.get(name)

    def part(self, name: str) -> "Node | None":
        found = self.parts.get(name)
        return found[0] if found else None
