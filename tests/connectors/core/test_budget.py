"""Several workers, one budget: over real sockets, in one process, through PostgreSQL and through Redis."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from pydantic import SecretStr
from sqlalchemy import URL, make_url, select

from api.bootstrap import open_services
from api.settings import load_settings
from storage.database import Database, DatabaseConfig
from storage.kernel.clock import FixedClock, SystemClock
from storage.kernel.errors import CopilotError
from storage.kernel.ids import new_id
from storage.models.system import VendorBudget
from storage.scope import SystemPurpose
from storage.shared import SharedTexts
from tests.connectors.core.vendor import LoopbackVendor
from tests.postgres import administer
from tools.connectors.core.budget import (
    Budget,
    DatabaseLedgers,
    FileLedgers,
    InProcessLedgers,
    LedgerStore,
    RedisLedgers,
)
from tools.connectors.core.config import CostBucket, Throttle, VendorConfig, Window, load_vendors
from tools.connectors.core.endpoints import ROLES, Endpoints
from tools.connectors.core.errors import VendorUnavailable
from tools.connectors.core.http import VendorClient
from tools.connectors.core.renewal import StaticTokens
from tools.connectors.core.wire import open_http

pytestmark = pytest.mark.anyio
REDIS = "redis://127.0.0.1:6379"


@pytest.fixture(params=["in-process", "postgres", "redis"])
def meeting(request: pytest.FixtureRequest) -> str | DatabaseConfig:
    """Where workers meet to count."""
    return request.getfixturevalue("postgres_config") if request.param == "postgres" else request.param


@pytest.fixture
async def stores(meeting: str | DatabaseConfig) -> AsyncIterator[list[LedgerStore]]:
    """What three workers count in: one and the same, or three that meet in PostgreSQL or Redis."""
    if meeting == "in-process":
        yield [InProcessLedgers(SystemClock())] * 3
        return
    if isinstance(meeting, DatabaseConfig):
        shared = [SharedTexts(meeting) for _ in range(3)]
        yield [DatabaseLedgers(one) for one in shared]
        for one in shared:
            await one.aclose()
        return
    prefix = f"test:{new_id()}:"
    opened = [RedisLedgers.connect(REDIS, prefix) for _ in range(3)]
    yield list(opened)
    for store in opened:
        await store.aclose()


def config_with(throttle: Throttle) -> VendorConfig:
    return load_vendors()["stripe"].model_copy(update={"throttle": throttle})


async def send_all(vendor: LoopbackVendor, stores: list[LedgerStore], throttle: Throttle, count: int) -> None:
    config = config_with(throttle)
    async with open_http() as http:
        clients = [
            VendorClient(
                Endpoints(config, dict.fromkeys(ROLES, vendor.url)),
                {},
                StaticTokens(SecretStr("key"), "Stripe"),
                budget=Budget(store, config, "one connection", asyncio.sleep),
                http=http,
                clock=SystemClock(),
                sleep=asyncio.sleep,
                jitter=random.Random(1),
            )
            for store in stores
        ]
        await asyncio.gather(*(clients[n % len(clients)].request("GET", "/v1/x", cost=1) for n in range(count)))


async def test_no_window_is_exceeded_by_workers_that_share_it(
    stores: list[LedgerStore], vendor: LoopbackVendor
) -> None:
    spread = random.Random(3)
    vendor.latency = lambda: spread.uniform(0, 0.05)
    await send_all(vendor, stores, Throttle(windows=(Window(name="w", amount=6, seconds=0.5),)), 30)
    arrivals = [one.began for one in vendor.seen]
    assert len(arrivals) == 30
    most = max(sum(start <= at < start + 0.5 for at in arrivals) for start in arrivals)
    assert most <= 6
    # And the budget is used: five windows follow one another, with the time of an answer between them.
    assert max(arrivals) - min(arrivals) < 5 * (0.5 + 0.25)


async def test_no_more_are_under_way_than_the_vendor_takes(stores: list[LedgerStore], vendor: LoopbackVendor) -> None:
    vendor.latency = lambda: 0.03
    await send_all(vendor, stores, Throttle(concurrent=4), 20)
    moments = [(one.began, 1) for one in vendor.seen] + [(one.ended, -1) for one in vendor.seen]
    under_way, most = 0, 0
    for _, change in sorted(moments):
        under_way += change
        most = max(most, under_way)
    assert len(vendor.seen) == 20
    assert 1 < most <= 4


async def test_a_budget_that_has_no_room_in_time_says_when(stores: list[LedgerStore]) -> None:
    config = config_with(Throttle(windows=(Window(name="day", amount=1, seconds=86_400),)))
    first, second = (Budget(store, config, "c", asyncio.sleep) for store in stores[:2])
    async with first.slot(1, 1.0):
        pass
    started = time.monotonic()
    with pytest.raises(VendorUnavailable) as late:
        async with second.slot(1, 60.0):
            pytest.fail("it was let through")
    assert time.monotonic() - started < 5
    assert late.value.retry_after is not None
    assert 86_000 < late.value.retry_after < 90_000


async def test_the_product_remembers_a_day_of_a_vendor_from_one_start_to_the_next(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, redis_url="", vector_url="")
    config = config_with(Throttle(windows=(Window(name="day", amount=1, seconds=86_400),)))
    async with open_services(settings) as services:
        await _through(Budget(services.vendors.ledgers, config, "c", asyncio.sleep))
    async with open_services(settings) as services:
        with pytest.raises(VendorUnavailable):
            await _through(Budget(services.vendors.ledgers, config, "c", asyncio.sleep))


async def begun_and_never_ended(store: LedgerStore, config: VendorConfig) -> None:
    """A request whose process dies before it is answered."""
    slot = Budget(store, config, "c", asyncio.sleep).slot(1, 1.0)
    await slot.__aenter__()


@pytest.mark.parametrize("crash", [False, True], ids=["answered", "under way"])
async def test_what_was_sent_on_a_day_counts_after_a_restart(tmp_path: Path, clock: FixedClock, crash: bool) -> None:
    config = config_with(Throttle(windows=(Window(name="day", amount=3, seconds=86_400),), concurrent=1))
    async with Budget(FileLedgers(clock, tmp_path), config, "c", asyncio.sleep).slot(1, 1.0):
        pass
    clock.at += timedelta(hours=23)
    before = FileLedgers(clock, tmp_path)
    if crash:
        await begun_and_never_ended(before, config)
    else:
        async with Budget(before, config, "c", asyncio.sleep).slot(1, 1.0):
            pass
    after = FileLedgers(clock, tmp_path)
    async with Budget(after, config, "c", asyncio.sleep).slot(1, 1.0):
        pass
    with pytest.raises(VendorUnavailable):
        async with Budget(after, config, "c", asyncio.sleep).slot(1, 60.0):
            pytest.fail("it was let through")
    clock.at += timedelta(hours=2)
    async with Budget(FileLedgers(clock, tmp_path), config, "c", asyncio.sleep).slot(1, 1.0):
        pass  # the first one's day is over
    with pytest.raises(VendorUnavailable):
        async with Budget(FileLedgers(clock, tmp_path), config, "c", asyncio.sleep).slot(1, 60.0):
            pytest.fail("it was let through")


def empty_the_files_in(folder: Path) -> None:
    (file,) = folder.iterdir()
    file.write_bytes(b"")


async def test_a_file_of_a_budget_that_was_damaged_ends_no_sync(tmp_path: Path, clock: FixedClock) -> None:
    config = config_with(Throttle(windows=(Window(name="day", amount=1, seconds=86_400),)))
    await _through(Budget(FileLedgers(clock, tmp_path), config, "c", asyncio.sleep))
    empty_the_files_in(tmp_path)
    await _through(Budget(FileLedgers(clock, tmp_path), config, "c", asyncio.sleep))
    with pytest.raises(VendorUnavailable):  # from then on it is counted again
        await _through(Budget(FileLedgers(clock, tmp_path), config, "c", asyncio.sleep))


async def test_connections_have_budgets_of_their_own_and_the_application_has_one_for_all() -> None:
    windows = (Window(name="own", amount=1, seconds=60), Window(name="all", amount=2, seconds=60, scope="app"))
    config, store = config_with(Throttle(windows=windows)), InProcessLedgers(SystemClock())
    for connection in ("a", "b"):
        async with Budget(store, config, connection, asyncio.sleep).slot(1, 1.0):
            pass
    for connection in ("a", "c"):
        with pytest.raises(VendorUnavailable):
            async with Budget(store, config, connection, asyncio.sleep).slot(1, 1.0):
                pytest.fail("it was let through")


async def test_one_that_is_cancelled_while_it_waits_holds_nothing_back(clock: FixedClock) -> None:
    config = config_with(Throttle(concurrent=1))
    store = InProcessLedgers(clock)
    budget = Budget(store, config, "c", asyncio.sleep)
    async with budget.slot(1, 1.0):
        waiting = asyncio.create_task(_through(budget))
        await asyncio.sleep(0.02)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert waiting.cancelled()
    await asyncio.wait_for(_through(budget), 1.0)


async def _through(budget: Budget) -> None:
    async with budget.slot(1, 10.0):
        pass


async def test_a_redis_that_is_not_there_is_one_clear_error() -> None:
    store = RedisLedgers.connect("redis://127.0.0.1:1")
    budget = Budget(store, config_with(Throttle(bucket=CostBucket(path="a", actual_path="b", requested_path="c", first_cost=1))), "c", asyncio.sleep)  # fmt: skip
    with pytest.raises(CopilotError, match="Redis cannot be reached"):
        async with budget.slot(1, 1.0):
            pytest.fail("it was let through")
    await store.aclose()


async def test_a_database_that_is_not_there_is_one_clear_error() -> None:
    shared = SharedTexts(DatabaseConfig("postgresql://nobody@127.0.0.1:1/none"))
    budget = Budget(DatabaseLedgers(shared), config_with(Throttle(concurrent=1)), "c", asyncio.sleep)
    with pytest.raises(CopilotError, match="database cannot be reached"):
        async with budget.slot(1, 1.0):
            pytest.fail("it was let through")
    await shared.aclose()


_TAKING = """
import asyncio, sys
from storage.database import Database, DatabaseConfig
from storage.models.system import VendorBudget
from storage.scope import SystemPurpose
from storage.shared import SharedTexts

async def take():
    shared, taken = SharedTexts(DatabaseConfig(sys.argv[1])), 0
    while True:
        left = await shared.change("k", lambda kept, now: (str(max(int(kept or 400) - 1, 0)), int(kept or 400)), HOUR)
        if left == 0:
            break
        taken += 1
    print(taken)
    await shared.aclose()

from datetime import timedelta
HOUR = timedelta(hours=1)
asyncio.run(take())
"""


async def test_two_processes_that_race_take_each_of_a_number_once(postgres_config: DatabaseConfig) -> None:
    command = (sys.executable, "-c", _TAKING, postgres_config.url)
    racing = [await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(2)]
    taken = [int((await one.communicate())[0]) for one in racing]
    assert sum(taken) == 400


def becoming(text: str) -> Callable[[str | None, float], tuple[str, str | None]]:
    """A change to a text, that tells what it was."""

    def work(kept: str | None, _now: float) -> tuple[str, str | None]:
        return text, kept

    return work


async def test_a_server_that_was_restarted_is_asked_again(
    postgres_config: DatabaseConfig, postgres_server: URL
) -> None:
    shared = SharedTexts(postgres_config)
    await shared.change("k", becoming("1"), timedelta(hours=1))
    name = make_url(postgres_config.url).database
    ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608 - our own
    administer(postgres_server, ending)
    assert await shared.change("k", becoming("2"), timedelta(hours=1)) == "1"
    await shared.aclose()


async def test_what_no_longer_matters_is_swept_away(postgres_config: DatabaseConfig) -> None:
    for key in ("old", "new"):
        shared = SharedTexts(postgres_config)
        await shared.change(key, becoming("1"), timedelta(0) if key == "old" else timedelta(hours=1))
        await shared.aclose()
    database = Database(postgres_config, SystemClock())
    async with database.system(SystemPurpose.MAINTENANCE) as uow:
        assert (await uow.session.scalars(select(VendorBudget.key))).all() == ["new"]
    await database.dispose()


async def test_processes_on_one_server_count_together_though_there_is_no_redis(
    postgres_config: DatabaseConfig, tmp_path: Path
) -> None:
    config = config_with(Throttle(windows=(Window(name="day", amount=1, seconds=86_400),)))
    homes = [load_settings(home=tmp_path / name, redis_url="", vector_url="", database_url=postgres_config.url) for name in "ab"]  # fmt: skip
    with patch("storage.durable.DurableEngine.start"):
        async with open_services(homes[0]) as first, open_services(homes[1]) as second:
            await _through(Budget(first.vendors.ledgers, config, "c", asyncio.sleep))
            with pytest.raises(VendorUnavailable):
                await _through(Budget(second.vendors.ledgers, config, "c", asyncio.sleep))
