"""What has an effect waits for the user, runs exactly as approved, and runs once."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk, BaseMessage, ToolMessage

from storage.database import Database
from storage.kernel.actor import Actor, Module
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.repositories.base import PageRequest
from tests.agents.conftest import OpenChat, kinds, text_of
from tests.agents.shop import RENAME, PlayedModel, calls, says, shop_catalogue, told
from tools.kit.invocation import CallContext, invoke

pytestmark = pytest.mark.anyio


def renames(*names: str) -> PlayedModel:
    """A model that wants to rename the shop, once for each name, all at the same time."""

    def play(messages: Sequence[BaseMessage], tools: Sequence[str]) -> list[AIMessageChunk]:
        if isinstance(messages[-1], ToolMessage):
            return says(told(messages))
        if "data_lineage" in tools:
            return calls(("data_lineage", {"request": "rename it"}))
        return calls(*((RENAME, {"name": name}) for name in names))

    return PlayedModel(play=play)


async def shop_name(database: Database, actor: Actor) -> str:
    async with database.read(actor) as uow:
        return (await uow.tenants.current()).name


def waiting(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    assert events[-1]["type"] == "RUN_FINISHED"
    assert events[-1]["outcome"]["type"] == "interrupt"
    return events[-1]["outcome"]["interrupts"]


def decide(interrupt: dict[str, Any], **payload: Any) -> dict[str, Any]:
    return {"interruptId": interrupt["id"], "status": "resolved", "payload": payload}


async def test_a_call_with_an_effect_waits_and_shows_its_exact_arguments(
    open_chat: OpenChat, database: Database
) -> None:
    chat = await open_chat(renames("Quay Goods"))
    (asked,) = waiting(await chat.ask("call us Quay Goods", new_id()))
    assert asked["reason"] == "tool_approval"
    assert asked["message"] == "Rename the shop"
    assert asked["metadata"]["arguments"] == {"name": "Quay Goods"}
    assert len(asked["metadata"]["argumentsHash"]) == 64
    assert await shop_name(database, chat.actor) == "Harbour Homeware"


async def test_approved_it_runs_and_the_conversation_goes_on(open_chat: OpenChat, database: Database) -> None:
    chat, thread = await open_chat(renames("Quay Goods")), new_id()
    (asked,) = waiting(await chat.ask("rename", thread))
    events = await chat.decide(
        thread, decide(asked, decision="approve", arguments_hash=asked["metadata"]["argumentsHash"])
    )
    assert await shop_name(database, chat.actor) == "Quay Goods"
    assert text_of(events) == "The shop is now called Quay Goods."
    assert events[-1]["outcome"] == {"type": "success"}
    (message,) = [one for one in (await chat.threads.messages(chat.actor, thread, PageRequest())).items if one.agent]
    assert message.tool_calls[0].arguments == {"name": "Quay Goods"}


async def test_edited_it_runs_with_the_persons_arguments(open_chat: OpenChat, database: Database) -> None:
    chat, thread = await open_chat(renames("Quay Goods")), new_id()
    (asked,) = waiting(await chat.ask("rename", thread))
    await chat.decide(thread, decide(asked, decision="edit", arguments={"name": "Pier Goods"}))
    assert await shop_name(database, chat.actor) == "Pier Goods"


@pytest.mark.parametrize("cancelled", [False, True])
async def test_rejected_nothing_happens_and_the_answer_says_so(
    open_chat: OpenChat, database: Database, cancelled: bool
) -> None:
    chat, thread = await open_chat(renames("Quay Goods")), new_id()
    (asked,) = waiting(await chat.ask("rename", thread))
    decision = decide(asked, decision="reject", reason="too soon")
    if cancelled:
        decision = {"interruptId": asked["id"], "status": "cancelled"}
    events = await chat.decide(thread, decision)
    assert await shop_name(database, chat.actor) == "Harbour Homeware"
    assert "“Rename the shop” was not done, as you decided." in text_of(events)
    assert ("too soon" in text_of(events)) is not cancelled


async def test_a_decision_about_something_else_changes_nothing_and_can_be_taken_again(
    open_chat: OpenChat, database: Database
) -> None:
    chat, thread = await open_chat(renames("Quay Goods")), new_id()
    (asked,) = waiting(await chat.ask("rename", thread))
    for wrong, kind in [
        (decide(asked, decision="approve", arguments_hash="0" * 64), ErrorKind.CONFLICT),
        (decide(asked, decision="edit", arguments={"name": 7}), ErrorKind.INVALID),
        (decide(asked, decision="edit", arguments={"name": "x", "as_of": "2020-01-01"}), ErrorKind.INVALID),
        (decide(asked, decision="yes"), ErrorKind.INVALID),
        ({"interruptId": "unknown", "status": "resolved", "payload": {"decision": "approve"}}, ErrorKind.CONFLICT),
    ]:
        with pytest.raises(CopilotError) as refused:
            await chat.decide(thread, wrong)
        assert refused.value.kind is kind
    assert await shop_name(database, chat.actor) == "Harbour Homeware"
    await chat.decide(thread, decide(asked, decision="approve"))
    assert await shop_name(database, chat.actor) == "Quay Goods"


async def test_of_two_decisions_at_once_one_counts(open_chat: OpenChat, database: Database) -> None:
    chat, thread = await open_chat(renames("Quay Goods")), new_id()
    (asked,) = waiting(await chat.ask("rename", thread))
    taken = [chat.decide(thread, decide(asked, decision="edit", arguments={"name": name})) for name in ("One", "Two")]
    results = await asyncio.gather(*taken, return_exceptions=True)
    (refused,) = [one for one in results if isinstance(one, CopilotError)]
    assert refused.kind is ErrorKind.CONFLICT
    assert await shop_name(database, chat.actor) == ("One" if results[1] is refused else "Two")


async def test_each_of_several_calls_is_decided_for_itself(open_chat: OpenChat, database: Database) -> None:
    chat, thread = await open_chat(renames("Quay Goods", "Pier Goods")), new_id()
    first, second = waiting(await chat.ask("rename", thread))
    with pytest.raises(CopilotError):
        await chat.decide(thread, decide(first, decision="approve"))
    events = await chat.decide(thread, decide(first, decision="reject"), decide(second, decision="approve"))
    assert await shop_name(database, chat.actor) == second["metadata"]["arguments"]["name"]
    assert kinds(events).count("TOOL_CALL_RESULT") == 2


async def test_what_waits_survives_a_restart(open_chat: OpenChat, database: Database) -> None:
    thread = new_id()
    before = await open_chat(renames("Quay Goods"))
    (asked,) = waiting(await before.ask("rename", thread))
    after = await open_chat(renames("Quay Goods"))
    view = await after.threads.get(after.actor, thread)
    assert view.interrupts[0]["interrupt_id"] == asked["id"]
    await after.decide(thread, decide(asked, decision="approve"))
    assert await shop_name(database, after.actor) == "Quay Goods"


async def test_what_was_done_is_not_done_again(open_chat: OpenChat, database: Database) -> None:
    chat, thread = await open_chat(renames("Quay Goods")), new_id()
    (asked,) = waiting(await chat.ask("rename", thread))
    await chat.decide(thread, decide(asked, decision="approve"))
    with pytest.raises(CopilotError) as refused:
        await chat.decide(thread, decide(asked, decision="approve"))
    assert refused.value.kind is ErrorKind.CONFLICT


async def test_a_call_that_was_carried_out_before_a_crash_is_not_carried_out_again(
    actor: Actor, database: Database
) -> None:
    capability = shop_catalogue().get("data-lineage.rename")
    assert capability is not None
    first = CallContext(actor, frozenset(Module), run_id="run-1", turn_id="run-1")
    resumed = CallContext(actor, frozenset(Module), run_id="run-2", turn_id="run-1")
    shown = await invoke(database, capability, first, {"name": "Quay Goods"}, "call-1")
    async with database.write(actor) as uow:
        (await uow.tenants.current()).name = "Changed since"
    assert await invoke(database, capability, resumed, {"name": "Quay Goods"}, "call-1") == shown
    assert await shop_name(database, actor) == "Changed since"


async def test_a_later_wish_for_the_same_is_a_new_call(open_chat: OpenChat, database: Database) -> None:
    chat, thread = await open_chat(renames("Quay Goods")), new_id()
    for _ in range(2):
        async with database.write(chat.actor) as uow:
            (await uow.tenants.current()).name = "Changed since"
        (asked,) = waiting(await chat.ask("rename", thread))
        await chat.decide(thread, decide(asked, decision="approve"))
        assert await shop_name(database, chat.actor) == "Quay Goods"


async def test_a_new_question_drops_what_waited(open_chat: OpenChat, database: Database) -> None:
    chat, thread = await open_chat(renames("Quay Goods")), new_id()
    (old,) = waiting(await chat.ask("rename", thread))
    (new,) = waiting(await chat.ask("rename after all", thread))
    with pytest.raises(CopilotError):
        await chat.decide(thread, decide(old, decision="approve"))
    assert await shop_name(database, chat.actor) == "Harbour Homeware"
    assert old["id"] != new["id"]


async def test_what_another_person_is_asked_is_not_found(
    open_chat: OpenChat, other_actor: Actor, database: Database
) -> None:
    mine, thread = await open_chat(renames("Quay Goods")), new_id()
    (asked,) = waiting(await mine.ask("rename", thread))
    theirs = await open_chat(renames("Quay Goods"), who=other_actor)
    with pytest.raises(CopilotError) as refused:
        await theirs.decide(thread, decide(asked, decision="approve"))
    assert refused.value.kind is ErrorKind.NOT_FOUND
