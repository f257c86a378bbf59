"""Rows as files: CSV, XLSX and JSON. Nothing that came from outside is ever a formula."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from storage.kernel.errors import CopilotError, ErrorKind
from tools.kit.blocks import Cell, Column

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_SHEET_ROWS = 1_048_575
"""What a worksheet holds below its heading."""
_LONGEST_CELL = 32_767
_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm"}

Rows = Sequence[Sequence[Cell]]


def as_csv(columns: Sequence[Column], rows: Rows) -> bytes:
    """UTF-8 with a heading. Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
    injection); numbers stay numbers."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(_heading(column)) for column in columns])
    writer.writerows([_harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode()


def as_xlsx(columns: Sequence[Column], rows: Rows, title: str) -> bytes:
    """One sheet with typed cells: numbers as numbers, dates as dates, all else as text. Raises CopilotError (too large)."""
    import xlsxwriter

    if len(rows) > MOST_SHEET_ROWS:
        raise CopilotError(
            ErrorKind.TOO_LARGE,
            f"A worksheet holds {MOST_SHEET_ROWS:,} rows: these are {len(rows):,}.",
            hint="Take CSV.",
        )
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title})
    sheet = book.add_worksheet("Data")
    formats: list[Any] = [book.add_format({"num_format": _number_format(column)}) for column in columns]
    bold = book.add_format({"bold": True})
    for i, column in enumerate(columns):
        sheet.write_string(0, i, _heading(column), bold)
        sheet.set_column(i, i, max(12, min(40, len(_heading(column)) + 4)))
    sheet.freeze_panes(1, 0)
    for n, row in enumerate(rows, start=1):
        for i, (cell, column) in enumerate(zip(row, columns, strict=True)):
            _write(sheet, n, i, _moment(cell, column), formats[i])
    book.close()
    return out.getvalue()


def _write(sheet: Any, row: int, at: int, value: Cell | date, number_format: Any) -> None:
    match value:
        case None:
            pass
        case bool():
            sheet.write_boolean(row, at, value)
        case int() | float():
            sheet.write_number(row, at, value, number_format)
        case date():
            sheet.write_datetime(row, at, value, number_format)
        case str():
            sheet.write_string(row, at, value[:_LONGEST_CELL])


def _moment(cell: Cell, column: Column) -> Cell | date:
    """A cell of a column of dates as one; Excel knows no time zones."""
    if isinstance(cell, str) and column.type == "date":
        return date.fromisoformat(cell)
    if isinstance(cell, str) and column.type == "datetime":
        return datetime.fromisoformat(cell).replace(tzinfo=None)
    return cell


def _number_format(column: Column) -> str:
    if column.type in _FORMATS:
        return _FORMATS[column.type]
    if column.unit == "%":
        return "0.0%"
    return "#,##0" if column.type == "integer" else "#,##0.00"


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def _heading(column: Column) -> str:
    label = column.label or column.name
    return f"{label} ({column.unit})" if column.unit else label
