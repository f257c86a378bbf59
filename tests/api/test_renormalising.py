"""A mapping that has changed makes rows anew by itself, where somebody asks, and from the command line; the vendor is not asked."""

import asyncio
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI

from api.renormalising import renormalise_outdated
from api.settings import Settings
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import build_world
from storage.database import DatabaseConfig
from storage.kernel.clock import FixedClock
from tests.api.conftest import Caller, settings_for
from tests.api.test_sync import connected, finished
from tools.connectors.core.folders import folder_of
from tools.ingestion.mapping import rosetta
from tools.ingestion.mapping.spec import parse_mapping

pytestmark = pytest.mark.anyio


@pytest.fixture
def stripe(clock: FixedClock) -> Iterator[StripeStandIn]:
    world = build_world(customers=12, orders=20)
    clock.at = world.clock.now()
    with StripeStandIn(world) as server:
        yield server


@pytest.fixture
def settings(embedded_config: DatabaseConfig, tmp_path: Path, stripe: StripeStandIn) -> Settings:
    return settings_for(
        tmp_path / "home", embedded_config, connector_base_urls={"stripe": stripe.origin}, sync_minutes=60
    )


def forget_phones(part: Any) -> None:
    if isinstance(part, dict):
        part.get("fields", {}).pop("phone", None)
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        forget_phones(inner)


@contextmanager
def without_phones() -> Generator[None]:
    document: dict[str, Any] = yaml.safe_load((folder_of("stripe") / "mapping.yaml").read_text("utf-8"))
    document["version"] += 1
    forget_phones(document)
    mapping = parse_mapping(yaml.safe_dump(document), "stripe/mapping.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rosetta, "load_mapping", lambda _: mapping)
        rosetta.mapping_of.cache_clear()
        yield
    rosetta.mapping_of.cache_clear()


async def phones(owner: Caller, app: FastAPI) -> int:
    from sqlalchemy import func, select

    from storage.kernel.actor import Actor, Role, Surface
    from storage.models.commerce import Customer

    actor = Actor(owner.tenant_id, None, Role.OWNER, Surface.SYSTEM)
    async with app.state.services.database.read(actor) as uow:
        return (await uow.session.execute(select(func.count(Customer.phone)))).scalar_one()


async def test_a_changed_mapping_is_taken_up_on_schedule_and_once(
    owner: Caller, app: FastAPI, stripe: StripeStandIn
) -> None:
    services = app.state.services
    connection = await connected(owner, stripe)
    job = await finished(owner, (await owner.post(f"/api/connectors/{connection}/sync", {})).json()["id"])
    assert job["state"] == "succeeded"
    assert await phones(owner, app) > 0
    with without_phones():
        await services.sync_clock.tick()
        made: list[Any] = []
        for _ in range(600):
            runs = (await owner.get(f"/api/connectors/{connection}/runs")).json()["items"]
            made = [run for run in runs if run["renormalised"] and run["status"] == "committed"]
            if made and await phones(owner, app) == 0:
                break
            await asyncio.sleep(0.1)
        assert [run["rejected"] for run in made] == [0]
        assert await phones(owner, app) == 0
        await renormalise_outdated(services.database, services.jobs)
        await renormalise_outdated(services.database, services.jobs)
        runs = (await owner.get(f"/api/connectors/{connection}/runs")).json()["items"]
        assert len([run for run in runs if run["renormalised"]]) == 1
    asked = len(stripe.requests)
    begun = await owner.post(f"/api/connectors/{connection}/renormalise", {"objects": ["lighthouse"]})
    assert begun.status_code == 202
    failed = await finished(owner, begun.json()["id"])
    assert failed["error"]["kind"] == "invalid"
    begun = await owner.post(f"/api/connectors/{connection}/renormalise", {})
    assert (await finished(owner, begun.json()["id"]))["state"] == "succeeded"
    assert await phones(owner, app) > 0
    assert len(stripe.requests) == asked
