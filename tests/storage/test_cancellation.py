"""A task that is cancelled in the middle of a unit of work leaves nothing locked and nothing half written."""

import asyncio
import contextlib
import gc
import random
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.models.conversations import ChatThread
from storage.models.identity import Tenant
from storage.scope import SystemPurpose
from tests.conftest import TenantFactory

pytestmark = pytest.mark.anyio
ROUNDS = 60


@pytest.fixture
def database_config(database_config: DatabaseConfig) -> DatabaseConfig:
    # A lock that is left behind shows within seconds.
    return DatabaseConfig(database_config.url, lock_timeout=5.0)


async def _rename(database: Database, actor: Actor, name: str) -> None:
    async with database.write(actor) as uow:
        (await uow.tenants.current()).name = name
        await uow.flush()
        await uow.session.scalars(select(Tenant))


@pytest.fixture
async def no_abandoned_handshake() -> AsyncGenerator[None]:
    """A connection that is cancelled while it is being made leaves asyncpg's future of the server's TLS answer behind,
    whose end nobody awaits (asyncpg.connect_utils.TLSUpgradeProto). That is told to the loop, and no fault of ours."""
    loop = asyncio.get_running_loop()
    handler = loop.get_exception_handler()

    def pass_on(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "unexpected connection_lost()" not in str(context.get("exception")):
            (handler or type(loop).default_exception_handler)(loop, context)

    loop.set_exception_handler(pass_on)
    yield
    gc.collect()
    await asyncio.sleep(0)
    loop.set_exception_handler(handler)


@pytest.mark.usefixtures("no_abandoned_handshake")
async def test_others_can_write_after_a_writer_was_cancelled(database: Database, make_tenant: TenantFactory):
    actor = await make_tenant()
    chance = random.Random(7)
    for number in range(ROUNDS):
        writing = asyncio.create_task(_rename(database, actor, f"cancelled {number}"))
        await asyncio.sleep(chance.random() * 0.01)
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writing
        await _rename(database, actor, f"kept {number}")
        async with database.read(actor) as uow:
            assert (await uow.tenants.current()).name == f"kept {number}"


async def test_a_cancelled_unit_changes_nothing(database: Database, make_tenant: TenantFactory, clock: FixedClock):
    actor = await make_tenant("Before")
    begun = asyncio.Event()

    async def write_slowly() -> None:
        async with database.write(actor) as uow:
            (await uow.tenants.current()).name = "After"
            await uow.flush()
            begun.set()
            await asyncio.Event().wait()

    writing = asyncio.create_task(write_slowly())
    await begun.wait()
    writing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await writing
    async with database.read(actor) as uow:
        assert (await uow.tenants.current()).name == "Before"


@pytest.mark.usefixtures("no_abandoned_handshake")
async def test_a_unit_that_is_cancelled_at_any_moment_is_kept_whole_or_not_at_all(
    database: Database, make_tenant: TenantFactory, clock: FixedClock
):
    """Also what is written with its first statement, and what an embedded store writes no sooner than at the commit."""
    actor = await make_tenant()
    chance = random.Random(11)

    async def write(unit: int) -> None:
        async with database.write(actor) as uow:
            rows = [{"title": f"{unit}", "last_active_at": clock.now(), "user_id": None} for _ in range(2)]
            await uow.bulk_insert(ChatThread, rows)
            await uow.session.insert(*(ChatThread(**row) for row in rows))

    # As long as a unit takes here, however busy the machine is: some are cancelled early, some come to their end.
    await write(-1)
    began = time.perf_counter()
    await write(-2)
    longest = 1.5 * (time.perf_counter() - began)
    for unit in range(3 * ROUNDS):
        writing = asyncio.create_task(write(unit))
        await asyncio.sleep(chance.random() * longest)
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writing
    async with database.read(actor) as uow:
        kept = Counter(await uow.session.scalars(select(ChatThread.title)))
    assert set(kept.values()) == {4}


def _file(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)


async def test_a_writer_that_was_cancelled_while_it_waited_for_the_file_does_not_get_it(
    embedded_config: DatabaseConfig, clock: FixedClock
):
    database = Database(DatabaseConfig(embedded_config.url, lock_timeout=2.0), clock)
    assert embedded_config.embedded_path is not None
    with contextlib.closing(_file(embedded_config.embedded_path)) as other:
        other.execute("BEGIN IMMEDIATE")

        async def write() -> None:
            async with database.system(SystemPurpose.MAINTENANCE) as uow:
                await uow.tenants.all()

        waiting = asyncio.create_task(write())
        await asyncio.sleep(0.2)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
        other.execute("ROLLBACK")
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    await database.dispose()
