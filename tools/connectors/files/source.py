"""The door: what kind of file it is (told from its content, not its name), and its rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.files.delimited import read_delimited, sniff_delimited
from tools.connectors.files.json_lines import read_json_lines, sniff_json_lines
from tools.connectors.files.table import FileShape, Row
from tools.connectors.files.workbook import read_workbook, sniff_workbook

_SIGNATURES: Final = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "a database"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)
_TOTALS: Final = frozenset(
    [
        "total",
        "totals",
        "grand total",
        "subtotal",
        "sub total",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "zwischensumme",
        "total général",
        "total general",
        "suma",
        "totale",
        "totaal",
        "somme",
    ]
)
_NARROW: Final = 2
"""Columns up to which a line with one filled cell may well be a record."""


def sniff(path: Path) -> FileShape:
    """How a file is to be read. Raises CopilotError where it is empty, damaged or of no kind that can be read."""
    if path.stat().st_size == 0:
        raise CopilotError(ErrorKind.INVALID, "The file is empty.", hint="Export it again and check that it has rows.")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return sniff_workbook(path)
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise CopilotError(
                ErrorKind.UNSUPPORTED, f"The file is {what}.", hint="Save it as CSV, TSV, XLSX or JSON Lines."
            )
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first == b"[":
        raise CopilotError(
            ErrorKind.UNSUPPORTED, "The file is one JSON array.", hint="Save it as JSON Lines: one object on each line."
        )
    return sniff_json_lines(path) if first == b"{" else sniff_delimited(path)


def rows(path: Path, shape: FileShape) -> Iterator[Row]:
    """The file's records in order, in bounded memory. What is no record carries a `problem`; nothing is left out
    but blank lines."""
    match shape.format:
        case "csv":
            stream = read_delimited(path, shape)
        case "xlsx":
            stream = read_workbook(path, shape)
        case "jsonl":
            stream = read_json_lines(path, shape)
    headings = list(shape.columns)
    wide = len(shape.columns) > _NARROW
    for row in stream:
        if row.cells == headings:
            yield row._replace(problem="the headings again, not a record")
        elif wide and row.problem is None and not (row.cells[0] and row.cells[1]):
            yield row._replace(problem=_not_a_record(row.cells))
        else:
            yield row


def _not_a_record(cells: list[str]) -> str | None:
    """Lines below a table that sum it up or comment on it."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if filled and filled[0].strip(" :").casefold() in _TOTALS and len(filled) < len(cells):
        return "a line of totals, not a record"
    if len(filled) == 1 and len(cells) > _NARROW + 1:
        return "a comment, not a record: only one cell is filled"
    return None
