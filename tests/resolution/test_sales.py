"""A sale that arrives through shop, payments and books is counted once, and so is the money."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.compiler import Compiler
from storage.metrics.model import mapped_classes
from storage.metrics.query import MetricQuery, TimeRange
from storage.models.base import Base
from storage.models.commerce import Customer, Order, Transaction
from tests.resolution.sources import Sources, contact, customer, order, payment
from tools.kit.workers import Workers
from tools.query.rollup import RollupKeeper
from tools.resolution.schemas import MergeRequest, SplitRequest
from tools.resolution.service import ResolutionService
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
MODEL, MAPPERS = load_semantics(), mapped_classes(Base)
ANN = {"name": "Ann Flores", "email": "ann@flores.ie"}
BEN = {"name": "Ben Gray", "email": "ben@gray.ie"}


@pytest.fixture
def service(database: Database, workers: Workers) -> ResolutionService:
    return ResolutionService(database, workers)


async def figure(database: Database, actor: Actor, metric: str, *, on: date | None = None) -> Any:
    time = TimeRange(start=on, end=date.fromordinal(on.toordinal() + 1)) if on else TimeRange()
    rows = await _both_ways(database, actor, MetricQuery(metrics=(metric,), time=time))
    return rows[0][0] if rows else 0


async def figures(database: Database, actor: Actor, metric: str, by: str) -> dict[Any, Any]:
    """A figure by a dimension."""
    rows = await _both_ways(database, actor, MetricQuery(metrics=(metric,), dimensions=(by,)))
    return {row[0]: row[1] for row in rows}


async def _both_ways(database: Database, actor: Actor, query: MetricQuery) -> list[Any]:
    """From the facts, and from what is kept of them: the same."""
    keeper = RollupKeeper(MODEL, MAPPERS, database, worth_from=1)
    async with database.read(actor) as uow:
        facts = await uow.metrics.run(Compiler(MODEL, MAPPERS).compile(query))
    await keeper.refresh(actor)
    async with database.read(actor) as uow:
        kept = await uow.rollup.coverage(keeper.rollup.definition)
        compiled = Compiler(MODEL, MAPPERS, rollup=keeper.rollup).compile(query, kept)
        sums = await uow.metrics.run(compiled)
    assert facts.rows == sums.rows
    return list(facts.rows)


async def shop_sells(sources: Sources) -> None:
    ann, ben = customer("1", **ANN), customer("2", **BEN)
    await sources.sync(
        "shopify",
        order("1001", ann, at="2026-05-04T12:00", goods={"Mug": 10, "Tea": 5}),
        order("1002", ben, at="2026-05-05T09:30", goods={"Mug": 10}),
        order("1003", None, at="2026-05-06T17:45", goods={"Rug": 80}),
        order("1004", ann, at="2026-05-06T18:00", goods={"Mug": 10}, back={"Mug": 10}, back_at="2026-05-09T10:00"),
    )


async def books_repeat(sources: Sources) -> None:
    ann, ben = customer("7", **ANN), customer("8", name="Gray, Ben", email="ben@gray.ie")
    await sources.sync(
        "quickbooks",
        order("INV-1", ann, at="2026-05-05", goods={"Sales": 15}),
        order("1002", ben, at="2026-05-20", goods={"Sales": 10}),
        order("INV-3", customer("9", name="Shopify sales"), at="2026-05-06", goods={"Sales": 80}),
        order("INV-4", ann, at="2026-05-07", goods={"Sales": 10}, back={"Sales": 10}, back_at="2026-05-10"),
        order("INV-5", ann, at="2026-05-25", goods={"Consulting": 200}),
    )


@pytest.mark.parametrize("books_first", [False, True])
async def test_what_the_books_repeat_of_the_shop_is_counted_once_and_what_only_they_know_too(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, books_first: bool
) -> None:
    for brings in (books_repeat, shop_sells) if books_first else (shop_sells, books_repeat):
        await brings(sources)
        await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 115 + 200
    assert await figure(database, actor, "refunds") == 10
    assert await figure(database, actor, "orders") == 5
    assert await figure(database, actor, "customers") == 2
    assert await figure(database, actor, "gross_sales", on=date(2026, 5, 20)) == 0


async def test_money_that_processor_and_books_tell_of_is_received_once_and_pays_its_order(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await shop_sells(sources)
    await sources.sync(
        "stripe", payment("ch_1", 15, customer("cus_1", **ANN)), payment("ch_2", 10, customer("cus_2", **BEN), at="2026-05-05T09:31"),
        payment("re_1", -10, customer("cus_1", **ANN), kind="refund", at="2026-05-09T10:00"),
    )  # fmt: skip
    await sources.sync(
        "xero", payment("p1", 15, customer("x1", **ANN), kind="payment", at="2026-05-06"),
        payment("p3", 200, customer("x1", **ANN), kind="payment", at="2026-05-28"),
    )  # fmt: skip
    report = await service.resolve(actor)
    assert report.sales.payments == 1
    assert await figure(database, actor, "payments_received") == 15 + 10 + 200
    async with database.read(actor) as uow:
        statement = select(Order.number).join(Transaction, Transaction.order_id == Order.id).order_by(Order.number)
        assert list(await uow.session.scalars(statement)) == ["1001", "1002"]


async def test_a_payment_is_known_by_its_order_where_the_books_call_the_customer_otherwise(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", order("1001", customer("1", **ANN)), payment("t1", 10, order_key="order:1001"))
    await sources.sync(
        "quickbooks", order("1001", customer("q", name="Web shop client"), at="2026-05-05"),
        payment("p1", 10, customer("q", name="Web shop client"), kind="payment", at="2026-05-09", order_key="order:1001"),
    )  # fmt: skip
    await service.resolve(actor)
    assert await figure(database, actor, "orders") == 1
    assert await figure(database, actor, "payments_received") == 10


@pytest.mark.parametrize(("kept", "fees"), [(1, 1), (2, 3)])
async def test_a_fee_that_shop_and_processor_tell_of_is_kept_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, kept: int, fees: int
) -> None:
    """Of one payment, and where both name the same sum: else they are two fees."""
    await sources.sync(
        "shopify", order("1001", customer("1", **ANN)), payment("t1", 10, order_key="order:1001"),
        payment("f1", -1, kind="fee", order_key="order:1001"),
    )  # fmt: skip
    await sources.sync(
        "stripe", payment("ch_1", 10, customer("cus_1", **ANN)), payment("fee_1", -kept, kind="fee"),
    )  # fmt: skip
    await service.resolve(actor)
    assert await figure(database, actor, "payments_received") == 10
    assert await figure(database, actor, "processing_fees") == fees


async def test_a_day_that_the_books_hold_as_one_sum_is_counted_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync(
        "square", *(order(str(n), None, at=f"2026-05-04T1{n}:00", goods={"Latte": 4 + n}) for n in range(5))
    )
    await sources.sync(
        "xero", order("INV-9", customer("x", name="Square Sales"), at="2026-05-04", goods={"Takings": 30}),
        order("INV-10", customer("x", name="Square Sales"), at="2026-05-05", goods={"Takings": 30}),
        order("INV-11", customer("x", name="Square Sales"), at="2026-05-04", goods={"Hall hire": 30}),
    )  # fmt: skip
    await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 30 + 30 + 30  # a second sum of that day is no repetition


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"at": "2026-05-04T12:00"}, {"at": "2026-05-04T12:00:30"}),  # two tills, one latte each
        ({"at": "2026-05-04"}, {"at": "2026-05-04"}),  # no time of day: two customers of one day
    ],
)
async def test_two_tills_that_sell_the_same_sell_twice(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, one: Any, two: Any
) -> None:
    await sources.sync("square", order("a", None, **one))
    await sources.sync("shopify", order("b", None, **two))
    await service.resolve(actor)
    assert await figure(database, actor, "orders") == 2


async def test_an_order_that_two_shops_hold_is_one(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("square", order("a", customer("1", **ANN), at="2026-05-04T12:00"))
    await sources.sync("shopify", order("b", customer("2", **ANN), at="2026-05-04T12:03"))
    await service.resolve(actor)
    assert await figure(database, actor, "orders") == 1


async def test_undoing_the_shop_lets_the_books_count_again(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await books_repeat(sources)
    await shop_sells(sources)
    await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 315
    await sources.undo()
    assert await figure(database, actor, "gross_sales") == 315
    async with database.read(actor) as uow:
        assert list(await uow.session.scalars(select(Order.id).where(Order.duplicate_of_id.is_not(None)))) == []


async def test_the_same_amount_of_another_customer_or_weeks_later_is_another_sale(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", order("1001", customer("1", **ANN)))
    await sources.sync(
        "quickbooks", order("INV-1", customer("8", **BEN)), order("INV-2", customer("7", **ANN), at="2026-06-20")
    )
    await service.resolve(actor)
    assert await figure(database, actor, "orders") == 3


async def test_each_record_repeats_one_other_only(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    ann = customer("1", **ANN)
    await sources.sync("shopify", *(order(f"10{n}", ann, at=f"2026-05-0{n}T10:00") for n in range(1, 6)))
    await sources.sync(
        "quickbooks", *(order(f"INV-{n}", customer("7", **ANN), at=f"2026-05-0{n}") for n in range(1, 8))
    )
    await service.resolve(actor)
    assert await figure(database, actor, "orders") == 7


async def test_an_order_that_is_paid_is_not_paid_again_by_what_a_later_sync_brings(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    bank = await sources.connector("stripe")
    await sources.sync("shopify", order("1001", customer("1", **ANN)))
    await sources.sync(bank, payment("ch_1", 10, customer("cus_1", **ANN)))
    await service.resolve(actor)
    await sources.sync(bank, payment("ch_2", 10, customer("cus_1", **ANN), at="2026-05-06T09:00"))
    await service.resolve(actor)
    async with database.read(actor) as uow:
        paid = await uow.session.scalars(select(Transaction.source_key).where(Transaction.order_id.is_not(None)))
        assert [key.partition(":")[2] for key in paid] == ["ch_1"]


async def test_sales_of_customers_who_are_merged_or_parted_later_are_compared_again(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", order("1001", customer("1", **ANN)))
    await sources.sync("xero", order("INV-1", customer("7", name="A. F.", phone="+353 1 234 5678"), at="2026-05-05"))
    await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 20
    async with database.read(actor) as uow:
        ann, short = await uow.session.scalars(select(Customer.id).order_by(Customer.name.desc()))
    async with database.write(actor) as uow:
        await service.merge(uow, MergeRequest(one_id=ann, other_id=short))
    assert await figure(database, actor, "gross_sales") == 10
    async with database.write(actor) as uow:
        await service.split(uow, SplitRequest(customer_id=ann))
    assert await figure(database, actor, "gross_sales") == 20


async def test_who_is_one_by_a_third_source_without_sales_has_hers_counted_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", order("1001", customer("1", **ANN)))
    await sources.sync(
        "xero", order("INV-1", customer("7", name="Ann Flores", phone="+353 1 234 5678"), at="2026-05-05")
    )
    await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 20
    await sources.sync("hubspot", contact("h1", **ANN, phone="+353 1 234 5678"))
    await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 10


async def test_a_run_that_breaks_off_between_customers_and_sales_is_made_good_by_the_next(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", order("1001", customer("1", **ANN)))
    await sources.sync(
        "xero", order("INV-1", customer("7", name="Ann Flores", phone="+353 1 234 5678"), at="2026-05-05")
    )
    await service.resolve(actor)
    await sources.sync("hubspot", contact("h1", **ANN, phone="+353 1 234 5678"))

    def break_off(words: str) -> None:
        if words.startswith("looking for sales"):
            raise RuntimeError(words)

    with pytest.raises(RuntimeError):
        await service.resolve(actor, break_off)
    assert await figure(database, actor, "gross_sales") == 20
    await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 10
