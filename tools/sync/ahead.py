"""The next pages of a list, read and mapped while those before them are written."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from tools.connectors.core.listing import Page, PageState
from tools.ingestion.mapping.rosetta import TakenObject

TOGETHER: Final = 1_600
"""What is worth a transaction (see `weight`). On an embedded store others wait for so much to be written, and no longer."""
MOST: Final = 3 * TOGETHER
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


class Room:
    """How much is held of all the lists of a run: no more than a bound and one page."""

    def __init__(self) -> None:
        self._held = 0
        self._free = asyncio.Event()

    async def free(self) -> None:
        """Returns when there is some."""
        while self._held >= MOST:
            self._free.clear()
            await self._free.wait()

    def take(self, amount: int) -> None:
        self._held += amount

    def leave(self, amount: int) -> None:
        self._held -= amount
        self._free.set()


class Ahead:
    """The pages of one list: read by one task, given to another."""

    def __init__(self, read: Callable[[PageState], Awaitable[TakenPage]], state: PageState, room: Room) -> None:
        self._read = read
        self._state = state
        self._room = room
        self._held: list[TakenPage] = []
        self._count = 0
        self._first_at = 0.0
        self._came = asyncio.Event()
        self._is_read = False
        self._error: BaseException | None = None

    async def read_on(self) -> bool:
        """Reads one page after another, as long as there is room. Returns at the end of the list whether it came to it;
        what it was stopped by is raised by `pages`."""
        state: PageState | None = self._state
        try:
            while state is not None:
                await self._room.free()
                one = await self._read(state)
                if not self._held:
                    self._first_at = asyncio.get_running_loop().time()
                self._held.append(one)
                self._count += weight(one)
                self._room.take(weight(one))
                self._came.set()
                state = one.page.next
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # raised where the pages are asked for
            self._error = error
        finally:
            self._is_read = True
            self._came.set()
        return self._error is None

    async def pages(self) -> list[TakenPage]:
        """The next pages in their order, as many as are worth a transaction or have come in time; none after the last.
        What reading a page raises is raised once those before it are given."""
        await self._enough()
        if not self._held and self._error is not None:
            raise self._error
        given, count = 0, 0
        while given < len(self._held) and count < TOGETHER:
            count += weight(self._held[given])
            given += 1
        found, self._held = self._held[:given], self._held[given:]
        self._count -= count
        self._first_at = asyncio.get_running_loop().time()
        self._room.leave(count)
        return found

    async def _enough(self) -> None:
        """Returns when enough has come, or nothing more will in time."""
        time = asyncio.get_running_loop().time
        while not self._is_read and self._count < TOGETHER:
            left = self._first_at + _PATIENCE_SECONDS - time() if self._held else None
            if left is not None and left <= 0:
                return
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), left)
            except TimeoutError:
                return


def weight(one: TakenPage) -> int:
    """Small objects, or as much as so many of them would be."""
    return max(1, sum(1 + len(taken.source.payload) // _OF_ONE for taken in one.taken))
