"""Work in processes of its own: the event loop goes on, and what hangs or dies is told and replaced."""

import asyncio
import os
import time
from collections.abc import AsyncIterator

import pytest

from storage.kernel.errors import CopilotError, ErrorKind
from tools.kit.workers import Workers

pytestmark = pytest.mark.anyio


def spin(seconds: float) -> int:
    """Keeps Python's lock all the time, as the chart library does."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return os.getpid()


def refuse() -> None:
    raise ValueError("no such chart")


def die() -> None:
    os._exit(3)


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    workers = Workers(seconds=2.0)
    yield workers
    workers.close()


async def test_the_event_loop_goes_on_while_a_process_is_busy(workers: Workers) -> None:
    await workers.run(spin, 0.0)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    beating = asyncio.create_task(beat())
    process = await workers.run(spin, 0.5)
    beating.cancel()
    assert process != os.getpid()
    assert beats >= 10


async def test_the_processes_are_kept(workers: Workers) -> None:
    assert await workers.run(spin, 0.0) == await workers.run(spin, 0.0)


async def test_what_the_work_raises_is_raised(workers: Workers) -> None:
    with pytest.raises(ValueError, match="no such chart"):
        await workers.run(refuse)


async def test_work_that_takes_too_long_is_given_up_and_the_next_is_done(workers: Workers) -> None:
    stuck = await workers.run(spin, 0.0)
    with pytest.raises(CopilotError) as refused:
        await workers.run(spin, 60.0)
    assert refused.value.kind is ErrorKind.TIMEOUT
    assert await workers.run(spin, 0.0) != stuck
    for _ in range(100):
        if not _is_alive(stuck):
            break
        await asyncio.sleep(0.05)
    assert not _is_alive(stuck)


async def test_a_process_that_dies_is_told_and_replaced(workers: Workers) -> None:
    with pytest.raises(CopilotError) as refused:
        await workers.run(die)
    assert refused.value.kind is ErrorKind.UNAVAILABLE
    assert await workers.run(spin, 0.0) != os.getpid()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
