"""Moments as vendors write them: ISO 8601 with and without an offset, Unix seconds and milliseconds, .NET's /Date()/,
and a local time beside its zone (vendor-facts.md, matrix, row "Time")."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Any, Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tools.ingestion.cells import minute_of
from tools.ingestion.records import When

_DOTNET: Final = re.compile(r"/Date\((-?\d{1,17})([+-]\d{4})?\)/")
_ISO: Final = re.compile(
    r"(?P<day>[+-]?\d{4}-\d{2}-\d{2})(?:[T ](?P<clock>\d{2}:\d{2}(?::\d{2})?)(?P<fraction>[.,]\d+)?"
    r"\s?(?P<zone>Z|z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
_COMPACT: Final = re.compile(r"\d{4}\d{2}\d{2}")
_COUNT: Final = re.compile(r"-?\d{1,17}(\.\d+)?")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS: Final = 6
_LONGEST_DATE: Final = 80
_OTHER_ZONES: Final = {
    "tzone://microsoft/utc": "UTC",
    "utc": "UTC",
    "gmt": "UTC",
    "coordinated universal time": "UTC",
    "greenwich mean time": "UTC",
    "kamchatka standard time": "Asia/Kamchatka",
    "mid-atlantic standard time": "Etc/GMT+2",
    "armenian standard time": "Asia/Yerevan",
    "mexico standard time": "America/Mexico_City",
    "mexico standard time 2": "America/Mazatlan",
}
"""Names of zones that neither IANA nor CLDR has, in lower case: Exchange's own for UTC (vendor-facts.md §9), and those that
Windows has given up, but that calendars have kept which were written with them."""


@dataclass(frozen=True, slots=True)
class Read:
    """A moment, or only a day where no time of day came. `offset_minutes` is the source's own."""

    at: datetime | None
    day: date | None = None
    offset_minutes: int | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether it lies in the year 1: so .NET writes a date that was never set (Xero, Microsoft Graph)."""
        return (self.at.date() if self.at is not None else self.day or _EPOCH.date()).year == 1

    def without_midnight(self) -> "Read":
        """Of midnight in UTC the day alone: so some vendors write days that have no time of day."""
        return Read(None, self.at.date()) if self.at is not None and self.at.time() == time() else self

    def when(self, zone: ZoneInfo) -> When:
        """As the unified schema keeps it: the day and minute are the tenant's. Raises ValueError for moments near the
        ends of the calendar."""
        try:
            if self.at is None:
                day = self.day or _EPOCH.date()
                return When(datetime.combine(day, time(), zone).astimezone(UTC), day)
            local = self.at.astimezone(zone)
            return When(self.at, local.date(), self.offset_minutes, minute_of(local))
        except OverflowError:
            raise ValueError("is beyond the calendar") from None

    def day_in(self, zone: ZoneInfo) -> date:
        """The calendar day: as written where only a day was, or where it has an offset of its own; else the tenant's."""
        if self.day is not None:
            return self.day
        return self.when(zone).on


def read_moment(value: Any, style: str, zone: str | None = None) -> Read:
    """A moment of a payload. `style` says what a bare number counts, or that only the `day` is meant, as it is written
    (a date that a vendor sends as midnight in UTC is the same day everywhere); `zone` is that of local times.

    Raises ValueError, with what is wrong in words, for what is none.
    """
    if style == "day":
        read = read_moment(value, "iso", "UTC")
        return Read(None, read.day if read.at is None else _own_day(read.at, read.offset_minutes or 0))
    if isinstance(value, dict):
        return _read_object(cast("dict[str, Any]", value), style, zone)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("is no moment")
    text = str(value).strip()
    try:
        if (match := _DOTNET.fullmatch(text)) is not None:
            return Read(_EPOCH + timedelta(milliseconds=int(match[1])), offset_minutes=_minutes(match[2]))
        if style != "iso" and _COUNT.fullmatch(text):
            count = Decimal(text) * (1000 if style == "unix" else 1)
            return Read(_EPOCH + timedelta(microseconds=int(count * 1000)))
        if _COMPACT.fullmatch(text):
            return Read(None, date(int(text[:4]), int(text[4:6]), int(text[6:])))
        match = _ISO.fullmatch(text)
        return _iso(match, zone) if match is not None else _mail_date(text)
    except OverflowError:
        raise ValueError("is beyond the calendar") from None


def _own_day(at: datetime, offset_minutes: int) -> date:
    try:
        return (at + timedelta(minutes=offset_minutes)).date()
    except OverflowError:
        raise ValueError("is beyond the calendar") from None


def _read_object(value: dict[str, Any], style: str, zone: str | None) -> Read:
    """`{dateTime, timeZone}` of Microsoft Graph and Google Calendar, or Google's `{date}` of a whole day."""
    if value.get("date"):
        return read_moment(value["date"], style)
    named = value.get("timeZone")
    return read_moment(value.get("dateTime"), style, named if isinstance(named, str) else zone)


def _iso(match: "re.Match[str]", zone: str | None) -> Read:
    day = date.fromisoformat(match["day"])
    if match["clock"] is None:
        return Read(None, day)
    clock = time.fromisoformat(match["clock"])
    fraction = int(((match["fraction"] or ".0")[1:] + "000000")[:_MICROSECONDS])
    local = datetime.combine(day, clock) + timedelta(microseconds=fraction)
    said = match["zone"]
    if said in ("Z", "z", "UTC"):
        return Read(local.replace(tzinfo=UTC), offset_minutes=0)
    if said is not None:
        offset = _minutes(said.replace(":", "")) or 0
        return Read(local.replace(tzinfo=timezone(timedelta(minutes=offset))).astimezone(UTC), offset_minutes=offset)
    if zone is not None:
        at = local.replace(tzinfo=zone_named(zone))
        offset = at.utcoffset() or timedelta()
        return Read(at.astimezone(UTC), offset_minutes=int(offset.total_seconds() // 60))
    if local.time() == time():
        return Read(None, day)
    raise ValueError("is a local time, and nothing says of which zone")


def _mail_date(text: str) -> Read:
    """`Fri, 27 Nov 2026 10:00:00 +0100` (RFC 5322, section 3.3)."""
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(text[:_LONGEST_DATE])
    except (ValueError, IndexError, TypeError):
        raise ValueError("is no moment") from None
    if at.tzinfo is None:  # "-0000": UTC, and nothing is said of the sender's own zone
        return Read(at.replace(tzinfo=UTC))
    return Read(at.astimezone(UTC), offset_minutes=int((at.utcoffset() or timedelta()).total_seconds() // 60))


def _minutes(offset: str | None) -> int | None:
    """ "+0130" → 90."""
    if not offset:
        return None
    minutes = int(offset[1:3]) * 60 + int(offset[3:5] or 0)
    return -minutes if offset[0] == "-" else minutes


def zone_named(name: str) -> ZoneInfo:
    """A time zone by its IANA name, or by the one that Windows has for it (Microsoft Graph uses those), which counts in
    any case. Raises ValueError for what is none."""
    try:
        return ZoneInfo(_windows_zones().get(name.casefold(), name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"stands in the time zone “{name[:60]}”, which is not known") from None


@cache
def _windows_zones() -> dict[str, str]:
    """Names that are not IANA's, in lower case → IANA's."""
    from babel.core import get_global

    windows = cast("dict[str, str]", get_global("windows_zone_mapping"))
    return {name.casefold(): zone for name, zone in windows.items()} | _OTHER_ZONES
