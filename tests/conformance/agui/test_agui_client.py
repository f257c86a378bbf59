"""Any AG-UI client is a chat interface: the official one checks every event of ours, and reads them as we mean them."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.kernel.ids import new_id
from tests.agents.shop import FIGURES, RENAME
from tests.conformance.agui.official import OfficialClient, official_client
from tests.page.shop import PRICES, revenue
from tests.site import Site, Stage, open_site, played_chat

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module: its servers outlive a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory, embedded_template: Path) -> AsyncIterator[Site]:
    """The product as it is, with the embedded model."""
    async with open_site(tmp_path_factory.mktemp("site") / "home", embedded_template) as site:
        yield site


@pytest.fixture(scope="module")
async def theatre(
    tmp_path_factory: pytest.TempPathFactory, embedded_template: Path
) -> AsyncIterator[tuple[Site, Stage]]:
    """The product over a chat whose model does what a stage says."""
    home, stage = tmp_path_factory.mktemp("theatre") / "home", Stage()
    async with open_site(home, embedded_template, chat=played_chat(home, stage)) as site:
        yield site, stage


@pytest.fixture
def stage(theatre: tuple[Site, Stage]) -> Iterator[Stage]:
    yield theatre[1]
    theatre[1].reset()


@pytest.fixture
async def client(site: Site) -> AsyncIterator[OfficialClient]:
    async with official_client(f"{site.url}/api/chat/runs", site.owner.headers, new_id()) as client:
        yield client


@pytest.fixture
async def played(theatre: tuple[Site, Stage]) -> AsyncIterator[OfficialClient]:
    """A client of the played model."""
    site = theatre[0]
    async with official_client(f"{site.url}/api/chat/runs", site.owner.headers, new_id()) as client:
        yield client


async def test_a_question_becomes_text_a_tool_call_and_activities(client: OfficialClient) -> None:
    turn = await client.ask("top 5 products by revenue")
    assert (turn.error, turn.complaints) == (None, [])
    assert turn.events[0]["type"] == "RUN_STARTED"
    assert turn.events[-1]["type"] == "RUN_FINISHED"
    assert turn.events[-1]["outcome"] == {"type": "success"}
    best = max(PRICES, key=revenue)
    assert f"{best} €{revenue(best):,}.00" in turn.said_by("assistant")[-1]["content"]
    calls = [call for message in turn.said_by("assistant") for call in message.get("toolCalls", [])]
    assert [call["function"]["name"] for call in calls] == ["mini_foundry__query"]
    assert json.loads(calls[0]["function"]["arguments"]) == {"question": "top 5 products by revenue"}
    (result,) = turn.said_by("tool")
    assert result["toolCallId"] == calls[0]["id"]
    activities = {message["activityType"]: message["content"] for message in turn.said_by("activity")}
    assert activities.keys() == {"smb.table", "smb.chart", "smb.sources"}
    assert len(activities["smb.table"]["rows"]) == 5
    assert "SELECT" in activities["smb.sources"]["sql"]


async def test_a_conversation_goes_on_over_several_runs(client: OfficialClient) -> None:
    first = await client.ask("revenue in January 2026")
    second = await client.ask("and in February?")
    assert f"{revenue(month=1):,}" in first.said_by("assistant")[-1]["content"]
    assert f"{revenue(month=2):,}" in second.said_by("assistant")[-1]["content"]
    assert first.complaints + second.complaints == []


async def test_text_comes_in_pieces_and_nothing_raw_comes_at_all(stage: Stage, played: OfficialClient) -> None:
    stage.words = ("One ", "two ", "three.")
    turn = await played.ask("count")
    assert [event["delta"] for event in turn.of_type("TEXT_MESSAGE_CONTENT")] == ["One ", "two ", "three."]
    assert turn.said_by("assistant")[-1]["content"] == "One two three."
    assert turn.of_type("RAW") == []
    started = [event["stepName"] for event in turn.of_type("STEP_STARTED")]
    assert sorted(started) == sorted(event["stepName"] for event in turn.of_type("STEP_FINISHED"))


async def test_an_interrupt_is_approved_and_the_call_is_made(stage: Stage, played: OfficialClient) -> None:
    stage.tool = (RENAME, {"name": "Quay Goods"})
    asked = await played.ask("rename it")
    assert (asked.error, asked.complaints) == (None, [])
    (interrupt,) = asked.interrupts
    assert interrupt["reason"] == "tool_approval"
    assert interrupt["metadata"]["arguments"] == {"name": "Quay Goods"}
    decision = {"decision": "approve", "arguments_hash": interrupt["metadata"]["argumentsHash"]}
    done = await played.resume({"interruptId": interrupt["id"], "status": "resolved", "payload": decision})
    assert (done.error, done.complaints, done.interrupts) == (None, [], [])
    assert done.said_by("assistant")[-1]["content"] == "The shop is now called Quay Goods."


async def test_an_interrupt_is_cancelled_and_nothing_is_done(stage: Stage, played: OfficialClient) -> None:
    stage.tool = (RENAME, {"name": "Pier Goods"})
    (interrupt,) = (await played.ask("rename it")).interrupts
    done = await played.resume({"interruptId": interrupt["id"], "status": "cancelled"})
    assert (done.error, done.complaints, done.interrupts) == (None, [], [])
    assert "was not done" in done.said_by("assistant")[-1]["content"]


async def test_a_run_that_breaks_ends_in_one_clear_error(stage: Stage, played: OfficialClient) -> None:
    stage.fault = "password=hunter2"
    turn = await played.ask("how is it?")
    (error,) = turn.of_type("RUN_ERROR")
    assert turn.events[-1] == error
    assert error["message"].startswith("Something went wrong on our side.")
    assert error["code"] == "internal"
    assert "hunter2" not in json.dumps(turn.events)
    stage.fault = None
    assert (await played.ask("and now?")).said_by("assistant")[-1]["content"] == "It is fine."


async def test_a_tool_that_refuses_is_told_as_its_result(stage: Stage, played: OfficialClient) -> None:
    stage.tool = (FIGURES, {"question": "nonsense"})
    turn = await played.ask("nonsense")
    assert (turn.error, turn.complaints) == (None, [])
    assert "That is no metric." in turn.said_by("tool")[0]["content"]


async def test_a_request_that_is_refused_is_an_error_of_the_client(site: Site) -> None:
    headers = site.owner.headers | {"Authorization": "Bearer nothing"}
    async with official_client(f"{site.url}/api/chat/runs", headers, new_id()) as client:
        turn = await client.ask("revenue")
    assert turn.error is not None
    assert "401" in turn.error
