"""A Stripe account is read whole, then kept up to date, and its figures are those of the business."""

import itertools
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import World, truth
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.kernel.money import from_micros
from storage.models.commerce import Customer, Order, Product, Transaction
from storage.models.ingestion import RawRecord
from tests.sync.conftest import Synced, on_both_databases
from tools.ingestion.batches import Batches

pytestmark = pytest.mark.anyio


async def moved(shop: Synced) -> dict[str, dict[str, Decimal]]:
    """Sums by currency and kind of what succeeded, as positive amounts."""
    statement = (
        select(Transaction.currency, Transaction.kind, func.sum(Transaction.amount_micros))
        .where(Transaction.status.in_(("succeeded", "paid", "in transit", "pending", "open")))
        .group_by(Transaction.currency, Transaction.kind)
    )
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for currency, kind, micros in await shop.rows(statement):
        if micros:
            found[currency][kind] = abs(from_micros(micros))
    return dict(found)


async def assert_true(shop: Synced, world: World) -> None:
    """The store says what is true of the business."""
    expected = truth(world, "stripe")
    [(customers,)] = await shop.rows(select(func.count()).select_from(Customer).where(Customer.deleted_at.is_(None)))
    assert customers == expected.counts["customers"]
    [(products,)] = await shop.rows(select(func.count()).select_from(Product).where(Product.deleted_at.is_(None)))
    assert products == expected.counts["products"]
    found = await moved(shop)
    names = {"charge": "charged", "refund": "refunded", "payout": "paid_out", "invoice": "invoiced"}
    for currency, measures in expected.money.items():
        for kind, name in names.items():
            assert found.get(currency, {}).get(kind) == measures.get(name), (currency, name)


@on_both_databases
async def test_a_second_sync_asks_only_for_what_changed_and_changes_nothing(
    shop: Synced, stripe: StripeStandIn, world: World
) -> None:
    await shop.sync()
    stripe.requests.clear()
    run = await shop.sync()
    assert (run.full, run.created, run.updated) == (False, 0, 0)
    assert not stripe.asked_for("/v1/customers")
    assert len(stripe.asked_for("/v1/events")) == 1
    await assert_true(shop, world)


async def test_changes_that_the_vendor_has_forgotten_are_made_up_by_reading_all_again(
    shop: Synced, stripe: StripeStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    stripe.clock.advance(45 * 86_400)
    clock.at += timedelta(days=45)
    world.change(world.customers[0], phone="+49 30 7654321")
    run = await shop.sync()
    assert run.full is True
    assert await shop.rows(select(Customer.id).where(Customer.phone == "+49 30 7654321"))
    await assert_true(shop, world)


@on_both_databases
async def test_nothing_of_a_run_is_seen_before_its_end(shop: Synced) -> None:
    seen: list[int] = []

    async def looking(_done: float, _message: str) -> None:
        [(count,)] = await shop.rows(select(func.count()).select_from(Customer))
        seen.append(count)

    await shop.sync(progress=looking)
    assert set(seen[:-1]) == {0}
    assert seen[-1] > 0


async def test_an_outage_makes_it_late_and_leaves_nothing_behind(
    shop: Synced, stripe: StripeStandIn, world: World
) -> None:
    stripe.faults.outage(times=50)
    with pytest.raises(CopilotError, match="cannot be reached now"):
        await shop.sync()
    for model in (Customer, Transaction, RawRecord):
        assert (await shop.rows(select(func.count()).select_from(model)))[0][0] == 0
    while stripe.faults.take_outage() is not None:
        pass
    await shop.sync()
    await assert_true(shop, world)


async def test_a_kind_that_the_key_may_not_read_is_told_and_the_others_are_read(
    shop: Synced, stripe: StripeStandIn
) -> None:
    stripe.denied.add("payouts")
    run = await shop.sync()
    assert [problem.object for problem in run.problems] == ["payout"]
    assert run.objects["charge"] > 0


async def test_invoices_are_sales(shop: Synced) -> None:
    await shop.sync()
    [(orders,)] = await shop.rows(select(func.count()).select_from(Order))
    assert orders > 0


async def test_a_run_that_another_process_has_given_up_writes_nothing_more_and_can_be_done_anew(
    shop: Synced, world: World
) -> None:
    batch, told = new_id(), 0

    async def given_up(_done: float, _message: str) -> None:
        nonlocal told
        told += 1
        if told == 1:
            other = Batches(shop.database)
            await other.give_up(shop.actor, batch, CopilotError(ErrorKind.CANCELLED, "It was taken for dead."))
            await other.purge(shop.actor, batch)

    with pytest.raises(CopilotError, match="given up"):
        await shop.sync(batch, progress=given_up)
    assert (await shop.rows(select(func.count()).select_from(Customer)))[0][0] == 0
    run = await shop.sync(batch)
    assert (run.status, run.full) == ("committed", True)
    await assert_true(shop, world)


async def test_what_is_refused_in_the_middle_of_a_list_is_no_end_of_it(
    shop: Synced, stripe: StripeStandIn, world: World
) -> None:
    def refuse_the_second_page(asked: Asked) -> None:
        if asked.path == "/v1/charges" and asked.one("starting_after") is not None:
            stripe.on_request = None
            stripe.faults.outage(times=1, status=404)

    stripe.on_request = refuse_the_second_page
    with pytest.raises(CopilotError, match="refused the request"):
        await shop.sync()
    assert (await shop.rows(select(func.count()).select_from(Transaction)))[0][0] == 0
    await shop.sync()
    await assert_true(shop, world)


@pytest.mark.parametrize("round_", [1, 2])
async def test_a_list_whose_pages_lead_in_a_circle_ends_the_run_and_deletes_nobody(
    shop: Synced, stripe: StripeStandIn, round_: int
) -> None:
    await shop.sync()
    before = await shop.rows(select(func.count()).select_from(Customer).where(Customer.deleted_at.is_(None)))

    place = itertools.cycle(range(round_))

    def circling(asked: Asked, answer: Answer) -> Answer:
        if asked.path != "/v1/customers":
            return answer
        assert len(stripe.requests) < 200, "it is read for ever"
        return Answer({"object": "list", "data": listed[next(place)], "has_more": True})

    listed = [[{"id": f"cus_{number}", "object": "customer"}] for number in range(round_)]
    stripe.requests.clear()
    stripe.on_answer = circling
    with pytest.raises(CopilotError, match="Stripe refused the request: its pages lead in a circle"):
        await shop.sync(everything=True)
    after = await shop.rows(select(func.count()).select_from(Customer).where(Customer.deleted_at.is_(None)))
    assert after == before
