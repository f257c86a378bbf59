"""What happened to a business is detected in what its sources bring: what, when, how much, and by which rows it is shown."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.money import Money
from storage.models.commerce import Product
from tests.events.shop import Shop, days_from, listed, orders
from tests.resolution.sources import order, payment, product
from tools.events.schemas import AskEvents
from tools.events.service import EventService
from tools.events.views import view_of
from tools.kit.workers import Workers
from tools.lineage.entities import lineage_of
from tools.resolution.service import ResolutionService

pytestmark = pytest.mark.anyio


async def test_the_first_sales_of_the_shop_and_of_each_product(shop: Shop) -> None:
    await shop.bring(
        "shopify",
        order("1001", at="2026-05-04T12:00", goods={"Mug": 10}),
        order("1002", at="2026-05-05T09:30", goods={"Mug": 10, "Vase": 25}),
    )
    assert await shop.titles("first_sale") == [
        "Mug was sold for the first time: order 1001 on 4 May 2026, €10.",
        "The shop's first sale: order 1001 on 4 May 2026, €10.",
        "Vase was sold for the first time: order 1002 on 5 May 2026, €25.",
    ]
    vase = (await shop.events("first_sale"))[-1]
    assert (vase.occurred_at, vase.time_known) == (datetime(2026, 5, 5, 9, 30, tzinfo=UTC), True)
    assert (vase.entity_type, vase.subject, vase.created_by_batch_id) == ("unified_products", "Vase", shop.batches[0])


async def test_late_data_moves_a_first_sale_which_keeps_its_address(shop: Shop) -> None:
    await shop.bring("shopify", order("1002", at="2026-05-05T09:30"))
    before = {event.key: event for event in await shop.events("first_sale")}
    told = await shop.bring("square", order("77", at="2026-04-01T08:00"))
    after = {event.key: event for event in await shop.events("first_sale")}
    assert {key: event.id for key, event in after.items()} == {key: event.id for key, event in before.items()}
    assert {event.occurred_on.isoformat() for event in after.values()} == {"2026-04-01"}
    assert {event.detected_at for event in after.values()} == {event.detected_at for event in before.values()}
    assert [event.kind for event in told.latest] == ["new_channel"]


async def test_a_cancelled_order_is_no_first_sale(shop: Shop) -> None:
    source = await shop.connector("shopify")
    await shop.bring(source, order("1001", at="2026-05-04T12:00"), order("1002", at="2026-05-06T12:00"))
    await shop.bring(source, order("1001", at="2026-05-04T12:00", status="cancelled"))
    assert {event.occurred_on.isoformat() for event in await shop.events("first_sale")} == {"2026-05-06"}


async def test_a_changed_price_is_told_with_both_prices(shop: Shop) -> None:
    source = await shop.connector("shopify")
    await shop.bring(source, listed("mug", 10), listed("vase", 25))
    assert await shop.events("price_change") == []
    await shop.bring(source, listed("mug", 12.5), listed("vase", 25))
    (event,) = await shop.events("price_change")
    assert event.title == "The price of Mug went up from €10 to €12.50 (+25 %)."
    view = view_of(event)
    assert view.amount == Money(amount="12.50", currency="EUR")
    figures = {one.name: one.amount for one in view.figures}
    assert figures == {
        "before": Money(amount="10.00", currency="EUR"),
        "after": Money(amount="12.50", currency="EUR"),
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (listed("mug", 10.0), listed("mug", 10.004)),  # rounded
        (listed("mug", 10.0), listed("mug", 12.0, currency="USD")),  # told in another currency
        (listed("mug", None), listed("mug", 12.0)),  # not known before
    ],
)
async def test_what_is_no_change_of_a_price(shop: Shop, before: object, after: object) -> None:
    source = await shop.connector("shopify")
    await shop.bring(source, before)  # pyright: ignore[reportArgumentType]
    await shop.bring(source, after)  # pyright: ignore[reportArgumentType]
    assert await shop.events("price_change") == []


async def test_of_variants_that_change_alike_the_product_is_told_once(shop: Shop) -> None:
    source = await shop.connector("shopify")
    sizes = {"Small": 10, "Large": 10}
    await shop.bring(source, *(listed("mug", 10, variant=size, variant_price=price) for size, price in sizes.items()))
    await shop.bring(source, *(listed("mug", 12, variant=size, variant_price=12) for size in sizes))
    assert await shop.titles("price_change") == ["The price of Mug went up from €10 to €12 (+20 %)."]
    await shop.bring(
        source,
        listed("mug", 12, variant="Small", variant_price=12),
        listed("mug", 12, variant="Large", variant_price=15),
    )
    assert "The price of Mug (Large) went up from €12 to €15 (+25 %)." in await shop.titles("price_change")
    assert len(await shop.events("price_change")) == 2


async def test_stock_runs_out_over_all_places_and_comes_back(shop: Shop) -> None:
    source = await shop.connector("square")
    await shop.bring(
        source,
        listed("mug", stock=3, on="2026-06-01", place="Shop"),
        listed("mug", stock=5, on="2026-06-01", place="Store room"),
        listed("bowl", stock=0, on="2026-06-01", place="Shop"),
    )
    await shop.bring(source, listed("mug", stock=0, on="2026-06-02", place="Shop"))
    assert await shop.events("stock_out") == []
    await shop.bring(source, listed("mug", stock=0, on="2026-06-04", place="Store room"))
    assert await shop.titles("stock_out") == ["Mug is out of stock: 5 were left before."]
    await shop.bring(source, listed("mug", stock=12, on="2026-06-09", place="Shop"))
    assert await shop.titles("back_in_stock") == ["Mug is back in stock: 12 on hand."]
    assert [event.occurred_on.isoformat() for event in await shop.events("stock_out", "back_in_stock")] == [
        "2026-06-04",
        "2026-06-09",
    ]


async def test_a_new_channel_is_that_of_its_first_order_else_the_vendor(shop: Shop) -> None:
    await shop.bring(
        "shopify",
        order("1", at="2026-05-04T12:00", channel="Online Store"),
        order("2", at="2026-05-06T12:00", channel="Instagram"),
        order("3", at="2026-05-07T12:00", channel="online store"),
    )
    await shop.bring("square", order("9", at="2026-05-09T12:00"))
    assert [(event.subject, event.occurred_on.day) for event in await shop.events("new_channel")] == [
        ("Online Store", 4),
        ("Instagram", 6),
        ("square", 9),
    ]


async def test_a_campaign_begins_with_its_first_order_and_ends_when_others_go_on_without_it(shop: Shop) -> None:
    source = await shop.connector("shopify")
    used = [order(f"{n}", at=f"2026-05-{n:02}T12:00", discount_code="SUMMER10") for n in (4, 5, 9)]
    await shop.bring(source, *used, order("20", at="2026-05-10T12:00", discount_code="FOR-ANN-1"))
    (event,) = await shop.events("campaign")
    assert (event.subject, event.occurred_on.day, event.ends_on) == ("SUMMER10", 4, None)
    assert event.data["orders"] == 3
    await shop.bring(source, order("30", at="2026-05-24T12:00"))
    (event,) = await shop.events("campaign")
    assert event.ends_on is not None
    assert event.ends_on.isoformat() == "2026-05-09"
    assert "until 9 May 2026, €30" in event.title
    await shop.bring(source, order("31", at="2026-05-25T12:00", discount_code="SUMMER10"))
    (event,) = await shop.events("campaign")
    assert (event.ends_on, event.data["orders"]) == (None, 4)


async def test_a_payout_arrives_when_its_source_says_so_and_a_failed_one_is_a_warning(
    shop: Shop, clock: FixedClock
) -> None:
    clock.at = datetime(2026, 5, 6, tzinfo=UTC)
    source = await shop.connector("stripe")
    on_its_way = payment("po_1", -90, kind="payout", status="in transit", account="Stripe", fee_micros=2_000_000)
    await shop.bring(source, on_its_way)
    assert await shop.events("payout", "payout_failed") == []
    paid = payment("po_1", -90, kind="payout", status="paid", account="Stripe", fee_micros=2_000_000)
    failed = payment("po_2", -40, kind="payout", status="failed", account="Stripe")
    told = await shop.bring(source, paid, failed)
    assert sorted(await shop.titles("payout", "payout_failed")) == [
        "A payout of €40 from Stripe failed: the money did not reach the bank.",
        "A payout of €90 from Stripe went to the bank, after €2 of fees.",
    ]
    assert [notice.title for notice in told.notifications] == [
        "A payout of €40 from Stripe failed: the money did not reach the bank."
    ]


async def test_a_day_with_many_refunds_is_held_against_the_days_before(shop: Shop) -> None:
    source = await shop.connector("shopify")
    quiet = [
        one for day in days_from("2026-01-05", 70) for one in orders(day, 6, refunded=1 if day.day % 5 == 0 else 0)
    ]
    await shop.bring(source, *quiet)
    assert await shop.events("refund_spike") == []
    await shop.bring(source, *orders(days_from("2026-03-16", 1)[0], 14, refunded=12))
    (event,) = await shop.events("refund_spike")
    assert event.title.startswith("12 orders were refunded on 16 March 2026 (€120); about 0.")
    assert event.severity == "warning"
    assert event.data["p"] < 0.0002
    assert {one["table"] for one in event.evidence} == {"refunds"}
    assert len(event.evidence) == 12


async def test_what_repeats_another_source_happened_once(
    shop: Shop, database: Database, actor: Actor, workers: Workers
) -> None:
    resolution = ResolutionService(database, workers)
    await shop.sync("shopify", order("1001", at="2026-05-04T12:00", channel="Online Store"))
    await resolution.resolve(actor)
    await shop.look()
    # The books tell the same sale a little earlier, and of a channel of their own.
    await shop.sync("quickbooks", order("1001", at="2026-05-04T11:00", channel="Invoices"))
    await resolution.resolve(actor)
    await shop.look()
    assert [event.subject for event in await shop.events("new_channel")] == ["Online Store"]
    assert {event.occurred_at.hour for event in await shop.events("first_sale")} == {12}
    # Without the shop's own record, the books' is the sale.
    first = shop.batches[0]
    await shop.undo(first)
    await resolution.resolve(actor)
    await shop.look()
    assert [event.subject for event in await shop.events("new_channel")] == ["Invoices"]
    assert {event.occurred_at.hour for event in await shop.events("first_sale")} == {11}


async def test_the_evidence_opens_in_lineage(shop: Shop, database: Database, actor: Actor) -> None:
    source = await shop.connector("shopify")
    await shop.bring(source, listed("mug", 10, stock=4, on="2026-06-01"), order("1", goods={"Mug": 10}))
    await shop.bring(source, listed("mug", 12, stock=0, on="2026-06-02"), payment("po", -5, kind="payout"))
    kinds = {event.kind for event in await shop.events()}
    assert kinds == {"first_sale", "new_channel", "price_change", "stock_out", "payout"}
    for event in await shop.events():
        async with database.read(actor) as uow:
            shown = await EventService().get(uow, event.id)
            assert shown.evidence
            for one in shown.evidence:
                assert one.href == f"/api/data-lineage/entity/{one.type}/{one.id}"
                opened = await lineage_of(uow, one.type, one.id)
                assert {record.id for record in one.records} == {record.id for record in opened.records}
            records = [record for one in shown.evidence for record in one.records]
            assert any(record.of_this_batch and record.batch_id == event.created_by_batch_id for record in records)


async def test_lately_is_before_the_last_day_with_data_where_the_tenants_clock_says_so(
    shop: Shop, database: Database, actor: Actor
) -> None:
    await shop.bring("shopify", order("1001", at="2024-05-04T12:00", goods={"Mug": 10}))
    asked = AskEvents(question="what happened lately?")
    async with database.read(actor) as uow:
        assert (await EventService().ask(uow, asked)).items == ()
    async with database.write(actor) as uow:
        (await uow.tenants.current()).clock = "latest_data"
    async with database.read(actor) as uow:
        assert {one.kind for one in (await EventService().ask(uow, asked)).items} == {"first_sale", "new_channel"}


async def test_another_tenant_sees_nothing_of_it(shop: Shop, database: Database, other_actor: Actor) -> None:
    await shop.bring("shopify", order("1001"))
    other = Shop(database, other_actor)
    assert await other.events() == []
    await other.bring("shopify", order("1001"))
    assert {event.id for event in await other.events()}.isdisjoint(event.id for event in await shop.events())


async def test_old_warnings_are_on_the_timeline_and_told_to_nobody(shop: Shop, clock: FixedClock) -> None:
    clock.at = datetime(2026, 5, 4, tzinfo=UTC) + timedelta(days=60)
    told = await shop.bring("stripe", payment("po_2", -40, kind="payout", status="failed"))
    assert (told.count, told.notifications) == (1, [])


def test_prices_of_screws_keep_their_decimals() -> None:
    from tools.events.engine import is_price_change
    from tools.events.wording import money

    assert is_price_change(11_000, 12_500, "EUR")
    assert not is_price_change(1_999_000, 2_000_000, "EUR")
    assert is_price_change(100_000_000, 101_000_000, "JPY")
    assert money(12_500, "EUR") == "0.0125 EUR"
    assert Decimal(money(10_000_000, "EUR").removeprefix("€")) == 10


async def test_an_undo_between_two_changes_of_a_price_leaves_one_change(shop: Shop) -> None:
    """The change after it is from the price before it; and undoing that too brings back the first price."""
    source = await shop.connector("shopify")
    for price in (10, 12, 15):
        await shop.bring(source, listed("mug", price))
    assert sorted(await shop.titles("price_change")) == [
        "The price of Mug went up from €10 to €12 (+20 %).",
        "The price of Mug went up from €12 to €15 (+25 %).",
    ]
    await shop.undo(shop.batches[1])
    assert await shop.titles("price_change") == ["The price of Mug went up from €10 to €15 (+50 %)."]
    await shop.undo()
    assert await shop.events("price_change") == []
    async with shop.database.read(shop.actor) as uow:
        assert await uow.session.scalar(select(Product.list_price_micros)) == 10_000_000


async def test_a_stock_out_that_two_sources_tell_of_happened_once(shop: Shop, workers: Workers) -> None:
    resolution = ResolutionService(shop.database, workers)
    books, web = await shop.connector("quickbooks"), await shop.connector("shopify")
    soap = {"title": "Honey Soap", "barcode": "4006381333931", "sku": "SOAP-HONEY-1"}
    # The books hear of it a day later.
    for source, key, day, left in ((books, "b1", 1, 5), (web, "s1", 1, 5), (web, "s1", 2, 0), (books, "b1", 3, 0)):
        await shop.sync(source, product(key, **soap, stock=left, on=date(2026, 6, day)))
        await resolution.resolve(shop.actor)
        await shop.look()
    assert await shop.titles("stock_out") == ["Honey Soap (SOAP-HONEY-1) is out of stock: 5 were left before."]
