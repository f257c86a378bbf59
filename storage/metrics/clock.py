"""The time of day of a fact, from its minutes since midnight in the tenant's time zone."""

from typing import Literal

from sqlalchemy import Integer, case, cast
from sqlalchemy.sql.elements import ColumnElement

ClockPart = Literal["hour", "part_of_day", "minute"]
MINUTES_IN_HOUR, MINUTES_IN_DAY = 60, 24 * 60
HOURS = tuple(f"{hour:02}:00" for hour in range(24))
"""Each named by its first minute."""
NIGHT, MORNING, AFTERNOON, EVENING = "Night", "Morning", "Afternoon", "Evening"
PARTS_OF_DAY: dict[str, tuple[int, int]] = {
    MORNING: (6, 12), AFTERNOON: (12, 18), EVENING: (18, 22), NIGHT: (22, 6),
}  # fmt: skip
"""From the one hour up to the other; the night goes over midnight."""
CLOCK_PARTS: dict[ClockPart, tuple[str, ...]] = {"hour": HOURS, "part_of_day": tuple(PARTS_OF_DAY), "minute": ()}
"""The members of each that has a name, in their order."""


def clock_part(minute: ColumnElement[int], part: ClockPart) -> ColumnElement[str] | ColumnElement[int]:
    """The name of what a column of minutes lies in; NULL where the source gave only a date."""
    if part == "minute":
        return minute
    if part == "hour":
        return case(dict(enumerate(HOURS)), value=cast(minute // MINUTES_IN_HOUR, Integer))
    bounds = [(first * MINUTES_IN_HOUR, last * MINUTES_IN_HOUR, name) for name, (first, last) in PARTS_OF_DAY.items()]
    within = [(minute.between(first, last - 1), name) for first, last, name in bounds if first < last]
    return case(*within, (minute.is_not(None), NIGHT))


def show_minute(minute: int) -> str:
    """ "18:30"; the end of the day is 24:00."""
    return f"{minute // MINUTES_IN_HOUR}:{minute % MINUTES_IN_HOUR:02}"
