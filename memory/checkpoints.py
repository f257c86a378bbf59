"""Where a conversation's graph stands: LangGraph's checkpoints, in a file of their own or in PostgreSQL."""

import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from storage.embedded import connect
from storage.kernel.errors import CopilotError, ErrorKind


@dataclass(frozen=True, slots=True)
class CheckpointConfig:
    """A server's `url` (postgresql://…), else the `path` of a file."""

    path: Path | None = None
    url: str | None = None
    pool_size: int = 10

    def __post_init__(self) -> None:
        if (self.path is None) == (self.url is None):
            raise ValueError("checkpoints need a path or a url, and not both")


class Checkpoints(Protocol):
    """The saver that graphs are compiled with, and what becomes of a thread's checkpoints afterwards."""

    saver: BaseCheckpointSaver[Any]

    async def prune(self, thread_ids: Sequence[str]) -> None:
        """Keep only the last checkpoint of each. For threads that wait for nothing: what waits would be lost."""
        ...

    async def forget(self, thread_id: str) -> None:
        """Delete all of a thread's checkpoints."""
        ...

    async def ping(self) -> None:
        """Raises CopilotError (unavailable) when the store does not answer."""
        ...


def thread_config(thread_id: str) -> RunnableConfig:
    """What a graph is called with. Whose the thread is stands in our own table, never here."""
    return {"configurable": {"thread_id": thread_id}}


@asynccontextmanager
async def open_checkpoints(config: CheckpointConfig) -> AsyncGenerator[Checkpoints]:
    """Opens the store and makes its tables. Raises CopilotError (unavailable) when it cannot be reached."""
    if config.path is not None:
        async with _open_file(config.path) as checkpoints:
            yield checkpoints
    else:
        assert config.url is not None  # noqa: S101 - CheckpointConfig has seen to it
        async with _open_server(config.url, config.pool_size) as checkpoints:
            yield checkpoints


def is_checkpoint_failure(error: BaseException) -> bool:
    """Whether an exception comes from the checkpoint store. Drivers raise their own here: nothing else in a run
    speaks to a database without SQLAlchemy, which wraps them."""
    if isinstance(error, sqlite3.Error):
        return True
    # Only a run over PostgreSQL can have raised one, and then the driver is loaded: nothing is imported for this.
    return type(error).__module__.partition(".")[0] in ("psycopg", "psycopg_pool")


def checkpoints_unavailable() -> CopilotError:
    return CopilotError(
        ErrorKind.UNAVAILABLE,
        "The store that keeps conversations cannot be reached.",
        hint="Nothing was changed. Try again shortly.",
        retry_after=5.0,
    )


def _strict_serde() -> JsonPlusSerializer:
    # Only LangGraph's own list of safe types is ever revived, never any importable name (CVE-2026-28277).
    return JsonPlusSerializer(pickle_fallback=False, allowed_msgpack_modules=None)


class _FileCheckpoints:
    def __init__(self, saver: Any) -> None:
        self.saver: BaseCheckpointSaver[Any] = saver
        self._saver = saver

    async def prune(self, thread_ids: Sequence[str]) -> None:
        from storage.repositories.checkpoints import keep_last_checkpoints

        if thread_ids:
            async with self._saver.lock:
                await keep_last_checkpoints(self._saver.conn, thread_ids)

    async def forget(self, thread_id: str) -> None:
        await self._saver.adelete_thread(thread_id)

    async def ping(self) -> None:
        try:
            await self._saver.aget_tuple(thread_config("ping"))
        except sqlite3.Error as error:
            raise checkpoints_unavailable() from error


@asynccontextmanager
async def _open_file(path: Path) -> AsyncGenerator[_FileCheckpoints]:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = await connect(path, lock_timeout=30.0)
    except sqlite3.Error as error:
        raise checkpoints_unavailable() from error
    try:
        saver = AsyncSqliteSaver(connection, serde=_strict_serde())
        await saver.setup()
        # A crash of the machine may lose the last turn's position, never the file.
        await connection.execute("PRAGMA synchronous = NORMAL")
        yield _FileCheckpoints(saver)
    except sqlite3.Error as error:
        raise checkpoints_unavailable() from error
    finally:
        await connection.close()


class _ServerCheckpoints:
    def __init__(self, saver: Any) -> None:
        self.saver: BaseCheckpointSaver[Any] = saver
        self._saver = saver

    async def prune(self, thread_ids: Sequence[str]) -> None:
        await self._saver.aprune(thread_ids, strategy="keep_latest")

    async def forget(self, thread_id: str) -> None:
        await self._saver.adelete_thread(thread_id)

    async def ping(self) -> None:
        try:
            await self._saver.aget_tuple(thread_config("ping"))
        except Exception as error:
            if is_checkpoint_failure(error):
                raise checkpoints_unavailable() from error
            raise


@asynccontextmanager
async def _open_server(url: str, pool_size: int) -> AsyncGenerator[_ServerCheckpoints]:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from psycopg import OperationalError
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool, PoolTimeout

    scheme, _, rest = url.partition("://")
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        f"{scheme.partition('+')[0]}://{rest}",
        min_size=1,
        max_size=pool_size,
        open=False,
        timeout=10.0,
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row},
    )
    try:
        await pool.open(wait=True, timeout=10.0)
        saver = AsyncPostgresSaver(pool, serde=_strict_serde())
        await saver.setup()
    except (OperationalError, PoolTimeout) as error:
        await pool.close()
        raise checkpoints_unavailable() from error
    try:
        yield _ServerCheckpoints(saver)
    finally:
        await pool.close()
