"""Read-only connections to a database that is not ours, with an end to every statement."""

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from opentelemetry import trace
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from storage.kernel.errors import CopilotError, ErrorKind
from storage.sources.catalogue import Dialect
from storage.tracing import trace_statements

STATEMENT_SECONDS = 15.0
CONNECT_SECONDS = 8.0
_STEPS = 20_000
"""SQLite's instructions between two looks at the clock: some milliseconds."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A database file that was found to lie where it may (see tools.sources.guard): a resolved path."""

    path: Path

    @property
    def dialect(self) -> Dialect:
        return "sqlite"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server that may be spoken to. `address` is the one that was checked, and the one that is connected to: asking
    for `host` once more could give another."""

    host: str
    address: str
    port: int
    database: str
    user: str
    password: str = field(default="", repr=False)
    tls: bool = True

    @property
    def dialect(self) -> Dialect:
        return "postgresql"


Address = FileAddress | ServerAddress
OpenedSource = AsyncConnection
"""What `opened` gives: rooms outside of storage hand it on and do nothing with it."""


@asynccontextmanager
async def opened(address: Address, *, statement_seconds: float = STATEMENT_SECONDS) -> AsyncGenerator[AsyncConnection]:
    """One connection in one read-only transaction; nothing is ever written. Raises UNAVAILABLE where it cannot be
    opened and TIMEOUT where a statement takes too long, both without a word of what the database said."""
    timer = _Timer(statement_seconds)
    engine = _file_engine(address, timer) if isinstance(address, FileAddress) else _server_engine(address, timer)
    if trace.get_current_span().is_recording():
        trace_statements(engine.sync_engine)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            connection = await engine.connect()
        try:
            yield connection
        finally:
            await asyncio.shield(connection.close())
    except DBAPIError as error:
        _log.info("source_failed", kind=type(error.orig).__name__, dialect=address.dialect)
        if timer.is_over or "timeout" in str(error.orig).lower():
            raise CopilotError(
                ErrorKind.TIMEOUT,
                "The data source took too long to answer.",
                hint="Ask for a shorter period or fewer groups.",
            ) from None
        raise CopilotError(ErrorKind.UNAVAILABLE, "The data source could not be read.") from None
    except (OSError, TimeoutError, ssl.SSLError) as error:
        _log.info("source_unreachable", kind=type(error).__name__, dialect=address.dialect)
        raise unreachable() from None
    finally:
        await engine.dispose()


def unreachable() -> CopilotError:
    """The same words whatever is behind an address: a closed port says as little as a wrong password."""
    return CopilotError(
        ErrorKind.UNAVAILABLE, "The data source cannot be opened.", hint="Check the address, the name and the password."
    )


class _Timer:
    """When the statement that is running has to be over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def start(self, *_event: object) -> None:
        self._end = time.monotonic() + self.seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._end


def _file_engine(address: FileAddress, timer: _Timer) -> Any:
    import aiosqlite

    # Not a plain path: a file of this name is opened as it is, never made, and its name can add no option.
    uri = f"{address.path.as_uri()}?mode=ro"

    async def connect() -> aiosqlite.Connection:
        connection = await aiosqlite.connect(uri, uri=True, timeout=2.0)
        # SQLite does not check what it is given as text: what is none is shown with replacement characters.
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        return connection

    engine = create_async_engine("sqlite+aiosqlite://", async_creator=connect, poolclass=NullPool)

    async def limit(connection: aiosqlite.Connection) -> None:
        await connection.set_progress_handler(lambda: int(timer.is_over), _STEPS)

    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        # What a file brings along (views, triggers, checks) may call nothing that has an effect.
        for pragma in ("query_only = ON", "trusted_schema = OFF", "mmap_size = 0", "temp_store = MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.run_async(limit)

    event.listen(engine.sync_engine, "connect", configure)
    event.listen(engine.sync_engine, "before_cursor_execute", timer.start)
    return engine


def _server_engine(address: ServerAddress, timer: _Timer) -> Any:
    import asyncpg

    async def connect() -> Any:
        try:
            return await asyncpg.connect(
                host=address.address,
                port=address.port,
                user=address.user,
                password=address.password,
                database=address.database,
                ssl=server_tls(address.host) if address.tls else False,
                timeout=int(CONNECT_SECONDS),
                # Nothing of this machine's environment or home (PGPASSFILE, PGSERVICE) takes part.
                passfile="/dev/null",
                server_settings={
                    "default_transaction_read_only": "on",
                    "statement_timeout": str(int(timer.seconds * 1000)),
                    "idle_in_transaction_session_timeout": "60000",
                    "timezone": "UTC",
                    "application_name": "smb-command",
                },
            )
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, ValueError) as error:
            _log.info("source_unreachable", kind=type(error).__name__, dialect="postgresql")
            raise unreachable() from None

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    event.listen(engine.sync_engine, "before_cursor_execute", timer.start)
    return engine


class _NamedContext(ssl.SSLContext):
    """Checks the certificate against the host that was named, though another address is connected to."""

    host = ""

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*args, **(options | {"server_hostname": self.host}))

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        return super().wrap_bio(*args, **(options | {"server_hostname": self.host}))


def server_tls(host: str) -> ssl.SSLContext:
    context = _NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.host = host
    context.load_default_certs()
    return context
