"""What the day of a fact is called by itself: its weekday, and whether it lies in the weekend."""

from datetime import date
from typing import Any, Literal

from sqlalchemy import Integer, case
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import GenericFunction

DayPart = Literal["weekday", "part_of_week"]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKING_DAYS, WEEKEND = "Working days", "Weekend"
DAY_PARTS: dict[DayPart, tuple[str, ...]] = {"weekday": WEEKDAYS, "part_of_week": (WORKING_DAYS, WEEKEND)}
"""The members of each, in their order."""


class _IsoWeekday(GenericFunction[int]):
    """1 (Monday) to 7 (Sunday), of a date column."""

    name = "smb_iso_weekday"
    type = Integer()
    inherit_cache = True


@compiles(_IsoWeekday, "sqlite")
def _sqlite(element: _IsoWeekday, compiler: SQLCompiler, **kw: Any) -> str:
    # strftime %w: Sunday = 0
    return f"((strftime('%w', {compiler.process(element.clauses, **kw)}) + 6) % 7 + 1)"


@compiles(_IsoWeekday, "postgresql")
def _postgresql(element: _IsoWeekday, compiler: SQLCompiler, **kw: Any) -> str:
    return f"extract(isodow from {compiler.process(element.clauses, **kw)})::int"


def day_part(day: ColumnElement[date], part: DayPart) -> ColumnElement[str]:
    """The name of what a date column lies in."""
    number = _IsoWeekday(day)
    if part == "weekday":
        return case(dict(enumerate(WEEKDAYS, start=1)), value=number)
    return case((number >= 6, WEEKEND), else_=WORKING_DAYS)  # noqa: PLR2004 — Saturday


def place_of(name: ColumnElement[str], members: tuple[str, ...]) -> ColumnElement[int]:
    """Where a name stands in the order of its kind."""
    return case({member: i for i, member in enumerate(members)}, value=name, else_=len(members))
