"""A turn of a conversation, from the user's words to the last event."""

from collections.abc import MutableMapping, Sequence
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage

from storage.database import Database
from storage.kernel.ids import new_id
from storage.repositories.base import PageRequest
from tests.agents.conftest import OpenChat, kinds, text_of
from tests.agents.shop import FIGURES, PlayedModel, calls, says, told

pytestmark = pytest.mark.anyio


def plain(messages: Sequence[BaseMessage], tools: Sequence[str]) -> list[AIMessageChunk]:
    """Sends everything to the figures specialist, and says what its tool says."""
    if isinstance(messages[-1], ToolMessage):
        return says(*(f"{word} " for word in told(messages).split(" ")))
    return calls(("mini_foundry", {"request": "something else"}))


async def test_a_question_is_routed_answered_and_told_as_it_happens(open_chat: OpenChat) -> None:
    chat = await open_chat(PlayedModel(play=plain))
    events = await chat.ask("how much did we sell", new_id())
    assert [kind for kind in kinds(events) if kind != "TEXT_MESSAGE_CONTENT"] == [
        "RUN_STARTED",
        *("STEP_STARTED", "STEP_FINISHED"),
        *("STEP_STARTED", "STEP_FINISHED"),
        "STEP_STARTED",
        *("TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT"),
        "ACTIVITY_SNAPSHOT",
        *("TEXT_MESSAGE_START", "TEXT_MESSAGE_END"),
        "STEP_FINISHED",
        *("STEP_STARTED", "STEP_FINISHED"),
        *("STEP_STARTED", "STEP_FINISHED"),
        "RUN_FINISHED",
    ]
    steps = [event["stepName"] for event in events if event["type"] == "STEP_STARTED"]
    assert steps == ["recall", "route", "agent:mini-foundry", "answer", "remember"]
    assert kinds(events).count("TEXT_MESSAGE_CONTENT") > 3
    assert text_of(events).startswith("Harbour Homeware sold 42 (how much did we sell;")
    assert events[-1]["outcome"] == {"type": "success"}


async def test_the_tool_hears_the_users_own_words_and_the_servers_context(open_chat: OpenChat) -> None:
    chat, thread = await open_chat(PlayedModel(play=plain)), new_id()
    events = await chat.ask("how much", thread, forwarded_props={"as_of": "2011-12-01"})
    assert f"(how much; 2011-12-01; {thread})" in text_of(events)


async def test_a_block_stands_beside_the_answer_it_belongs_to(open_chat: OpenChat) -> None:
    events = await (await open_chat(PlayedModel(play=plain))).ask("how much", new_id())
    block = next(event for event in events if event["type"] == "ACTIVITY_SNAPSHOT")
    answer = next(event for event in events if event["type"] == "TEXT_MESSAGE_START")
    assert block["activityType"] == "smb.table"
    assert block["content"]["rows"] == [[42]]
    assert block["metadata"]["messageId"] == answer["messageId"] == events[-1]["result"]["messageId"]


async def test_small_talk_is_answered_without_an_agent(open_chat: OpenChat) -> None:
    chat = await open_chat(PlayedModel(play=lambda *_: says("Good ", "morning!")))
    events = await chat.ask("hello", new_id())
    assert text_of(events) == "Good morning!"
    assert "TOOL_CALL_START" not in kinds(events)


async def test_several_questions_go_to_several_agents_and_come_back_as_one_answer(open_chat: OpenChat) -> None:
    def play(messages: Sequence[BaseMessage], tools: Sequence[str]) -> list[AIMessageChunk]:
        if not tools:
            return says(" and ".join(message.text for message in messages if isinstance(message, ToolMessage)))
        if "mini_foundry" in tools:
            return calls(
                ("mini_foundry", {"request": "sales"}),
                ("predictive_analytics", {"request": "forecast"}),
                ("mini_foundry", {"request": "refunds"}),
            )
        return says(told(messages))

    chat = await open_chat(PlayedModel(play=play))
    events = await chat.ask("sales, forecast and refunds", new_id())
    answer = text_of(events)
    assert answer.index("(sales;") < answer.index("I cannot help with forecasts") < answer.index("(refunds;")
    assert kinds(events).count("TEXT_MESSAGE_START") == 1
    steps = [event["stepName"] for event in events if event["type"] == "STEP_STARTED"]
    assert sorted(steps[2:4]) == ["agent:mini-foundry", "agent:predictive-analytics"]
    assert kinds(events).count("STEP_STARTED") == kinds(events).count("STEP_FINISHED")


async def test_an_agent_without_a_tool_says_so_and_what_works(open_chat: OpenChat) -> None:
    chat = await open_chat(PlayedModel(play=lambda *_: calls(("predictive_analytics", {"request": "forecast"}))))
    events = await chat.ask("forecast next month", new_id())
    assert "I cannot help with forecasts, predictions and anomalies yet" in text_of(events)
    assert "- one" in text_of(events)
    assert events[-1]["type"] == "RUN_FINISHED"


async def test_a_switched_off_module_is_neither_listed_nor_callable(open_chat: OpenChat, database: Database) -> None:
    model = PlayedModel(play=lambda *_: calls(("mini_foundry", {"request": "sales"})))
    chat = await open_chat(model)
    async with database.write(chat.actor) as uow:
        (await uow.tenants.current()).modules = ["data-lineage", "predictive-analytics"]
    events = await chat.ask("how much", new_id())
    assert sorted(model.heard[0][1]) == ["data_lineage", "predictive_analytics"]
    assert "There is only: data_lineage, predictive_analytics." in model.heard[1][0][-1].text
    assert events[-1]["type"] == "RUN_ERROR"
    assert "TOOL_CALL_START" not in kinds(events)


async def test_a_follow_up_is_routed_with_the_answer_it_follows(open_chat: OpenChat) -> None:
    model = PlayedModel(play=plain)
    chat, thread = await open_chat(model), new_id()
    await chat.ask("how much did we sell", thread)
    model.heard.clear()
    await chat.ask("only Germany", thread)
    router, _ = model.heard[0]
    assert [type(message) for message in router[1:]] == [HumanMessage, AIMessage, ToolMessage, AIMessage, HumanMessage]
    assert [call["name"] for call in router[2].tool_calls] == ["mini_foundry"]  # type: ignore[attr-defined]
    agent, _ = model.heard[1]
    assert [call["name"] for call in agent[2].tool_calls] == [FIGURES]  # type: ignore[attr-defined]
    assert agent[-1].text.startswith('{"text":"Harbour Homeware sold 42 (only Germany;')


async def test_what_a_tool_refuses_the_model_can_act_on(open_chat: OpenChat) -> None:
    def play(messages: Sequence[BaseMessage], tools: Sequence[str]) -> list[AIMessageChunk]:
        if isinstance(messages[-1], ToolMessage):
            assert messages[-1].status == "error"
            return says(f"Sorry. {messages[-1].text}")
        return calls(("mini_foundry", {"request": "x"}))

    events = await (await open_chat(PlayedModel(play=play))).ask("nonsense by month", new_id())
    assert text_of(events) == "Sorry. That is no metric. Ask for revenue."


async def test_a_fault_is_logged_and_told_in_one_neutral_sentence(
    open_chat: OpenChat, logged: list[MutableMapping[str, Any]]
) -> None:
    events = await (await open_chat(PlayedModel(play=plain))).ask("crash please", new_id())
    assert [line["event"] for line in logged if line.get("exc_info")] == ["run fault"]
    assert kinds(events).count("RUN_ERROR") == 1
    assert events[-1]["type"] == "RUN_ERROR"
    assert events[-1]["code"] == "internal"
    assert "hunter2" not in str(events)
    assert "RuntimeError" not in str(events)


async def test_a_model_that_never_stops_calling_is_stopped(open_chat: OpenChat) -> None:
    def play(messages: Sequence[BaseMessage], tools: Sequence[str]) -> list[AIMessageChunk]:
        if "mini_foundry" in tools:
            return calls(("mini_foundry", {"request": "x"}))
        return calls((FIGURES, {"question": f"again {len(messages)}"}))

    events = await (await open_chat(PlayedModel(play=play))).ask("how much", new_id())
    assert events[-1]["type"] == "RUN_ERROR"
    assert "kept calling tools" in events[-1]["message"]


async def test_a_router_that_calls_wrongly_is_told_once_and_then_given_up(open_chat: OpenChat) -> None:
    def mended(messages: Sequence[BaseMessage], tools: Sequence[str]) -> list[AIMessageChunk]:
        if isinstance(messages[-1], HumanMessage):
            return calls(("oracle", {"request": "x"}))
        if isinstance(messages[-1], ToolMessage) and "There is only:" in messages[-1].text:
            return calls(("mini_foundry", {"request": "x"}))
        return says(told(messages))

    events = await (await open_chat(PlayedModel(play=mended))).ask("how much", new_id())
    assert events[-1]["type"] == "RUN_FINISHED"
    assert "sold 42 (how much;" in text_of(events)
    events = await (await open_chat(PlayedModel(play=lambda *_: calls(("oracle", {}))))).ask("how much", new_id())
    assert events[-1]["type"] == "RUN_ERROR"


async def test_silence_is_an_error_and_not_an_empty_answer(open_chat: OpenChat) -> None:
    events = await (await open_chat(PlayedModel(play=lambda *_: says("")))).ask("how much", new_id())
    assert events[-1]["type"] == "RUN_ERROR"


async def test_what_was_shown_is_what_the_thread_keeps(open_chat: OpenChat) -> None:
    chat, thread = await open_chat(PlayedModel(play=plain)), new_id()
    events = await chat.ask("how much", thread)
    question, answer = (await chat.threads.messages(chat.actor, thread, PageRequest())).items
    assert (question.role, question.content) == ("user", "how much")
    assert answer.content == text_of(events).strip()
    assert answer.id == events[-1]["result"]["messageId"]
    assert answer.agent == "mini-foundry"
    assert [block["kind"] for block in answer.blocks] == ["table"]
    assert answer.tool_calls[0].arguments == {"question": "how much"}
