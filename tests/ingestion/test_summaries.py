"""An order that a list tells by its sum alone, after the single object has told its lines, and before."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import OrderLine
from tests.resolution.sources import EUR, Sources, order

pytestmark = pytest.mark.anyio
TOLD = order("1001", goods={"Tea": 30, "Pot": 12})
DETAIL = replace(TOLD, lines=[replace(line, key=f"{TOLD.key}:{place}") for place, line in enumerate(TOLD.lines)])
SUMMARY = replace(DETAIL, source=replace(DETAIL.source, version_hash="0" * 32), lines=[], amount_micros=42 * EUR)


@pytest.fixture
def sources(database: Database, actor: Actor) -> Sources:
    return Sources(database, actor)


async def lines(sources: Sources) -> tuple[int, int]:
    """How many, and what they come to in euros."""
    async with sources.database.read(sources.actor) as uow:
        row = (await uow.session.execute(select(func.count(), func.sum(OrderLine.net_micros)))).one()
    return row[0], int(row[1]) // EUR


async def test_a_sum_that_the_lines_come_to_leaves_them(sources: Sources) -> None:
    books = await sources.connector("zohobooks")
    await sources.sync(books, DETAIL)
    await sources.sync(books, SUMMARY)
    assert await lines(sources) == (2, 42)


async def test_another_sum_stands_for_lines_that_are_no_longer_true(sources: Sources) -> None:
    books = await sources.connector("zohobooks")
    await sources.sync(books, DETAIL)
    await sources.sync(books, replace(SUMMARY, amount_micros=30 * EUR))
    assert await lines(sources) == (1, 30)
    await sources.sync(books, replace(DETAIL, source=replace(DETAIL.source, version_hash="1" * 32)))
    assert await lines(sources) == (2, 42)


async def test_an_order_that_has_lost_its_lines_has_none(sources: Sources) -> None:
    shop = await sources.connector("shopify")
    await sources.sync(shop, DETAIL)
    await sources.sync(shop, replace(SUMMARY, amount_micros=None))
    async with sources.database.read(sources.actor) as uow:
        assert await uow.session.scalar(select(func.count()).select_from(OrderLine)) == 0
