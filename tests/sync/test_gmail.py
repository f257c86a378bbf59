"""A mailbox and a calendar at Google are read whole, then followed by history, and hold what the owner sees there."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.google import GoogleStandIn
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.world import World, build_world, things, truth
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.models.ingestion import RawRecord
from storage.models.relations import CalendarEvent, Message
from tests.sync.conftest import Synced, authorized, on_both_databases, service_over, vendors_at
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio


@pytest.fixture
def world() -> World:
    return build_world(customers=12, orders=3)


@pytest.fixture
def server(world: World) -> Iterator[GoogleStandIn]:
    with GoogleStandIn(world) as server:
        yield server


@pytest.fixture
async def vendors(database: Database, server: GoogleStandIn, clock: FixedClock) -> AsyncIterator[Vendors]:
    vendors = vendors_at(database, server, clock)
    yield vendors
    await vendors.http.aclose()


@pytest.fixture
async def shop(database: Database, actor: Actor, vendors: Vendors, server: GoogleStandIn) -> Synced:
    """A tenant whose mailbox is connected by its owner's consent."""
    connection = await authorized(vendors, actor, "gmail")
    server.requests.clear()
    return Synced(actor, connection, service_over(database, vendors), database)


async def count(shop: Synced, model: Any, *where: Any) -> int:
    [(number,)] = await shop.rows(select(func.count()).select_from(model).where(*where))
    return number


async def assert_true(shop: Synced, world: World) -> None:
    """The store says what is true of the mailbox: how much there is, and of each mail and appointment what it is."""
    live = Message.deleted_at.is_(None)
    [(threads,)] = await shop.rows(select(func.count(Message.thread.distinct())).where(live))
    assert {
        "mails": await count(shop, Message, live),
        "inbox": await count(shop, Message, live, Message.folder == "inbox"),
        "sent": await count(shop, Message, live, Message.folder == "sent"),
        "threads": threads,
        "unread": await count(shop, Message, live, Message.is_read.is_(False)),
        "events": await count(shop, CalendarEvent, CalendarEvent.deleted_at.is_(None)),
    } == truth(world, "gmail").counts
    told = await shop.rows(select(Message.subject, Message.sender, Message.sent_at).where(live))
    mails = Counter((mail.subject or None, mail.sender[1], mail.sent_at) for mail in world.mails)
    assert Counter((subject, sender, at) for subject, sender, at in told) == mails
    events = select(CalendarEvent.title, CalendarEvent.starts_at).where(
        CalendarEvent.deleted_at.is_(None), CalendarEvent.all_day.is_(False)
    )
    timed = [event for event in world.events if not event.all_day]
    assert Counter((title, at) for title, at in await shop.rows(events)) == Counter(
        (event.title or None, event.starts_at) for event in timed
    )


def pass_time(server: GoogleStandIn, clock: FixedClock, seconds: float = 3600) -> None:
    server.clock.advance(seconds)
    clock.at = server.clock.now()


async def test_a_first_sync_brings_what_is_true_of_the_mailbox(
    shop: Synced, server: GoogleStandIn, world: World
) -> None:
    run = await shop.sync()
    assert (run.status, run.full, run.rejected, run.problem_count) == ("committed", True, 0, 0), run.problems
    assert run.unknown_fields == ()
    await assert_true(shop, world)
    assert server.violations == []


async def test_a_second_sync_asks_only_for_what_changed_and_changes_nothing(
    shop: Synced, server: GoogleStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    server.requests.clear()
    run = await shop.sync()
    assert (run.full, run.created, run.updated, run.objects) == (False, 0, 0, {})
    assert len(server.asked_for("/history")) == 2
    assert not server.asked_for("/messages")
    assert [asked.one("timeMin") for asked in server.asked_for("/events")] == [None]
    await assert_true(shop, world)


@on_both_databases
async def test_what_came_was_read_moved_and_deleted_since_is_brought_up_to_date(
    shop: Synced, server: GoogleStandIn, world: World, clock: FixedClock
) -> None:
    await shop.sync()
    pass_time(server, clock)
    inbox = [mail for mail in world.mails if mail.folder == "inbox"]
    world.change(next(mail for mail in inbox if not mail.read), read=True)
    world.change(inbox[3], folder="archive")
    world.delete(inbox[4])
    for number in range(9_001, 9_121):  # more than a page
        world.add(replace(inbox[5], number=number, subject=f"Offer {number}", sent_at=server.clock.now()))
    world.delete(world.get(things.Mail, 9_002))  # it came and went between two syncs
    later = world.events[2]
    world.change(later, starts_at=later.starts_at + timedelta(days=1), ends_at=later.ends_at + timedelta(days=1))
    world.add(replace(world.events[0], number=9_001, title="Tasting"))
    world.delete(world.events[1])
    server.requests.clear()
    run = await shop.sync()
    assert (run.full, run.problem_count) == (False, 0), run.problems
    # Each message that has changed is asked for, and no other; of those deleted there is none.
    asked = {asked.path.rpartition("/")[2] for asked in server.asked_for("/messages/")}
    assert len(asked) == 2 + 1 + 120
    await assert_true(shop, world)
    assert server.violations == []


@pytest.mark.parametrize("dead", ["history", "calendar"])
async def test_a_history_or_a_sync_token_that_is_too_old_is_made_up_by_reading_all_again(
    shop: Synced, server: GoogleStandIn, world: World, clock: FixedClock, dead: str
) -> None:
    await shop.sync()
    pass_time(server, clock)
    world.delete(world.mails[0])
    world.change(world.mails[1], read=not world.mails[1].read)
    world.delete(world.events[0])

    def meanwhile(asked: Asked) -> None:
        if ("/history" if dead == "history" else "/events") in asked.path and not died:
            died.append(asked.path)
            server.faults.dead_cursor()

    died: list[str] = []
    server.on_request = meanwhile
    run = await shop.sync()
    assert died
    assert run.full is True
    await assert_true(shop, world)
    assert (await shop.sync()).full is False


async def test_an_outage_makes_it_late_and_leaves_nothing_behind(
    shop: Synced, server: GoogleStandIn, world: World
) -> None:
    server.faults.outage(times=50)
    with pytest.raises(CopilotError, match="cannot be reached now"):
        await shop.sync()
    for model in (Message, CalendarEvent, RawRecord):
        assert await count(shop, model) == 0
    while server.faults.take_outage() is not None:
        pass
    server.faults.throttle(times=3)
    await shop.sync()
    await assert_true(shop, world)
