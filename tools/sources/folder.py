"""The files of a folder as tables: CSV, TSV, Excel and JSON Lines as uploads are read, Parquet by polars."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from storage.kernel.errors import CopilotError, ErrorKind
from storage.sources.duckdb_file import plain
from storage.sources.snapshot import CopiedTable
from tools.connectors.files.source import rows, sniff
from tools.connectors.files.table import FileShape

_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_REAL = re.compile(r"-?(?:0|[1-9]\d{0,17})?\.\d{1,20}|-?(?:0|[1-9]\d{0,17})")
_PARQUET = b"PAR1"
_AT_ONCE = 50_000
READ = frozenset([".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson", ".parquet"])
MOST_FILES = 100


def folder_tables(files: Sequence[Path]) -> Iterator[CopiedTable]:
    """A table for each file, by its name. Raises CopilotError where none can be read; a damaged one among others is
    passed over."""
    seen: set[str] = set()
    problem: CopilotError | None = None
    for file in files:
        name = _name(file)
        if name.lower() in seen:
            continue
        try:
            table = _parquet(file, name) if file.suffix.lower() == ".parquet" else _text(file, name)
        except CopilotError as error:
            problem = error
            continue
        seen.add(name.lower())
        yield table
    if not seen:
        raise problem or CopilotError(ErrorKind.INVALID, "There are no files in this folder that can be read.")


def _name(file: Path) -> str:
    """What a file's name says, on one line."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", file.stem).split())[:100] or "file"


def _text(file: Path, name: str) -> CopiedTable:
    shape = sniff(file)
    reads = _reads(file, shape)
    typed = ([read(cell) for read, cell in zip(reads, row.cells, strict=False)] for row in rows(file, shape) if row.problem is None)  # fmt: skip
    return CopiedTable(name=name, columns=shape.columns, rows=typed)


def _reads(file: Path, shape: FileShape) -> list[Any]:
    """How each column's cells are read: as whole numbers or numbers where all of them are. A code such as "007" stays."""
    whole, real = [True] * len(shape.columns), [True] * len(shape.columns)
    for row in rows(file, shape):
        if row.problem is not None:
            continue
        for i, cell in enumerate(row.cells[: len(whole)]):
            if cell and (whole[i] or real[i]):
                whole[i] = whole[i] and _INTEGER.fullmatch(cell) is not None
                real[i] = real[i] and _REAL.fullmatch(cell) is not None
    return [_whole if w else _number if r else str for w, r in zip(whole, real, strict=True)]


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _parquet(file: Path, name: str) -> CopiedTable:
    import polars

    with file.open("rb") as opened:
        if opened.read(4) != _PARQUET:
            raise CopilotError(ErrorKind.INVALID, "The file is no Parquet file.")
    try:
        scanned = polars.scan_parquet(file, glob=False)
        schema = scanned.collect_schema()
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError):
        raise CopilotError(ErrorKind.INVALID, "The file is a damaged Parquet file.") from None
    taken = [column for column, type_ in schema.items() if not type_.is_nested() and type_ != polars.Binary]
    if not taken:
        raise CopilotError(ErrorKind.INVALID, "The file has no columns that can be read.")
    booleans = frozenset(column for column in taken if schema[column] == polars.Boolean)
    return CopiedTable(name=name, columns=tuple(taken), rows=_parquet_rows(scanned.select(taken)), booleans=booleans)


def _parquet_rows(scanned: Any) -> Iterator[list[Any]]:
    import polars

    at = 0
    try:
        while (frame := scanned.slice(at, _AT_ONCE).collect()).height:
            at += frame.height
            for row in frame.iter_rows():
                yield [plain(value) for value in row]
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException):
        raise CopilotError(ErrorKind.INVALID, "A Parquet file is damaged.") from None
