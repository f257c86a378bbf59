"""What a record of an entity is to a person who looks at the rows behind a figure: its name, and what is shown of it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Amount(_Part):
    """A number of a record that is shown beside the figure: an expression over the entity's columns, in micro-units."""

    label: str
    expression: str
    unit: Literal["money", "quantity"]


class Whole(_Part):
    """Something that several records belong to: the order of its lines. `key` is a column path of the entity, `shows`
    are the dimensions that are the same for all records of one."""

    plural: str
    key: str
    shows: tuple[str, ...] = ()


class RecordShape(_Part):
    """`shows` are dimensions, in the order in which they are read. `currency` is the dimension that tells it."""

    plural: str
    shows: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    currency: str | None = None
    wholes: dict[str, Whole] = {}

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Every dimension that it names."""
        of_wholes = (name for one in self.wholes.values() for name in one.shows)
        return (*self.shows, *([self.currency] if self.currency else []), *of_wholes)
