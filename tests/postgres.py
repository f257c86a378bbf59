"""A real PostgreSQL for tests: found, or started."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import asyncpg
import pytest
from sqlalchemy import URL, make_url

_DEFAULT = "postgresql://postgres@127.0.0.1:5432/postgres"
_PATIENCE_SECONDS = 30.0


def with_database(server: URL, name: str) -> str:
    """The URL of another database of the same server."""
    return server.set(database=name).render_as_string(hide_password=False)


def administer(server: URL, *statements: str) -> list[Any]:
    """Runs statements outside a transaction; returns the first column of the last one's rows."""

    async def run() -> list[Any]:
        connection = await asyncpg.connect(server.render_as_string(hide_password=False), timeout=5)
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            if ";" in statements[-1]:
                await connection.execute(statements[-1])
                return []
            return [row[0] for row in await connection.fetch(statements[-1])]
        finally:
            await connection.close()

    # A thread of its own: fixtures may run inside the test's event loop.
    return _in_thread(run)


def _in_thread(work: Callable[[], Coroutine[None, None, list[Any]]]) -> list[Any]:
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


def drop_leftovers(server: URL) -> None:
    """Removes databases of test runs that were killed."""
    for name in administer(server, "SELECT datname FROM pg_database WHERE datname LIKE 'smb\\\\_test\\\\_%'"):
        owner = name.split("_")[2]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class _Administrator:
    """Runs statements in many databases over connections that stay open: opening one took longer than most statements."""

    def __init__(self) -> None:
        self._connections: dict[str, asyncpg.Connection] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, url: URL, statements: str) -> None:
        asyncio.run_coroutine_threadsafe(self._run(url, statements), self._loop).result()

    async def _run(self, url: URL, statements: str) -> None:
        name = url.render_as_string(hide_password=False)
        connection = self._connections.get(name)
        if connection is None or connection.is_closed():
            connection = self._connections[name] = await asyncpg.connect(name, timeout=5)
        await connection.execute(statements)

    def close(self) -> None:
        """The connections end with the databases, which are dropped by force."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


class Databases:
    """Empty databases of one schema. A used one is emptied and used again, which is much faster than another clone:
    dropping a database makes the server write everything it holds."""

    def __init__(self, server: URL, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []
        self._made: list[str] = []
        self._administrator = _Administrator()

    def take(self) -> str:
        """The URL of an empty database, of whose former rows the planner knows nothing."""
        while self._free:
            url = with_database(self._server, self._free.pop())
            if self._empty(make_url(url)):
                return url
        name = f"{self._template}_{len(self._made)}"
        administer(self._server, f"CREATE DATABASE {name} TEMPLATE {self._template}")
        self._made.append(name)
        return with_database(self._server, name)

    def give_back(self, url: str) -> None:
        """For another test, which empties it."""
        self._free.append(str(make_url(url).database))

    def _empty(self, database: URL) -> bool:
        """Not where a test changed its schema or still holds on to it."""
        self._emptying = self._emptying or _emptying(_tables(self._server.set(database=self._template)))
        try:
            self._administrator.run(database, self._emptying)
        except (asyncpg.LockNotAvailableError, asyncpg.RaiseError, asyncpg.InvalidCatalogNameError):
            return False
        return True

    def drop(self) -> None:
        """Drops all that were made."""
        self._administrator.close()
        for name in self._made:
            administer(self._server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    _emptying: str = ""


def _tables(database: URL) -> list[str]:
    return administer(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")


# What the planner knew of a former test's rows, or of none, made it take plans for the next one's that took half a minute.
_UNCOUNTED = """
    UPDATE pg_class SET relpages = 0, reltuples = -1, relallvisible = 0
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples >= 0;
    DELETE FROM pg_statistic USING pg_class WHERE starelid = oid AND relnamespace = 'public'::regnamespace;
    SELECT pg_stat_reset();"""


def _emptying(tables: Sequence[str]) -> str:
    """Raises where these are not the tables that there are."""
    deletions = "; ".join(f"DELETE FROM {table}" for table in tables if table != "alembic_version")  # noqa: S608 - our own tables
    # As a replica the server fires no triggers: neither those that keep logs append-only nor foreign keys.
    return f"""
        SET session_replication_role = replica; SET lock_timeout = '2s';
        DO $$ BEGIN
            IF (SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public')
                IS DISTINCT FROM '{" ".join(tables)}' THEN RAISE 'other tables'; END IF;
            {deletions};
        END $$;
        RESET session_replication_role; RESET lock_timeout;
        {_UNCOUNTED}"""  # noqa: S608 - our own tables


@contextmanager
def running_postgres() -> Generator[URL]:
    """The administrator's URL of a server: the one that SMB_TEST_POSTGRES_URL names, else one of our own, else the local
    one. Fails the test run where there can be none."""
    if given := os.environ.get("SMB_TEST_POSTGRES_URL"):
        yield make_url(given)
    elif initdb := _initdb():
        with TemporaryDirectory(prefix="smb-postgres-") as folder, _private_server(Path(folder), initdb) as private:
            yield private
    else:
        url = make_url(_DEFAULT)
        if not _answers(url):
            pytest.fail("no PostgreSQL is installed and none answers: install postgresql, or set SMB_TEST_POSTGRES_URL")
        yield url


def _answers(url: URL) -> bool:
    try:
        return administer(url, "SELECT 1") == [1]
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False


def _initdb() -> Path | None:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "")]
    return binaries[-1] if binaries[-1].is_file() else None


# What a crash of the machine would lose is of no worth here, and waiting for the disk took the tests a third of their time.
_HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB", "checkpoint_timeout=1h")


@contextmanager
def _private_server(folder: Path, initdb: Path) -> Generator[URL]:
    """A cluster of our own on a free port, gone with the test run."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, prefix = folder / "data", []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    subprocess.run(
        [*prefix, initdb, "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "--pgdata", data],
        check=True,
        capture_output=True,
    )
    # It dies with us, however we die.
    tied = ["setpriv", "--pdeathsig=INT", *prefix[1:]] if shutil.which("setpriv") else []
    hasty = [part for setting in _HASTY for part in ("-c", setting)]
    server = subprocess.Popen(
        [*tied, initdb.with_name("postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "", *hasty],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = make_url(f"postgresql://postgres@127.0.0.1:{port}/postgres")
    try:
        if not _wait_for(url, seconds=_PATIENCE_SECONDS):
            pytest.fail("PostgreSQL was started but does not answer")
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # it does not wait for who is still connected
        server.wait(timeout=_PATIENCE_SECONDS)


def _wait_for(url: URL, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not _answers(url):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
