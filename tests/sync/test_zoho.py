"""An organisation at Zoho CRM is read whole, then kept up to date, and says what is true of the business."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.world import World, build_world, truth
from evals.standins.vendors.world.things import Order as SalesOrder
from evals.standins.vendors.zoho import ZohoStandIn
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.kernel.money import from_micros
from storage.models.commerce import Customer, Order, OrderLine, Product
from storage.models.ingestion import RawRecord
from storage.models.relations import Contact, Deal
from tests.sync.conftest import Synced, authorized, on_both_databases, service_over, vendors_at
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio

MODULES = 10


@pytest.fixture
def world() -> World:
    """A business with more customers than a page of records has."""
    world = build_world(customers=120, orders=1)
    world.settle([replace(one, number=1_000 + one.number) for one in world.customers])
    assert len(world.customers) > 200
    return world


@pytest.fixture
def server(world: World) -> Iterator[ZohoStandIn]:
    with ZohoStandIn(world) as server:
        yield server


@pytest.fixture
async def vendors(database: Database, server: ZohoStandIn, clock: FixedClock) -> AsyncIterator[Vendors]:
    vendors = vendors_at(database, server, clock)
    yield vendors
    await vendors.http.aclose()


@pytest.fixture
async def shop(database: Database, actor: Actor, vendors: Vendors, server: ZohoStandIn) -> Synced:
    connection = await authorized(vendors, actor, "zoho")
    server.requests.clear()
    return Synced(actor, connection, service_over(database, vendors), database)


async def count(shop: Synced, model: Any, *where: Any) -> int:
    [(number,)] = await shop.rows(select(func.count()).select_from(model).where(*where))
    return number


async def worth(shop: Synced, *where: Any) -> dict[str, Decimal]:
    statement = select(Deal.currency, func.sum(Deal.amount_micros)).where(Deal.deleted_at.is_(None), *where)
    found = await shop.rows(statement.group_by(Deal.currency))
    return {currency: from_micros(int(value)) for currency, value in found if value}


async def assert_true(shop: Synced, world: World) -> None:
    """The store says what is true of the organisation, whose records name no currency: all amounts are in its own."""
    expected = truth(world, "zoho")
    deals_won = Deal.status == "won"
    assert {
        "contacts": await count(shop, Contact, Contact.deleted_at.is_(None)),
        "companies": await count(shop, Customer, Customer.deleted_at.is_(None)),
        "deals": await count(shop, Deal, Deal.deleted_at.is_(None)),
        "deals_won": await count(shop, Deal, Deal.deleted_at.is_(None), deals_won),
        "products": await count(shop, Product, Product.deleted_at.is_(None)),
    } == expected.counts
    for found, name in ((await worth(shop), "all"), (await worth(shop, deals_won), "won")):
        assert found == {"EUR": sum((money.get(name, Decimal(0)) for money in expected.money.values()), Decimal(0))}


def pass_time(server: ZohoStandIn, clock: FixedClock, seconds: float = 3600) -> None:
    server.clock.advance(seconds)
    clock.at = server.clock.now()


async def test_a_first_sync_brings_what_is_true_of_the_business(
    shop: Synced, server: ZohoStandIn, world: World
) -> None:
    run = await shop.sync()
    assert (run.status, run.full, run.rejected, run.problem_count) == ("committed", True, 0, 0), run.problems
    assert run.unknown_fields == ()
    assert len(server.asked_for("/Contacts")) == 2
    await assert_true(shop, world)
    assert server.violations == []


async def test_a_second_sync_asks_only_for_what_changed_and_changes_nothing(
    shop: Synced, server: ZohoStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    server.requests.clear()
    run = await shop.sync()
    assert (run.full, run.created, run.updated, run.objects) == (False, 0, 0, {})
    lists = [one for one in server.asked_for("/crm/v8/") if not one.path.endswith("/org")]
    assert len(lists) == 2 * MODULES
    assert all("if-modified-since" in one.headers for one in lists)
    await assert_true(shop, world)


@on_both_databases
async def test_what_was_added_changed_and_deleted_since_is_brought_up_to_date(
    shop: Synced, server: ZohoStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    world.change(world.customers[0], phone="+49 30 1234567")
    gone = world.customers[1:206]  # more than a page of the list of what was deleted
    for one in gone:
        world.delete(one)
    is_open = next(deal for deal in world.deals if deal.stage == "proposal" and deal.amount)
    world.change(is_open, stage="won")
    world.add(replace(is_open, number=9_001, amount=Decimal("1234.56")))
    world.delete(next(deal for deal in world.deals if deal.amount and deal.stage == "won" and deal.number != 9_001))
    world.delete(world.companies[2])
    world.delete(world.products[3])
    pass_time(server, clock, 60)
    run = await shop.sync()
    assert (run.full, run.problem_count) == (False, 0), run.problems
    await assert_true(shop, world)
    assert await count(shop, Contact, Contact.phone == "+49 30 1234567") == 1
    assert await count(shop, Contact, Contact.deleted_at.is_not(None)) == len(gone)
    assert len(server.asked_for("/Contacts/deleted")) == 2


async def test_sales_orders_have_the_lines_that_only_the_single_record_tells(
    shop: Synced, server: ZohoStandIn, world: World
) -> None:
    world.settle([one for one in build_world(orders=30).orders if world.find(SalesOrder, one.number) is None])
    server.sells = True
    run = await shop.sync()
    sold = [one for one in world.orders if one.currency == "EUR"]
    assert (run.objects["sales_order"], run.problem_count, run.unknown_fields) == (len(sold), 0, ()), run
    assert await count(shop, OrderLine) == sum(len(one.lines) for one in sold)
    measures = [func.sum(getattr(OrderLine, f"{name}_micros")) for name in ("gross", "net", "tax")]
    [found] = await shop.rows(select(*measures))
    lines = [line for one in sold for line in one.lines]
    assert [from_micros(int(value)) for value in found] == [
        sum((getattr(line, name) for line in lines), Decimal(0)) for name in ("gross", "net", "tax")
    ]
    told = dict(await shop.rows(select(Order.status, func.count()).group_by(Order.status)))
    assert told == Counter(one.status for one in sold)


async def test_a_module_that_the_organisation_does_not_have_is_told_and_the_others_are_read(
    shop: Synced, server: ZohoStandIn, world: World
) -> None:
    server.hidden |= {"Quotes", "Events"}
    run = await shop.sync()
    assert {problem.object for problem in run.problems} == {"quote", "event"}
    await assert_true(shop, world)


async def test_an_outage_and_a_page_that_has_expired_leave_nothing_behind(
    shop: Synced, server: ZohoStandIn, world: World
) -> None:
    server.faults.outage(times=50)
    with pytest.raises(CopilotError, match="cannot be reached now"):
        await shop.sync()
    while server.faults.take_outage() is not None:
        pass
    server.faults.dead_cursor()
    with pytest.raises(CopilotError, match="expired"):
        await shop.sync()
    for model in (Contact, Customer, Deal, RawRecord):
        assert await count(shop, model) == 0
    await shop.sync()
    await assert_true(shop, world)
