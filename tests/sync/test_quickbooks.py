"""A company's books at QuickBooks are read whole, then kept up to date, and say what is true of the business."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.quickbooks import QuickBooksStandIn
from evals.standins.vendors.world import World, truth
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.money import from_micros
from storage.models.commerce import Customer, Order, OrderLine, Product, Refund, Transaction
from storage.models.relations import Contact
from tests.sync.conftest import Synced, authorized, on_both_databases, service_over, vendors_at
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio


@pytest.fixture
def server(world: World) -> Iterator[QuickBooksStandIn]:
    with QuickBooksStandIn(world) as server:
        yield server


@pytest.fixture
async def vendors(database: Database, server: QuickBooksStandIn, clock: FixedClock) -> AsyncIterator[Vendors]:
    vendors = vendors_at(database, server, clock)
    yield vendors
    await vendors.http.aclose()


@pytest.fixture
async def shop(database: Database, actor: Actor, vendors: Vendors, server: QuickBooksStandIn) -> Synced:
    connection = await authorized(vendors, actor, "quickbooks")
    server.requests.clear()
    return Synced(actor, connection, service_over(database, vendors), database)


async def count(shop: Synced, model: Any, *where: Any) -> int:
    [(number,)] = await shop.rows(select(func.count()).select_from(model).where(*where))
    return number


async def sums(shop: Synced) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)

    async def take(statement: Any, name: str) -> None:
        for currency, value in await shop.rows(statement):
            if value:
                found[currency][name] = abs(from_micros(int(value)))

    is_live = Order.status != "cancelled"
    lines = select(OrderLine.currency, func.sum(OrderLine.net_micros)).join(Order, Order.id == OrderLine.order_id)
    await take(lines.where(is_live).group_by(OrderLine.currency), "invoiced_net")
    await take(
        select(Order.currency, func.sum(Order.tax_micros)).where(is_live).group_by(Order.currency), "invoiced_tax"
    )
    await take(select(Refund.currency, func.sum(Refund.amount_micros)).group_by(Refund.currency), "credited_net")
    await take(select(Refund.currency, func.sum(Refund.tax_micros)).group_by(Refund.currency), "credited_tax")
    for kind, name in (("payment", "received"), ("bill_payment", "paid"), ("bill", "billed")):
        moved = select(Transaction.currency, func.sum(Transaction.amount_micros))
        moved = moved.where(Transaction.kind == kind, Transaction.status != "cancelled")
        await take(moved.group_by(Transaction.currency), name)
    return dict(found)


async def assert_true(shop: Synced, world: World) -> None:
    """The store says what is true of the books. A bill is one sum here: with its tax."""
    expected = truth(world, "quickbooks")
    money = {currency: dict(measures) for currency, measures in expected.money.items()}
    for measures in money.values():
        if "billed_net" in measures:
            measures["billed"] = measures.pop("billed_net") + measures.pop("billed_tax", Decimal(0))
    assert await sums(shop) == money
    live = Transaction.status != "cancelled"
    assert {
        "customers": await count(shop, Customer, Customer.deleted_at.is_(None)),
        "suppliers": await count(shop, Contact, Contact.deleted_at.is_(None)),
        "items": await count(shop, Product, Product.deleted_at.is_(None), Product.status == "active"),
        "bills": await count(shop, Transaction, Transaction.kind == "bill", live),
        "invoice_payments": await count(shop, Transaction, Transaction.kind == "payment", live),
        "bill_payments": await count(shop, Transaction, Transaction.kind == "bill_payment", live),
    } == {
        name: expected.counts[name]
        for name in ("customers", "suppliers", "items", "bills", "invoice_payments", "bill_payments")
    }


def pass_time(server: QuickBooksStandIn, clock: FixedClock, seconds: float = 3600) -> None:
    server.clock.advance(seconds)
    clock.at = server.clock.now()


@on_both_databases
async def test_a_second_sync_asks_only_for_what_changed_and_changes_nothing(
    shop: Synced, server: QuickBooksStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    run = await shop.sync()
    assert (run.full, run.created, run.updated) == (False, 0, 0)
    # Some papers of this business bear the date of a day to come: they are asked for again, and are as they were.
    assert run.objects.keys() <= {"credit_memo", "bill_payment"}
    await assert_true(shop, world)


async def test_tokens_that_change_by_the_day_are_kept(
    shop: Synced, server: QuickBooksStandIn, world: World, clock: FixedClock
) -> None:
    for _ in range(3):
        pass_time(server, clock, 30 * 3600)
        await shop.sync()
    assert len(server.asked_for("/tokens/bearer")) == 3
    await assert_true(shop, world)
