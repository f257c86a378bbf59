"""The remote model over real HTTP: what each answer and each fault of a provider becomes."""

import asyncio
import time
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import StructuredTool
from pydantic import BaseModel, Field

from agents.budget import Meter
from agents.models import ModelInterruptedError
from evals.standins.openai import Answer, Broken, Call, Failure, Script, StandInModel, hang, refusal
from memory.embeddings import EMBEDDED
from memory.providers import Target
from storage.kernel.errors import CopilotError, ErrorKind
from tests.models.conftest import HELLO, RemoteFactory, joined, listen

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("meter")]

CALLS = Answer("Let me look.", (Call("ask", {"question": "revenue by month"}), Call("weather", {"city": "Köln"})))


class Question(BaseModel):
    question: str = Field(description="The question.")


async def _ask(question: str) -> str:
    return question


ASK = StructuredTool(
    name="ask",
    description="Answers questions.",
    args_schema=Question,
    coroutine=_ask,
    extras={"examples": ["what did we sell?"]},
)


async def failure(model: Any) -> CopilotError:
    with pytest.raises(CopilotError) as caught:
        await listen(model)
    return caught.value


async def test_text_arrives_as_it_is_made(remote: RemoteFactory) -> None:
    with StandInModel([Answer("one two three four", fragment=5, delay=0.1)]) as server:
        arrivals = [(time.monotonic(), chunk.text) async for chunk in remote(server).astream(HELLO)]
    spoken = [(at, text) for at, text in arrivals if text]
    assert "".join(text for _, text in spoken) == "one two three four"
    assert len(spoken) == 4
    assert spoken[-1][0] - spoken[0][0] > 0.2


async def test_text_beside_parallel_tool_calls_in_fragments(remote: RemoteFactory) -> None:
    with StandInModel([CALLS]) as server:
        chunks = await listen(remote(server))
    message = joined(chunks)
    assert message.text == "Let me look."
    assert [(c["name"], c["args"]) for c in message.tool_calls] == [
        ("ask", {"question": "revenue by month"}),
        ("weather", {"city": "Köln"}),
    ]
    assert len({call["id"] for call in message.tool_calls}) == 2
    assert message.invalid_tool_calls == []


async def test_not_streamed_it_is_the_same_message(remote: RemoteFactory) -> None:
    with StandInModel([CALLS]) as server:
        message = await remote(server).ainvoke(HELLO)
    assert (message.text, len(message.tool_calls)) == ("Let me look.", 2)
    assert message.response_metadata["finish_reason"] == "tool_calls"


async def test_the_provider_sees_tools_without_our_examples_and_the_whole_transcript(remote: RemoteFactory) -> None:
    transcript = [
        HumanMessage("how much?"),
        AIMessage("", tool_calls=[{"name": "ask", "args": {"question": "how much?"}, "id": "c1"}]),
        ToolMessage("12", tool_call_id="c1"),
    ]
    with StandInModel([Answer("12 euros")]) as server:
        await remote(server).bind_tools([ASK], tool_choice="any").ainvoke(transcript)
        request = server.requests[0]
    assert request.tools == [
        {
            "type": "function",
            "function": {
                "name": "ask",
                "description": "Answers questions.",
                "parameters": {
                    "type": "object",
                    "properties": {"question": {"type": "string", "description": "The question."}},
                    "required": ["question"],
                },
            },
        }
    ]
    assert request.tool_choice == "required"
    assert [message["role"] for message in request.messages] == ["user", "assistant", "tool"]
    assert server.authorizations == ["Bearer key"]


@pytest.mark.parametrize(
    "arguments",
    ['{"question": "top 5 prod', '{"question": "x"', "{question: x}", "not json", '["list"]', "5", "null", '{"a": 1}}'],
)
async def test_malformed_or_truncated_arguments_are_an_invalid_call(remote: RemoteFactory, arguments: str) -> None:
    with StandInModel([Answer(calls=(Call("ask", arguments), Call("ask", {"question": "fine"})))]) as server:
        message = joined(await listen(remote(server)))
    assert [call["args"] for call in message.tool_calls] == [{"question": "fine"}]
    [bad] = message.invalid_tool_calls
    assert bad["name"] == "ask"
    assert bad["id"]


async def test_a_call_without_arguments_is_valid(remote: RemoteFactory) -> None:
    with StandInModel([Answer(calls=(Call("ask", ""),))]) as server:
        assert joined(await listen(remote(server))).tool_calls[0]["args"] == {}


async def test_an_unknown_tool_is_handed_on_for_the_agent_to_refuse(remote: RemoteFactory) -> None:
    with StandInModel([Answer(calls=(Call("no_such_tool", {}),))]) as server:
        message = joined(await listen(remote(server).bind_tools([ASK])))
    assert message.tool_calls[0]["name"] == "no_such_tool"


async def test_too_many_requests_waits_as_long_as_it_is_told(remote: RemoteFactory) -> None:
    with StandInModel([Failure(429, retry_after=0.8), Answer("back")]) as server:
        model = remote(server)
        model.load()
        started = time.monotonic()
        assert joined(await listen(model)).text == "back"
        assert 0.8 <= time.monotonic() - started < 4
        assert len(server.requests) == 2


async def test_too_many_requests_for_too_long_is_told_with_the_time(remote: RemoteFactory) -> None:
    with StandInModel(Script((Failure(429, retry_after=60),), loop=True)) as server:
        error = await failure(remote(server))
        assert (error.kind, error.retry_after) == (ErrorKind.RATE_LIMITED, 60)
        assert len(server.requests) == 1


async def test_a_server_error_is_tried_again_and_then_told(remote: RemoteFactory) -> None:
    with StandInModel(Script((Failure(500),), loop=True)) as server:
        error = await failure(remote(server))
        assert error.kind is ErrorKind.UNAVAILABLE
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Failure(401, "Incorrect API key sk-secret", "invalid_api_key"), ErrorKind.UNAVAILABLE),
        (Failure(404, "no such model", "model_not_found"), ErrorKind.UNAVAILABLE),
        (
            Failure(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded"),
            ErrorKind.TOO_LARGE,
        ),
        (Failure(400, "The response was filtered", "content_filter"), ErrorKind.UNSUPPORTED),
        (Failure(400, "bad request"), ErrorKind.UNAVAILABLE),
        (refusal(), ErrorKind.UNSUPPORTED),
        (Answer(finish_reason="content_filter"), ErrorKind.UNSUPPORTED),
        (Answer(""), ErrorKind.UNSUPPORTED),
    ],
)
async def test_what_will_not_pass_is_told_at_once(remote: RemoteFactory, reply: Any, kind: ErrorKind) -> None:
    with StandInModel(Script((reply,), loop=True)) as server:
        error = await failure(remote(server))
        assert error.kind is kind
        assert error.hint
        assert "sk-secret" not in f"{error.message} {error.hint}"
        assert len(server.requests) == 1


async def test_a_filter_in_the_middle_is_no_reason_to_ask_again(remote: RemoteFactory) -> None:
    with StandInModel([Answer("The recipe is", finish_reason="content_filter")]) as server:
        error = await failure(remote(server))
    assert error.kind is ErrorKind.UNSUPPORTED
    assert not isinstance(error, ModelInterruptedError)


async def test_a_hang_ends_at_the_deadline_for_the_first_word(remote: RemoteFactory) -> None:
    with StandInModel(Script((hang(),), loop=True)) as server:
        model = remote(server, first_token_seconds=0.4)
        model.load()
        started = time.monotonic()
        error = await failure(model)
        assert error.kind is ErrorKind.TIMEOUT
        assert time.monotonic() - started < 3
        await server.wait_until_left(1)


async def test_a_hang_in_the_middle_ends_at_the_deadline_for_the_call(remote: RemoteFactory) -> None:
    with StandInModel([Broken(Answer("one two three"), 1, "hang")]) as server:
        model = remote(server, call_seconds=3.0)
        model.load()
        error = await failure(model)
        assert isinstance(error, ModelInterruptedError)
        assert error.kind is ErrorKind.TIMEOUT
        await server.wait_until_left(1)


async def test_slow_words_are_not_a_hang(remote: RemoteFactory) -> None:
    with StandInModel([Answer("abcdefgh", fragment=1, delay=0.3)]) as server:
        assert joined(await listen(remote(server, first_token_seconds=2.0))).text == "abcdefgh"


async def test_a_cut_in_the_middle_of_text_is_told_and_never_glued(remote: RemoteFactory) -> None:
    with StandInModel([Broken(Answer("one two three four"), 1, "cut")]) as first, StandInModel([Answer("x")]) as second:
        stream = remote(first, second).astream(HELLO)
        assert (await anext(stream)).text == "one two "
        with pytest.raises(ModelInterruptedError):
            await anext(stream)
        assert second.requests == []


async def test_a_cut_before_a_word_was_said_is_tried_again(remote: RemoteFactory) -> None:
    with StandInModel([Broken(Answer("x"), 0, "cut"), Answer("hello again")]) as server:
        assert joined(await listen(remote(server))).text == "hello again"


async def test_a_cut_in_the_middle_of_a_tool_call_is_tried_again(remote: RemoteFactory) -> None:
    broken = Broken(Answer(calls=(Call("ask", {"question": "a long enough question"}),)), 3, "cut")
    with StandInModel([broken, Answer(calls=(Call("ask", {"question": "whole"}),))]) as server:
        message = joined(await listen(remote(server)))
    assert [call["args"] for call in message.tool_calls] == [{"question": "whole"}]


async def test_the_next_provider_takes_over_before_the_first_word(remote: RemoteFactory) -> None:
    with StandInModel([Failure(401)]) as first, StandInModel([Answer("from the second")]) as second:
        message = joined(await listen(remote(first, Target("openai/other", second.base_url, "key2"))))
    assert message.text == "from the second"
    assert message.response_metadata["model_name"] == "openai/other"
    assert second.authorizations == ["Bearer key2"]


async def test_a_provider_that_hangs_leaves_time_for_the_next(remote: RemoteFactory) -> None:
    with StandInModel([hang()]) as first, StandInModel([Answer("in time")]) as second:
        model = remote(first, second, first_token_seconds=2.0)
        model.load()
        assert joined(await listen(model)).text == "in time"
        assert len(first.requests) == 1


async def test_when_all_fail_the_first_one_is_told(remote: RemoteFactory) -> None:
    with StandInModel([Failure(401)]) as first, StandInModel([Failure(404)]) as second:
        assert "key" in (await failure(remote(first, second))).message


async def test_the_embedded_model_can_stand_behind_a_remote_one(remote: RemoteFactory) -> None:
    with StandInModel([Failure(401)]) as server:
        message = joined(await listen(remote(server, EMBEDDED)))
    assert message.text == "embedded"
    assert message.response_metadata["usage_estimated"] is False


async def test_a_run_that_is_cancelled_lets_go_of_the_connection(remote: RemoteFactory) -> None:
    with StandInModel([Broken(Answer("one two three"), 1, "hang")]) as server:
        model = remote(server)
        model.load()
        spoken = asyncio.Event()

        async def run() -> None:
            async for _ in model.astream(HELLO):
                spoken.set()

        task = asyncio.create_task(run())
        await spoken.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.wait_until_left(1)


async def test_many_at_once_do_not_mix(remote: RemoteFactory) -> None:
    def echo(request: Any) -> Answer:
        return Answer(f"you said {request.last_user_text}", fragment=3, delay=0.005)

    with StandInModel(echo) as server:
        model = remote(server)
        answers = await asyncio.gather(*(listen(model, [HumanMessage(f"word-{n}")]) for n in range(20)))
    assert [joined(chunks).text for chunks in answers] == [f"you said word-{n}" for n in range(20)]


async def test_usage_is_counted_as_reported(remote: RemoteFactory, meter: Meter) -> None:
    with StandInModel([Answer("four letters")]) as server:
        message = joined(await listen(remote(server)))
    assert message.usage_metadata is not None
    assert (meter.input_tokens, meter.output_tokens) == (2, 3)
    assert not meter.estimated
    assert message.response_metadata["usage_estimated"] is False
