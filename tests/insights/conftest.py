"""Two years of a shop in a real store, and what the product finds in it."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tools.insights.schemas import FindInsights, Insight, InsightList
from tools.insights.service import InsightService
from tools.kit.workers import Workers
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

Find = Callable[..., Awaitable[InsightList]]


@pytest.fixture
def query(database: Database) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database)


@pytest.fixture
def insights(query: QueryService, workers: Workers) -> InsightService:
    return InsightService(query, workers)


@pytest.fixture
def find(database: Database, insights: InsightService, actor: Actor) -> Find:
    async def ask(as_of: date, *, who: Actor = actor, **fields: Any) -> InsightList:
        async with database.read(who) as uow:
            return await insights.find(uow, FindInsights.model_validate({"as_of": as_of} | fields))

    return ask


def of(found: InsightList, metric: str, grain: str = "week", member: str | None = None) -> Insight:
    return next(one for one in found.items if (one.metric, one.grain, one.member) == (metric, grain, member))
