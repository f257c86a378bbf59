"""Which days count, what little data says, and what a person put aside."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor, Role
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.repositories.metrics import MetricsRepository
from tests.insights.conftest import Find, of
from tests.insights.history import AS_OF, LAST_WEEK, Sale, history, write_sales
from tools.insights.gathering import known_until
from tools.insights.schemas import HideInsight
from tools.insights.service import InsightService

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    """What the two databases differ in is tested beside this."""
    return embedded_config


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 7, 9, tzinfo=UTC))


async def test_days_to_come_and_a_week_that_runs_are_left_out(database: Database, actor: Actor, find: Find):
    await write_sales(database, actor, history(last_week=2.5))
    running = await find(LAST_WEEK + timedelta(days=3))
    assert not [one for one in running.items if one.grain == "week"]
    assert all(one.to < LAST_WEEK + timedelta(days=3) for one in running.items)


async def test_little_data_says_so(database: Database, actor: Actor, other_actor: Actor, find: Find):
    empty = await find(AS_OF, who=other_actor)
    assert (empty.items, empty.tested) == ((), 0)
    await write_sales(database, actor, [sale for sale in history() if sale.day >= AS_OF - timedelta(days=40)])
    short = await find(AS_OF)
    assert (short.items, short.tested) == ((), 0)
    assert "5 complete weeks" in short.message
    assert "too little" in short.message


async def test_data_that_has_not_come_yet_is_no_drop(database: Database, actor: Actor, find: Find):
    await write_sales(database, actor, [sale for sale in history() if sale.day < date(2025, 12, 20)])
    found = await find(AS_OF)
    assert not found.items
    assert "19 December 2025" in found.notes[0]


async def test_what_there_was_no_time_for_is_told_and_looked_at_the_next_time(
    database: Database, actor: Actor, find: Find
):
    await write_sales(database, actor, history(gone="Customer C"))
    with patch("tools.insights.gathering._SECONDS", -1.0):
        hasty = await find(AS_OF)
    assert "would have taken too long" in hasty.notes[-1]
    whole = await find(AS_OF)
    assert not whole.notes
    assert whole.tested > hasty.tested
    assert of(whole, "revenue", member="Customer C").kind == "fading"


def test_closed_days_are_days_without_sales_and_longer_gaps_are_missing_data():
    days = [date(2026, 1, 5) + timedelta(days=number) for number in range(28)]
    shut_on_sundays = [0.0 if day.isoweekday() == 7 else 10.0 for day in days]
    assert known_until([shut_on_sundays], days, date(2026, 2, 2)) == date(2026, 2, 2)
    ended = [0.0 if day > date(2026, 1, 29) else value for day, value in zip(days, shut_on_sundays, strict=True)]
    assert known_until([ended], days, date(2026, 2, 2)) == date(2026, 1, 30)


async def test_an_insight_is_dismissed_or_put_off_by_each_for_himself(
    database: Database, actor: Actor, find: Find, insights: InsightService, clock: FixedClock
):
    await write_sales(database, actor, history(last_week=2.5))
    colleague = Actor(actor.tenant_id, "0190d5c4-0000-7000-8000-000000000001", Role.VIEWER, actor.surface)
    one = of(await find(AS_OF), "revenue")

    async def hide(until: date | None = None) -> None:
        async with database.write(actor) as uow:
            await insights.hide(uow, one.id, HideInsight(until=until))

    async def seen(who: Actor = actor, as_of: date = AS_OF) -> bool:
        return one.id in [each.id for each in (await find(as_of, who=who)).items]

    await hide()
    assert not await seen()
    assert await seen(colleague)
    assert of(await find(AS_OF, hidden=True), "revenue").is_hidden
    async with database.write(actor) as uow:
        await insights.show_again(uow, one.id)
    assert await seen()
    await hide(AS_OF + timedelta(days=2))
    assert not await seen()
    assert not await seen(as_of=AS_OF + timedelta(days=1))
    assert await seen(as_of=AS_OF + timedelta(days=2))
    with pytest.raises(CopilotError, match="has come already"):
        await hide(clock.now().date())


async def test_questions_are_few_and_asked_once_a_day(
    database: Database, actor: Actor, find: Find, monkeypatch: pytest.MonkeyPatch
):
    await write_sales(database, actor, history())
    asked: list[str] = []
    run = MetricsRepository.run

    async def counted(self: MetricsRepository, compiled: object) -> object:
        result = await run(self, compiled)  # type: ignore[arg-type]
        asked.append(result.sql)
        return result

    monkeypatch.setattr(MetricsRepository, "run", counted)
    await find(AS_OF)
    assert 0 < len(asked) <= 20
    assert all(sql.startswith("SELECT") for sql in asked)
    before = len(asked)
    await find(AS_OF, limit=3)
    assert len(asked) == before


async def test_amounts_of_several_currencies_are_not_added(database: Database, actor: Actor, find: Find):
    sales = history(last_week=2.5)
    await write_sales(database, actor, [*sales, Sale(AS_OF - timedelta(days=30), 9e5, "X", "Product 1", "Range 1", currency="USD")])  # fmt: skip
    found = await find(AS_OF)
    assert of(found, "revenue").actual == pytest.approx(
        sum(sale.amount for sale in sales if LAST_WEEK <= sale.day < LAST_WEEK + timedelta(weeks=1)), abs=0.01
    )
    assert "Only orders in EUR" in found.notes[0]
