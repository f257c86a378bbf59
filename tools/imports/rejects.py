"""Rejected rows: how they are kept, and the CSV that an owner mends and imports again."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from storage.models.ingestion import ImportReject
from tools.ingestion.pipeline import Reject
from tools.ingestion.values import is_number

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_EXTRA: Final = "Cells beyond the headings"
_LONGEST_VALUE: Final = 1_000


def reject_values(reject: Reject, columns: Sequence[str], batch_id: str) -> dict[str, Any]:
    """An ImportReject as bulk_insert takes it."""
    cells = [_storable(cell) for cell in reject.cells]
    row: dict[str, Any] = dict(zip(columns, cells, strict=False))
    if len(cells) > len(columns):
        row[_EXTRA] = cells[len(columns) :]
    return {
        "batch_id": batch_id,
        "position": reject.line,
        "column": reject.column,
        "value": _storable(reject.value)[:_LONGEST_VALUE] if reject.value is not None else None,
        "reason": reject.reason,
        "row": row,
    }


def reject_header(columns: Sequence[str]) -> str:
    return _line([*columns, _EXTRA, "Line", "Column", "Reason"])


def reject_line(reject: ImportReject, columns: Sequence[str]) -> str:
    cells = [str(reject.row.get(column, "")) for column in columns]
    extra = "; ".join(str(cell) for cell in reject.row.get(_EXTRA, ()))
    return _line([*cells, extra, str(reject.position), reject.column or "", reject.reason])


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([_harmless(cell) for cell in cells])
    return buffer.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet runs a cell that starts like a formula; an apostrophe makes it text. Numbers stay numbers."""
    if cell.startswith(_FORMULA_STARTS) and not is_number(cell):
        return f"'{cell}"
    return cell


def _storable(cell: str) -> str:
    return cell.replace("\0", "\u2400").encode("utf-8", "replace").decode()
