"""The run event log: one specification, two implementations."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from memory.events import InProcessEventLog, RedisEventLog, RunEventLog
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id

pytestmark = pytest.mark.anyio
REDIS = "redis://127.0.0.1:6379"


@pytest.fixture(params=["in-process", "redis"])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[RunEventLog]:
    if request.param == "in-process":
        yield InProcessEventLog()
        return
    redis = RedisEventLog.connect(REDIS, prefix=f"test:{new_id()}")
    yield redis
    await redis.aclose()


async def test_events_are_numbered_from_one_in_the_order_they_came(log: RunEventLog) -> None:
    assert await log.append("run", ["a", "b"])
    assert await log.append("run", ["c"])
    events = await log.read("run", 0, wait=0)
    assert [(event.number, event.data, event.final) for event in events] == [
        (1, "a", False),
        (2, "b", False),
        (3, "c", False),
    ]


async def test_a_reader_gets_only_what_comes_after(log: RunEventLog) -> None:
    await log.append("run", ["a", "b", "c"])
    assert [event.data for event in await log.read("run", 2, wait=0)] == ["c"]
    assert await log.read("run", 3, wait=0) == ()
    assert await log.read("run", 99, wait=0) == ()


async def test_nothing_comes_after_the_final_event(log: RunEventLog) -> None:
    assert await log.final_number("run") is None
    assert await log.append("run", ["a", "end"], final=True)
    assert not await log.append("run", ["late"])
    assert not await log.append("run", ["another end"], final=True)
    events = await log.read("run", 0, wait=0)
    assert [(event.data, event.final) for event in events] == [("a", False), ("end", True)]
    assert await log.final_number("run") == 2


async def test_of_many_that_want_to_end_a_run_one_does(log: RunEventLog) -> None:
    ended = await asyncio.gather(*(log.append("run", [f"end {n}"], final=True) for n in range(10)))
    assert sum(ended) == 1
    assert len(await log.read("run", 0, wait=0)) == 1


async def test_a_waiting_reader_is_woken_by_the_next_event(log: RunEventLog) -> None:
    reader = asyncio.create_task(log.read("run", 0, wait=5))
    await asyncio.sleep(0.05)
    await log.append("run", ["a"])
    assert [event.data for event in await asyncio.wait_for(reader, 2)] == ["a"]


async def test_a_reader_waits_no_longer_than_it_said_and_not_at_all_after_the_end(log: RunEventLog) -> None:
    async with asyncio.timeout(2):
        assert await log.read("run", 0, wait=0.05) == ()
        await log.append("run", ["end"], final=True)
        assert await log.read("run", 1, wait=60) == ()


async def test_runs_are_apart(log: RunEventLog) -> None:
    await log.append("one", ["a"], final=True)
    await log.append("two", ["b"])
    assert [event.data for event in await log.read("two", 0, wait=0)] == ["b"]
    assert await log.final_number("two") is None


async def test_any_text_comes_back_as_it_went_in(log: RunEventLog) -> None:
    text = '{"delta": "10 € · 数字 \\u0000 \n 🛍️"}'
    await log.append("run", [text])
    assert (await log.read("run", 0, wait=0))[0].data == text


async def test_many_readers_follow_a_writer_without_loss(log: RunEventLog) -> None:
    async def follow() -> list[str]:
        seen: list[str] = []
        while True:
            for event in await log.read("run", len(seen), wait=2):
                seen.append(event.data)
                if event.final:
                    return seen

    readers = [asyncio.create_task(follow()) for _ in range(5)]
    for number in range(100):
        await log.append("run", [str(number)], final=number == 99)
    for seen in await asyncio.wait_for(asyncio.gather(*readers), 10):
        assert seen == [str(number) for number in range(100)]


async def test_the_process_forgets_runs_after_their_time() -> None:
    now = 0.0
    log = InProcessEventLog(retention=60, now=lambda: now)
    await log.append("old", ["a"], final=True)
    now = 100.0
    await log.append("new", ["b"])
    assert await log.read("old", 0, wait=0) == ()
    assert await log.final_number("old") is None


async def test_a_log_that_is_down_says_so() -> None:
    log = RedisEventLog.connect("redis://127.0.0.1:1")
    with pytest.raises(CopilotError) as failed:
        await log.append("run", ["a"])
    assert failed.value.kind is ErrorKind.UNAVAILABLE
    await log.aclose()
