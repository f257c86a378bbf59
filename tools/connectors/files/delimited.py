"""Comma-, semicolon-, tab- and pipe-separated text: told apart by evidence, read as a stream."""

import csv
import math
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.files.bytes_scan import scan_text
from tools.connectors.files.header import find_header, first_data_row, headings_for
from tools.connectors.files.table import MAX_COLUMNS, FileShape, Row

_DELIMITERS: Final = (",", ";", "\t", "|")
_SNIFFED_LINES: Final = 400
_SNIFFED_CHARACTERS: Final = 1 << 20
_LONGEST_RECORD: Final = 1_000
"""Physical lines of one record; more means that a quotation mark was never closed."""
_UNCLOSED: Final = "a quotation mark is opened and never closed"
# Bytes that UTF-8 could not read come as U+DC80…U+DCFF (PEP 383); each is the Windows-1252 character of that byte.
_STRAY_BYTES: Final = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)
}


def sniff_delimited(path: Path) -> FileShape:
    """The shape of a delimited text file. Raises CopilotError where it is empty or has no rows."""
    scan = scan_text(path)
    notes: list[str] = []
    if scan.mixed:
        notes.append("The file mixes two encodings (UTF-8 and Windows-1252); both were read.")
    probe = FileShape(format="csv", columns=("?",), encoding=scan.encoding, mixed_encoding=scan.mixed)
    lines = _head(path, probe)
    # Excel's own way to name the delimiter: a first line of "sep=;".
    named = lines[0].strip().strip('"') if lines else ""
    skipped = 0
    if named.lower().startswith("sep=") and len(named) == len("sep=;"):
        delimiter, skipped = named[-1], 1
    else:
        delimiter = _delimiter(lines)
    escape = "\\" if _escapes_with_backslash(lines[skipped:], delimiter) else None
    dialect = _options(delimiter, escape)
    records = [(line, cells) for line, cells, _ in _records(iter(lines[skipped:]), dialect)]
    while records and not any(cell.strip() for cell in records[0][1]):
        records.pop(0)
    if not records:
        raise CopilotError(ErrorKind.INVALID, "The file has no rows.", hint="Export it again and check its content.")
    rows = [cells for _, cells in records]
    index = find_header(rows)
    start = (index + 1) if index is not None else first_data_row(rows)
    columns = headings_for(rows if index is not None else rows[start:], index)
    if len(columns) > MAX_COLUMNS:
        raise CopilotError(
            ErrorKind.UNSUPPORTED, f"The file has {len(columns)} columns; at most {MAX_COLUMNS} can be read."
        )
    if index is None:
        notes.append("The file has no row of headings; its columns are numbered.")
    elif index:
        notes.append(f"The first {records[index][0] + skipped - 1} lines above the headings were passed over.")
    first = records[start][0] if start < len(records) else records[-1][0] + 1
    return FileShape(
        format="csv",
        columns=columns,
        header_line=records[index][0] + skipped if index is not None else None,
        first_line=first + skipped,
        encoding=scan.encoding,
        mixed_encoding=scan.mixed,
        delimiter=delimiter,
        escape=escape,
        has_nul=scan.has_nul,
        notes=tuple(notes),
    )


def read_delimited(path: Path, shape: FileShape) -> Iterator[Row]:
    """Every record from `shape.first_line` on, blank lines left out."""
    width = len(shape.columns)
    for line, cells, problem in _records(_lines(path, shape), _options(shape.delimiter, shape.escape)):
        if line < shape.first_line:
            continue
        if problem is not None:
            yield Row(line, cells, problem)
            continue
        if len(cells) != width:
            if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                cells = cells[:width]  # noqa: PLW2901 - trailing delimiters add nothing
            elif len(cells) < width:
                cells = cells + [""] * (width - len(cells))  # noqa: PLW2901 - some programs leave out empty last cells
            else:
                yield Row(line, cells, f"the line has {len(cells)} cells, the headings are {width}")
                continue
        if not any(cells):
            continue
        if shape.has_nul and any("\0" in cell for cell in cells):
            # NUL cannot be kept as text by PostgreSQL, and a file that holds one is damaged there.
            yield Row(line, [cell.replace("\0", "\u2400") for cell in cells], "the line holds NUL bytes: it is damaged")
            continue
        yield Row(line, cells)


def _options(delimiter: str, escape: str | None) -> dict[str, Any]:
    return {"delimiter": delimiter, "escapechar": escape, "doublequote": escape is None, "skipinitialspace": False}


def _lines(path: Path, shape: FileShape) -> Iterator[str]:
    with path.open(
        encoding=shape.encoding, errors="surrogateescape" if "utf-16" not in shape.encoding else "replace", newline=""
    ) as file:
        if shape.mixed_encoding or shape.encoding not in ("utf-8", "utf-8-sig"):
            for line in file:
                yield line if line.isascii() else line.translate(_STRAY_BYTES)
        else:
            yield from file


def _head(path: Path, shape: FileShape) -> list[str]:
    lines: list[str] = []
    size = 0
    for line in _lines(path, shape):
        lines.append(line)
        size += len(line)
        if len(lines) >= _SNIFFED_LINES or size >= _SNIFFED_CHARACTERS:
            break
    return lines


class _UnclosedQuoteError(Exception):
    """The record in hand does not end."""


class _Feed:
    """Hands physical lines to csv.reader, and keeps those of the record in hand so that they can be taken back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self._returned:
            line = self._returned.popleft()
        else:
            line = next(self._lines, None)
            if line is None:
                # csv.reader asks for one more line only inside a record, except right at the start of one.
                if self.taken:
                    raise _UnclosedQuoteError
                raise StopIteration
        self.number += 1
        self.taken.append(line)
        if len(self.taken) > _LONGEST_RECORD:
            raise _UnclosedQuoteError
        return line

    def keep_first(self) -> str:
        """Gives back all lines of the record in hand but its first, which is returned."""
        first, *rest = self.taken
        self._returned.extendleft(reversed(rest))
        self.number -= len(rest)
        return first


def _records(lines: Iterable[str], options: dict[str, Any]) -> Iterator[tuple[int, list[str], str | None]]:
    """(line, cells, problem) of every record; a record that never ends costs one line, not the rest of the file."""
    feed = _Feed(lines)
    reader = csv.reader(feed, **options)
    taken = feed.taken
    while True:
        try:
            for cells in reader:
                start = feed.number - len(taken) + 1
                taken.clear()
                yield start, cells, None
            return
        except (_UnclosedQuoteError, csv.Error) as error:
            problem = (
                _UNCLOSED
                if isinstance(error, _UnclosedQuoteError) or "limit" in str(error)
                else "the line cannot be read"
            )
            start = feed.number - len(taken) + 1
            first = feed.keep_first()
            taken.clear()
            yield start, first.rstrip("\r\n").split(options["delimiter"]), problem
            reader = csv.reader(feed, **options)


def _delimiter(lines: list[str]) -> str:
    """The delimiter under which most lines have the same, largest number of cells."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(
            len(cells)
            for _, cells, problem in _records(iter(lines), _options(delimiter, None))
            if cells and not problem
        )
        if not widths:
            continue
        width, count = max(
            widths.items(), key=lambda item: (item[1] * math.log(item[0] + 1e-9) if item[0] > 1 else 0, item[0])
        )
        score = count / sum(widths.values()) * math.log(width) if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _escapes_with_backslash(lines: list[str], delimiter: str) -> bool:
    """Whether quotes within a cell are written `\\"` and not, by RFC 4180, twice. A cell that ends in a backslash looks alike:
    where the file is a table only without it, it is none."""
    text = "".join(lines)
    if '\\"' not in text or '""' in text:
        return False
    return _unlike(lines, delimiter, "\\") <= _unlike(lines, delimiter, None)


def _unlike(lines: list[str], delimiter: str, escape: str | None) -> int:
    """How many records have another number of cells than most, or cannot be read."""
    found = [
        len(cells) if not problem else 0 for _, cells, problem in _records(iter(lines), _options(delimiter, escape))
    ]
    [(usual, _)] = Counter(width for width in found if width).most_common(1) or [(0, 0)]
    return sum(width != usual for width in found)
