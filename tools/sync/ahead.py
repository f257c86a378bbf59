"""The next pages of a run's lists: one is asked for while the last is mapped, and those before them are written."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, NamedTuple, Self

from tools.connectors.core.listing import Page, PageState
from tools.connectors.core.resources import Resource
from tools.ingestion.mapping.rosetta import TakenObject

TOGETHER: Final = 400
"""Objects that are worth a transaction on an embedded store: others wait for so many to be written, and no longer."""
TOGETHER_AT_A_SERVER: Final = 1_000
"""Objects that are worth a transaction on a server, where nobody waits for it."""
_PATIENCE_SECONDS: Final = 0.1
"""How long a page waits for more to be written with it: of a slow vendor each is written by itself."""


class Place(NamedTuple):
    """A page of one of a run's lists: which list, counted from 0, and which of its pages."""

    number: int
    state: PageState


@dataclass(slots=True)
class AskedPage:
    """A page as it came. `refused`: why the vendor does not let its list be read at all; `after` is what is asked next: of the
    same list, of the next one, or nothing any more."""

    resource: Resource
    page: Page
    after: Place | None
    refused: str | None = None


@dataclass(slots=True)
class TakenPage:
    """A page with what its objects were mapped to, oldest first."""

    asked: AskedPage
    taken: list[TakenObject]

    @property
    def page(self) -> Page:
        return self.asked.page


class Ahead:
    """`async with Ahead(read, take, start) as ahead:` reads one page after another from `start` on, up to a bound, and takes
    its objects. At the end nothing is asked any more."""

    def __init__(
        self,
        read: Callable[[Place], Awaitable[AskedPage]],
        take: Callable[[AskedPage], Awaitable[list[TakenObject]]],
        start: Place,
        together: int = TOGETHER,
    ) -> None:
        """`together` objects are given at once where so many have come. Beside those that are being written at most twice
        as many are held, with one page more, and one that is not mapped yet."""
        self._read = read
        self._take = take
        self._start = start
        self._together = together
        self._held: list[TakenPage] = []
        self._count = 0
        self._first_at = 0.0
        self._came = asyncio.Event()
        self._room = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    async def pages(self) -> list[TakenPage]:
        """The next pages of one list in their order, as many as are worth a transaction or have come in time; none after
        the last of all. What reading a page raises is raised once those before it are given."""
        assert self._reading is not None  # noqa: S101 - it was entered
        await self._wait_for(self._reading)
        if not self._held:
            await self._reading  # raises what it ended with
            return []
        given, count, resource = 0, 0, self._held[0].asked.resource
        while given < len(self._held) and count < self._together and self._held[given].asked.resource is resource:
            count += _weight(self._held[given])
            given += 1
        found, self._held = self._held[:given], self._held[given:]
        self._count -= count
        self._first_at = asyncio.get_running_loop().time()
        self._room.set()
        return found

    async def _wait_for(self, reading: asyncio.Task[None]) -> None:
        """Returns when enough has come, or nothing more will in time."""
        time = asyncio.get_running_loop().time
        while not reading.done() and self._count < self._together:
            left = self._first_at + _PATIENCE_SECONDS - time() if self._held else None
            if left is not None and left <= 0:
                return
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), left)
            except TimeoutError:
                return

    async def _read_on(self) -> None:
        coming: asyncio.Future[AskedPage] | None = asyncio.ensure_future(self._read(self._start))
        try:
            while coming is not None:
                asked = await coming
                coming = asyncio.ensure_future(self._read(asked.after)) if asked.after is not None else None
                one = TakenPage(asked, await self._take(asked))
                if not self._held:
                    self._first_at = asyncio.get_running_loop().time()
                self._held.append(one)
                self._count += _weight(one)
                self._came.set()
                if self._count >= 2 * self._together:
                    self._room.clear()
                    await self._room.wait()
        finally:
            self._came.set()
            if coming is not None:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)

    async def __aenter__(self) -> Self:
        self._reading = asyncio.ensure_future(self._read_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)


def _weight(one: TakenPage) -> int:
    return max(1, len(one.taken))
