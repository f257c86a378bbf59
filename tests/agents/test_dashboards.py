"""Dashboards in the chat, with the default model: found, shown, and made only once the person agrees."""

from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest

from agents.embedded.cards import ToolCard
from agents.embedded.conversation import Conversation
from agents.embedded.decision import ToolChoice
from agents.embedded.model import EmbeddedModel
from agents.registry import AGENTS
from api.app import ROUTERS
from storage.database import Database
from storage.kernel.actor import Actor, Module
from storage.kernel.clock import FixedClock
from storage.kernel.ids import new_id
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tests.agents.conftest import Chat, OpenChat, text_of
from tests.metrics.shop import write_shop
from tests.models.conftest import real_embedded_model
from tools.alerts.service import AlertService
from tools.alerts.tool import capabilities as alert_capabilities
from tools.events.service import EventService
from tools.events.tool import capabilities as event_capabilities
from tools.foundry.foundry import Foundry
from tools.foundry.tool import capabilities as foundry_capabilities
from tools.insights.service import InsightService
from tools.insights.tool import capabilities as insight_capabilities
from tools.kit.capability import AnyCapability
from tools.kit.catalogue import MIN_EXAMPLES, Catalogue
from tools.kit.invocation import arguments_schema
from tools.kit.workers import Workers
from tools.kit.yaml_text import parse_yaml
from tools.kpis.service import KpiService
from tools.kpis.tool import capabilities as kpi_capabilities
from tools.metrics.dimensions import DimensionService
from tools.metrics.service import MetricService
from tools.metrics.tool import capabilities as metric_capabilities
from tools.query.service import QueryService
from tools.query.tool import capabilities as query_capabilities
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
TODAY = date(2026, 3, 20)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 20, 9, 30, tzinfo=UTC))


@pytest.fixture(scope="module")
def model() -> EmbeddedModel:
    return real_embedded_model()


@pytest.fixture
def catalogue(database: Database, workers: Workers) -> Catalogue:
    query = QueryService(load_semantics(), mapped_classes(Base), database)
    foundry = Foundry.over(query, workers, database)
    metrics = metric_capabilities(MetricService(query), DimensionService(query))
    events = event_capabilities(EventService())
    insights = insight_capabilities(InsightService(query, workers))
    kpis = kpi_capabilities(KpiService(query, database, workers))
    alerts = alert_capabilities(AlertService(query, database))
    pages = foundry_capabilities(foundry)
    watched = (*insights, *kpis, *alerts)
    return Catalogue((*query_capabilities(query), *pages, *metrics, *events, *watched))


@pytest.fixture
async def chat(
    open_chat: OpenChat, model: EmbeddedModel, catalogue: Catalogue, database: Database, actor: Actor
) -> Chat:
    await write_shop(database, actor, seed=21)
    return await open_chat(model, catalogue=catalogue)


def asked(events: list[dict[str, Any]]) -> dict[str, Any]:
    assert events[-1]["outcome"]["type"] == "interrupt", text_of(events)
    (interrupt,) = events[-1]["outcome"]["interrupts"]
    return interrupt


async def approved(chat: Chat, thread: str, events: list[dict[str, Any]]) -> str:
    interrupt = asked(events)
    payload = {"decision": "approve", "arguments_hash": interrupt["metadata"]["argumentsHash"]}
    decision = {"interruptId": interrupt["id"], "status": "resolved", "payload": payload}
    return text_of(await chat.decide(thread, decision))


async def test_a_dashboard_is_made_of_a_sentence_once_it_is_approved(chat: Chat) -> None:
    thread = new_id()
    assert "There is no dashboard yet" in text_of(await chat.ask("which dashboards do we have?", thread))
    wanted = await chat.ask("please make a dashboard for our weekly stock meeting", thread)
    assert asked(wanted)["message"] == "Make a dashboard"
    said = await approved(chat, thread, wanted)
    assert said.startswith("The dashboard “Products and range” is made, with Products sold in the last 30 days")
    assert "Left out: stock on hand by product" in said
    assert "1 dashboard: Products and range." in text_of(await chat.ask("list my dashboards", thread))


async def test_what_no_template_fits_says_which_there_are(chat: Chat) -> None:
    thread = new_id()
    said = await approved(chat, thread, await chat.ask("make me a dashboard for my dentist", thread))
    assert "No ready-made dashboard fits. There are: Weekly sales meeting; Products and range" in said


async def test_an_answer_is_put_on_a_dashboard_and_shown_there(chat: Chat) -> None:
    thread = new_id()
    made = await chat.ask('create a dashboard called "Mondays" with sales by month', thread)
    assert "“Mondays” is made" in await approved(chat, thread, made)
    await chat.ask("gross sales by category in the last 30 days", thread)
    await chat.ask("only online", thread)
    said = await approved(chat, thread, await chat.ask('add that to the dashboard "Mondays"', thread))
    assert "“Gross sales by category, online” is on the dashboard “Mondays” now" in said
    shown = text_of(await chat.ask('show me the dashboard "Mondays"', thread))
    assert "sales by month: Net sales by month" in shown
    assert "Gross sales by category, online: Gross sales by category for online" in shown


async def test_a_figure_is_defined_once_it_is_approved_and_then_asked_for(chat: Chat) -> None:
    thread = new_id()
    wanted = await chat.ask("define take-home as net sales minus shipping", thread)
    assert asked(wanted)["message"] == "Define a figure"
    said = await approved(chat, thread, wanted)
    assert "“Take-home” is defined: Net sales minus shipping charged." in said
    for question in ("take-home by month", "what was our take-home in 2026"):
        assert "Take-home" in text_of(await chat.ask(question, thread))
    again = await approved(chat, thread, await chat.ask("define gross sales as net sales minus shipping", thread))
    assert "is the name of “Gross sales” already" in again


async def test_what_stands_out_is_asked_without_a_figure(chat: Chat) -> None:
    said = text_of(await chat.ask("anything I should know?", new_id()))
    assert said.startswith("Nothing stands out: 14 figures were held against their own past")


async def test_a_target_is_set_once_it_is_approved_and_then_asked_about(chat: Chat) -> None:
    thread = new_id()
    assert "There is no target yet" in text_of(await chat.ask("are we on track this month?", thread))
    wanted = await chat.ask("set a target of 5k net sales for March", thread)
    assert asked(wanted)["message"] == "Set a target"
    said = await approved(chat, thread, wanted)
    assert said.startswith("The target is set. Net sales, March 2026: €")
    assert "of €5,000.00" in text_of(await chat.ask("how are we doing against our target?", thread))
    refused = await approved(chat, thread, await chat.ask("set a target of 5k net sales", thread))
    assert "For which period: a month, a quarter or a year?" in refused


async def test_an_alert_is_set_once_it_is_approved_and_then_listed(chat: Chat) -> None:
    thread = new_id()
    assert "There is no alert yet" in text_of(await chat.ask("which alerts do we have?", thread))
    wanted = await chat.ask("tell me when daily orders drop below 2", thread)
    assert asked(wanted)["message"] == "Set an alert"
    assert "“Orders, daily, below 2” is set" in await approved(chat, thread, wanted)
    assert "Orders, daily, below 2: quiet" in text_of(await chat.ask("list my alerts", thread))


async def test_figures_are_asked_for_as_before(chat: Chat) -> None:
    thread = new_id()
    for question in ("gross sales by category", "only online", "refunds by month", "top 3 products by units"):
        assert "agent:mini-foundry" in [event.get("stepName") for event in await chat.ask(question, thread)]
        assert "dashboard" not in text_of(await chat.ask(question, thread)).lower()


# ── the declarations ─────────────────────────────────────────────────────────────────────────────────────

ROUTES = {
    "mini-foundry.query": ("POST", "/api/modules/mini-foundry/query"),
    "mini-foundry.list-dashboards": ("GET", "/api/modules/mini-foundry/dashboards"),
    "mini-foundry.show-dashboard": ("GET", "/api/modules/mini-foundry/dashboards/{dashboard_id}/data"),
    "mini-foundry.create-dashboard": ("POST", "/api/modules/mini-foundry/dashboards"),
    "mini-foundry.add-widget": ("POST", "/api/modules/mini-foundry/dashboards/{dashboard_id}/widgets"),
    "mini-foundry.define-metric": ("POST", "/api/modules/mini-foundry/metrics"),
    "mini-foundry.define-dimension": ("POST", "/api/modules/mini-foundry/dimensions"),
    "mini-foundry.list-events": ("GET", "/api/modules/mini-foundry/events"),
    "mini-foundry.note-event": ("POST", "/api/modules/mini-foundry/events"),
    "mini-foundry.find-insights": ("GET", "/api/modules/mini-foundry/insights"),
    "mini-foundry.set-target": ("POST", "/api/modules/mini-foundry/kpis"),
    "mini-foundry.check-targets": ("GET", "/api/modules/mini-foundry/kpis/progress"),
    "mini-foundry.create-alert": ("POST", "/api/modules/mini-foundry/alerts"),
    "mini-foundry.list-alerts": ("GET", "/api/modules/mini-foundry/alerts"),
}


@pytest.fixture
def database_config(embedded_config: Any) -> Any:
    """What is said here is the same on both databases."""
    return embedded_config


async def test_each_capability_has_a_route_an_agent_and_examples(catalogue: Catalogue) -> None:
    served = {(method, route.path) for router in ROUTERS for route in router.routes for method in route.methods}  # type: ignore[attr-defined]
    assert {one.id for one in catalogue} == set(ROUTES)
    for capability in catalogue:
        assert ROUTES[capability.id] in served
        assert capability.module in {spec.module for spec in AGENTS}
        assert len(set(capability.examples)) >= MIN_EXAMPLES


async def test_what_changes_something_waits_for_approval(catalogue: Catalogue) -> None:
    waits = {one.id for one in catalogue if one.effect.needs_approval}
    made = {"mini-foundry.create-dashboard", "mini-foundry.add-widget"}
    defined = {"mini-foundry.define-metric", "mini-foundry.define-dimension"}
    noted = {"mini-foundry.note-event", "mini-foundry.set-target", "mini-foundry.create-alert"}
    assert waits == made | defined | noted
    assert all(one.module is Module.MINI_FOUNDRY for one in catalogue)


async def test_each_example_and_questions_unlike_them_go_to_the_right_tool(
    model: EmbeddedModel, catalogue: Catalogue
) -> None:
    cards = [_card(one) for one in catalogue]
    unseen = parse_yaml((files("tests.agents") / "dashboard_requests.yaml").read_text("utf-8"))
    wrong: list[tuple[str, Any]] = []
    for name, texts in (
        *((one.id, one.examples) for one in catalogue if one.id != "mini-foundry.query"),
        *unseen.items(),
    ):
        for text in texts:
            decision = model.decider.decide(Conversation(text, (), (), TODAY), cards, ToolChoice(), TODAY)
            called = [call.name for call in decision.calls]
            if called != [_card_name(name)]:
                wrong.append((text, called))
    assert wrong == []


def _card_name(capability_id: str) -> str:
    return capability_id.replace("-", "_").replace(".", "__")


def _card(capability: AnyCapability) -> ToolCard:
    return ToolCard(
        name=capability.tool_name,
        description=capability.description,
        parameters=arguments_schema(capability),
        examples=capability.examples,
        works=True,
    )
