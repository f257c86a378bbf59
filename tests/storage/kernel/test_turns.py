"""Long loops leave the event loop to others now and then, and lose nothing."""

import asyncio

from storage.kernel.turns import in_turns


async def test_all_items_come_in_their_order() -> None:
    assert [item async for item in in_turns(iter(range(7)), 3)] == list(range(7))
    assert [item async for item in in_turns((), 3)] == []


async def test_others_have_their_turn_within_the_loop() -> None:
    seen: list[str] = []

    async def other() -> None:
        seen.append("other")

    waiting = asyncio.create_task(other())
    async for item in in_turns("abcd", 2):
        seen.append(item)  # noqa: PERF401 - what stands between the items is what is looked at
    await waiting
    assert seen == ["a", "b", "other", "c", "d"]
