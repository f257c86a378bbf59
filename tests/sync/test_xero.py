"""An organisation's books at Xero are read whole, then kept up to date, and say what is true of the business."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.world import World, build_world, truth
from evals.standins.vendors.world.things import Customer as WorldCustomer
from evals.standins.vendors.xero import XeroStandIn
from evals.standins.vendors.xero import server as xero_server
from evals.standins.vendors.xero.render import TENANT
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.kernel.money import from_micros
from storage.models.commerce import Customer, Order, OrderLine, Product, Refund, Transaction
from storage.models.ingestion import RawRecord
from storage.models.relations import Contact
from tests.sync.conftest import Synced, authorized, on_both_databases, service_over, vendors_at
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio


@pytest.fixture
def world() -> World:
    return build_world(customers=120, orders=30)


@pytest.fixture
def server(world: World) -> Iterator[XeroStandIn]:
    with XeroStandIn(world) as server:
        yield server


@pytest.fixture
async def vendors(database: Database, server: XeroStandIn, clock: FixedClock) -> AsyncIterator[Vendors]:
    vendors = vendors_at(database, server, clock)
    yield vendors
    await vendors.http.aclose()


@pytest.fixture
async def shop(database: Database, actor: Actor, vendors: Vendors, server: XeroStandIn) -> Synced:
    connection = await authorized(vendors, actor, "xero")
    assert connection.account == TENANT
    server.requests.clear()
    return Synced(actor, connection, service_over(database, vendors), database)


async def count(shop: Synced, model: Any, *where: Any) -> int:
    [(number,)] = await shop.rows(select(func.count()).select_from(model).where(*where))
    return number


async def sums(shop: Synced) -> dict[str, dict[str, Decimal]]:
    """The sums that the truth names, by currency, without drafts and what was voided."""
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)

    async def take(statement: Any, name: str) -> None:
        for currency, value in await shop.rows(statement):
            if value:
                found[currency][name] = abs(from_micros(int(value)))

    is_live = Order.status != "cancelled"
    lines = select(OrderLine.currency, func.sum(OrderLine.net_micros)).join(Order, Order.id == OrderLine.order_id)
    await take(lines.where(is_live).group_by(OrderLine.currency), "invoiced_net")
    taxes = select(Order.currency, func.sum(Order.tax_micros))
    await take(taxes.where(is_live).group_by(Order.currency), "invoiced_tax")
    await take(select(Refund.currency, func.sum(Refund.amount_micros)).group_by(Refund.currency), "credited_net")
    await take(select(Refund.currency, func.sum(Refund.tax_micros)).group_by(Refund.currency), "credited_tax")
    for kind, name in (("payment", "received"), ("bill_payment", "paid"), ("bill", "billed")):
        moved = select(Transaction.currency, func.sum(Transaction.amount_micros))
        moved = moved.where(Transaction.kind == kind, Transaction.status.not_in(("cancelled", "draft")))
        await take(moved.group_by(Transaction.currency), name)
    return dict(found)


async def assert_true(shop: Synced, world: World) -> None:
    """The store says what is true of the books. A bill is one sum here: with its tax. Archived contacts are kept as
    deleted."""
    expected = truth(world, "xero")
    money = {currency: dict(measures) for currency, measures in expected.money.items()}
    for measures in money.values():
        if "billed_net" in measures:
            measures["billed"] = measures.pop("billed_net") + measures.pop("billed_tax", Decimal(0))
    assert await sums(shop) == money
    is_there = Transaction.status != "cancelled"
    assert {
        "customers": await count(shop, Customer, Customer.deleted_at.is_(None)),
        "suppliers": await count(shop, Contact, Contact.deleted_at.is_(None)),
        "items": await count(shop, Product, Product.deleted_at.is_(None)),
        "invoice_payments": await count(shop, Transaction, Transaction.kind == "payment", is_there),
        "bill_payments": await count(shop, Transaction, Transaction.kind == "bill_payment", is_there),
    } == {
        name: expected.counts[name] for name in ("customers", "suppliers", "items", "invoice_payments", "bill_payments")
    }


def pass_time(server: XeroStandIn, clock: FixedClock, seconds: float = 3600) -> None:
    server.clock.advance(seconds)
    clock.at = server.clock.now()


@on_both_databases
async def test_a_first_sync_brings_what_is_true_of_the_books(shop: Synced, server: XeroStandIn, world: World) -> None:
    run = await shop.sync()
    assert (run.status, run.full, run.rejected, run.problem_count) == ("committed", True, 0, 0), run.problems
    assert run.unknown_fields == ()
    await assert_true(shop, world)
    counts = truth(world, "xero").counts
    assert run.objects["invoice"] == counts["invoices"] + counts["bills"]
    assert run.objects["credit_note"] == counts["credits"] > 0
    assert run.objects["contact"] == len(world.every(WorldCustomer)) + counts["suppliers"]
    # 100 contacts may be all that a page gives: there might be a second one.
    assert len(server.asked_for("/Contacts")) == 2
    assert server.violations == []


async def test_a_second_sync_asks_only_for_what_changed_and_changes_nothing(
    shop: Synced, server: XeroStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    server.requests.clear()
    run = await shop.sync()
    assert (run.full, run.created, run.updated) == (False, 0, 0)
    lists = [one for one in server.requests if one.path.startswith("/api.xro") and "Organisation" not in one.path]
    assert len(lists) == 7
    assert all("if-modified-since" in one.headers for one in lists)
    await assert_true(shop, world)


async def test_small_pages_throttling_and_a_token_that_expires_cost_time_and_no_row(
    shop: Synced, server: XeroStandIn, world: World, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = xero_server.__dict__["_count"]

    def unheeding(asked: Asked, name: str, otherwise: int) -> int:
        return xero_server.PAGE_SIZE if name == "pageSize" else counted(asked, name, otherwise)

    monkeypatch.setattr(xero_server, "_count", unheeding)
    pass_time(server, clock, 45 * 60)
    server.faults.throttle(times=2, mode="minute")
    run = await shop.sync()
    assert run.objects["contact"] > xero_server.PAGE_SIZE
    assert len(server.asked_for("/connect/token")) == 1
    await assert_true(shop, world)


async def test_an_outage_makes_it_late_and_leaves_nothing_behind(
    shop: Synced, server: XeroStandIn, world: World
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
