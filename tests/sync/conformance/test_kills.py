"""A server that is killed with no warning in the midst of a sync, and started again, ends it as one that was not."""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.standins.vendors.kit.clock import RunningClock
from evals.standins.vendors.kit.server import VendorServer
from evals.standins.vendors.world import World
from storage.database import Database, DatabaseConfig
from storage.kernel.clock import SystemClock
from tests.sync.conformance.books import Rows, content, differences
from tests.sync.conformance.business import small_world, told, true
from tests.sync.conformance.process import Task, prepared
from tests.sync.conformance.table import VENDORS, Vendor

pytestmark = [pytest.mark.anyio, pytest.mark.prove, pytest.mark.timeout(1800)]

KILLS = 20
OF_EACH = [(vendor, KILLS // len(VENDORS) + (place < KILLS % len(VENDORS))) for place, vendor in enumerate(VENDORS)]
LATEST_SECONDS = 0.12
"""How long after a request the process may still live."""
PATIENCE_SECONDS = 240.0
SEED = 20261102


@pytest.mark.parametrize(("vendor", "kills"), OF_EACH, ids=str)
async def test_a_server_that_is_killed_ends_its_sync_when_it_comes_back(
    vendor: Vendor, kills: int, tmp_path: Path
) -> None:
    chance = random.Random(f"{SEED} {vendor.name}")
    async with at_the_vendor(vendor) as server:
        unbroken = Home(tmp_path / "unbroken", vendor, server)
        await unbroken.prepare()
        assert await unbroken.run_to_its_end() == "succeeded"
        expected, requests = await unbroken.content(), len(server.requests)
        killed = number = 0
        while killed < kills:  # a sync that ends before its process is killed is followed by another one
            number += 1
            home = Home(tmp_path / f"killed-{number}", vendor, server)
            await home.prepare()
            for _ in range(kills - killed):
                left = max(1, (requests - len(server.requests)) // 2)
                if not await home.run_until_killed(chance.randint(1, left), chance.uniform(0, LATEST_SECONDS)):
                    break
                killed += 1
            assert await home.run_to_its_end() == "succeeded"
            assert differences(expected, await home.content()) == {}
        assert killed == kills


@asynccontextmanager
async def at_the_vendor(vendor: Vendor) -> AsyncGenerator[VendorServer]:
    """Its clock goes on as ours does: the processes have no other."""
    with vendor.stand_in(small_world(RunningClock(datetime.now(UTC)))) as server:
        yield server


@dataclass
class Home:
    """The files of one installation, and the processes that work in it, one after another."""

    path: Path
    vendor: Vendor
    server: VendorServer
    task: Task | None = None

    @property
    def world(self) -> World:
        return self.server.world

    async def prepare(self) -> None:
        self.path.mkdir()
        self.task = await prepared(self.path, self.vendor, self.server)
        self.server.requests.clear()
        self.server.budget.renew()  # each home has a day of its own

    async def run_to_its_end(self) -> str:
        """The state of the job in the end."""
        process = self._start()
        out, errors = await asyncio.to_thread(process.communicate, timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, errors[-2000:]
        told = json.loads(out.splitlines()[-1])  # before it stand log lines
        assert told["state"] == "succeeded", told
        return told["state"]

    async def run_until_killed(self, requests: int, seconds: float) -> bool:
        """Kills the process so many seconds after its so many-eth request; False where it had ended before."""
        seen = len(self.server.requests)
        process = self._start()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.server.requests) < seen + requests and process.poll() is None:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.001)
        await asyncio.sleep(seconds)
        is_running = process.poll() is None
        process.kill()
        await asyncio.to_thread(process.communicate)
        return is_running

    async def content(self) -> Rows:
        """Of a store that says what is true."""
        assert self.task is not None
        settings = self.task.settings(self.path)
        database = Database(DatabaseConfig(settings.resolved_database_url), SystemClock())
        try:
            assert await told(self.vendor, self.server, database, self.task.actor) == true(self.vendor, self.world)
            return await content(database, self.task.actor, self.task.connection_id)
        finally:
            await database.dispose()

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.sync.conformance.process", str(self.path)]
        root = Path(__file__).parents[3]
        return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
