"""An order that a list tells by its sum alone, after the single object has told its lines, and before; and lines that go and
come back. The versions come in one page, on two pages of one run, or in two runs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import OrderLine, Refund
from tests.resolution.sources import EUR, Sources, order
from tools.ingestion.records import OrderRecord

pytestmark = pytest.mark.anyio
Way = Literal["in one page", "on two pages", "in two runs"]
TOLD = order("1001", goods={"Tea": 30, "Pot": 12})


def version(order: OrderRecord, number: int) -> OrderRecord:
    """The order as told another time."""
    source = replace(order.source, version_hash=f"{number:032x}")
    return replace(
        order,
        source=source,
        lines=[replace(line, source=source) for line in order.lines],
        refunds=[replace(refund, source=source) for refund in order.refunds],
    )


DETAIL = replace(TOLD, lines=[replace(line, key=f"{TOLD.key}:{place}") for place, line in enumerate(TOLD.lines)])
SUMMARY = version(replace(DETAIL, lines=[], amount_micros=42 * EUR), 1)
LESS = replace(SUMMARY, amount_micros=30 * EUR)
WITHOUT_POT = version(replace(DETAIL, lines=DETAIL.lines[:1]), 2)
AGAIN = version(DETAIL, 3)
TAKEN_BACK = replace(
    DETAIL,
    refunds=[
        replace(refund, key=f"{TOLD.key}:back", line_key=DETAIL.lines[1].key)
        for refund in order("1001", goods={"Tea": 30, "Pot": 12}, back={"Pot": 12}).refunds
    ],
)


@pytest.fixture
def sources(database: Database, actor: Actor) -> Sources:
    return Sources(database, actor)


@pytest.fixture(params=["in one page", "on two pages", "in two runs"])
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


async def bring(sources: Sources, source: str, versions: Sequence[OrderRecord], way: Way) -> None:
    if way == "in two runs":
        for one in versions:
            await sources.sync(source, one)
        return
    await sources.begin_pages(source, *([versions] if way == "in one page" else [[one] for one in versions]))
    await sources.finish()


async def lines(sources: Sources) -> tuple[int, int]:
    """How many, and what they come to in euros."""
    async with sources.database.read(sources.actor) as uow:
        row = (await uow.session.execute(select(func.count(), func.sum(OrderLine.net_micros)))).one()
    return row[0], int(row[1] or 0) // EUR


async def test_a_sum_that_the_lines_come_to_leaves_them(sources: Sources, way: Way) -> None:
    books = await sources.connector("zohobooks")
    await bring(sources, books, [DETAIL, SUMMARY], way)
    assert await lines(sources) == (2, 42)


async def test_another_sum_stands_for_lines_that_are_no_longer_true(sources: Sources, way: Way) -> None:
    books = await sources.connector("zohobooks")
    await bring(sources, books, [DETAIL, LESS], way)
    assert await lines(sources) == (1, 30)


async def test_lines_that_are_told_after_a_sum_stand_for_themselves(sources: Sources, way: Way) -> None:
    books = await sources.connector("zohobooks")
    await bring(sources, books, [SUMMARY, DETAIL], way)
    assert await lines(sources) == (2, 42)


async def test_a_sum_before_and_after_the_lines_is_there_once(sources: Sources, way: Way) -> None:
    books = await sources.connector("zohobooks")
    await sources.sync(books, SUMMARY)
    await bring(sources, books, [DETAIL, LESS], way)
    assert await lines(sources) == (1, 30)
    await bring(sources, books, [AGAIN, SUMMARY], way)
    assert await lines(sources) == (2, 42)


async def test_an_order_that_has_lost_its_lines_has_none(sources: Sources, way: Way) -> None:
    shop = await sources.connector("shopify")
    await bring(sources, shop, [DETAIL, replace(SUMMARY, amount_micros=None)], way)
    assert await lines(sources) == (0, 0)


@pytest.mark.parametrize("known", [True, False], ids=["known before", "new"])
async def test_a_line_that_goes_and_comes_back_is_there(sources: Sources, way: Way, known: bool) -> None:
    shop = await sources.connector("shopify")
    if known:
        await sources.sync(shop, DETAIL)
    await bring(sources, shop, [version(DETAIL, 4), WITHOUT_POT, AGAIN], way)
    assert await lines(sources) == (2, 42)


@pytest.mark.parametrize("known", [True, False], ids=["known before", "new"])
async def test_a_refund_that_goes_and_comes_back_is_there(sources: Sources, way: Way, known: bool) -> None:
    shop = await sources.connector("shopify")
    if known:
        await sources.sync(shop, TAKEN_BACK)
    await bring(sources, shop, [version(TAKEN_BACK, 4), AGAIN, version(TAKEN_BACK, 5)], way)
    async with sources.database.read(sources.actor) as uow:
        back = await uow.session.execute(select(func.count(), func.sum(Refund.amount_micros)))
        assert back.one() == (1, 12 * EUR)
    assert await lines(sources) == (2, 42)


async def test_an_undo_leaves_what_was_there_before_lines_went_and_came_back(sources: Sources, way: Way) -> None:
    shop = await sources.connector("shopify")
    dearer = replace(AGAIN, lines=[replace(line, net_micros=2 * line.net_micros) for line in AGAIN.lines])
    await sources.sync(shop, DETAIL)
    await bring(sources, shop, [WITHOUT_POT, dearer], way)
    assert await lines(sources) == (2, 84)
    for _ in range(2 if way == "in two runs" else 1):
        await sources.undo()
    assert await lines(sources) == (2, 42)


async def test_a_value_that_changes_and_changes_back_in_one_run_is_as_it_was(sources: Sources, way: Way) -> None:
    shop = await sources.connector("shopify")
    await sources.sync(shop, DETAIL)
    dearer = replace(WITHOUT_POT, lines=[replace(line, net_micros=2 * line.net_micros) for line in DETAIL.lines])
    await bring(sources, shop, [dearer, AGAIN], way)
    assert await lines(sources) == (2, 42)
