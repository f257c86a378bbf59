"""A merchant at Square is read whole, place by place, then kept up to date, and its figures are those of the business."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.square import SquareStandIn, render
from evals.standins.vendors.square.render import MERCHANT
from evals.standins.vendors.world import World, truth
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.kernel.money import from_micros
from storage.models.commerce import Customer, Order, OrderLine, Product, StockLevel, Transaction
from storage.models.ingestion import Connector, RawRecord
from tests.sync.conftest import Synced, authorized, on_both_databases, service_over, vendors_at
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio


@pytest.fixture
def server(world: World) -> Iterator[SquareStandIn]:
    with SquareStandIn(world) as server:
        yield server


@pytest.fixture
async def vendors(database: Database, server: SquareStandIn, clock: FixedClock) -> AsyncIterator[Vendors]:
    vendors = vendors_at(database, server, clock)
    yield vendors
    await vendors.http.aclose()


@pytest.fixture
async def shop(database: Database, actor: Actor, vendors: Vendors, server: SquareStandIn) -> Synced:
    """A tenant whose merchant's account is connected by its owner's consent."""
    connection = await authorized(vendors, actor, "square")
    assert connection.account == MERCHANT
    server.requests.clear()
    return Synced(actor, connection, service_over(database, vendors), database)


async def count(shop: Synced, model: Any, *where: Any) -> int:
    [(number,)] = await shop.rows(select(func.count()).select_from(model).where(*where))
    return number


async def sums(shop: Synced) -> dict[str, dict[str, Decimal]]:
    """The sums that the truth names, by currency, of what is not cancelled and has succeeded."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)

    async def take(statement: Any, *names: str) -> None:
        for currency, *values in await shop.rows(statement):
            found[currency] |= {
                name: abs(from_micros(int(value))) for name, value in zip(names, values, strict=True) if value
            }

    lines = [func.sum(getattr(OrderLine, f"{name}_micros")) for name in ("gross", "discount", "net", "tax")]
    sold = select(OrderLine.currency, *lines).join(Order, Order.id == OrderLine.order_id)
    await take(sold.where(Order.status != "cancelled").group_by(OrderLine.currency), "gross", "discounts", "net", "tax")
    shipped = select(Order.currency, func.sum(Order.shipping_micros)).where(Order.status != "cancelled")
    await take(shipped.group_by(Order.currency), "shipping")
    for kind, name in (("charge", "paid"), ("refund", "refunded")):
        moved = select(Transaction.currency, func.sum(Transaction.amount_micros))
        moved = moved.where(Transaction.kind == kind, Transaction.status == "succeeded")
        await take(moved.group_by(Transaction.currency), name)
    fees = select(Transaction.currency, func.sum(Transaction.fee_micros)).group_by(Transaction.currency)
    await take(fees, "fees")
    return dict(found)


async def assert_true(shop: Synced, world: World) -> None:
    """The store says what is true of the business, to the last unit of each currency. Who was deleted before the first
    sync is known by her orders alone, and has no name."""
    expected = truth(world, "square")
    charged = Transaction.kind == "charge"
    assert {
        "customers": await count(shop, Customer, Customer.deleted_at.is_(None), Customer.name.is_not(None)),
        "variants": await count(shop, Product, Product.deleted_at.is_(None)),
        "orders": await count(shop, Order),
        "cancelled": await count(shop, Order, Order.status == "cancelled"),
        "lines": await count(shop, OrderLine),
        "payments": await count(shop, Transaction, charged),
        "refunds": await count(shop, Transaction, Transaction.kind == "refund"),
    } == {
        name: expected.counts[name]
        for name in ("customers", "variants", "orders", "cancelled", "lines", "payments", "refunds")
    }
    assert await sums(shop) == expected.money


def pass_time(server: SquareStandIn, clock: FixedClock, seconds: float = 3600) -> None:
    server.clock.advance(seconds)
    clock.at = server.clock.now()


async def test_stock_is_counted_by_place(shop: Synced, world: World) -> None:
    await shop.sync()
    [(on_hand,)] = await shop.rows(select(func.sum(StockLevel.on_hand_e6)))
    assert on_hand == sum(each.stock for product in world.products for each in product.variants) * 1_000_000


async def test_payments_of_every_place_and_from_before_the_last_year_are_read(
    shop: Synced, server: SquareStandIn, world: World
) -> None:
    for payment in world.payments[:5]:
        payment.created_at = payment.updated_at = payment.paid_at = server.clock.now() - timedelta(days=900)
    await shop.sync()
    await assert_true(shop, world)


@on_both_databases
async def test_a_second_sync_asks_only_for_what_changed_and_changes_nothing(
    shop: Synced, server: SquareStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    server.requests.clear()
    run = await shop.sync()
    assert (run.full, run.created, run.updated) == (False, 0, 0)
    assert run.objects.get("order", 0) == run.objects.get("payment", 0) == run.objects.get("customer", 0) == 0
    assert len(server.asked_for("/v2/orders/search")) == 1
    assert all(asked.one("sort_field") == "UPDATED_AT" for asked in server.asked_for("/v2/payments"))
    await assert_true(shop, world)


async def test_what_changes_while_pages_are_read_is_not_lost(
    shop: Synced, server: SquareStandIn, world: World, clock: FixedClock
) -> None:
    changed: list[int] = []

    def meanwhile(asked: Asked) -> None:
        if asked.path == "/v2/orders/search" and len(changed) < 4:
            server.clock.advance(1)
            order = world.orders[len(changed)]
            world.change(order, source="pos" if order.source == "web" else "web")
            changed.append(order.number)

    server.on_request = meanwhile
    await shop.sync()
    server.on_request = None
    clock.at = server.clock.now()
    await shop.sync()
    await assert_true(shop, world)
    told = dict(await shop.rows(select(Order.channel, func.count()).group_by(Order.channel)))
    tills = sum(order.source == "pos" for order in world.orders)
    assert told == {"Point of Sale": tills, "Online": len(world.orders) - tills}


async def test_what_changed_at_one_moment_over_the_edge_of_a_page_is_all_there(
    shop: Synced, server: SquareStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    for order in world.orders:
        world.change(order, source="pos")
    server.requests.clear()
    run = await shop.sync()
    assert (run.full, run.objects["order"]) == (False, len(world.orders))
    assert len(server.asked_for("/v2/orders/search")) == 2
    assert await count(shop, Order, Order.channel == "Point of Sale") == len(world.orders)


async def test_an_outage_makes_it_late_and_leaves_nothing_behind(
    shop: Synced, server: SquareStandIn, world: World
) -> None:
    server.faults.outage(times=50)
    with pytest.raises(CopilotError, match="cannot be reached now"):
        await shop.sync()
    for model in (Customer, Order, Transaction, RawRecord):
        assert await count(shop, model) == 0
    while server.faults.take_outage() is not None:
        pass
    await shop.sync()
    await assert_true(shop, world)


async def test_fields_that_are_new_missing_or_of_another_type_are_told_and_lose_nothing(
    shop: Synced, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer, payment = render.customer, render.payment
    odd = world.payments[3]

    def newer_customer(world: World, thing: Any) -> dict[str, Any]:
        made = {**customer(world, thing), "loyalty_tier": {"name": "gold"}}
        return {name: value for name, value in made.items() if name != "created_at"}

    def newer_payment(world: World, thing: Any) -> dict[str, Any]:
        made = payment(world, thing)
        return (
            {**made, "total_money": "a lot", "amount_money": {"amount": "12 or so", "currency": "EUR"}}
            if thing is odd
            else made
        )

    monkeypatch.setattr(render, "customer", newer_customer)
    monkeypatch.setattr(render, "payment", newer_payment)
    run = await shop.sync()
    assert run.status == "committed"
    assert run.unknown_fields == ("customer.loyalty_tier.name",)
    assert {problem.object for problem in run.problems} == {"payment"}
    assert {problem.source_id for problem in run.problems} == {render.ident("payment", odd.number)}
    assert await count(shop, RawRecord, RawRecord.object == "payment") == len(world.payments)
    assert await count(shop, RawRecord, RawRecord.payload.contains("12 or so")) == 1
    assert await count(shop, Transaction, Transaction.kind == "charge") == len(world.payments) - 1
    names = await count(shop, Customer, Customer.name.is_not(None))
    assert names == truth(world, "square").counts["customers"]
    monkeypatch.undo()
    await shop.sync(everything=True)
    await assert_true(shop, world)


async def test_a_kind_that_we_may_not_read_is_told_and_the_others_are_read(
    shop: Synced, server: SquareStandIn, world: World
) -> None:
    [grant] = server.oauth.grants
    grant.scope = grant.scope.replace("INVOICES_READ", "")
    run = await shop.sync()
    assert [one.object for one in run.problems] == ["invoice"]
    await assert_true(shop, world)


async def test_tokens_are_renewed_by_the_one_refresh_token_for_as_long_as_the_owner_lets_us(
    shop: Synced, server: SquareStandIn, world: World, clock: FixedClock
) -> None:
    for _ in range(2):
        pass_time(server, clock, 31 * 86_400)
        await shop.sync()
    assert len(server.asked_for("/oauth2/token")) == 2
    server.oauth.expire_access_tokens()  # in the midst of its life
    await shop.sync()
    await assert_true(shop, world)
    for grant in server.oauth.grants:
        grant.revoked = True
    with pytest.raises(CopilotError, match="no longer lets us in"):
        await shop.sync()
    [(status,)] = await shop.rows(select(Connector.status).where(Connector.id == shop.connection.id))
    assert status == "needs_reconnect"
