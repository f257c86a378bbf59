"""Engines of the two databases, and the door through which every unit of work is opened."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import embedded
from storage.bulk import DEFERRABLE
from storage.kernel.actor import Actor
from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.repositories.metrics import SQL_SINK
from storage.scope import Scope, SystemPurpose, TurnMemory
from storage.statistics import learn_sizes
from storage.tenancy import TenantSession
from storage.tracing import TENANT, trace_statements
from storage.uow import ReadUnitOfWork, SystemUnitOfWork, WriteUnitOfWork

APP_ROLE = "smb_app"
"""What requests run as on PostgreSQL: row-level security holds it to the tenant of the transaction."""
SYSTEM_ROLE = "smb_system"
"""What system units run as on PostgreSQL: sees all tenants, owns nothing, bypasses nothing."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """`url` is sqlite:///path/to/file or postgresql://user@host/name; the drivers are ours to choose.

    On PostgreSQL the user of the URL owns the schema (it migrates) and is a member of both roles above.
    """

    url: str
    pool_size: int = 5
    lock_timeout: float = 30.0
    """Seconds to wait for a connection, and on SQLite for the single writer."""
    traced: bool = False
    """Whether statements get spans (see storage.tracing)."""

    @property
    def parsed(self) -> URL:
        try:
            url = make_url(self.url)
        except ArgumentError as error:
            raise ValueError("the database URL cannot be read") from error
        backend = url.get_backend_name()
        if backend not in _DRIVERS:
            raise ValueError(f"the database must be sqlite or postgresql, not {backend!r}")
        return url.set(drivername=_DRIVERS[backend])

    @property
    def embedded_path(self) -> Path | None:
        """The file of an embedded store; None for a server."""
        url = self.parsed
        if url.get_backend_name() != "sqlite":
            return None
        if not url.database or url.database == ":memory:":
            raise ValueError("an embedded store needs a file: it is opened by several connections")
        if url.query:
            raise ValueError("an embedded store is a file and nothing more: its URL takes no options")
        return Path(url.database)


class Database:
    """Opens units of work. One per process; `dispose` closes its connections."""

    def __init__(self, config: DatabaseConfig, clock: Clock) -> None:
        self.config = config
        self.clock = clock
        if (path := config.embedded_path) is None:
            self._writers = _server_engine(config, APP_ROLE)
            # Shares the pool. One snapshot: all answers of a unit of work hang together.
            self._readers = self._writers.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._system = _server_engine(config, SYSTEM_ROLE)
        else:
            self._readers = _embedded_engine(config, path, writer=False)
            self._writers = self._system = _embedded_engine(config, path, writer=True)

    def read(self, actor: Actor, turn: TurnMemory | None = None) -> ReadUnitOfWork:
        """`async with db.read(actor) as uow`: one consistent, read-only look at the actor's tenant."""
        scope = Scope(clock=self.clock, actor=actor, turn=turn)
        return ReadUnitOfWork(TenantSession(self._readers, scope=scope), scope)

    def write(self, actor: Actor, turn: TurnMemory | None = None, *, redone: bool = False) -> WriteUnitOfWork:
        """`async with db.write(actor) as uow`: commits on a clean exit, rolls back on any exception.

        On SQLite there is one writer: from its first statement to its end such a unit keeps all others waiting,
        so it must not wait for anything outside (a model, a vendor).

        `redone` is for a step of a longer work that goes on from the last step that is in: where the machine fails, the
        last steps may be lost, whole and in order, unless something that was committed after them is in. On SQLite that
        is so of every unit.
        """
        scope = Scope(clock=self.clock, actor=actor, writable=True, turn=turn, redone=redone)
        return WriteUnitOfWork(TenantSession(self._writers, scope=scope), scope)

    def system(self, purpose: SystemPurpose) -> SystemUnitOfWork:
        """`async with db.system(SystemPurpose.LOGIN) as uow`: over all tenants, for what has none yet."""
        scope = Scope(clock=self.clock, purpose=purpose, writable=True)
        return SystemUnitOfWork(TenantSession(self._system, scope=scope), scope)

    @property
    def readers(self) -> AsyncEngine:
        """Read-only connections without a tenant of their own: for storage.expert, which gives them one."""
        return self._readers

    async def ping(self) -> None:
        """Returns when the database answers. Raises UNAVAILABLE, or what the driver raises, when it does not."""
        async with self._readers.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def learn_sizes(self) -> bool:
        """Tells the database's planner how large its tables are, where it knows nothing of them or they have grown to
        twice the size. Without, SQLite takes any index for worth while, also one that leads to every row, and a server
        goes by what it knew before an import until it looks by itself, a minute later. Returns whether there was anything
        to tell."""
        if self.config.embedded_path is not None:
            async with self._writers.begin() as connection:
                return await connection.run_sync(learn_sizes)
        engine = owner_engine(self.config)  # requests own no table
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(learn_sizes)
        finally:
            await engine.dispose()

    async def dispose(self) -> None:
        """Closes every connection. Units of work that are still open fail."""
        for engine in {self._readers, self._writers, self._system}:
            await engine.dispose()


def _record_sql(
    _connection: Connection, _cursor: Any, statement: str, parameters: Any, context: Any, _executemany: bool
) -> None:
    """Hands the text that runs to whoever asked for it (see SQL_SINK)."""
    if (sink := context.execution_options.get(SQL_SINK)) is not None:
        sink.append((statement, parameters))


def _trace(engine: AsyncEngine, config: DatabaseConfig) -> None:
    if config.traced:
        engine.sync_engine.update_execution_options(**{TENANT: ""})
        trace_statements(engine.sync_engine)


def _server_engine(config: DatabaseConfig, role: str) -> AsyncEngine:
    # The role is a start-up parameter of the connection: RESET ROLE falls back to it, not to the owner. Plans are made
    # for the values and for the sizes of now: one that was kept from when a table was empty reads all of it each time.
    engine = create_async_engine(
        config.parsed,
        pool_size=config.pool_size,
        max_overflow=config.pool_size,
        pool_timeout=config.lock_timeout,
        pool_pre_ping=True,
        connect_args={"server_settings": {"role": role, "timezone": "UTC", "plan_cache_mode": "force_custom_plan"}},
    )
    _trace(engine, config)
    event.listen(engine.sync_engine, "before_cursor_execute", _record_sql)
    event.listen(engine.sync_engine, "do_connect", _connect)
    return engine


def _connect(dialect: Dialect, _record: object, arguments: Any, parameters: Any) -> Any:
    try:
        return dialect.connect(*arguments, **parameters)
    except Exception as error:  # a refused socket, a wrong password, a server that is starting: none has one base class
        raise CopilotError(
            ErrorKind.UNAVAILABLE, "The database cannot be reached.", hint="Try again shortly.", retry_after=5.0
        ) from error


def shared_engine(config: DatabaseConfig) -> AsyncEngine:
    """For storage.shared: statements of their own, each committed without waiting for the disk. Raises UNAVAILABLE where there
    is no server."""
    engine = create_async_engine(
        config.parsed,
        pool_size=2,
        max_overflow=2,
        pool_timeout=config.lock_timeout,
        isolation_level="AUTOCOMMIT",
        connect_args={"server_settings": {"role": SYSTEM_ROLE, "timezone": "UTC", "synchronous_commit": "off"}},
    )
    event.listen(engine.sync_engine, "do_connect", _connect)
    return engine


def owner_engine(config: DatabaseConfig) -> AsyncEngine:
    """For migrations, and for counting the tables: connects as whoever owns the schema, on SQLite as its one writer."""
    if (path := config.embedded_path) is not None:
        return _embedded_engine(config, path, writer=True)
    return create_async_engine(config.parsed, pool_size=1)


def _embedded_engine(config: DatabaseConfig, path: Path, *, writer: bool) -> AsyncEngine:
    engine = create_async_engine(
        config.parsed,
        async_creator=partial(embedded.connect, path),
        # One connection writes: writers of this process queue in order here instead of racing for the file's lock.
        pool_size=1 if writer else config.pool_size,
        max_overflow=0 if writer else config.pool_size,
        pool_timeout=config.lock_timeout,
    )
    _trace(engine, config)
    pragmas = [
        f"busy_timeout = {int(config.lock_timeout * 1000)}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        "cache_size = -32768",
        # Pages of indexes are written again and again while much is inserted: the file gets the last of them only.
        "wal_autocheckpoint = 4000",
        "temp_store = MEMORY",
        f"query_only = {'OFF' if writer else 'ON'}",
    ]

    def configure(connection: Any, _record: object) -> None:
        # The driver's own transactions begin too late and never for reads; ours are begun below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def driver(connection: Connection) -> embedded.EmbeddedConnection:
        return connection.connection.driver_connection  # pyright: ignore[reportReturnType] - the one above made it

    def begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock first: a transaction that reads and then writes cannot deadlock.
        driver(connection).to_begin = "BEGIN IMMEDIATE" if writer else "BEGIN"

    def put_off(_cursor: object, statement: str, parameters: Any, context: Any) -> bool:
        if deferrable := DEFERRABLE in context.execution_options:
            driver(context.root_connection).defer(statement, parameters if context.executemany else [parameters])
        return deferrable

    def roll_back(connection: Any, _record: object, _error: BaseException | None) -> None:
        # A task was cancelled in the middle of a statement, so its connection is thrown away. SQLite puts off the
        # closing while that statement is unfinished, and until then its transaction would lock out every other writer.
        connection.rollback()

    event.listen(engine.sync_engine, "connect", configure)
    event.listen(engine.sync_engine, "invalidate", roll_back)
    event.listen(engine.sync_engine, "begin", begin)
    event.listen(engine.sync_engine, "do_execute", put_off)
    event.listen(engine.sync_engine, "do_executemany", put_off)
    event.listen(engine.sync_engine, "before_cursor_execute", _record_sql)
    return engine
