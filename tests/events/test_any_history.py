"""However batches come, come again, change each other and are taken back: the timeline is what one look at all the data
would make of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database, DatabaseConfig
from storage.kernel.clock import FixedClock
from storage.models.ingestion import IngestionBatch
from tests.conftest import registered
from tests.events.shop import Shop, listed
from tests.resolution.sources import order, payment
from tools.ingestion.records import CatalogueRecord, OrderRecord, Record, TransactionRecord

pytestmark = pytest.mark.anyio
Brought = CatalogueRecord | OrderRecord | TransactionRecord
_NOT_COMPARED = {"detected_at", "created_at", "updated_at", "_sa_instance_state"}


async def timeline(shop: Shop) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for event in await shop.events():
        values = {name: value for name, value in vars(event).items() if name not in _NOT_COMPARED}
        assert event.key is not None
        assert event.key not in found
        found[event.key] = values
    return found


async def anew(shop: Shop) -> dict[str, dict[str, Any]]:
    """The timeline as one look at everything makes it."""
    before = await shop.events()
    async with shop.database.write(shop.actor) as uow:
        await uow.events.settle([event.id for event in before], [])
        for batch in await uow.ingestion.batches_in("committed"):
            batch.detected_at = None
    assert await shop.events() == []
    await shop.look()
    return await timeline(shop)


@dataclass(frozen=True)
class Undo:
    which: int


def an_order(
    number: int, day: str, good: str, said: tuple[str | None, str | None], status: str, back: bool
) -> OrderRecord:
    channel, code = said
    given_back = {good: 10} if back else None
    return order(
        str(number), at=f"{day}T12:00", goods={good: 10}, back=given_back, channel=channel, discount_code=code, status=status
    )  # fmt: skip


def a_product(key: str, price: float, stock: int, day: str) -> CatalogueRecord:
    return listed(key, price, stock=stock, on=day)


def a_payout(key: int, status: str) -> TransactionRecord:
    return payment(f"po_{key}", -50, kind="payout", status=status)


DAYS = st.integers(1, 28).map(lambda day: f"2026-05-{day:02}")
SAID = st.tuples(st.sampled_from([None, "Online", "Fair"]), st.sampled_from([None, "SUMMER"]))
STATUSES = st.sampled_from(["completed", "completed", "cancelled", "pending"])
ORDERS = st.builds(
    an_order, st.integers(1, 8), DAYS, st.sampled_from(["Mug", "Vase", "Bowl"]), SAID, STATUSES, st.booleans()
)
GOODS = st.builds(
    a_product, st.sampled_from(["mug", "vase"]), st.sampled_from([10, 10.001, 12, 15]), st.sampled_from([0, 3, 7]), DAYS
)
PAYOUTS = st.builds(a_payout, st.integers(1, 3), st.sampled_from(["pending", "paid", "failed", "cancelled"]))
BATCHES = st.tuples(st.integers(0, 1), st.lists(st.one_of(ORDERS, ORDERS, GOODS, PAYOUTS), min_size=1, max_size=6))
STEPS = st.lists(st.one_of(BATCHES, BATCHES, st.builds(Undo, st.integers(0, 9))), min_size=2, max_size=7)


def of_one_key(records: list[Brought]) -> list[Record]:
    """A page has an object once."""
    return list({record.source.source_id: record for record in records}.values())


def on_a_shop(config: DatabaseConfig, work: Callable[[Shop, list[str]], Awaitable[None]]) -> None:
    """Runs work on a new tenant with two sources."""

    async def run() -> None:
        from datetime import UTC, datetime
        from uuid import uuid4

        database = Database(config, FixedClock(datetime(2026, 6, 2, tzinfo=UTC)))
        try:
            shop = Shop(database, await registered(database, f"Shop {uuid4().hex}"))
            await work(shop, [await shop.connector("shopify"), await shop.connector("square")])
        finally:
            await database.dispose()

    anyio.run(run)


async def undone(shop: Shop, which: int) -> None:
    if not shop.batches:
        return
    batch_id = shop.batches[which % len(shop.batches)]
    async with shop.database.read(shop.actor) as uow:
        rests = await uow.ingestion.built_upon(batch_id)
    if rests is None:
        await shop.undo(batch_id)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_history_ends_in_what_one_look_would_find(
    embedded_config: DatabaseConfig, steps: list[tuple[int, list[Brought]] | Undo]
) -> None:
    async def work(shop: Shop, sources: list[str]) -> None:
        for step in steps:
            if isinstance(step, Undo):
                await undone(shop, step.which)
            else:
                await shop.bring(sources[step[0]], *of_one_key(step[1]))
        kept = await timeline(shop)
        assert kept == await anew(shop)

    on_a_shop(embedded_config, work)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    orders=st.lists(ORDERS, min_size=2, max_size=8, unique_by=lambda one: one.key),
    cuts=st.lists(st.integers(0, 2), min_size=8, max_size=8),
    turn=st.permutations(range(3)),
)
def test_the_order_of_batches_and_their_coming_again_do_not_matter(
    embedded_config: DatabaseConfig, orders: list[Any], cuts: list[int], turn: list[int]
) -> None:
    parts = [[one for one, cut in zip(orders, cuts, strict=False) if cut == number] for number in range(3)]
    told: list[Any] = []

    async def work(shop: Shop, sources: list[str]) -> None:
        for number in (range(3), [*turn, *turn])[len(told)]:
            await shop.bring(sources[0], *parts[number])
        told.append([(event.kind, event.subject, event.occurred_at, event.title) for event in await shop.events()])

    for _ in range(2):
        on_a_shop(embedded_config, work)
    assert sorted(told[0], key=str) == sorted(told[1], key=str)


async def test_a_run_that_breaks_off_is_made_good_by_the_next(shop: Shop) -> None:
    await shop.sync("shopify", order("1001"))
    async with shop.database.read(shop.actor) as uow:
        pending = await uow.events.pending()
    assert pending.batches == (shop.batches[0],)
    await shop.look()
    async with shop.database.read(shop.actor) as uow:
        assert (await uow.events.pending()).is_empty
        batch: IngestionBatch = await uow.ingestion.batch(shop.batches[0])
        assert batch.detected_at is not None
    again = await shop.look()
    assert again.count == 0
