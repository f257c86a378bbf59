"""Copies of sources that are not asked in place, kept in a folder of our own: made anew when the files have changed, or
when a server's copy has grown old."""

import asyncio
import hashlib
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.sources import duckdb_file, mysql
from storage.sources.connection import Address, FileAddress, ServerAddress
from storage.sources.snapshot import CopiedTable, write_snapshot
from tools.sources.folder import folder_tables

SECONDS_KEPT = 900.0
"""How old the copy of a server may be."""
MOST_COPIES = 60
OLDEST_SECONDS = 7 * 86_400.0
"""After which a copy goes, whether its source is still there or not."""


@dataclass(frozen=True, slots=True)
class FolderAddress:
    """Files that were found to lie where they may: resolved paths."""

    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class DuckdbAddress:
    path: Path


@dataclass(frozen=True, slots=True)
class MysqlAddress:
    server: ServerAddress


CopiedAddress = FolderAddress | DuckdbAddress | MysqlAddress


class Copies:
    """One per process, over a folder that no tenant can name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def address(self, found: Address | CopiedAddress, *, fresh: bool = False) -> Address:
        """Where to ask. `fresh` makes a server's copy anew, however young it is. Raises UNAVAILABLE, TOO_LARGE, TIMEOUT,
        and INVALID for files that cannot be read."""
        if isinstance(found, FileAddress | ServerAddress):
            return found
        name = await asyncio.to_thread(_name, found)
        path = self._folder / f"{name}.db"
        try:
            async with self._making[name]:
                if not await asyncio.to_thread(_is_good, path, found, fresh):
                    await asyncio.to_thread(self._make, path, found)
        finally:
            self._making.pop(name, None)
        return FileAddress(path)

    def _make(self, path: Path, found: CopiedAddress) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_snapshot(path, _tables(found))
        kept = sorted(self._folder.glob("*.db"), key=lambda each: each.stat().st_mtime, reverse=True)
        aged = time.time() - OLDEST_SECONDS
        for old in [*kept[MOST_COPIES:], *(each for each in kept[:MOST_COPIES] if each.stat().st_mtime < aged)]:
            old.unlink(missing_ok=True)


def _tables(found: CopiedAddress) -> Iterator[CopiedTable]:
    match found:
        case FolderAddress():
            return folder_tables(found.files)
        case DuckdbAddress():
            return duckdb_file.copied_tables(found.path)
        case MysqlAddress():
            return mysql.copied_tables(found.server)


def _name(found: CopiedAddress) -> str:
    """Differs as soon as a file does; of a server it says who asks which database there, never with which password."""
    match found:
        case FolderAddress():
            parts = [f"{file}\0{file.stat().st_size}\0{file.stat().st_mtime_ns}" for file in found.files]
        case DuckdbAddress():
            parts = [f"{found.path}\0{found.path.stat().st_size}\0{found.path.stat().st_mtime_ns}"]
        case MysqlAddress(server):
            secret = hashlib.sha256(server.password.encode()).hexdigest()
            parts = [server.host, str(server.port), server.database, server.user, secret, str(server.tls)]
    return hashlib.sha256("\0\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _is_good(path: Path, found: CopiedAddress, fresh: bool) -> bool:
    if not path.is_file():
        return False
    return not isinstance(found, MysqlAddress) or (not fresh and time.time() - path.stat().st_mtime < SECONDS_KEPT)
