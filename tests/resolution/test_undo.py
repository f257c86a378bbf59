"""An import or sync that is taken back leaves nothing behind in what was merged, linked or counted once."""

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Customer, Order, Transaction
from storage.models.relations import Contact
from storage.models.resolution import ResolutionKey
from storage.repositories.resolution_keys import ALL, STALE
from tests.resolution.sources import Sources, contact, customer, order, payment
from tests.resolution.test_buyers import MAYA, crowd, customers, orders_by_customer
from tests.resolution.test_sales import figure
from tools.kit.workers import Workers
from tools.resolution.service import ResolutionService

pytestmark = pytest.mark.anyio


@pytest.fixture
def service(database: Database, workers: Workers) -> ResolutionService:
    return ResolutionService(database, workers)


async def test_a_payment_that_was_linked_to_an_order_outlives_it(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("stripe", payment("ch_1", 10, customer("cus_1", **MAYA)))
    await sources.sync("shopify", order("1001", customer("s1", **MAYA)))
    await service.resolve(actor)
    async with database.read(actor) as uow:
        assert await uow.session.scalar(select(Transaction.order_id)) is not None
    await sources.undo()
    await service.resolve(actor)
    async with database.read(actor) as uow:
        assert await uow.session.scalar(select(Transaction.order_id)) is None
    assert await figure(database, actor, "payments_received") == 10


async def test_a_contact_who_was_found_to_be_a_customer_outlives_her(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("hubspot", contact("h1", **MAYA))
    await sources.sync("shopify", customer("s1", **MAYA))
    await service.resolve(actor)
    async with database.read(actor) as uow:
        assert await uow.session.scalar(select(Contact.customer_id)) is not None
    await sources.undo()
    await service.resolve(actor)
    async with database.read(actor) as uow:
        assert await uow.session.scalar(select(Contact.customer_id)) is None


async def test_a_customer_whom_a_later_sync_uses_stays_with_her_order_when_the_first_is_undone(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    shop = await sources.connector("shopify")
    await sources.sync("stripe", customer("cus_1", **MAYA))
    await sources.sync(shop, customer("s1", **MAYA))
    await service.resolve(actor)
    await sources.sync(shop, order("1001", customer("s1", **MAYA)))
    await service.resolve(actor)
    first = sources.batches.pop(1)
    sources.batches.append(first)
    await sources.undo()
    await service.resolve(actor)
    assert await orders_by_customer(database, actor) == {"Maya Okafor": 1}


async def test_nothing_of_an_undone_source_is_shown_of_those_who_stay_one(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("stripe", customer("cus_1", **MAYA))
    await sources.sync("square", customer("sq1", **MAYA))
    await sources.sync("shopify", customer("s1", **MAYA, phone="+351 21 123 4567"))
    await service.resolve(actor)
    assert [one.phone for one in await customers(database, actor)] == ["+351 21 123 4567"]
    await sources.undo()
    await service.resolve(actor)
    assert [one.phone for one in await customers(database, actor)] == [None]
    async with database.read(actor) as uow:
        known = set(await uow.session.scalars(select(Customer.id)))
        assert set(await uow.session.scalars(select(ResolutionKey.subject_id))) <= known


async def test_two_that_repeated_an_order_do_not_both_count_when_it_is_undone(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("quickbooks", order("1001", customer("7", **MAYA), at="2026-05-05"))
    await sources.sync("stripe", order("1001", customer("8", **MAYA), at="2026-05-04T12:00"))
    await sources.sync("shopify", order("1001", customer("s1", **MAYA)))
    await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 10
    async with database.read(actor) as uow:
        assert len(set(await uow.session.scalars(select(Order.duplicate_of_id)))) == 2
    await sources.undo()
    await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 10


async def test_what_an_undone_sync_had_changed_is_shown_as_before(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    shop = await sources.connector("shopify")
    await sources.sync(shop, customer("s1", **MAYA, phone="+351 21 123 4567"))
    await sources.sync("square", customer("sq1", **MAYA))
    await service.resolve(actor)
    await sources.sync(shop, customer("s1", **MAYA, phone="+351 21 999 4567"))
    await service.resolve(actor)
    assert [one.phone for one in await customers(database, actor)] == ["+351 21 999 4567"]
    await sources.undo()
    await service.resolve(actor)
    assert [one.phone for one in await customers(database, actor)] == ["+351 21 123 4567"]


async def test_whoever_is_taken_back_no_longer_counts_for_how_rare_a_name_is(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", *crowd())
    await service.resolve(actor)
    await sources.sync("stripe", customer("cus_1", **MAYA), customer("cus_2", name="Ben Gray"))
    await service.resolve(actor)
    await sources.undo()
    await service.resolve(actor)
    async with database.read(actor) as uow:
        assert (await uow.resolution.counted([ALL]))[ALL] == len(crowd())
    # What they held is counted anew when all are compared: as soon as enough has changed.
    await sources.sync("square", *(customer(f"q{n}", name=f"Zed Quill {n}", email=f"q{n}@quill.ie") for n in range(64)))
    await service.resolve(actor)
    async with database.read(actor) as uow:
        assert await uow.resolution.counted([ALL, STALE]) == {ALL: len(crowd()) + 64}
