"""Several workers, one budget: over real sockets, in one process and through Redis."""

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from storage.kernel.clock import FixedClock, SystemClock
from storage.kernel.errors import CopilotError
from storage.kernel.ids import new_id
from tests.connectors.core.vendor import LoopbackVendor
from tools.connectors.core.budget import Budget, InProcessLedgers, LedgerStore, RedisLedgers
from tools.connectors.core.config import CostBucket, Throttle, VendorConfig, Window, load_vendors
from tools.connectors.core.endpoints import ROLES, Endpoints
from tools.connectors.core.errors import VendorUnavailable
from tools.connectors.core.http import VendorClient
from tools.connectors.core.renewal import StaticTokens
from tools.connectors.core.wire import open_http

pytestmark = pytest.mark.anyio
REDIS = "redis://127.0.0.1:6379"


@pytest.fixture(params=["in-process", "redis"])
async def stores(request: pytest.FixtureRequest) -> AsyncIterator[list[LedgerStore]]:
    """What three workers count in: one and the same, or three that meet in Redis."""
    if request.param == "in-process":
        yield [InProcessLedgers(SystemClock())] * 3
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
