"""Which databases a tenant may open: those that the operator lists, and never our own.

What is refused is refused in the same words whatever is there, so that nobody finds out which hosts and files exist.
Names are resolved here and the address that was looked at is the one that is connected to.
"""

import asyncio
import ipaddress
import os
import socket
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from storage.kernel.errors import CopilotError, ErrorKind
from storage.sources.connection import Address, FileAddress, ServerAddress
from tools.sources.copies import CopiedAddress, DuckdbAddress, FolderAddress, MysqlAddress
from tools.sources.folder import MOST_FILES, READ
from tools.sources.hosts import HostRule
from tools.sources.schemas import DuckdbConfig, FilesConfig, MysqlConfig, PostgresConfig, SourceConfig, SqliteConfig

_SQLITE, _DUCKDB = (0, b"SQLite format 3\x00"), (8, b"DUCK")
"""What a file of a kind has, and where."""
_MOST_FILES = 20_000
_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class OwnServer:
    """The database server that this product itself is kept on."""

    host: str
    port: int
    database: str


class SourceGuard:
    """The operator's lists. `own` are our own files and folders, `server` our own database where it is no file."""

    def __init__(
        self, hosts: Sequence[str], folders: Sequence[Path], own: Iterable[Path], server: OwnServer | None = None
    ) -> None:
        self._rules = tuple(HostRule.parse(text) for text in hosts)
        self._folders = tuple(folder.resolve() for folder in folders)
        self._own = tuple(path.resolve() for path in own)
        self._server = server

    @property
    def is_on(self) -> bool:
        return bool(self._rules or self._folders)

    async def address(self, config: SourceConfig, password: str) -> Address | CopiedAddress:
        """Where to connect. Raises FORBIDDEN for what is not allowed."""
        if not self.is_on:
            raise CopilotError(
                ErrorKind.FORBIDDEN,
                "Asking other databases is switched off in this installation.",
                hint="Its operator lists the servers and folders that may be asked in SMB_SOURCE_HOSTS and SMB_SOURCE_FOLDERS.",
            )
        if isinstance(config, SqliteConfig):
            return FileAddress(await asyncio.to_thread(self._file, config.path, _SQLITE))
        if isinstance(config, DuckdbConfig):
            return DuckdbAddress(await asyncio.to_thread(self._file, config.path, _DUCKDB))
        if isinstance(config, FilesConfig):
            return FolderAddress(await asyncio.to_thread(self._folder, config.path))
        server = await self._host(config, password)
        return MysqlAddress(server) if isinstance(config, MysqlConfig) else server

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────

    def _file(self, text: str, magic: tuple[int, bytes]) -> Path:
        at, mark = magic
        try:
            path = self._allowed(text)
            if not stat.S_ISREG(path.stat().st_mode):
                raise _refused_file()
            with path.open("rb") as file:
                if file.read(at + len(mark))[at:] != mark:
                    raise _refused_file()
        except (OSError, RuntimeError, ValueError):
            raise _refused_file() from None
        return path

    def _folder(self, text: str) -> tuple[Path, ...]:
        """The files of a folder that can be read, each of them allowed by itself wherever a link leads; or one file."""
        try:
            path = self._allowed(text)
            names = sorted(path.iterdir())[:_MOST_FILES] if path.is_dir() else [path]
            files = [each for name in names if name.suffix.lower() in READ and (each := self._plain_file(name))]
        except (OSError, RuntimeError, ValueError):
            raise _refused_file() from None
        if not files:
            raise _refused_file()
        return tuple(dict.fromkeys(files))[:MOST_FILES]

    def _plain_file(self, name: Path) -> Path | None:
        try:
            path = self._allowed(str(name))
            return path if stat.S_ISREG(path.stat().st_mode) else None
        except (OSError, RuntimeError, ValueError, CopilotError):
            return None

    def _allowed(self, text: str) -> Path:
        """A path that exists within an allowed folder and is none of ours. Raises FORBIDDEN, OSError."""
        if "\x00" in text or not text.startswith("/"):
            raise _refused_file()
        path = Path(text).resolve(strict=True)
        inside = any(path.is_relative_to(folder) for folder in self._folders)
        if not inside or self._is_ours(path, path.stat()):
            raise _refused_file()
        return path

    def _is_ours(self, path: Path, found: os.stat_result) -> bool:
        if any(path == own or path.is_relative_to(own) for own in self._own):
            return True
        if found.st_nlink < 2:  # noqa: PLR2004 — no other name leads to this file
            return False
        return any((other.st_dev, other.st_ino) == (found.st_dev, found.st_ino) for other in self._own_files())

    def _own_files(self) -> Iterable[os.stat_result]:
        """Our own files as the file system knows them: another name of one of them is that one."""
        seen = 0
        for own in self._own:
            for path in [own] if own.is_file() else own.rglob("*"):
                seen += 1
                if seen > _MOST_FILES:
                    return
                try:
                    yield path.stat()
                except OSError:
                    continue

    # ── servers ──────────────────────────────────────────────────────────────────────────────────────────

    async def _host(self, config: PostgresConfig | MysqlConfig, password: str) -> ServerAddress:
        host = config.host.strip().lower().rstrip(".").removeprefix("[").removesuffix("]")
        rules = [rule for rule in self._rules if rule.allows(host, config.port)]
        if not rules:
            raise _refused_host()
        addresses = await _resolved(host, config.port)
        private = any(rule.private for rule in rules)
        if not addresses or not (private or all(_is_public(address) for address in addresses)):
            raise _refused_host()
        if await self._is_our_server(addresses, config):
            raise _refused_host()
        return ServerAddress(
            host=host,
            address=str(addresses[0]),
            port=config.port,
            database=config.database,
            user=config.user,
            password=password,
            tls=config.tls,
        )

    async def _is_our_server(self, addresses: Sequence[_IP], config: PostgresConfig | MysqlConfig) -> bool:
        own = self._server
        if own is None or own.port != config.port or own.database != config.database:
            return False
        ours = await _resolved(own.host or "localhost", own.port)
        local = any(address.is_loopback for address in ours) and any(address.is_loopback for address in addresses)
        return local or bool({_plain(address) for address in ours} & {_plain(address) for address in addresses})


async def _resolved(host: str, port: int) -> list[_IP]:
    """Every address of a host; none where it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        texts = (str(address[0]).partition("%")[0] for *_, address in found)
        return list(dict.fromkeys(ipaddress.ip_address(text) for text in texts))
    except (OSError, UnicodeError, ValueError):
        return []


def _plain(address: _IP) -> _IP:
    """The IPv4 address that an IPv6 address wraps."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _is_public(address: _IP) -> bool:
    plain = _plain(address)
    return plain.is_global and not (plain.is_multicast or plain.is_reserved or plain.is_unspecified)


def _refused_file() -> CopilotError:
    return CopilotError(
        ErrorKind.FORBIDDEN,
        "This is no database file that may be asked.",
        hint="It has to be a SQLite or DuckDB file, or files of tables, by the full path, in a folder that the operator of this installation allows.",
    )


def _refused_host() -> CopilotError:
    return CopilotError(
        ErrorKind.FORBIDDEN,
        "This is no server that may be asked.",
        hint="The operator of this installation lists the hosts and ports that may be.",
    )
