"""The chat over HTTP: AG-UI in, AG-UI events out, whatever becomes of the connection."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import httpx
import orjson
import pytest
from ag_ui.core import Event
from fastapi import FastAPI
from pydantic import TypeAdapter

from storage.database import DatabaseConfig
from storage.kernel.ids import new_id
from tests.api.conftest import Caller
from tests.api.live import live
from tests.api.test_files import imported

pytestmark = pytest.mark.anyio
RUNS = "/api/chat/runs"
THREADS = "/api/chat/threads"
_EVENT: TypeAdapter[Any] = TypeAdapter(Event)


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


@pytest.fixture
async def shop(app: FastAPI, owner: Caller) -> AsyncIterator[Caller]:
    """An owner with data, over a real connection."""
    await imported(owner)
    async with live(app) as url, httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        yield replace(owner, client=client)


def turn(question: str, thread_id: str | None = None, **fields: Any) -> dict[str, Any]:
    said = {"id": new_id(), "role": "user", "content": question}
    body = {"threadId": thread_id or new_id(), "runId": new_id(), "messages": [said], "tools": [], "context": []}
    return body | {"state": {}, "forwardedProps": {"as_of": "2026-11-02"}} | fields


async def numbered(response: httpx.Response) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
    """(id, event) as they arrive; each is a valid AG-UI event."""
    number = ""
    async for line in response.aiter_lines():
        if line.startswith("id:"):
            number = line.removeprefix("id:").strip()
        elif line.startswith("data:"):
            event = orjson.loads(line.removeprefix("data:"))
            _EVENT.validate_python(event)
            yield number, event


async def run(caller: Caller, body: dict[str, Any]) -> list[dict[str, Any]]:
    async with caller.client.stream("POST", RUNS, json=body, headers=caller.headers) as response:
        assert response.status_code == 200, await response.aread()
        return [event async for _, event in numbered(response)]


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT")


async def test_a_question_is_answered_in_one_well_formed_stream(shop: Caller):
    events = await run(shop, turn("revenue in October 2026"))
    kinds = [event["type"] for event in events]
    assert kinds[0] == "RUN_STARTED"
    assert kinds[-1] == "RUN_FINISHED"
    assert kinds.count("RUN_FINISHED") + kinds.count("RUN_ERROR") == 1
    assert "23" in text_of(events)
    assert {"TOOL_CALL_START", "TOOL_CALL_RESULT", "ACTIVITY_SNAPSHOT"} <= set(kinds)
    assert "RAW" not in kinds


async def test_a_conversation_is_kept_with_what_was_shown(shop: Caller):
    body = turn("revenue in October 2026")
    await run(shop, body)
    (thread,) = (await shop.get(THREADS)).json()["items"]
    assert (thread["id"], thread["title"]) == (body["threadId"], "revenue in October 2026")
    asked, answered = (await shop.get(f"{THREADS}/{thread['id']}/messages")).json()["items"]
    assert (asked["role"], answered["role"]) == ("user", "assistant")
    assert "sources" in {block["kind"] for block in answered["blocks"]}


async def test_a_stream_that_was_cut_is_taken_up_after_its_last_event(shop: Caller):
    body = turn("revenue by product in October 2026")
    whole: list[tuple[str, dict[str, Any]]] = []
    async with (
        shop.client.stream("POST", RUNS, json=body, headers=shop.headers) as response,
        aclosing(numbered(response)) as events,
    ):
        async for one in events:
            whole.append(one)
            if len(whole) == 3:
                break
    path, resumed = f"{RUNS}/{body['runId']}/events", shop.headers | {"Last-Event-ID": whole[-1][0]}
    async with shop.client.stream("GET", path, headers=resumed) as response:
        whole += [one async for one in numbered(response)]
    assert [int(number) for number, _ in whole] == list(range(1, len(whole) + 1))
    assert whole[-1][1]["type"] == "RUN_FINISHED"
    async with shop.client.stream("GET", path, headers=shop.headers) as response:
        assert [one async for one in numbered(response)] == whole


async def test_a_run_goes_on_when_everybody_has_left(shop: Caller):
    body = turn("revenue in October 2026")
    async with shop.client.stream("POST", RUNS, json=body, headers=shop.headers):
        pass
    for _ in range(200):
        messages = (await shop.get(f"{THREADS}/{body['threadId']}/messages")).json()["items"]
        if len(messages) == 2:
            break
        await asyncio.sleep(0.05)
    assert "23" in messages[-1]["content"]


async def test_a_run_can_be_cancelled_and_stays_as_it_is_when_it_is_over(shop: Caller):
    body = turn("revenue in October 2026")
    async with shop.client.stream("POST", RUNS, json=body, headers=shop.headers) as response:
        cancelled = await shop.post(f"{RUNS}/{body['runId']}/cancel")
        events = [event async for _, event in numbered(response)]
    assert cancelled.status_code == 204
    assert events[-1]["type"] == "RUN_FINISHED"
    assert (await shop.post(f"{RUNS}/{body['runId']}/cancel")).status_code == 204


@pytest.mark.parametrize(
    "change",
    [
        {"messages": []},
        {"messages": [{"id": "1", "role": "user", "content": "   "}]},
        {"messages": [{"id": "1", "role": "user", "content": "x" * 10_001}]},
        {"messages": [{"id": "1", "role": "robot", "content": "hello"}]},
        {"threadId": "../../etc/passwd"},
        {"runId": ""},
        {"forwardedProps": {"as_of": "2026-02-31"}},
        {"resume": [{"interruptId": "x", "status": "resolved"}]},
    ],
)
async def test_input_that_makes_no_sense_is_a_problem_and_no_stream(owner: Caller, change: dict[str, Any]):
    response = await owner.post(RUNS, turn("hello") | change)
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"


async def test_runs_and_conversations_of_others_are_not_found(shop: Caller, rival: Caller):
    body = turn("revenue in October 2026")
    await run(shop, body)
    message = (await shop.get(f"{THREADS}/{body['threadId']}/messages")).json()["items"][-1]
    for method, path, content in (
        ("GET", f"{RUNS}/{body['runId']}/events", None),
        ("POST", f"{RUNS}/{body['runId']}/cancel", None),
        ("GET", f"{THREADS}/{body['threadId']}", None),
        ("GET", f"{THREADS}/{body['threadId']}/messages", None),
        ("PATCH", f"{THREADS}/{body['threadId']}", {"title": "mine"}),
        ("DELETE", f"{THREADS}/{body['threadId']}", None),
        ("POST", f"{THREADS}/{body['threadId']}/fork", {"message_id": message["id"]}),
        ("POST", f"/api/chat/messages/{message['id']}/feedback", {"rating": 1}),
        ("POST", RUNS, turn("only tea", body["threadId"])),
    ):
        assert (await rival.request(method, path, json=content)).status_code == 404, (method, path)


async def test_conversations_are_named_forked_judged_and_deleted(shop: Caller):
    body = turn("revenue in October 2026")
    await run(shop, body)
    path = f"{THREADS}/{body['threadId']}"
    assert (await shop.patch(path, {"title": "October"})).json()["title"] == "October"
    asked, answered = (await shop.get(f"{path}/messages")).json()["items"]
    assert (await shop.post(f"/api/chat/messages/{answered['id']}/feedback", {"rating": 1})).status_code == 204
    assert (await shop.post(f"/api/chat/messages/{asked['id']}/feedback", {"rating": 1})).status_code == 422
    assert (await shop.post(f"/api/chat/messages/{answered['id']}/feedback", {"rating": 7})).status_code == 422
    fork = (await shop.post(f"{path}/fork", {"message_id": answered["id"]})).json()
    assert "Tea" in text_of(await run(shop, turn("by product", fork["id"])))
    assert len((await shop.get(f"{path}/messages")).json()["items"]) == 2
    assert (await shop.delete(path)).status_code == 204
    assert (await shop.get(path)).status_code == 404
    assert (await shop.get(f"{THREADS}/{fork['id']}")).status_code == 200


async def test_an_empty_conversation_can_be_made_and_used(shop: Caller):
    made = await shop.post(THREADS, {"title": "Plans"})
    assert made.status_code == 201
    events = await run(shop, turn("revenue in October 2026", made.json()["id"]))
    assert "23" in text_of(events)


COMPLETIONS = "/v1/chat/completions"


async def test_the_openai_surface_answers_with_the_same_tools(shop: Caller):
    body = {"model": "anything", "messages": [{"role": "user", "content": "revenue in October 2026"}], "temperature": 0}
    made = (await shop.post(COMPLETIONS, body)).json()
    assert made["object"] == "chat.completion"
    assert "23" in made["choices"][0]["message"]["content"]
    assert made["choices"][0]["finish_reason"] == "stop"
    assert made["usage"].keys() == {"prompt_tokens", "completion_tokens", "total_tokens"}


async def test_the_openai_surface_streams_and_ends_with_done(shop: Caller):
    messages = [{"role": "user", "content": "revenue in October 2026"}]
    body = {"messages": messages, "stream": True, "stream_options": {"include_usage": True}}
    async with shop.client.stream("POST", COMPLETIONS, json=body, headers=shop.headers) as response:
        lines = [
            line.removeprefix("data:").strip() async for line in response.aiter_lines() if line.startswith("data:")
        ]
    assert lines[-1] == "[DONE]"
    chunks = [orjson.loads(line) for line in lines[:-1]]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    text = "".join(choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"])
    assert "23" in text
    assert chunks[-1]["usage"]["total_tokens"] >= 0


async def test_the_openai_surface_takes_a_key_that_names_its_tenant(shop: Caller):
    key = (await shop.post("/api/auth/api-keys", {"name": "bot"})).json()["key"]
    bearer = {"Authorization": f"Bearer {key}"}
    models = await shop.client.get("/v1/models", headers=bearer)
    assert [model["id"] for model in models.json()["data"]] == ["smb-copilot"]
    body = {"messages": [{"role": "user", "content": "revenue in October 2026"}]}
    made = await shop.client.post(COMPLETIONS, json=body, headers=bearer)
    assert "23" in made.json()["choices"][0]["message"]["content"]


async def test_the_openai_surface_leaves_no_conversation_behind(shop: Caller):
    await shop.post(COMPLETIONS, {"messages": [{"role": "user", "content": "hello"}]})
    for _ in range(100):
        if not (left := (await shop.get(THREADS)).json()["items"]):
            break
        await asyncio.sleep(0.05)
    assert left == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Authorization": "Bearer nonsense"}, {"messages": [{"role": "user", "content": "hello"}]}, 401),
        ({}, {"messages": []}, 400),
        ({}, {"messages": [{"role": "assistant", "content": "hello"}]}, 400),
        ({}, {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, 400),
        ({}, {"messages": [{"role": "user", "content": "hello"}], "n": 3}, 400),
    ],
)
async def test_the_openai_surface_has_that_protocols_errors(
    owner: Caller, headers: dict[str, str], body: dict[str, Any], status: int
):
    response = await owner.post(COMPLETIONS, body, headers=headers)
    assert response.status_code == status
    assert response.json()["error"].keys() == {"message", "type", "param", "code"}


async def test_everything_that_happens_in_a_tenant_is_told_to_who_listens(shop: Caller, rival: Caller):
    heard: list[tuple[str, str | None]] = []
    ready = asyncio.Event()

    async def listen() -> None:
        """Of jobs with their states; what happened to the business is told besides."""
        async with shop.client.stream("GET", "/api/events", headers=shop.headers) as response:
            ready.set()
            number = ""
            async for line in response.aiter_lines():
                if line.startswith("id:"):
                    number = line.removeprefix("id:").strip()
                if line.startswith("data:"):
                    told = orjson.loads(line.removeprefix("data:"))
                    heard.append((number, told.get("state")))
                    if told.get("state") == "succeeded":
                        return

    listening = asyncio.create_task(listen())
    await ready.wait()
    await imported(rival)
    await imported(shop, b"Order ID,Order Date,Product,Quantity,Unit Price\n2001,2026-10-09,Jam,1,5.00\n")
    await asyncio.wait_for(listening, 30)
    assert [state for _, state in heard].count("succeeded") == 1
    resumed = shop.headers | {"Last-Event-ID": heard[0][0]}
    async with shop.client.stream("GET", "/api/events", headers=resumed) as response:
        async for line in response.aiter_lines():
            if line.startswith("id:"):
                assert line.removeprefix("id:").strip() == heard[1][0]
                break


async def test_an_event_id_that_is_none_is_refused(owner: Caller):
    assert (await owner.get("/api/events", headers={"Last-Event-ID": "nonsense"})).status_code == 422
