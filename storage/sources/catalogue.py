"""What is known of a database that is not ours: its tables and columns, as they were found, and how each is to be read.

It is data: it is kept with the data source as JSON, and everything else (mapped classes, the draft of a semantic layer)
is made from it again. Names are the database's own and may be anything; `attribute` is a name that is safe in code.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Dialect = Literal["sqlite", "postgresql"]
Kind = Literal["text", "number", "date", "boolean", "other"]
"""What the values of a column are, whatever they are stored as."""
Form = Literal[
    "plain", "text", "numeric", "numeric_text", "comma_text", "date", "moment", "zoned_moment", "iso", "compact", "dmy", "mdy",
    "epoch", "epoch_ms", "flag", "presence", "full_name", "days_between", "difference",
]  # fmt: skip
"""How a stored value becomes one that can be asked: `iso`, `compact` (20250301), `dmy` and `mdy` are dates as text,
`epoch` seconds since 1970, `comma_text` a number as "1.234,50", `flag` a yes or no whatever it is written as, `presence` whether a column is filled,
`full_name` a first and a last name, `days_between` the days from one date to another, `difference` one number less another."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnFacts(_Part):
    """One column as it was found. Counts are over the rows that were looked at (`TableFacts.looked_at`)."""

    name: str
    type: str
    """The database's own word for it."""
    kind: Kind
    form: Form
    filled: int = 0
    distinct: int = 0
    is_whole: bool = False
    """Whether every number is an integer."""
    low: float | None = None
    high: float | None = None
    first: date | None = None
    last: date | None = None
    longest: int = 0
    """Characters of the longest value looked at."""
    samples: tuple[str, ...] = ()
    truths: tuple[str, ...] = ()
    """Of a flag: the written values that mean yes."""
    mixed: bool = False
    """Whether some values are of another kind than the rest; those are read as empty."""


class ForeignKey(_Part):
    """Many-to-one: `column` holds the `target_column` of `target`, which is unique there."""

    column: str
    target: str
    target_column: str
    declared: bool
    confidence: float = Field(ge=0, le=1)
    reason: str


class TableFacts(_Part):
    """One table or view."""

    name: str
    space: str | None = None
    """The schema, where the database has such."""
    is_view: bool = False
    rows: int = 0
    looked_at: int = 0
    """Rows that the columns' facts are made of; fewer than `rows` in a large table."""
    key: str | None = None
    """The one column that tells rows apart: the primary key, else one that was seen to be filled and unique."""
    key_is_declared: bool = False
    columns: tuple[ColumnFacts, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()

    def column(self, name: str) -> ColumnFacts:
        """Raises KeyError."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            raise KeyError(name)
        return found


class SourceCatalogue(_Part):
    """A database at the time it was looked at. `left_out` says in sentences what was not looked at, and why."""

    dialect: Dialect
    tables: tuple[TableFacts, ...] = ()
    left_out: tuple[str, ...] = ()

    def table(self, name: str) -> TableFacts:
        """Raises KeyError."""
        found = next((table for table in self.tables if table.name == name), None)
        if found is None:
            raise KeyError(name)
        return found


class BoundColumn(_Part):
    """One attribute of a mapped class: the column it reads, and how. `labels` are what a flag's yes and no are called;
    `other` is the second column of what is read from two."""

    attribute: str
    column: str
    form: Form
    labels: tuple[str, str] | None = None
    truths: tuple[str, ...] = ()
    other: str | None = None
    forms: tuple[Form, Form] | None = None


class BoundTable(_Part):
    """A table and the attributes that its mapped class has. The class's name is `name`."""

    name: str
    table: str
    space: str | None = None
    key: str | None = None
    """The column that becomes the attribute `id`; without one every row has the id 1, which is enough to count them."""
    columns: tuple[BoundColumn, ...] = ()


class Binding(_Part):
    """How a semantic model's names are read from a database."""

    dialect: Dialect
    tables: tuple[BoundTable, ...]
