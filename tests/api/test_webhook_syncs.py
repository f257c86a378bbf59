"""From a change at the vendor's, by its webhook, to the changed row in our store and the event on the tenant's stream."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.bootstrap import Services
from api.settings import Settings
from api.sync import SYNC, begin_for_hints
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.stripe.server import WEBHOOK_SECRET
from evals.standins.vendors.world import World, build_world
from evals.standins.vendors.world.things import Customer as Person
from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import FixedClock
from storage.models.commerce import Customer
from storage.models.ingestion import IngestionBatch
from storage.models.system import Job
from storage.scope import SystemPurpose
from tests.api.conftest import Caller, settings_for
from tests.api.live import live
from tools.connections.webhooks import WebhookService
from tools.connectors.core.webhooks.post import Post

pytestmark = pytest.mark.anyio
PATH = "/api/webhooks/stripe/"
SHOWN_WITHIN = 2.0


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def stripe(world: World, clock: FixedClock) -> Iterator[StripeStandIn]:
    clock.at = world.clock.now()
    with StripeStandIn(world, limits=()) as server:
        yield server


@pytest.fixture
def settings(database_config: DatabaseConfig, tmp_path: Path, stripe: StripeStandIn) -> Settings:
    changes = {"connector_base_urls": {"stripe": stripe.origin}, "webhook_secrets": {"stripe": WEBHOOK_SECRET}}
    return settings_for(tmp_path / "home", database_config, **changes)


@pytest.fixture
def services(app: FastAPI) -> Services:
    return app.state.services


@pytest.fixture
async def url(app: FastAPI) -> AsyncIterator[str]:
    async with live(app) as url:
        yield url


@pytest.fixture
async def connection(owner: Caller, stripe: StripeStandIn, url: str) -> str:
    """A Stripe account that was synchronised once."""
    connected = await owner.post("/api/connectors/stripe/connect", {"fields": {"token": stripe.key}})
    connection: str = connected.json()["id"]
    job = (await owner.post(f"/api/connectors/{connection}/sync", {})).json()
    async with asyncio.timeout(60):
        while job["state"] in ("queued", "running"):
            await asyncio.sleep(0.05)
            job = (await owner.get(f"/api/jobs/{job['id']}")).json()
    assert job["state"] == "succeeded", job
    return connection


Until = Callable[[str], Awaitable[dict[str, Any]]]


@asynccontextmanager
async def listening(owner: Caller, url: str) -> AsyncIterator[Until]:
    """The tenant's stream, followed as the page does; gives the next event of a kind."""
    async with (
        httpx.AsyncClient(base_url=url, timeout=60) as client,
        client.stream("GET", "/api/events", headers=owner.headers) as stream,
    ):
        lines = stream.aiter_lines()

        async def until(kind: str) -> dict[str, Any]:
            seen = ""
            async for line in lines:
                name, _, value = line.partition(": ")
                seen = value if name == "event" else seen
                if name == "data" and seen == kind:
                    return json.loads(value)
            raise AssertionError("the stream ended")

        yield until


async def hook(stripe: StripeStandIn, world: World, url: str, connection: str, change: int = -1) -> httpx.Response:
    body = stripe.event_of(world.journal[change])
    return await asyncio.to_thread(lambda: stripe.webhooks.post(url + PATH + connection, body))


def rename(world: World, clock: FixedClock, email: str) -> Person:
    world.clock.advance(1)
    clock.at = world.clock.now()
    world.change(world.customers[0], email=email)
    return world.customers[0]


async def emails(services: Services, owner: Caller) -> set[str | None]:
    actor = Actor(owner.tenant_id, None, Role.OWNER, Surface.SYSTEM)
    async with services.database.read(actor) as uow:
        return set(await uow.session.scalars(select(Customer.email)))


async def syncs(services: Services, owner: Caller) -> list[Job]:
    actor = Actor(owner.tenant_id, None, Role.OWNER, Surface.SYSTEM)
    async with services.database.read(actor) as uow:
        return list(await uow.session.scalars(select(Job).where(Job.kind == SYNC).order_by(Job.id)))


async def test_a_change_is_shown_at_once_and_is_in_our_store_soon_after(
    services: Services, owner: Caller, url: str, stripe: StripeStandIn, world: World, connection: str, clock: FixedClock
) -> None:
    rename(world, clock, "hooked@mail.example")
    async with listening(owner, url) as until, asyncio.timeout(30):
        called = time.perf_counter()
        assert (await hook(stripe, world, url, connection)).status_code == 200
        shown = await until("connection.changed")
        assert time.perf_counter() - called < SHOWN_WITHIN
        assert (shown["connection_id"], shown["type"], shown["hints"]) == (connection, "stripe", 1)
        changed = await until("data.changed")
    assert (changed["connection_id"], changed["updated"]) == (connection, 1)
    assert "hooked@mail.example" in await emails(services, owner)


async def test_hints_out_of_order_leave_what_is_newest_at_the_vendor(
    services: Services, owner: Caller, url: str, stripe: StripeStandIn, world: World, connection: str, clock: FixedClock
) -> None:
    rename(world, clock, "first@mail.example")
    rename(world, clock, "second@mail.example")
    async with listening(owner, url) as until, asyncio.timeout(60):
        for change in (-1, -2):
            assert (await hook(stripe, world, url, connection, change)).status_code == 200
            await until("data.changed")
    found = await emails(services, owner)
    assert "second@mail.example" in found
    assert "first@mail.example" not in found


async def test_it_is_answered_before_the_sync_is_done_and_a_running_one_gets_one_follower(
    services: Services, owner: Caller, url: str, stripe: StripeStandIn, world: World, connection: str, clock: FixedClock
) -> None:
    async with listening(owner, url) as until, asyncio.timeout(60):
        stripe.faults.close_gate()
        asked = len(stripe.requests)
        for round_ in range(6):
            rename(world, clock, f"hook{round_}@mail.example")
            assert (await hook(stripe, world, url, connection)).status_code == 200
            while round_ == 0 and len(stripe.requests) == asked:  # noqa: ASYNC110 - the gate is another thread's
                await asyncio.sleep(0.02)
            await until("connection.changed")
            await asyncio.sleep(0.2)
        assert not [job for job in (await syncs(services, owner))[1:] if job.finished_at is not None]
        stripe.faults.open_gate()
        await until("data.changed")
        await until("data.changed")
    assert len(await syncs(services, owner)) == 3, "the first of all, the one that ran, and its one follower"
    assert "hook5@mail.example" in await emails(services, owner)


async def test_an_event_that_is_sent_again_fetches_nothing(
    services: Services, owner: Caller, url: str, stripe: StripeStandIn, world: World, connection: str, clock: FixedClock
) -> None:
    rename(world, clock, "once@mail.example")
    async with listening(owner, url) as until, asyncio.timeout(30):
        await hook(stripe, world, url, connection)
        await until("data.changed")
        for _ in range(3):
            assert (await hook(stripe, world, url, connection)).status_code == 200
        await services.webhooks.aclose()
    assert len(await syncs(services, owner)) == 2


async def test_what_a_process_wrote_down_before_it_died_is_fetched_by_the_next_sweep(
    services: Services, owner: Caller, url: str, stripe: StripeStandIn, world: World, connection: str, clock: FixedClock
) -> None:
    rename(world, clock, "left@mail.example")
    where = url + PATH + connection
    content, headers = stripe.webhooks.draft(where, stripe.event_of(world.journal[-1]))
    post = Post("POST", where, {name.lower(): value for name, value in headers.items()}, content)
    # As the route does it, and no further.
    service = WebhookService(services.vendors, services.settings.webhook_secrets)
    (told,) = (await service.receive("stripe", connection, post)).told
    assert told.is_due
    assert services.sync_clock is not None
    await services.sync_clock.tick()
    assert len(await syncs(services, owner)) == 1
    clock.at += timedelta(minutes=2)
    async with listening(owner, url) as until, asyncio.timeout(30):
        await services.sync_clock.tick()
        await until("data.changed")
    assert "left@mail.example" in await emails(services, owner)
    async with services.database.system(SystemPurpose.WEBHOOK) as uow:
        assert [one.status for one in await uow.webhooks.of(connection)] == ["done"]


async def test_hints_that_come_at_one_moment_begin_one_sync(services: Services, owner: Caller, connection: str) -> None:
    actor = Actor(owner.tenant_id, None, Role.OWNER, Surface.SYSTEM)
    # Something else is being written: whichever of them begins one first, it has read nothing when the last of them looks.
    async with services.database.write(actor) as uow:
        uow.add(written := IngestionBatch(connector_id=connection, status="applying", filename="other.csv"))
    begun = (begin_for_hints(services.database, services.jobs, actor, connection) for _ in range(12))
    await asyncio.gather(*begun)
    assert len(await syncs(services, owner)) == 2, "the first of all, and one for the twelve"
    async with services.database.write(actor) as uow:
        (await uow.ingestion.batch(written.id)).status = "failed"
