"""A HubSpot portal is read whole, then kept up to date, and its people and deals are those of the business."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.hubspot import HubSpotStandIn, render
from evals.standins.vendors.kit.server import Answer
from evals.standins.vendors.world import World, things, truth
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.kernel.money import from_micros
from storage.models.commerce import Customer, Product
from storage.models.ingestion import RawRecord
from storage.models.relations import Contact, Deal
from tests.sync.conftest import Synced, authorized, on_both_databases, service_over, vendors_at
from tools.connectors.core.resources import load_resources
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio

OBJECTS = "/crm/objects/2026-03"


@pytest.fixture
def server(world: World) -> Iterator[HubSpotStandIn]:
    with HubSpotStandIn(world) as server:
        yield server


@pytest.fixture
async def vendors(database: Database, server: HubSpotStandIn, clock: FixedClock) -> AsyncIterator[Vendors]:
    vendors = vendors_at(database, server, clock)
    yield vendors
    await vendors.http.aclose()


@pytest.fixture
async def shop(database: Database, actor: Actor, vendors: Vendors, server: HubSpotStandIn) -> Synced:
    """A tenant whose portal is connected by its owner's consent."""
    connection = await authorized(vendors, actor, "hubspot")
    assert connection.account == str(render.PORTAL)
    server.requests.clear()
    return Synced(actor, connection, service_over(database, vendors), database)


async def count(shop: Synced, model: Any, *where: Any) -> int:
    [(number,)] = await shop.rows(select(func.count()).select_from(model).where(*where))
    return number


async def sums(shop: Synced) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for name, where in (("won", [Deal.status == "won"]), ("all", [])):
        statement = select(Deal.currency, func.sum(Deal.amount_micros)).where(Deal.deleted_at.is_(None), *where)
        for currency, micros in await shop.rows(statement.group_by(Deal.currency)):
            if micros:
                found[currency][name] = from_micros(int(micros))
    return dict(found)


async def assert_true(shop: Synced, world: World) -> None:
    """The store says what is true of the business, to the last unit of each currency, and whom each deal is with."""
    expected = truth(world, "hubspot")
    is_company = Contact.source_key.contains(":company:")
    assert {
        "contacts": await count(shop, Contact, Contact.deleted_at.is_(None), ~is_company),
        "companies": await count(shop, Contact, Contact.deleted_at.is_(None), is_company),
        "deals": await count(shop, Deal, Deal.deleted_at.is_(None)),
        "deals_won": await count(shop, Deal, Deal.deleted_at.is_(None), Deal.status == "won"),
        "products": await count(shop, Product, Product.deleted_at.is_(None)),
    } == expected.counts
    assert await count(shop, Customer, Customer.deleted_at.is_(None)) == expected.counts["contacts"]
    assert await sums(shop) == expected.money
    rows = await shop.rows(select(Deal.source_key, Deal.contact_keys))
    told = {key.rpartition(":")[2]: [each.rpartition(":")[2] for each in keys] for key, keys in rows}
    for deal in world.deals:
        assert told[render.ident("deals", deal.number)] == [render.ident("contacts", deal.customer)]


def pass_time(server: HubSpotStandIn, clock: FixedClock, seconds: float = 3600) -> None:
    server.clock.advance(seconds)
    clock.at = server.clock.now()


async def test_a_second_sync_asks_only_for_what_changed_and_changes_nothing(
    shop: Synced, server: HubSpotStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    server.requests.clear()
    run = await shop.sync()
    assert (run.full, run.created, run.updated) == (False, 0, 0)
    for kind in ("contacts", "companies", "products", "deals"):
        archive, search = server.asked_for(f"{OBJECTS}/{kind}")
        if archive.path.endswith("/search"):
            archive, search = search, archive
        assert archive.one("archived") == "true"
        assert json.loads(search.body)["filterGroups"][0]["filters"][0]["operator"] == "GTE"
    await assert_true(shop, world)


@on_both_databases
async def test_what_was_added_changed_and_archived_since_is_brought_up_to_date(
    shop: Synced, server: HubSpotStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    open_deal = next(deal for deal in world.deals if deal.stage == "proposal" and deal.amount)
    world.change(open_deal, stage="won", amount=Decimal("1234.56"), currency="EUR")
    world.change(world.customers[0], phone="+49 30 1234567")
    world.change(world.products[0], title="Beans of the house")
    world.add(
        replace(world.deals[3], number=9_001, title="Wholesale for a café", currency="KWD", amount=Decimal("7.125"))
    )
    world.add(replace(world.customers[2], number=9_002, email="new@mail.example"))
    for thing in (world.customers[5], world.companies[1], world.products[2], world.deals[0]):
        world.delete(thing)
    pass_time(server, clock, 60)
    run = await shop.sync()
    assert (run.full, run.problem_count) == (False, 0), run.problems
    await assert_true(shop, world)
    assert await count(shop, Contact, Contact.phone == "+49 30 1234567") == 1
    assert await count(shop, Product, Product.title == "Beans of the house") == 1
    world.change(world.get(things.Deal, 1), deleted_at=None)  # brought back from the archive
    pass_time(server, clock, 60)
    await shop.sync()
    await assert_true(shop, world)
    assert server.violations == []


async def test_more_changes_than_a_search_shows_are_read_on_from_the_last_moment_it_reached(
    shop: Synced, server: HubSpotStandIn, world: World, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.sync()
    pass_time(server, clock)
    for customer in world.customers:
        world.change(customer, note="A new note")
        if customer.number % 3 == 0:
            server.clock.advance(1)
    pass_time(server, clock, 60)
    resources = load_resources("hubspot")
    server.search_end = 15
    monkeypatch.setattr("tools.sync.run.load_resources", lambda _: shallow(resources, page=5, most=15))
    server.requests.clear()
    run = await shop.sync()
    assert run.full is False
    asked = [json.loads(each.body) for each in server.asked_for(f"{OBJECTS}/contacts/search")]
    assert len({body["filterGroups"][0]["filters"][0]["value"] for body in asked}) > 2
    told = await count(shop, RawRecord, RawRecord.object == "contact")
    assert told == len(world.every(things.Customer)) + len(world.customers)
    await assert_true(shop, world)


def shallow(resources: Any, *, page: int, most: int) -> Any:
    """The same resources with a search of small pages that ends early."""

    def of(resource: Any) -> Any:
        if resource.changes is None:
            return resource
        paging = resource.changes.paging.model_copy(update={"most": most})
        body = {**resource.changes.body, "limit": page}
        return resource.model_copy(
            update={"changes": resource.changes.model_copy(update={"paging": paging, "body": body})}
        )

    return resources.model_copy(update={"resources": tuple(of(each) for each in resources.resources)})


async def test_searches_are_held_to_a_limit_of_their_own(
    shop: Synced, vendors: Vendors, server: HubSpotStandIn
) -> None:
    client = vendors.client(shop.actor, shop.connection)
    for _ in range(12):
        await client.request("POST", f"{OBJECTS}/deals/search", json={"limit": 1}, repeatable=True)
    assert len(server.asked_for("/search")) == 12
    assert server.violations == []


async def test_what_was_erased_for_good_is_found_by_a_full_run(
    shop: Synced, server: HubSpotStandIn, world: World, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.sync()
    pass_time(server, clock)
    erased, records = world.customers[7], render.records
    ident = render.ident("contacts", erased.number)

    def without_her(world: World, kind: str) -> list[render.Record]:
        return [one for one in records(world, kind) if one.id != ident]

    monkeypatch.setattr(render, "records", without_her)
    await shop.sync()
    assert await count(shop, Contact, Contact.email == erased.email, Contact.deleted_at.is_(None)) == 1
    await shop.sync(everything=True)
    assert await count(shop, Contact, Contact.email == erased.email, Contact.deleted_at.is_(None)) == 0


async def test_an_outage_makes_it_late_and_leaves_nothing_behind(
    shop: Synced, server: HubSpotStandIn, world: World
) -> None:
    server.faults.outage(times=50)
    with pytest.raises(CopilotError, match="cannot be reached now"):
        await shop.sync()
    for model in (Contact, Customer, Deal, Product, RawRecord):
        assert await count(shop, model) == 0
    while server.faults.take_outage() is not None:
        pass
    server.faults.throttle(times=3)
    await shop.sync()
    await assert_true(shop, world)


async def test_an_answer_that_is_no_list_makes_it_late_and_passes_over_nothing(
    shop: Synced, server: HubSpotStandIn, world: World
) -> None:
    await shop.sync()
    world.clock.advance(3600)
    world.change(world.customers[0], email="meanwhile@mail.example")
    world.clock.advance(60)
    for body, kind in ((b"<html>Back soon.</html>", "text/html"), (b'{"status": "busy"}', "application/json")):
        server.on_answer = lambda _asked, _answer, body=body, kind=kind: Answer(body, content_type=kind)
        with pytest.raises(CopilotError, match="HubSpot cannot be reached now: its answer"):
            await shop.sync()
        world.clock.advance(3600)
    server.on_answer = None
    assert (await shop.sync()).updated == 1
    assert await count(shop, Contact, Contact.email == "meanwhile@mail.example") == 1
