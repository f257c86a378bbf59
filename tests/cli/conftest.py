"""The `smb` command as a user runs it, over a data directory of its own: what is typed, what is printed, how it ends.

Most commands run in the process of the tests, through the same entry and with the same environment: a start costs seconds of
imports. At least one of each family runs as the process that it is.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.processes import kept_processes

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
_SECONDS = 110


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Smb:
    """Runs commands in one data directory."""

    home: Path
    variables: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SMB_")}
        return kept | {"PYTHONPATH": str(ROOT)} | self._own

    @property
    def _own(self) -> dict[str, str]:
        return {"SMB_HOME": str(self.home), "NO_COLOR": "1"} | self.variables

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "api.cli"]

    def __call__(self, *arguments: str) -> Outcome:
        """Runs a command in this process. What is raised and not told as an exit code fails the test that ran it."""
        unset = {name: None for name in os.environ if name.startswith("SMB_")}
        with _own_logging(), kept_processes():
            done = CliRunner().invoke(app, arguments, env=unset | self._own, catch_exceptions=False)
        return Outcome(done.exit_code, done.stdout, done.stderr)

    def process(self, *arguments: str) -> Outcome:
        """Runs a command as a process of its own."""
        done = subprocess.run(
            [*self.command, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def serving(self, *arguments: str) -> Iterator["Server"]:
        """A server until the block ends; it is stopped as Ctrl-C stops it."""
        process = subprocess.Popen(
            [*self.command, "serve", "--port", "0", "--json", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=(self.home.parent / "server.log").open("a"),
            text=True,
        )
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said, (self.home.parent / "server.log").read_text()
            yield Server(process, json.loads(said))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(30)
            if process.stdout is not None:
                process.stdout.close()


@contextmanager
def _own_logging() -> Iterator[None]:
    """A command logs to the standard error that it was started with, and no longer than it runs."""
    root = logging.getLogger()
    kept = root.handlers, root.level
    try:
        yield
    finally:
        root.handlers, root.level = kept


@dataclass(frozen=True)
class Server:
    process: "subprocess.Popen[str]"
    said: dict[str, Any]

    @property
    def url(self) -> str:
        return self.said["url"]

    def kill(self) -> None:
        """As a power cut does."""
        self.process.kill()
        self.process.wait(10)


@pytest.fixture
def smb(tmp_path: Path) -> Smb:
    """An empty data directory."""
    return Smb(tmp_path / "home")


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the tenant "Shop", which each test copies."""
    smb = Smb(tmp_path_factory.mktemp("shop") / "home")
    made = smb("tenants", "create", "Shop", "--email", "ana@example.com", "--password", PASSWORD, "--currency", "EUR")
    assert made.code == 0, made.err
    return smb.home


@pytest.fixture(scope="session")
def stocked_template(shop_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with 30 orders of 2.00 in October 2026."""
    folder = tmp_path_factory.mktemp("stocked")
    smb = Smb(folder / "home")
    shutil.copytree(shop_template, smb.home)
    done = smb("import", str(write_orders(folder, 30)), "--tenant", "Shop", "--json")
    assert done.code == 0, done.err
    assert (done.json["created"], done.json["rejected"]) == (30, 0)
    return smb.home


@pytest.fixture
def shop(smb: Smb, shop_template: Path) -> Smb:
    """The tenant "Shop"."""
    shutil.copytree(shop_template, smb.home)
    return smb


@pytest.fixture
def stocked(smb: Smb, stocked_template: Path) -> Smb:
    """The tenant "Shop" with 30 orders of 2.00 in October 2026."""
    shutil.copytree(stocked_template, smb.home)
    return smb


def write_orders(folder: Path, count: int) -> Path:
    """A file of that many orders of 2.00 each."""
    path = folder / f"orders-{count}.csv"
    with path.open("w") as file:
        file.write("Order ID,Order Date,Customer,Product,Quantity,Unit Price\n")
        for number in range(count):
            file.write(f"{number},2026-10-{number % 28 + 1:02},Customer {number % 50},Tea,1,2.00\n")
    return path
