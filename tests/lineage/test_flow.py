"""The flow of data adds up, and sources that are late are told of."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.stripe import StripeStandIn
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.kernel.ids import new_id
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from storage.models.commerce import Transaction
from storage.models.ingestion import RawRecord
from tests.lineage.conftest import Import
from tests.lineage.test_quality import ORDERS
from tests.sync.conftest import Synced
from tools.ingestion.batches import Batches
from tools.language.dictionary import Dictionary
from tools.lineage.schemas import FlowGraph, FlowRequest, HealthRequest, QualityRequest, TraceRequest
from tools.lineage.service import LineageService
from tools.lineage.telling import present_flow, present_found, present_health, present_quality
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics
from tools.sync.renormalise import RenormaliseService

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def words() -> Dictionary:
    return Dictionary()


@pytest.fixture
def lineage(database: Database, words: Dictionary) -> LineageService:
    query = QueryService(load_semantics(), mapped_classes(Base), database, words=words)
    return LineageService(database, query)


async def flow(lineage: LineageService, database: Database, actor: Actor) -> FlowGraph:
    async with database.read(actor) as uow:
        return await lineage.flow(uow, FlowRequest())


async def test_volumes_are_those_of_the_store_and_every_edge_has_both_ends(
    shop: Synced, lineage: LineageService, database: Database, actor: Actor
) -> None:
    await shop.sync()
    graph = await flow(lineage, database, actor)
    nodes = {one.id: one for one in graph.nodes}
    assert len(nodes) == len(graph.nodes)
    assert all(edge.source in nodes and edge.target in nodes for edge in graph.edges)
    [(raw,)] = await shop.rows(select(func.count()).select_from(RawRecord))
    [(moved,)] = await shop.rows(select(func.count()).select_from(Transaction))
    assert sum(one.volume for one in graph.nodes if one.kind == "object") == raw
    assert nodes["table:unified_transactions"].volume == moved
    assert any(edge.target == "metric:net_sales" for edge in graph.edges) or any(
        edge.target.startswith("metric:") for edge in graph.edges
    )
    ways = {(edge.source.rpartition(":")[2], edge.target) for edge in graph.edges}
    assert ("charge", "table:unified_transactions") in ways
    assert "raw records" in present_flow(graph).text


async def test_a_late_source_is_late_and_a_failed_run_is_counted_with_its_reason(
    shop: Synced, lineage: LineageService, stripe: StripeStandIn, clock: FixedClock, database: Database, actor: Actor
) -> None:
    for _ in range(4):
        await shop.sync()
        clock.at += timedelta(hours=6)
        stripe.clock.advance(6 * 3600)
    async with database.read(actor) as uow:
        [source] = (await lineage.health(uow, HealthRequest(source="Stripe"))).items
    assert (source.usual_hours, source.hours_since, source.on_time) == (6.0, 6.0, True)
    clock.at += timedelta(hours=18)
    stripe.clock.advance(18 * 3600)
    stripe.faults.outage(times=50)
    with pytest.raises(CopilotError):
        await shop.sync()
    async with database.read(actor) as uow:
        health = await lineage.health(uow, HealthRequest())
    [source] = health.items
    assert source.hours_late is not None
    assert source.hours_late >= 18.0
    assert (source.on_time, source.runs, source.failures) == (False, 4, 1)
    told = present_health(health).text
    assert "is late" in told
    assert "1 run failed in the last 30 days" in told


async def test_rows_that_are_made_anew_make_a_source_no_younger(
    shop: Synced, lineage: LineageService, stripe: StripeStandIn, clock: FixedClock, database: Database, actor: Actor
) -> None:
    """A mapping that changes has nothing to do with when the vendor was asked last."""
    for _ in range(3):
        await shop.sync()
        clock.at += timedelta(hours=6)
        stripe.clock.advance(6 * 3600)
    clock.at += timedelta(hours=12)
    await RenormaliseService(database, Batches(database)).renormalise(actor, shop.connection.id, new_id())
    async with database.read(actor) as uow:
        [source] = (await lineage.health(uow, HealthRequest())).items
        scores = (await lineage.quality(uow, QualityRequest())).items
    assert (source.usual_hours, source.hours_since, source.on_time, source.runs) == (6.0, 18.0, False, 3)
    assert {one.freshness for one in scores if one.source_id is not None} == {0.25}  # two intervals late


async def test_another_tenant_sees_no_node(
    import_file: Import, lineage: LineageService, database: Database, actor: Actor, other_actor: Actor
) -> None:
    await import_file(ORDERS)
    assert (await flow(lineage, database, actor)).nodes
    theirs = await flow(lineage, database, other_actor)
    assert (theirs.nodes, theirs.edges) == ((), ())


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("where does customer Ann Lee's e-mail come from", "email of Ann Lee (ann@example.com) comes from orders.csv, line 2, column E-mail"),
        ("where does the email of Bob Ray come from?", "email of Bob Ray (bob@example.com) comes from orders.csv, line 3, column E-mail"),
        ("trace order A3 back to the file", "Order A3 was made from 1 record of the file orders.csv"),
        ("what is the total of order #A2 and where is it from", "total of A2 (22.40 EUR) comes from orders.csv, line 3, column Order Total"),
        ("where is the customer Zed Nobody from", "I know no customer, order, product or contact called “Zed Nobody”"),
        ("where does the phone of Ann Lee come from", "phone of Ann Lee is empty: no source tells it"),
        ("where does product mug come from", "may be any of Blue mug and Red mug"),
    ],
)  # fmt: skip
async def test_an_owner_asks_where_something_comes_from(
    import_file: Import, lineage: LineageService, database: Database, actor: Actor, question: str, said: str
) -> None:
    await import_file(ORDERS)
    async with database.read(actor) as uow:
        found = await lineage.trace(uow, TraceRequest(question=question))
    assert said in present_found(found).text


async def test_quality_is_told_in_words(
    import_file: Import, lineage: LineageService, database: Database, actor: Actor, other_actor: Actor
) -> None:
    await import_file(ORDERS)
    async with database.read(actor) as uow:
        told = present_quality(await lineage.quality(uow, QualityRequest())).text
    assert told.startswith("Your data scores ")
    assert "Weakest is the completeness of" in told
    async with database.read(other_actor) as uow:
        assert "no data yet" in present_quality(await lineage.quality(uow, QualityRequest())).text
