"""Brings a store's schema to the newest revision, after a copy of an embedded one was put aside."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import AsyncFileLock, Timeout
from sqlalchemy import Connection, inspect, text

from storage.database import DatabaseConfig, owner_engine
from storage.kernel.errors import CopilotError, ErrorKind

if TYPE_CHECKING:
    from alembic.config import Config

BACKUPS_KEPT = 3
_LOCK = 7_301_884
"""Of PostgreSQL's advisory locks: two servers that start at once migrate one after the other."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What happened: the revisions before and after (None: an empty store), and where the copy lies."""

    before: str | None
    after: str
    backup: Path | None = None


def head() -> str:
    """The newest revision that this program knows."""
    from alembic.script import ScriptDirectory

    revision = ScriptDirectory.from_config(_alembic()).get_current_head()
    if revision is None:
        raise RuntimeError("the program holds no migrations")
    return revision


async def current(config: DatabaseConfig) -> str | None:
    """The revision of a store; None when it is empty or not there yet. Changes nothing."""
    if (path := config.embedded_path) is not None and not path.exists():
        return None
    engine = owner_engine(config)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_revision)
    finally:
        await engine.dispose()


async def upgrade(config: DatabaseConfig) -> Upgrade:
    """Migrates to the newest revision, all of it or nothing. Safe to call at every start, also by several at once.

    Raises a conflict for a store that a newer or another program wrote.
    """
    path = config.embedded_path
    async with _alone(config):
        before, wanted = await current(config), head()
        if before == wanted:
            return Upgrade(before, wanted)
        _refuse_unknown(before)
        backup = await asyncio.to_thread(_back_up, path, before) if path is not None and before is not None else None
        engine = owner_engine(config)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_migrate)
        finally:
            await engine.dispose()
        return Upgrade(before, wanted, backup)


@asynccontextmanager
async def _alone(config: DatabaseConfig) -> AsyncGenerator[None]:
    """Lets one process after the other at an embedded store. SQLite's own lock is no help before there is a store:
    two connections that both turn a new file to write-ahead logging fail at once instead of waiting (sqlite.org/wal)."""
    path = config.embedded_path
    if path is None:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        async with AsyncFileLock(path.with_name(f"{path.name}.lock"), timeout=config.lock_timeout):
            yield
    except Timeout as error:
        raise CopilotError(
            ErrorKind.UNAVAILABLE, "Another process is still preparing the store.", hint="Try again shortly."
        ) from error


def _migrate(connection: Connection) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_unknown(revision: str | None) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    if revision is not None and revision not in known:
        raise CopilotError(
            ErrorKind.CONFLICT,
            f"The store is at revision {revision}, which this version of the program does not know.",
            hint="Use the version that wrote it, or another store.",
        )


def _back_up(path: Path, revision: str) -> Path:
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = path.with_name(f"{path.stem}.{moment}.{revision}.backup")
    unfinished = target.with_suffix(".partial")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
    unfinished.rename(target)
    for outdated in sorted(path.parent.glob(f"{path.stem}.*.backup"))[:-BACKUPS_KEPT]:
        outdated.unlink()
    return target


def _alembic() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config
