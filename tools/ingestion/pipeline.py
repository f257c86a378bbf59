"""File rows → chunks of records, in bounded memory and always in the same order.

Sales come first and what takes them back last, so that a return finds its order wherever it stands in the file.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Protocol

from tools.connectors.files.table import Row
from tools.ingestion.catalogue import Entity
from tools.ingestion.cells import Cells, RowError
from tools.ingestion.lists import CatalogueReader, CustomerReader, ObservationReader, RefundReader
from tools.ingestion.movements import MovementReader
from tools.ingestion.records import Record
from tools.ingestion.sales import SaleRow, SalesReader
from tools.ingestion.staging import StagedRow, Staging

CHUNK_ROWS: Final = 1_000
"""Rows of one transaction: the single writer of SQLite is kept for some 60 ms."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not go in."""

    line: int
    cells: list[str]
    column: str | None
    value: str | None
    reason: str


@dataclass(slots=True)
class RecordChunk:
    """Some rows of the file, as records and rejects. `rows` counts them."""

    records: list[Record] = field(default_factory=list[Record])
    rejects: list[Reject] = field(default_factory=list[Reject])
    rows: int = 0


class _ListReader(Protocol):
    def key(self, row: list[str]) -> str: ...

    def read(self, line: int, row: list[str], ordinal: int) -> "Record | list[Record]": ...


def record_chunks(
    rows: Iterable[Row], cells: Cells, *, today: date, directory: Path, size_bytes: int
) -> Generator[RecordChunk, None, None]:
    """Every row of a file, once, in a record or a reject. `directory` is for rows in passing, gone at the end;
    `size_bytes` is the file's size."""
    match cells.mapping.entity:
        case Entity.ORDER_LINE:
            return _sales(rows, SalesReader(cells), directory, size_bytes)
        case Entity.CUSTOMER:
            reader: object = CustomerReader(cells)
        case Entity.PRODUCT | Entity.STOCK:
            reader = CatalogueReader(cells, today)
        case Entity.OBSERVATION:
            reader = ObservationReader(cells)
        case Entity.REFUND:
            reader = RefundReader(cells)
        case Entity.TRANSACTION:
            reader = MovementReader(cells)
    return _list(rows, reader, directory, size_bytes)  # pyright: ignore[reportArgumentType] - each reads to one kind of Record


def _sales(
    rows: Iterable[Row], reader: SalesReader, directory: Path, size_bytes: int
) -> Generator[RecordChunk, None, None]:
    with ExitStack() as stack:
        sold = stack.enter_context(Staging(directory / "sold", size_bytes))
        back = stack.enter_context(Staging(directory / "back", size_bytes))
        for chunk in _broken(
            rows,
            lambda row: (back if reader.is_refund(row.cells) else sold).put(
                _staged(row, reader.order_key(row.cells)[0])
            ),
        ):
            yield chunk
        for staging, build in ((sold, reader.order), (back, reader.credit_note)):
            for number in range(staging.partitions):
                chunk = RecordChunk()
                for group in staging.groups(number).values():
                    _one_order(group, reader, build, chunk)
                    if chunk.rows >= CHUNK_ROWS:
                        yield chunk
                        chunk = RecordChunk()
                if chunk.rows:
                    yield chunk


def _one_order(
    group: list[StagedRow],
    reader: SalesReader,
    build: "Callable[[list[SaleRow]], tuple[Record | None, list[tuple[SaleRow, RowError]]]]",
    chunk: RecordChunk,
) -> None:
    chunk.rows += len(group)
    equals: Counter[str] = Counter()
    read: list[SaleRow] = []
    for row in group:
        content = reader.identity(row.cells)
        try:
            read.append(reader.read(row.line, row.cells, equals[content]))
        except RowError as error:
            chunk.rejects.append(Reject(row.line, row.cells, error.column, error.value, error.reason))
        equals[content] += 1
    if not read:
        return
    record, rejected = build(read)
    chunk.rejects += [Reject(row.line, row.cells, e.column, e.value, e.reason) for row, e in rejected]
    if record is not None:
        chunk.records.append(record)


def _list(
    rows: Iterable[Row], reader: _ListReader, directory: Path, size_bytes: int
) -> Generator[RecordChunk, None, None]:
    with Staging(directory / "list", size_bytes) as staging:
        yield from _broken(rows, lambda row: staging.put(_staged(row, reader.key(row.cells))))
        for number in range(staging.partitions):
            equals: Counter[str] = Counter()
            chunk = RecordChunk()
            for row in staging.read(number):
                chunk.rows += 1
                try:
                    found = reader.read(row.line, row.cells, equals[row.key])
                    chunk.records += found if isinstance(found, list) else [found]
                except RowError as error:
                    chunk.rejects.append(Reject(row.line, row.cells, error.column, error.value, error.reason))
                equals[row.key] += 1
                if chunk.rows >= CHUNK_ROWS:
                    yield chunk
                    chunk = RecordChunk()
            if chunk.rows:
                yield chunk


def _staged(row: Row, key: str) -> StagedRow:
    return StagedRow(row.line, row.cells, key)


def _broken(rows: Iterable[Row], stage: Callable[[Row], None]) -> Generator[RecordChunk, None, None]:
    """Stages good rows; hands on those that are no records."""
    chunk = RecordChunk()
    for row in rows:
        if row.problem is None:
            stage(row)
            continue
        chunk.rows += 1
        chunk.rejects.append(Reject(row.line, row.cells, None, None, row.problem))
        if chunk.rows >= CHUNK_ROWS:
            yield chunk
            chunk = RecordChunk()
    if chunk.rows:
        yield chunk
