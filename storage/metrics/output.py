"""A compiled statement, and what each of its columns is."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select

Role = Literal[
    "dimension", "time", "period", "metric", "previous", "change", "change_pct", "share", "count", "key", "rows",
    "place", "places", "size", "later", "per_head", "step", "share_of_other", "lift", "aside",
]  # fmt: skip
"""`place` is that of a row in the ranking of all `places`. What follows is of analyses: how many things a row is a part of, how many buckets of time later it lies, a figure per
customer, how many took a step, the share of the other one of a pair, its lift, and what is told beside the rows. A key
tells apart members of equal name, and is never shown."""


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of the statement. A metric's figure is `raw × 10^(-6 × micros)`."""

    name: str
    role: Role
    subject: str
    """The metric or dimension it shows."""
    micros: int = 0
    members: tuple[str, ...] = ()
    """Names of members that the statement gives by their number."""


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    statement: Select[Any]
    columns: tuple[OutputColumn, ...]

    def cut(self, limit: int, offset: int) -> "CompiledQuery":
        """A page of a query without a limit of its own."""
        return CompiledQuery(self.statement.limit(limit).offset(offset), self.columns)
