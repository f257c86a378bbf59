"""Usage in the real store: it adds up per day and model, and a tenant's day has an end."""

from datetime import timedelta

import pytest

from agents.budget import Allowance, ModelUsage
from agents.usage import StoredUsage
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock

pytestmark = pytest.mark.anyio


async def test_what_is_recorded_is_no_longer_there_to_use(
    database: Database, actor: Actor, other_actor: Actor, clock: FixedClock
) -> None:
    sink = StoredUsage(database, Allowance(tokens=1_000, cost_micros=500))
    await sink.record(actor, ModelUsage("openai/a", 100, 50, 20, False))
    await sink.record(actor, ModelUsage("openai/a", 100, 50, None, True))
    await sink.record(actor, ModelUsage("openai/b", 1, 1, 600, False))
    assert await sink.remaining(actor) == Allowance(tokens=698, cost_micros=-120)
    assert await sink.remaining(other_actor) == Allowance(tokens=1_000, cost_micros=500)
    clock.at += timedelta(days=1)
    assert await sink.remaining(actor) == Allowance(tokens=1_000, cost_micros=500)


async def test_requests_are_counted_per_model(database: Database, actor: Actor, clock: FixedClock) -> None:
    sink = StoredUsage(database, Allowance())
    for model in ("openai/a", "openai/a", "openai/b"):
        await sink.record(actor, ModelUsage(model, 1, 2, 3, False))
    async with database.read(actor) as uow:
        records = await uow.usage.between(clock.at.date(), clock.at.date())
    assert sorted((one.model, one.requests, one.input_tokens, one.cost_micros) for one in records) == [
        ("openai/a", 2, 2, 6),
        ("openai/b", 1, 1, 3),
    ]
    assert await sink.remaining(actor) == Allowance()
