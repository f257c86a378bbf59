"""Time is handed in, never read from the side: a clock is part of every unit of work."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Protocol
from zoneinfo import ZoneInfo

from pydantic import Field

AsOf = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(2200, 1, 1))]
"""A day to answer as if it were today: far enough from both ends of the calendar to count years from it."""


class Clock(Protocol):
    """Tells the present moment, always in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """A clock that stands where it was put, for tests and for answers `as of` a day."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def today(clock: Clock, timezone: str) -> date:
    """The calendar day that it is now in an IANA time zone."""
    return clock.now().astimezone(ZoneInfo(timezone)).date()
