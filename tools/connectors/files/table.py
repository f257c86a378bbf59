"""What every file becomes: a shape that says how to read it, and a stream of rows of text."""

from typing import Literal, NamedTuple

from pydantic import Field

from tools.kit.capability import Contract

FileFormat = Literal["csv", "xlsx", "jsonl"]

MAX_COLUMNS = 1_000


class Row(NamedTuple):
    """One record. `line` is the physical line (or sheet row) it starts on, 1 being the first; `cells` are as many
    as the shape has columns, unless `problem` says why they are not a record."""

    line: int
    cells: list[str]
    problem: str | None = None


class FileShape(Contract):
    """How a file is to be read: found once by `sniff`, then the same for every later pass over it."""

    format: FileFormat
    columns: tuple[str, ...] = Field(min_length=1, max_length=MAX_COLUMNS)
    """Headings, made unique; "Column 3" where a heading is missing."""
    header_line: int | None = None
    """The line the headings stand on; None where the file has none."""
    first_line: int = 1
    """Records start on this line."""
    encoding: str = "utf-8"
    mixed_encoding: bool = False
    """UTF-8 with stray bytes of Windows-1252 between: each is read as what it is."""
    delimiter: str = ","
    escape: str | None = None
    has_nul: bool = False
    sheet: str | None = None
    other_sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What the reader should know about how the file is read, in sentences."""


def unique_headings(cells: list[str]) -> tuple[str, ...]:
    """Headings that can serve as keys: trimmed, named by position where empty, numbered where repeated."""
    seen: dict[str, int] = {}
    headings: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or f"Column {position}"
        seen[name] = seen.get(name, 0) + 1
        headings.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(headings)
