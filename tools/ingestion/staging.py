"""Brings rows that belong together side by side, in bounded memory: rows are dealt into partitions by the hash of
their key (files on disk beyond the first few megabytes), and each partition is then grouped by itself.

The deal depends on nothing but the rows, so an import that was killed finds the same chunks again.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import orjson

_PARTITION_BYTES = 12 << 20
"""About 100 MB of Python strings while one is grouped."""
_MOST_PARTITIONS = 400
"""Open files at once."""


@dataclass(slots=True)
class StagedRow:
    line: int
    cells: list[str]
    key: str


class Staging:
    """Deals rows out and hands partitions back; its files are gone when it is left."""

    def __init__(self, directory: Path, size_bytes: int) -> None:
        self._directory = directory
        self.partitions = min(_MOST_PARTITIONS, size_bytes // _PARTITION_BYTES + 1)
        self._memory: list[StagedRow] = []
        self._files: list[IO[bytes]] = []

    def __enter__(self) -> Self:
        if self.partitions > 1:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._files = [
                (self._directory / f"{n}.part").open("w+b", buffering=1 << 16) for n in range(self.partitions)
            ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, file in enumerate(self._files):
            file.close()
            (self._directory / f"{number}.part").unlink(missing_ok=True)
        self._files.clear()
        self._memory.clear()
        if self._directory.is_dir():
            self._directory.rmdir()

    def put(self, row: StagedRow) -> None:
        if not self._files:
            self._memory.append(row)
            return
        number = zlib.crc32(row.key.encode("utf-8", "surrogatepass")) % self.partitions
        self._files[number].write(orjson.dumps((row.line, row.cells, row.key)) + b"\n")

    def read(self, number: int) -> Iterator[StagedRow]:
        """The rows of one partition in the order of the file."""
        if not self._files:
            yield from self._memory
            return
        file = self._files[number]
        file.flush()
        file.seek(0)
        for line in file:
            yield StagedRow(*orjson.loads(line))

    def groups(self, number: int) -> dict[str, list[StagedRow]]:
        """The rows of one partition by key, keys in order of first appearance."""
        found: dict[str, list[StagedRow]] = {}
        for row in self.read(number):
            found.setdefault(row.key, []).append(row)
        return found
