"""The euro foreign exchange reference rates of the European Central Bank, as its file eurofxref-hist.csv holds them.

The bank publishes one rate per currency on each of its working days (TARGET days), in units of the currency for one
euro. On the days between, weekends and holidays, the last rate published before them holds; a rate that is older than
a week holds no longer (the longest pause, Good Friday to Easter Monday, is four days). An amount of one currency in
another, on a day, is amount × per_euro[other] ÷ per_euro[one]: one division and one rounding, no rounded cross rate.
"""

import csv
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from storage.kernel.errors import CopilotError, invalid
from storage.kernel.money import to_micros
from storage.repositories.rates import Published

EURO = "EUR"
LONGEST_HELD = timedelta(days=7)
"""How long after its day a rate holds where no newer one is published."""
LARGEST_FILE = 64 * 1024 * 1024
_LARGEST_RATE = Decimal(10) ** 9
_MISSING = ("", "N/A")

_ONE = 1_000_000


@dataclass(frozen=True, slots=True)
class DatedRate:
    """Units for one euro × 10⁶, and the day on which that was published."""

    per_euro_micros: int
    published_on: date


def read_file(content: bytes, only: Collection[str] | None = None) -> Published:
    """The rates of the bank's CSV, or of the ZIP that it offers it in; of some currencies `only` where they are given,
    and always those of the euro: one euro is one euro. Raises CopilotError (invalid) with the line that is wrong."""
    if content[:2] == b"PK":
        content = _unpacked(content)
    if len(content) > LARGEST_FILE:
        raise invalid("A file of exchange rates has 64 MB at most.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _no_rates() from error
    return _read(text, only)


def _unpacked(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [info for info in packed.infolist() if info.filename.lower().endswith(".csv")]
            if len(names) != 1 or names[0].file_size > LARGEST_FILE:
                raise _no_rates()
            return packed.read(names[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _no_rates() from error


def _read(text: str, only: Collection[str] | None) -> Published:
    try:
        return _read_lines(csv.reader(io.StringIO(text)), only)
    except csv.Error as error:
        raise _no_rates() from error


def _read_lines(lines: Iterator[list[str]], only: Collection[str] | None) -> Published:
    heading = [cell.strip() for cell in next(lines, [])]
    if not heading or heading[0] != "Date":
        raise _no_rates()
    codes = [code for code in heading[1:] if code]
    if not codes or any(len(code) != len(EURO) or not (code.isascii() and code.isupper()) for code in codes):
        raise _no_rates()
    if len(set(codes)) < len(codes) or EURO in codes:
        raise invalid("The heading names a currency twice, or the euro itself.")
    wanted = [(i, code) for i, code in enumerate(heading) if code and i and (only is None or code in only)]
    found: Published = {code: {} for _, code in wanted} | {EURO: {}}
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            day = date.fromisoformat(cells[0].strip())
        except ValueError as error:
            raise invalid(f"Line {number}: “{cells[0][:40]}” is no date such as 2026-10-30.") from error
        found[EURO][day] = _ONE
        for i, code in wanted:
            if i < len(cells) and (said := cells[i].strip()) not in _MISSING:
                found[code][day] = _rate(said, code, number)
    kept = {code: days for code, days in found.items() if days}
    if not kept:
        raise invalid("The file holds no rate.")
    return kept


def _rate(said: str, code: str, line: int) -> int:
    try:
        value = Decimal(said)
    except InvalidOperation:
        value = Decimal("NaN")
    micros = to_micros(value) if value.is_finite() and abs(value) <= _LARGEST_RATE else 0
    if micros <= 0:
        raise invalid(f"Line {line}: “{said[:40]}” is no rate of {code}.")
    return micros


def _no_rates() -> CopilotError:
    return invalid(
        "This is no file of exchange rates.",
        hint="It is the ECB's eurofxref-hist.csv, or the ZIP of it: a heading “Date,USD,JPY,…” and a line for each day.",
    )


def on_each_day(published: Mapping[date, int], first: date, last: date) -> dict[date, DatedRate]:
    """The rate of every calendar day from `first` to `last` that one holds for."""
    found: dict[date, DatedRate] = {}
    newest: date | None = None
    for offset in range(-LONGEST_HELD.days, (last - first).days + 1):
        day = first + timedelta(days=offset)
        newest = day if day in published else newest
        if newest is not None and day >= first and day - newest <= LONGEST_HELD:
            found[day] = DatedRate(published[newest], newest)
    return found
