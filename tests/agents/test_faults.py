"""A remote model, over real HTTP, that does everything a provider can do wrong: every turn ends in an answer or in one
clear error, and never hangs or is torn."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from agents.models import ModelConfig, RemoteModel
from agents.runs import RunConfig
from evals.standins.openai import Answer, Broken, Call, Failure, Reply, StandInModel, hang
from evals.standins.openai.app import ChatRequest
from memory.providers import Target
from storage.kernel.ids import new_id
from storage.repositories.base import PageRequest
from tests.agents.conftest import Chat, OpenChat, kinds, text_of
from tests.agents.shop import FIGURES

pytestmark = pytest.mark.anyio

ROUTE = Answer(calls=(Call("mini_foundry", {"request": "sales"}),))
WORDS = Answer("We sold 42 units in all, as the table beside this shows.", fragment=5)


def well_formed(events: list[dict[str, Any]]) -> bool:
    """Opens what it closes, begins and ends once: what AG-UI clients insist on."""
    seen = kinds(events)
    pairs = [
        ("STEP_STARTED", "STEP_FINISHED"),
        ("TEXT_MESSAGE_START", "TEXT_MESSAGE_END"),
        ("TOOL_CALL_START", "TOOL_CALL_END"),
    ]
    ends = [kind for kind in seen if kind in ("RUN_FINISHED", "RUN_ERROR")]
    return (
        seen[0] == "RUN_STARTED"
        and seen.count("RUN_STARTED") == 1
        and ends == [seen[-1]]
        and all(seen.count(opened) == seen.count(closed) for opened, closed in pairs)
        and "RAW" not in seen
    )


@pytest.fixture
def ask(open_chat: OpenChat) -> Callable[..., Any]:
    """Asks one question of a chat whose model is a stand-in server with a script."""

    async def ask_(server: StandInModel, *, thread: str | None = None, **config: Any) -> list[dict[str, Any]]:
        target = Target("openai/stand-in", server.base_url, "key")
        settings = {"first_token_seconds": 1.0, "call_seconds": 10.0, "attempts": 2} | config
        model = RemoteModel(config=ModelConfig(targets=(target,), **settings), embedded=FakeListChatModel(responses=[]))
        chat = await open_chat(model, config=RunConfig(follow=0.2, deadline=50.0))
        await asyncio.to_thread(model.load)
        try:
            async with asyncio.timeout(60):
                return await chat.ask("how much did we sell", thread or new_id())
        finally:
            await model.aclose()

    return ask_


async def test_a_remote_model_routes_calls_and_words_the_answer_as_it_comes(ask: Callable[..., Any]) -> None:
    with StandInModel([ROUTE, WORDS]) as server:
        events = await ask(server)
    assert well_formed(events)
    assert text_of(events) == WORDS.text
    assert kinds(events).count("TEXT_MESSAGE_START") == 1
    assert kinds(events).count("TEXT_MESSAGE_CONTENT") > 5
    assert "TOOL_CALL_RESULT" in kinds(events)
    assert events[-1]["usage"][0]["model"] == "openai/stand-in"
    assert events[-1]["usage"][0]["inputTokens"] > 0


async def test_what_is_sent_holds_facts_but_no_examples(ask: Callable[..., Any]) -> None:
    with StandInModel([ROUTE, WORDS]) as server:
        await ask(server)
        route, word = server.requests
    assert "examples" not in str(route.model_dump())
    assert '\\"units\\":42' in str(word.model_dump_json()) or "units" in str(word.model_dump())


async def test_text_before_a_tool_call_is_a_message_of_its_own(ask: Callable[..., Any]) -> None:
    first = Answer("One moment.", calls=ROUTE.calls)
    with StandInModel([first, WORDS]) as server:
        events = await ask(server)
    assert well_formed(events)
    assert kinds(events).count("TEXT_MESSAGE_START") == 2
    assert text_of(events) == "One moment." + WORDS.text


async def test_parallel_calls_of_several_agents_become_one_answer(ask: Callable[..., Any]) -> None:
    both = Answer(
        calls=(Call("mini_foundry", {"request": "sales"}), Call("predictive_analytics", {"request": "forecast"}))
    )
    with StandInModel([both, WORDS, Answer("Forty-two, and no forecast yet.")]) as server:
        events = await ask(server)
    assert well_formed(events)
    assert text_of(events) == "Forty-two, and no forecast yet."


@pytest.mark.parametrize(
    ("script", "answered"),
    [
        pytest.param([Answer(calls=(Call("mini_foundry", '{"request": "sal'),)), ROUTE, WORDS], True, id="truncated"),
        pytest.param([Answer(calls=(Call("mini_foundry", "not json"),))] * 2, False, id="malformed"),
        pytest.param([Answer(calls=(Call("oracle", {}),)), ROUTE, WORDS], True, id="unknown tool, mended"),
        pytest.param([Answer(calls=(Call("oracle", {}),))] * 2, False, id="unknown tool"),
        pytest.param([Failure(429, retry_after=0.05), ROUTE, WORDS], True, id="429 with Retry-After"),
        pytest.param([Failure(500), ROUTE, WORDS], True, id="500 once"),
        pytest.param([Failure(500)] * 9, False, id="500 for good"),
        pytest.param([Failure(401)] * 9, False, id="wrong key"),
        pytest.param([hang()] * 9, False, id="hang"),
        pytest.param([ROUTE, Broken(WORDS, after=3, how="cut"), WORDS], True, id="cut in mid-stream"),
        pytest.param([ROUTE] + [Broken(WORDS, after=3, how="cut")] * 9, False, id="cut again and again"),
        pytest.param([Broken(ROUTE, after=2, how="cut"), ROUTE, WORDS], True, id="cut in a tool call"),
        pytest.param([Answer(refusal="I will not.", finish_reason="content_filter")] * 9, False, id="refusal"),
        pytest.param([Answer("")] * 9, False, id="silence"),
        pytest.param([ROUTE, Answer(WORDS.text, usage=False)], True, id="no usage"),
    ],
)
async def test_every_fault_ends_in_an_answer_or_one_clear_error(
    ask: Callable[..., Any], script: list[Reply], answered: bool
) -> None:
    with StandInModel(script) as server:
        events = await ask(server)
    assert well_formed(events)
    last = events[-1]
    if answered:
        assert last["type"] == "RUN_FINISHED"
        assert text_of(events).endswith(WORDS.text)
    else:
        assert last["type"] == "RUN_ERROR"
        assert last["code"] != "internal"
        assert "127.0.0.1" not in last["message"]
        assert "Traceback" not in last["message"]


async def test_a_provider_that_falls_silent_in_the_middle_is_given_up(ask: Callable[..., Any]) -> None:
    with StandInModel([ROUTE] + [Broken(WORDS, after=3, how="hang")] * 9) as server:
        events = await ask(server, call_seconds=1.0)
    assert well_formed(events)
    assert events[-1]["code"] == "timeout"


async def test_an_endless_loop_of_calls_is_stopped(ask: Callable[..., Any], open_chat: OpenChat) -> None:
    def loop(request: ChatRequest) -> Reply:
        names = [tool["function"]["name"] for tool in request.tools or []]
        return ROUTE if "mini_foundry" in names else Answer(calls=(Call(FIGURES, {"question": "again"}),))

    with StandInModel(loop) as server:
        events = await ask(server)
        assert len(server.requests) < 10
    assert well_formed(events)
    assert "kept calling tools" in events[-1]["message"]


async def test_what_broke_off_is_marked_and_not_kept(ask: Callable[..., Any], open_chat: OpenChat) -> None:
    thread = new_id()
    with StandInModel([ROUTE, Broken(WORDS, after=3, how="cut"), WORDS]) as server:
        events = await ask(server, thread=thread)
    torn, whole = [event["messageId"] for event in events if event["type"] == "TEXT_MESSAGE_START"]
    superseded = next(event for event in events if event["type"] == "CUSTOM")
    assert (superseded["name"], superseded["value"]) == ("smb.message.superseded", {"messageId": torn})
    reader: Chat = await open_chat(FakeListChatModel(responses=[]))
    kept = (await reader.threads.messages(reader.actor, thread, PageRequest())).items[1]
    assert (kept.id, kept.content) == (whole, WORDS.text)
