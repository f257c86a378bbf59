"""The next pages of a list, read and mapped while those before them are written."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from tools.connectors.core.listing import Page, PageState
from tools.ingestion.mapping.rosetta import TakenObject

TOGETHER: Final = 1_600
"""What is worth a transaction (see `weight`). On an embedded store others wait for so much to be written, and no longer."""
MOST: Final = 2 * TOGETHER
"""What is held beside what is being written, and one page more."""
_OF_ONE: Final = 4_000
"""Characters of an object's JSON that weigh as much as a small object: an order of many lines makes many rows."""
_PATIENCE_SECONDS: Final = 0.1
"""How long a page waits for more to be written with it: of a slow vendor each is written by itself."""


@dataclass(slots=True)
class TakenPage:
    """A page with what its objects were mapped to, oldest first."""

    page: Page
    taken: list[TakenObject]


class Turn:
    """Who of a run has the processor: its writer before its reader, as long as the writer does not wait for the store. What is
    read in the short waits between a chunk's look-ups would be missing in the long one, while its rows are inserted."""

    def __init__(self) -> None:
        self._free = asyncio.Event()
        self._free.set()

    async def wait(self) -> None:
        """The reader's, between a few objects: the rest of the event loop has its turn here in any case."""
        await asyncio.sleep(0)
        await self._free.wait()

    @contextmanager
    def held(self) -> Generator[Callable[[], None]]:
        """The writer's. Gives what it calls once it only waits for the store."""
        self._free.clear()
        try:
            yield self._free.set
        finally:
            self._free.set()


class Ahead:
    """`async with Ahead(read, state) as ahead:` reads one page after another from `state` on, up to a bound. At the end
    nothing is asked any more."""

    def __init__(self, read: Callable[[PageState], Awaitable[TakenPage]], state: PageState) -> None:
        self._read = read
        self._state = state
        self._held: list[TakenPage] = []
        self._count = 0
        self._first_at = 0.0
        self._came = asyncio.Event()
        self._room = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    async def pages(self) -> list[TakenPage]:
        """The next pages in their order, as many as are worth a transaction or have come in time; none after the last.
        What reading a page raises is raised once those before it are given."""
        assert self._reading is not None  # noqa: S101 - it was entered
        await self._wait_for(self._reading)
        if not self._held:
            await self._reading  # raises what it ended with
            return []
        given, count = 0, 0
        while given < len(self._held) and count < TOGETHER:
            count += weight(self._held[given])
            given += 1
        found, self._held = self._held[:given], self._held[given:]
        self._count -= count
        self._first_at = asyncio.get_running_loop().time()
        self._room.set()
        return found

    async def _wait_for(self, reading: asyncio.Task[None]) -> None:
        """Returns when enough has come, or nothing more will in time."""
        time = asyncio.get_running_loop().time
        while not reading.done() and self._count < TOGETHER:
            left = self._first_at + _PATIENCE_SECONDS - time() if self._held else None
            if left is not None and left <= 0:
                return
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), left)
            except TimeoutError:
                return

    async def _read_on(self) -> None:
        try:
            state: PageState | None = self._state
            while state is not None:
                if self._count >= MOST:
                    self._room.clear()
                    await self._room.wait()
                one = await self._read(state)
                if not self._held:
                    self._first_at = asyncio.get_running_loop().time()
                self._held.append(one)
                self._count += weight(one)
                self._came.set()
                state = one.page.next
        finally:
            self._came.set()

    async def __aenter__(self) -> Self:
        self._reading = asyncio.ensure_future(self._read_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)


def weight(one: TakenPage) -> int:
    """Small objects, or as much as so many of them would be."""
    return max(1, sum(1 + len(taken.source.payload) // _OF_ONE for taken in one.taken))
