"""A shop with figures, and what may be defined over them."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tests.metrics.shop import Shop, write_shop
from tools.metrics.schemas import MetricDraft, MetricView
from tools.metrics.service import MetricService
from tools.query.schemas import QueryAnswer, QueryRequest
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

AS_OF = date(2026, 3, 20)
Define = Callable[..., Awaitable[MetricView]]
Ask = Callable[..., Awaitable[QueryAnswer]]


@pytest.fixture
def query(database: Database) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database)


@pytest.fixture
def metrics(query: QueryService) -> MetricService:
    return MetricService(query)


@pytest.fixture
async def shop(database: Database, actor: Actor) -> Shop:
    return await write_shop(database, actor, seed=21)


@pytest.fixture
def define(database: Database, metrics: MetricService, actor: Actor) -> Define:
    """Defines a metric, as the shop's owner unless told otherwise."""

    async def make(label: str, expression: str, *, who: Actor = actor, **fields: Any) -> MetricView:
        draft = MetricDraft.model_validate({"label": label, "expression": expression} | fields)
        async with database.write(who) as uow:
            return await metrics.create(uow, draft)

    return make


@pytest.fixture
def ask(database: Database, query: QueryService, actor: Actor) -> Ask:
    async def answer(question: str, *, who: Actor = actor, conversation: str | None = None) -> QueryAnswer:
        request = QueryRequest(question=question, as_of=AS_OF, conversation_id=conversation)
        async with database.read(who) as uow:
            return await query.ask(uow, request)

    return answer
