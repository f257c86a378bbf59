"""A real MariaDB for tests: found, or started."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pymysql
import pytest
from sqlalchemy import URL, make_url

_DEFAULT = "mysql://root@127.0.0.1:3306"
_PATIENCE_SECONDS = 30.0


@contextmanager
def running_mysql() -> Generator[URL]:
    """The administrator's URL of a server that answers. Fails the test run where there can be none: a suite that skips a
    database has not tested it."""
    url = make_url(os.environ.get("SMB_TEST_MYSQL_URL", _DEFAULT))
    if _answers(url):
        yield url
        return
    with TemporaryDirectory(prefix="smb-mysql-") as folder, _private_server(Path(folder)) as private:
        yield private


def execute(server: URL, statements: Sequence[tuple[str, list[tuple[Any, ...]]]], database: str | None = None) -> None:
    """Runs statements, each with its rows."""
    with closing(_connect(server, database)) as connection, connection.cursor() as cursor:
        for statement, rows in statements:
            if rows:
                cursor.executemany(statement, rows)
            else:
                cursor.execute(statement)
        connection.commit()


def _connect(server: URL, database: str | None = None) -> "pymysql.connections.Connection[Any]":
    return pymysql.connect(host=server.host or "", port=server.port or 3306, user=server.username, password=server.password or "", database=database, connect_timeout=5)  # fmt: skip


def _answers(url: URL) -> bool:
    with suppress(pymysql.MySQLError, OSError):
        _connect(url).close()
        return True
    return False


@contextmanager
def _private_server(folder: Path) -> Generator[URL]:
    """A server of our own on a free port, gone with the test run."""
    install, server = shutil.which("mariadb-install-db"), shutil.which("mariadbd")
    if install is None or server is None:
        pytest.fail("no MariaDB answers and none is installed: install mariadb-server, or set SMB_TEST_MYSQL_URL")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user = ["--user=mysql"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "mysql")
    data = folder / "data"
    subprocess.run([install, "--no-defaults", *user, "--auth-root-authentication-method=normal", "--skip-test-db", f"--datadir={data}"], check=True, capture_output=True)  # fmt: skip
    running = subprocess.Popen(
        [server, "--no-defaults", *user, f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/s"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = make_url(f"mysql://root@127.0.0.1:{port}")
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(url):
            if time.monotonic() > until:
                pytest.fail("MariaDB was started but does not answer")
            time.sleep(0.2)
        yield url
    finally:
        running.terminate()
        running.wait(timeout=30)
