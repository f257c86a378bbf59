"""Conversations as their owner manages them, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.checkpoints import CheckpointConfig, open_checkpoints
from memory.threads import FeedbackView, ThreadService, title_of
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.models.conversations import ChatMessage, ChatRun
from storage.repositories.base import PageRequest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def threads(database: Database, tmp_path: Path) -> AsyncIterator[ThreadService]:
    async with open_checkpoints(CheckpointConfig(path=tmp_path / "checkpoints.db")) as checkpoints:
        yield ThreadService(database, checkpoints)


async def say(database: Database, actor: Actor, thread_id: str, *words: str) -> list[str]:
    """Adds messages in turns: the user, then the answer, which leaves the query it answered behind."""
    messages = [
        ChatMessage(
            id=new_id(),
            thread_id=thread_id,
            role="assistant" if place % 2 else "user",
            content=word,
            context={"asked": word} if place % 2 else None,
        )
        for place, word in enumerate(words)
    ]
    async with database.write(actor) as uow:
        await uow.threads.say(*messages)
    return [message.id for message in messages]


async def test_the_last_active_conversation_comes_first(
    threads: ThreadService, database: Database, actor: Actor, clock: FixedClock
) -> None:
    first, second, third = [(await threads.create(actor, name)).id for name in ("one", "two", "three")]
    async with database.write(actor) as uow:
        await uow.threads.touch(first, clock.at.replace(hour=23))
    page = await threads.list(actor, PageRequest(limit=2))
    assert [one.id for one in page.items] == [first, third]
    rest = await threads.list(actor, PageRequest(limit=2, cursor=page.next_cursor))
    assert [one.id for one in rest.items] == [second]
    assert rest.next_cursor is None


async def test_a_renamed_conversation_keeps_its_new_title(
    threads: ThreadService, actor: Actor, database: Database
) -> None:
    thread = await threads.create(actor, "old")
    assert (await threads.rename(actor, thread.id, "  new \n title ")).title == "new title"
    assert (await threads.get(actor, thread.id)).title == "new title"
    with pytest.raises(CopilotError):
        await threads.rename(actor, thread.id, "  ")


async def test_a_deleted_conversation_leaves_nothing_behind(
    threads: ThreadService, database: Database, actor: Actor
) -> None:
    thread = await threads.create(actor, "gone soon")
    _, answer = await say(database, actor, thread.id, "question", "answer")
    await threads.rate(actor, answer, FeedbackView(rating=1))
    await threads.delete(actor, thread.id)
    assert (await threads.list(actor, PageRequest())).items == ()
    with pytest.raises(CopilotError):
        await threads.messages(actor, thread.id, PageRequest())
    async with database.read(actor) as uow:
        assert await uow.threads.latest_messages(thread.id, 10) == ()
        assert await uow.threads.feedback([answer]) == {}


async def test_a_conversation_that_is_being_answered_is_not_deleted(
    threads: ThreadService, database: Database, actor: Actor, clock: FixedClock
) -> None:
    thread = await threads.create(actor)
    async with database.write(actor) as uow:
        await uow.runs.begin(
            ChatRun(id=new_id(), thread_id=thread.id, status="running", heartbeat_at=clock.now(), user_id=actor.user_id)
        )
    with pytest.raises(CopilotError) as refused:
        await threads.delete(actor, thread.id)
    assert refused.value.kind is ErrorKind.CONFLICT


async def test_a_fork_goes_on_from_its_message_and_leaves_the_origin_alone(
    threads: ThreadService, database: Database, actor: Actor
) -> None:
    thread = await threads.create(actor, "sales")
    _, second, _, _ = await say(database, actor, thread.id, "q1", "a1", "q2", "a2")
    fork = await threads.fork(actor, thread.id, second)
    assert (fork.title, fork.forked_from_thread_id, fork.forked_from_message_id) == ("sales", thread.id, second)
    await say(database, actor, fork.id, "q3", "a3")
    told = [one.content for one in (await threads.messages(actor, fork.id, PageRequest())).items]
    assert told == ["q1", "a1", "q3", "a3"]
    origin = [one.content for one in (await threads.messages(actor, thread.id, PageRequest())).items]
    assert origin == ["q1", "a1", "q2", "a2"]
    async with database.read(actor) as uow:
        copied = await uow.threads.latest_messages(fork.id, 3)
        assert [message.context for message in copied] == [{"asked": "a1"}, None, {"asked": "a3"}]


async def test_messages_come_in_pages_in_the_order_they_were_said(
    threads: ThreadService, database: Database, actor: Actor
) -> None:
    thread = await threads.create(actor)
    await say(database, actor, thread.id, *"abcde")
    first = await threads.messages(actor, thread.id, PageRequest(limit=3))
    second = await threads.messages(actor, thread.id, PageRequest(limit=3, cursor=first.next_cursor))
    assert [one.content for one in (*first.items, *second.items)] == list("abcde")


async def test_a_later_verdict_replaces_an_earlier_one(
    threads: ThreadService, database: Database, actor: Actor
) -> None:
    thread = await threads.create(actor)
    question, answer = await say(database, actor, thread.id, "question", "answer")
    await threads.rate(actor, answer, FeedbackView(rating=1))
    await threads.rate(actor, answer, FeedbackView(rating=-1, comment="wrong year"))
    shown = (await threads.messages(actor, thread.id, PageRequest())).items[1]
    assert shown.feedback == FeedbackView(rating=-1, comment="wrong year")
    with pytest.raises(CopilotError) as refused:
        await threads.rate(actor, question, FeedbackView(rating=1))
    assert refused.value.kind is ErrorKind.INVALID


async def test_another_persons_conversations_do_not_exist(
    threads: ThreadService, database: Database, actor: Actor, other_actor: Actor
) -> None:
    thread = await threads.create(actor)
    _, answer = await say(database, actor, thread.id, "question", "answer")
    colleague = Actor(actor.tenant_id, None, actor.role, actor.surface)
    for stranger in (other_actor, colleague):
        for attempt in (
            threads.get(stranger, thread.id),
            threads.rename(stranger, thread.id, "mine"),
            threads.delete(stranger, thread.id),
            threads.messages(stranger, thread.id, PageRequest()),
            threads.fork(stranger, thread.id, answer),
            threads.rate(stranger, answer, FeedbackView(rating=1)),
        ):
            with pytest.raises(CopilotError) as refused:
                await attempt
            assert refused.value.kind is ErrorKind.NOT_FOUND
        assert (await threads.list(stranger, PageRequest())).items == ()


def test_a_title_is_the_first_question_cut_at_a_word() -> None:
    assert title_of("  how much\n did we sell? ") == "how much did we sell?"
    long = title_of("what did the customers in the south of the country buy most often in the last three quarters")
    assert long.endswith("…")
    assert len(long) <= 80
    assert long[:-1] in "what did the customers in the south of the country buy most often in the last three quarters"
