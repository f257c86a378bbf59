"""What the fields of a rule are in the store: columns, and bounds as these hold them. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from storage.kernel.errors import invalid
from storage.kernel.money import to_micros
from storage.repositories.ingestion import UNIFIED
from tools.lineage.reading import PLUMBING
from tools.lineage.words import field_name, shown_columns, table_of, word_of

_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class FieldOf:
    """A column of a unified table. `kind`: what it holds."""

    table: str
    column: str
    kind: type

    @property
    def is_number(self) -> bool:
        return self.kind in (int, float, Decimal)

    @property
    def scale(self) -> int:
        """What a value is kept times."""
        return 1_000_000 if self.column.endswith(("_micros", "_e6")) else 1


def table_named(kind: str, pointer: str = "/type") -> str:
    """Raises CopilotError (invalid) for a kind of record that there is none of."""
    table = table_of(kind)
    if table is None:
        raise invalid(f"There are no records called “{kind[:40]}”.", pointer=pointer)
    return table


def field_named(table: str, name: str, pointer: str = "/check/field") -> FieldOf:
    """A field by its name or its column's. Raises CopilotError (invalid) with the fields that there are."""
    columns = UNIFIED[table].__table__.columns
    wanted = name.strip().lower().replace(" ", "_").replace("-", "_")
    for column in columns:
        if column.key not in PLUMBING and wanted in (column.key, field_name(column.key)):
            return FieldOf(table, column.key, column.type.python_type)
    known = ", ".join(field_name(one) for one in shown_columns([column.key for column in columns])[:_SHOWN])
    kind = word_of(table).replace("_", " ")
    raise invalid(f"A {kind} has no field “{name[:40]}”.", pointer=pointer, hint=f"It has {known}.")


def stored(field: FieldOf, value: Decimal | date | None, pointer: str) -> Any:
    """A bound as the column holds it. Raises CopilotError (invalid) for one of another kind."""
    if value is None:
        return None
    if isinstance(value, date):
        if field.kind is not date:
            raise invalid(f"{field_name(field.column)} is no day.", pointer=pointer)
        return value
    if not field.is_number:
        raise invalid(f"{field_name(field.column)} is no number.", pointer=pointer)
    if field.scale != 1:
        return to_micros(value)
    return float(value) if field.kind is float else value


def needs_text(field: FieldOf, pointer: str = "/check/field") -> FieldOf:
    """Raises CopilotError (invalid) for a field that holds no text."""
    if field.kind is not str:
        raise invalid(f"{field_name(field.column)} holds no text.", pointer=pointer)
    return field


def needs_number(field: FieldOf, pointer: str = "/check/field") -> FieldOf:
    """Raises CopilotError (invalid) for a field that cannot be added up."""
    if not field.is_number or field.kind in (date, datetime):
        raise invalid(f"{field_name(field.column)} cannot be added up.", pointer=pointer)
    return field
