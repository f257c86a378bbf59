"""XLSX: cells as text. A formula is never evaluated; what the workbook last showed for it is its value."""

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.files.header import find_header, first_data_row, headings_for
from tools.connectors.files.table import FileShape, Row

_LARGEST: Final = 512 << 20
"""Uncompressed bytes of a whole workbook."""
_RATIO: Final = 200
"""Real sheets compress 5 to 40 times; a bomb about 1,000 times."""
_RATIO_MATTERS_FROM: Final = 16 << 20
_MOST_PARTS: Final = 10_000
_LOCAL_HEADER: Final = 30
"""Bytes before the name of a part (APPNOTE 4.3.7)."""
_EXACT: Final = 1e15
"""Whole numbers below it are exact in a cell."""
_SNIFFED_ROWS: Final = 200
Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta | None


def sniff_workbook(path: Path) -> FileShape:
    """The shape of the sheet with the most cells. Raises CopilotError for a bomb, a broken or an empty workbook."""
    refuse_bomb(path)
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets: list[tuple[int, str]] = []
            for meta in book.sheets_metadata:
                if meta.visible == SheetVisibleEnum.Visible:
                    sheet = book.get_sheet_by_name(meta.name)
                    sheets.append((sheet.height * sheet.width, meta.name))
            filled = sorted((s for s in sheets if s[0]), key=lambda s: -s[0])
            if not filled:
                raise CopilotError(ErrorKind.INVALID, "The workbook has no visible sheet with content.")
            name = filled[0][1]
            others = tuple(other for _, other in filled[1:])
            head = _rows(path, name, limit=_SNIFFED_ROWS)
            numbered = [(line, cells) for line, cells in head if any(cell.strip() for cell in cells)]
    except PasswordError as error:
        raise CopilotError(ErrorKind.UNSUPPORTED, "The workbook is protected by a password.") from error
    except (CalamineError, OSError) as error:
        raise CopilotError(
            ErrorKind.INVALID, "The workbook cannot be read.", hint="Save it again as XLSX or CSV."
        ) from error
    rows = [cells for _, cells in numbered]
    index = find_header(rows)
    start = index + 1 if index is not None else first_data_row(rows)
    notes: list[str] = []
    if others:
        notes.append(f"The sheet {name!r} was read; {', '.join(map(repr, others[:5]))} was left out.")
    if index is None:
        notes.append("The sheet has no row of headings; its columns are numbered.")
    return FileShape(
        format="xlsx",
        columns=headings_for(rows if index is not None else rows[start:], index),
        header_line=numbered[index][0] if index is not None else None,
        first_line=numbered[start][0] if start < len(numbered) else numbered[-1][0] + 1,
        sheet=name,
        other_sheets=others,
        notes=tuple(notes),
    )


def read_workbook(path: Path, shape: FileShape) -> Iterator[Row]:
    """Every non-empty row of the sheet from `shape.first_line` on."""
    width = len(shape.columns)
    for line, cells in _rows(path, shape.sheet or "", limit=None):
        if line < shape.first_line or not any(cells):
            continue
        if any(cells[width:]):
            yield Row(line, cells, f"the row has {len(cells)} cells, the headings are {width}")
            continue
        if any("\0" in cell for cell in cells):
            yield Row(
                line, [cell.replace("\0", "\u2400") for cell in cells], "the row holds NUL characters: it is damaged"
            )
            continue
        yield Row(line, (cells + [""] * width)[:width])


def refuse_bomb(path: Path) -> None:
    """Inflates every part, without keeping it, and stops where it grows beyond measure: declared sizes can lie."""
    bomb = CopilotError(
        ErrorKind.TOO_LARGE,
        "The workbook unpacks to far more than its size: it was not opened.",
        hint="Save the sheet as CSV; large CSV files are read as a stream.",
    )
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST:
                raise bomb
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise CopilotError(ErrorKind.UNSUPPORTED, "The file is an archive, not an XLSX workbook.")
            total = 0
            for part in parts:
                if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise CopilotError(ErrorKind.UNSUPPORTED, "The workbook is encrypted or packed in a rare way.")
                size = _inflated(raw, part) if part.compress_type == zipfile.ZIP_DEFLATED else part.compress_size
                total += size
                if total > _LARGEST or (size > _RATIO_MATTERS_FROM and size > _RATIO * max(1, part.compress_size)):
                    raise bomb
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise CopilotError(
            ErrorKind.INVALID, "The workbook is damaged.", hint="Save it again as XLSX or CSV."
        ) from error


def _inflated(file: BinaryIO, part: zipfile.ZipInfo) -> int:
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER:
        raise zipfile.BadZipFile("a local header is cut")
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left, size = part.compress_size, 0
    inflater = zlib.decompressobj(-15)
    while left > 0 and (chunk := file.read(min(left, 1 << 16))):
        left -= len(chunk)
        while chunk:
            size += len(inflater.decompress(chunk, 1 << 20))
            chunk = inflater.unconsumed_tail
            if size > _LARGEST:
                return size
    return size


def _rows(path: Path, sheet: str, *, limit: int | None) -> Iterator[tuple[int, list[str]]]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(path)) as book:
        table = book.get_sheet_by_name(sheet)
        first = (table.start or (0, 0))[0] + 1
        for offset, cells in enumerate(table.iter_rows()):
            if limit is not None and offset >= limit:
                return
            yield first + offset, [_text(cell) for cell in cells]


def _text(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)
