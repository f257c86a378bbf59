"""A shop at Shopify is read whole, then kept up to date, and its figures are those of the business."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.shopify import ShopifyStandIn
from evals.standins.vendors.shopify.render import SHOP
from evals.standins.vendors.world import World, build_world, truth
from evals.standins.vendors.world.things import Refund, RefundLine
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.kernel.money import from_micros
from storage.models.commerce import (
    Customer,
    Order,
    OrderLine,
    Product,
    ProductCost,
    ProductVariant,
    StockLevel,
    Transaction,
)
from storage.models.commerce import Refund as UnifiedRefund
from storage.models.ingestion import Connector, RawRecord, SyncSighting
from tests.sync.conftest import Synced, authorized, on_both_databases, service_over, vendors_at
from tools.connectors.core.resources import load_resources
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio


@pytest.fixture
def server(world: World) -> Iterator[ShopifyStandIn]:
    with ShopifyStandIn(world) as server:
        yield server


@pytest.fixture
async def vendors(database: Database, server: ShopifyStandIn, clock: FixedClock) -> AsyncIterator[Vendors]:
    vendors = vendors_at(database, server, clock)
    yield vendors
    await vendors.http.aclose()


@pytest.fixture
async def shop(database: Database, actor: Actor, vendors: Vendors, server: ShopifyStandIn) -> Synced:
    """A tenant whose shop is connected by its owner's consent."""
    connection = await authorized(vendors, actor, "shopify", {"shop": SHOP})
    server.requests.clear()
    return Synced(actor, connection, service_over(database, vendors), database)


async def sums(shop: Synced) -> dict[str, Decimal]:
    """The sums that the truth names, in euros, of what is not cancelled."""
    sold = select(
        func.sum(OrderLine.gross_micros),
        func.sum(OrderLine.discount_micros),
        func.sum(OrderLine.net_micros),
        func.sum(OrderLine.tax_micros),
    ).join(Order, Order.id == OrderLine.order_id)
    [lines] = await shop.rows(sold.where(Order.status != "cancelled", OrderLine.currency == "EUR"))
    [shipping] = await shop.rows(select(func.sum(Order.shipping_micros)).where(Order.status != "cancelled"))
    back = (UnifiedRefund.amount_micros, UnifiedRefund.tax_micros, UnifiedRefund.shipping_micros)
    [refunds] = await shop.rows(select(*(func.sum(column) for column in back)))
    moved = select(func.coalesce(func.sum(Transaction.amount_micros), 0))
    [(fees,)] = await shop.rows(moved.where(Transaction.kind == "fee"))
    [(paid_out,)] = await shop.rows(moved.where(Transaction.kind == "payout"))
    names = (
        "gross",
        "discounts",
        "net",
        "tax",
        "shipping",
        "refunded_net",
        "refunded_tax",
        "refunded_shipping",
        "fees",
        "paid_out",
    )
    found = [*lines, *shipping, *refunds, -fees, -paid_out]
    return {name: from_micros(int(value)) for name, value in zip(names, found, strict=True) if value}


async def count(shop: Synced, model: Any, *where: Any) -> int:
    [(number,)] = await shop.rows(select(func.count()).select_from(model).where(*where))
    return number


async def assert_true(shop: Synced, world: World) -> None:
    """The store says what is true of the business, to the last cent."""
    expected = truth(world, "shopify")
    assert {
        "customers": await count(shop, Customer, Customer.deleted_at.is_(None)),
        "products": await count(shop, Product, Product.deleted_at.is_(None)),
        "orders": await count(shop, Order),
        "cancelled": await count(shop, Order, Order.status == "cancelled"),
        "lines": await count(shop, OrderLine),
    } == {name: expected.counts[name] for name in ("customers", "products", "orders", "cancelled", "lines")}
    assert await sums(shop) == expected.money["EUR"]


def queries(server: ShopifyStandIn, name: str) -> list[Asked]:
    return [asked for asked in server.requests if f"{name}(first" in asked.body.decode()]


def pass_time(server: ShopifyStandIn, clock: FixedClock, seconds: float = 3600) -> None:
    server.clock.advance(seconds)
    clock.at = server.clock.now()


# ── all of it ────────────────────────────────────────────────────────────────────────────────────────────


@on_both_databases
async def test_goods_come_with_their_variants_costs_and_stock(shop: Synced, world: World) -> None:
    await shop.sync()
    sold = [variant for product in world.products for variant in product.variants]
    costs = await shop.rows(select(ProductCost.cost_micros))
    assert sorted(from_micros(cost) for (cost,) in costs) == sorted(each.cost for each in sold if each.cost)
    [(on_hand,)] = await shop.rows(select(func.sum(StockLevel.on_hand_e6)))
    assert on_hand == sum(each.stock for each in sold) * 1_000_000
    skus = {sku for (sku,) in await shop.rows(select(ProductVariant.sku).where(ProductVariant.sku.is_not(None)))}
    named = {each.sku for product in world.products if len(product.variants) > 1 for each in product.variants}
    assert named - {None} <= skus


async def test_a_shop_whose_money_another_processor_takes_has_no_payouts(shop: Synced, server: ShopifyStandIn) -> None:
    server.has_payments = False
    run = await shop.sync()
    assert (run.problems, "payout" in run.objects) == ((), False)


async def test_the_shop_says_its_currency_and_its_clock(shop: Synced) -> None:
    await shop.sync()
    [(config,)] = await shop.rows(select(Connector.config).where(Connector.id == shop.connection.id))
    assert (config["currency"], config["timezone"]) == ("EUR", "Europe/Berlin")


async def test_orders_with_more_lines_than_a_page_shows_come_whole(
    shop: Synced, server: ShopifyStandIn, world: World
) -> None:
    order = next(each for each in world.orders if each.status == "completed" and each.number % 9 != 0)
    line = replace(order.lines[0], title="Beans by the cup")
    many = [replace(line, number=50_000 + place) for place in range(260)]
    world.change(order, lines=[*order.lines, *many])
    refund = Refund(
        world.next_number(Refund), order.placed_at, order.placed_at, order.number, order.currency,
        [RefundLine(each.number, Decimal(1), each.net / each.quantity, Decimal(0)) for each in many[:30]],
        Decimal(0), None, order.placed_at,
    )  # fmt: skip
    world.settle([refund])
    await shop.sync()
    lines = select(func.count()).select_from(OrderLine).where(OrderLine.title == "Beans by the cup")
    assert await shop.rows(lines) == [(260,)]
    assert await count(shop, UnifiedRefund, UnifiedRefund.title == "Beans by the cup") == 30
    assert server.violations == []


async def test_a_shop_with_nothing_in_it_is_read_without_a_word(
    database: Database, actor: Actor, clock: FixedClock
) -> None:
    with ShopifyStandIn(build_world(customers=0, orders=0)) as server:
        vendors = vendors_at(database, server, clock)
        connection = await authorized(vendors, actor, "shopify", {"shop": SHOP})
        empty = Synced(actor, connection, service_over(database, vendors), database)
        for _ in range(2):
            run = await empty.sync(everything=True)
            assert (run.status, run.problem_count) == ("committed", 0), run.problems
        assert await count(empty, Order) == 0
        await vendors.http.aclose()


# ── what changed ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_second_sync_asks_only_for_what_changed_and_changes_nothing(
    shop: Synced, server: ShopifyStandIn, world: World
) -> None:
    await shop.sync()
    server.requests.clear()
    run = await shop.sync()
    assert (run.full, run.created, run.updated) == (False, 0, 0)
    assert len(server.requests) == 5  # the shop, and one page of each kind
    assert all("updated_at:>=" in asked.body.decode() for asked in server.requests[1:-1])
    assert (
        queries(server, "payouts") == server.requests[-1:]
    )  # all of them: their states change, and nothing tells when
    await assert_true(shop, world)


async def test_what_changes_while_pages_are_read_is_not_lost(
    shop: Synced, server: ShopifyStandIn, world: World
) -> None:
    changed: list[int] = []

    def meanwhile(asked: Asked) -> None:
        # An order of a page that has been read already, and one of a page that has not.
        if "orders(first" in asked.body.decode() and len(changed) < 6:
            order = world.orders[len(changed) if len(changed) % 2 else -4 - len(changed)]
            server.clock.advance(1)
            world.change(order, source="pos")
            changed.append(order.number)

    server.on_request = meanwhile
    await shop.sync()
    server.on_request = None
    await shop.sync()
    await assert_true(shop, world)
    numbers = {f"#{1000 + number}" for number in changed}
    told = await shop.rows(select(Order.number, Order.channel).where(Order.number.in_(numbers)))
    assert dict(told) == dict.fromkeys(numbers, "pos")


async def test_what_changed_at_one_moment_over_the_edge_of_a_page_is_all_there(
    shop: Synced, server: ShopifyStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    for order in world.orders[:47]:
        world.change(order, source="pos")
    server.requests.clear()
    run = await shop.sync()
    assert len(queries(server, "orders")) == 4  # pages of 15
    assert run.objects["order"] == 47
    await assert_true(shop, world)
    channels = await shop.rows(select(func.count()).select_from(Order).where(Order.channel == "pos"))
    assert channels == [(sum(order.source == "pos" for order in world.orders),)]


async def test_lists_deeper_than_the_vendor_reads_are_begun_anew_behind_what_is_reached(
    shop: Synced, server: ShopifyStandIn, world: World, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shallow(monkeypatch, server, 50)
    await shop.sync()
    await assert_true(shop, world)
    pass_time(server, clock)
    for place, order in enumerate(world.orders):
        if place % 20 == 0:
            server.clock.advance(7)
        world.change(order, source="pos")
    clock.at = server.clock.now()
    run = await shop.sync()
    assert run.full is False
    await assert_true(shop, world)
    assert await count(shop, Order, Order.channel == "pos") == len(world.orders)


async def test_more_changes_of_one_moment_than_can_be_listed_are_made_up_by_reading_all_again(
    shop: Synced, server: ShopifyStandIn, world: World, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shallow(monkeypatch, server, 50)
    await shop.sync()
    pass_time(server, clock)
    for order in world.orders:
        world.change(order, source="pos")
    run = await shop.sync()
    assert run.full is True
    await assert_true(shop, world)
    assert await count(shop, Order, Order.channel == "pos") == len(world.orders)


def shallow(monkeypatch: pytest.MonkeyPatch, server: ShopifyStandIn, depth: int) -> None:
    """A vendor that lets lists be read less deep, and a client that knows it."""
    server.cursors.max_depth = depth

    def resources(vendor: str) -> Any:
        text = load_resources(vendor).model_dump_json().replace('"most":25000', f'"most":{depth}')
        return type(load_resources(vendor)).model_validate_json(text)

    monkeypatch.setattr("tools.sync.run.load_resources", resources)


# ── what is gone ─────────────────────────────────────────────────────────────────────────────────────────


@on_both_databases
async def test_a_full_run_finds_out_what_was_deleted_and_undoing_it_brings_it_back(
    shop: Synced, server: ShopifyStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    before = await sums(shop)
    pass_time(server, clock)
    buyer = next(each for each in world.customers if any(order.customer == each.number for order in world.orders))
    gone = next(order for order in world.orders[5:] if order.status == "completed" and order.customer)
    world.delete(buyer)
    world.delete(world.products[3])
    world.delete(gone)
    assert (await shop.sync()).updated == 0  # no list of changes tells it
    run = await shop.sync(everything=True)
    assert run.full is True
    assert await count(shop, Customer, Customer.deleted_at.is_not(None)) == 1
    assert await count(shop, Product, Product.deleted_at.is_not(None)) == 1
    number = f"#{1000 + gone.number}"
    assert await shop.rows(select(Order.status).where(Order.number == number)) == [("cancelled",)]
    assert await count(shop, Customer, Customer.deleted_at.is_(None)) == len(world.customers)
    again = await shop.sync(everything=True)
    assert (again.created, again.updated) == (0, 0)
    await undo(shop, again.id)
    await undo(shop, run.id)
    assert await count(shop, Customer, Customer.deleted_at.is_not(None)) == 0
    assert await shop.rows(select(Order.status).where(Order.number == number)) == [("completed",)]
    assert await sums(shop) == before


async def undo(shop: Synced, batch_id: str) -> None:
    from tools.ingestion.batches import Batches

    batches = Batches(shop.database)
    async with shop.database.write(shop.actor) as uow:
        await batches.take_back(uow, await uow.ingestion.batch(batch_id))
    await batches.purge(shop.actor, batch_id)


async def test_what_is_there_again_loses_its_mark(
    shop: Synced, server: ShopifyStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    for _ in range(2):
        pass_time(server, clock)
        world.delete(product := world.products[2])
        await shop.sync(everything=True)
        assert await count(shop, Product, Product.deleted_at.is_not(None)) == 1
        pass_time(server, clock)
        product.deleted_at = None
        await shop.sync(everything=True)
        assert await count(shop, Product, Product.deleted_at.is_not(None)) == 0


async def test_a_list_that_is_suddenly_empty_deletes_nothing_and_is_told(
    shop: Synced, server: ShopifyStandIn, world: World
) -> None:
    await shop.sync()
    for product in world.products:
        product.deleted_at = server.clock.now()
    run = await shop.sync(everything=True)
    assert [(one.object, one.message) for one in run.problems] == [
        ("product", "The list is empty now. Nothing was taken to be deleted.")
    ]
    assert await count(shop, Product, Product.deleted_at.is_not(None)) == 0


async def test_a_permission_for_the_last_days_only_does_not_make_older_orders_cancelled(
    shop: Synced, server: ShopifyStandIn, world: World
) -> None:
    await shop.sync()
    [grant] = server.oauth.grants
    grant.scope = grant.scope.replace("read_all_orders", "read_orders")
    run = await shop.sync(everything=True)
    assert 0 < run.objects["order"] < len(world.orders)
    await assert_true(shop, world)


async def test_a_kind_that_we_may_not_read_is_told_once_and_is_not_taken_for_deleted(
    shop: Synced, server: ShopifyStandIn, world: World
) -> None:
    await shop.sync()
    [grant] = server.oauth.grants
    grant.scope = grant.scope.replace("read_customers,", "")
    run = await shop.sync(everything=True)
    assert [one.object for one in run.problems] == ["customer"]
    assert run.objects["order"] == len(world.orders)
    assert await count(shop, Customer, Customer.deleted_at.is_(None)) == len(world.customers)


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_bucket_is_never_asked_for_more_than_it_holds(
    shop: Synced, server: ShopifyStandIn, world: World
) -> None:
    for _ in range(3):
        await shop.sync(everything=True)
    assert server.violations == []
    await assert_true(shop, world)


async def test_pages_that_are_too_dear_are_asked_for_half_as_large(
    shop: Synced, server: ShopifyStandIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.standins.vendors.shopify.server.MAX_QUERY_COST", 500)
    run = await shop.sync()
    assert run.problem_count == 0
    await assert_true(shop, world)


async def test_an_outage_makes_it_late_and_leaves_nothing_behind(
    shop: Synced, server: ShopifyStandIn, world: World
) -> None:
    server.faults.outage(times=50)
    with pytest.raises(CopilotError, match="cannot be reached now"):
        await shop.sync()
    for model in (Customer, Order, RawRecord, SyncSighting):
        assert await count(shop, model) == 0
    while server.faults.take_outage() is not None:
        pass
    await shop.sync()
    await assert_true(shop, world)


async def test_an_error_in_an_answer_of_status_200_ends_the_run_and_deletes_nothing(
    shop: Synced, server: ShopifyStandIn, world: World
) -> None:
    await shop.sync()
    asked: list[int] = []

    def dying(_: Asked) -> None:
        asked.append(1)
        if len(asked) > 3:
            server.faults.dead_cursor()

    server.on_request = dying
    with pytest.raises(CopilotError, match="Invalid cursor"):
        await shop.sync(everything=True)
    server.on_request = None
    while server.faults.take_dead_cursor():
        pass
    await assert_true(shop, world)
    assert await count(shop, SyncSighting) == 0


async def test_a_token_that_is_old_by_our_clock_is_renewed_before_it_is_used(
    shop: Synced, server: ShopifyStandIn, world: World, clock: FixedClock
) -> None:
    pass_time(server, clock, 3590)
    await shop.sync()
    assert len(server.asked_for("/admin/oauth/access_token")) == 1
    await assert_true(shop, world)


async def test_a_grant_that_is_gone_leaves_the_owner_to_connect_again(
    shop: Synced, server: ShopifyStandIn, clock: FixedClock
) -> None:
    await shop.sync()
    for grant in server.oauth.grants:
        grant.revoked = True
    with pytest.raises(CopilotError, match="no longer lets us in"):
        await shop.sync()
    [(status,)] = await shop.rows(select(Connector.status).where(Connector.id == shop.connection.id))
    assert status == "needs_reconnect"
