"""Finds the row that names the columns, below titles and blank lines; or that there is none."""

import re
from collections import Counter

from tools.connectors.files.table import unique_headings

_LOOKED_AT = 40
_FILLED = 0.6
_LABELS = 0.7
_LONGEST = 100
# Numbers, dates, amounts and the like: what a heading hardly ever is.
_VALUE = re.compile(
    r"^[^\w]*[-+(]?[\d.,:/\\ '%€$£-]*\d[\d.,:/\\ '%€$£TZ+-]*\)?$|^(true|false|null|nan)$", re.IGNORECASE
)
_YEARLIKE = re.compile(r"^(19|20)\d\d([-/](0?[1-9]|1[0-2]))?$")


def looks_like_a_value(cell: str) -> bool:
    return bool(_VALUE.match(cell)) and not _YEARLIKE.match(cell)


def find_header(rows: list[list[str]]) -> int | None:
    """The index of the row of headings among a file's first rows; None where every row is data."""
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    usual = Counter(n for n in filled if n).most_common(1)
    if not usual:
        return None
    body = [n for n in filled if n > 1] or [n for n in filled if n]
    width = max(1, sorted(body)[len(body) // 2])
    for index, row in enumerate(rows[:_LOOKED_AT]):
        if filled[index] < max(1, _FILLED * width) or (width > 1 and filled[index] == 1):
            continue
        return index if _is_header(row, rows[index + 1 :]) else None
    return None


def first_data_row(rows: list[list[str]]) -> int:
    """Where a file without headings starts: its first row that is as wide as most."""
    widths = Counter(len(row) for row in rows if any(row))
    usual = widths.most_common(1)[0][0]
    return next(index for index, row in enumerate(rows) if len(row) == usual and any(row))


def headings_for(rows: list[list[str]], index: int | None) -> tuple[str, ...]:
    """Unique headings, as many as the widest of the rows that follow needs."""
    if index is None:
        return unique_headings([""] * max(len(row) for row in rows))
    header = list(rows[index])
    body = [len(_without_empty_tail(row)) for row in rows[index + 1 :]]
    usual = Counter(n for n in body if n).most_common(1)
    width = max(len(_without_empty_tail(header)), usual[0][0] if usual else 0)
    return unique_headings((header + [""] * width)[:width])


def _without_empty_tail(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _is_header(row: list[str], below: list[list[str]]) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    labels = [cell for cell in cells if not looks_like_a_value(cell) and len(cell) <= _LONGEST]
    if len(labels) < _LABELS * len(cells):
        return False
    # A heading is not one of its own column's values; short codes may be by chance, so most must be free of it.
    repeated = 0
    for position, cell in enumerate(row):
        # Reports that are glued together repeat their headings whole.
        column = [other[position].strip() for other in below if position < len(other) and other != row]
        repeated += bool(cell.strip()) and cell.strip() in column
    return repeated <= 0.3 * len(cells)
