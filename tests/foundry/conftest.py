"""A shop with figures, and the dashboards over it as the product has them."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tests.metrics.shop import Shop, write_shop
from tools.foundry.foundry import Foundry
from tools.foundry.schemas import CreateDashboard, DashboardData, DashboardView, WidgetAdded, WidgetDraft
from tools.kit.workers import Workers
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

AS_OF = date(2026, 3, 20)


@pytest.fixture
def query(database: Database) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database)


@pytest.fixture
def foundry(query: QueryService, workers: Workers, database: Database) -> Foundry:
    return Foundry.over(query, workers, database)


@pytest.fixture
async def shop(database: Database, actor: Actor) -> Shop:
    return await write_shop(database, actor, seed=21)


Create = Callable[..., Awaitable[DashboardView]]
Add = Callable[..., Awaitable[WidgetAdded]]
Show = Callable[..., Awaitable[DashboardData]]


@pytest.fixture
def create(database: Database, foundry: Foundry, actor: Actor, shop: Shop) -> Create:
    """Makes a dashboard, as the shop's owner unless told otherwise."""

    async def make(*, who: Actor = actor, **fields: Any) -> DashboardView:
        request = CreateDashboard.model_validate({"as_of": AS_OF} | ({"name": "Monday"} | fields))
        async with database.write(who) as uow:
            return await foundry.dashboards.create(uow, request)

    return make


@pytest.fixture
def add(database: Database, foundry: Foundry, actor: Actor) -> Add:
    """Adds a widget of a question, or of other fields of a draft."""

    async def put(
        dashboard: DashboardView, question: str | None = None, *, who: Actor = actor, **fields: Any
    ) -> WidgetAdded:
        draft = WidgetDraft.model_validate({"question": question, "as_of": AS_OF} | fields)
        async with database.write(who) as uow:
            return await foundry.widgets.add(uow, dashboard.id, draft)

    return put


@pytest.fixture
def show(database: Database, foundry: Foundry, actor: Actor) -> Show:
    async def data(dashboard: DashboardView, as_of: date = AS_OF, *, who: Actor = actor) -> DashboardData:
        async with database.read(who) as uow:
            return await foundry.rendering.dashboard(uow, dashboard.id, as_of)

    return data
