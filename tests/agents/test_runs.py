"""Runs live apart from the requests that start them, one at a time in a thread, and each ends exactly once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from agents.runs import RunConfig
from memory.events import InProcessEventLog
from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.models.conversations import ChatRun
from storage.repositories.base import PageRequest
from tests.agents.conftest import Chat, OpenChat, kinds, text_of
from tests.agents.shop import PlayedModel, says

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", "postgres"])
def database_config(request: pytest.FixtureRequest) -> DatabaseConfig:
    fixture = "embedded_config" if request.param == "sqlite" else "postgres_config"
    return request.getfixturevalue(fixture)


class Gate:
    """A model that speaks when it is let."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()
        self.model = PlayedModel(play=self._play)

    async def _play(self, *_: object) -> list[AIMessageChunk]:
        self.reached.set()
        await self.open.wait()
        return says("Hello.")


class StuckModel(PlayedModel):
    """Says what it is told to, and then hangs."""

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        async for chunk in super()._astream(*args, **kwargs):
            yield chunk
        await asyncio.Event().wait()


async def test_a_reader_that_leaves_does_not_stop_the_run_and_can_come_back(open_chat: OpenChat) -> None:
    gate = Gate()
    chat = await open_chat(gate.model)
    run_id = await chat.begin("hi", new_id())
    async for event in chat.runs.events(chat.actor, run_id):
        seen = event.number
        break
    gate.open.set()
    rest = await chat.follow(run_id, after=seen)
    whole = await chat.follow(run_id)
    assert whole[seen:] == rest
    assert whole[-1]["type"] == "RUN_FINISHED"
    assert text_of(whole) == "Hello."


async def test_all_readers_see_the_same(open_chat: OpenChat) -> None:
    gate = Gate()
    chat = await open_chat(gate.model)
    run_id = await chat.begin("hi", new_id())
    readers = [asyncio.create_task(chat.follow(run_id)) for _ in range(5)]
    await gate.reached.wait()
    gate.open.set()
    first, *others = await asyncio.gather(*readers)
    assert all(other == first for other in others)


async def test_a_reader_that_has_seen_the_end_is_told_nothing_more(open_chat: OpenChat) -> None:
    chat = await open_chat(PlayedModel(play=lambda *_: says("Hello.")))
    run_id = await chat.begin("hi", new_id())
    events = await chat.follow(run_id)
    assert await chat.follow(run_id, after=len(events)) == []


async def test_a_thread_answers_one_question_at_a_time(open_chat: OpenChat) -> None:
    gate = Gate()
    chat, thread = await open_chat(gate.model), new_id()
    run_id = await chat.begin("hi", thread)
    with pytest.raises(CopilotError) as refused:
        await chat.begin("and?", thread)
    assert refused.value.kind is ErrorKind.CONFLICT
    assert [one.content for one in (await chat.threads.messages(chat.actor, thread, PageRequest())).items] == ["hi"]
    await chat.begin("elsewhere", new_id())
    gate.open.set()
    await chat.follow(run_id)
    assert (await chat.ask("and now?", thread))[-1]["type"] == "RUN_FINISHED"


async def test_of_two_that_begin_at_once_one_is_refused(open_chat: OpenChat) -> None:
    gate = Gate()
    chat, thread = await open_chat(gate.model), new_id()
    results = await asyncio.gather(*(chat.begin("hi", thread) for _ in range(4)), return_exceptions=True)
    refused = [one for one in results if isinstance(one, CopilotError)]
    assert len(refused) == 3
    assert {one.kind for one in refused} == {ErrorKind.CONFLICT}
    gate.open.set()


async def test_a_machine_goes_on_with_its_conversation_and_no_person_does(open_chat: OpenChat, actor: Actor) -> None:
    machine = replace(actor, user_id=None)
    chat, thread = await open_chat(PlayedModel(play=lambda *_: says("Hello.")), who=machine), new_id()
    for _ in range(2):
        assert (await chat.ask("hi", thread))[-1]["type"] == "RUN_FINISHED"
    person = await open_chat(PlayedModel(play=lambda *_: says("Hello.")))
    with pytest.raises(CopilotError) as refused:
        await person.begin("hi", thread)
    assert refused.value.kind is ErrorKind.NOT_FOUND


async def test_what_was_begun_is_ended_before_more_begins(open_chat: OpenChat) -> None:
    chat = await open_chat(PlayedModel(play=lambda *_: says("Hello.")))
    told: list[str] = []

    async def ask(number: int) -> None:
        run_id = await chat.begin("hi", new_id())
        told.append(f"begun {number}")
        await chat.follow(run_id)
        told.append(f"ended {number}")

    await asyncio.gather(*(ask(number) for number in range(30)))
    last_begun = next(place for place, said in reversed([*enumerate(told)]) if said.startswith("begun"))
    assert sum(said.startswith("ended") for said in told[:last_begun]) >= 10


async def test_those_that_wait_to_begin_count_among_the_most(open_chat: OpenChat) -> None:
    gate = Gate()
    chat = await open_chat(gate.model, config=RunConfig(follow=0.2, grace=2.0, most_running=5))
    results = await asyncio.gather(*(chat.begin("hi", new_id()) for _ in range(8)), return_exceptions=True)
    refused = [one for one in results if isinstance(one, CopilotError)]
    assert [one.kind for one in refused] == [ErrorKind.UNAVAILABLE] * 3
    gate.open.set()


async def test_a_cancelled_run_ends_as_cancelled_and_keeps_what_was_said(open_chat: OpenChat) -> None:
    chat, thread = await open_chat(StuckModel(play=lambda *_: says("Once ", "upon"))), new_id()
    run_id = await chat.begin("talk", thread)
    async for event in chat.runs.events(chat.actor, run_id):
        if "TEXT_MESSAGE_CONTENT" in event.data:
            break
    await chat.runs.cancel(chat.actor, run_id)
    events = await chat.follow(run_id)
    assert events[-1]["outcome"] == {"type": "cancelled"}
    assert kinds(events)[-3:] == ["TEXT_MESSAGE_END", "STEP_FINISHED", "RUN_FINISHED"]
    assert (await chat.runs.get(chat.actor, run_id)).status == "cancelled"
    kept = (await chat.threads.messages(chat.actor, thread, PageRequest())).items
    assert [one.content for one in kept] == ["talk", "Once upon"]
    await chat.runs.cancel(chat.actor, run_id)
    assert await chat.follow(run_id) == events


async def test_a_run_is_cancelled_from_another_worker(open_chat: OpenChat) -> None:
    gate, log = Gate(), InProcessEventLog()
    executing = await open_chat(gate.model, log=log, config=RunConfig(heartbeat=0.05, follow=0.1, grace=1.0))
    other = await open_chat(gate.model, log=log, config=RunConfig(follow=0.1))
    run_id = await executing.begin("hi", new_id())
    await gate.reached.wait()
    await other.runs.cancel(other.actor, run_id)
    assert (await other.follow(run_id))[-1]["outcome"] == {"type": "cancelled"}


async def test_a_run_that_takes_too_long_is_ended(open_chat: OpenChat) -> None:
    chat = await open_chat(Gate().model, config=RunConfig(deadline=0.1, follow=0.1))
    events = await chat.ask("hi", new_id())
    assert (events[-1]["type"], events[-1]["code"]) == ("RUN_ERROR", "timeout")
    assert kinds(events).count("STEP_STARTED") == kinds(events).count("STEP_FINISHED")


async def test_a_shutdown_ends_what_runs_with_a_clear_error(open_chat: OpenChat) -> None:
    chat = await open_chat(Gate().model, config=RunConfig(grace=0.1, follow=0.1))
    run_id = await chat.begin("hi", new_id())
    await chat.runs.__aexit__(None, None, None)
    events = await chat.follow(run_id)
    assert events[-1]["message"] == "The server is shutting down. Ask again in a moment."
    with pytest.raises(CopilotError):
        await chat.begin("hi", new_id())


async def leave_open(chat: Chat, database: Database, clock: FixedClock) -> str:
    """A run as a crash leaves it: running, with a heartbeat that grows old."""
    thread = (await chat.threads.create(chat.actor)).id
    run = ChatRun(id=new_id(), thread_id=thread, user_id=chat.actor.user_id, status="running", heartbeat_at=clock.now())
    async with database.write(chat.actor) as uow:
        await uow.runs.begin(run)
    clock.at += timedelta(seconds=60)
    return run.id


async def test_what_a_crash_left_open_is_closed_once(
    open_chat: OpenChat, database: Database, clock: FixedClock
) -> None:
    chat = await open_chat(PlayedModel(play=lambda *_: says("Hello.")))
    run_id = await leave_open(chat, database, clock)
    assert await chat.runs.reap(timedelta(seconds=90)) == 0
    assert await chat.runs.reap(timedelta(seconds=30)) == 1
    assert await chat.runs.reap(timedelta(seconds=30)) == 0
    (event,) = await chat.follow(run_id)
    assert event["type"] == "RUN_ERROR"
    assert event["message"].startswith("The server stopped while it was answering.")
    view = await chat.runs.get(chat.actor, run_id)
    assert (view.status, view.error_code) == ("failed", "lost")
    assert (await chat.ask("again", view.thread_id))[-1]["type"] == "RUN_FINISHED"


async def test_a_store_of_one_process_closes_them_at_its_start(
    open_chat: OpenChat, database: Database, clock: FixedClock
) -> None:
    before = await open_chat(PlayedModel(play=lambda *_: says("Hello.")))
    run_id = await leave_open(before, database, clock)
    after = await open_chat(PlayedModel(play=lambda *_: says("")), config=RunConfig(exclusive=True))
    assert kinds(await after.follow(run_id)) == ["RUN_ERROR"]


async def test_a_run_whose_log_is_gone_still_ends_for_its_readers(
    open_chat: OpenChat, database: Database, clock: FixedClock
) -> None:
    chat = await open_chat(PlayedModel(play=lambda *_: says("Hello.")))
    run_id = await chat.begin("hi", new_id())
    await chat.follow(run_id)
    other = await open_chat(PlayedModel(play=lambda *_: says("")))
    assert kinds(await other.follow(run_id, after=3)) == ["RUN_FINISHED"]
    lost = await leave_open(chat, database, clock)
    await chat.runs.reap(timedelta(seconds=30))
    assert kinds(await other.follow(lost, after=3)) == ["RUN_ERROR"]


async def test_anothers_runs_and_threads_are_not_found(open_chat: OpenChat, other_actor: Actor) -> None:
    model = PlayedModel(play=lambda *_: says("Hello."))
    mine, theirs = await open_chat(model), await open_chat(model, who=other_actor)
    thread = new_id()
    run_id = await mine.begin("hi", thread)
    await mine.follow(run_id)
    for attempt in (
        theirs.follow(run_id),
        theirs.runs.cancel(theirs.actor, run_id),
        theirs.runs.get(theirs.actor, run_id),
        theirs.begin("hi", thread),
    ):
        with pytest.raises(CopilotError) as refused:
            await attempt
        assert refused.value.kind is ErrorKind.NOT_FOUND
