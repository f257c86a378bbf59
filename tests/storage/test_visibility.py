"""Rows of an ingestion batch are seen once it is committed, all at once, and not before."""

from datetime import date

import pytest
from sqlalchemy import func, select, union_all
from sqlalchemy.orm import aliased

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import MetricObservation
from storage.models.ingestion import IngestionBatch

pytestmark = pytest.mark.anyio

COUNT = select(func.count(MetricObservation.id))


async def write_batch(database: Database, actor: Actor, status: str, *, rows: int = 2) -> str:
    async with database.write(actor) as uow:
        batch = IngestionBatch(status=status)
        uow.add(batch)
        await uow.flush()
        await uow.bulk_insert(
            MetricObservation,
            [
                {
                    "source_key": f"{batch.id}/{number}",
                    "series": "visits",
                    "observed_at": uow.clock.now(),
                    "observed_on": date(2026, 11, 1),
                    "value": 1.0,
                    "created_by_batch_id": batch.id,
                }
                for number in range(rows)
            ],
        )
    return batch.id


async def flip(database: Database, actor: Actor, batch_id: str, status: str) -> None:
    async with database.write(actor) as uow:
        (await uow.session.get_one(IngestionBatch, batch_id)).status = status


async def seen(database: Database, actor: Actor) -> int:
    async with database.read(actor) as uow:
        return await uow.session.scalar(COUNT) or 0


async def test_rows_appear_and_vanish_with_their_batch(database: Database, actor: Actor) -> None:
    batch_id = await write_batch(database, actor, "applying")
    assert await seen(database, actor) == 0
    await flip(database, actor, batch_id, "committed")
    assert await seen(database, actor) == 2
    await flip(database, actor, batch_id, "undoing")
    assert await seen(database, actor) == 0


async def test_rows_of_no_batch_are_always_seen(database: Database, actor: Actor) -> None:
    await write_batch(database, actor, "applying")
    async with database.write(actor) as uow:
        uow.add(
            MetricObservation(
                source_key="1", series="visits", observed_at=uow.clock.now(), observed_on=date(2026, 11, 1), value=1.0
            )
        )
    assert await seen(database, actor) == 1


@pytest.mark.parametrize("unfinished", [1, 3, 9])
async def test_any_number_of_batches_may_be_unfinished(database: Database, actor: Actor, unfinished: int) -> None:
    await write_batch(database, actor, "committed", rows=5)
    for _ in range(unfinished):
        await write_batch(database, actor, "applying")
    assert await seen(database, actor) == 5
    async with database.write(actor) as uow:
        assert await uow.session.scalar(COUNT) == 5


async def test_batches_of_another_tenant_change_nothing(database: Database, actor: Actor, other_actor: Actor) -> None:
    await write_batch(database, actor, "committed")
    await write_batch(database, other_actor, "applying")
    assert (await seen(database, actor), await seen(database, other_actor)) == (2, 0)


async def test_every_shape_of_statement_hides_them(database: Database, actor: Actor) -> None:
    await write_batch(database, actor, "committed", rows=1)
    await write_batch(database, actor, "applying", rows=7)
    other = aliased(MetricObservation)
    inner = select(MetricObservation.id).subquery()
    named = select(MetricObservation.id, MetricObservation.series).cte()
    both = union_all(select(MetricObservation.id), select(other.id)).subquery()
    shapes = {
        1: [
            COUNT,
            select(func.count(other.id)),
            select(func.count()).select_from(inner),
            select(func.count()).select_from(named),
            select(func.count()).select_from(MetricObservation).join(other, MetricObservation.series == other.series),
            select(func.count()).select_from(MetricObservation).join(named, MetricObservation.series == named.c.series),
        ],
        2: [select(func.count()).select_from(both)],
    }
    async with database.read(actor) as uow:
        for expected, statements in shapes.items():
            for statement in statements:
                assert await uow.session.scalar(statement) == expected, statement


async def test_its_own_writer_sees_one_unfinished_batch(database: Database, actor: Actor) -> None:
    batch_id = await write_batch(database, actor, "applying", rows=3)
    await write_batch(database, actor, "applying", rows=5)
    for unit in (database.read(actor), database.write(actor)):
        async with unit as uow:
            assert await uow.session.scalar(COUNT) == 0
            with uow.including_batch(batch_id):
                assert await uow.session.scalar(COUNT) == 3
            assert await uow.session.scalar(COUNT) == 0


async def test_a_write_unit_sees_its_own_flip(database: Database, actor: Actor) -> None:
    batch_id = await write_batch(database, actor, "applying")
    async with database.write(actor) as uow:
        assert await uow.session.scalar(COUNT) == 0
        (await uow.session.get_one(IngestionBatch, batch_id)).status = "committed"
        assert await uow.session.scalar(COUNT) == 2


async def test_a_read_unit_keeps_to_one_moment(database: Database, actor: Actor) -> None:
    """An import that starts and ends while an answer is being put together does not show in half of it."""
    await write_batch(database, actor, "committed", rows=1)
    async with database.read(actor) as uow:
        assert await uow.session.scalar(COUNT) == 1
        await write_batch(database, actor, "applying")
        await write_batch(database, actor, "committed")
        assert await uow.session.scalar(COUNT) == 1
    assert await seen(database, actor) == 3
