"""A shop is connected, synchronised and asked, over the API alone; and again on schedule."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from api.settings import Settings
from api.sync import SyncClock
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import World, build_world, truth
from storage.database import DatabaseConfig
from storage.kernel.clock import FixedClock
from tests.api.conftest import Caller, client_of, register, settings_for

pytestmark = pytest.mark.anyio


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def stripe(world: World, clock: FixedClock) -> Iterator[StripeStandIn]:
    clock.at = world.clock.now()
    with StripeStandIn(world) as server:
        yield server


@pytest.fixture
def settings(database_config: DatabaseConfig, tmp_path: Path, stripe: StripeStandIn) -> Settings:
    return settings_for(tmp_path / "home", database_config, connector_base_urls={"stripe": stripe.origin})


async def connected(owner: Caller, stripe: StripeStandIn) -> str:
    response = await owner.post("/api/connectors/stripe/connect", {"fields": {"token": stripe.key}})
    assert response.status_code == 201, response.text
    return response.json()["id"]


async def finished(owner: Caller, job_id: str) -> dict[str, Any]:
    for _ in range(600):
        job = (await owner.get(f"/api/jobs/{job_id}")).json()
        if job["state"] in ("succeeded", "failed"):
            return job
        await asyncio.sleep(0.1)
    raise TimeoutError(job_id)


async def test_connect_sync_ask(owner: Caller, stripe: StripeStandIn, world: World) -> None:
    connection = await connected(owner, stripe)
    begun = await owner.post(f"/api/connectors/{connection}/sync", {})
    assert begun.status_code == 202
    assert begun.headers["location"] == f"/api/jobs/{begun.json()['id']}"
    job = await finished(owner, begun.json()["id"])
    assert job["state"] == "succeeded", job
    assert job["result"]["problem_count"] == 0
    runs = (await owner.get(f"/api/connectors/{connection}/runs")).json()
    assert [run["status"] for run in runs["items"]] == ["committed"]
    assert runs["items"][0]["objects"]["charge"] == truth(world, "stripe").counts["charges"]
    kinds = (await owner.get("/api/connectors")).json()["items"]
    [account] = next(kind for kind in kinds if kind["type"] == "stripe")["connections"]
    assert account["last_sync_at"] is not None
    asked = {"question": "number of payments", "as_of": world.clock.now().date().isoformat()}
    answer = (await owner.post("/api/modules/mini-foundry/query", asked)).json()
    assert answer["status"] == "answered", answer
    assert Decimal(str(answer["rows"][0][0])) == truth(world, "stripe").counts["charges_succeeded"]
    assert account["name"] in [source["name"] for source in answer["provenance"]["sources"]]


async def test_an_outage_fails_the_job_with_words_for_the_owner(owner: Caller, stripe: StripeStandIn) -> None:
    connection = await connected(owner, stripe)
    stripe.faults.outage(times=100)
    job = await finished(owner, (await owner.post(f"/api/connectors/{connection}/sync", {})).json()["id"])
    assert job["state"] == "failed"
    assert "Stripe cannot be reached now" in job["error"]["message"]
    [run] = (await owner.get(f"/api/connectors/{connection}/runs")).json()["items"]
    assert (run["status"], "cannot be reached" in run["error"]) == ("failed", True)


async def test_a_connection_of_somebody_else_is_not_found(app: FastAPI, owner: Caller, stripe: StripeStandIn) -> None:
    connection = await connected(owner, stripe)
    async with client_of(app) as client:
        stranger = await register(client, "other@shop.example", "Other")
        assert (await stranger.post(f"/api/connectors/{connection}/sync", {})).status_code == 404
        assert (await stranger.get(f"/api/connectors/{connection}/runs")).status_code == 404


async def test_due_connections_are_synchronised_once_in_a_slot_of_time(
    app: FastAPI, owner: Caller, stripe: StripeStandIn, clock: FixedClock
) -> None:
    connection = await connected(owner, stripe)
    services = app.state.services
    clocks = [SyncClock(services.database, services.jobs, timedelta(hours=1)) for _ in range(2)]
    for one in clocks:
        await one.tick()
    runs: list[dict[str, Any]] = []
    for _ in range(600):
        runs = (await owner.get(f"/api/connectors/{connection}/runs")).json()["items"]
        if runs and runs[0]["status"] != "applying":
            break
        await asyncio.sleep(0.1)
    assert [run["status"] for run in runs] == ["committed"]
    assert await clocks[0].tick() == 0
    clock.at += timedelta(hours=2)
    assert await clocks[0].tick() == 1


async def test_asking_again_gives_the_sync_that_is_under_way(owner: Caller, stripe: StripeStandIn) -> None:
    connection = await connected(owner, stripe)
    stripe.faults.close_gate()
    try:
        jobs = [(await owner.post(f"/api/connectors/{connection}/sync", {})).json()["id"] for _ in range(3)]
    finally:
        stripe.faults.open_gate()
    assert len(set(jobs)) == 1
    assert (await finished(owner, jobs[0]))["state"] == "succeeded"
    again = (await owner.post(f"/api/connectors/{connection}/sync", {})).json()["id"]
    assert again != jobs[0]
    await finished(owner, again)
