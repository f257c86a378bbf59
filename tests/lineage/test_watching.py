"""Quality is watched: what begins to be bad is told once, with what was seen, and anew only after it was over."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.models.commerce import Customer
from storage.repositories.base import PageRequest
from tests.lineage.conftest import Import
from tests.lineage.test_quality import ORDERS, spoil
from tests.lineage.test_rules import made
from tools.alerts.schemas import NotificationView
from tools.alerts.spells import tell_spells
from tools.lineage.quality import keep_scores
from tools.lineage.watching import AFTER_A_RUN, BY_THE_CLOCK, watched_after, watched_fresh, watched_sources

pytestmark = pytest.mark.anyio
Measure = Callable[[], Awaitable[list[NotificationView]]]


@pytest.fixture
def measured(database: Database, actor: Actor) -> Measure:
    """Keeps the day's scores, as at the end of each import, and gives what was told."""

    async def measured() -> list[NotificationView]:
        report, before = await keep_scores(database, actor)
        async with database.read(actor) as uow:
            seen = await watched_after(uow, report, before)
        return await tell_spells(database, actor, seen, AFTER_A_RUN)

    return measured


@pytest.fixture
def looked(database: Database, actor: Actor) -> Measure:
    """Looks at what time alone brings about, as once an hour."""

    async def looked() -> list[NotificationView]:
        async with database.read(actor) as uow:
            seen = [*await watched_sources(uow), *await watched_fresh(uow)]
        return await tell_spells(database, actor, seen, BY_THE_CLOCK)

    return looked


async def evidence(database: Database, actor: Actor) -> dict[str, Any]:
    async with database.read(actor) as uow:
        return {row.subject: row.evidence for row in await uow.quality.watches()}


async def test_a_score_that_falls_is_told_once_in_a_spell_with_what_fell(
    import_file: Import, database: Database, actor: Actor, clock: FixedClock, measured: Measure, other_actor: Actor
) -> None:
    await import_file(ORDERS)
    assert await measured() == []
    clock.at += timedelta(days=1)
    await spoil(database, actor, Customer, Customer.name == "Bob Ray", email="nobody")
    [told] = await measured()
    assert (told.kind, told.title) == ("quality", "The quality of customers fell")
    assert "validity from 100% to 67%" in told.text
    assert "In 1 of 3 it does not hold that an e-mail address has a name and a domain with a dot." in told.text
    assert await measured() == []  # it lasts
    seen = (await evidence(database, actor))["drop:unified_customers"]
    assert (seen["rows"], seen["validity"], seen["before"]["validity"]) == (3, 0.6667, 1.0)
    clock.at += timedelta(days=1)
    assert await measured() == []  # as low as yesterday: it has not fallen again
    await spoil(database, actor, Customer, Customer.name == "Bob Ray", email="bob@example.com")
    clock.at += timedelta(days=1)
    await measured()
    clock.at += timedelta(days=1)
    await spoil(database, actor, Customer, Customer.name == "Bob Ray", email="nobody")
    assert [one.title for one in await measured()] == ["The quality of customers fell"]
    async with database.read(actor) as mine, database.read(other_actor) as theirs:
        assert len((await mine.notifications.list(PageRequest())).items) == 2
        assert not (await theirs.notifications.list(PageRequest())).items


async def test_a_score_below_the_bound_is_told_and_a_rule_of_ones_own_sets_another_bound(
    import_file: Import, database: Database, actor: Actor, measured: Measure
) -> None:
    await import_file(ORDERS)
    await spoil(database, actor, Customer, name=None, email="nobody", address_id=None)
    [told] = await measured()
    assert told.title == "The quality of customers is low"
    assert "below 60%. Weakest is their validity: 0%." in told.text
    await made(database, actor, "customer", how="score", at_least=0.05)
    assert await measured() == []
    assert "score:unified_customers" not in await evidence(database, actor)


async def test_a_source_that_is_late_against_its_own_rhythm_is_told_once_and_again_after_it_came(
    import_file: Import, clock: FixedClock, looked: Measure
) -> None:
    for week in range(4):
        await import_file(ORDERS.replace("A", f"W{week}-"))
        assert await looked() == []
        clock.at += timedelta(weeks=1)
    assert await looked() == []  # due today
    clock.at += timedelta(days=5)
    [told] = await looked()
    assert told.title == "Orders is late"
    assert "last came in 12 days ago" in told.text
    assert "it usually comes every 7 days" in told.text
    clock.at += timedelta(days=1)
    assert await looked() == []
    await import_file(ORDERS.replace("A", "late-"))
    assert await looked() == []
    clock.at += timedelta(weeks=2)
    assert [one.title for one in await looked()] == ["Orders is late"]


async def test_a_rule_of_ones_own_is_told_of_when_it_begins_to_be_broken(
    import_file: Import, database: Database, actor: Actor, clock: FixedClock, measured: Measure, looked: Measure
) -> None:
    await import_file(ORDERS)
    rule = await made(database, actor, "customer", how="not_empty", field="email")
    await made(database, actor, "order", how="fresh", within_hours=24)
    assert await measured() == []
    await spoil(database, actor, Customer, Customer.name == "Bob Ray", email=None)
    [told] = await measured()
    assert (told.title, told.subject_id) == ("A rule is broken: Each customer has an email", rule.id)
    assert told.text == "It no longer holds that each customer has an email: 1 of 3 break it."
    assert len((await evidence(database, actor))[f"rule:{rule.id}"]["examples"]) == 1
    assert await measured() == []
    clock.at += timedelta(hours=25)
    [stale] = await looked()
    assert stale.text == "It no longer holds that what brings orders is no older than 24 hours: it came 25 hours ago."
    await spoil(database, actor, Customer, email="a@b.example")
    assert await measured() == []
    async with database.write(actor) as uow:
        await uow.delete(await uow.quality.rule(rule.id))
    await measured()
    assert f"rule:{rule.id}" not in await evidence(database, actor)
