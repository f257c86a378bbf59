"""The remote model inside `create_agent`, unchanged: tools run, and a malformed call can be mended."""

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage, ToolMessage

from agents.repair import RepairCalls
from evals.standins.openai import Answer, Call, Script, StandInModel
from storage.kernel.errors import CopilotError
from tests.models.conftest import RemoteFactory
from tests.models.test_remote import ASK

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("meter")]


async def converse(model: Any) -> list[Any]:
    agent: Any = create_agent(model, tools=[ASK], middleware=[RepairCalls()])
    result = await agent.ainvoke({"messages": [HumanMessage("how much did we sell?")]})
    return result["messages"]


async def test_a_tool_runs_and_its_result_goes_back(remote: RemoteFactory) -> None:
    with StandInModel([Answer(calls=(Call("ask", {"question": "sales"}),)), Answer("You sold 12.")]) as server:
        messages = await converse(remote(server))
        assert server.requests[1].messages[-1]["content"] == "sales"
    assert messages[-1].text == "You sold 12."


@pytest.mark.parametrize("beside", [(), (Call("ask", {"question": "fine"}),)])
async def test_a_malformed_call_is_handed_back_once(remote: RemoteFactory, beside: tuple[Call, ...]) -> None:
    malformed = Answer(calls=(Call("ask", '{"question": "sal'), *beside))
    with StandInModel([malformed, Answer(calls=(Call("ask", {"question": "sales"}),)), Answer("Done.")]) as server:
        messages = await converse(remote(server))
        told = [message["content"] for message in server.requests[1].messages if message["role"] == "tool"]
    assert len(told) == 1 + len(beside)
    assert "not a whole JSON object" in told[0]
    assert [message.content for message in messages if isinstance(message, ToolMessage)] == ["sales"]
    assert messages[-1].text == "Done."


async def test_a_call_that_stays_malformed_is_one_clear_error(remote: RemoteFactory) -> None:
    with StandInModel(Script((Answer(calls=(Call("ask", "{"),)),), loop=True)) as server:
        with pytest.raises(CopilotError, match="did not manage"):
            await converse(remote(server))
        assert len(server.requests) == 2


async def test_a_transcript_with_a_malformed_call_that_was_answered_is_accepted(remote: RemoteFactory) -> None:
    with StandInModel([Answer(calls=(Call("ask", "{"),)), Answer("ok")]) as server:
        model = remote(server)
        question = HumanMessage("how much?")
        reply = await model.ainvoke([question])
        [call] = reply.invalid_tool_calls
        correction = ToolMessage("That was no JSON.", tool_call_id=call["id"] or "")
        assert (await model.ainvoke([question, reply, correction])).text == "ok"
