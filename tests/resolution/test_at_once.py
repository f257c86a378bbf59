"""What is written while customers are merged counts as theirs in the end."""

import asyncio
import threading

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.commerce import Customer, Order
from tests.processes import kept_workers
from tests.resolution.sources import Sources, customer, order
from tests.resolution.test_buyers import MAYA, customers, orders_by_customer
from tools.kit.workers import Workers
from tools.resolution.schemas import MergeRequest, SplitRequest
from tools.resolution.service import ResolutionService

pytestmark = pytest.mark.anyio
BEN = {"name": "Ben Gray", "email": "ben@gray.ie"}


@pytest.fixture
def service(database: Database, workers: Workers) -> ResolutionService:
    return ResolutionService(database, workers)


async def test_an_order_that_a_sync_gives_to_another_customer_while_she_is_merged_is_hers(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    shop = await sources.connector("shopify")
    await sources.sync(shop, customer("s1", **MAYA), order("1001", customer("s2", **BEN)))
    await service.resolve(actor)
    await sources.sync("stripe", customer("cus_1", **MAYA))
    await sources.begin(shop, order("1001", customer("s1", **MAYA)))
    await service.resolve(actor)
    assert len(await customers(database, actor)) == 2
    await sources.finish()
    await service.resolve(actor)
    assert await orders_by_customer(database, actor) == {"Maya Okafor": 1}
    async with database.read(actor) as uow:
        counted = await uow.session.scalar(select(Order.customer_id))
    assert counted in {one.id for one in await customers(database, actor)}


async def test_nobody_is_merged_or_parted_by_an_owner_while_data_is_written(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", customer("s1", **MAYA), customer("s2", **BEN))
    await sources.sync("stripe", customer("cus_1", **MAYA))
    await service.resolve(actor)
    ben, maya = await customers(database, actor)
    await sources.begin("square", order("1", customer("q1", **MAYA)))
    with pytest.raises(CopilotError) as refused:
        async with database.write(actor) as uow:
            await service.split(uow, SplitRequest(customer_id=maya.id))
    assert refused.value.kind == ErrorKind.CONFLICT
    with pytest.raises(CopilotError) as refused:
        async with database.write(actor) as uow:
            await service.merge(uow, MergeRequest(one_id=maya.id, other_id=ben.id))
    assert refused.value.kind == ErrorKind.CONFLICT
    await sources.finish()
    await service.resolve(actor)
    async with database.write(actor) as uow:
        parted = await service.split(uow, SplitRequest(customer_id=maya.id))
    assert [one.id for one in parted.members] == [parted.customer_id]
    async with database.write(actor) as uow:
        merged = await service.merge(uow, MergeRequest(one_id=parted.customer_id, other_id=ben.id))
    assert {one.name for one in merged.members} == {"Maya Okafor", "Ben Gray"}


async def test_two_runs_at_once_find_what_one_finds(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", customer("s1", **MAYA), customer("s2", **BEN))
    await sources.sync("stripe", customer("cus_1", **MAYA), customer("cus_2", **BEN))
    reports = await asyncio.gather(service.resolve(actor), service.resolve(actor), service.resolve(actor))
    assert sorted(one.buyers.groups for one in reports) == [0, 0, 2]
    assert [one.name for one in await customers(database, actor)] == ["Ben Gray", "Maya Okafor"]


async def test_whom_an_owner_merges_in_another_process_while_all_are_compared_stays_merged(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", customer("s1", **MAYA), customer("s2", **BEN))
    await sources.sync("stripe", customer("cus_1", **MAYA))
    async with database.read(actor) as uow:
        ids = dict((await uow.session.execute(select(Customer.source_key, Customer.id))).all())
    merged: list[str] = []

    async def merge() -> None:
        other = Database(database.config, database.clock)
        async with other.write(actor) as uow:
            one, two = (id_ for key, id_ in ids.items() if "s1" in key or "s2" in key)
            made = await ResolutionService(other, kept_workers()).merge(uow, MergeRequest(one_id=one, other_id=two))
            merged.append(made.customer_id)
        await other.dispose()

    def tell(words: str) -> None:
        if words.startswith("putting together") and not merged:
            thread = threading.Thread(target=lambda: asyncio.run(merge()))
            thread.start()
            thread.join()

    await service.resolve(actor, tell)
    assert len(merged) == 1
    (one,) = await customers(database, actor)
    async with database.read(actor) as uow:
        members = (await service.identity(uow, one.id)).members
    assert {member.name for member in members} == {"Maya Okafor", "Ben Gray"}
    assert len(members) == 3
